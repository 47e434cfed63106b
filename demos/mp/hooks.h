// SPDX-License-Identifier: MIT
/* What the three kinds of access hooks share: plain (hooks.c), atomic, memcpy. */
#ifndef MP_HOOKS_H
#define MP_HOOKS_H

#include "internal.h"

/* One compare: is this address in the arena? */
static inline bool mp_is_shared(const void *memory)
{
    return (uintptr_t)memory - mp_arena_begin < mp_arena_size;
}

/* An access of 1, 2, 4, 8 or 16 bytes, or a range, at a shared address. */
void mp_access(enum mp_op op, const void *memory, size_t size, const void *return_address);

/* The same, in one piece: an atomic load, store or update. */
void mp_access_atomic(enum mp_op op, const void *memory, size_t size,
                      const void *return_address);

/* A compare-and-swap: an update if *expected is there, else a read. */
void mp_access_swap(const void *memory, size_t size, uint64_t expected,
                    const void *return_address);

/* A range; one of 1, 2, 4, 8 or 16 bytes is an access like any other. */
void mp_access_range(enum mp_op op, const void *memory, size_t size,
                     const void *return_address);

#endif
