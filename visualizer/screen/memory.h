// SPDX-License-Identifier: MIT
/*
 * What there is in shared memory, as a list of rows.
 */
#ifndef SCREEN_MEMORY_H
#define SCREEN_MEMORY_H

#include "screen/canvas.h"
#include "screen/screen.h"

enum { ITEMS_MOST = 96 };

/* A row: a field, or else an object. */
struct item {
    uint32_t field; /* NO_FIELD: it is an object */
    uint16_t object;
};

/* What there is, the fields in the order in which they lie in memory, then the objects. */
struct items {
    size_t fields, objects;
    size_t left_out; /* so many more fields there are */
    struct item list[ITEMS_MOST];
};

void memory_list(const struct view *view, struct items *items);

/* "?" while it has not been seen. */
void memory_value(const struct field *field, char *text, size_t size);

/* The names of those who want a lock, with commas between them. Returns how many. */
size_t memory_waiters(const struct view *view, uint16_t object, char *text, size_t size);

/* Why there is nothing. */
const char *memory_why_empty(const struct view *view);

/* The panel on the whole screen (memory_full.c). */
int memory_full(const struct view *view, const struct area *area);

#endif
