// SPDX-License-Identifier: MIT
// Line mode through a pipe: whole sessions.
#include "line.h"

#define FIXED_BEGINS                                                                     \
    "lock_fixed, 2 processes, 1 increment each.\n"                                       \
    "The counter is 0. It should end at 2.\n"                                            \
    "1 increment-1 will get counter_lock. 2 increment-2 will get counter_lock.\n"

START_TEST(choosing_through_a_pipe)
{
    session_is("lock_race", "1\n2\n1\n1\n2\nq\n", 1, chosen_race);
}
END_TEST

START_TEST(the_other_order_loses_nothing)
{
    session_is(
        "lock_race", "1\n1\n2\n2\nq\n", 0,
        RACE_BEGINS
        "who goes? 1\n"
        "increment-1 read counter: 0.\n"
        "who goes? 1\n"
        "increment-1 wrote counter: 1 (it was 0).\n"
        "who goes? 2\n"
        "increment-2 read counter: 1.\n"
        "who goes? 2\n"
        "increment-2 wrote counter: 2 (it was 1).\n"
        "All have ended. The counter is 2, as expected. This time nothing was lost.\n"
        "Your order was 1 1 2 2. Type r to try another one, q to leave.\n"
        "what now? q\n"
        "counter 2, expected 2, lost 0\n");
}
END_TEST

START_TEST(who_wants_the_lock_is_refused_with_the_reason)
{
    session_is(
        "lock_fixed", "1\n2\n1\n0\n1\n1\n2\n2\n2\n2\nq\n", 0,
        FIXED_BEGINS
        "who goes? 1\n"
        "increment-1 has counter_lock now. Nobody else can take it.\n"
        "increment-2 is BLOCKED: it wants counter_lock, and increment-1 has it.\n"
        "who goes? 2\n"
        "2 cannot go: increment-2 wants counter_lock, and increment-1 has it. Only 1 "
        "can\n"
        "go: it will read counter.\n"
        "who goes? 1\n"
        "increment-1 read counter: 0.\n"
        "who goes? 0\n"
        "0 cannot go: main waits for increment-1 to end. Only 1 can go: it will write\n"
        "counter.\n"
        "who goes? 1\n"
        "increment-1 wrote counter: 1 (it was 0).\n"
        "who goes? 1\n"
        "increment-1 gave counter_lock back. increment-2 can go on.\n"
        "who goes? 2\n"
        "increment-2 has counter_lock now. Nobody else can take it.\n"
        "who goes? 2\n"
        "increment-2 read counter: 1.\n"
        "who goes? 2\n"
        "increment-2 wrote counter: 2 (it was 1).\n"
        "who goes? 2\n"
        "increment-2 gave counter_lock back.\n"
        "All have ended. The counter is 2, as expected.\n"
        "Your order was 1 1 1 1 2 2 2 2. Type r to try another one, q to leave.\n"
        "what now? q\n"
        "counter 2, expected 2, lost 0\n");
}
END_TEST

START_TEST(again_begins_anew)
{
    session_is(
        "lock_race", "1\nr\n2\n2\n1\n1\nagain\nquit\n", 0,
        RACE_BEGINS
        "who goes? 1\n"
        "increment-1 read counter: 0.\n"
        "who goes? r\n" RACE_BEGINS "who goes? 2\n"
        "increment-2 read counter: 0.\n"
        "who goes? 2\n"
        "increment-2 wrote counter: 1 (it was 0).\n"
        "who goes? 1\n"
        "increment-1 read counter: 1.\n"
        "who goes? 1\n"
        "increment-1 wrote counter: 2 (it was 1).\n"
        "All have ended. The counter is 2, as expected. This time nothing was lost.\n"
        "Your order was 2 2 1 1. Type r to try another one, q to leave.\n"
        "what now? again\n" RACE_BEGINS "who goes? quit\n");
}
END_TEST

// While main still waits for the first, the second has ended.
START_TEST(who_is_not_joined_yet_is_a_zombie)
{
    struct run_result done =
        answer("lab run lock_race --step --plain -- --increments 1", "2\n2\nstate\nq\n");

    hide_pids(done.out);
    ck_assert(run_out_has(&done, "\nincrement-2 ended with status 0. main has not asked "
                                 "yet: a zombie (Z).\nwho goes? state\n"));
    ck_assert(run_out_has(&done, "\n2 increment-2 (P): ZOMBIE, kernel Z zombie. "));
    leave(&done, 0);
}
END_TEST

// Its lines are broken where they get too long, and that depends on the pids.
START_TEST(where_each_one_stands_is_told)
{
    struct run_result done =
        answer("lab run lock_fixed --step --plain -- --increments 1", "1\nstate\nq\n");
    struct lines lines = lines_of(done.out);

    for (size_t i = 0; i < lines.count; i++) {
        ck_assert_uint_le(strlen(lines.line[i]), 79);
    }
    for (char *at = done.out; (at = strchr(at, '\n')) != NULL;) {
        *at = ' ';
    }
    hide_pids(done.out);
    const char *state = strstr(done.out, "who goes? state ");
    ck_assert_ptr_nonnull(state);
    ck_assert_str_eq(
        state,
        "who goes? state "
        "0 main (P): BLOCKED, kernel S sleeps. Has done: started increment-2. Next: "
        "join increment-1. "
        "1 increment-1 (P): ready, kernel S sleeps. Has done: got counter_lock. "
        "Next: read counter. "
        "2 increment-2 (P): BLOCKED, kernel S sleeps. Has done: passed start. Next: "
        "get counter_lock. "
        "counter is 0: 0 updates written, 0 lost. "
        "increment-1 has counter_lock. "
        "who goes? q ");
    lines_free(&lines);
    leave(&done, 0);
}
END_TEST

START_TEST(source_tells_the_line_of_each)
{
    struct run_result done =
        answer("lab run lock_fixed --step --plain -- --increments 1", "1\nsource\nq\n");
    static const char *const told[] = {
        "0 stands at lock_fixed.c line ",
        ": must(mp_process_join(child[i], MP_FOREVER));\n",
        "1 stands at lock_fixed.c line ",
        ": job->shared->counter += 1;\n",
        "2 stands at lock_fixed.c line ",
        ": must(mp_lock_acquire(job->counter_lock, MP_FOREVER));\n"};
    const char *at = strstr(done.out, "who goes? source\n");
    ck_assert_ptr_nonnull(at);
    at = strchr(at, '\n') + 1;
    for (size_t i = 0; i < sizeof told / sizeof *told; i += 2) {
        ck_assert_msg(strncmp(at, told[i], strlen(told[i])) == 0, "%s", done.out);
        at += strlen(told[i]);
        at += strspn(at, "0123456789");
        ck_assert_msg(strncmp(at, told[i + 1], strlen(told[i + 1])) == 0, "%s", done.out);
        at += strlen(told[i + 1]);
    }
    leave(&done, 0);
}
END_TEST

START_TEST(the_end_of_the_answers_leaves)
{
    session_is("lock_race", "", 0, RACE_BEGINS "who goes? \n");
    session_is("lock_race", "1\n", 0,
               RACE_BEGINS "who goes? 1\nincrement-1 read counter: 0.\nwho goes? \n");
    struct run_result done =
        answer("lab run lock_race --step --plain -- --increments 1", "1\n2\n1\n2");
    run_assert_exit(&done, 1);
    ck_assert(ends_with(done.out, "what now? \ncounter 1, expected 2, lost 1\n"));
    run_free(&done);
}
END_TEST

// Sentences on a read: "read counter: 3.", "read 3 too. If ..."
static size_t reads(const struct run_result *done)
{
    return count_text(done->out, " read counter: ") + count_text(done->out, " too. If ");
}

START_TEST(go_runs_to_the_end)
{
    struct run_result done =
        answer("lab run lock_race --step --plain", "go\ngo\nn\n1\nstep\nq\n");
    struct result result = result_of(&done);

    ck_assert_int_eq(result.expected, 10);
    ck_assert_uint_eq(count_text(done.out, "who goes?"), 1);
    ck_assert_uint_eq(count_text(done.out, "what now?"), 5);
    ck_assert_uint_eq(
        count_text(done.out, "\nIt has ended. Type r to run it again, q to leave.\n"), 4);
    ck_assert_uint_eq(reads(&done), 10);
    ck_assert_uint_eq(count_text(done.out, " wrote "), 10);
    run_free(&done);
}
END_TEST

// All of it, however much: more than the lab keeps in its memory.
START_TEST(a_long_run_is_told_to_its_end)
{
    struct run_result done =
        answer("lab run lock_race --step --plain -- --increments 20000", "go\nq\n");
    result_of(&done);

    ck_assert_uint_eq(reads(&done), 40000);
    ck_assert_uint_eq(count_text(done.out, " wrote "), 40000);
    ck_assert_uint_eq(count_text(done.out, "\nAll have ended."), 1);
    run_free(&done);
}
END_TEST

START_TEST(n_lets_the_lab_choose)
{
    struct run_result done =
        answer("lab run lock_race --step --plain -- --increments 1", "n\nn\nn\nn\nq\n");
    result_of(&done);

    ck_assert_uint_eq(count_text(done.out, "who goes? n\nincrement-"), 4);
    ck_assert_uint_eq(count_text(done.out, "\nThe order was "), 1);
    run_free(&done);
}
END_TEST

// Up to the one that cannot go: what was to follow it is not done.
START_TEST(several_numbers_go_one_after_the_other)
{
    session_is("lock_race", "1 2 1 1 2\n2 1\nq\n", 1,
               RACE_BEGINS
               "who goes? 1 2 1 1 2\n"
               "increment-1 read counter: 0.\n"
               "increment-2 read 0 too. If both write now, only the second write stays.\n"
               "increment-1 wrote counter: 1 (it was 0).\n"
               "1 has ended. Only 2 can go: it will write counter.\n"
               "who goes? 2 1\n"
               "increment-2 wrote 1 over 1. The update that increment-1 made is lost.\n"
               "All have ended. The counter is 1, expected 2: 1 update is lost.\n"
               "Your order was 1 2 1 2. Type r to try another one, q to leave.\n"
               "what now? q\n"
               "counter 1, expected 2, lost 1\n");
}
END_TEST

START_TEST(who_is_killed_does_not_go_on)
{
    session_is("lock_race", "1\nkill 1\nkill 1\n1\n2\n2\nq\n", 1,
               RACE_BEGINS
               "who goes? 1\n"
               "increment-1 read counter: 0.\n"
               "who goes? kill 1\n"
               "You killed increment-1 (SIGKILL) before it could write counter.\n"
               "who goes? kill 1\n"
               "You killed increment-1 again: nothing changed. It has already ended.\n"
               "who goes? 1\n"
               "1 has ended. Only 2 can go: it will read counter.\n"
               "who goes? 2\n"
               "increment-2 read counter: 0.\n"
               "who goes? 2\n"
               "increment-2 wrote counter: 1 (it was 0).\n"
               "All have ended. The counter is 1, expected 2: 1 is missing.\n"
               "Your order was 1 K1 2 2. Type r to try another one, q to leave.\n"
               "what now? q\n"
               "counter 1, expected 2, lost 1\n");
}
END_TEST

START_TEST(the_death_of_main_ends_all)
{
    struct run_result done = answer("lab run lock_race --step --plain -- --increments 1",
                                    "kill 0\nstate\nq\n");

    ck_assert(run_out_has(&done, "\nYou killed main (SIGKILL) before it could join "
                                 "increment-1.\n"));
    ck_assert(run_out_has(&done, "\nincrement-1 was killed (SIGKILL).\n"));
    ck_assert(run_out_has(&done, "\nincrement-2 was killed (SIGKILL).\n"));
    ck_assert(run_out_has(&done, "\nYour order was K0. Type r to try another one, q to "
                                 "leave.\n"));
    leave(&done, 1);
}
END_TEST

START_TEST(a_family_is_chosen_step_by_step)
{
    struct run_result done = answer("lab run process --step --plain -- --children 1",
                                    "0\n1\n0\n1\n1\n0\n0\nq\n");
    const char expected[] =
        "process, 1 child.\n"
        "0 main will start Process-1.\n"
        "who goes? 0\n"
        "main started Process-1 and goes on without waiting.\n"
        "who goes? 1\n"
        "Process-1 is born: process P, child of main.\n"
        "who goes? 0\n"
        "main printed: main (P) started Process-1 and goes on\n"
        "who goes? 1\n"
        "Process-1 printed: Hello from process Process-1 (P), child of P\n"
        "who goes? 1\n"
        "Process-1 ended with status 0. main has not asked for it yet: a zombie (Z).\n"
        "who goes? 0\n"
        "main joined Process-1: exit status 0. Process-1 is gone now.\n"
        "who goes? 0\n"
        "main ended with status 0.\n";

    hide_pids(done.out);
    ck_assert_msg(strncmp(done.out, expected, strlen(expected)) == 0, "%s", done.out);
    ck_assert(run_out_has(&done, "\nYour order was 0 1 0 1 1 0 0. Type r"));
    ck_assert_str_eq(run_last_line(&done), "children 1, expected 1, failed 0");
    leave(&done, 0);
}
END_TEST

int main(void)
{
    const struct suite_test tests[] = {
        {.test = choosing_through_a_pipe},
        {.test = the_other_order_loses_nothing},
        {.test = who_wants_the_lock_is_refused_with_the_reason},
        {.test = again_begins_anew},
        {.test = who_is_not_joined_yet_is_a_zombie},
        {.test = where_each_one_stands_is_told},
        {.test = source_tells_the_line_of_each},
        {.test = the_end_of_the_answers_leaves},
        {.test = go_runs_to_the_end},
        {.test = a_long_run_is_told_to_its_end},
        {.test = n_lets_the_lab_choose},
        {.test = several_numbers_go_one_after_the_other},
        {.test = who_is_killed_does_not_go_on},
        {.test = the_death_of_main_ends_all},
        {.test = a_family_is_chosen_step_by_step},
    };

    return suite_run("line", tests, sizeof tests / sizeof *tests);
}
