// SPDX-License-Identifier: MIT
/* What reading and writing a schedule code share. */
#ifndef SCHEDULER_CODE_PRIVATE_H
#define SCHEDULER_CODE_PRIVATE_H

#include "scheduler/code.h"

enum { CODE_VERSION = 1 };
#define CODE_GRAINS "lcm" /* by enum mp_grain */

/* What parts words, and means nothing behind the @. */
bool code_is_blank(char c);

/* Of all that follows it, and of what was a step; blanks at the end do not count. */
unsigned code_checksum(char grain, const char *text);

#endif
