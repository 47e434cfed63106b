// SPDX-License-Identifier: MIT
/*
 * All keys, from the one table, and what the signs on the screen mean.
 */
#include "screen/glyphs.h"
#include "screen/keys.h"
#include "screen/pages.h"

#include <stdio.h>

enum { NAME_COLS = 8 };

/* Signs that are not explained where they stand. */
static const struct {
    enum glyph sign;
    const char *meaning;
} signs[] = {
    {GLYPH_HERE, "moved last; in the source: somebody stands here; in lists: selected"},
    {GLYPH_AT, "with a digit: that process stands at this line and does it next"},
    {GLYPH_QUIET, "this step was somebody else's"},
    {GLYPH_BLOCKED, "blocked: it can go only after somebody else did something"},
    {GLYPH_LOST, "this update is lost: somebody wrote over it without having read it"},
};

static const char *const notes[] = {
    "Ready, yet the kernel says S: it sleeps until the lab gives it its turn.",
    "Run it free (+ until the end) and see R. R is running, or ready for a CPU.",
};

enum {
    SIGNS = sizeof(signs) / sizeof(signs[0]),
    NOTES = sizeof(notes) / sizeof(notes[0])
};

static int draw_keys(const struct view *view, const struct area *area, int row)
{
    const struct key *key;
    char name[TEXT_SIZE];

    for (size_t i = 0; (key = keys_row(i)) != NULL; i++) {
        keys_name(key, name, sizeof(name));
        put(area, row, 2, STYLE_STRONG, name);
        int col = put(area, row, 2 + NAME_COLS, STYLE_NORMAL, keys_help(key));
        if (view != NULL && !keys_work(key, view)) {
            put(area, row, col + 1, STYLE_NORMAL, "(not now)");
        }
        row++;
    }
    return row;
}

void draw_help(const struct view *view, const struct area *area)
{
    int row = 0;

    if (area->rows > (int)SIGNS + NOTES) {
        put(area, row, 1, STYLE_STRONG, "keys");
        put_before(area, row++, area->cols - 1, STYLE_NORMAL, "any key closes this");
    }
    row = draw_keys(view, area, row);
    put_rule(area, row++, "signs", "");
    for (size_t i = 0; i < SIGNS; i++, row++) {
        put(area, row, 2, STYLE_STRONG, glyph(signs[i].sign));
        put(area, row, 2 + NAME_COLS, STYLE_NORMAL, signs[i].meaning);
    }
    put(area, row, 2, STYLE_STRONG, "?");
    int col = put(area, row, 2 + NAME_COLS, STYLE_NORMAL, "could go next") + NAME_COLS;
    put(area, row, col, STYLE_STRONG, ">");
    put(area, row++, col + 3, STYLE_NORMAL, "the selected process");
    for (size_t i = 0; i < NOTES; i++, row++) {
        put(area, row, 2, STYLE_NORMAL, notes[i]);
    }
}
