// SPDX-License-Identifier: MIT
// The exercises of the lessons in which processes wait: for items, for room, for a lock, for
// the end. Each fails as it is given, its solution does not, and the wrong answers that
// learners come to are seen to be wrong: by the lab, over orders of many seeds, or by Ctrl-C.
#include "attempt.h"
#include "suite.h"

static void write_all(const struct attempt *attempts, size_t count, const char *page_name)
{
    struct page *page = page_read(page_name);

    for (size_t i = 0; i < count; i++) {
        write_attempt(&attempts[i], page);
    }
    tree_do("make -s demos");
}

static void order_all(const struct attempt *attempts, size_t count, const char *page_name)
{
    write_all(attempts, count, page_name);
    for (size_t i = 0; i < count; i++) {
        int wrong = wrong_orders(&attempts[i]);
        ck_assert_msg(attempts[i].right ? wrong == 0 : wrong > 0,
                      "%s: %d of %d orders are wrong", attempts[i].name, wrong, SEEDS);
    }
}

#define ALL_OF(attempts) attempts, sizeof attempts / sizeof *attempts

// ---- 30: who says that it is over

#define BAKERY "lessons/30-queue/bakery.c"
#define BAKERY_SOLUTION "lessons/30-queue/solution/bakery.c"
#define BAKED "sizeof bread, MP_FOREVER));\n    }\n    return 0;"
#define BAKED_AND(more) "sizeof bread, MP_FOREVER));\n    }\n" more "    return 0;"
#define SOLD "NULL, MP_FOREVER) == 0"
#define SOLD_UNTIL_END SOLD " &&\n           bread != -1"
#define PUT_END "must(mp_queue_put(job->shelf, &(int){-1}, sizeof(int), MP_FOREVER));\n"
#define MAIN_CLOSES                                                                      \
    "    must(mp_queue_close(job.shelf)); /* all who could put have ended */\n"
#define MAIN_PUTS_ENDS                                                                   \
    "    for (int i = 0; i < sellers; i++) {\n"                                          \
    "        must(mp_queue_put(job.shelf, &(int){-1}, sizeof(int), MP_FOREVER));\n    }\n"

static const struct attempt bakeries[] = {
    {.name = "bakery", .base = BAKERY},
    {.name = "bakery_each_closes",
     .base = BAKERY,
     .changes = {{BAKED, BAKED_AND("    must(mp_queue_close(job->shelf));\n")}}},
    {.name = "bakery_end_by_each", // two for three sellers
     .base = BAKERY,
     .changes = {{BAKED, BAKED_AND("    " PUT_END)}, {SOLD, SOLD_UNTIL_END}}},
    {.name = "bakery_ends_by_each", // when the first baker has finished
     .base = BAKERY,
     .changes = {{BAKED,
                  BAKED_AND("    for (int i = 0; i < sellers; i++)\n        " PUT_END)},
                 {SOLD, SOLD_UNTIL_END}}},
    {.name = "bakery_closed_first",
     .base = BAKERY,
     .changes = {{"    int failed = 0;\n", MAIN_CLOSES "    int failed = 0;\n"}}},
    {.name = "bakery_ends_by_main",
     .base = BAKERY_SOLUTION,
     .changes = {{MAIN_CLOSES, MAIN_PUTS_ENDS}, {SOLD, SOLD_UNTIL_END}},
     .right = true},
    {.name = "bakery_solved", .base = BAKERY_SOLUTION, .right = true},
};

static const struct attempt one_for_all[] = {
    {.name = "each_its_end",
     .base = "demos/queue.c",
     .changes = {{"static int consumers = 1;", "static int consumers = 3;"},
                 {"static int sentinel;", "static int sentinel = 1;"}},
     .right = true},
    {.name = "one_end",
     .base = "demos/queue.c",
     .changes = {{"    for (int i = 0; sentinel && i < consumers; i++) {\n", NULL},
                 {"static int consumers = 1;", "static int consumers = 3;"},
                 {"static int sentinel;", "static int sentinel = 1;"}}},
};

START_TEST(sellers_go_home_when_all_bakers_have)
{
    order_all(ALL_OF(bakeries), "lessons/30-queue/README.md");
    tree_do(
        "for i in $(seq 10); do build/demos/bakery_solved --sellers 5 || exit 1; done");
}
END_TEST

START_TEST(one_sentinel_is_not_enough)
{
    order_all(ALL_OF(one_for_all), "lessons/30-queue/README.md");
}
END_TEST

// ---- 32: a queue of one's own

#define SHELF "lessons/32-back-pressure/shelf.c"
#define SHELF_SOLUTION "lessons/32-back-pressure/solution/shelf.c"
#define WAIT_PLACE                                                                       \
    "    must(mp_sem_acquire(job->places, MP_FOREVER)); /* waits for a free place */\n"
#define WAIT_ITEM                                                                        \
    "    must(mp_sem_acquire(job->filled, MP_FOREVER)); /* waits for an item */\n"
#define SHELF_LOCK "    must(mp_lock_acquire(job->shelf_lock, MP_FOREVER));\n"
#define SHELF_PUT "    shelf->place[shelf->put % PLACES] = item;\n    shelf->put += 1;\n"
#define SHELF_UNLOCK "    must(mp_lock_release(job->shelf_lock));\n"
#define GIVE_PLACE "    must(mp_sem_release(job->places, 1));\n"
#define GIVE_ITEM "    must(mp_sem_release(job->filled, 1));\n"

static const struct attempt shelves[] = {
    {.name = "shelf", .base = SHELF},
    {.name = "shelf_lock_first",
     .base = SHELF_SOLUTION,
     .changes = {{WAIT_ITEM SHELF_LOCK, SHELF_LOCK WAIT_ITEM}}},
    {.name = "shelf_no_places",
     .base = SHELF_SOLUTION,
     .changes = {{WAIT_PLACE, ""},
                 {GIVE_PLACE, ""},
                 {"filled, 0, PLACES", "filled, 0, 0"}}},
    {.name = "shelf_no_items",
     .base = SHELF_SOLUTION,
     .changes = {{WAIT_ITEM, ""},
                 {GIVE_ITEM, ""},
                 {"places, PLACES, PLACES", "places, PLACES, 0"}}},
    {.name = "shelf_no_lock", // right with one who puts
     .base = SHELF_SOLUTION,
     .changes = {{SHELF_LOCK SHELF_PUT SHELF_UNLOCK, SHELF_PUT}}},
    {.name = "shelf_solved", .base = SHELF_SOLUTION, .right = true},
};

START_TEST(a_shelf_waits_for_places_and_for_items)
{
    order_all(ALL_OF(shelves), "lessons/32-back-pressure/README.md");
    tree_do(
        "for i in $(seq 10); do build/demos/shelf_solved --items 1000 || exit 1; done");
}
END_TEST

#define DISHES "lessons/32-back-pressure/dishes.c"
#define DISHES_JOIN "    must(mp_process_join(dryer, MP_FOREVER));\n"
#define DISHES_BEGIN "    int failed = 0;\n"

static const struct attempt two_dryers[] = {
    {.name = "two_dryers",
     .base = DISHES,
     .changes = {{DISHES_JOIN,
                  DISHES_JOIN "    must(mp_process_join(second, MP_FOREVER));\n"},
                 {DISHES_BEGIN, NULL},
                 {DISHES_JOIN, "    int failed = 0;\n" DISHES_JOIN}}},
};

START_TEST(a_second_dryer_dries_too)
{
    write_all(ALL_OF(two_dryers), "lessons/32-back-pressure/README.md");
    struct run_result result = tree_run("build/lab run two_dryers --plain");
    ck_assert_msg(run_out_has(&result, "dryer-2 took "), "%s", run_describe(&result));
    run_free(&result);
}
END_TEST

// ---- 42: the lock less often

#define VOTES "lessons/42-what-a-lock-costs/votes.c"
#define VOTES_SOLUTION "lessons/42-what-a-lock-costs/solution/votes.c"
#define BOARD_LOCK "    must(mp_lock_acquire(job->board_lock, MP_FOREVER));\n"
#define BOARD_UNLOCK "    must(mp_lock_release(job->board_lock));\n"
#define BOARD_CREATE "    must(mp_lock_create(&job.board_lock));\n"
#define CLERK "        job.number = i;"

static const struct attempt elections[] = {
    {.name = "votes_no_lock",
     .base = VOTES,
     .changes = {{"    " BOARD_LOCK, ""}, {"    " BOARD_UNLOCK, ""}}},
    {.name = "votes_sum_without",
     .base = VOTES_SOLUTION,
     .changes = {{BOARD_LOCK, ""}, {BOARD_UNLOCK, ""}}},
    {.name = "votes_own_locks",
     .base = VOTES_SOLUTION,
     .changes = {{BOARD_CREATE, ""}, {CLERK, BOARD_CREATE CLERK}}},
    {.name = "votes", .base = VOTES, .right = true}, // but slow
    {.name = "votes_solved", .base = VOTES_SOLUTION, .right = true},
};

static const struct attempt portions[] = {
    {.name = "portions",
     .base = "lessons/42-what-a-lock-costs/cost.c",
     .changes =
         {{"    for (int done = 0; done < additions; done += portion) {\n"
           "        int end = done + portion < additions ? done + portion : additions;\n"
           "        must(mp_lock_acquire(job->counter_lock, MP_FOREVER));\n"
           "        for (int i = done; i < end; i++) {\n"
           "            job->shared->counter += 1;\n        }\n"
           "        must(mp_lock_release(job->counter_lock));\n    }\n",
           NULL},
          {"static int portion = 1;", "static int portion = 2;"}},
     .right = true},
};

// How often a lock is taken in the lab at the watching size.
static int takings(const char *name, const char *lock)
{
    char command[128];
    snprintf(command, sizeof command, "build/lab run %s --plain | grep -c 'has %s now'",
             name, lock);
    struct run_result result = tree_run(command);
    int count = atoi(result.out);
    run_free(&result);
    return count;
}

START_TEST(votes_are_right_and_the_lock_is_taken_less_often)
{
    order_all(ALL_OF(elections), "lessons/42-what-a-lock-costs/README.md");
    ck_assert_int_eq(takings("votes", "board_lock"), 6);
    ck_assert_int_eq(takings("votes_solved", "board_lock"), 2);
    tree_do("build/demos/votes_solved");
    order_all(ALL_OF(portions), "lessons/42-what-a-lock-costs/README.md");
    ck_assert_int_eq(takings("portions", "counter_lock"), 4);
}
END_TEST

// ---- 54: Ctrl-C

#define PAGES "lessons/54-stopping-cleanly/pages.c"
#define PAGES_IGNORE                                                                     \
    "        signal(SIGINT, SIG_IGN); /* children inherit that, but not a handler */\n"
#define PAGES_HANDLER                                                                    \
    "        sigaction(SIGINT, &(struct sigaction){.sa_handler = on_ctrl_c}, NULL);\n"
#define OVENS "lessons/54-stopping-cleanly/ovens.c"
#define OVENS_SOLUTION "lessons/54-stopping-cleanly/solution/ovens.c"
#define OVENS_JOIN "if (mp_process_join(child[i], GRACE_MS) != 0) {"

static const struct attempt stops[] = {
    {.name = "pages_ignored_by_none", .base = PAGES, .changes = {{PAGES_IGNORE, ""}}},
    {.name = "pages_handler_first", // it is not inherited
     .base = PAGES,
     .changes = {{PAGES_IGNORE, PAGES_HANDLER}}},
    {.name = "pages_go_on",
     .base = PAGES,
     .changes = {{"        take_pages_back(job.todo);\n",
                  "        (void)take_pages_back;\n"}}},
    {.name = "pages", .base = PAGES, .right = true},
    {.name = "ovens", .base = OVENS},
    {.name = "ovens_ignored_by_none",
     .base = OVENS_SOLUTION,
     .changes = {{"    signal(SIGINT, SIG_IGN); /* the ovens inherit that */\n", ""}}},
    {.name = "ovens_own_flag", // each has its own copy
     .base = OVENS_SOLUTION,
     .changes = {{"!mp_event_is_set(job->closing)", "!stop"}}},
    {.name = "ovens_killed",
     .base = OVENS_SOLUTION,
     .changes = {{OVENS_JOIN, "must(mp_process_kill(child[i]));\n        " OVENS_JOIN}}},
    {.name = "ovens_solved", .base = OVENS_SOLUTION, .right = true},
};

// One Ctrl-C, after a second.
static bool is_stopped_cleanly(const struct attempt *stop)
{
    char command[160];
    snprintf(command, sizeof command,
             "timeout --preserve-status -s INT 1 build/demos/%s%s", stop->name,
             strncmp(stop->name, "pages", 5) == 0 ? " --clean --pages 1000" : "");
    struct run_result result = tree_run(command);
    bool clean = run_exit_code(&result) == 130 && run_out_has(&result, ", half 0\n");
    ck_assert_msg(clean || !stop->right, "%s: %s", stop->name, run_describe(&result));
    run_free(&result);
    return clean;
}

// What is wrong may be lucky: nobody was in the middle of anything just then.
START_TEST(after_ctrl_c_nothing_is_half)
{
    enum { TRIES = 10 };
    write_all(ALL_OF(stops), "lessons/54-stopping-cleanly/README.md");
    for (size_t i = 0; i < sizeof stops / sizeof *stops; i++) {
        int tries = 1;
        bool clean = is_stopped_cleanly(&stops[i]);
        while (clean && !stops[i].right && tries++ < TRIES) {
            clean = is_stopped_cleanly(&stops[i]);
        }
        ck_assert_msg(clean == stops[i].right, "%s: stops cleanly each time",
                      stops[i].name);
    }
}
END_TEST

int main(void)
{
    const struct suite_test tests[] = {
        {.test = sellers_go_home_when_all_bakers_have,
         .timeout = 60,
         .setup = tree_make,
         .teardown = tree_remove},
        {.test = one_sentinel_is_not_enough,
         .timeout = 60,
         .setup = tree_make,
         .teardown = tree_remove},
        {.test = a_shelf_waits_for_places_and_for_items,
         .timeout = 60,
         .setup = tree_make,
         .teardown = tree_remove},
        {.test = a_second_dryer_dries_too,
         .timeout = 60,
         .setup = tree_make,
         .teardown = tree_remove},
        {.test = votes_are_right_and_the_lock_is_taken_less_often,
         .timeout = 60,
         .setup = tree_make,
         .teardown = tree_remove},
        {.test = after_ctrl_c_nothing_is_half,
         .timeout = 60,
         .setup = tree_make,
         .teardown = tree_remove},
    };

    return suite_run("waiting", tests, sizeof tests / sizeof *tests);
}
