// SPDX-License-Identifier: MIT
/*
 * What calls do to the tables: one small function for each kind of object. mp runs it as it
 * writes an event, under whatever guards the object; the lab runs it as it reads the event.
 */
#include "tables.h"

#include <errno.h>

static bool is_done(const struct mp_deed *deed)
{
    return mp_deed_phase(deed) == MP_DONE || mp_deed_phase(deed) == MP_DONE_RECOVERED;
}

static bool wants(const struct mp_deed *deed)
{
    return mp_deed_phase(deed) == MP_WANT && (deed->info & MP_INFO_TRY) == 0;
}

static void fold_semaphore(struct mp_object_entry *semaphore, const struct mp_deed *deed)
{
    if (deed->op == MP_OP_SEM_RELEASE) {
        semaphore->arrived += is_done(deed) ? (uint32_t)deed->value : 0;
    } else if (is_done(deed)) {
        semaphore->arrived--;
        semaphore->taken++;
    } else if (wants(deed) && semaphore->arrived == 0) {
        mp_count(&semaphore->waited, 1);
    }
}

/* An event is set and cleared without a guard, also by signal handlers: whoever sees it set
   once more (.taken) need not find it set still. */
static void fold_event(struct mp_object_entry *event, const struct mp_deed *deed)
{
    if (deed->op == MP_OP_EVENT_WAIT) {
        mp_count(&event->waited, wants(deed) && event->arrived == 0);
    } else if (is_done(deed)) {
        bool set = deed->op == MP_OP_EVENT_SET;
        __atomic_store_n(&event->arrived, set, __ATOMIC_SEQ_CST);
        __atomic_fetch_add(&event->taken, set, __ATOMIC_SEQ_CST);
    }
}

/* A notification that failed: the waiter had died, and waits no more. */
static void fold_notify(const struct mp_tables *tables, struct mp_object_entry *condition,
                        const struct mp_deed *deed)
{
    bool somebody = deed->offset < MP_PROCESSES;
    struct mp_process_entry *other = mp_tables_process(tables, deed->offset);
    if (mp_deed_phase(deed) == MP_FAILED) {
        condition->broken = 0;
        condition->arrived -= somebody && condition->arrived > 0;
        if (somebody && other->generation == deed->value) {
            other->notified = 0;
        }
    } else if (is_done(deed) && somebody) {
        condition->given++;
        other->notified = 1;
    }
}

static void fold_condition(const struct mp_tables *tables, unsigned slot,
                           const struct mp_deed *deed)
{
    struct mp_object_entry *condition = mp_tables_object(tables, deed->object);
    bool done = is_done(deed);
    switch (deed->op) {
    case MP_OP_COND_WAIT:
        condition->arrived += done;
        condition->waited += done;
        break;
    case MP_OP_COND_WAKE:
        if (mp_deed_phase(deed) != MP_WANT) {
            condition->arrived -= condition->arrived > 0;
            mp_tables_process(tables, slot)->notified = 0;
        }
        break;
    default:
        fold_notify(tables, condition, deed);
        break;
    }
}

void mp_fold_ended(const struct mp_tables *tables, unsigned slot)
{
    const struct mp_process_entry *self = mp_tables_process(tables, slot);
    struct mp_object_entry *condition = mp_tables_object(tables, self->now.object);
    if (self->notified && self->now.op == MP_OP_COND_WAKE &&
        condition->kind == MP_KIND_CONDITION) {
        __atomic_store_n(&condition->broken, 1, __ATOMIC_RELEASE);
    }
}

/* Nobody will do what the dead owe: it counts as done, and they owe nothing any more. */
static void fold_dead_owe_nothing(const struct mp_tables *tables,
                                  struct mp_object_entry *queue,
                                  const struct mp_deed *deed)
{
    queue->finished += deed->offset;
    for (unsigned slot = 0; slot < MP_PROCESSES; slot++) {
        if (!mp_lives(mp_tables_process(tables, slot))) {
            mp_set_member(queue, 0, slot, false);
        }
    }
    queue->members[1][0] = 0;
}

static void fold_queue(const struct mp_tables *tables, unsigned slot,
                       const struct mp_deed *deed)
{
    struct mp_object_entry *queue = mp_tables_object(tables, deed->object);
    uint64_t inside = queue->given - queue->taken;
    if (!is_done(deed)) {
        bool full = deed->op == MP_OP_QUEUE_PUT && inside >= queue->parties;
        bool empty = deed->op == MP_OP_QUEUE_GET && inside == 0;
        mp_count(&queue->waited, wants(deed) && (full || empty));
        if (deed->op == MP_OP_QUEUE_JOIN && mp_deed_phase(deed) == MP_FAILED &&
            deed->value == EOWNERDEAD) {
            fold_dead_owe_nothing(tables, queue, deed);
        }
        return;
    }
    switch (deed->op) {
    case MP_OP_QUEUE_PUT:
    case MP_OP_QUEUE_GET:
        mp_fold_moved(queue, slot, deed);
        break;
    case MP_OP_QUEUE_CLOSE:
        queue->broken = 1;
        break;
    case MP_OP_QUEUE_DONE:
        queue->finished++;
        if (deed->info & MP_INFO_LAST) {
            mp_set_member(queue, 0, slot, false);
        }
        break;
    default:
        break;
    }
}

/* One is lost; what else the dead worker had of its chunk can be taken again. */
static void fold_lost(struct mp_object_entry *pool, struct mp_process_entry *worker,
                      const struct mp_deed *deed)
{
    uint32_t next = deed->offset + 1;
    uint32_t rest = worker->task_end - next;
    mp_count(&pool->finished, 1);
    if (worker->task == next && worker->task_end > next) {
        mp_count(&pool->taken, -(uint64_t)rest);
    }
    worker->task = 0;
}

static void fold_pool(const struct mp_tables *tables, unsigned slot,
                      const struct mp_deed *deed)
{
    struct mp_object_entry *pool = mp_tables_object(tables, deed->object);
    struct mp_process_entry *self = mp_tables_process(tables, slot);
    bool done = is_done(deed);
    bool failed = mp_deed_phase(deed) == MP_FAILED;
    switch (deed->op) {
    case MP_OP_TASKS_GIVE:
        mp_count(&pool->given, done ? deed->value : 0);
        break;
    case MP_OP_TASK_TAKE:
        if (done) {
            mp_fold_task(pool, self, deed);
        }
        break;
    case MP_OP_TASK_FINISH:
        if (done || failed) {
            mp_fold_task(pool, self, deed);
        }
        if ((done || failed) && (deed->info & MP_INFO_LAST)) {
            mp_tables_process(tables, pool->owner)->notified = 1;
        }
        break;
    case MP_OP_TASK_LOST:
        if (done) {
            fold_lost(pool, mp_tables_process(tables, deed->value % MP_PROCESSES), deed);
        }
        break;
    case MP_OP_TASKS_CANCEL:
        mp_count(&pool->taken, done ? deed->value : 0);
        mp_count(&pool->finished, done ? deed->value : 0);
        break;
    case MP_OP_TASKS_WAIT:
        if (mp_deed_phase(deed) != MP_WANT) {
            self->notified = 0;
        }
        break;
    default: /* POOL_CLOSE */
        if (done && deed->value > pool->broken) {
            pool->broken = (uint8_t)deed->value;
        }
        break;
    }
}

static void fold_pipe(struct mp_object_entry *pipe, unsigned slot,
                      const struct mp_deed *deed)
{
    unsigned end = deed->offset % 2;
    if (!is_done(deed)) {
        return;
    }
    switch (deed->op) {
    case MP_OP_PIPE_SEND:
        pipe->messages[1 - end]++;
        pipe->given++;
        break;
    case MP_OP_PIPE_RECV:
        pipe->messages[end] -= pipe->messages[end] > 0; /* one sent as its sender died */
        pipe->taken++;
        break;
    default: /* PIPE_CLOSE */
        mp_set_member(pipe, end, slot, false);
        break;
    }
}

void mp_fold_barrier(struct mp_object_entry *barrier, const struct mp_deed *deed)
{
    if (mp_deed_phase(deed) == MP_FAILED) {
        barrier->broken |= deed->value != ENOTRECOVERABLE; /* or it was, for this one */
    } else if (mp_deed_phase(deed) == MP_WANT && (deed->info & MP_INFO_LAST) == 0) {
        barrier->arrived++;
        barrier->changes++;
        if (barrier->arrived == barrier->parties) {
            barrier->arrived = 0;
            barrier->taken++;
            barrier->changes++;
        }
    }
}

static void fold_reset(struct mp_object_entry *barrier, const struct mp_deed *deed)
{
    barrier->broken = deed->value != 0;
    barrier->arrived = 0;
    barrier->taken += deed->value == 0; /* whoever still waits is let out */
}

void mp_fold_call(const struct mp_tables *tables, unsigned slot,
                  const struct mp_deed *deed)
{
    struct mp_object_entry *object = mp_tables_object(tables, deed->object);
    object->changes += is_done(deed) && object->kind != MP_KIND_POOL;
    switch (deed->op) {
    case MP_OP_BARRIER_RESET:
        fold_reset(object, deed);
        break;
    case MP_OP_SEM_ACQUIRE:
    case MP_OP_SEM_RELEASE:
        fold_semaphore(object, deed);
        break;
    case MP_OP_EVENT_SET:
    case MP_OP_EVENT_CLEAR:
    case MP_OP_EVENT_WAIT:
        fold_event(object, deed);
        break;
    case MP_OP_COND_WAIT:
    case MP_OP_COND_WAKE:
    case MP_OP_COND_NOTIFY:
        fold_condition(tables, slot, deed);
        break;
    case MP_OP_QUEUE_PUT:
    case MP_OP_QUEUE_GET:
    case MP_OP_QUEUE_CLOSE:
    case MP_OP_QUEUE_DONE:
    case MP_OP_QUEUE_JOIN:
        fold_queue(tables, slot, deed);
        break;
    case MP_OP_PIPE_SEND:
    case MP_OP_PIPE_RECV:
    case MP_OP_PIPE_CLOSE:
        fold_pipe(object, slot, deed);
        break;
    default:
        fold_pool(tables, slot, deed);
        break;
    }
}

void mp_fold_made(const struct mp_tables *tables, const struct mp_deed *deed)
{
    unsigned child = deed->object % MP_PROCESSES;
    mp_tables_process(tables, child)->pool = (uint16_t)(deed->offset % MP_OBJECTS);
    for (unsigned i = 1; i < MP_OBJECTS; i++) {
        struct mp_object_entry *object = &tables->objects[i];
        if (object->kind == MP_KIND_QUEUE && mp_is_member(object, 0, child)) {
            object->members[1][0] = 1; /* who had this entry before died in debt */
            mp_set_member(object, 0, child, false);
        } else if (object->kind == MP_KIND_PIPE) {
            mp_set_member(object, 0, child, false);
            mp_set_member(object, 1, child, false);
        }
    }
}

void mp_fold_started(const struct mp_tables *tables, unsigned parent, unsigned child)
{
    for (unsigned i = 1; i < MP_OBJECTS; i++) {
        struct mp_object_entry *pipe = &tables->objects[i];
        for (unsigned end = 0; end < 2 && pipe->kind == MP_KIND_PIPE; end++) {
            if (mp_is_member(pipe, end, parent)) {
                mp_set_member(pipe, end, child % MP_PROCESSES, true);
            }
        }
    }
}

void mp_fold_created(struct mp_object_entry *object, unsigned creator,
                     const struct mp_deed *deed)
{
    object->kind = (uint8_t)(deed->value >> 56);
    object->offset = deed->offset;
    object->size = (uint32_t)deed->value;
    object->arrived = (uint32_t)(deed->value >> 32) & MP_ARRIVED_MOST;
    object->parties = deed->place;
    object->owner = object->kind == MP_KIND_POOL ? (uint16_t)creator : MP_NOBODY;
    for (unsigned end = 0; end < 2 && object->kind == MP_KIND_PIPE; end++) {
        mp_set_member(object, end, creator % MP_PROCESSES, true);
    }
}
