// SPDX-License-Identifier: MIT
/*
 * Shows:   ovens that bake for ever, until Ctrl-C; nobody tidies up.
 * Run:     build/demos/ovens                (--ovens 1, --help; end it with Ctrl-C)
 * Expect:  Ctrl-C ends all at once, in the middle of a bread, and nothing is counted.
 */
#include "demo.h"

#include <signal.h>
#include <stdio.h>

DEMO("summary=ovens bake until Ctrl-C\0"
     "grain=calls\0");

enum { OVENS_MAX = 9, BREAD_MS = 30, GRACE_MS = 1000, STOPPED = 130 };

static int ovens = 3;

struct oven { /* shared: each oven has one of its own */
    int begun, done;
};

struct job { /* private: each process has its own copy */
    struct oven *oven;
    int number;
};

static int bake(void *arg)
{
    struct job *job = arg;
    struct oven *mine = &job->oven[job->number];
    for (;;) {
        mine->begun += 1;
        must(mp_sleep(BREAD_MS));
        mine->done += 1;
    }
    return 0;
}

int main(int argc, char **argv)
{
    demo_options(argc, argv, "Ovens bake until Ctrl-C.",
                 (const struct demo_option[]){
                     {"ovens", &ovens, 1, OVENS_MAX, "processes that bake"}, {0}});
    struct job job = {.oven = must_have(MP_SHARED_ARRAY(struct oven, ovens))};
    demo_title("%d ovens", ovens);
    printf("ovens: %d bake until Ctrl-C\n", ovens);
    fflush(stdout);

    mp_process *child[OVENS_MAX];
    for (int i = 0; i < ovens; i++) {
        struct mp_process_options named = {.name = demo_name("oven", i + 1)};
        job.number = i; /* the child gets its copy when it starts */
        must(mp_process_create(&child[i], bake, &job, &named));
        must(mp_process_start(child[i]));
    }
    for (int i = 0; i < ovens; i++) {
        must(mp_process_join(child[i], MP_FOREVER));
    }
    long begun = 0, done = 0;
    for (int i = 0; i < ovens; i++) {
        demo_say_end(child[i]);
        begun += job.oven[i].begun;
        done += job.oven[i].done;
    }
    int result = demo_result("breads", done, begun, "half", begun - done);
    return result == 0 ? STOPPED : result;
}
