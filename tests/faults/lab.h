// SPDX-License-Identifier: MIT
// The lab as a program, run on the programs that misbehave.
#pragma once

#include "launch.h"
#include "limit.h"
#include "paths.h"
#include "proc.h"
#include "run.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    LAB_ARGS = 16,
    GONE_MS = 1000, // so long after the lab nothing of it may be left
};

// Takes all that was adopted; false when somebody still lives after GONE_MS. To be called
// when no child of the test's own is to live any more.
static inline bool lab_all_gone(void)
{
    int64_t deadline = limit_after(GONE_MS);
    for (;;) {
        pid_t pid = waitpid(-1, NULL, WNOHANG);
        if (pid < 0 && errno == ECHILD) {
            return true;
        }
        if (pid == 0) {
            if (limit_left(deadline) == 0) {
                return false;
            }
            limit_nap();
        }
    }
}

static inline void lab_assert_all_gone(const char *what)
{
    if (!lab_all_gone()) {
        char *who = proc_describe_descendants();
        ck_abort_msg("%s: left behind:\n%s", what, who);
    }
}

// Runs the lab with the words of `line` ("run PROGRAM --plain -- segv-child"); a word that
// begins with "@" is a thing that was built. All that it started must be gone with it.
static inline struct run_result lab_run(const char *line, const struct run_options *how)
{
    static char words[512];
    static char paths[LAB_ARGS][512];
    const char *argv[LAB_ARGS];
    int count = 0;
    char *rest = words;
    snprintf(words, sizeof words, "%s", line);
    snprintf(paths[0], sizeof paths[0], "%s", built("lab"));
    argv[count++] = paths[0];
    for (char *word; (word = strtok_r(rest, " ", &rest)) != NULL; count++) {
        ck_assert_int_lt(count, LAB_ARGS - 1);
        if (word[0] == '@') {
            snprintf(paths[count], sizeof paths[count], "%s", built(word + 1));
        }
        argv[count] = word[0] == '@' ? paths[count] : word;
    }
    argv[count] = NULL;
    struct run_result result = run_program(argv, how);
    if (result.timed_out) {
        ck_abort_msg("lab %s: %s", line, run_describe(&result));
    }
    lab_assert_all_gone(line);
    return result;
}

#define lab_assert_says(result, text)                                                    \
    do {                                                                                 \
        if (!run_out_has(result, text))                                                  \
            ck_abort_msg("no \"%s\": %s", text, run_describe(result));                   \
    } while (0)

#define lab_assert_silent_on(result, text)                                               \
    do {                                                                                 \
        if (run_out_has(result, text))                                                   \
            ck_abort_msg("\"%s\": %s", text, run_describe(result));                      \
    } while (0)

// Starts the lab, or a demo, with stdout and stderr thrown away; the words as above.
static inline pid_t lab_spawn(const char *const argv[])
{
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    struct spawn what = {.argv = argv, .stdio = {null, null, null}};
    pid_t pid = spawn_program(&what);
    close(null);
    return pid;
}
