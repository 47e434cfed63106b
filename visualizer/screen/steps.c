// SPDX-License-Identifier: MIT
/*
 * The steps table: a row per process, a column per step, what was done with which value;
 * below it the values that resulted. The newest step is at the right, and behind it stands
 * who could go next. Only the last columns are ever looked at.
 */
#include "model/steps.h"
#include "screen/glyphs.h"
#include "screen/layout.h"
#include "screen/people.h"
#include "screen/text.h"
#include "screen/works.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum {
    COLUMN_LEAST = 5,
    COLUMNS_MOST = 200,
    FIELDS_MOST = 2,
    LABEL_LEAST = 8,
    LABEL_MOST = 16,
};

/* What is drawn where. */
struct table {
    struct people people;
    int label;    /* columns of the names */
    int width;    /* of one step */
    size_t first; /* index of the first moment shown */
    size_t count; /* moments shown */
    bool is_last; /* the newest among them */
    uint32_t fields[FIELDS_MOST];
    int field_count;
    unsigned queue; /* how many are inside is a row too; 0: none */
};

static int label_width(const struct view *view, const struct table *table)
{
    int label = LABEL_LEAST;

    for (size_t i = 0; i < table->people.count; i++) {
        int columns = text_columns(model_name(view->model, table->people.slots[i]));
        label = columns > label ? columns : label;
    }
    for (int i = 0; i < table->field_count; i++) {
        int columns = text_columns(view->model->fields[table->fields[i]].name);
        label = columns > label ? columns : label;
    }
    if (table->queue != 0) {
        int columns = text_columns(STEPS_IN_THE_QUEUE);
        label = columns > label ? columns : label;
    }
    return label < LABEL_MOST ? label : LABEL_MOST;
}

/* Columns for all that stands in one step: cell, step number, values. */
static int column_width(const struct model *model, const struct table *table)
{
    char text[TEXT_SIZE];
    int widest = COLUMN_LEAST - 1;

    for (size_t i = table->first; i < table->first + table->count; i++) {
        const struct moment *moment = &model->moments[i];
        steps_cell(model, moment, text, sizeof(text));
        int columns = text_columns(text) + 1;
        widest = columns > widest ? columns : widest;
        columns = snprintf(text, sizeof(text), "%" PRIu64, moment->step);
        widest = columns > widest ? columns : widest;
        if (moment->field < model->field_count) {
            model_value(&model->fields[moment->field], moment->after, text, sizeof(text));
            columns = text_columns(text);
            widest = columns > widest ? columns : widest;
        }
    }
    return widest + 1;
}

static void show_last(const struct model *model, struct table *table, size_t room)
{
    table->count = model->moment_count < room ? model->moment_count : room;
    table->first = model->moment_count - table->count;
}

static int base_of(const struct view *view, const struct table *table)
{
    return 1 + people_digits(view) + 1 + table->label;
}

/* How many steps fit; the last column is for who goes next. */
static size_t room_for(const struct view *view, const struct table *table, int cols)
{
    int room = (cols - 1 - base_of(view, table)) / table->width - 1;

    return room < 1 ? 1 : room < COLUMNS_MOST ? (size_t)room : COLUMNS_MOST;
}

static void plan(const struct view *view, const struct area *area, struct table *table)
{
    memset(table, 0, sizeof(*table));
    table->is_last = true;
    people_with_steps(view, &table->people);
    table->field_count =
        steps_fields(view->model, STEPS_LOOK_BACK, table->fields, FIELDS_MOST);
    table->queue = works_queue(view);
    int left = area->rows - 1 - table->field_count - (table->queue != 0);
    if (left < 1) {
        table->field_count = 0;
        table->queue = 0;
        left = area->rows - 1;
    }
    people_cut(view, &table->people, left);
    table->label = label_width(view, table);
    table->width = COLUMN_LEAST;
    show_last(view->model, table, room_for(view, table, area->cols));
    table->width = column_width(view->model, table);
    show_last(view->model, table, room_for(view, table, area->cols));
}

/* Where the cells of a step end. */
static int end_of(const struct view *view, const struct table *table, size_t step)
{
    return base_of(view, table) + (int)(step + 1) * table->width;
}

static void draw_numbers(const struct view *view, const struct area *area, int row,
                         const struct table *table)
{
    char text[TEXT_SIZE];

    for (size_t i = 0; i < table->count; i++) {
        snprintf(text, sizeof(text), "%" PRIu64,
                 view->model->moments[table->first + i].step);
        put_before(area, row, end_of(view, table, i), STYLE_NORMAL, text);
    }
}

/* What one process could do now: a "?", or it is blocked. */
static void draw_next(const struct view *view, const struct area *area, int row,
                      const struct table *table, unsigned slot)
{
    const struct mp_process_entry *entry = &view->model->processes[slot].entry;
    char reason[TEXT_SIZE];
    bool lives = entry->life == MP_LIFE_STARTED || entry->life == MP_LIFE_ALIVE;
    int end = end_of(view, table, table->count);

    if (!table->is_last || view->mode == RUN_ENDED || !lives || !entry->waiting ||
        end > area->cols) {
        return;
    }
    bool blocked = model_why_not(view->model, slot, reason, sizeof(reason));
    put_before(area, row, end, STYLE_PROCESS + (int)slot,
               blocked ? glyph(GLYPH_BLOCKED) : "?");
}

static void draw_process(const struct view *view, const struct area *area, int row,
                         const struct table *table, unsigned slot)
{
    char text[TEXT_SIZE];
    int style = STYLE_PROCESS + (int)slot;

    snprintf(text, sizeof(text), " %*u ", people_digits(view), slot);
    int col = put(area, row, 0, style, text);
    put_width(area, row, col, table->label, style, model_name(view->model, slot));
    for (size_t i = 0; i < table->count; i++) {
        const struct moment *moment = &view->model->moments[table->first + i];
        int end = end_of(view, table, i);
        if (moment->process != slot) {
            put_before(area, row, end, STYLE_NORMAL, glyph(GLYPH_QUIET));
            continue;
        }
        bool lost = steps_cell(view->model, moment, text, sizeof(text));
        put_before(area, row, end, lost ? style | STYLE_REVERSE : style, text);
        if (lost) {
            put(area, row, end, style | STYLE_REVERSE, glyph(GLYPH_LOST));
        }
    }
    draw_next(view, area, row, table, slot);
}

static void draw_values(const struct view *view, const struct area *area, int row,
                        const struct table *table, uint32_t field)
{
    char text[TEXT_SIZE];
    uint64_t raw;

    put_width(area, row, 2 + people_digits(view), table->label, STYLE_STRONG,
              view->model->fields[field].name);
    for (size_t i = 0; i < table->count; i++) {
        if (model_value_after(view->model, table->first + i, field, &raw)) {
            model_value(&view->model->fields[field], raw, text, sizeof(text));
            put_before(area, row, end_of(view, table, i), STYLE_STRONG, text);
        }
    }
}

static void draw_inside(const struct view *view, const struct area *area, int row,
                        const struct table *table)
{
    char text[24];
    uint64_t inside;

    put_width(area, row, 2 + people_digits(view), table->label, STYLE_STRONG,
              STEPS_IN_THE_QUEUE);
    for (size_t i = 0; i < table->count; i++) {
        if (model_inside_after(view->model, table->first + i, table->queue, &inside)) {
            snprintf(text, sizeof(text), "%" PRIu64, inside);
            put_before(area, row, end_of(view, table, i), STYLE_STRONG, text);
        }
    }
}

/* Returns the rows used. */
static int draw_table(const struct view *view, const struct area *area, int row,
                      const struct table *table)
{
    draw_numbers(view, area, row++, table);
    for (size_t i = 0; i < table->people.count; i++) {
        draw_process(view, area, row++, table, table->people.slots[i]);
    }
    for (int i = 0; i < table->field_count; i++) {
        draw_values(view, area, row++, table, table->fields[i]);
    }
    if (table->queue != 0) {
        draw_inside(view, area, row++, table);
    }
    return row;
}

static void draw(const struct view *view, const struct area *area)
{
    struct table table;

    plan(view, area, &table);
    draw_table(view, area, 0, &table);
}

/* Tables one below the other, each going on where the one above ends. Scrolled by tables. */
static int full(const struct view *view, const struct area *area)
{
    const struct model *model = view->model;
    struct table table;

    plan(view, area, &table);
    int height = 2 + (int)table.people.count + table.field_count + (table.queue != 0);
    int shown = (area->rows + 1) / height > 0 ? (area->rows + 1) / height : 1;
    show_last(model, &table, (size_t)shown * table.count);
    table.width = column_width(model, &table);
    size_t room = room_for(view, &table, area->cols);
    size_t all = model->moment_count > room ? (model->moment_count - 1) / room + 1 : 1;
    int most = all < ROWS_MANY ? (int)all : ROWS_MANY;
    int scrolled = layout_scroll(view->scroll, most, shown);
    size_t first = all > (size_t)shown + (size_t)scrolled
                       ? all - (size_t)shown - (size_t)scrolled
                       : 0;
    int row = 0;
    for (size_t i = first; i < all && row < area->rows; i++) {
        table.first = i * room;
        table.count = model->moment_count - table.first;
        table.is_last = table.count <= room;
        table.count = table.is_last ? table.count : room;
        row = draw_table(view, area, row, &table) + 1;
    }
    return scrolled;
}

static struct panel_rows rows(const struct view *view, int cols)
{
    struct people people;
    int fields = 0;

    (void)cols;
    people_with_steps(view, &people);
    if (view->model->grain == MP_GRAIN_MEMORY) {
        for (size_t i = 0; i < view->model->field_count && fields < FIELDS_MOST; i++) {
            fields += !view->model->fields[i].gone;
        }
    } else { /* those of steps that were made while reads and writes were steps */
        uint32_t chosen[FIELDS_MOST];
        fields = steps_fields(view->model, STEPS_LOOK_BACK, chosen, FIELDS_MOST);
    }
    int count = people.count > 0 ? (int)people.count : 1;
    fields += works_queue(view) != 0;
    int all = 1 + count + fields;
    int least = 1 + (count < 2 ? count : 2) + (fields > 0);
    return (struct panel_rows){least, all, all};
}

int steps_tables(const struct view *view, int cols, int *height)
{
    struct table table;
    struct area area = {0, 0, rows(view, cols).most, cols};

    plan(view, &area, &table);
    *height = rows(view, cols).most;
    show_last(view->model, &table, view->model->moment_count);
    table.width = column_width(view->model, &table);
    size_t room = room_for(view, &table, cols);
    size_t count = (view->model->moment_count + room - 1) / room;
    return count < 1 ? 1 : count < ROWS_MANY ? (int)count : ROWS_MANY;
}

static const char *name(const struct view *view)
{
    (void)view;
    return "steps";
}

static void legend(const struct view *view, const struct area *area, char *text,
                   size_t size)
{
    bool memory = view->model->grain == MP_GRAIN_MEMORY;
    bool calls;
    const char *cells = steps_legend(view->model, &calls);

    (void)area;
    bool blocked = calls && !memory;
    snprintf(text, size, "%s   %s %s", cells, glyph(blocked ? GLYPH_BLOCKED : GLYPH_LOST),
             blocked ? "blocked" : "update lost");
}

const struct panel panel_steps = {name, legend, rows, draw, 1, false, full};

/* Where lanes say the same. */
const struct panel panel_steps_late = {name, legend, rows, draw, 7, true, full};
