// SPDX-License-Identifier: MIT
// The line between a test and a program on a terminal: the pty, what is typed and
// written, the program's life, and waiting.
#include "terminal.h"

#include "launch.h"
#include "limit.h"
#include "proc.h"
#include "terminal_state.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CHUNK = 65536, DRAIN_QUIET_MS = 50, DRAIN_LIMIT_MS = 2000 };

static void queue_input(struct terminal *t, const char *bytes, size_t length)
{
    char *more = realloc(t->input, t->input_length + length + 1);

    ck_assert_ptr_nonnull(more);
    memcpy(more + t->input_length, bytes, length);
    t->input = more;
    t->input_length += length;
}

// As much as the pty takes now. Never waits: the program may be waiting for us to read.
static void send_input(struct terminal *t)
{
    while (!t->closed && t->input_length > 0) {
        ssize_t put = write(t->master, t->input, t->input_length);

        if (put <= 0)
            return;
        t->input_length -= (size_t)put;
        memmove(t->input, t->input + put, t->input_length);
    }
}

// Keys, and the answers of the terminal to a program's questions, come from libvterm.
static void from_vterm(const char *bytes, size_t length, void *terminal)
{
    queue_input(terminal, bytes, length);
}

// Opens a pty of this size; returns the program's side.
static int open_line(struct terminal *t)
{
    struct winsize size = {.ws_row = (unsigned short)t->rows,
                           .ws_col = (unsigned short)t->cols};
    char name[64];
    int slave;

    t->master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
    ck_assert_msg(t->master >= 0, "no pty: %s", strerror(errno));
    ck_assert_int_eq(grantpt(t->master), 0);
    ck_assert_int_eq(unlockpt(t->master), 0);
    ck_assert_int_eq(ptsname_r(t->master, name, sizeof name), 0);
    ck_assert_int_eq(ioctl(t->master, TIOCSWINSZ, &size), 0);
    slave = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
    ck_assert_msg(slave >= 0, "%s: %s", name, strerror(errno));
    return slave;
}

struct terminal *terminal_open(int rows, int cols, const struct terminal_options *o,
                               const char *const argv[])
{
    static const struct terminal_options standard;
    struct terminal *t = calloc(1, sizeof *t);
    int slave;

    ck_assert_ptr_nonnull(t);
    o = o ? o : &standard;
    t->rows = rows;
    t->cols = cols;
    terminal_screen_open(t);
    vterm_output_set_callback(t->vt, from_vterm, t);
    if (o->keep_log) {
        t->log = open_memstream(&t->log_text, &t->log_length);
        ck_assert_ptr_nonnull(t->log);
    }

    slave = open_line(t);
    t->pid = spawn_program(&(struct spawn){
        .argv = argv,
        .env = o->env,
        .term = o->term ? o->term : "xterm-256color",
        .cwd = o->cwd,
        .stdio = {slave, slave, slave},
        .controlling = true,
    });
    close(slave);
    t->pidfd = proc_open(t->pid);
    ck_assert_int_ge(t->pidfd, 0);
    return t;
}

static void read_output(struct terminal *t)
{
    static char chunk[CHUNK];
    ssize_t got = read(t->master, chunk, sizeof chunk);

    if (got > 0) {
        t->bytes += (size_t)got;
        if (t->log)
            fwrite(chunk, 1, (size_t)got, t->log);
        vterm_input_write(t->vt, chunk, (size_t)got);
    } else if (got == 0 || (errno != EAGAIN && errno != EINTR)) {
        t->closed = true; // EIO: nobody has the other side open
    }
}

static void take_status(struct terminal *t)
{
    if (waitpid(t->pid, &t->status, WNOHANG) == t->pid)
        t->ended = true;
}

// Waits at most ms for one thing to happen: output, room for input, the end of the
// program. Returns whether there was output.
static bool pump_once(struct terminal *t, int ms)
{
    struct pollfd events[] = {{.fd = -1, .events = POLLIN}, {.fd = -1, .events = POLLIN}};
    size_t before = t->bytes;

    send_input(t);
    if (!t->closed) {
        events[0].fd = t->master;
        events[0].events |= t->input_length > 0 ? POLLOUT : 0;
    }
    if (!t->ended)
        events[1].fd = t->pidfd;
    if (poll(events, 2, ms) <= 0)
        return false;
    if (events[0].revents & (POLLIN | POLLHUP | POLLERR))
        read_output(t);
    if (events[1].revents)
        take_status(t);
    send_input(t);
    return t->bytes > before;
}

void terminal_type(struct terminal *t, const char *text)
{
    queue_input(t, text, strlen(text));
    send_input(t);
}

void terminal_key(struct terminal *t, enum terminal_key key)
{
    static const VTermKey keys[] = {
        [TERMINAL_ENTER] = VTERM_KEY_ENTER,
        [TERMINAL_TAB] = VTERM_KEY_TAB,
        [TERMINAL_BACKSPACE] = VTERM_KEY_BACKSPACE,
        [TERMINAL_ESCAPE] = VTERM_KEY_ESCAPE,
        [TERMINAL_UP] = VTERM_KEY_UP,
        [TERMINAL_DOWN] = VTERM_KEY_DOWN,
        [TERMINAL_LEFT] = VTERM_KEY_LEFT,
        [TERMINAL_RIGHT] = VTERM_KEY_RIGHT,
        [TERMINAL_INSERT] = VTERM_KEY_INS,
        [TERMINAL_DELETE] = VTERM_KEY_DEL,
        [TERMINAL_HOME] = VTERM_KEY_HOME,
        [TERMINAL_END] = VTERM_KEY_END,
        [TERMINAL_PAGE_UP] = VTERM_KEY_PAGEUP,
        [TERMINAL_PAGE_DOWN] = VTERM_KEY_PAGEDOWN,
    };

    ck_assert_int_le(key, TERMINAL_F12);
    vterm_keyboard_key(
        t->vt, key >= TERMINAL_F1 ? VTERM_KEY_FUNCTION(key - TERMINAL_F1 + 1) : keys[key],
        VTERM_MOD_NONE);
    send_input(t);
}

void terminal_interrupt(struct terminal *t)
{
    terminal_type(t, "\x03");
}

void terminal_resize(struct terminal *t, int rows, int cols)
{
    struct winsize size = {0};

    size.ws_row = (unsigned short)rows;
    size.ws_col = (unsigned short)cols;
    t->rows = rows;
    t->cols = cols;
    terminal_screen_resize(t);
    ck_assert_int_eq(ioctl(t->master, TIOCSWINSZ, &size), 0);
}

void terminal_signal(struct terminal *t, int sig)
{
    pid_t group = tcgetpgrp(t->master);

    ck_assert_msg(group > 0, "no foreground process group: has the program ended?");
    ck_assert_int_eq(kill(-group, sig), 0);
}

void terminal_hang_up(struct terminal *t)
{
    if (t->master >= 0)
        close(t->master);
    t->master = -1;
    t->closed = true;
}

pid_t terminal_pid(const struct terminal *t)
{
    return t->pid;
}

bool terminal_wait(struct terminal *t, terminal_predicate *done, void *arg, int ms)
{
    int64_t deadline = limit_after(ms);

    for (;;) {
        int left = limit_left(deadline);

        // First what is there already: the screen is as of now, not as of the last call.
        while (pump_once(t, 0) && limit_left(deadline) > 0)
            if (done(t, arg))
                return true;
        if (done(t, arg))
            return true;
        if (left == 0 || t->closed)
            return false;
        pump_once(t, left);
    }
}

// `arg` is the address of the text.
static bool has_text(struct terminal *t, void *arg)
{
    return terminal_find(t, *(const char **)arg, NULL, NULL);
}

static bool has_no_text(struct terminal *t, void *arg)
{
    return !has_text(t, arg);
}

bool terminal_wait_text(struct terminal *t, const char *text, int ms)
{
    return terminal_wait(t, has_text, &text, ms);
}

bool terminal_wait_gone(struct terminal *t, const char *text, int ms)
{
    return terminal_wait(t, has_no_text, &text, ms);
}

// Reads until nothing came for quiet_ms, or nothing more can come.
static bool drain(struct terminal *t, int quiet_ms, int ms)
{
    int64_t deadline = limit_after(ms), quiet = limit_after(quiet_ms);

    while (!t->closed && limit_left(quiet) > 0) {
        if (limit_left(deadline) == 0)
            return false;
        if (pump_once(t, limit_left(quiet)))
            quiet = limit_after(quiet_ms);
    }
    return true;
}

bool terminal_settle(struct terminal *t, int quiet_ms)
{
    return drain(t, quiet_ms, TERMINAL_SETTLE_LIMIT_MS);
}

void terminal_pump(struct terminal *t, int ms)
{
    int64_t deadline = limit_after(ms);
    int left;

    while ((left = limit_left(deadline)) > 0) {
        if (t->closed && t->ended)
            return;
        pump_once(t, left);
    }
}

int terminal_wait_exit(struct terminal *t, int ms)
{
    int64_t deadline = limit_after(ms);
    int left;

    while (!t->ended && (left = limit_left(deadline)) > 0)
        pump_once(t, left);
    if (!t->ended)
        return -1;
    // What it wrote last may still be on its way.
    drain(t, DRAIN_QUIET_MS, DRAIN_LIMIT_MS);
    return t->status;
}

size_t terminal_close(struct terminal *t)
{
    size_t killed = 0;

    terminal_hang_up(t);
    // The session includes the program itself, and all are reaped.
    if (!proc_wait_session(t->pid, TERMINAL_CLOSE_LIMIT_MS))
        killed = proc_kill_session(t->pid);
    close(t->pidfd);
    if (t->log)
        fclose(t->log);
    free(t->log_text);
    free(t->input);
    terminal_screen_close(t);
    free(t);
    return killed;
}

size_t terminal_bytes(const struct terminal *t)
{
    return t->bytes;
}

const char *terminal_log(struct terminal *t)
{
    if (!t->log)
        return "";
    fflush(t->log);
    return t->log_text;
}

void terminal_modes(const struct terminal *t, struct termios *modes)
{
    // The kernel answers for the program's side, also when nobody has that open any more.
    ck_assert_msg(tcgetattr(t->master, modes) == 0, "no modes: %s", strerror(errno));
}
