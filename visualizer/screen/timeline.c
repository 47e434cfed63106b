// SPDX-License-Identifier: MIT
/*
 * In real time: a lane for each worker, as wide as the time from the begin of the first task
 * to the end of the last, or to now. What the lanes by steps cannot show: which task took
 * long, and who had nothing to do meanwhile.
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
    LABEL_LEAST = 8,
    LABEL_MOST = 14,
    SHARE = 8, /* columns of " in work" */
    LANE_LEAST = 20,
    LANE_MOST = 512,
    LANES_GOOD = 4,
};

struct timeline {
    unsigned pool;
    struct people people; /* the workers */
    uint64_t from, to;    /* clock ticks */
    int label, left, width;
};

/* False: nothing has begun, or when it did is not known. */
static bool plan(const struct view *view, const struct area *area, struct timeline *line)
{
    memset(line, 0, sizeof(*line));
    line->pool = works_pool(view);
    if (line->pool == 0 ||
        !model_pool_span(view->model, line->pool, &line->from, &line->to)) {
        return false;
    }
    works_people(view, line->pool, &line->people);
    people_cut(view, &line->people, area->rows > 2 ? area->rows - 1 : 1);
    line->label = LABEL_LEAST;
    for (size_t i = 0; i < line->people.count; i++) {
        int columns = text_columns(model_name(view->model, line->people.slots[i]));
        line->label = columns > line->label ? columns : line->label;
    }
    line->label = line->label < LABEL_MOST ? line->label : LABEL_MOST;
    line->left = 2 + people_digits(view) + line->label + 1;
    line->width = area->cols - line->left - SHARE - 1;
    line->width = line->width < LANE_MOST ? line->width : LANE_MOST;
    return line->width >= LANE_LEAST;
}

/* The column at which this moment is, from the left end of the lanes. */
static int column_of(const struct timeline *line, uint64_t at)
{
    double share = (double)(at - line->from) / (double)(line->to - line->from);

    return (int)(share * (line->width - 1));
}

/* Its piece of the lane, where no other task of this worker has been drawn: they are not
   always in the order of their numbers. */
static void draw_task(const struct area *area, int row, const struct timeline *line,
                      uint64_t number, const struct pool_task *task, bool *used)
{
    int style = STYLE_PROCESS + (int)task->worker;
    bool bad = task->state == TASK_FAILED || task->state == TASK_LOST;
    bool open = task->state < TASK_OVER;
    int begin = column_of(line, task->begun_at);
    int end = open ? line->width - 1 : column_of(line, task->over_at);
    char text[24];

    while (begin <= end && used[begin]) {
        begin++;
    }
    while (begin <= end && used[end]) {
        end--;
    }
    if (begin > end) { /* too short to be seen beside its neighbours */
        return;
    }
    memset(used + begin, true, (size_t)(end - begin) + 1);
    put_many(area, row, line->left + begin, end - begin + 1, style, glyph(GLYPH_RULE));
    if (end > begin) {
        put(area, row, line->left + begin, style, "[");
    }
    snprintf(text, sizeof(text), "%" PRIu64, number + 1);
    if (text_columns(text) < end - begin) {
        put(area, row, line->left + begin + 1, style, text);
    }
    if (!open) {
        put(area, row, line->left + end, bad ? style | STYLE_REVERSE : style,
            bad           ? glyph(GLYPH_LOST)
            : end > begin ? "]"
                          : glyph(GLYPH_DOWN_LINE));
    }
}

static void draw_lane(const struct view *view, const struct area *area, int row,
                      const struct timeline *line, unsigned slot)
{
    const struct model *model = view->model;
    int style = STYLE_PROCESS + (int)slot;
    struct pool_task task;
    double busy = 0;
    char text[TEXT_SIZE];
    bool used[LANE_MOST] = {false};

    snprintf(text, sizeof(text), " %*u ", people_digits(view), slot);
    int col = put(area, row, 0, style, text);
    put_width(area, row, col, line->label, style, model_name(model, slot));
    for (uint64_t n = model_pool_first(model, line->pool);
         model_pool_task(model, line->pool, n, &task); n++) {
        bool open = task.state == TASK_WORK;
        uint64_t over = open ? line->to : task.over_at;
        if (task.worker != slot || task.begun_at == 0 || over < task.begun_at) {
            continue;
        }
        draw_task(area, row, line, n, &task, used);
        busy += (double)(over - task.begun_at);
    }
    snprintf(text, sizeof(text), "%.0f %%", 100 * busy / (double)(line->to - line->from));
    put_before(area, row, area->cols - 1, STYLE_NORMAL, text);
}

static void draw(const struct view *view, const struct area *area)
{
    struct timeline line;
    char text[24];
    int row = 1;

    if (!plan(view, area, &line)) {
        put_text(area, 0, 1, STYLE_NORMAL, "No task has begun yet.");
        return;
    }
    works_time(model_seconds(view->model, line.from, line.to), text, sizeof(text));
    put(area, 0, line.left, STYLE_NORMAL, "0 s");
    put_before(area, 0, line.left + line.width, STYLE_NORMAL, text);
    put_before(area, 0, area->cols - 1, STYLE_NORMAL, "in work");
    for (size_t i = 0; i < line.people.count && row < area->rows; i++) {
        draw_lane(view, area, row++, &line, line.people.slots[i]);
    }
}

static struct panel_rows rows(const struct view *view, int cols)
{
    struct people people;

    (void)cols;
    works_people(view, works_pool(view), &people);
    int count = people.count > 0 ? (int)people.count : 1;
    int least = count < LANES_GOOD ? count : LANES_GOOD;
    return (struct panel_rows){least + 1, count + 1, count + 1};
}

static const char *name(const struct view *view)
{
    (void)view;
    return "in real time";
}

static void legend(const struct view *view, const struct area *area, char *text,
                   size_t size)
{
    (void)area;
    if (view_is_free(view)) {
        snprintf(text, size, "free");
    } else {
        snprintf(text, size, "the lab makes them wait between steps");
    }
}

const struct panel panel_timeline = {name, legend, rows, draw, 2, true, NULL};
