// SPDX-License-Identifier: MIT
// Starting a program for a test: the one place that says in which environment, with which
// signals and descriptors a program under test begins. terminal.c and run.c call it.
#pragma once

#include <stdbool.h>
#include <sys/types.h>

struct spawn {
    const char *const *argv; // NULL-terminated; argv[0] without a slash: from PATH
    const char *const *env;  // "K=V" sets, "K" unsets; NULL-terminated, or NULL
    const char *term;        // TERM, NULL: not set
    const char *cwd;         // NULL: where the test is
    int stdio[3];            // become descriptors 0, 1 and 2
    bool controlling;        // stdio[0] is a terminal and is to be the controlling one
};

// Starts the program as leader of a session of its own, so that whatever it starts can be
// found again, and ^C at the developer's terminal does not reach it. Its environment is
// PATH, HOME and a few more of the test's, LANG=C.UTF-8, and what `env` says. It is
// killed if the test process dies. Fails the test when it cannot be started.
pid_t spawn_program(const struct spawn *what);

// Gives every signal its standard action and unblocks it, for the caller.
void spawn_reset_signals(void);
