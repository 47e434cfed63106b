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

struct no_return {
    struct exploration_setup setup;
    const uint8_t *steps; /* the schedule; its owner is who began it */
    size_t begin;         /* schedules that begin with so many of them are run now */
    uint64_t left;        /* runs that it may still take */
    bool going;           /* there is .exploration */
    struct exploration exploration;
    bool over;
    long found; /* then: the step, from 1. 0: even the first step could not have saved it: no
                   schedule comes out right. -EAGAIN: not known, that would take too many runs,
                   or it was stopped; another -errno: it cannot be explored */
};

/* Begins to look for it in this schedule, which came out wrong. `steps` stays until the end. */
void no_return_begin(struct no_return *search, const struct exploration_setup *setup,
                     const uint8_t *steps, size_t count);

/* One run more, or the start of a program for them. False: it is over, .found is known. */
bool no_return_go_on(struct no_return *search);

/* Ends whatever still runs. May be called more than once. */
void no_return_end(struct no_return *search);

/* All at once, for an outcome's simplest schedule: what .found says. */
long no_return_find(const struct exploration_setup *setup, const struct outcome *outcome);

#endif
