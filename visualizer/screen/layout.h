// SPDX-License-Identifier: MIT
/*
 * Panels, and how the rows of the screen are shared out among them.
 */
#ifndef SCREEN_LAYOUT_H
#define SCREEN_LAYOUT_H

#include "screen/canvas.h"
#include "screen/screen.h"

#include <limits.h>

/* Rows of a panel below its rule. */
struct panel_rows {
    int least; /* with fewer it is of no use */
    int good;
    int most;
};

struct panel {
    const char *(*name)(const struct view *view);
    /* At the right end of its rule; may be NULL. The area is that of draw(). */
    void (*legend)(const struct view *view, const struct area *area, char *text,
                   size_t size);
    /* What it would like at this width. To depend on nothing that comes and goes: panels
       are not to jump about while somebody looks at them. */
    struct panel_rows (*rows)(const struct view *view, int cols);
    void (*draw)(const struct view *view, const struct area *area);
    int rank;  /* where room is short, those with the lowest stay */
    bool late; /* comes only when all others have good room */
    /* When it has the whole screen and there is more to say, or to scroll; else NULL.
       Returns by how many rows it is scrolled up: view->scroll, or as far as it goes; or
       NO_SCROLL. */
    int (*full)(const struct view *view, const struct area *area);
};

extern const struct panel panel_processes, panel_source, panel_python, panel_memory,
    panel_steps, panel_counts, panel_lives, panel_states, panel_sentences, panel_output,
    panel_queue, panel_tasks, panel_lanes, panel_timeline, panel_memory_late,
    panel_steps_late, panel_source_late, panel_graph;

/* A list that nothing is too much for; a panel that can do without titles; lines of
   output that are looked at. */
enum { ROWS_MANY = 10000, SCREEN_FEW_ROWS = 5, ROWS_OUTPUT = 12 };

/* Of a panel that does not scroll. */
enum { NO_SCROLL = INT_MIN };

/* From so many columns on things stand side by side; two pages do. */
enum { WIDE_COLS = 120, TWO_COLS = 160 };

/* Draws panels one below the other, those that have room (NULL: none). Returns the rows
   used. */
int layout_stack(const struct panel *const panels[], size_t count,
                 const struct view *view, const struct area *area);

/* One panel with its rule, in all of the area. Returns by how much it is scrolled. */
int layout_full(const struct panel *panel, const struct view *view,
                const struct area *area);

/* Before the stacks of a frame; and the panels that they have, in their order. `shown`
   becomes whether there was room for it. */
void layout_begin(void);
const struct panel *layout_panel(size_t index, bool *shown);

/* By how much a list of `total` rows, its end shown first, can be scrolled up. */
int layout_scroll(int wish, int total, int rows);

/* Whether a stack of this height has room for one of its panels. */
bool layout_shows(const struct panel *const panels[], size_t count,
                  const struct panel *panel, const struct view *view,
                  const struct area *area);

/* So many tables one below the other, an empty row between them, hold all steps, each of so
   many rows: for panel_steps.full(). */
int steps_tables(const struct view *view, int cols, int *height);

/* The lines of source at which processes stand, and those around; one every `spacing` rows.
   There must be a source. */
void source_draw(const struct view *view, const struct area *area, int lines, int spacing);

#endif
