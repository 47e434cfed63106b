// SPDX-License-Identifier: MIT
/*
 * What the demos do, as a whole: two processes that count to 20000 together with a lock,
 * beside CPython; and a queue and a pool that go as fast as they can, while a lab watches.
 */
#include "bench.h"

#include "clock.h"
#include "mp.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

enum { ROUNDS = 7, COUNTERS = 2, INCREMENTS = 10000, ITEMS = 300000, WORKERS = 2 };

static struct bench_watcher *watcher;

/* --- two processes, one counter, a lock ---------------------------------------------------- */

struct count {
    mp_lock *lock;
    int *counter;
};

static int increment(void *arg)
{
    struct count *count = arg;
    for (int i = 0; i < INCREMENTS; i++) {
        if (mp_lock_acquire(count->lock, MP_FOREVER) != 0) {
            return 1;
        }
        *count->counter += 1;
        mp_lock_release(count->lock);
    }
    return 0;
}

/* Milliseconds, from before the first process is made until the last is joined. */
static double count_together(void *context)
{
    struct count *count = context;
    mp_process *processes[COUNTERS];
    uint64_t begin = mp_nanoseconds();
    *count->counter = 0;
    for (int i = 0; i < COUNTERS; i++) {
        if (mp_process_create(&processes[i], increment, count, NULL) != 0 ||
            mp_process_start(processes[i]) != 0) {
            bench_cannot("cannot start a process");
        }
    }
    for (int i = 0; i < COUNTERS; i++) {
        mp_process_join(processes[i], MP_FOREVER);
        mp_process_destroy(processes[i]);
    }
    double took = (double)(mp_nanoseconds() - begin) / 1e6;
    if (*count->counter != COUNTERS * INCREMENTS) {
        bench_cannot("an update was lost");
    }
    return took;
}

static const char program[] = "import multiprocessing as m, time\n"
                              "def add(lock, counter):\n"
                              "    for i in range(10000):\n"
                              "        with lock: counter.value += 1\n"
                              "m.set_start_method('fork')\n"
                              "begin = time.perf_counter()\n"
                              "lock, counter = m.Lock(), m.Value('i', 0)\n"
                              "p = [m.Process(target=add, args=(lock, counter)) "
                              "for i in range(2)]\n"
                              "for one in p: one.start()\n"
                              "for one in p: one.join()\n"
                              "print(1000 * (time.perf_counter() - begin))\n";

/* The same; 0: there is no python3 here. */
static double count_in_python(void *context)
{
    char command[sizeof program + 80];
    double took = 0;
    (void)context;
    snprintf(command, sizeof command, "python3 -c \"%s\" 2>/dev/null", program);
    FILE *python = popen(command, "r");
    if (python != NULL) {
        if (fscanf(python, "%lf", &took) != 1) {
            took = 0;
        }
        pclose(python);
    }
    return took;
}

static void the_counter(void)
{
    struct count count = {.counter = MP_SHARED(int)};
    struct bench_side sides[] = {{.run = count_together, .context = &count},
                                 {.run = count_in_python}};
    if (count.counter == NULL || mp_lock_create(&count.lock) != 0) {
        bench_cannot("no shared memory");
    }
    bool python = count_in_python(NULL) > 0;
    bench_run(sides, python ? 2 : 1, ROUNDS);
    bench_print(&(struct bench_row){
        .what = "2 processes, 10000 increments each",
        .unit = "ms",
        .ours = sides[0].median,
        .baseline = python ? sides[1].median : -1,
        .ratio = python ? bench_ratio(&sides[0], &sides[1], ROUNDS) : 0,
        .kind = python ? BENCH_AT_MOST : BENCH_NO_TARGET,
        .target = 1.0 / 8,
        .target_is_ratio = 1});
    bench_note(python ? "baseline: CPython, Process, Lock and Value"
                      : "baseline: none, there is no python3");
    bench_note("with a lock, making and joining the processes included, events included");
    bench_done(sides, python ? 2 : 1);
    mp_lock_destroy(count.lock);
    mp_shared_free(count.counter);
}

/* --- watched --------------------------------------------------------------------------------- */

static int put_all(void *arg)
{
    mp_queue *queue = arg;
    for (int i = 0; i < ITEMS; i++) {
        if (mp_queue_put(queue, &i, sizeof i, MP_FOREVER) != 0) {
            return 1;
        }
    }
    return 0;
}

/* Nanoseconds for one item. */
static double through_the_queue(void *context)
{
    mp_queue *queue = context;
    mp_process *producer;
    int item;
    if (mp_process_create(&producer, put_all, queue, NULL) != 0 ||
        mp_process_start(producer) != 0 ||
        mp_queue_get(queue, &item, sizeof item, NULL, MP_FOREVER) != 0) {
        bench_cannot("cannot start a process");
    }
    uint64_t begin = mp_nanoseconds();
    for (int i = 1; i < ITEMS; i++) {
        if (mp_queue_get(queue, &item, sizeof item, NULL, MP_FOREVER) != 0 || item != i) {
            bench_cannot("the queue gave the wrong item");
        }
    }
    double took = (double)(mp_nanoseconds() - begin) / (ITEMS - 1);
    mp_process_join(producer, MP_FOREVER);
    mp_process_destroy(producer);
    return took;
}

static int items[ITEMS];
static int results[ITEMS];

static int same(const void *item, void *result)
{
    const int *number = item;
    int *answer = result;
    *answer = *number;
    return 0;
}

/* Nanoseconds for one task. */
static double through_the_pool(void *context)
{
    struct mp_map_options options = {.chunk = 1};
    uint64_t begin = mp_nanoseconds();
    if (mp_pool_map((mp_pool *)context, same, items, ITEMS, results, &options) != 0) {
        bench_cannot("cannot map");
    }
    return (double)(mp_nanoseconds() - begin) / ITEMS;
}

static double queue_watched(void *context)
{
    bench_watcher_begin(watcher);
    double took = through_the_queue(context);
    bench_watcher_end(watcher);
    return took;
}

static double pool_watched(void *context)
{
    bench_watcher_begin(watcher);
    double took = through_the_pool(context);
    bench_watcher_end(watcher);
    return took;
}

static void compare(const char *what, double (*watched)(void *), double (*alone)(void *),
                    void *context)
{
    struct bench_side sides[] = {{.run = watched, .context = context},
                                 {.run = alone, .context = context}};
    bench_run(sides, 2, ROUNDS);
    bench_print(&(struct bench_row){.what = what,
                                    .unit = "ns",
                                    .ours = sides[0].median,
                                    .baseline = sides[1].median,
                                    .ratio = bench_ratio(&sides[0], &sides[1], ROUNDS),
                                    .kind = BENCH_AT_MOST,
                                    .target = 1.5,
                                    .target_is_ratio = 1});
    bench_done(sides, 2);
}

int main(void)
{
    mp_queue *queue;
    mp_pool *pool;
    watcher = bench_watcher_new();
    bench_heading("the demos as a whole");
    the_counter();
    if (mp_queue_create(&queue, int, 1024) != 0 ||
        mp_pool_create(&pool, WORKERS, NULL) != 0) {
        bench_cannot("cannot make a queue and a pool");
    }
    compare("an item of a queue, watched by a lab", queue_watched, through_the_queue,
            queue);
    compare("a task of a pool, watched by a lab", pool_watched, through_the_pool, pool);
    bench_note("baseline of both: nobody watches");
    mp_pool_destroy(pool);
    mp_queue_destroy(queue);
    bench_watcher_free(watcher);
    return EXIT_SUCCESS;
}
