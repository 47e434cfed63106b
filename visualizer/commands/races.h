// SPDX-License-Identifier: MIT
/* The data races of a run, in lines: behind a run as text, in line mode, on the screen. */
#ifndef COMMANDS_RACES_H
#define COMMANDS_RACES_H

#include "session/session.h"

/*
 * All that there is to say, in lines of at most 75 columns, each with its end. The caller
 * frees it. NULL: no memory. Places in the source are looked up once for each access that is
 * listed; pairs that stand in the same lines are told once.
 */
char *races_text(struct session *session, const struct model *model);

#endif
