// SPDX-License-Identifier: MIT
// Tests of the sentences: the words of each kind, when they may be said, and a run as text.
#include "suite.h"
#include "unit/story.h"

#include "report/plain.h"

#include <errno.h>
#include <signal.h>

enum { WIDTH = 75 }; // a sentence is no longer, with the names that demos use

static struct story race(void)
{
    struct story s = story_begin(MP_GRAIN_MEMORY);
    story_child(&s, 1, "increment-1");
    story_child(&s, 2, "increment-2");
    return s;
}

static struct story locked(void)
{
    struct story s = race();
    story_create(&s, STORY_LOCK, MP_KIND_LOCK, 512, 64, "counter_lock", "");
    story_create(&s, STORY_BARRIER, MP_KIND_BARRIER, 640, 64, "start", "");
    return s;
}

static struct story family(void)
{
    struct story s = story_begin(MP_GRAIN_LIVES);
    story_child(&s, 1, "child-1");
    story_child(&s, 2, "child-2");
    return s;
}

#define says(s, kind, expected)                                                          \
    do {                                                                                 \
        const struct sentence *said_ = story_said(&(s), (kind));                         \
        ck_assert_str_eq(said_->text, (expected));                                       \
        ck_assert_uint_le(strlen(said_->text), WIDTH);                                   \
        ck_assert_uint_le(strlen(said_->more), WIDTH);                                   \
    } while (0)

#define adds(s, kind, expected)                                                          \
    ck_assert_str_eq(story_said(&(s), (kind))->more, (expected))

/* --- memory ------------------------------------------------------------------------------ */

START_TEST(reads_and_writes)
{
    struct story s = race();

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
    struct story s = race();

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
    struct story s = race();

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
    struct story s = race();

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
    struct story s = race();

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
    struct story s = race();

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
    struct story s = race();

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
    struct story s = race();
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

/* --- locks and barriers ------------------------------------------------------------------ */

START_TEST(a_lock_is_had_wanted_and_given_back)
{
    struct story s = locked();

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
    struct story s = locked();

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
    struct story s = locked();

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
    struct story s = locked();

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
    struct story s = locked();
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

/* --- lives ------------------------------------------------------------------------------- */

START_TEST(a_life_from_its_making_to_its_end)
{
    struct story s = story_begin(MP_GRAIN_LIVES);

    story_make(&s, 0, 1, "child-1");
    says(s, SAY_MADE, "main made child-1. Nothing runs yet.");
    adds(s, SAY_MADE, "start() will bring it to life.");
    story_life(&s, 0, MP_OP_START, 1, 4711, true);
    says(s, SAY_STARTED, "main started child-1 and goes on without waiting.");
    adds(s, SAY_STARTED, "From now on either of them may be first at anything.");
    story_life(&s, 1, MP_OP_BEGIN, 0, 4711, true);
    says(s, SAY_BORN, "child-1 is born: process 4711, child of main.");
    adds(s, SAY_BORN,
         "It is a copy of main and goes its own way. Only shared memory is common.");
    story_want(&s, 0, MP_OP_JOIN, 1);
    says(s, SAY_BLOCKED_JOIN, "main is BLOCKED: it waits for child-1 to end.");
    story_print(&s, 1, "Hello", true);
    says(s, SAY_PRINTED, "child-1 printed: Hello");
    story_life(&s, 1, MP_OP_END, 0, 0, true);
    ck_assert_uint_eq(story_count(&s, SAY_ENDED), 0); // the kernel is asked first
    model_kernel(s.model, 1, &(struct kernel_view){.state = 'Z', .parent = STORY_PID});
    says(s, SAY_ZOMBIE,
         "child-1 ended with status 0. main has not asked for it yet: a zombie (Z).");
    adds(s, SAY_ZOMBIE,
         "The kernel keeps one line about it. It runs nothing and has no memory.");
    ck_assert_uint_eq(story_last(&s)->step, 4);
    model_killed_by_user(s.model, 1);
    says(s, SAY_KILLED_AGAIN,
         "You killed child-1: nothing changed. It has already ended.");
    adds(s, SAY_KILLED_AGAIN, "Only main can remove it, by joining it.");
    story_life(&s, 0, MP_OP_JOIN, 1, 0, true);
    says(s, SAY_JOINED, "main joined child-1: exit status 0. child-1 is gone now.");
    story_end(&s);
}
END_TEST

START_TEST(an_end_that_was_no_zombie_is_told_before_what_follows)
{
    struct story s = family();

    story_life(&s, 1, MP_OP_END, 0, 3, true);
    story_life(&s, 2, MP_OP_END, 0, 0, true);
    says(s, SAY_ENDED, "child-1 ended with status 3.");
    story_life(&s, 0, MP_OP_JOIN, 1, 3, true);
    says(s, SAY_ENDED, "child-2 ended with status 0.");
    says(s, SAY_JOINED, "main joined child-1: exit status 3. child-1 is gone now.");
    model_kernel(s.model, 2, &(struct kernel_view){.state = 'Z', .parent = STORY_PID});
    says(s, SAY_ZOMBIE, "child-2 is a zombie (Z): main has not asked for it yet.");
    story_end(&s);
}
END_TEST

START_TEST(a_zombie_is_said_only_when_the_kernel_says_it)
{
    struct story s = family();

    story_life(&s, 1, MP_OP_END, 0, 0, true);
    model_kernel(s.model, 1, &(struct kernel_view){.state = 'S', .parent = STORY_PID});
    model_kernel(s.model, 2, &(struct kernel_view){.state = 'Z', .parent = STORY_PID});
    ck_assert_uint_eq(story_count(&s, SAY_ZOMBIE), 0);
    story_end(&s);
}
END_TEST

static const struct {
    int status;
    const char *ended;
    const char *joined;
} ends[] = {
    {-SIGKILL, "child-1 was killed (SIGKILL).",
     "main joined child-1: killed by SIGKILL. child-1 is gone now."},
    {-SIGSEGV, "child-1 crashed (SIGSEGV).",
     "main joined child-1: killed by SIGSEGV. child-1 is gone now."},
    {MP_STATUS_UNKNOWN, "child-1 has ended, nobody knows how.",
     "main joined child-1: exit status unknown. child-1 is gone now."},
};

START_TEST(ends_that_were_not_meant)
{
    struct story s = family();

    story_life(&s, 1, MP_OP_DIE, 0, ends[_i].status, false);
    story_life(&s, 0, MP_OP_JOIN, 1, ends[_i].status, true);
    says(s, SAY_DIED, ends[_i].ended);
    says(s, SAY_JOINED, ends[_i].joined);
    story_end(&s);
}
END_TEST

START_TEST(an_orphan_gets_a_new_parent)
{
    struct story s = family();
    struct kernel_view view = {.state = 'S', .parent = 1432, .parent_name = "systemd"};

    model_kernel(s.model, 2, &view);
    ck_assert_uint_eq(story_count(&s, SAY_ORPHAN), 0);
    story_life(&s, 0, MP_OP_END, 0, 0, true);
    model_kernel(s.model, 2, &view);
    model_kernel(s.model, 2, &view);
    ck_assert_uint_eq(story_count(&s, SAY_ORPHAN), 1);
    says(s, SAY_ORPHAN,
         "main ended before child-2. The new parent of child-2 is systemd (1432).");
    adds(s, SAY_ORPHAN, "A child does not end when its parent ends.");
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
    struct story s = locked();
    char why[128];

    story_acquire(&s, 1);
    story_want(&s, 1, MP_OP_LOCK_ACQUIRE, STORY_LOCK);
    ck_assert(model_why_not(s.model, 1, why, sizeof why));
    ck_assert_str_eq(why, "increment-1 wants counter_lock, which it has itself");
    model_stuck(s.model);
    ck_assert_str_eq(story_last(&s)->text,
                     "STUCK: increment-1 wants counter_lock, which it has "
                     "itself. It can never go on.");
    story_end(&s);
}
END_TEST

START_TEST(nobody_comes_to_a_barrier)
{
    struct story s = locked();

    story_life(&s, 2, MP_OP_END, 0, 0, false);
    story_want(&s, 1, MP_OP_BARRIER_WAIT, STORY_BARRIER);
    model_stuck(s.model);
    says(s, SAY_STUCK, "STUCK: increment-1 waits at start (1 of 2), and nobody comes.");
    story_end(&s);
}
END_TEST

/* --- verdicts ---------------------------------------------------------------------------- */

static const struct {
    bool lock;
    const char *line;
    const char *verdict;
} verdicts[] = {
    {false, "counter 8, expected 10, lost 2",
     "All have ended. The counter is 8, expected 10: 2 updates are lost."},
    {false, "counter 9, expected 10, lost 1",
     "All have ended. The counter is 9, expected 10: 1 update is lost."},
    {false, "counter 10, expected 10, lost 0",
     "All have ended. The counter is 10, as expected. This time nothing was lost."},
    {true, "counter 10, expected 10, lost 0",
     "All have ended. The counter is 10, as expected."},
    {true, "children 3, expected 3, failed 0", "All have ended. 3 children, as expected."},
    {true, "children 4, expected 4, failed 3",
     "All have ended. 4 children, as expected, but 3 failed."},
    {true, "files 58, expected 60, failed 2",
     "All have ended. 58 files, expected 60: 2 failed."},
    {true, "items 11, expected 10, lost 0, doubled 1",
     "All have ended. 11 items, expected 10: 1 doubled."},
    {true, "lock_race: unknown option", "All have ended."},
    {true, "", "All have ended."},
};

START_TEST(the_verdict_is_the_last_line_in_words)
{
    struct story s = verdicts[_i].lock ? locked() : race();
    char text[128];

    story_write(&s, 1, 1);
    story_print(&s, 0, verdicts[_i].line, false);
    ck_assert_str_eq(model_verdict(s.model, text, sizeof text), verdicts[_i].verdict);
    ck_assert_uint_le(strlen(text), WIDTH);
    model_finish(s.model);
    ck_assert_str_eq(story_last(&s)->text, verdicts[_i].verdict);
    model_finish(s.model); // once
    ck_assert_uint_eq(story_count(&s, SAY_ALL_ENDED), 1);
    story_end(&s);
}
END_TEST

/* --- the tables -------------------------------------------------------------------------- */

START_TEST(tables_have_short_words)
{
    struct story s = locked();
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

/* --- a run as text ----------------------------------------------------------------------- */

struct text {
    char *bytes;
    size_t size;
    FILE *file;
    struct plain plain;
};

static void begin_text(struct text *text, const char *demo, const char *arguments,
                       const char *mode)
{
    text->file = open_memstream(&text->bytes, &text->size);
    ck_assert_ptr_nonnull(text->file);
    plain_begin(
        &text->plain, text->file,
        &(struct plain_header){.demo = demo, .arguments = arguments, .mode = mode});
}

static void is_text(struct text *text, const char *expected)
{
    fclose(text->file);
    ck_assert_str_eq(text->bytes, expected);
    free(text->bytes);
}

static void increment(struct story *s, unsigned slot, uint64_t *held)
{
    if (*held == UINT64_MAX) {
        *held = story_read(s, slot);
    } else {
        story_write(s, slot, *held + 1);
        *held = UINT64_MAX;
    }
}

static void end_children(struct story *s, int children)
{
    for (int i = 1; i <= children; i++) {
        story_want(s, 0, MP_OP_JOIN, (unsigned)i);
        story_life(s, (unsigned)i, MP_OP_END, 0, 0, false);
        story_life(s, 0, MP_OP_JOIN, (unsigned)i, 0, false);
    }
}

// The run of the first page, word for word, in the order of its steps.
START_TEST(the_race_as_text)
{
    struct text text;
    begin_text(&text, "lock_race", "2 processes, 5 increments each",
               "One step at a time, order of seed 1");
    uint64_t held[3] = {UINT64_MAX, UINT64_MAX, UINT64_MAX};

    struct story s = race();
    static const char steps[] = "11212111211211222222";
    for (const char *step = steps; *step != '\0'; step++) {
        increment(&s, (unsigned)(*step - '0'), &held[*step - '0']);
        plain_update(&text.plain, s.model);
    }
    end_children(&s, 2);
    story_print(&s, 0, "counter 8, expected 10, lost 2", false);
    story_life(&s, 0, MP_OP_END, 0, 1, false);
    model_finish(s.model);
    plain_end(&text.plain, s.model,
              &(struct plain_facts){.seeded = true, .seed = 1, .exit_status = 1});
    is_text(
        &text,
        "lock_race: 2 processes, 5 increments each. One step at a time, order of seed 1.\n"
        "main started increment-1 and increment-2.\n"
        "   1  increment-1 read counter: 0.\n"
        "   2  increment-1 wrote counter: 1 (it was 0).\n"
        "   3  increment-2 read counter: 1.\n"
        "   4  increment-1 read 1 too. If both write now, only the second write stays.\n"
        "   5  increment-2 wrote counter: 2 (it was 1).\n"
        "   6  increment-1 wrote 2 over 2. The update that increment-2 made is lost.\n"
        "   7  increment-1 read counter: 2.\n"
        "   8  increment-1 wrote counter: 3 (it was 2).\n"
        "   9  increment-2 read counter: 3.\n"
        "  10  increment-1 read 3 too. If both write now, only the second write stays.\n"
        "  11  increment-1 wrote counter: 4 (it was 3).\n"
        "  12  increment-2 wrote 4 over 4. The update that increment-1 made is lost.\n"
        "  13  increment-1 read counter: 4.\n"
        "  14  increment-1 wrote counter: 5 (it was 4).\n"
        "  15  increment-2 read counter: 5.\n"
        "  16  increment-2 wrote counter: 6 (it was 5).\n"
        "  17  increment-2 read counter: 6.\n"
        "  18  increment-2 wrote counter: 7 (it was 6).\n"
        "  19  increment-2 read counter: 7.\n"
        "  20  increment-2 wrote counter: 8 (it was 7).\n"
        "main joined increment-1: exit status 0. main joined increment-2: exit status 0.\n"
        "main printed: counter 8, expected 10, lost 2\n"
        "All have ended. The counter is 8, expected 10: 2 updates are lost.\n"
        "steps 20: increment-1 10, increment-2 10. Not seen: 0. Seed 1. Exit status 1.\n"
        "counter 8, expected 10, lost 2\n");
    story_end(&s);
}
END_TEST

START_TEST(the_lock_as_text)
{
    struct text text;
    begin_text(&text, "lock_fixed", "", "One step at a time");
    struct story s = locked();

    story_want(&s, 1, MP_OP_BARRIER_WAIT, STORY_BARRIER);
    story_want(&s, 2, MP_OP_BARRIER_WAIT, STORY_BARRIER);
    story_want(&s, 2, MP_OP_LOCK_ACQUIRE, STORY_LOCK);
    story_acquire(&s, 1);
    story_write(&s, 1, story_read(&s, 1) + 1);
    story_release(&s, 1);
    end_children(&s, 2);
    model_finish(s.model);
    plain_end(&text.plain, s.model, &(struct plain_facts){.exit_status = 0});
    is_text(
        &text,
        "lock_fixed: One step at a time.\n"
        "main started increment-1 and increment-2.\n"
        "   1  increment-1 has counter_lock now. Nobody else can take it.\n"
        "      increment-2 is BLOCKED: it wants counter_lock, and increment-1 has it.\n"
        "   2  increment-1 read counter: 0.\n"
        "   3  increment-1 wrote counter: 1 (it was 0).\n"
        "   4  increment-1 gave counter_lock back. increment-2 can go on.\n"
        "main joined increment-1: exit status 0. main joined increment-2: exit status 0.\n"
        "All have ended.\n"
        "steps 4: increment-1 4. Not seen: 0. Exit status 0.\n");
    story_end(&s);
}
END_TEST

START_TEST(lives_as_text)
{
    struct text text;
    begin_text(&text, "process", "1 child", "");
    struct story s = story_begin(MP_GRAIN_LIVES);

    story_make(&s, 0, 1, "child-1");
    story_life(&s, 0, MP_OP_START, 1, 4711, true);
    story_life(&s, 1, MP_OP_BEGIN, 0, 4711, true);
    story_life(&s, 1, MP_OP_OUTPUT, 0, 6, true);
    story_want(&s, 0, MP_OP_JOIN, 1);
    story_life(&s, 1, MP_OP_END, 0, 0, true);
    plain_update(&text.plain, s.model);
    model_output(s.model, "Hello\r\n", 7); // late, but it stands where it was printed
    model_kernel(s.model, 1, &(struct kernel_view){.state = 'Z', .parent = STORY_PID});
    story_life(&s, 0, MP_OP_JOIN, 1, 0, true);
    story_print(&s, 0, "children 1, expected 1, failed 0", false);
    model_output(s.model, "not by mp\r\n", 11);
    model_finish(s.model);
    plain_end(&text.plain, s.model, &(struct plain_facts){.exit_status = 0});
    is_text(&text, "process: 1 child.\n"
                   "main made child-1. Nothing runs yet.\n"
                   "   1  main started child-1 and goes on without waiting.\n"
                   "   2  child-1 is born: process 4711, child of main.\n"
                   "   3  child-1 printed: Hello\n"
                   "      main is BLOCKED: it waits for child-1 to end.\n"
                   "   4  child-1 ended with status 0.\n"
                   "   5  main joined child-1: exit status 0. child-1 is gone now.\n"
                   "main printed: children 1, expected 1, failed 0\n"
                   "process printed: not by mp\n"
                   "All have ended.\n"
                   "steps 5: main 2, child-1 3. Not seen: 0. Exit status 0.\n"
                   "not by mp\n");
    story_end(&s);
}
END_TEST

START_TEST(many_starts_are_broken_into_lines)
{
    struct text text;
    begin_text(&text, "many", "", "");
    struct story s = story_begin(MP_GRAIN_MEMORY);

    for (unsigned i = 1; i <= 7; i++) {
        char name[16];
        snprintf(name, sizeof name, "increment-%u", i);
        story_child(&s, i, name);
    }
    plain_update(&text.plain, s.model);
    plain_flush(&text.plain);
    is_text(&text, "many:\n"
                   "main started increment-1, increment-2, increment-3, increment-4 and "
                   "increment-5.\n"
                   "main started increment-6 and increment-7.\n");
    story_end(&s);
}
END_TEST

START_TEST(a_free_run_as_text)
{
    struct text text;
    begin_text(&text, "lock_race", "2 processes", "Free: every run differs");
    struct story s = story_begin(MP_GRAIN_MEMORY);

    s.free = true;
    story_child(&s, 1, "increment-1");
    story_read(&s, 1);
    story_write(&s, 1, 1);
    end_children(&s, 1);
    model_dropped(s.model, 7);
    story_print(&s, 0, "counter 1, expected 1, lost 0", false);
    model_finish(s.model);
    plain_end(&text.plain, s.model, &(struct plain_facts){.exit_status = 0});
    is_text(&text,
            "lock_race: 2 processes. Free: every run differs.\n"
            "main started increment-1.\n"
            "increment-1 is born: process 4711, child of main.\n"
            "main is BLOCKED: it waits for increment-1 to end.\n"
            "increment-1 ended with status 0.\n"
            "main joined increment-1: exit status 0.\n"
            "main printed: counter 1, expected 1, lost 0\n"
            "All have ended. The counter is 1, as expected. This time nothing was lost.\n"
            "reads and writes: increment-1 1 and 1. Not seen: 7. Exit status 0.\n"
            "counter 1, expected 1, lost 0\n");
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
        {.test = a_lock_is_had_wanted_and_given_back},
        {.test = several_can_go_on_when_several_wait},
        {.test = a_try_and_a_wait_that_fail},
        {.test = who_dies_with_a_lock},
        {.test = a_barrier_fills_and_breaks},
        {.test = a_life_from_its_making_to_its_end},
        {.test = an_end_that_was_no_zombie_is_told_before_what_follows},
        {.test = a_zombie_is_said_only_when_the_kernel_says_it},
        {.test = ends_that_were_not_meant, .from = 0, .to = sizeof ends / sizeof *ends},
        {.test = an_orphan_gets_a_new_parent},
        {.test = a_deadlock_names_who_wants_what},
        {.test = a_process_can_wait_for_itself},
        {.test = nobody_comes_to_a_barrier},
        {.test = the_verdict_is_the_last_line_in_words,
         .from = 0,
         .to = sizeof verdicts / sizeof *verdicts},
        {.test = tables_have_short_words},
        {.test = the_race_as_text},
        {.test = the_lock_as_text},
        {.test = lives_as_text},
        {.test = many_starts_are_broken_into_lines},
        {.test = a_free_run_as_text},
    };

    return suite_run("narration", tests, sizeof tests / sizeof *tests);
}
