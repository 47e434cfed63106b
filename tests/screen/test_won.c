// SPDX-License-Identifier: MIT
// A challenge on the screen: the goal stands there, and at the end whether it was reached;
// another future is another try.
#include "screen/steps.h"
#include "suite.h"

static struct terminal *begin(const char *line, const char *stands)
{
    struct terminal *t = lab_open(24, 80, line);
    lab_wait(t, pair_stands, stands);
    return t;
}

static void make_steps(struct terminal *t, const char *who)
{
    for (; *who != '\0'; who++) {
        const char key[] = {*who, '\0'};
        lab_step(t, key);
    }
}

START_TEST(the_goal_stands_there_and_then_whether_it_was_reached)
{
    struct terminal *t = begin("challenge 1", "read counter");
    lab_wait_message(t,
                     "Challenge 1. Make the counter end at 1. 4 of the 6 orders do it.");
    make_steps(t, "1122");
    lab_wait_message(t, "Not yet: the counter is 2, and should become 1.");
    terminal_type(t, "r");
    lab_wait_message(t, "Challenge 1. Make the counter end at 1.");
    lab_wait(t, pair_stands, "read counter");
    make_steps(t, "1212");
    lab_wait_message(t, "Won in 4 steps; par is 4. Your code: lock_race:2x1:1212");
    lab_leave(t);
}
END_TEST

START_TEST(another_future_is_another_try)
{
    struct terminal *t = begin("challenge lose-one", "read counter");
    make_steps(t, "1122");
    lab_wait_message(t, "Not yet: the counter is 2, and should become 1.");
    for (int i = 0; i < 3; i++) {
        terminal_key(t, TERMINAL_LEFT);
    }
    lab_wait_title(t, "PAST   step 1 of");
    terminal_type(t, "2");
    lab_wait_step(t, 2);
    make_steps(t, "21");
    lab_wait_message(t, "Won in 4 steps; par is 4. Your code: lock_race:2x1:1221");
    lab_leave(t);
}
END_TEST

START_TEST(the_second_miss_helps)
{
    struct terminal *t = begin("challenge 1", "read counter");
    make_steps(t, "1122");
    lab_wait_message(t, "Not yet: the counter is 2");
    terminal_type(t, "r");
    lab_wait_message(t, "Challenge 1. ");
    lab_wait(t, pair_stands, "read counter");
    make_steps(t, "2211");
    lab_wait_message(t, "Both have to read before one of");
    lab_leave(t);
}
END_TEST

int main(void)
{
    const struct suite_test tests[] = {
        {.test = the_goal_stands_there_and_then_whether_it_was_reached, .timeout = 60},
        {.test = another_future_is_another_try, .timeout = 60},
        {.test = the_second_miss_helps, .timeout = 60},
    };
    return suite_run("challenge on the screen", tests, sizeof tests / sizeof *tests);
}
