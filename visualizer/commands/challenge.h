// SPDX-License-Identifier: MIT
/*
 * Challenges: ends that are reached by choosing who goes, and nothing else. A table of them,
 * and whether a run has reached one. They are judged by what a model says, so the run may be
 * one that goes on, one of the past, or one out of a code.
 */
#ifndef COMMANDS_CHALLENGE_H
#define COMMANDS_CHALLENGE_H

#include "model/model.h"
#include "scheduler/code.h"

struct run_options; /* commands.h */

/* What wins. */
enum challenge_aim {
    AIM_VALUE,  /* the first number of the last line is .number, and nobody was killed */
    AIM_LOST,   /* the last line says that something was lost, and nobody was killed */
    AIM_ASLEEP, /* nobody can ever go on, and .who is one of those who wait */
    AIM_TOLD,   /* somebody was told that the owner of a lock had died with it */
};

struct challenge {
    const char *name;   /* "lose-one": what can be typed in place of its number */
    const char *start;  /* the run: a short code without its order, "lock_race:2x1" */
    const char *goal;   /* a sentence */
    const char *ways;   /* how many orders win, as counted: a sentence */
    const char *hint;   /* a sentence for who has not won */
    const char *lesson; /* its folder */
    enum challenge_aim aim;
    bool cannot; /* nothing wins: that is what it shows */
    long number;
    const char *who;
    unsigned par; /* fewest steps that win; 0: none do */
};

enum challenge_end {
    CHALLENGE_GOES, /* the run is not over yet */
    CHALLENGE_WON,
    CHALLENGE_MISSED, /* it came out otherwise */
    CHALLENGE_CANNOT, /* ... and cannot come out as was asked: the sentence says why */
};

/* All of them, in their order: how many, and one of them, from 0. */
size_t challenge_count(void);
const struct challenge *challenge_at(size_t index);

/* The number that a person knows it by, from 1. */
size_t challenge_number(const struct challenge *challenge);

/* "1", or "lose-one". NULL: there is none. */
const struct challenge *challenge_find(const char *name);

/*
 * Did a run of it win, and what is said of that: one sentence of at most 75 characters; ""
 * while it goes on. When it was won, with its code if there is room for it. That it cannot be
 * won is better said after a few tries.
 */
enum challenge_end challenge_judge(const struct challenge *challenge,
                                   const struct model *model, char *sentence, size_t size);

/*
 * Sets up the run of a challenge: its program and all of its arguments. `code` is to stay
 * while it runs, and is to be freed by code_free() whatever is returned. LAB_FINE, or the
 * status to end with and one line in `why`.
 */
int challenge_run_options(const struct challenge *challenge, struct code *code,
                          struct run_options *options, char *why, size_t size);

/* Is this a code of a run of this challenge: the same program, the same arguments? A short
   form has been filled in. */
bool challenge_is_of(const struct challenge *challenge, const struct code *code);

/* --- in a run (challenge.c) ---------------------------------------------------------------- */

/* What this run is to come to. NULL: nothing was asked, or another program runs by now. */
const struct challenge *challenge_of(const struct run_options *options);

/* "Challenge 1. Make the counter end at 1. 4 of the 6 orders do it."; "" nothing was asked. */
void challenge_goal(const struct run_options *options, char *text, size_t size);

/* Judges a run that is over, to be called once: counts the tries, and says what helps after
   a few. "" nothing was asked, or it goes on. */
void challenge_tell(struct run_options *options, const struct model *model, char *text,
                    size_t size);

#endif
