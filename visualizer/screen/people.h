// SPDX-License-Identifier: MIT
/*
 * Which processes a panel shows, and in which order.
 */
#ifndef SCREEN_PEOPLE_H
#define SCREEN_PEOPLE_H

#include "screen/screen.h"

struct people {
    size_t count;
    size_t hidden; /* so many more there are, but there is no room */
    uint16_t slots[MP_PROCESSES];
    uint8_t depth[MP_PROCESSES]; /* generations below main; 0 when not asked for a tree */
    bool last[MP_PROCESSES];     /* the last child of its parent */
};

/* Everybody who was ever made and whose entry has not been used again. */
void people_all(const struct view *view, struct people *people);

/* Only those who have made steps, or may: the rows of the steps table. */
void people_with_steps(const struct view *view, struct people *people);

/* In the order of the family tree: children follow their parent. */
void people_family(const struct view *view, struct people *people);

/* Leaves at most `rows`: first those who are gone go, then those who only wait for another
   one's end, then those far from the selected one, or from who moved last. */
void people_cut(const struct view *view, struct people *people, int rows);

bool people_is_gone(const struct model *model, unsigned slot);

/* The digit that chooses this process, and its columns for all that are shown. */
int people_digits(const struct view *view);

/* The steps are births, printed lines, ends and joins. */
bool view_has_lives(const struct view *view);

/* All updates were seen, from the first on; if not, their number is only a part. */
bool view_saw_all(const struct view *view);

/* Counted free: single steps are not known, only how many there were. */
bool view_is_free(const struct view *view);

#endif
