// SPDX-License-Identifier: MIT
// Tests of the sentences on memory, locks, barriers and waiting, when they may be said, and
// of the short words of the tables.
#include "suite.h"
#include "unit/story.h"

#include <errno.h>
#include <signal.h>

/* --- memory ------------------------------------------------------------------------------ */

START_TEST(reads_and_writes)
{
    struct story s = story_race();

    s.counter = 3;
    story_read(&s, 1);
    says(s, SAY_READ, "increment-1 read counter: 3.");
    adds(s, SAY_READ,
         "It holds its own copy of that 3. The counter can change behind its back.");
    story_write(&s, 1, 4);
    says(s, SAY_WROTE, "increment-1 wrote counter: 4 (it was 3).");
    adds(s, SAY_WROTE, "Read, add, write: += 1 is three things, not one.");
    ck_assert_uint_eq(story_last(&s)->step, 2);
    story_read(&s, 1);
    says(s, SAY_READ, "increment-1 read counter: 4.");
    adds(s, SAY_READ, ""); // the first time only
    story_end(&s);
}
END_TEST

START_TEST(a_lost_update)
{
    struct story s = story_race();

    s.counter = 3;
    story_read(&s, 1);
    story_read(&s, 2);
    says(s, SAY_READ_TOO,
         "increment-2 read 3 too. If both write now, only the second write stays.");
    story_write(&s, 1, 4);
    story_write(&s, 2, 4);
    says(s, SAY_LOST_ONE,
         "increment-2 wrote 4 over 4. The update that increment-1 made is lost.");
    adds(s, SAY_LOST_ONE, "It had read 3 at step 2, before increment-1 wrote at step 3.");
    story_end(&s);
}
END_TEST

START_TEST(many_lost_updates)
{
    struct story s = story_race();

    s.counter = 3;
    story_read(&s, 2);
    for (uint64_t i = 0; i < 6; i++) {
        story_write(&s, 1, story_read(&s, 1) + 1);
    }
    story_write(&s, 2, 4);
    says(s, SAY_LOST_MANY,
         "increment-2 wrote 4 over 9. 6 updates made since it read 3 are lost.");
    story_end(&s);
}
END_TEST

START_TEST(read_too_is_said_while_the_other_still_holds_the_value)
{
    struct story s = story_race();

    story_read(&s, 1);
    story_write(&s, 1, 0); // the same number, but another write
    story_read(&s, 2);
    ck_assert_uint_eq(story_count(&s, SAY_READ_TOO), 0);
    story_life(&s, 2, MP_OP_END, 0, 0, false);
    story_read(&s, 1); // who has ended will not write
    ck_assert_uint_eq(story_count(&s, SAY_READ_TOO), 0);
    story_end(&s);
}
END_TEST

START_TEST(three_who_read_the_same)
{
    struct story s = story_race();

    story_child(&s, 3, "increment-3");
    story_read(&s, 1);
    story_read(&s, 2);
    story_read(&s, 3);
    says(s, SAY_READ_TOO,
         "increment-3 read 0 too. If all 3 write now, only the last write stays.");
    story_end(&s);
}
END_TEST

START_TEST(what_is_set_and_updated_and_copied)
{
    struct story s = story_race();

    story_write(&s, 0, 0);
    says(s, SAY_SET, "main set counter: 0.");
    story_access(&s, 1, MP_OP_UPDATE);
    s.open[1] = true;
    s.written[1] = 1;
    story_settle(&s, 1);
    says(s, SAY_UPDATED, "increment-1 updated counter in one step: 1 (it was 0).");
    story_tell(&s, 1,
               (struct mp_deed){.op = MP_OP_READ_RANGE,
                                .info = MP_DONE | MP_INFO_STEP,
                                .offset = STORY_COUNTER,
                                .value = 24});
    says(s, SAY_COPIED, "increment-1 read 24 bytes from counter.");
    story_end(&s);
}
END_TEST

START_TEST(a_loop_that_waits_is_named_once)
{
    struct story s = story_race();

    for (int i = 0; i < 40; i++) {
        story_read(&s, 1);
    }
    ck_assert_uint_eq(story_count(&s, SAY_SPINS), 1);
    says(s, SAY_SPINS,
         "increment-1 read counter 17 times in a row. It waits in a loop: it spins.");
    story_end(&s);
}
END_TEST

START_TEST(free_running_no_story_is_told)
{
    struct story s = story_race();
    size_t before = s.model->sentence_count;

    s.free = true;
    story_create(&s, STORY_LOCK, MP_KIND_LOCK, 512, 64, "counter_lock", "");
    story_read(&s, 1);
    story_read(&s, 2);
    story_write(&s, 1, 1);
    story_write(&s, 2, 1);
    story_acquire(&s, 1);
    story_release(&s, 1);
    ck_assert_uint_eq(s.model->sentence_count, before);
    for (int i = 0; i < 9; i++) { // blocked is told, but once
        story_acquire(&s, 1);
        story_want(&s, 2, MP_OP_LOCK_ACQUIRE, STORY_LOCK);
        story_release(&s, 1);
        story_acquire(&s, 2);
        story_release(&s, 2);
    }
    ck_assert_uint_eq(story_count(&s, SAY_BLOCKED_LOCK), 1);
    story_life(&s, 1, MP_OP_END, 0, 0, false);
    story_life(&s, 0, MP_OP_JOIN, 1, 0, false);
    ck_assert(!story_said(&s, SAY_ENDED)->minor);
    story_said(&s, SAY_JOINED);
    s.free = false; // stopped again: whether it had read meanwhile is not known
    story_write(&s, 2, 5);
    says(s, SAY_WROTE, "increment-2 wrote counter: 5 (it was 1).");
    ck_assert_uint_eq(story_count(&s, SAY_SET), 0);
    story_end(&s);
}
END_TEST

// What it does and who has the lock are looked at in two moments: it has just got it.
START_TEST(free_running_nobody_waits_for_itself)
{
    struct story s = story_locked();
    char why[128];

    s.free = true;
    story_acquire(&s, 2);
    story_want(&s, 2, MP_OP_LOCK_ACQUIRE, STORY_LOCK);
    ck_assert_uint_eq(story_count(&s, SAY_BLOCKED_LOCK), 0);
    ck_assert(!model_why_not(s.model, 2, why, sizeof why));
    ck_assert_int_ne(model_state(s.model, 2), STATE_BLOCKED);
    story_want(&s, 1, MP_OP_LOCK_ACQUIRE, STORY_LOCK); // the other one does wait
    says(s, SAY_BLOCKED_LOCK,
         "increment-1 is BLOCKED: it wants counter_lock, and increment-2 has it.");
    story_end(&s);
}
END_TEST

/* --- locks and barriers ------------------------------------------------------------------ */

START_TEST(a_lock_is_had_wanted_and_given_back)
{
    struct story s = story_locked();

    story_want(&s, 2, MP_OP_LOCK_ACQUIRE, STORY_LOCK);
    ck_assert_uint_eq(story_count(&s, SAY_BLOCKED_LOCK), 0);
    story_acquire(&s, 1);
    says(s, SAY_ACQUIRED, "increment-1 has counter_lock now. Nobody else can take it.");
    adds(s, SAY_ACQUIRED,
         "It guards the counter only because everybody asks for it first.");
    says(s, SAY_BLOCKED_LOCK,
         "increment-2 is BLOCKED: it wants counter_lock, and increment-1 has it.");
    adds(s, SAY_BLOCKED_LOCK, "It sleeps. It uses no CPU until it can go on.");
    story_read(&s, 1);
    ck_assert_uint_eq(story_count(&s, SAY_BLOCKED_LOCK), 1);
    story_release(&s, 1);
    says(s, SAY_RELEASED_TO, "increment-1 gave counter_lock back. increment-2 can go on.");
    adds(s, SAY_RELEASED_TO,
         "It may still be late: increment-1 can take the lock again first.");
    story_acquire(&s, 2);
    story_release(&s, 2);
    says(s, SAY_RELEASED, "increment-2 gave counter_lock back.");
    adds(s, SAY_RELEASED, "Whoever asks next gets it: increment-1, or increment-2 again.");
    story_end(&s);
}
END_TEST

START_TEST(several_can_go_on_when_several_wait)
{
    struct story s = story_locked();

    story_child(&s, 3, "increment-3");
    story_acquire(&s, 1);
    story_want(&s, 2, MP_OP_LOCK_ACQUIRE, STORY_LOCK);
    story_want(&s, 3, MP_OP_LOCK_ACQUIRE, STORY_LOCK);
    story_release(&s, 1);
    says(s, SAY_RELEASED_TO,
         "increment-1 gave counter_lock back. increment-2 or increment-3 can go on.");
    story_end(&s);
}
END_TEST

START_TEST(a_try_and_a_wait_that_fail)
{
    struct story s = story_locked();

    story_acquire(&s, 1);
    story_lock(&s, 2, MP_OP_LOCK_TRY, MP_FAILED, EAGAIN);
    says(s, SAY_TRY_FAILED,
         "increment-2 tried counter_lock: increment-1 has it. It did not wait.");
    story_lock(&s, 2, MP_OP_LOCK_ACQUIRE, MP_FAILED, ETIMEDOUT);
    says(s, SAY_TIMED_OUT,
         "increment-2 stopped waiting for counter_lock: the time was over.");
    story_end(&s);
}
END_TEST

START_TEST(who_dies_with_a_lock)
{
    struct story s = story_locked();

    story_acquire(&s, 1);
    story_want(&s, 1, MP_OP_WRITE, 0);
    model_killed_by_user(s.model, 1);
    says(s, SAY_KILLED_BY_USER,
         "You killed increment-1 (SIGKILL) before it could write counter.");
    adds(s, SAY_KILLED_BY_USER, "It had no chance to finish or to tidy up.");
    story_life(&s, 1, MP_OP_DIE, 0, -SIGKILL, false);
    says(s, SAY_DIED_HOLDER, "increment-1 was killed while it had counter_lock.");
    adds(s, SAY_DIED_HOLDER,
         "The next to take the lock is told: what it guards may be half changed.");
    story_lock(&s, 2, MP_OP_LOCK_ACQUIRE, MP_DONE_RECOVERED, 0);
    says(s, SAY_RECOVERED,
         "increment-2 has counter_lock now. increment-1 had died with it.");
    story_end(&s);
}
END_TEST

START_TEST(a_barrier_fills_and_breaks)
{
    struct story s = story_locked();
    char why[128];

    story_want(&s, 1, MP_OP_BARRIER_WAIT, STORY_BARRIER);
    says(s, SAY_BLOCKED_BARRIER,
         "increment-1 is BLOCKED: it waits at start. 1 of 2 have come.");
    ck_assert(story_last(&s)->minor);
    ck_assert(model_why_not(s.model, 1, why, sizeof why));
    ck_assert_str_eq(why, "increment-1 waits at start: 1 of 2 have come");
    story_want(&s, 2, MP_OP_BARRIER_WAIT, STORY_BARRIER);
    says(s, SAY_BARRIER_PASSED, "All 2 have come to start. They can go on.");
    ck_assert(!model_why_not(s.model, 1, why, sizeof why));
    story_tell(&s, 1,
               (struct mp_deed){.op = MP_OP_BARRIER_WAIT,
                                .info = MP_FAILED,
                                .object = STORY_BARRIER,
                                .value = ETIMEDOUT});
    says(s, SAY_BARRIER_BROKEN,
         "increment-1 waited too long at start: it is broken now, for all.");
    story_end(&s);
}
END_TEST

/* --- stuck ------------------------------------------------------------------------------- */

START_TEST(a_deadlock_names_who_wants_what)
{
    struct story s = story_begin(MP_GRAIN_CALLS);

    story_child(&s, 1, "left");
    story_child(&s, 2, "right");
    story_create(&s, 2, MP_KIND_LOCK, 512, 64, "lock_a", "");
    story_create(&s, 3, MP_KIND_LOCK, 640, 64, "lock_b", "");
    for (unsigned slot = 1; slot <= 2; slot++) {
        story_tell(&s, slot,
                   (struct mp_deed){.op = MP_OP_LOCK_ACQUIRE,
                                    .info = MP_DONE | MP_INFO_STEP,
                                    .object = (uint16_t)(slot + 1)});
    }
    story_want(&s, 0, MP_OP_JOIN, 1);
    story_want(&s, 1, MP_OP_LOCK_ACQUIRE, 3);
    story_want(&s, 2, MP_OP_LOCK_ACQUIRE, 2);
    model_stuck(s.model);
    says(s, SAY_STUCK,
         "STUCK: left wants lock_b (right has it), right wants lock_a (left has it).");
    adds(s, SAY_STUCK, "Each waits for the other. Neither can ever go on: a deadlock.");
    story_end(&s);
}
END_TEST

START_TEST(a_process_can_wait_for_itself)
{
    struct story s = story_locked();
    char why[128];

    story_acquire(&s, 1);
    story_want(&s, 1, MP_OP_LOCK_ACQUIRE, STORY_LOCK);
    ck_assert(model_why_not(s.model, 1, why, sizeof why));
    ck_assert_str_eq(why, "increment-1 wants counter_lock, which it has itself");
    model_stuck(s.model);
    says(s, SAY_STUCK,
         "STUCK: increment-1 wants counter_lock, which it has. It can never go on.");
    story_end(&s);
}
END_TEST

START_TEST(nobody_comes_to_a_barrier)
{
    struct story s = story_locked();

    story_life(&s, 2, MP_OP_END, 0, 0, false);
    story_want(&s, 1, MP_OP_BARRIER_WAIT, STORY_BARRIER);
    model_stuck(s.model);
    says(s, SAY_STUCK, "STUCK: increment-1 waits at start (1 of 2), and nobody comes.");
    story_end(&s);
}
END_TEST

/* --- the tables -------------------------------------------------------------------------- */

START_TEST(tables_have_short_words)
{
    struct story s = story_locked();
    char text[64];

    story_life(&s, 0, MP_OP_START, 2, 4712, false);
    model_has_done(s.model, 0, text, sizeof text);
    ck_assert_str_eq(text, "started increment-2");
    model_has_done(s.model, 1, text, sizeof text);
    ck_assert_str_eq(text, "started");
    s.counter = 3;
    story_read(&s, 1);
    story_want(&s, 1, MP_OP_WRITE, 0);
    model_has_done(s.model, 1, text, sizeof text);
    ck_assert_str_eq(text, "read counter: 3");
    model_does_next(s.model, 1, text, sizeof text);
    ck_assert_str_eq(text, "write counter");
    story_access(&s, 1, MP_OP_WRITE); // what it writes is not known yet
    model_has_done(s.model, 1, text, sizeof text);
    ck_assert_str_eq(text, "wrote counter");
    s.open[1] = true;
    s.written[1] = 4;
    story_settle(&s, 1);
    model_has_done(s.model, 1, text, sizeof text);
    ck_assert_str_eq(text, "wrote counter: 4");
    story_acquire(&s, 1);
    story_want(&s, 2, MP_OP_LOCK_ACQUIRE, STORY_LOCK);
    model_does_next(s.model, 2, text, sizeof text);
    ck_assert_str_eq(text, "get counter_lock");
    ck_assert_str_eq(model_state_text(s.model, 2), "BLOCKED");
    ck_assert_str_eq(model_kernel_word('S'), "S sleeps");
    story_want(&s, 0, MP_OP_JOIN, 1);
    ck_assert_str_eq(model_state_text(s.model, 0), "blocked");
    model_does_next(s.model, 0, text, sizeof text);
    ck_assert_str_eq(text, "join increment-1");
    story_life(&s, 1, MP_OP_END, 0, 0, false);
    model_has_done(s.model, 1, text, sizeof text);
    ck_assert_str_eq(text, "ended, status 0");
    ck_assert_str_eq(model_state_text(s.model, 1), "ZOMBIE");
    story_end(&s);
}
END_TEST

START_TEST(who_waits_for_the_world_outside_is_told_once)
{
    struct story s = story_race();

    model_outside(s.model, 2);
    model_outside(s.model, 2);
    says(s, SAY_OUTSIDE, "increment-2 sleeps in the kernel. The others go on.");
    adds(s, SAY_OUTSIDE, "It waits for something that is not part of this program.");
    ck_assert_uint_eq(story_count(&s, SAY_OUTSIDE), 1);
    story_end(&s);
}
END_TEST

START_TEST(what_went_by_unseen_is_counted)
{
    struct story s = story_race();

    model_dropped(s.model, 0);
    ck_assert_uint_eq(story_count(&s, SAY_DROPPED), 0);
    model_dropped(s.model, 18446744073);
    says(s, SAY_DROPPED,
         "18446744073 steps went by unseen: the numbers below are at least so large.");
    ck_assert_uint_eq(s.model->dropped, 18446744073);
    story_end(&s);
}
END_TEST

// The longest there are, with the names and numbers that make them so.
START_TEST(no_sentence_is_too_long)
{
    struct story s = story_locked();

    for (int i = 0; i < 40; i++) {
        story_lock(&s, 2, MP_OP_LOCK_TRY, MP_FAILED, EAGAIN);
    }
    says(s, SAY_SPINS,
         "increment-2 tried counter_lock 17 times in a row. It waits in a loop.");
    story_acquire(&s, 1);
    story_want(&s, 2, MP_OP_LOCK_ACQUIRE, STORY_LOCK);
    model_stuck(s.model);
    says(s, SAY_STUCK,
         "STUCK for ever: increment-2 wants counter_lock, and increment-1 has it.");
    story_life(&s, 2, MP_OP_END, 0, 255, false);
    model_kernel(s.model, 2, &(struct kernel_view){.state = 'Z', .parent = STORY_PID});
    says(s, SAY_ZOMBIE,
         "increment-2 ended with status 255. main has not asked yet: a zombie (Z).");
    story_life(&s, 0, MP_OP_END, 0, 0, false);
    model_kernel(
        s.model, 1,
        &(struct kernel_view){.state = 'S', .parent = 4194303, .parent_name = "systemd"});
    says(s, SAY_ORPHAN,
         "main ended before increment-1, whose parent is systemd (4194303) now.");
    for (size_t i = 0; i < s.model->sentence_count; i++) { // all others on the way
        ck_assert_uint_le(strlen(s.model->sentences[i].text), STORY_WIDTH);
        ck_assert_uint_le(strlen(s.model->sentences[i].more), STORY_WIDTH);
    }
    story_end(&s);
}
END_TEST

int main(void)
{
    const struct suite_test tests[] = {
        {.test = reads_and_writes},
        {.test = a_lost_update},
        {.test = many_lost_updates},
        {.test = read_too_is_said_while_the_other_still_holds_the_value},
        {.test = three_who_read_the_same},
        {.test = what_is_set_and_updated_and_copied},
        {.test = a_loop_that_waits_is_named_once},
        {.test = free_running_no_story_is_told},
        {.test = free_running_nobody_waits_for_itself},
        {.test = a_lock_is_had_wanted_and_given_back},
        {.test = several_can_go_on_when_several_wait},
        {.test = a_try_and_a_wait_that_fail},
        {.test = who_dies_with_a_lock},
        {.test = a_barrier_fills_and_breaks},
        {.test = a_deadlock_names_who_wants_what},
        {.test = a_process_can_wait_for_itself},
        {.test = nobody_comes_to_a_barrier},
        {.test = tables_have_short_words},
        {.test = who_waits_for_the_world_outside_is_told_once},
        {.test = what_went_by_unseen_is_counted},
        {.test = no_sentence_is_too_long},
    };

    return suite_run("narration", tests, sizeof tests / sizeof *tests);
}
