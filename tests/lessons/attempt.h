// SPDX-License-Identifier: MIT
// What learners come to: a program of the repository with some of its lines changed, written
// into a tree of one's own.
#pragma once

#include "page.h"
#include "tree.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SEEDS = 12 };

struct change {
    const char *find, *replace; // replace NULL: the block of the page marked "try: "
};

// A program that a learner may come to.
struct attempt {
    const char *name; // demos/NAME.c in the tree
    const char *base; // the file it is made of
    struct change changes[4];
    bool right;
};

static inline char *replaced(const char *text, const char *find, const char *replace)
{
    const char *at = strstr(text, find);
    char *result;

    ck_assert_msg(at != NULL && strstr(at + 1, find) == NULL,
                  "not once in the program:\n%s", find);
    ck_assert_int_gt(
        asprintf(&result, "%.*s%s%s", (int)(at - text), text, replace, at + strlen(find)),
        0);
    return result;
}

static inline const char *to_try(const struct page *page)
{
    for (int i = 0; i < page->count; i++) {
        if (block_says(&page->blocks[i], "try: ")) {
            return page->blocks[i].text;
        }
    }
    ck_abort_msg("%s: nothing to try", page->name);
}

static inline void write_attempt(const struct attempt *attempt, const struct page *page)
{
    size_t size;
    unsigned char *bytes = scratch_read(source(attempt->base), &size);
    char *text = strndup((char *)bytes, size);

    for (const struct change *c = attempt->changes; c->find != NULL; c++) {
        char *next = replaced(text, c->find, c->replace ? c->replace : to_try(page));
        free(text);
        text = next;
    }
    char path[256];
    snprintf(path, sizeof path, "%s/demos/%s.c", tree, attempt->name);
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    fputs(text, file);
    ck_assert_int_eq(fclose(file), 0);
    free(text);
    free(bytes);
}

// How many of the orders of these seeds come out wrong, on the lab, at the watching size.
static inline int wrong_orders(const struct attempt *attempt)
{
    char command[512];
    snprintf(command, sizeof command,
             "for s in $(seq %d); do build/lab run %s --plain --seed $s >out 2>&1; "
             "case $? in 0) ;; 1) echo wrong ;; *) cat out; exit 9 ;; esac; done",
             SEEDS, attempt->name);
    struct run_result result = tree_run(command);
    run_assert_exit(&result, 0);
    int wrong = 0;
    for (const char *at = result.out; (at = strstr(at, "wrong")) != NULL; at++) {
        wrong++;
    }
    run_free(&result);
    return wrong;
}
