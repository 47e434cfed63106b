// SPDX-License-Identifier: MIT
// A lesson's page, and the code blocks in it. What a block is for is said in an HTML comment
// right before it, which no reader sees:
//
//   ```c         <!-- from FILE -->           lines of that file, less or as far indented
//                <!-- try: NAME -->           what a learner writes; see test_lessons.c
//                nothing: a whole program, it compiles
//   ```python    nothing: runs                <!-- not run -->
//                <!-- output LINES -->        prints exactly these lines
//                <!-- lab output LINES -->    the same, and it runs the lab
//   ```sh        each line runs; what opens the screen is quit again
//                <!-- keys: 1 2 Down at "TEXT" -->  ... after these keys showed this text
//   ```console   $ COMMAND, and what it prints: exactly, but for process numbers
//                <!-- any order -->           of the lines
//                <!-- varies -->              it prints something
//                <!-- on a terminal -->       what follows a "? " is typed
//   ```text      a picture
//
// <!-- the Python blocks are one script --> stands alone and holds for the page.
#pragma once

#include "paths.h"
#include "scratch.h"

#include <check.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCKS_MAX = 120 };

struct block {
    char language[16];
    char *mark; // the comment before it, "" when there is none
    char *text; // without the indentation of the fence
    int line;
};

struct page {
    const char *name; // "lessons/README.md"
    char *text;
    struct block blocks[BLOCKS_MAX];
    int count;
    struct page *older;
};

static struct page *page_newest; // all that have been read

// A message begins with where the block is.
#define AT "%s:%d: "
#define WHERE(page, block) (page)->name, (block)->line

static inline char *page_trim(const char *text, size_t length)
{
    while (length > 0 && strchr(" \n", *text)) {
        text++;
        length--;
    }
    while (length > 0 && strchr(" \n", text[length - 1])) {
        length--;
    }
    return strndup(text, length);
}

// The block whose fence begins the line at `fence`. Returns what follows it.
static inline const char *page_block(struct page *page, const char *fence, size_t indent,
                                     const char *mark, int line)
{
    ck_assert_int_lt(page->count, BLOCKS_MAX);
    struct block *block = &page->blocks[page->count++];
    const char *from = fence + indent + 3;
    size_t length = strcspn(from, "\n");
    size_t used = 0;

    snprintf(block->language, sizeof block->language, "%.*s", (int)length, from);
    block->mark = strdup(mark);
    block->line = line;
    block->text = calloc(1, strlen(fence) + 1);
    for (from += length + 1; *from != '\0'; from += length + 1) {
        size_t spaces = strspn(from, " ");
        length = strcspn(from, "\n");
        if (strncmp(from + spaces, "```", 3) == 0) {
            return from + length + 1;
        }
        size_t skip = spaces < indent ? spaces : indent;
        memcpy(block->text + used, from + skip, length - skip + 1);
        used += length - skip + 1;
    }
    ck_abort_msg(AT "this block has no end", WHERE(page, block));
    return NULL;
}

// Reads lessons/...; the page lives until the test ends.
static inline struct page *page_read(const char *name)
{
    struct page *page = calloc(1, sizeof *page);
    size_t size;
    char *bytes = (char *)scratch_read(source(name), &size);
    char *mark = NULL;
    int line = 0;

    ck_assert_ptr_nonnull(page);
    page->older = page_newest;
    page_newest = page;
    page->name = name;
    page->text = strndup(bytes, size);
    free(bytes);
    for (const char *at = page->text; *at != '\0';) {
        size_t indent = strspn(at, " ");
        const char *end = at + strcspn(at, "\n"); // of what is read here
        int first = ++line;
        char *next_mark = NULL;
        if (strncmp(at + indent, "<!--", 4) == 0) {
            const char *close = strstr(at, "-->");
            ck_assert_msg(close != NULL, "%s:%d: this comment has no end", name, line);
            next_mark = page_trim(at + indent + 4, (size_t)(close - at) - indent - 4);
            end = close + strcspn(close, "\n");
        } else if (strncmp(at + indent, "```", 3) == 0) {
            end = page_block(page, at, indent, mark == NULL ? "" : mark, first) - 1;
        }
        free(mark);
        mark = next_mark;
        for (; at < end; at++) {
            line += *at == '\n';
        }
        at = *end == '\0' ? end : end + 1;
    }
    free(mark);
    return page;
}

static inline bool block_is(const struct block *block, const char *language)
{
    return strcmp(block->language, language) == 0;
}

static inline bool block_says(const struct block *block, const char *mark)
{
    return strncmp(block->mark, mark, strlen(mark)) == 0;
}
