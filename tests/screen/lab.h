// SPDX-License-Identifier: MIT
// The lab on a test's terminal: starting it, waiting for what it shows, leaving it.
#pragma once

#include "limit.h"
#include "paths.h"
#include "proc.h"
#include "terminal.h"

#include <check.h>
#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    LAB_WORDS = 24,
    SOON_MS = 5000,  // what a person would not wait for
    QUIET_MS = 150,  // longer than what the kernel says takes to be seen
    LATE_MS = 15000, // what takes its time on a busy machine
    GONE_MS = 5000,  // so long after the lab nothing of it may be left
    STILL_MS = 400,  // so long nothing may change when it stands still
};

// Starts the lab with the words of `line` ("run lock_race -- --increments 1"); a word that
// begins with "@" is a thing that was built.
static inline struct terminal *lab_open_with(int rows, int cols, const char *line,
                                             const struct terminal_options *options)
{
    static char words[512];
    static char paths[LAB_WORDS][512];
    const char *argv[LAB_WORDS];
    int count = 0;
    char *rest = words;
    snprintf(words, sizeof words, "%s", line);
    snprintf(paths[0], sizeof paths[0], "%s", built("lab"));
    argv[count++] = paths[0];
    for (char *word; (word = strtok_r(rest, " ", &rest)) != NULL; count++) {
        ck_assert_int_lt(count, LAB_WORDS - 1);
        if (word[0] == '@') {
            snprintf(paths[count], sizeof paths[count], "%s", built(word + 1));
        }
        argv[count] = word[0] == '@' ? paths[count] : word;
    }
    argv[count] = NULL;
    return terminal_open(rows, cols, options, argv);
}

static inline struct terminal *lab_open(int rows, int cols, const char *line)
{
    return lab_open_with(rows, cols, line, NULL);
}

// --- waiting ------------------------------------------------------------------------------

// The frame has been drawn to its end: that is where the cursor rests.
static inline bool frame_is_whole(struct terminal *t)
{
    int row, col;
    terminal_cursor(t, &row, &col);
    return row == terminal_rows(t) - 1 && col == terminal_cols(t) - 1;
}

static inline bool row_has(struct terminal *t, int row, const char *text)
{
    return strstr(terminal_row(t, row), text) != NULL;
}

// Of the conditions that are waited for, `arg` is the text.
static inline bool title_has(struct terminal *t, void *arg)
{
    return frame_is_whole(t) && row_has(t, 0, arg);
}

static inline bool title_has_not(struct terminal *t, void *arg)
{
    return frame_is_whole(t) && !row_has(t, 0, arg);
}

static inline bool frame_has(struct terminal *t, void *arg)
{
    return frame_is_whole(t) && terminal_find(t, arg, NULL, NULL);
}

static inline bool frame_has_not(struct terminal *t, void *arg)
{
    return frame_is_whole(t) && !terminal_find(t, arg, NULL, NULL);
}

// The rows above the keys, where it says why it stopped, or what came of it.
static inline bool message_has(struct terminal *t, void *arg)
{
    for (int row = terminal_rows(t) - 4; row < terminal_rows(t) - 1; row++) {
        if (row > 0 && frame_is_whole(t) && row_has(t, row, arg)) {
            return true;
        }
    }
    return false;
}

// Fails the test unless the condition holds in time.
static inline void lab_wait(struct terminal *t, terminal_predicate *done, const char *text)
{
    if (!terminal_wait(t, done, (void *)(uintptr_t)text, LATE_MS)) {
        ck_abort_msg("waited for \"%s\"\n%s", text, terminal_dump(t));
    }
}

static inline void lab_wait_text(struct terminal *t, const char *text)
{
    lab_wait(t, frame_has, text);
}

static inline void lab_wait_gone(struct terminal *t, const char *text)
{
    lab_wait(t, frame_has_not, text);
}

static inline void lab_wait_title(struct terminal *t, const char *text)
{
    lab_wait(t, title_has, text);
}

static inline void lab_wait_message(struct terminal *t, const char *text)
{
    lab_wait(t, message_has, text);
}

// The name of the panel whose rule this row is ("─ steps ──── legend ───"), up to the end
// of the row; NULL: it is no rule.
static inline const char *rule_name(struct terminal *t, int row)
{
    const char *text = terminal_row(t, row);
    if (strncmp(text, "─ ", strlen("─ ")) == 0) {
        return text + strlen("─ ");
    }
    return strncmp(text, "- ", 2) == 0 ? text + 2 : NULL;
}

static inline bool is_rule(struct terminal *t, int row)
{
    return rule_name(t, row) != NULL;
}

// The row below the rule with this name; -1: no such panel.
static inline int panel_at(struct terminal *t, const char *name)
{
    size_t length = strlen(name);
    for (int row = 0; row + 1 < terminal_rows(t); row++) {
        const char *text = rule_name(t, row);
        if (text != NULL && strncmp(text, name, length) == 0 && text[length] == ' ') {
            return row + 1;
        }
    }
    return -1;
}

// The newest step on the screen: the last number over the steps, the lanes, or the lives.
static inline int last_step(struct terminal *t)
{
    int row = panel_at(t, "steps");
    row = row >= 0 ? row : panel_at(t, "who did what");
    row = row >= 0 ? row : panel_at(t, "lives");
    if (row < 0) {
        return -1;
    }
    // A wide screen has another panel at the right.
    bool wide = terminal_cols(t) >= 120 && terminal_rows(t) >= 30;
    int col = wide ? terminal_cols(t) / 2 - 1 : terminal_cols(t) - 1;
    while (col > 0 && strchr(" ", terminal_cell(t, row, col).text[0]) != NULL) {
        col--;
    }
    int step = 0;
    for (int ten = 1; col >= 0; col--, ten *= 10) {
        char digit = terminal_cell(t, row, col).text[0];
        if (digit < '0' || digit > '9') {
            break;
        }
        step += (digit - '0') * ten;
    }
    return step;
}

static inline bool lab_has_ended(struct terminal *t)
{
    return row_has(t, 0, "ENDED");
}

// `arg` is the address of the step: it stands behind that one, or has ended.
static inline bool stands_at_step(struct terminal *t, void *arg)
{
    return frame_is_whole(t) && (lab_has_ended(t) || (row_has(t, 0, "STOPPED") &&
                                                      last_step(t) == *(const int *)arg));
}

static inline void lab_wait_step(struct terminal *t, int step)
{
    if (!terminal_wait(t, stands_at_step, &step, LATE_MS)) {
        ck_abort_msg("does not stand at step %d\n%s", step, terminal_dump(t));
    }
}

// One more step, made by `key`: "n", or the digit of who is to make it.
static inline void lab_step(struct terminal *t, const char *key)
{
    int next = last_step(t) + 1;
    terminal_type(t, key);
    lab_wait_step(t, next);
}

// All keys typed so far have done what they do, and it is on the screen: opens the help, whose
// key stands behind them, and closes it.
static inline void lab_sync(struct terminal *t)
{
    terminal_type(t, "?");
    lab_wait_text(t, "any key closes this");
    terminal_type(t, "?");
    lab_wait_gone(t, "any key closes this");
}

// Whoever is stopped sleeps 100 ms at a time: now and then the kernel is asked while it looks
// around. For comparing frames.
static inline char *lab_without_wakes(char *text)
{
    static const char wakes[] = "R can run", sleeps[] = "S sleeps ";
    for (char *at = text; (at = strstr(at, wakes)) != NULL;) {
        memcpy(at, sleeps, sizeof sleeps - 1);
    }
    return text;
}

// Nothing on the screen changes for a while.
static inline void lab_assert_still(struct terminal *t)
{
    terminal_settle(t, QUIET_MS);
    char *before = lab_without_wakes(terminal_text(t));
    terminal_pump(t, STILL_MS);
    char *after = lab_without_wakes(terminal_text(t));
    ck_assert_str_eq(before, after);
    free(before);
    free(after);
}

// --- leaving ------------------------------------------------------------------------------

// The modes that a terminal has before any program touches it.
static inline struct termios lab_fresh_modes(void)
{
    const char *const argv[] = {"true", NULL};
    struct terminal *t = terminal_open(24, 80, NULL, argv);
    struct termios modes;
    terminal_assert_exit(t, 0, LATE_MS);
    terminal_modes(t, &modes);
    terminal_close(t);
    return modes;
}

static inline void lab_assert_modes(struct terminal *t)
{
    struct termios before = lab_fresh_modes();
    struct termios now;
    terminal_modes(t, &now);
    ck_assert_uint_eq(now.c_iflag, before.c_iflag);
    ck_assert_uint_eq(now.c_oflag, before.c_oflag);
    ck_assert_uint_eq(now.c_lflag, before.c_lflag);
    ck_assert_uint_eq(now.c_cflag, before.c_cflag);
    ck_assert_mem_eq(now.c_cc, before.c_cc, sizeof now.c_cc);
}

// The normal screen, the cursor and the modes are back.
static inline void lab_assert_restored(struct terminal *t)
{
    if (terminal_alternate_screen(t) || !terminal_cursor_visible(t)) {
        ck_abort_msg("the terminal is not as it was\n%s", terminal_dump(t));
    }
    lab_assert_modes(t);
}

// Takes what was adopted: under the leak fixture the test is what init is in real life. True
// when nobody is left. To be called when no child of the test's own is to live any more.
static inline bool lab_all_gone(int ms)
{
    int64_t deadline = limit_after(ms);
    for (;;) {
        pid_t pid = waitpid(-1, NULL, WNOHANG);
        if (pid < 0 && errno == ECHILD) {
            return true;
        }
        if (pid == 0) {
            if (limit_left(deadline) == 0) {
                return false;
            }
            limit_nap();
        }
    }
}

// All that the lab started is gone, and none had to be killed.
static inline void lab_assert_gone(struct terminal *t)
{
    ck_assert_uint_eq(terminal_close(t), 0);
    if (!lab_all_gone(GONE_MS)) {
        char *who = proc_describe_descendants();
        ck_abort_msg("left behind:\n%s", who);
    }
}

// Leaves with `key` and looks whether everything is as before.
static inline void lab_leave_by(struct terminal *t, const char *key)
{
    terminal_type(t, key);
    terminal_assert_exit(t, 0, LATE_MS);
    lab_assert_restored(t);
    lab_assert_gone(t);
}

static inline void lab_leave(struct terminal *t)
{
    lab_leave_by(t, "q");
}
