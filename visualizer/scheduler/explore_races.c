// SPDX-License-Identifier: MIT
/*
 * One schedule of each kind. Two schedules are of one kind when they differ only in the order
 * of steps that do not depend on each other (mp/depend.h).
 *
 * In a run that was made, step j and a later step i of somebody else that depends on it are in
 * a race when nothing forces that order: then the other order is of another kind, and has to be
 * tried. It begins, where j was chosen, with one of those steps after j that do not need j
 * (source sets, after Abdulla, Aronis, Jonsson and Sagonas, 2014). Who was tried there already,
 * and whoever leads only to what was tried, sleeps: until somebody touches what it is about to
 * touch.
 */
#include "scheduler/explore_private.h"

#include <string.h>

/* A step that was made, or that somebody stuck would like to make. */
struct made {
    size_t at; /* its number; of one stuck, that behind the last */
    unsigned slot;
    const struct mp_touch *touch;
    uint16_t clock[MP_PROCESSES];
    uint16_t own; /* the step of the same process before it, counted from 1; 0 none */
};

static void merge(uint16_t *clock, const uint16_t *other)
{
    for (unsigned i = 0; i < MP_PROCESSES; i++) {
        clock[i] = clock[i] > other[i] ? clock[i] : other[i];
    }
}

/* Does step j come before what has this clock, in every order of this kind? */
static bool is_before(const struct explorer *explorer, size_t j, const uint16_t *clock)
{
    return clock[explorer->frames[j].chosen] > j;
}

/* The last step before it that found it standing there and unable to go: that opened the way
   for it. Counted from 1; 0: none did. */
static size_t opened_by(const struct explorer *explorer, const struct made *made)
{
    size_t step = made->at;
    while (step > made->own && mp_set_has(&explorer->frames[step - 1].can, made->slot)) {
        step--;
    }
    return step > made->own ? step : 0;
}

/*
 * Could it have been made before step j? Who stood before it and could not go could do so when
 * the way is opened without j; if j is needed for that it is no race. Of one that is stuck,
 * and of one that waits for two things, it is not known what would have opened the way.
 */
static bool could_go(const struct explorer *explorer, size_t j, const struct made *made)
{
    if (made->own > j || mp_set_has(&explorer->frames[j].can, made->slot) ||
        made->at == explorer->count || made->touch->also != 0) {
        return true;
    }
    size_t opened = opened_by(explorer, made);
    return opened > j + 1 && !is_before(explorer, j, explorer->clocks[opened - 1]);
}

/* --- what is to be tried -------------------------------------------------------------------- */

/* May step k be the first of those after j that do not need j? */
static bool is_initial(const struct explorer *explorer, size_t j, size_t k, unsigned slot,
                       const uint16_t *clock)
{
    for (size_t earlier = j + 1; earlier < k; earlier++) {
        bool in = !is_before(explorer, j, explorer->clocks[earlier]);
        if (in && (explorer->frames[earlier].chosen == slot ||
                   is_before(explorer, earlier, clock))) {
            return false;
        }
    }
    return true;
}

/* One that is a beginning of the other order: is it known here already? */
static bool is_known(const struct frame *frame, unsigned slot)
{
    return mp_set_has(&frame->tried, slot) || mp_set_has(&frame->todo, slot) ||
           mp_set_has(&frame->asleep, slot);
}

static void try_other_order(struct explorer *explorer, size_t j, const struct made *made)
{
    struct frame *frame = &explorer->frames[j];
    unsigned begin = MP_NOBODY;
    for (size_t k = j + 1; k <= made->at; k++) {
        bool last = k == made->at;
        unsigned slot = last ? made->slot : explorer->frames[k].chosen;
        const uint16_t *clock = last ? made->clock : explorer->clocks[k];
        if ((!last && is_before(explorer, j, clock)) ||
            !is_initial(explorer, j, k, slot, clock)) {
            continue;
        }
        if (is_known(frame, slot)) {
            return;
        }
        if (mp_set_has(&frame->can, slot)) {
            begin = slot;
        }
    }
    if (begin != MP_NOBODY) {
        mp_set_add(&frame->todo, begin);
        return;
    }
    for (size_t i = 0; i < sizeof frame->can.bits / sizeof *frame->can.bits; i++) {
        frame->todo.bits[i] |=
            frame->can.bits[i]; /* none of them could go: all are tried */
    }
}

/* --- what was made -------------------------------------------------------------------------- */

/* Fills in the clock, and tries the other order of each race where `is_new`. An access is in a
   race only with the nearest that it depends on: what was before those comes before it by them.
   Of calls all are looked at: what was between two of them may only have opened the way. */
static void look_at(struct explorer *explorer, struct made *made, bool is_new)
{
    static uint16_t racing[MP_SCRIPT];
    size_t races = 0;
    uint16_t all[MP_PROCESSES];
    bool access = mp_is_access((enum mp_op)made->touch->op);
    memset(made->clock, 0, sizeof made->clock);
    if (made->own > 0) {
        memcpy(made->clock, explorer->clocks[made->own - 1], sizeof made->clock);
    }
    /* Somebody has ended whom it joined: that shows in nothing that the two touch. */
    size_t opened = made->at < explorer->count ? opened_by(explorer, made) : 0;
    if (opened > 0 && !mp_steps_depend(&explorer->frames[opened - 1].touch, made->touch)) {
        merge(made->clock, explorer->clocks[opened - 1]);
    }
    memcpy(all, made->clock, sizeof all);
    for (size_t j = made->at; j-- > 0;) {
        const struct frame *frame = &explorer->frames[j];
        if (frame->chosen == made->slot ||
            is_before(explorer, j, access ? all : made->clock) ||
            !mp_steps_depend(&frame->touch, made->touch)) {
            continue;
        }
        if (is_new && could_go(explorer, j, made)) {
            racing[races++] = (uint16_t)j;
        }
        merge(all, explorer->clocks[j]);
    }
    memcpy(made->clock, all, sizeof all);
    for (size_t i = 0; i < races; i++) {
        try_other_order(explorer, racing[i], made);
    }
}

static uint16_t last_own(const uint16_t *last, unsigned slot)
{
    return slot < MP_PROCESSES ? last[slot] : 0;
}

void explorer_find_races(struct explorer *explorer, size_t first,
                         const struct explorer_stuck *stuck, size_t stuck_count)
{
    uint16_t last[MP_PROCESSES] = {0};
    for (size_t i = 0; i < explorer->count; i++) {
        unsigned slot = explorer->frames[i].chosen % MP_PROCESSES;
        if (i >= first) { /* what is before has its clocks from another run */
            struct made made = {.at = i,
                                .slot = slot,
                                .touch = &explorer->frames[i].touch,
                                .own = last_own(last, slot)};
            look_at(explorer, &made, true);
            made.clock[slot] = (uint16_t)(i + 1);
            memcpy(explorer->clocks[i], made.clock, sizeof made.clock);
        }
        last[slot] = (uint16_t)(i + 1);
    }
    for (size_t i = 0; i < stuck_count; i++) {
        struct made made = {.at = explorer->count,
                            .slot = stuck[i].slot,
                            .touch = &stuck[i].touch,
                            .own = last_own(last, stuck[i].slot)};
        look_at(explorer, &made, true);
    }
}
