// SPDX-License-Identifier: MIT
/*
 * What comes before what: clocks of processes, and what passes them on.
 *
 * Who releases leaves what it knows in a hand; who acquires takes it out. Who waits in a call
 * until others have come (a barrier), or until it is called (a condition), is told at once: it
 * does nothing in between. What each kind of call passes on: races_calls.c.
 */
#include "model/races_private.h"

#include <stdlib.h>
#include <string.h>

void order_no_memory(struct model *model, struct races *races)
{
    model->no_memory = true;
    races->blind = true;
}

/* --- clocks ---------------------------------------------------------------------------------- */

static bool fit(struct clock *clock, unsigned size)
{
    if (size <= clock->size) {
        return true;
    }
    uint32_t *at = reallocarray(clock->at, size, sizeof *at);
    if (at == NULL) {
        return false;
    }
    memset(at + clock->size, 0, (size - clock->size) * sizeof *at);
    clock->at = at;
    clock->size = size;
    return true;
}

static bool join(struct clock *to, const struct clock *from)
{
    if (!fit(to, from->size)) {
        return false;
    }
    for (unsigned i = 0; i < from->size; i++) {
        to->at[i] = from->at[i] > to->at[i] ? from->at[i] : to->at[i];
    }
    return true;
}

/* The count of a process begins at 1: 0 is what nobody knows of it. */
static bool be_there(struct races *races, unsigned slot)
{
    struct clock *now = &races->people[slot].now;
    bool good = fit(now, slot + 1);
    if (good && now->at[slot] == 0) {
        now->at[slot] = 1;
    }
    return good;
}

uint32_t order_epoch(struct model *model, struct races *races, unsigned slot)
{
    if (!be_there(races, slot)) {
        order_no_memory(model, races);
        return 0;
    }
    return races->people[slot].now.at[slot];
}

bool order_is_before(const struct races *races, unsigned slot, uint32_t epoch,
                     unsigned other)
{
    const struct clock *now = &races->people[other].now;
    return slot < now->size && now->at[slot] >= epoch;
}

static bool fit_orders(struct person *person)
{
    unsigned room = person->now.size;
    if (room <= person->order_room) {
        return true;
    }
    struct race_order *orders = reallocarray(person->orders, room, sizeof *orders);
    if (orders == NULL) {
        return false;
    }
    memset(orders + person->order_room, 0, (room - person->order_room) * sizeof *orders);
    person->orders = orders;
    person->order_room = room;
    return true;
}

void order_acquire(struct model *model, struct races *races, const struct happening *h,
                   unsigned slot, const struct hand *hand)
{
    struct person *person = &races->people[slot];
    const struct clock *clock = &hand->clock;
    if (!be_there(races, slot) || !fit(&person->now, clock->size) || !fit_orders(person)) {
        order_no_memory(model, races);
        return;
    }
    for (unsigned i = 0; i < clock->size; i++) {
        if (clock->at[i] > person->now.at[i]) {
            person->now.at[i] = clock->at[i];
            person->orders[i] = (struct race_order){.op = (enum mp_op)h->deed->op,
                                                    .object = h->deed->object,
                                                    .by_death = hand->by.by_death,
                                                    .from = hand->by.life,
                                                    .to = model->processes[slot].life,
                                                    .from_step = hand->by.step,
                                                    .to_step = h->step,
                                                    .event = model->events};
        }
    }
}

void pass_release_of(const struct passing *p, unsigned slot, struct hand *hand,
                     bool besides)
{
    struct clock *now = &p->races->people[slot].now;
    if (!be_there(p->races, slot) || !fit(&hand->clock, now->size)) {
        order_no_memory(p->model, p->races);
        return;
    }
    if (!besides && hand->clock.at != NULL) {
        memset(hand->clock.at, 0, hand->clock.size * sizeof *hand->clock.at);
    }
    join(&hand->clock, now);
    hand->by = (struct origin){.life = p->model->processes[slot].life,
                               .step = p->h->step,
                               .by_death = p->h->deed->op == MP_OP_DIE ||
                                           p->h->deed->op == MP_OP_END};
    now->at[slot]++;
}

void order_release(struct model *model, struct races *races, const struct happening *h,
                   struct hand *hand, bool besides)
{
    struct passing p = {model, races, h};
    pass_release_of(&p, h->slot, hand, besides);
}

void pass_acquire(const struct passing *p, const struct hand *hand)
{
    order_acquire(p->model, p->races, p->h, p->h->slot, hand);
}

void pass_release(const struct passing *p, struct hand *hand, bool besides)
{
    pass_release_of(p, p->h->slot, hand, besides);
}

/* Another one, who waits in a call or is not born yet, learns what this one knows. */
void pass_tell(const struct passing *p, unsigned from, unsigned to)
{
    struct hand hand = {.count = 0};
    pass_release_of(p, from, &hand, false);
    order_acquire(p->model, p->races, p->h, to, &hand);
    free(hand.clock.at);
}

/* --- lives ----------------------------------------------------------------------------------- */

/* What it had is told to who finds it: locks, ends of pipes. */
static void pass_end(const struct passing *p)
{
    unsigned slot = p->h->slot;
    for (unsigned i = 1; i < p->model->object_count && i < MP_OBJECTS; i++) {
        const struct mp_object_entry *object = &p->model->objects[i];
        bool has_lock = mp_is_lock(object) && object->owner == slot;
        bool has_end = object->kind == MP_KIND_PIPE &&
                       (mp_is_member(object, 0, slot) || mp_is_member(object, 1, slot));
        struct passer *passer = has_lock || has_end ? passer_of(p, i) : NULL;
        if (passer != NULL) {
            pass_release(p, has_lock ? &passer->main : &passer->closed, true);
        }
    }
}

/* Who had this place before knew what this one does not know; but its count goes on. */
static void be_new(const struct passing *p, unsigned slot)
{
    struct person *person = &p->races->people[slot];
    uint32_t count = slot < person->now.size ? person->now.at[slot] : 0;
    free(person->now.at);
    free(person->orders);
    *person = (struct person){.order_room = 0};
    if (be_there(p->races, slot)) {
        person->now.at[slot] = count + 1;
    } else {
        order_no_memory(p->model, p->races);
    }
}

static void pass_life(const struct passing *p)
{
    const struct happening *h = p->h;
    unsigned other = h->deed->object;
    if (h->phase != MP_DONE) {
        return;
    }
    switch (h->deed->op) {
    case MP_OP_START:
        if (other != h->slot) {
            pass_tell(p, h->slot, other);
        }
        break;
    case MP_OP_END:
    case MP_OP_DIE:
        pass_end(p);
        break;
    case MP_OP_JOIN:
        if (other != h->slot) {
            pass_tell(p, other, h->slot);
        }
        break;
    case MP_OP_MAKE:
        be_new(p, other);
        break;
    default:
        break;
    }
}

void order_event(struct model *model, struct races *races, const struct happening *h)
{
    struct passing p = {model, races, h};
    if (op_is_of_lives(h->deed->op)) {
        pass_life(&p);
    } else {
        pass_call(&p);
    }
}

void order_free(struct races *races)
{
    for (unsigned i = 0; i < MP_OBJECTS; i++) {
        order_forget(races, i);
    }
    for (unsigned i = 0; i < MP_PROCESSES; i++) {
        free(races->people[i].now.at);
        free(races->people[i].orders);
    }
}
