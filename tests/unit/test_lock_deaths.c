// SPDX-License-Identifier: MIT
// Tests of the lock where somebody dies: its owner, those who wait for it, many at random.
// Nobody is stopped by it, and one is told.
#include "lock_job.h"
#include "suite.h"

#include <sched.h>
#include <signal.h>

enum { WAITERS = 4, KILLS = 200, STORM = 4 };

static int take_and_stay(void *arg)
{
    struct job *job = arg;
    int rc = mp_lock_acquire(job->lock, MP_FOREVER);

    atomic_fetch_add(&job->arrived, 1);
    while (rc >= 0 && pause() != 0) {
    }
    return 1;
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

int main(void)
{
    struct suite_test tests[] = {
        {.test = death_of_the_owner_is_told_to_one, .from = 0, .to = 3},
        {.test = a_try_recovers_too_and_once},
        {.test = what_a_dead_process_had_can_be_destroyed},
        {.test = a_process_does_not_inherit_from_the_dead_one_whose_entry_it_got},
        {.test = death_of_a_waiter_leaves_the_lock_as_it_is},
        {.test = many_deaths_stop_nobody_and_are_told, .timeout = 90},
    };

    for (size_t i = 0; i < sizeof tests / sizeof *tests; i++) {
        tests[i].teardown = library_close;
    }
    return suite_run("lock deaths", tests, sizeof tests / sizeof *tests);
}
