// SPDX-License-Identifier: MIT
// Tests of the lock: one owner at a time, what each misuse is answered, and that the death
// of its owner, or of those who wait, stops nobody.
#include "library.h"
#include "suite.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/time.h>
#include <sys/wait.h>

enum { ADDERS = 4, ADDITIONS = 20000, WAITERS = 4, KILLS = 200, STORM = 4 };

struct job {
    mp_lock *lock;
    volatile long counter, second; // guarded by lock
    _Atomic int arrived, recovered, wrong, go, signals, stop;
};

static struct job *new_job(void)
{
    struct job *job = MP_SHARED(struct job);

    ck_assert_ptr_nonnull(job);
    ck_assert_int_eq(mp_lock_create(&job->lock), 0);
    return job;
}

static void free_job(struct job *job)
{
    ck_assert_int_eq(mp_lock_destroy(job->lock), 0);
    ck_assert_int_eq(mp_shared_free(job), 0);
}

static const struct mp_object_entry *table_entry(void)
{
    for (unsigned i = 1; i < MP_OBJECTS; i++) {
        if (mp_the_world->objects[i].kind == MP_KIND_LOCK) {
            return &mp_the_world->objects[i];
        }
    }
    ck_abort_msg("the lock has no entry");
}

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

    if (mp_lock_acquire(job->lock, MP_FOREVER) != 0 ||
        mp_lock_acquire(job->lock, MP_FOREVER) != -EDEADLK) {
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

// --- death of the owner ----------------------------------------------------------------------

static int take_and_stay(void *arg)
{
    struct job *job = arg;
    int rc = mp_lock_acquire(job->lock, MP_FOREVER);

    atomic_fetch_add(&job->arrived, 1);
    while (rc >= 0) {
        pause();
    }
    return rc != 0;
}

static int take_and_exit(void *arg)
{
    struct job *job = arg;
    int rc = mp_lock_acquire(job->lock, MP_FOREVER);

    atomic_fetch_add(&job->arrived, 1);
    while (!atomic_load(&job->go)) {
        limit_nap();
    }
    _exit(rc);
}

static int take_and_return(void *arg)
{
    struct job *job = arg;
    int rc = mp_lock_acquire(job->lock, MP_FOREVER);

    atomic_fetch_add(&job->arrived, 1);
    while (!atomic_load(&job->go)) {
        limit_nap();
    }
    return rc;
}

static int wait_for_it(void *arg)
{
    struct job *job = arg;
    int rc = mp_lock_acquire(job->lock, MP_FOREVER);

    if (rc < 0) {
        return 100;
    }
    return mp_lock_release(job->lock) == 0 ? rc : 101;
}

// Of those who wait when the owner dies one is told, and only one.
START_TEST(death_of_the_owner_is_told_to_one)
{
    static const mp_target holders[] = {take_and_stay, take_and_exit, take_and_return};
    struct job *job = new_job();
    mp_process *waiters[WAITERS];
    int answers[2] = {0, 0};
    mp_process *holder = start_child(holders[_i], job);

    wait_until(atomic_load(&job->arrived) == 1);
    for (int i = 0; i < WAITERS; i++) {
        waiters[i] = start_child(wait_for_it, job);
        wait_until(waits_in(waiters[i], MP_OP_LOCK_ACQUIRE));
    }
    if (_i == 0) {
        ck_assert_int_eq(mp_process_kill(holder), 0);
    }
    atomic_store(&job->go, 1);
    ck_assert_int_eq(end_of(holder), _i == 0 ? -SIGKILL : 0);
    for (int i = 0; i < WAITERS; i++) {
        int rc = end_of(waiters[i]);
        ck_assert_int_ge(rc, 0);
        ck_assert_int_le(rc, MP_RECOVERED);
        answers[rc]++;
    }
    ck_assert_int_eq(answers[MP_RECOVERED], 1);
    ck_assert_int_eq(answers[0], WAITERS - 1);
    ck_assert_int_eq(mp_lock_acquire(job->lock, 0), 0);
    ck_assert_int_eq(mp_lock_release(job->lock), 0);
    free_job(job);
}
END_TEST

START_TEST(a_try_recovers_too_and_once)
{
    struct job *job = new_job();
    mp_process *holder = start_child(take_and_stay, job);

    wait_until(atomic_load(&job->arrived) == 1);
    ck_assert_int_eq(mp_lock_acquire(job->lock, 0), -EAGAIN);
    ck_assert_int_eq(mp_process_kill(holder), 0);
    ck_assert_int_eq(end_of(holder), -SIGKILL);
    ck_assert_uint_eq(table_entry()->broken, 1);
    ck_assert_int_eq(mp_lock_acquire(job->lock, 0), MP_RECOVERED);
    ck_assert_uint_eq(table_entry()->broken, 0);
    ck_assert_int_eq(mp_lock_release(job->lock), 0);
    ck_assert_int_eq(mp_lock_acquire(job->lock, 0), 0);
    ck_assert_int_eq(mp_lock_release(job->lock), 0);
    free_job(job);
}
END_TEST

START_TEST(what_a_dead_process_had_can_be_destroyed)
{
    struct job *job = new_job();
    mp_process *holder = start_child(take_and_stay, job);

    wait_until(atomic_load(&job->arrived) == 1);
    ck_assert_int_eq(mp_lock_destroy(job->lock), -EBUSY);
    ck_assert_int_eq(mp_process_kill(holder), 0);
    ck_assert_int_eq(end_of(holder), -SIGKILL);
    free_job(job);
}
END_TEST

// The next process with the same entry in the table is another one: it has nothing.
START_TEST(a_process_does_not_inherit_from_the_dead_one_whose_entry_it_got)
{
    struct job *job = new_job();
    mp_process *holder = start_child(take_and_stay, job);
    const struct mp_process_entry *entry = entry_of(holder);
    uint32_t generation = entry->generation;
    mp_process *next;

    wait_until(atomic_load(&job->arrived) == 1);
    ck_assert_int_eq(mp_process_kill(holder), 0);
    ck_assert_int_eq(end_of(holder), -SIGKILL);
    for (int i = 0;; i++) {
        ck_assert_int_le(i, MP_PROCESSES);
        ck_assert_int_eq(mp_process_create(&next, wait_for_it, job, NULL), 0);
        if (entry->generation == generation + 1) {
            break;
        }
        ck_assert_int_eq(mp_process_destroy(next), 0);
    }
    ck_assert_int_eq(mp_process_start(next), 0);
    ck_assert_int_eq(end_of(next), MP_RECOVERED);
    free_job(job);
}
END_TEST

START_TEST(death_of_a_waiter_leaves_the_lock_as_it_is)
{
    struct job *job = new_job();

    ck_assert_int_eq(mp_lock_acquire(job->lock, 0), 0);
    mp_process *victim = start_child(wait_for_it, job);
    mp_process *other = start_child(wait_for_it, job);
    wait_until(waits_in(victim, MP_OP_LOCK_ACQUIRE));
    wait_until(waits_in(other, MP_OP_LOCK_ACQUIRE));
    ck_assert_int_eq(mp_process_kill(victim), 0);
    ck_assert_int_eq(end_of(victim), -SIGKILL);
    ck_assert_int_eq(mp_lock_release(job->lock), 0);
    ck_assert_int_eq(end_of(other), 0);
    ck_assert_int_eq(mp_lock_acquire(job->lock, 0), 0);
    ck_assert_int_eq(mp_lock_release(job->lock), 0);
    free_job(job);
}
END_TEST

// --- many deaths -------------------------------------------------------------------------------

// Two counters that are the same whenever nobody has the lock, unless somebody has died.
static int add_both(void *arg)
{
    struct job *job = arg;

    while (!atomic_load(&job->stop)) {
        int rc = mp_lock_acquire(job->lock, MP_FOREVER);
        if (rc < 0) {
            return 1;
        }
        if (rc == MP_RECOVERED) {
            atomic_fetch_add(&job->recovered, 1);
            job->second = job->counter;
        } else if (job->counter != job->second) {
            atomic_fetch_add(&job->wrong, 1);
        }
        job->counter = job->counter + 1;
        job->second = job->second + 1;
        if (mp_lock_release(job->lock) != 0) {
            return 2;
        }
    }
    return 0;
}

START_TEST(many_deaths_stop_nobody_and_are_told)
{
    struct job *job = new_job();
    mp_process *adders[STORM];
    unsigned long random = 12345;

    for (int i = 0; i < STORM; i++) {
        adders[i] = start_child(add_both, job);
    }
    for (int kills = 0; kills < KILLS; kills++) {
        random = random * 6364136223846793005u + 1442695040888963407u;
        int victim = (int)(random >> 33) % STORM;
        for (unsigned i = 0; i < (random >> 50) % 64; i++) {
            sched_yield();
        }
        long before = job->counter;
        ck_assert_int_eq(mp_process_kill(adders[victim]), 0);
        ck_assert_int_eq(end_of(adders[victim]), -SIGKILL);
        adders[victim] = start_child(add_both, job);
        wait_until(job->counter > before + 1); // the others, and the new one, go on
    }
    atomic_store(&job->stop, 1);
    for (int i = 0; i < STORM; i++) {
        ck_assert_int_eq(end_of(adders[i]), 0);
    }
    ck_assert_int_eq(atomic_load(&job->wrong), 0);
    ck_assert_int_eq(job->counter, job->second);
    ck_assert_int_le(atomic_load(&job->recovered), KILLS);
    ck_assert_int_gt(atomic_load(&job->recovered), 0);
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
        {.test = death_of_the_owner_is_told_to_one, .from = 0, .to = 3},
        {.test = a_try_recovers_too_and_once},
        {.test = what_a_dead_process_had_can_be_destroyed},
        {.test = a_process_does_not_inherit_from_the_dead_one_whose_entry_it_got},
        {.test = death_of_a_waiter_leaves_the_lock_as_it_is},
        {.test = many_deaths_stop_nobody_and_are_told, .timeout = 90},
        {.test = signals_do_not_end_the_wait},
    };

    for (size_t i = 0; i < sizeof tests / sizeof *tests; i++) {
        tests[i].teardown = library_close;
    }
    return suite_run("lock", tests, sizeof tests / sizeof *tests);
}
