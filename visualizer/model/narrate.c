// SPDX-License-Identifier: MIT
/*
 * Sentences: adding one, and which events have one. What is said is true of what has
 * happened; of the future only with "if". The words on memory are in accesses.c, those on
 * births and ends in lives.c; here are locks, barriers and waiting.
 */
#include "model/private.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* --- adding --------------------------------------------------------------------------- */

/* Births, ends and ordinary waits are below what is watched when the steps are finer. In a
   free run they are all that is told. */
static bool is_minor(const struct model *model, enum sentence_kind kind)
{
    bool finer = model->controlled && model->grain != MP_GRAIN_LIVES;
    switch (kind) {
    case SAY_MADE:
    case SAY_BARRIER_PASSED:
        return finer || !model->controlled;
    case SAY_BORN:
    case SAY_ENDED:
    case SAY_ZOMBIE:
    case SAY_BLOCKED_JOIN:
    case SAY_BLOCKED_BARRIER:
    case SAY_BLOCKED_RESULTS:
    case SAY_BLOCKED_TASK:
        return finer;
    default:
        return false;
    }
}

static void forget_oldest(struct model *model)
{
    if (model->sentence_count < 2 * (size_t)KEEP_SENTENCES) {
        return;
    }
    size_t gone = model->sentence_count - KEEP_SENTENCES;
    memmove(model->sentences, model->sentences + gone,
            KEEP_SENTENCES * sizeof(*model->sentences));
    model->sentence_count = KEEP_SENTENCES;
    model->sentences_gone += gone;
}

struct sentence *say(struct model *model, enum sentence_kind kind, unsigned slot,
                     uint64_t step, const char *format, ...)
{
    narrate_kept_end(model);
    forget_oldest(model);
    if (!model_grow(model, &model->sentences, model->sentence_count,
                    &model->sentence_room, sizeof(*model->sentences))) {
        return NULL;
    }
    struct sentence *sentence = &model->sentences[model->sentence_count++];
    *sentence = (struct sentence){
        .step = step,
        .kind = kind,
        .process = (uint16_t)slot,
        .minor = is_minor(model, kind),
    };
    va_list args;
    va_start(args, format);
    vsnprintf(sentence->text, sizeof(sentence->text), format, args);
    va_end(args);
    model_clean(sentence->text);
    return sentence;
}

void say_more(struct model *model, struct sentence *sentence, const char *format, ...)
{
    if (sentence == NULL || model->hidden->more_told[sentence->kind]) {
        return;
    }
    model->hidden->more_told[sentence->kind] = true;
    va_list args;
    va_start(args, format);
    vsnprintf(sentence->more, sizeof(sentence->more), format, args);
    va_end(args);
    model_clean(sentence->more);
}

/* --- locks ---------------------------------------------------------------------------- */

/* The name of the one thing that is shared, for "guards the counter"; or NULL. */
static const char *the_only_field(const struct model *model)
{
    const struct field *only = NULL;
    for (size_t i = 0; i < model->field_count; i++) {
        if (!model->fields[i].gone) {
            if (only != NULL) {
                return NULL;
            }
            only = &model->fields[i];
        }
    }
    return only == NULL || only->unnamed ? NULL : only->name;
}

static void tell_acquired(struct model *model, const struct happening *h)
{
    const char *name = model_name(model, h->slot);
    const char *lock = model_object_name(model, h->deed->object);
    struct sentence *sentence;
    if (h->phase == MP_DONE_RECOVERED) {
        sentence = say(model, SAY_RECOVERED, h->slot, h->step,
                       "%s has %s now. %s had died with it.", name, lock,
                       model_name(model, h->old_owner));
        say_more(model, sentence,
                 "The call told it so: what %s guards may be half changed.", lock);
        return;
    }
    if (h->step == 0) {
        return;
    }
    const char *field = the_only_field(model);
    sentence = say(model, SAY_ACQUIRED, h->slot, h->step,
                   "%s has %s now. Nobody else can take it.", name, lock);
    say_more(model, sentence, "It guards %s%s only because everybody asks for it first.",
             field == NULL ? "something" : "the ", field == NULL ? "" : field);
}

/* The other child that lives, where there is exactly one; MP_NOBODY. */
static unsigned the_other(const struct model *model, unsigned slot)
{
    unsigned other = MP_NOBODY;
    for (unsigned i = 0; i < model->process_count; i++) {
        const struct mp_process_entry *entry = &model->processes[i].entry;
        if (i == slot || entry->life != MP_LIFE_ALIVE || i == 0) {
            continue;
        }
        if (other != MP_NOBODY) {
            return MP_NOBODY;
        }
        other = i;
    }
    return other;
}

static void tell_released(struct model *model, const struct happening *h)
{
    enum { NAMED = 2 };
    uint16_t waiters[NAMED];
    size_t waiting = model_waiters(model, h->deed->object, waiters, NAMED);
    const char *name = model_name(model, h->slot);
    const char *lock = model_object_name(model, h->deed->object);
    struct sentence *sentence;
    if (waiting == 0) {
        unsigned other = the_other(model, h->slot);
        sentence =
            say(model, SAY_RELEASED, h->slot, h->step, "%s gave %s back.", name, lock);
        say_more(model, sentence, "Whoever asks next gets it: %s, or %s again.",
                 other == MP_NOBODY ? "another" : model_name(model, other), name);
        return;
    }
    if (waiting == 1) {
        sentence = say(model, SAY_RELEASED_TO, h->slot, h->step,
                       "%s gave %s back. %s can go on.", name, lock,
                       model_name(model, waiters[0]));
    } else if (waiting == NAMED) {
        sentence = say(model, SAY_RELEASED_TO, h->slot, h->step,
                       "%s gave %s back. %s or %s can go on.", name, lock,
                       model_name(model, waiters[0]), model_name(model, waiters[1]));
    } else {
        sentence = say(model, SAY_RELEASED_TO, h->slot, h->step,
                       "%s gave %s back. One of the %zu who want it can go on.", name,
                       lock, waiting);
    }
    say_more(model, sentence, "It may still be late: %s can take the lock again first.",
             name);
}

static void tell_refused(struct model *model, const struct happening *h)
{
    const char *name = model_name(model, h->slot);
    const char *lock = model_object_name(model, h->deed->object);
    switch (h->deed->value) {
    case ETIMEDOUT:
        say(model, SAY_TIMED_OUT, h->slot, h->step,
            "%s stopped waiting for %s: the time was over.", name, lock);
        break;
    case EDEADLK:
        say(model, SAY_TRY_FAILED, h->slot, h->step,
            "%s asked for %s, which it has already: refused.", name, lock);
        break;
    default:
        say(model, SAY_TRY_FAILED, h->slot, h->step,
            "%s tried %s: %s has it. It did not wait.", name, lock,
            model_name(model, h->old_owner));
        break;
    }
}

static void narrate_lock(struct model *model, const struct happening *h)
{
    bool told = h->controlled || h->phase == MP_DONE_RECOVERED;
    if (!told || h->phase == MP_WANT) {
        return;
    }
    if (h->phase == MP_FAILED) {
        tell_refused(model, h);
    } else if (narrate_again(model, h)) {
        return;
    } else if (h->deed->op != MP_OP_LOCK_RELEASE) {
        tell_acquired(model, h);
    } else if (h->step != 0) {
        tell_released(model, h);
    }
}

/* --- barriers ------------------------------------------------------------------------- */

static void narrate_barrier(struct model *model, const struct happening *h)
{
    const struct mp_object_entry *barrier = &model->objects[h->deed->object];
    const char *name = model_name(model, h->slot);
    const char *what = model_object_name(model, h->deed->object);
    bool has_come = h->phase == MP_WANT && (h->deed->info & MP_INFO_LAST) == 0;
    if (has_come && barrier->taken != h->deed->value) {
        say(model, SAY_BARRIER_PASSED, h->slot, h->step,
            "All %u have come to %s. They can go on.", barrier->parties, what);
    } else if (h->phase == MP_FAILED && h->deed->value == ETIMEDOUT) {
        say(model, SAY_BARRIER_BROKEN, h->slot, h->step,
            "%s waited too long at %s: it is broken now, for all.", name, what);
    } else if (h->phase == MP_FAILED) {
        say(model, SAY_BARRIER_BROKEN, h->slot, h->step,
            "%s found %s broken: somebody did not come.", name, what);
    }
}

/* --- waiting -------------------------------------------------------------------------- */

static void tell_blocked(struct model *model, unsigned slot, enum mp_op op)
{
    const char *name = model_name(model, slot);
    unsigned what = model->processes[slot].entry.now.object;
    struct sentence *sentence;
    if (op == MP_OP_JOIN) {
        say(model, SAY_BLOCKED_JOIN, slot, 0, "%s is BLOCKED: it waits for %s to end.",
            name, model_name(model, what));
        return;
    }
    if (op_is_call(op)) {
        narrate_blocked_call(model, slot, op);
        return;
    }
    const struct mp_object_entry *object = &model->objects[what];
    const char *object_name = model_object_name(model, what);
    if (op == MP_OP_BARRIER_WAIT) {
        say(model, SAY_BLOCKED_BARRIER, slot, 0,
            "%s is BLOCKED: it waits at %s. %u of %u have come.", name, object_name,
            object->arrived, object->parties);
        return;
    }
    if (object->owner == slot) {
        sentence =
            say(model, SAY_BLOCKED_LOCK, slot, 0,
                "%s is BLOCKED: it wants %s, which it has itself.", name, object_name);
    } else {
        sentence = say(model, SAY_BLOCKED_LOCK, slot, 0,
                       "%s is BLOCKED: it wants %s, and %s has it.", name, object_name,
                       model_name(model, object->owner));
    }
    say_more(model, sentence, "It sleeps. It uses no CPU until it can go on.");
}

void narrate_blocked(struct model *model, bool controlled)
{
    for (unsigned i = 0; i < model->process_count; i++) {
        struct process_private *hidden = &model->hidden->processes[i];
        enum mp_op op = blocked_in(model, i);
        bool news = op != MP_OP_NONE && !hidden->blocked;
        hidden->blocked = op != MP_OP_NONE;
        if (!controlled && news) { /* once: a free run may wait a million times */
            news = (hidden->free_told >> op & 1) == 0;
            hidden->free_told |= UINT64_C(1) << op;
        }
        if (news) {
            tell_blocked(model, i, op);
        }
    }
}

/* --- every event ---------------------------------------------------------------------- */

void narrate(struct model *model, const struct happening *h)
{
    bool lives = op_is_of_lives(h->deed->op);
    if (h->deed->op == MP_OP_NAME || lives) {
        narrate_life(model, h);
        return;
    }
    if (h->deed->object >= MP_OBJECTS) {
        return;
    }
    switch (h->deed->op) {
    case MP_OP_READ:
    case MP_OP_READ_RANGE:
    case MP_OP_WRITE_RANGE:
        narrate_access(model, h);
        break;
    case MP_OP_LOCK_ACQUIRE:
    case MP_OP_LOCK_TRY:
    case MP_OP_LOCK_RELEASE:
        narrate_lock(model, h);
        break;
    case MP_OP_BARRIER_WAIT:
        narrate_barrier(model, h);
        break;
    case MP_OP_QUEUE_PUT:
    case MP_OP_QUEUE_GET:
    case MP_OP_QUEUE_CLOSE:
    case MP_OP_QUEUE_DONE:
    case MP_OP_QUEUE_JOIN:
        narrate_queue(model, h);
        break;
    case MP_OP_TASKS_GIVE:
    case MP_OP_TASK_TAKE:
    case MP_OP_TASK_FINISH:
    case MP_OP_TASK_LOST:
    case MP_OP_TASKS_CANCEL:
    case MP_OP_TASKS_WAIT:
    case MP_OP_POOL_CLOSE:
        narrate_pool(model, h);
        break;
    default:
        narrate_sync(model, h);
        break;
    }
    narrate_spinning(model, h);
}
