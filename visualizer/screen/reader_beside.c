// SPDX-License-Identifier: MIT
/*
 * Python and C that follow each other, side by side where there is room.
 */
#include "screen/reader_private.h"
#include "screen/text.h"

#include <string.h>

enum { SIDE_BY_SIDE = 120, /* from this width on */ SIDE_GAP = 3 };

static bool is_code(const struct parsed *parsed, int number, const char *language,
                    int fold)
{
    const struct block *block = &parsed->blocks[number];

    return number < parsed->block_count && block->kind == BLOCK_CODE &&
           block->fold == fold && strcmp(block->language, language) == 0;
}

int code_columns(const struct block *block)
{
    int most = 0;

    for (int i = 0; i < block->count; i++) {
        int columns = text_columns(block->lines[i].text);
        most = columns > most ? columns : most;
    }
    return most;
}

/* The blocks of C that follow a block of Python and have room beside it; 0: none. */
static int count_beside(const struct document *document, int python, int half)
{
    const struct parsed *parsed = document->parsed;
    int fold = parsed->blocks[python].fold;
    int count = 0;

    if (document->cols < SIDE_BY_SIDE || !is_code(parsed, python, "python", fold) ||
        code_columns(&parsed->blocks[python]) > half) {
        return 0;
    }
    while (is_code(parsed, python + 1 + count, "c", fold)) {
        if (code_columns(&parsed->blocks[python + 1 + count]) > half) {
            return 0;
        }
        count++;
    }
    return count;
}

/* Line by line through several blocks, a blank line between two of them. */
struct lines {
    const struct block *block;
    int blocks, at;
};

static const struct styled *next_line(struct lines *lines)
{
    if (lines->blocks == 0) {
        return NULL;
    }
    if (lines->at < lines->block->count) {
        return &lines->block->lines[lines->at++];
    }
    static const struct styled none;
    lines->block++;
    lines->blocks--;
    lines->at = 0;
    return lines->blocks > 0 ? &none : NULL;
}

static void add_line(struct document *document, struct styled *row,
                     const struct styled *line, int col)
{
    if (line != NULL && line->length > 0) {
        styled_fill(&document->parsed->layout, row, col);
        styled_append(&document->parsed->layout, row, line, 0, line->length, 0);
    }
}

static void lay_out_beside(struct document *document, int python, int count, int from,
                           int half)
{
    struct pile *pile = &document->parsed->layout;
    struct lines left = {&document->parsed->blocks[python], 1, 0};
    struct lines right = {&document->parsed->blocks[python + 1], count, 0};
    const struct styled *left_line = next_line(&left);
    const struct styled *right_line = next_line(&right);
    int second = from + half + SIDE_GAP;
    struct styled *row = layout_row(document);

    styled_fill(pile, row, from);
    styled_add(pile, row, "Python", strlen("Python"), LOOK_STRONG);
    styled_fill(pile, row, second);
    styled_add(pile, row, "C", 1, LOOK_STRONG);
    layout_end_row(document, row, python);
    while (left_line != NULL || right_line != NULL) {
        row = layout_row(document);
        add_line(document, row, left_line, from);
        add_line(document, row, right_line, second);
        layout_end_row(document, row, python);
        left_line = next_line(&left);
        right_line = next_line(&right);
    }
}

int layout_beside(struct document *document, int python, int from, int end)
{
    int half = (end - from - SIDE_GAP) / 2;
    int count = count_beside(document, python, half);

    if (count > 0) {
        lay_out_beside(document, python, count, from, half);
    }
    return count;
}
