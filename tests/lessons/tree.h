// SPDX-License-Identifier: MIT
// A copy of the repository, built, in which a test does what a learner does: copies demos,
// changes them, types make. The real one is not touched.
#pragma once

#include "paths.h"
#include "run.h"

#include <check.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static char tree[64];

// Runs a line of shell in the tree, stdout and stderr together. The caller frees the result.
static inline struct run_result tree_run(const char *command)
{
    const char *const argv[] = {"sh", "-c", command, NULL};
    return run_program(
        argv, &(struct run_options){.cwd = tree, .merge = true, .timeout_ms = 60000});
}

// The same with a format; fails the test unless the exit status is 0.
static inline void __attribute__((format(printf, 1, 2))) tree_do(const char *format, ...)
{
    char *command;
    va_list list;
    va_start(list, format);
    ck_assert_int_gt(vasprintf(&command, format, list), 0);
    va_end(list);
    struct run_result result = tree_run(command);
    run_assert_exit(&result, 0);
    run_free(&result);
    free(command);
}

// setup and teardown of a test. The lab's sources stay away, so that make does not build it.
static inline void tree_make(void)
{
    snprintf(tree, sizeof tree, "/tmp/forklab-lessons.XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(tree));
    tree_do("cp -a '" SOURCE_DIR "'/Makefile '" SOURCE_DIR "'/.ci '" SOURCE_DIR
            "'/demos '" //
            SOURCE_DIR "'/lessons . && mkdir -p build/obj && cd '" BUILD_DIR "' && "
            "cp -a lab demos plain libmp.a libunwrapped.a flags mp-sources '%s'/build && "
            "cp -a obj/demos obj/plain obj/unwrapped.* '%s'/build/obj",
            tree, tree);
}

static inline void tree_remove(void)
{
    const char *const argv[] = {"rm", "-rf", tree, NULL};
    struct run_result result = run_program(argv, NULL);
    run_assert_exit(&result, 0);
    run_free(&result);
}
