// SPDX-License-Identifier: MIT
/*
 * Drawing one frame of a run.
 */
#ifndef SCREEN_DRAW_H
#define SCREEN_DRAW_H

#include "screen/canvas.h"
#include "screen/screen.h"

void draw_run(const struct view *view, const struct area *area);

#endif
