// SPDX-License-Identifier: MIT
/*
 * What each kind of object passes on from who releases it to who acquires it.
 *
 * A lock has one hand; a semaphore one for each permit, and a pipe one for each message, which
 * are taken in the order in which they came; a queue one for each place, which is passed from
 * the putter to the taker, and from there to the next putter, who had to wait for it.
 */
#include "model/grow.h"
#include "model/races_private.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
    PLACES_MOST = 1024, /* of a queue; those of a larger one share */
    LINE_MOST = 256,    /* permits or messages that are told apart */
};

/* --- lines of hands -------------------------------------------------------------------------- */

static struct hand *last_in(const struct line *line)
{
    return line->count == 0 ? NULL : &line->hands[line->first + line->count - 1];
}

/* A hand at the end of the line, for `count` who come. NULL: no memory. */
static struct hand *append(const struct passing *p, struct line *line, uint32_t count)
{
    if (line->count >= LINE_MOST) { /* who comes shares with who came last */
        last_in(line)->count += count;
        return last_in(line);
    }
    if (line->first > 0 && line->first + line->count == line->room) {
        memmove(line->hands, line->hands + line->first, line->count * sizeof *line->hands);
        line->first = 0;
    }
    if (!grow_array(&line->hands, line->first + line->count, 1, &line->room,
                    sizeof *line->hands)) {
        order_no_memory(p->model, p->races);
        return NULL;
    }
    line->count++;
    *last_in(line) = (struct hand){.count = count};
    return last_in(line);
}

static void put_in_line(const struct passing *p, struct line *line, uint32_t count)
{
    struct hand *hand = append(p, line, count);
    if (hand != NULL) {
        pass_release(p, hand, true);
    }
}

static void take_from_line(const struct passing *p, struct line *line, bool only_look)
{
    if (line->count == 0) {
        return;
    }
    struct hand *hand = &line->hands[line->first];
    pass_acquire(p, hand);
    if (!only_look && --hand->count == 0) {
        free(hand->clock.at);
        line->first++;
        line->count--;
    }
}

/* --- objects --------------------------------------------------------------------------------- */

static void free_line(struct line *line)
{
    for (size_t i = 0; i < line->count; i++) {
        free(line->hands[line->first + i].clock.at);
    }
    free(line->hands);
}

void order_forget(struct races *races, unsigned object)
{
    struct passer *passer = races->passers[object];
    if (passer == NULL) {
        return;
    }
    free(passer->main.clock.at);
    free(passer->closed.clock.at);
    free(passer->acted.clock.at);
    free_line(&passer->lines[0]);
    free_line(&passer->lines[1]);
    for (unsigned i = 0; i < passer->place_count; i++) {
        free(passer->places[i].clock.at);
    }
    free(passer->places);
    free(passer);
    races->passers[object] = NULL;
}

/* NULL: no memory. */
struct passer *passer_of(const struct passing *p, unsigned object)
{
    struct passer **passer = &p->races->passers[object];
    if (*passer == NULL) {
        *passer = calloc(1, sizeof **passer);
    }
    if (*passer == NULL) {
        order_no_memory(p->model, p->races);
    }
    return *passer;
}

/* --- calls ----------------------------------------------------------------------------------- */

static bool is_closed_answer(const struct happening *h)
{
    return h->phase == MP_FAILED && h->deed->value == EPIPE;
}

static void pass_lock(const struct passing *p, struct passer *lock)
{
    const struct happening *h = p->h;
    if (h->deed->op == MP_OP_LOCK_RELEASE) {
        if (h->phase == MP_DONE) {
            pass_release(p, &lock->main, false);
        }
        return;
    }
    bool death_is_told = lock->main.by.by_death;
    if (h->phase == MP_DONE_RECOVERED && !death_is_told && h->old_owner < MP_PROCESSES) {
        pass_release_of(p, h->old_owner, &lock->main, true);
        lock->main.by.by_death = true;
    }
    if (h->phase == MP_DONE || h->phase == MP_DONE_RECOVERED) {
        pass_acquire(p, &lock->main);
    }
}

static bool has_come(const struct passer *barrier, unsigned slot)
{
    return (barrier->come[slot / 64 % 2] >> slot % 64) & 1;
}

/* All who have come let this one out, not only the last of them. */
static void name_each(const struct passing *p, const struct passer *barrier, unsigned slot)
{
    const struct person *person = &p->races->people[slot];
    for (unsigned i = 0; i < person->order_room; i++) {
        if (has_come(barrier, i) && person->orders[i].event == p->model->events) {
            person->orders[i].from = p->model->processes[i].life;
        }
    }
}

/* Those who have come to this round learn what is in the hand; a new round begins. */
static void let_out(const struct passing *p, struct passer *barrier,
                    const struct hand *hand)
{
    for (unsigned slot = 0; slot < MP_PROCESSES; slot++) {
        if (has_come(barrier, slot)) {
            order_acquire(p->model, p->races, p->h, slot, hand);
            name_each(p, barrier, slot);
        }
    }
    memset(barrier->come, 0, sizeof barrier->come);
    barrier->come_count = 0;
    free(barrier->main.clock.at);
    barrier->main = (struct hand){.count = 0};
}

static void come(const struct passing *p, struct passer *barrier)
{
    unsigned slot = p->h->slot;
    barrier->come_count += !has_come(barrier, slot);
    barrier->come[slot / 64 % 2] |= (uint64_t)1 << slot % 64;
    pass_release(p, &barrier->main, true);
    if (barrier->come_count >= p->model->objects[p->h->deed->object].parties) {
        pass_release(p, &barrier->acted, false);
        let_out(p, barrier, &barrier->main);
    }
}

static void pass_barrier(const struct passing *p, struct passer *barrier)
{
    const struct happening *h = p->h;
    bool breaks = h->deed->op == MP_OP_BARRIER_RESET ||
                  (h->phase == MP_FAILED && h->deed->value != ENOTRECOVERABLE);
    if (breaks) {
        pass_release(p, &barrier->closed, true);
        let_out(p, barrier, &barrier->closed);
    } else if (h->phase == MP_FAILED) {
        pass_acquire(p, &barrier->closed);
    } else if (h->phase == MP_WANT && (h->deed->info & MP_INFO_LAST) == 0) {
        come(p, barrier);
    } else if (h->phase == MP_WANT && (h->deed->info & MP_INFO_TRY) != 0) {
        pass_acquire(p, &barrier->main);  /* the action: after all others have come, */
        pass_acquire(p, &barrier->acted); /* ... and after that of the round before */
    }
}

static void pass_semaphore(const struct passing *p, struct passer *semaphore)
{
    if (p->h->phase != MP_DONE) {
        return;
    }
    if (p->h->deed->op == MP_OP_SEM_RELEASE) {
        uint32_t permits = (uint32_t)p->h->deed->value;
        put_in_line(p, &semaphore->lines[0], permits > 0 ? permits : 1);
    } else {
        take_from_line(p, &semaphore->lines[0], false);
    }
}

static void pass_event(const struct passing *p, struct passer *event)
{
    if (p->h->phase == MP_DONE && p->h->deed->op == MP_OP_EVENT_SET) {
        pass_release(p, &event->main, true);
    } else if (p->h->phase == MP_DONE && p->h->deed->op == MP_OP_EVENT_WAIT) {
        pass_acquire(p, &event->main);
    }
}

static struct hand *place_in(const struct passing *p, struct passer *queue)
{
    if (queue->places == NULL) {
        uint32_t capacity = p->model->objects[p->h->deed->object].parties;
        unsigned count = capacity == 0 || capacity > PLACES_MOST ? PLACES_MOST : capacity;
        queue->places = calloc(count, sizeof *queue->places);
        queue->place_count = queue->places == NULL ? 0 : count;
    }
    if (queue->place_count == 0) {
        order_no_memory(p->model, p->races);
        return NULL;
    }
    return &queue->places[p->h->deed->offset % queue->place_count];
}

static void pass_queue(const struct passing *p, struct passer *queue)
{
    const struct happening *h = p->h;
    bool done = h->phase == MP_DONE;
    bool over = done || (h->phase == MP_FAILED && h->deed->value == EOWNERDEAD);
    if (is_closed_answer(h)) {
        pass_acquire(p, &queue->closed);
    } else if (done && h->deed->op == MP_OP_QUEUE_CLOSE) {
        pass_release(p, &queue->closed, true);
    } else if (done && h->deed->op == MP_OP_QUEUE_DONE) {
        pass_release(p, &queue->main, true);
    } else if (over && h->deed->op == MP_OP_QUEUE_JOIN) {
        pass_acquire(p, &queue->main);
    } else if (done) {
        struct hand *place = place_in(p, queue);
        if (place != NULL) {
            pass_acquire(p, place);
            pass_release(p, place, false);
        }
    }
}

static void pass_pool(const struct passing *p, struct passer *pool)
{
    const struct happening *h = p->h;
    unsigned owner = p->model->objects[h->deed->object].owner;
    switch (h->deed->op) {
    case MP_OP_TASK_TAKE:
        if (h->phase != MP_WANT) { /* none left: it sees the end of the pool */
            pass_acquire(p, &pool->main);
        }
        break;
    case MP_OP_TASK_FINISH:
        if (h->phase != MP_WANT && owner < MP_PROCESSES && owner != h->slot) {
            pass_tell(p, h->slot, owner);
        }
        break;
    case MP_OP_TASK_LOST:
        if (h->deed->value < MP_PROCESSES && h->deed->value != h->slot) {
            pass_tell(p, (unsigned)h->deed->value, h->slot);
        }
        pass_release(p, &pool->main, true); /* it is given once more */
        break;
    case MP_OP_TASKS_GIVE:
    case MP_OP_TASKS_CANCEL:
    case MP_OP_POOL_CLOSE:
        pass_release(p, &pool->main, true);
        break;
    default:
        break;
    }
}

static void pass_pipe(const struct passing *p, struct passer *pipe)
{
    const struct happening *h = p->h;
    unsigned end = h->deed->offset % 2;
    bool looked = h->phase == MP_FAILED && h->deed->value == 0;
    if (is_closed_answer(h)) {
        pass_acquire(p, &pipe->closed);
    } else if (h->phase == MP_DONE && h->deed->op == MP_OP_PIPE_CLOSE) {
        pass_release(p, &pipe->closed, true);
    } else if (h->phase == MP_DONE && h->deed->op == MP_OP_PIPE_SEND) {
        put_in_line(p, &pipe->lines[1 - end], 1);
    } else if (h->deed->op == MP_OP_PIPE_RECV && (h->phase == MP_DONE || looked)) {
        take_from_line(p, &pipe->lines[end], looked);
    }
}

/* Who is called sleeps still. What it is called for, it finds when it has the lock again. */
static void pass_condition(const struct passing *p)
{
    const struct mp_deed *deed = p->h->deed;
    if (deed->op == MP_OP_COND_NOTIFY && p->h->phase == MP_DONE &&
        deed->offset < MP_PROCESSES && deed->offset != p->h->slot) {
        pass_tell(p, p->h->slot, deed->offset);
    }
}

/* A semaphore is made with permits, which nobody has given back yet. */
static void begin_object(const struct passing *p)
{
    unsigned object = p->h->deed->object;
    const struct mp_object_entry *entry = &p->model->objects[object];
    order_forget(p->races, object);
    struct passer *passer = entry->kind == MP_KIND_SEMAPHORE && entry->arrived > 0
                                ? passer_of(p, object)
                                : NULL;
    if (passer != NULL) {
        append(p, &passer->lines[0], entry->arrived);
    }
}

void pass_call(const struct passing *p)
{
    unsigned op = p->h->deed->op;
    if (op == MP_OP_CREATE) {
        begin_object(p);
        return;
    }
    if (op < MP_OP_LOCK_ACQUIRE) {
        return;
    }
    struct passer *passer = passer_of(p, p->h->deed->object);
    if (passer == NULL) {
        return;
    }
    if (op <= MP_OP_LOCK_RELEASE) {
        pass_lock(p, passer);
    } else if (op <= MP_OP_BARRIER_RESET) {
        pass_barrier(p, passer);
    } else if (op <= MP_OP_SEM_RELEASE) {
        pass_semaphore(p, passer);
    } else if (op <= MP_OP_EVENT_WAIT) {
        pass_event(p, passer);
    } else if (op <= MP_OP_COND_NOTIFY) {
        pass_condition(p);
    } else if (op <= MP_OP_QUEUE_JOIN) {
        pass_queue(p, passer);
    } else if (op <= MP_OP_POOL_CLOSE) {
        pass_pool(p, passer);
    } else {
        pass_pipe(p, passer);
    }
}
