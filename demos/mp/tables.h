// SPDX-License-Identifier: MIT
/*
 * The two tables as one thing: what an event does to them, and who can go.
 *
 * mp applies each event to the tables of the world; the lab folds the same events into
 * tables of its own. Both do it with the functions here, so the two are equal; and whether
 * an operation can go is asked here too, by who decides who goes next and by who explains
 * why somebody cannot. Pure: no pointers into the world, no system calls, no clock.
 *
 * The tables may be those of a world that nobody trusts: every index is checked.
 */
#ifndef MP_TABLES_H
#define MP_TABLES_H

#include "record.h"

#include <stddef.h>

struct mp_tables {
    void *processes; /* the first mp_process_entry */
    size_t stride; /* bytes from one to the next: they may lie inside something larger */
    struct mp_object_entry *objects;
};

static inline struct mp_process_entry *mp_tables_process(const struct mp_tables *tables,
                                                         unsigned slot)
{
    return (struct mp_process_entry *)(void *)((char *)tables->processes +
                                               slot % MP_PROCESSES * tables->stride);
}

static inline struct mp_object_entry *mp_tables_object(const struct mp_tables *tables,
                                                       unsigned object)
{
    return &tables->objects[object % MP_OBJECTS];
}

static inline bool mp_is_member(const struct mp_object_entry *object, unsigned set,
                                unsigned slot)
{
    return (object->members[set][slot / 64 % 2] >> slot % 64) & 1;
}

/* In one piece: who makes a process writes into these sets without a guard. */
static inline void mp_set_member(struct mp_object_entry *object, unsigned set,
                                 unsigned slot, bool in)
{
    uint64_t *word = &object->members[set][slot / 64 % 2];
    uint64_t bit = (uint64_t)1 << slot % 64;
    if (slot >= MP_PROCESSES || mp_is_member(object, set, slot) == in) {
        return;
    }
    if (in) {
        __atomic_fetch_or(word, bit, __ATOMIC_RELAXED);
    } else {
        __atomic_fetch_and(word, ~bit, __ATOMIC_RELAXED);
    }
}

static inline bool mp_lives(const struct mp_process_entry *process)
{
    return process->life == MP_LIFE_STARTED || process->life == MP_LIFE_ALIVE;
}

static inline bool mp_is_lock(const struct mp_object_entry *object)
{
    return object->kind == MP_KIND_LOCK || object->kind == MP_KIND_RLOCK;
}

/* A lock was acquired or released: by whom, where, how often. */
static inline void mp_fold_lock(struct mp_object_entry *lock, unsigned slot,
                                const struct mp_deed *deed)
{
    bool released = deed->op == MP_OP_LOCK_RELEASE;
    bool recovered = mp_deed_phase(deed) == MP_DONE_RECOVERED;
    uint32_t depth = recovered ? 0 : lock->arrived;
    if (lock->kind == MP_KIND_RLOCK) {
        lock->arrived = released ? depth - 1 : depth + 1;
        depth = released ? lock->arrived : depth;
    }
    if (depth == 0) { /* the outermost of them, or the only one */
        lock->owner = released ? MP_NOBODY : (uint16_t)slot;
        lock->place = released ? 0 : deed->place;
    }
    lock->taken += released ? 0 : 1;
    /* After the owner: who finds it whole must not find the dead owner still there. */
    __atomic_store_n(&lock->broken, 0, __ATOMIC_RELEASE);
    lock->changes++;
}

/* Where nobody guards a count, it is counted in one piece. */
static inline void mp_count(uint64_t *count, uint64_t more)
{
    __atomic_fetch_add(count, more, __ATOMIC_RELAXED);
}

/* An item was put into a queue, or taken out: one count, published by one store, for which
   no version of the entry is needed. A taker killed in between owes what is not lost; not
   the reverse. */
static inline void mp_fold_moved(struct mp_object_entry *queue, unsigned slot,
                                 const struct mp_deed *deed)
{
    uint64_t *moved = deed->op == MP_OP_QUEUE_PUT ? &queue->given : &queue->taken;
    if (deed->op == MP_OP_QUEUE_GET) {
        mp_set_member(queue, 0, slot, true);
    }
    __atomic_store_n(moved, *moved + 1, __ATOMIC_RELEASE);
}

/* A worker took a chunk of tasks, or has finished one, well or not. */
static inline void mp_fold_task(struct mp_object_entry *pool,
                                struct mp_process_entry *worker,
                                const struct mp_deed *deed)
{
    if (deed->op == MP_OP_TASK_TAKE) {
        mp_count(&pool->taken, deed->value);
        worker->task = deed->offset + 1;
        worker->task_end = deed->offset + (uint32_t)deed->value;
    } else {
        uint32_t next = deed->offset + 1;
        mp_count(&pool->finished, 1);
        worker->task = next < worker->task_end ? next + 1 : 0;
    }
}

/*
 * What a call says about its object, and about the worker that makes it: everything of
 * semaphores, events, conditions, queues, pools and pipes. (fold.c)
 */
void mp_fold_call(const struct mp_tables *tables, unsigned slot,
                  const struct mp_deed *deed);

/* Somebody has come to a barrier, or has not passed it. */
void mp_fold_barrier(struct mp_object_entry *barrier, const struct mp_deed *deed);

/* A process was made, or started by `parent`: who belongs to which pool and pipe. */
void mp_fold_made(const struct mp_tables *tables, const struct mp_deed *deed);
void mp_fold_started(const struct mp_tables *tables, unsigned parent, unsigned child);

/* A process has ended. If it was woken from a condition and did not get to run, somebody
   else has to take over the wake-up. */
void mp_fold_ended(const struct mp_tables *tables, unsigned slot);

/* What a new object begins with: `creator` made it. */
void mp_fold_created(struct mp_object_entry *object, unsigned creator,
                     const struct mp_deed *deed);

/* Why a process cannot do what it wants; or that it can. */
enum mp_reason {
    MP_CAN_GO,
    MP_NOT_AT_GATE,  /* it runs, or is outside, or has ended */
    MP_LOCK_TAKEN,   /* .object is the lock, .process who has it */
    MP_STILL_ALIVE,  /* .process has to end first */
    MP_BARRIER_OPEN, /* .object is the barrier; others have to come first */
    MP_SPINS,        /* does the same again and again; passed over while others can go */
    MP_NO_PERMIT,    /* .object is the semaphore */
    MP_NOT_SET,      /* .object is the event */
    MP_NOT_NOTIFIED, /* .object is the condition: nobody has woken it */
    MP_QUEUE_FULL,   /* .object is the queue */
    MP_QUEUE_EMPTY,  /* likewise */
    MP_ITEMS_OPEN,   /* .object is the queue: items have not been worked on yet */
    MP_NO_TASK,      /* .object is the pool: nothing is there to be done */
    MP_RESULTS_OPEN, /* .object is the pool: the results are not there yet */
    MP_NO_MESSAGE,   /* .object is the pipe */
};

struct mp_readiness {
    enum mp_reason reason;
    uint16_t object;
    uint16_t process;
};

/* Can it do what it wants (entry .now)? The same test that the operation itself makes.
   (ready.c) */
struct mp_readiness mp_can_go(const struct mp_tables *tables, unsigned slot);

#endif
