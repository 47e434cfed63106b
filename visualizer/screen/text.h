// SPDX-License-Identifier: MIT
/* How many columns a text takes, and where it is broken. */
#ifndef SCREEN_TEXT_H
#define SCREEN_TEXT_H

#include <stddef.h>
#include <wchar.h>

/* The next character that may be shown, and the columns it takes; what may not, or cannot
   in this locale, is a '?'. Returns the bytes it has, 0 at the end. */
size_t text_character(const char *text, wchar_t *character, int *columns);

/* The columns that a text takes. */
int text_columns(const char *text);

/*
 * Bytes of `text` that fit into `cols` columns, cut between words where that is possible,
 * and at a line break. `next` becomes the place where the following row begins.
 */
size_t text_wrap(const char *text, int cols, const char **next);

#endif
