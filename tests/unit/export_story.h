// SPDX-License-Identifier: MIT
// Runs to be exported, made by hand: the race of the first page, on a tape.
#pragma once

#include "unit/calls_story.h"
#include "unit/exports.h"

#include "model/steps.h"

#define TITLE "lock_race, 2 processes, 5 increments each"
#define CODE "1m-3f9a lock_race --increments 5 @ 11212111211211222222"

static inline struct export_run run_of(const struct story *s)
{
    return (struct export_run){
        .tape = s->tape, .title = TITLE, .code = CODE, .tick = 1e-9};
}

static inline struct story race(const char *steps)
{
    struct story s = story_race();
    uint64_t held[10];
    memset(held, 0xff, sizeof held);
    for (; *steps != '\0'; steps++) {
        unsigned slot = (unsigned)(*steps - '0');
        s.now += 1500;
        if (held[slot] == UINT64_MAX) {
            held[slot] = story_read(&s, slot);
        } else {
            story_write(&s, slot, held[slot] + 1);
            held[slot] = UINT64_MAX;
        }
    }
    return s;
}

static inline void end_children(struct story *s, unsigned children)
{
    for (unsigned i = 1; i <= children; i++) {
        story_want(s, 0, MP_OP_JOIN, i);
        story_life(s, i, MP_OP_END, 0, 0, false);
        story_life(s, 0, MP_OP_JOIN, i, 0, false);
    }
}

// The run of the first page; the updates of steps 5 and 11 are lost.
static inline struct story first_page(void)
{
    struct story s = race("11212111211211222222");
    end_children(&s, 2);
    story_print(&s, 0, "counter 8, expected 10, lost 2", false);
    story_life(&s, 0, MP_OP_END, 0, 1, false);
    story_mark(&s, (struct mark){.kind = MARK_FINISH});
    return s;
}

// The cell of a step as it is drawn, with the sign for a lost update.
static inline void drawn_cell(const struct model *model, size_t i, char *text, size_t size)
{
    char cell[160];
    bool lost = steps_cell(model, &model->moments[i], cell, sizeof cell);
    snprintf(text, size, ">%s%s</text>", cell, lost ? "x" : "");
}

// Each cell of the table stands in it as often as there are such steps.
static inline void check_cells(const struct model *model, const char *svg)
{
    char cell[200];
    char other[200];
    ck_assert_uint_gt(model->moment_count, 0);
    for (size_t i = 0; i < model->moment_count; i++) {
        unsigned same = 0;
        drawn_cell(model, i, cell, sizeof cell);
        for (size_t j = 0; j < model->moment_count; j++) {
            drawn_cell(model, j, other, sizeof other);
            same += strcmp(cell, other) == 0;
        }
        ck_assert_msg(times_in(svg, cell) == same, "%u times %s, expected %u:\n%s",
                      times_in(svg, cell), cell, same, svg);
    }
}
