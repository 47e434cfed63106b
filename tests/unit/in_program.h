// SPDX-License-Identifier: MIT
// For tests of what a whole program does: its output, its exit, what it leaves.
#pragma once

#include <check.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

// Runs fn in a program of its own: a process that has not used the library yet, with its
// output in a pipe, which ends by exit(). Its status; what it wrote is in `text`.
__attribute__((unused)) static int in_program(int (*fn)(void), char *text, size_t size)
{
    int ends[2], status;
    size_t length = 0;

    ck_assert_int_eq(pipe2(ends, O_CLOEXEC), 0);
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) {
        dup2(ends[1], STDOUT_FILENO);
        close(ends[0]);
        close(ends[1]);
        exit(fn());
    }
    close(ends[1]);
    for (ssize_t got; (got = read(ends[0], text + length, size - 1 - length)) > 0;) {
        length += (size_t)got;
    }
    text[length] = '\0';
    close(ends[0]);
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert_msg(WIFEXITED(status), "ended by signal %d", WTERMSIG(status));
    return WEXITSTATUS(status);
}

#define must_be(value, expected)                                                         \
    do {                                                                                 \
        long value_ = (value);                                                           \
        if (value_ != (expected)) {                                                      \
            printf("line %d: %s is %ld\n", __LINE__, #value, value_);                    \
            return 1;                                                                    \
        }                                                                                \
    } while (0)
