// SPDX-License-Identifier: MIT
// The lab killed with SIGKILL at any moment: what it had started is gone within a second,
// children too; what it was only attached to goes on, free, and comes out right.
#include "faults/lab.h"
#include "suite.h"
#include "terminal.h"

#include <poll.h>

enum {
    AT_ONCE = 10,
    ROUNDS = 5,
    MOMENT_MS = 60, // how long the lab lives, at most, beyond what it needs to start
};

// Lets the lab run for a while: the moment of its death is meant to be any.
static void let_run(unsigned *random, int most_ms)
{
    poll(NULL, 0, (int)((unsigned)rand_r(random) % (unsigned)most_ms));
}

// --- what it had started --------------------------------------------------------------------

static pid_t start_plain(int number)
{
    static const char *const runs[][10] = {
        {"lock_race", "--speed", "1", NULL},
        {"lock_race", "--speed", "max", "--", "--increments", "1000000", NULL},
        {"lock_fixed", "--speed", "free", "--", "--increments", "100000000", NULL},
        {"lock_fixed", "--speed", "100", "--", "--processes", "8", NULL},
        {"process", "--speed", "5", "--", "--children", "8", NULL},
    };
    enum { RUNS = sizeof runs / sizeof *runs };
    const char *argv[14] = {built("lab"), "run", "--plain"};
    for (int i = 0; runs[number % RUNS][i] != NULL; i++) {
        argv[3 + i] = runs[number % RUNS][i];
    }
    return lab_spawn(argv);
}

START_TEST(what_the_lab_started_ends_with_it)
{
    unsigned random = (unsigned)_i;
    pid_t labs[AT_ONCE];
    for (int i = 0; i < AT_ONCE; i++) {
        labs[i] = start_plain(_i * AT_ONCE + i);
    }
    for (int i = 0; i < AT_ONCE; i++) {
        let_run(&random, MOMENT_MS);
        ck_assert_int_eq(kill(labs[i], SIGKILL), 0);
    }
    lab_assert_all_gone("SIGKILL to the lab");
}
END_TEST

// On the screen; some are stopped, some run again, some show help.
START_TEST(what_the_lab_shows_on_a_screen_ends_with_it)
{
    static const char *const keys[] = {"", " ", "n1", "+++++", "r", "?"};
    unsigned random = (unsigned)_i;
    for (int i = 0; i < AT_ONCE; i++) {
        const char *const argv[] = {built("lab"), "run", i % 2 ? "lock_race" : "process",
                                    NULL};
        struct terminal *terminal = terminal_open(24, 80, NULL, argv);
        // Mostly it is killed while it runs, now and then before it has begun.
        if (i % 4 != 0) {
            terminal_assert_text(terminal, "quit", RUN_LIMIT_MS);
        }
        terminal_type(terminal, keys[(unsigned)rand_r(&random) % 6]);
        terminal_pump(terminal, (int)((unsigned)rand_r(&random) % MOMENT_MS));
        ck_assert_int_eq(kill(terminal_pid(terminal), SIGKILL), 0);
        ck_assert_int_ne(terminal_wait_exit(terminal, GONE_MS), -1);
        lab_assert_all_gone("SIGKILL to the lab on a screen");
        terminal_close(terminal);
    }
}
END_TEST

// --- what it was only attached to ---------------------------------------------------------------

// Returns when its children run.
static pid_t start_demo(const char *increments)
{
    const char *const argv[] = {built("demos/lock_fixed"), "--increments", increments,
                                NULL};
    pid_t pid = lab_spawn(argv);
    int64_t deadline = limit_after(RUN_LIMIT_MS);
    while (proc_children(pid, NULL, 0) < 2) {
        ck_assert(limit_left(deadline) > 0);
        limit_nap();
    }
    return pid;
}

static void assert_comes_out_right(pid_t demo)
{
    int status = -1;
    ck_assert_msg(proc_wait_end(demo, RUN_LIMIT_MS), "%d does not end", (int)demo);
    ck_assert_int_eq(waitpid(demo, &status, 0), demo);
    ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 0, "status %x",
                  (unsigned)status);
}

START_TEST(what_the_lab_was_attached_to_goes_on_and_is_right)
{
    unsigned random = (unsigned)_i;
    pid_t demos[AT_ONCE];
    pid_t labs[AT_ONCE];
    for (int i = 0; i < AT_ONCE; i++) {
        char number[16];
        demos[i] = start_demo("300000");
        snprintf(number, sizeof number, "%d", (int)demos[i]);
        const char *const argv[] = {built("lab"), "attach", number, "--plain", NULL};
        labs[i] = lab_spawn(argv);
    }
    for (int i = 0; i < AT_ONCE; i++) {
        let_run(&random, MOMENT_MS);
        kill(labs[i], SIGKILL); // it may have ended already, with the demo
    }
    for (int i = 0; i < AT_ONCE; i++) {
        assert_comes_out_right(demos[i]);
    }
    lab_assert_all_gone("SIGKILL to the lab that was attached");
}
END_TEST

// Stopped by the lab, stepped or slow when the lab dies: it is let go.
START_TEST(what_the_lab_had_stopped_goes_on_and_is_right)
{
    static const char *const keys[] = {" ", "  ", "-", " nnnnn", " n12", "---"};
    enum { KEYS = sizeof keys / sizeof *keys };
    unsigned random = (unsigned)_i;
    for (int i = 0; i < (suite_is_long() ? 2 : 1) * KEYS; i++) {
        char number[16];
        pid_t demo = start_demo("6000000"); // it must last until the lab is there
        snprintf(number, sizeof number, "%d", (int)demo);
        const char *const argv[] = {built("lab"), "attach", number, NULL};
        struct terminal *terminal = terminal_open(24, 80, NULL, argv);
        terminal_assert_text(terminal, "quit", RUN_LIMIT_MS);
        for (const char *key = keys[i % KEYS]; *key != '\0'; key++) {
            terminal_type(terminal, (const char[]){*key, '\0'});
            terminal_pump(terminal, (int)((unsigned)rand_r(&random) % MOMENT_MS));
        }
        ck_assert_int_eq(kill(terminal_pid(terminal), SIGKILL), 0);
        ck_assert_int_ne(terminal_wait_exit(terminal, GONE_MS), -1);
        terminal_close(terminal);
        assert_comes_out_right(demo);
    }
    lab_assert_all_gone("SIGKILL to the lab that had stopped it");
}
END_TEST

int main(void)
{
    const struct suite_test tests[] = {
        {.test = what_the_lab_started_ends_with_it, .to = ROUNDS},
        {.test = what_the_lab_shows_on_a_screen_ends_with_it, .to = 2, .timeout = 60},
        {.test = what_the_lab_was_attached_to_goes_on_and_is_right, .to = 2, .timeout = 60},
        {.test = what_the_lab_had_stopped_goes_on_and_is_right, .to = 1, .timeout = 60},
    };

    return suite_run("lab killed", tests, sizeof tests / sizeof *tests);
}
