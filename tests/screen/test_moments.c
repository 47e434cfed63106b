// SPDX-License-Identifier: MIT
// A run stops by itself at what matters, asks, takes an answer, and tells the truth.
#include "screen/steps.h"
#include "suite.h"

#define ASKED "Predict: what is the counter after both have written?"

// At 50 steps a second instead of 2: the same stops, sooner.
#define RACE "run lock_race --speed 50"

START_TEST(first_stop_is_where_both_have_read_the_same)
{
    struct terminal *t = lab_open(24, 80, RACE);
    struct steps_table table;
    lab_wait_message(t, "STOPPED  " ASKED "  Space goes on");
    lab_wait_title(t, "STOPPED");
    read_steps(t, &table);
    ck_assert_int_ge(table.count, 2);
    const struct step *last = &table.list[table.count - 1];
    char read[CELL_SIZE];
    snprintf(read, sizeof read, "read %s too.", last->value);
    ck_assert_int_eq(last->done[0], 'r');
    ck_assert_msg(terminal_find(t, read, NULL, NULL), "%s", terminal_dump(t));
    // Both have it, and neither has written since.
    snprintf(read, sizeof read, "read counter: %s", last->value);
    ck_assert_str_eq(person_called(t, "increment-1").done, read);
    ck_assert_str_eq(person_called(t, "increment-2").done, read);
    ck_assert_str_eq(person_called(t, "increment-1").next, "write counter");
    ck_assert_str_eq(person_called(t, "increment-2").next, "write counter");
    lab_assert_still(t);
    lab_leave(t);
}
END_TEST

START_TEST(typed_answer_is_told_right)
{
    struct terminal *t = lab_open(24, 80, RACE);
    lab_wait_message(t, ASKED);
    ck_assert(row_has(t, 23, "Enter answer"));
    terminal_key(t, TERMINAL_ENTER);
    lab_wait_message(t, "Your answer: _");
    terminal_type(t, "2");
    lab_wait_message(t, "Your answer: 2_");
    terminal_key(t, TERMINAL_ENTER);
    lab_wait_message(t, "Your answer: 2.");
    terminal_type(t, " ");
    lab_wait_message(t, "You predicted 2: right.");
    struct retold retold = assert_steps_replay(t);
    ck_assert_int_eq(retold.value, 2);
    lab_leave(t);
}
END_TEST

START_TEST(wrong_answer_is_told_with_the_truth)
{
    struct terminal *t = lab_open(24, 80, RACE);
    lab_wait_message(t, ASKED);
    terminal_type(t, "\r37\r ");
    lab_wait_message(t, "You predicted 37; the counter is 2.");
    lab_leave(t);
}
END_TEST

START_TEST(answer_is_no_choice_and_can_be_given_up)
{
    struct terminal *t = lab_open(24, 80, RACE);
    lab_wait_message(t, ASKED);
    int step = last_step(t);
    terminal_type(t, "\r1");
    lab_wait_message(t, "Your answer: 1_");
    terminal_key(t, TERMINAL_UP);
    lab_wait_message(t, "STOPPED  " ASKED);
    ck_assert_int_eq(last_step(t), step);
    lab_step(t, "1"); // now it is a choice
    lab_leave(t);
}
END_TEST

// It is what the first lecture stands on.
START_TEST(default_seed_loses_an_update_within_twelve_steps)
{
    struct terminal *t = lab_open(24, 200, RACE " --step");
    struct retold retold = {0};
    lab_wait_race(t);
    for (int step = 0; step < 12 && retold.losses == 0; step++) {
        lab_step(t, "n");
        retold = assert_steps_replay(t);
    }
    ck_assert_msg(retold.losses > 0, "nothing is lost\n%s", terminal_dump(t));
    lab_wait_text(t, " is lost.");
    lab_wait_message(t, "Predict: how many updates will be lost in the end?");
    lab_leave(t);
}
END_TEST

START_TEST(answer_about_the_end_is_told_with_the_verdict)
{
    struct terminal *t = lab_open(24, 80, RACE);
    lab_wait_message(t, ASKED);
    terminal_type(t, " ");
    lab_wait_message(t, "Predict: how many updates will be lost in the end?");
    terminal_type(t, "\r9\ra "); // whatever else it might stop at
    lab_wait_title(t, "ENDED");
    lab_wait_text(t, "You predicted 9; the number lost is");
    lab_leave(t);
}
END_TEST

START_TEST(blocked_process_stops_the_run_and_says_who_can_go)
{
    struct terminal *t = lab_open(24, 80, "run lock_fixed --speed 50");
    lab_wait_message(t, "the lab says why it cannot");
    lab_wait_title(t, "STOPPED");
    int can = -1, cannot = -1, row;
    ck_assert(terminal_find(t, "STOPPED  Only", &row, NULL));
    ck_assert_int_eq(
        sscanf(terminal_row(t, row), " STOPPED Only %d can go. Press %d", &can, &cannot),
        2);
    struct people_table people;
    read_people(t, &people);
    ck_assert_str_eq(people.list[cannot].state, "BLOCKED");
    ck_assert_str_eq(people.list[can].state, "ready");
    char key[2] = {(char)('0' + cannot), '\0'};
    terminal_type(t, key);
    lab_wait_message(t, "cannot go:");
    key[0] = (char)('0' + can);
    lab_step(t, key);
    lab_leave(t);
}
END_TEST

START_TEST(a_and_no_stop_let_it_run_to_its_end)
{
    struct terminal *t = lab_open(24, 80, RACE " --no-stop");
    lab_wait_title(t, "ENDED");
    lab_leave(t);

    t = lab_open(24, 80, RACE " --step");
    lab_wait_race(t);
    terminal_type(t, "a");
    lab_wait_message(t, "It does not stop by itself any more.");
    terminal_type(t, " ");
    lab_wait_title(t, "ENDED");
    // On again: the next run stops.
    terminal_type(t, "a");
    lab_wait_message(t, "It stops by itself at what matters.");
    terminal_type(t, "r");
    lab_wait_title(t, "STOPPED");
    terminal_type(t, " ");
    lab_wait_message(t, ASKED);
    lab_leave(t);
}
END_TEST

int main(void)
{
    const struct suite_test tests[] = {
        {.test = first_stop_is_where_both_have_read_the_same},
        {.test = typed_answer_is_told_right},
        {.test = wrong_answer_is_told_with_the_truth},
        {.test = answer_is_no_choice_and_can_be_given_up},
        {.test = default_seed_loses_an_update_within_twelve_steps},
        {.test = answer_about_the_end_is_told_with_the_verdict},
        {.test = blocked_process_stops_the_run_and_says_who_can_go},
        {.test = a_and_no_stop_let_it_run_to_its_end},
    };

    return suite_run("moments", tests, sizeof tests / sizeof *tests);
}
