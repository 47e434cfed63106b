// SPDX-License-Identifier: MIT
/*
 * An exploration as text, and as JSON.
 *
 * The JSON is one object on one line:
 *
 *     {"schedules": 70, "complete": true, "runs": 70, "outcomes": [
 *       {"values": {"counter": 2}, "exit": 1, "deadlock": false, "schedules": 32,
 *        "code": "lock_race:2x2:1x3,2x4,1"}, ...],
 *      "program": "lock_race", "arguments": ["--increments", "2"], "grain": "memory",
 *      "reduced": false, "preemptions": null}
 *
 *   schedules    schedules that came to an end, or were stuck; reduced: kinds of schedules
 *   complete     all there are have been run: what is not among the outcomes cannot happen
 *   runs         runs of the program that this took
 *   values       shared values by their names in the program: at their last write
 *   exit         exit status of main; 128 and the signal that ended it; 1 where it was stuck
 *   deadlock     somebody lived, and nobody could ever go on
 *   code         the simplest schedule of this outcome, for lab replay; null: none
 *   preemptions  the limit on forced switches, or null
 *
 * More may be added at the end; what is here stays.
 */
#ifndef REPORT_EXPLORED_H
#define REPORT_EXPLORED_H

#include "model/outcomes.h"

#include <stdio.h>

struct explored {
    const struct outcomes *outcomes; /* named, with their codes */
    const struct model *names;       /* of one of the runs; NULL: there was none */
    const char *program;
    char *const *arguments; /* ends with NULL */
    const char *grain;
    uint64_t runs;
    size_t longest; /* steps */
    bool complete;  /* a proof */
    bool reduced;
    int preemptions; /* -1: any number */
    double seconds;
};

void explored_json(const struct explored *explored, FILE *out);
void explored_text(const struct explored *explored, FILE *out);

/* "64 of 70 schedules come out wrong." and such, for the screen too: a line, or two. */
void explored_share(const struct explored *explored, char *text, size_t size);

/* "Before its step 2 it could still come out right; after it, never." "": that is not known of
   this outcome. */
void explored_no_return(long no_return, char *text, size_t size);

/* "complete", "with at most 2 forced switches: not a proof", "stopped: not a proof" */
void explored_how_far(const struct explored *explored, char *text, size_t size);

#endif
