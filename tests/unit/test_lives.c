// SPDX-License-Identifier: MIT
// Tests of the sentences on births, ends, zombies, orphans and joins.
#include "suite.h"
#include "unit/story.h"

#include <signal.h>

static struct story family(void)
{
    struct story s = story_begin(MP_GRAIN_LIVES);
    story_child(&s, 1, "child-1");
    story_child(&s, 2, "child-2");
    return s;
}

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
    adds(s, SAY_BORN, "It is a copy of main. From now on only shared memory is common.");
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
    says(s, SAY_ORPHAN, "main ended before child-2, whose parent is systemd (1432) now.");
    adds(s, SAY_ORPHAN, "A child does not end when its parent ends.");
    story_end(&s);
}
END_TEST

START_TEST(a_child_can_wait_for_its_parent)
{
    struct story s = story_race();

    story_life(&s, 0, MP_OP_END, 0, 0, false);
    story_life(&s, 2, MP_OP_JOIN, 0, 0, false);
    says(s, SAY_PARENT_ENDED, "increment-2 knows that main, which made it, has ended.");
    ck_assert_uint_eq(story_count(&s, SAY_JOINED), 0);
    ck_assert_int_eq(s.model->processes[0].entry.life, MP_LIFE_ENDED);
    story_end(&s);
}
END_TEST

int main(void)
{
    const struct suite_test tests[] = {
        {.test = a_child_can_wait_for_its_parent},
        {.test = a_life_from_its_making_to_its_end},
        {.test = an_end_that_was_no_zombie_is_told_before_what_follows},
        {.test = a_zombie_is_said_only_when_the_kernel_says_it},
        {.test = ends_that_were_not_meant, .from = 0, .to = sizeof ends / sizeof *ends},
        {.test = an_orphan_gets_a_new_parent},
    };

    return suite_run("lives", tests, sizeof tests / sizeof *tests);
}
