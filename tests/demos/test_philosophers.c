// SPDX-License-Identifier: MIT
// philosophers: with one order, or without waiting with a fork in hand, nobody gets stuck;
// with neither they can, and main ends them when they run alone.
#include "demos.h"

enum { TRIES = 30, SEEDS = 10, EXPLORE_MS = 60000 };

// --- alone ----------------------------------------------------------------------------------

static void all_is_eaten(const char *arguments, long expected)
{
    char command[COMMAND_SIZE];
    snprintf(command, sizeof command, "demos/philosophers --limit 0 %s", arguments);
    struct run_result done = run(command);
    struct result result = result_of(&done);
    ck_assert_str_eq(done.err, "");
    ck_assert_str_eq(result.what, "meals");
    ck_assert_int_eq(result.expected, expected);
    ck_assert_int_eq(result.actual, expected);
    run_assert_exit(&done, 0);
    run_free(&done);
}

START_TEST(with_an_order_all_is_eaten)
{
    all_is_eaten("--fix order --meals 20000", 60000);
    all_is_eaten("--fix order --people 2 --meals 20000", 40000);
    all_is_eaten("--fix order --people 16 --meals 2000", 32000);
}
END_TEST

START_TEST(with_a_try_all_is_eaten)
{
    all_is_eaten("--fix try --meals 20000 --tries 1000000", 60000);
    all_is_eaten("--fix try --people 5 --meals 10000 --tries 1000000", 50000);
}
END_TEST

// How often it comes to that is the machine's affair; in so many runs it does.
START_TEST(who_is_stuck_is_ended_by_main)
{
    bool stuck = false;
    for (int i = 0; i < TRIES && !stuck; i++) {
        struct run_result done = run("demos/philosophers --limit 500");
        struct result result = result_of(&done);
        ck_assert_str_eq(done.err, "");
        ck_assert_int_eq(result.expected, 900000);
        ck_assert_int_eq(result.actual + result.problems, 900000);
        stuck = run_out_has(&done, "\nperson-1 has not ended after 500 ms: main ends it\n"
                                   "person-2 has not ended after 500 ms: main ends it\n"
                                   "person-3 has not ended after 500 ms: main ends it\n"
                                   "meals ");
        run_assert_exit(&done, result.problems > 0 ? 1 : 0);
        ck_assert(run_out_has(&done, "That proves nothing") == (result.problems == 0));
        run_free(&done);
    }
    ck_assert(stuck);
}
END_TEST

START_TEST(bad_input_is_named)
{
    static const char *const bad[][2] = {
        {"--fix ordre", "philosophers: --fix takes none, order or try, not \"ordre\"\n"},
        {"--fix nonee", "philosophers: --fix takes none, order or try, not \"nonee\"\n"},
        {"--fix", "philosophers: --fix takes a WORD\n"},
        {"--people 1", "philosophers: --people takes a number from 2 to 16, not \"1\"\n"},
        {"--people 17",
         "philosophers: --people takes a number from 2 to 16, not \"17\"\n"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        char command[COMMAND_SIZE];
        snprintf(command, sizeof command, "demos/philosophers %s", bad[i][0]);
        struct run_result done = run(command);
        run_assert_exit(&done, 2);
        ck_assert_str_eq(done.err, bad[i][1]);
        ck_assert_str_eq(done.out, "");
        run_free(&done);
    }
}
END_TEST

// --- in the lab -----------------------------------------------------------------------------

#define STUCK_2                                                                          \
    "STUCK: person-1 wants fork-2 (person-2 has it), person-2 wants fork-1 (person-1 "   \
    "has it)"
#define STUCK_3 "STUCK: 3 processes in a circle, each waits for the next"

START_TEST(each_order_comes_out_as_it_must)
{
    struct run_result done = run_how(
        "lab verify philosophers:2x1:12 philosophers:3x1:123 philosophers:3x1:321 "
        "philosophers:3x1:111122223333 philosophers:4x1:1234",
        &(struct run_options){.timeout_ms = EXPLORE_MS});
    run_assert_exit(&done, 0);
    ck_assert_str_eq(
        done.out,
        "philosophers:2x1:12: " STUCK_2 "\n"
        "philosophers:3x1:123: " STUCK_3 "\n"
        "philosophers:3x1:321: " STUCK_3 "\n"
        "philosophers:3x1:111122223333: meals 3, expected 3, missing 0; exit status 0\n"
        "philosophers:4x1:1234: STUCK: 4 processes in a circle, each waits for the "
        "next\n");
    run_free(&done);
    take_orphans();
}
END_TEST

static void explored(const char *arguments, int status, const char *text)
{
    char command[COMMAND_SIZE];
    struct run_options how = {.timeout_ms = EXPLORE_MS};
    snprintf(command, sizeof command, "lab explore philosophers --plain%s", arguments);
    struct run_result done = run_how(command, &how);
    run_assert_exit(&done, status);
    ck_assert_msg(run_out_has(&done, text), "%s", run_describe(&done));
    run_free(&done);
    take_orphans();
}

START_TEST(in_6_of_168_orders_all_have_one_fork)
{
    explored("", 1, "6 of 168 schedules");
}
END_TEST

START_TEST(with_an_order_no_circle_closes_in_any)
{
    explored(" -- --fix order", 0, "142");
}
END_TEST

// Nobody is ever stuck; but who is always too late goes without.
START_TEST(with_a_try_somebody_may_stay_hungry_and_all_ends)
{
    char command[] = "lab explore philosophers --plain -- --fix try --people 2 --tries 2";
    struct run_result done =
        run_how(command, &(struct run_options){.timeout_ms = EXPLORE_MS});
    run_assert_exit(&done, 1);
    ck_assert(run_out_has(&done, "128 of 172 schedules"));
    ck_assert(!run_out_has(&done, "STUCK"));
    run_free(&done);
    take_orphans();
}
END_TEST

START_TEST(a_try_ends_in_any_drawn_order)
{
    for (int seed = 1; seed <= SEEDS; seed++) {
        char command[COMMAND_SIZE];
        snprintf(command, sizeof command,
                 "lab run philosophers --plain --seed %d -- --fix try --people 4", seed);
        struct run_result done = run(command);
        ck_assert_int_eq(result_of(&done).expected, 12);
        ck_assert(!run_out_has(&done, "STUCK"));
        run_free(&done);
        take_orphans();
    }
}
END_TEST

int main(void)
{
    const struct suite_test tests[] = {
        {.test = with_an_order_all_is_eaten},
        {.test = with_a_try_all_is_eaten},
        {.test = who_is_stuck_is_ended_by_main},
        {.test = bad_input_is_named},
        {.test = each_order_comes_out_as_it_must, .timeout = 90},
        {.test = in_6_of_168_orders_all_have_one_fork},
        {.test = with_an_order_no_circle_closes_in_any},
        {.test = with_a_try_somebody_may_stay_hungry_and_all_ends},
        {.test = a_try_ends_in_any_drawn_order},
    };

    return suite_run("philosophers", tests, sizeof tests / sizeof *tests);
}
