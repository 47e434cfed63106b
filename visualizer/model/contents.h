// SPDX-License-Identifier: MIT
/*
 * What is inside queues and pools: items by their number, tasks by theirs.
 *
 * The tables of a world tell how many there are; which ones, events tell, and after an
 * attach what lies in the queue and which task each worker has. All of it is bounded: of
 * very many only a part is kept, and what is not known is said to be so.
 */
#ifndef MODEL_CONTENTS_H
#define MODEL_CONTENTS_H

#include "record.h"

#include <stddef.h>

struct model;

/* An item of a queue; they are numbered from 0 over its life. */
struct queue_item {
    uint64_t number;
    uint64_t value;  /* its first 8 bytes */
    uint64_t step;   /* at which it was put; 0 not known */
    uint64_t put_at; /* clock ticks; 0 not known */
    uint16_t from;   /* who put it; MP_NOBODY not known */
};

enum task_state {
    TASK_WAITING,   /* nobody has taken it */
    TASK_TAKEN,     /* part of a worker's chunk, not begun */
    TASK_WORK,      /* somebody works on it */
    TASK_OVER,      /* not open any more: how it came out was not seen */
    TASK_DONE,      /* has its result */
    TASK_FAILED,    /* returned a code */
    TASK_LOST,      /* its worker died in it */
    TASK_CANCELLED, /* was taken back before anybody took it */
    TASK_STATES,
};

/* A task of a pool; they are numbered from 0 over its life. */
struct pool_task {
    uint8_t state;                  /* enum task_state */
    uint16_t worker;                /* has it, or had it; MP_NOBODY not known */
    uint32_t chunk;                 /* the first task of the chunk it was taken in */
    uint32_t group;                 /* the first of those that were given together, */
    uint32_t groups;                /* ... and how many; 0 not known */
    uint64_t result;                /* first 8 bytes; FAILED: its code */
    uint64_t taken_step, over_step; /* 0 not known */
    uint64_t begun_at, over_at;     /* clock ticks; 0 not known */
};

enum { CONTENTS_ITEMS = 512 }; /* of a queue, in a snapshot */

/* How many items are inside; never more than there is room for. */
uint64_t contents_inside(const struct mp_object_entry *queue);

/* A snapshot has the first 8 bytes of CONTENTS_ITEMS items at most: the number of the one
   in place `k` of them. */
uint64_t contents_number(const struct mp_object_entry *queue, size_t k);
size_t contents_count(const struct mp_object_entry *queue);

/* Item `number` of a queue. False: it is not known. */
bool model_queue_item(const struct model *model, unsigned queue, uint64_t number,
                      struct queue_item *item);

/* How long items were inside a queue, those of which both ends were seen. Seconds. */
struct queue_times {
    uint64_t items;
    double least, most, average, last;
};

/* False: of no item it is known. (times.c) */
bool model_queue_times(const struct model *model, unsigned queue,
                       struct queue_times *times);

/* Seconds from one time of an event to another; 0 where either is not known. */
double model_seconds(const struct model *model, uint64_t from, uint64_t to);

/* How many items were inside a queue after a moment (an index into model.moments). False:
   not known. */
bool model_inside_after(const struct model *model, size_t moment, unsigned queue,
                        uint64_t *inside);

/* Task `number` of a pool. False: it was not given, or is not kept any more. */
bool model_pool_task(const struct model *model, unsigned pool, uint64_t number,
                     struct pool_task *task);

/* The first task of those that matter now: given when all before them were over. */
uint64_t model_pool_first(const struct model *model, unsigned pool);

/* The i-th task that was over, of those; false: there are not so many. */
bool model_pool_finished(const struct model *model, unsigned pool, size_t i,
                         uint64_t *number);

/* From the begin of the first task of those to the end of the last, or to the newest event
   while there are open ones. Clock ticks; false: not known. */
bool model_pool_span(const struct model *model, unsigned pool, uint64_t *from,
                     uint64_t *to);

/* How many tasks are in this state, of those from model_pool_first() on. */
uint64_t model_pool_count(const struct model *model, unsigned pool, enum task_state state);

/* An item as a person writes it: "6", "2.5", "'a'"; of a struct "item 7". */
void model_item_words(const struct model *model, unsigned queue, uint64_t number,
                      uint64_t value, char *text, size_t size);

/* A result likewise; "" where its type tells nothing. */
void model_result_words(const struct model *model, unsigned pool, uint64_t value,
                        char *text, size_t size);

/* "count_primes": what the tasks of a pool call; "" not known. */
const char *model_task_name(const struct model *model, unsigned pool);

/* Is there anything to say of it now? Of a barrier only while some have come and some not. */
bool model_object_matters(const struct model *model, unsigned object);

/* "2 permits free", "is not set", "7 put = 3 taken + 4 inside; FULL"; "" of locks and of
   shared memory. (facts.c) */
void model_object_words(const struct model *model, unsigned object, char *text,
                        size_t size);

/* How many processes are blocked in this operation on this object, and which, those first
   who have waited longest (free running: in the order of the process table). */
size_t model_blocked(const struct model *model, unsigned object, enum mp_op op,
                     uint16_t *slots, size_t room);

#endif
