// SPDX-License-Identifier: MIT
/*
 * Can a process do what it wants? Whether an operation can go is a property of its object:
 * the same test that the operation itself makes, on the tables. Who is chosen, who is
 * refused, what a deadlock consists of and what the lab says about it: all ask here.
 */
#include "tables.h"

static struct mp_readiness because(bool can, enum mp_reason reason, unsigned object)
{
    struct mp_readiness why = {reason, (uint16_t)object, MP_NOBODY};
    struct mp_readiness none = {.reason = MP_CAN_GO};
    return can ? none : why;
}

static struct mp_readiness lock_is_free(const struct mp_tables *tables, unsigned slot,
                                        unsigned object)
{
    const struct mp_object_entry *lock = mp_tables_object(tables, object);
    /* Its own: it is told so, or takes it once more. A dead owner's: it is recovered. */
    bool free = lock->owner >= MP_PROCESSES || lock->owner == slot || lock->broken ||
                !mp_lives(mp_tables_process(tables, lock->owner));
    struct mp_readiness taken = {MP_LOCK_TAKEN, (uint16_t)object, lock->owner};
    return free ? because(true, MP_CAN_GO, 0) : taken;
}

static struct mp_readiness has_ended(const struct mp_tables *tables,
                                     const struct mp_deed *want)
{
    unsigned other = want->object % MP_PROCESSES;
    bool only_tries = want->value != 0;
    bool can = only_tries || !mp_lives(mp_tables_process(tables, other));
    struct mp_readiness lives = {MP_STILL_ALIVE, 0, (uint16_t)other};
    return can ? because(true, MP_CAN_GO, 0) : lives;
}

/* Woken; or somebody died who was, or who had the lock; or it has given up. Then it waits
   for the lock. */
static struct mp_readiness was_woken(const struct mp_tables *tables, unsigned slot,
                                     const struct mp_deed *want)
{
    const struct mp_object_entry *condition = mp_tables_object(tables, want->object);
    unsigned lock = condition->parties % MP_OBJECTS;
    bool woken = mp_tables_process(tables, slot)->notified || condition->broken ||
                 mp_tables_object(tables, lock)->broken ||
                 (want->info & MP_INFO_LAST) != 0;
    return woken ? lock_is_free(tables, slot, lock)
                 : because(false, MP_NOT_NOTIFIED, want->object);
}

/* Is somebody of this set alive (or dead)? */
static bool has_member(const struct mp_tables *tables,
                       const struct mp_object_entry *object, unsigned set, bool alive)
{
    for (unsigned slot = 0; slot < MP_PROCESSES; slot++) {
        if (mp_is_member(object, set, slot) &&
            mp_lives(mp_tables_process(tables, slot)) == alive) {
            return true;
        }
    }
    return false;
}

/* A worker of this pool has died, and its owner has not taken note of it. */
static bool worker_has_died(const struct mp_tables *tables, unsigned pool)
{
    for (unsigned slot = 0; slot < MP_PROCESSES; slot++) {
        const struct mp_process_entry *process = mp_tables_process(tables, slot);
        if (process->pool == pool && process->life == MP_LIFE_ENDED) {
            return true;
        }
    }
    return false;
}

struct mp_readiness mp_can_go(const struct mp_tables *tables, unsigned slot)
{
    const struct mp_process_entry *self = mp_tables_process(tables, slot);
    struct mp_deed want = self->now;
    unsigned object = want.object % MP_OBJECTS;
    const struct mp_object_entry *entry = mp_tables_object(tables, object);
    if (want.op > MP_OP_BARRIER_WAIT && (want.info & MP_INFO_TRY)) {
        return because(true, MP_CAN_GO, 0);
    }
    switch (want.op) {
    case MP_OP_LOCK_ACQUIRE:
        return lock_is_free(tables, slot, object);
    case MP_OP_JOIN:
        return has_ended(tables, &want);
    case MP_OP_BARRIER_WAIT: /* .value is the round to which it came */
        return because(entry->broken || entry->taken != want.value, MP_BARRIER_OPEN,
                       object);
    case MP_OP_SEM_ACQUIRE:
        return because(entry->arrived > 0, MP_NO_PERMIT, object);
    case MP_OP_EVENT_WAIT: /* set, or set and cleared since it came */
        return because(entry->arrived || entry->taken != want.value, MP_NOT_SET, object);
    case MP_OP_COND_WAKE:
        return was_woken(tables, slot, &want);
    case MP_OP_QUEUE_PUT:
        return because(entry->given - entry->taken < entry->parties || entry->broken,
                       MP_QUEUE_FULL, object);
    case MP_OP_QUEUE_GET:
        return because(entry->given != entry->taken || entry->broken, MP_QUEUE_EMPTY,
                       object);
    case MP_OP_QUEUE_JOIN:
        return because(entry->finished >= entry->given || entry->members[1][0] != 0 ||
                           has_member(tables, entry, 0, false),
                       MP_ITEMS_OPEN, object);
    case MP_OP_TASK_TAKE:
        return because(entry->given > entry->taken || entry->broken, MP_NO_TASK, object);
    case MP_OP_TASKS_WAIT:
        return because(self->notified || worker_has_died(tables, object), MP_RESULTS_OPEN,
                       object);
    case MP_OP_PIPE_RECV:
        return because(entry->messages[want.offset % 2] > 0 ||
                           !has_member(tables, entry, 1 - want.offset % 2, true),
                       MP_NO_MESSAGE, object);
    default:
        return because(true, MP_CAN_GO, 0);
    }
}
