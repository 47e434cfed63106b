// SPDX-License-Identifier: MIT
/*
 * The value that is looked at, in block digits, with its name before it. Beside it, or below
 * it: what it would be if nothing got lost, and what is lost; or who has the lock.
 */
#include "screen/digits.h"
#include "screen/large.h"
#include "screen/people.h"
#include "screen/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { NAME_COL = 6, GAP = 3, FACTS_COLS = 30, FACT_COLS = 16, LINE_GAP = 2 };

uint32_t large_field(const struct model *model)
{
    for (uint32_t i = 0; i < model->field_count; i++) {
        if (!model->fields[i].gone &&
            strcmp(model->fields[i].name, model->expected_what) == 0) {
            return i;
        }
    }
    uint32_t last =
        model->moment_count > 0 ? model->moments[model->moment_count - 1].field : 0;
    return last < model->field_count && !model->fields[last].gone ? last : NO_FIELD;
}

/* The first lock; 0: there is none. */
static unsigned a_lock(const struct model *model)
{
    for (unsigned i = 1; i < model->object_count; i++) {
        if (model->objects[i].kind == MP_KIND_LOCK) {
            return i;
        }
    }
    return 0;
}

/* Two facts, in words and, for the ordinary case, with numbers under each other. */
struct facts {
    char first[TEXT_SIZE], second[TEXT_SIZE];
    bool alert; /* the second: look here */
};

static void make_facts(const struct view *view, const struct field *field, int pad,
                       struct facts *facts)
{
    const struct model *model = view->model;
    bool free_run = view_is_free(view);
    uint64_t updates = free_run ? model_updates(model) : field->updates;
    uint64_t lost = free_run ? model_lost(model) : field->lost;
    bool about = free_run && view->mode != RUN_ENDED;
    bool counted = strcmp(field->name, model->expected_what) == 0;
    unsigned lock = free_run ? 0 : a_lock(model);
    bool part = !free_run && !view_saw_all(view);
    const char *word = part      ? "updates seen"
                       : counted ? "without losses"
                                 : "updates written";

    facts->alert = lost > 0 && lock == 0;
    if (lock == 0) {
        snprintf(facts->first, sizeof(facts->first), "%-*s %5" PRIu64, pad, word, updates);
        snprintf(facts->second, sizeof(facts->second), "%-*s %5" PRIu64, pad,
                 about ? "lost, about" : "lost", lost);
        return;
    }
    uint16_t owner = model->objects[lock].owner;
    snprintf(facts->first, sizeof(facts->first), "%" PRIu64 " %s, %" PRIu64 " lost",
             updates, part ? "seen" : "written", lost);
    snprintf(facts->second, sizeof(facts->second), "%.100s: %.100s",
             model_object_name(model, lock),
             owner < MP_PROCESSES ? model_name(model, owner) : "nobody");
}

static void value_text(const struct field *field, char *text, size_t size)
{
    if (field->known) {
        model_value(field, field->value, text, size);
    } else {
        snprintf(text, size, "?");
    }
}

static int left_of(const struct field *field)
{
    return NAME_COL + text_columns(field->name) + GAP;
}

bool large_value_has_room(const struct view *view, const struct area *area,
                          uint32_t index, int rows)
{
    const struct field *field = &view->model->fields[index];
    char value[TEXT_SIZE];

    value_text(field, value, sizeof(value));
    int room = area->cols - left_of(field) - GAP - FACTS_COLS;
    return !field->known || digits_columns(value, rows, room) > 0;
}

static void draw_facts(const struct view *view, const struct area *area, int row,
                       const struct field *field, bool beside, int rows)
{
    struct facts facts;

    make_facts(view, field, beside ? FACT_COLS : 0, &facts);
    int style = facts.alert ? STYLE_ALERT : STYLE_STRONG;
    if (beside) {
        int middle = row + rows / 2;
        put(area, middle - LINE_GAP, area->cols - FACTS_COLS, STYLE_STRONG, facts.first);
        put(area, middle, area->cols - FACTS_COLS, style, facts.second);
    } else {
        int col = put(area, row + rows, left_of(field), STYLE_STRONG, facts.first);
        put(area, row + rows, col + GAP, style, facts.second);
    }
}

void large_value(const struct view *view, const struct area *area, int row,
                 uint32_t index, int rows)
{
    const struct field *field = &view->model->fields[index];
    bool beside = large_value_has_room(view, area, index, rows);
    int left = left_of(field);
    int room = area->cols - left - (beside ? GAP + FACTS_COLS : 1);
    char value[TEXT_SIZE];

    value_text(field, value, sizeof(value));
    int columns = rows < DIGITS_ROWS ? 0 : digits_columns(value, rows, room);
    put(area, row + rows / 2, NAME_COL, STYLE_STRONG, field->name);
    if (columns == 0) {
        put(area, row + rows / 2, left, STYLE_STRONG, value);
    } else {
        digits_draw(area, row, left + (beside ? (room - columns) / 2 : 0), rows, room,
                    value);
    }
    if (rows >= DIGITS_ROWS) {
        draw_facts(view, area, row, field, beside, rows);
    }
}
