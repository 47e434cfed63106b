// SPDX-License-Identifier: MIT
// Tests of the barrier: nobody goes on before all have come, each has its place, and who
// times out or dies there breaks it for all.
#include "library.h"
#include "suite.h"

#include <sched.h>
#include <signal.h>

enum { PARTIES = 4, ROUNDS = 1000, DEATHS = 30 };

struct job {
    mp_barrier *barrier;
    int rounds, timeout;
    _Atomic int wrong, broken;
    _Atomic unsigned passed[ROUNDS]; // a bit for each place, and how many have come
};

static struct job *new_job(unsigned parties, int timeout)
{
    struct job *job = MP_SHARED(struct job);

    ck_assert_ptr_nonnull(job);
    ck_assert_int_eq(mp_barrier_create(&job->barrier, parties), 0);
    job->timeout = timeout;
    return job;
}

static const struct mp_object_entry *table_entry(void)
{
    for (unsigned i = 1; i < MP_OBJECTS; i++) {
        if (mp_the_world->objects[i].kind == MP_KIND_BARRIER) {
            return &mp_the_world->objects[i];
        }
    }
    ck_abort_msg("the barrier has no entry");
}

static int come(void *arg)
{
    struct job *job = arg;
    int rc = mp_barrier_wait(job->barrier, job->timeout);

    return rc >= 0 ? rc : rc == -ENOTRECOVERABLE ? 100 : rc == -ETIMEDOUT ? 101 : 102;
}

START_TEST(misuse_has_an_answer_each)
{
    mp_barrier *barrier;

    ck_assert_int_eq(mp_barrier_create(&barrier, 0), -EINVAL);
    ck_assert_int_eq(mp_barrier_create(&barrier, 128), -EINVAL);
    ck_assert_int_eq(mp_barrier_create_named(NULL, 2, "x"), -EINVAL);
    ck_assert_int_eq(mp_barrier_create_named(&barrier, 2, NULL), -EINVAL);
    ck_assert_int_eq(mp_barrier_wait(NULL, 0), -EINVAL);
    ck_assert_int_eq(mp_barrier_destroy(NULL), 0);
    ck_assert_int_eq(mp_barrier_create(&barrier, 127), 0);
    ck_assert_int_eq(mp_barrier_wait(barrier, -2), -EINVAL);
    ck_assert_uint_eq(table_entry()->arrived, 0);
    ck_assert_uint_eq(table_entry()->parties, 127);
    ck_assert_int_eq(mp_barrier_destroy(barrier), 0);
}
END_TEST

START_TEST(one_party_passes_at_once)
{
    mp_barrier *barrier;

    ck_assert_int_eq(mp_barrier_create(&barrier, 1), 0);
    for (int i = 0; i < 3; i++) {
        ck_assert_int_eq(mp_barrier_wait(barrier, 0), 0);
    }
    ck_assert_uint_eq(table_entry()->taken, 3);
    ck_assert_int_eq(mp_barrier_destroy(barrier), 0);
}
END_TEST

// Says in which round it is before it waits: nobody may be found a round behind after it.
static int go_round(void *arg)
{
    struct job *job = arg;

    for (int round = 0; round < ROUNDS; round++) {
        atomic_fetch_add(&job->passed[round], 1u << 16);
        int place = mp_barrier_wait(job->barrier, MP_FOREVER);
        if (place < 0 || place >= PARTIES) {
            return 1;
        }
        unsigned bit = 1u << place;
        unsigned before = atomic_fetch_or(&job->passed[round], bit);
        if ((before & bit) != 0 || before >> 16 != PARTIES) {
            atomic_fetch_add(&job->wrong, 1);
        }
    }
    return 0;
}

START_TEST(all_come_before_anybody_goes_on_a_thousand_times)
{
    struct job *job = new_job(PARTIES, MP_FOREVER);
    mp_process *children[PARTIES];

    for (int i = 0; i < PARTIES; i++) {
        children[i] = start_child(go_round, job);
    }
    for (int i = 0; i < PARTIES; i++) {
        ck_assert_int_eq(end_of(children[i]), 0);
    }
    ck_assert_int_eq(atomic_load(&job->wrong), 0);
    for (int round = 0; round < ROUNDS; round++) {
        ck_assert_uint_eq(job->passed[round], PARTIES << 16 | ((1u << PARTIES) - 1));
    }
    ck_assert_uint_eq(table_entry()->taken, ROUNDS);
    ck_assert_uint_eq(table_entry()->arrived, 0);
    ck_assert_int_eq(mp_barrier_destroy(job->barrier), 0);
}
END_TEST

START_TEST(a_try_breaks_it)
{
    mp_barrier *barrier;

    ck_assert_int_eq(mp_barrier_create(&barrier, 2), 0);
    ck_assert_int_eq(mp_barrier_wait(barrier, 0), -ETIMEDOUT);
    ck_assert_int_eq(mp_barrier_wait(barrier, MP_FOREVER), -ENOTRECOVERABLE);
    ck_assert_int_eq(mp_barrier_destroy(barrier), 0);
}
END_TEST

START_TEST(who_times_out_breaks_it_for_all)
{
    struct job *job = new_job(3, MP_FOREVER);
    mp_process *patient = start_child(come, job);

    wait_until(waits_in(patient, MP_OP_BARRIER_WAIT));
    ck_assert_int_eq(mp_barrier_destroy(job->barrier), -EBUSY);
    uint64_t before = milliseconds();
    ck_assert_int_eq(mp_barrier_wait(job->barrier, 150), -ETIMEDOUT);
    ck_assert_uint_ge(milliseconds() - before, 150);
    ck_assert_int_eq(end_of(patient), 100);
    ck_assert_int_eq(end_of(start_child(come, job)), 100);
    ck_assert_int_eq(mp_barrier_wait(job->barrier, MP_FOREVER), -ENOTRECOVERABLE);
    ck_assert_int_eq(mp_barrier_destroy(job->barrier), 0);
}
END_TEST

START_TEST(who_dies_there_breaks_it_for_those_who_wait)
{
    struct job *job = new_job(3, MP_FOREVER);
    mp_process *victim = start_child(come, job);
    mp_process *waiter = start_child(come, job);

    wait_until(waits_in(victim, MP_OP_BARRIER_WAIT));
    wait_until(waits_in(waiter, MP_OP_BARRIER_WAIT));
    ck_assert_int_eq(mp_process_kill(victim), 0);
    if (_i == 0) { // else it is a zombie while the others look
        ck_assert_int_eq(end_of(victim), -SIGKILL);
    }
    ck_assert_int_eq(end_of(waiter), 100);
    ck_assert_int_eq(mp_barrier_wait(job->barrier, MP_FOREVER), -ENOTRECOVERABLE);
    if (_i != 0) {
        ck_assert_int_eq(end_of(victim), -SIGKILL);
    }
    ck_assert_int_eq(mp_barrier_destroy(job->barrier), 0);
}
END_TEST

START_TEST(who_has_died_there_breaks_it_for_those_who_come)
{
    struct job *job = new_job(2, MP_FOREVER);
    mp_process *victim = start_child(come, job);

    wait_until(waits_in(victim, MP_OP_BARRIER_WAIT));
    ck_assert_int_eq(mp_process_kill(victim), 0);
    ck_assert_int_eq(end_of(victim), -SIGKILL);
    ck_assert_int_eq(mp_barrier_wait(job->barrier, MP_FOREVER), -ENOTRECOVERABLE);
    ck_assert_int_eq(mp_barrier_destroy(job->barrier), 0);
}
END_TEST

static int stay(void *arg)
{
    struct job *job = arg;

    while (!atomic_load(&job->broken)) {
        limit_nap();
    }
    return 0;
}

START_TEST(who_got_the_entry_of_the_dead_does_not_stand_for_it)
{
    struct job *job = new_job(3, MP_FOREVER);
    mp_process *victim = start_child(come, job);
    mp_process *waiter = start_child(come, job);
    const struct mp_process_entry *entry = entry_of(victim);
    uint32_t generation = entry->generation;
    mp_process *next;

    wait_until(waits_in(victim, MP_OP_BARRIER_WAIT));
    wait_until(waits_in(waiter, MP_OP_BARRIER_WAIT));
    ck_assert_int_eq(kill(mp_process_pid(waiter), SIGSTOP), 0); // looks when we are ready
    ck_assert_int_eq(mp_process_kill(victim), 0);
    ck_assert_int_eq(end_of(victim), -SIGKILL);
    for (int i = 0;; i++) {
        ck_assert_int_le(i, MP_PROCESSES);
        ck_assert_int_eq(mp_process_create(&next, stay, job, NULL), 0);
        if (entry->generation == generation + 1) {
            break;
        }
        ck_assert_int_eq(mp_process_destroy(next), 0);
    }
    ck_assert_int_eq(mp_process_start(next), 0);
    wait_until(entry->life == MP_LIFE_ALIVE);
    ck_assert_int_eq(kill(mp_process_pid(waiter), SIGCONT), 0);
    ck_assert_int_eq(end_of(waiter), 100);
    atomic_store(&job->broken, 1);
    ck_assert_int_eq(end_of(next), 0);
    ck_assert_int_eq(mp_barrier_destroy(job->barrier), 0);
}
END_TEST

// Kills the first of those who come, wherever it stands. If it had not come yet, the test
// comes in its place.
static void check_death(struct job *job, unsigned when)
{
    const struct mp_object_entry *barrier = table_entry();
    mp_process *children[PARTIES];

    for (int i = 0; i < PARTIES; i++) {
        children[i] = start_child(come, job);
    }
    for (unsigned i = 0; i < when; i++) {
        sched_yield();
    }
    ck_assert_int_eq(mp_process_kill(children[0]), 0);
    int end = end_of(children[0]);
    ck_assert(end == -SIGKILL || (end >= 0 && end < PARTIES));
    bool came = false;
    while (barrier->broken == 0 && barrier->taken == 0 && !came) {
        came = waits_in(children[1], MP_OP_BARRIER_WAIT) &&
               waits_in(children[2], MP_OP_BARRIER_WAIT) &&
               waits_in(children[3], MP_OP_BARRIER_WAIT) &&
               barrier->arrived == PARTIES - 1;
        limit_nap();
    }
    if (came) {
        int rc = mp_barrier_wait(job->barrier, MP_FOREVER);
        ck_assert_int_eq(rc, PARTIES - 1);
    }
    for (int i = 1; i < PARTIES; i++) {
        end = end_of(children[i]);
        ck_assert_msg(end == 100 || (end >= 0 && end < PARTIES), "%d", end);
    }
}

START_TEST(many_deaths_never_hang_the_others)
{
    struct job *job = new_job(PARTIES, MP_FOREVER);
    unsigned long random = 99;

    for (int death = 0; death < DEATHS; death++) {
        random = random * 6364136223846793005u + 1442695040888963407u;
        check_death(job, (unsigned)(random >> 50) % 64);
        ck_assert_int_eq(mp_barrier_destroy(job->barrier), 0);
        ck_assert_int_eq(mp_barrier_create(&job->barrier, PARTIES), 0);
    }
    ck_assert_int_eq(mp_barrier_destroy(job->barrier), 0);
}
END_TEST

int main(void)
{
    struct suite_test tests[] = {
        {.test = misuse_has_an_answer_each},
        {.test = one_party_passes_at_once},
        {.test = all_come_before_anybody_goes_on_a_thousand_times, .timeout = 60},
        {.test = a_try_breaks_it},
        {.test = who_times_out_breaks_it_for_all},
        {.test = who_dies_there_breaks_it_for_those_who_wait, .from = 0, .to = 2},
        {.test = who_has_died_there_breaks_it_for_those_who_come},
        {.test = who_got_the_entry_of_the_dead_does_not_stand_for_it},
        {.test = many_deaths_never_hang_the_others, .timeout = 60},
    };

    for (size_t i = 0; i < sizeof tests / sizeof *tests; i++) {
        tests[i].teardown = library_close;
    }
    return suite_run("barrier", tests, sizeof tests / sizeof *tests);
}
