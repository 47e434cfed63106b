// SPDX-License-Identifier: MIT
/*
 * A run of the race on its tape and in its file: how much memory an event takes, how long it
 * takes to open a recording of 80,000 events, and to be at any step of 10,000.
 */
#include "bench.h"

#include "clock.h"
#include "report/recording.h"
#include "session/session.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>

#define DEMO_PATH BUILD_DIR "/demos/lock_race"

enum { ROUNDS = 7, EVENTS = 80000, STEPS = 10000, LIMIT_MS = 60000 };

struct recorded {
    struct session session;
    struct recording_head head;
    char *text;
    size_t size;
    uint64_t step; /* to be gone to */
};

static bool find(void *context, uint32_t address, struct source_place *place)
{
    struct source_place found;
    session_address(context, address, &found);
    memcpy(place->file, found.file, sizeof place->file);
    memcpy(place->function, found.function, sizeof place->function);
    place->line = found.line;
    return found.line > 0;
}

/* Two processes that add so many times each. */
static void run(struct session *session, const char *increments)
{
    const char *const argv[] = {DEMO_PATH, "--increments", increments, NULL};
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
            bench_cannot("the race does not end");
        }
    }
    if (!session->kept) {
        bench_cannot("the race did not go onto a tape");
    }
}

static FILE *opened(FILE *file)
{
    if (file == NULL) {
        bench_cannot("no memory");
    }
    return file;
}

static void record(struct recorded *recorded)
{
    free(recorded->text);
    FILE *out = opened(open_memstream(&recorded->text, &recorded->size));
    int rc = recording_write(out, &recorded->head, recorded->session.tape, find,
                             &recorded->session);
    fclose(out);
    if (rc != 0) {
        bench_cannot("cannot record");
    }
}

static double write_ms(void *context)
{
    uint64_t begin = bench_processor_ns();
    record(context);
    return (double)(bench_processor_ns() - begin) / 1e6;
}

static double open_ms(void *context)
{
    struct recorded *recorded = context;
    struct recording *recording;
    char why[512];
    FILE *in = opened(fmemopen(recorded->text, recorded->size, "r"));
    uint64_t begin = bench_processor_ns();
    int rc = recording_read_stream(in, "it", &recording, why, sizeof why);
    uint64_t end = bench_processor_ns();
    fclose(in);
    if (rc != 0) {
        bench_cannot(why);
    }
    recording_free(recording);
    return (double)(end - begin) / 1e6;
}

static double go_to_ms(void *context)
{
    struct recorded *recorded = context;
    struct playhead head;
    uint64_t begin = bench_processor_ns();
    struct model *model = tape_model(recorded->session.tape, recorded->step, &head);
    uint64_t end = bench_processor_ns();
    if (model == NULL || model->steps != recorded->step) {
        bench_cannot("is not at that step");
    }
    model_free(model);
    return (double)(end - begin) / 1e6;
}

static void measure(const char *what, double (*side)(void *), struct recorded *recorded,
                    double target)
{
    struct bench_side sides[] = {{.run = side, .context = recorded}};
    bench_run(sides, 1, ROUNDS);
    bench_print(&(struct bench_row){.what = what,
                                    .unit = "ms",
                                    .ours = sides[0].median,
                                    .baseline = -1,
                                    .kind = target > 0 ? BENCH_AT_MOST : BENCH_NO_TARGET,
                                    .target = target});
    bench_done(sides, 1);
}

/* A step is a read or a write, and each makes some four events. */
static void measure_file(struct recorded *recorded)
{
    run(&recorded->session, "8000");
    const struct tape *tape = recorded->session.tape;
    double events = (double)tape_events(tape);
    bench_print(&(struct bench_row){.what = "memory of a tape, for each event",
                                    .unit = "B",
                                    .ours = (double)tape_bytes(tape) / events,
                                    .baseline = -1,
                                    .kind = BENCH_AT_MOST,
                                    .target = 40});
    measure("a recording is written", write_ms, recorded, 0);
    measure("a recording is opened", open_ms, recorded, 1000.0 * events / EVENTS);
    bench_note("%.0f events, %.0f bytes each in the file", events,
               (double)recorded->size / events);
    session_end(&recorded->session);
}

static void measure_steps(struct recorded *recorded)
{
    run(&recorded->session, "2500");
    uint64_t last = tape_last_step(recorded->session.tape);
    if (last < STEPS) {
        bench_cannot("the race has less than 10,000 steps");
    }
    recorded->step = last / 2;
    measure("from the beginning to the step in the middle", go_to_ms, recorded, 100);
    recorded->step = last;
    measure("from the beginning to the last step", go_to_ms, recorded, 100);
    bench_note("%llu steps, %llu events", (unsigned long long)last,
               (unsigned long long)tape_events(recorded->session.tape));
    session_end(&recorded->session);
}

int main(void)
{
    static struct recorded recorded;
    recorded.head = (struct recording_head){.program = "lock_race", .hooked = true};
    bench_heading("a race on its tape, and in its file");
    measure_file(&recorded);
    measure_steps(&recorded);
    free(recorded.text);
    return EXIT_SUCCESS;
}
