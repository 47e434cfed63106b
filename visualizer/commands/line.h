// SPDX-License-Identifier: MIT
/* Line mode: what asking and saying share. */
#ifndef COMMANDS_LINE_H
#define COMMANDS_LINE_H

#include "commands/commands.h"

struct line_mode {
    struct run_options *options;
    struct session session;
    size_t said; /* sentences told so far, counted from the start of the run */
    bool echo;   /* answers come from a pipe: they are shown as if they were typed */
    bool leave;
    bool again;
};

/* Prints a line, broken between words where it would be too long for a terminal. */
void line_say(const char *text);

/* A refusal, and who can go instead. */
void line_refuse(struct line_mode *mode, const char *refusal);

void line_say_who_can_go(struct line_mode *mode);
void line_say_beginning(struct line_mode *mode);
void line_say_state(struct line_mode *mode);
void line_say_source(struct line_mode *mode);
void line_say_words(const char *before);
void line_say_order(const struct model *model);

#endif
