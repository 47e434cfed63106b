// SPDX-License-Identifier: MIT
/* Every schedule of a program: what the text and the screen of it share. */
#ifndef COMMANDS_EXPLORE_H
#define COMMANDS_EXPLORE_H

#include "commands/commands.h"
#include "session/exploration.h"

enum { EXPLORE_SHOW_MS = 10000 }; /* one schedule is shown: nothing happens so long */

struct explore_options {
    struct run_options run; /* the demo, its arguments, what is a step */
    struct run_setup setup; /* made from it */
    struct explorer_setup explorer;
    uint64_t limit; /* runs; 0: all */
    bool json;
    const volatile sig_atomic_t *stop; /* or NULL */
};

/* The schedule of an outcome, for schedule_free(). False: no memory. */
bool explore_schedule(const struct outcome *outcome, struct schedule *schedule);

/* Runs the simplest schedule of an outcome to its end; session_end() afterwards. False: that
   could not be done, and there is no session. */
bool explore_show(const struct explore_options *options, const struct outcome *outcome,
                  struct session *session);

#endif
