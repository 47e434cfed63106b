// SPDX-License-Identifier: MIT
// Tests of a run as text: word for word, line by line.
#include "suite.h"
#include "unit/story.h"

#include "report/plain.h"

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

    struct story s = story_race();
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
    struct story s = story_locked();

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

START_TEST(what_has_not_ended_has_no_verdict)
{
    struct text text;
    begin_text(&text, "lock_fixed", "", "");
    struct story s = story_locked();

    story_acquire(&s, 1);
    story_want(&s, 1, MP_OP_LOCK_ACQUIRE, STORY_LOCK);
    story_print(&s, 0, "lock_fixed: it begins", false);
    model_stuck(s.model);
    plain_end(&text.plain, s.model, &(struct plain_facts){.exit_status = 0});
    is_text(&text,
            "lock_fixed:\n"
            "main started increment-1 and increment-2.\n"
            "   1  increment-1 has counter_lock now. Nobody else can take it.\n"
            "      increment-1 is BLOCKED: it wants counter_lock, which it has itself.\n"
            "main printed: lock_fixed: it begins\n"
            "STUCK: increment-1 wants counter_lock, which it has. It can never go on.\n"
            "steps 1: increment-1 1. Not seen: 0. It has not ended.\n");
    story_end(&s);
}
END_TEST

int main(void)
{
    const struct suite_test tests[] = {
        {.test = the_race_as_text},   {.test = the_lock_as_text},
        {.test = lives_as_text},      {.test = many_starts_are_broken_into_lines},
        {.test = a_free_run_as_text}, {.test = what_has_not_ended_has_no_verdict},
    };

    return suite_run("plain", tests, sizeof tests / sizeof *tests);
}
