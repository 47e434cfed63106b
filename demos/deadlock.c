// SPDX-License-Identifier: MIT
/*
 * Shows:   two processes take the same two locks, each in its own order, and get stuck.
 * Run:     build/demos/deadlock             (--rounds 10, --limit 1000, --help)
 * Watch:   build/lab run deadlock
 * Expect:  fewer than 800000 transfers. left has lock_a and wants lock_b, right has
 *          lock_b and wants lock_a: neither can ever go on. After 5 seconds main ends
 *          both; in the lab, where main waits for ever, all stand still: STUCK.
 * Compare: deadlock_fixed.c, the same with one order for both.
 *
 * Python:  with lock_a:                      with lock_b:
 *              with lock_b: transfer()           with lock_a: transfer()
 */
#include "demo.h"

#include <stdio.h>
#include <unistd.h>

DEMO("summary=two processes take two locks in opposite order: stuck\0"
     "watch=--rounds 5 --limit 0\0"
     "explore=--rounds 1 --limit 0\0"
     "grain=calls\0"
     "shape=--rounds N --limit 0\0"
     "twin=deadlock_fixed\0"
     "lesson=62-deadlock\0");

enum { START_LIMIT_MS = 5000, LIMIT_MAX_MS = 3600000 };

static int rounds = 400000;
static int limit = 5000;

struct shared {    /* one, in shared memory: all processes see it */
    int account_a; /* who changes it has lock_a */
    int account_b; /* ... lock_b */
    int transfers; /* ... both */
};

struct job { /* private: each process has its own copy */
    struct shared *shared;
    mp_barrier *start;
    mp_lock *lock_a, *lock_b;
};

static int left(void *arg) /* moves 1 from account_a to account_b */
{
    struct job *job = arg;
    must(mp_barrier_wait(job->start, START_LIMIT_MS)); /* both start together */
    for (int i = 0; i < rounds; i++) {
        must(mp_lock_acquire(job->lock_a, MP_FOREVER));
        must(mp_lock_acquire(job->lock_b, MP_FOREVER));
        job->shared->account_a -= 1;
        job->shared->account_b += 1;
        job->shared->transfers += 1;
        must(mp_lock_release(job->lock_b));
        must(mp_lock_release(job->lock_a));
    }
    printf("left (%d) made %d\n", (int)getpid(), rounds);
    return 0;
}

static int right(void *arg) /* and back */
{
    struct job *job = arg;
    must(mp_barrier_wait(job->start, START_LIMIT_MS));
    for (int i = 0; i < rounds; i++) {
        must(mp_lock_acquire(job->lock_b, MP_FOREVER)); /* DEADLOCK: the other first */
        must(mp_lock_acquire(job->lock_a, MP_FOREVER));
        job->shared->account_b -= 1;
        job->shared->account_a += 1;
        job->shared->transfers += 1;
        must(mp_lock_release(job->lock_b)); /* here the order does not matter */
        must(mp_lock_release(job->lock_a));
    }
    printf("right (%d) made %d\n", (int)getpid(), rounds);
    return 0;
}

static mp_process *start(mp_target fn, struct job *job, const char *name)
{
    mp_process *child;
    struct mp_process_options named = {.name = name};
    must(mp_process_create(&child, fn, job, &named));
    must(mp_process_start(child));
    return child;
}

int main(int argc, char **argv)
{
    demo_options(argc, argv, "Two processes move money, with two locks each.",
                 (const struct demo_option[]){
                     {"rounds", &rounds, 1, 1000000000, "transfers by each"},
                     {"limit", &limit, 0, LIMIT_MAX_MS, "ms main waits, 0 for ever"},
                     {0}});
    struct job job = {.shared = must_have(MP_SHARED(struct shared))};
    must(mp_barrier_create(&job.start, 2));
    must(mp_lock_create(&job.lock_a));
    must(mp_lock_create(&job.lock_b));
    job.shared->account_a = job.shared->account_b = rounds; /* enough for all transfers */
    demo_title("2 processes, %d transfer%s each", rounds, rounds == 1 ? "" : "s");
    demo_expect("transfers", 2L * rounds);
    printf("deadlock: left: 1 from a to b, right: 1 from b to a, %d time%s each\n",
           rounds, rounds == 1 ? "" : "s");

    mp_process *child[] = {start(left, &job, "left"), start(right, &job, "right")};
    demo_join_all(child, 2, limit);

    long transfers = job.shared->transfers;
    return demo_result("transfers", transfers, 2L * rounds, "missing",
                       2L * rounds - transfers);
}
