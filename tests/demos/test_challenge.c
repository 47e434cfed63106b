// SPDX-License-Identifier: MIT
// Challenges: the table of them, the list, and sessions in lines that win, miss and learn
// that there is nothing to be won. How many orders win: test_verify.c.
#include "line.h"

#include "commands/challenge.h"

enum { TEXT_WIDTH = 79, JUDGED_MOST = 75 };

// --- the table ----------------------------------------------------------------------------

START_TEST(each_challenge_is_whole)
{
    for (size_t i = 0; i < challenge_count(); i++) {
        const struct challenge *challenge = challenge_at(i);
        char number[24];
        char path[128];
        struct code code;
        char why[256];
        ck_assert_uint_eq(challenge_number(challenge), i + 1);
        snprintf(number, sizeof number, "%zu", i + 1);
        ck_assert_ptr_eq(challenge_find(number), challenge);
        ck_assert_ptr_eq(challenge_find(challenge->name), challenge); // no other has it
        ck_assert_uint_le(strlen(challenge->goal), JUDGED_MOST);
        ck_assert_uint_le(strlen(challenge->ways), JUDGED_MOST);
        ck_assert_uint_le(strlen(challenge->hint), JUDGED_MOST);
        ck_assert_int_eq(challenge->par == 0, challenge->cannot);
        snprintf(path, sizeof path, "lessons/%s/README.md", challenge->lesson);
        ck_assert_msg(access(source(path), R_OK) == 0, "%s", path);
        // What it starts is there, and fills in.
        snprintf(path, sizeof path, "%s:", challenge->start);
        ck_assert_int_eq(code_read(path, &code, why, sizeof why), 0);
        struct demo_entry entry = demo_entry_of(code.program);
        ck_assert_msg(code_fill_in(&code, entry.shape, why, sizeof why) == 0, "%s", why);
        code_free(&code);
    }
    ck_assert_ptr_null(challenge_at(challenge_count()));
}
END_TEST

START_TEST(no_other_name_is_one)
{
    static const char *const names[] = {
        "", "0", "-1", "99", "1x", "lose", "lose-one ", "99999999999999999999999"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        ck_assert_ptr_null(challenge_find(names[i]));
    }
}
END_TEST

// --- the list -----------------------------------------------------------------------------

START_TEST(the_list_says_goal_ways_and_par)
{
    struct run_result done = run("lab challenge");
    run_assert_exit(&done, 0);
    ck_assert_str_eq(done.err, "");
    for (size_t i = 0; i < challenge_count(); i++) {
        const struct challenge *challenge = challenge_at(i);
        char text[256];
        snprintf(text, sizeof text, "\n    %s\n    %s\n", challenge->goal,
                 challenge->ways);
        ck_assert_msg(run_out_has(&done, text), "%s", text);
        snprintf(text, sizeof text, "\n%2zu  %s ", i + 1, challenge->name);
        ck_assert_msg(run_out_has(&done, text), "%s", text);
    }
    ck_assert_uint_ge(count_text(done.out, " par "), challenge_count() - 1);
    struct lines lines = lines_of(done.out);
    for (size_t i = 0; i < lines.count; i++) {
        ck_assert_msg(strlen(lines.line[i]) <= TEXT_WIDTH, "%s", lines.line[i]);
    }
    lines_free(&lines);
    run_free(&done);
}
END_TEST

START_TEST(what_is_no_challenge_is_told)
{
    struct run_result done = run("lab challenge lose-won");
    run_assert_exit(&done, 2);
    ck_assert_str_eq(done.out, "");
    ck_assert_str_eq(done.err,
                     "lab: there is no challenge \"lose-won\"; there are 1 to 8; "
                     "did you mean \"lose-one\"?\n");
    run_free(&done);
}
END_TEST

// --- sessions -----------------------------------------------------------------------------

static struct run_result play(const char *name, const char *answers)
{
    char command[COMMAND_SIZE];
    snprintf(command, sizeof command, "lab challenge %s", name);
    return answer(command, answers);
}

// One after the other.
static void assert_says(const struct run_result *done, const char *const *texts,
                        size_t count)
{
    const char *at = done->out;
    for (size_t i = 0; i < count; i++) {
        const char *found = strstr(at, texts[i]);
        ck_assert_msg(found != NULL, "not said, or not in order: %s\n%s", texts[i],
                      done->out);
        at = found + strlen(texts[i]);
    }
}

START_TEST(one_is_won_at_the_third_try)
{
    static const char *const says[] = {
        "Challenge 1. Make the counter end at 1. 4 of the 6 orders do it.\n"
        "lock_race, 2 processes, 1 increment each. The counter is 0.",
        "Not yet: the counter is 2, and should become 1.\nYour order was 1 1 2 2.",
        "Challenge 1. ",
        "Not yet: the counter is 2, and should become 1. Both have to read before one of\n"
        "them writes.\n",
        "Won in 4 steps; par is 4. Your code: lock_race:2x1:2121\n"
        "Your order was 2 1 2 1.",
        "counter 1, expected 2, lost 1\n"};
    struct run_result done = play("1", "1 1 2 2\nr\n2 2 1 1\nr\n2 1 2 1\nq\n");
    assert_says(&done, says, sizeof says / sizeof *says);
    ck_assert_uint_eq(count_text(done.out, "Both have to read"), 1);
    leave(&done, 0); // that it came out wrong was asked for
}
END_TEST

START_TEST(one_that_is_missed_ends_with_1)
{
    struct run_result done = play("lose-none", "1 1 1 1 2 2 2 2\nq\n");
    ck_assert(run_out_has(&done, "\nWon in 8 steps; par is 8. Your code: "
                                 "lock_race:2x2:11112222\n"));
    leave(&done, 0);
    done = play("lose-two", "1 1 1 1 2 2 2 2\nq\n");
    ck_assert(run_out_has(&done, "\nNot yet: the counter is 4, and should become 2.\n"));
    leave(&done, 1);
}
END_TEST

START_TEST(who_leaves_in_the_middle_has_not_missed_it)
{
    struct run_result done = play("1", "1 2\nq\n");
    ck_assert(!run_out_has(&done, "Not yet") && !run_out_has(&done, "Won"));
    leave(&done, 0);
}
END_TEST

START_TEST(a_kill_is_no_lost_update)
{
    struct run_result done = play("1", "1\nkill 1\n2 2\nq\n");
    ck_assert(run_out_has(
        &done, "\nNot so: who is killed never adds. Reach it without a kill.\n"));
    leave(&done, 1);
    done = play("beat-the-lock", "1\nkill 1\n2 2 2 2\nq\n");
    ck_assert(run_out_has(
        &done, "\nNot so: who is killed never adds. Reach it without a kill.\n"));
    leave(&done, 1);
}
END_TEST

// What cannot be done is tried a few times before it is said.
START_TEST(nobody_beats_the_lock)
{
    static const char *const says[] = {
        "Not yet. Is there another order?\n", "Not yet. Is there another order?\n",
        "Right again. The lock leaves 2 of the 6 orders, and both are right.\n"};
    struct run_result done =
        play("beat-the-lock", "1 2\n1 1 1\n2 2 2 2\nr\n2 2 2 2 1 1 1 1\nr\n"
                              "1 1 1 1 2 2 2 2\nq\n");
    assert_says(&done, says, sizeof says / sizeof *says);
    ck_assert_uint_eq(count_text(done.out, "Not yet"), 2);
    leave(&done, 0);
}
END_TEST

START_TEST(the_owner_is_killed_and_the_other_is_told)
{
    static const char *const says[] = {
        "increment-1 was killed while it had counter_lock.\n",
        "increment-2 has counter_lock now. increment-1 had died with it.\n",
        "Won in 7 steps; par is 6. Your code: lock_fixed:2x1:11K12222\n"};
    struct run_result done = play("kill-the-owner", "1 1\nkill 1\n2 2 2 2\nq\n");
    assert_says(&done, says, sizeof says / sizeof *says);
    leave(&done, 0);
    done = play("7", "1 1 1 1\nkill 2\nq\n");
    ck_assert(run_out_has(
        &done, "\nNot yet: nobody had to be told. Did the killed one have the lock?\n"));
    leave(&done, 1);
    done = play("7", "1 1 1 1 2 2 2 2\nq\n");
    ck_assert(run_out_has(&done, "\nNot yet: nobody was killed.\n"));
    leave(&done, 1);
}
END_TEST

START_TEST(the_producer_sleeps_for_ever)
{
    struct run_result done = play("sleep-for-ever", "1 1\nkill 2\n1 1\nq\n");
    ck_assert(run_out_has(&done, "\nSTUCK: producer waits for room, and nobody is left "
                                 "who could make it.\n"
                                 "Won in 5 steps; par is 5. Your code: "
                                 "queue:1x1x10:11K211\n"));
    leave(&done, 0);
    done = play("8", "kill 1\n0\n2\nq\n");
    ck_assert(run_out_has(&done, "\nNot yet: all have ended, nobody sleeps.\n"));
    leave(&done, 1);
}
END_TEST

// The twin is another program: it is not what was asked for.
START_TEST(the_twin_of_it_is_not_judged)
{
    struct run_result done = play("1", "twin\n1 1 1 1 2 2 2 2\nq\n");
    ck_assert(run_out_has(&done, "lock_fixed, 2 processes, 1 increment each."));
    ck_assert_uint_eq(count_text(done.out, "Challenge 1."), 1);
    ck_assert(!run_out_has(&done, "Not yet") && !run_out_has(&done, "Won"));
    leave(&done, 0);
}
END_TEST

int main(void)
{
    const struct suite_test tests[] = {
        {.test = each_challenge_is_whole},
        {.test = no_other_name_is_one},
        {.test = the_list_says_goal_ways_and_par},
        {.test = what_is_no_challenge_is_told},
        {.test = one_is_won_at_the_third_try},
        {.test = one_that_is_missed_ends_with_1},
        {.test = who_leaves_in_the_middle_has_not_missed_it},
        {.test = a_kill_is_no_lost_update},
        {.test = nobody_beats_the_lock},
        {.test = the_owner_is_killed_and_the_other_is_told},
        {.test = the_producer_sleeps_for_ever},
        {.test = the_twin_of_it_is_not_judged},
    };
    return suite_run("challenge", tests, sizeof tests / sizeof *tests);
}
