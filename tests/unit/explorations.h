// SPDX-License-Identifier: MIT
// The explorer on pretended programs; and an enumeration of the same programs that is
// written down from what a schedule is, and never looks at the explorer.
#pragma once

#include "scheduler/explore.h"
#include "unit/pretended.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

enum { TALLY = 2000 };

// How many schedules came to each end; and the schedules themselves, if they are kept.
struct tally {
    struct pretended_state ends[TALLY];
    uint64_t counts[TALLY];
    size_t count;
    uint64_t schedules;
};

static inline struct tally *tally_new(void)
{
    struct tally *tally = calloc(1, sizeof *tally);
    ck_assert_ptr_nonnull(tally);
    return tally;
}

static inline size_t tally_find(const struct tally *tally,
                                const struct pretended_state *end)
{
    size_t at = 0;
    while (at < tally->count && memcmp(&tally->ends[at], end, sizeof *end) != 0) {
        at++;
    }
    return at;
}

static inline void tally_add(struct tally *tally, const struct pretended_state *end)
{
    size_t at = tally_find(tally, end);
    ck_assert_uint_lt(at, TALLY);
    if (at == tally->count) {
        tally->ends[tally->count++] = *end;
    }
    tally->counts[at]++;
    tally->schedules++;
}

// --- every schedule, by itself -----------------------------------------------------------

// From here on. `switches` are still allowed; below 0: any number.
static inline void enumerate_from(const struct pretended *program,
                                  const struct pretended_state *state, unsigned last,
                                  int switches, struct tally *tally)
{
    bool anybody = false;
    bool last_can = last < program->count && pretended_can_go(program, state, last);
    for (unsigned slot = 0; slot < program->count; slot++) {
        if (!pretended_can_go(program, state, slot)) {
            continue;
        }
        anybody = true;
        bool forced = last_can && slot != last;
        if (forced && switches == 0) {
            continue;
        }
        struct pretended_state next = *state;
        pretended_step(program, &next, slot);
        pretended_settle(program, &next, NULL);
        enumerate_from(program, &next, slot, switches - (forced && switches > 0), tally);
    }
    if (!anybody) {
        tally_add(tally, state);
    }
}

static inline struct tally *enumerate(const struct pretended *program, int preemptions)
{
    struct tally *tally = tally_new();
    struct pretended_state state = pretended_begin(program);
    enumerate_from(program, &state, MP_NOBODY, preemptions, tally);
    return tally;
}

// --- a run under a script, as mp makes it ------------------------------------------------

struct pretended_run {
    struct mp_choice trail[PRETENDED_STEPS];
    size_t count;
    bool blocked; // who could go was asleep
    struct pretended_state end;
    struct explorer_stuck stuck[PRETENDED_PROCESSES];
    size_t stuck_count;
};

static inline void wake_who_depends(const struct pretended *program,
                                    const struct pretended_state *state,
                                    struct mp_set *asleep, const struct mp_touch *made)
{
    for (unsigned slot = 0; slot < program->count; slot++) {
        struct mp_touch touch = pretended_touch(program, state, slot);
        if (mp_set_has(asleep, slot) && mp_steps_depend(&touch, made)) {
            mp_set_remove(asleep, slot);
        }
    }
}

static inline unsigned go_on(const struct mp_set *can, const struct mp_set *asleep,
                             unsigned last)
{
    if (mp_set_has(can, last) && !mp_set_has(asleep, last)) {
        return last;
    }
    for (unsigned slot = 0; slot < PRETENDED_PROCESSES; slot++) {
        if (mp_set_has(can, slot) && !mp_set_has(asleep, slot)) {
            return slot;
        }
    }
    return MP_NOBODY;
}

// One step; false: nobody can go, or who could is not to. demos/mp/schedule.c does the same.
static inline bool make_step(const struct pretended *program,
                             const struct explorer_script *script,
                             struct pretended_run *run, struct mp_set *asleep)
{
    struct pretended_state *state = &run->end;
    size_t step = run->count;
    unsigned last = step > 0 ? run->trail[step - 1].chosen : MP_NOBODY;
    ck_assert_uint_lt(step, PRETENDED_STEPS);
    struct mp_choice *choice = &run->trail[step];
    memset(choice, 0, sizeof *choice);
    bool anybody = false;
    for (unsigned slot = 0; slot < program->count; slot++) {
        if (pretended_can_go(program, state, slot)) {
            mp_set_add(&choice->can, slot);
            anybody = true;
        }
    }
    unsigned slot =
        step < script->count ? script->steps[step] : go_on(&choice->can, asleep, last);
    if (!mp_set_has(&choice->can, slot)) {
        run->blocked = anybody && step >= script->count;
        return false;
    }
    choice->chosen = (uint8_t)slot;
    choice->place = (uint32_t)state->at[slot] + 1;
    choice->touch = pretended_touch(program, state, slot);
    bool counts = step + 1 >= script->count;
    if (counts) {
        choice->asleep = *asleep;
        mp_set_remove(asleep, slot);
        wake_who_depends(program, state, asleep, &choice->touch);
    }
    pretended_step(program, state, slot);
    pretended_settle(program, state, &choice->touch);
    if (counts && choice->touch.tail != 0) {
        wake_who_depends(program, state, asleep, &choice->touch);
    }
    run->count++;
    return true;
}

static inline void run_script(const struct pretended *program,
                              const struct explorer_script *script,
                              struct pretended_run *run)
{
    struct mp_set asleep = {{0}};
    if (script->asleep != NULL) {
        asleep = *script->asleep;
    }
    memset(run, 0, sizeof *run);
    run->end = pretended_begin(program);
    while (make_step(program, script, run, &asleep)) {
    }
    for (unsigned slot = 0; slot < program->count; slot++) {
        if (!pretended_has_ended(program, &run->end, slot) &&
            !pretended_can_go(program, &run->end, slot)) {
            run->stuck[run->stuck_count++] =
                (struct explorer_stuck){slot, pretended_touch(program, &run->end, slot)};
        }
    }
}

// --- explored ------------------------------------------------------------------------------

struct explored_program {
    struct tally *tally;
    uint64_t runs, blocked;
    bool left_out;
    double done;                           // at the end
    uint8_t (*schedules)[PRETENDED_STEPS]; // all of them, with their ends; not reduced
    size_t room;
};

static inline void keep_schedule(struct explored_program *all, const uint8_t *steps,
                                 size_t count)
{
    size_t at = all->runs - 1;
    if (at == all->room) {
        all->room = all->room > 0 ? 2 * all->room : 64;
        all->schedules = realloc(all->schedules, all->room * sizeof *all->schedules);
        ck_assert_ptr_nonnull(all->schedules);
    }
    memset(all->schedules[at], 0xff, sizeof *all->schedules);
    memcpy(all->schedules[at], steps, count);
}

static inline struct explored_program explore(const struct pretended *program,
                                              struct explorer_setup setup)
{
    struct explored_program all = {.tally = tally_new()};
    struct explorer *explorer = explorer_new(&setup);
    struct explorer_script script;
    static struct pretended_run run;
    double before = 0;
    ck_assert_ptr_nonnull(explorer);
    while (explorer_next(explorer, &script)) {
        size_t differs, count;
        run_script(program, &script, &run);
        ck_assert(explorer_learn(explorer, run.trail, run.count, run.stuck,
                                 run.stuck_count, &differs));
        all.runs++;
        all.blocked += run.blocked;
        const uint8_t *steps = explorer_steps(explorer, &count);
        ck_assert_uint_eq(count, run.count);
        keep_schedule(&all, steps, count);
        if (!run.blocked) {
            tally_add(all.tally, &run.end);
        }
        double done = explorer_done(explorer);
        ck_assert(done > 0 && done <= 1 + 1e-9);
        ck_assert(setup.reduce || done >= before);
        before = done;
    }
    all.done = explorer_done(explorer);
    all.left_out = explorer_left_out(explorer);
    explorer_free(explorer);
    return all;
}

static inline void explored_free(struct explored_program *all)
{
    free(all->tally);
    free(all->schedules);
}

// For a message: "0: r0 w0+1; 1: A0 w1+0? R0", where ? is: only if odd.
static inline const char *pretended_text(const struct pretended *program)
{
    static const char *const names[KINDS] = {
        "end", "load", "store", "acquire", "try",  "release", "put",    "get",  "down",
        "up",  "set",  "clear", "wait",    "look", "sleep",   "notify", "join", "arrive"};
    static char text[2048];
    size_t used = (size_t)snprintf(text, sizeof text, "room %u", program->room);
    for (unsigned slot = 0; slot < program->count; slot++) {
        used += (size_t)snprintf(text + used, sizeof text - used, "; %u:", slot);
        for (const struct pretended_op *op = program->ops[slot]; op->kind != END; op++) {
            used += (size_t)snprintf(text + used, sizeof text - used, " %s%u+%d%s",
                                     names[op->kind], op->what, op->add,
                                     op->if_odd ? "?" : "");
        }
    }
    return text;
}
