// SPDX-License-Identifier: MIT
/* Recordings: a run that is kept in a file, and looked at again. */
#ifndef COMMANDS_RECORD_H
#define COMMANDS_RECORD_H

#include "commands/commands.h"
#include "report/recording.h"

/* Writes the run into a file of this name; NULL: of the next free one here, lock_race-1.rec.
   `text`: one line on what came of it, or on why it could not be. */
bool record_save(struct session *session, const struct run_options *options,
                 const char *path, char *text, size_t size);

/* A session that is the run of a recording, which has to stay. The same returns as
   session_start(). */
int record_open(struct session *session, struct recording *recording, char *why,
                size_t size);

/* --record FILE: when the run is left. False, and said on the error stream. */
bool record_at_end(struct session *session, const struct run_options *options);

#endif
