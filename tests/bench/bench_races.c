// SPDX-License-Identifier: MIT
/*
 * What it costs to look for data races: a run on its tape folded with and without. The race
 * itself, the same with a lock, and eight processes at once.
 */
#include "bench.h"

#include "clock.h"
#include "model/races_private.h"
#include "session/session.h"

#include <poll.h>
#include <stdlib.h>

enum { ROUNDS = 9, LIMIT_MS = 120000 };

struct played {
    const struct tape *tape;
    bool looks;
};

/* Its tape stays in the session. */
static void run(struct session *session, const char *program, const char *processes,
                const char *increments)
{
    const char *const argv[] = {program,        "--processes", processes,
                                "--increments", increments,    NULL};
    struct run_setup setup = {
        .argv = (char *const *)argv, .grain = MP_GRAIN_MEMORY, .seed = 1};
    char why[256];
    if (session_start(session, &setup, why, sizeof why) != 0) {
        bench_cannot(why);
    }
    uint64_t begin = mp_nanoseconds();
    while (!session->ended) {
        if (!session_pump(session, mp_nanoseconds())) {
            poll(NULL, 0, 1);
        }
        if (mp_nanoseconds() - begin > LIMIT_MS * 1000000ull) {
            bench_cannot("it does not end");
        }
    }
    if (!session->kept) {
        bench_cannot("it did not go onto a tape");
    }
}

/* Nanoseconds of an event. */
static double fold(void *context)
{
    const struct played *played = context;
    struct model *model = model_new();
    struct playhead head = {0};
    if (model == NULL) {
        bench_cannot("no memory");
    }
    if (!played->looks) {
        races_gap(model);
    }
    uint64_t begin = bench_processor_ns();
    bool good = tape_play(played->tape, model, &head, UINT64_MAX);
    double ns = (double)(bench_processor_ns() - begin);
    if (!good || races_are_certain(model) != played->looks) {
        bench_cannot("it cannot be folded so");
    }
    model_free(model);
    return head.events == 0 ? 0 : ns / (double)head.events;
}

static void measure(const char *what, const char *program, const char *processes,
                    const char *increments)
{
    struct session session;
    run(&session, program, processes, increments);
    struct played with = {session.tape, true}, without = {session.tape, false};
    struct bench_side sides[] = {{.run = fold, .context = &with},
                                 {.run = fold, .context = &without}};
    bench_run(sides, 2, ROUNDS);
    bench_print(&(struct bench_row){.what = what,
                                    .unit = "ns",
                                    .ours = sides[0].median,
                                    .baseline = sides[1].median,
                                    .ratio = bench_ratio(&sides[0], &sides[1], ROUNDS),
                                    .kind = BENCH_AT_MOST,
                                    .target = 2,
                                    .target_is_ratio = 1});
    bench_done(sides, 2);
    bench_note("%llu events, %zu places in the program that race",
               (unsigned long long)tape_events(session.tape), races_count(session.model));
    session_end(&session);
}

int main(void)
{
    bench_heading("an event folded, with and without looking for data races");
    measure("lock_race, 2 processes", BUILD_DIR "/demos/lock_race", "2", "2500");
    measure("lock_fixed, 2 processes", BUILD_DIR "/demos/lock_fixed", "2", "1250");
    measure("lock_race, 8 processes", BUILD_DIR "/demos/lock_race", "8", "625");
    measure("lock_fixed, 8 processes", BUILD_DIR "/demos/lock_fixed", "8", "312");
    return EXIT_SUCCESS;
}
