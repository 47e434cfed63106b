// SPDX-License-Identifier: MIT
/*
 * The home screen: what there is to look at, by headings.
 */
#include "screen/glyphs.h"
#include "screen/keys.h"
#include "screen/pages.h"

#include <stdio.h>
#include <string.h>

enum { NAME_LEAST = 12, NAME_MOST = 24, SPACIOUS = 16 };

/* How the list is drawn: its rows, as if there were no end of the screen. */
struct list {
    int name;   /* columns of the names */
    bool blank; /* a blank row stands above a heading */
    int rows;
    int selected; /* the row of the selected item */
};

static bool has_name(const struct home_item *item)
{
    return item->name != NULL && *item->name != '\0';
}

/* Draws the list, moved up by `skip` rows, or only measures it where area is NULL. */
static void walk(const struct home_view *home, const struct area *area, int skip,
                 struct list *list)
{
    int row = -skip;

    for (size_t i = 0; i < home->count; i++) {
        const struct home_item *item = &home->items[i];
        bool selected = i == home->selected;
        if (item->heading != NULL) {
            row += list->blank && i > 0;
            if (area != NULL && row >= 0 && row < area->rows) {
                put_rule(area, row, item->heading, "");
            }
            row++;
        }
        if (selected) {
            list->selected = row + skip;
        }
        if (area != NULL) {
            int style = selected ? STYLE_STRONG : STYLE_NORMAL;
            put(area, row, 0, style, selected ? glyph(GLYPH_HERE) : " ");
            if (has_name(item)) {
                put_width(area, row, 3, list->name, style, item->name);
            }
            put(area, row, has_name(item) ? 3 + list->name + 2 : 3, style,
                item->summary != NULL ? item->summary : "");
            if (selected) {
                mark_row(area, row);
            }
        }
        row++;
    }
    list->rows = row + skip;
}

static void draw_list(const struct home_view *home, const struct area *area)
{
    struct list list = {.name = NAME_LEAST};

    for (size_t i = 0; i < home->count; i++) {
        int columns = has_name(&home->items[i]) ? text_columns(home->items[i].name) : 0;
        list.name = columns > list.name ? columns : list.name;
    }
    list.name = list.name < NAME_MOST ? list.name : NAME_MOST;
    list.blank = true;
    walk(home, NULL, 0, &list);
    if (list.rows > area->rows) {
        list.blank = false;
        walk(home, NULL, 0, &list);
    }
    /* the selected one in view, with its heading if it is the first below one */
    int skip = list.selected >= area->rows ? list.selected - area->rows + 1 : 0;
    walk(home, area, skip, &list);
}

void draw_home(const struct home_view *home, const struct area *area)
{
    char bar[TEXT_SIZE];
    bool message = home->message != NULL && *home->message != '\0';
    int hint = home->hint != NULL && area->rows >= SPACIOUS
                   ? text_rows(home->hint, area->cols - 1)
                   : 0;
    int first = area->rows >= SPACIOUS ? 2 : 1;
    int below = hint + (hint > 0 ? 1 : 0) + 1 + message;
    struct area body = {area->top + first, area->left, area->rows - first - below,
                        area->cols};
    int row = area->rows - 1 - message - hint;

    int col = put(area, 0, 1, STYLE_STRONG, "forklab");
    const char *claim = "see processes work together, go wrong, and be put right";
    if (col + 2 + text_columns(claim) < area->cols) {
        put_before(area, 0, area->cols - 1, STYLE_NORMAL, claim);
    }
    draw_list(home, &body);
    if (hint > 0) {
        put_text(area, row, 1, STYLE_NORMAL, home->hint);
        row += hint;
    }
    if (message) {
        put(area, row, 1, STYLE_STRONG, home->message);
    }
    keys_bar(NULL, area->cols, bar, sizeof(bar));
    put(area, area->rows - 1, 0, STYLE_NORMAL, bar);
}
