// SPDX-License-Identifier: MIT
/* What reading and writing a schedule code share. */
#ifndef SCHEDULER_CODE_PRIVATE_H
#define SCHEDULER_CODE_PRIVATE_H

#include "scheduler/code.h"

enum { CODE_VERSION = 1 };
#define CODE_GRAINS "lcm" /* by enum mp_grain */

/* Of all that follows it, and of what was a step. */
unsigned code_checksum(char grain, const char *text);

#endif
