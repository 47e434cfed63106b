// SPDX-License-Identifier: MIT
/*
 * What it costs to start a process and to see its end; and how long a program under the
 * lab takes to its first event.
 */
#include "bench.h"

#include "clock.h"
#include "mp.h"
#include "session/session.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#define DEMO_PATH BUILD_DIR "/demos/lock_race"

enum { ROUNDS = 15, CHILDREN = 200, RUNS_ROUNDS = 11, PATIENCE_MS = 5000 };

static int nothing(void *arg)
{
    (void)arg;
    return 0;
}

static double per_second(uint64_t begin, int count)
{
    return 1e9 * count / (double)(mp_nanoseconds() - begin);
}

static double start_and_join(void *context)
{
    (void)context;
    uint64_t begin = mp_nanoseconds();
    for (int i = 0; i < CHILDREN; i++) {
        mp_process *child;
        if (mp_process_create(&child, nothing, NULL, NULL) != 0 ||
            mp_process_start(child) != 0 || mp_process_join(child, MP_FOREVER) != 0) {
            bench_cannot("cannot start a process");
        }
        mp_process_destroy(child);
    }
    return per_second(begin, CHILDREN);
}

static double fork_and_wait(void *context)
{
    (void)context;
    uint64_t begin = mp_nanoseconds();
    for (int i = 0; i < CHILDREN; i++) {
        pid_t pid = fork();
        if (pid == 0) {
            _exit(0);
        }
        if (pid < 0 || waitpid(pid, NULL, 0) != pid) {
            bench_cannot("cannot fork");
        }
    }
    return per_second(begin, CHILDREN);
}

static double first_event(void *context)
{
    char why[256];
    struct session *session = context;
    struct run_setup setup = {.argv = (char *[]){(char *)DEMO_PATH, NULL},
                              .grain = MP_GRAIN_MEMORY,
                              .stopped = true};
    uint64_t begin = mp_nanoseconds();
    if (session_start(session, &setup, why, sizeof why) != 0) {
        bench_cannot(why);
    }
    const struct mp_seat *main_seat = &watch_world(session->watch)->seats[0];
    while (atomic_load(&main_seat->written) == 0) {
        if (mp_nanoseconds() - begin > PATIENCE_MS * 1000000ull) {
            bench_cannot("no event came");
        }
        usleep(10);
    }
    double ms = (double)(mp_nanoseconds() - begin) / 1e6;
    session_end(session);
    return ms;
}

static double say_help(void *context)
{
    (void)context;
    uint64_t begin = mp_nanoseconds();
    pid_t pid = fork();
    if (pid == 0) {
        dup2(open("/dev/null", O_WRONLY), STDOUT_FILENO);
        execl(DEMO_PATH, "lock_race", "--help", (char *)NULL);
        _exit(127);
    }
    int status;
    if (pid < 0 || waitpid(pid, &status, 0) != pid || status != 0) {
        bench_cannot("cannot run " DEMO_PATH);
    }
    return (double)(mp_nanoseconds() - begin) / 1e6;
}

static void processes(void)
{
    struct bench_side sides[] = {{.run = fork_and_wait}, {.run = start_and_join}};
    bench_run(sides, 2, ROUNDS);
    bench_print(&(struct bench_row){.what = "start + join, one at a time",
                                    .unit = "/s",
                                    .ours = sides[1].median,
                                    .baseline = sides[0].median,
                                    .ratio = bench_ratio(&sides[1], &sides[0], ROUNDS),
                                    .kind = BENCH_AT_LEAST,
                                    .target = 0.6,
                                    .target_is_ratio = 1});
    bench_note("baseline: fork, _exit, waitpid; ours also makes and frees the process");
    bench_done(sides, 2);
}

static void start_up(void)
{
    struct session *session = calloc(1, sizeof *session);
    if (session == NULL) {
        bench_cannot("no memory");
    }
    struct bench_side sides[] = {{.run = say_help},
                                 {.run = first_event, .context = session}};
    bench_run(sides, 2, RUNS_ROUNDS);
    bench_print(
        &(struct bench_row){.what = "a run under the lab, to its first event",
                            .unit = "ms",
                            .ours = sides[1].median,
                            .baseline = sides[0].median,
                            .ratio = bench_ratio(&sides[1], &sides[0], RUNS_ROUNDS)});
    bench_note("baseline: fork, exec of the same program with --help, wait");
    bench_done(sides, 2);
    free(session);
}

int main(void)
{
    bench_heading("processes");
    processes();
    start_up();
    return EXIT_SUCCESS;
}
