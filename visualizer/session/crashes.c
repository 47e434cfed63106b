// SPDX-License-Identifier: MIT
/* What becomes of a program when somebody is killed. See crashes.h. */
#include "session/crashes.h"

#include "model/grow.h"

#include <stdlib.h>
#include <string.h>

int crashes_start(struct crashes *crashes, const struct exploration_setup *setup,
                  char *why, size_t size)
{
    struct exploration_setup one_switch = *setup;
    one_switch.explorer = (struct explorer_setup){.preemptions = 1};
    *crashes = (struct crashes){.count = 0};
    return exploration_start(&crashes->exploration, &one_switch, why, size);
}

void crashes_end(struct crashes *crashes)
{
    for (size_t i = 0; i < crashes->count; i++) {
        for (int kind = 0; kind < CRASH_KINDS; kind++) {
            free(crashes->places[i].steps[kind]);
        }
    }
    free(crashes->places);
    crashes->places = NULL;
    crashes->count = 0;
    exploration_end(&crashes->exploration);
}

/* --- what became of it ----------------------------------------------------------------------- */

/* Did it come out with these values, and well, in a run in which nobody died? Who died, and who
   took its place, does not matter. */
static bool is_known(const struct crashes *crashes, const struct ending *ending)
{
    const struct outcomes *outcomes = &crashes->exploration.outcomes;
    for (size_t i = 0; i < outcomes->count; i++) {
        struct ending as_if = outcomes->list[i].ending;
        as_if.processes = ending->processes;
        memcpy(as_if.statuses, ending->statuses, sizeof as_if.statuses);
        if (ending_equals(&as_if, ending)) {
            return true;
        }
    }
    return false;
}

static enum crash_kind kind_of(const struct crashes *crashes)
{
    const struct ending *ending = &crashes->exploration.ending;
    if (ending->kind != ENDING_ENDED) {
        return CRASH_HANGS;
    }
    if (ending->statuses[0] != 0) {
        return CRASH_REPORTS;
    }
    return is_known(crashes, ending) ? CRASH_FINISHES : CRASH_CORRUPTS;
}

static struct crash_place *place_of(struct crashes *crashes, const struct mp_choice *step)
{
    for (size_t i = 0; i < crashes->count; i++) {
        if (crashes->places[i].place == step->place &&
            crashes->places[i].op == step->touch.op) {
            return &crashes->places[i];
        }
    }
    if (!grow_array(&crashes->places, crashes->count, 1, &crashes->room,
                    sizeof *crashes->places)) {
        return NULL;
    }
    struct crash_place *place = &crashes->places[crashes->count++];
    *place = (struct crash_place){.place = step->place, .op = step->touch.op};
    return place;
}

static void note(struct crashes *crashes, const struct mp_choice *step,
                 const uint8_t *script, size_t count, enum crash_kind kind)
{
    struct crash_place *place = place_of(crashes, step);
    if (place == NULL) {
        crashes->no_memory = true;
        return;
    }
    if (place->counts[kind] == 0) {
        place->steps[kind] = malloc(count + 1);
        if (place->steps[kind] == NULL) {
            crashes->no_memory = true;
            return;
        }
        memcpy(place->steps[kind], script, count);
        place->step_counts[kind] = count;
        place->killed[kind] = step->chosen;
    }
    place->counts[kind]++;
    crashes->counts[kind]++;
    crashes->runs++;
}

/* --- running ---------------------------------------------------------------------------------- */

static bool cannot(struct crashes *crashes, enum zygote_end end)
{
    crashes->exploration.state = end == ZYGOTE_LEFT ? EXPLORE_LEFT : EXPLORE_CANNOT;
    crashes->exploration.obstacle = (struct obstacle){.end = end};
    return false;
}

/* Kills who is about to make this step of the schedule. */
static bool kill_at(struct crashes *crashes, const struct mp_choice *trail,
                    const uint8_t *script, size_t step)
{
    struct exploration *exploration = &crashes->exploration;
    const struct explorer_script before = {script, step, NULL};
    enum zygote_end end = exploration_try(exploration, &before, trail[step].chosen);
    if (end != ZYGOTE_ENDED && end != ZYGOTE_STUCK && end != ZYGOTE_SPINS &&
        end != ZYGOTE_LONG) {
        return cannot(crashes, end);
    }
    exploration_finish(exploration, end);
    note(crashes, &trail[step], script, step, kind_of(crashes));
    return !crashes->no_memory || cannot(crashes, ZYGOTE_FAILED);
}

/* Which values it can end with is known before the first one is killed. */
static bool look_first(struct crashes *crashes)
{
    struct exploration *exploration = &crashes->exploration;
    if (exploration_run(exploration)) {
        return true;
    }
    if (exploration->state != EXPLORE_COMPLETE) {
        return false;
    }
    crashes->kills = true;
    return exploration_again(exploration);
}

bool crashes_run(struct crashes *crashes)
{
    static struct mp_choice trail[MP_SCRIPT];
    static uint8_t script[MP_SCRIPT];
    if (!crashes->kills) {
        return look_first(crashes);
    }
    if (!exploration_run(&crashes->exploration)) {
        return false;
    }
    crashes->schedules++;
    size_t count;
    const struct mp_choice *last = zygote_trail(&crashes->exploration.zygote, &count);
    memcpy(trail, last, count * sizeof *trail);
    for (size_t i = 0; i < count; i++) {
        script[i] = trail[i].chosen;
    }
    for (size_t step = 0; step < count; step++) {
        if (!kill_at(crashes, trail, script, step)) {
            return false;
        }
    }
    return true;
}
