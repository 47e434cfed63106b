// SPDX-License-Identifier: MIT
// Tests of whole runs under control: the updates that the model calls lost are the ones
// that are missing, and the same seed gives the same run, however it is paced.
#include "suite.h"
#include "unit/sessions.h"

#include <stdlib.h>

enum {
    RUNS = 1000,
    AT_ONCE = 6,
    REPEATED = 60, // seeds
    STEPS = 256,   // of a run that is repeated, at most
};

struct run {
    struct session session;
    char command[128];
    int64_t deadline;
    uint64_t number;
    bool stepped; // by hand, each step
    bool active;
};

typedef void run_begin(struct run *run);
typedef void run_end(struct run *run);

static void advance(struct run *run, run_end *end)
{
    struct session *session = &run->session;
    session_pump(session, mp_nanoseconds());
    if (session->ended) {
        end(run);
        session_end(session);
        run->active = false;
    } else if (run->stepped && session_is_stopped(session)) {
        steer_step(&session->steer);
    } else if (limit_left(run->deadline) == 0) {
        ck_abort_msg("%s, run %llu, does not end\n%s", run->command,
                     (unsigned long long)run->number, session_describe(session));
    }
}

// Runs number 1 to count, some at a time.
static void run_all(uint64_t count, run_begin *begin, run_end *end)
{
    static struct run runs[AT_ONCE];
    uint64_t begun = 0;
    uint64_t active;
    do {
        active = 0;
        for (int i = 0; i < AT_ONCE; i++) {
            if (!runs[i].active && begun < count) {
                runs[i] = (struct run){.number = ++begun, .active = true};
                begin(&runs[i]);
                runs[i].deadline = limit_after(SESSION_LIMIT_MS);
            }
            if (runs[i].active) {
                advance(&runs[i], end);
                active += runs[i].active;
            }
        }
        sched_yield();
    } while (active > 0 || begun < count);
}

// --- lost updates ---------------------------------------------------------------------

static uint64_t lost_runs;

static void begin_race(struct run *run)
{
    uint64_t random = run->number;
    snprintf(run->command, sizeof run->command,
             "demos/lock_race --processes %d --increments %d",
             1 + (int)session_draw(&random, 4), 1 + (int)session_draw(&random, 12));
    session_begin(&run->session, run->command,
                  (struct run_setup){.grain = MP_GRAIN_MEMORY,
                                     .seed = session_draw(&random, UINT64_MAX)});
}

static void check_lost(struct run *run)
{
    const struct model *model = run->session.model;
    char line[256];
    unsigned long long counter, expected, lost;
    model_last_line(model, line, sizeof line);
    ck_assert_msg(sscanf(line, "counter %llu, expected %llu, lost %llu", &counter,
                         &expected, &lost) == 3,
                  "%s: \"%s\"", run->command, line);
    ck_assert_msg(model_lost(model) == expected - counter &&
                      model_updates(model) == expected && lost == expected - counter,
                  "%s, run %llu: the model says %llu lost of %llu, the program: %s",
                  run->command, (unsigned long long)run->number,
                  (unsigned long long)model_lost(model),
                  (unsigned long long)model_updates(model), line);
    ck_assert_int_eq(session_exit_status(&run->session), lost > 0);
    lost_runs += lost > 0;
}

START_TEST(lost_updates_are_those_that_are_missing)
{
    lost_runs = 0;
    run_all(RUNS, begin_race, check_lost);
    ck_assert_uint_gt(lost_runs, RUNS / 2);
}
END_TEST

// --- repeated ---------------------------------------------------------------------------

static const char *const commands[] = {
    "demos/lock_race --increments 5",
    "demos/lock_fixed --processes 3 --increments 3",
    "demos/process --children 3",
    "demos/process --children 2 --nested 3",
};
static const enum mp_grain grains[] = {MP_GRAIN_MEMORY, MP_GRAIN_MEMORY, MP_GRAIN_LIVES,
                                       MP_GRAIN_LIVES};
enum { COMMANDS = sizeof commands / sizeof *commands };

// How each seed's run went: who took each step.
static uint16_t seen[REPEATED][STEPS];
static size_t seen_count[REPEATED];

// Runs 0, 3, 6 ... are as fast as the gate goes, the next ones paced, the third by hand.
static uint64_t seed_of(const struct run *run)
{
    return (run->number - 1) / 3;
}

static void begin_repeated(struct run *run)
{
    uint64_t seed = seed_of(run);
    int which = (int)(seed % COMMANDS);
    unsigned manner = (run->number - 1) % 3;
    snprintf(run->command, sizeof run->command, "%s", commands[which]);
    run->stepped = manner == 2;
    session_begin(&run->session, run->command,
                  (struct run_setup){.grain = grains[which],
                                     .seed = seed,
                                     .speed = manner == 1 ? 500 : STEER_UNLIMITED,
                                     .stopped = run->stepped});
}

static void check_same(struct run *run)
{
    const struct model *model = run->session.model;
    uint64_t seed = seed_of(run);
    size_t count = model->moment_count;
    ck_assert_uint_gt(count, 4);
    ck_assert_uint_lt(count, STEPS);
    ck_assert_msg(!steer_was_outside(&run->session.steer), "%s was outside", run->command);
    if (seen_count[seed] == 0) {
        seen_count[seed] = count;
        for (size_t i = 0; i < count; i++) {
            seen[seed][i] = model->moments[i].process;
        }
        return;
    }
    ck_assert_msg(seen_count[seed] == count, "%s, seed %llu: %zu steps, then %zu",
                  run->command, (unsigned long long)seed, seen_count[seed], count);
    for (size_t i = 0; i < count; i++) {
        ck_assert_msg(seen[seed][i] == model->moments[i].process,
                      "%s, seed %llu, step %zu: %u, then %u", run->command,
                      (unsigned long long)seed, i + 1, seen[seed][i],
                      model->moments[i].process);
    }
}

START_TEST(same_seed_gives_same_run_at_any_pace)
{
    run_all(REPEATED * 3, begin_repeated, check_same);
}
END_TEST

int main(void)
{
    const struct suite_test tests[] = {
        {.test = lost_updates_are_those_that_are_missing, .timeout = 120},
        {.test = same_seed_gives_same_run_at_any_pace, .timeout = 60},
    };

    return suite_run("session runs", tests, sizeof tests / sizeof *tests);
}
