// SPDX-License-Identifier: MIT
/*
 * How long things took: items inside a queue, tasks of a pool. Events carry the ticks of a
 * clock; what a tick is in seconds the session measures and tells.
 */
#include "model/private.h"

void model_clock(struct model *model, uint64_t ticks, uint64_t nanoseconds)
{
    if (ticks > 0) {
        model->tick = (double)nanoseconds / 1e9 / (double)ticks;
    }
}

double model_seconds(const struct model *model, uint64_t from, uint64_t to)
{
    return from != 0 && to > from ? (double)(to - from) * model->tick : 0;
}

void times_taken(struct model *model, const struct happening *h)
{
    struct contents *contents = &model->hidden->contents[h->deed->object % MP_OBJECTS];
    struct queue_item item;

    /* free running, the two records may come in the wrong order */
    if (!model_queue_item(model, h->deed->object, h->deed->offset, &item) ||
        item.put_at == 0 || h->when < item.put_at) {
        return;
    }
    uint64_t stay = h->when - item.put_at;
    bool first = contents->stays++ == 0;
    contents->stay_least =
        first || stay < contents->stay_least ? stay : contents->stay_least;
    contents->stay_most = stay > contents->stay_most ? stay : contents->stay_most;
    contents->stay_last = stay;
    contents->stay_sum += (double)stay;
}

bool model_queue_times(const struct model *model, unsigned queue,
                       struct queue_times *times)
{
    const struct contents *contents = &model->hidden->contents[queue % MP_OBJECTS];

    if (contents->stays == 0 || model->tick <= 0) {
        return false;
    }
    *times = (struct queue_times){
        .items = contents->stays,
        .least = (double)contents->stay_least * model->tick,
        .most = (double)contents->stay_most * model->tick,
        .average = contents->stay_sum / (double)contents->stays * model->tick,
        .last = (double)contents->stay_last * model->tick,
    };
    return true;
}

bool model_pool_span(const struct model *model, unsigned pool, uint64_t *from,
                     uint64_t *to)
{
    struct pool_task task;
    bool open = false;

    *from = *to = 0;
    for (uint64_t n = model_pool_first(model, pool);
         model_pool_task(model, pool, n, &task); n++) {
        if (task.begun_at != 0 && (*from == 0 || task.begun_at < *from)) {
            *from = task.begun_at;
        }
        open = open || task.state < TASK_OVER;
        *to = task.over_at > *to ? task.over_at : *to;
    }
    *to = open ? model->newest : *to;
    return *from != 0 && *to > *from && model->tick > 0;
}
