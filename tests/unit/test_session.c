// SPDX-License-Identifier: MIT
// Tests of a session: that what the model folds from the events of a run is what the tables
// of the world say, after every step; and that the updates it calls lost are those missing.
#include "suite.h"
#include "unit/sessions.h"

#include <stdlib.h>

enum {
    RUNS = 60, // of each program; in the long form more
    RUNS_LONG = 1000,
    AT_ONCE = 6, // runs that go on side by side: most of a run is waiting for processes
    STEPS_MOST = 2000,
};

// One of many runs that go on side by side.
struct run {
    struct session session;
    char command[128];
    enum mp_grain grain;
    uint64_t seed;
    uint64_t random;
    uint64_t compared; // how often fold and world were
    uint64_t kill_at;  // at this comparison somebody is killed; 0: nobody
    bool killed;
    int64_t deadline;
    bool active;
};

// --- the fold equals the world ------------------------------------------------------------

static const char *const programs[] = {"demos/process", "demos/lock_race",
                                       "demos/lock_fixed", "demos/queue",
                                       "tests/programs/queue_calls"};
enum { PROCESS, LOCK_RACE, LOCK_FIXED, QUEUE, QUEUE_CALLS, PROGRAMS };

static void choose_command(struct run *run, int program)
{
    uint64_t *random = &run->random;
    int used = snprintf(run->command, sizeof run->command, "%s", programs[program]);
    char *rest = run->command + used;
    size_t room = sizeof run->command - (size_t)used;
    if (program == PROCESS) {
        static const char *const extra[] = {"",
                                            "",
                                            " --no-join",
                                            " --orphan",
                                            " --nested 2",
                                            " --nested 3 --no-join",
                                            " --exit 3",
                                            " --exit 300"};
        snprintf(rest, room, " --children %d%s", 1 + (int)session_draw(random, 4),
                 extra[session_draw(random, sizeof extra / sizeof *extra)]);
    } else if (program == QUEUE) {
        snprintf(rest, room, " --producers %d --consumers %d --items %d --capacity %d%s",
                 1 + (int)session_draw(random, 3), 1 + (int)session_draw(random, 3),
                 1 + (int)session_draw(random, 6), 1 + (int)session_draw(random, 3),
                 session_draw(random, 2) ? " --sentinel" : "");
    } else if (program == QUEUE_CALLS) {
        snprintf(rest, room, " %d", 1 + (int)session_draw(random, 4));
    } else {
        snprintf(rest, room, " --processes %d --increments %d",
                 1 + (int)session_draw(random, 3), 1 + (int)session_draw(random, 4));
    }
}

static void compare(struct run *run)
{
    struct session *session = &run->session;
    char what[256];
    run->compared++;
    watch_snapshot(session->watch, session->snapshot);
    if (run->killed && session->snapshot->steps == session->model->steps + 1) {
        session->snapshot->steps--; // given to the killed one, which never took it
    }
    if (!model_equals(session->model, session->snapshot, what, sizeof what)) {
        ck_abort_msg("%s, grain %d, seed %llu, after step %llu: %s\n%s", run->command,
                     run->grain, (unsigned long long)run->seed,
                     (unsigned long long)session->snapshot->steps, what,
                     session_describe(session));
    }
}

// Everybody stands: the next step is drawn from the seed, or chosen here.
static void one_step(struct run *run)
{
    struct session *session = &run->session;
    if (run->kill_at != 0 && run->compared >= run->kill_at) {
        session_kill(session,
                     (unsigned)session_draw(&run->random, session->model->process_count));
        run->kill_at = 0;
        run->killed = true;
    }
    if (session_draw(&run->random, 4) == 0) {
        steer_choose(&session->steer,
                     (unsigned)session_draw(&run->random, session->model->process_count));
    } else {
        steer_step(&session->steer);
    }
}

static void end_run(struct run *run)
{
    const struct model *model = run->session.model;
    ck_assert_msg(model->dropped == 0 && !model->no_memory, "%s: %llu dropped",
                  run->command, (unsigned long long)model->dropped);
    ck_assert_msg(run->compared > 0 && run->compared < STEPS_MOST, "%s: %llu comparisons",
                  run->command, (unsigned long long)run->compared);
    if (run->killed || strstr(run->command, "--orphan") != NULL) {
        session_finish(&run->session);
    } else {
        session_end(&run->session);
    }
    run->active = false;
}

// Moves it on a little. What is compared is a world in which nobody moves.
static void advance(struct run *run)
{
    struct session *session = &run->session;
    bool stands = session_is_stopped(session);
    bool news = session_pump(session, mp_nanoseconds());
    if (session->ended) {
        compare(run);
        end_run(run);
    } else if (stands && !news && session_is_stopped(session)) {
        compare(run);
        if (session->stuck_told) {
            end_run(run);
        } else {
            one_step(run);
        }
    } else if (limit_left(run->deadline) == 0) {
        ck_abort_msg("%s, grain %d, seed %llu does not go on\n%s", run->command,
                     run->grain, (unsigned long long)run->seed, session_describe(session));
    }
}

static void begin_run(struct run *run, int program, uint64_t number, bool with_kill)
{
    *run = (struct run){.random = number * 3 + (uint64_t)program, .active = true};
    choose_command(run, program);
    run->seed = session_draw(&run->random, UINT64_MAX);
    run->grain = (enum mp_grain)session_draw(&run->random, MP_GRAINS);
    run->kill_at = with_kill ? 1 + session_draw(&run->random, 16) : 0;
    run->deadline = limit_after(SESSION_LIMIT_MS);
    session_begin(
        &run->session, run->command,
        (struct run_setup){.grain = run->grain, .seed = run->seed, .stopped = true});
}

static void run_all(int program, uint64_t count, bool with_kill)
{
    static struct run runs[AT_ONCE];
    uint64_t begun = 0;
    uint64_t active;
    do {
        active = 0;
        for (int i = 0; i < AT_ONCE; i++) {
            if (!runs[i].active && begun < count) {
                begin_run(&runs[i], program, ++begun, with_kill);
            }
            if (runs[i].active) {
                advance(&runs[i]);
                active += runs[i].active;
            }
        }
    } while (active > 0 || begun < count);
}

START_TEST(fold_equals_world_after_every_step)
{
    run_all(_i, suite_is_long() ? RUNS_LONG : RUNS, false);
}
END_TEST

START_TEST(fold_equals_world_when_somebody_is_killed)
{
    run_all(_i, suite_is_long() ? RUNS_LONG : RUNS, true);
}
END_TEST

int main(void)
{
    const struct suite_test tests[] = {
        {.test = fold_equals_world_after_every_step,
         .timeout = 120,
         .from = 0,
         .to = PROGRAMS},
        {.test = fold_equals_world_when_somebody_is_killed,
         .timeout = 120,
         .from = 0,
         .to = PROGRAMS},
    };

    return suite_run("session", tests, sizeof tests / sizeof *tests);
}
