// SPDX-License-Identifier: MIT
// Tests of all that processes wait for each other with, under control and by seeds: what the
// lab folds from the events is what the tables say after every step; limits pass only when
// nobody else can go; and who is stuck is said to be.
#include "suite.h"
#include "unit/stepwise.h"

#include <stdlib.h>

enum { SEEDS = 12 };

static const char *const programs[] = {"rlock",     "semaphore", "event",
                                       "condition", "depth",     "limits",
                                       "barrier",   "early",     "values"};
enum { PROGRAMS = sizeof programs / sizeof *programs };

static const char *command(const char *program)
{
    static char text[64];
    snprintf(text, sizeof text, "tests/programs/sync_calls %s", program);
    return text;
}

static void check(const char *program, enum mp_grain grain, uint64_t seed, bool kills)
{
    stepwise_check(command(program), grain, seed, kills);
}

START_TEST(fold_equals_world_after_every_step)
{
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        check(programs[_i], seed % 3 == 0 ? MP_GRAIN_CALLS : MP_GRAIN_MEMORY, seed, false);
    }
}
END_TEST

START_TEST(the_wake_up_of_a_killed_waiter_goes_to_another)
{
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        check("killed", MP_GRAIN_CALLS, seed, true);
    }
}
END_TEST

static const struct {
    const char *program;
    enum mp_reason reason; // of the children, or of one of them
} stuck[] = {
    {"stuck-sem", MP_NO_PERMIT},
    {"stuck-event", MP_NOT_SET},
    {"stuck-cond", MP_NOT_NOTIFIED},
    {"stuck-rlock", MP_LOCK_TAKEN},
};

START_TEST(who_is_stuck_is_recognised_and_why)
{
    for (uint64_t seed = 1; seed <= SEEDS / 3; seed++) {
        struct session session;
        ck_assert(!stepwise_run(&session, command(stuck[_i].program), MP_GRAIN_CALLS,
                                seed, false));
        struct mp_world *world = watch_world(session.watch);
        ck_assert(mp_ready(world, 1).reason == stuck[_i].reason ||
                  mp_ready(world, 2).reason == stuck[_i].reason);
        ck_assert_int_eq(mp_ready(world, 0).reason, MP_STILL_ALIVE);
        session_finish(&session);
    }
}
END_TEST

int main(void)
{
    const struct suite_test tests[] = {
        {.test = fold_equals_world_after_every_step,
         .timeout = 60,
         .from = 0,
         .to = PROGRAMS},
        {.test = the_wake_up_of_a_killed_waiter_goes_to_another, .timeout = 60},
        {.test = who_is_stuck_is_recognised_and_why,
         .timeout = 60,
         .from = 0,
         .to = sizeof stuck / sizeof *stuck},
    };

    return suite_run("sync", tests, sizeof tests / sizeof *tests);
}
