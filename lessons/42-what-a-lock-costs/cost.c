// SPDX-License-Identifier: MIT
/*
 * Shows:   what a lock costs, and that it costs less when it is taken less often.
 * Run:     build/demos/cost      (--processes 1, --portion 100, --own, --help)
 * Watch:   build/lab run cost
 * Expect:  the counter is right in each case. The time is not the same.
 */
#include "demo.h"

#include <stdio.h>
#include <sys/resource.h>
#include <time.h>

DEMO("summary=additions under a lock, and what they cost\0"
     "watch=--additions 4\0"
     "explore=--additions 1\0"
     "grain=memory\0"
     "lesson=42-what-a-lock-costs\0");

enum { START_LIMIT_MS = 5000, PROCESSES_MAX = 16 };

static int processes = 2;
static int additions = 500000;
static int portion = 1;
static int own;

struct shared { /* one, in shared memory */
    int counter;
};

struct job { /* private: each process has its own copy */
    struct shared *shared;
    mp_barrier *start;
    mp_lock *counter_lock;
};

static void add(struct job *job, int number)
{
    must(mp_lock_acquire(job->counter_lock, MP_FOREVER));
    job->shared->counter += number;
    must(mp_lock_release(job->counter_lock));
}

/* The lock once for each portion. */
static void in_portions(struct job *job)
{
    for (int done = 0; done < additions; done += portion) {
        int end = done + portion < additions ? done + portion : additions;
        must(mp_lock_acquire(job->counter_lock, MP_FOREVER));
        for (int i = done; i < end; i++) {
            job->shared->counter += 1;
        }
        must(mp_lock_release(job->counter_lock));
    }
}

/* A counter of one's own, and the lock once, at the end. */
static void on_its_own(struct job *job)
{
    int mine = 0;
    for (int i = 0; i < additions; i++) {
        mine += 1;
    }
    add(job, mine);
}

static int work(void *arg)
{
    struct job *job = arg;
    must(mp_barrier_wait(job->start, START_LIMIT_MS)); /* all start together */
    if (own) {
        on_its_own(job);
    } else {
        in_portions(job);
    }
    return 0;
}

static double now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static double ms_of(struct timeval time)
{
    return (double)time.tv_sec * 1e3 + (double)time.tv_usec / 1e3;
}

/* The kernel keeps count of what all children together have used. */
static void say_what_it_cost(double ms)
{
    struct rusage used;
    getrusage(RUSAGE_CHILDREN, &used);
    printf("took %.1f ms: %.1f ns for each addition\n", ms,
           ms * 1e6 / ((double)processes * additions));
    printf("on the CPUs: %.0f ms in the program, %.0f ms in the kernel; slept %ld times\n",
           ms_of(used.ru_utime), ms_of(used.ru_stime), used.ru_nvcsw);
}

int main(int argc, char **argv)
{
    demo_options(
        argc, argv, "Processes add to one counter under a lock.",
        (const struct demo_option[]){
            {"processes", &processes, 1, PROCESSES_MAX, "processes that add"},
            {"additions", &additions, 1, 100000000, "additions by each"},
            {"portion", &portion, 1, 100000000, "additions under one taking of the lock"},
            {"own", &own, 0, 0, "each a counter of its own, summed at the end"},
            {0}});
    struct job job = {.shared = must_have(MP_SHARED(struct shared))};
    must(mp_barrier_create(&job.start, (unsigned)processes));
    must(mp_lock_create(&job.counter_lock));
    demo_title("%d processes, %d additions each", processes, additions);
    printf("cost: %d process%s, %d additions each\n", processes,
           processes == 1 ? "" : "es", additions);

    double begin = now_ms();
    mp_process *child[PROCESSES_MAX];
    for (int i = 0; i < processes; i++) {
        struct mp_process_options named = {.name = demo_name("adder", i + 1)};
        must(mp_process_create(&child[i], work, &job, &named));
        must(mp_process_start(child[i]));
    }
    for (int i = 0; i < processes; i++) {
        must(mp_process_join(child[i], MP_FOREVER));
        demo_say_end(child[i]);
    }
    say_what_it_cost(now_ms() - begin);
    long expected = (long)processes * additions;
    return demo_result("counter", job.shared->counter, expected, "lost",
                       expected - job.shared->counter);
}
