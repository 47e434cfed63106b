// SPDX-License-Identifier: MIT
/*
 * The panel on Python: what the program would be there, as the comment at the head of its
 * source says it.
 */
#include "screen/layout.h"
#include "screen/people.h"

#include <stdio.h>
#include <string.h>

enum { LEAST_MOST = 4 }; /* lines without which it is of no use */

bool screen_has_python(const struct view *view)
{
    int first;

    return source_python(view->source, &first) > 0;
}

static void draw(const struct view *view, const struct area *area)
{
    int first;
    int count = source_python(view->source, &first);

    if (count == 0) {
        put_text(area, 0, 1, STYLE_NORMAL,
                 "This source does not say what it would be in Python.");
    }
    for (int i = 0; i < count; i++) {
        put(area, i, 2, STYLE_NORMAL, source_python_line(view->source, first, i));
    }
}

static struct panel_rows rows(const struct view *view, int cols)
{
    int first;
    int count = source_python(view->source, &first);

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
