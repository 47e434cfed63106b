// SPDX-License-Identifier: MIT
// A terminal in the test process: a program runs on a pty as in any terminal emulator,
// libvterm keeps the screen that a person would see, the test types keys and reads cells.
//
//     const char *const argv[] = {built("lab"), NULL};
//     struct terminal *t = terminal_open(24, 80, NULL, argv);
//
//     terminal_assert_text(t, "lock_race", 2000);
//     terminal_key(t, TERMINAL_ENTER);
//     ...
//     terminal_close(t);
//
// Nothing sleeps: waiting is polling the pty, until what is waited for is on the screen
// or its time is up (times are stretched by TEST_TIMEOUT_FACTOR). The screen changes only
// inside the calls that wait; between them it stands still, and the program may be made
// to wait by a full pty, as with a slow line.
//
// The program leads its session, as a shell does, and so ^Z cannot stop it: there is
// nobody who could continue it. For that, put a shell with job control in between:
// {"sh", "-mc", "build/lab; echo stopped; read x; fg", NULL}.
#pragma once

#include <check.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <termios.h>

struct terminal;

struct terminal_options {
    const char *term;       // TERM, NULL: xterm-256color; or unset it in env: "TERM"
    const char *const *env; // "K=V" sets, "K" unsets; NULL-terminated, or NULL
    const char *cwd;        // NULL: where the test is
    bool keep_log;          // for terminal_log
};

enum terminal_key {
    TERMINAL_ENTER,
    TERMINAL_TAB,
    TERMINAL_BACKSPACE,
    TERMINAL_ESCAPE,
    TERMINAL_UP,
    TERMINAL_DOWN,
    TERMINAL_LEFT,
    TERMINAL_RIGHT,
    TERMINAL_INSERT,
    TERMINAL_DELETE,
    TERMINAL_HOME,
    TERMINAL_END,
    TERMINAL_PAGE_UP,
    TERMINAL_PAGE_DOWN,
    TERMINAL_F1,
    TERMINAL_F2,
    TERMINAL_F3,
    TERMINAL_F4,
    TERMINAL_F5,
    TERMINAL_F6,
    TERMINAL_F7,
    TERMINAL_F8,
    TERMINAL_F9,
    TERMINAL_F10,
    TERMINAL_F11,
    TERMINAL_F12,
};

// What one place of the screen shows.
struct terminal_cell {
    char text[32]; // UTF-8, with combining characters; " " when empty, "" for
                   // the right half of a wide character
    int width;     // 1 or 2
    bool bold, underline, italic, blink, reverse;
    bool fg_default, bg_default;
    int fg, bg; // number in the palette, -1: default, or given as RGB
};

typedef bool terminal_predicate(struct terminal *t, void *arg);

// Starts the program. Fails the test when it cannot be started. `o` may be NULL.
struct terminal *terminal_open(int rows, int cols, const struct terminal_options *o,
                               const char *const argv[]);

// Hangs up, as when the window is closed; waits for the program and for everything in its
// session to end, kills what is then still there, and frees t. Returns how many processes
// had to be killed: 0 for a program that behaves.
size_t terminal_close(struct terminal *t);

// ---- Acting

// Types bytes as they are: Enter is "\r" (or TERMINAL_ENTER), ^D is "\x04".
void terminal_type(struct terminal *t, const char *text);
void terminal_key(struct terminal *t, enum terminal_key key);
// Types ^C: what happens then is up to the terminal's modes and to the program.
void terminal_interrupt(struct terminal *t);
void terminal_resize(struct terminal *t, int rows, int cols);
// Sends a signal to the foreground process group. For the one program:
// kill(terminal_pid(t), sig).
void terminal_signal(struct terminal *t, int sig);
// Closes the line while the test goes on: SIGHUP. Only waiting for the end makes sense
// afterwards.
void terminal_hang_up(struct terminal *t);
pid_t terminal_pid(const struct terminal *t);

// ---- Waiting. All return false when the time is up, and early when the program's side
// of the terminal is closed, so that no more can come.

bool terminal_wait(struct terminal *t, terminal_predicate *done, void *arg, int ms);
bool terminal_wait_text(struct terminal *t, const char *text, int ms);
bool terminal_wait_gone(struct terminal *t, const char *text, int ms);
// Until no output came for quiet_ms: the picture is complete. False when the output had
// not stopped after TERMINAL_SETTLE_LIMIT_MS.
bool terminal_settle(struct terminal *t, int quiet_ms);
// Just keeps reading for this long.
void terminal_pump(struct terminal *t, int ms);
// Until the program has ended and all its output is on the screen. Its status as from
// waitpid, -1 when it has not ended in time. May be called again for the status.
int terminal_wait_exit(struct terminal *t, int ms);

enum { TERMINAL_SETTLE_LIMIT_MS = 10000, TERMINAL_CLOSE_LIMIT_MS = 2000 };

// Fail the test, and show the screen, unless the text appears (goes) in time.
#define terminal_assert_text(t, text, ms)                                                \
    do {                                                                                 \
        if (!terminal_wait_text((t), (text), (ms)))                                      \
            ck_abort_msg("no \"%s\" on the screen\n%s", (text), terminal_dump(t));       \
    } while (0)
#define terminal_assert_gone(t, text, ms)                                                \
    do {                                                                                 \
        if (!terminal_wait_gone((t), (text), (ms)))                                      \
            ck_abort_msg("still \"%s\" on the screen\n%s", (text), terminal_dump(t));    \
    } while (0)
// Fails the test, and shows the screen, unless the program exits in time with this code.
#define terminal_assert_exit(t, code, ms)                                                \
    do {                                                                                 \
        int status_ = terminal_wait_exit((t), (ms));                                     \
        if (status_ == -1 || !WIFEXITED(status_) || WEXITSTATUS(status_) != (code))      \
            ck_abort_msg("expected exit status %d\n%s", (code), terminal_dump(t));       \
    } while (0)

// ---- Reading. Rows and columns count from 0. Strings belong to the terminal.

int terminal_rows(const struct terminal *t);
int terminal_cols(const struct terminal *t);
// A row without the blanks at its end; good until the same row is asked for again.
const char *terminal_row(struct terminal *t, int row);
// All rows, each ended with a newline. The caller frees it.
char *terminal_text(struct terminal *t);
struct terminal_cell terminal_cell(const struct terminal *t, int row, int col);
// Where a text begins, looking row by row; row and col may be NULL.
bool terminal_find(struct terminal *t, const char *text, int *row, int *col);
void terminal_cursor(const struct terminal *t, int *row, int *col);
bool terminal_cursor_visible(const struct terminal *t);
bool terminal_alternate_screen(const struct terminal *t);
int terminal_bells(const struct terminal *t);
// How many bytes the program has written, and (keep_log) the bytes; "" without keep_log.
size_t terminal_bytes(const struct terminal *t);
const char *terminal_log(struct terminal *t);
// The modes of the program's side, also after its end.
void terminal_modes(const struct terminal *t, struct termios *modes);
// The screen in a frame, with the cursor, the modes and the state of the program, for a
// message. One too long for a message of Check goes to stderr whole and is cut here.
const char *terminal_dump(struct terminal *t);
