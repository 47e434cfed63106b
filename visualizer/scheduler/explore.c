// SPDX-License-Identifier: MIT
/* Going through the tree of all schedules. See explore.h. */
#include "scheduler/explore_private.h"

#include <stdlib.h>
#include <string.h>

struct explorer *explorer_new(const struct explorer_setup *setup)
{
    struct explorer *explorer = calloc(1, sizeof *explorer);
    if (explorer == NULL) {
        return NULL;
    }
    explorer->setup = *setup;
    explorer_take(explorer, setup->begin, setup->begin_count);
    if (setup->reduce) {
        explorer->clocks = calloc(MP_SCRIPT, sizeof *explorer->clocks);
        if (explorer->clocks == NULL) {
            free(explorer);
            return NULL;
        }
    }
    return explorer;
}

void explorer_free(struct explorer *explorer)
{
    if (explorer != NULL) {
        free(explorer->clocks);
        free(explorer);
    }
}

void explorer_take(struct explorer *explorer, const uint8_t *begin, size_t count)
{
    explorer->begin_count = count < MP_SCRIPT ? count : 0;
    for (size_t i = 0; i < explorer->begin_count; i++) {
        explorer->begin[i] = begin[i];
    }
    explorer->count = 0;
    explorer->begun = false;
    explorer->learnt = false;
}

/* --- which one is next ---------------------------------------------------------------------- */

/* The first that is to be tried at this step; MP_NOBODY. */
static unsigned first_todo(const struct frame *frame)
{
    for (unsigned slot = 0; slot < MP_PROCESSES; slot++) {
        if (mp_set_has(&frame->todo, slot) && !mp_set_has(&frame->tried, slot) &&
            !mp_set_has(&frame->asleep, slot)) {
            return slot;
        }
    }
    return MP_NOBODY;
}

static uint32_t switches_before(const struct explorer *explorer, size_t step)
{
    return step > 0 ? explorer->frames[step - 1].switches : 0;
}

/* Would this one go although the one before could go on? */
static uint32_t is_switch(const struct explorer *explorer, size_t step, unsigned slot)
{
    if (step == 0) {
        return 0;
    }
    unsigned last = explorer->frames[step - 1].chosen;
    return slot != last && mp_set_has(&explorer->frames[step].can, last);
}

static void choose(struct explorer *explorer, size_t step, unsigned slot)
{
    struct frame *frame = &explorer->frames[step];
    if (frame->touch.tail != 0) {
        mp_set_add(&frame->restless, frame->chosen);
    }
    explorer->asleep = (struct mp_set){{0}};
    for (unsigned i = 0; explorer->setup.reduce && i < MP_PROCESSES; i++) {
        if (mp_set_has(&frame->asleep, i) ||
            (mp_set_has(&frame->tried, i) && !mp_set_has(&frame->restless, i))) {
            mp_set_add(&explorer->asleep, i);
        }
    }
    mp_set_add(&frame->tried, slot);
    frame->chosen = (uint8_t)slot;
    frame->switches = switches_before(explorer, step) + is_switch(explorer, step, slot);
    explorer->steps[step] = (uint8_t)slot;
    explorer->count = step + 1;
}

bool explorer_next(struct explorer *explorer, struct explorer_script *script)
{
    if (explorer->begun) {
        unsigned slot = MP_NOBODY;
        while (explorer->count > explorer->begin_count && slot == MP_NOBODY) {
            slot = first_todo(&explorer->frames[explorer->count - 1]);
            explorer->count -= slot == MP_NOBODY;
        }
        if (slot == MP_NOBODY) {
            return false;
        }
        choose(explorer, explorer->count - 1, slot);
    }
    if (!explorer->begun) {
        explorer->count = explorer->begin_count;
        memcpy(explorer->steps, explorer->begin, explorer->count);
    }
    explorer->begun = true;
    explorer->scripted = explorer->count;
    *script =
        (struct explorer_script){explorer->steps, explorer->count, &explorer->asleep};
    return true;
}

bool explorer_give(struct explorer *explorer, uint8_t *begin, size_t *count)
{
    for (size_t i = explorer->begin_count; i < explorer->count && explorer->learnt; i++) {
        unsigned slot = first_todo(&explorer->frames[i]);
        if (slot != MP_NOBODY) {
            mp_set_add(&explorer->frames[i].tried, slot);
            memcpy(begin, explorer->steps, i);
            begin[i] = (uint8_t)slot;
            *count = i + 1;
            return true;
        }
    }
    return false;
}

/* --- what a run has shown ------------------------------------------------------------------- */

static bool same_set(const struct mp_set *a, const struct mp_set *b)
{
    return memcmp(a, b, sizeof *a) == 0;
}

static bool same_touch(const struct mp_touch *a, const struct mp_touch *b)
{
    return a->offset == b->offset && a->bytes == b->bytes && a->object == b->object &&
           a->op == b->op && a->tail == b->tail;
}

/* The step of the script that was not made as before: its number, or `count`. What the last
   one does is new. */
static size_t find_difference(const struct explorer *explorer,
                              const struct mp_choice *trail, size_t count, size_t known)
{
    for (size_t i = 0; i < known; i++) {
        const struct frame *frame = &explorer->frames[i];
        bool last = i + 1 == known;
        if (i >= count || !same_set(&frame->can, &trail[i].can) ||
            trail[i].chosen != frame->chosen ||
            (!last && (!same_touch(&frame->touch, &trail[i].touch) ||
                       frame->place != trail[i].place))) {
            return i;
        }
    }
    return known;
}

/* All others that could go here, as far as the limit allows. */
static void everybody_else(struct explorer *explorer, size_t step)
{
    struct frame *frame = &explorer->frames[step];
    int most = explorer->setup.preemptions;
    for (unsigned slot = 0; slot < MP_PROCESSES; slot++) {
        if (!mp_set_has(&frame->can, slot)) {
            continue;
        }
        uint32_t switches =
            switches_before(explorer, step) + is_switch(explorer, step, slot);
        if (most >= 0 && switches > (uint32_t)most) {
            explorer->left_out = true;
        } else {
            mp_set_add(&frame->todo, slot);
        }
    }
}

static void add_frame(struct explorer *explorer, size_t step,
                      const struct mp_choice *choice)
{
    struct frame *frame = &explorer->frames[step];
    *frame = (struct frame){.can = choice->can,
                            .asleep = choice->asleep,
                            .touch = choice->touch,
                            .place = choice->place,
                            .chosen = choice->chosen};
    mp_set_add(&frame->tried, choice->chosen);
    frame->switches =
        switches_before(explorer, step) + is_switch(explorer, step, choice->chosen);
    explorer->steps[step] = choice->chosen;
    if (!explorer->setup.reduce) {
        everybody_else(explorer, step);
    }
}

bool explorer_learn(struct explorer *explorer, const struct mp_choice *trail,
                    size_t count, const struct explorer_stuck *stuck, size_t stuck_count,
                    size_t *differs)
{
    /* Of the first run nothing is known but who goes. */
    size_t known = explorer->learnt ? explorer->scripted : 0;
    explorer->learnt = true;
    *differs = find_difference(explorer, trail, count, known);
    if (*differs < known) {
        return false;
    }
    if (known > 0) {
        explorer->frames[known - 1].touch = trail[known - 1].touch;
        explorer->frames[known - 1].place = trail[known - 1].place;
    }
    for (size_t i = known; i < count && i < MP_SCRIPT; i++) {
        add_frame(explorer, i, &trail[i]);
    }
    explorer->count = count < MP_SCRIPT ? count : MP_SCRIPT;
    if (explorer->setup.reduce) {
        explorer_find_races(explorer, known > 0 ? known - 1 : 0, stuck, stuck_count);
    }
    return true;
}

/* --- questions ------------------------------------------------------------------------------ */

unsigned explorer_switches(const struct explorer *explorer)
{
    return switches_before(explorer, explorer->count);
}

const uint8_t *explorer_steps(const struct explorer *explorer, size_t *count)
{
    *count = explorer->count;
    return explorer->steps;
}

static unsigned size_of(const struct mp_set *set)
{
    unsigned size = 0;
    for (size_t i = 0; i < sizeof set->bits / sizeof *set->bits; i++) {
        size += (unsigned)__builtin_popcountll(set->bits[i]);
    }
    return size;
}

double explorer_done(const struct explorer *explorer)
{
    double share = 1;
    double done = 0;
    for (size_t i = explorer->begin_count; i < explorer->count; i++) {
        const struct frame *frame = &explorer->frames[i];
        struct mp_set all = frame->todo;
        for (size_t k = 0; k < sizeof all.bits / sizeof *all.bits; k++) {
            all.bits[k] |= frame->tried.bits[k];
        }
        share /= size_of(&all);
        done += share * (size_of(&frame->tried) - 1);
    }
    return done + share; /* the present one is done too */
}

bool explorer_left_out(const struct explorer *explorer)
{
    return explorer->left_out;
}
