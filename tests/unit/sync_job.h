// SPDX-License-Identifier: MIT
// What the tests of semaphore, event, condition, rlock and value share: one of each in shared
// memory, flags that say who is where, and a wait that is disturbed by signals.
#pragma once

#include "library.h"
#include "suite.h"

#include <sched.h>
#include <signal.h>
#include <sys/time.h>

enum { NOTICE_MS = 500 }; // within which somebody goes on after another one's death

struct job {
    mp_lock *lock;
    mp_rlock *rlock;
    mp_sem *sem;
    mp_event *event;
    mp_cond *cond;
    mp_value *value;
    volatile long counter;
    _Atomic int arrived, go, signals;
};

__attribute__((unused)) static struct job *new_job(unsigned permits)
{
    struct job *job = MP_SHARED(struct job);

    ck_assert_ptr_nonnull(job);
    ck_assert_int_eq(mp_lock_create(&job->lock), 0);
    ck_assert_int_eq(mp_rlock_create(&job->rlock), 0);
    ck_assert_int_eq(mp_sem_create(&job->sem, permits, 4), 0);
    ck_assert_int_eq(mp_event_create(&job->event), 0);
    ck_assert_int_eq(mp_cond_create(&job->cond, job->lock), 0);
    ck_assert_int_eq(mp_value_create(&job->value, 0), 0);
    return job;
}

__attribute__((unused)) static void free_job(struct job *job)
{
    ck_assert_int_eq(mp_cond_destroy(job->cond), 0);
    ck_assert_int_eq(mp_lock_destroy(job->lock), 0);
    ck_assert_int_eq(mp_rlock_destroy(job->rlock), 0);
    ck_assert_int_eq(mp_sem_destroy(job->sem), 0);
    ck_assert_int_eq(mp_event_destroy(job->event), 0);
    ck_assert_int_eq(mp_value_destroy(job->value), 0);
    ck_assert_int_eq(mp_shared_free(job), 0);
}

__attribute__((unused)) static const struct mp_object_entry *table_entry(enum mp_kind kind)
{
    for (unsigned i = 1; i < MP_OBJECTS; i++) {
        if (mp_the_world->objects[i].kind == kind) {
            return &mp_the_world->objects[i];
        }
    }
    ck_abort_msg("no object of kind %d has an entry", (int)kind);
}

// --- signals -----------------------------------------------------------------------------------

static _Atomic int *signals_seen;

static void count_signal(int number)
{
    (void)number;
    atomic_fetch_add(signals_seen, 1);
}

// In a child: a signal each millisecond. The first wait ends by its limit and not before, the
// second one by what the parent does. 0, or which of the two was wrong.
__attribute__((unused)) static int waits_under_signals(struct job *job,
                                                       int (*wait)(struct job *job,
                                                                   int timeout_ms))
{
    struct sigaction action = {.sa_handler = count_signal};
    struct itimerval each = {{0, 1000}, {0, 1000}};
    signals_seen = &job->signals;
    sigaction(SIGALRM, &action, NULL);
    setitimer(ITIMER_REAL, &each, NULL);
    uint64_t before = milliseconds();
    if (wait(job, 200) != -ETIMEDOUT || milliseconds() - before < 200) {
        return 1;
    }
    atomic_store(&job->signals, 0);
    atomic_store(&job->arrived, 1);
    return wait(job, MP_FOREVER) == 0 ? 0 : 2;
}

// In the parent: until the child is in its second wait, and has had many signals there.
__attribute__((unused)) static void let_signals_come(struct job *job, mp_process *child,
                                                     enum mp_op op)
{
    wait_until(atomic_load(&job->arrived) == 1);
    wait_until(waits_in(child, op));
    int now = atomic_load(&job->signals);
    wait_until(atomic_load(&job->signals) > now + 50);
}

__attribute__((unused)) static int kill_and_join(mp_process *child)
{
    ck_assert_int_eq(mp_process_kill(child), 0);
    return end_of(child);
}

// Runs them, each with the library's teardown.
__attribute__((unused)) static int run_sync_tests(const char *name,
                                                  struct suite_test *tests, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        tests[i].teardown = library_close;
    }
    return suite_run(name, tests, count);
}
