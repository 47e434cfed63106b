// SPDX-License-Identifier: MIT
/*
 * A run in large letters, for the back row: who goes, the one value that matters in block
 * digits, the newest steps, one sentence. Little text, and nothing that is not needed.
 */
#ifndef SCREEN_LARGE_H
#define SCREEN_LARGE_H

#include "screen/canvas.h"
#include "screen/screen.h"

void draw_large_title(const struct view *view, const struct area *area);

/* What stands between the title and the message. Returns whether the newest sentence is
   there. */
bool draw_large(const struct view *view, const struct area *area);

/* The field that is looked at: of which the program says what it should come to; else the
   one touched last. NO_FIELD: none. (large_value.c) */
uint32_t large_field(const struct model *model);

/* Its value in block digits, so many rows high, and what there is to say about it: beside
   it, or in the row below where there is no room beside. */
void large_value(const struct view *view, const struct area *area, int row,
                 uint32_t field, int rows);
bool large_value_has_room(const struct view *view, const struct area *area,
                          uint32_t field, int rows);

/* Instead of a value: the queue, or the pool, that the program is about; 0: none. And how
   many items are inside, or how many tasks are done, likewise. (large_object.c) */
unsigned large_object(const struct view *view);
void large_object_draw(const struct view *view, const struct area *area, int row,
                       unsigned object, int rows);

#endif
