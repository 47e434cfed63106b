// SPDX-License-Identifier: MIT
// Documents of the reader, made of a text, for the tests of the reader.
#pragma once

#include "scratch.h"

#include "screen/reader.h"

#include <check.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

__attribute__((unused)) static struct document *open_as(const char *text,
                                                        enum document_kind kind,
                                                        enum document_way way)
{
    struct scratch file = scratch_file(text, strlen(text));
    struct source *source = source_open(file.path);
    struct document *document = document_open(source, kind, way);

    ck_assert_ptr_nonnull(document);
    source_close(source);
    close(file.fd);
    return document;
}

__attribute__((unused)) static struct document *open_lesson(const char *text)
{
    return open_as(text, DOCUMENT_LESSON, FOR_SCREEN);
}

// All rows, each with its end of line.
__attribute__((unused)) static const char *rows_of(struct document *document, int cols)
{
    static char all[65536];
    size_t used = 0;

    document_fit(document, cols);
    all[0] = '\0';
    for (int i = 0; i < document->row_count; i++) {
        used += (size_t)snprintf(all + used, sizeof all - used, "%s\n",
                                 document->rows[i].text);
        ck_assert_uint_lt(used, sizeof all);
    }
    return all;
}

__attribute__((unused)) static int item_named(const struct document *document,
                                              const char *text)
{
    for (int i = 0; i < document->item_count; i++) {
        if (strcmp(document->items[i].text, text) == 0) {
            return i;
        }
    }
    ck_abort_msg("no item \"%s\"", text);
    return -1;
}

__attribute__((unused)) static const char folds[] =
    "before\n\n<details>\n<summary>Answer</summary>\n\ninside\n\n"
    "```sh\nmake\n```\n\n</details>\n<details>\n"
    "<summary>hint</summary>\n\ndeep\n\n</details>\n\nafter\n";
