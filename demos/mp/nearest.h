// SPDX-License-Identifier: MIT
/* Which word was meant: for "did you mean" in demos and lab. */
#ifndef MP_NEAREST_H
#define MP_NEAREST_H

#include <stddef.h>

/* How many letters must be changed, added or left out to make one word the other. */
size_t mp_distance(const char *a, const char *b);

#endif
