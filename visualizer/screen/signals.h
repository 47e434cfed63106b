// SPDX-License-Identifier: MIT
/*
 * Signals while the screen is open: the handlers set flags and wake poll(); only a crash
 * does more. Used by terminal.c alone.
 */
#ifndef SCREEN_SIGNALS_H
#define SCREEN_SIGNALS_H

#include <signal.h>

/* What signals_take() found, besides being asked to end. */
enum {
    SIGNALS_SIZE = 1,
    SIGNALS_STOP = 2,      /* Ctrl-Z */
    SIGNALS_CONTINUED = 4, /* after a stop that nobody announced */
};

/* Before curses touches the terminal: notes its modes, to be set again after a crash, and
   who handles signals now. */
void signals_prepare(void);

/* After curses is set up: fetches the strings that restore, installs the handlers. 0, or
   -errno. */
int signals_catch(void);

/* Puts back whatever handled the signals before. */
void signals_release(void);

/* Readable after a signal. */
int signals_fd(void);

/* What has come since it was last asked, and nothing is waiting any more. */
unsigned signals_take(void);

/* SIGINT, SIGTERM or SIGHUP, once one has come; else 0. */
int signals_asked_to_end(void);
const volatile sig_atomic_t *signals_end_flag(void);

/* Stops this process as SIGTSTP does. Returns when it is continued. */
void signals_stop(void);

#endif
