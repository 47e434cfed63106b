// SPDX-License-Identifier: MIT
/*
 * The model itself: its making, starting from a snapshot, the way of one event through the
 * fold, and the columns of the steps table.
 */
#include "model/grow.h"
#include "model/private.h"
#include "model/races_private.h"

#include <stdlib.h>
#include <string.h>

bool model_grow(struct model *model, void *array, size_t count, size_t *room, size_t size)
{
    bool good = grow_array(array, count, 1, room, size);
    model->no_memory = model->no_memory || !good;
    return good;
}

struct model *model_new(void)
{
    struct model *model = calloc(1, sizeof(*model));
    struct model_private *hidden = calloc(1, sizeof(*hidden));
    if (model == NULL || hidden == NULL) {
        free(model);
        free(hidden);
        return NULL;
    }
    model->hidden = hidden;
    model->grain = MP_GRAIN_MEMORY;
    model->moved_last = MP_NOBODY;
    hidden->found = NO_FIELD;
    for (unsigned i = 0; i < MP_PROCESSES; i++) {
        model->processes[i].life = NO_LIFE;
        model->processes[i].kernel.cpu = -1;
    }
    return model;
}

void model_free(struct model *model)
{
    if (model == NULL) {
        return;
    }
    for (unsigned i = 0; i < MP_PROCESSES; i++) {
        free(model->hidden->processes[i].held);
    }
    for (unsigned i = 0; i < MP_OBJECTS; i++) {
        contents_forget(model, i);
    }
    races_free(model->hidden->races);
    free(model->hidden);
    free(model->fields);
    free(model->moments);
    free(model->writes);
    free(model->sentences);
    free(model->output);
    free(model->lives);
    free(model);
}

/* --- a snapshot ----------------------------------------------------------------------- */

/* Takes in one entry of the process table, and tells what has changed since. */
static void take_process(struct model *model, unsigned slot,
                         const struct mp_process_entry *new, bool tell)
{
    struct process_view *view = &model->processes[slot];
    bool other = new->life != MP_LIFE_NONE &&
                 (view->life == NO_LIFE || new->generation != view->entry.generation);
    view->entry = *new;
    if (new->life == MP_LIFE_NONE) {
        return;
    }
    if (other) {
        life_begin(model, slot);
    }
    life_rename(model, slot);
    life_refresh(model, slot);
    if (slot >= model->process_count) {
        model->process_count = slot + 1;
    }
    struct model_life *life = life_of(model, slot);
    if (!tell) {
        if (life != NULL) { /* who is there already is no news */
            life->told |= TOLD_MADE | (new->life >= MP_LIFE_STARTED ? TOLD_STARTED : 0) |
                          (new->life >= MP_LIFE_ALIVE ? TOLD_BORN : 0) |
                          (new->life >= MP_LIFE_ENDED ? TOLD_ENDED : 0) |
                          (new->life >= MP_LIFE_JOINED ? TOLD_JOINED : 0);
        }
        return;
    }
    if (new->life >= MP_LIFE_STARTED) {
        narrate_started(model, slot, 0);
    }
    /* Whose end was told before its birth has never begun. */
    if (new->life >= MP_LIFE_ALIVE && (life == NULL || !(life->told & TOLD_ENDED))) {
        narrate_born(model, slot, 0);
    }
    if (new->life >= MP_LIFE_ENDED) {
        narrate_ended(model, slot, 0);
    }
    if (new->life == MP_LIFE_JOINED) {
        narrate_joined(model, slot, 0);
    }
}

static void take_object(struct model *model, unsigned i, const struct mp_object_entry *new)
{
    struct mp_object_entry *old = &model->objects[i];
    bool other = new->generation != old->generation;
    if (model->retired[i] && !other) {
        return;
    }
    if (other) {
        model->retired[i] = false;
        fields_forget(model, (uint16_t)i);
        contents_forget(model, i);
        model->locks_made += mp_is_lock(new);
    }
    *old = *new;
    if (new->kind != MP_KIND_NONE) {
        keep_object_name(model, i);
        if (i >= model->object_count) {
            model->object_count = i + 1;
        }
    }
}

void model_start(struct model *model, const struct snapshot *snapshot, bool gap)
{
    struct model_private *hidden = model->hidden;
    bool tell = hidden->started;
    model->steps = snapshot->steps;
    model->grain = snapshot->grain;
    model->controlled = snapshot->controlled;
    for (unsigned i = 0; i < MP_OBJECTS; i++) {
        take_object(model, i, &snapshot->objects[i]);
    }
    for (unsigned i = 0; i < MP_PROCESSES; i++) {
        take_process(model, i, &snapshot->processes[i], tell);
    }
    if (gap || !hidden->started) {
        model->moment_count = 0;
        model->stuck = false;
        values_forget_all(model);
    }
    if (gap && hidden->started) {
        races_gap(model);
    }
    fields_from_snapshot(model, snapshot);
    contents_from_snapshot(model, snapshot);
    hidden->started = true;
    narrate_blocked(model, model->controlled);
}

/* --- events --------------------------------------------------------------------------- */

static bool is_scalar_access(const struct mp_deed *deed)
{
    return deed->op == MP_OP_READ || deed->op == MP_OP_WRITE || deed->op == MP_OP_UPDATE;
}

/* A column of the steps table. */
static void add_moment(struct model *model, struct happening *h)
{
    if (!model_grow(model, &model->moments, model->moment_count, &model->moment_room,
                    sizeof(*model->moments))) {
        return;
    }
    bool scalar = is_scalar_access(h->deed);
    h->moment = (uint32_t)model->moment_count++;
    model->moments[h->moment] = (struct moment){
        .step = h->step,
        .process = (uint16_t)h->slot,
        .deed = *h->deed,
        .settled = !scalar || h->deed->op == MP_OP_READ,
        .field = scalar && access_is_whole(model, h->deed)
                     ? model_field_at(model, h->deed->offset)
                     : NO_FIELD,
        .write = NO_WRITE,
        .before = scalar ? h->deed->value : 0,
        .after = scalar ? h->deed->value : 0,
    };
}

/* Of a queue: how many items were inside before and after. */
static void note_depth(struct model *model, const struct happening *h)
{
    const struct mp_deed *deed = h->deed;
    bool moves = deed->op == MP_OP_QUEUE_PUT || deed->op == MP_OP_QUEUE_GET;
    if (h->moment < model->moment_count && moves && deed->object < MP_OBJECTS) {
        uint64_t inside = contents_inside(&model->objects[deed->object]);
        uint64_t before = deed->op == MP_OP_QUEUE_PUT ? inside - 1 : inside + 1;
        model->moments[h->moment].after = inside;
        model->moments[h->moment].before = h->phase == MP_DONE ? before : inside;
    }
}

static bool is_sound(const struct mp_deed *deed)
{
    return deed->op > MP_OP_NONE && deed->op < MP_OPS &&
           (deed->op == MP_OP_NAME || mp_deed_phase(deed) < MP_PHASES);
}

static void settle(struct model *model, const struct happening *h)
{
    struct open_write was;
    struct outcome outcome;
    if (values_settle(model, h->slot, h->deed->value, &was, &outcome)) {
        narrate_settled(model, h->slot, &was, &outcome, h->deed->value);
    }
}

void model_event(struct model *model, unsigned slot, const struct mp_event *event)
{
    const struct mp_deed *deed = &event->deed;
    model->events += 1;
    if (slot >= MP_PROCESSES || !is_sound(deed)) {
        return;
    }
    model->controlled = deed->order != 0;
    if (event->when > model->newest) {
        model->newest = event->when;
    }
    struct happening h = {
        .slot = slot,
        .deed = deed,
        .phase = deed->op == MP_OP_NAME ? MP_DONE : mp_deed_phase(deed),
        .when = event->when,
        .controlled = deed->order != 0,
        .moment = NO_MOMENT,
        .old_owner = MP_NOBODY,
    };
    bool happened = h.phase != MP_WANT && h.phase != MP_SETTLED && deed->op != MP_OP_NAME;
    if (happened && (deed->info & MP_INFO_STEP) != 0) {
        h.step = ++model->steps;
    }
    model->stuck = model->stuck && !happened;
    if (happened && is_scalar_access(deed)) {
        fields_split(model, deed->offset, mp_deed_size(deed));
    }
    if (h.step != 0) {
        add_moment(model, &h);
        model->hidden->processes[slot].last_step = *deed;
    }
    fold_tables(model, &h);
    races_event(model, &h);
    if (op_is_call(deed->op) && deed->object < MP_OBJECTS) {
        contents_event(model, &h);
        note_depth(model, &h);
    }
    if (h.phase == MP_SETTLED) {
        settle(model, &h);
    } else {
        values_event(model, &h);
    }
    narrate(model, &h);
    narrate_blocked(model, h.controlled);
}

void model_dropped(struct model *model, uint64_t count)
{
    model->dropped += count;
    if (model->controlled && count != 0) {
        say(model, SAY_DROPPED, MP_NOBODY, 0,
            "%llu steps went by unseen: the numbers below are at least so large.",
            (unsigned long long)count);
    }
}

void model_outside(struct model *model, unsigned slot)
{
    struct model_life *life = life_of(model, slot);
    if (life == NULL || (life->told & TOLD_OUTSIDE) != 0) {
        return;
    }
    life->told |= TOLD_OUTSIDE;
    struct sentence *sentence =
        say(model, SAY_OUTSIDE, slot, 0, "%s sleeps in the kernel. The others go on.",
            model_name(model, slot));
    say_more(model, sentence, "It waits for something that is not part of this program.");
}

/* --- questions about values ----------------------------------------------------------- */

bool model_value_after(const struct model *model, size_t moment, uint32_t field,
                       uint64_t *raw)
{
    if (moment >= model->moment_count || field >= model->field_count) {
        return false;
    }
    for (size_t i = moment + 1; i-- > 0;) {
        if (model->moments[i].field == field) {
            *raw = model->moments[i].after;
            return model->moments[i].settled;
        }
    }
    for (size_t i = moment + 1; i < model->moment_count; i++) {
        if (model->moments[i].field == field) {
            *raw = model->moments[i].before;
            return true;
        }
    }
    *raw = model->fields[field].value;
    return model->fields[field].known;
}

/* Free running: what the children have written. */
static uint64_t writes_of_children(const struct model *model)
{
    uint64_t writes = 0;
    for (size_t i = 0; i < model->life_count; i++) {
        writes += model->lives[i].slot == 0 ? 0 : model->lives[i].writes;
    }
    return writes;
}

uint64_t model_updates(const struct model *model)
{
    if (!model->controlled) {
        return writes_of_children(model);
    }
    uint64_t updates = 0;
    for (size_t i = 0; i < model->field_count; i++) {
        updates += model->fields[i].updates;
    }
    return updates;
}

uint64_t model_lost(const struct model *model)
{
    uint64_t lost = 0;
    const struct field *only = NULL;
    unsigned fields = 0;
    for (size_t i = 0; i < model->field_count; i++) {
        lost += model->fields[i].lost;
        if (!model->fields[i].gone) {
            fields += 1;
            only = &model->fields[i];
        }
    }
    if (model->controlled) {
        return lost;
    }
    uint64_t writes = writes_of_children(model);
    bool counts = fields == 1 && only->known && only->value <= writes &&
                  (only->kind == FIELD_SIGNED || only->kind == FIELD_UNSIGNED);
    return counts ? writes - only->value : 0;
}
