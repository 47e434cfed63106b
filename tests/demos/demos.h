// SPDX-License-Identifier: MIT
// Demos and the lab as a person runs them: what they print, line by line, and the numbers
// in it.
#pragma once

#include "limit.h"
#include "paths.h"
#include "run.h"
#include "session/debuginfo.h"
#include "suite.h"

#include <check.h>
#include <ctype.h>
#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { WORDS_MAX = 24, COMMAND_SIZE = 512, LINES_MAX = 600, NAMES_MAX = 32 };

// Runs "demos/lock_race --increments 5": the first word is a thing that was built.
static inline struct run_result run_how(const char *command, const struct run_options *how)
{
    char text[COMMAND_SIZE];
    char program[COMMAND_SIZE];
    const char *argv[WORDS_MAX + 1] = {NULL};
    char *rest = text;
    int count = 0;

    ck_assert_uint_lt(strlen(command), sizeof text);
    snprintf(text, sizeof text, "%s", command);
    for (char *word; (word = strtok_r(rest, " ", &rest)) != NULL;) {
        ck_assert_int_lt(count, WORDS_MAX);
        argv[count++] = word;
    }
    snprintf(program, sizeof program, "%s", built(argv[0]));
    argv[0] = program;
    return run_program(argv, how);
}

static inline struct run_result run(const char *command)
{
    return run_how(command, NULL);
}

// What the lab ended early leaves orphans that have ended. They are this process's to take,
// as elsewhere init's; one that lives on is left for the leak fixture to name.
static inline void take_orphans(void)
{
    int64_t deadline = limit_after(5000);
    for (;;) {
        pid_t pid = waitpid(-1, NULL, WNOHANG);
        if (pid < 0 || (pid == 0 && limit_left(deadline) == 0)) {
            return;
        }
        if (pid == 0) {
            limit_nap();
        }
    }
}

// --- what was printed -----------------------------------------------------------------

// A text cut into lines, without their newlines.
struct lines {
    char *text;
    char *line[LINES_MAX];
    size_t count;
};

static inline struct lines lines_of(const char *text)
{
    struct lines lines = {.text = strdup(text)};

    ck_assert_ptr_nonnull(lines.text);
    for (char *at = lines.text; *at != '\0'; lines.count++) {
        char *end = at + strcspn(at, "\n");
        ck_assert_uint_lt(lines.count, LINES_MAX);
        lines.line[lines.count] = at;
        at = *end == '\0' ? end : end + 1;
        *end = '\0';
    }
    return lines;
}

static inline void lines_free(struct lines *lines)
{
    free(lines->text);
}

static inline size_t count_text(const char *text, const char *what)
{
    size_t count = 0;
    for (; (text = strstr(text, what)) != NULL; text += strlen(what)) {
        count++;
    }
    return count;
}

static inline bool ends_with(const char *text, const char *end)
{
    size_t length = strlen(text);
    return length >= strlen(end) && strcmp(text + length - strlen(end), end) == 0;
}

// "counter 8, expected 10, lost 2"
struct result {
    char what[32];
    long actual, expected;
    char problem[32];
    long problems;
};

static inline bool result_read(const char *line, struct result *result)
{
    int end = 0;
    int more = 0;
    long others = 0;
    if (sscanf(line, "%31s %ld, expected %ld, %31s %ld%n", result->what, &result->actual,
               &result->expected, result->problem, &result->problems, &end) != 5) {
        return false;
    }
    // The queue counts two of them: "lost 0, doubled 0".
    if (sscanf(line + end, ", %*31s %ld%n", &others, &more) == 1) {
        result->problems += others;
        end += more;
    }
    return line[end] == '\0';
}

// The last line of what a demo printed, which has that shape; its exit status says the
// same.
static inline struct result result_of(struct run_result *run)
{
    struct result result;
    if (!result_read(run_last_line(run), &result)) {
        ck_abort_msg("the last line has not the shape of all: %s", run_describe(run));
    }
    bool right = result.problems == 0 && result.actual == result.expected;
    run_assert_exit(run, right ? 0 : 1);
    return result;
}

// Writes a P in the place of each number of a process, so that two runs can be compared:
// "(4711)", "born: process 4711", "child of 4711".
static inline void hide_pids(char *text)
{
    static const char *const before[] = {"(", "born: process ", "child of "};
    char *to = text;

    for (char *from = text; *from != '\0';) {
        size_t skip = 0;
        for (size_t i = 0; skip == 0 && i < sizeof before / sizeof *before; i++) {
            size_t length = strlen(before[i]);
            size_t digits = strncmp(from, before[i], length) == 0
                                ? strspn(from + length, "0123456789")
                                : 0;
            bool closed = before[i][0] != '(' || from[length + digits] == ')';
            if (digits > 0 && closed) {
                memmove(to, from, length);
                to += length;
                *to++ = 'P';
                skip = length + digits;
            }
        }
        if (skip == 0) {
            *to++ = *from++;
        }
        from += skip;
    }
    *to = '\0';
}

// Takes out the lines that end so.
static inline void drop_lines(char *text, const char *end)
{
    char *to = text;
    for (char *from = text; *from != '\0';) {
        size_t length = strcspn(from, "\n");
        bool drops = length >= strlen(end) &&
                     memcmp(from + length - strlen(end), end, strlen(end)) == 0;
        length += from[length] == '\n';
        if (!drops) {
            memmove(to, from, length);
            to += length;
        }
        from += length;
    }
    *to = '\0';
}

// --- which demos there are ------------------------------------------------------------

struct demo_names {
    char name[NAMES_MAX][64];
    size_t count;
};

static inline int demo_names_compare(const void *a, const void *b)
{
    return strcmp(a, b);
}

// The names of all that is built in build/demos.
static inline struct demo_names demo_names(void)
{
    struct demo_names names = {.count = 0};
    DIR *folder = opendir(built("demos"));

    ck_assert_ptr_nonnull(folder);
    for (struct dirent *file; (file = readdir(folder)) != NULL;) {
        if (file->d_name[0] != '.') {
            ck_assert_uint_lt(names.count, NAMES_MAX);
            snprintf(names.name[names.count++], sizeof names.name[0], "%.63s",
                     file->d_name);
        }
    }
    closedir(folder);
    qsort(names.name, names.count, sizeof names.name[0], demo_names_compare);
    ck_assert_uint_ge(names.count, 3);
    return names;
}

static inline struct demo_entry demo_entry_of(const char *name)
{
    char path[COMMAND_SIZE];
    struct demo_entry entry;

    snprintf(path, sizeof path, "%s/%s", built("demos"), name);
    ck_assert_msg(demo_entry_read(path, &entry) == 0, "%s has no entry", path);
    return entry;
}

// The source of a demo; the caller frees it.
static inline char *demo_source(const char *name)
{
    char path[128];
    size_t size = 0;
    char *text = NULL;

    snprintf(path, sizeof path, "demos/%s.c", name);
    FILE *file = fopen(source(path), "r");
    ck_assert_msg(file != NULL, "%s cannot be read", path);
    ck_assert_int_gt(getdelim(&text, &size, '\0', file), 0);
    fclose(file);
    return text;
}
