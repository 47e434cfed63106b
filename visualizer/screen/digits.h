// SPDX-License-Identifier: MIT
/*
 * Numbers in block digits, made of seven strokes each, as on a pocket calculator.
 */
#ifndef SCREEN_DIGITS_H
#define SCREEN_DIGITS_H

#include "screen/canvas.h"

/* How high they are, on an ordinary and on a high screen. */
enum { DIGITS_ROWS = 5, DIGITS_ROWS_HIGH = 9 };

/* The columns that a number takes, so many rows high, when there are `cols` for it; 0: it
   does not fit, or is not a number. */
int digits_columns(const char *text, int rows, int cols);

/* Draws it from (row, col), as wide as digits_columns() said with the same `cols`. */
void digits_draw(const struct area *area, int row, int col, int rows, int cols,
                 const char *text);

#endif
