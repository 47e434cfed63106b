// SPDX-License-Identifier: MIT
// Tests of what else a barrier can: abort, reset, an action. Who waits then is refused, and
// who comes later finds what was made of it; the action runs once in each round.
#include "sync_job.h"

enum { PARTIES = 4 };

struct meeting {
    mp_barrier *barrier;
    int rounds;
    _Atomic int acted;
};

static struct meeting *new_meeting(unsigned parties, int (*action)(void *arg))
{
    struct meeting *meeting = MP_SHARED(struct meeting);

    ck_assert_ptr_nonnull(meeting);
    ck_assert_int_eq(
        mp_barrier_create_action(&meeting->barrier, parties, action, meeting), 0);
    return meeting;
}

// Its place, or 100: it was refused.
static int come(void *arg)
{
    struct meeting *meeting = arg;
    int rc = mp_barrier_wait(meeting->barrier, MP_FOREVER);

    return rc >= 0 ? rc : rc == -ENOTRECOVERABLE ? 100 : 101;
}

START_TEST(misuse_of_the_other_calls_has_an_answer_each)
{
    mp_barrier *barrier;

    ck_assert_int_eq(mp_barrier_abort(NULL), -EINVAL);
    ck_assert_int_eq(mp_barrier_reset(NULL), -EINVAL);
    ck_assert_int_eq(mp_barrier_parties(NULL), -EINVAL);
    ck_assert_int_eq(mp_barrier_n_waiting(NULL), -EINVAL);
    ck_assert_int_eq(mp_barrier_is_broken(NULL), -EINVAL);
    ck_assert_int_eq(mp_barrier_create_action(&barrier, 0, NULL, NULL), -EINVAL);
    ck_assert_int_eq(mp_barrier_create(&barrier, 3), 0);
    ck_assert_int_eq(mp_barrier_parties(barrier), 3);
    ck_assert_int_eq(mp_barrier_n_waiting(barrier), 0);
    ck_assert_int_eq(mp_barrier_is_broken(barrier), 0);
    ck_assert_int_eq(mp_barrier_destroy(barrier), 0);
}
END_TEST

START_TEST(abort_and_reset_refuse_who_waits)
{
    struct meeting *meeting = new_meeting(3, NULL);
    mp_process *waiters[2];

    for (int round = 0; round < 4; round++) {
        for (int i = 0; i < 2; i++) {
            waiters[i] = start_child(come, meeting);
            wait_until(waits_in(waiters[i], MP_OP_BARRIER_WAIT));
        }
        ck_assert_int_eq(mp_barrier_n_waiting(meeting->barrier), 2);
        if (round % 2 == 1) {
            ck_assert_int_eq(mp_barrier_abort(meeting->barrier), 0);
            ck_assert_int_eq(mp_barrier_is_broken(meeting->barrier), 1);
            ck_assert_int_eq(mp_barrier_wait(meeting->barrier, MP_FOREVER),
                             -ENOTRECOVERABLE);
        }
        ck_assert_int_eq(mp_barrier_reset(meeting->barrier), 0); // before they have looked
        ck_assert_int_eq(mp_barrier_is_broken(meeting->barrier), 0);
        ck_assert_int_eq(mp_barrier_n_waiting(meeting->barrier), 0);
        ck_assert_int_eq(end_of(waiters[0]), 100);
        ck_assert_int_eq(end_of(waiters[1]), 100);
        ck_assert_int_eq(mp_barrier_is_broken(meeting->barrier), 0);
    }
    for (int i = 0; i < 2; i++) { // as new
        waiters[i] = start_child(come, meeting);
    }
    int place = mp_barrier_wait(meeting->barrier, MP_FOREVER);
    ck_assert_int_eq(place + end_of(waiters[0]) + end_of(waiters[1]), 0 + 1 + 2);
    ck_assert_int_eq(mp_barrier_destroy(meeting->barrier), 0);
}
END_TEST

START_TEST(a_dead_waiter_stops_neither_abort_nor_reset)
{
    struct meeting *meeting = new_meeting(3, NULL);
    mp_process *victim = start_child(come, meeting);
    mp_process *waiter = start_child(come, meeting);

    wait_until(waits_in(victim, MP_OP_BARRIER_WAIT));
    wait_until(waits_in(waiter, MP_OP_BARRIER_WAIT));
    ck_assert_int_eq(mp_process_kill(victim), 0);
    ck_assert_int_eq(mp_barrier_abort(meeting->barrier), 0);
    ck_assert_int_eq(end_of(waiter), 100);
    ck_assert_int_eq(end_of(victim), -SIGKILL);
    ck_assert_int_eq(mp_barrier_reset(meeting->barrier), 0);
    mp_process *again[2] = {start_child(come, meeting), start_child(come, meeting)};
    ck_assert_int_ge(mp_barrier_wait(meeting->barrier, MP_FOREVER), 0);
    ck_assert_int_lt(end_of(again[0]), 3);
    ck_assert_int_lt(end_of(again[1]), 3);
    ck_assert_int_eq(mp_barrier_destroy(meeting->barrier), 0);
}
END_TEST

// Counts in .acted how often it was called; runs alone, before anybody goes on.
static int act(void *arg)
{
    struct meeting *meeting = arg;
    atomic_fetch_add(&meeting->acted, 1);
    return mp_barrier_wait(meeting->barrier, 0) == -EDEADLK ? 0 : 1;
}

static int go_round_with_action(void *arg)
{
    struct meeting *meeting = arg;

    for (int round = 0; round < meeting->rounds; round++) {
        if (mp_barrier_wait(meeting->barrier, MP_FOREVER) < 0) {
            return 1;
        }
        if (atomic_load(&meeting->acted) < round + 1) {
            return 2;
        }
    }
    return 0;
}

// As many processes as parties, and twice as many: then some come before a round is over.
START_TEST(the_action_runs_once_in_each_round_before_anybody_goes_on)
{
    struct meeting *meeting = new_meeting(PARTIES, act);
    mp_process *children[2 * PARTIES];
    int count = _i == 0 ? PARTIES : 2 * PARTIES;

    meeting->rounds = 200;
    for (int i = 0; i < count; i++) {
        children[i] = start_child(_i == 0 ? go_round_with_action : come, meeting);
    }
    for (int i = 0; i < count; i++) {
        int end = end_of(children[i]);
        ck_assert_msg(_i == 0 ? end == 0 : end < PARTIES, "%d", end);
    }
    ck_assert_int_eq(atomic_load(&meeting->acted), _i == 0 ? meeting->rounds : 2);
    ck_assert_int_eq(mp_barrier_destroy(meeting->barrier), 0);
}
END_TEST

static int refuse(void *arg)
{
    (void)arg;
    return 1;
}

static int die(void *arg)
{
    (void)arg;
    raise(SIGKILL);
    return 0;
}

static int abort_it(void *arg)
{
    struct meeting *meeting = arg;
    return mp_barrier_abort(meeting->barrier);
}

static int reset_it(void *arg)
{
    struct meeting *meeting = arg;
    return mp_barrier_reset(meeting->barrier);
}

START_TEST(an_action_that_fails_or_dies_breaks_the_barrier)
{
    static int (*const actions[])(void *) = {refuse, die, abort_it, reset_it};
    struct meeting *meeting = new_meeting(2, actions[_i]);
    mp_process *children[2];

    children[0] = start_child(come, meeting);
    wait_until(waits_in(children[0], MP_OP_BARRIER_WAIT));
    children[1] = start_child(come, meeting);
    ck_assert_int_eq(end_of(children[1]), _i == 1 ? -SIGKILL : 100);
    ck_assert_int_eq(end_of(children[0]), 100);
    ck_assert_int_eq(mp_barrier_is_broken(meeting->barrier), _i != 3);
    ck_assert_int_eq(mp_barrier_reset(meeting->barrier), 0);
    ck_assert_int_eq(mp_barrier_n_waiting(meeting->barrier), 0);
    ck_assert_int_eq(mp_barrier_destroy(meeting->barrier), 0);
}
END_TEST

int main(void)
{
    struct suite_test tests[] = {
        {.test = misuse_of_the_other_calls_has_an_answer_each},
        {.test = abort_and_reset_refuse_who_waits},
        {.test = a_dead_waiter_stops_neither_abort_nor_reset},
        {.test = the_action_runs_once_in_each_round_before_anybody_goes_on,
         .timeout = 60,
         .from = 0,
         .to = 2},
        {.test = an_action_that_fails_or_dies_breaks_the_barrier, .from = 0, .to = 4},
    };

    return run_sync_tests("barrier action", tests, sizeof tests / sizeof *tests);
}
