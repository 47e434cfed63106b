// SPDX-License-Identifier: MIT
/*
 * Every schedule of a program on the screen: how it can end, a bar for each outcome; the
 * simplest schedule of the outcome that is selected; what its twin comes to.
 */
#ifndef SCREEN_EXPLORED_H
#define SCREEN_EXPLORED_H

#include "model/outcomes.h"
#include "screen/canvas.h"
#include "screen/screen.h"

struct explored_view {
    const char *program;   /* "lock_race" */
    const char *arguments; /* "2x2", or as they are typed */
    const char *unit;      /* what is counted: "schedules" */
    const char *what;      /* "every schedule of its 8 steps"; and in short */
    const char *what_short;
    bool running;
    bool asks;            /* for a prediction, before it shows how it can end */
    const char *progress; /* the right end of the title; and in short */
    const char *progress_short;

    const struct outcomes *outcomes; /* named; with their codes when it does not run */
    size_t selected;
    const char *share;   /* how many come out wrong */
    const char *caution; /* what these numbers are not */

    const char *way;            /* "the simplest schedule that ends at 2"; "" */
    const struct view *example; /* a run under it; NULL: there is none yet */

    const char *no_return; /* from where on nothing comes out right; or "" */

    const char *twin;      /* "with the lock": NULL: it has none */
    const char *twin_name; /* "lock_fixed" */
    const char *twin_says;

    const struct explored_view *beside; /* the twin, at the other side; NULL: alone */
    bool is_right;                      /* ... and this one is at the right */

    const char *message; /* above the keys; or "" */
    bool help;
    bool at_home; /* q goes back there */
};

void screen_draw_explored(const struct explored_view *view);

/* Is the screen so wide that two can stand beside each other? */
bool screen_has_room_for_two(void);

/* Of a screen that is open: with the other one beside it, if there is one. */
void draw_explored(const struct explored_view *view, const struct area *area);
void draw_explored_help(const struct explored_view *view, const struct area *area);

/* A heading, bars, and the row that says that none is stuck, in so many rows as there are:
   the selected one is among them. Returns how many are left out above, and in `below` below.
   (explored_bars.c) */
size_t draw_bars(const struct explored_view *view, const struct area *area, bool stuck,
                 size_t *below);

/* Is the row wanted that says so? */
bool bars_say_stuck(const struct explored_view *view);

/* The schedules that end as the selected one does: how many rows they would take with their
   heading, 0 if there is but one, or no room for one in a row; and in so many rows as there are, at least
   two. (explored_ways.c) */
int ways_rows(const struct explored_view *view, int cols);
void draw_ways(const struct explored_view *view, const struct area *area);

#endif
