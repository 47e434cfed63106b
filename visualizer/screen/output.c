// SPDX-License-Identifier: MIT
/*
 * What the program itself printed: its last lines. Whatever it prints to move the cursor or
 * to change colours is shown as a sign, and a line that it overwrites is shown as it is now.
 */
#include "screen/layout.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum { LINE_MOST = 4 * 1024, LINES_MOST = 500, TAB = 8 };

/* One line as it is on a terminal: behind the last carriage return, tabs widened. */
static void clean_line(const char *line, size_t length, char *text, size_t size)
{
    size_t start = 0;
    size_t used = 0;

    while (length > 0 && line[length - 1] == '\r') {
        length--;
    }
    for (size_t i = 0; i < length; i++) {
        start = line[i] == '\r' ? i + 1 : start;
    }
    for (size_t i = start; i < length && used + TAB < size; i++) {
        unsigned char byte = (unsigned char)line[i];
        if (byte == '\t') {
            do {
                text[used++] = ' ';
            } while (used % TAB != 0);
        } else if (byte < ' ' || byte == 0x7f) {
            text[used++] = '^'; /* as terminals echo them: escape is ^[ */
            text[used++] = (char)(byte ^ 0x40);
        } else {
            text[used++] = (char)byte;
        }
    }
    text[used] = '\0';
}

/* Where the line that ends at `end` begins. */
static size_t line_start(const char *output, size_t end)
{
    size_t start = end;

    while (start > 0 && output[start - 1] != '\n' && end - start < LINE_MOST) {
        start--;
    }
    return start;
}

static void put_line(const struct area *area, int row, const char *line, size_t length)
{
    char text[TEXT_SIZE];

    clean_line(line, length, text, sizeof(text));
    put(area, row, 1, STYLE_NORMAL, text);
}

/* Draws what there is, without the newest `left_out` lines; the last of them in the last
   row, or below the others. Returns how many lines there were to draw, up to `most`. */
static int draw_lines(const struct view *view, const struct area *area, int left_out,
                      int most)
{
    const struct model *model = view->model;
    size_t end = model->output_length;
    size_t starts[LINES_MOST];
    size_t ends[LINES_MOST];
    int seen = 0;
    int count = 0;

    end -= end > 0 && model->output[end - 1] == '\n';
    while (seen < most) {
        size_t start = line_start(model->output, end);
        if (seen++ >= left_out && count < area->rows && count < LINES_MOST) {
            starts[count] = start;
            ends[count++] = end;
        }
        if (start == 0) {
            break;
        }
        /* a line too long to look at is cut at its beginning */
        end = start - (model->output[start - 1] == '\n');
    }
    for (int i = 0; i < count; i++) {
        put_line(area, i, model->output + starts[count - 1 - i],
                 ends[count - 1 - i] - starts[count - 1 - i]);
    }
    return seen;
}

static void draw(const struct view *view, const struct area *area)
{
    if (view->model->output_length == 0) {
        put(area, 0, 1, STYLE_NORMAL, "It has printed nothing yet.");
    } else {
        draw_lines(view, area, 0, area->rows);
    }
}

/* All of it. */
static int full(const struct view *view, const struct area *area)
{
    struct area nowhere = {area->top, area->left, 0, area->cols};

    if (view->model->output_length == 0) {
        draw(view, area);
        return 0;
    }
    int total = draw_lines(view, &nowhere, 0, ROWS_MANY);
    int scrolled = layout_scroll(view->scroll, total, area->rows);
    draw_lines(view, area, scrolled, scrolled + area->rows);
    return scrolled;
}

static struct panel_rows rows(const struct view *view, int cols)
{
    (void)view;
    (void)cols;
    return (struct panel_rows){1, 2, ROWS_OUTPUT};
}

static const char *name(const struct view *view)
{
    (void)view;
    return "printed";
}

const struct panel panel_output = {name, NULL, rows, draw, 5, true, full};
