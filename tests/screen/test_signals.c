// SPDX-License-Identifier: MIT
// However the lab ends or is stopped: the terminal is as it was, and nobody is left. And a
// program that prints too much, or what moves cursors, does not touch the screen.
#include "screen/frames.h"
#include "suite.h"

#include <sys/resource.h>

#define ENDLESS " -- --increments 1000000000"

static const char *const lines[] = {
    "run lock_race --no-stop --speed 50" ENDLESS,
    "run lock_race --step" ENDLESS,
    "run lock_race --speed free" ENDLESS,
};
enum { LINES = sizeof lines / sizeof *lines };

// Started, and with all of its processes.
static struct terminal *open_run(const char *line)
{
    struct terminal *t = lab_open(24, 80, line);
    lab_wait_title(t, " lock_race ");
    lab_wait_text(t, "increment-2");
    return t;
}

static void assert_ended_by(struct terminal *t, int signal_number)
{
    int status = terminal_wait_exit(t, LATE_MS);
    ck_assert_msg(status != -1 && WIFSIGNALED(status) && WTERMSIG(status) == signal_number,
                  "not by signal %d, status %x\n%s", signal_number, (unsigned)status,
                  terminal_dump(t));
    lab_assert_restored(t);
    lab_assert_gone(t);
}

START_TEST(interrupt_ends_a_run)
{
    struct terminal *t = open_run(lines[_i]);
    terminal_interrupt(t);
    assert_ended_by(t, SIGINT);
}
END_TEST

START_TEST(asking_it_to_end_ends_a_run)
{
    struct terminal *t = open_run(lines[_i]);
    kill(terminal_pid(t), SIGTERM);
    assert_ended_by(t, SIGTERM);
    t = open_run(lines[_i]);
    kill(terminal_pid(t), SIGHUP);
    assert_ended_by(t, SIGHUP);
}
END_TEST

START_TEST(signals_end_home_and_a_run_opened_there)
{
    static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
    for (int opened = 0; opened < 2; opened++) {
        struct terminal *t = lab_open(24, 80, "");
        lab_wait_text(t, "lock_fixed");
        if (opened > 0) {
            terminal_key(t, TERMINAL_ENTER);
            lab_wait_text(t, "q back");
        }
        kill(terminal_pid(t), signals[_i]);
        assert_ended_by(t, signals[_i]);
    }
}
END_TEST

START_TEST(closed_terminal_ends_a_run)
{
    struct terminal *t = open_run(lines[_i]);
    terminal_hang_up(t);
    ck_assert_int_ne(terminal_wait_exit(t, LATE_MS), -1);
    lab_assert_gone(t);
}
END_TEST

START_TEST(killed_lab_takes_what_it_started_along)
{
    struct terminal *t = open_run(lines[_i]);
    kill(terminal_pid(t), SIGKILL);
    int status = terminal_wait_exit(t, LATE_MS);
    ck_assert(status != -1 && WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    ck_assert(lab_all_gone(GONE_MS));
    terminal_close(t);
}
END_TEST

// AddressSanitizer ends a program that has crashed by itself.
#if defined __SANITIZE_ADDRESS__
#define SANITIZED true
#elif defined __has_feature
#define SANITIZED __has_feature(address_sanitizer)
#else
#define SANITIZED false
#endif

START_TEST(crash_of_the_lab_restores_the_terminal)
{
    static const int crashes[] = {SIGSEGV, SIGABRT, SIGBUS, SIGQUIT};
    const struct rlimit no_core = {0, 0};
    setrlimit(RLIMIT_CORE, &no_core);
    for (size_t i = 0; i < sizeof crashes / sizeof *crashes; i++) {
        struct terminal *t = open_run(lines[1]);
        kill(terminal_pid(t), crashes[i]);
        if (SANITIZED) {
            ck_assert_int_ne(terminal_wait_exit(t, LATE_MS), -1);
            lab_assert_restored(t);
            lab_assert_gone(t);
        } else {
            assert_ended_by(t, crashes[i]);
        }
    }
}
END_TEST

// Below a shell with job control, as in real life.
START_TEST(stopped_lab_gives_the_terminal_back_and_takes_it_again)
{
    char script[1024];
    snprintf(script, sizeof script,
             "%s %s; echo stopped, status $?; read x; fg >/dev/null; echo over, status $?",
             built("lab"), lines[_i]);
    const char *const argv[] = {"sh", "-mc", script, NULL};
    struct terminal *t = terminal_open(24, 80, NULL, argv);
    lab_wait_title(t, " lock_race ");
    terminal_type(t, "\x1a");
    terminal_assert_text(t, "stopped, status", LATE_MS);
    lab_assert_restored(t);
    terminal_type(t, "\r");
    lab_wait_title(t, " lock_race ");
    ck_assert(terminal_alternate_screen(t));
    ck_assert(!terminal_cursor_visible(t));
    lab_wait_text(t, "increment-2");
    lab_sync(t); // keys work again
    assert_frame_clean(t);
    terminal_type(t, "q");
    terminal_assert_text(t, "over, status 0", LATE_MS);
    terminal_assert_exit(t, 0, LATE_MS);
    lab_assert_restored(t);
    lab_assert_gone(t);
}
END_TEST

START_TEST(stop_that_nobody_announced_leaves_a_whole_screen)
{
    struct terminal *t = open_run(lines[1]);
    kill(terminal_pid(t), SIGSTOP);
    ck_assert(proc_wait_state(terminal_pid(t), "T", LATE_MS));
    kill(terminal_pid(t), SIGCONT);
    lab_sync(t);
    ck_assert(terminal_alternate_screen(t));
    lab_leave(t);
}
END_TEST

// --- programs that print --------------------------------------------------------------------

START_TEST(what_a_program_prints_does_not_move_the_screen)
{
    struct terminal *t = lab_open(24, 80,
                                  "run @tests/programs/fault_floods --no-stop "
                                  "--speed 1000 -- escapes");
    lab_wait_title(t, "ENDED");
    ck_assert(row_has(t, 0, "fault_floods"));
    ck_assert(row_has(t, 23, "q quit"));
    ck_assert(terminal_alternate_screen(t));
    ck_assert_int_eq(terminal_bells(t), 0);
    assert_frame_clean(t);
    for (int row = 0; row < 24; row++) {
        for (int col = 0; col < 80; col++) {
            ck_assert(!terminal_cell(t, row, col).blink);
        }
    }
    lab_leave(t);
}
END_TEST

START_TEST(flood_of_output_leaves_the_screen_usable)
{
    static const char *const speeds[] = {"free", "50"};
    char line[128];
    snprintf(line, sizeof line, "run @tests/programs/fault_floods --speed %s -- flood",
             speeds[_i]);
    struct terminal *t = lab_open(24, 80, line);
    lab_wait_text(t, "xxxxxxxxxx");
    lab_sync(t);
    ck_assert(row_has(t, 0, "fault_floods"));
    assert_frame_clean(t);
    lab_leave(t);
}
END_TEST

int main(void)
{
    const struct suite_test tests[] = {
        {.test = interrupt_ends_a_run, .from = 0, .to = LINES},
        {.test = asking_it_to_end_ends_a_run, .from = 0, .to = LINES, .timeout = 40},
        {.test = signals_end_home_and_a_run_opened_there,
         .from = 0,
         .to = 3,
         .timeout = 40},
        {.test = closed_terminal_ends_a_run, .from = 0, .to = LINES},
        {.test = killed_lab_takes_what_it_started_along, .from = 0, .to = LINES},
        {.test = crash_of_the_lab_restores_the_terminal, .timeout = 60},
        {.test = stopped_lab_gives_the_terminal_back_and_takes_it_again,
         .from = 0,
         .to = LINES,
         .timeout = 60},
        {.test = stop_that_nobody_announced_leaves_a_whole_screen, .timeout = 40},
        {.test = what_a_program_prints_does_not_move_the_screen, .timeout = 40},
        {.test = flood_of_output_leaves_the_screen_usable,
         .from = 0,
         .to = 2,
         .timeout = 60},
    };

    return suite_run("signals", tests, sizeof tests / sizeof *tests);
}
