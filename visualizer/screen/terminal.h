// SPDX-License-Identifier: MIT
/*
 * The terminal: set up for drawing, and restored whatever happens.
 *
 * Every way out of the lab goes through one of two restores. The orderly one is endwin(),
 * at screen_close(), at exit() and before stopping (Ctrl-Z). The other is for crashes: it
 * writes strings that were fetched beforehand and sets the modes that were there before,
 * with nothing but write() and tcsetattr(), and lets the signal do what it would have done.
 *
 * Signals that ask the lab to end only set a flag and wake terminal_wait(); the caller
 * then leaves in its own time. A second one, while the first has not been taken notice of,
 * ends the lab at once: Ctrl-C always works.
 */
#ifndef SCREEN_TERMINAL_H
#define SCREEN_TERMINAL_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

/* What ended a wait. */
enum wake {
    WAKE_NONE,   /* time is up, or something came on the other descriptor */
    WAKE_KEY,    /* terminal_key() has something */
    WAKE_RESIZE, /* the size may have changed, or the screen is to be drawn anew */
    WAKE_QUIT,   /* SIGINT or SIGTERM: said again and again from then on */
    WAKE_HANGUP, /* SIGHUP, or nobody is at the other end: the same */
};

/* Sets up the terminal. 0, or -errno and one line in `why`. */
int terminal_open(char *why, size_t size);
void terminal_close(void);
bool terminal_is_open(void);

/* Waits for a key, a signal, or `fd` (or -1) to become readable. */
enum wake terminal_wait(int timeout_ms, int fd);

/* The next key code of curses, or -1 when there is none yet. */
int terminal_key(void);

/* The signal that asks the lab to end, or 0. */
int terminal_signal(void);
const volatile sig_atomic_t *terminal_signal_flag(void);

/* Part of what was written has not yet been taken by the terminal. */
bool terminal_is_behind(void);

#endif
