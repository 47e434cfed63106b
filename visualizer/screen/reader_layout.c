// SPDX-License-Identifier: MIT
/*
 * Rows for a width. The first columns stay empty: there the screen marks what is selected.
 * Text is never wider than a line that is read with ease; source may be.
 */
#include "screen/glyphs.h"
#include "screen/reader_private.h"
#include "screen/text.h"

#include <stdio.h>
#include <string.h>

enum {
    MARGIN = 2,
    TEXT_MOST = 100,
    CODE_INDENT = 2,
    FOLD_INDENT = 2,
    LEAST = 10, /* columns that a text gets whatever it is indented */
};

/* --- rows ------------------------------------------------------------------------------- */

struct styled *layout_row(struct document *document)
{
    struct styled *row = pile_take(&document->parsed->layout, sizeof *row);

    styled_fill(&document->parsed->layout, row, 0);
    return row;
}

static void note_items(struct document *document, const struct styled *row)
{
    for (size_t i = 0; i < row->length; i++) {
        int number = (row->looks[i] & LOOK_ITEM) - 1;
        if (number >= 0) {
            struct item *item = &document->parsed->items[number];
            item->first = item->first < 0 ? document->row_count : item->first;
            item->last = document->row_count;
        }
    }
}

void layout_end_row(struct document *document, struct styled *row, int block)
{
    struct parsed *parsed = document->parsed;

    if (document->row_count == parsed->row_room) {
        int room = 2 * parsed->row_room + 256;
        struct row *more = pile_take(&parsed->layout, sizeof *more * (size_t)room);
        if (document->row_count > 0) {
            memcpy(more, document->rows, sizeof *more * (size_t)document->row_count);
        }
        document->rows = more;
        parsed->row_room = room;
    }
    note_items(document, row);
    document->rows[document->row_count++] =
        (struct row){.text = row->text, .looks = row->looks, .block = block};
}

static void blank_row(struct document *document, int block)
{
    layout_end_row(document, layout_row(document), block);
}

/* Adds the piece of `text` that fits to a row; returns where the next one begins. */
static size_t add_piece(struct document *document, struct styled *row,
                        const struct styled *text, size_t at, int cols)
{
    const char *next;
    size_t bytes = text_wrap(text->text + at, cols > LEAST ? cols : LEAST, &next);

    styled_append(&document->parsed->layout, row, text, at, bytes, 0);
    return (size_t)(next - text->text);
}

void layout_text(struct document *document, int block, const struct styled *text,
                 int first, int from, int end)
{
    size_t at = 0;

    do {
        struct styled *row = layout_row(document);
        int col = at == 0 ? first : from;
        styled_fill(&document->parsed->layout, row, col);
        at = add_piece(document, row, text, at, end - col);
        layout_end_row(document, row, block);
    } while (at < text->length);
}

/* --- blocks ----------------------------------------------------------------------------- */

/* Where a block may stand. */
struct place {
    int margin; /* of all text */
    int from;   /* of this block */
    int text_end, code_end;
};

static struct place place_of(const struct document *document, const struct block *block)
{
    bool screen = document->parsed->way == FOR_SCREEN;
    struct place place = {.margin = screen ? MARGIN : 0,
                          .code_end = document->cols - screen};
    int most = place.margin + TEXT_MOST;

    place.from = place.margin + block->depth * FOLD_INDENT + block->indent;
    if (place.code_end - place.from < 2 * LEAST) {
        place.from = place.margin;
    }
    place.text_end = place.code_end < most ? place.code_end : most;
    return place;
}

static void add_rule(struct document *document, struct styled *row, int end)
{
    struct pile *pile = &document->parsed->layout;
    const char *rule = glyph(GLYPH_RULE);

    for (int col = text_columns(row->text); col < end; col++) {
        styled_add(pile, row, rule, strlen(rule), 0);
    }
}

/* A part of the lesson looks like a panel: its name in a rule. Others are underlined. */
static void lay_out_heading(struct document *document, int number,
                            const struct place *place)
{
    const struct block *block = &document->parsed->blocks[number];
    struct pile *pile = &document->parsed->layout;
    const struct styled *text = block->lines;
    const char *rule = glyph(GLYPH_RULE);
    int columns = text_columns(text->text);

    if (block->level == 2 && block->depth == 0 && columns + 4 <= place->text_end) {
        struct styled *row = layout_row(document);
        styled_add(pile, row, rule, strlen(rule), 0);
        styled_add(pile, row, " ", 1, 0);
        styled_append(pile, row, text, 0, text->length, LOOK_STRONG);
        styled_add(pile, row, " ", 1, 0);
        add_rule(document, row, place->text_end);
        layout_end_row(document, row, number);
        return;
    }
    struct styled strong = {0};
    styled_append(pile, &strong, text, 0, text->length, LOOK_STRONG);
    layout_text(document, number, &strong, place->from, place->from, place->text_end);
    struct styled *row = layout_row(document);
    styled_fill(pile, row, place->from);
    int end = place->from + columns;
    add_rule(document, row, end < place->text_end ? end : place->text_end);
    layout_end_row(document, row, number);
}

static void lay_out_paragraph(struct document *document, int number,
                              const struct place *place)
{
    const struct block *block = &document->parsed->blocks[number];
    struct pile *pile = &document->parsed->layout;
    const char *marker = block->quote ? glyph(GLYPH_DOWN_LINE) : block->marker;
    int text = place->from + (*marker != '\0' ? text_columns(marker) + 1 : 0);
    size_t at = 0;

    do {
        struct styled *row = layout_row(document);
        if (at == 0 || block->quote) {
            styled_fill(pile, row, place->from);
            styled_add(pile, row, marker, strlen(marker), 0);
        }
        styled_fill(pile, row, text);
        at = add_piece(document, row, block->lines, at, place->text_end - text);
        layout_end_row(document, row, number);
    } while (at < block->lines->length);
}

static void lay_out_code(struct document *document, int number, const struct place *place)
{
    enum { WRAPPED = 4 };
    const struct block *block = &document->parsed->blocks[number];
    int least = place->margin > 0; /* behind the mark of what is selected */
    int from = place->from + CODE_INDENT;
    int room = document->cols - code_columns(block);

    if (room < from) { /* sessions may be as wide as a terminal */
        from = room > least ? room : least;
    }
    for (int i = 0; i < block->count; i++) {
        const struct styled *line = &block->lines[i];
        int lead = (int)strspn(line->text, " ");
        layout_text(document, number, line, from, from + lead + WRAPPED, document->cols);
    }
}

static int fold_number(const struct document *document, int item)
{
    int number = 0;

    for (int i = 0; i <= item; i++) {
        number += document->items[i].kind == ITEM_FOLD;
    }
    return number;
}

static void lay_out_fold(struct document *document, int number, const struct place *place)
{
    const struct block *block = &document->parsed->blocks[number];
    struct pile *pile = &document->parsed->layout;
    unsigned look = (unsigned)(block->item + 1) | LOOK_STRONG;
    const char *sign = glyph(block->open ? GLYPH_OPEN : GLYPH_HERE);
    struct styled text = {0};
    char note[32];

    styled_add(pile, &text, sign, strlen(sign), look);
    styled_add(pile, &text, " ", 1, look);
    styled_append(pile, &text, block->lines, 0, block->lines->length, look);
    if (document->parsed->way == FOR_PIPE && !block->open) {
        int length = snprintf(note, sizeof note, " (folded: %d)",
                              fold_number(document, block->item));
        styled_add(pile, &text, note, (size_t)length, 0);
    }
    layout_text(document, number, &text, place->from, place->from + 2, place->text_end);
}

static void lay_out_block(struct document *document, int number)
{
    const struct block *block = &document->parsed->blocks[number];
    struct place place = place_of(document, block);

    switch (block->kind) {
    case BLOCK_HEADING:
        lay_out_heading(document, number, &place);
        break;
    case BLOCK_TEXT:
        lay_out_paragraph(document, number, &place);
        break;
    case BLOCK_CODE:
        lay_out_code(document, number, &place);
        break;
    case BLOCK_TABLE:
        layout_table(document, number, place.from, place.code_end);
        break;
    case BLOCK_FOLD:
        lay_out_fold(document, number, &place);
        break;
    case BLOCK_RULE: {
        struct styled *row = layout_row(document);
        styled_fill(&document->parsed->layout, row, place.from);
        add_rule(document, row, place.text_end);
        layout_end_row(document, row, number);
        break;
    }
    }
}

/* Lays a block out, and those that stand beside it. Returns how many. */
static int lay_out_from(struct document *document, int number)
{
    struct place place = place_of(document, &document->parsed->blocks[number]);
    int beside =
        layout_beside(document, number, place.from + CODE_INDENT, place.code_end);

    if (beside == 0) {
        lay_out_block(document, number);
    }
    return 1 + beside;
}

/* --- the whole -------------------------------------------------------------------------- */

static bool is_shown(const struct parsed *parsed, int number)
{
    for (int fold = parsed->blocks[number].fold; fold >= 0;
         fold = parsed->blocks[fold].fold) {
        if (!parsed->blocks[fold].open) {
            return false;
        }
    }
    return true;
}

static bool has_gap(const struct parsed *parsed, int before, int number)
{
    const struct block *block = &parsed->blocks[number];

    if (before < 0 || block->fold == before) {
        return false;
    }
    return !block->tight || parsed->blocks[before].depth > block->depth;
}

/* The screen has a row of its own for the title. */
static bool is_in_title(const struct parsed *parsed, int number)
{
    return number == 0 && parsed->way == FOR_SCREEN &&
           parsed->blocks[0].kind == BLOCK_HEADING;
}

void document_fit(struct document *document, int cols)
{
    struct parsed *parsed = document->parsed;
    int before = -1;

    if (document->cols == cols) {
        return;
    }
    document->cols = cols;
    pile_clear(&parsed->layout);
    document->rows = NULL;
    document->row_count = 0;
    parsed->row_room = 0;
    for (int i = 0; i < document->item_count; i++) {
        parsed->items[i].first = -1;
        parsed->items[i].last = -1;
    }
    for (int i = 0; i < parsed->block_count;) {
        if (!is_shown(parsed, i) || is_in_title(parsed, i)) {
            i++;
            continue;
        }
        if (has_gap(parsed, before, i)) {
            blank_row(document, i);
        }
        before = i;
        i += lay_out_from(document, i);
    }
}
