// SPDX-License-Identifier: MIT
// The exercises whose programs say by themselves whether they are right: as they are given
// they do not, the solutions do, and what learners come to on the way does not.
#include "attempt.h"
#include "suite.h"

enum { ATTEMPTS_MAX = 6, CHECKS_MAX = 3 };

struct check {
    const char *command; // $P is the program
    const char *prints;
};

struct exercise {
    struct attempt attempts[ATTEMPTS_MAX + 1];
    struct check checks[CHECKS_MAX + 1]; // a right program passes all, another not all
};

#define RESTART "lessons/12-endings/restart.c"
#define RESTART_SOLUTION "lessons/12-endings/solution/restart.c"
#define RESTART_LOOP "number <= TRIES_MAX && code < 0"
#define CRASHED(n)                                                                       \
    "worker-" #n ": here I am, tries is 1\nworker-" #n ": killed by signal 6 (Aborted)\n"

static const struct exercise restart = {
    {{.name = "restart", .base = RESTART},
     {.name = "restart_for_ever",
      .base = RESTART_SOLUTION,
      .changes = {{RESTART_LOOP, "code < 0"}}},
     {.name = "restart_always",
      .base = RESTART_SOLUTION,
      .changes = {{RESTART_LOOP, "number <= TRIES_MAX && code != 0"}}},
     {.name = "restart_three",
      .base = RESTART_SOLUTION,
      .changes = {{RESTART_LOOP, "number <= TRIES_MAX"}}},
     {.name = "restart_solved", .base = RESTART_SOLUTION, .right = true}},
    {{"build/demos/$P",
      CRASHED(1) CRASHED(2) "worker-3: here I am, tries is 1\nworker-3: exit status 0\n"
                            "work done 1, expected 1, failed 0\n"},
     {"build/demos/$P --crashes 9",
      CRASHED(1) CRASHED(2) CRASHED(3) "work done 0, expected 1, failed 1\n"},
     {"build/demos/$P --crashes 0 --status 2",
      "worker-1: here I am, tries is 1\nworker-1: exit status 2\n"
      "work done 0, expected 1, failed 1\n"}}};

#define PICTURE "lessons/20-pool/picture.c"
#define PICTURE_SOLUTION "lessons/20-pool/solution/picture.c"
#define PICTURE_LOOP "        draw_row(&row[i], &picture[i]);\n"

// A child's picture is a copy.
#define PICTURE_CHILD                                                                    \
    "        draw_pair_arg[0] = &row[i], draw_pair_arg[1] = &picture[i];\n"              \
    "        mp_process *child;\n"                                                       \
    "        must(mp_process_create(&child, draw_pair, draw_pair_arg, NULL));\n"         \
    "        must(mp_process_start(child));\n"                                           \
    "        must(mp_process_join(child, MP_FOREVER));\n"                                \
    "        must(mp_process_destroy(child));\n"
#define PICTURE_PAIR                                                                     \
    "static void *draw_pair_arg[2];\n"                                                   \
    "static int draw_pair(void *arg)\n{\n    void **pair = arg;\n"                       \
    "    return draw_row(pair[0], pair[1]);\n}\n\nint main("

static const struct exercise picture = {
    {{.name = "picture", .base = PICTURE},
     {.name = "picture_children",
      .base = PICTURE,
      .changes = {{PICTURE_LOOP, PICTURE_CHILD}, {"int main(", PICTURE_PAIR}}},
     {.name = "picture_printed", // part 2
      .base = PICTURE_SOLUTION,
      .changes = {{"    return 0;\n}\n\nint main",
                   "    printf(\"%s\\n\", drawn->text);\n    return 0;\n}\n\nint main"}}},
     {.name = "picture_solved", .base = PICTURE_SOLUTION, .right = true}},
    {{"build/demos/$P | tail -n 1", "rows by workers 21, expected 21, by main 0\n"},
     {"build/demos/$P | sed '$d; s/ *$//' | cksum", "199067693 1118\n"}}};

#define SPLIT "lessons/22-chunks/split.c"
#define SPLIT_SOLUTION "lessons/22-chunks/solution/split.c"
#define SPLIT_BEGIN "(int)((long)NUMBERS * i / PIECES)"
#define SPLIT_END "(int)((long)NUMBERS * (i + 1) / PIECES)"

static const struct exercise split = {
    {{.name = "split", .base = SPLIT},
     {.name = "split_by_workers",
      .base = SPLIT_SOLUTION,
      .changes = {{"PIECES = 40", "PIECES = 4"}}},
     {.name = "split_twice", // an end belongs to both
      .base = SPLIT_SOLUTION,
      .changes = {{SPLIT_END, SPLIT_END " + 1"}}},
     {.name = "split_remainder", // 1000000 is not 48 times something
      .base = SPLIT_SOLUTION,
      .changes = {{"PIECES = 40", "PIECES = 48"},
                  {SPLIT_BEGIN, "NUMBERS / PIECES * i"},
                  {SPLIT_END, "NUMBERS / PIECES * (i + 1)"}}},
     {.name = "split_48",
      .base = SPLIT_SOLUTION,
      .changes = {{"PIECES = 40", "PIECES = 48"}},
      .right = true},
     {.name = "split_solved", .base = SPLIT_SOLUTION, .right = true}},
    {{"build/demos/$P | grep -o '[0-9]* primes'", "78498 primes\n"},
     {"build/demos/$P | tail -n 1", "numbers 1000000, expected 1000000, problems 0\n"}}};

#define SHOPS "lessons/50-downloads/shops.c"
#define SHOPS_SOLUTION "lessons/50-downloads/solution/shops.c"

// The lab chooses who answers first: seen in more than one order by whoever does not wait for
// them one after the other.
#define ORDERS                                                                           \
    "for s in 1 2 3 4 5 6; do build/lab run $P --plain --seed $s | "                     \
    "grep -o 'printed: shop-[0-9]' | tr '\\n' ' '; echo; done | sort -u | wc -l | "      \
    "sed 's/^1$/one order/; s/^[2-6]$/several orders/'"

static const struct exercise shops = {
    {{.name = "shops", .base = SHOPS},
     {.name = "shops_in_turn",
      .base = SHOPS_SOLUTION,
      .changes = {{"    size_t i;\n    while (mp_futures_next(future, SHOPS, &i, "
                   "MP_FOREVER) == 0) {",
                   "    for (size_t i = 0; i < SHOPS; i++) {\n"
                   "        must(mp_future_wait(future[i], MP_FOREVER));"}}},
     {.name = "shops_closed_is_cheapest",
      .base = SHOPS_SOLUTION,
      .changes = {{"            continue;\n", ""}}},
     {.name = "shops_solved", .base = SHOPS_SOLUTION, .right = true}},
    {{"build/demos/$P | sort",
      "answers 4, expected 5, failed 1\ncheapest: shop-4, 35\nshop-1: 41\nshop-2: 39\n"
      "shop-3 failed: shop-3 is closed\nshop-4: 35\nshop-5: 44\n"},
     {"build/demos/$P >out; echo $?", "1\n"},
     {ORDERS, "several orders\n"}}};

static void try_all(const struct exercise *exercise, const char *page_name)
{
    struct page *page = page_read(page_name);

    for (const struct attempt *a = exercise->attempts; a->name != NULL; a++) {
        write_attempt(a, page);
    }
    tree_do("make -s demos");
    for (const struct attempt *a = exercise->attempts; a->name != NULL; a++) {
        int passed = 0, checks = 0;
        char *got = strdup("");
        for (const struct check *c = exercise->checks; c->command != NULL; c++, checks++) {
            char *command;
            ck_assert_int_gt(asprintf(&command, "P=%s; %s", a->name, c->command), 0);
            struct run_result result = tree_run(command);
            passed += strcmp(result.out, c->prints) == 0;
            char *more;
            ck_assert_int_gt(asprintf(&more, "%s%s\n%s", got, command, result.out), 0);
            free(got);
            got = more;
            run_free(&result);
            free(command);
        }
        ck_assert_msg((passed == checks) == a->right, "%s passes %d of %d\n%s", a->name,
                      passed, checks, got);
        free(got);
    }
}

START_TEST(a_watchman_tries_a_crash_again)
{
    try_all(&restart, "lessons/12-endings/README.md");
}
END_TEST

START_TEST(a_picture_is_whole_and_by_workers)
{
    try_all(&picture, "lessons/20-pool/README.md");
}
END_TEST

START_TEST(pieces_are_many_and_make_up_the_whole)
{
    try_all(&split, "lessons/22-chunks/README.md");
}
END_TEST

START_TEST(shops_are_heard_as_they_answer)
{
    try_all(&shops, "lessons/50-downloads/README.md");
}
END_TEST

int main(void)
{
    const struct suite_test tests[] = {
        {.test = a_watchman_tries_a_crash_again,
         .timeout = 60,
         .setup = tree_make,
         .teardown = tree_remove},
        {.test = a_picture_is_whole_and_by_workers,
         .timeout = 60,
         .setup = tree_make,
         .teardown = tree_remove},
        {.test = pieces_are_many_and_make_up_the_whole,
         .timeout = 60,
         .setup = tree_make,
         .teardown = tree_remove},
        {.test = shops_are_heard_as_they_answer,
         .timeout = 60,
         .setup = tree_make,
         .teardown = tree_remove},
    };

    return suite_run("made", tests, sizeof tests / sizeof *tests);
}
