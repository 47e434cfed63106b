// SPDX-License-Identifier: MIT
/*
 * Opening, closing and waiting. signals.c has what happens when a signal comes.
 */
#include "screen/terminal.h"

#include "screen/canvas.h"
#include "screen/glyphs.h"
#include "screen/signals.h"

#include <curses.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <term.h>
#include <termios.h>
#include <unistd.h>

/* curses waits so long for the rest of an escape sequence before Esc is a key. */
enum { ESCAPE_DELAY_MS = 25 };

#define FALLBACK_TERM "xterm-256color"

static SCREEN *screen;
static WINDOW *keys; /* reading from a pad does not redraw the screen, as stdscr would */
static pid_t owner; /* a child that calls exit() must not restore its parent's terminal */
static bool at_exit;
static bool nobody_there; /* the terminal answered a read with end of file, or EIO */

/* The kind of terminal that is used for $TERM. NULL and a line in `why`: none. */
static const char *choose_term(char *why, size_t size)
{
    const char *term = getenv("TERM");
    int known;
    bool dumb = term != NULL && strcmp(term, "dumb") == 0;

    if (!dumb && (term == NULL || setupterm(term, STDOUT_FILENO, &known) != OK)) {
        const char *wish = term != NULL ? term : "";
        term = FALLBACK_TERM;
        if (setupterm(term, STDOUT_FILENO, &known) != OK) {
            snprintf(why, size,
                     "TERM=%s is not known here, nor is %s; --plain needs neither", wish,
                     term);
            return NULL;
        }
        fprintf(stderr, "lab: TERM=%s is not known here, trying %s\n", wish, term);
    }
    if (dumb || cursor_address == NULL) {
        snprintf(why, size,
                 "TERM=%s cannot draw a screen; --plain shows the same as text", term);
        return NULL;
    }
    del_curterm(cur_term); /* newterm() makes its own */
    return term;
}

/* Where somebody handles Ctrl-Z already, curses leaves it alone. Else it would ignore it,
   and so lose it, while it draws. */
static SCREEN *make_screen(const char *term)
{
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    struct sigaction before;

    sigaction(SIGTSTP, &ignore, &before);
    SCREEN *made = newterm(term, stdout, stdin);
    sigaction(SIGTSTP, &before, NULL);
    return made;
}

static void close_at_exit(void)
{
    terminal_close();
}

int terminal_open(char *why, size_t size)
{
    if (screen != NULL) {
        return 0;
    }
    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
        snprintf(why, size, "the screen needs a terminal; --plain shows the same as text");
        return -ENOTTY;
    }
    glyphs_choose_by_locale();
    const char *term = choose_term(why, size);
    if (term == NULL) {
        return -ENOTSUP;
    }
    signals_prepare();
    screen = make_screen(term);
    keys = screen != NULL ? newpad(1, 1) : NULL;
    if (keys == NULL || signals_catch() < 0) {
        terminal_close();
        snprintf(why, size, "the terminal %s cannot be set up", term);
        return -ENOTSUP;
    }
    owner = getpid();
    if (!at_exit) {
        at_exit = atexit(close_at_exit) == 0;
    }
    set_escdelay(ESCAPE_DELAY_MS);
    cbreak(); /* not raw: Ctrl-C and Ctrl-Z stay signals */
    noecho();
    nonl();
    keypad(keys, TRUE);
    nodelay(keys, TRUE);
    curs_set(0);
    canvas_colours();
    return 0;
}

void terminal_close(void)
{
    if (screen == NULL || (owner != 0 && owner != getpid())) {
        return;
    }
    if (exit_ca_mode == NULL) { /* no screen of its own: what comes next begins below it */
        move(LINES - 1, 0);
        clrtoeol();
        refresh();
    }
    endwin();
    signals_release();
    if (keys != NULL) {
        delwin(keys);
    }
    delscreen(screen);
    keys = NULL;
    screen = NULL;
}

bool terminal_is_open(void)
{
    return screen != NULL;
}

int terminal_signal(void)
{
    return signals_asked_to_end();
}

const volatile sig_atomic_t *terminal_signal_flag(void)
{
    return signals_end_flag();
}

/* Curses must know the size before anything is drawn again. */
static void take_size(void)
{
    struct winsize size;

    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 &&
        size.ws_col > 0) {
        resizeterm(size.ws_row, size.ws_col);
    }
    clearok(curscr, TRUE);
}

/* Stops as any program does at Ctrl-Z, with the terminal as it was; then goes on. */
static void stop_and_go_on(void)
{
    endwin();
    signals_stop();
    refresh();
}

/* What has come by signal since the last look. */
static enum wake look_at_signals(void)
{
    unsigned seen = signals_take();
    int ending = signals_asked_to_end();

    if (ending != 0) {
        return ending == SIGHUP ? WAKE_HANGUP : WAKE_QUIT;
    }
    if (seen & SIGNALS_STOP) {
        stop_and_go_on();
    } else if (seen & SIGNALS_CONTINUED) {
        /* stopped by SIGSTOP, unasked: the shell has had the terminal since */
        reset_prog_mode();
        curs_set(0);
    }
    if (seen & (SIGNALS_STOP | SIGNALS_CONTINUED | SIGNALS_SIZE)) {
        take_size();
        return WAKE_RESIZE;
    }
    return nobody_there ? WAKE_HANGUP : WAKE_NONE;
}

enum wake terminal_wait(int timeout_ms, int fd)
{
    struct pollfd polls[] = {
        {.fd = STDIN_FILENO, .events = POLLIN},
        {.fd = signals_fd(), .events = POLLIN},
        {.fd = fd, .events = POLLIN},
    };
    enum wake wake = look_at_signals();

    if (wake != WAKE_NONE) {
        return wake;
    }
    if (poll(polls, 3, timeout_ms) > 0) {
        if (polls[1].revents != 0) {
            return look_at_signals();
        }
        /* not POLLHUP alone: what was typed before the line went down is still read */
        if (polls[0].revents != 0) {
            return WAKE_KEY;
        }
    }
    return look_at_signals();
}

int terminal_key(void)
{
    struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
    int key;

    /* curses tells by a key, too, that take_size() has been called: nobody pressed it */
    do {
        key = wgetch(keys);
    } while (key == KEY_RESIZE);

    /* readable, and nothing to read: end of file, or the terminal is gone */
    if (key == ERR && poll(&input, 1, 0) > 0) {
        int waiting = 0;
        nobody_there = (input.revents & (POLLHUP | POLLERR | POLLNVAL)) != 0 ||
                       ioctl(STDIN_FILENO, FIONREAD, &waiting) < 0 || waiting == 0;
    }
    return key == ERR ? -1 : key;
}

bool terminal_is_behind(void)
{
    struct pollfd output = {.fd = STDOUT_FILENO, .events = POLLOUT};
    int waiting = 0;

    /* a serial line says how much is left; a pseudo-terminal only that it is full */
    if (ioctl(STDOUT_FILENO, TIOCOUTQ, &waiting) == 0 && waiting > 0) {
        return true;
    }
    return poll(&output, 1, 0) == 0;
}
