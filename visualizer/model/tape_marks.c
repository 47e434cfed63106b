// SPDX-License-Identifier: MIT
/*
 * Marks on a tape: what was told between the events. What belongs to them lies in one block,
 * a snapshot as those of its entries that are not empty.
 */
#include "model/tape_private.h"

#include <stdlib.h>
#include <string.h>

static bool put(struct tape *tape, const void *bytes, size_t size)
{
    if (size > DATA_MOST - tape->data_size ||
        !grow_array(&tape->data, tape->data_size, size, &tape->data_room, 1)) {
        return false;
    }
    if (size > 0) {
        memcpy(tape->data + tape->data_size, bytes, size);
        tape->data_size += size;
    }
    return true;
}

static bool is_empty(const void *bytes, size_t size)
{
    const unsigned char *at = bytes;
    return size == 0 || (at[0] == 0 && memcmp(at, at + 1, size - 1) == 0);
}

/* What of an object's bytes a snapshot has. */
static size_t bytes_of(const struct mp_object_entry *entry)
{
    if (entry->kind == MP_KIND_QUEUE) {
        return contents_count(entry) * sizeof(uint64_t);
    }
    return entry->size < MODEL_BYTES ? entry->size : MODEL_BYTES;
}

struct snapshot_head {
    uint64_t steps;
    uint32_t grain, controlled;
};

/* A head; then of each entry that is not empty its place, itself, and of an object its bytes. */
static bool put_snapshot(struct tape *tape, const struct snapshot *snapshot)
{
    struct snapshot_head head = {snapshot->steps, snapshot->grain, snapshot->controlled};
    bool good = put(tape, &head, sizeof head);
    for (uint16_t i = 0; good && i < MP_PROCESSES; i++) {
        const struct mp_process_entry *entry = &snapshot->processes[i];
        if (!is_empty(entry, sizeof *entry)) {
            good = put(tape, &i, sizeof i) && put(tape, entry, sizeof *entry);
        }
    }
    uint16_t end = MP_PROCESSES;
    good = good && put(tape, &end, sizeof end);
    for (uint16_t i = 0; good && i < MP_OBJECTS; i++) {
        const struct mp_object_entry *entry = &snapshot->objects[i];
        uint8_t has_bytes = snapshot->bytes[i] != NULL;
        if (!is_empty(entry, sizeof *entry)) {
            good = put(tape, &i, sizeof i) && put(tape, entry, sizeof *entry) &&
                   put(tape, &has_bytes, 1) &&
                   (!has_bytes || put(tape, snapshot->bytes[i], bytes_of(entry)));
        }
    }
    return good;
}

static const unsigned char *get(const unsigned char *from, void *to, size_t size)
{
    memcpy(to, from, size);
    return from + size;
}

static void get_snapshot(const unsigned char *from, size_t size, struct snapshot *snapshot)
{
    const unsigned char *end = from + size;
    struct snapshot_head head;
    uint16_t i;
    memset(snapshot, 0, sizeof *snapshot);
    from = get(from, &head, sizeof head);
    snapshot->steps = head.steps;
    snapshot->grain = (enum mp_grain)head.grain;
    snapshot->controlled = head.controlled != 0;
    for (from = get(from, &i, sizeof i); i < MP_PROCESSES;
         from = get(from, &i, sizeof i)) {
        from = get(from, &snapshot->processes[i], sizeof snapshot->processes[i]);
    }
    while (from < end) {
        uint8_t has_bytes;
        from = get(from, &i, sizeof i);
        from = get(from, &snapshot->objects[i], sizeof snapshot->objects[i]);
        from = get(from, &has_bytes, 1);
        snapshot->bytes[i] = has_bytes ? from : NULL;
        from += has_bytes ? bytes_of(&snapshot->objects[i]) : 0;
    }
}

static bool put_data(struct tape *tape, const struct mark *mark)
{
    switch (mark->kind) {
    case MARK_SNAPSHOT:
        return put_snapshot(tape, mark->snapshot);
    case MARK_FIELDS:
        return put(tape, mark->fields, mark->field_count * sizeof *mark->fields);
    case MARK_OUTPUT:
        return put(tape, mark->text, mark->size);
    case MARK_KERNEL:
        return put(tape, mark->kernel, sizeof *mark->kernel);
    case MARK_EXPECT:
    case MARK_END_ITEM:
        return put(tape, mark->text, strlen(mark->text) + 1);
    default:
        return true;
    }
}

/* So that what is inside can be pointed to as what it is. */
static bool align(struct tape *tape)
{
    static const unsigned char zeros[16];
    return put(tape, zeros, -tape->data_size % sizeof zeros);
}

bool tape_mark(struct tape *tape, const struct mark *mark)
{
    size_t before = tape->data_size;
    bool good = !tape->broken && mark->slot < MP_PROCESSES && mark->object < MP_OBJECTS &&
                grow_array(&tape->marks, tape->mark_count, 1, &tape->mark_room,
                           sizeof *tape->marks) &&
                align(tape);
    size_t data = tape->data_size;
    if (!good || !put_data(tape, mark)) {
        tape->data_size = before;
        return tape_fails(tape);
    }
    bool is_snapshot = mark->kind == MARK_SNAPSHOT;
    if (is_snapshot && (mark->gap || tape->step_count == 0)) {
        tape->first_step = mark->snapshot->steps + 1;
        tape->step_count = 0;
    }
    tape->marks[tape->mark_count++] =
        (struct kept){.at = tape->events,
                      .number = is_snapshot ? mark->snapshot->grain : mark->number,
                      .data = (uint32_t)data,
                      .size = (uint32_t)(tape->data_size - data),
                      .slot = mark->slot,
                      .object = mark->object,
                      .kind = (uint8_t)mark->kind,
                      .gap = mark->gap};
    return true;
}

uint64_t tape_marks(const struct tape *tape)
{
    return tape->mark_count;
}

void tape_mark_at(const struct tape *tape, uint64_t index, struct mark *mark,
                  struct snapshot *room)
{
    const struct kept *kept = &tape->marks[index];
    const unsigned char *data = tape->data + kept->data;
    const void *anything = data; /* aligned, see align() */
    *mark = (struct mark){.at = kept->at,
                          .kind = (enum mark_kind)kept->kind,
                          .slot = kept->slot,
                          .object = kept->object,
                          .gap = kept->gap,
                          .number = kept->number};
    switch (mark->kind) {
    case MARK_SNAPSHOT:
        if (room != NULL) {
            get_snapshot(data, kept->size, room);
            mark->snapshot = room;
        }
        break;
    case MARK_FIELDS:
        mark->fields = anything;
        mark->field_count = kept->size / sizeof *mark->fields;
        break;
    case MARK_KERNEL:
        mark->kernel = anything;
        break;
    case MARK_OUTPUT:
        mark->size = kept->size;
        mark->text = anything;
        break;
    case MARK_EXPECT:
    case MARK_END_ITEM:
        mark->text = anything;
        break;
    default:
        break;
    }
}

void tape_tell(struct model *model, const struct mark *mark)
{
    switch (mark->kind) {
    case MARK_SNAPSHOT:
        model_start(model, mark->snapshot, mark->gap);
        break;
    case MARK_FIELDS:
        model_name_fields(model, mark->object, mark->fields, mark->field_count);
        break;
    case MARK_OUTPUT:
        model_output(model, mark->text, mark->size);
        break;
    case MARK_KERNEL:
        model_kernel(model, mark->slot, mark->kernel);
        break;
    case MARK_EXPECT:
        model_expect(model, mark->text, (int64_t)mark->number);
        break;
    case MARK_END_ITEM:
        model_end_item(model, mark->text);
        break;
    case MARK_OUTSIDE:
        model_outside(model, mark->slot);
        break;
    case MARK_KILLED:
        model_killed_by_user(model, mark->slot);
        break;
    case MARK_STUCK:
        model_stuck(model);
        break;
    case MARK_DROPPED:
        model_dropped(model, mark->number);
        break;
    case MARK_FINISH:
        model_finish(model);
        break;
    default:
        break;
    }
}
