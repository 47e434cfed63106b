// SPDX-License-Identifier: MIT
// Programs that crash, are killed, leave early or never end, under the lab: it says what
// became of each, nobody waits for the dead, and nothing is left behind.
#include "faults/lab.h"
#include "suite.h"

enum { SEEDS = 8, STOPPED_WITHIN_MS = 3000 };

#define PROGRAM "@tests/programs/fault_ends"

// --- a child ends badly -------------------------------------------------------------------

static const struct {
    const char *how;
    const char *told;   // by the lab
    const char *joined; // what the program itself saw
} ends[] = {
    {"segv-child", "Process-1 crashed (SIGSEGV) while it had lock", "child 1: -11"},
    {"abort-child", "Process-1 crashed (SIGABRT) while it had lock", "child 1: -6"},
    {"exit-child", "Process-1 ended with status 7 while it had lock", "child 1: 7"},
    {"quit-child", "Process-1 ended with status 7 while it had lock", "child 1: 7"},
    {"kill-holder", "Process-1 was killed while it had lock", "child 1: -9"},
};
enum { ENDS = sizeof ends / sizeof *ends };

START_TEST(lock_of_the_dead_goes_to_the_next)
{
    for (int seed = 0; seed < SEEDS; seed++) {
        char line[256];
        snprintf(line, sizeof line, "run " PROGRAM " --plain --seed %d -- %s", seed,
                 ends[_i].how);
        struct run_result result = lab_run(line, NULL);
        run_assert_exit(&result, 0);
        lab_assert_says(&result, ends[_i].told);
        lab_assert_says(&result, ends[_i].joined);
        lab_assert_says(&result, "child 2: 0");
        // Perhaps the other one was through before; else it is told whose lock it has.
        if (run_out_has(&result, "recovered")) {
            lab_assert_says(&result,
                            "Process-2 has lock now. Process-1 had died with it.");
        }
        run_free(&result);
    }
}
END_TEST

START_TEST(lock_of_the_dead_goes_to_the_next_free_running)
{
    char line[256];
    snprintf(line, sizeof line, "run " PROGRAM " --plain --speed free -- %s",
             ends[_i].how);
    struct run_result result = lab_run(line, NULL);
    run_assert_exit(&result, 0);
    lab_assert_says(&result, ends[_i].joined);
    lab_assert_says(&result, "child 2: 0");
    lab_assert_says(&result, "All have ended.");
    run_free(&result);
}
END_TEST

// Its limit is 300 ms of time; under control no time passes, and it is over at once.
START_TEST(nobody_waits_at_the_start_for_the_dead)
{
    static const char *const modes[] = {"", "--speed free", "--speed 1000"};
    static const char *const whys[] = {"kill-before-start", "exit-before-start"};
    static const char *const ended[] = {"child 1: -9", "child 1: 7"};
    for (int why = 0; why < 2; why++) {
        char line[256];
        snprintf(line, sizeof line, "run " PROGRAM " --plain %s -- %s", modes[_i],
                 whys[why]);
        struct run_result result = lab_run(line, NULL);
        run_assert_exit(&result, 0);
        lab_assert_says(&result, ended[why]);
        lab_assert_says(&result, " printed: no start: ");
        lab_assert_says(&result, "child 2: 4");
        run_free(&result);
    }
}
END_TEST

// --- main ends badly ----------------------------------------------------------------------

START_TEST(children_end_with_main)
{
    static const struct {
        const char *how, *told, *status;
    } mains[] = {
        {"segv-main", "main crashed (SIGSEGV).", "Exit status 139."},
        {"abort-main", "main crashed (SIGABRT).", "Exit status 134."},
        {"exit-main", "All have ended.", "Exit status 9."},
    };
    static const char *const modes[] = {"", "--speed free"};
    for (int mode = 0; mode < 2; mode++) {
        char line[256];
        snprintf(line, sizeof line, "run " PROGRAM " --plain %s -- %s", modes[mode],
                 mains[_i].how);
        struct run_result result = lab_run(line, NULL);
        run_assert_exit(&result, 1);
        lab_assert_says(&result, mains[_i].told);
        lab_assert_says(&result, mains[_i].status);
        lab_assert_says(&result, "All have ended.");
        run_free(&result);
    }
}
END_TEST

// --- never ends -----------------------------------------------------------------------------

// Reads what the lab prints until it has said this. The descriptor stays open.
static void wait_for_text(int fd, const char *text)
{
    static char seen[1 << 16];
    size_t used = 0;
    int64_t deadline = limit_after(RUN_LIMIT_MS);
    seen[0] = '\0';
    while (strstr(seen, text) == NULL) {
        if (used > sizeof seen / 2) { // what is far behind is not looked at again
            memmove(seen, seen + used / 2, used - used / 2 + 1);
            used -= used / 2;
        }
        ssize_t got = read(fd, seen + used, 4096);
        ck_assert_msg(got > 0 && limit_left(deadline) > 0, "no \"%s\" in: %s", text, seen);
        used += (size_t)got;
        seen[used] = '\0';
    }
}

static void throw_away(int fd, pid_t until)
{
    char bytes[4096];
    while (read(fd, bytes, sizeof bytes) > 0) {
    }
    ck_assert_msg(proc_wait_end(until, STOPPED_WITHIN_MS), "the lab has not ended");
}

static void stop_by(const char *how, const char *speed, int signal_number)
{
    int pipes[2];
    ck_assert_int_eq(pipe2(pipes, O_CLOEXEC), 0);
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    const char *const argv[] = {
        built("lab"), "run",     built("tests/programs/fault_ends"),
        "--plain",    "--speed", speed,
        "--",         how,       NULL};
    struct spawn what = {.argv = argv, .stdio = {null, pipes[1], null}};
    pid_t pid = spawn_program(&what);
    close(null);
    close(pipes[1]);
    wait_for_text(pipes[0],
                  strcmp(speed, "free") == 0 ? "Process-2 is born" : "has lock now");
    kill(pid, signal_number);
    throw_away(pipes[0], pid);
    close(pipes[0]);
    int status;
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert_msg(WIFSIGNALED(status) && WTERMSIG(status) == signal_number,
                  "%s, signal %d: status %x", how, signal_number, (unsigned)status);
    lab_assert_all_gone(how);
}

START_TEST(quitting_ends_what_never_ends)
{
    static const char *const hows[] = {"busy", "deaf", "computes"};
    static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
    static const char *const speeds[] = {"max", "50", "free"};
    for (int i = 0; i < 3; i++) {
        stop_by(hows[_i], speeds[i], signals[i]);
        stop_by(hows[_i], speeds[i], signals[(i + 1) % 3]);
    }
}
END_TEST

int main(void)
{
    const struct suite_test tests[] = {
        {.test = lock_of_the_dead_goes_to_the_next, .from = 0, .to = ENDS},
        {.test = lock_of_the_dead_goes_to_the_next_free_running, .from = 0, .to = ENDS},
        {.test = nobody_waits_at_the_start_for_the_dead, .from = 0, .to = 3},
        {.test = children_end_with_main, .from = 0, .to = 3},
        {.test = quitting_ends_what_never_ends, .from = 0, .to = 3, .timeout = 60},
    };

    return suite_run("ends", tests, sizeof tests / sizeof *tests);
}
