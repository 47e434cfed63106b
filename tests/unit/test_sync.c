// SPDX-License-Identifier: MIT
// Tests of all that processes wait for each other with, under control and by seeds: what the
// lab folds from the events is what the tables say after every step; limits pass only when
// nobody else can go; and who is stuck is said to be.
#include "suite.h"
#include "unit/sessions.h"

#include <stdlib.h>

enum { SEEDS = 12, STEPS_MOST = 3000 };

static const char *const programs[] = {"rlock",     "semaphore", "event",
                                       "condition", "depth",     "limits",
                                       "barrier",   "early",     "values"};
enum { PROGRAMS = sizeof programs / sizeof *programs };

static void compare(struct session *session, const char *what, bool killed)
{
    char why[256];
    watch_snapshot(session->watch, session->snapshot);
    if (killed && session->snapshot->steps == session->model->steps + 1) {
        session->snapshot->steps--; // given to the killed one, which never took it
    }
    if (!model_equals(session->model, session->snapshot, why, sizeof why)) {
        ck_abort_msg("%s, step %llu: %s\n%s", what,
                     (unsigned long long)session->model->steps, why,
                     session_describe(session));
    }
}

static bool is_not_stuck(struct session *session)
{
    return !session->stuck_told;
}

// Step by step, until it has ended or all are stuck. True: it has ended.
static bool run(struct session *session, const char *program, enum mp_grain grain,
                uint64_t seed, bool kills)
{
    char command[64];
    snprintf(command, sizeof command, "tests/programs/sync_calls %s", program);
    session_begin(session, command,
                  (struct run_setup){.grain = grain, .seed = seed, .stopped = true});
    for (int step = 0; step < STEPS_MOST; step++) {
        if (!session_wait(session, session_stands, SESSION_LIMIT_MS)) {
            ck_abort_msg("%s, seed %d does not go on\n%s", program, (int)seed,
                         session_describe(session));
        }
        while (session_pump(session, mp_nanoseconds())) {
        }
        compare(session, program, kills);
        // Who has just been killed is noticed a little later, and then others can go.
        bool stuck = session->stuck_told &&
                     !(kills && session_wait(session, is_not_stuck, SESSION_LIMIT_MS));
        if (session->ended || stuck) {
            return session->ended;
        }
        steer_step(&session->steer);
    }
    ck_abort_msg("%s, seed %d takes too many steps", program, (int)seed);
}

static void check(const char *program, enum mp_grain grain, uint64_t seed, bool kills)
{
    struct session session;
    if (!run(&session, program, grain, seed, kills)) {
        ck_abort_msg("%s, seed %d, stuck: %s", program, (int)seed,
                     session_describe(&session));
    }
    ck_assert_msg(session_exit_status(&session) == 0, "%s, seed %d: status %d", program,
                  (int)seed, session_exit_status(&session));
    ck_assert_uint_eq(session.model->dropped, 0);
    session_end(&session);
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
        ck_assert(!run(&session, stuck[_i].program, MP_GRAIN_CALLS, seed, false));
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
