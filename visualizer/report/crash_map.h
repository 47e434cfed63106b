// SPDX-License-Identifier: MIT
/* The crash map as text: letters beside the source lines, and a table. */
#ifndef REPORT_CRASH_MAP_H
#define REPORT_CRASH_MAP_H

#include "model/place.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum { CRASH_MAP_KINDS = 4 }; /* finishes, reports, hangs, corrupts */

/* One line of the source before which somebody was killed. */
struct crash_line {
    struct source_place place;
    const char *text; /* of that line, or "" */
    uint64_t counts[CRASH_MAP_KINDS];
};

struct crash_map {
    const struct crash_line *lines; /* in the order of the source */
    size_t count;
    const char *program;
    uint64_t schedules, runs;
    bool complete;
    /* A schedule code for the first that hangs and the first that corrupts; NULL: none. */
    const char *codes[CRASH_MAP_KINDS];
};

void crash_map_text(const struct crash_map *map, FILE *out);

#endif
