// SPDX-License-Identifier: MIT
/* Who waits at a condition: found, woken, buried. See condition.c; the caller has the lock. */
#include "condition.h"

static struct mp_visitor visitor_at(const struct mp_cond *cond, unsigned slot)
{
    return (struct mp_visitor){(uint16_t)slot, cond->waiters[slot].generation};
}

static unsigned places(void)
{
    unsigned top = atomic_load(&mp_the_world->gate.top);
    return top < MP_PROCESSES ? top : MP_PROCESSES;
}

/* The lowest ticket of those that have not been woken, or MP_NOBODY. */
static unsigned longest_waiting(const struct mp_cond *cond)
{
    unsigned found = MP_NOBODY;
    for (unsigned slot = 0; slot < places(); slot++) {
        const struct waiter *waiter = &cond->waiters[slot];
        if (waiter->ticket != 0 && atomic_load(&waiter->woken) == 0 &&
            (found == MP_NOBODY || waiter->ticket < cond->waiters[found].ticket)) {
            found = slot;
        }
    }
    return found;
}

unsigned mp_cond_bury(struct mp_cond *cond, struct mp_self *me, struct mp_deed deed,
                      unsigned slot)
{
    struct waiter *waiter = &cond->waiters[slot];
    unsigned lost = atomic_load(&waiter->woken);
    deed.op = MP_OP_COND_NOTIFY;
    deed.info = MP_FAILED;
    deed.offset = slot;
    deed.value = waiter->generation;
    mp_tell(me, deed);
    waiter->ticket = 0;
    return lost;
}

unsigned mp_cond_bury_dead(struct mp_cond *cond, struct mp_self *me, struct mp_deed deed)
{
    unsigned lost = 0;
    for (unsigned slot = 0; slot < places(); slot++) {
        const struct waiter *waiter = &cond->waiters[slot];
        if (waiter->ticket == 0 || (me != NULL && slot == me->slot)) {
            continue;
        }
        struct mp_visitor visitor = visitor_at(cond, slot);
        if (mp_visitor_is_known_dead(visitor) ||
            (atomic_load(&waiter->woken) != 0 && mp_visitor_is_dead(visitor))) {
            lost += mp_cond_bury(cond, me, deed, slot);
        }
    }
    return lost;
}

/* The event comes first: the table then knows it. */
void mp_cond_wake(struct mp_cond *cond, struct mp_self *me, struct mp_deed deed,
                  unsigned slot)
{
    struct waiter *waiter = &cond->waiters[slot];
    deed.op = MP_OP_COND_NOTIFY;
    deed.info |= MP_DONE;
    deed.offset = slot;
    mp_tell(me, deed);
    atomic_store(&waiter->woken, 1);
    if (atomic_load(&waiter->sleepers) != 0) {
        mp_futex_wake(&waiter->woken, 1);
    }
}

unsigned mp_cond_wake_some(struct mp_cond *cond, struct mp_self *me, struct mp_deed deed,
                           unsigned count)
{
    unsigned woken = 0;
    for (; woken < count; woken++) {
        unsigned slot = longest_waiting(cond);
        if (slot == MP_NOBODY) {
            break;
        }
        mp_cond_wake(cond, me, deed, slot);
        deed.info = 0; /* one step, however many are woken */
    }
    return woken;
}

bool mp_cond_woken_one_died(const struct mp_cond *cond)
{
    for (unsigned slot = 0; slot < places(); slot++) {
        const struct waiter *waiter = &cond->waiters[slot];
        if (__atomic_load_n(&waiter->ticket, __ATOMIC_RELAXED) != 0 &&
            atomic_load(&waiter->woken) != 0 &&
            mp_visitor_is_dead(visitor_at(cond, slot))) {
            return true;
        }
    }
    return false;
}
