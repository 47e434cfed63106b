// SPDX-License-Identifier: MIT
/*
 * What the program itself printed: its last lines. Whatever it prints to move the cursor or
 * to change colours is shown as a sign, and a line that it overwrites is shown as it is now.
 */
#include "screen/layout.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum { LINE_MOST = 4 * 1024, TAB = 8 };

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

static void draw(const struct view *view, const struct area *area)
{
    const struct model *model = view->model;
    size_t end = model->output_length;
    size_t starts[ROWS_OUTPUT];
    size_t ends[ROWS_OUTPUT];
    int count = 0;

    if (end == 0) {
        put(area, 0, 1, STYLE_NORMAL, "It has printed nothing yet.");
        return;
    }
    if (model->output[end - 1] == '\n') {
        end--;
    }
    for (; count < area->rows && count < ROWS_OUTPUT; count++) {
        starts[count] = line_start(model->output, end);
        ends[count] = end;
        if (starts[count] == 0) {
            count++;
            break;
        }
        /* a line too long to look at is cut at its beginning */
        end = starts[count] - (model->output[starts[count] - 1] == '\n');
    }
    for (int i = 0; i < count; i++) {
        char text[TEXT_SIZE];
        clean_line(model->output + starts[count - 1 - i],
                   ends[count - 1 - i] - starts[count - 1 - i], text, sizeof(text));
        put(area, i, 1, STYLE_NORMAL, text);
    }
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

const struct panel panel_output = {name, NULL, rows, draw, 5, true};
