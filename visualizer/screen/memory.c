// SPDX-License-Identifier: MIT
/*
 * The panel on what is shared: values by their names, and locks with who has them.
 */
#include "screen/memory.h"
#include "screen/text.h"

#include "screen/layout.h"
#include "screen/people.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum {
    FIELDS_MOST = 64,
    ITEMS_GOOD = 4,
    LEAST_OBJECTS = 3,
    NAME_MOST = 20,
    VALUE_LEAST = 6,
    VALUE_MOST = 24
};

const char *memory_why_empty(const struct view *view)
{
    return model_why_nothing_shared(view->hooked);
}

static bool is_lock(const struct mp_object_entry *object)
{
    return object->kind == MP_KIND_LOCK || object->kind == MP_KIND_RLOCK;
}

static void insert_field(const struct model *model, struct items *items, uint32_t field)
{
    size_t at = items->fields;

    if (at == FIELDS_MOST) {
        items->left_out++;
        if (model->fields[items->list[--at].field].offset < model->fields[field].offset) {
            return;
        }
        items->fields--;
    }
    for (; at > 0 &&
           model->fields[items->list[at - 1].field].offset > model->fields[field].offset;
         at--) {
        items->list[at] = items->list[at - 1];
    }
    items->list[at] = (struct item){.field = field};
    items->fields++;
}

void memory_list(const struct view *view, struct items *items)
{
    const struct model *model = view->model;

    memset(items, 0, sizeof(*items));
    for (uint32_t i = 0; i < model->field_count; i++) {
        if (!model->fields[i].gone) {
            insert_field(model, items, i);
        }
    }
    for (unsigned i = 1; i < model->object_count && i < MP_OBJECTS; i++) {
        size_t at = items->fields + items->objects;
        if (model_object_matters(model, i) && at < ITEMS_MOST) {
            items->list[at] = (struct item){.field = NO_FIELD, .object = (uint16_t)i};
            items->objects++;
        }
    }
}

/* Leaves at most `rows`: at least half for the fields, and of those the ones around the
   field that was last touched. They stay while it is among them. */
static void cut(const struct view *view, struct items *items, size_t rows)
{
    static size_t first; /* of the fields shown */
    size_t objects = rows / 2 > items->objects ? items->objects : rows / 2;
    size_t room = items->fields < rows - objects ? items->fields : rows - objects;
    size_t touched = first;

    objects = items->objects < rows - room ? items->objects : rows - room;
    for (size_t i = 0; i < items->fields && view->model->moment_count > 0; i++) {
        const struct moment *last = &view->model->moments[view->model->moment_count - 1];
        touched = items->list[i].field == last->field ? i : touched;
    }
    first = touched < first ? touched : first;
    first = touched >= first + room ? touched + 1 - room : first;
    first = first + room > items->fields ? items->fields - room : first;
    memmove(items->list, items->list + first, room * sizeof(items->list[0]));
    memmove(items->list + room, items->list + items->fields,
            objects * sizeof(items->list[0]));
    items->left_out += items->fields - room + items->objects - objects;
    items->fields = room;
    items->objects = objects;
}

static const char *item_name(const struct view *view, const struct item *item)
{
    return item->field != NO_FIELD ? view->model->fields[item->field].name
                                   : model_object_name(view->model, item->object);
}

void memory_value(const struct field *field, char *text, size_t size)
{
    if (field->known) {
        model_value(field, field->value, text, size);
    } else {
        snprintf(text, size, "?");
    }
}

/* Widths of the two columns at the left, so that all rows are in line. */
static void widths(const struct view *view, const struct items *items, int *name,
                   int *value)
{
    char text[TEXT_SIZE];

    *name = 0;
    *value = VALUE_LEAST;
    for (size_t i = 0; i < items->fields + items->objects; i++) {
        int columns = text_columns(item_name(view, &items->list[i]));
        *name = columns > *name ? columns : *name;
        if (items->list[i].field != NO_FIELD) {
            memory_value(&view->model->fields[items->list[i].field], text, sizeof(text));
            columns = text_columns(text);
            *value = columns > *value ? columns : *value;
        }
    }
    *name = *name < NAME_MOST ? *name : NAME_MOST;
    *value = *value < VALUE_MOST ? *value : VALUE_MOST;
}

static const char *plural(uint64_t count)
{
    return count == 1 ? "" : "s";
}

/* Free running only totals are certain; of the only field also what is missing from it. */
static void draw_counts(const struct view *view, const struct area *area, int row,
                        int col, bool only)
{
    char text[TEXT_SIZE];

    if (!only || !view->hooked) {
        return;
    }
    uint64_t updates = model_updates(view->model);
    uint64_t lost = model_lost(view->model);
    snprintf(text, sizeof(text), "%" PRIu64 " update%s written", updates, plural(updates));
    col = put(area, row, col, STYLE_NORMAL, text) + 3;
    if (view->mode == RUN_ENDED) {
        snprintf(text, sizeof(text), "lost: %" PRIu64, lost);
    } else {
        snprintf(text, sizeof(text), "lost so far: about %" PRIu64, lost);
    }
    put(area, row, col, lost > 0 ? STYLE_ALERT : STYLE_NORMAL, text);
}

/* At the right: what it should come to in the end; else who wrote it. */
static void field_note(const struct model *model, const struct field *field, char *text,
                       size_t size)
{
    *text = '\0';
    if (*model->expected_what != '\0' && strcmp(model->expected_what, field->name) == 0) {
        snprintf(text, size, "expected at the end: %" PRId64, model->expected);
    } else if (field->writer != MP_NOBODY) {
        snprintf(text, size, "last written by %s", model_name(model, field->writer));
    }
}

static void draw_field(const struct view *view, const struct area *area, int row, int col,
                       const struct field *field, bool only)
{
    char text[TEXT_SIZE];

    if (view_is_free(view)) {
        draw_counts(view, area, row, col, only);
        return;
    }
    if (field->updates == 0 && field->sets > 0) {
        snprintf(text, sizeof(text), "set %" PRIu64 " time%s", field->sets,
                 plural(field->sets));
    } else {
        /* after a free run only what was seen since is certain */
        snprintf(text, sizeof(text), "%" PRIu64 " update%s %s, ", field->updates,
                 plural(field->updates), view_saw_all(view) ? "written" : "seen");
    }
    col = put(area, row, col, STYLE_NORMAL, text);
    if (field->updates > 0 || field->sets == 0) {
        snprintf(text, sizeof(text), "%" PRIu64 " lost", field->lost);
        col = put(area, row, col, field->lost > 0 ? STYLE_ALERT : STYLE_NORMAL, text);
    }
    field_note(view->model, field, text, sizeof(text));
    if (*text != '\0' && col + 2 + text_columns(text) < area->cols) {
        put_before(area, row, area->cols - 1, STYLE_NORMAL, text);
    }
}

size_t memory_waiters(const struct view *view, uint16_t object, char *text, size_t size)
{
    uint16_t slots[MP_PROCESSES];
    size_t count = model_waiters(view->model, object, slots, MP_PROCESSES);
    size_t used = 0;

    *text = '\0';
    for (size_t i = 0; i < count && used < size; i++) {
        used += (size_t)snprintf(text + used, size - used, "%s%s", i > 0 ? ", " : "",
                                 model_name(view->model, slots[i]));
    }
    return count;
}

/* At the right: who wants it, in the order of the process table; else how often taken. */
static void draw_waiters(const struct view *view, const struct area *area, int row,
                         int col, uint16_t object)
{
    const struct mp_object_entry *lock = &view->model->objects[object];
    const char *title = lock->owner == MP_NOBODY ? "wanted by" : "waiting for it";
    char names[TEXT_SIZE];
    char text[TEXT_SIZE + 20];
    size_t count = memory_waiters(view, object, names, sizeof(names));

    if (count == 0) {
        snprintf(text, sizeof(text), "taken %" PRIu64 " time%s", lock->taken,
                 plural(lock->taken));
        if (col + 2 + text_columns(text) < area->cols) {
            put_before(area, row, area->cols - 1, STYLE_NORMAL, text);
        }
        return;
    }
    snprintf(text, sizeof(text), "%s: %s", title, names);
    if (col + 2 + text_columns(text) >= area->cols) {
        snprintf(text, sizeof(text), "%s: %zu", title, count);
    }
    int at = area->cols - 1 - text_columns(text);
    put(area, row, at > col + 2 ? at : col + 2, STYLE_STRONG, text);
}

static void draw_lock(const struct view *view, const struct area *area, int row, int col,
                      uint16_t object)
{
    const struct mp_object_entry *lock = &view->model->objects[object];
    char text[TEXT_SIZE];
    int style = STYLE_NORMAL;

    if (lock->broken) {
        snprintf(text, sizeof(text), "its last owner died");
        style = STYLE_STRONG;
    } else if (lock->owner == MP_NOBODY) {
        snprintf(text, sizeof(text), "nobody has it");
    } else {
        size_t used = (size_t)snprintf(text, sizeof(text), "%s has it",
                                       model_name(view->model, lock->owner));
        if (view->lock_lines[object] > 0 && used < sizeof(text)) {
            snprintf(text + used, sizeof(text) - used, " (line %d)",
                     view->lock_lines[object]);
        }
        style = lock->owner < MP_PROCESSES ? STYLE_PROCESS + lock->owner : STYLE_NORMAL;
    }
    col = put(area, row, col, style, text);
    draw_waiters(view, area, row, col, object);
}

/* What there is to say of it, and at the right who waits for it. */
static void draw_object(const struct view *view, const struct area *area, int row,
                        int col, uint16_t object)
{
    char text[TEXT_SIZE];
    char names[TEXT_SIZE - 16];

    if (is_lock(&view->model->objects[object])) {
        draw_lock(view, area, row, col, object);
        return;
    }
    model_object_words(view->model, object, text, sizeof(text));
    col = put(area, row, col, STYLE_NORMAL, text);
    size_t count = memory_waiters(view, object, names, sizeof(names));
    snprintf(text, sizeof(text), "blocked: %s", names);
    if (col + 2 + text_columns(text) >= area->cols) {
        snprintf(text, sizeof(text), "blocked: %zu", count);
    }
    if (count > 0 && col + 2 + text_columns(text) < area->cols) {
        put_before(area, row, area->cols - 1, STYLE_STRONG, text);
    }
}

static void draw(const struct view *view, const struct area *area)
{
    struct items items;
    int name, value;

    memory_list(view, &items);
    bool only = items.fields == 1;
    if (items.fields + items.objects == 0) {
        put_text(area, 0, 1, STYLE_NORMAL, memory_why_empty(view));
        return;
    }
    cut(view, &items, (size_t)area->rows);
    widths(view, &items, &name, &value);
    for (size_t i = 0; i < items.fields + items.objects; i++) {
        const struct item *item = &items.list[i];
        char text[TEXT_SIZE];
        int row = (int)i;
        int col = 1 + name + 3;
        put_width(area, row, 1, name, STYLE_STRONG, item_name(view, item));
        if (item->field == NO_FIELD) {
            draw_object(view, area, row, col, item->object);
            continue;
        }
        const struct field *field = &view->model->fields[item->field];
        memory_value(field, text, sizeof(text));
        put_width(area, row, col, value, STYLE_STRONG, text);
        draw_field(view, area, row, col + value + 2, field, only);
    }
}

static struct panel_rows rows(const struct view *view, int cols)
{
    struct items items;

    memory_list(view, &items);
    int count = (int)(items.fields + items.objects);
    if (count == 0) {
        count = text_rows(memory_why_empty(view), cols - 1);
    }
    int least = items.fields == 0 && count > 0
                    ? (count < LEAST_OBJECTS ? count : LEAST_OBJECTS)
                    : 1;
    return (struct panel_rows){least, count < ITEMS_GOOD ? count : ITEMS_GOOD, count};
}

static const char *name_of(const struct view *view)
{
    (void)view;
    return "shared memory";
}

/* How many do not fit. */
static void legend(const struct view *view, const struct area *area, char *text,
                   size_t size)
{
    struct items items;

    memory_list(view, &items);
    size_t all = items.fields + items.objects + items.left_out;
    if (all > (size_t)area->rows) {
        snprintf(text, size, "%zu more", all - (size_t)area->rows);
    }
}

const struct panel panel_memory = {name_of, legend, rows, draw, 3, false, memory_full};

/* Where something else is looked at: a queue, a pool. */
const struct panel panel_memory_late = {name_of, legend, rows,       draw,
                                        6,       true,   memory_full};
