// SPDX-License-Identifier: MIT
/*
 * A queue or a pool in large letters: how many items are inside, how many tasks are done, in
 * block digits; beside it of how many, and where the rest is.
 */
#include "screen/digits.h"
#include "screen/large.h"
#include "screen/people.h"
#include "screen/text.h"
#include "screen/works.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { NAME_COL = 6, GAP = 3, FACTS_COLS = 34, LINE_GAP = 2, NARROW = 60 };

unsigned large_object(const struct view *view)
{
    unsigned pool = works_pool(view);

    return pool != 0 ? pool : works_queue(view);
}

static void make_facts(const struct view *view, unsigned object, uint64_t *number,
                       char *first, char *second, size_t size)
{
    const struct mp_object_entry *entry = &view->model->objects[object];

    if (entry->kind == MP_KIND_QUEUE) {
        *number = contents_inside(entry);
        snprintf(first, size, "inside, of %" PRIu32 " slots%s", entry->parties,
                 *number >= entry->parties ? ": FULL"
                 : *number == 0            ? ": EMPTY"
                                           : "");
        snprintf(second, size, "%" PRIu64 " put, %" PRIu64 " taken%s", entry->given,
                 entry->given > *number ? entry->given - *number : 0,
                 entry->broken ? ", CLOSED" : "");
        return;
    }
    *number = model_pool_count(view->model, object, TASK_DONE);
    snprintf(first, size, "done, of %" PRIu64 " tasks",
             entry->given - model_pool_first(view->model, object));
    uint64_t failed = model_pool_count(view->model, object, TASK_FAILED) +
                      model_pool_count(view->model, object, TASK_LOST);
    int used = snprintf(second, size, "%" PRIu64 " in work, %" PRIu64 " waiting",
                        model_pool_count(view->model, object, TASK_WORK),
                        model_pool_count(view->model, object, TASK_WAITING) +
                            model_pool_count(view->model, object, TASK_TAKEN));
    if (failed > 0) {
        snprintf(second + used, size - (size_t)used, ", %" PRIu64 " FAILED", failed);
    }
}

void large_object_draw(const struct view *view, const struct area *area, int row,
                       unsigned object, int rows)
{
    char value[24];
    char first[TEXT_SIZE], second[TEXT_SIZE];
    uint64_t number = 0;
    const char *name = model_object_name(view->model, object);
    int left = NAME_COL + text_columns(name) + GAP;
    bool beside = area->cols >= NARROW;
    int room = area->cols - left - (beside ? GAP + FACTS_COLS : 1);

    make_facts(view, object, &number, first, second, sizeof(first));
    snprintf(value, sizeof(value), "%" PRIu64, number);
    int columns = rows < DIGITS_ROWS ? 0 : digits_columns(value, rows, room);
    put(area, row + rows / 2, NAME_COL, STYLE_STRONG, name);
    if (columns == 0) {
        int col = put(area, row + rows / 2, left, STYLE_STRONG, value) + 1;
        put(area, row + rows / 2, col, STYLE_STRONG, first);
        return;
    }
    digits_draw(area, row, left + (beside ? (room - columns) / 2 : 0), rows, room, value);
    if (beside) {
        int middle = row + rows / 2;
        put(area, middle - LINE_GAP, area->cols - FACTS_COLS, STYLE_STRONG, first);
        put(area, middle, area->cols - FACTS_COLS, STYLE_STRONG, second);
    }
}
