// SPDX-License-Identifier: MIT
/*
 * A run as text: one sentence per line, numbered where it is a step, and a closing summary.
 * No colours, no drawing characters, no cursor movement.
 *
 *     plain_begin(&plain, stdout, &header);
 *     while it runs: plain_update(&plain, model);    prints what is new
 *     plain_end(&plain, model, &facts);              after model_finish()
 */
#ifndef REPORT_PLAIN_H
#define REPORT_PLAIN_H

#include "model/model.h"

#include <stdio.h>

/* The first line: "lock_race: 2 processes, 5 increments each. One step at a time, order of
   seed 1." Texts come without a full stop. */
struct plain_header {
    const char *demo;      /* "lock_race" */
    const char *arguments; /* "2 processes, 5 increments each", or "" */
    const char *mode;      /* "One step at a time, order of seed 1" */
    bool with_kernel; /* also what the kernel says (zombies): true to life, but not the same
                         in each run of the same seed */
};

/* What the last lines need to know besides the model. */
struct plain_facts {
    bool seeded; /* the seed decided the order */
    uint64_t seed;
    int exit_status; /* as a shell would say it */
};

/* Belongs to plain.c; begins with plain_begin(). */
struct plain {
    FILE *out;
    const char *demo;
    bool with_kernel;
    size_t next;     /* sentence to print next, counted from the start of the run */
    bool verdict;    /* the verdict has been printed: all have ended */
    unsigned joined; /* how many short sentences stand in the line below */
    enum sentence_kind kind; /* of these */
    uint16_t process;
    char line[160]; /* "main started increment-1": more may follow */
    char last[80];  /* "increment-2": not yet in the line */
};

/* Prints the first line. `header->demo` has to stay. */
void plain_begin(struct plain *plain, FILE *out, const struct plain_header *header);

/* Prints the sentences that are new. Short ones that belong on one line ("main started A and
   B.") may be kept back until the next sentence, or plain_flush(); a sentence on a printed
   line, and all behind it, until its text has come. */
void plain_update(struct plain *plain, const struct model *model);
void plain_flush(struct plain *plain);

/* Prints what is left, the summary, and the program's own last line last. Without
   model_finish() before it (the program is stuck, or goes on) it says that it has not
   ended. */
void plain_end(struct plain *plain, const struct model *model,
               const struct plain_facts *facts);

#endif
