// SPDX-License-Identifier: MIT
/*
 * Exports: a recorded run for other programs.
 *
 *     svg      the steps table as a picture, for slides and handouts
 *     csv      a row per step, for a spreadsheet
 *     chrome   a trace for Perfetto (ui.perfetto.dev) and chrome://tracing
 *     cast     the steps one after the other, for asciinema
 *
 * Each is made from the tape alone: the same tape gives the same bytes.
 */
#ifndef REPORT_EXPORT_H
#define REPORT_EXPORT_H

#include "model/place.h"
#include "model/tape.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct export_run {
    const struct tape *tape;
    const char *title; /* "lock_race, 2 processes, 5 increments each" */
    const char *code;  /* the schedule code, or "" */
    double tick; /* seconds that one tick of the clock of events takes; 0: as the tape says */
    place_finder *find; /* may be NULL: nothing is known of the source */
    void *context;      /* for find() */
};

/*
 * Writes all of the run to `out`, which stays open and has been flushed. A run without steps
 * gives a file without steps. 0; -ENODATA: the tape is not whole; -ENOMEM; -errno of the
 * file.
 */
int export_svg(FILE *out, const struct export_run *run);
int export_csv(FILE *out, const struct export_run *run);
int export_chrome(FILE *out, const struct export_run *run);
int export_cast(FILE *out, const struct export_run *run);

struct export_format {
    const char *name; /* "svg" */
    int (*write)(FILE *out, const struct export_run *run);
    const char *help; /* "the steps table as a picture, for slides" */
};

enum { EXPORT_FORMATS = 4 };
extern const struct export_format export_formats[EXPORT_FORMATS];

#endif
