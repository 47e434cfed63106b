// SPDX-License-Identifier: MIT
/*
 * Shows:   a child is born, works, ends as a zombie, is joined.
 * Run:     build/demos/process     (--children 3, --exit 3, --no-join, --orphan, --nested 3)
 * Watch:   build/lab run process
 * Expect:  start() does not wait: "goes on" and "Hello" may come in either order. A child
 *          that has ended stays a zombie until its parent joins it.
 *
 * Python:  p = Process(target=hello)
 *          p.start()
 *          p.join()
 */
#include "demo.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

DEMO("summary=a child is born, works, ends as a zombie, is joined\0"
     "watch=--children 3\0"
     "explore=--children 1\0"
     "grain=lives\0"
     "lesson=10-process\0");

enum { CHILDREN_MAX = 32 };

static int children = 1;
static int exit_status;
static int no_join;
static int orphan;
static int nested;

static void say_hello(void)
{
    printf("Hello from process %s (%d), child of %d\n", mp_current_name(), (int)getpid(),
           (int)getppid());
}

static int end(void)
{
    if (exit_status > 255) {
        exit(exit_status); /* as any program may; the kernel keeps 8 bits: 256 becomes 0 */
    }
    return exit_status;
}

static int hello(void *arg)
{
    (void)arg;
    say_hello();
    if (orphan) {
        must(mp_parent_join(MP_FOREVER)); /* Python: parent_process().join() */
        printf("%s (%d): %s has ended; my parent is %d now\n", mp_current_name(),
               (int)getpid(), mp_parent_name(), (int)getppid());
    }
    return end();
}

/* The slip that the post's listing makes: each process makes the next in its own target. */
static int hello_and_another(void *arg)
{
    int left = *(int *)arg - 1;
    say_hello();
    if (left > 0) {
        mp_process *child;
        must(mp_process_create(&child, hello_and_another, &left, NULL));
        must(mp_process_start(child));
        must(mp_process_join(child, MP_FOREVER));
    }
    return end();
}

static void start(mp_process **child, int number)
{
    char name[32];
    snprintf(name, sizeof name, "child-%d", number);
    struct mp_process_options options = {.name = children > 1 ? name : NULL,
                                         .survive = orphan};
    must(mp_process_create(child, nested > 0 ? hello_and_another : hello, &nested,
                           &options));
    must(mp_process_start(*child));
    printf("main (%d) started %s and goes on\n", (int)getpid(), mp_process_name(*child));
}

/* Joins it and says how it ended. 1 when it failed. */
static int join(mp_process *child)
{
    int status = 0;
    must(mp_process_join(child, MP_FOREVER));
    must(mp_process_exitcode(child, &status));
    if (status < 0) {
        printf("main (%d) joined %s: killed by signal %d (%s)\n", (int)getpid(),
               mp_process_name(child), -status, strsignal(-status));
    } else {
        printf("main (%d) joined %s: exit status %d\n", (int)getpid(),
               mp_process_name(child), status);
    }
    return status != 0;
}

int main(int argc, char **argv)
{
    demo_options(
        argc, argv, "Starts children and waits for them.",
        (const struct demo_option[]){
            {"children", &children, 1, CHILDREN_MAX, "children that main starts"},
            {"exit", &exit_status, 0, 1000, "what each child returns"},
            {"no-join", &no_join, 0, 0, "do not join them: zombies until main ends"},
            {"orphan", &orphan, 0, 0, "main does not wait for them: they live on"},
            {"nested", &nested, 1, 5, "each child starts the next, so deep"},
            {0}});
    demo_expect("children", children);
    demo_title("%d %s", children, children == 1 ? "child" : "children");
    printf("process: main starts %d %s and %s\n", children,
           children == 1 ? "child" : "children",
           no_join || orphan ? "does not wait"
           : children == 1   ? "waits for it"
                             : "waits for them");
    mp_process *child[CHILDREN_MAX];
    for (int i = 0; i < children; i++) {
        start(&child[i], i + 1);
    }
    if (orphan) {
        return 0; /* they go on without a parent of their own */
    }
    int failed = 0;
    for (int i = 0; i < children && !no_join; i++) {
        failed += join(child[i]);
    }
    return no_join ? demo_result("children", children, children, "joined", 0)
                   : demo_result("children", children, children, "failed", failed);
}
