// SPDX-License-Identifier: MIT
/*
 * Panels, and how the rows of the screen are shared out among them.
 */
#ifndef SCREEN_LAYOUT_H
#define SCREEN_LAYOUT_H

#include "screen/canvas.h"
#include "screen/screen.h"

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
};

extern const struct panel panel_processes, panel_source, panel_memory, panel_steps,
    panel_counts, panel_lives, panel_states, panel_sentences, panel_output;

/* A list that nothing is too much for; a panel that can do without titles; lines of
   output that are looked at. */
enum { ROWS_MANY = 10000, SCREEN_FEW_ROWS = 5, ROWS_OUTPUT = 12 };

/* Draws panels one below the other, those that have room. Returns the rows used. */
int layout_stack(const struct panel *const panels[], size_t count,
                 const struct view *view, const struct area *area);

/* Whether a stack of this height has room for one of its panels. */
bool layout_shows(const struct panel *const panels[], size_t count,
                  const struct panel *panel, const struct view *view,
                  const struct area *area);

#endif
