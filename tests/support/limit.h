// SPDX-License-Identifier: MIT
// Limits of waiting. Every wait in the tests has one, and each is stretched by the
// environment variable TEST_TIMEOUT_FACTOR: under a sanitizer, or on a machine that has
// much else to do, the same program needs longer and is no less right.
#pragma once

#include <stdint.h>

// TEST_TIMEOUT_FACTOR; 1 when unset or not a number between 0.1 and 1000.
double limit_factor(void);

// A deadline `ms` times the factor from now, in milliseconds of the monotonic clock.
int64_t limit_after(int ms);

// Milliseconds until the deadline, 0 when it has passed: fit for poll().
int limit_left(int64_t deadline);

// Lets about a millisecond pass. Only for facts that no descriptor announces, as what
// /proc says; always inside a loop with a deadline.
void limit_nap(void);
