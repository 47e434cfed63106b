// SPDX-License-Identifier: MIT
/*
 * Moving in a document: what is in view, and what is selected there. The selected item is
 * always in view, so that Enter does nothing that one does not see.
 */
#include "screen/reader_private.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

static bool in_view(const struct reader *reader, int item)
{
    const struct item *it = &reader->document->items[item];

    return it->first >= reader->top && it->first < reader->top + reader->rows;
}

/* The next item that is shown, after or before `from`; -1: none. */
static int next_item(const struct reader *reader, int from, int by)
{
    int item = from + by;

    while (item >= 0 && item < reader->document->item_count &&
           reader->document->items[item].first < 0) {
        item += by;
    }
    return item >= 0 && item < reader->document->item_count ? item : -1;
}

/* Where to look on from, when nothing is selected: just outside the view. */
static int outside(const struct reader *reader, int by)
{
    int count = reader->document->item_count;
    int item = by > 0 ? 0 : count - 1;

    while (
        item >= 0 && item < count &&
        (reader->document->items[item].first < 0 ||
         (by > 0 ? reader->document->items[item].first < reader->top
                 : reader->document->items[item].first >= reader->top + reader->rows))) {
        item += by;
    }
    return item - by;
}

static int candidate(const struct reader *reader, int by)
{
    int from = reader->selected >= 0 ? reader->selected : outside(reader, by);

    return next_item(reader, from, by);
}

static void set_top(struct reader *reader, int top)
{
    int most = reader->document->row_count - reader->rows;

    top = top < most ? top : most;
    reader->top = top > 0 ? top : 0;
}

/* After the view moved: what was selected stays so if it is still seen. */
static void keep_selected(struct reader *reader, int by)
{
    if (reader->selected >= 0 && in_view(reader, reader->selected)) {
        return;
    }
    reader->selected = -1;
    int item = candidate(reader, by);
    reader->selected = item >= 0 && in_view(reader, item) ? item : -1;
}

static void step(struct reader *reader, int by)
{
    int item = candidate(reader, by);

    if (item >= 0 && in_view(reader, item)) {
        reader->selected = item;
        return;
    }
    int before = reader->top;
    set_top(reader, reader->top + by);
    item = candidate(reader, by);
    if (item >= 0 && in_view(reader, item) && reader->top != before) {
        reader->selected = item;
    }
    keep_selected(reader, by);
}

static void jump(struct reader *reader, int by)
{
    int item = candidate(reader, by);

    if (item < 0) {
        return;
    }
    if (!in_view(reader, item)) {
        set_top(reader, reader->document->items[item].first - reader->rows / 3);
    }
    reader->selected = item;
}

void reader_fit(struct reader *reader, int rows, int cols)
{
    struct document *document = reader->document;
    bool anew = document->cols != 0 && document->cols != cols &&
                reader->top < document->row_count;
    int block = anew ? document->rows[reader->top].block : -1;
    int top = reader->top;

    document_fit(document, cols);
    if (anew && top > 0) {
        for (top = 0; top < document->row_count && document->rows[top].block < block;) {
            top++;
        }
    }
    reader->rows = rows > 0 ? rows : 1;
    set_top(reader, top);
    keep_selected(reader, 1);
}

void reader_move(struct reader *reader, enum reader_move move)
{
    int page = reader->rows > 1 ? reader->rows - 1 : 1;

    switch (move) {
    case MOVE_UP:
        step(reader, -1);
        break;
    case MOVE_DOWN:
        step(reader, 1);
        break;
    case MOVE_PAGE_UP:
        set_top(reader, reader->top - page);
        keep_selected(reader, 1);
        break;
    case MOVE_PAGE_DOWN:
        set_top(reader, reader->top + page);
        keep_selected(reader, 1);
        break;
    case MOVE_FIRST:
        set_top(reader, 0);
        keep_selected(reader, 1);
        break;
    case MOVE_LAST:
        set_top(reader, reader->document->row_count);
        keep_selected(reader, -1);
        break;
    case MOVE_NEXT_ITEM:
        jump(reader, 1);
        break;
    case MOVE_PREVIOUS_ITEM:
        jump(reader, -1);
        break;
    }
}

/* --- folds, anchors --------------------------------------------------------------------- */

bool document_is_open(const struct document *document, int item)
{
    return document->parsed->blocks[document->items[item].block].open;
}

void document_fold(struct document *document, int item, bool open)
{
    document->parsed->blocks[document->items[item].block].open = open;
    document->cols = 0;
}

void reader_toggle(struct reader *reader)
{
    struct document *document = reader->document;
    int cols = document->cols;

    document_fold(document, reader->selected,
                  !document_is_open(document, reader->selected));
    document_fit(document, cols);
    set_top(reader, reader->top);
}

/* Is `anchor` what a heading with this text is called in a link? */
static bool is_anchor(const char *text, const char *anchor)
{
    for (; *text != '\0'; text++) {
        unsigned char character = (unsigned char)*text;
        if (!isalnum(character) && strchr(" -_", character) == NULL && character < 0x80) {
            continue;
        }
        int wanted = character == ' ' ? '-' : tolower(character);
        if (*anchor++ != (char)wanted) {
            return false;
        }
    }
    return *anchor == '\0';
}

int document_anchor(const struct document *document, const char *anchor)
{
    for (int row = 0; row < document->row_count; row++) {
        const struct block *block = &document->parsed->blocks[document->rows[row].block];
        if (block->kind == BLOCK_HEADING && is_anchor(block->lines->text, anchor) &&
            document->rows[row].text[0] != '\0') {
            return row;
        }
    }
    return -1;
}
