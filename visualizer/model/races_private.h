// SPDX-License-Identifier: MIT
/*
 * What the files of races share. See races.h.
 *
 * Each process counts its releases, and has a vector clock: how many releases of each other
 * one come before what it does now. An access is known by its process and that process's
 * count then (its epoch): it comes before whoever has that count in its clock. (races_order.c:
 * clocks, and what passes them on; races_memory.c: who accessed what last.)
 */
#ifndef MODEL_RACES_PRIVATE_H
#define MODEL_RACES_PRIVATE_H

#include "model/private.h"
#include "model/races.h"

/* Releases of each process, by place in the process table; those behind `size` are 0. */
struct clock {
    uint32_t *at;
    unsigned size;
};

/* Who released last, for the story. */
struct origin {
    uint32_t life;
    uint64_t step;
    bool by_death;
};

/* A clock that was released, and is there to be acquired. */
struct hand {
    struct clock clock;
    struct origin by;
    uint32_t count; /* in a line of hands: so often; permits are alike */
};

/* First in, first out: permits of a semaphore, messages of a pipe. */
struct line {
    struct hand *hands;
    size_t first, count, room;
};

/* What is known of one object. Which of it is used, its kind says. */
struct passer {
    struct hand main;     /* lock: released; event: set; pool: given; queue: done;
                           barrier: who has come to this round */
    struct hand closed;   /* queue and pipe: closed; barrier: broken */
    struct hand acted;    /* barrier: who came last, and ran the action if there is one */
    struct line lines[2]; /* semaphore: permits; pipe: messages to end 0, to end 1 */
    struct hand *places;  /* queue: item n in place n % place_count */
    unsigned place_count;
    uint64_t come[2]; /* barrier: the set of those who have come to this round */
    unsigned come_count;
};

struct person {
    struct clock now;
    struct race_order *orders; /* by process: what last let this one know of it */
    unsigned order_room;
};

/* One access, as far as it is remembered. */
struct seen {
    struct race_side side;
    uint32_t epoch;
};

/* Some bytes of a block of eight that were always accessed together since. */
struct part {
    uint8_t bytes; /* a bit each */
    bool written;
    struct seen write;
    struct seen *reads; /* since then, at most one of each process */
    uint8_t read_count, read_room;
};

struct block {
    uint32_t number; /* offset / 8, plus 1; 0: not used */
    uint8_t part_count, part_room;
    struct part *parts;
    struct hand *pieces; /* by byte: what atomic accesses pass on; NULL: there were none */
};

struct races {
    struct person people[MP_PROCESSES];
    struct passer *passers[MP_OBJECTS];
    struct block *blocks; /* a hash table; its size is a power of two */
    size_t block_count, block_room;
    struct race list[RACES_KEPT];
    size_t count;
    uint64_t more;
    bool blind; /* no more is claimed */
};

/* In model_event(), after the tables. */
void races_event(struct model *model, const struct happening *h);
/* The model starts again behind a gap. */
void races_gap(struct model *model);
void races_free(struct races *races);

/* --- order (races_order.c) --------------------------------------------------------------- */

/* No memory in any of these: it is noted in the model, and no more is claimed. */
void order_event(struct model *model, struct races *races, const struct happening *h);
/* Makes known to the process what the hand holds. */
void order_acquire(struct model *model, struct races *races, const struct happening *h,
                   unsigned slot, const struct hand *hand);
/* The hand holds what the process knows now: that alone, or besides what it held. */
void order_release(struct model *model, struct races *races, const struct happening *h,
                   struct hand *hand, bool besides);
uint32_t order_epoch(struct model *model, struct races *races, unsigned slot);
bool order_is_before(const struct races *races, unsigned slot, uint32_t epoch,
                     unsigned other);
void order_free(struct races *races);

/* What goes on, for those who pass something on. */
struct passing {
    struct model *model;
    struct races *races;
    const struct happening *h;
};

void order_no_memory(struct model *model, struct races *races);
void pass_acquire(const struct passing *p, const struct hand *hand);
void pass_release(const struct passing *p, struct hand *hand, bool besides);
void pass_release_of(const struct passing *p, unsigned slot, struct hand *hand,
                     bool besides);
/* Another one, who waits in a call or is not born yet, learns what this one knows. */
void pass_tell(const struct passing *p, unsigned from, unsigned to);

/* --- calls (races_calls.c) --------------------------------------------------------------- */

void pass_call(const struct passing *p);
/* NULL: no memory. */
struct passer *passer_of(const struct passing *p, unsigned object);
void order_forget(struct races *races, unsigned object);

/* --- memory (races_memory.c) ------------------------------------------------------------- */

void memory_event(struct model *model, struct races *races, const struct happening *h);
void memory_forget(struct races *races, uint32_t offset, uint64_t size);
void memory_free(struct races *races);

/* Two accesses that nothing orders (races.c). */
void races_found(struct model *model, struct races *races, uint32_t offset,
                 const struct race_side *first, const struct race_side *second);

#endif
