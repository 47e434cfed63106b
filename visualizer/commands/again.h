// SPDX-License-Identifier: MIT
/* A run again: out of a schedule code, and as one. */
#ifndef COMMANDS_AGAIN_H
#define COMMANDS_AGAIN_H

#include "commands/commands.h"

/* How the run of a code is started; the code is to stay while it runs. One that was read in
   its short form is filled in, which can be done once. LAB_FINE; LAB_USAGE and one line in
   `why`. */
int again_from_code(struct code *code, struct run_options *options, char *why,
                    size_t size);

/* The code of a run up to this step: a new string, to be freed. NULL: it cannot be run again. */
char *again_code(const struct session *session, const struct run_options *options,
                 uint64_t step);

/* Something new about the schedule that is followed, once: that it ends here, or where the
   program does not follow it. `told` starts as REPLAY_NONE. */
bool replay_news(const struct session *session, enum replay_state *told, char *text,
                 size_t size);

#endif
