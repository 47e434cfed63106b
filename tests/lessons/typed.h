// SPDX-License-Identifier: MIT
// Typing what a page tells to type, in a tree of one's own, and comparing what comes with
// what the page shows.
#pragma once

#include "page.h"
#include "proc.h"
#include "terminal.h"
#include "tree.h"

#include <check.h>
#include <unistd.h>

enum { SOON_MS = 10000 };

// Numbers of processes are other ones each time.
static inline char *without_pids(const char *text)
{
    char *copy = calloc(1, strlen(text) + 1), *to = copy;

    while (*text != '\0') {
        static const char *const before[] = {"(", "process ", "child of "};
        *to = *text++;
        to++;
        for (size_t i = 0; i < sizeof before / sizeof *before; i++) {
            size_t length = strlen(before[i]), digits = strspn(text, "0123456789");
            if (digits > 0 && (size_t)(to - copy) >= length &&
                strncmp(to - length, before[i], length) == 0 &&
                (i > 0 || text[digits] == ')')) {
                *to++ = 'N';
                text += digits;
            }
        }
    }
    return copy;
}

static inline int compare_lines(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static inline void sort_lines(char *text)
{
    char *lines[200] = {NULL}, *copy = strdup(text), *rest = copy, *line;
    size_t count = 0;

    while ((line = strsep(&rest, "\n")) != NULL) {
        ck_assert_uint_lt(count, sizeof lines / sizeof *lines);
        if (*line != '\0') {
            lines[count++] = line;
        }
    }
    qsort(lines, count, sizeof *lines, compare_lines);
    *text = '\0';
    for (size_t i = 0; i < count; i++) {
        strcat(strcat(text, lines[i]), "\n");
    }
    free(copy);
}

static inline void must_be(const struct page *page, const struct block *block,
                           const char *got, const char *shown)
{
    char *a = without_pids(got), *b = without_pids(shown);

    if (block_says(block, "any order")) {
        sort_lines(a);
        sort_lines(b);
    }
    if (block_says(block, "varies")) {
        ck_assert_msg(*a != '\0', AT "it prints nothing", WHERE(page, block));
    } else {
        ck_assert_msg(strcmp(a, b) == 0, AT "the page shows\n%s\nbut what comes is\n%s",
                      WHERE(page, block), b, a);
    }
    free(a);
    free(b);
}

static inline void session(const struct page *page, const struct block *block)
{
    char *text = strdup(block->text);

    for (char *at = text; *at != '\0';) {
        ck_assert_msg(strncmp(at, "$ ", 2) == 0, AT "no $", WHERE(page, block));
        char *output = at + strcspn(at, "\n");
        *output++ = '\0';
        char *next = strncmp(output, "$ ", 2) == 0 ? output : strstr(output, "\n$ ");
        next = next == NULL ? output + strlen(output) : next + (next != output);
        char *shown = strndup(output, (size_t)(next - output));
        struct run_result result = tree_run(at + 2);
        ck_assert_msg(run_exit_code(&result) < 2, AT "%s", WHERE(page, block),
                      run_describe(&result));
        must_be(page, block, result.out, shown);
        run_free(&result);
        free(shown);
        at = next;
    }
    free(text);
}

static inline struct terminal *terminal_for(const char *command, int rows, int cols)
{
    const char *const argv[] = {"sh", "-c", command, NULL};
    return terminal_open(rows, cols, &(struct terminal_options){.cwd = tree}, argv);
}

// What a demo had started when the lab was left: killed with it, and ours to take note of.
static inline void close_all(struct terminal *t)
{
    pid_t orphans[64];

    ck_assert_uint_eq(terminal_close(t), 0);
    size_t count = proc_children(getpid(), orphans, sizeof orphans / sizeof *orphans);
    for (size_t i = 0; i < count; i++) {
        ck_assert_msg(proc_wait_gone(orphans[i], SOON_MS), "a process lives on");
    }
}

struct prompt {
    const char *text;
    int row; // further down than the last one
};

static inline bool is_asked(struct terminal *t, void *arg)
{
    struct prompt *prompt = arg;
    int row, col;

    terminal_cursor(t, &row, &col);
    return row > prompt->row && strcmp(terminal_row(t, row), prompt->text) == 0;
}

// The lines "who goes? 1" are what was asked and typed.
static inline void session_on_a_terminal(const struct page *page,
                                         const struct block *block)
{
    char *text = strdup(block->text);
    char *at = text + strcspn(text, "\n");
    struct prompt prompt = {.row = -1};
    *at++ = '\0';
    struct terminal *t = terminal_for(text + 2, 60, 100);

    for (const char *line = at; *line != '\0'; line += strcspn(line, "\n") + 1) {
        const char *typed = strstr(line, "? ");
        if (typed == NULL || typed > line + strcspn(line, "\n")) {
            continue;
        }
        char *asked = strndup(line, (size_t)(typed + 1 - line));
        char *answer = strndup(typed + 2, strcspn(typed + 2, "\n"));
        prompt.text = asked;
        ck_assert_msg(terminal_wait(t, is_asked, &prompt, SOON_MS),
                      AT "it does not ask %s\n%s", WHERE(page, block), asked,
                      terminal_dump(t));
        int col;
        terminal_cursor(t, &prompt.row, &col);
        terminal_type(t, answer);
        terminal_type(t, "\r");
        free(asked);
        free(answer);
    }
    ck_assert_msg(terminal_wait_exit(t, SOON_MS) != -1, AT "it does not end\n%s",
                  WHERE(page, block), terminal_dump(t));
    char *screen = terminal_text(t);
    char *got = page_trim(screen, strlen(screen)), *shown = page_trim(at, strlen(at));
    must_be(page, block, got, shown);
    free(got);
    free(shown);
    free(screen);
    free(text);
    close_all(t);
}

static inline bool has_more(struct terminal *t, void *arg)
{
    return terminal_bytes(t) > *(size_t *)arg;
}

static inline void type_key(struct terminal *t, const char *name)
{
    size_t before = terminal_bytes(t);

    if (strcmp(name, "Down") == 0) {
        terminal_key(t, TERMINAL_DOWN);
    } else if (strcmp(name, "Space") == 0) {
        terminal_type(t, " ");
    } else {
        terminal_type(t, name);
    }
    terminal_wait(t, has_more, &before, 2000);
    terminal_settle(t, 100);
}

// A command that opens the screen (or asks): the keys, the text, and q until it has ended.
static inline void screen(const struct page *page, const struct block *block,
                          const char *command)
{
    struct terminal *t = terminal_for(command, 24, 80);
    bool plain = strstr(command, "--plain") != NULL;

    if (block_says(block, "keys:")) {
        char *mark = strdup(block->mark + 5);
        char *text = strstr(mark, "at \"");
        ck_assert_msg(text != NULL, AT "keys, but no text", WHERE(page, block));
        *text = '\0';
        text += 4;
        *strrchr(text, '"') = '\0';
        if (strstr(command, "--step") != NULL) {
            ck_assert_msg(terminal_wait_text(t, "STOPPED", SOON_MS), AT "%s",
                          WHERE(page, block), terminal_dump(t));
            terminal_settle(t, 100);
        }
        char *rest = mark, *key;
        while ((key = strsep(&rest, " ")) != NULL) {
            if (*key != '\0') {
                type_key(t, key);
            }
        }
        ck_assert_msg(terminal_wait_text(t, text, SOON_MS), AT "no \"%s\"\n%s",
                      WHERE(page, block), text, terminal_dump(t));
        free(mark);
    } else {
        size_t nothing = 0;
        terminal_wait(t, has_more, &nothing, SOON_MS);
        terminal_pump(t, 200); // it may be drawing without end
    }
    for (int i = 0; i < 3 && terminal_wait_exit(t, i == 0 ? 0 : 2000) == -1; i++) {
        terminal_type(t, plain ? "q\r" : "q");
    }
    int status = terminal_wait_exit(t, SOON_MS);
    ck_assert_msg(status != -1 && WIFEXITED(status) && WEXITSTATUS(status) < 2, AT "%s",
                  WHERE(page, block), terminal_dump(t));
    close_all(t);
}

static inline bool opens_the_screen(const char *command)
{
    bool lab =
        strcmp(command, "build/lab") == 0 || strncmp(command, "build/lab run ", 14) == 0;
    return lab && strchr(command, '|') == NULL && strstr(command, "--times") == NULL;
}

static inline void commands(const struct page *page, const struct block *block)
{
    char *text = strdup(block->text), *rest = text, *line;

    while ((line = strsep(&rest, "\n")) != NULL) {
        if (opens_the_screen(line)) {
            screen(page, block, line);
            continue;
        }
        struct run_result result = tree_run(line);
        ck_assert_msg(run_exit_code(&result) < 2 && !run_out_has(&result, "not found"),
                      AT "%s\n%s", WHERE(page, block), line, run_describe(&result));
        run_free(&result);
    }
    free(text);
}
