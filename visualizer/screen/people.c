// SPDX-License-Identifier: MIT
/*
 * Choosing and ordering the rows of the panels on processes.
 */
#include "screen/people.h"

#include "model/steps.h"

#include <string.h>

bool view_is_free(const struct view *view)
{
    return view->mode == RUN_FREE || !view->model->controlled;
}

bool view_has_lives(const struct view *view)
{
    return view->model->grain == MP_GRAIN_LIVES;
}

bool view_saw_all(const struct view *view)
{
    return !view->attached && view->model->dropped == 0;
}

static bool was_made(const struct model *model, unsigned slot)
{
    return model->processes[slot].entry.life != MP_LIFE_NONE ||
           model->processes[slot].life != NO_LIFE;
}

bool people_is_gone(const struct model *model, unsigned slot)
{
    unsigned life = model->processes[slot].entry.life;

    return life == MP_LIFE_NONE || life == MP_LIFE_JOINED ||
           model_state(model, slot) == STATE_GONE;
}

/* Also of a process whose entry has been freed. */
static unsigned parent_of(const struct model *model, unsigned slot)
{
    const struct process_view *process = &model->processes[slot];

    if (process->entry.life != MP_LIFE_NONE || process->life == NO_LIFE ||
        process->life >= model->life_count) {
        return process->entry.parent;
    }
    return model->lives[process->life].parent;
}

static unsigned slots_used(const struct model *model)
{
    return model->process_count < MP_PROCESSES ? model->process_count : MP_PROCESSES;
}

static void add(struct people *people, unsigned slot)
{
    people->slots[people->count++] = (uint16_t)slot;
}

void people_all(const struct view *view, struct people *people)
{
    memset(people, 0, sizeof(*people));
    for (unsigned slot = 0; slot < slots_used(view->model); slot++) {
        if (was_made(view->model, slot)) {
            add(people, slot);
        }
    }
}

void people_with_steps(const struct view *view, struct people *people)
{
    memset(people, 0, sizeof(*people));
    people->count = steps_people(view->model, people->slots);
}

/* The slots not yet taken whose parent this is, each followed by its own children. */
static void add_children(const struct model *model, struct people *people,
                         unsigned parent, unsigned depth, bool *taken)
{
    size_t last = MP_PROCESSES;

    for (unsigned slot = 0; slot < slots_used(model); slot++) {
        if (!taken[slot] && was_made(model, slot) && parent_of(model, slot) == parent) {
            taken[slot] = true;
            last = people->count;
            people->depth[last] = (uint8_t)depth;
            add(people, slot);
            add_children(model, people, slot, depth + 1, taken);
        }
    }
    if (last < MP_PROCESSES) {
        people->last[last] = true;
    }
}

void people_family(const struct view *view, struct people *people)
{
    bool taken[MP_PROCESSES] = {false};

    memset(people, 0, sizeof(*people));
    add_children(view->model, people, MP_NOBODY, 0, taken);
    /* what has a parent that nobody knows */
    for (unsigned slot = 0; slot < slots_used(view->model); slot++) {
        if (!taken[slot] && was_made(view->model, slot)) {
            taken[slot] = true;
            people->last[people->count] = true;
            add(people, slot);
            add_children(view->model, people, slot, 1, taken);
        }
    }
}

static void move_row(struct people *people, size_t to, size_t from)
{
    people->slots[to] = people->slots[from];
    people->depth[to] = people->depth[from];
    people->last[to] = people->last[from];
}

typedef bool dispensable(const struct model *model, unsigned slot);

/* It does nothing but wait for another one's end. */
static bool is_joining(const struct model *model, unsigned slot)
{
    const struct mp_process_entry *entry = &model->processes[slot].entry;

    return entry->waiting && entry->now.op == MP_OP_JOIN;
}

/* Leaves out the first of those who can be spared, as many as there are too many. */
static void cut_those(const struct view *view, struct people *people, size_t rows,
                      dispensable *can_be_spared)
{
    size_t kept = 0;
    size_t excess = people->count > rows ? people->count - rows : 0;

    for (size_t i = 0; i < people->count; i++) {
        unsigned slot = people->slots[i];
        if (excess > 0 && (int)slot != view->selected &&
            can_be_spared(view->model, slot)) {
            excess--;
        } else {
            move_row(people, kept++, i);
        }
    }
    people->count = kept;
}

void people_cut(const struct view *view, struct people *people, int rows)
{
    size_t all = people->count;
    size_t room = rows > 0 ? (size_t)rows : 0;
    int focus = view->selected >= 0 ? view->selected : view->model->moved_last;
    size_t first = 0;

    cut_those(view, people, room, people_is_gone);
    cut_those(view, people, room, is_joining);
    if (people->count > room) {
        size_t at = 0;
        for (size_t i = 0; i < people->count; i++) {
            at = people->slots[i] == focus ? i : at;
        }
        first = at >= room ? at - room + 1 : 0;
        for (size_t i = 0; i < room; i++) {
            move_row(people, i, first + i);
        }
        people->count = room;
    }
    people->hidden = all - people->count;
}

int people_digits(const struct view *view)
{
    unsigned most = slots_used(view->model);

    return most > 100 ? 3 : most > 10 ? 2 : 1;
}
