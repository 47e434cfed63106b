// SPDX-License-Identifier: MIT
// Pictures of a terminal's screen, for README and lessons: as SVG and as plain text. What
// differs from run to run, the numbers of processes, is replaced by numbers that do not.
#pragma once

#include "terminal.h"

// Both are malloc'd; the caller frees them. `root` is the process whose descendants' numbers
// are replaced: the lab.
char *picture_svg(struct terminal *t, pid_t root);
char *picture_text(struct terminal *t, pid_t root);

// Equal but for how many blanks stand between words: a column may be as wide as the numbers
// in it were.
bool picture_same(const char *a, const char *b);
