// SPDX-License-Identifier: MIT
// Runs of a program under control, step by step and by seeds: after every step the tables
// that the lab folded from the events are to be what the program's own tables say.
#pragma once

#include "unit/sessions.h"

enum { STEPS_MOST = 3000 };

static inline void stepwise_compare(struct session *session, const char *what, bool killed)
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

static inline bool stepwise_is_not_stuck(struct session *session)
{
    return !session->stuck_told;
}

// Until it has ended or all are stuck. True: it has ended. `kills`: somebody in it is killed.
static inline bool stepwise_run(struct session *session, const char *command,
                                enum mp_grain grain, uint64_t seed, bool kills)
{
    session_begin(session, command,
                  (struct run_setup){.grain = grain, .seed = seed, .stopped = true});
    for (int step = 0; step < STEPS_MOST; step++) {
        if (!session_wait(session, session_stands, SESSION_LIMIT_MS)) {
            ck_abort_msg("%s, seed %d does not go on\n%s", command, (int)seed,
                         session_describe(session));
        }
        while (session_pump(session, mp_nanoseconds())) {
        }
        stepwise_compare(session, command, kills);
        // Who has just been killed is noticed a little later, and then others can go.
        bool stuck =
            session->stuck_told &&
            !(kills && session_wait(session, stepwise_is_not_stuck, SESSION_LIMIT_MS));
        if (session->ended || stuck) {
            return session->ended;
        }
        steer_step(&session->steer);
    }
    ck_abort_msg("%s, seed %d takes too many steps", command, (int)seed);
}

// To its end, with status 0.
static inline void stepwise_check(const char *command, enum mp_grain grain, uint64_t seed,
                                  bool kills)
{
    struct session session;
    if (!stepwise_run(&session, command, grain, seed, kills)) {
        ck_abort_msg("%s, seed %d, stuck: %s", command, (int)seed,
                     session_describe(&session));
    }
    ck_assert_msg(session_exit_status(&session) == 0, "%s, seed %d: status %d", command,
                  (int)seed, session_exit_status(&session));
    ck_assert_uint_eq(session.model->dropped, 0);
    session_finish(&session);
}
