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

#endif
