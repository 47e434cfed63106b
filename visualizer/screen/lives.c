// SPDX-License-Identifier: MIT
/*
 * Lives as lanes: from birth to end, and from the end to the join (a zombie), step by step.
 */
#include "screen/glyphs.h"
#include "screen/layout.h"
#include "screen/people.h"
#include "screen/text.h"

#include <inttypes.h>
#include <stdio.h>

enum { STEP_WIDTH = 5, STEP_LABEL = 2, LABEL_LEAST = 11, LABEL_MOST = 16 };

/* What a process was during a step. */
static const char *sign_at(const struct view *view, unsigned slot, uint64_t step)
{
    const struct process_view *process = &view->model->processes[slot];
    unsigned life = process->entry.life;
    bool was_born = process->born_step > 0 || life == MP_LIFE_ALIVE ||
                    life == MP_LIFE_ENDED || life == MP_LIFE_JOINED ||
                    (life == MP_LIFE_NONE && process->ended_step > 0);
    bool has_ended = life == MP_LIFE_ENDED || people_is_gone(view->model, slot);
    bool was_joined = people_is_gone(view->model, slot);

    if (!was_born || step < process->born_step) {
        return " ";
    }
    if (!has_ended || step < process->ended_step) {
        return glyph(GLYPH_BAR);
    }
    /* main has no parent here that would join it */
    if (process->entry.parent == MP_NOBODY && slot == 0) {
        return " ";
    }
    return !was_joined || step < process->joined_step ? "Z" : " ";
}

static void draw(const struct view *view, const struct area *area)
{
    struct people people;
    char text[TEXT_SIZE];
    uint64_t steps = view->model->steps;
    int label = LABEL_LEAST;

    people_all(view, &people);
    people_cut(view, &people, area->rows - 1);
    for (size_t i = 0; i < people.count; i++) {
        int columns = text_columns(model_name(view->model, people.slots[i]));
        label = columns > label ? columns : label;
    }
    label = label < LABEL_MOST ? label : LABEL_MOST;
    int base = 1 + people_digits(view) + 1 + label + 2;
    uint64_t room =
        area->cols > base + STEP_WIDTH ? (uint64_t)(area->cols - base) / STEP_WIDTH : 1;
    uint64_t first = steps > room ? steps - room + 1 : 1;
    for (uint64_t step = first; step <= steps; step++) {
        int col = base + (int)(step - first) * STEP_WIDTH;
        snprintf(text, sizeof(text), "%" PRIu64, step);
        put(area, 0, col + STEP_LABEL, STYLE_NORMAL, text);
    }
    for (size_t i = 0; i < people.count; i++) {
        unsigned slot = people.slots[i];
        int style = STYLE_PROCESS + (int)slot;
        snprintf(text, sizeof(text), " %*u ", people_digits(view), slot);
        int col = put(area, (int)i + 1, 0, style, text);
        put_width(area, (int)i + 1, col, label, style, model_name(view->model, slot));
        for (uint64_t step = first; step <= steps; step++) {
            put_many(area, (int)i + 1, base + (int)(step - first) * STEP_WIDTH,
                     STEP_WIDTH, style, sign_at(view, slot, step));
        }
    }
}

static struct panel_rows rows(const struct view *view, int cols)
{
    struct people people;

    (void)cols;
    people_all(view, &people);
    int count = (int)people.count;
    return (struct panel_rows){count < 3 ? count + 1 : 4, count + 1, count + 1};
}

static const char *name(const struct view *view)
{
    (void)view;
    return "lives";
}

static void legend(const struct view *view, const struct area *area, char *text,
                   size_t size)
{
    (void)area;
    (void)view;
    snprintf(text, size, "%s alive   Z ended, not joined yet", glyph(GLYPH_BAR));
}

const struct panel panel_lives = {name, legend, rows, draw, 1, false, NULL};
