// SPDX-License-Identifier: MIT
// deadlock and deadlock_fixed: they differ by one order and nothing else; the one gets stuck,
// and is ended by main when it runs alone; the other never does.
#include "twins.h"

enum { TRIES = 30, FIXED_RUNS = 5, SEEDS = 10, EXPLORE_MS = 60000 };

// --- the pair -----------------------------------------------------------------------------

static const char lock_a[] = "        must(mp_lock_acquire(job->lock_a, MP_FOREVER));";
static const char lock_b[] = "        must(mp_lock_acquire(job->lock_b, MP_FOREVER));";

static struct lines read_normal(const char *name)
{
    char *text = demo_normal(name, " /* DEADLOCK: ");
    struct lines lines = lines_of(text);
    free(text);
    return lines;
}

static bool stand_at(const struct lines *lines, size_t at, const char *one,
                     const char *other)
{
    return strcmp(line_at(lines, at), one) == 0 &&
           strcmp(line_at(lines, at + 1), other) == 0;
}

START_TEST(the_pair_differs_by_the_order_and_nothing_else)
{
    struct lines stuck = read_normal("deadlock");
    struct lines fixed = read_normal("deadlock_fixed");
    size_t turned = 0;

    ck_assert_uint_eq(stuck.count, fixed.count);
    for (size_t i = 0; i < stuck.count; i++) {
        if (stand_at(&stuck, i, lock_b, lock_a) && stand_at(&fixed, i, lock_a, lock_b)) {
            turned++;
            i++;
        } else {
            ck_assert_str_eq(line_at(&stuck, i), line_at(&fixed, i));
        }
    }
    ck_assert_uint_eq(turned, 1);
    lines_free(&stuck);
    lines_free(&fixed);
}
END_TEST

START_TEST(the_other_order_is_marked_and_only_there)
{
    char *stuck = demo_source("deadlock");
    char *fixed = demo_source("deadlock_fixed");
    char marked[128];

    snprintf(marked, sizeof marked, "%s /* DEADLOCK: ", lock_b);
    ck_assert_uint_eq(count_text(stuck, marked), 1);
    ck_assert_uint_eq(count_text(stuck, "DEADLOCK:"), 1);
    ck_assert_uint_eq(count_text(fixed, "DEADLOCK:"), 0);
    free(stuck);
    free(fixed);
}
END_TEST

START_TEST(the_pair_is_watched_alike)
{
    struct demo_entry stuck = demo_entry_of("deadlock");
    struct demo_entry fixed = demo_entry_of("deadlock_fixed");

    ck_assert_str_eq(stuck.watch, fixed.watch);
    ck_assert_str_eq(stuck.explore, fixed.explore);
    ck_assert_str_eq(stuck.grain, fixed.grain);
    ck_assert_str_eq(stuck.shape, fixed.shape);
    ck_assert_str_eq(stuck.lesson, fixed.lesson);
    ck_assert_str_eq(stuck.twin, "deadlock_fixed");
    ck_assert_str_eq(fixed.twin, "deadlock");
}
END_TEST

// --- alone ----------------------------------------------------------------------------------

START_TEST(with_one_order_every_transfer_is_made)
{
    for (int i = 0; i < FIXED_RUNS; i++) {
        struct run_result done = run("demos/deadlock_fixed --limit 0 --rounds 50000");
        ck_assert_str_eq(done.err, "");
        ck_assert_int_eq(result_of(&done).expected, 100000);
        run_assert_exit(&done, 0);
        ck_assert(!run_out_has(&done, "main ends it"));
        run_free(&done);
    }
}
END_TEST

// How often it comes to that is the machine's affair; in so many runs it does.
START_TEST(who_is_stuck_is_ended_by_main)
{
    bool stuck = false;
    for (int i = 0; i < TRIES && !stuck; i++) {
        struct run_result done = run("demos/deadlock --limit 300");
        struct result result = result_of(&done);
        ck_assert_str_eq(done.err, "");
        ck_assert_str_eq(result.what, "transfers");
        ck_assert_str_eq(result.problem, "missing");
        ck_assert_int_eq(result.expected, 800000);
        ck_assert_int_eq(result.actual + result.problems, 800000);
        stuck = run_out_has(&done, "\nleft has not ended after 300 ms: main ends it\n"
                                   "right has not ended after 300 ms: main ends it\n"
                                   "transfers ");
        run_assert_exit(&done, result.problems > 0 ? 1 : 0);
        run_free(&done);
    }
    ck_assert(stuck);
}
END_TEST

START_TEST(it_prints_what_each_has_made)
{
    struct run_result done = run("demos/deadlock_fixed --rounds 1");
    struct lines lines;
    hide_pids(done.out);
    lines = lines_of(done.out);
    ck_assert_uint_eq(lines.count, 4);
    ck_assert_str_eq(
        lines.line[0],
        "deadlock_fixed: left: 1 from a to b, right: 1 from b to a, 1 time each");
    ck_assert(run_out_has(&done, "\nleft (P) made 1\n"));
    ck_assert(run_out_has(&done, "\nright (P) made 1\n"));
    ck_assert_str_eq(lines.line[3], "transfers 2, expected 2, missing 0");
    lines_free(&lines);
    run_free(&done);
}
END_TEST

// --- in the lab -----------------------------------------------------------------------------

#define STUCK "STUCK: left wants lock_b (right has it), right wants lock_a (left has it)"

START_TEST(each_order_comes_out_as_it_must)
{
    struct run_result done =
        run_how("lab verify deadlock:1:12 deadlock:1:21 deadlock:1:11112222 "
                "deadlock:1:22221111 deadlock:2:1111222212 deadlock_fixed:1:11112222 "
                "deadlock_fixed:1:22221111 deadlock_fixed:1:12",
                &(struct run_options){.timeout_ms = EXPLORE_MS});
    run_assert_exit(&done, 1); // the last one is not possible: that is the point
    ck_assert_str_eq(
        done.out,
        "deadlock:1:12: " STUCK "\n"
        "deadlock:1:21: " STUCK "\n"
        "deadlock:1:11112222: transfers 2, expected 2, missing 0; exit status 0\n"
        "deadlock:1:22221111: transfers 2, expected 2, missing 0; exit status 0\n"
        "deadlock:2:1111222212: " STUCK "\n"
        "deadlock_fixed:1:11112222: transfers 2, expected 2, missing 0; exit status 0\n"
        "deadlock_fixed:1:22221111: transfers 2, expected 2, missing 0; exit status 0\n"
        "deadlock_fixed:1:12: does not follow: Step 2 belongs to right, which cannot go: "
        "right wants lock_a, and left has it.\n");
    run_free(&done);
    take_orphans();
}
END_TEST

START_TEST(a_code_replayed_ends_stuck)
{
    struct run_result done = run("lab replay deadlock:1:12 --plain");
    run_assert_exit(&done, 1);
    ck_assert(run_out_has(&done, "\n" STUCK ".\n"));
    ck_assert(run_out_has(&done, " It has not ended.\n"));
    run_free(&done);
    take_orphans();
}
END_TEST

START_TEST(of_all_orders_only_the_fixed_ones_are_all_right)
{
    struct run_options how = {.timeout_ms = EXPLORE_MS};
    struct run_result done = run_how("lab explore deadlock --plain", &how);
    run_assert_exit(&done, 1);
    ck_assert(run_out_has(&done, "2 of 5 schedules"));
    run_free(&done);
    done = run_how("lab explore deadlock_fixed --plain", &how);
    run_assert_exit(&done, 0);
    run_free(&done);
    take_orphans();
}
END_TEST

// With a limit main does not wait for ever, under the lab either: no time passes there, but
// once nobody else can go the wait is over.
START_TEST(with_a_limit_main_ends_them_in_the_lab_too)
{
    bool stuck = false;
    for (int seed = 1; seed <= SEEDS; seed++) {
        char command[COMMAND_SIZE];
        snprintf(command, sizeof command,
                 "lab run deadlock --plain --seed %d -- --limit 2000", seed);
        struct run_result done = run(command);
        struct result result = result_of(&done);
        ck_assert_int_eq(result.expected, 10);
        ck_assert(!run_out_has(&done, "STUCK"));
        ck_assert(run_out_has(&done, "main ends it") == (result.problems > 0));
        stuck = stuck || result.problems > 0;
        run_free(&done);
        take_orphans();
    }
    ck_assert(stuck);
}
END_TEST

int main(void)
{
    const struct suite_test tests[] = {
        {.test = the_pair_differs_by_the_order_and_nothing_else},
        {.test = the_other_order_is_marked_and_only_there},
        {.test = the_pair_is_watched_alike},
        {.test = with_one_order_every_transfer_is_made},
        {.test = who_is_stuck_is_ended_by_main},
        {.test = it_prints_what_each_has_made},
        {.test = each_order_comes_out_as_it_must, .timeout = 90},
        {.test = a_code_replayed_ends_stuck},
        {.test = of_all_orders_only_the_fixed_ones_are_all_right},
        {.test = with_a_limit_main_ends_them_in_the_lab_too},
    };

    return suite_run("deadlock", tests, sizeof tests / sizeof *tests);
}
