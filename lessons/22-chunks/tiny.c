// SPDX-License-Identifier: MIT
/*
 * Shows:   what it costs to give work away: many tasks, each hardly any work.
 * Run:     build/demos/tiny            (--chunk 100, --workers 4, --rounds 1000, --help)
 * Watch:   build/lab run tiny
 * Expect:  main alone is the fastest. Larger chunks make the pool faster, up to a point.
 *
 * Python:  pool.map(square, range(50000), chunksize=1)
 */
#include "demo.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

DEMO("summary=many tasks with hardly any work\0"
     "watch=--tasks 12 --workers 2\0"
     "grain=calls\0"
     "lesson=22-chunks\0");

enum { TASKS_MAX = 1000000, WORKERS_MAX = 32 };

static int workers = 2;
static int tasks = 50000;
static int chunk = 1;
static int rounds = 1;

static int square(const void *item, void *result)
{
    const int *number = item;
    int *answer = result;
    for (int i = 0; i < rounds; i++) { /* again and again, to have more work */
        *answer = *number % 1000 * (*number % 1000);
    }
    return 0;
}

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
    demo_options(argc, argv, "Squares numbers: alone, and with a pool.",
                 (const struct demo_option[]){
                     {"workers", &workers, 1, WORKERS_MAX, "processes that work"},
                     {"tasks", &tasks, 1, TASKS_MAX, "tasks to share out"},
                     {"chunk", &chunk, 1, TASKS_MAX, "tasks taken at a time"},
                     {"rounds", &rounds, 1, TASKS_MAX, "times that each task does it"},
                     {0}});
    demo_title("%d worker%s, %d tasks, %d at a time", workers, workers == 1 ? "" : "s",
               tasks, chunk);
    demo_expect("squares", tasks);
    int *number = must_have(calloc((size_t)tasks, sizeof *number));
    int *alone = must_have(calloc((size_t)tasks, sizeof *alone));
    int *shared_out = must_have(calloc((size_t)tasks, sizeof *shared_out));
    for (int i = 0; i < tasks; i++) {
        number[i] = i;
    }

    mp_pool *pool;
    struct mp_map_options options = {.chunk = (size_t)chunk};
    must(mp_pool_create(&pool, (size_t)workers, NULL));
    double begin = seconds();
    for (int i = 0; i < tasks; i++) {
        square(&number[i], &alone[i]);
    }
    double between = seconds();
    must(mp_pool_map(pool, square, number, (size_t)tasks, shared_out, &options));
    double end = seconds();
    must(mp_pool_close(pool));
    must(mp_pool_join(pool, MP_FOREVER));
    must(mp_pool_destroy(pool));

    int right = 0;
    for (int i = 0; i < tasks; i++) {
        right += alone[i] == shared_out[i];
    }
    printf("alone %.4f s, %d worker%s with chunk %d %.4f s\n", between - begin, workers,
           workers == 1 ? "" : "s", chunk, end - between);
    free(number);
    free(alone);
    free(shared_out);
    return demo_result("squares", right, tasks, "wrong", tasks - right);
}
