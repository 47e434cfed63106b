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
    _Atomic uint32_t rung;     /* 1: rung, and nobody has come to look since */
};

/*
 * Is it to be rung? Asked after what the sleepers wait for has changed; the answer yes is
 * given once, until somebody looks: who is being woken needs no second ring. A sleeper first
 * says that it sleeps and then looks once more; with the fence between the change and the
 * question, one of both sees the other. Should the woken one die before it looks, the others
 * look by themselves within 100 ms.
 */
static inline bool mp_bell_is_wanted(struct mp_bell *bell)
{
    atomic_thread_fence(memory_order_seq_cst);
    if (atomic_load_explicit(&bell->sleepers, memory_order_relaxed) == 0 ||
        atomic_load_explicit(&bell->rung, memory_order_relaxed) != 0) {
        return false;
    }
    atomic_store_explicit(&bell->rung, 1, memory_order_relaxed);
    return true;
}

/* The fence between what has been changed under a guard and a look who sleeps. On x86 the
   unlock is a locked instruction, and so the fence. */
static inline void mp_fence_after_unlock(void)
{
#if !defined(__x86_64__)
    atomic_thread_fence(memory_order_seq_cst);
#endif
}

/* The short look, behind such a fence: mostly nobody sleeps. */
static inline bool mp_bell_has_sleepers(struct mp_bell *bell)
{
    return atomic_load_explicit(&bell->sleepers, memory_order_relaxed) != 0;
}

/* Somebody is about to look. */
static inline void mp_bell_answer(struct mp_bell *bell)
{
    if (atomic_load_explicit(&bell->rung, memory_order_relaxed) != 0) {
        atomic_store(&bell->rung, 0);
    }
}

/* Wakes so many of those who sleep there. In no guard: it takes a while. */
static inline void mp_bell_ring(struct mp_bell *bell, int count)
{
    atomic_fetch_add(&bell->sequence, 1);
    mp_futex_wake(&bell->sequence, count);
}

#endif
