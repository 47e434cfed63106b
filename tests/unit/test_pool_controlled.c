// SPDX-License-Identifier: MIT
// Tests of pools under control, by many seeds and grains: whoever goes next, the program ends
// and is right; what the model folds is what the tables say whenever everybody stands; and
// that is so when a worker is killed at any of these moments.
#include "suite.h"
#include "unit/sessions.h"

enum { SEEDS = 5, SEEDS_LONG = 8, STEPS_MOST = 3000 };

static const char *const programs[] = {
    "map",    "chunks", "fail",  "dies",      "again", "retires", "futures", "first",
    "cancel", "one",    "close", "terminate", "limit", "forgets", "refuses",
};
enum { PROGRAMS = sizeof programs / sizeof *programs };

struct run {
    struct session session;
    char command[128];
    struct run_setup setup;
    unsigned compared;
    bool killed;
};

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
        ck_abort_msg("%s, grain %d, seed %llu, comparison %u: %s\n%s", run->command,
                     run->setup.grain, (unsigned long long)run->setup.seed, run->compared,
                     what, session_describe(session));
    }
}

// Kills one of the workers that live, drawn from the seed.
static void kill_a_worker(struct run *run, uint64_t *random)
{
    struct session *session = &run->session;
    unsigned slots[MP_PROCESSES];
    unsigned count = 0;

    for (unsigned slot = 1; slot < session->model->process_count; slot++) {
        const struct mp_process_entry *entry = &session->model->processes[slot].entry;
        if (entry->life == MP_LIFE_STARTED || entry->life == MP_LIFE_ALIVE) {
            slots[count++] = slot;
        }
    }
    if (count > 0) {
        session_kill(session, slots[session_draw(random, count)]);
        run->killed = true;
    }
}

// Step by step to the end; before the comparison with that number somebody is killed.
static void go(struct run *run, unsigned kill_at)
{
    struct session *session = &run->session;
    int64_t deadline = limit_after(SESSION_LIMIT_MS);
    uint64_t random = run->setup.seed;

    session_begin(session, run->command, run->setup);
    while (!session->ended) {
        bool stands = session_is_stopped(session);
        bool news = session_pump(session, mp_nanoseconds());
        if (!session->ended && stands && !news && session_is_stopped(session)) {
            compare(run);
            ck_assert_msg(!session->stuck_told && run->compared < STEPS_MOST,
                          "%s, grain %d, seed %llu is stuck\n%s", run->command,
                          run->setup.grain, (unsigned long long)run->setup.seed,
                          session_describe(session));
            if (!run->killed && run->compared == kill_at) {
                kill_a_worker(run, &random);
            } else {
                steer_step(&session->steer);
            }
        }
        ck_assert_msg(limit_left(deadline) > 0, "%s, grain %d, seed %llu hangs\n%s",
                      run->command, run->setup.grain, (unsigned long long)run->setup.seed,
                      session_describe(session));
    }
    compare(run);
}

static void run_all(const char *program, uint64_t seed, bool with_kill)
{
    for (int grain = 0; grain < MP_GRAINS; grain++) {
        struct run run = {.setup = {.grain = (enum mp_grain)grain,
                                    .seed = seed * 7 + (uint64_t)grain,
                                    .stopped = true}};
        uint64_t random = run.setup.seed;
        snprintf(run.command, sizeof run.command, "tests/programs/pools %s", program);
        go(&run, with_kill ? 1 + (unsigned)session_draw(&random, 24) : 0);
        ck_assert_uint_eq(run.session.model->dropped, 0);
        int status = run.session.program.status;
        bool may_lose_two = run.killed && strcmp(program, "dies") == 0;
        ck_assert_msg(status == 0 || (may_lose_two && status == 2),
                      "%s, grain %d, seed %llu ended with %d", run.command, grain,
                      (unsigned long long)run.setup.seed, status);
        session_finish(&run.session);
    }
}

static uint64_t seeds(void)
{
    return suite_is_long() ? SEEDS_LONG : SEEDS;
}

START_TEST(whoever_goes_next_it_ends_and_the_fold_is_the_world)
{
    for (uint64_t seed = 0; seed < seeds(); seed++) {
        run_all(programs[_i], seed, false);
    }
}
END_TEST

START_TEST(so_it_does_when_a_worker_is_killed_at_any_step)
{
    for (uint64_t seed = 0; seed < seeds(); seed++) {
        run_all(programs[_i], seed, true);
    }
}
END_TEST

int main(void)
{
    struct suite_test tests[] = {
        {.test = whoever_goes_next_it_ends_and_the_fold_is_the_world,
         .from = 0,
         .to = PROGRAMS,
         .timeout = 60},
        {.test = so_it_does_when_a_worker_is_killed_at_any_step,
         .from = 0,
         .to = PROGRAMS,
         .timeout = 60},
    };

    return suite_run("pool under control", tests, sizeof tests / sizeof *tests);
}
