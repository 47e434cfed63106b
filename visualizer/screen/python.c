// SPDX-License-Identifier: MIT
/*
 * The panel on Python: what the program would be there. It is taken from the comment at the
 * head of the source, the lines from "Python:" to the end of the comment.
 */
#include "screen/layout.h"
#include "screen/people.h"

#include <stdio.h>
#include <string.h>

enum {
    LOOK_MOST = 60, /* lines in which the comment is looked for */
    LEAST_MOST = 4, /* lines without which it is of no use */
};

static const char title[] = " * Python:";

/* The line at which it begins; 0: there is none. */
static int first_line(const struct view *view)
{
    for (int line = 1; line <= LOOK_MOST; line++) {
        if (strncmp(source_line(view->source, line), title, strlen(title)) == 0) {
            return line;
        }
    }
    return 0;
}

bool screen_has_python(const struct view *view)
{
    return first_line(view) > 0;
}

/* Columns before the code, on its first line and so on all. */
static size_t margin(const char *line)
{
    return strlen(title) + strspn(line + strlen(title), " ");
}

static int count_lines(const struct view *view, int first)
{
    int count = 0;

    while (first > 0 && first + count <= source_lines(view->source) &&
           strstr(source_line(view->source, first + count), "*/") == NULL) {
        count++;
    }
    return count;
}

static void draw(const struct view *view, const struct area *area)
{
    int first = first_line(view);
    int count = count_lines(view, first);
    size_t left = first > 0 ? margin(source_line(view->source, first)) : 0;

    if (count == 0) {
        put_text(area, 0, 1, STYLE_NORMAL,
                 "This source does not say what it would be in Python.");
    }
    for (int i = 0; i < count; i++) {
        const char *line = source_line(view->source, first + i);
        size_t skip = strlen(line) < left ? strlen(line) : left;
        put(area, i, 2, STYLE_NORMAL, line + skip);
    }
}

static struct panel_rows rows(const struct view *view, int cols)
{
    int count = count_lines(view, first_line(view));

    (void)cols;
    count = count > 0 ? count : 1;
    return (struct panel_rows){count < LEAST_MOST ? count : LEAST_MOST, count, count};
}

static const char *name(const struct view *view)
{
    (void)view;
    return "Python";
}

const struct panel panel_python = {name, NULL, rows, draw, 4, false, NULL};
