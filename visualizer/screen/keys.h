// SPDX-License-Identifier: MIT
/*
 * The one table of keys: what a key asks for, its word in the bar, its sentence in the
 * help, and when it does something.
 */
#ifndef SCREEN_KEYS_H
#define SCREEN_KEYS_H

#include "screen/screen.h"

struct key;

/* What a key code of curses asks for; ACT_NONE for all others. */
enum action keys_action(int code);

/*
 * The bar: those keys that do something here and now, as many as fit into `cols` columns,
 * the most useful ones at least. `view` is NULL on the home screen.
 */
void keys_bar(const struct view *view, int cols, char *text, size_t size);

/* The same where every schedule is shown; and the word of one key there, NULL: it does
   nothing now. */
struct explored_view; /* screen/explored.h */
void keys_bar_explored(const struct explored_view *view, int cols, char *text,
                       size_t size);
const char *keys_word_explored(const struct key *key, const struct explored_view *view);

/* The table, row by row, for the help; NULL behind the last. */
const struct key *keys_row(size_t row);
void keys_name(const struct key *key, char *text, size_t size);
const char *keys_help(const struct key *key); /* NULL: it is a key of another row */
bool keys_work(const struct key *key, const struct view *view);

#endif
