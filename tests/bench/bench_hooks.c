// SPDX-License-Identifier: MIT
/*
 * What an access hook costs: of private memory, of shared memory in a free run, and of
 * shared memory while a lab looks on.
 */
#include "bench.h"

#include "clock.h"
#include "mp.h"

#include <stdlib.h>

enum { ROUNDS = 15, CALLS = 2000000, PAIRS = 1000000 };

/* What the compiler calls; their definitions are in mp. */
void __tsan_read4(void *memory);
void __tsan_write4(void *memory);

static __attribute__((noinline, noclone)) void empty(void *memory)
{
    bench_keep(memory);
}

static double nothing(void *memory)
{
    uint64_t begin = mp_nanoseconds();
    for (int i = 0; i < CALLS; i++) {
        empty(memory);
    }
    return (double)(mp_nanoseconds() - begin) / CALLS;
}

static double read_hook(void *memory)
{
    uint64_t begin = mp_nanoseconds();
    for (int i = 0; i < CALLS; i++) {
        __tsan_read4(memory);
    }
    return (double)(mp_nanoseconds() - begin) / CALLS;
}

/* As counter += 1 does it, with the addition: per event. */
static double additions(void *memory)
{
    volatile int *counter = memory;
    uint64_t begin = mp_nanoseconds();
    for (int i = 0; i < PAIRS; i++) {
        __tsan_read4(memory);
        int value = *counter;
        __tsan_write4(memory);
        *counter = value + 1;
    }
    return (double)(mp_nanoseconds() - begin) / (2.0 * PAIRS);
}

static struct bench_watcher *watcher;

/* Long enough for several pictures. */
static double additions_for_long(void *memory)
{
    double sum = 0;
    for (int i = 0; i < 4; i++) {
        sum += additions(memory);
    }
    return sum / 4;
}

static double watched(void *memory)
{
    bench_watcher_begin(watcher);
    double result = additions_for_long(memory);
    bench_watcher_end(watcher);
    return result;
}

static void hooks(int *shared)
{
    int private = 0;
    struct bench_side sides[] = {
        {.run = nothing, .context = &private},
        {.run = read_hook, .context = &private},
        {.run = additions, .context = shared},
    };
    bench_run(sides, 3, ROUNDS);
    bench_print(&(struct bench_row){.what = "hook of a private address",
                                    .unit = "ns",
                                    .ours = sides[1].median,
                                    .baseline = sides[0].median,
                                    .ratio = bench_ratio(&sides[1], &sides[0], ROUNDS),
                                    .kind = BENCH_AT_MOST,
                                    .target = 3});
    bench_print(&(struct bench_row){.what = "hook of a shared address, an event",
                                    .unit = "ns",
                                    .ours = sides[2].median,
                                    .baseline = sides[0].median,
                                    .ratio = bench_ratio(&sides[2], &sides[0], ROUNDS),
                                    .kind = BENCH_AT_MOST,
                                    .target = 50});
    bench_note("baseline of both: a call of an empty function");
    bench_done(sides, 3);
}

static void hooks_watched(int *shared)
{
    struct bench_side sides[] = {
        {.run = additions_for_long, .context = shared},
        {.run = watched, .context = shared},
    };
    bench_run(sides, 2, ROUNDS);
    bench_print(&(struct bench_row){.what = "the same, watched by a lab",
                                    .unit = "ns",
                                    .ours = sides[1].median,
                                    .baseline = sides[0].median,
                                    .ratio = bench_ratio(&sides[1], &sides[0], ROUNDS),
                                    .kind = BENCH_AT_MOST,
                                    .target = 1.1,
                                    .target_is_ratio = 1});
    bench_note("baseline: nobody watches");
    bench_done(sides, 2);
}

int main(void)
{
    watcher = bench_watcher_new();
    int *shared = MP_SHARED(int);
    if (shared == NULL) {
        bench_cannot("no shared memory");
    }
    bench_heading("access hooks");
    hooks(shared);
    hooks_watched(shared);
    mp_shared_free(shared);
    bench_watcher_free(watcher);
    return EXIT_SUCCESS;
}
