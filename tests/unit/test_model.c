// SPDX-License-Identifier: MIT
// Tests of the model's fold: values, tables, steps, and events that no honest program
// writes.
#include "suite.h"
#include "unit/story.h"

#include <signal.h>

/* --- values ------------------------------------------------------------------------------ */

START_TEST(a_value_is_known_when_it_was_read_or_settled)
{
    struct story s = story_race();
    const struct field *counter =
        &s.model->fields[model_field_at(s.model, STORY_COUNTER)];

    ck_assert(counter->known && counter->value == 0); // shared memory begins as zeros
    story_access(&s, 1, MP_OP_WRITE);
    ck_assert(!counter->known);
    s.open[1] = true;
    s.written[1] = 5;
    story_settle(&s, 1);
    ck_assert(counter->known && counter->value == 5 && counter->writer == 1);
    story_tell(&s, 2,
               (struct mp_deed){.op = MP_OP_WRITE_RANGE,
                                .info = MP_DONE | MP_INFO_STEP,
                                .offset = STORY_COUNTER,
                                .value = 4});
    ck_assert(!counter->known);
    s.counter = 9;
    story_read(&s, 1);
    ck_assert(counter->known && counter->value == 9);
    story_end(&s);
}
END_TEST

START_TEST(a_write_of_one_who_was_killed_is_perhaps)
{
    struct story s = story_race();
    const struct field *counter = &s.model->fields[0];

    story_read(&s, 1);
    story_access(&s, 1, MP_OP_WRITE); // not settled: perhaps it was done
    story_life(&s, 1, MP_OP_DIE, 0, -SIGKILL, false);
    ck_assert(!counter->known && counter->updates == 0);
    story_said(&s, SAY_PERHAPS);
    s.counter = 1; // it was
    story_read(&s, 2);
    ck_assert_uint_eq(counter->updates, 1);
    story_end(&s);
}
END_TEST

START_TEST(what_nobody_named_splits_into_what_is_accessed)
{
    struct story s = story_race();

    story_create(&s, 5, MP_KIND_SHARED, 256, 16, "", "long[2]");
    for (unsigned at = 0; at < 8; at += 4) { // two ints in the first long
        for (unsigned slot = 1; slot <= 2; slot++) {
            story_tell(
                &s, slot,
                (struct mp_deed){.op = MP_OP_READ,
                                 .info = MP_DONE | MP_INFO_STEP | 2 << MP_INFO_SIZE_SHIFT,
                                 .offset = 256 + at,
                                 .value = slot});
        }
    }
    uint32_t first = model_field_at(s.model, 256);
    uint32_t second = model_field_at(s.model, 260);
    ck_assert_uint_ne(first, second);
    ck_assert_uint_eq(s.model->fields[first].size, 4);
    ck_assert_str_eq(s.model->fields[second].name, "long[2]+4");
    ck_assert_uint_eq(model_field_at(s.model, 264), model_field_at(s.model, 271));
    story_end(&s);
}
END_TEST

START_TEST(a_field_keeps_its_history_when_it_gets_its_name)
{
    struct story s = story_race();
    const struct field named[] = {
        {.name = "low", .offset = 256, .size = 4, .kind = FIELD_SIGNED},
        {.name = "high", .offset = 260, .size = 4, .kind = FIELD_SIGNED},
    };

    story_create(&s, 5, MP_KIND_SHARED, 256, 8, "", "struct pair");
    uint32_t index = model_field_at(s.model, 256);
    story_tell(&s, 1,
               (struct mp_deed){.op = MP_OP_READ,
                                .info = MP_DONE | MP_INFO_STEP | 3 << MP_INFO_SIZE_SHIFT,
                                .offset = 256,
                                .value = UINT64_C(7) << 32 | 3});
    model_name_fields(s.model, 5, named, 2);
    ck_assert_uint_eq(model_field_at(s.model, 256), index);
    ck_assert_str_eq(s.model->fields[index].name, "low");
    ck_assert_uint_eq(s.model->fields[index].value, 3);
    ck_assert_uint_eq(s.model->fields[model_field_at(s.model, 260)].value, 7);
    story_end(&s);
}
END_TEST

static const struct {
    struct field field;
    uint64_t raw;
    const char *text;
} written[] = {
    {{.kind = FIELD_SIGNED, .size = 4}, 0xffffffff, "-1"},
    {{.kind = FIELD_UNSIGNED, .size = 4}, 0xffffffff, "4294967295"},
    {{.kind = FIELD_SIGNED, .size = 8}, UINT64_MAX, "-1"},
    {{.kind = FIELD_UNSIGNED, .size = 8}, UINT64_MAX, "18446744073709551615"},
    {{.kind = FIELD_SIGNED, .size = 1}, 0x80, "-128"},
    {{.kind = FIELD_FLOAT, .size = 8}, 0x4004000000000000, "2.5"},
    {{.kind = FIELD_FLOAT, .size = 4}, 0x40200000, "2.5"},
    {{.kind = FIELD_CHAR, .size = 1}, 'a', "'a'"},
    {{.kind = FIELD_CHAR, .size = 1}, 7, "7"},
    {{.kind = FIELD_BOOL, .size = 1}, 1, "true"},
    {{.kind = FIELD_POINTER, .size = 8}, 0, "NULL"},
    {{.kind = FIELD_POINTER, .size = 8}, 0x1000, "0x1000"},
};

START_TEST(values_read_as_people_write_them)
{
    char text[64];

    model_value(&written[_i].field, written[_i].raw, text, sizeof text);
    ck_assert_str_eq(text, written[_i].text);
}
END_TEST

/* --- tables ------------------------------------------------------------------------------ */

START_TEST(a_life_goes_through_the_table)
{
    struct story s = story_begin(MP_GRAIN_LIVES);
    const struct mp_process_entry *child = &s.model->processes[1].entry;

    story_make(&s, 0, 1, "a-child-with-a-name-of-more-than-32-bytes");
    ck_assert_str_eq(child->name, "a-child-with-a-name-of-more-than-32-bytes");
    ck_assert(child->life == MP_LIFE_MADE && child->parent == 0);
    ck_assert_int_eq(model_state(s.model, 1), STATE_NOT_BORN);
    story_life(&s, 0, MP_OP_START, 1, 4711, true);
    ck_assert(child->life == MP_LIFE_STARTED && child->pid == 4711 && child->waiting);
    story_life(&s, 1, MP_OP_BEGIN, 0, 4711, true);
    ck_assert(child->life == MP_LIFE_ALIVE && !child->waiting && child->steps == 1);
    story_want(&s, 1, MP_OP_END, 0);
    ck_assert_int_eq(model_state(s.model, 1), STATE_READY);
    story_life(&s, 1, MP_OP_END, 0, 3, true);
    ck_assert(child->life == MP_LIFE_ENDED && child->status == 3);
    ck_assert_int_eq(model_state(s.model, 1), STATE_ZOMBIE);
    story_life(&s, 0, MP_OP_JOIN, 1, 3, true);
    ck_assert(child->life == MP_LIFE_JOINED && s.model->steps == 4);
    ck_assert_int_eq(model_state(s.model, 1), STATE_GONE);
    story_life(&s, 0, MP_OP_FORGET, 1, 0, false);
    ck_assert(child->life == MP_LIFE_NONE && child->generation == 1 && child->pid == 0);
    ck_assert_str_eq(model_name(s.model, 1), "a-child-with-a-name-of-more-than-32-bytes");
    ck_assert_uint_eq(s.model->lives[1].steps, 2);
    story_end(&s);
}
END_TEST

START_TEST(a_lock_goes_through_the_table)
{
    struct story s = story_race();
    const struct mp_object_entry *lock = &s.model->objects[STORY_LOCK];
    uint16_t waiters[4];

    story_create(&s, STORY_LOCK, MP_KIND_LOCK, 512, 64, "counter_lock", "");
    ck_assert(lock->kind == MP_KIND_LOCK && lock->owner == MP_NOBODY);
    story_want(&s, 1, MP_OP_LOCK_ACQUIRE, STORY_LOCK);
    story_acquire(&s, 1);
    ck_assert(lock->owner == 1 && lock->taken == 1 && lock->place == 0x1234 &&
              !lock->waited);
    story_want(&s, 2, MP_OP_LOCK_ACQUIRE, STORY_LOCK);
    ck_assert_uint_eq(lock->waited, 1);
    ck_assert_int_eq(model_state(s.model, 2), STATE_BLOCKED);
    ck_assert_uint_eq(model_waiters(s.model, STORY_LOCK, waiters, 4), 1);
    ck_assert_uint_eq(waiters[0], 2);
    story_release(&s, 1);
    ck_assert(lock->owner == MP_NOBODY && lock->place == 0 && lock->changes == 2);
    ck_assert_int_eq(model_state(s.model, 2), STATE_READY);
    story_acquire(&s, 2);
    story_life(&s, 2, MP_OP_DIE, 0, -SIGKILL, false);
    ck_assert(lock->owner == 2 && lock->broken);
    story_lock(&s, 1, MP_OP_LOCK_ACQUIRE, MP_DONE_RECOVERED, 0);
    ck_assert(lock->owner == 1 && !lock->broken && lock->taken == 3);
    story_end(&s);
}
END_TEST

START_TEST(a_barrier_goes_through_the_table)
{
    struct story s = story_race();
    const struct mp_object_entry *barrier = &s.model->objects[STORY_BARRIER];

    story_create(&s, STORY_BARRIER, MP_KIND_BARRIER, 640, 64, "start", "");
    ck_assert_uint_eq(barrier->parties, 2);
    story_want(&s, 1, MP_OP_BARRIER_WAIT, STORY_BARRIER);
    ck_assert(barrier->arrived == 1 && barrier->taken == 0);
    ck_assert_int_eq(model_state(s.model, 1), STATE_BLOCKED);
    story_want(&s, 2, MP_OP_BARRIER_WAIT, STORY_BARRIER);
    ck_assert(barrier->arrived == 0 && barrier->taken == 1 && barrier->changes == 3);
    ck_assert_int_eq(model_state(s.model, 1), STATE_READY);
    ck_assert_int_eq(model_state(s.model, 2), STATE_READY);
    story_end(&s);
}
END_TEST

// A snapshot that says what the model says.
static struct snapshot *picture(const struct story *s)
{
    static const unsigned char *bytes;
    struct snapshot *snapshot = calloc(1, sizeof *snapshot);
    ck_assert_ptr_nonnull(snapshot);
    for (unsigned i = 0; i < MP_PROCESSES; i++) {
        snapshot->processes[i] = s->model->processes[i].entry;
    }
    memcpy(snapshot->objects, s->model->objects, sizeof snapshot->objects);
    snapshot->steps = s->model->steps;
    snapshot->grain = s->model->grain;
    snapshot->controlled = true;
    bytes = (const unsigned char *)&s->counter;
    snapshot->bytes[STORY_OBJECT] = bytes;
    return snapshot;
}

START_TEST(what_differs_from_a_snapshot_is_named)
{
    struct story s = story_race();
    char what[160];

    story_read(&s, 1);
    story_write(&s, 1, 1);
    struct snapshot *world = picture(&s);
    ck_assert_msg(model_equals(s.model, world, what, sizeof what), "%s", what);
    world->processes[2].reads = 5;
    ck_assert(!model_equals(s.model, world, what, sizeof what));
    ck_assert_str_eq(what, "process 2: reads is 0 in the model, 5 in the world");
    world->processes[2].reads = 0;
    world->processes[1].last.value = 2;
    ck_assert(!model_equals(s.model, world, what, sizeof what));
    world->processes[1].last.value = 1;
    s.counter = 2;
    ck_assert(!model_equals(s.model, world, what, sizeof what));
    ck_assert_str_eq(what, "field counter is 1 in the model, 2 in the world");
    free(world);
    story_end(&s);
}
END_TEST

START_TEST(after_a_gap_the_snapshot_is_the_present)
{
    struct story s = story_race();
    char what[160];

    story_read(&s, 1);
    story_read(&s, 2);
    struct snapshot *world = picture(&s);
    s.counter = 40;
    world->steps = 90;
    world->processes[2].life = MP_LIFE_ENDED;
    model_start(s.model, world, true);
    ck_assert_msg(model_equals(s.model, world, what, sizeof what), "%s", what);
    ck_assert_uint_eq(s.model->moment_count, 0);
    ck_assert_uint_eq(s.model->steps, 90);
    ck_assert_uint_eq(s.model->fields[0].value, 40);
    story_write(&s, 1, 41); // whether it had read before, nobody saw
    ck_assert_uint_eq(s.model->fields[0].sets, 0);
    ck_assert_int_eq(story_last(&s)->kind, SAY_WROTE);
    free(world);
    story_end(&s);
}
END_TEST

/* --- steps ------------------------------------------------------------------------------- */

START_TEST(steps_have_cells)
{
    struct story s = story_race();
    static const char *const cells[] = {"r0", "r0", "w1x", "w1", "L", "U"};
    char text[16];

    story_create(&s, STORY_LOCK, MP_KIND_LOCK, 512, 64, "counter_lock", "");
    story_read(&s, 1);
    story_read(&s, 2);
    story_write(&s, 1, 1);
    story_write(&s, 2, 1);
    story_acquire(&s, 1);
    story_release(&s, 1);
    for (unsigned i = 0; i < 6; i++) {
        uint64_t after;
        model_cell(s.model, &s.model->moments[i], text, sizeof text);
        ck_assert_str_eq(text, cells[i]);
        ck_assert(model_value_after(s.model, i, 0, &after));
        ck_assert_uint_eq(after, i < 2 ? 0 : 1);
    }
    ck_assert_uint_eq(s.model->moved_last, 1);
    story_end(&s);
}
END_TEST

/* --- whatever comes ----------------------------------------------------------------------- */

START_TEST(no_event_can_break_the_model)
{
    struct story s = story_race();
    char text[128];

    srand48(_i);
    story_create(&s, STORY_LOCK, MP_KIND_LOCK, 512, 64, "counter_lock", "");
    story_create(&s, STORY_BARRIER, MP_KIND_BARRIER, 640, 64, "start", "");
    for (unsigned n = 0; n < 20000; n++) {
        struct mp_event event = {
            .deed = {.value = (uint64_t)mrand48() << (mrand48() & 32),
                     .offset = mrand48() & 1 ? (uint32_t)(mrand48() & 1023)
                                             : (uint32_t)mrand48(),
                     .place = (uint32_t)mrand48(),
                     .order = (uint32_t)(mrand48() & 3),
                     .object = (uint16_t)(mrand48() & 1 ? mrand48() & 7 : mrand48()),
                     .op = (uint8_t)(mrand48() & 31),
                     .info = (uint8_t)mrand48()}};
        model_event(s.model, (unsigned)mrand48() & 135, &event);
        if (n % 100 == 0) {
            unsigned slot = (unsigned)mrand48() & 127;
            model_has_done(s.model, slot, text, sizeof text);
            model_does_next(s.model, slot, text, sizeof text);
            model_why_not(s.model, slot, text, sizeof text);
            model_state(s.model, slot);
            model_killed_by_user(s.model, slot);
            model_kernel(s.model, slot, &(struct kernel_view){.state = 'Z', .parent = 1});
            model_stuck(s.model);
        }
    }
    model_finish(s.model);
    ck_assert_uint_ge(s.model->events, 20000);
    story_end(&s);
}
END_TEST

START_TEST(names_cannot_reach_the_terminal)
{
    struct story s = story_begin(MP_GRAIN_MEMORY);

    story_child(&s, 1, "a\x1b[31mb\xc2\x9b\xff\xc3\xa9");
    ck_assert_str_eq(model_name(s.model, 1), "a?[31mb???\xc3\xa9");
    ck_assert_str_eq(s.model->processes[1].entry.name, "a\x1b[31mb\xc2\x9b\xff\xc3\xa9");
    story_end(&s);
}
END_TEST

int main(void)
{
    enum { VALUES = sizeof written / sizeof *written };
    const struct suite_test tests[] = {
        {.test = a_value_is_known_when_it_was_read_or_settled},
        {.test = a_write_of_one_who_was_killed_is_perhaps},
        {.test = what_nobody_named_splits_into_what_is_accessed},
        {.test = a_field_keeps_its_history_when_it_gets_its_name},
        {.test = values_read_as_people_write_them, .from = 0, .to = VALUES},
        {.test = a_life_goes_through_the_table},
        {.test = a_lock_goes_through_the_table},
        {.test = a_barrier_goes_through_the_table},
        {.test = what_differs_from_a_snapshot_is_named},
        {.test = after_a_gap_the_snapshot_is_the_present},
        {.test = steps_have_cells},
        {.test = no_event_can_break_the_model, .from = 0, .to = 8},
        {.test = names_cannot_reach_the_terminal},
    };

    return suite_run("model", tests, sizeof tests / sizeof *tests);
}
