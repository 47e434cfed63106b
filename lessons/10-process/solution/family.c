// SPDX-License-Identifier: MIT
/*
 * Shows:   a family: main starts children and says how each of them ended.
 * Run:     build/demos/family
 * Watch:   build/lab run family
 * Expect:  four children; child 0 ends with 0, child 1 with 1, and so on; main says how each
 *          one ended: "child-2: exited 2". Three of them count as failed.
 *
 * Python:  p = Process(target=child, args=(2,), name="child-2")
 *          p.start(); p.join(); p.exitcode
 */
#include "demo.h"

#include <stdio.h>

DEMO("summary=a family: who ended how?\0"
     "grain=lives\0");

enum { CHILDREN = 4 };

/* The child's own program. It is told its number, and ends with it. */
static int child(void *arg)
{
    int number = *(int *)arg;
    printf("%s: here I am, number %d\n", mp_current_name(), number);
    return number;
}

int main(int argc, char **argv)
{
    demo_options(argc, argv, "Starts a family and says how each one ended.",
                 (const struct demo_option[]){{0}});
    demo_title("%d children", CHILDREN);
    mp_process *family[CHILDREN];
    int number[CHILDREN];
    int failed = 0;

    /* start all */
    for (int i = 0; i < CHILDREN; i++) {
        struct mp_process_options named = {.name = demo_name("child", i)};
        number[i] = i;
        must(mp_process_create(&family[i], child, &number[i], &named));
        must(mp_process_start(family[i]));
    }

    /* wait for all, and ask each one how it ended */
    for (int i = 0; i < CHILDREN; i++) {
        int code;
        must(mp_process_join(family[i], MP_FOREVER));
        must(mp_process_exitcode(family[i], &code));
        printf("%s: exited %d\n", mp_process_name(family[i]), code);
        if (code != 0) {
            failed++;
        }
    }

    return demo_result("children", CHILDREN, 4, "failed", failed);
}
