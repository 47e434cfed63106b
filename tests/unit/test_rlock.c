// SPDX-License-Identifier: MIT
// Tests of the rlock: its owner may take it again, others get it when it was given back as
// often, and when its owner dies one of them is told.
#include "sync_job.h"

enum { ADDERS = 4, ADDITIONS = 5000, DEEPEST = 65535 };

START_TEST(misuse_has_an_answer_each)
{
    mp_rlock *rlock;

    ck_assert_int_eq(mp_rlock_create_named(NULL, "x"), -EINVAL);
    ck_assert_int_eq(mp_rlock_create_named(&rlock, NULL), -EINVAL);
    ck_assert_int_eq(mp_rlock_acquire(NULL, 0), -EINVAL);
    ck_assert_int_eq(mp_rlock_release(NULL), -EINVAL);
    ck_assert_int_eq(mp_rlock_destroy(NULL), 0);
    ck_assert_int_eq(mp_rlock_create(&rlock), 0);
    ck_assert_str_eq(table_entry(MP_KIND_RLOCK)->name, "rlock");
    ck_assert_int_eq(mp_rlock_acquire(rlock, -2), -EINVAL);
    ck_assert_int_eq(mp_rlock_release(rlock), -EPERM);
    ck_assert_int_eq(mp_rlock_destroy(rlock), 0);
}
END_TEST

START_TEST(its_owner_has_it_as_often_as_it_takes_it)
{
    mp_rlock *rlock;

    ck_assert_int_eq(mp_rlock_create(&rlock), 0);
    const struct mp_object_entry *entry = table_entry(MP_KIND_RLOCK);
    for (int depth = 1; depth <= DEEPEST; depth++) {
        int timeout = depth % 3 == 0 ? 0 : depth % 3 == 1 ? MP_FOREVER : 10;
        ck_assert_int_eq(mp_rlock_acquire(rlock, timeout), 0);
        ck_assert_int_eq((int)entry->arrived, depth);
    }
    ck_assert_int_eq(mp_rlock_acquire(rlock, MP_FOREVER), -EOVERFLOW);
    ck_assert_int_eq(mp_rlock_destroy(rlock), -EBUSY);
    for (int depth = DEEPEST; depth > 0; depth--) {
        ck_assert_uint_eq(entry->owner, 0);
        ck_assert_int_eq(mp_rlock_release(rlock), 0);
    }
    ck_assert_uint_eq(entry->owner, MP_NOBODY);
    ck_assert_int_eq(mp_rlock_release(rlock), -EPERM);
    ck_assert_int_eq(mp_rlock_destroy(rlock), 0);
}
END_TEST

static int meddle(void *arg)
{
    struct job *job = arg;
    uint64_t before = milliseconds();

    return mp_rlock_release(job->rlock) != -EPERM            ? 1
           : mp_rlock_acquire(job->rlock, 0) != -EAGAIN      ? 2
           : mp_rlock_acquire(job->rlock, 150) != -ETIMEDOUT ? 3
           : milliseconds() - before < 150                   ? 4
                                                             : 0;
}

START_TEST(others_get_it_only_when_it_was_given_back_as_often)
{
    struct job *job = new_job(0);

    ck_assert_int_eq(mp_rlock_acquire(job->rlock, 0), 0);
    ck_assert_int_eq(mp_rlock_acquire(job->rlock, 0), 0);
    ck_assert_int_eq(end_of(start_child(meddle, job)), 0);
    ck_assert_int_eq(mp_rlock_release(job->rlock), 0);
    ck_assert_int_eq(end_of(start_child(meddle, job)), 0);
    ck_assert_int_eq(mp_rlock_release(job->rlock), 0);
    ck_assert_int_eq(end_of(start_child(meddle, job)), 2);
    free_job(job);
}
END_TEST

static int add(void *arg)
{
    struct job *job = arg;

    for (int i = 0; i < ADDITIONS; i++) {
        for (int depth = 1; depth <= 2; depth++) {
            if (mp_rlock_acquire(job->rlock, MP_FOREVER) != 0) {
                return 1;
            }
        }
        job->counter = job->counter + 1;
        if (mp_rlock_release(job->rlock) != 0) {
            return 2;
        }
        job->counter = job->counter + 1;
        if (mp_rlock_release(job->rlock) != 0) {
            return 3;
        }
    }
    return 0;
}

START_TEST(one_process_at_a_time_has_it)
{
    struct job *job = new_job(0);
    mp_process *adders[ADDERS];

    for (int i = 0; i < ADDERS; i++) {
        adders[i] = start_child(add, job);
    }
    for (int i = 0; i < ADDERS; i++) {
        ck_assert_int_eq(end_of(adders[i]), 0);
    }
    ck_assert_int_eq(job->counter, 2L * ADDERS * ADDITIONS);
    free_job(job);
}
END_TEST

static int take_twice_and_stay(void *arg)
{
    struct job *job = arg;
    int rc = mp_rlock_acquire(job->rlock, MP_FOREVER);

    rc |= mp_rlock_acquire(job->rlock, MP_FOREVER);
    atomic_fetch_add(&job->arrived, 1);
    while (rc == 0 && pause() != 0) {
    }
    return 1;
}

START_TEST(who_recovers_it_has_it_once)
{
    struct job *job = new_job(0);
    const struct mp_object_entry *entry = table_entry(MP_KIND_RLOCK);
    mp_process *holder = start_child(take_twice_and_stay, job);

    wait_until(atomic_load(&job->arrived) == 1);
    ck_assert_uint_eq(entry->arrived, 2);
    ck_assert_int_eq(kill_and_join(holder), -SIGKILL);
    ck_assert_uint_eq(entry->broken, 1);
    ck_assert_int_eq(mp_rlock_acquire(job->rlock, MP_FOREVER), MP_RECOVERED);
    ck_assert_uint_eq(entry->arrived, 1);
    ck_assert_int_eq(mp_rlock_acquire(job->rlock, MP_FOREVER), 0);
    ck_assert_int_eq(mp_rlock_release(job->rlock), 0);
    ck_assert_int_eq(mp_rlock_release(job->rlock), 0);
    ck_assert_int_eq(mp_rlock_acquire(job->rlock, 0), 0);
    ck_assert_int_eq(mp_rlock_release(job->rlock), 0);
    free_job(job);
}
END_TEST

static int acquire(struct job *job, int timeout_ms)
{
    return mp_rlock_acquire(job->rlock, timeout_ms);
}

static int wait_disturbed(void *arg)
{
    return waits_under_signals(arg, acquire);
}

START_TEST(signals_do_not_end_the_wait)
{
    struct job *job = new_job(0);

    ck_assert_int_eq(mp_rlock_acquire(job->rlock, 0), 0);
    mp_process *child = start_child(wait_disturbed, job);
    let_signals_come(job, child, MP_OP_LOCK_ACQUIRE);
    ck_assert_int_eq(mp_rlock_release(job->rlock), 0);
    ck_assert_int_eq(end_of(child), 0);
    free_job(job);
}
END_TEST

int main(void)
{
    struct suite_test tests[] = {
        {.test = misuse_has_an_answer_each},
        {.test = its_owner_has_it_as_often_as_it_takes_it},
        {.test = others_get_it_only_when_it_was_given_back_as_often},
        {.test = one_process_at_a_time_has_it},
        {.test = who_recovers_it_has_it_once},
        {.test = signals_do_not_end_the_wait},
    };

    return run_sync_tests("rlock", tests, sizeof tests / sizeof *tests);
}
