// SPDX-License-Identifier: MIT
/* What the commands that take options share. */
#ifndef COMMANDS_OPTION_WORDS_H
#define COMMANDS_OPTION_WORDS_H

#include "commands/commands.h"

#include <getopt.h>

/* A whole number, 0 to `most`. False: it is none. */
bool read_number(const char *text, uint64_t most, uint64_t *number);

/* One line: this is none of the known ones (up to a NULL name), and what was meant, perhaps.
   `hint`: what else helps, or "". Returns LAB_USAGE. */
int unknown_option(const struct option *known, const char *given, const char *hint);

/* The hint of a command whose demo has options too. */
#define OWN_OPTIONS_HINT " (the demo's own options come after --)"

/* What stands behind -- is the demo's own. Returns how many arguments are the lab's. */
int find_own_options(struct run_options *options, int argc, char **argv);

#endif
