// SPDX-License-Identifier: MIT
// Tests of the semaphore: never more inside than permits, exact limits, no owner; and what a
// death takes with it, and what it does not.
#include "sync_job.h"

enum { USERS = 4, USES = 3000, PERMITS = 2 };

START_TEST(misuse_has_an_answer_each)
{
    mp_sem *sem;

    ck_assert_int_eq(mp_sem_create_named(NULL, 1, 1, "x"), -EINVAL);
    ck_assert_int_eq(mp_sem_create_named(&sem, 1, 1, NULL), -EINVAL);
    ck_assert_int_eq(mp_sem_create(&sem, 3, 2), -EINVAL);
    ck_assert_int_eq(mp_sem_create(&sem, MP_ARRIVED_MOST + 1, 0), -EINVAL);
    ck_assert_int_eq(mp_sem_create(&sem, 0, MP_ARRIVED_MOST + 1), -EINVAL);
    ck_assert_int_eq(mp_sem_acquire(NULL, 0), -EINVAL);
    ck_assert_int_eq(mp_sem_release(NULL, 1), -EINVAL);
    ck_assert_int_eq(mp_sem_value(NULL), -EINVAL);
    ck_assert_int_eq(mp_sem_destroy(NULL), 0);
    ck_assert_int_eq(mp_sem_create(&sem, 1, 2), 0);
    ck_assert_str_eq(table_entry(MP_KIND_SEMAPHORE)->name, "sem");
    ck_assert_int_eq(mp_sem_acquire(sem, -2), -EINVAL);
    ck_assert_int_eq(mp_sem_release(sem, 0), -EINVAL);
    ck_assert_int_eq(mp_sem_value(sem), 1);
    ck_assert_int_eq(mp_sem_destroy(sem), 0);
}
END_TEST

START_TEST(permits_are_counted_and_their_limit_is_exact)
{
    mp_sem *sem;
    uint64_t before = milliseconds();

    ck_assert_int_eq(mp_sem_create(&sem, 1, 2), 0);
    ck_assert_int_eq(mp_sem_acquire(sem, MP_FOREVER), 0);
    ck_assert_int_eq(mp_sem_acquire(sem, 0), -EAGAIN);
    ck_assert_int_eq(mp_sem_acquire(sem, 150), -ETIMEDOUT);
    ck_assert_uint_ge(milliseconds() - before, 150);
    ck_assert_int_eq(mp_sem_release(sem, 3), -EOVERFLOW);
    ck_assert_int_eq(mp_sem_value(sem), 0);
    ck_assert_int_eq(mp_sem_release(sem, 2), 0);
    ck_assert_int_eq(mp_sem_release(sem, 1), -EOVERFLOW);
    ck_assert_int_eq(mp_sem_release(sem, UINT32_MAX), -EOVERFLOW);
    ck_assert_int_eq(mp_sem_value(sem), 2);
    ck_assert_int_eq(mp_sem_destroy(sem), 0);
}
END_TEST

START_TEST(without_a_limit_there_may_be_many)
{
    mp_sem *sem;

    ck_assert_int_eq(mp_sem_create(&sem, MP_ARRIVED_MOST - 1, 0), 0);
    ck_assert_int_eq(mp_sem_release(sem, 1), 0);
    ck_assert_int_eq(mp_sem_value(sem), MP_ARRIVED_MOST);
    ck_assert_int_eq(mp_sem_release(sem, 1), -EOVERFLOW);
    ck_assert_int_eq(mp_sem_acquire(sem, 0), 0);
    ck_assert_int_eq(mp_sem_destroy(sem), 0);
}
END_TEST

static int use(void *arg)
{
    struct job *job = arg;

    for (int i = 0; i < USES; i++) {
        if (mp_sem_acquire(job->sem, MP_FOREVER) != 0) {
            return 1;
        }
        int inside = atomic_fetch_add(&job->arrived, 1) + 1;
        if (inside > PERMITS) {
            return 2;
        }
        atomic_fetch_sub(&job->arrived, 1);
        if (mp_sem_release(job->sem, 1) != 0) {
            return 3;
        }
    }
    return 0;
}

START_TEST(never_more_inside_than_permits)
{
    struct job *job = new_job(PERMITS);
    mp_process *users[USERS];

    for (int i = 0; i < USERS; i++) {
        users[i] = start_child(use, job);
    }
    for (int i = 0; i < USERS; i++) {
        ck_assert_int_eq(end_of(users[i]), 0);
    }
    ck_assert_int_eq(mp_sem_value(job->sem), PERMITS);
    ck_assert_uint_eq(table_entry(MP_KIND_SEMAPHORE)->taken, (uint64_t)USERS * USES);
    free_job(job);
}
END_TEST

static int take_one(void *arg)
{
    struct job *job = arg;
    int rc = mp_sem_acquire(job->sem, MP_FOREVER);

    return rc == 0 ? 0 : 1;
}

START_TEST(several_permits_wake_several)
{
    struct job *job = new_job(0);
    mp_process *takers[3];

    for (int i = 0; i < 3; i++) {
        takers[i] = start_child(take_one, job);
        wait_until(waits_in(takers[i], MP_OP_SEM_ACQUIRE));
    }
    ck_assert_int_eq(mp_sem_destroy(job->sem), -EBUSY);
    ck_assert_int_eq(mp_sem_release(job->sem, 3), 0); // by one who never took one
    for (int i = 0; i < 3; i++) {
        ck_assert_int_eq(end_of(takers[i]), 0);
    }
    ck_assert_int_eq(mp_sem_value(job->sem), 0);
    free_job(job);
}
END_TEST

// A permit is nobody's: it goes with who took it, and the others wait as long as they said.
START_TEST(the_permit_of_the_dead_is_gone)
{
    struct job *job = new_job(1);

    ck_assert_int_eq(end_of(start_child(take_one, job)), 0);
    ck_assert_int_eq(mp_sem_acquire(job->sem, 200), -ETIMEDOUT);
    ck_assert_int_eq(mp_sem_release(job->sem, 1), 0);
    ck_assert_int_eq(mp_sem_acquire(job->sem, 0), 0);
    free_job(job);
}
END_TEST

// One of two is killed as a permit comes: the other one gets it, or it was taken.
START_TEST(a_death_does_not_swallow_the_wake_up)
{
    struct job *job = new_job(0);
    const struct mp_object_entry *entry = table_entry(MP_KIND_SEMAPHORE);

    for (int i = 0; i < 50; i++) {
        mp_process *victim = start_child(take_one, job);
        wait_until(waits_in(victim, MP_OP_SEM_ACQUIRE));
        mp_process *other = start_child(take_one, job);
        wait_until(waits_in(other, MP_OP_SEM_ACQUIRE));
        uint64_t taken = entry->taken;
        ck_assert_int_eq(mp_sem_release(job->sem, 1), 0);
        ck_assert_int_eq(mp_process_kill(victim), 0);
        uint64_t before = milliseconds();
        wait_until(entry->taken == taken + 1);
        ck_assert_uint_lt(milliseconds() - before, NOTICE_MS * limit_factor());
        int end = end_of(victim);
        ck_assert(end == 0 || end == -SIGKILL);
        if (mp_process_is_alive(other) == 1) { // the victim had it, or has it still
            ck_assert_int_eq(mp_sem_release(job->sem, 1), 0);
        }
        ck_assert_int_eq(end_of(other), 0);
        while (mp_sem_acquire(job->sem, 0) == 0) {
        }
    }
    free_job(job);
}
END_TEST

static int acquire(struct job *job, int timeout_ms)
{
    return mp_sem_acquire(job->sem, timeout_ms);
}

static int wait_disturbed(void *arg)
{
    return waits_under_signals(arg, acquire);
}

START_TEST(signals_do_not_end_the_wait)
{
    struct job *job = new_job(0);
    mp_process *child = start_child(wait_disturbed, job);

    let_signals_come(job, child, MP_OP_SEM_ACQUIRE);
    ck_assert_int_eq(mp_sem_release(job->sem, 1), 0);
    ck_assert_int_eq(end_of(child), 0);
    free_job(job);
}
END_TEST

int main(void)
{
    struct suite_test tests[] = {
        {.test = misuse_has_an_answer_each},
        {.test = permits_are_counted_and_their_limit_is_exact},
        {.test = without_a_limit_there_may_be_many},
        {.test = never_more_inside_than_permits, .timeout = 60},
        {.test = several_permits_wake_several},
        {.test = the_permit_of_the_dead_is_gone},
        {.test = a_death_does_not_swallow_the_wake_up, .timeout = 60},
        {.test = signals_do_not_end_the_wait},
    };

    return run_sync_tests("semaphore", tests, sizeof tests / sizeof *tests);
}
