// SPDX-License-Identifier: MIT
// Running a program to its end, without a shell and without a terminal, and keeping what
// it wrote and how it ended. For a program on a terminal see terminal.h.
#pragma once

#include <check.h>
#include <stdbool.h>
#include <stddef.h>

struct run_options {
    const char *input;      // what it reads from stdin, through a pipe; NULL: /dev/null
    const char *const *env; // "K=V" sets, "K" unsets; NULL-terminated, or NULL
    const char *cwd;        // NULL: where the test is
    int timeout_ms;         // 0: RUN_LIMIT_MS; then SIGKILL to all of its session
    bool merge;             // stderr goes to the same pipe as stdout
};

enum { RUN_LIMIT_MS = 10000 };

struct run_result {
    int status;        // as from waitpid
    bool timed_out;    // it was killed at its limit
    char *out;         // stdout, ended with '\0'; never NULL
    char *err;         // stderr, the same; "" when merged
    size_t out_length; // for output that has zero bytes itself
    size_t err_length;
    char *last_line; // see run_last_line
};

// Runs argv[0] (looked up in PATH unless it has a slash) in an environment without TERM,
// see launch.h. `how` may be NULL. Fails the test when it cannot be started. What the
// program leaves running is left alone, for the leak fixture to name.
struct run_result run_program(const char *const argv[], const struct run_options *how);

void run_free(struct run_result *result);

// The exit status, or 128 and the signal for a program ended by one, as a shell says it.
int run_exit_code(const struct run_result *result);

// Whether stdout, or stderr, has the text in it.
bool run_out_has(const struct run_result *result, const char *text);
bool run_err_has(const struct run_result *result, const char *text);

// The last line of stdout without its newline, "" when there is none. Belongs to the
// result.
const char *run_last_line(struct run_result *result);

// How it ended and what it wrote, for a message. Cut where Check's messages end; belongs
// to nobody (a static buffer).
const char *run_describe(const struct run_result *result);

// Fails the test, and shows all that the program wrote, unless it ended with this code.
#define run_assert_exit(result, code)                                                    \
    do {                                                                                 \
        if (run_exit_code(result) != (code))                                             \
            ck_abort_msg("expected exit status %d: %s", (code), run_describe(result));   \
    } while (0)
