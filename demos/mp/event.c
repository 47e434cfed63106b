// SPDX-License-Identifier: MIT
/*
 * Events and what they say: a record in a ring, and the same fact in the tables.
 *
 * mp_apply() is the one place where the tables learn what happened; a reader folds the same
 * events by the same rules, so that its state equals the tables. Works on any mapped world,
 * in mp and in the lab.
 */
#include "event.h"

#include <string.h>

static struct mp_object_entry *object_of(struct mp_world *world,
                                         const struct mp_deed *deed)
{
    return &world->objects[deed->object % MP_OBJECTS];
}

static void apply_barrier(struct mp_world *world, const struct mp_deed *deed)
{
    struct mp_object_entry *barrier = object_of(world, deed);
    mp_entry_begin(&barrier->version);
    mp_fold_barrier(barrier, deed);
    mp_entry_end(&barrier->version);
}

typedef uint32_t __attribute__((may_alias)) word;

_Static_assert(offsetof(struct mp_object_entry, kind) % sizeof(word) == 0 &&
                   offsetof(struct mp_object_entry, owner) ==
                       offsetof(struct mp_object_entry, kind) + 2,
               "kind, broken and owner are one word");

/* In one piece: who recovers the lock at this moment has already written another owner, or
   writes over this. */
static void mark_broken(struct mp_object_entry *lock, unsigned slot)
{
    struct {
        uint8_t kind, broken;
        uint16_t owner;
    } had = {lock->kind, 0, (uint16_t)slot}, has = {lock->kind, 1, (uint16_t)slot};
    word before;
    word after;
    memcpy(&before, &had, sizeof before);
    memcpy(&after, &has, sizeof after);
    __atomic_compare_exchange_n((word *)(void *)&lock->kind, &before, after, false,
                                __ATOMIC_ACQ_REL, __ATOMIC_RELAXED);
}

/* Locks that a dead process had: nobody can release them, the next one recovers them. */
static void apply_end(struct mp_world *world, unsigned slot)
{
    for (unsigned i = 1; i < MP_OBJECTS; i++) {
        struct mp_object_entry *lock = &world->objects[i];
        if (mp_is_lock(lock) && lock->owner == slot) {
            mark_broken(lock, slot);
        }
    }
}

/* Putters and takers write each their own count, at the same time. */
static bool moves_an_item(const struct mp_deed *deed)
{
    return deed->op == MP_OP_QUEUE_PUT || deed->op == MP_OP_QUEUE_GET;
}

void mp_apply_object(struct mp_world *world, unsigned slot, const struct mp_deed *deed)
{
    struct mp_tables tables = mp_tables_of(world);
    enum mp_phase phase = mp_deed_phase(deed);
    bool done = phase == MP_DONE || phase == MP_DONE_RECOVERED;
    switch (deed->op) {
    case MP_OP_LOCK_ACQUIRE:
        if (phase == MP_WANT) {
            struct mp_object_entry *lock = object_of(world, deed);
            if (lock->owner != MP_NOBODY && lock->owner != slot) {
                __atomic_add_fetch(&lock->waited, 1, __ATOMIC_RELAXED);
            }
        } else if (done) {
            mp_apply_to_lock(object_of(world, deed), slot, deed);
        }
        break;
    case MP_OP_LOCK_TRY:
    case MP_OP_LOCK_RELEASE:
        if (done) {
            mp_apply_to_lock(object_of(world, deed), slot, deed);
        }
        break;
    case MP_OP_BARRIER_WAIT:
        if (phase == MP_WANT || phase == MP_FAILED) {
            apply_barrier(world, deed);
        }
        break;
    case MP_OP_END:
    case MP_OP_DIE:
        if (done) {
            apply_end(world, slot);
            mp_fold_ended(&tables, slot);
        }
        break;
    case MP_OP_MAKE:
        mp_fold_made(&tables, deed);
        break;
    case MP_OP_START:
        if (done) {
            mp_fold_started(&tables, slot, deed->object);
        }
        break;
    default:
        if (deed->op > MP_OP_BARRIER_WAIT && (phase == MP_WANT || moves_an_item(deed))) {
            mp_fold_call(&tables, slot, deed); /* under no guard, or one of two */
        } else if (deed->op > MP_OP_BARRIER_WAIT) {
            struct mp_object_entry *object = object_of(world, deed);
            mp_entry_begin(&object->version);
            mp_fold_call(&tables, slot, deed);
            mp_entry_end(&object->version);
        }
        break;
    }
}

static bool is_about_others(enum mp_op op)
{
    return op == MP_OP_NONE || op == MP_OP_NAME || op == MP_OP_MAKE ||
           op == MP_OP_CREATE || op == MP_OP_DESTROY || op == MP_OP_DIE;
}

void mp_apply(struct mp_world *world, unsigned slot, const struct mp_deed *deed)
{
    if (!is_about_others((enum mp_op)deed->op)) {
        mp_apply_to_self(&world->processes[slot], deed);
    }
    mp_apply_object(world, slot, deed);
}

void mp_record(struct mp_world *world, unsigned slot, struct mp_deed deed)
{
    uint32_t mode = atomic_load_explicit(&world->gate.mode, memory_order_relaxed);
    bool controlled = mode != MP_MODE_FREE;
    deed.order = controlled ? atomic_fetch_add(&world->gate.order, 1) + 1 : 0;
    if (mode == MP_MODE_EVERY) {
        mp_note_tail(world, &deed);
    }
    mp_append(&world->seats[slot], world->rings[slot], &deed);
    mp_apply(world, slot, &deed);
}
