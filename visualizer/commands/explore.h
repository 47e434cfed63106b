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
    uint64_t steps; /* of a schedule, at most; 0: as many as it makes */
    bool timeouts;  /* of timed waits are choices too */
    bool json;
    bool kills;                        /* the crash map */
    const volatile sig_atomic_t *stop; /* or NULL */
};

/* The code of a schedule, short where it can be: to be freed. NULL: no memory. */
char *explore_code(const struct explore_options *options, const struct schedule *schedule);

/* One line: why it cannot be explored. Returns LAB_CANNOT. */
int explore_say_why_not(const struct exploration *exploration,
                        const struct explore_options *options);

/* The crash map (explore_crashes.c). The exit status of the lab. */
int explore_crashes(const struct explore_options *options,
                    const struct exploration_setup *setup);

/* The schedule of an outcome, for schedule_free(). False: no memory. */
bool explore_schedule(const struct outcome *outcome, struct schedule *schedule);

/* Runs the simplest schedule of an outcome to its end; session_end() afterwards. False: that
   could not be done, and there is no session. */
bool explore_show(const struct explore_options *options, const struct outcome *outcome,
                  struct session *session);

#endif
