// SPDX-License-Identifier: MIT
/*
 * The short half of event.c, for those who record at every turn of a loop: hooks and locks.
 * Inlined, a deed whose parts are known need not be put together in memory first.
 */
#ifndef MP_EVENT_H
#define MP_EVENT_H

#include "clock.h"
#include "world.h"

/* Part by part: whole, a deed that has just been put together is read back from memory, and
   the processor waits until its parts have got there. */
static inline void mp_deed_copy(struct mp_deed *to, const struct mp_deed *from)
{
    to->value = from->value;
    to->offset = from->offset;
    to->place = from->place;
    to->order = from->order;
    to->object = from->object;
    to->op = from->op;
    to->info = from->info;
}

/* The next record of a ring. The caller is the ring's one writer. */
static inline void mp_append(struct mp_seat *seat, struct mp_event *ring,
                             const struct mp_deed *deed)
{
    uint64_t written = atomic_load_explicit(&seat->written, memory_order_relaxed);
    struct mp_event *event = &ring[written % MP_RING_EVENTS];
    event->when = mp_ticks();
    mp_deed_copy(&event->deed, deed);
    /* Pairs with the reader's acquire load: a record is whole before it is counted. */
    atomic_store_explicit(&seat->written, written + 1, memory_order_release);
}

/* What a process did, or wants, into its entry. */
static inline void mp_apply_to_self(struct mp_process_entry *entry,
                                    const struct mp_deed *deed)
{
    enum mp_phase phase = mp_deed_phase(deed);
    mp_entry_begin(&entry->version);
    if (phase == MP_WANT) {
        mp_deed_copy(&entry->now, deed);
        entry->waiting = 1;
    } else {
        mp_deed_copy(&entry->last, deed);
        if (phase != MP_SETTLED) {
            entry->waiting = 0;
        }
    }
    if (phase == MP_DONE) {
        bool reads = deed->op == MP_OP_READ || deed->op == MP_OP_READ_RANGE;
        bool writes = deed->op == MP_OP_WRITE || deed->op == MP_OP_WRITE_RANGE;
        entry->reads += reads || deed->op == MP_OP_UPDATE;
        entry->writes += writes || deed->op == MP_OP_UPDATE;
    }
    entry->steps += (deed->info & MP_INFO_STEP) != 0;
    mp_entry_end(&entry->version);
}

/* A lock was acquired or released: by whom, where, how often. Who has the mutex calls. */
static inline void mp_apply_to_lock(struct mp_object_entry *lock, unsigned slot,
                                    const struct mp_deed *deed)
{
    mp_entry_begin(&lock->version);
    mp_fold_lock(lock, slot, deed);
    mp_entry_end(&lock->version);
}

#endif
