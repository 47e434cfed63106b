// SPDX-License-Identifier: MIT
/* Shared memory: what all processes see. Included by mp.h; programs include that. */
#ifndef MP_MEMORY_H
#define MP_MEMORY_H

#include <stddef.h>

/*
 * One shared object of a type, zeroed: MP_SHARED(struct shared), MP_SHARED(int). The lab
 * shows its fields by their names. NULL: no memory. Python: Value(type, 0, lock=False), or
 * an object made of several.
 */
#define MP_SHARED(type) ((type *)mp_shared_alloc(sizeof(type), 1, #type))

/* `count` of them side by side, zeroed. Python: Array(type, count, lock=False). */
#define MP_SHARED_ARRAY(type, count)                                                     \
    ((type *)mp_shared_alloc(sizeof(type), (size_t)(count), #type))

/* The two above; `type` is copied. NULL: no memory, or size * count is too large. */
void *mp_shared_alloc(size_t size, size_t count, const char *type);

/* Frees what mp_shared_alloc() gave; NULL is allowed. The caller sees to it that no process
   uses it any more. 0; -EINVAL not the start of a shared object. */
int mp_shared_free(void *memory);

#endif
