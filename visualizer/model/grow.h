// SPDX-License-Identifier: MIT
/* Arrays that grow: the model's, the tape's, and those of schedules. */
#ifndef MODEL_GROW_H
#define MODEL_GROW_H

#include <stdbool.h>
#include <stddef.h>

/* Room for `more` elements of `size` bytes behind the first `count`; `array` is where the
   pointer to them is. False: no memory, and all stays as it was. */
bool grow_array(void *array, size_t count, size_t more, size_t *room, size_t size);

#endif
