// SPDX-License-Identifier: MIT
/*
 * Drawing one frame of a run.
 */
#ifndef SCREEN_DRAW_H
#define SCREEN_DRAW_H

#include "screen/canvas.h"
#include "screen/screen.h"

/* Returns by how many rows the panel that has the whole screen is scrolled up. */
int draw_run(const struct view *view, const struct area *area);

#endif
