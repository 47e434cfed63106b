// SPDX-License-Identifier: MIT
// Tests of the condition: who is notified wakes, with its lock, in the order of coming; and
// no death, neither before nor after the notification, keeps the others asleep.
#include "sync_job.h"

enum { WAITERS = 4, DEATHS = 40 };

START_TEST(misuse_has_an_answer_each)
{
    struct job *job = new_job(0);
    mp_cond *cond;

    ck_assert_int_eq(mp_cond_create_named(NULL, job->lock, "x"), -EINVAL);
    ck_assert_int_eq(mp_cond_create_named(&cond, NULL, "x"), -EINVAL);
    ck_assert_int_eq(mp_cond_create_named(&cond, job->lock, NULL), -EINVAL);
    ck_assert_int_eq(mp_cond_wait(NULL, 0), -EINVAL);
    ck_assert_int_eq(mp_cond_notify(NULL, 1), -EINVAL);
    ck_assert_int_eq(mp_cond_notify_all(NULL), -EINVAL);
    ck_assert_int_eq(mp_cond_destroy(NULL), 0);
    ck_assert_int_eq(mp_cond_wait(job->cond, -2), -EINVAL);
    ck_assert_int_eq(mp_cond_wait_for(job->cond, NULL, NULL, 0), -EINVAL);
    ck_assert_int_eq(mp_cond_notify(job->cond, 0), -EINVAL);
    ck_assert_int_eq(mp_cond_wait(job->cond, MP_FOREVER), -EPERM);
    ck_assert_int_eq(mp_cond_notify(job->cond, 1), -EPERM);
    ck_assert_int_eq(mp_cond_notify_all(job->cond), -EPERM);
    ck_assert_uint_eq(table_entry(MP_KIND_CONDITION)->arrived, 0);
    ck_assert_str_eq(table_entry(MP_KIND_CONDITION)->name, "cond");
    free_job(job);
}
END_TEST

static int never(void *arg)
{
    (void)arg;
    return 0;
}

START_TEST(a_limit_ends_the_wait_and_the_lock_is_had_again)
{
    struct job *job = new_job(0);
    uint64_t before = milliseconds();

    ck_assert_int_eq(mp_lock_acquire(job->lock, 0), 0);
    ck_assert_int_eq(mp_cond_notify_all(job->cond), 0); // nobody hears it, nothing is kept
    ck_assert_int_eq(mp_cond_wait(job->cond, 0), -EAGAIN);
    ck_assert_int_eq(mp_cond_wait(job->cond, 150), -ETIMEDOUT);
    ck_assert_uint_ge(milliseconds() - before, 150);
    ck_assert_int_eq(mp_cond_wait_for(job->cond, never, NULL, 0), -EAGAIN);
    ck_assert_int_eq(mp_cond_wait_for(job->cond, never, NULL, 150), -ETIMEDOUT);
    ck_assert_uint_ge(milliseconds() - before, 300);
    ck_assert_int_eq(mp_lock_acquire(job->lock, MP_FOREVER), -EDEADLK);
    ck_assert_uint_eq(table_entry(MP_KIND_CONDITION)->arrived, 0);
    ck_assert_int_eq(mp_lock_release(job->lock), 0);
    free_job(job);
}
END_TEST

static int wait_once(void *arg)
{
    struct job *job = arg;

    if (mp_lock_acquire(job->lock, MP_FOREVER) != 0 ||
        mp_cond_wait(job->cond, MP_FOREVER) < 0) {
        return 100;
    }
    int place = (int)job->counter;
    job->counter = job->counter + 1;
    return mp_lock_release(job->lock) == 0 ? place : 101;
}

static mp_process *start_waiter(struct job *job)
{
    mp_process *waiter = start_child(wait_once, job);

    wait_until(waits_in(waiter, MP_OP_COND_WAKE));
    return waiter;
}

static void notify(struct job *job, unsigned count)
{
    ck_assert_int_eq(mp_lock_acquire(job->lock, MP_FOREVER), 0);
    ck_assert_int_eq(mp_cond_notify(job->cond, count), 0);
    ck_assert_int_eq(mp_lock_release(job->lock), 0);
}

START_TEST(one_is_woken_for_each_the_longest_waiting_first)
{
    struct job *job = new_job(0);
    mp_process *waiters[WAITERS];

    for (int i = 0; i < WAITERS; i++) {
        waiters[i] = start_waiter(job);
    }
    ck_assert_uint_eq(table_entry(MP_KIND_CONDITION)->arrived, WAITERS);
    ck_assert_int_eq(mp_cond_destroy(job->cond), -EBUSY);
    for (int i = 0; i < WAITERS; i++) {
        ck_assert_int_eq(job->counter, i);
        notify(job, 1);
        ck_assert_int_eq(end_of(waiters[i]), i);
    }
    ck_assert_uint_eq(table_entry(MP_KIND_CONDITION)->arrived, 0);
    ck_assert_uint_eq(table_entry(MP_KIND_CONDITION)->given, WAITERS);
    free_job(job);
}
END_TEST

START_TEST(several_and_all_are_woken)
{
    struct job *job = new_job(0);
    mp_process *waiters[WAITERS];

    for (int i = 0; i < WAITERS; i++) {
        waiters[i] = start_waiter(job);
    }
    notify(job, 2);
    ck_assert_int_lt(end_of(waiters[0]), 2);
    ck_assert_int_lt(end_of(waiters[1]), 2);
    ck_assert_int_eq(job->counter, 2);
    ck_assert_int_eq(mp_lock_acquire(job->lock, MP_FOREVER), 0);
    ck_assert_int_eq(mp_cond_notify_all(job->cond), 0);
    ck_assert_int_eq(mp_lock_release(job->lock), 0);
    ck_assert_int_lt(end_of(waiters[2]), WAITERS);
    ck_assert_int_lt(end_of(waiters[3]), WAITERS);
    ck_assert_int_eq(job->counter, WAITERS);
    free_job(job);
}
END_TEST

static int is_ten(void *arg)
{
    struct job *job = arg;
    return job->counter >= 10;
}

static int wait_for_ten(void *arg)
{
    struct job *job = arg;

    return mp_lock_acquire(job->lock, MP_FOREVER) != 0                       ? 1
           : mp_cond_wait_for(job->cond, is_ten, job, LIBRARY_LIMIT_MS) != 0 ? 2
           : job->counter != 10                                              ? 3
           : mp_lock_release(job->lock) != 0                                 ? 4
                                                                             : 0;
}

START_TEST(wait_for_sleeps_on_until_it_is_so)
{
    struct job *job = new_job(0);
    mp_process *child = start_child(wait_for_ten, job);

    wait_until(waits_in(child, MP_OP_COND_WAKE));
    for (int i = 0; i < 10; i++) {
        ck_assert_int_eq(mp_lock_acquire(job->lock, MP_FOREVER), 0);
        job->counter = job->counter + 1;
        ck_assert_int_eq(mp_cond_notify_all(job->cond), 0);
        ck_assert_int_eq(mp_lock_release(job->lock), 0);
    }
    ck_assert_int_eq(end_of(child), 0);
    ck_assert_int_eq(mp_lock_acquire(job->lock, 0), 0);
    ck_assert_int_eq(mp_cond_wait_for(job->cond, is_ten, job, 0), 0);
    ck_assert_int_eq(mp_lock_release(job->lock), 0);
    free_job(job);
}
END_TEST

static int wait_deep(void *arg)
{
    struct job *job = arg;
    mp_rlock *rlock = job->rlock;
    for (int i = 0; i < 3; i++) {
        if (mp_rlock_acquire(rlock, MP_FOREVER) != 0) {
            return 1;
        }
    }
    if (mp_cond_wait(job->cond, MP_FOREVER) != 0) {
        return 2;
    }
    for (int i = 0; i < 3; i++) {
        if (mp_rlock_release(rlock) != 0) {
            return 3;
        }
    }
    return mp_rlock_release(rlock) == -EPERM ? 0 : 4;
}

START_TEST(over_an_rlock_all_levels_are_given_back_and_taken_again)
{
    struct job *job = new_job(0);

    ck_assert_int_eq(mp_cond_destroy(job->cond), 0);
    ck_assert_int_eq(mp_cond_create(&job->cond, job->rlock), 0);
    mp_process *child = start_child(wait_deep, job);
    wait_until(waits_in(child, MP_OP_COND_WAKE));
    ck_assert_int_eq(mp_rlock_acquire(job->rlock, LIBRARY_LIMIT_MS), 0);
    ck_assert_int_eq(mp_cond_notify(job->cond, 1), 0);
    ck_assert_int_eq(mp_rlock_release(job->rlock), 0);
    ck_assert_int_eq(end_of(child), 0);
    free_job(job);
}
END_TEST

// --- deaths ------------------------------------------------------------------------------------

START_TEST(a_dead_waiter_is_passed_over)
{
    struct job *job = new_job(0);
    mp_process *victim = start_waiter(job);
    mp_process *other = start_waiter(job);

    ck_assert_int_eq(kill_and_join(victim), -SIGKILL);
    uint64_t before = milliseconds();
    notify(job, 1);
    ck_assert_uint_lt(milliseconds() - before, NOTICE_MS * limit_factor());
    ck_assert_int_eq(end_of(other), 0);
    ck_assert_uint_eq(table_entry(MP_KIND_CONDITION)->arrived, 0);
    free_job(job);
}
END_TEST

// The first is notified, stopped so that it cannot run, and killed: before its parent takes
// note of it (it is a zombie then), or after that.
START_TEST(the_wake_up_of_a_dead_one_goes_to_another)
{
    struct job *job = new_job(0);
    mp_process *victim = start_waiter(job);
    mp_process *other = start_waiter(job);
    mp_process *third = start_waiter(job);

    ck_assert_int_eq(kill(mp_process_pid(victim), SIGSTOP), 0);
    notify(job, 1);
    ck_assert_int_eq(mp_process_kill(victim), 0);
    if (_i > 0) {
        ck_assert_int_eq(end_of(victim), -SIGKILL);
    }
    uint64_t before = milliseconds();
    wait_until(job->counter == 1);
    ck_assert_uint_lt(milliseconds() - before, NOTICE_MS * limit_factor());
    notify(job, 1);
    int places = end_of(other) + end_of(third);
    ck_assert_int_eq(places, 0 + 1);
    if (_i == 0) {
        ck_assert_int_eq(end_of(victim), -SIGKILL);
    }
    ck_assert_uint_eq(table_entry(MP_KIND_CONDITION)->arrived, 0);
    ck_assert_uint_eq(table_entry(MP_KIND_CONDITION)->broken, 0);
    free_job(job);
}
END_TEST

START_TEST(many_deaths_keep_nobody_asleep)
{
    struct job *job = new_job(0);

    for (int death = 0; death < DEATHS; death++) {
        job->counter = 0;
        mp_process *victim = start_waiter(job);
        mp_process *other = start_waiter(job);
        notify(job, 1);
        for (int i = 0; i < death % 8; i++) {
            sched_yield();
        }
        ck_assert_int_eq(mp_process_kill(victim), 0);
        int end = end_of(victim);
        ck_assert(end == -SIGKILL || end == 0);
        int rc = mp_lock_acquire(job->lock, MP_FOREVER);
        ck_assert_int_ge(rc, 0);
        if (job->counter == 1 || rc == MP_RECOVERED) { // used up; or it died with the lock
            ck_assert_int_eq(mp_cond_notify(job->cond, 1), 0);
        }
        ck_assert_int_eq(mp_lock_release(job->lock), 0);
        uint64_t before = milliseconds();
        ck_assert_int_lt(end_of(other), 100);
        ck_assert_uint_lt(milliseconds() - before, NOTICE_MS * limit_factor());
    }
    ck_assert_uint_eq(table_entry(MP_KIND_CONDITION)->arrived, 0);
    free_job(job);
}
END_TEST

static int take_and_die(void *arg)
{
    struct job *job = arg;
    if (mp_lock_acquire(job->lock, MP_FOREVER) < 0 || mp_cond_notify_all(job->cond) != 0) {
        return 1;
    }
    raise(SIGKILL);
    return 2;
}

static int take_and_stay_until_killed(void *arg)
{
    struct job *job = arg;
    if (mp_lock_acquire(job->lock, MP_FOREVER) != 0) {
        return 1;
    }
    atomic_store(&job->arrived, 1);
    while (pause() != 0) {
    }
    return 2;
}

static int wait_recovered(void *arg)
{
    struct job *job = arg;
    if (mp_lock_acquire(job->lock, MP_FOREVER) != 0) {
        return 100;
    }
    int rc = mp_cond_wait(job->cond, MP_FOREVER);
    return mp_lock_release(job->lock) == 0 ? rc : 101;
}

START_TEST(who_wakes_is_told_that_the_owner_of_the_lock_died)
{
    struct job *job = new_job(0);
    mp_process *waiter = start_child(wait_recovered, job);

    wait_until(waits_in(waiter, MP_OP_COND_WAKE));
    ck_assert_int_eq(end_of(start_child(take_and_die, job)), -SIGKILL);
    ck_assert_int_eq(end_of(waiter), MP_RECOVERED);
    free_job(job);
}
END_TEST

// Whoever died with the lock may have been about to notify: a sleeper looks for itself. Here
// the parent has taken note of the death, or not.
START_TEST(who_sleeps_is_told_that_the_owner_died_before_it_notified)
{
    struct job *job = new_job(0);
    mp_process *waiter = start_child(wait_recovered, job);

    wait_until(waits_in(waiter, MP_OP_COND_WAKE));
    mp_process *owner = start_child(take_and_stay_until_killed, job);
    wait_until(atomic_load(&job->arrived) == 1);
    ck_assert_int_eq(mp_process_kill(owner), 0);
    if (_i == 0) {
        ck_assert_int_eq(end_of(owner), -SIGKILL);
    }
    ck_assert_int_eq(end_of(waiter), MP_RECOVERED);
    if (_i != 0) {
        ck_assert_int_eq(end_of(owner), -SIGKILL);
    }
    free_job(job);
}
END_TEST

static int wait_locked(struct job *job, int timeout_ms)
{
    int rc = mp_lock_acquire(job->lock, MP_FOREVER);
    rc = rc == 0 ? mp_cond_wait(job->cond, timeout_ms) : rc;
    int released = mp_lock_release(job->lock);
    return released == 0 ? rc : released;
}

static int wait_disturbed(void *arg)
{
    return waits_under_signals(arg, wait_locked);
}

START_TEST(signals_do_not_end_the_wait)
{
    struct job *job = new_job(0);
    mp_process *child = start_child(wait_disturbed, job);

    let_signals_come(job, child, MP_OP_COND_WAKE);
    notify(job, 1);
    ck_assert_int_eq(end_of(child), 0);
    free_job(job);
}
END_TEST

int main(void)
{
    struct suite_test tests[] = {
        {.test = misuse_has_an_answer_each},
        {.test = a_limit_ends_the_wait_and_the_lock_is_had_again},
        {.test = one_is_woken_for_each_the_longest_waiting_first},
        {.test = several_and_all_are_woken},
        {.test = wait_for_sleeps_on_until_it_is_so},
        {.test = over_an_rlock_all_levels_are_given_back_and_taken_again},
        {.test = a_dead_waiter_is_passed_over},
        {.test = the_wake_up_of_a_dead_one_goes_to_another, .from = 0, .to = 2},
        {.test = many_deaths_keep_nobody_asleep, .timeout = 90},
        {.test = who_wakes_is_told_that_the_owner_of_the_lock_died},
        {.test = who_sleeps_is_told_that_the_owner_died_before_it_notified,
         .from = 0,
         .to = 2},
        {.test = signals_do_not_end_the_wait},
    };

    return run_sync_tests("condition", tests, sizeof tests / sizeof *tests);
}
