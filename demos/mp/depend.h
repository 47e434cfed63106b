// SPDX-License-Identifier: MIT
/*
 * Which steps depend on each other. Two steps of different processes that do not may change
 * places, and nobody can tell: so of all orders that differ only in such steps one is enough.
 * Who runs every schedule asks this, in the program and in the lab.
 *
 * When in doubt they depend: then an order too many is run, and none is missed.
 */
#ifndef MP_DEPEND_H
#define MP_DEPEND_H

#include "record.h"

/* What a step touches: as in its deed. */
struct mp_touch {
    uint32_t offset, bytes; /* of an access; else 0 */
    uint16_t object;        /* of a call */
    uint16_t also;          /* of a condition: its lock; 0 none */
    uint8_t op;
    uint8_t padding;
    uint16_t tail; /* of a step that was made: see mp_touch_add_tail() */
};

#define MP_TAIL_MANY 0xffffu

/*
 * What happens after a step up to the next is no step, and goes with it; it may be about an
 * object too. Who comes to a barrier, or to an event, meets it before its turn there; tasks
 * are given, a barrier is reset. So the step before touches that object as well.
 */
static inline void mp_touch_add_tail(struct mp_touch *touch, uint16_t object)
{
    touch->tail = touch->tail == 0 || touch->tail == object ? object : MP_TAIL_MANY;
}

static inline bool mp_is_access(enum mp_op op)
{
    return op >= MP_OP_READ && op <= MP_OP_WRITE_RANGE;
}

static inline bool mp_only_reads(enum mp_op op)
{
    return op == MP_OP_READ || op == MP_OP_READ_RANGE || op == MP_OP_EVENT_WAIT;
}

static inline bool mp_touch_same(const struct mp_touch *a, const struct mp_touch *b)
{
    return a->object == b->object || (a->also != 0 && a->also == b->object) ||
           (b->also != 0 && b->also == a->object) || (a->also != 0 && a->also == b->also);
}

/* Does what came after step a, up to the next, meet step b or what came after that? */
static inline bool mp_tail_meets(const struct mp_touch *a, const struct mp_touch *b)
{
    bool calls = b->op > MP_OP_WRITE_RANGE;
    return a->tail == MP_TAIL_MANY ||
           (a->tail != 0 && (a->tail == b->tail || (calls && a->tail == b->object)));
}

static inline bool mp_steps_depend(const struct mp_touch *a, const struct mp_touch *b)
{
    bool calls = a->op > MP_OP_WRITE_RANGE && b->op > MP_OP_WRITE_RANGE;
    bool accesses = mp_is_access((enum mp_op)a->op) && mp_is_access((enum mp_op)b->op);
    if (a->op < MP_OP_READ || b->op < MP_OP_READ) {
        return true; /* births and ends: not looked into */
    }
    if (mp_tail_meets(a, b) || mp_tail_meets(b, a)) {
        return true;
    }
    if (mp_only_reads((enum mp_op)a->op) && mp_only_reads((enum mp_op)b->op)) {
        return false;
    }
    if (accesses) {
        return (uint64_t)a->offset < (uint64_t)b->offset + b->bytes &&
               (uint64_t)b->offset < (uint64_t)a->offset + a->bytes;
    }
    return calls && mp_touch_same(a, b);
}

#endif
