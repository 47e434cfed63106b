// SPDX-License-Identifier: MIT
// The exercises of the lessons: each fails as it is given, its solution does not, and the
// wrong answers that learners come to are seen to be wrong.
#include "attempt.h"
#include "suite.h"

#include <string.h>

enum { ROUNDS = 20 };

#define ACQUIRE "must(mp_lock_acquire(job->counter_lock, MP_FOREVER));"
#define RELEASE "must(mp_lock_release(job->counter_lock));"
#define ONLY_1 "if (strcmp(mp_current_name(), \"increment-1\") == 0) "
#define POT "lessons/40-race-and-lock/pot.c"
#define POT_SOLUTION "lessons/40-race-and-lock/solution/pot.c"
#define POT_ACQUIRE "        must(mp_lock_acquire(job->pot_lock, MP_FOREVER));\n"
#define POT_RELEASE "        must(mp_lock_release(job->pot_lock));\n"
#define POT_RELEASE_EARLY "            must(mp_lock_release(job->pot_lock));\n"
#define POT_TAKE "        pot->money -= 1; /* take */\n"
#define POT_COUNT "        coins++;\n"
#define POT_LOCK "    must(mp_lock_create(&job.pot_lock));\n"
#define POT_CHILD "        job.number = i;"

static const struct attempt locks[] = {
    {.name = "fixed", .base = "demos/lock_fixed.c", .right = true},
    {.name = "write_only",
     .base = "demos/lock_fixed.c",
     .changes = {{"        " ACQUIRE
                  "\n        job->shared->counter += 1;\n        " RELEASE "\n",
                  NULL}}},
    {.name = "own_locks",
     .base = "demos/lock_fixed.c",
     .changes = {{"    must(mp_lock_create(&job.counter_lock));\n", ""},
                 {"        must(mp_process_create(",
                  "        must(mp_lock_create(&job.counter_lock));\n"
                  "        must(mp_process_create("}}},
    {.name = "one_without",
     .base = "demos/lock_fixed.c",
     .changes = {{ACQUIRE, ONLY_1 ACQUIRE},
                 {RELEASE, ONLY_1 RELEASE},
                 {"#include <stdio.h>", "#include <stdio.h>\n#include <string.h>"}}},
    {.name = "pot", .base = POT},
    {.name = "pot_solved", .base = POT_SOLUTION, .right = true},
    {.name = "pot_take_only", // looks without the lock
     .base = POT_SOLUTION,
     .changes = {{POT_ACQUIRE, ""},
                 {POT_RELEASE_EARLY, ""},
                 {POT_TAKE, POT_ACQUIRE POT_TAKE}}},
    {.name = "pot_between", // gives it back between the look and the take
     .base = POT_SOLUTION,
     .changes = {{POT_TAKE, POT_RELEASE POT_ACQUIRE POT_TAKE}}},
    {.name = "pot_own_locks",
     .base = POT_SOLUTION,
     .changes = {{POT_LOCK, ""}, {POT_CHILD, POT_LOCK POT_CHILD}}},
    {.name = "pot_one_without",
     .base = POT_SOLUTION,
     .changes = {{POT_ACQUIRE, "        if (job->number > 0)\n" POT_ACQUIRE},
                 {POT_RELEASE_EARLY,
                  "            if (job->number > 0)\n" POT_RELEASE_EARLY},
                 {POT_RELEASE POT_COUNT,
                  "        if (job->number > 0)\n" POT_RELEASE POT_COUNT}}},
};

START_TEST(wrong_locks_lose_and_right_ones_do_not)
{
    struct page *page = page_read("lessons/40-race-and-lock/README.md");
    size_t count = sizeof locks / sizeof *locks;

    for (size_t i = 0; i < count; i++) {
        write_attempt(&locks[i], page);
    }
    tree_do("make -s demos");
    for (size_t i = 0; i < count; i++) {
        int wrong = wrong_orders(&locks[i]);
        ck_assert_msg(locks[i].right ? wrong == 0 : wrong > 0,
                      "%s: %d of %d orders are wrong", locks[i].name, wrong, SEEDS);
    }
    tree_do("for i in $(seq %d); do build/demos/pot_solved --money 100000 || exit 1; done",
            ROUNDS);
}
END_TEST

#define FAMILY_SOLUTION "lessons/10-process/solution/family.c"
#define FAMILY_RESULT "demo_result(\"children\", CHILDREN, 4, \"failed\", failed);"

static const struct attempt families[] = {
    {.name = "family", .base = "lessons/10-process/family.c"},
    {.name = "family_trusts_join",
     .base = FAMILY_SOLUTION,
     .changes = {{"        must(mp_process_join(family[i], MP_FOREVER));\n", ""},
                 {"must(mp_process_exitcode(family[i], &code))",
                  "must(code = mp_process_join(family[i], MP_FOREVER))"}}},
    {.name = "family_from_1",
     .base = FAMILY_SOLUTION,
     .changes = {{"number[i] = i;", "number[i] = i + 1;"}}},
    {.name = "family_returns_count",
     .base = FAMILY_SOLUTION,
     .changes = {{"return " FAMILY_RESULT, FAMILY_RESULT "\n    return failed;"}}},
    {.name = "family_solved", .base = FAMILY_SOLUTION, .right = true},
};

START_TEST(a_family_says_how_each_ended)
{
    static const char expected[] =
        "child-0: exited 0\nchild-1: exited 1\nchild-2: exited 2\n"
        "child-3: exited 3\nchildren 4, expected 4, failed 3\n";
    struct page *page = page_read("lessons/10-process/README.md");
    size_t count = sizeof families / sizeof *families;

    ck_assert_ptr_nonnull(strstr(page->text, expected));
    for (size_t i = 0; i < count; i++) {
        write_attempt(&families[i], page);
    }
    tree_do("make -s demos");
    for (size_t i = 0; i < count; i++) {
        for (int round = 0; round < (families[i].right ? ROUNDS : 1); round++) {
            char command[128];
            snprintf(command, sizeof command,
                     "build/demos/%s | tail -n 5; build/demos/%s >out", families[i].name,
                     families[i].name);
            struct run_result result = tree_run(command);
            bool right = strcmp(result.out, expected) == 0 && run_exit_code(&result) == 1;
            ck_assert_msg(right == families[i].right, "%s: %s", families[i].name,
                          run_describe(&result));
            run_free(&result);
        }
    }
}
END_TEST

START_TEST(joining_in_the_loop_makes_one_after_the_other)
{
    const struct attempt attempt = {
        .name = "one_by_one",
        .base = "demos/process.c",
        .changes = {
            {"    for (int i = 0; i < children; i++) {\n        start(&child[i], i + 1);\n    }\n",
             NULL},
            {"    int failed = 0;\n    for (int i = 0; i < children && !no_join; i++) {\n"
             "        failed += join(child[i]);\n    }\n",
             ""}}};
    write_attempt(&attempt, page_read("lessons/10-process/README.md"));
    tree_do("make -s demos");
    struct run_result result = tree_run("build/demos/one_by_one --children 3");
    run_assert_exit(&result, 0);
    const char *joined = strstr(result.out, "joined child-1");
    const char *next = strstr(result.out, "started child-2");
    ck_assert_msg(joined != NULL && next != NULL && joined < next, "%s", result.out);
    run_free(&result);
}
END_TEST

#define TILL_SOLUTION "lessons/52-when-workers-die/solution/till.c"

static const struct attempt tills[] = {
    {.name = "till", .base = "lessons/52-when-workers-die/till.c"},
    {.name = "till_solved", .base = TILL_SOLUTION, .right = true},
};

START_TEST(a_till_is_put_right_after_a_death)
{
    static const char expected[] = "tickets 1, expected 1, wrong 0\n";
    struct page *page = page_read("lessons/52-when-workers-die/README.md");
    size_t count = sizeof tills / sizeof *tills;

    ck_assert_ptr_nonnull(strstr(page->text, expected));
    for (size_t i = 0; i < count; i++) {
        write_attempt(&tills[i], page);
    }
    static const char before[] =
        "    snprintf(outcome.text, sizeof outcome.text, \"%d of %d results, %s\"";
    char *both;
    ck_assert_int_gt(asprintf(&both, "%s%s", to_try(page), before), 0);
    const struct attempt twice = {
        .name = "twice", .base = "demos/when_workers_die.c", .changes = {{before, both}}};
    write_attempt(&twice, page);
    free(both);
    tree_do("make -s demos");
    for (size_t i = 0; i < count; i++) {
        char command[128];
        snprintf(command, sizeof command, "build/demos/%s", tills[i].name);
        struct run_result result = tree_run(command);
        bool right = strcmp(result.out, expected) == 0 && run_exit_code(&result) == 0;
        ck_assert_msg(right == tills[i].right, "%s: %s", tills[i].name,
                      run_describe(&result));
        run_free(&result);
    }
    struct run_result result = tree_run("build/demos/twice --scene 1");
    run_assert_exit(&result, 0);
    ck_assert_msg(run_out_has(&result, "5 of 6 results"), "%s", result.out);
    run_free(&result);
}
END_TEST

#define CARRY "lessons/60-every-schedule/carry.c"
#define CARRY_SOLUTION "lessons/60-every-schedule/solution/carry.c"
#define SHOP_ACQUIRE "must(mp_lock_acquire(job->shop_lock, MP_FOREVER));\n"
#define SHOP_RELEASE "must(mp_lock_release(job->shop_lock));\n"
#define INTO_SAFE "        shop->safe += 1; /* into the safe */\n"
#define COUNT_TILL "    int sum = shop->till; /* count the till */\n"
#define COUNTED "    shop->counted = sum;\n"

static const struct attempt explored[] = {
    {.name = "write_only",
     .base = "demos/lock_fixed.c",
     .changes = {{"        " ACQUIRE
                  "\n        job->shared->counter += 1;\n        " RELEASE "\n",
                  NULL}}},
    {.name = "twice_politely",
     .base = "demos/lock_fixed.c",
     .changes = {{"        job->shared->counter += 1;\n",
                  "        int seen = job->shared->counter;\n        " RELEASE
                  "\n        " ACQUIRE "\n        job->shared->counter = seen + 1;\n"}}},
    {.name = "one_without",
     .base = "demos/lock_fixed.c",
     .changes = {{ACQUIRE, ONLY_1 ACQUIRE},
                 {RELEASE, ONLY_1 RELEASE},
                 {"#include <stdio.h>", "#include <stdio.h>\n#include <string.h>"}}},
    {.name = "carry", .base = CARRY},
    {.name = "carry_solved", .base = CARRY_SOLUTION, .right = true},
    {.name = "carry_counted_outside",
     .base = CARRY_SOLUTION,
     .changes = {{COUNTED "    " SHOP_RELEASE, "    " SHOP_RELEASE COUNTED}},
     .right = true},
    {.name = "carry_each", // each line in a lock of its own
     .base = CARRY_SOLUTION,
     .changes = {{INTO_SAFE, "        " SHOP_RELEASE "        " SHOP_ACQUIRE INTO_SAFE}}},
    {.name = "carry_owner_without",
     .base = CARRY_SOLUTION,
     .changes = {{"    " SHOP_ACQUIRE COUNT_TILL, COUNT_TILL},
                 {COUNTED "    " SHOP_RELEASE, COUNTED}}},
    {.name = "carry_own_locks",
     .base = CARRY_SOLUTION,
     .changes = {{"    must(mp_process_start(owner));\n",
                  "    must(mp_lock_create(&job.shop_lock));\n"
                  "    must(mp_process_start(owner));\n"}}},
};

// What the lab says of it must be on the page; of the first ones, made of lock_fixed, all.
static void explore_attempt(const struct attempt *attempt, const struct page *page)
{
    char command[128];
    snprintf(command, sizeof command,
             "build/lab explore %s --plain >out; status=$?; sed -n 3,6p out; exit $status",
             attempt->name);
    struct run_result result = tree_run(command);

    run_assert_exit(&result, attempt->right ? 0 : 1);
    ck_assert_msg(run_out_has(&result, "it cannot go wrong") == attempt->right, "%s: %s",
                  attempt->name, result.out);
    if (strcmp(attempt->base, "demos/lock_fixed.c") == 0) {
        ck_assert_msg(strstr(page->text, result.out) != NULL, "%s: not on the page:\n%s",
                      attempt->name, result.out);
    }
    run_free(&result);
}

START_TEST(every_schedule_tells_wrong_locks_from_right_ones)
{
    struct page *page = page_read("lessons/60-every-schedule/README.md");
    size_t count = sizeof explored / sizeof *explored;

    for (size_t i = 0; i < count; i++) {
        write_attempt(&explored[i], page);
    }
    tree_do("make -s demos");
    for (size_t i = 0; i < count; i++) {
        explore_attempt(&explored[i], page);
    }
    struct run_result result = tree_run("build/lab explore carry --plain | sed -n 3,7p");
    ck_assert_msg(strstr(page->text, result.out) != NULL, "not on the page:\n%s",
                  result.out);
    run_free(&result);
    // How many schedules each of them has left, for one coin and for two.
    result = tree_run("for c in carry_solved carry_counted_outside; do for n in 1 2; do "
                      "build/lab explore $c --plain -- --coins $n | head -n 1 | "
                      "grep -o ' [0-9]*, complete'; done; done");
    ck_assert_str_eq(result.out,
                     " 2, complete\n 3, complete\n 8, complete\n 21, complete\n");
    run_free(&result);
    tree_do("for i in $(seq %d); do build/demos/carry_solved --coins 1000 || exit 1; done",
            ROUNDS);
}
END_TEST

#define CARDS "lessons/64-when-the-owner-dies/cards.c"
#define CARDS_SOLUTION "lessons/64-when-the-owner-dies/solution/cards.c"
#define NOTE_HOLDS "    shared->open = 1; /* and only then: it holds */\n"
#define NOTE_BEGINS "    shared->place = i; /* first the whole note */\n"
#define LAST_CARD "    shared->card[i + 1] = shared->left;\n"

static const struct attempt cards[] = {
    {.name = "cards", .base = CARDS},
    {.name = "cards_open_first",
     .base = CARDS_SOLUTION,
     .changes = {{NOTE_HOLDS, ""}, {NOTE_BEGINS, "    shared->open = 1;\n" NOTE_BEGINS}}},
    {.name = "cards_never_closed",
     .base = CARDS_SOLUTION,
     .changes = {{LAST_CARD "    shared->open = 0;\n", LAST_CARD}}},
    {.name = "cards_closed_early",
     .base = CARDS_SOLUTION,
     .changes = {{LAST_CARD "    shared->open = 0;\n",
                  "    shared->open = 0;\n" LAST_CARD}}},
    {.name = "cards_always_repaired",
     .base = CARDS_SOLUTION,
     .changes = {{"    if (shared->open) {\n", "    {\n"}}},
    {.name = "cards_solved", .base = CARDS_SOLUTION, .right = true},
};

static const struct attempt like_python = {
    .name = "like_python",
    .base = "demos/lock_fixed.c",
    .changes = {
        {"mp_lock *counter_lock", "mp_sem *counter_lock"},
        {"mp_lock_create(&job.counter_lock)", "mp_sem_create(&job.counter_lock, 1, 1)"},
        {"mp_lock_acquire(job->", "mp_sem_acquire(job->"},
        {RELEASE, "must(mp_sem_release(job->counter_lock, 1));"}}};

START_TEST(a_row_of_cards_survives_whoever_exchanges_two)
{
    struct page *page = page_read("lessons/64-when-the-owner-dies/README.md");
    size_t count = sizeof cards / sizeof *cards;

    for (size_t i = 0; i < count; i++) {
        write_attempt(&cards[i], page);
    }
    write_attempt(&like_python, page);
    tree_do("make -s demos");
    for (size_t i = 0; i < count; i++) {
        char command[128];
        snprintf(command, sizeof command, "build/lab explore %s --kill", cards[i].name);
        struct run_result result = tree_run(command);
        run_assert_exit(&result, cards[i].right ? 0 : 1);
        ck_assert_msg(run_out_has(&result, "One that corrupts:") != cards[i].right,
                      "%s: %s", cards[i].name, result.out);
        ck_assert_msg(!cards[i].right || run_out_has(&result, "   all       264         0 "
                                                              "        0         0\n"),
                      "%s", result.out);
        run_free(&result);
    }
    // Who repairs is killed as well; somebody is left.
    struct run_result result = tree_run(
        "build/lab replay cards_solved:3:1x11,K1,2x6,K2,3x46 --plain | grep -c 'had died'; "
        "build/lab replay cards_solved:3:1x11,K1,2x6,K2,3x46 --plain | tail -n 1");
    ck_assert_str_eq(result.out, "2\ncards 3, expected 3, out of order 0\n");
    run_free(&result);
    result = tree_run("build/lab explore like_python --kill | sed -n '4,10p'");
    ck_assert_msg(*result.out != '\0' && strstr(page->text, result.out) != NULL,
                  "not on the page:\n%s", result.out);
    run_free(&result);
}
END_TEST

int main(void)
{
    const struct suite_test tests[] = {
        {.test = wrong_locks_lose_and_right_ones_do_not,
         .timeout = 60,
         .setup = tree_make,
         .teardown = tree_remove},
        {.test = a_family_says_how_each_ended,
         .timeout = 60,
         .setup = tree_make,
         .teardown = tree_remove},
        {.test = a_till_is_put_right_after_a_death,
         .timeout = 60,
         .setup = tree_make,
         .teardown = tree_remove},
        {.test = every_schedule_tells_wrong_locks_from_right_ones,
         .timeout = 60,
         .setup = tree_make,
         .teardown = tree_remove},
        {.test = a_row_of_cards_survives_whoever_exchanges_two,
         .timeout = 120,
         .setup = tree_make,
         .teardown = tree_remove},
        {.test = joining_in_the_loop_makes_one_after_the_other,
         .timeout = 60,
         .setup = tree_make,
         .teardown = tree_remove},
    };

    return suite_run("exercises", tests, sizeof tests / sizeof *tests);
}
