// SPDX-License-Identifier: MIT
// Tests of the lock: one owner at a time, what each misuse is answered, and that signals do
// not end a wait.
#include "lock_job.h"
#include "suite.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/time.h>
#include <sys/wait.h>

enum { ADDERS = 4, ADDITIONS = 20000 };

static int add(void *arg)
{
    struct job *job = arg;

    for (int i = 0; i < ADDITIONS; i++) {
        if (mp_lock_acquire(job->lock, MP_FOREVER) != 0) {
            return 1;
        }
        job->counter = job->counter + 1;
        if (mp_lock_release(job->lock) != 0) {
            return 2;
        }
    }
    return 0;
}

START_TEST(one_process_at_a_time_has_it)
{
    struct job *job = new_job();
    mp_process *adders[ADDERS];

    for (int i = 0; i < ADDERS; i++) {
        adders[i] = start_child(add, job);
    }
    for (int i = 0; i < ADDERS; i++) {
        ck_assert_int_eq(end_of(adders[i]), 0);
    }
    ck_assert_int_eq(job->counter, (long)ADDERS * ADDITIONS);
    ck_assert_uint_eq(table_entry()->taken, (uint64_t)ADDERS * ADDITIONS);
    ck_assert_uint_eq(table_entry()->owner, MP_NOBODY);
    free_job(job);
}
END_TEST

START_TEST(misuse_has_an_answer_each)
{
    mp_lock *lock;

    ck_assert_int_eq(mp_lock_create_named(NULL, "x"), -EINVAL);
    ck_assert_int_eq(mp_lock_create_named(&lock, NULL), -EINVAL);
    ck_assert_int_eq(mp_lock_acquire(NULL, 0), -EINVAL);
    ck_assert_int_eq(mp_lock_release(NULL), -EINVAL);
    ck_assert_int_eq(mp_lock_destroy(NULL), 0);

    ck_assert_int_eq(mp_lock_create(&lock), 0);
    ck_assert_int_eq(mp_lock_acquire(lock, -2), -EINVAL);
    ck_assert_int_eq(mp_lock_release(lock), -EPERM);
    ck_assert_int_eq(mp_lock_acquire(lock, MP_FOREVER), 0);
    ck_assert_int_eq(mp_lock_acquire(lock, MP_FOREVER), -EDEADLK);
    ck_assert_int_eq(mp_lock_acquire(lock, 100), -EDEADLK);
    ck_assert_int_eq(mp_lock_acquire(lock, 0), -EAGAIN);
    ck_assert_int_eq(mp_lock_destroy(lock), -EBUSY);
    ck_assert_int_eq(mp_lock_release(lock), 0);
    ck_assert_int_eq(mp_lock_release(lock), -EPERM);
    ck_assert_int_eq(mp_lock_acquire(lock, 0), 0);
    ck_assert_int_eq(mp_lock_release(lock), 0);
    ck_assert_int_eq(mp_lock_destroy(lock), 0);
}
END_TEST

static int meddle(void *arg)
{
    struct job *job = arg;
    uint64_t before = milliseconds();

    return mp_lock_release(job->lock) != -EPERM            ? 1
           : mp_lock_acquire(job->lock, 0) != -EAGAIN      ? 2
           : mp_lock_acquire(job->lock, 150) != -ETIMEDOUT ? 3
           : milliseconds() - before < 150                 ? 4
           : mp_lock_destroy(job->lock) != -EBUSY          ? 5
                                                           : 0;
}

START_TEST(another_process_neither_gets_nor_frees_what_is_taken)
{
    struct job *job = new_job();

    ck_assert_int_eq(mp_lock_acquire(job->lock, 0), 0);
    ck_assert_int_eq(end_of(start_child(meddle, job)), 0);
    ck_assert_int_eq(mp_lock_release(job->lock), 0);
    ck_assert_uint_ge(table_entry()->waited, 1);
    free_job(job);
}
END_TEST

static void *meddle_in_thread(void *arg)
{
    return (void *)(intptr_t)meddle(arg);
}

static void *take_in_thread(void *arg)
{
    struct job *job = arg;

    int first = mp_lock_acquire(job->lock, MP_FOREVER);
    int second = mp_lock_acquire(job->lock, MP_FOREVER);
    if (first != 0 || second != -EDEADLK) {
        return (void *)1;
    }
    atomic_store(&job->arrived, 1);
    while (!atomic_load(&job->go)) {
        sched_yield();
    }
    return (void *)(intptr_t)mp_lock_release(job->lock);
}

START_TEST(threads_of_a_process_are_told_apart)
{
    struct job *job = new_job();
    pthread_t thread;
    void *answer;

    ck_assert_int_eq(mp_lock_acquire(job->lock, 0), 0);
    ck_assert_int_eq(pthread_create(&thread, NULL, meddle_in_thread, job), 0);
    ck_assert_int_eq(pthread_join(thread, &answer), 0);
    ck_assert_int_eq((int)(intptr_t)answer, 0);
    ck_assert_int_eq(mp_lock_release(job->lock), 0);

    ck_assert_int_eq(pthread_create(&thread, NULL, take_in_thread, job), 0);
    wait_until(atomic_load(&job->arrived) == 1);
    ck_assert_int_eq(mp_lock_release(job->lock), -EPERM);
    ck_assert_int_eq(mp_lock_acquire(job->lock, 0), -EAGAIN);
    ck_assert_int_eq(mp_lock_acquire(job->lock, 20), -ETIMEDOUT);
    atomic_store(&job->go, 1);
    ck_assert_int_eq(pthread_join(thread, &answer), 0);
    ck_assert_int_eq((int)(intptr_t)answer, 0);
    ck_assert_int_eq(mp_lock_acquire(job->lock, MP_FOREVER), 0);
    ck_assert_int_eq(mp_lock_release(job->lock), 0);
    free_job(job);
}
END_TEST

// --- signals -----------------------------------------------------------------------------------

static struct job *signalled;

static void on_alarm(int number)
{
    (void)number;
    atomic_fetch_add(&signalled->signals, 1);
}

static int wait_under_signals(void *arg)
{
    struct sigaction action = {.sa_handler = on_alarm};
    struct itimerval each = {{0, 1000}, {0, 1000}};
    struct job *job = signalled = arg;

    sigaction(SIGALRM, &action, NULL);
    setitimer(ITIMER_REAL, &each, NULL);
    uint64_t before = milliseconds();
    if (mp_lock_acquire(job->lock, 200) != -ETIMEDOUT || milliseconds() - before < 200) {
        return 1;
    }
    atomic_store(&job->signals, 0);
    atomic_store(&job->arrived, 1);
    if (mp_lock_acquire(job->lock, MP_FOREVER) != 0) {
        return 2;
    }
    return mp_lock_release(job->lock) == 0 ? 0 : 3;
}

START_TEST(signals_do_not_end_the_wait)
{
    struct job *job = new_job();

    ck_assert_int_eq(mp_lock_acquire(job->lock, 0), 0);
    mp_process *child = start_child(wait_under_signals, job);
    wait_until(atomic_load(&job->arrived) == 1);
    wait_until(waits_in(child, MP_OP_LOCK_ACQUIRE));
    int now = atomic_load(&job->signals);
    wait_until(atomic_load(&job->signals) > now + 50);
    ck_assert_int_eq(mp_lock_release(job->lock), 0);
    ck_assert_int_eq(end_of(child), 0);
    free_job(job);
}
END_TEST

int main(void)
{
    struct suite_test tests[] = {
        {.test = one_process_at_a_time_has_it},
        {.test = misuse_has_an_answer_each},
        {.test = another_process_neither_gets_nor_frees_what_is_taken},
        {.test = threads_of_a_process_are_told_apart},
        {.test = signals_do_not_end_the_wait},
    };

    for (size_t i = 0; i < sizeof tests / sizeof *tests; i++) {
        tests[i].teardown = library_close;
    }
    return suite_run("lock", tests, sizeof tests / sizeof *tests);
}
