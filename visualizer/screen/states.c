// SPDX-License-Identifier: MIT
/*
 * The textbook's picture of the states of a process, with the digits of the processes in
 * it. For programs whose steps are lives.
 */
#include "screen/glyphs.h"
#include "screen/layout.h"
#include "screen/people.h"
#include "screen/text.h"

#include <stdio.h>

enum { ROWS = 4, COLS = 68 };

/* Where the name of each state begins, where its digits do, and the room for them. */
static const struct {
    int row, col, digits_row, digits_col, room;
} spots[STATES] = {
    [STATE_NOT_BORN] = {0, 6, 1, 6, 13},  [STATE_READY] = {0, 21, 1, 21, 12},
    [STATE_RUNNING] = {0, 34, 1, 34, 12}, [STATE_BLOCKED] = {3, 27, 2, 25, 11},
    [STATE_ZOMBIE] = {0, 48, 1, 48, 12},  [STATE_GONE] = {0, 61, 1, 61, 18},
};

static unsigned count_in(const struct view *view, const struct people *people,
                         enum textbook_state state, char *text, size_t size)
{
    unsigned count = 0;
    size_t used = 0;

    *text = '\0';
    for (size_t i = 0; i < people->count; i++) {
        unsigned slot = people->slots[i];
        enum textbook_state now = people_is_gone(view->model, slot)
                                      ? STATE_GONE
                                      : model_state(view->model, slot);
        if (now == state) {
            count++;
            used += used < size ? (size_t)snprintf(text + used, size - used, "%s%u",
                                                   used > 0 ? " " : "", slot)
                                : 0;
        }
    }
    return count;
}

/* An arrow of so many columns, with heads where they are wanted. */
static void arrow(const struct area *area, int row, int col, int cols, bool back)
{
    put_many(area, row, col, cols, STYLE_NORMAL, glyph(GLYPH_RULE));
    put(area, row, col + cols - 1, STYLE_NORMAL, glyph(GLYPH_HERE));
    if (back) {
        put(area, row, col, STYLE_NORMAL, glyph(GLYPH_AT));
    }
}

static void draw_digits(const struct view *view, const struct area *area,
                        const struct people *people, enum textbook_state state)
{
    char text[TEXT_SIZE];
    unsigned count = count_in(view, people, state, text, sizeof(text));
    int col = spots[state].digits_col;

    if (text_columns(text) > spots[state].room) {
        snprintf(text, sizeof(text), "%u of them", count);
        put_width(area, spots[state].digits_row, col, spots[state].room, STYLE_STRONG,
                  text);
        return;
    }
    for (size_t i = 0; i < people->count; i++) {
        unsigned slot = people->slots[i];
        bool gone = people_is_gone(view->model, slot);
        if ((gone ? STATE_GONE : model_state(view->model, slot)) == state) {
            snprintf(text, sizeof(text), "%u", slot);
            col =
                put(area, spots[state].digits_row, col, STYLE_PROCESS + (int)slot, text) +
                1;
        }
    }
}

static void draw(const struct view *view, const struct area *area)
{
    static const char *const words[STATES] = {"not born", "ready",  "running",
                                              "blocked",  "zombie", "gone"};
    struct people people;
    char text[TEXT_SIZE];
    bool zombies;

    people_all(view, &people);
    zombies = count_in(view, &people, STATE_ZOMBIE, text, sizeof(text)) > 0;
    for (int state = 0; state < STATES; state++) {
        bool zombie = state == STATE_ZOMBIE;
        put(area, spots[state].row, spots[state].col, STYLE_NORMAL,
            zombie && zombies ? "ZOMBIE" : words[state]);
        draw_digits(view, area, &people, (enum textbook_state)state);
    }
    arrow(area, 0, 15, 5, false);
    arrow(area, 0, 27, 6, true);
    arrow(area, 0, 42, 5, false);
    arrow(area, 0, 55, 5, false);
    put(area, 2, 23, STYLE_NORMAL, glyph(GLYPH_RISE));
    put(area, 2, 37, STYLE_NORMAL, glyph(GLYPH_DOWN_LINE));
    put(area, 3, 23, STYLE_NORMAL, glyph(GLYPH_CORNER_LAST));
    put_many(area, 3, 24, 2, STYLE_NORMAL, glyph(GLYPH_RULE));
    put(area, 3, 35, STYLE_NORMAL, glyph(GLYPH_AT));
    put(area, 3, 36, STYLE_NORMAL, glyph(GLYPH_RULE));
    put(area, 3, 37, STYLE_NORMAL, glyph(GLYPH_CORNER_END));
    if (zombies) {
        put(area, 2, 45, STYLE_NORMAL, "\"I have ended.");
        put(area, 3, 46, STYLE_NORMAL, "Ask me how.\"");
    }
}

static struct panel_rows rows(const struct view *view, int cols)
{
    (void)view;
    return cols < COLS ? (struct panel_rows){0, 0, 0}
                       : (struct panel_rows){ROWS, ROWS, ROWS};
}

static const char *name(const struct view *view)
{
    (void)view;
    return "where each one is";
}

const struct panel panel_states = {name, NULL, rows, draw, 3, false, NULL};
