// SPDX-License-Identifier: MIT
/*
 * What fills a whole screen besides a run: all keys, and the home screen.
 */
#ifndef SCREEN_PAGES_H
#define SCREEN_PAGES_H

#include "screen/canvas.h"
#include "screen/screen.h"

/* All keys and signs. `view` is NULL at home. */
void draw_help(const struct view *view, const struct area *area);

/* The data races of a run: the lines of view->races. */
void draw_races(const struct view *view, const struct area *area);

void draw_home(const struct home_view *home, const struct area *area);

#endif
