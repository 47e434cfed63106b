// SPDX-License-Identifier: MIT
// The exercises of the lesson about deadlock: each can get stuck as it is given, its solution
// cannot, and the wrong answers that learners come to are seen to be wrong, over all orders.
#include "attempt.h"
#include "suite.h"

enum { ROUNDS = 20 };

#define BANK "lessons/62-deadlock/bank.c"
#define BANK_SOLUTION "lessons/62-deadlock/solution/bank.c"
#define BANK_TAKE(which) "    must(mp_lock_acquire(job->lock[" which "], MP_FOREVER));\n"
#define BANK_GIVE(which) "    must(mp_lock_release(job->lock[" which "]));\n"
#define BANK_PAY "    job->account[from].money -= 1;\n"
#define DEADLOCK_TAKE(which)                                                             \
    "        must(mp_lock_acquire(job->lock_" which ", MP_FOREVER));\n"
#define DEADLOCK_GIVE(which) "        must(mp_lock_release(job->lock_" which "));\n"

static const struct attempt circles[] = {
    {.name = "bank", .base = BANK},
    {.name = "bank_receiver_first",
     .base = BANK,
     .changes = {{BANK_TAKE("from") BANK_TAKE("to"), BANK_TAKE("to") BANK_TAKE("from")}}},
    {.name = "bank_no_locks", // never stuck, and wrong
     .base = BANK,
     .changes = {{BANK_TAKE("from") BANK_TAKE("to"), ""},
                 {BANK_GIVE("to") BANK_GIVE("from"), ""}}},
    {.name = "bank_one_at_a_time",
     .base = BANK,
     .changes = {{BANK_TAKE("to") BANK_PAY, BANK_PAY BANK_GIVE("from") BANK_TAKE("to")},
                 {BANK_GIVE("to") BANK_GIVE("from"), BANK_GIVE("to")}},
     .right = true},
    {.name = "bank_solved", .base = BANK_SOLUTION, .right = true},
    {.name = "gives_back_otherwise",
     .base = "demos/deadlock.c",
     .changes = {{DEADLOCK_GIVE("b") DEADLOCK_GIVE("a"),
                  DEADLOCK_GIVE("a") DEADLOCK_GIVE("b")}}},
    {.name = "both_b_first",
     .base = "demos/deadlock.c",
     .changes = {{DEADLOCK_TAKE("a") DEADLOCK_TAKE("b"),
                  DEADLOCK_TAKE("b") DEADLOCK_TAKE("a")}},
     .right = true},
};

// Every order there is, of reads and writes as well: a repair without locks is none.
START_TEST(a_bank_is_right_when_no_order_gets_stuck)
{
    struct page *page = page_read("lessons/62-deadlock/README.md");
    size_t count = sizeof circles / sizeof *circles;

    for (size_t i = 0; i < count; i++) {
        write_attempt(&circles[i], page);
    }
    tree_do("make -s demos");
    for (size_t i = 0; i < count; i++) {
        char command[160];
        snprintf(command, sizeof command,
                 "build/lab explore %s --grain memory --reduce --plain", circles[i].name);
        struct run_result result = tree_run(command);
        run_assert_exit(&result, circles[i].right ? 0 : 1);
        ck_assert_msg(run_out_has(&result, circles[i].right ? "it cannot go wrong"
                                                            : " come out wrong."),
                      "%s: %s", circles[i].name, run_describe(&result));
        run_free(&result);
    }
    tree_do("for i in $(seq %d); do build/demos/bank_solved --rounds 1000 || exit 1; done",
            ROUNDS);
}
END_TEST

int main(void)
{
    const struct suite_test tests[] = {
        {.test = a_bank_is_right_when_no_order_gets_stuck,
         .timeout = 90,
         .setup = tree_make,
         .teardown = tree_remove},
    };

    return suite_run("circles", tests, sizeof tests / sizeof *tests);
}
