// SPDX-License-Identifier: MIT
/* What the files of steering share: steer.c gives turns, steer_look.c looks after those who
   cannot look after themselves. */
#ifndef SCHEDULER_STEER_PRIVATE_H
#define SCHEDULER_STEER_PRIVATE_H

#include "scheduler/steer.h"

#define MS 1000000ull

static inline struct mp_gate *gate_of(const struct steer *steer)
{
    return &steer->world->gate;
}

static inline bool steer_lives(const struct steer *steer, unsigned slot)
{
    uint8_t life = steer->world->processes[slot].life;
    return life == MP_LIFE_STARTED || life == MP_LIFE_ALIVE;
}

static inline unsigned steer_entries(const struct steer *steer)
{
    unsigned top = atomic_load(&gate_of(steer)->top);
    return top < MP_PROCESSES ? top : MP_PROCESSES;
}

/* Notes who has died, and who sleeps in the kernel outside of mp: now and then. */
void steer_look(struct steer *steer, uint64_t now);

#endif
