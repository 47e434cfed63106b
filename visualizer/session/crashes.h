// SPDX-License-Identifier: MIT
/*
 * The crash map: what becomes of a program when one of its processes is killed. In every
 * schedule with at most one forced switch, and at each of its steps, the process that is about
 * to make that step is killed there, and the run goes on without it.
 *
 *     crashes_start;  crashes_run again and again;  crashes_end
 */
#ifndef SESSION_CRASHES_H
#define SESSION_CRASHES_H

#include "session/exploration.h"

enum crash_kind {
    CRASH_FINISHES, /* main ends with 0, and with values that it can end with anyway */
    CRASH_REPORTS,  /* main ends with something else: it has noticed */
    CRASH_HANGS,    /* somebody waits for ever */
    CRASH_CORRUPTS, /* main ends with 0, and the values are such as no run without a death
                       has left */
    CRASH_KINDS,
};

/* What became of all who were killed where they stood before the same line. */
struct crash_place {
    uint32_t place; /* code address */
    uint8_t op;     /* enum mp_op: what it was about to do */
    uint64_t counts[CRASH_KINDS];
    /* The first of each kind: who made the steps before, and who was killed. */
    uint8_t *steps[CRASH_KINDS];
    size_t step_counts[CRASH_KINDS];
    unsigned killed[CRASH_KINDS];
};

struct crashes {
    struct exploration exploration; /* of the schedules in which nobody dies */
    struct crash_place *places;
    size_t count, room;
    bool kills;         /* how it comes out when nobody dies is known */
    uint64_t schedules; /* in which somebody has been killed at each step */
    uint64_t runs;      /* in which somebody was killed */
    uint64_t counts[CRASH_KINDS];
    bool no_memory;
};

/* The same as exploration_start(); the limits on switches are its own. */
int crashes_start(struct crashes *crashes, const struct exploration_setup *setup,
                  char *why, size_t size);

/* One more schedule; first all of them as they are, then with all their deaths. False: it is over, and .exploration.state says how. */
bool crashes_run(struct crashes *crashes);

void crashes_end(struct crashes *crashes);

#endif
