// SPDX-License-Identifier: MIT
/* Who waits for whom, line by line, with the places in the source. */
#ifndef COMMANDS_WHY_H
#define COMMANDS_WHY_H

#include "session/session.h"

/* "left wants lock_b (deadlock.c:41) --> right, who took it at deadlock.c:47". Gives each line
   to `say`, and what circles there are behind them. False: nobody waits. */
bool why_lines(struct session *session, const struct model *model,
               void (*say)(const char *line));

#endif
