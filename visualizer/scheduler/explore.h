// SPDX-License-Identifier: MIT
/*
 * Every schedule: which one is to be run next, until all have been. Depth first: a run follows
 * a script, and from its end on whoever went last goes on; its trail tells where somebody else
 * could have gone, and the deepest such place is tried next.
 *
 *     explorer_next() -> a script;  run it;  explorer_learn() its trail;  and again
 *
 * Knows nothing of processes: a test explores a program that is only pretended.
 */
#ifndef SCHEDULER_EXPLORE_H
#define SCHEDULER_EXPLORE_H

#include "world.h"

#include <stddef.h>

struct explorer_setup {
    int preemptions; /* at most so many forced switches in a schedule; -1: any number */
    const uint8_t *begin; /* only schedules that begin so; is copied */
    size_t begin_count;
    bool reduce; /* one schedule of those that differ only in steps which can change
                        places (dynamic partial-order reduction, with sleep sets) */
};

/* What to run: see steer_prepare_every(). */
struct explorer_script {
    const uint8_t *steps;
    size_t count;
    const struct mp_set *asleep;
};

/* Who stood in the end, and could not go: what it wants to touch. Also where others could have
   gone on, and only slept. */
struct explorer_stuck {
    unsigned slot;
    struct mp_touch touch;
};

struct explorer;

/* NULL: no memory. */
struct explorer *explorer_new(const struct explorer_setup *setup);
void explorer_free(struct explorer *explorer);

/* The next one; valid until the next call. False: all have been run. */
bool explorer_next(struct explorer *explorer, struct explorer_script *script);

/*
 * What that run did: its trail, and who was stuck in the end (reducing, they matter). False: it
 * did not do as before where it should have, at step *differs, from 0: this program cannot be
 * run again, and so not explored.
 */
bool explorer_learn(struct explorer *explorer, const struct mp_choice *trail,
                    size_t count, const struct explorer_stuck *stuck, size_t stuck_count,
                    size_t *differs);

/* Gives away what lies below one untried choice, the one nearest to the beginning: another
   explorer does it, with .begin. Fills `begin`, room for MP_SCRIPT, and *count. False: there is
   none. Not when reducing: what sleeps there depends on what was tried here. */
bool explorer_give(struct explorer *explorer, uint8_t *begin, size_t *count);

/* Begins anew, with all schedules that begin so. Copies them. */
void explorer_take(struct explorer *explorer, const uint8_t *begin, size_t count);

/* Switches in the last schedule from somebody who could have gone on. */
unsigned explorer_switches(const struct explorer *explorer);

/* The steps of the last schedule: who made each. */
const uint8_t *explorer_steps(const struct explorer *explorer, size_t *count);

/* What part of all there is has been run: 0 to 1. A guess: as if all branches had as much
   below them. */
double explorer_done(const struct explorer *explorer);

/* Something was left out because of the limit on forced switches. */
bool explorer_left_out(const struct explorer *explorer);

#endif
