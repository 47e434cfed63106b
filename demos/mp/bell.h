// SPDX-License-Identifier: MIT
/*
 * A bell: those who sleep until something has happened, and the one word at which they look
 * whether it has. It is rung only when somebody sleeps: a wake-up costs a hundred times what
 * a look costs.
 */
#ifndef MP_BELL_H
#define MP_BELL_H

#include "world.h"

#include <stdbool.h>

struct mp_bell {
    _Atomic uint32_t sequence; /* futex: moves when it may have happened */
    _Atomic uint32_t sleepers; /* may count one that was killed: one wake too many */
};

/* Asked inside the guard, after what the sleepers wait for has changed. A sleeper first says
   that it sleeps and then tries once more, inside the guard: one of both sees the other. */
static inline bool mp_bell_has_sleepers(const struct mp_bell *bell)
{
    return atomic_load_explicit(&bell->sleepers, memory_order_relaxed) != 0;
}

/* Wakes so many of those who sleep there. In no guard: it takes a while. */
static inline void mp_bell_ring(struct mp_bell *bell, int count)
{
    atomic_fetch_add(&bell->sequence, 1);
    mp_futex_wake(&bell->sequence, count);
}

#endif
