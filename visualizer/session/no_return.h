// SPDX-License-Identifier: MIT
/*
 * The point of no return: in a run that came out wrong, the step after which no schedule comes
 * out right any more. Found by running every schedule that begins as this one did, one step
 * less each time, until one of them comes out right.
 */
#ifndef SESSION_NO_RETURN_H
#define SESSION_NO_RETURN_H

#include "session/exploration.h"

enum { NO_RETURN_RUNS = 20000 }; /* at most, before it is given up */

/*
 * Finds it for an outcome's simplest schedule: its step, from 1. 0: even the first step could
 * not have saved it: no schedule comes out right. -EAGAIN: not known, that would take too many
 * runs, or it was stopped; another -errno: it cannot be explored.
 */
long no_return_find(const struct exploration_setup *setup, const struct outcome *outcome);

#endif
