// SPDX-License-Identifier: MIT
/*
 * Every schedule: how many runs of a program there are in a second, each with its three
 * processes. The baseline is what no such run can do without: three times fork, _exit and
 * waitpid, one after the other, in the same process.
 */
#include "bench.h"

#include "clock.h"
#include "session/exploration.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ROUNDS = 3, PROCESSES = 3, FORKED_RUNS = 300 };

struct explored {
    char *increments;
    struct explorer_setup setup;
    uint64_t runs; /* there are */
};

static double explore(void *context)
{
    static char program[] = BUILD_DIR "/demos/lock_race", option[] = "--increments";
    static struct exploration exploration;
    const struct explored *what = context;
    char *argv[] = {program, option, what->increments, NULL};
    char why[512];
    struct exploration_setup setup = {
        .argv = argv, .grain = MP_GRAIN_MEMORY, .explorer = what->setup};
    if (exploration_start(&exploration, &setup, why, sizeof why) != 0) {
        bench_cannot(why);
    }
    uint64_t begin = mp_nanoseconds();
    while (exploration_run(&exploration)) {
    }
    double seconds = (double)(mp_nanoseconds() - begin) / 1e9;
    uint64_t runs = exploration.runs;
    if (!exploration_is_complete(&exploration) || runs != what->runs) {
        snprintf(why, sizeof why, "%llu runs instead of %llu; state %d, end %d, step %zu",
                 (unsigned long long)runs, (unsigned long long)what->runs,
                 (int)exploration.state, (int)exploration.obstacle.end,
                 exploration.obstacle.step);
        errno = 0;
        bench_cannot(why);
    }
    exploration_end(&exploration);
    return (double)runs / seconds;
}

static double fork_only(void *context)
{
    (void)context;
    uint64_t begin = mp_nanoseconds();
    for (int i = 0; i < FORKED_RUNS * PROCESSES; i++) {
        pid_t pid = fork();
        if (pid == 0) {
            _exit(0);
        }
        if (pid < 0 || waitpid(pid, NULL, 0) != pid) {
            bench_cannot("cannot fork");
        }
    }
    return FORKED_RUNS / ((double)(mp_nanoseconds() - begin) / 1e9);
}

int main(void)
{
    static char three[] = "3", four[] = "4";
    struct explored full = {three, {.preemptions = -1}, 924};
    struct explored reduced = {four, {.preemptions = -1, .reduce = true}, 3334};
    struct bench_side sides[] = {{.run = explore, .context = &full},
                                 {.run = explore, .context = &reduced},
                                 {.run = fork_only}};
    static const char *const what[] = {"lock_race 2 x 3: all 924 schedules",
                                       "lock_race 2 x 4: one of each of 3334 kinds"};
    bench_heading("runs of a program of three processes");
    fflush(stdout);
    bench_run(sides, 3, ROUNDS);
    for (int i = 0; i < 2; i++) {
        bench_print(&(struct bench_row){.what = what[i],
                                        .unit = "1/s",
                                        .ours = sides[i].median,
                                        .baseline = sides[2].median,
                                        .ratio = bench_ratio(&sides[i], &sides[2], ROUNDS),
                                        .kind = BENCH_AT_LEAST,
                                        .target = 0.25,
                                        .target_is_ratio = 1});
    }
    bench_note("baseline: fork, _exit and waitpid, three times for each run");
    bench_done(sides, 3);
    return EXIT_SUCCESS;
}
