// SPDX-License-Identifier: MIT
/* One sentence of what happened, wherever it is drawn: its step, and its text beside that. */
#ifndef SCREEN_SENTENCES_H
#define SCREEN_SENTENCES_H

#include "screen/canvas.h"
#include "screen/screen.h"

/* The rows that it takes; `more`: with what it adds at its first time. */
int sentence_rows(const struct view *view, const struct area *area, size_t index,
                  bool more);

/* Draws it from `row` on; returns those rows. */
int sentence_draw(const struct view *view, const struct area *area, int row, size_t index,
                  bool more);

#endif
