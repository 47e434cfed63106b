// SPDX-License-Identifier: MIT
/*
 * What a pool costs when the tasks themselves cost nothing, and what it takes to have one;
 * beside CPython's, where python3 is there.
 */
#include "bench.h"

#include "clock.h"
#include "mp.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { WORKERS = 2, ROUNDS = 7, TASKS = 200000, PYTHON_TASKS = 4000, POOLS = 20 };

static mp_pool *pool;
static mp_executor *executor;
static int items[TASKS];
static int results[TASKS];

static int same(const void *item, void *result)
{
    const int *number = item;
    int *answer = result;
    *answer = *number;
    return 0;
}

static double tasks_per_second(uint64_t begin)
{
    return 1e9 * TASKS / (double)(mp_nanoseconds() - begin);
}

static double map_one_by_one(void *context)
{
    (void)context;
    struct mp_map_options options = {.chunk = 1};
    uint64_t begin = mp_nanoseconds();
    if (mp_pool_map(pool, same, items, TASKS, results, &options) != 0) {
        bench_cannot("cannot map");
    }
    return tasks_per_second(begin);
}

static double executor_map(void *context)
{
    (void)context;
    uint64_t begin = mp_nanoseconds();
    if (mp_executor_map(executor, same, items, TASKS, results, NULL) != 0) {
        bench_cannot("cannot map");
    }
    return tasks_per_second(begin);
}

/* Milliseconds for one pool: made, two tasks, closed, joined. */
static double make_and_map(void *context)
{
    (void)context;
    uint64_t begin = mp_nanoseconds();
    for (int i = 0; i < POOLS; i++) {
        mp_pool *new_pool;
        if (mp_pool_create(&new_pool, WORKERS, NULL) != 0 ||
            mp_pool_map(new_pool, same, items, 2, results, NULL) != 0 ||
            mp_pool_close(new_pool) != 0 || mp_pool_join(new_pool, MP_FOREVER) != 0 ||
            mp_pool_destroy(new_pool) != 0) {
            bench_cannot("cannot make a pool");
        }
    }
    return (double)(mp_nanoseconds() - begin) / 1e6 / POOLS;
}

static double apply(void *context)
{
    (void)context;
    enum { TURNS = 2000 };
    uint64_t begin = mp_nanoseconds();
    for (int i = 0; i < TURNS; i++) {
        if (mp_pool_apply(pool, same, &items[i], &results[i]) != 0) {
            bench_cannot("cannot apply");
        }
    }
    return (double)(mp_nanoseconds() - begin) / 1e3 / TURNS;
}

/* --- CPython ------------------------------------------------------------------------------ */

#define PYTHON                                                                           \
    "import time, multiprocessing as mp, concurrent.futures as cf, sys\n"                \
    "def same(x): return x\n"                                                            \
    "mp.set_start_method('fork')\n"                                                      \
    "what, n = sys.argv[1], int(sys.argv[2])\n"                                          \
    "if what == 'map':\n"                                                                \
    "    with mp.Pool(2) as p:\n"                                                        \
    "        p.map(same, range(10))\n"                                                   \
    "        t = time.monotonic(); p.map(same, range(n), chunksize=1)\n"                 \
    "        print(n / (time.monotonic() - t))\n"                                        \
    "elif what == 'executor':\n"                                                         \
    "    with cf.ProcessPoolExecutor(2) as p:\n"                                         \
    "        list(p.map(same, range(10)))\n"                                             \
    "        t = time.monotonic(); list(p.map(same, range(n)))\n"                        \
    "        print(n / (time.monotonic() - t))\n"                                        \
    "elif what == 'apply':\n"                                                            \
    "    with mp.Pool(2) as p:\n"                                                        \
    "        p.map(same, range(10))\n"                                                   \
    "        t = time.monotonic()\n"                                                     \
    "        for i in range(n): p.apply(same, (i,))\n"                                   \
    "        print((time.monotonic() - t) * 1e6 / n)\n"                                  \
    "else:\n"                                                                            \
    "    t = time.monotonic()\n"                                                         \
    "    for i in range(n):\n"                                                           \
    "        p = mp.Pool(2); p.map(same, range(2)); p.close(); p.join()\n"               \
    "    print((time.monotonic() - t) * 1e3 / n)\n"

/* What the script prints for that; below 0: there is no python3. */
static double ask_python(const char *what, int count)
{
    char command[sizeof PYTHON + 128];
    char line[64] = "";
    snprintf(command, sizeof command, "python3 - %s %d 2>/dev/null <<'END'\n%sEND\n",
             what, count, PYTHON);
    FILE *python = popen(command, "r");
    if (python == NULL) {
        return -1;
    }
    char *got = fgets(line, sizeof line, python);
    pclose(python);
    return got != NULL ? strtod(line, NULL) : -1;
}

static double python_map(void *context)
{
    (void)context;
    return ask_python("map", PYTHON_TASKS);
}

static double python_executor(void *context)
{
    (void)context;
    return ask_python("executor", PYTHON_TASKS / 4);
}

static double python_pools(void *context)
{
    (void)context;
    return ask_python("pools", POOLS);
}

static double python_apply(void *context)
{
    (void)context;
    return ask_python("apply", PYTHON_TASKS / 4);
}

/* --- rows ------------------------------------------------------------------------------- */

struct comparison {
    const char *what, *unit;
    double (*ours)(void *context), (*python)(void *context);
    enum bench_target kind;
    double target;
};

static void compare(const struct comparison *c, bool has_python)
{
    struct bench_side sides[] = {{.run = c->ours}, {.run = c->python}};
    bench_run(sides, has_python ? 2 : 1, ROUNDS);
    bench_print(&(struct bench_row){
        .what = c->what,
        .unit = c->unit,
        .ours = sides[0].median,
        .baseline = has_python ? sides[1].median : -1,
        .ratio = has_python ? bench_ratio(&sides[0], &sides[1], ROUNDS) : 0,
        .kind = has_python ? c->kind : BENCH_NO_TARGET,
        .target = c->target,
        .target_is_ratio = 1});
    bench_done(sides, has_python ? 2 : 1);
}

int main(void)
{
    static const struct comparison comparisons[] = {
        {"map, tasks that do nothing, one by one", "/s", map_one_by_one, python_map,
         BENCH_AT_LEAST, 100},
        {"executor map, one by one", "/s", executor_map, python_executor, BENCH_AT_LEAST,
         200},
        {"apply, there and back", "us", apply, python_apply, BENCH_NO_TARGET, 0},
        {"a pool: made, 2 tasks, closed, joined", "ms", make_and_map, python_pools,
         BENCH_AT_MOST, 1.0 / 8},
    };
    for (int i = 0; i < TASKS; i++) {
        items[i] = i;
    }
    bench_heading("pool");
    if (mp_pool_create(&pool, WORKERS, NULL) != 0 ||
        mp_executor_create(&executor, WORKERS, NULL) != 0) {
        bench_cannot("cannot make a pool");
    }
    bool has_python = ask_python("map", 1) > 0;
    for (size_t i = 0; i < sizeof comparisons / sizeof *comparisons; i++) {
        compare(&comparisons[i], has_python);
    }
    bench_note(has_python ? "baseline: CPython's Pool and ProcessPoolExecutor, 2 workers"
                          : "baseline: none, there is no python3");
    mp_pool_destroy(pool);
    mp_executor_destroy(executor);
    return EXIT_SUCCESS;
}
