// SPDX-License-Identifier: MIT
/*
 * What a program would be in Python: in the comment at the head of its source, the lines
 * from "Python:" to the end of the comment.
 */
#include "session/debuginfo.h"

#include <string.h>

enum { LOOK_MOST = 60 }; /* lines in which the comment is looked for */

static const char title[] = " * Python:";

static bool begins(const char *line)
{
    return strncmp(line, title, strlen(title)) == 0;
}

int source_python(const struct source *source, int *first)
{
    int count = 0;
    *first = 1;
    while (*first <= LOOK_MOST && !begins(source_line(source, *first))) {
        (*first)++;
    }
    while (*first <= LOOK_MOST && *first + count <= source_lines(source) &&
           strstr(source_line(source, *first + count), "*/") == NULL) {
        count++;
    }
    return count;
}

const char *source_python_line(const struct source *source, int first, int index)
{
    const char *head = source_line(source, first);
    const char *line = source_line(source, first + index);
    size_t left = strlen(title);
    left += begins(head) ? strspn(head + left, " ") : 0;
    return line + (strlen(line) < left ? strlen(line) : left);
}
