// SPDX-License-Identifier: MIT
/*
 * Shared memory on the whole screen: each value with its type, its place and who wrote it
 * last; each lock with who has it, since which line, who wants it, and how often it was
 * taken and waited for.
 */
#include "screen/memory.h"

#include "screen/layout.h"
#include "screen/people.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

enum {
    F_NAME,
    F_TYPE,
    F_PLACE,
    F_VALUE,
    F_WRITTEN,
    F_LOST,
    F_WRITER,
    L_NAME,
    L_OWNER,
    L_LINE,
    L_WANTED,
    L_TAKEN,
    L_WAITED
};

static const struct column field_columns[] = {
    /* title, id, width, least, most, gap, rank, right */
    {"value of", F_NAME, 14, 8, 24, 1, 0, false, 0},
    {"type", F_TYPE, 8, 0, 14, 2, 3, false, 0},
    {"at byte", F_PLACE, 7, 0, 0, 1, 4, true, 0},
    {"value", F_VALUE, 10, 5, 20, 2, 0, true, 0},
    {"written", F_WRITTEN, 9, 0, 0, 1, 2, true, 0},
    {"lost", F_LOST, 7, 0, 0, 1, 1, true, 0},
    {"last writer", F_WRITER, 15, 8, 20, 3, 2, false, 0},
};

static const struct column lock_columns[] = {
    {"lock", L_NAME, 14, 8, 24, 1, 0, false, 0},
    {"who has it", L_OWNER, 12, 8, 20, 2, 0, false, 0},
    {"since", L_LINE, 8, 0, 0, 2, 2, false, 0},
    {"who wants it", L_WANTED, 14, 8, 60, 2, 1, false, 0},
    {"taken", L_TAKEN, 7, 0, 0, 1, 3, true, 0},
    {"waited", L_WAITED, 7, 0, 0, 1, 4, true, 0},
};

static void field_text(const struct view *view, const struct field *field, int id,
                       char *text, size_t size)
{
    bool known = !view_is_free(view);

    *text = '\0';
    switch (id) {
    case F_NAME:
        snprintf(text, size, "%s", field->name);
        break;
    case F_TYPE:
        model_type(field, text, size);
        break;
    case F_PLACE:
        snprintf(text, size, "%" PRIu32, field->offset);
        break;
    case F_VALUE:
        memory_value(field, text, size);
        break;
    case F_WRITTEN:
        if (known) {
            snprintf(text, size, "%" PRIu64, field->updates + field->sets);
        }
        break;
    case F_LOST:
        if (known) {
            snprintf(text, size, "%" PRIu64, field->lost);
        }
        break;
    default:
        if (known && field->writer != MP_NOBODY) {
            snprintf(text, size, "%s", model_name(view->model, field->writer));
        }
        break;
    }
}

static void lock_text(const struct view *view, uint16_t object, int id, char *text,
                      size_t size)
{
    const struct mp_object_entry *lock = &view->model->objects[object];
    bool owned = lock->owner < MP_PROCESSES;

    *text = '\0';
    switch (id) {
    case L_NAME:
        snprintf(text, size, "%s", model_object_name(view->model, object));
        break;
    case L_OWNER:
        snprintf(text, size, "%s",
                 owned          ? model_name(view->model, lock->owner)
                 : lock->broken ? "died with it"
                                : "nobody");
        break;
    case L_LINE:
        if (owned && view->lock_lines[object] > 0) {
            snprintf(text, size, "line %d", view->lock_lines[object]);
        }
        break;
    case L_WANTED:
        memory_waiters(view, object, text, size);
        break;
    case L_TAKEN:
        snprintf(text, size, "%" PRIu64, lock->taken);
        break;
    default:
        snprintf(text, size, "%" PRIu64, lock->waited);
        break;
    }
}

static void object_text(const struct view *view, uint16_t object, char *text, size_t size)
{
    char words[TEXT_SIZE / 2];
    char names[TEXT_SIZE / 2];
    size_t waiting = memory_waiters(view, object, names, sizeof(names));

    model_object_words(view->model, object, words, sizeof(words));
    snprintf(text, size, "%.30s: %.100s%s%.80s", model_object_name(view->model, object),
             words, waiting > 0 ? "   blocked: " : "", names);
}

static bool is_lock(const struct mp_object_entry *object)
{
    return object->kind == MP_KIND_LOCK || object->kind == MP_KIND_RLOCK;
}

static void draw_item(const struct view *view, const struct area *area, int row,
                      const struct item *item, const struct column *columns, size_t count)
{
    char text[TEXT_SIZE];
    bool is_field = item->field != NO_FIELD;

    if (!is_field && !is_lock(&view->model->objects[item->object])) {
        object_text(view, item->object, text, sizeof(text));
        put(area, row, 1, STYLE_NORMAL, text);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        const struct column *column = &columns[i];
        if (is_field) {
            field_text(view, &view->model->fields[item->field], column->id, text,
                       sizeof(text));
        } else {
            lock_text(view, item->object, column->id, text, sizeof(text));
        }
        bool strong = column->id == F_NAME || column->id == F_VALUE ||
                      column->id == L_NAME || column->id == L_OWNER;
        put_cell(area, row, column, strong ? STYLE_STRONG : STYLE_NORMAL, text);
    }
}

int memory_full(const struct view *view, const struct area *area)
{
    struct column fields[COUNT(field_columns)];
    struct column locks[COUNT(lock_columns)];
    struct items items;

    memory_list(view, &items);
    if (items.fields + items.objects == 0) {
        put_text(area, 0, 1, STYLE_NORMAL, memory_why_empty(view));
        return NO_SCROLL;
    }
    memcpy(fields, field_columns, sizeof(fields));
    memcpy(locks, lock_columns, sizeof(locks));
    columns_fit(fields, COUNT(fields), area->cols);
    columns_fit(locks, COUNT(locks), area->cols);
    /* a row of titles for each kind, and an empty one between */
    bool both = items.fields > 0 && items.objects > 0;
    int total = (int)(items.fields + items.objects) + (both ? 3 : 1);
    int scrolled = -layout_scroll(-view->scroll, total, area->rows);
    int row = scrolled;
    if (items.fields > 0) {
        put_titles(area, row++, fields, COUNT(fields));
    }
    for (size_t i = 0; i < items.fields; i++) {
        draw_item(view, area, row++, &items.list[i], fields, COUNT(fields));
    }
    row += both;
    if (items.objects > 0) {
        put_titles(area, row++, locks, COUNT(locks));
    }
    for (size_t i = 0; i < items.objects; i++) {
        draw_item(view, area, row++, &items.list[items.fields + i], locks, COUNT(locks));
    }
    return scrolled;
}
