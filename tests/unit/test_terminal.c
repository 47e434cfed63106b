// SPDX-License-Identifier: MIT
// Tests of the terminal that the other tests look at screens with.
#include "limit.h"
#include "proc.h"
#include "suite.h"
#include "terminal.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

enum { SOON_MS = 5000 };

#define COMMAND(...) ((const char *const[]){__VA_ARGS__, NULL})
#define SHELL(script) COMMAND("sh", "-c", script)

static struct terminal *shell(const char *script)
{
    return terminal_open(24, 80, NULL, SHELL(script));
}

START_TEST(text_appears_where_it_was_put)
{
    struct terminal *t = shell("printf '\\033[5;10Hh\u00e4\u4e2d\u2502x'; read x");
    int row, col;

    terminal_assert_text(t, "\u2502x", SOON_MS);
    ck_assert_str_eq(terminal_row(t, 4), "         h\u00e4\u4e2d\u2502x");
    ck_assert(terminal_find(t, "x", &row, &col));
    ck_assert_int_eq(row, 4);
    ck_assert_int_eq(col, 14); // the Chinese character takes two columns
    ck_assert_str_eq(terminal_cell(t, 4, 11).text, "\u4e2d");
    ck_assert_int_eq(terminal_cell(t, 4, 11).width, 2);
    ck_assert_str_eq(terminal_cell(t, 4, 12).text, "");
    ck_assert_str_eq(terminal_cell(t, 0, 0).text, " ");
    terminal_cursor(t, &row, &col);
    ck_assert_int_eq(col, 15);
    ck_assert_int_eq(terminal_close(t), 0);
}
END_TEST

START_TEST(text_that_never_comes_is_not_found)
{
    struct terminal *t = shell("echo something else; read x");

    terminal_assert_text(t, "something", SOON_MS);
    ck_assert(!terminal_wait_text(t, "nothing", 50));
    ck_assert(!terminal_wait_gone(t, "something", 50));
    ck_assert_int_eq(terminal_wait_exit(t, 50), -1);
    terminal_type(t, "\r");
    ck_assert_int_eq(terminal_wait_exit(t, SOON_MS), 0);
    // Nothing more can come, so this need not take its time (it would time the test out).
    ck_assert(!terminal_wait_text(t, "nothing", 3600 * 1000));
    terminal_close(t);
}
END_TEST

START_TEST(attributes_and_colours_are_seen)
{
    struct terminal *t =
        shell("printf '\\033[1;7mA\\033[0;4;31;44mB\\033[mC\\a'; read x");
    struct terminal_cell a, b, c;

    terminal_assert_text(t, "ABC", SOON_MS);
    a = terminal_cell(t, 0, 0);
    b = terminal_cell(t, 0, 1);
    c = terminal_cell(t, 0, 2);
    ck_assert(a.bold && a.reverse && !a.underline && a.fg_default && a.bg_default);
    ck_assert(!b.bold && !b.reverse && b.underline && !b.fg_default && !b.bg_default);
    ck_assert_int_eq(b.fg, 1);
    ck_assert_int_eq(b.bg, 4);
    ck_assert(!c.bold && !c.reverse && c.fg_default && c.bg_default && c.fg == -1);
    ck_assert(terminal_settle(t, 20));
    ck_assert_int_eq(terminal_bells(t), 1);
    terminal_close(t);
}
END_TEST

START_TEST(typed_text_and_keys_arrive)
{
    struct terminal *t = shell("stty raw -echo; echo ready; dd bs=1 count=10 status=none"
                               " | od -An -c; stty sane; read x");

    terminal_assert_text(t, "ready", SOON_MS);
    terminal_type(t, "a\x04");
    terminal_key(t, TERMINAL_ENTER);
    terminal_key(t, TERMINAL_UP);
    terminal_key(t, TERMINAL_ESCAPE);
    terminal_key(t, TERMINAL_F2);
    terminal_assert_text(t, "a 004  \\r 033   [   A 033 033   O   Q", SOON_MS);
    terminal_close(t);
}
END_TEST

START_TEST(a_line_longer_than_the_pty_holds_arrives)
{
    enum { LENGTH = 100000 };
    struct terminal *t = shell("stty raw -echo; echo ready; head -c 100000 | wc -c; stty"
                               " sane");
    char *text = malloc(LENGTH + 1);

    memset(text, 'x', LENGTH);
    text[LENGTH] = '\0';
    terminal_assert_text(t, "ready", SOON_MS);
    terminal_type(t, text);
    terminal_assert_text(t, "100000", SOON_MS);
    free(text);
    terminal_close(t);
}
END_TEST

START_TEST(repeated_characters_are_drawn)
{
    // ncurses draws a run of one character so, where the description of the terminal has
    // it.
    struct terminal *t =
        shell("tput cup 3 0; tput rep 35 40 || printf none; tput cup 5 0;"
              " echo done; read x");

    terminal_assert_text(t, "done", SOON_MS);
    if (strcmp(terminal_row(t, 3), "none") != 0)
        ck_assert_str_eq(terminal_row(t, 3), "########################################");
    terminal_close(t);
}
END_TEST

START_TEST(resize_reaches_the_program_and_the_screen)
{
    struct terminal *t =
        shell("trap 'stty size' WINCH; stty size; while :; do sleep 0.01;"
              " done");

    terminal_assert_text(t, "24 80", SOON_MS);
    terminal_resize(t, 50, 160);
    terminal_assert_text(t, "50 160", SOON_MS);
    terminal_resize(t, 5, 20);
    terminal_assert_text(t, "5 20", SOON_MS);
    ck_assert_int_eq(terminal_rows(t), 5);
    ck_assert_int_eq(terminal_cols(t), 20);
    ck_assert_int_eq(terminal_close(t), 0);
}
END_TEST

START_TEST(interrupt_and_signals_end_the_program)
{
    struct terminal *t = shell("echo ready; exec sleep 1000");
    int status;

    terminal_assert_text(t, "ready", SOON_MS);
    _i ? terminal_signal(t, SIGTERM) : terminal_interrupt(t);
    status = terminal_wait_exit(t, SOON_MS);
    ck_assert(WIFSIGNALED(status));
    ck_assert_int_eq(WTERMSIG(status), _i ? SIGTERM : SIGINT);
    terminal_close(t);
}
END_TEST

START_TEST(exit_status_and_last_output_are_kept)
{
    struct terminal *t = shell("seq 1 2000; exit 7");

    terminal_assert_exit(t, 7, SOON_MS);
    ck_assert_str_eq(terminal_row(t, 22), "2000");
    ck_assert_int_eq(WEXITSTATUS(terminal_wait_exit(t, 0)), 7);
    terminal_close(t);
}
END_TEST

START_TEST(alternate_screen_and_cursor_are_followed)
{
    struct terminal *t = shell("echo below; read x; printf '\\033[?1049h\\033[?25lover';"
                               "read x; printf '\\033[?1049l\\033[?25h'; read x");

    terminal_assert_text(t, "below", SOON_MS);
    ck_assert(!terminal_alternate_screen(t) && terminal_cursor_visible(t));
    terminal_key(t, TERMINAL_ENTER);
    terminal_assert_text(t, "over", SOON_MS);
    ck_assert(terminal_alternate_screen(t) && !terminal_cursor_visible(t));
    terminal_key(t, TERMINAL_ENTER);
    terminal_assert_gone(t, "over", SOON_MS);
    ck_assert(terminal_settle(t, 50));
    ck_assert(!terminal_alternate_screen(t) && terminal_cursor_visible(t));
    ck_assert(terminal_find(t, "below", NULL, NULL));
    terminal_close(t);
}
END_TEST

START_TEST(modes_are_read_also_after_the_end)
{
    struct terminal *t = shell("echo 1; read x; stty raw -echo; echo 2; dd bs=1 count=1"
                               " status=none");
    struct termios modes;

    terminal_assert_text(t, "1", SOON_MS);
    terminal_modes(t, &modes);
    ck_assert((modes.c_lflag & ECHO) && (modes.c_lflag & ICANON));
    terminal_key(t, TERMINAL_ENTER);
    terminal_assert_text(t, "2", SOON_MS);
    terminal_type(t, "q");
    ck_assert_int_eq(terminal_wait_exit(t, SOON_MS), 0);
    terminal_modes(t, &modes);
    ck_assert(!(modes.c_lflag & ECHO) && !(modes.c_lflag & ICANON));
    terminal_close(t);
}
END_TEST

START_TEST(environment_is_the_tests_own)
{
    const char *const env[] = {"LANG=C", "COLOUR=no", "HOME", NULL};
    const struct terminal_options options = {
        .term = "vt100", .env = env, .cwd = "/usr", .keep_log = true};
    struct terminal *t;

    setenv("FORKLAB_TEST_ALIEN", "leaked", 1);
    t = terminal_open(
        24, 80, &options,
        SHELL("echo $TERM,$LANG,$COLOUR,${HOME-none},$FORKLAB_TEST_ALIEN,$(pwd).;"
              "ls /proc/self/fd | tr '\\n' ' '"));
    ck_assert_int_eq(terminal_wait_exit(t, SOON_MS), 0);
    ck_assert_str_eq(terminal_row(t, 0), "vt100,C,no,none,,/usr.");
    // 3 is the directory itself. (With CK_FORK=no a file of Check's is there as well.)
    if (!getenv("CK_FORK"))
        ck_assert_str_eq(terminal_row(t, 1), "0 1 2 3");
    ck_assert_uint_eq(terminal_bytes(t), strlen(terminal_log(t)));
    ck_assert_ptr_nonnull(strstr(terminal_log(t), "vt100,C,no,none,,/usr.\r\n0 1 2 3 "));
    terminal_close(t);
}
END_TEST

START_TEST(under_a_shell_a_program_can_be_stopped)
{
    struct terminal *t = terminal_open(
        24, 80, NULL,
        COMMAND("sh", "-mc",
                "sh -c 'echo one; read x; echo two $x'; echo stopped; read x; fg"));

    terminal_assert_text(t, "one", SOON_MS);
    terminal_type(t, "\x1a");
    terminal_assert_text(t, "stopped", SOON_MS);
    terminal_type(t, "\r");
    terminal_settle(t, 50);
    terminal_type(t, "again\r");
    terminal_assert_text(t, "two again", SOON_MS);
    terminal_close(t);
}
END_TEST

START_TEST(close_counts_what_will_not_go)
{
    struct terminal *t = shell("trap '' HUP; echo ready; sleep 1000 & sleep 1000");
    pid_t pid = terminal_pid(t);

    terminal_assert_text(t, "ready", SOON_MS);
    while (proc_session_count(pid) < 3)
        limit_nap();
    ck_assert_uint_eq(terminal_close(t), 3);
    ck_assert_uint_eq(proc_session_count(pid), 0);
}
END_TEST

int main(void)
{
    const struct suite_test tests[] = {
        {.test = text_appears_where_it_was_put},
        {.test = text_that_never_comes_is_not_found},
        {.test = attributes_and_colours_are_seen},
        {.test = typed_text_and_keys_arrive},
        {.test = a_line_longer_than_the_pty_holds_arrives},
        {.test = repeated_characters_are_drawn},
        {.test = resize_reaches_the_program_and_the_screen},
        {.test = interrupt_and_signals_end_the_program, .to = 2},
        {.test = exit_status_and_last_output_are_kept},
        {.test = alternate_screen_and_cursor_are_followed},
        {.test = modes_are_read_also_after_the_end},
        {.test = environment_is_the_tests_own},
        {.test = under_a_shell_a_program_can_be_stopped},
        {.test = close_counts_what_will_not_go},
    };

    return suite_run("terminal", tests, sizeof tests / sizeof *tests);
}
