// SPDX-License-Identifier: MIT
// Tests of what a program prints: whose a line is, what stays of a flood, and the verdict.
#include "suite.h"
#include "unit/story.h"

#include <signal.h>

START_TEST(a_line_belongs_to_the_event_of_its_length)
{
    struct story s = story_race();
    const char *text = "past mp\r\nhello from 1\r\nhello\r\n";

    model_output(s.model, text, strlen(text));
    story_life(&s, 1, MP_OP_OUTPUT, 0, (int64_t)strlen("hello from 1\n"), false);
    story_life(&s, 2, MP_OP_OUTPUT, 0, (int64_t)strlen("hello\n"), false);
    ck_assert_str_eq(story_last(&s)->text, "increment-2 printed: hello");
    ck_assert_uint_eq(story_count(&s, SAY_PRINTED), 3);
    story_end(&s);
}
END_TEST

START_TEST(free_running_a_line_has_a_name_only_when_nobody_else_lives)
{
    struct story s = story_race();

    s.free = true;
    story_print(&s, 1, "hello", false);
    ck_assert_uint_eq(story_last(&s)->process, MP_NOBODY);
    story_life(&s, 1, MP_OP_END, 0, 0, false);
    story_life(&s, 2, MP_OP_END, 0, 0, false);
    story_print(&s, 0, "hello", false);
    ck_assert_str_eq(story_last(&s)->text, "main printed: hello");
    story_end(&s);
}
END_TEST

START_TEST(a_line_whose_text_comes_late_stands_in_its_place)
{
    struct story s = story_race();

    story_life(&s, 1, MP_OP_OUTPUT, 0, 6, false);
    const struct sentence *printed = story_last(&s);
    size_t place = s.model->sentence_count - 1;
    ck_assert(printed->open);
    story_read(&s, 2);
    model_output(s.model, "hel", 3);
    ck_assert(s.model->sentences[place].open);
    model_output(s.model, "lo\r\n", 4);
    ck_assert_str_eq(s.model->sentences[place].text, "increment-1 printed: hello");
    ck_assert(!s.model->sentences[place].open);
    story_end(&s);
}
END_TEST

START_TEST(a_flood_of_output_stays_small)
{
    struct story s = story_race();
    char block[4096];
    char line[64];

    memset(block, 'x', sizeof block);
    for (unsigned i = 0; i < 4096; i++) { // 16 MiB without a newline
        model_output(s.model, block, sizeof block);
    }
    for (unsigned i = 0; i < 100000; i++) {
        model_output(s.model, "\nab\x1b[2J", 7);
    }
    model_output(s.model, "\n", 1);
    ck_assert_uint_le(s.model->output_room, 8u << 20);
    ck_assert_uint_le(s.model->sentence_count, 100000);
    ck_assert_str_eq(model_last_line(s.model, line, sizeof line), "ab?[2J");
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
    struct story s = verdicts[_i].lock ? story_locked() : story_race();
    char text[128];

    story_write(&s, 1, 1);
    story_print(&s, 0, verdicts[_i].line, false);
    ck_assert_str_eq(model_verdict(s.model, text, sizeof text), verdicts[_i].verdict);
    ck_assert_uint_le(strlen(text), STORY_WIDTH);
    model_finish(s.model);
    ck_assert_str_eq(story_last(&s)->text, verdicts[_i].verdict);
    model_finish(s.model); // once
    ck_assert_uint_eq(story_count(&s, SAY_ALL_ENDED), 1);
    story_end(&s);
}
END_TEST

START_TEST(what_a_killed_process_did_not_do_is_missing)
{
    struct story s = story_locked();
    char text[128];

    story_life(&s, 2, MP_OP_DIE, 0, -SIGKILL, false);
    story_print(&s, 0, "counter 8, expected 10, lost 2", false);
    ck_assert_str_eq(model_verdict(s.model, text, sizeof text),
                     "All have ended. The counter is 8, expected 10: 2 are missing.");
    story_end(&s);
}
END_TEST

int main(void)
{
    const struct suite_test tests[] = {
        {.test = a_line_belongs_to_the_event_of_its_length},
        {.test = free_running_a_line_has_a_name_only_when_nobody_else_lives},
        {.test = a_line_whose_text_comes_late_stands_in_its_place},
        {.test = a_flood_of_output_stays_small},
        {.test = the_verdict_is_the_last_line_in_words,
         .from = 0,
         .to = sizeof verdicts / sizeof *verdicts},
        {.test = what_a_killed_process_did_not_do_is_missing},
    };

    return suite_run("output", tests, sizeof tests / sizeof *tests);
}
