// SPDX-License-Identifier: MIT
/*
 * Data races: two accesses of the same shared memory, by two processes, one of them a write,
 * that nothing orders.
 *
 * Ordered is what happens before: what a process did before it released a lock, put an item,
 * set an event, came to a barrier, started a child, ended ... comes before what another does
 * after it acquired, took, saw, passed, was born, joined. Whether the value came out right does
 * not matter: in another order of the same program it need not. Two accesses that are each in
 * one piece (atomic loads, stores and updates; a Value's own) are no race among themselves;
 * they order what is before the one and behind the other.
 *
 * It is part of the fold: the same events give the same races, in a run, in its past and in
 * its recording. Claimed is only what is certain: controlled runs, whose order is exact. Once
 * something happened free, or went by unseen, no more is claimed in this run.
 *
 * Not found: a race of two who shared a place in the process table one after the other; one
 * behind the first 4096 bytes of a copy; what threads and signal handlers do; and a race that
 * is hidden, because the order of this run happened to order the two. Of one place in memory
 * the last write is known, and since then the last read of each process. The owner of a pool
 * is taken to know of a task from the task's end on.
 */
#ifndef MODEL_RACES_H
#define MODEL_RACES_H

#include "model/model.h"

enum { RACES_KEPT = 64 };

/* One of the two accesses. */
struct race_side {
    uint16_t process;
    uint32_t life;  /* whose it was: index into model.lives; NO_LIFE: not known */
    uint64_t step;  /* 0: it was no step */
    uint64_t event; /* so many events had been folded, it included */
    uint32_t place; /* code address in the program's file; 0 not known */
    bool writes;
    bool reads;  /* both: an update in one piece */
    bool atomic; /* in one piece */
};

/* What ordered the two the last time, before they were no longer ordered. */
struct race_order {
    enum mp_op op; /* what `to` did: acquired, took, joined ...; NONE: nothing ever did */
    uint16_t object; /* by which; of START, JOIN: 0 */
    bool by_death;   /* `from` died with it */
    uint32_t from,
        to; /* lives: who released, who acquired; perhaps others than the two */
    uint64_t from_step, to_step; /* 0: it was no step */
    uint64_t event; /* of `to`; 0: nothing ever did. NONE and not 0: it did the other way round,
                       and only behind the first access */
};

struct race {
    char name[MP_NAME_SIZE]; /* of the field, or else of the object: "counter"; of an array, of
                                the element that was met first */
    uint32_t offset;         /* in the arena: the first byte that both touch */
    struct race_side first, second; /* in the order of this run */
    struct race_order order;
    uint64_t times; /* how often these two places in the program met so */
};

/* Each pair of places in the program once, in the order in which they were found; at most
   RACES_KEPT of them. */
size_t races_count(const struct model *model);
const struct race *races_at(const struct model *model, size_t index);
/* Pairs of accesses that raced and are not in that list, for it is full. */
uint64_t races_more(const struct model *model);

/* All that happened was looked at. False: the run was free, at least in part, or events are
   missing; what is listed is true all the same. */
bool races_are_certain(const struct model *model);

/* How a side is said: "increment-1 wrote it", and what ordered the two: "nothing ordered the
   two", "both came out of start". No full stop. */
void races_side_words(const struct model *model, const struct race_side *side, char *text,
                      size_t size);
void races_order_words(const struct model *model, const struct race *race, char *text,
                       size_t size);

#endif
