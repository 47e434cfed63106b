// SPDX-License-Identifier: MIT
/*
 * The home screen: what there is to look at, by headings. Wide screens have what the
 * selected item is about beside the list.
 */
#include "screen/glyphs.h"
#include "screen/keys.h"
#include "screen/pages.h"
#include "screen/reader.h"
#include "screen/text.h"

#include <stdio.h>
#include <string.h>

enum {
    NAME_LEAST = 12,
    NAME_MOST = 24,
    SPACIOUS = 16,
    TITLED = 4, /* from so many rows on there is a title */
    WIDE_COLS = 120,
    FIRST = 3,
    NAME_GAP = 2,
    ASIDE_GAP = 2,
    LIST_MOST = 76, /* columns of the list, where there is something beside it */
};

/* How the list is drawn: its rows, as if there were no end of the screen. */
struct list {
    bool blank; /* a blank row stands above a heading */
    int rows;
    int selected; /* the row of the selected item */
    int heading;  /* ... and of the heading above it */
};

static bool has(const char *text)
{
    return text != NULL && *text != '\0';
}

/* Columns for the names of the items from here to the next heading. */
static int name_columns(const struct home_view *home, size_t first)
{
    int most = NAME_LEAST;

    for (size_t i = first; i < home->count; i++) {
        if (i > first && home->items[i].heading != NULL) {
            break;
        }
        int columns = has(home->items[i].name) ? text_columns(home->items[i].name) : 0;
        most = columns > most ? columns : most;
    }
    return most < NAME_MOST ? most : NAME_MOST;
}

static void draw_item(const struct home_item *item, const struct area *area, int row,
                      int name, bool selected)
{
    int style = selected ? STYLE_STRONG : STYLE_NORMAL;
    int col = has(item->name) ? FIRST + name + NAME_GAP : FIRST;

    put(area, row, 0, style, selected ? glyph(GLYPH_HERE) : " ");
    if (has(item->name)) {
        put_width(area, row, FIRST, name, style, item->name);
    }
    col = put(area, row, col, style, item->summary != NULL ? item->summary : "");
    if (has(item->aside) &&
        col + ASIDE_GAP + text_columns(item->aside) + ASIDE_GAP <= area->cols) {
        put_before(area, row, area->cols - ASIDE_GAP, style, item->aside);
    }
    if (selected) {
        mark_row(area, row);
    }
}

/* Draws the list, moved up by `skip` rows, or only measures it where area is NULL. */
static void walk(const struct home_view *home, const struct area *area, int skip,
                 struct list *list)
{
    int row = -skip;
    int heading = 0;
    int name = NAME_LEAST;

    for (size_t i = 0; i < home->count; i++) {
        const struct home_item *item = &home->items[i];
        bool selected = i == home->selected;
        if (item->heading != NULL) {
            name = name_columns(home, i);
            row += list->blank && i > 0;
            heading = row;
            if (area != NULL && row >= 0 && row < area->rows) {
                put_rule(area, row, item->heading, "");
            }
            row++;
        }
        if (selected) {
            list->selected = row + skip;
            list->heading = heading + skip;
        }
        if (area != NULL && row >= 0 && row < area->rows) {
            draw_item(item, area, row, name, selected);
        }
        row++;
    }
    list->rows = row + skip;
}

/* Without blank rows where they would cost a row of the list. Returns the rows. */
static int measure(const struct home_view *home, int rows, struct list *list)
{
    *list = (struct list){.blank = true};
    walk(home, NULL, 0, list);
    if (list->rows > rows) {
        list->blank = false;
        walk(home, NULL, 0, list);
    }
    return list->rows;
}

/* Returns how many of its rows are left out above, and in `below` how many below. */
static int draw_list(const struct home_view *home, const struct area *area, int *below)
{
    struct list list;
    int skip = 0;

    if (measure(home, area->rows, &list) > area->rows) {
        /* the selected one in view, in the middle; its heading too, if that is possible */
        skip = list.selected - area->rows / 2;
        skip = skip > list.heading && list.selected - list.heading < area->rows
                   ? list.heading
                   : skip;
        skip = skip < list.rows - area->rows ? skip : list.rows - area->rows;
        skip = skip > 0 ? skip : 0;
    }
    walk(home, area, skip, &list);
    *below = list.rows - skip > area->rows ? list.rows - skip - area->rows : 0;
    return skip;
}

/* At the right of the bar: a list that goes on says so. */
static void draw_more(const struct area *area, int from, int above, int below)
{
    char text[48] = "";
    if (above > 0 && below > 0) {
        snprintf(text, sizeof text, "%d more above, %d below", above, below);
    } else if (above > 0 || below > 0) {
        snprintf(text, sizeof text, "%d more %s", above + below,
                 above > 0 ? "above" : "below");
    }
    if (from + 2 + text_columns(text) < area->cols) {
        put_before(area, area->rows - 1, area->cols - 1, STYLE_NORMAL, text);
    }
}

/* The left half of a wide screen, or somewhat more, so that no text is cut. */
static int list_columns(const struct home_view *home, int cols, int gap)
{
    int half = (cols - gap) / 2;
    int most = half > LIST_MOST ? half : LIST_MOST;
    int wish = half;

    for (size_t i = 0; i < home->count; i++) {
        const struct home_item *item = &home->items[i];
        int columns = FIRST + (has(item->name) ? NAME_LEAST + NAME_GAP : 0) +
                      text_columns(item->summary != NULL ? item->summary : "") + 1;
        wish = columns > wish ? columns : wish;
    }
    return wish < most ? wish : most;
}

/* The right half: what is selected is about this. */
static void draw_beside(const struct home_view *home, const struct area *area)
{
    struct area text = {area->top + 1, area->left, area->rows - 1, area->cols};

    put_rule(area, 0, home->beside_name, "");
    document_fit(home->beside, text.cols);
    draw_rows(home->beside, 0, -1, &text);
}

void draw_home(const struct home_view *home, const struct area *area)
{
    enum { HALVES_GAP = 2 };
    char bar[TEXT_SIZE];
    struct list list;
    bool wide = area->cols >= WIDE_COLS && home->beside != NULL;
    int cols = wide ? list_columns(home, area->cols, HALVES_GAP) : area->cols;
    int message = has(home->message);
    int title = area->rows >= TITLED;
    int hint = has(home->hint) && area->rows >= SPACIOUS
                   ? text_rows(home->hint, cols - 1) + 1
                   : 0;
    int rows = area->rows - title - message - 1;

    if (measure(home, rows - hint, &list) > rows - hint) {
        hint = 0; /* the list is worth more */
    }
    int air = title && list.rows + hint < rows; /* below the title */
    struct area body = {area->top + title + air, area->left, rows - hint - air, cols};

    if (title) {
        const char *claim = "see processes work together, go wrong, and be put right";
        int col = put(area, 0, 1, STYLE_STRONG, "forklab");
        if (col + 2 + text_columns(claim) < area->cols) {
            put_before(area, 0, area->cols - 1, STYLE_NORMAL, claim);
        }
    }
    int below;
    int above = draw_list(home, &body, &below);
    if (wide) {
        struct area right = body;
        right.left += cols + HALVES_GAP;
        right.cols = area->cols - cols - HALVES_GAP;
        right.rows = rows - air;
        draw_beside(home, &right);
    }
    if (hint > 0) {
        struct area foot = {area->top + area->rows - 1 - message - hint, area->left,
                            hint - 1, cols};
        put_text(&foot, 0, 1, STYLE_NORMAL, home->hint);
    }
    if (message) {
        put(area, area->rows - 2, 1, STYLE_STRONG, home->message);
    }
    keys_bar(NULL, area->cols, bar, sizeof bar);
    int end = put(area, area->rows - 1, 0, STYLE_NORMAL, bar);
    draw_more(area, end, above, below);
}
