// SPDX-License-Identifier: MIT
/* A condition and those who wait there, for condition.c and condition_waiters.c. */
#ifndef MP_CONDITION_H
#define MP_CONDITION_H

#include "lock.h"
#include "visitor.h"

/* One for each entry of the process table. */
struct waiter {
    uint64_t ticket;     /* the order of coming; 0: does not wait */
    uint32_t generation; /* of the process that took it */
    _Atomic uint32_t woken;
    _Atomic uint32_t sleepers;
};

struct mp_cond {
    struct mp_lock *lock; /* guards what follows, and the entry */
    uint16_t object;
    uint64_t tickets; /* taken so far */
    struct waiter waiters[MP_PROCESSES];
};

static inline struct mp_object_entry *mp_cond_entry(const struct mp_cond *cond)
{
    return &mp_the_world->objects[cond->object];
}

/* Tells that who waited at this place has died. Returns 1 if it takes a wake-up with it. */
unsigned mp_cond_bury(struct mp_cond *cond, struct mp_self *me, struct mp_deed deed,
                      unsigned slot);

/* All who have died here. Returns how many wake-ups were lost with them. */
unsigned mp_cond_bury_dead(struct mp_cond *cond, struct mp_self *me, struct mp_deed deed);

/* Wakes the one at this place. */
void mp_cond_wake(struct mp_cond *cond, struct mp_self *me, struct mp_deed deed,
                  unsigned slot);

/* Wakes so many of those who wait longest. Returns how many there were. */
unsigned mp_cond_wake_some(struct mp_cond *cond, struct mp_self *me, struct mp_deed deed,
                           unsigned count);

/* Has somebody died who was woken and has not gone on? Its wake-up is another's then. */
bool mp_cond_woken_one_died(const struct mp_cond *cond);

#endif
