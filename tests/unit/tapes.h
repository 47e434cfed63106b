// SPDX-License-Identifier: MIT
// Tapes made by hand, and tapes that are compared.
//
//     struct maker maker = maker_begin();
//     maker_race(&maker);              main, two children, a counter, a lock; all born
//     maker_read(&maker, 1, 0);        step 1
//     maker_end(&maker);
#pragma once

#include "unit/names.h"

#include "model/tape.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    MAKER_COUNTER = 64, // where the counter is in the arena
    MAKER_SHARED = 1,   // the object that holds it
    MAKER_LOCK = 2,
    MAKER_QUEUE = 3,
    MAKER_READS = 0x401200, // code addresses
    MAKER_WRITES = 0x401210,
    MAKER_TICKS = 1000, // between two events
};

// Check writes down where it is at each of its own assertions, which takes longer than to
// compare. These say something only when they fail.
#define agrees(condition) agrees_or(condition, "not so: %s", #condition)
#define agrees_or(condition, ...)                                                        \
    do {                                                                                 \
        if (!(condition)) {                                                              \
            ck_abort_msg(__VA_ARGS__);                                                   \
        }                                                                                \
    } while (0)

struct maker {
    struct tape *tape;
    uint32_t order;
    uint64_t when;
    uint64_t counter;
    uint64_t changes; // of the lock
};

static inline void maker_tell(struct maker *maker, unsigned slot, struct mp_deed deed)
{
    struct mp_event event = {.when = maker->when, .deed = deed};
    maker->when += MAKER_TICKS;
    event.deed.order = ++maker->order;
    ck_assert(tape_event(maker->tape, slot, &event));
}

static inline void maker_mark(struct maker *maker, struct mark mark)
{
    ck_assert(tape_mark(maker->tape, &mark));
}

static inline void maker_name(struct maker *maker, unsigned slot, unsigned of,
                              unsigned subject, const char *text)
{
    struct mp_deed deed;
    for (size_t piece = 0; name_piece(of, subject, text, piece, &deed); piece++) {
        maker_tell(maker, slot, deed);
    }
}

static inline void maker_life(struct maker *maker, unsigned slot, enum mp_op op,
                              unsigned other, int64_t value)
{
    maker_tell(maker, slot,
               (struct mp_deed){.op = (uint8_t)op,
                                .object = (uint16_t)other,
                                .value = (uint64_t)value,
                                .info = MP_DONE});
}

static inline void maker_create(struct maker *maker, unsigned object, enum mp_kind kind,
                                uint32_t offset, uint32_t size, uint32_t parties,
                                const char *name, const char *type)
{
    maker_tell(maker, 0,
               (struct mp_deed){.op = MP_OP_CREATE,
                                .info = MP_DONE,
                                .object = (uint16_t)object,
                                .offset = offset,
                                .place = parties,
                                .value = size | (uint64_t)kind << 56});
    maker_name(maker, 0, MP_NAME_OF_OBJECT, object, name);
    maker_name(maker, 0, MP_NAME_OF_TYPE, object, type);
}

static inline void maker_child(struct maker *maker, unsigned child, const char *name)
{
    maker_life(maker, 0, MP_OP_MAKE, child, 1);
    maker_name(maker, 0, MP_NAME_OF_PROCESS, child, name);
    maker_life(maker, 0, MP_OP_START, child, 4710 + (int)child);
    maker_life(maker, child, MP_OP_BEGIN, 0, 4710 + (int)child);
}

// An empty beginning, as of a program that has just been started.
static inline struct maker maker_begin(void)
{
    static struct snapshot empty; // static: large
    struct maker maker = {.tape = tape_new(), .when = 5000};
    ck_assert_ptr_nonnull(maker.tape);
    empty = (struct snapshot){.grain = MP_GRAIN_MEMORY, .controlled = true};
    for (unsigned i = 0; i < MP_PROCESSES; i++) {
        empty.processes[i].parent = MP_NOBODY;
    }
    maker_mark(&maker, (struct mark){.kind = MARK_SNAPSHOT, .snapshot = &empty});
    tape_clock(maker.tape, 2000, 1000);
    return maker;
}

static inline void maker_end(struct maker *maker)
{
    tape_free(maker->tape);
}

// main, and a shared int that is called counter.
static inline void maker_main(struct maker *maker)
{
    struct field field = {
        .name = "counter", .offset = MAKER_COUNTER, .size = 4, .kind = FIELD_SIGNED};
    maker_mark(maker, (struct mark){.kind = MARK_EXPECT, .text = "counter", .number = 2});
    maker_life(maker, 0, MP_OP_MAKE, 0, 1);
    maker_name(maker, 0, MP_NAME_OF_PROCESS, 0, "main");
    maker_life(maker, 0, MP_OP_BEGIN, 0, 4710);
    maker_create(maker, MAKER_SHARED, MP_KIND_SHARED, MAKER_COUNTER, 4, 0, "",
                 "struct shared");
    maker_mark(maker, (struct mark){.kind = MARK_FIELDS,
                                    .object = MAKER_SHARED,
                                    .fields = &field,
                                    .field_count = 1});
}

static inline void maker_race(struct maker *maker)
{
    maker_main(maker);
    maker_child(maker, 1, "increment-1");
    maker_child(maker, 2, "increment-2");
}

static inline void maker_access(struct maker *maker, unsigned slot, enum mp_op op,
                                enum mp_phase phase, uint64_t value)
{
    bool step = phase == MP_DONE;
    maker_tell(maker, slot,
               (struct mp_deed){.op = (uint8_t)op,
                                .info = (uint8_t)(phase | (step ? MP_INFO_STEP : 0) |
                                                  2 << MP_INFO_SIZE_SHIFT),
                                .offset = MAKER_COUNTER,
                                .place = op == MP_OP_READ ? MAKER_READS : MAKER_WRITES,
                                .value = value});
}

static inline uint64_t maker_read(struct maker *maker, unsigned slot)
{
    maker_access(maker, slot, MP_OP_READ, MP_DONE, maker->counter);
    return maker->counter;
}

static inline void maker_write(struct maker *maker, unsigned slot, uint64_t value)
{
    maker_access(maker, slot, MP_OP_WRITE, MP_DONE, maker->counter);
    maker->counter = value;
    maker_access(maker, slot, MP_OP_WRITE, MP_SETTLED, value);
}

static inline void maker_lock(struct maker *maker, unsigned slot, enum mp_op op,
                              enum mp_phase phase)
{
    bool want = phase == MP_WANT;
    maker_tell(maker, slot,
               (struct mp_deed){.op = (uint8_t)op,
                                .info = (uint8_t)(phase | (want ? 0 : MP_INFO_STEP)),
                                .object = MAKER_LOCK,
                                .place = MAKER_READS,
                                .value = want ? 0 : ++maker->changes});
}

static inline void maker_print(struct maker *maker, unsigned slot, const char *line)
{
    char text[256];
    int size = snprintf(text, sizeof text, "%s\r\n", line);
    maker_mark(maker,
               (struct mark){.kind = MARK_OUTPUT, .text = text, .size = (size_t)size});
    maker_life(maker, slot, MP_OP_OUTPUT, 0, size - 1);
}

// Two processes read the same value, and one of their updates is lost.
static inline struct maker maker_lost_update(void)
{
    struct maker made = maker_begin(), *maker = &made;
    maker_race(maker);
    uint64_t first = maker_read(maker, 1), second = maker_read(maker, 2);
    maker_write(maker, 1, first + 1);
    maker_write(maker, 2, second + 1);
    maker_life(maker, 1, MP_OP_END, 0, 0);
    maker_life(maker, 2, MP_OP_END, 0, 0);
    maker_life(maker, 0, MP_OP_JOIN, 1, 0);
    maker_life(maker, 0, MP_OP_JOIN, 2, 0);
    maker_print(maker, 0, "counter 1, expected 2, lost 1");
    maker_life(maker, 0, MP_OP_END, 0, 1);
    maker_mark(maker, (struct mark){.kind = MARK_FINISH});
    return made;
}

// --- what is equal ---------------------------------------------------------------------------

static inline size_t bytes_in_snapshot(const struct mp_object_entry *entry)
{
    if (entry->kind == MP_KIND_QUEUE) {
        return contents_count(entry) * sizeof(uint64_t);
    }
    return entry->size < MODEL_BYTES ? entry->size : (size_t)MODEL_BYTES;
}

static inline void assert_snapshots_equal(const struct snapshot *a,
                                          const struct snapshot *b)
{
    agrees(a->steps == b->steps);
    agrees(a->grain == b->grain);
    agrees(a->controlled == b->controlled);
    for (unsigned i = 0; i < MP_PROCESSES; i++) {
        agrees_or(memcmp(&a->processes[i], &b->processes[i], sizeof a->processes[i]) == 0,
                  "process %u of a snapshot differs", i);
    }
    for (unsigned i = 0; i < MP_OBJECTS; i++) {
        agrees_or(memcmp(&a->objects[i], &b->objects[i], sizeof a->objects[i]) == 0,
                  "object %u of a snapshot differs", i);
        agrees((a->bytes[i] == NULL) == (b->bytes[i] == NULL));
        agrees(a->bytes[i] == NULL ||
               memcmp(a->bytes[i], b->bytes[i], bytes_in_snapshot(&a->objects[i])) == 0);
    }
}

static inline void assert_marks_equal(const struct mark *a, const struct mark *b)
{
    agrees(a->kind == b->kind);
    agrees(a->at == b->at);
    agrees(a->slot == b->slot);
    agrees(a->object == b->object);
    agrees(a->gap == b->gap);
    agrees(a->number == b->number);
    agrees(a->size == b->size);
    if (a->kind == MARK_OUTPUT) {
        agrees(memcmp(a->text, b->text, a->size) == 0);
    } else if (a->text != NULL) {
        agrees(strcmp(a->text, b->text) == 0);
    }
    if (a->kernel != NULL) {
        agrees(a->kernel->state == b->kernel->state);
        agrees(a->kernel->parent == b->kernel->parent);
        agrees(strcmp(a->kernel->parent_name, b->kernel->parent_name) == 0);
        agrees(a->kernel->cpu_ticks == b->kernel->cpu_ticks);
        agrees(a->kernel->switches == b->kernel->switches);
        agrees(a->kernel->cpu == b->kernel->cpu);
    }
    agrees(a->field_count == b->field_count);
    for (size_t i = 0; i < a->field_count; i++) {
        agrees(strcmp(a->fields[i].name, b->fields[i].name) == 0);
        agrees(a->fields[i].offset == b->fields[i].offset);
        agrees(a->fields[i].size == b->fields[i].size);
        agrees(a->fields[i].kind == b->fields[i].kind);
    }
    if (a->snapshot != NULL) {
        assert_snapshots_equal(a->snapshot, b->snapshot);
    }
}

static inline void assert_tapes_equal(const struct tape *a, const struct tape *b)
{
    uint64_t ticks[2], nanoseconds[2];
    struct snapshot *rooms = calloc(2, sizeof *rooms);
    agrees(rooms != NULL);
    agrees(tape_events(a) == tape_events(b));
    agrees(tape_marks(a) == tape_marks(b));
    agrees(tape_first_step(a) == tape_first_step(b));
    agrees(tape_last_step(a) == tape_last_step(b));
    for (uint64_t i = 0; i < tape_events(a); i++) {
        unsigned slots[2];
        const struct mp_event *left = tape_event_at(a, i, &slots[0]);
        const struct mp_event *right = tape_event_at(b, i, &slots[1]);
        agrees_or(slots[0] == slots[1] && memcmp(left, right, sizeof *left) == 0,
                  "event %llu differs", (unsigned long long)i);
    }
    for (uint64_t i = 0; i < tape_marks(a); i++) {
        struct mark marks[2];
        tape_mark_at(a, i, &marks[0], &rooms[0]);
        tape_mark_at(b, i, &marks[1], &rooms[1]);
        assert_marks_equal(&marks[0], &marks[1]);
    }
    tape_clock_is(a, &ticks[0], &nanoseconds[0]);
    tape_clock_is(b, &ticks[1], &nanoseconds[1]);
    agrees(nanoseconds[0] == nanoseconds[1]);
    agrees(ticks[0] == ticks[1]);
    free(rooms);
}

static inline void assert_fields_equal(const struct model *a, const struct model *b)
{
    agrees(a->field_count == b->field_count);
    for (size_t i = 0; i < a->field_count; i++) {
        const struct field *left = &a->fields[i], *right = &b->fields[i];
        agrees(strcmp(left->name, right->name) == 0);
        agrees(left->value == right->value);
        agrees(left->lost == right->lost);
        agrees(left->updates == right->updates);
        agrees(left->known == right->known && left->gone == right->gone);
    }
}

static inline void assert_models_equal(const struct model *a, const struct model *b)
{
    agrees(a->steps == b->steps);
    agrees(a->events == b->events);
    agrees(a->grain == b->grain);
    agrees(a->moved_last == b->moved_last);
    agrees(a->tick == b->tick);
    agrees(strcmp(a->expected_what, b->expected_what) == 0);
    agrees(strcmp(a->end_item, b->end_item) == 0);
    agrees(a->expected == b->expected);
    for (unsigned i = 0; i < MP_PROCESSES; i++) {
        agrees(memcmp(&a->processes[i].entry, &b->processes[i].entry,
                      sizeof a->processes[i].entry) == 0);
        agrees(a->processes[i].kernel.state == b->processes[i].kernel.state);
    }
    agrees(memcmp(a->objects, b->objects, sizeof a->objects) == 0);
    assert_fields_equal(a, b);
    agrees(a->moment_count == b->moment_count);
    for (size_t i = 0; i < a->moment_count; i++) {
        agrees(a->moments[i].step == b->moments[i].step);
        agrees(a->moments[i].process == b->moments[i].process);
        agrees(a->moments[i].after == b->moments[i].after);
    }
    agrees(a->sentence_count == b->sentence_count);
    for (size_t i = 0; i < a->sentence_count; i++) {
        agrees(strcmp(a->sentences[i].text, b->sentences[i].text) == 0);
        agrees(strcmp(a->sentences[i].more, b->sentences[i].more) == 0);
    }
    agrees(a->output_length == b->output_length);
    agrees(a->output_length == 0 || memcmp(a->output, b->output, a->output_length) == 0);
}

// The same model at the beginning, at the end, and at steps between.
static inline void assert_play_equal(const struct tape *a, const struct tape *b)
{
    uint64_t last = tape_last_step(a);
    for (uint64_t i = 0; i <= 8; i++) {
        struct playhead heads[2];
        uint64_t step = i == 8 ? UINT64_MAX : last * i / 7;
        struct model *left = tape_model(a, step, &heads[0]);
        struct model *right = tape_model(b, step, &heads[1]);
        agrees(left != NULL);
        agrees(right != NULL);
        assert_models_equal(left, right);
        agrees(heads[0].events == heads[1].events);
        model_free(left);
        model_free(right);
    }
}
