// SPDX-License-Identifier: MIT
/*
 * What the two files of the queue share: queue.c has put, get and close, queue_join.c the
 * work that is owed.
 *
 *     offset                 struct mp_queue, MP_QUEUE_HEAD bytes
 *     + MP_QUEUE_HEAD        `capacity` places of one size: item n in place n % capacity
 *     elsewhere              struct ledger: lengths of the items, who owes how many
 *
 * The object table counts items put (`given`) and taken: an item is there, or gone, by one
 * store to one of the two. Three guards, entered in this order, each held for moments and
 * never while sleeping:
 *
 *     putting   one process at a time copies an item into the next place, then given++
 *     taking    one process at a time copies the oldest item out, then taken++
 *     guard     what is left of the object's entry, and the ledger
 *
 * So one item is copied in while another is copied out, and a putter and a getter meet in no
 * cache line but those of the items, until the queue is full or empty. A process killed
 * while it copies has changed no count: the item never was in the queue, or still is.
 */
#ifndef MP_QUEUE_INSIDE_H
#define MP_QUEUE_INSIDE_H

#include "bell.h"
#include "internal.h"

struct mp_queue {
    uint16_t object; /* from here to `ledger` nothing changes after the creation */
    uint32_t item_size;
    uint32_t place_size;
    uint32_t capacity;
    uint32_t ledger; /* offset in the arena */
    /* Of the other side each side remembers what it has seen last, which is safe: since then
       there can only have come more items, or more room. */
    _Alignas(64) pthread_mutex_t putting;
    uint64_t taken_seen; /* guarded by `putting` */
    _Alignas(64) pthread_mutex_t taking;
    uint64_t given_seen; /* guarded by `taking` */
    _Alignas(64) pthread_mutex_t guard;
    _Alignas(64) struct mp_bell came; /* getters: an item came */
    struct mp_bell freed;             /* putters: there is room */
    struct mp_bell done;              /* joiners: an item was worked on */
};

_Static_assert(sizeof(struct mp_queue) <= MP_QUEUE_HEAD, "the places begin behind it");

/* What the process with this entry has taken and not done; of an earlier process with the
   same entry nothing counts. */
struct debt {
    uint32_t generation;
    uint32_t items;
};

struct ledger {
    struct debt debts[MP_PROCESSES];
    uint32_t sizes[]; /* of the item in each place */
};

static inline struct mp_object_entry *mp_queue_entry(const struct mp_queue *queue)
{
    return &mp_the_world->objects[queue->object];
}

static inline struct ledger *mp_queue_ledger(const struct mp_queue *queue)
{
    return mp_arena_at(queue->ledger);
}

/* This process takes one item more. Under `taking`, before the item is gone. */
void mp_queue_owe(struct mp_queue *queue);

#endif
