// SPDX-License-Identifier: MIT
/*
 * Shows:   two processes add to one counter with a lock: nothing is lost.
 * Run:     build/demos/lock_fixed           (--increments 10000, --processes 3, --help)
 * Watch:   build/lab run lock_fixed
 * Expect:  a counter of 400000, each time. Whoever has the lock reads, adds and writes
 *          before anybody else can.
 * Compare: lock_race.c, the same without the lock.
 *
 * Python:  lock.acquire()
 *          counter.value += 1
 *          lock.release()
 */
#include "demo.h"

#include <stdio.h>
#include <unistd.h>

DEMO("summary=the same with a lock: nothing is lost\0"
     "watch=--increments 5\0"
     "explore=--processes 2 --increments 1\0"
     "grain=memory\0"
     "shape=--processes N --increments N\0"
     "twin=lock_race\0"
     "lesson=40-race-and-lock\0");

enum { START_LIMIT_MS = 5000, PROCESSES_MAX = 32 };

static int processes = 2;
static int increments = 200000;

struct shared { /* one, in shared memory: all processes see it */
    int counter;
};

struct job { /* private: each process has its own copy */
    struct shared *shared;
    mp_barrier *start;
    mp_lock *counter_lock;
};

static int increment(void *arg)
{
    struct job *job = arg;
    must(mp_barrier_wait(job->start, START_LIMIT_MS)); /* all start together */
    for (int i = 0; i < increments; i++) {
        must(mp_lock_acquire(job->counter_lock, MP_FOREVER));
        job->shared->counter += 1;
        must(mp_lock_release(job->counter_lock));
    }
    printf("%s (%d) added %d\n", mp_current_name(), (int)getpid(), increments);
    return 0;
}

int main(int argc, char **argv)
{
    demo_options(argc, argv, "Processes add 1 to one counter, with a lock.",
                 (const struct demo_option[]){
                     {"processes", &processes, 1, PROCESSES_MAX, "processes that add"},
                     {"increments", &increments, 1, 1000000000, "additions by each"},
                     {0}});
    struct job job = {.shared = must_have(MP_SHARED(struct shared))};
    must(mp_barrier_create(&job.start, (unsigned)processes));
    must(mp_lock_create(&job.counter_lock));
    demo_title("%d process%s, %d increment%s each", processes, processes == 1 ? "" : "es",
               increments, increments == 1 ? "" : "s");
    long expected = (long)processes * increments;
    demo_expect("counter", expected);
    printf("lock_fixed: %d process%s 1 to one counter, %d time%s each, with a lock\n",
           processes, processes == 1 ? " adds" : "es add", increments,
           increments == 1 ? "" : "s");

    mp_process *child[PROCESSES_MAX];
    for (int i = 0; i < processes; i++) {
        struct mp_process_options named = {.name = demo_name("increment", i + 1)};
        must(mp_process_create(&child[i], increment, &job, &named));
        must(mp_process_start(child[i]));
    }
    for (int i = 0; i < processes; i++) {
        must(mp_process_join(child[i], MP_FOREVER));
        demo_say_end(child[i]);
    }

    long counter = job.shared->counter;
    return demo_result("counter", counter, expected, "lost", expected - counter);
}
