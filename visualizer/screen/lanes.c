// SPDX-License-Identifier: MIT
/*
 * Who did what: a lane for each worker, a column for each step. "[5" took task 5, a line
 * while it is in work, "]" finished it. Below: the order in which tasks were finished, and
 * the order of the results. They are two orders, and that is the point of a pool.
 */
#include "screen/glyphs.h"
#include "screen/layout.h"
#include "screen/people.h"
#include "screen/text.h"
#include "screen/works.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum {
    COLUMN = 5,
    LABEL_LEAST = 8,
    LABEL_MOST = 14,
    LOOK_BACK = 500, /* steps in which it is looked for what a worker was at */
    LANES_GOOD = 4,
    ORDER_COL = 48, /* where the second order begins, at the latest */
};

struct lanes {
    unsigned pool;
    struct people people; /* the workers */
    int label;
    size_t first, count; /* moments shown */
};

static void plan(const struct view *view, const struct area *area, struct lanes *lanes)
{
    memset(lanes, 0, sizeof(*lanes));
    lanes->pool = works_pool(view);
    works_people(view, lanes->pool, &lanes->people);
    people_cut(view, &lanes->people, area->rows > 2 ? area->rows - 2 : 1);
    lanes->label = LABEL_LEAST;
    for (size_t i = 0; i < lanes->people.count; i++) {
        int columns = text_columns(model_name(view->model, lanes->people.slots[i]));
        lanes->label = columns > lanes->label ? columns : lanes->label;
    }
    lanes->label = lanes->label < LABEL_MOST ? lanes->label : LABEL_MOST;
    int base = 2 + people_digits(view) + lanes->label + 1;
    int room = (area->cols - base - 1) / COLUMN;
    size_t most = room > 0 ? (size_t)room : 1;
    lanes->count = view->model->moment_count < most ? view->model->moment_count : most;
    lanes->first = view->model->moment_count - lanes->count;
}

static bool is_task_of(const struct moment *moment, unsigned slot, unsigned pool)
{
    return moment->process == slot && moment->deed.object == pool &&
           (moment->deed.op == MP_OP_TASK_TAKE || moment->deed.op == MP_OP_TASK_FINISH);
}

/* Is it in a task after this step? Its chunk may go on with the next one. */
static bool works_after(const struct model *model, const struct moment *moment,
                        unsigned pool)
{
    struct pool_task next;
    uint64_t number = moment->deed.offset;

    if (moment->deed.op == MP_OP_TASK_TAKE) {
        return mp_deed_phase(&moment->deed) == MP_DONE;
    }
    struct pool_task task = {.worker = MP_NOBODY};
    model_pool_task(model, pool, number, &task);
    return model_pool_task(model, pool, number + 1, &next) &&
           next.worker == task.worker && next.chunk == task.chunk &&
           next.taken_step == task.taken_step;
}

/* What it was at before the first step that is shown. */
static bool worked_before(const struct model *model, const struct lanes *lanes,
                          unsigned slot)
{
    for (size_t i = lanes->first, seen = 0; i-- > 0 && seen < LOOK_BACK; seen++) {
        if (is_task_of(&model->moments[i], slot, lanes->pool)) {
            return works_after(model, &model->moments[i], lanes->pool);
        }
    }
    return false;
}

/* Killed in it: the line ends at the step at which that was seen. */
static bool is_dead_at(const struct model *model, unsigned slot, uint64_t step)
{
    const struct process_view *process = &model->processes[slot];
    const struct model_life *life =
        process->life < model->life_count ? &model->lives[process->life] : NULL;
    bool ended =
        process->entry.life == MP_LIFE_NONE || process->entry.life >= MP_LIFE_ENDED;
    uint64_t end = life != NULL ? life->ended_step : process->ended_step;

    return ended && step > end;
}

static void draw_lane(const struct view *view, const struct area *area, int row,
                      const struct lanes *lanes, unsigned slot)
{
    const struct model *model = view->model;
    int style = STYLE_PROCESS + (int)slot;
    bool works = worked_before(model, lanes, slot);
    char text[TEXT_SIZE];

    snprintf(text, sizeof(text), " %*u ", people_digits(view), slot);
    int col = put(area, row, 0, style, text);
    put_width(area, row, col, lanes->label, style, model_name(model, slot));
    col += lanes->label + 1;
    for (size_t i = 0; i < lanes->count; i++, col += COLUMN) {
        const struct moment *moment = &model->moments[lanes->first + i];
        bool own = is_task_of(moment, slot, lanes->pool);
        works = works && !is_dead_at(model, slot, moment->step);
        if (works) {
            put_many(area, row, col, COLUMN, style, glyph(GLYPH_RULE));
        }
        if (!own) {
            if (!works) {
                put_before(area, row, col + COLUMN, STYLE_NORMAL, glyph(GLYPH_QUIET));
            }
            continue;
        }
        bool failed = mp_deed_phase(&moment->deed) == MP_FAILED;
        bool goes_on = works_after(model, moment, lanes->pool);
        if (moment->deed.op == MP_OP_TASK_FINISH) {
            put(area, row, col + COLUMN - 1, failed ? style | STYLE_REVERSE : style,
                failed    ? glyph(GLYPH_LOST)
                : goes_on ? glyph(GLYPH_DOWN_LINE)
                          : "]");
        } else if (goes_on) {
            snprintf(text, sizeof(text), "[%u", moment->deed.offset + 1);
            int at = put_width(area, row, col, COLUMN, style, text);
            put_many(area, row, at, col + COLUMN - at, style, glyph(GLYPH_RULE));
        } else {
            put_before(area, row, col + COLUMN, style, "end");
        }
        works = goes_on;
    }
}

static void draw_numbers(const struct view *view, const struct area *area,
                         const struct lanes *lanes)
{
    int end = 2 + people_digits(view) + lanes->label + 1;
    char text[24];

    for (size_t i = 0; i < lanes->count; i++) {
        end += COLUMN;
        snprintf(text, sizeof(text), "%" PRIu64,
                 view->model->moments[lanes->first + i].step);
        put_before(area, 0, end, STYLE_NORMAL, text);
    }
}

/* "finished in this order:  2 1 4": the newest, where there are too many. */
static void draw_orders(const struct view *view, const struct area *area, int row,
                        const struct lanes *lanes)
{
    char text[TEXT_SIZE] = "finished in this order: ";
    char numbers[TEXT_SIZE / 2] = "";
    size_t used = 0;
    size_t count = 0;
    uint64_t number;
    int room = ORDER_COL - 2 - text_columns(text);

    while (model_pool_finished(view->model, lanes->pool, count, &number)) {
        count++;
    }
    size_t first = count;
    for (int width = 0; first > 0; first--) { /* and "..." where some have no room */
        model_pool_finished(view->model, lanes->pool, first - 1, &number);
        width += 1 + snprintf(NULL, 0, "%" PRIu64, number + 1);
        if (width > room - (first > 1 ? (int)sizeof(" ..") - 1 : 0)) {
            used = (size_t)snprintf(numbers, sizeof(numbers), " ..");
            break;
        }
    }
    for (size_t i = first; i < count && used < sizeof(numbers); i++) {
        model_pool_finished(view->model, lanes->pool, i, &number);
        used += (size_t)snprintf(numbers + used, sizeof(numbers) - used, " %" PRIu64,
                                 number + 1);
    }
    int col = put(area, row, 1, STYLE_NORMAL, text);
    col = put(area, row, col, STYLE_STRONG, numbers);
    uint64_t begin = model_pool_first(view->model, lanes->pool) + 1;
    if (count > 0 && !works_has_futures(view, lanes->pool)) {
        snprintf(text, sizeof(text), "results in this order: %" PRIu64 " %" PRIu64 " ...",
                 begin, begin + 1);
        if (col + 2 + text_columns(text) < area->cols) {
            put_before(area, row, area->cols - 1, STYLE_STRONG, text);
        }
    }
}

static void draw(const struct view *view, const struct area *area)
{
    struct lanes lanes;
    int row = 1;

    plan(view, area, &lanes);
    if (lanes.pool == 0) {
        put_text(area, 0, 1, STYLE_NORMAL, "Nobody works in a pool here.");
        return;
    }
    draw_numbers(view, area, &lanes);
    for (size_t i = 0; i < lanes.people.count && row < area->rows; i++) {
        draw_lane(view, area, row++, &lanes, lanes.people.slots[i]);
    }
    if (row < area->rows) {
        draw_orders(view, area, row, &lanes);
    }
}

static struct panel_rows rows(const struct view *view, int cols)
{
    struct lanes lanes = {.pool = works_pool(view)};

    (void)cols;
    works_people(view, lanes.pool, &lanes.people);
    int count = (int)lanes.people.count;
    count = count > 0 ? count : 1;
    int least = count < LANES_GOOD ? count : LANES_GOOD;
    return (struct panel_rows){least + 2, count + 2, count + 2};
}

static const char *name(const struct view *view)
{
    (void)view;
    return "who did what";
}

static void legend(const struct view *view, const struct area *area, char *text,
                   size_t size)
{
    (void)view;
    (void)area;
    snprintf(text, size, "[5%s%s%s in work   %s%s%s] finished", glyph(GLYPH_RULE),
             glyph(GLYPH_RULE), glyph(GLYPH_RULE), glyph(GLYPH_RULE), glyph(GLYPH_RULE),
             glyph(GLYPH_RULE));
}

const struct panel panel_lanes = {name, legend, rows, draw, 1, false, NULL};
