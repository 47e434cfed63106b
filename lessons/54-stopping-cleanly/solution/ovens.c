// SPDX-License-Identifier: MIT
/*
 * Shows:   ovens that bake for ever, until Ctrl-C; then each finishes its bread.
 * Run:     build/demos/ovens                (--ovens 1, --help; end it with Ctrl-C)
 * Expect:  after Ctrl-C each oven finishes its bread and ends; no bread is half.
 */
#include "demo.h"

#include <signal.h>
#include <stdio.h>

DEMO("summary=ovens bake until Ctrl-C\0"
     "grain=calls\0");

enum { OVENS_MAX = 9, BREAD_MS = 30, GRACE_MS = 1000, STOPPED = 130 };

static int ovens = 3;

static volatile sig_atomic_t stop; /* set by Ctrl-C, in main */

struct oven { /* shared: each oven has one of its own */
    int begun, done;
};

struct job { /* private: each process has its own copy */
    struct oven *oven;
    mp_event *closing; /* shared: set once, when it is time to go */
    int number;
};

static void on_ctrl_c(int number)
{
    (void)number;
    stop = 1;
}

static int bake(void *arg)
{
    struct job *job = arg;
    struct oven *mine = &job->oven[job->number];
    while (!mp_event_is_set(job->closing)) {
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
    must(mp_event_create(&job.closing));
    demo_title("%d ovens", ovens);
    printf("ovens: %d bake until Ctrl-C\n", ovens);
    fflush(stdout);

    signal(SIGINT, SIG_IGN); /* the ovens inherit that */
    mp_process *child[OVENS_MAX];
    for (int i = 0; i < ovens; i++) {
        struct mp_process_options named = {.name = demo_name("oven", i + 1)};
        job.number = i; /* the child gets its copy when it starts */
        must(mp_process_create(&child[i], bake, &job, &named));
        must(mp_process_start(child[i]));
    }
    sigaction(SIGINT, &(struct sigaction){.sa_handler = on_ctrl_c}, NULL);
    mp_set_stop_flag(&stop);
    (void)mp_process_join(child[0], MP_FOREVER); /* until Ctrl-C */
    mp_set_stop_flag(NULL); /* heard: from here on calls wait again */
    must(mp_event_set(job.closing));
    for (int i = 0; i < ovens; i++) {
        if (mp_process_join(child[i], GRACE_MS) != 0) {
            must(mp_process_stop(child[i], GRACE_MS));
        }
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
