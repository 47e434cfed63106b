// SPDX-License-Identifier: MIT
// What terminal.c (the line: pty, process, waiting) and terminal_screen.c (the picture)
// share. Not for tests.
#pragma once

#include "terminal.h"

#include <stdio.h>
#include <vterm.h>

struct terminal {
    // The line. `closed`: the program's side is closed, or we have hung up.
    int master;
    int pidfd;
    pid_t pid;
    bool ended, closed;
    int status; // once ended

    // Typed, and not yet taken by the pty.
    char *input;
    size_t input_length;

    // Written by the program. The log goes to a stream in memory; NULL: not kept.
    size_t bytes;
    FILE *log;
    char *log_text;
    size_t log_length;

    // The picture.
    VTerm *vt;
    VTermScreen *screen;
    int rows, cols;
    bool alternate, cursor_visible;
    int bells;
    char **row_text; // as handed out by terminal_row; `row_count` of them
    int row_count;
    char *dump;
};

void terminal_screen_open(struct terminal *t);
void terminal_screen_resize(struct terminal *t);
void terminal_screen_close(struct terminal *t);
