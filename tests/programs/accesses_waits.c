// SPDX-License-Identifier: MIT
// Programs that wait in ways that only an order can end: tests/unit/test_waits.c runs them
// under control.
//
//   flag       one spins on a flag until the other sets it
//   livelock   two spin on flags that nobody sets
//   pair       one spins on two flags in turn
//   try        one tries for a lock again and again until the other gives it back
//   timeouts   three wait for a lock that is never given back, with a limit each
//   spare      one waits with a limit, and the other could have gone on for long
//   alive      main asks again and again whether its child is alive
//   sleep      both sleep for a day
//   join       main joins with a limit, and the child ends only after that
//   deadlock   two take two locks in opposite order
//   retry      main has the lock and joins who tries for it again and again, with a limit
//   ask        main asks again and again whether a child lives that can never go on
#include "mp.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DAY_MS = 24 * 3600 * 1000, WORK = 100 };

struct shared {
    volatile int first, second, work;
};

struct job { /* private */
    struct shared *shared;
    mp_lock *lock, *other;
    int limit_ms;
};

static int wait_for_first(void *arg)
{
    struct job *job = arg;
    while (!job->shared->first) {
    }
    printf("first seen\n");
    return 0;
}

static int set_first(void *arg)
{
    struct job *job = arg;
    for (int i = 0; i < WORK; i++) {
        job->shared->work += 1;
    }
    job->shared->first = 1;
    return 0;
}

static int wait_for_second(void *arg)
{
    struct job *job = arg;
    while (!job->shared->second) {
    }
    return 0;
}

static int wait_for_either(void *arg)
{
    struct job *job = arg;
    while (!job->shared->second && !job->shared->first) {
    }
    printf("first seen\n");
    return 0;
}

static int try_for_lock(void *arg)
{
    struct job *job = arg;
    while (mp_lock_acquire(job->lock, 0) != 0) {
    }
    printf("work %d\n", job->shared->work);
    return mp_lock_release(job->lock);
}

static int work_with_lock(void *arg)
{
    struct job *job = arg;
    if (mp_lock_acquire(job->lock, MP_FOREVER) != 0) {
        return 1;
    }
    job->shared->first = 1;
    for (int i = 0; i < WORK; i++) {
        job->shared->work += 1;
    }
    return mp_lock_release(job->lock);
}

static int wait_with_limit(void *arg)
{
    struct job *job = arg;
    int rc = mp_lock_acquire(job->lock, job->limit_ms);
    printf("limit %d: %s\n", job->limit_ms,
           rc == -ETIMEDOUT ? "timed out" : strerror(-rc));
    return rc >= 0 && mp_lock_release(job->lock) != 0;
}

static int sleep_a_day(void *arg)
{
    return arg == NULL || mp_sleep(DAY_MS) != 0;
}

static int take_both(void *arg)
{
    struct job *job = arg;
    return mp_lock_acquire(job->lock, MP_FOREVER) != 0 ||
           mp_lock_acquire(job->other, MP_FOREVER) != 0;
}

static int retry_for_ever(void *arg)
{
    struct job *job = arg;
    while (mp_lock_acquire(job->lock, 10) == -ETIMEDOUT) {
    }
    return 0;
}

static int take_lock(void *arg)
{
    struct job *job = arg;
    return mp_lock_acquire(job->lock, MP_FOREVER);
}

static mp_process *start(mp_target fn, struct job *job)
{
    mp_process *process;
    if (mp_process_create(&process, fn, job, NULL) != 0 ||
        mp_process_start(process) != 0) {
        exit(3);
    }
    return process;
}

static int run_two(mp_target one, mp_target two, struct job *job)
{
    mp_process *processes[] = {start(one, job), start(two, job)};
    int rc = mp_process_join(processes[0], MP_FOREVER);
    return rc != 0 ? rc : mp_process_join(processes[1], MP_FOREVER);
}

/* The longest first, so that the order of starting is not the order of the limits. */
static int run_timeouts(struct job *job)
{
    mp_process *processes[3];
    int rc = mp_lock_acquire(job->lock, 0);
    for (int i = 0; i < 3 && rc == 0; i++) {
        job->limit_ms = DAY_MS / 2 - i * 1000;
        processes[i] = start(wait_with_limit, job);
    }
    for (int i = 0; i < 3 && rc == 0; i++) {
        rc = mp_process_join(processes[i], MP_FOREVER);
    }
    return rc;
}

static int run_spare(struct job *job)
{
    mp_process *worker = start(work_with_lock, job);
    while (!job->shared->first) { /* until it has the lock */
    }
    job->limit_ms = 1;
    mp_process *waiter = start(wait_with_limit, job);
    int rc = mp_process_join(worker, MP_FOREVER);
    return rc != 0 ? rc : mp_process_join(waiter, MP_FOREVER);
}

static int run_alive(struct job *job)
{
    mp_process *process = start(set_first, job);
    while (mp_process_is_alive(process) == 1) {
    }
    printf("ended\n");
    return 0;
}

static int run_join(struct job *job)
{
    mp_process *process = start(wait_for_first, job);
    if (mp_process_join(process, DAY_MS) != -ETIMEDOUT) {
        return 1;
    }
    printf("timed out\n");
    job->shared->first = 1;
    return mp_process_join(process, MP_FOREVER);
}

static int run_deadlock(struct job *job)
{
    struct job opposite = {job->shared, job->other, job->lock, 0};
    mp_process *one = start(take_both, job);
    mp_process *two = start(take_both, &opposite);
    int rc = mp_process_join(one, MP_FOREVER);
    return rc != 0 ? rc : mp_process_join(two, MP_FOREVER);
}

static int run_retry(struct job *job)
{
    int rc = mp_lock_acquire(job->lock, 0);
    return rc != 0 ? rc : mp_process_join(start(retry_for_ever, job), MP_FOREVER);
}

static int run_ask(struct job *job)
{
    if (mp_lock_acquire(job->lock, 0) != 0) {
        return 1;
    }
    mp_process *process = start(take_lock, job);
    while (mp_process_is_alive(process) == 1) {
    }
    return 0;
}

int main(int argc, char **argv)
{
    const char *what = argc > 1 ? argv[1] : "";
    struct job job = {.shared = MP_SHARED(struct shared)};
    if (mp_lock_create(&job.lock) != 0 || mp_lock_create(&job.other) != 0) {
        return 3;
    }
    return strcmp(what, "flag") == 0 ? run_two(wait_for_first, set_first, &job)
           : strcmp(what, "livelock") == 0
               ? run_two(wait_for_first, wait_for_second, &job)
           : strcmp(what, "pair") == 0     ? run_two(wait_for_either, set_first, &job)
           : strcmp(what, "try") == 0      ? run_two(work_with_lock, try_for_lock, &job)
           : strcmp(what, "timeouts") == 0 ? run_timeouts(&job)
           : strcmp(what, "spare") == 0    ? run_spare(&job)
           : strcmp(what, "alive") == 0    ? run_alive(&job)
           : strcmp(what, "sleep") == 0    ? run_two(sleep_a_day, sleep_a_day, &job)
           : strcmp(what, "join") == 0     ? run_join(&job)
           : strcmp(what, "deadlock") == 0 ? run_deadlock(&job)
           : strcmp(what, "retry") == 0    ? run_retry(&job)
           : strcmp(what, "ask") == 0      ? run_ask(&job)
                                           : 2;
}
