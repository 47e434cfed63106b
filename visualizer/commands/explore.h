// SPDX-License-Identifier: MIT
/* Every schedule of a program: what the text and the screen of it share. */
#ifndef COMMANDS_EXPLORE_H
#define COMMANDS_EXPLORE_H

#include "commands/commands.h"
#include "report/explored.h"
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

/* As nobody has said anything about it. (explore_parts.c, as all that follows) */
void explore_default(struct explore_options *options);

/* The demo is known: its small instance, with what the person gives instead. */
void explore_prepare(struct explore_options *options);

/* What somebody runs is to be explored, with the arguments that it was given. */
void explore_run(struct explore_options *options, const struct run_options *run);

/* What its exploration is started with. */
void explore_begin(const struct explore_options *options, struct exploration_setup *setup);

/* One line: why it cannot be explored. And the same, said: LAB_CANNOT. */
void explore_why_not(const struct exploration *exploration,
                     const struct explore_options *options, char *text, size_t size);

int explore_say_why_not(const struct exploration *exploration,
                        const struct explore_options *options);

/* It ended as programs do that do not understand how they were called, before it made a step
   or started anybody: what it printed says why. */
bool explore_was_refused(const struct exploration *exploration);

/* What it has come to so far, for report/; without .names and .seconds. */
void explore_about(const struct exploration *exploration,
                   const struct explore_options *options, struct explored *explored);

/* The schedule of an outcome, for schedule_free(). False: no memory. */
bool explore_schedule(const struct outcome *outcome, struct schedule *schedule);

/* The code of a schedule, short where it can be: to be freed. NULL: no memory. */
char *explore_code(const struct explore_options *options, const struct schedule *schedule);
/* That of an outcome, likewise; and of all of them, kept there, as the moves of their ways. */
char *explore_outcome_code(const struct explore_options *options,
                           const struct outcome *outcome);
void explore_codes(const struct explore_options *options, struct outcomes *outcomes);

/* Runs the simplest schedule of an outcome to its end; session_end() afterwards. False: that
   could not be done, and there is no session. */
bool explore_show(const struct explore_options *options, const struct outcome *outcome,
                  struct session *session);

/* As text, or as JSON. Returns the exit status of the lab. (explore_text.c) */
int explore_in_text(struct explore_options *options);

/* The crash map (explore_crashes.c). The exit status of the lab. */
int explore_crashes(const struct explore_options *options,
                    const struct exploration_setup *setup);

/* On the screen, which is open. At home it stays open; else it is closed, and what came of
   it is printed. LAB_FINE; or LAB_USAGE (the program refuses its arguments) or LAB_CANNOT, and
   one line in `why`. (explore_screen.c) */
int explore_on_screen(const struct explore_options *options, bool at_home, char *why,
                      size_t size);

#endif
