// SPDX-License-Identifier: MIT
// Two demos laid side by side: what may differ is taken out of their sources, and what is left
// is compared line by line.
#pragma once

#include "demos.h"

// Takes out all between two marks, both included. Fails when they are not there.
static void cut(char *text, const char *from, const char *to)
{
    char *begin = strstr(text, from);
    char *end = begin == NULL ? NULL : strstr(begin, to);
    ck_assert_msg(end != NULL, "there is no %s ... %s", from, to);
    end += strlen(to);
    memmove(begin, end, strlen(end) + 1);
}

static void replace_all(char *text, const char *old, const char *new)
{
    size_t length = strlen(new);
    ck_assert_uint_le(length, strlen(old));
    for (char *at = text; (at = strstr(at, old)) != NULL; at += length) {
        char *rest = at + strlen(old);
        memmove(at + length, rest, strlen(rest) + 1);
        for (size_t i = 0; i < length; i++) {
            at[i] = new[i];
        }
    }
}

// A demo's source without what differs between any two: its opening comment, its catalogue
// entry, its name, the mark at the line that is wrong (" /* RACE: ..."). The caller frees it.
static char *demo_normal(const char *name, const char *mark)
{
    char *text = demo_source(name);
    cut(text, "/*", "*/\n");
    cut(text, "DEMO(", ");\n");
    replace_all(text, name, "NAME");
    if (strstr(text, mark) != NULL) {
        cut(text, mark, "*/");
    }
    return text;
}

static const char *line_at(const struct lines *lines, size_t at)
{
    return at < lines->count ? lines->line[at] : "(the end of the file)";
}
