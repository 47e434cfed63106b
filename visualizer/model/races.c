// SPDX-License-Identifier: MIT
/* Data races: the way of an event, and the list of what was found. See races.h. */
#include "model/races_private.h"

#include <stdlib.h>

static bool is_access(unsigned op)
{
    return op >= MP_OP_READ && op <= MP_OP_WRITE_RANGE;
}

/* What this is worth can be known only when it was in its order, and nothing is missing. */
static bool is_free(const struct happening *h)
{
    unsigned op = h->deed->op;
    return !h->controlled &&
           (op == MP_OP_START || is_access(op) || op >= MP_OP_LOCK_ACQUIRE);
}

/* NULL: no memory. */
static struct races *races_of(struct model *model)
{
    if (model->hidden->races == NULL) {
        model->hidden->races = calloc(1, sizeof(struct races));
        model->no_memory = model->no_memory || model->hidden->races == NULL;
    }
    return model->hidden->races;
}

void races_event(struct model *model, const struct happening *h)
{
    struct races *races = races_of(model);
    if (races == NULL || races->blind || h->deed->op == MP_OP_NAME) {
        return;
    }
    bool lives = op_is_of_lives(h->deed->op);
    if (h->deed->object >= (lives ? (unsigned)MP_PROCESSES : (unsigned)MP_OBJECTS)) {
        return;
    }
    if (is_free(h)) {
        races->blind = true;
        return;
    }
    if (is_access(h->deed->op)) {
        if (h->phase == MP_DONE) {
            memory_event(model, races, h);
        }
        return;
    }
    if (h->deed->op == MP_OP_CREATE) { /* what was in this memory is gone */
        memory_forget(races, h->deed->offset, model->objects[h->deed->object].size);
    }
    order_event(model, races, h);
}

void races_gap(struct model *model)
{
    struct races *races = races_of(model);
    if (races != NULL) {
        races->blind = true;
    }
}

void races_free(struct races *races)
{
    if (races != NULL) {
        order_free(races);
        memory_free(races);
        free(races);
    }
}

/* --- found ---------------------------------------------------------------------------------- */

static bool same_side(const struct race_side *a, const struct race_side *b)
{
    return a->place == b->place && a->writes == b->writes && a->reads == b->reads;
}

/* The same two places in the program, whichever came first; where they are not known, the
   same bytes. */
static bool is_same(const struct race *race, uint32_t offset,
                    const struct race_side *first, const struct race_side *second)
{
    bool straight = same_side(&race->first, first) && same_side(&race->second, second);
    bool crossed = same_side(&race->first, second) && same_side(&race->second, first);
    bool known = first->place != 0 && second->place != 0;
    return (straight || crossed) && (known || race->offset == offset);
}

/* What `who` learned last of `of`. */
static struct race_order learned(const struct races *races, unsigned who, unsigned of)
{
    const struct person *person = &races->people[who];
    return of < person->order_room ? person->orders[of]
                                   : (struct race_order){.op = MP_OP_NONE};
}

/* The last of what comes before both: the second learned of what the first did earlier, or the
   first, earlier, of the second. */
static struct race_order last_order(const struct races *races,
                                    const struct race_side *first,
                                    const struct race_side *second)
{
    struct race_order one = learned(races, second->process, first->process);
    struct race_order other = learned(races, first->process, second->process);
    if (other.event > first->event) {
        other.op = MP_OP_NONE;
        return one.op != MP_OP_NONE ? one : other;
    }
    return other.event > one.event ? other : one;
}

void races_found(struct model *model, struct races *races, uint32_t offset,
                 const struct race_side *first, const struct race_side *second)
{
    for (size_t i = 0; i < races->count; i++) {
        if (is_same(&races->list[i], offset, first, second)) {
            races->list[i].times++;
            return;
        }
    }
    if (races->count == RACES_KEPT) {
        races->more++;
        return;
    }
    struct race *race = &races->list[races->count++];
    *race = (struct race){.offset = offset,
                          .first = *first,
                          .second = *second,
                          .order = last_order(races, first, second),
                          .times = 1};
    place_words(model, offset, race->name, sizeof race->name);
}

/* --- asked ---------------------------------------------------------------------------------- */

size_t races_count(const struct model *model)
{
    return model->hidden->races == NULL ? 0 : model->hidden->races->count;
}

const struct race *races_at(const struct model *model, size_t index)
{
    return index < races_count(model) ? &model->hidden->races->list[index] : NULL;
}

uint64_t races_more(const struct model *model)
{
    return model->hidden->races == NULL ? 0 : model->hidden->races->more;
}

bool races_are_certain(const struct model *model)
{
    const struct races *races = model->hidden->races;
    return model->dropped == 0 && (races == NULL || !races->blind);
}
