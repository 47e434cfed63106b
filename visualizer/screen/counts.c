// SPDX-License-Identifier: MIT
/*
 * In place of the steps table in a free run: how much each process has done, as a bar.
 */
#include "screen/glyphs.h"
#include "screen/layout.h"
#include "screen/people.h"
#include "screen/text.h"

#include <inttypes.h>
#include <stdio.h>

enum { LABEL_MOST = 16, NUMBER = 12 };

static uint64_t count_of(const struct view *view, unsigned slot)
{
    const struct mp_process_entry *entry = &view->model->processes[slot].entry;

    return entry->reads + entry->writes;
}

static void draw(const struct view *view, const struct area *area)
{
    struct people people;
    char text[TEXT_SIZE];
    uint64_t most = 1;
    int label = 0;

    people_with_steps(view, &people);
    people_cut(view, &people, area->rows);
    for (size_t i = 0; i < people.count; i++) {
        uint64_t count = count_of(view, people.slots[i]);
        int columns = text_columns(model_name(view->model, people.slots[i]));
        most = count > most ? count : most;
        label = columns > label ? columns : label;
    }
    label = label < LABEL_MOST ? label : LABEL_MOST;
    for (size_t i = 0; i < people.count; i++) {
        unsigned slot = people.slots[i];
        int style = STYLE_PROCESS + (int)slot;
        int row = (int)i;
        snprintf(text, sizeof(text), " %*u ", people_digits(view), slot);
        int col = put(area, row, 0, style, text);
        put_width(area, row, col, label, style, model_name(view->model, slot));
        col += label + NUMBER;
        snprintf(text, sizeof(text), "%" PRIu64, count_of(view, slot));
        put_before(area, row, col, STYLE_NORMAL, text);
        int room = area->cols - col - 3;
        int bar = room > 0
                      ? (int)((double)room * (double)count_of(view, slot) / (double)most)
                      : 0;
        put_many(area, row, col + 2, bar, style, glyph(GLYPH_BAR));
    }
}

static struct panel_rows rows(const struct view *view, int cols)
{
    struct people people;

    (void)cols;
    people_with_steps(view, &people);
    int count = people.count > 0 ? (int)people.count : 1;
    return (struct panel_rows){count < 2 ? count : 2, count, count};
}

static const char *name(const struct view *view)
{
    (void)view;
    return "reads and writes";
}

static void legend(const struct view *view, const struct area *area, char *text,
                   size_t size)
{
    (void)area;
    if (!view->hooked) {
        snprintf(text, size, "not seen in this program");
    } else {
        snprintf(text, size, "too fast to show: counted");
    }
}

const struct panel panel_counts = {name, legend, rows, draw, 2, false, NULL};
