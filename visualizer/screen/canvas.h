// SPDX-License-Identifier: MIT
/*
 * Drawing in a rectangle of the screen: text that never leaves it, rules, columns.
 *
 * All text goes through put(): what a program, a file or the kernel calls itself is
 * cleaned there, so that nothing but the lab moves the cursor. Rows and columns count from
 * 0 inside the area. What lies outside is cut off, never wrapped.
 */
#ifndef SCREEN_CANVAS_H
#define SCREEN_CANVAS_H

#include <stdbool.h>
#include <stddef.h>

struct area {
    int top, left, rows, cols;
};

/* How a text stands out, by what it means. Add STYLE_REVERSE for what is marked. */
enum style {
    STYLE_NORMAL,
    STYLE_STRONG,  /* titles, names of panels, what asks for attention */
    STYLE_ALERT,   /* lost, WRONG */
    STYLE_PROCESS, /* STYLE_PROCESS + slot: the colour of that process */
    STYLE_REVERSE = 1 << 16,
};

/* A message, a name, a cell: enough for the widest row that is looked at. */
enum { TEXT_SIZE = 256 };

/* After the terminal is set up: which colours there are. */
void canvas_colours(void);

/* Writes text from (row, col); returns the column behind it. */
int put(const struct area *area, int row, int col, int style, const char *text);

/* The same, at most `width` columns of it. */
int put_width(const struct area *area, int row, int col, int width, int style,
              const char *text);

/* The same for a text that ends before column `end`. Returns the column it begins at. */
int put_before(const struct area *area, int row, int end, int style, const char *text);

/* Writes text in as many rows as it needs, wrapped between words, all from `col`. Returns
   the rows. */
int put_text(const struct area *area, int row, int col, int style, const char *text);

/* The rows that put_text() would use. */
int text_rows(const char *text, int cols);

/* The same sign, `count` times. */
void put_many(const struct area *area, int row, int col, int count, int style,
              const char *sign);

/* Reverses, or not, what already stands in a row. */
void mark_row(const struct area *area, int row);

/* A horizontal rule with a panel's name at the left and its legend at the right. */
void put_rule(const struct area *area, int row, const char *name, const char *legend);

/* A column of a table. */
struct column {
    const char *title;
    int id;    /* what the panel that draws it calls it */
    int width; /* good */
    int least; /* it may shrink to this; 0: it may not */
    int most;  /* it may grow to this; 0: it may not */
    int gap;   /* blank columns before it */
    int rank;  /* columns with the highest go first when there is no room; 0 never goes */
    bool right;
    int at; /* set by columns_fit(): where it begins; -1: it is left out */
};

/* From this rank on a column is an extra: it goes before the others shrink. */
enum { RANK_EXTRA = 8 };

/* Places columns in `cols` columns: leaves out, shrinks, or widens from the left. */
void columns_fit(struct column *columns, size_t count, int cols);

/* The titles of the columns that are not left out. */
void put_titles(const struct area *area, int row, const struct column *columns,
                size_t count);

/* One cell of a table. */
void put_cell(const struct area *area, int row, const struct column *column, int style,
              const char *text);

#endif
