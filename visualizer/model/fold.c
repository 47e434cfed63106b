// SPDX-License-Identifier: MIT
/*
 * The fold of the two tables: what mp does to the entries of processes and objects at each
 * event, done again here. In a controlled run the result equals the world's own tables
 * after every event; model_equals() holds it to that.
 */
#include "model/private.h"

#include <string.h>

static struct mp_process_entry *entry_of(struct model *model, unsigned slot)
{
    return &model->processes[slot].entry;
}

struct mp_tables tables_of(const struct model *model)
{
    return (struct mp_tables){(void *)&model->processes[0].entry,
                              sizeof model->processes[0],
                              (struct mp_object_entry *)model->objects};
}

static void use_slot(struct model *model, unsigned slot)
{
    if (slot >= model->process_count) {
        model->process_count = slot + 1;
    }
}

/* --- lives ---------------------------------------------------------------------------- */

/* A process that ends while it has a lock: the lock is told to the next who takes it. */
static void break_locks(struct model *model, unsigned slot)
{
    for (unsigned i = 0; i < model->object_count; i++) {
        struct mp_object_entry *object = &model->objects[i];
        if (mp_is_lock(object) && object->owner == slot) {
            object->broken = 1;
        }
    }
}

static void end_life(struct model *model, unsigned slot, int32_t status)
{
    struct process_view *view = &model->processes[slot];
    view->entry.life = MP_LIFE_ENDED;
    view->entry.status = status;
    view->entry.waiting = 0;
    view->ended_step = model->steps;
    break_locks(model, slot);
    struct mp_tables tables = tables_of(model);
    mp_fold_ended(&tables, slot);
}

static void make(struct model *model, unsigned slot, const struct mp_deed *deed)
{
    unsigned child = deed->object;
    struct mp_process_entry *entry = entry_of(model, child);
    *entry = (struct mp_process_entry){
        .generation = (uint32_t)deed->value,
        .life = MP_LIFE_MADE,
        .parent = child == slot ? MP_NOBODY : (uint16_t)slot,
    };
    use_slot(model, child);
    struct mp_tables tables = tables_of(model);
    mp_fold_made(&tables, deed);
    values_forget_process(model, child);
    struct process_private *hidden = &model->hidden->processes[child];
    hidden->write.open = false;
    hidden->whole_life = deed->order != 0;
    hidden->blocked = false;
    hidden->free_told = 0;
    hidden->repeats = 0;
    hidden->last_step = (struct mp_deed){.op = MP_OP_NONE};
    hidden->error[0] = '\0';
    life_begin(model, child);
}

static void start(struct model *model, unsigned slot, const struct mp_deed *deed)
{
    struct mp_process_entry *child = entry_of(model, deed->object);
    use_slot(model, deed->object);
    child->pid = (int32_t)deed->value;
    struct mp_tables tables = tables_of(model);
    mp_fold_started(&tables, slot, deed->object);
    if (child->life > MP_LIFE_MADE) {
        return; /* free running: the child was faster than its parent's record */
    }
    child->life = MP_LIFE_STARTED;
    if (deed->order != 0) {
        child->now = (struct mp_deed){.op = MP_OP_BEGIN, .info = MP_WANT};
        child->waiting = 1;
    }
}

/* The lives: what happens to entries of the process table besides .last and .now. */
static void fold_life(struct model *model, const struct happening *h)
{
    const struct mp_deed *deed = h->deed;
    struct process_view *self = &model->processes[h->slot];
    struct process_view *other = &model->processes[deed->object];
    switch (deed->op) {
    case MP_OP_MAKE:
        make(model, h->slot, deed);
        break;
    case MP_OP_START:
        start(model, h->slot, deed);
        break;
    case MP_OP_BEGIN:
        self->entry.life = MP_LIFE_ALIVE;
        self->entry.pid = (int32_t)deed->value;
        self->born_step = model->steps;
        break;
    case MP_OP_END:
    case MP_OP_DIE:
        end_life(model, h->slot, (int32_t)(int64_t)deed->value);
        break;
    case MP_OP_JOIN:
        if (other->entry.parent != h->slot) { /* a child that waited for its parent */
            break;
        }
        other->entry.life = MP_LIFE_JOINED;
        other->entry.status = (int32_t)(int64_t)deed->value;
        other->joined_step = model->steps;
        other->kernel.state = 0; /* the kernel has nothing to say of it any more */
        life_refresh(model, deed->object);
        break;
    case MP_OP_FORGET:
        life_refresh(model, deed->object);
        other->entry = (struct mp_process_entry){.generation = other->entry.generation};
        break;
    default:
        break;
    }
}

/* --- objects -------------------------------------------------------------------------- */

static void create(struct model *model, unsigned slot, const struct mp_deed *deed)
{
    struct mp_object_entry *object = &model->objects[deed->object];
    fields_forget(model, deed->object);
    contents_forget(model, deed->object);
    model->retired[deed->object] = false;
    *object = (struct mp_object_entry){.generation = object->generation + 1};
    mp_fold_created(object, slot, deed);
    model->locks_made += mp_is_lock(object);
    model->hidden->object_names[deed->object][0] = '\0';
    if (deed->object >= model->object_count) {
        model->object_count = deed->object + 1u;
    }
}

static void destroy(struct model *model, unsigned i)
{
    struct mp_object_entry *object = &model->objects[i];
    fields_forget(model, (uint16_t)i);
    model->retired[i] = object->kind == MP_KIND_QUEUE || object->kind == MP_KIND_POOL;
    if (!model->retired[i]) {
        contents_forget(model, i);
        *object = (struct mp_object_entry){.generation = object->generation};
    }
}

/* Free running, records of two processes may come in the wrong order: the object's version
   tells which is the older one. */
static bool is_stale(const struct mp_object_entry *object, const struct mp_deed *deed)
{
    return deed->order == 0 && deed->value != 0 &&
           (int32_t)((uint32_t)deed->value - object->changes) <= 0;
}

static void change(struct mp_object_entry *object, const struct mp_deed *deed)
{
    object->changes = deed->order == 0 && deed->value != 0 ? (uint32_t)deed->value
                                                           : object->changes + 1;
}

static void fold_lock(struct mp_object_entry *lock, const struct happening *h)
{
    bool done = h->phase == MP_DONE || h->phase == MP_DONE_RECOVERED;
    bool released = h->deed->op == MP_OP_LOCK_RELEASE;
    if (done && is_stale(lock, h->deed)) {
        lock->taken += !released;
    } else if (done) {
        uint32_t changes = lock->changes;
        mp_fold_lock(lock, h->slot, h->deed);
        lock->changes = changes;
        change(lock, h->deed);
    } else if (h->phase == MP_WANT && h->deed->op == MP_OP_LOCK_ACQUIRE) {
        lock->waited += lock->owner != MP_NOBODY && lock->owner != h->slot;
    }
}

static void fold_object(struct model *model, struct happening *h)
{
    const struct mp_deed *deed = h->deed;
    struct mp_object_entry *object = &model->objects[deed->object];
    h->old_owner = object->owner;
    switch (deed->op) {
    case MP_OP_CREATE:
        create(model, h->slot, deed);
        break;
    case MP_OP_DESTROY:
        destroy(model, deed->object);
        break;
    case MP_OP_LOCK_ACQUIRE:
    case MP_OP_LOCK_TRY:
    case MP_OP_LOCK_RELEASE:
        fold_lock(object, h);
        break;
    case MP_OP_BARRIER_WAIT:
        mp_fold_barrier(object, deed);
        break;
    default:
        if (deed->op > MP_OP_BARRIER_WAIT) {
            struct mp_tables tables = tables_of(model);
            mp_fold_call(&tables, h->slot, deed);
        }
        break;
    }
}

/* --- every event ---------------------------------------------------------------------- */

static void count_access(struct model *model, const struct happening *h)
{
    struct mp_process_entry *entry = entry_of(model, h->slot);
    unsigned op = h->deed->op;
    bool reads = op == MP_OP_READ || op == MP_OP_READ_RANGE || op == MP_OP_UPDATE;
    bool writes = op == MP_OP_WRITE || op == MP_OP_WRITE_RANGE || op == MP_OP_UPDATE;
    entry->reads += reads;
    entry->writes += writes;
    if (writes && op != MP_OP_UPDATE && h->slot != 0) {
        model->hidden->plain_writes = true;
    }
}

/* .now, .last and .waiting of who wrote the event. */
static void fold_deed(struct model *model, const struct happening *h)
{
    struct mp_process_entry *entry = entry_of(model, h->slot);
    switch (h->deed->op) {
    case MP_OP_NAME:
    case MP_OP_MAKE:
    case MP_OP_CREATE:
    case MP_OP_FORGET:
    case MP_OP_DESTROY:
    case MP_OP_DIE:
        return;
    default:
        break;
    }
    if (h->phase == MP_WANT) {
        entry->now = *h->deed;
        entry->waiting = 1;
        return;
    }
    entry->last = *h->deed;
    if (h->phase != MP_SETTLED) {
        entry->waiting = 0;
    }
}

void fold_tables(struct model *model, struct happening *h)
{
    const struct mp_deed *deed = h->deed;
    use_slot(model, h->slot);
    if (deed->op == MP_OP_NAME) {
        fold_name(model, h->slot, deed);
        return;
    }
    bool lives = op_is_of_lives(deed->op);
    if (deed->object >= (lives ? (unsigned)MP_PROCESSES : (unsigned)MP_OBJECTS)) {
        return; /* no entry: not something that mp writes */
    }
    fold_deed(model, h);
    if (h->step != 0 && deed->op != MP_OP_DIE) { /* killing it was a step, not its own */
        entry_of(model, h->slot)->steps += 1;
        model->moved_last = (uint16_t)h->slot;
    }
    if (h->phase == MP_DONE) {
        count_access(model, h);
    }
    if (lives && h->phase == MP_DONE) {
        fold_life(model, h);
    } else if (!lives) {
        fold_object(model, h);
    }
    life_refresh(model, h->slot);
}
