// SPDX-License-Identifier: MIT
// Two children and what they do to one counter, for the tests of data races.
#pragma once

#include "unit/story.h"

#include "model/races.h"

enum { FIRST = 1, SECOND = 2, CALLED = 3, AT = 0x100 };

// main, and two children with one counter between them.
static inline struct story two(void)
{
    struct story s = story_begin(MP_GRAIN_MEMORY);
    story_child(&s, FIRST, "first");
    story_child(&s, SECOND, "second");
    return s;
}

static inline void touch(struct story *s, unsigned slot, enum mp_op op, uint32_t offset,
                         unsigned log2, unsigned flags)
{
    story_tell(s, slot,
               (struct mp_deed){.op = (uint8_t)op,
                                .info = (uint8_t)(MP_DONE | MP_INFO_STEP | flags |
                                                  log2 << MP_INFO_SIZE_SHIFT),
                                .offset = offset,
                                .place = AT + slot});
}

static inline void writes(struct story *s, unsigned slot)
{
    touch(s, slot, MP_OP_WRITE, STORY_COUNTER, 2, 0);
}

static inline void reads(struct story *s, unsigned slot)
{
    touch(s, slot, MP_OP_READ, STORY_COUNTER, 2, 0);
}

static inline void copies(struct story *s, unsigned slot, enum mp_op op, uint32_t offset,
                          uint64_t bytes)
{
    story_tell(s, slot,
               (struct mp_deed){.op = (uint8_t)op,
                                .info = MP_DONE | MP_INFO_STEP,
                                .offset = offset,
                                .place = AT + slot,
                                .value = bytes});
}

// How often two accesses met, however often the same two places did.
static inline uint64_t found(const struct story *s)
{
    uint64_t times = races_more(s->model);
    for (size_t i = 0; i < races_count(s->model); i++) {
        times += races_at(s->model, i)->times;
    }
    return times;
}

static inline void ends_with(struct story *s, uint64_t races)
{
    ck_assert_uint_eq(found(s), races);
    story_end(s);
}
