// SPDX-License-Identifier: MIT
/*
 * What stands in the cells of the table of processes.
 */
#ifndef SCREEN_CELLS_H
#define SCREEN_CELLS_H

#include "screen/people.h"

/* Its columns. */
enum {
    ID_WHO,
    ID_NAME,
    ID_PID,
    ID_PARENT,
    ID_STATE,
    ID_KERNEL,
    ID_READS,
    ID_WRITES,
    ID_LINE,
    ID_DONE,
    ID_NEXT,
    ID_STEPS,
    ID_CPU,
    ID_TIME,
    ID_SWITCHES,
    IDS
};

/* The cell of a person (an index into people) in a column. "" where there is nothing. */
void cell_text(const struct view *view, const struct people *people, size_t person,
               int id, char *text, size_t size);

#endif
