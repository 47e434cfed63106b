// SPDX-License-Identifier: MIT
/*
 * Who waits for whom: the textbook state of a process, and the reason why it cannot go.
 */
#include "model/private.h"

#include <stdio.h>

static bool has_to_end(const struct model *model, unsigned slot)
{
    enum mp_life life = model->processes[slot].entry.life;
    return life == MP_LIFE_STARTED || life == MP_LIFE_ALIVE;
}

static bool wants_its_own(const struct model *model, unsigned slot)
{
    const struct mp_deed *now = &model->processes[slot].entry.now;
    const struct mp_object_entry *lock = &model->objects[now->object % MP_OBJECTS];
    return now->op == MP_OP_LOCK_ACQUIRE && lock->kind == MP_KIND_LOCK &&
           lock->owner == slot && !lock->broken;
}

enum mp_op blocked_in(const struct model *model, unsigned slot)
{
    const struct mp_process_entry *entry = &model->processes[slot].entry;
    if (entry->life != MP_LIFE_ALIVE || !entry->waiting) {
        return MP_OP_NONE;
    }
    if (wants_its_own(model, slot)) {
        /* mp itself would tell it so; another library may not. Free running, what it does
           and who has the lock were looked at in two moments: it has just got it. */
        return model->controlled ? MP_OP_LOCK_ACQUIRE : MP_OP_NONE;
    }
    struct mp_tables tables = tables_of(model);
    bool blocked = mp_can_go(&tables, slot).reason != MP_CAN_GO;
    return blocked ? (enum mp_op)entry->now.op : MP_OP_NONE;
}

/* --- states --------------------------------------------------------------------------- */

static enum textbook_state state_of_living(const struct model *model, unsigned slot)
{
    const struct process_view *view = &model->processes[slot];
    char kernel = view->kernel.state;
    if (blocked_in(model, slot) != MP_OP_NONE) {
        return STATE_BLOCKED;
    }
    if (view->entry.waiting && model->controlled) {
        return STATE_READY;
    }
    return kernel == 'R' || kernel == 0 ? STATE_RUNNING : STATE_BLOCKED;
}

enum textbook_state model_state(const struct model *model, unsigned slot)
{
    if (slot >= MP_PROCESSES) {
        return STATE_GONE;
    }
    const struct mp_process_entry *entry = &model->processes[slot].entry;
    switch (entry->life) {
    case MP_LIFE_ALIVE:
        return state_of_living(model, slot);
    case MP_LIFE_ENDED: /* nobody joins it whose parent is gone */
        return entry->parent < MP_PROCESSES && has_to_end(model, entry->parent)
                   ? STATE_ZOMBIE
                   : STATE_GONE;
    case MP_LIFE_JOINED:
        return STATE_GONE;
    case MP_LIFE_NONE:
        return model->processes[slot].life == NO_LIFE ? STATE_NOT_BORN : STATE_GONE;
    default:
        return STATE_NOT_BORN;
    }
}

const char *model_state_word(enum textbook_state state)
{
    static const char *const words[STATES] = {
        [STATE_NOT_BORN] = "not born", [STATE_READY] = "ready",
        [STATE_RUNNING] = "running",   [STATE_BLOCKED] = "BLOCKED",
        [STATE_ZOMBIE] = "ZOMBIE",     [STATE_GONE] = "gone",
    };
    return state < STATES ? words[state] : "";
}

const char *model_state_text(const struct model *model, unsigned slot)
{
    enum textbook_state state = model_state(model, slot);
    if (state != STATE_BLOCKED) {
        return model_state_word(state);
    }
    switch (blocked_in(model, slot)) {
    case MP_OP_LOCK_ACQUIRE:
    case MP_OP_SEM_ACQUIRE:
    case MP_OP_QUEUE_PUT:
    case MP_OP_QUEUE_GET:
        return model_state_word(state);
    default:
        return "blocked";
    }
}

size_t model_waiters(const struct model *model, uint16_t object, uint16_t *slots,
                     size_t room)
{
    size_t count = 0;
    for (unsigned i = 0; i < model->process_count; i++) {
        const struct mp_process_entry *entry = &model->processes[i].entry;
        bool waits = entry->life == MP_LIFE_ALIVE && entry->waiting &&
                     entry->now.object == object &&
                     (entry->now.op == MP_OP_LOCK_ACQUIRE ||
                      (entry->now.op >= MP_OP_BARRIER_WAIT && blocked_in(model, i)));
        if (waits && object < MP_OBJECTS && model->objects[object].owner != i) {
            if (count < room) {
                slots[count] = (uint16_t)i;
            }
            count += 1;
        }
    }
    return count;
}

/* --- the reason ----------------------------------------------------------------------- */

static void blocked_words(const struct model *model, unsigned slot, enum mp_op op,
                          char *text, size_t size)
{
    const char *name = model_name(model, slot);
    unsigned what = model->processes[slot].entry.now.object;
    if (op == MP_OP_JOIN) {
        snprintf(text, size, "%s waits for %s to end", name, model_name(model, what));
        return;
    }
    if (op_is_call(op)) {
        call_blocked_words(model, slot, text, size);
        return;
    }
    const struct mp_object_entry *object = &model->objects[what];
    const char *object_name = model_object_name(model, what);
    if (op == MP_OP_BARRIER_WAIT) {
        snprintf(text, size, "%s waits at %s: %u of %u have come", name, object_name,
                 object->arrived, object->parties);
    } else if (object->owner == slot) {
        snprintf(text, size, "%s wants %s, which it has itself", name, object_name);
    } else {
        snprintf(text, size, "%s wants %s, and %s has it", name, object_name,
                 model_name(model, object->owner));
    }
}

bool model_why_not(const struct model *model, unsigned slot, char *text, size_t size)
{
    text[0] = '\0';
    if (slot >= MP_PROCESSES || model->processes[slot].entry.life == MP_LIFE_NONE) {
        snprintf(text, size, "there is no such process");
        return true;
    }
    const char *name = model_name(model, slot);
    enum mp_op op = blocked_in(model, slot);
    if (op != MP_OP_NONE) {
        blocked_words(model, slot, op, text, size);
        return true;
    }
    switch (model->processes[slot].entry.life) {
    case MP_LIFE_MADE:
        snprintf(text, size, "%s has not been started yet", name);
        return true;
    case MP_LIFE_ENDED:
    case MP_LIFE_JOINED:
        snprintf(text, size, "%s has ended", name);
        return true;
    default:
        return false;
    }
}
