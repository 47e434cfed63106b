// SPDX-License-Identifier: MIT
// Stories of calls: queues, pools, semaphores and the like, as mp writes their events.
#pragma once

#include "unit/story.h"

enum {
    STORY_THING = 4,
    STORY_THING_LOCK = 5
}; // the object that a story is about; its lock

static inline void call_tell(struct story *s, unsigned slot, enum mp_op op, unsigned info,
                             uint32_t offset, uint64_t value)
{
    story_tell(s, slot,
               (struct mp_deed){.op = (uint8_t)op,
                                .info = (uint8_t)info,
                                .object = STORY_THING,
                                .offset = offset,
                                .value = value});
}

// A step that is done, one that fails with this errno, and one that is wanted.
static inline void call_done(struct story *s, unsigned slot, enum mp_op op,
                             uint32_t offset, uint64_t value)
{
    call_tell(s, slot, op, MP_DONE | MP_INFO_STEP, offset, value);
}

static inline void call_failed(struct story *s, unsigned slot, enum mp_op op, int error)
{
    call_tell(s, slot, op, MP_FAILED | MP_INFO_STEP, 0, (uint64_t)error);
}

static inline void call_wanted(struct story *s, unsigned slot, enum mp_op op,
                               uint64_t value)
{
    call_tell(s, slot, op, MP_WANT, 0, value);
}

// The thing itself: `parties` and `arrived` as in its entry.
static inline void call_create(struct story *s, enum mp_kind kind, uint32_t parties,
                               uint32_t arrived, const char *name, const char *type)
{
    struct mp_object_entry entry = {
        .kind = (uint8_t)kind, .size = 512, .arrived = arrived};
    story_tell(s, 0,
               (struct mp_deed){.op = MP_OP_CREATE,
                                .info = MP_DONE,
                                .object = STORY_THING,
                                .offset = 1024,
                                .place = parties,
                                .value = mp_create_value(&entry)});
    story_name(s, 0, MP_NAME_OF_OBJECT, STORY_THING, name);
    story_name(s, 0, MP_NAME_OF_TYPE, STORY_THING, type);
}

static inline void call_put(struct story *s, unsigned slot, uint64_t value)
{
    uint64_t number = s->model->objects[STORY_THING].given;
    call_done(s, slot, MP_OP_QUEUE_PUT, (uint32_t)number, value);
}

static inline void call_get(struct story *s, unsigned slot)
{
    struct queue_item item;
    uint64_t number = s->model->objects[STORY_THING].taken;
    ck_assert(model_queue_item(s->model, STORY_THING, number, &item));
    call_done(s, slot, MP_OP_QUEUE_GET, (uint32_t)number, item.value);
}

// main, producer and consumer, and a queue of 4 ints named jobs.
static inline struct story story_queue(const char *type)
{
    struct story s = story_begin(MP_GRAIN_CALLS);
    story_child(&s, 1, "producer");
    story_child(&s, 2, "consumer");
    call_create(&s, MP_KIND_QUEUE, 4, 0, "jobs", type);
    return s;
}

// A worker of the pool, made by main.
static inline void story_worker(struct story *s, unsigned slot, const char *name)
{
    story_tell(s, 0,
               (struct mp_deed){.op = MP_OP_MAKE,
                                .info = MP_DONE,
                                .object = (uint16_t)slot,
                                .offset = STORY_THING,
                                .value = 1});
    story_name(s, 0, MP_NAME_OF_PROCESS, slot, name);
    story_life(s, 0, MP_OP_START, slot, STORY_PID + (int)slot, false);
    story_life(s, slot, MP_OP_BEGIN, 0, STORY_PID + (int)slot, false);
}

// main, a pool named squares with 4 workers, and 10 tasks given to it.
static inline struct story story_pool(void)
{
    struct story s = story_begin(MP_GRAIN_CALLS);
    call_create(&s, MP_KIND_POOL, 4, 0, "squares", "int count_primes");
    for (unsigned i = 1; i <= 4; i++) {
        char name[16];
        snprintf(name, sizeof name, "worker-%u", i);
        story_worker(&s, i, name);
    }
    call_tell(&s, 0, MP_OP_TASKS_GIVE, MP_DONE, 0, 10);
    return s;
}

// Two processes and a thing.
static inline struct story story_thing(enum mp_kind kind, uint32_t parties,
                                       uint32_t arrived, const char *name)
{
    struct story s = story_begin(MP_GRAIN_CALLS);
    story_child(&s, 1, "runner-1");
    story_child(&s, 2, "runner-2");
    call_create(&s, kind, parties, arrived, name, "");
    return s;
}

// The cell of the newest step, and the short words on a process.
#define cell_is(s, expected)                                                             \
    do {                                                                                 \
        char cell_[32];                                                                  \
        const struct model *model_ = (s).model;                                          \
        model_cell(model_, &model_->moments[model_->moment_count - 1], cell_,            \
                   sizeof cell_);                                                        \
        ck_assert_str_eq(cell_, (expected));                                             \
    } while (0)

#define words_are(s, slot, done, next)                                                   \
    do {                                                                                 \
        char words_[64];                                                                 \
        model_has_done((s).model, (slot), words_, sizeof words_);                        \
        ck_assert_str_eq(words_, (done));                                                \
        model_does_next((s).model, (slot), words_, sizeof words_);                       \
        ck_assert_str_eq(words_, (next));                                                \
    } while (0)
