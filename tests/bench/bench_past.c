// SPDX-License-Identifier: MIT
/*
 * Time travel: from a key to the changed screen, and to a step of a run of 10,000 steps by
 * running the program again. (By its tape: bench_recording.)
 */
#include "bench.h"

#include "clock.h"
#include "session/session.h"

#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define MS 1000000ull

enum {
    STEPS = 10000,
    ROUNDS = 5,
    KEYS = 15,
    QUIET_MS = 150, /* so long nothing more comes: the picture is complete */
    START_MS = 1500,
};

/* --- from a key to the screen ----------------------------------------------------------------- */

/* Reads until nothing has come for so long. When the last of it came; 0: nothing did. */
static uint64_t read_until_quiet(int pty, int quiet_ms)
{
    char bytes[4096];
    uint64_t last = 0;
    struct pollfd output = {.fd = pty, .events = POLLIN};
    while (poll(&output, 1, quiet_ms) == 1 && read(pty, bytes, sizeof bytes) > 0) {
        last = mp_nanoseconds();
    }
    return last;
}

static void measure_keys(const char *what, int pty, const char *key)
{
    double times[KEYS];
    size_t count = 0;
    for (int i = 0; i < KEYS; i++) {
        uint64_t begin = mp_nanoseconds();
        if (write(pty, key, strlen(key)) < 0) {
            bench_cannot("the lab does not listen");
        }
        uint64_t last = read_until_quiet(pty, QUIET_MS);
        if (last > begin) {
            times[count++] = (double)(last - begin) / MS;
        }
    }
    if (count == 0) {
        bench_cannot("the lab shows nothing");
    }
    bench_print(&(struct bench_row){.what = what,
                                    .unit = "ms",
                                    .ours = bench_median(times, count),
                                    .baseline = -1,
                                    .kind = BENCH_AT_MOST,
                                    .target = 30});
}

static void measure_screen(void)
{
    static const char *const argv[] = {"lab",    "run",       "lock_race",
                                       "--step", "--no-stop", NULL};
    pid_t pid;
    int pty = bench_lab(argv, &pid);
    read_until_quiet(pty, START_MS);
    measure_keys("n: one step more", pty, "n");
    measure_keys("left: one step back", pty, "\033OD");
    measure_keys("right: forward again", pty, "\033OC");
    if (write(pty, "qqq", 3) < 0) {
        kill(pid, SIGKILL);
    }
    read_until_quiet(pty, START_MS);
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    close(pty);
}

/* --- to any step ------------------------------------------------------------------------------ */

static void begin_run(struct session *session, const struct schedule *schedule)
{
    static char program[] = BUILD_DIR "/demos/lock_race", option[] = "--increments",
                number[] = "2500";
    char *argv[] = {program, option, number, NULL};
    char why[256];
    struct run_setup setup = {.argv = argv,
                              .grain = MP_GRAIN_MEMORY,
                              .seed = 1,
                              .speed = STEER_UNLIMITED,
                              .schedule = schedule};
    if (session_start(session, &setup, why, sizeof why) != 0) {
        bench_cannot(why);
    }
}

static void run_to_the_end(struct session *session)
{
    while (!session->ended) {
        if (!session_pump(session, mp_nanoseconds())) {
            sched_yield();
        }
    }
}

static double run_again(void *context)
{
    const struct schedule *schedule = context;
    struct session session;
    uint64_t begin = mp_nanoseconds();
    begin_run(&session, schedule);
    if (!session_follow(&session, 20000, NULL) || session.replay.state != REPLAY_DONE) {
        bench_cannot("the program does not follow its schedule");
    }
    double ms = (double)(mp_nanoseconds() - begin) / MS;
    session_end(&session);
    return ms;
}

int main(void)
{
    struct session session;
    struct schedule schedule = {0};
    enum mp_grain grain;
    bench_heading("from a key to the changed screen");
    measure_screen();
    begin_run(&session, NULL);
    run_to_the_end(&session);
    if (!schedule_of(session.tape, STEPS - 10, &schedule, &grain)) {
        bench_cannot("no memory");
    }
    struct bench_side runs[] = {{.run = run_again, .context = &schedule}};
    bench_heading("to a step of a run of 10,000 steps");
    bench_run(runs, 1, ROUNDS);
    bench_print(&(struct bench_row){.what = "the program run again to the last but ten",
                                    .unit = "ms",
                                    .ours = runs[0].median,
                                    .baseline = -1,
                                    .kind = BENCH_AT_MOST,
                                    .target = 2000});
    bench_done(runs, 1);
    schedule_free(&schedule);
    session_end(&session);
    return EXIT_SUCCESS;
}
