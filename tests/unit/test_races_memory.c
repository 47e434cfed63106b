// SPDX-License-Identifier: MIT
// Tests of data races: atomic accesses, parts of values, copies and freed memory, the list of
// what was found; and that nothing is claimed of what is not certain.
#include "suite.h"
#include "unit/races_story.h"

// --- accesses --------------------------------------------------------------------------------

START_TEST(two_reads_are_no_race_and_a_write_is_one_with_each_reader)
{
    struct story s = two();
    story_child(&s, 3, "third");
    reads(&s, FIRST);
    reads(&s, SECOND);
    ck_assert_uint_eq(found(&s), 0);
    writes(&s, 3);
    ck_assert_uint_eq(found(&s), 2);
    writes(&s, 3); // its own
    ends_with(&s, 2);
}
END_TEST

static const struct pair {
    enum mp_op first, second;
    unsigned first_flags, second_flags;
    unsigned races;
} pairs[] = {
    {MP_OP_UPDATE, MP_OP_UPDATE, MP_INFO_ATOMIC, MP_INFO_ATOMIC, 0},
    {MP_OP_UPDATE, MP_OP_READ, MP_INFO_ATOMIC, MP_INFO_ATOMIC, 0},
    {MP_OP_WRITE, MP_OP_READ, MP_INFO_ATOMIC, MP_INFO_ATOMIC, 0},
    {MP_OP_WRITE, MP_OP_WRITE, MP_INFO_ATOMIC, MP_INFO_ATOMIC, 0},
    {MP_OP_READ, MP_OP_UPDATE, 0, MP_INFO_ATOMIC, 1},
    {MP_OP_UPDATE, MP_OP_READ, MP_INFO_ATOMIC, 0, 1},
    {MP_OP_WRITE, MP_OP_READ, 0, MP_INFO_ATOMIC, 1},
    {MP_OP_WRITE, MP_OP_WRITE, 0, MP_INFO_ATOMIC, 1},
    {MP_OP_READ, MP_OP_READ, 0, MP_INFO_ATOMIC, 0},
};

START_TEST(accesses_in_one_piece_race_only_with_plain_ones)
{
    const struct pair *pair = &pairs[_i];
    struct story s = two();
    touch(&s, FIRST, pair->first, STORY_COUNTER, 2, pair->first_flags);
    touch(&s, SECOND, pair->second, STORY_COUNTER, 2, pair->second_flags);
    ends_with(&s, pair->races);
}
END_TEST

// A flag beside a value: set behind the write, seen before the read. Not the flag beside it.
START_TEST(what_was_stored_in_one_piece_orders_who_loads_it)
{
    for (uint32_t apart = 0; apart <= 4; apart += 4) {
        uint32_t flag = STORY_COUNTER + 64;
        struct story s = two();
        writes(&s, FIRST);
        touch(&s, FIRST, MP_OP_WRITE, flag, 2, MP_INFO_ATOMIC);
        touch(&s, SECOND, MP_OP_READ, flag + apart, 2, MP_INFO_ATOMIC);
        reads(&s, SECOND);
        ends_with(&s, apart == 0 ? 0 : 1);
    }
    // A load passes nothing on.
    struct story s = two();
    writes(&s, FIRST);
    touch(&s, FIRST, MP_OP_READ, STORY_COUNTER + 64, 2, MP_INFO_ATOMIC);
    touch(&s, SECOND, MP_OP_UPDATE, STORY_COUNTER + 64, 2, MP_INFO_ATOMIC);
    reads(&s, SECOND);
    ends_with(&s, 1);
}
END_TEST

START_TEST(bytes_are_told_apart)
{
    struct story s = two();
    touch(&s, FIRST, MP_OP_WRITE, 64, 2, 0);
    touch(&s, SECOND, MP_OP_WRITE, 68, 2, 0); // beside it
    ck_assert_uint_eq(found(&s), 0);
    touch(&s, SECOND, MP_OP_READ, 67, 0, 0); // its last byte
    ck_assert_uint_eq(found(&s), 1);
    touch(&s, SECOND, MP_OP_READ, 62, 1, 0); // before it
    ck_assert_uint_eq(found(&s), 1);
    touch(&s, FIRST, MP_OP_READ, 64, 4, 0); // 16 bytes, over what the second wrote
    ck_assert_uint_eq(found(&s), 2);
    ck_assert_uint_eq(races_at(s.model, 1)->offset, 68);
    story_end(&s);
}
END_TEST

START_TEST(copies_are_looked_at_byte_by_byte)
{
    struct story s = two();
    copies(&s, FIRST, MP_OP_WRITE_RANGE, 101, 1000);
    touch(&s, SECOND, MP_OP_READ, 100, 0, 0);
    touch(&s, SECOND, MP_OP_READ, 1101, 0, 0);
    ck_assert_uint_eq(found(&s), 0);
    touch(&s, SECOND, MP_OP_READ, 1100, 0, 0);
    ck_assert_uint_eq(found(&s), 1);
    copies(&s, SECOND, MP_OP_READ_RANGE, 90, 11); // ends before it
    ck_assert_uint_eq(found(&s), 1);
    copies(&s, SECOND, MP_OP_READ_RANGE, 90, 12);
    ck_assert_uint_eq(found(&s), 2);
    copies(&s, SECOND, MP_OP_READ_RANGE, UINT32_MAX - 3, UINT64_MAX); // nonsense
    story_end(&s);
}
END_TEST

START_TEST(memory_that_was_freed_is_new_when_it_comes_again)
{
    struct story s = two();
    writes(&s, FIRST);
    story_tell(
        &s, 0,
        (struct mp_deed){.op = MP_OP_DESTROY, .info = MP_DONE, .object = STORY_OBJECT});
    story_create(&s, STORY_OBJECT, MP_KIND_SHARED, STORY_COUNTER, 4, "", "int");
    writes(&s, SECOND);
    ends_with(&s, 0);
}
END_TEST

// --- the list --------------------------------------------------------------------------------

START_TEST(two_places_are_listed_once_with_what_ordered_them_last)
{
    struct story s = story_locked();
    char text[200];
    story_acquire(&s, 1); // step 1
    story_release(&s, 1);
    story_acquire(&s, 2); // step 3
    story_release(&s, 2);
    for (int i = 0; i < 5; i++) {
        writes(&s, 1);
        writes(&s, 2);
    }
    ck_assert_uint_eq(races_count(s.model), 1);
    ck_assert(races_are_certain(s.model));
    const struct race *race = races_at(s.model, 0);
    ck_assert_ptr_null(races_at(s.model, 1));
    ck_assert_uint_eq(race->times, 9);
    ck_assert_str_eq(race->name, "counter");
    ck_assert_uint_eq(race->first.process, 1);
    ck_assert_uint_eq(race->first.step, 5);
    ck_assert_uint_eq(race->first.place, AT + 1);
    ck_assert_uint_eq(race->second.process, 2);
    ck_assert_uint_eq(race->second.place, AT + 2);
    ck_assert(race->first.writes && race->second.writes && !race->first.reads);
    races_side_words(s.model, &race->first, text, sizeof text);
    ck_assert_str_eq(text, "increment-1 wrote it");
    races_order_words(s.model, race, text, sizeof text);
    ck_assert_str_eq(text, "increment-1 gave back counter_lock at step 2 and "
                           "increment-2 took it at step 3");
    story_end(&s);
}
END_TEST

START_TEST(where_nothing_ever_ordered_them_their_parent_is_named)
{
    struct story s = story_race();
    char text[200];
    writes(&s, 1);
    reads(&s, 2);
    ck_assert_uint_eq(races_count(s.model), 1);
    races_order_words(s.model, races_at(s.model, 0), text, sizeof text);
    ck_assert_str_eq(text, "main started both");
    writes(&s, 0); // main against its child
    ck_assert_uint_eq(races_count(s.model), 3);
    races_order_words(s.model, races_at(s.model, 1), text, sizeof text);
    ck_assert_str_eq(text, "main started increment-1");
    story_end(&s);
}
END_TEST

START_TEST(the_list_has_an_end_and_the_rest_is_counted)
{
    enum { PLACES = RACES_KEPT + 6 };
    struct story s = two();
    for (uint32_t i = 0; i < PLACES; i++) {
        for (unsigned slot = FIRST; slot <= SECOND; slot++) {
            story_tell(&s, slot,
                       (struct mp_deed){.op = MP_OP_WRITE,
                                        .info = MP_DONE | 2 << MP_INFO_SIZE_SHIFT,
                                        .offset = 4096 + 8 * i,
                                        .place = AT + i});
        }
    }
    ck_assert_uint_eq(races_count(s.model), RACES_KEPT);
    ck_assert_uint_eq(races_more(s.model), PLACES - RACES_KEPT);
    story_end(&s);
}
END_TEST

START_TEST(of_a_free_run_nothing_is_claimed)
{
    struct story s = two();
    writes(&s, FIRST);
    s.free = true;
    writes(&s, SECOND);
    ck_assert(!races_are_certain(s.model));
    s.free = false; // what was free in between is not known
    writes(&s, FIRST);
    writes(&s, SECOND);
    ck_assert(!races_are_certain(s.model));
    ends_with(&s, 0);
}
END_TEST

START_TEST(the_tape_tells_the_same_races)
{
    struct story s = story_locked();
    writes(&s, 1);
    story_acquire(&s, 1);
    story_release(&s, 1);
    reads(&s, 2);
    writes(&s, 2);
    struct playhead head;
    struct model *again = tape_model(s.tape, UINT64_MAX, &head);
    ck_assert_ptr_nonnull(again);
    ck_assert_uint_eq(races_count(s.model), 2);
    ck_assert_uint_eq(races_count(again), 2);
    for (size_t i = 0; i < 2; i++) {
        const struct race *one = races_at(s.model, i);
        const struct race *other = races_at(again, i);
        ck_assert_str_eq(one->name, other->name);
        ck_assert_uint_eq(one->first.event, other->first.event);
        ck_assert_uint_eq(one->second.event, other->second.event);
        ck_assert_uint_eq(one->times, other->times);
    }
    model_free(again);
    again = tape_model(s.tape, 3, &head); // before the read
    ck_assert_ptr_nonnull(again);
    ck_assert_uint_eq(races_count(again), 0);
    model_free(again);
    story_end(&s);
}
END_TEST

int main(void)
{
    enum { PAIRS = sizeof pairs / sizeof *pairs };
    const struct suite_test tests[] = {
        {.test = two_reads_are_no_race_and_a_write_is_one_with_each_reader},
        {.test = accesses_in_one_piece_race_only_with_plain_ones, .to = PAIRS},
        {.test = what_was_stored_in_one_piece_orders_who_loads_it},
        {.test = bytes_are_told_apart},
        {.test = copies_are_looked_at_byte_by_byte},
        {.test = memory_that_was_freed_is_new_when_it_comes_again},
        {.test = two_places_are_listed_once_with_what_ordered_them_last},
        {.test = where_nothing_ever_ordered_them_their_parent_is_named},
        {.test = the_list_has_an_end_and_the_rest_is_counted},
        {.test = of_a_free_run_nothing_is_claimed},
        {.test = the_tape_tells_the_same_races},
    };
    return suite_run("races in memory", tests, sizeof tests / sizeof *tests);
}
