// SPDX-License-Identifier: MIT
/*
 * All the ways in which the runs of one program came out: how many schedules led to each, and
 * the simplest of them. Simple is what has few forced switches: of several the shortest, and of
 * these the first in the order of the alphabet.
 */
#ifndef MODEL_OUTCOMES_H
#define MODEL_OUTCOMES_H

#include "model/ending.h"
#include "model/model.h"

enum { OUTCOME_WAYS = 64 }; /* schedules that an outcome keeps: memory stays flat */

/* A schedule that came out so. */
struct way {
    uint8_t *steps; /* who went */
    size_t count;
    unsigned switches; /* from somebody who could have gone on */
    char *moves;       /* the end of its code; set by who names it */
};

struct outcome {
    struct ending ending;
    uint64_t schedules;
    struct way *ways; /* the simplest, in order; there is at least one */
    size_t way_count, way_room;
    char why[120]; /* where it is stuck: the sentence; set by who names it */
    char text[96]; /* for the histogram: "2"; "counter 2, total 3"; set by who names it */
    long no_return; /* of the simplest: the step after which nothing comes out right; 0 there
                          was no such step, negative: not known */
    char *code;     /* of the simplest; set likewise */
};

struct outcomes {
    struct outcome *list;
    size_t count, room;
    uint64_t schedules; /* of all */
    char heading[64];   /* of the texts: "counter"; "" where they say it themselves */
};

/* One more schedule that came out so. False: no memory. */
bool outcomes_add(struct outcomes *outcomes, const struct ending *ending,
                  const uint8_t *steps, size_t count, unsigned switches);
/* All that `from` has, too. The same return. */
bool outcomes_merge(struct outcomes *outcomes, const struct outcomes *from);
void outcomes_free(struct outcomes *outcomes);

/* It should not come out so: stuck, or main's exit status is not 0. Of what was not looked at
   to its end nothing is known. */
bool outcome_is_wrong(const struct outcome *outcome);
/* The exit status of main as a shell says it; of a stuck one 1, as the lab itself ends. */
int outcome_exit(const struct outcome *outcome);

/* "right", "WRONG", "STUCK"; "?": it was not looked at to its end. */
const char *outcome_verdict(const struct outcome *outcome);

/* Schedules that came out wrong. */
uint64_t outcomes_wrong(const struct outcomes *outcomes);

/* Names them after the values that tell them apart, and puts them in order: those that ended
   before those that were stuck. `model` is that of one of the runs: it knows what the places
   in shared memory are called. (outcomes_words.c) */
void outcomes_name(struct outcomes *outcomes, const struct model *model);

/* A place in shared memory that has a name, and that this outcome has written. The value as a
   person writes it. False: it has not. */
bool outcome_value(const struct outcome *outcome, const struct field *field, char *text,
                   size_t size);

/* Is this number not the same in all outcomes? */
bool outcomes_differ_in(const struct outcomes *outcomes, uint32_t offset, uint32_t size);

#endif
