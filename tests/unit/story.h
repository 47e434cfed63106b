// SPDX-License-Identifier: MIT
// Stories for the model: events as mp writes them in a controlled run, made by hand. Each
// call is one thing that happens; a story keeps the order numbers and what is in memory, and
// a tape of it all.
#pragma once

#include "unit/names.h"

#include "model/tape.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    STORY_COUNTER = 64, // where the counter is in the arena
    STORY_OBJECT = 1,   // the object that holds it
    STORY_LOCK = 2,
    STORY_BARRIER = 3,
    STORY_PID = 4710, // main's; children follow
};

struct story {
    struct model *model;
    struct tape *tape;
    uint32_t order;
    uint64_t now;            // clock ticks of the next event
    bool free;               // free running: no order numbers
    uint64_t counter;        // its value now
    uint64_t changes;        // of the lock
    bool open[MP_PROCESSES]; // has a write that is not settled
    uint64_t written[MP_PROCESSES];
};

static inline void story_tell(struct story *s, unsigned slot, struct mp_deed deed)
{
    struct mp_event event = {.when = s->now, .deed = deed};
    event.deed.order = s->free ? 0 : ++s->order;
    if (s->free) {
        event.deed.info &= (uint8_t)~MP_INFO_STEP;
    }
    ck_assert(tape_event(s->tape, slot, &event));
    model_event(s->model, slot, &event);
}

// What is no event.
static inline void story_mark(struct story *s, struct mark mark)
{
    ck_assert(tape_mark(s->tape, &mark));
    tape_tell(s->model, &mark);
}

static inline void story_name(struct story *s, unsigned slot, unsigned of,
                              unsigned subject, const char *text)
{
    struct mp_deed deed;
    for (size_t piece = 0; name_piece(of, subject, text, piece, &deed); piece++) {
        story_tell(s, slot, deed);
    }
}

// Something of the lives that is done: START, END, JOIN ...
static inline void story_life(struct story *s, unsigned slot, enum mp_op op,
                              unsigned other, int64_t value, bool step)
{
    story_tell(s, slot,
               (struct mp_deed){.op = (uint8_t)op,
                                .object = (uint16_t)other,
                                .value = (uint64_t)value,
                                .info = (uint8_t)(MP_DONE | (step ? MP_INFO_STEP : 0))});
}

static inline void story_want(struct story *s, unsigned slot, enum mp_op op,
                              unsigned object)
{
    bool accesses = op >= MP_OP_READ && op <= MP_OP_UPDATE;
    story_tell(
        s, slot,
        (struct mp_deed){.op = (uint8_t)op,
                         .object = (uint16_t)object,
                         .offset = STORY_COUNTER,
                         .info = accesses ? MP_WANT | 2 << MP_INFO_SIZE_SHIFT : MP_WANT});
}

static inline void story_make(struct story *s, unsigned parent, unsigned child,
                              const char *name)
{
    story_life(s, parent, MP_OP_MAKE, child, 1, false);
    story_name(s, parent, MP_NAME_OF_PROCESS, child, name);
}

static inline void story_child(struct story *s, unsigned child, const char *name)
{
    story_make(s, 0, child, name);
    story_life(s, 0, MP_OP_START, child, STORY_PID + (int)child, false);
    story_life(s, child, MP_OP_BEGIN, 0, STORY_PID + (int)child, false);
}

static inline void story_create(struct story *s, unsigned object, enum mp_kind kind,
                                uint32_t offset, uint32_t size, const char *name,
                                const char *type)
{
    story_tell(s, 0,
               (struct mp_deed){.op = MP_OP_CREATE,
                                .info = MP_DONE,
                                .object = (uint16_t)object,
                                .offset = offset,
                                .place = kind == MP_KIND_BARRIER ? 2 : 0,
                                .value = size | (uint64_t)kind << 56});
    story_name(s, 0, MP_NAME_OF_OBJECT, object, name);
    story_name(s, 0, MP_NAME_OF_TYPE, object, type);
}

// A model of a program with main and one shared int, 0, named counter.
static inline struct story story_begin(enum mp_grain grain)
{
    static struct snapshot empty; // static: large
    struct story s = {.model = model_new(), .tape = tape_new()};
    ck_assert_ptr_nonnull(s.model);
    ck_assert_ptr_nonnull(s.tape);
    empty = (struct snapshot){.grain = grain, .controlled = true};
    story_mark(&s, (struct mark){.kind = MARK_SNAPSHOT, .snapshot = &empty});
    story_life(&s, 0, MP_OP_MAKE, 0, 1, false);
    story_name(&s, 0, MP_NAME_OF_PROCESS, 0, "main");
    story_life(&s, 0, MP_OP_BEGIN, 0, STORY_PID, false);
    story_create(&s, STORY_OBJECT, MP_KIND_SHARED, STORY_COUNTER, 4, "", "struct shared");
    struct field field = {
        .name = "counter", .offset = STORY_COUNTER, .size = 4, .kind = FIELD_SIGNED};
    story_mark(&s, (struct mark){.kind = MARK_FIELDS,
                                 .object = STORY_OBJECT,
                                 .fields = &field,
                                 .field_count = 1});
    return s;
}

// The program of the race: main, increment-1 and increment-2, all born.
static inline struct story story_race(void)
{
    struct story s = story_begin(MP_GRAIN_MEMORY);
    story_child(&s, 1, "increment-1");
    story_child(&s, 2, "increment-2");
    return s;
}

// The same with a lock and a barrier: counter_lock and start.
static inline struct story story_locked(void)
{
    struct story s = story_race();
    story_create(&s, STORY_LOCK, MP_KIND_LOCK, 512, 64, "counter_lock", "");
    story_create(&s, STORY_BARRIER, MP_KIND_BARRIER, 640, 64, "start", "");
    return s;
}

static inline void story_end(struct story *s)
{
    model_free(s->model);
    tape_free(s->tape);
}

// The process stops again: what it wrote last is known.
static inline void story_settle(struct story *s, unsigned slot)
{
    if (s->open[slot]) {
        s->open[slot] = false;
        s->counter = s->written[slot];
        story_tell(s, slot,
                   (struct mp_deed){.op = MP_OP_WRITE,
                                    .info = MP_SETTLED | 2 << MP_INFO_SIZE_SHIFT,
                                    .offset = STORY_COUNTER,
                                    .value = s->counter});
    }
}

static inline void story_access(struct story *s, unsigned slot, enum mp_op op)
{
    story_tell(s, slot,
               (struct mp_deed){.op = (uint8_t)op,
                                .info = MP_DONE | MP_INFO_STEP | 2 << MP_INFO_SIZE_SHIFT,
                                .offset = STORY_COUNTER,
                                .value = s->counter});
}

static inline uint64_t story_read(struct story *s, unsigned slot)
{
    story_access(s, slot, MP_OP_READ);
    return s->counter;
}

static inline void story_write(struct story *s, unsigned slot, uint64_t value)
{
    story_access(s, slot, MP_OP_WRITE);
    s->open[slot] = true;
    s->written[slot] = value;
    story_settle(s, slot);
}

static inline void story_lock(struct story *s, unsigned slot, enum mp_op op,
                              enum mp_phase phase, uint64_t value)
{
    bool done = phase == MP_DONE || phase == MP_DONE_RECOVERED;
    story_tell(s, slot,
               (struct mp_deed){.op = (uint8_t)op,
                                .info = (uint8_t)(phase | MP_INFO_STEP),
                                .object = STORY_LOCK,
                                .place = 0x1234,
                                .value = done ? ++s->changes : value});
}

static inline void story_acquire(struct story *s, unsigned slot)
{
    story_lock(s, slot, MP_OP_LOCK_ACQUIRE, MP_DONE, 0);
}

static inline void story_release(struct story *s, unsigned slot)
{
    story_lock(s, slot, MP_OP_LOCK_RELEASE, MP_DONE, 0);
}

static inline void story_print(struct story *s, unsigned slot, const char *line, bool step)
{
    story_mark(s, (struct mark){.kind = MARK_OUTPUT, .text = line, .size = strlen(line)});
    story_mark(s, (struct mark){.kind = MARK_OUTPUT, .text = "\r\n", .size = 2});
    story_life(s, slot, MP_OP_OUTPUT, 0, (int64_t)strlen(line) + 1, step);
}

// The newest sentence of the story; "" when nothing was said.
static inline const struct sentence *story_last(const struct story *s)
{
    static const struct sentence nothing;
    size_t count = s->model->sentence_count;
    return count == 0 ? &nothing : &s->model->sentences[count - 1];
}

// The newest sentence of a kind; fails the test when there is none.
static inline const struct sentence *story_said(const struct story *s,
                                                enum sentence_kind kind)
{
    for (size_t i = s->model->sentence_count; i-- > 0;) {
        if (s->model->sentences[i].kind == kind) {
            return &s->model->sentences[i];
        }
    }
    ck_abort_msg("nothing of kind %d was said", (int)kind);
}

static inline unsigned story_count(const struct story *s, enum sentence_kind kind)
{
    unsigned count = 0;
    for (size_t i = 0; i < s->model->sentence_count; i++) {
        count += s->model->sentences[i].kind == kind;
    }
    return count;
}

enum { STORY_WIDTH = 75 }; // a sentence is no longer, with the names that demos use

// The newest sentence of this kind has these words, or this second column.
#define says(s, kind, expected)                                                          \
    do {                                                                                 \
        const struct sentence *said_ = story_said(&(s), (kind));                         \
        ck_assert_str_eq(said_->text, (expected));                                       \
        ck_assert_uint_le(strlen(said_->text), STORY_WIDTH);                             \
        ck_assert_uint_le(strlen(said_->more), STORY_WIDTH);                             \
    } while (0)

#define adds(s, kind, expected)                                                          \
    ck_assert_str_eq(story_said(&(s), (kind))->more, (expected))
