// SPDX-License-Identifier: MIT
/*
 * Tables: cells between bars. Columns keep their place; when there is no room for all, the
 * widest give way and their cells are wrapped; when there is no room at all, each row
 * becomes lines, "title: cell".
 */
#include "screen/glyphs.h"
#include "screen/reader_private.h"
#include "screen/text.h"

#include <string.h>

enum { COLUMNS_MOST = 16, COLUMN_GAP = 2, COLUMN_LEAST = 8 };

bool table_is_rule(const char *line)
{
    return strchr(line, '-') != NULL && strchr(line, '|') != NULL &&
           line[strspn(line, " |:-")] == '\0';
}

/* The next cell of a line, without the blanks round it. Returns what follows; NULL: there
   is none. */
static const char *next_cell(const char *line, const char **cell, size_t *length)
{
    bool code = false;
    const char *end = line;

    if (*line == '\0' || line[strspn(line, " ")] == '\0') {
        return NULL;
    }
    while (*end != '\0' && (*end != '|' || code)) {
        code ^= *end == '`';
        end += *end == '\\' && end[1] != '\0' ? 2 : 1;
    }
    *cell = line + strspn(line, " ");
    const char *last = end;
    while (last > *cell && last[-1] == ' ') {
        last--;
    }
    *length = last > *cell ? (size_t)(last - *cell) : 0;
    return *end == '|' ? end + 1 : end;
}

static const char *first_cell(const char *line)
{
    line += strspn(line, " ");
    return *line == '|' ? line + 1 : line;
}

static int count_cells(const char *line)
{
    const char *cell;
    size_t length;
    int count = 0;

    for (line = first_cell(line); (line = next_cell(line, &cell, &length)) != NULL;) {
        count++;
    }
    return count < COLUMNS_MOST ? count : COLUMNS_MOST;
}

void table_parse(struct document *document, int block, const char *const *lines, int count)
{
    struct pile *pile = &document->parsed->pile;
    struct block *table = &document->parsed->blocks[block];
    int columns = count_cells(lines[0]);
    const char *cell;
    size_t length;

    struct styled *cells = pile_take(pile, sizeof *cells * (size_t)(count * columns + 1));
    char *right = pile_take(pile, (size_t)columns + 1);
    table->lines = cells;
    table->columns = columns;
    table->right = right;
    table->count = (count - 1) * columns;
    for (int row = 0; row < count; row++) {
        const char *at = first_cell(lines[row]);
        for (int i = 0; i < columns; i++) {
            const char *next = at != NULL ? next_cell(at, &cell, &length) : NULL;
            if (row == 1) {
                right[i] = next != NULL && length > 0 && cell[0] != ':' &&
                           cell[length - 1] == ':';
            } else {
                const char *text = next != NULL ? pile_copy(pile, cell, length) : "";
                inline_parse(document, block, text,
                             &cells[(row > 0 ? row - 1 : 0) * columns + i]);
            }
            at = next;
        }
    }
}

/* --- layout ----------------------------------------------------------------------------- */

/* Columns wide enough for their cells, or as wide as there is room. False: none at all. */
static bool fit_columns(const struct block *table, int room, int *width)
{
    int sum = COLUMN_GAP * (table->columns - 1);

    for (int i = 0; i < table->columns; i++) {
        width[i] = 1;
        for (int at = i; at < table->count; at += table->columns) {
            int columns = text_columns(table->lines[at].text);
            width[i] = columns > width[i] ? columns : width[i];
        }
        sum += width[i];
    }
    while (sum > room) {
        int widest = 0;
        for (int i = 1; i < table->columns; i++) {
            widest = width[i] > width[widest] ? i : widest;
        }
        if (width[widest] <= COLUMN_LEAST) {
            return false;
        }
        width[widest]--;
        sum--;
    }
    return true;
}

/* One row of the table, in as many rows as its longest cell needs. */
static void lay_out_cells(struct document *document, int block, const struct styled *cells,
                          const int *width, int from, unsigned look)
{
    const struct block *table = &document->parsed->blocks[block];
    struct pile *pile = &document->parsed->layout;
    const char *rest[COLUMNS_MOST] = {NULL};
    bool more = true;

    for (int i = 0; i < table->columns; i++) {
        rest[i] = cells[i].text;
    }
    while (more) {
        struct styled *row = layout_row(document);
        int at = from;
        more = false;
        for (int i = 0; i < table->columns; at += width[i++] + COLUMN_GAP) {
            const char *begin = rest[i];
            size_t bytes = text_wrap(begin, width[i], &rest[i]);
            struct styled piece = {0};
            styled_append(pile, &piece, &cells[i], (size_t)(begin - cells[i].text), bytes,
                          look);
            int blank = table->right[i] ? width[i] - text_columns(piece.text) : 0;
            if (bytes > 0) {
                styled_fill(pile, row, at + blank);
                styled_append(pile, row, &piece, 0, piece.length, 0);
            }
            more |= *rest[i] != '\0';
        }
        layout_end_row(document, row, block);
    }
}

static void lay_out_rule(struct document *document, int block, const int *width, int from)
{
    struct pile *pile = &document->parsed->layout;
    struct styled *row = layout_row(document);
    const char *rule = glyph(GLYPH_RULE);

    for (int i = 0, at = from; i < document->parsed->blocks[block].columns;
         at += width[i++] + COLUMN_GAP) {
        styled_fill(pile, row, at);
        for (int col = 0; col < width[i]; col++) {
            styled_add(pile, row, rule, strlen(rule), 0);
        }
    }
    layout_end_row(document, row, block);
}

static void lay_out_as_lines(struct document *document, int block, int from, int end)
{
    struct pile *pile = &document->parsed->layout;
    const struct block *table = &document->parsed->blocks[block];

    for (int at = table->columns; at < table->count; at++) {
        const struct styled *title = &table->lines[at % table->columns];
        const struct styled *cell = &table->lines[at];
        struct styled line = {0};
        if (title->length > 0) {
            styled_append(pile, &line, title, 0, title->length, LOOK_STRONG);
            styled_add(pile, &line, ": ", 2, 0);
        }
        styled_append(pile, &line, cell, 0, cell->length, 0);
        if (cell->length > 0) {
            bool first = at % table->columns == 0;
            layout_text(document, block, &line, first ? from : from + 2, from + 4, end);
        }
    }
}

void layout_table(struct document *document, int block, int from, int end)
{
    const struct block *table = &document->parsed->blocks[block];
    int width[COLUMNS_MOST] = {0};

    if (!fit_columns(table, end - from, width)) {
        lay_out_as_lines(document, block, from, end);
        return;
    }
    for (int at = 0; at < table->count; at += table->columns) {
        lay_out_cells(document, block, &table->lines[at], width, from,
                      at == 0 ? LOOK_STRONG : 0);
        if (at == 0) {
            lay_out_rule(document, block, width, from);
        }
    }
}
