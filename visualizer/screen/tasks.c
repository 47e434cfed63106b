// SPDX-License-Identifier: MIT
/*
 * The panel on the tasks of a pool, or the futures of an executor: a column for each while
 * they fit, else a grid of single signs; on the whole screen a row for each.
 */
#include "screen/glyphs.h"
#include "screen/layout.h"
#include "screen/people.h"
#include "screen/text.h"
#include "screen/works.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

enum {
    COLUMNS_MOST = 10, /* tasks that have a column each */
    LABEL = 10,
    CELL = 7,
    CELL_LEAST = 5,
    GRID = 60, /* signs in a row */
    TABLE_ROWS = 4,
    GRID_ROWS = 3,
};

static const char *state_word(const struct view *view, unsigned pool,
                              const struct pool_task *task)
{
    static const char *const words[TASK_STATES] = {
        [TASK_WAITING] = "",  [TASK_TAKEN] = "taken",  [TASK_WORK] = "WORK",
        [TASK_OVER] = "over", [TASK_DONE] = "done",    [TASK_FAILED] = "FAILED",
        [TASK_LOST] = "LOST", [TASK_CANCELLED] = "no",
    };
    bool futures = works_has_futures(view, pool);

    if (futures && task->state == TASK_WAITING) {
        return "pend";
    }
    return futures && task->state == TASK_WORK ? "RUN" : words[task->state];
}

static size_t task_count(const struct view *view, unsigned pool)
{
    uint64_t first = model_pool_first(view->model, pool);
    uint64_t given = view->model->objects[pool].given;
    struct pool_task task;

    while (given > first && !model_pool_task(view->model, pool, given - 1, &task)) {
        given--; /* free running they may be counted before they are told of */
    }
    return given > first ? (size_t)(given - first) : 0;
}

/* --- a column for each ---------------------------------------------------------------- */

static bool has_columns(const struct area *area, size_t count)
{
    int width = count <= COLUMNS_MOST ? CELL_LEAST : CELL;
    return LABEL + (int)count * width < area->cols;
}

static int cell_width(const struct area *area, size_t count)
{
    int width = count > 0 ? (area->cols - LABEL - 1) / (int)count : CELL;

    return width < CELL ? width : CELL;
}

static void put_task_cell(const struct area *area, int row, int end, int style,
                          const char *text)
{
    if (row < area->rows && end <= area->cols) {
        put_before(area, row, end, *text != '\0' ? style : STYLE_NORMAL,
                   *text != '\0' ? text : glyph(GLYPH_QUIET));
    }
}

static void draw_columns(const struct view *view, const struct area *area, unsigned pool,
                         size_t count)
{
    static const char *const labels[] = {"task", "state", "process", "result"};
    uint64_t first = model_pool_first(view->model, pool);
    int width = cell_width(area, count);

    for (int row = 0; row < area->rows && row < (int)COUNT(labels); row++) {
        put(area, row, 1, STYLE_NORMAL, labels[row]);
    }
    for (size_t i = 0; i < count; i++) {
        struct pool_task task;
        char number[24];
        char worker[16] = "";
        char result[32] = "";
        int end = LABEL + (int)(i + 1) * width;
        if (!model_pool_task(view->model, pool, first + i, &task)) {
            continue;
        }
        snprintf(number, sizeof(number), "%" PRIu64, first + i + 1);
        if (task.worker < MP_PROCESSES) {
            snprintf(worker, sizeof(worker), "%u", task.worker);
        }
        if (task.state == TASK_DONE) {
            model_result_words(view->model, pool, task.result, result, sizeof(result));
        } else if (task.state == TASK_FAILED) {
            snprintf(result, sizeof(result), "%" PRId64, (int64_t)task.result);
        }
        bool fits = text_columns(result) < width;
        int style =
            task.worker < MP_PROCESSES ? STYLE_PROCESS + task.worker : STYLE_NORMAL;
        bool bad = task.state == TASK_FAILED || task.state == TASK_LOST;
        put_task_cell(area, 0, end, STYLE_STRONG, number);
        put_task_cell(area, 1, end, bad ? STYLE_ALERT : STYLE_STRONG,
                      state_word(view, pool, &task));
        put_task_cell(area, 2, end, style, worker);
        put_task_cell(area, 3, end, STYLE_STRONG, fits ? result : "..");
    }
}

/* --- a sign for each ------------------------------------------------------------------ */

static int sign_of(const struct pool_task *task, char *text, size_t size)
{
    int style = task->worker < MP_PROCESSES ? STYLE_PROCESS + task->worker : STYLE_NORMAL;

    switch (task->state) {
    case TASK_WAITING:
        snprintf(text, size, "%s", glyph(GLYPH_QUIET));
        return STYLE_NORMAL;
    case TASK_TAKEN:
        snprintf(text, size, "-");
        return style;
    case TASK_WORK: /* of workers with two digits the last one */
        snprintf(text, size, "%u", task->worker % 10u);
        return style;
    case TASK_FAILED:
    case TASK_LOST:
        snprintf(text, size, "%s", glyph(GLYPH_LOST));
        return STYLE_ALERT;
    case TASK_CANCELLED:
        snprintf(text, size, "/");
        return STYLE_NORMAL;
    default:
        snprintf(text, size, "%s", glyph(GLYPH_BAR));
        return style;
    }
}

/* Of more rows than there are those with the first task that is not over. */
static size_t first_row(const struct view *view, unsigned pool, size_t count, size_t rows,
                        size_t per_row)
{
    uint64_t first = model_pool_first(view->model, pool);
    size_t all = (count + per_row - 1) / per_row;
    size_t open = 0;

    for (; open < count; open++) {
        struct pool_task task;
        if (model_pool_task(view->model, pool, first + open, &task) &&
            task.state < TASK_OVER) {
            break;
        }
    }
    size_t row = open / per_row;
    return row + rows > all ? (all > rows ? all - rows : 0) : row;
}

static void draw_grid(const struct view *view, const struct area *area, unsigned pool,
                      size_t count)
{
    uint64_t first = model_pool_first(view->model, pool);
    size_t per_row = area->cols >= LABEL + GRID ? GRID : (size_t)(area->cols - LABEL);
    size_t row = first_row(view, pool, count, (size_t)area->rows, per_row);

    for (int r = 0; r < area->rows && row * per_row < count; r++, row++) {
        char text[TEXT_SIZE];
        snprintf(text, sizeof(text), "%" PRIu64, first + row * per_row + 1);
        put_before(area, r, LABEL - 2, STYLE_NORMAL, text);
        for (size_t i = 0; i < per_row && row * per_row + i < count; i++) {
            struct pool_task task;
            if (model_pool_task(view->model, pool, first + row * per_row + i, &task)) {
                int style = sign_of(&task, text, sizeof(text));
                put(area, r, LABEL + (int)i, style, text);
            }
        }
    }
}

/* --- a row for each, on the whole screen ----------------------------------------------- */

enum { T_NUMBER, T_STATE, T_WORKER, T_RESULT, T_TAKEN, T_OVER };

static const struct column all_columns[] = {
    /* title, id, width, least, most, gap, rank, right */
    {"task", T_NUMBER, 6, 0, 0, 1, 0, true, 0},
    {"state", T_STATE, 8, 0, 0, 2, 0, false, 0},
    {"process", T_WORKER, 14, 8, 20, 2, 0, false, 0},
    {"result", T_RESULT, 12, 6, 20, 1, 0, true, 0},
    {"taken at step", T_TAKEN, 13, 0, 0, 2, 2, true, 0},
    {"over at step", T_OVER, 12, 0, 0, 2, 1, true, 0},
};

static void row_text(const struct view *view, unsigned pool, uint64_t number,
                     const struct pool_task *task, int id, char *text, size_t size)
{
    uint64_t step = id == T_TAKEN ? task->taken_step : task->over_step;

    *text = '\0';
    switch (id) {
    case T_NUMBER:
        snprintf(text, size, "%" PRIu64, number + 1);
        break;
    case T_STATE:
        snprintf(text, size, "%s", state_word(view, pool, task));
        snprintf(text, size, "%s",
                 *text == '\0' ? "waiting" : state_word(view, pool, task));
        break;
    case T_WORKER:
        if (task->worker < MP_PROCESSES) {
            snprintf(text, size, "%u %s", task->worker,
                     model_name(view->model, task->worker));
        }
        break;
    case T_RESULT:
        if (task->state == TASK_DONE) {
            model_result_words(view->model, pool, task->result, text, size);
        } else if (task->state == TASK_FAILED) {
            snprintf(text, size, "code %" PRId64, (int64_t)task->result);
        }
        break;
    default:
        if (step > 0) {
            snprintf(text, size, "%" PRIu64, step);
        }
        break;
    }
}

static int full(const struct view *view, const struct area *area)
{
    unsigned pool = works_pool(view);
    size_t count = pool != 0 ? task_count(view, pool) : 0;
    uint64_t first = model_pool_first(view->model, pool);
    struct column columns[COUNT(all_columns)];
    char text[TEXT_SIZE];

    if (count == 0) {
        panel_tasks.draw(view, area);
        return NO_SCROLL;
    }
    memcpy(columns, all_columns, sizeof(columns));
    columns_fit(columns, COUNT(columns), area->cols);
    int total = count < ROWS_MANY ? (int)count : ROWS_MANY;
    int scrolled = -layout_scroll(-view->scroll, total, area->rows - 1);
    put_titles(area, 0, columns, COUNT(columns));
    for (int row = 1; row < area->rows && row - 1 - scrolled < total; row++) {
        uint64_t number = first + (uint64_t)(row - 1 - scrolled);
        struct pool_task task;
        if (!model_pool_task(view->model, pool, number, &task)) {
            continue;
        }
        for (size_t i = 0; i < COUNT(columns); i++) {
            row_text(view, pool, number, &task, columns[i].id, text, sizeof(text));
            put_cell(area, row, &columns[i], STYLE_NORMAL, text);
        }
    }
    return scrolled;
}

/* --- the panel ------------------------------------------------------------------------ */

/* Below the tasks. Returns the area that is left for them. */
static struct area draw_rate(const struct view *view, const struct area *area,
                             unsigned pool)
{
    struct area above = *area;
    char text[TEXT_SIZE];

    if (works_has_rate(view) && area->rows > 1) {
        above.rows--;
        if (works_rate(view, pool, text, sizeof(text))) {
            put(area, area->rows - 1, 1, STYLE_STRONG, text);
        }
    }
    return above;
}

static void draw(const struct view *view, const struct area *area)
{
    unsigned pool = works_pool(view);
    size_t count = pool != 0 ? task_count(view, pool) : 0;

    if (pool == 0) {
        put_text(area, 0, 1, STYLE_NORMAL,
                 "There is no pool: mp_pool_create() makes one, with workers that wait "
                 "for tasks.");
    } else if (count == 0) {
        put_text(area, 0, 1, STYLE_NORMAL, "No task has been given yet.");
    } else {
        struct area above = draw_rate(view, area, pool);
        (has_columns(area, count) ? draw_columns : draw_grid)(view, &above, pool, count);
    }
}

static bool has_results(const struct view *view, unsigned pool)
{
    char text[TEXT_SIZE];

    model_result_words(view->model, pool, 0, text, sizeof(text));
    return *text != '\0';
}

static struct panel_rows rows(const struct view *view, int cols)
{
    unsigned pool = works_pool(view);
    size_t count = pool != 0 ? task_count(view, pool) : 0;
    struct area area = {.cols = cols};
    int rate = works_has_rate(view);

    if (count == 0 || has_columns(&area, count)) {
        /* the rate takes the place of the results where their type tells nothing */
        int more = rate && has_results(view, pool);
        return (struct panel_rows){2, TABLE_ROWS + more, TABLE_ROWS + more};
    }
    int all = (int)((count < 100 * GRID ? count : 100 * GRID) + GRID - 1) / GRID;
    return (struct panel_rows){1, (all < GRID_ROWS ? all : GRID_ROWS) + rate, all + rate};
}

static const char *name(const struct view *view)
{
    static char text[2 * MP_NAME_SIZE];
    unsigned pool = works_pool(view);
    const char *task = pool != 0 ? model_task_name(view->model, pool) : "";

    snprintf(text, sizeof(text), "%s%s%.40s",
             pool != 0 && works_has_futures(view, pool) ? "futures" : "tasks",
             *task != '\0' ? " " : "", task);
    return text;
}

static void legend(const struct view *view, const struct area *area, char *text,
                   size_t size)
{
    unsigned pool = works_pool(view);

    (void)area;
    if (pool != 0) {
        works_tasks(view, pool, text, size);
    }
}

const struct panel panel_tasks = {name, legend, rows, draw, 1, false, full};
