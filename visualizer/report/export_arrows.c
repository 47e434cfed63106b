// SPDX-License-Identifier: MIT
/*
 * The rest of the trace: who waits and why, counters of shared values, and the arrows from
 * one process to another.
 */
#include "report/export_chrome.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* --- waits ----------------------------------------------------------------------------- */

static void draw_wait(struct trace *trace, struct wait *wait, uint64_t end)
{
    wait->open = false;
    if (end > wait->since) {
        trace_slice(trace, wait->why, "wait", wait->since, end, wait->tid);
        trace_end(trace);
    }
}

static void look_at_waits(struct trace *trace)
{
    const struct model *now = trace->played.now;
    uint64_t at = trace->step * STEP_NS;
    char why[EXPORT_TEXT];
    for (unsigned slot = 0; slot < now->process_count; slot++) {
        struct wait *wait = &trace->waits[slot];
        bool blocked = model_state(now, slot) == STATE_BLOCKED &&
                       model_why_not(now, slot, why, sizeof why);
        if (wait->open && (!blocked || wait->tid != trace_track(trace, slot))) {
            draw_wait(trace, wait, at);
        }
        if (blocked && !wait->open) {
            wait->open = true;
            wait->since = at;
            wait->tid = trace_track(trace, slot);
            snprintf(wait->why, sizeof wait->why, "%s", why);
        }
    }
}

void trace_close(struct trace *trace)
{
    uint64_t end = trace->by_steps ? trace->step * STEP_NS : trace->at;
    for (unsigned slot = 0; slot < MP_PROCESSES; slot++) {
        struct wait *wait = &trace->waits[slot];
        if (!wait->open) {
            continue;
        }
        if (!trace->by_steps) {
            wait->tid = trace_track(trace, slot);
            snprintf(wait->why, sizeof wait->why, "waits in %s",
                     steps_operation(wait->op));
        }
        draw_wait(trace, wait, end > wait->since ? end : wait->since + STEP_NS);
    }
}

/* --- counters -------------------------------------------------------------------------- */

static void put_counter(struct trace *trace, const char *name, uint64_t at,
                        const char *value)
{
    trace_begin(trace, "C", name, at, 1);
    fprintf(trace->out, ",\"args\":{\"value\":%s}", value);
    trace_end(trace);
}

/* Two objects may have a field of the same name: the second one is told with its place. */
static void counter_name(const struct model *model, uint32_t field, char *text,
                         size_t size)
{
    const struct field *own = &model->fields[field];
    for (uint32_t i = 0; i < field; i++) {
        if (strcmp(model->fields[i].name, own->name) == 0) {
            snprintf(text, size, "%s @%" PRIu32, own->name, own->offset);
            return;
        }
    }
    snprintf(text, size, "%s", own->name);
}

static void count_field(struct trace *trace, uint32_t field, uint64_t value, uint64_t at)
{
    const struct model *last = trace->played.last;
    const struct field *own = &last->fields[field];
    struct counter *counter = &trace->counters[field];
    char name[EXPORT_TEXT];
    char text[48];
    if (counter->begun && counter->value == value) {
        return;
    }
    *counter = (struct counter){.begun = true, .value = value};
    model_value(own, value, text, sizeof text);
    if (own->kind == FIELD_BOOL) {
        snprintf(text, sizeof text, "%d", value != 0);
    }
    if (is_json_number(text)) {
        counter_name(last, field, name, sizeof name);
        put_counter(trace, name, at, text);
    }
}

static bool make_room(struct trace *trace)
{
    if (trace->counters == NULL) {
        trace->counter_room = trace->played.last->field_count;
        trace->counters = calloc(trace->counter_room + 1, sizeof *trace->counters);
        trace->no_memory = trace->counters == NULL;
    }
    return trace->counters != NULL;
}

void trace_moment(struct trace *trace, const struct moment *moment)
{
    uint64_t begin = moment->step * STEP_NS;
    char text[24];
    bool moves = moment->deed.op == MP_OP_QUEUE_PUT || moment->deed.op == MP_OP_QUEUE_GET;
    if (moves && moment->before != moment->after) {
        char name[EXPORT_TEXT];
        snprintf(name, sizeof name, "items in %s",
                 model_object_name(trace->played.now, moment->deed.object));
        snprintf(text, sizeof text, "%" PRIu64, moment->after);
        put_counter(trace, name, begin + STEP_NS, text);
    }
    if (!make_room(trace) || moment->field >= trace->counter_room) {
        return;
    }
    if (!trace->counters[moment->field].begun) {
        count_field(trace, moment->field, moment->before, begin);
    }
    if (moment->settled) {
        count_field(trace, moment->field, moment->after, begin + STEP_NS);
    }
}

/* --- arrows ---------------------------------------------------------------------------- */

/* An arrow is bound to the slices in which its two ends are. */
static void put_arrow(struct trace *trace, const char *name, const struct slice *from,
                      const struct slice *to)
{
    uint64_t id = ++trace->arrows;
    trace_begin(trace, "s", name, from->from + (from->to - from->from) / 2, from->tid);
    trace_string(trace, "cat", "flow");
    fprintf(trace->out, ",\"id\":%" PRIu64, id);
    trace_end(trace);
    trace_begin(trace, "f", name, to->to - (to->to - to->from) / 2, to->tid);
    trace_string(trace, "cat", "flow");
    fprintf(trace->out, ",\"bp\":\"e\",\"id\":%" PRIu64, id);
    trace_end(trace);
}

static void keep_item(struct trace *trace, const struct mp_deed *deed,
                      const struct slice *slice)
{
    if (trace->item_count == trace->item_room) {
        size_t room = trace->item_room * 2 + 64;
        struct put_item *items = reallocarray(trace->items, room, sizeof *items);
        if (items == NULL) {
            trace->no_memory = true;
            return;
        }
        trace->items = items;
        trace->item_room = room;
    }
    trace->items[trace->item_count++] =
        (struct put_item){deed->object, deed->offset, *slice};
}

/* There are never more of them than queues have room for. */
static void take_item(struct trace *trace, const struct mp_deed *deed,
                      const struct slice *slice)
{
    for (size_t i = 0; i < trace->item_count; i++) {
        struct put_item *item = &trace->items[i];
        if (item->object == deed->object && item->number == deed->offset) {
            if (slice != NULL) {
                put_arrow(trace, "item", &item->slice, slice);
            }
            memmove(item, item + 1, (trace->item_count - i - 1) * sizeof *item);
            trace->item_count--;
            return;
        }
    }
}

/* Another object is in its place now. */
static void forget_object(struct trace *trace, uint16_t object)
{
    size_t kept = 0;
    for (size_t i = 0; i < trace->item_count; i++) {
        if (trace->items[i].object != object) {
            trace->items[kept++] = trace->items[i];
        }
    }
    trace->item_count = kept;
    trace->given_back[object].tid = 0;
}

static void lock_taken(struct trace *trace, uint16_t lock, const struct slice *slice)
{
    struct slice *before = &trace->given_back[lock];
    if (slice != NULL && before->tid != 0 && before->tid != slice->tid) {
        put_arrow(trace, "lock", before, slice);
    }
    before->tid = 0;
}

void trace_flow(struct trace *trace, const struct mp_deed *deed, const struct slice *slice)
{
    if (deed->object >= MP_OBJECTS || mp_deed_phase(deed) == MP_FAILED) {
        return;
    }
    switch (deed->op) {
    case MP_OP_QUEUE_PUT:
        if (slice != NULL) {
            keep_item(trace, deed, slice);
        }
        break;
    case MP_OP_QUEUE_GET:
        take_item(trace, deed, slice);
        break;
    case MP_OP_LOCK_ACQUIRE:
    case MP_OP_LOCK_TRY:
        lock_taken(trace, deed->object, slice);
        break;
    case MP_OP_LOCK_RELEASE:
        trace->given_back[deed->object] = slice != NULL ? *slice : (struct slice){0};
        break;
    case MP_OP_CREATE:
    case MP_OP_DESTROY:
        forget_object(trace, deed->object);
        break;
    default:
        break;
    }
}

void trace_look(struct trace *trace)
{
    if (trace->by_steps) {
        look_at_waits(trace);
    }
}

void trace_free(struct trace *trace)
{
    free(trace->items);
    free(trace->counters);
    free(trace);
}
