// SPDX-License-Identifier: MIT
/*
 * Items of queues and tasks of pools, kept as events tell of them, and put right by what a
 * snapshot says.
 */
#include "model/private.h"

#include <stdlib.h>
#include <string.h>

enum {
    KEEP_ITEMS = 4096,
    KEEP_TASKS = 1 << 14,
    KNOWN_TASKS = 4096 /* of those that only a snapshot tells of */
};

static struct contents *contents_of(const struct model *model, unsigned object)
{
    return &model->hidden->contents[object % MP_OBJECTS];
}

void contents_forget(struct model *model, unsigned object)
{
    struct contents *contents = contents_of(model, object);
    free(contents->items);
    free(contents->tasks);
    free(contents->finished);
    *contents = (struct contents){0};
}

/* --- queues --------------------------------------------------------------------------- */

uint64_t contents_inside(const struct mp_object_entry *queue)
{
    /* free running, records of two processes may come in the wrong order */
    uint64_t inside = queue->given > queue->taken ? queue->given - queue->taken : 0;
    return inside < queue->parties ? inside : queue->parties;
}

size_t contents_count(const struct mp_object_entry *queue)
{
    uint64_t inside = contents_inside(queue);
    return inside < CONTENTS_ITEMS ? (size_t)inside : CONTENTS_ITEMS;
}

/* Of too many, the first half and the last. */
uint64_t contents_number(const struct mp_object_entry *queue, size_t k)
{
    bool all = contents_inside(queue) <= CONTENTS_ITEMS;
    return all || k < CONTENTS_ITEMS / 2 ? queue->taken + k
                                         : queue->given - CONTENTS_ITEMS + k;
}

/* Item n stands in place n % room, as in the queue itself. */
static struct queue_item *place_of(const struct model *model, unsigned object,
                                   uint64_t number)
{
    struct contents *contents = contents_of(model, object);
    uint32_t room = model->objects[object].parties;
    room = room < KEEP_ITEMS ? room : KEEP_ITEMS;
    if (contents->items == NULL && room > 0) {
        contents->items = calloc(room, sizeof(*contents->items));
        contents->item_room = contents->items != NULL ? room : 0;
        for (size_t i = 0; i < contents->item_room; i++) {
            contents->items[i].number = UINT64_MAX;
        }
    }
    if (contents->item_room == 0) {
        return NULL;
    }
    /* NOLINTNEXTLINE(clang-analyzer-core.DivideZero): not 0, as was just asked */
    return &contents->items[number % contents->item_room];
}

static void keep_item(struct model *model, unsigned object, struct queue_item item)
{
    struct queue_item *place = place_of(model, object, item.number);
    if (place != NULL) {
        *place = item;
    }
}

bool model_queue_item(const struct model *model, unsigned queue, uint64_t number,
                      struct queue_item *item)
{
    const struct contents *contents = contents_of(model, queue);
    if (contents->items == NULL) {
        return false;
    }
    *item = contents->items[number % contents->item_room];
    return item->number == number;
}

static bool moves(const struct moment *moment, unsigned queue)
{
    return moment->deed.object == queue &&
           (moment->deed.op == MP_OP_QUEUE_PUT || moment->deed.op == MP_OP_QUEUE_GET);
}

bool model_inside_after(const struct model *model, size_t moment, unsigned queue,
                        uint64_t *inside)
{
    if (moment >= model->moment_count || queue >= MP_OBJECTS) {
        return false;
    }
    for (size_t i = moment + 1; i-- > 0;) {
        if (moves(&model->moments[i], queue)) {
            *inside = model->moments[i].after;
            return true;
        }
    }
    for (size_t i = moment + 1; i < model->moment_count; i++) {
        if (moves(&model->moments[i], queue)) {
            *inside = model->moments[i].before;
            return true;
        }
    }
    *inside = contents_inside(&model->objects[queue]);
    return model->objects[queue].kind == MP_KIND_QUEUE;
}

static void items_from_snapshot(struct model *model, unsigned object,
                                const unsigned char *bytes)
{
    const struct mp_object_entry *queue = &model->objects[object];
    for (size_t k = 0; k < contents_count(queue) && bytes != NULL; k++) {
        struct queue_item known;
        struct queue_item item = {.number = contents_number(queue, k), .from = MP_NOBODY};
        memcpy(&item.value, bytes + k * sizeof(item.value), sizeof(item.value));
        if (!model_queue_item(model, object, item.number, &known)) {
            keep_item(model, object, item);
        }
    }
}

/* --- pools ---------------------------------------------------------------------------- */

static struct pool_task *task_of(const struct model *model, unsigned pool, uint64_t number)
{
    struct contents *contents = contents_of(model, pool);
    return number >= contents->first && number - contents->first < contents->task_count
               ? &contents->tasks[number - contents->first]
               : NULL;
}

/* Of too many the older half is let go. */
static void forget_tasks(struct contents *contents)
{
    size_t gone = contents->task_count / 2;
    memmove(contents->tasks, contents->tasks + gone,
            (contents->task_count - gone) * sizeof(*contents->tasks));
    contents->task_count -= gone;
    contents->first += gone;
}

static void add_task(struct model *model, struct contents *contents, struct pool_task task)
{
    if (contents->task_count >= KEEP_TASKS) {
        forget_tasks(contents);
    }
    if (model_grow(model, &contents->tasks, contents->task_count, &contents->task_room,
                   sizeof(*contents->tasks))) {
        contents->tasks[contents->task_count++] = task;
    }
}

static void give(struct model *model, unsigned pool, const struct mp_deed *deed)
{
    struct contents *contents = contents_of(model, pool);
    const struct mp_object_entry *entry = &model->objects[pool];
    uint64_t count = deed->value;
    if (contents->first + contents->task_count != deed->offset || count > UINT32_MAX) {
        contents->task_count = 0; /* some went by unseen */
        contents->first = deed->offset;
        count = count > UINT32_MAX ? 0 : count;
    }
    if (entry->finished + count >= entry->given) { /* all before them are over */
        contents->begin = deed->offset;
        contents->finished_count = 0;
    }
    uint64_t skip = count > KEEP_TASKS ? count - KEEP_TASKS : 0;
    if (skip > 0) {
        contents->task_count = 0;
        contents->first = deed->offset + skip;
    }
    for (uint64_t i = skip; i < count; i++) {
        add_task(model, contents,
                 (struct pool_task){.worker = MP_NOBODY,
                                    .group = deed->offset,
                                    .groups = (uint32_t)count});
    }
}

/* Tasks `first` to `end` belong to this worker; it works on `now`. */
static void hold(struct model *model, unsigned pool, unsigned slot, uint64_t first,
                 uint64_t end, uint64_t now, const struct happening *h)
{
    struct contents *contents = contents_of(model, pool);
    uint64_t last = contents->first + contents->task_count;
    uint64_t n = first > contents->first ? first : contents->first;
    for (; n < end && n < last; n++) {
        struct pool_task *task = task_of(model, pool, n);
        if (task != NULL && task->state < TASK_OVER) {
            task->state = n == now ? TASK_WORK : TASK_TAKEN;
            task->worker = (uint16_t)slot;
            task->chunk = (uint32_t)first;
            if (h != NULL && task->taken_step == 0) {
                task->taken_step = h->step;
                task->begun_at = n == now ? h->when : 0;
            }
        }
    }
}

static void end_task(struct model *model, unsigned pool, uint64_t number,
                     enum task_state state, const struct happening *h)
{
    struct contents *contents = contents_of(model, pool);
    struct pool_task *task = task_of(model, pool, number);
    if (task == NULL || task->state >= TASK_OVER) {
        return;
    }
    task->state = (uint8_t)state;
    task->over_step = h->step;
    task->over_at = h->when;
    bool finished = state == TASK_DONE || state == TASK_FAILED; /* by its worker */
    if (finished && number >= contents->begin && contents->finished_count < KEEP_TASKS &&
        model_grow(model, &contents->finished, contents->finished_count,
                   &contents->finished_room, sizeof(*contents->finished))) {
        contents->finished[contents->finished_count++] = (uint32_t)number;
    }
}

static void finish(struct model *model, const struct happening *h)
{
    const struct mp_deed *deed = h->deed;
    struct pool_task *task = task_of(model, deed->object, deed->offset);
    if (task != NULL) {
        task->worker = (uint16_t)h->slot;
        task->result = deed->value;
    }
    end_task(model, deed->object, deed->offset,
             h->phase == MP_FAILED ? TASK_FAILED : TASK_DONE, h);
    task = task_of(model, deed->object, deed->offset + UINT64_C(1));
    if (task != NULL && task->state == TASK_TAKEN && task->worker == h->slot) {
        task->state = TASK_WORK; /* the next of its chunk */
        task->begun_at = h->when;
    }
}

static void lose(struct model *model, const struct happening *h)
{
    const struct mp_deed *deed = h->deed;
    struct pool_task *task = task_of(model, deed->object, deed->offset);
    if (task != NULL && deed->value < MP_PROCESSES) {
        task->worker = (uint16_t)deed->value;
    }
    end_task(model, deed->object, deed->offset, TASK_LOST, h);
    /* what else it had of its chunk can be taken again */
    for (uint64_t n = deed->offset + UINT64_C(1); task != NULL; n++) {
        struct pool_task *next = task_of(model, deed->object, n);
        if (next == NULL || next->state != TASK_TAKEN || next->worker != task->worker) {
            break;
        }
        next->state = TASK_WAITING;
        next->worker = MP_NOBODY;
        next->taken_step = 0;
    }
}

static void cancel(struct model *model, const struct happening *h)
{
    const struct mp_deed *deed = h->deed;
    struct contents *contents = contents_of(model, deed->object);
    uint64_t n = deed->offset > contents->first ? deed->offset : contents->first;
    uint64_t last = contents->first + contents->task_count;
    for (; n < last && n - deed->offset < deed->value; n++) {
        end_task(model, deed->object, n, TASK_CANCELLED, h);
    }
}

void contents_event(struct model *model, const struct happening *h)
{
    const struct mp_deed *deed = h->deed;
    bool done = h->phase == MP_DONE;
    switch (deed->op) {
    case MP_OP_QUEUE_PUT:
        if (done) { /* the tables have counted it: it is the newest */
            keep_item(model, deed->object,
                      (struct queue_item){.number = deed->offset,
                                          .value = deed->value,
                                          .step = h->step,
                                          .put_at = h->when,
                                          .from = (uint16_t)h->slot});
        }
        break;
    case MP_OP_QUEUE_GET:
        if (done) {
            times_taken(model, h);
        }
        break;
    case MP_OP_TASKS_GIVE:
        if (done) {
            give(model, deed->object, deed);
        }
        break;
    case MP_OP_TASK_TAKE:
        if (done) {
            hold(model, deed->object, h->slot, deed->offset, deed->offset + deed->value,
                 deed->offset, h);
        }
        break;
    case MP_OP_TASK_FINISH:
        if (done || h->phase == MP_FAILED) {
            finish(model, h);
        }
        break;
    case MP_OP_TASK_LOST:
        if (done) {
            lose(model, h);
        }
        break;
    case MP_OP_TASKS_CANCEL:
        if (done) {
            cancel(model, h);
        }
        break;
    default:
        break;
    }
}

/* Who has which task is in the entries of the workers. Of those that nobody has, so many are
   over, one way or the other, as the pool has counted: the first ones, mostly. */
static void tasks_from_snapshot(struct model *model, unsigned pool)
{
    struct contents *contents = contents_of(model, pool);
    const struct mp_object_entry *entry = &model->objects[pool];
    uint64_t given = entry->given < UINT32_MAX ? entry->given : UINT32_MAX;
    uint64_t known = contents->first + contents->task_count;
    if (given < known || given - known > KNOWN_TASKS) {
        contents->task_count = 0;
        contents->finished_count = 0;
        contents->first = given > KNOWN_TASKS ? given - KNOWN_TASKS : 0;
        contents->begin = contents->first;
        known = contents->first;
    }
    for (; known < given; known++) {
        add_task(model, contents, (struct pool_task){.worker = MP_NOBODY});
    }
    bool *held = calloc(contents->task_count + 1, sizeof(*held));
    for (unsigned slot = 0; slot < MP_PROCESSES && held != NULL; slot++) {
        const struct mp_process_entry *worker = &model->processes[slot].entry;
        uint64_t first = worker->task - UINT64_C(1);
        if (worker->pool != pool || worker->task == 0 || worker->life >= MP_LIFE_JOINED) {
            continue;
        }
        hold(model, pool, slot, first, worker->task_end, first, NULL);
        first = first > contents->first ? first : contents->first;
        for (uint64_t n = first; n < worker->task_end && n < known; n++) {
            held[n - contents->first] = true;
        }
    }
    uint64_t over = contents->first;
    for (size_t i = 0; i < contents->task_count && held != NULL; i++) {
        struct pool_task *task = &contents->tasks[i];
        bool open = task->state < TASK_OVER;
        if (open && !held[i] && over < entry->finished) {
            task->state = TASK_OVER;
            open = false;
        } else if (open && !held[i]) {
            task->state = TASK_WAITING;
        }
        over += !open;
    }
    free(held);
}

void contents_from_snapshot(struct model *model, const struct snapshot *snapshot)
{
    for (unsigned i = 1; i < model->object_count; i++) {
        if (model->objects[i].kind == MP_KIND_QUEUE) {
            items_from_snapshot(model, i, snapshot->bytes[i]);
        } else if (model->objects[i].kind == MP_KIND_POOL) {
            tasks_from_snapshot(model, i);
        }
    }
}

/* --- questions ------------------------------------------------------------------------ */

bool model_pool_task(const struct model *model, unsigned pool, uint64_t number,
                     struct pool_task *task)
{
    const struct pool_task *kept = task_of(model, pool, number);
    if (kept != NULL) {
        *task = *kept;
    }
    return kept != NULL;
}

uint64_t model_pool_first(const struct model *model, unsigned pool)
{
    const struct contents *contents = contents_of(model, pool);
    return contents->begin > contents->first ? contents->begin : contents->first;
}

bool model_pool_finished(const struct model *model, unsigned pool, size_t i,
                         uint64_t *number)
{
    const struct contents *contents = contents_of(model, pool);
    if (i >= contents->finished_count) {
        return false;
    }
    *number = contents->finished[i];
    return true;
}

uint64_t model_pool_count(const struct model *model, unsigned pool, enum task_state state)
{
    const struct contents *contents = contents_of(model, pool);
    uint64_t count = 0;
    for (size_t i = (size_t)(model_pool_first(model, pool) - contents->first);
         i < contents->task_count; i++) {
        count += contents->tasks[i].state == state;
    }
    return count;
}
