// SPDX-License-Identifier: MIT
// Tests of waiting under control, where no time passes: loops that spin, waits with a
// limit, sleep, deadlock. Run by many seeds: the answer is the same with each.
#include "controlled.h"
#include "paths.h"
#include "suite.h"

#include <signal.h>

enum { SEEDS = 12, TURNS = 300 };

static void begin(struct controlled *run, const char *what, uint64_t seed)
{
    const char *const argv[] = {built("tests/programs/accesses_waits"), what, NULL};

    controlled_start(run, argv, MP_GRAIN_MEMORY, seed);
}

static void run_to_end(struct controlled *run, const char *what, uint64_t seed)
{
    begin(run, what, seed);
    controlled_go(run);
    ck_assert_msg(run->ended, "%s stands still with seed %d", what, (int)seed);
    ck_assert_int_eq(run->program.status, 0);
    ck_assert_uint_eq(atomic_load(&run->world->gate.outside), 0);
}

START_TEST(a_loop_on_a_flag_ends_when_the_flag_is_set)
{
    static const char *const programs[] = {"flag", "pair"};

    for (int i = 0; i < 2; i++) {
        struct controlled run;
        run_to_end(&run, programs[i], (uint64_t)_i);
        ck_assert(controlled_printed(&run, "first seen"));
        controlled_end(&run);
    }
}
END_TEST

START_TEST(a_loop_on_a_flag_takes_few_of_the_steps)
{
    struct controlled run;

    run_to_end(&run, "flag", (uint64_t)_i);
    // The one that works: 100 reads and 100 writes, and the flag. Each of its writes lets
    // the other look again, 17 times.
    ck_assert_uint_ge(run.world->processes[2].steps, 201);
    ck_assert_uint_le(run.world->processes[1].steps, 101 * 18 + 20);
    controlled_end(&run);
}
END_TEST

START_TEST(a_loop_that_tries_a_lock_gets_it)
{
    struct controlled run;

    run_to_end(&run, "try", (uint64_t)_i);
    ck_assert(controlled_printed(&run, "work 100") || controlled_printed(&run, "work 0"));
    controlled_end(&run);
}
END_TEST

START_TEST(a_loop_that_asks_whether_a_child_lives_ends_with_it)
{
    struct controlled run;

    run_to_end(&run, "alive", (uint64_t)_i);
    ck_assert(controlled_printed(&run, "ended"));
    controlled_end(&run);
}
END_TEST

// Nobody ever sets the flags: it goes on for ever, and can be stopped at any time.
START_TEST(a_livelock_goes_on_and_can_be_stopped)
{
    struct controlled run;

    begin(&run, "livelock", (uint64_t)_i);
    steer_go(&run.steer);
    for (int stops = 0; stops < 3; stops++) {
        uint64_t steps = atomic_load(&run.world->gate.steps);
        while (atomic_load(&run.world->gate.steps) < steps + TURNS) {
            controlled_turn(&run);
        }
        steer_stop(&run.steer);
        controlled_stand(&run);
        ck_assert(!run.ended && !steer_is_stuck(&run.steer));
        ck_assert_uint_gt(atomic_load(&run.world->seats[1].repeats), 16);
        ck_assert_uint_gt(atomic_load(&run.world->seats[2].repeats), 16);
        steer_go(&run.steer);
    }
    controlled_end(&run);
}
END_TEST

// Nor do loops without a step in them keep a program from being stopped, or stepped.
START_TEST(what_goes_round_below_the_grain_can_be_stopped_and_stepped)
{
    static const char *const programs[] = {"retry", "ask"};
    struct controlled run;

    begin(&run, programs[_i], 1);
    steer_go(&run.steer);
    for (int i = 0; i < TURNS; i++) {
        controlled_turn(&run);
    }
    steer_stop(&run.steer);
    controlled_stand(&run);
    ck_assert(!run.ended);
    for (int i = 0; i < 20; i++) {
        uint64_t steps = atomic_load(&run.world->gate.steps);
        steer_step(&run.steer);
        controlled_stand(&run);
        ck_assert_uint_le(atomic_load(&run.world->gate.steps), steps + 1);
    }
    controlled_end(&run);
}
END_TEST

START_TEST(limits_pass_in_their_order_when_nobody_can_go)
{
    static const char *const lines[] = {"limit 43198000: timed out",
                                        "limit 43199000: timed out",
                                        "limit 43200000: timed out"};
    struct controlled run;
    const char *before = NULL;

    run_to_end(&run, "timeouts", (uint64_t)_i);
    for (int i = 0; i < 3; i++) {
        const char *line = strstr(run.output, lines[i]);
        ck_assert_msg(line != NULL && line > before, "%s", run.output);
        before = line;
    }
    ck_assert_uint_eq(atomic_load(&run.world->gate.time), 43200000);
    controlled_end(&run);
}
END_TEST

START_TEST(no_limit_passes_while_somebody_can_go)
{
    struct controlled run;

    run_to_end(&run, "spare", (uint64_t)_i);
    ck_assert_msg(controlled_printed(&run, "limit 1: Success"), "%s", run.output);
    ck_assert_uint_eq(atomic_load(&run.world->gate.time), 0);
    controlled_end(&run);
}
END_TEST

START_TEST(sleep_does_not_sleep)
{
    struct controlled run;

    run_to_end(&run, "sleep", (uint64_t)_i);
    controlled_end(&run);
}
END_TEST

START_TEST(a_join_with_a_limit_passes_when_the_child_only_spins)
{
    struct controlled run;

    // The child spins on a flag that main sets after the limit. It can go, and it can not:
    // it is the livelock's reader that must not hold up the clock.
    begin(&run, "join", (uint64_t)_i);
    steer_go(&run.steer);
    while (!run.ended && atomic_load(&run.world->gate.steps) < 20000) {
        controlled_turn(&run);
    }
    ck_assert(run.ended && controlled_printed(&run, "timed out"));
    controlled_end(&run);
}
END_TEST

START_TEST(a_deadlock_is_seen_and_its_reasons)
{
    struct controlled run;
    struct mp_readiness why;

    begin(&run, "deadlock", 1);
    controlled_choose(&run, 1);
    controlled_choose(&run, 2);
    controlled_go(&run);
    ck_assert(steer_is_stuck(&run.steer) && !run.ended);
    why = mp_ready(run.world, 1);
    ck_assert(why.reason == MP_LOCK_TAKEN && why.process == 2);
    why = mp_ready(run.world, 2);
    ck_assert(why.reason == MP_LOCK_TAKEN && why.process == 1);
    why = mp_ready(run.world, 0);
    ck_assert(why.reason == MP_STILL_ALIVE && why.process == 1);
    controlled_end(&run);
}
END_TEST

// One of them is killed: from then on it is not said before the table knows of the death, and
// then the other one gets the lock.
START_TEST(a_deadlock_ends_with_the_death_of_one)
{
    struct controlled run;

    begin(&run, "deadlock", 1);
    controlled_choose(&run, 1);
    controlled_choose(&run, 2);
    controlled_go(&run);
    ck_assert(steer_is_stuck(&run.steer) && !run.ended);
    ck_assert_int_eq(steer_signal(&run.steer, 1 + (unsigned)_i, SIGKILL), 0);
    ck_assert(!steer_is_stuck(&run.steer));
    controlled_go(&run);
    ck_assert(run.ended);
    ck_assert_int_eq(run.program.status, 0);
    ck_assert_int_eq(run.world->processes[1 + _i].status, -SIGKILL);
    controlled_end(&run);
}
END_TEST

int main(void)
{
    const struct suite_test tests[] = {
        {.test = a_loop_on_a_flag_ends_when_the_flag_is_set, .from = 0, .to = SEEDS},
        {.test = a_loop_on_a_flag_takes_few_of_the_steps, .from = 0, .to = SEEDS},
        {.test = a_loop_that_tries_a_lock_gets_it, .from = 0, .to = SEEDS},
        {.test = a_loop_that_asks_whether_a_child_lives_ends_with_it,
         .from = 0,
         .to = SEEDS},
        {.test = a_livelock_goes_on_and_can_be_stopped, .from = 0, .to = 3},
        {.test = what_goes_round_below_the_grain_can_be_stopped_and_stepped,
         .from = 0,
         .to = 2},
        {.test = limits_pass_in_their_order_when_nobody_can_go, .from = 0, .to = SEEDS},
        {.test = no_limit_passes_while_somebody_can_go, .from = 0, .to = SEEDS},
        {.test = sleep_does_not_sleep, .from = 0, .to = 2},
        {.test = a_join_with_a_limit_passes_when_the_child_only_spins, .from = 0, .to = 3},
        {.test = a_deadlock_is_seen_and_its_reasons},
        {.test = a_deadlock_ends_with_the_death_of_one, .from = 0, .to = 2},
    };

    return suite_run("waits", tests, sizeof tests / sizeof *tests);
}
