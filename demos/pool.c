// SPDX-License-Identifier: MIT
/*
 * Shows:   a pool of workers shares out tasks; results come in the order of the tasks.
 * Run:     build/demos/pool        (--workers 2, --chunk 3, --skew 0, --kill-worker 2)
 * Watch:   build/lab run pool
 * Expect:  whoever is free takes the next task, so tasks end in another order than they
 *          began; map() puts each result in its place all the same. A worker that is killed
 *          takes one task with it: Python's map() would wait for it for ever.
 *
 * Python:  with Pool(processes=4) as pool:
 *              results = pool.map(count_primes, limits)
 */
#include "demo.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

DEMO("summary=4 workers share out 10 tasks; the results keep their order\0"
     "watch=--numbers 10000\0"
     "explore=--numbers 1000 --workers 2 --tasks 3\0"
     "grain=calls\0"
     "shape=--numbers 1000 --workers N --tasks N\0"
     "lesson=20-pool\0");

enum { WORKERS_MAX = 32, TASKS_MAX = 1000, PERCENT = 100 };

static int workers = 4;
static int tasks = 10;
static int chunk = 1;
static int skew = PERCENT;
static int numbers = 1000000;
static int kill_worker;

struct task { /* what a worker is given: a copy */
    int number, limit;
};

static int is_prime(int number)
{
    for (int divisor = 2; divisor <= number / divisor; divisor++) {
        if (number % divisor == 0) {
            return 0;
        }
    }
    return number >= 2;
}

static int count_primes(const void *item, void *result)
{
    const struct task *task = item;
    int *primes = result;
    if (kill_worker && strcmp(mp_current_name(), demo_name("worker", kill_worker)) == 0) {
        raise(SIGKILL); /* in its first task */
    }
    for (int number = 0; number < task->limit; number++) {
        *primes += is_prime(number);
    }
    printf("Task processed: %d by %s\n", task->number, mp_current_name());
    return 0;
}

/* The largest task first. */
static void make_tasks(struct task *task)
{
    int step = numbers / tasks * skew / PERCENT;
    int most = numbers / tasks * tasks;
    for (int i = 0; i < tasks; i++) {
        task[i] = (struct task){.number = i + 1, .limit = most - i * step};
    }
    printf("pool: %d worker%s, %d task%s; task n counts the primes below ", workers,
           workers == 1 ? "" : "s", tasks, tasks == 1 ? "" : "s");
    if (skew == PERCENT) {
        printf("(%d - n) x %d\n", tasks + 1, step);
    } else {
        printf("%d - (n - 1) x %d\n", most, step);
    }
}

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* Processor time of the workers that have been joined. */
static double work_done(void)
{
    struct rusage used;
    getrusage(RUSAGE_CHILDREN, &used);
    return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
           (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

static int print_results(const int *result, const int *status)
{
    int done = 0;
    printf("results");
    for (int i = 0; i < tasks; i++) {
        if (status[i] == 0) {
            printf(" %d", result[i]);
            done++;
        } else {
            printf(" lost");
        }
    }
    printf("\n");
    return done;
}

int main(int argc, char **argv)
{
    demo_options(
        argc, argv, "A pool of workers counts primes.",
        (const struct demo_option[]){
            {"workers", &workers, 1, WORKERS_MAX, "processes that work"},
            {"tasks", &tasks, 1, TASKS_MAX, "tasks to share out"},
            {"chunk", &chunk, 1, TASKS_MAX, "tasks taken at a time"},
            {"skew", &skew, 0, PERCENT, "how unequal they are; 0: alike"},
            {"numbers", &numbers, TASKS_MAX, 10000000, "for the largest task"},
            {"kill-worker", &kill_worker, 1, WORKERS_MAX, "this one kills itself"},
            {0}});
    struct task task[TASKS_MAX];
    int result[TASKS_MAX];
    int status[TASKS_MAX];
    char each[32] = "one at a time";
    if (chunk > 1) {
        snprintf(each, sizeof each, "%d at a time", chunk);
    }
    demo_title("%d worker%s, %d task%s, %s", workers, workers == 1 ? "" : "s", tasks,
               tasks == 1 ? "" : "s", each);
    demo_expect("tasks", tasks);
    make_tasks(task);

    mp_pool *pool;
    struct mp_map_options options = {.chunk = (size_t)chunk, .status = status};
    double begin = seconds();
    must(mp_pool_create(&pool, (size_t)workers, NULL));
    int failed = mp_pool_map(pool, count_primes, task, (size_t)tasks, result, &options);
    if (failed != 0) {
        printf("a task failed: %s\n", mp_pool_error(pool));
    }
    must(mp_pool_close(pool));
    must(mp_pool_join(pool, MP_FOREVER));
    must(mp_pool_destroy(pool));
    double time = seconds() - begin;

    int done = print_results(result, status);
    printf("time %.2f s for %.2f s of work\n", time, work_done());
    return demo_result("tasks", done, tasks, "failed", tasks - done);
}
