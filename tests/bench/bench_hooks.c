// SPDX-License-Identifier: MIT
/*
 * What an access hook costs: of private memory, of shared memory in a free run, and of
 * shared memory while a lab looks on.
 */
#include "bench.h"

#include "mp.h"

#include <stdlib.h>

enum { ROUNDS = 15, CALLS = 2000000, PAIRS = 1000000, PATIENCE_MS = 5000 };

/* What the compiler calls; their definitions are in mp. */
void __tsan_read4(void *memory);
void __tsan_write4(void *memory);

static __attribute__((noinline)) void empty(void *memory)
{
    bench_keep(memory);
}

static double nothing(void *memory)
{
    uint64_t begin = bench_processor_ns();
    for (int i = 0; i < CALLS; i++) {
        empty(memory);
    }
    return (double)(bench_processor_ns() - begin) / CALLS;
}

static double read_hook(void *memory)
{
    uint64_t begin = bench_processor_ns();
    for (int i = 0; i < CALLS; i++) {
        __tsan_read4(memory);
    }
    return (double)(bench_processor_ns() - begin) / CALLS;
}

/* As counter += 1 does it, with the addition: per event. */
static double additions(void *memory)
{
    volatile int *counter = memory;
    uint64_t begin = bench_processor_ns();
    for (int i = 0; i < PAIRS; i++) {
        __tsan_read4(memory);
        int value = *counter;
        __tsan_write4(memory);
        *counter = value + 1;
    }
    return (double)(bench_processor_ns() - begin) / (2.0 * PAIRS);
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

/* --- several processes at once, each with a number of its own ----------------------------- */

enum { AT_ONCE = 2 };

struct worker {
    int *counter;
    double *result;
    mp_barrier *start;
};

static int add_for_long(void *arg)
{
    struct worker *worker = arg;
    if (mp_barrier_wait(worker->start, PATIENCE_MS) < 0) {
        return 1;
    }
    *worker->result = additions_for_long(worker->counter);
    return 0;
}

/* The mean of so many processes that run together. */
static double together(int count)
{
    struct worker workers[AT_ONCE];
    mp_process *processes[AT_ONCE];
    mp_barrier *start;
    double sum = 0;
    if (mp_barrier_create(&start, (unsigned)count) != 0) {
        bench_cannot("no barrier");
    }
    for (int i = 0; i < count; i++) {
        workers[i] = (struct worker){MP_SHARED(int), MP_SHARED(double), start};
        if (workers[i].counter == NULL || workers[i].result == NULL ||
            mp_process_create(&processes[i], add_for_long, &workers[i], NULL) != 0 ||
            mp_process_start(processes[i]) != 0) {
            bench_cannot("cannot start a process");
        }
    }
    for (int i = 0; i < count; i++) {
        mp_process_join(processes[i], MP_FOREVER);
        mp_process_destroy(processes[i]);
        sum += *workers[i].result;
        mp_shared_free(workers[i].counter);
        mp_shared_free(workers[i].result);
    }
    mp_barrier_destroy(start);
    return sum / count;
}

static double alone(void *unused)
{
    (void)unused;
    return together(1);
}

static double at_once(void *unused)
{
    (void)unused;
    return together(AT_ONCE);
}

/* --- rows --------------------------------------------------------------------------------- */

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

static void hooks_at_once(void)
{
    struct bench_side sides[] = {{.run = alone}, {.run = at_once}};
    bench_run(sides, 2, ROUNDS);
    bench_print(&(struct bench_row){.what = "the same by two processes at once",
                                    .unit = "ns",
                                    .ours = sides[1].median,
                                    .baseline = sides[0].median,
                                    .ratio = bench_ratio(&sides[1], &sides[0], ROUNDS)});
    bench_note("baseline: by one; each its own number, so 1 is perfect where two");
    bench_note("processors are idle");
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
    hooks_at_once();
    mp_shared_free(shared);
    bench_watcher_free(watcher);
    return EXIT_SUCCESS;
}
