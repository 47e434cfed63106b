// SPDX-License-Identifier: MIT
/*
 * Fields: the scalars of the shared objects, with their names and the values they have now.
 *
 * A field keeps its index for ever, because columns and writes refer to it; one whose
 * object is freed, or that is named anew, is marked as gone.
 */
#include "model/private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WORD = sizeof(uint64_t) };

bool field_overlaps(const struct field *field, uint32_t offset, uint64_t size)
{
    return !field->gone && field->offset < (uint64_t)offset + size &&
           offset < (uint64_t)field->offset + field->size;
}

void field_patch(struct field *field, uint32_t offset, uint32_t size, uint64_t value)
{
    unsigned char bytes[WORD];
    unsigned char source[WORD];
    if (field->size > WORD || size > WORD) {
        field->known = false;
        return;
    }
    memcpy(bytes, &field->value, WORD);
    memcpy(source, &value, WORD);
    for (uint32_t i = 0; i < field->size; i++) {
        uint32_t at = field->offset + i - offset; /* wraps round: then it is not < size */
        if (at < size) {
            bytes[i] = source[at];
        }
    }
    memcpy(&field->value, bytes, WORD);
    uint64_t end = (uint64_t)offset + size;
    if (offset <= field->offset && end >= (uint64_t)field->offset + field->size) {
        field->known = true;
    }
}

/* A new field; NULL when there is no memory, or there are too many. */
static struct field *add(struct model *model, const struct field *like)
{
    if (model->field_count >= KEEP_FIELDS ||
        !model_grow(model, &model->fields, model->field_count, &model->field_room,
                    sizeof(*model->fields))) {
        return NULL;
    }
    struct field *field = &model->fields[model->field_count++];
    *field = *like;
    field->writer = MP_NOBODY;
    field->last_write = NO_WRITE;
    return field;
}

/* "shared+8": the last word of the type, and where in it. */
static void name_unnamed(struct model *model, struct field *field)
{
    const struct mp_object_entry *object = &model->objects[field->object];
    const char *name = model_object_name(model, field->object);
    const char *space = strrchr(name, ' ');
    if (space != NULL) {
        name = space + 1;
    }
    size_t at = 0;
    while (at + 1 < sizeof(field->name) && name[at] != '\0') {
        field->name[at] = name[at];
        at += 1;
    }
    field->name[at] = '\0';
    if (object->size > field->size) {
        enum { PLACE = 12 };
        at = at > sizeof(field->name) - PLACE ? sizeof(field->name) - PLACE : at;
        snprintf(field->name + at, sizeof(field->name) - at, "+%u",
                 field->offset - object->offset);
    }
}

void fields_make(struct model *model, uint16_t object, bool zeroed)
{
    const struct mp_object_entry *entry = &model->objects[object];
    uint32_t size = entry->size < MODEL_BYTES ? entry->size : MODEL_BYTES;
    fields_forget(model, object);
    for (uint32_t at = 0; at < size; at += WORD) {
        struct field field = {
            .offset = entry->offset + at,
            .size = size - at < WORD ? size - at : WORD,
            .kind = FIELD_SIGNED,
            .object = object,
            .known = zeroed,
            .unnamed = true,
        };
        name_unnamed(model, &field);
        if (add(model, &field) == NULL) {
            return;
        }
    }
}

void fields_forget(struct model *model, uint16_t object)
{
    for (size_t i = 0; i < model->field_count; i++) {
        if (model->fields[i].object == object) {
            model->fields[i].gone = true;
        }
    }
}

void fields_split(struct model *model, uint32_t offset, uint32_t size)
{
    uint32_t index = model_field_at(model, offset);
    if (index == NO_FIELD || size == 0) {
        return;
    }
    struct field *whole = &model->fields[index];
    if (!whole->unnamed || whole->size <= size || whole->size > WORD) {
        return;
    }
    struct field old = *whole;
    whole->size = size;
    name_unnamed(model, whole);
    field_patch(whole, old.offset, old.size, old.value);
    for (uint32_t at = size; at < old.size; at += size) {
        struct field piece = old;
        piece.offset = old.offset + at;
        piece.size = old.size - at < size ? old.size - at : size;
        piece.value = 0;
        name_unnamed(model, &piece);
        struct field *added = add(model, &piece);
        if (added != NULL) {
            field_patch(added, old.offset, old.size, old.value);
            added->known = old.known;
        }
    }
}

/* What is known of the bytes of a new field, from the old fields of the same object. */
static void take_value(const struct model *model, struct field *field)
{
    uint64_t known = 0;
    field->value = 0;
    for (size_t i = 0; i < model->field_count; i++) {
        const struct field *old = &model->fields[i];
        if (old->object != field->object || !old->known ||
            !field_overlaps(old, field->offset, field->size)) {
            continue;
        }
        field_patch(field, old->offset, old->size, old->value);
        uint64_t from = old->offset > field->offset ? old->offset : field->offset;
        uint64_t old_end = (uint64_t)old->offset + old->size;
        uint64_t end = (uint64_t)field->offset + field->size;
        known += (old_end < end ? old_end : end) - from;
    }
    field->known = field->size <= WORD && known >= field->size;
}

/* A named field as it will stand in the model. */
static struct field prepare(const struct model *model, uint16_t object,
                            const struct field *given)
{
    struct field field = {
        .offset = given->offset,
        .size = given->size,
        .kind = given->kind,
        .object = object,
        .writer = MP_NOBODY,
        .last_write = NO_WRITE,
    };
    memcpy(field.name, given->name, sizeof(field.name));
    field.name[sizeof(field.name) - 1] = '\0';
    model_clean(field.name);
    take_value(model, &field);
    return field;
}

/* Puts a field where one that starts at the same place was: its index and its history go
   on. Without such a one it is added. */
static void replace(struct model *model, const struct field *fresh, bool *kept,
                    size_t old_count)
{
    for (size_t i = 0; i < old_count; i++) {
        struct field *old = &model->fields[i];
        if (kept[i] || old->gone || old->object != fresh->object ||
            old->offset != fresh->offset) {
            continue;
        }
        kept[i] = true;
        struct field history = *old;
        *old = *fresh;
        old->writer = history.writer;
        old->updates = history.updates;
        old->sets = history.sets;
        old->lost = history.lost;
        old->last_write = history.last_write;
        return;
    }
    add(model, fresh);
}

void model_name_fields(struct model *model, uint16_t object, const struct field *fields,
                       size_t count)
{
    if (object >= MP_OBJECTS || count == 0) {
        return;
    }
    size_t old_count = model->field_count;
    bool *kept = calloc(old_count + 1, sizeof(*kept));
    struct field *fresh = calloc(count, sizeof(*fresh));
    if (kept == NULL || fresh == NULL) {
        model->no_memory = true;
        free(kept);
        free(fresh);
        return;
    }
    for (size_t i = 0; i < count; i++) { /* all values are taken before any is replaced */
        fresh[i] = prepare(model, object, &fields[i]);
    }
    for (size_t i = 0; i < count; i++) {
        replace(model, &fresh[i], kept, old_count);
    }
    for (size_t i = 0; i < old_count; i++) {
        struct field *old = &model->fields[i];
        old->gone = old->gone || (old->object == object && !kept[i]);
    }
    free(kept);
    free(fresh);
    model->hidden->found = NO_FIELD;
}

uint32_t model_field_at(const struct model *model, uint32_t offset)
{
    uint32_t found = model->hidden->found;
    if (found < model->field_count && field_overlaps(&model->fields[found], offset, 1)) {
        return found;
    }
    for (size_t i = 0; i < model->field_count; i++) {
        if (field_overlaps(&model->fields[i], offset, 1)) {
            model->hidden->found = (uint32_t)i;
            return (uint32_t)i;
        }
    }
    return NO_FIELD;
}

/* The bytes of a snapshot are the present: all fields of the object are known again. */
static void take_bytes(const struct snapshot *snapshot, struct field *field)
{
    const struct mp_object_entry *object = &snapshot->objects[field->object];
    uint32_t room = object->size < MODEL_BYTES ? object->size : MODEL_BYTES;
    uint32_t at = field->offset - object->offset;
    if (field->size > WORD || at > room || room - at < field->size) {
        field->known = false;
        return;
    }
    field->value = 0;
    memcpy(&field->value, snapshot->bytes[field->object] + at, field->size);
    field->known = true;
}

void fields_from_snapshot(struct model *model, const struct snapshot *snapshot)
{
    bool has_fields[MP_OBJECTS] = {false};
    for (size_t i = 0; i < model->field_count; i++) {
        struct field *field = &model->fields[i];
        bool is_there = snapshot->objects[field->object].kind == MP_KIND_SHARED;
        field->gone = field->gone || !is_there;
        has_fields[field->object] = has_fields[field->object] || !field->gone;
    }
    for (uint16_t i = 0; i < MP_OBJECTS; i++) {
        if (snapshot->objects[i].kind == MP_KIND_SHARED && !has_fields[i]) {
            fields_make(model, i, false);
        }
    }
    for (size_t i = 0; i < model->field_count; i++) {
        struct field *field = &model->fields[i];
        if (!field->gone && snapshot->bytes[field->object] != NULL) {
            take_bytes(snapshot, field);
        }
    }
}
