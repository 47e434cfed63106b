// SPDX-License-Identifier: MIT
/*
 * What the exports share: texts fit for their formats, and the run, step by step.
 */
#ifndef REPORT_EXPORT_PRIVATE_H
#define REPORT_EXPORT_PRIVATE_H

#include "model/steps.h"
#include "report/export.h"

enum { EXPORT_TEXT = 160 };

/* --- texts (export_text.c) ------------------------------------------------------------- */

/* As the text of an element or of an attribute. What XML does not allow becomes U+FFFD. */
void put_xml(FILE *out, const char *text);
/* As a string of JSON, with its quotes. What is no UTF-8 becomes U+FFFD. */
void put_json(FILE *out, const char *text);
/* A number as JSON writes it? Else it has to be a string. */
bool is_json_number(const char *text);

/* Columns that a text takes in letters of one width. */
int export_columns(const char *text);
/* Bytes of it that fit into so many columns, and the columns that are left (may be NULL). */
size_t export_fit(const char *text, int columns, int *left);

/* --- a run (export_run.c) -------------------------------------------------------------- */

struct played {
    const struct export_run *run;
    char title[256];          /* fit for printing */
    char legend[EXPORT_TEXT]; /* what its cells mean: "r3 read 3   w4 wrote 4" */
    struct model *last; /* after all of it: says which updates are lost, and what came out */
    struct model *now; /* after some step: knows the names of that moment */
    struct playhead head;
    uint64_t first, end; /* its steps: first to end - 1 */
    uint64_t seen;       /* sentences of `now` before its newest step, from the start */
    uint32_t *said;      /* which sentence of `last` is on step first + i; NOTHING_SAID */
};

#define NOTHING_SAID UINT32_MAX

/* 0; -ENODATA, -ENOMEM. played_end() afterwards, in any case. `now` is at the beginning. */
int played_begin(struct played *played, const struct export_run *run);
void played_end(struct played *played);

/* Plays `now` on until after this step. False: no memory. */
bool played_to(struct played *played, uint64_t step);

/* The column of a step, as it turned out. NULL: there is none. */
const struct moment *played_moment(const struct played *played, uint64_t step);

/* What was said on the step that `now` stands after, or "". */
void played_sentence(const struct played *played, uint64_t step, char *text, size_t size);

/* One sentence; of a printed line the line itself. */
void sentence_words(const struct model *model, const struct sentence *sentence,
                    char *text, size_t size);

/* How it came out: "All have ended. ..." or "STUCK: ..."; "" when neither was said. */
const char *played_verdict(const struct played *played);

/* The source of a deed. False: not known. */
bool played_place(const struct played *played, const struct mp_deed *deed,
                  struct source_place *place);

/* Nanoseconds from the first event to this time. False: the clock is not known. */
bool played_time(const struct played *played, uint64_t when, uint64_t *nanoseconds);

/* What export_X() returns when all has been written. */
int export_flush(FILE *out);

#endif
