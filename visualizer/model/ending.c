// SPDX-License-Identifier: MIT
/* How a run came out. See ending.h. */
#include "model/ending.h"

#include "model/grow.h"

#include <stdlib.h>
#include <string.h>

void ending_begin(struct ending *ending)
{
    struct ending_value *values = ending->values;
    size_t room = ending->room;
    memset(ending, 0, sizeof *ending);
    ending->values = values;
    ending->room = room;
    for (unsigned slot = 0; slot < MP_PROCESSES; slot++) {
        ending->statuses[slot] = MP_STATUS_UNKNOWN;
    }
}

void ending_free(struct ending *ending)
{
    free(ending->values);
    *ending = (struct ending){.values = NULL};
}

/* --- what was written ----------------------------------------------------------------------- */

/* Its place in the list, which is in the order of offsets; made if it is not there. */
static struct ending_value *place_of(struct ending *ending, uint32_t offset,
                                     uint32_t bytes, bool range)
{
    size_t at = 0;
    for (; at < ending->count && ending->values[at].offset <= offset; at++) {
        struct ending_value *value = &ending->values[at];
        if (value->offset == offset && value->bytes == bytes && value->range == range &&
            value->generation == 0) {
            return value;
        }
    }
    if (!grow_array(&ending->values, ending->count, 1, &ending->room,
                    sizeof *ending->values)) {
        ending->no_memory = true;
        return NULL;
    }
    memmove(&ending->values[at + 1], &ending->values[at],
            (ending->count - at) * sizeof *ending->values);
    ending->count++;
    ending->values[at] =
        (struct ending_value){.offset = offset, .bytes = bytes, .range = range};
    return &ending->values[at];
}

static void note_write(struct ending *ending, const struct mp_deed *deed, bool range)
{
    uint64_t bytes = range ? deed->value : mp_deed_size(deed);
    struct ending_value *value =
        place_of(ending, deed->offset, bytes < UINT32_MAX ? (uint32_t)bytes : 0, range);
    if (value != NULL && value->order <= deed->order) {
        value->order = deed->order;
        value->value = range ? 0 : deed->value;
    }
}

/* --- memory that comes and goes --------------------------------------------------------------- */

static void note_object(struct ending *ending, const struct mp_deed *deed)
{
    unsigned object = deed->object % MP_OBJECTS;
    bool shared = (deed->value >> 56) == MP_KIND_SHARED;
    ending->shared_at[object] = deed->offset;
    ending->shared_size[object] = shared ? (uint32_t)deed->value : 0;
}

/* What was there last stays; what is written there from now on is something else. */
static void note_freed(struct ending *ending, const struct mp_deed *deed)
{
    unsigned object = deed->object % MP_OBJECTS;
    ending->freed++;
    for (size_t i = 0; i < ending->count; i++) {
        struct ending_value *value = &ending->values[i];
        if (value->generation == 0 && value->offset >= ending->shared_at[object] &&
            value->offset - ending->shared_at[object] < ending->shared_size[object]) {
            value->generation = ending->freed;
        }
    }
    ending->shared_size[object] = 0;
}

void ending_event(struct ending *ending, unsigned slot, const struct mp_event *event)
{
    const struct mp_deed *deed = &event->deed;
    enum mp_phase phase = mp_deed_phase(deed);
    if (slot >= MP_PROCESSES) {
        return;
    }
    if (slot >= ending->processes) {
        ending->processes = slot + 1;
    }
    switch (deed->op) {
    case MP_OP_WRITE:
    case MP_OP_UPDATE:
        if (phase == MP_SETTLED) {
            note_write(ending, deed, false);
        }
        break;
    case MP_OP_WRITE_RANGE:
        if (phase == MP_DONE) {
            note_write(ending, deed, true);
        }
        break;
    case MP_OP_CREATE:
        note_object(ending, deed);
        break;
    case MP_OP_DESTROY:
        note_freed(ending, deed);
        break;
    case MP_OP_END:
    case MP_OP_DIE:
        if (phase == MP_DONE) {
            ending->statuses[slot] = (int32_t)(int64_t)deed->value;
        }
        break;
    default:
        break;
    }
}

/* --- the end ---------------------------------------------------------------------------------- */

/* FNV-1a, over what is there in the end. */
static uint64_t hash_bytes(const struct ending_value *value, ending_reader *read,
                           const void *context)
{
    enum { PIECE = 256 };
    unsigned char bytes[PIECE];
    uint64_t hash = 0xcbf29ce484222325u;
    for (uint32_t at = 0; at < value->bytes; at += PIECE) {
        uint32_t size = value->bytes - at < PIECE ? value->bytes - at : PIECE;
        if (!read(context, value->offset + at, bytes, size)) {
            break;
        }
        for (uint32_t i = 0; i < size; i++) {
            hash = (hash ^ bytes[i]) * 0x100000001b3u;
        }
    }
    return hash;
}

void ending_finish(struct ending *ending, enum ending_kind kind, int32_t main_status,
                   ending_reader *read, const void *context)
{
    ending->kind = kind;
    if (kind == ENDING_ENDED) {
        ending->statuses[0] = main_status;
    }
    for (size_t i = 0; i < ending->count; i++) {
        struct ending_value *value = &ending->values[i];
        if (value->range && value->generation == 0) {
            value->value = hash_bytes(value, read, context);
        }
    }
}

bool ending_equals(const struct ending *a, const struct ending *b)
{
    if (a->kind != b->kind || a->count != b->count || a->processes != b->processes ||
        memcmp(a->statuses, b->statuses, sizeof a->statuses) != 0) {
        return false;
    }
    for (size_t i = 0; i < a->count; i++) {
        const struct ending_value *one = &a->values[i];
        const struct ending_value *other = &b->values[i];
        if (one->offset != other->offset || one->bytes != other->bytes ||
            one->value != other->value || one->range != other->range ||
            one->generation != other->generation) {
            return false;
        }
    }
    return true;
}

bool ending_copy(struct ending *to, const struct ending *from)
{
    *to = *from;
    to->room = from->count;
    to->values = calloc(from->count > 0 ? from->count : 1, sizeof *to->values);
    if (to->values == NULL) {
        return false;
    }
    if (from->count > 0) {
        memcpy(to->values, from->values, from->count * sizeof *to->values);
    }
    return true;
}

bool ending_number(const struct ending *ending, uint32_t offset, uint32_t size,
                   uint64_t *value)
{
    for (size_t i = 0; i < ending->count; i++) {
        const struct ending_value *one = &ending->values[i];
        if (one->offset == offset && one->bytes == size && !one->range) {
            *value = one->value;
            return true;
        }
    }
    return false;
}
