// SPDX-License-Identifier: MIT
/*
 * One program under every schedule, a little at a time, and runs under single ones of them to
 * be looked at. The screen has two of these: the program, and its twin.
 */
#ifndef COMMANDS_EXPLORE_HALF_H
#define COMMANDS_EXPLORE_HALF_H

#include "commands/explore.h"
#include "session/no_return.h"

enum { HALF_LOOKS = 6 }; /* runs that are kept */

/* A run under the simplest schedule of an outcome. */
struct half_look {
    uint8_t *steps; /* which one */
    size_t count;
    bool there; /* false: it could not be run */
    struct session session;
    uint64_t used;
    struct no_return no_return; /* has begun where it has steps */
};

enum half_state {
    HALF_WAITS,
    HALF_GOES,
    HALF_OVER,   /* all, or as far as was allowed, or until somebody stopped it */
    HALF_CANNOT, /* .why says why */
};

struct half {
    struct explore_options options;
    struct exploration exploration;
    enum half_state state;
    uint64_t spent;    /* nanoseconds of exploring */
    bool tried, named; /* whether there is `names` */
    struct session names; /* a run of it: knows what the places in shared memory are called */
    struct half_look looks[HALF_LOOKS];
    size_t look_count;
    uint64_t looked;
    size_t selected;
    bool chosen;        /* the person has selected */
    char arguments[96]; /* "2x2", or as they are typed */
    char why[512];
};

/* The program that the options have, or another one with the same arguments (NULL: none). */
void half_init(struct half *half, const struct explore_options *options,
               const struct demo *other);

/* There is more to explore. */
bool half_is_at_work(const struct half *half);

/* Explores for so many nanoseconds, at most somewhat longer than one run takes. */
void half_go_on(struct half *half, uint64_t nanoseconds);

/* What was not run by now is not run any more. */
void half_stop(struct half *half);

/* The outcomes, named as far as they are known. */
const struct outcomes *half_outcomes(struct half *half);
/* The one that is selected; NULL: there is none. */
const struct outcome *half_outcome(const struct half *half);
void half_select(struct half *half, int by);

/* A run under the simplest schedule of the selected outcome, to be looked at; takes a moment
   the first time. NULL: not while it goes, or it could not be run. */
const struct session *half_example(struct half *half);

/* Looks for so many nanoseconds for the point of no return of the schedule shown. False: there
   is nothing to look for, or it is known. */
bool half_look_back(struct half *half, uint64_t nanoseconds);
/* What it has found, as no_return.found; -EAGAIN: nothing yet. */
long half_no_return(const struct half *half);

void half_end(struct half *half);

/* --- in words (explore_words.c) --------------------------------------------------------- */

enum { HALF_TEXT = 256 };

/* How far it is, for the right end of a title; `brief`: in short. */
void half_progress(const struct half *half, bool brief, char *text, size_t size);
/* "every schedule of its 8 steps" */
void half_what(const struct half *half, bool brief, char *text, size_t size);
/* How many come out wrong. */
void half_share(const struct half *half, char *text, size_t size);
/* What these numbers are not. */
const char *half_caution(const struct half *half);
/* "the simplest schedule that ends at 2" */
void half_way(const struct half *half, char *text, size_t size);
/* What `twin` comes to, beside this. */
void half_compare(const struct half *half, const struct half *twin, char *text,
                  size_t size);
/* "with the lock", or the name of the twin. */
const char *half_twin_word(const char *twin);

#endif
