// SPDX-License-Identifier: MIT
// The race pair in many orders, as text: every sentence is true, and what they say is lost
// is what is missing in the end.
#include "retold.h"

#include "unit/sessions.h"

enum { SEEDS = 100, LOCKED_SEEDS = 30, PROCESSES_MOST = 4, INCREMENTS_MOST = 8 };

static void look_at_end(struct run_result *done, const struct retold *retold,
                        long expected)
{
    char text[200];
    struct result result = result_of(done); // of the lab: its last line is the demo's
    long lost = (long)retold_lost(retold);
    ck_assert_int_eq(result.expected, expected);
    ck_assert_int_eq(result.actual, retold->counter);
    ck_assert_msg(result.problems == lost && expected - result.actual == lost,
                  "told of %ld: %s", lost, done->out);
    snprintf(text, sizeof text, "\nsteps %u: ", retold->step);
    ck_assert_msg(run_out_has(done, text), "not%s %s", text, done->out);
    for (size_t i = 0; i < retold->process_count; i++) {
        snprintf(text, sizeof text, " %s %u", retold->processes[i].name,
                 retold->processes[i].steps);
        ck_assert_msg(run_out_has(done, text), "not %s: %s", text, done->out);
    }
}

static void retold_seed(const char *demo, uint64_t seed, int processes, int increments)
{
    char command[COMMAND_SIZE];
    snprintf(command, sizeof command,
             "lab run %s --plain --seed %llu -- --processes %d --increments %d", demo,
             (unsigned long long)seed, processes, increments);
    struct run_result done = run(command);
    struct lines lines = lines_of(done.out);
    bool locked = strcmp(demo, "lock_fixed") == 0;
    static struct retold retold;

    retold = retold_begin(locked);
    for (size_t i = 0; i < lines.count; i++) {
        retold_line(&retold, lines.line[i]);
    }
    ck_assert_uint_eq(retold.process_count, (size_t)processes);
    ck_assert_uint_eq(retold.step,
                      (unsigned)(processes * increments) * (locked ? 4u : 2u));
    look_at_end(&done, &retold, (long)processes * increments);
    lines_free(&lines);
    run_free(&done);
}

START_TEST(what_is_told_as_lost_is_missing_in_100_orders)
{
    uint64_t random = 1;
    for (int i = 0; i < SEEDS; i++) {
        uint64_t seed = session_draw(&random, UINT64_MAX);
        int processes = 2 + (int)session_draw(&random, PROCESSES_MOST - 1);
        int increments = 1 + (int)session_draw(&random, INCREMENTS_MOST);
        retold_seed("lock_race", seed, processes, increments);
    }
}
END_TEST

START_TEST(with_the_lock_nothing_is_told_as_lost)
{
    uint64_t random = 2;
    for (int i = 0; i < LOCKED_SEEDS; i++) {
        uint64_t seed = session_draw(&random, UINT64_MAX);
        int processes = 2 + (int)session_draw(&random, PROCESSES_MOST - 1);
        int increments = 1 + (int)session_draw(&random, INCREMENTS_MOST);
        retold_seed("lock_fixed", seed, processes, increments);
    }
}
END_TEST

int main(void)
{
    const struct suite_test tests[] = {
        {.test = what_is_told_as_lost_is_missing_in_100_orders},
        {.test = with_the_lock_nothing_is_told_as_lost},
    };

    return suite_run("seeds", tests, sizeof tests / sizeof *tests);
}
