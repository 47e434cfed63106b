// SPDX-License-Identifier: MIT
/*
 * The only file that puts characters into curses.
 */
#include "screen/canvas.h"

#include "screen/glyphs.h"
#include "screen/text.h"

#include <curses.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

enum {
    PAIR_ALERT = 1,
    PAIR_PROCESS, /* the first of PROCESS_COLOURS */
    PROCESS_COLOURS = 6,
    COLOURS_MANY = 256,
};

static bool coloured;

/* Colours that can be read on a light and on a dark ground, and told apart by most eyes:
   blue, orange, green, purple, turquoise, red. */
void canvas_colours(void)
{
    static const short many[PROCESS_COLOURS] = {33, 208, 35, 170, 37, 167};
    static const short few[PROCESS_COLOURS] = {COLOR_BLUE,    COLOR_YELLOW, COLOR_GREEN,
                                               COLOR_MAGENTA, COLOR_CYAN,   COLOR_RED};
    const char *unwanted = getenv("NO_COLOR");

    coloured = (unwanted == NULL || *unwanted == '\0') && has_colors() &&
               start_color() == OK && use_default_colors() == OK;
    if (!coloured) {
        return;
    }
    init_pair(PAIR_ALERT, COLOR_RED, -1);
    for (short i = 0; i < PROCESS_COLOURS; i++) {
        init_pair((short)(PAIR_PROCESS + i), COLORS >= COLOURS_MANY ? many[i] : few[i],
                  -1);
    }
}

static attr_t attributes(int style)
{
    attr_t attr = style & STYLE_REVERSE ? A_REVERSE : A_NORMAL;
    int plain = style & ~STYLE_REVERSE;

    if (plain == STYLE_STRONG || plain == STYLE_ALERT) {
        attr |= A_BOLD;
    }
    if (coloured && plain == STYLE_ALERT) {
        attr |= (attr_t)COLOR_PAIR(PAIR_ALERT);
    }
    /* main, slot 0, has the terminal's own colour */
    if (plain > STYLE_PROCESS) {
        int colour = (plain - STYLE_PROCESS - 1) % PROCESS_COLOURS;
        attr |= coloured ? (attr_t)COLOR_PAIR(PAIR_PROCESS + colour) | A_BOLD : A_NORMAL;
    }
    return attr;
}

int put_width(const struct area *area, int row, int col, int width, int style,
              const char *text)
{
    wchar_t line[TEXT_SIZE];
    int length = 0;
    int end = col;
    int columns;

    if (row < 0 || row >= area->rows || col < 0) {
        return col;
    }
    int limit = col + width < area->cols ? col + width : area->cols;
    for (size_t n;
         length < TEXT_SIZE && (n = text_character(text, &line[length], &columns)) > 0 &&
         end + columns <= limit;
         text += n) {
        end += columns;
        length++;
    }
    if (length > 0) {
        attrset((int)attributes(style));
        mvaddnwstr(area->top + row, area->left + col, line, length);
        attrset(A_NORMAL);
    }
    return end;
}

int put(const struct area *area, int row, int col, int style, const char *text)
{
    return put_width(area, row, col, area->cols, style, text);
}

int put_before(const struct area *area, int row, int end, int style, const char *text)
{
    int col = end - text_columns(text);

    put(area, row, col, style, text);
    return col;
}

int text_rows(const char *text, int cols)
{
    int rows = 0;

    for (const char *next = text; *next != '\0' || rows == 0; rows++) {
        text_wrap(next, cols, &next);
    }
    return rows;
}

int put_text(const struct area *area, int row, int col, int style, const char *text)
{
    int rows = 0;

    while (*text != '\0') {
        char line[TEXT_SIZE];
        const char *next;
        size_t bytes = text_wrap(text, area->cols - col, &next);

        snprintf(line, sizeof(line), "%.*s", (int)bytes, text);
        put(area, row + rows++, col, style, line);
        text = next;
    }
    return rows;
}

void put_many(const struct area *area, int row, int col, int count, int style,
              const char *sign)
{
    for (int i = 0; i < count; i++) {
        put(area, row, col + i, style, sign);
    }
}

void mark_row(const struct area *area, int row)
{
    if (row < 0 || row >= area->rows) {
        return;
    }
    for (int col = 0; col < area->cols; col++) {
        chtype cell = mvinch(area->top + row, area->left + col);
        mvchgat(area->top + row, area->left + col, 1, (cell & A_ATTRIBUTES) | A_REVERSE,
                (short)PAIR_NUMBER(cell), NULL);
    }
}

void put_rule(const struct area *area, int row, const char *name, const char *legend)
{
    enum { LEGEND_GAP = 5 }; /* a blank before it, a blank and three signs behind it */
    int free_cols = area->cols - text_columns(name) - 3;

    put_many(area, row, 0, area->cols, STYLE_NORMAL, glyph(GLYPH_RULE));
    put(area, row, 1, STYLE_NORMAL, " ");
    int col = put(area, row, 2, STYLE_STRONG, name);
    put(area, row, col, STYLE_NORMAL, " ");
    if (*legend != '\0' && text_columns(legend) + LEGEND_GAP <= free_cols) {
        int at = put_before(area, row, area->cols - LEGEND_GAP + 1, STYLE_NORMAL, legend);
        put(area, row, at - 1, STYLE_NORMAL, " ");
        put(area, row, area->cols - LEGEND_GAP + 1, STYLE_NORMAL, " ");
    }
}

static int columns_width(const struct column *columns, size_t count)
{
    int width = 0;

    for (size_t i = 0; i < count; i++) {
        width += columns[i].at >= 0 ? columns[i].gap + columns[i].width : 0;
    }
    return width;
}

/* The shown column that can best be spared; count when only one is left. */
static size_t column_to_spare(const struct column *columns, size_t count)
{
    size_t spare = count;

    for (size_t i = 0; i < count; i++) {
        if (columns[i].at >= 0 && columns[i].rank > 0 &&
            (spare == count || columns[i].rank > columns[spare].rank)) {
            spare = i;
        }
    }
    return spare;
}

/* Takes one from the column that has most to give. False: nobody has. */
static bool shrink(struct column *columns, size_t count)
{
    struct column *giver = NULL;
    int gift = 0;

    for (size_t i = 0; i < count; i++) {
        int most = columns[i].least > 0 ? columns[i].width - columns[i].least : 0;
        if (columns[i].at >= 0 && most > gift) {
            gift = most;
            giver = &columns[i];
        }
    }
    if (giver != NULL) {
        giver->width--;
    }
    return giver != NULL;
}

void columns_fit(struct column *columns, size_t count, int cols)
{
    int width;
    int at = 0;

    for (size_t i = 0; i < count; i++) {
        columns[i].at = 0;
    }
    while ((width = columns_width(columns, count)) > cols) {
        size_t spare = column_to_spare(columns, count);
        bool extra = spare < count && columns[spare].rank >= RANK_EXTRA;
        if (!extra && shrink(columns, count)) {
            continue;
        }
        if (spare == count) {
            break;
        }
        columns[spare].at = -1;
    }
    for (size_t i = 0; i < count; i++) {
        if (columns[i].at < 0) {
            continue;
        }
        int more = columns[i].most - columns[i].width;
        if (more > 0 && width < cols) {
            more = more < cols - width ? more : cols - width;
            columns[i].width += more;
            width += more;
        }
        columns[i].at = at + columns[i].gap;
        at = columns[i].at + columns[i].width;
    }
}

void put_cell(const struct area *area, int row, const struct column *column, int style,
              const char *text)
{
    if (column->at < 0) {
        return;
    }
    int columns = text_columns(text);
    int indent = column->right && columns < column->width ? column->width - columns : 0;
    put_width(area, row, column->at + indent, column->width - indent, style, text);
}

void put_titles(const struct area *area, int row, const struct column *columns,
                size_t count)
{
    for (size_t i = 0; i < count; i++) {
        put_cell(area, row, &columns[i], STYLE_NORMAL, columns[i].title);
    }
}
