// SPDX-License-Identifier: MIT
/*
 * All keys, from the one table, and what the signs on the screen mean.
 */
#include "screen/glyphs.h"
#include "screen/keys.h"
#include "screen/pages.h"

#include <string.h>

enum { NAME_COLS = 8, KEYS_MOST = 64, TWO_COLUMNS = 80 };

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

/* The key of another row may work where this one does not: Enter. */
static bool works_now(const struct key *wanted, const struct view *view)
{
    const struct key *key;
    char name[TEXT_SIZE];
    char other[TEXT_SIZE];

    keys_name(wanted, name, sizeof(name));
    for (size_t i = 0; (key = keys_row(i)) != NULL; i++) {
        keys_name(key, other, sizeof(other));
        if (strcmp(name, other) == 0 && keys_work(key, view)) {
            return true;
        }
    }
    return false;
}

/* In two columns where there is room. Returns the rows used. */
static int draw_keys(const struct view *view, const struct area *area, int row)
{
    const struct key *key;
    const struct key *list[KEYS_MOST];
    char name[TEXT_SIZE];
    int count = 0;

    for (size_t i = 0; (key = keys_row(i)) != NULL; i++) {
        if (keys_help(key) != NULL && count < KEYS_MOST) {
            list[count++] = key;
        }
    }
    int columns = area->cols >= TWO_COLUMNS ? 2 : 1;
    int rows = (count + columns - 1) / columns;
    for (int i = 0; i < count; i++) {
        struct area column = *area;
        column.cols /= columns;
        column.left += i / rows * column.cols;
        bool works = view == NULL || works_now(list[i], view);
        keys_name(list[i], name, sizeof(name));
        put(&column, row + i % rows, 1, STYLE_NORMAL, works ? " " : "-");
        put(&column, row + i % rows, 2, STYLE_STRONG, name);
        put(&column, row + i % rows, NAME_COLS, STYLE_NORMAL, keys_help(list[i]));
    }
    return row + rows;
}

void draw_help(const struct view *view, const struct area *area)
{
    int row = 0;

    if (area->rows > (int)SIGNS + NOTES) {
        put(area, row, 1, STYLE_STRONG, "keys");
        put_before(area, row++, area->cols - 1, STYLE_NORMAL,
                   view == NULL ? "any key closes this"
                                : "- does nothing now   any key closes this");
    }
    row = draw_keys(view, area, row);
    put_rule(area, row++, "signs", "");
    for (size_t i = 0; i < SIGNS; i++, row++) {
        put(area, row, 2, STYLE_STRONG, glyph(signs[i].sign));
        put(area, row, NAME_COLS + 2, STYLE_NORMAL, signs[i].meaning);
    }
    put(area, row, 2, STYLE_STRONG, "?");
    int col = put(area, row, NAME_COLS + 2, STYLE_NORMAL, "could go next") + NAME_COLS;
    put(area, row, col, STYLE_STRONG, ">");
    put(area, row++, col + 3, STYLE_NORMAL, "the selected process");
    for (size_t i = 0; i < NOTES; i++, row++) {
        put(area, row, 2, STYLE_NORMAL, notes[i]);
    }
}
