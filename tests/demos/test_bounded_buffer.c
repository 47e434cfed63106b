// SPDX-License-Identifier: MIT
// bounded_buffer: made right, every item is taken once, in every order; with either of its
// bugs there are orders in which it is not.
#include "demos.h"

enum { TRIES = 30, RIGHT_RUNS = 5, EXPLORE_MS = 60000 };

#define SMALL "--producers 1 --consumers 2 --items 2 --capacity 1 --limit 0"

// --- alone ----------------------------------------------------------------------------------

static void every_item_once(const char *arguments, long items)
{
    char command[COMMAND_SIZE];
    char last[80];
    snprintf(command, sizeof command, "demos/bounded_buffer --limit 0 %s", arguments);
    snprintf(last, sizeof last, "items %ld, expected %ld, lost 0, doubled 0", items,
             items);
    struct run_result done = run(command);
    run_assert_exit(&done, 0);
    ck_assert_str_eq(done.err, "");
    ck_assert_str_eq(run_last_line(&done), last);
    ck_assert_uint_eq(count_text(done.out, "\n"), 2);
    run_free(&done);
}

START_TEST(every_item_is_taken_once)
{
    for (int i = 0; i < RIGHT_RUNS; i++) {
        every_item_once("", 1000);
    }
    every_item_once("--items 1", 1);
    every_item_once("--producers 3 --consumers 3 --items 2000 --capacity 2", 2000);
    every_item_once("--producers 16 --consumers 1 --items 500 --capacity 100", 500);
    every_item_once("--producers 1 --consumers 16 --items 500", 500);
}
END_TEST

// How often it comes to that is the machine's affair; in so many runs it does.
START_TEST(who_does_not_look_again_takes_what_is_not_there)
{
    long problems = 0;
    for (int i = 0; i < TRIES && problems == 0; i++) {
        struct run_result done = run("demos/bounded_buffer --bug if --items 2000");
        struct result result = result_of(&done);
        ck_assert_str_eq(done.err, "");
        ck_assert_int_eq(result.expected, 2000);
        problems = result.problems;
        run_free(&done);
    }
    ck_assert_int_gt(problems, 0);
}
END_TEST

START_TEST(who_sleeps_for_ever_is_ended_by_main)
{
    bool stuck = false;
    for (int i = 0; i < TRIES && !stuck; i++) {
        struct run_result done = run("demos/bounded_buffer --bug signal --limit 500");
        struct result result = result_of(&done);
        ck_assert_str_eq(done.err, "");
        ck_assert_int_eq(result.expected, 1000);
        ck_assert_int_eq(result.actual + result.problems, 1000); // none is doubled
        stuck = result.problems > 0 && run_out_has(&done, "producer has not ended after "
                                                          "500 ms: main ends it\n");
        run_free(&done);
    }
    ck_assert(stuck);
}
END_TEST

START_TEST(bad_input_is_named)
{
    static const char *const bad[][2] = {
        {"--bug while", "bounded_buffer: --bug takes none, if or signal, not \"while\"\n"},
        {"--capacity 0",
         "bounded_buffer: --capacity takes a number from 1 to 1000000, not \"0\"\n"},
        {"--consumers 17",
         "bounded_buffer: --consumers takes a number from 1 to 16, not \"17\"\n"},
        {"--limit -1",
         "bounded_buffer: --limit takes a number from 0 to 3600000, not \"-1\"\n"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        char command[COMMAND_SIZE];
        snprintf(command, sizeof command, "demos/bounded_buffer %s", bad[i][0]);
        struct run_result done = run(command);
        run_assert_exit(&done, 2);
        ck_assert_str_eq(done.err, bad[i][1]);
        ck_assert_str_eq(done.out, "");
        run_free(&done);
    }
}
END_TEST

// --- in the lab -----------------------------------------------------------------------------

// A code, run again: it comes out so.
static void comes_out(const char *code, const char *how)
{
    const char *const argv[] = {built("lab"), "verify", code, NULL};
    struct run_result done = run_program(argv, NULL);
    char expected[300];
    snprintf(expected, sizeof expected, "%s: %s\n", code, how);
    ck_assert_str_eq(done.err, "");
    ck_assert_str_eq(done.out, expected);
    run_assert_exit(&done, 0);
    run_free(&done);
    take_orphans();
}

START_TEST(an_order_that_loses_an_item_or_wakes_the_wrong_one)
{
    // consumer-1 is called, and consumer-2 takes the item before it is awake.
    comes_out("1c-6f9e bounded_buffer " SMALL " --bug if @ 221x5,333222111",
              "items 2, expected 2, lost 1, doubled 1; exit status 1");
    // consumer-1 has made room, and calls consumer-2 instead of the producer.
    comes_out("1c-e01f bounded_buffer " SMALL " --bug signal @ 22331x5,22233",
              "STUCK: 2 processes sleep in a condition, and nobody is left who could "
              "call it");
}
END_TEST

static void explored(const char *bug, int status, const char *text)
{
    char command[COMMAND_SIZE];
    snprintf(command, sizeof command, "lab explore bounded_buffer --plain -- --bug %s",
             bug);
    struct run_result done =
        run_how(command, &(struct run_options){.timeout_ms = EXPLORE_MS});
    run_assert_exit(&done, status);
    ck_assert_msg(run_out_has(&done, text), "%s", run_describe(&done));
    run_free(&done);
    take_orphans();
}

START_TEST(of_all_orders_the_bugs_show_in_some)
{
    explored("none", 0, "28");
    explored("if", 1, "4 of 28 schedules");
    explored("signal", 1, "2 of 30 schedules");
}
END_TEST

int main(void)
{
    const struct suite_test tests[] = {
        {.test = every_item_is_taken_once},
        {.test = who_does_not_look_again_takes_what_is_not_there},
        {.test = who_sleeps_for_ever_is_ended_by_main},
        {.test = bad_input_is_named},
        {.test = an_order_that_loses_an_item_or_wakes_the_wrong_one},
        {.test = of_all_orders_the_bugs_show_in_some},
    };

    return suite_run("bounded buffer", tests, sizeof tests / sizeof *tests);
}
