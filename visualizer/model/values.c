// SPDX-License-Identifier: MIT
/*
 * Values and lost updates: what each access means for the fields that it touches.
 *
 * Each write remembers the write whose value its process had last read. So the writes of a
 * field are a tree; from the one whose value is there now, one path leads back to the
 * start: the writes that the value was computed from. An update that is not on it is lost.
 * A new write moves the end of the path: what leaves it is lost, what comes back (somebody
 * had read a lost value and writes on) counts again. The two paths meet at the last common
 * one; as a write is always younger than what it is based on, walking back from whichever
 * is younger finds it.
 *
 * A write without an earlier read by its process is set, not updated: it starts a new path,
 * and what it overwrites is not called lost. After its own update a process holds what it
 * has written.
 *
 * This holds in controlled runs only. Free running, neither the order of two near accesses
 * nor their values are certain, and nothing is built on them.
 */
#include "model/private.h"

#include <stdlib.h>
#include <string.h>

static struct held *hold(struct model *model, unsigned slot, uint32_t field)
{
    struct process_private *hidden = &model->hidden->processes[slot];
    if (field >= hidden->held_room) {
        size_t room = model->field_count;
        struct held *held = realloc(hidden->held, room * sizeof(*held));
        if (held == NULL) {
            model->no_memory = true;
            return NULL;
        }
        memset(held + hidden->held_room, 0, (room - hidden->held_room) * sizeof(*held));
        hidden->held = held;
        hidden->held_room = room;
    }
    return &hidden->held[field];
}

const struct held *held_by(const struct model *model, unsigned slot, uint32_t field)
{
    static const struct held nothing;
    const struct process_private *hidden = &model->hidden->processes[slot];
    return field < hidden->held_room ? &hidden->held[field] : &nothing;
}

void values_forget_process(struct model *model, unsigned slot)
{
    struct process_private *hidden = &model->hidden->processes[slot];
    if (hidden->held != NULL) {
        memset(hidden->held, 0, hidden->held_room * sizeof(*hidden->held));
    }
}

/* Something wrote the field in a way that nobody can follow: a new start. */
static void forget_field(struct model *model, uint32_t index)
{
    model->fields[index].last_write = NO_WRITE;
    for (unsigned i = 0; i < model->process_count; i++) {
        struct process_private *hidden = &model->hidden->processes[i];
        if (hidden->held != NULL && index < hidden->held_room) {
            hidden->held[index].has = false;
        }
    }
}

void values_forget_all(struct model *model)
{
    for (uint32_t i = 0; i < model->field_count; i++) {
        struct field *field = &model->fields[i];
        field->last_write = NO_WRITE;
        field->updates = field->sets = field->lost = 0;
    }
    for (unsigned i = 0; i < MP_PROCESSES; i++) {
        values_forget_process(model, i);
        model->hidden->processes[i].write.open = false;
        model->hidden->processes[i].whole_life = false;
    }
    model->write_count = 0;
}

/* --- the tree of writes --------------------------------------------------------------- */

static void mark(struct model *model, struct model_write *write, bool lost,
                 struct outcome *outcome, uint32_t read_at)
{
    if (!write->is_update || write->lost == lost) {
        return;
    }
    write->lost = lost;
    struct field *field = &model->fields[write->field];
    if (lost) {
        field->lost += 1;
        outcome->lost += 1;
        outcome->loser = write->process;
        outcome->loser_step = write->step;
        outcome->since_read = outcome->since_read && write - model->writes >= read_at;
    } else {
        field->lost -= 1;
        outcome->back += 1;
        outcome->winner = write->process;
    }
}

/* The end of the path moves from write `from` to write `to` (NO_WRITE: the start). */
static void move_path(struct model *model, uint32_t from, uint32_t to,
                      struct outcome *outcome, uint32_t read_at)
{
    outcome->since_read = outcome->held.by_read;
    while (from != to) {
        bool back_from = to == NO_WRITE || (from != NO_WRITE && from > to);
        struct model_write *write = &model->writes[back_from ? from : to];
        mark(model, write, back_from, outcome, read_at);
        if (back_from) {
            from = write->based_on;
        } else {
            to = write->based_on;
        }
    }
}

/* Enters a write of the whole field into the tree. */
static void enter_write(struct model *model, unsigned slot, const struct open_write *was,
                        uint32_t index, uint64_t value, struct outcome *outcome)
{
    struct field *field = &model->fields[index];
    struct held *held = hold(model, slot, index);
    if (held == NULL || !model_grow(model, &model->writes, model->write_count,
                                    &model->write_room, sizeof(*model->writes))) {
        forget_field(model, index);
        return;
    }
    if (was->atomic) { /* its read and its write are one: nobody came between */
        *held = (struct held){.has = true,
                              .base = field->last_write,
                              .writes_then = (uint32_t)model->write_count,
                              .value = was->before};
    }
    outcome->held = *held;
    uint32_t base = held->has ? held->base : NO_WRITE;
    uint32_t number = (uint32_t)model->write_count++;
    model->writes[number] = (struct model_write){
        .field = index,
        .process = (uint16_t)slot,
        .step = was->step,
        .moment = was->moment,
        .value = value,
        .based_on = base,
        .depth = (base == NO_WRITE ? 0 : model->writes[base].depth) + held->has,
        .is_update = held->has,
    };
    if (was->moment != NO_MOMENT) {
        model->moments[was->moment].write = number;
    }
    if (held->has) {
        move_path(model, field->last_write, base, outcome, held->writes_then);
        field->updates += 1;
    } else if (model->hidden->processes[slot].whole_life) {
        outcome->set = true;
        field->sets += 1;
    }
    field->last_write = number;
    held->by_read = false;
    held->base = number;
    held->value = value;
}

/* --- accesses ------------------------------------------------------------------------- */

static bool is_whole(const struct field *field, uint32_t offset, uint32_t size)
{
    return field->offset == offset && field->size == size;
}

static void read_field(struct model *model, const struct happening *h, uint32_t index)
{
    const struct mp_deed *deed = h->deed;
    struct field *field = &model->fields[index];
    field_patch(field, deed->offset, mp_deed_size(deed), deed->value);
    struct held *held = hold(model, h->slot, index);
    if (held == NULL || !h->controlled ||
        !is_whole(field, deed->offset, mp_deed_size(deed))) {
        return;
    }
    *held = (struct held){
        .has = true,
        .by_read = true,
        .as_step = h->step != 0,
        .base = field->last_write,
        .writes_then = (uint32_t)model->write_count,
        .step = h->step,
        .value = field->value,
    };
}

/* Fields under an access of a known size. */
static void access_fields(struct model *model, const struct happening *h)
{
    const struct mp_deed *deed = h->deed;
    uint32_t size = mp_deed_size(deed);
    for (uint32_t i = 0; i < model->field_count; i++) {
        struct field *field = &model->fields[i];
        if (!field_overlaps(field, deed->offset, size)) {
            continue;
        }
        if (deed->op == MP_OP_READ) {
            read_field(model, h, i);
            continue;
        }
        /* What was there is certain; what is there now, SETTLED tells. */
        field_patch(field, deed->offset, size, deed->value);
        field->known = !h->controlled;
        field->writer = (uint16_t)h->slot;
        if (!h->controlled) {
            forget_field(model, i);
        }
    }
}

static void write_range(struct model *model, const struct happening *h)
{
    for (uint32_t i = 0; i < model->field_count; i++) {
        struct field *field = &model->fields[i];
        if (field_overlaps(field, h->deed->offset, h->deed->value)) {
            field->known = false;
            field->writer = (uint16_t)h->slot;
            field->sets += h->controlled;
            forget_field(model, i);
        }
    }
}

/*
 * A write that its process did not live to settle: perhaps it was done. The next one who
 * reads another value than there was before proves it.
 */
static void settle_by_read(struct model *model, const struct happening *h)
{
    for (unsigned i = 0; i < model->process_count; i++) {
        const struct open_write *write = &model->hidden->processes[i].write;
        if (i == h->slot || !write->open || write->offset != h->deed->offset ||
            write->size != mp_deed_size(h->deed)) {
            continue;
        }
        struct open_write was;
        struct outcome outcome;
        if (write->before != h->deed->value) {
            values_settle(model, i, h->deed->value, &was, &outcome);
        } else {
            model->hidden->processes[i].write.open = false;
        }
    }
}

bool values_settle(struct model *model, unsigned slot, uint64_t value,
                   struct open_write *was, struct outcome *outcome)
{
    struct open_write *write = &model->hidden->processes[slot].write;
    *was = *write;
    *outcome = (struct outcome){.field = NO_FIELD};
    if (!write->open) {
        return false;
    }
    write->open = false;
    for (uint32_t i = 0; i < model->field_count; i++) {
        struct field *field = &model->fields[i];
        if (!field_overlaps(field, was->offset, was->size)) {
            continue;
        }
        field_patch(field, was->offset, was->size, value);
        if (is_whole(field, was->offset, was->size)) {
            outcome->field = i;
            enter_write(model, slot, was, i, value, outcome);
        } else {
            field->sets += 1;
            forget_field(model, i);
        }
    }
    if (was->moment != NO_MOMENT) {
        struct moment *moment = &model->moments[was->moment];
        moment->settled = true;
        moment->deed.value = value;
        moment->after = value;
    }
    return true;
}

static void open_write(struct model *model, const struct happening *h)
{
    model->hidden->processes[h->slot].write = (struct open_write){
        .open = true,
        .atomic = h->deed->op == MP_OP_UPDATE,
        .whole = access_is_whole(model, h->deed),
        .step = h->step,
        .offset = h->deed->offset,
        .size = mp_deed_size(h->deed),
        .moment = h->moment,
        .before = h->deed->value,
    };
}

void values_event(struct model *model, struct happening *h)
{
    if (h->phase != MP_DONE) {
        return;
    }
    if (!h->controlled) {
        struct process_private *hidden = &model->hidden->processes[h->slot];
        hidden->write.open = false;
        hidden->whole_life = false;
    }
    switch (h->deed->op) {
    case MP_OP_READ:
    case MP_OP_WRITE:
    case MP_OP_UPDATE:
        if (h->controlled) {
            settle_by_read(model, h);
        }
        access_fields(model, h);
        if (h->deed->op != MP_OP_READ && h->controlled) {
            open_write(model, h);
        }
        break;
    case MP_OP_WRITE_RANGE:
        write_range(model, h);
        break;
    default:
        break;
    }
}
