// SPDX-License-Identifier: MIT
// The pool demo, alone: results in the order of the tasks whoever did them, each task
// processed once, and one task lost with the worker that is killed.
#include "demos.h"

enum { RUNS = 5 };

static const char results_of_ten[] =
    "results 78498 71274 63951 56543 49098 41538 33860 25997 17984 9592";
static const char results_of_small_ones[] = // --numbers 100000
    "results 9592 8713 7837 6935 6057 5133 4203 3245 2262 1229";

// The line that begins so; fails when there is none.
static const char *the_line(const struct run_result *run, const struct lines *lines,
                            const char *begins)
{
    for (size_t i = 0; i < lines->count; i++) {
        if (strncmp(lines->line[i], begins, strlen(begins)) == 0) {
            return lines->line[i];
        }
    }
    ck_abort_msg("no \"%s\": %s", begins, run_describe(run));
}

// Each of these tasks is said to be processed once, by one of so many workers.
static void expect_processed(const struct run_result *run, const struct lines *lines,
                             int tasks, int workers, int lost)
{
    int times[64] = {0};
    for (size_t i = 0; i < lines->count; i++) {
        int task;
        int worker;
        if (sscanf(lines->line[i], "Task processed: %d by worker-%d", &task, &worker) ==
            2) {
            ck_assert_int_ge(task, 1);
            ck_assert_int_le(task, tasks);
            ck_assert_int_ge(worker, 1);
            ck_assert_int_le(worker, workers);
            times[task]++;
        }
    }
    int missing = 0;
    for (int task = 1; task <= tasks; task++) {
        ck_assert_msg(times[task] <= 1, "task %d twice: %s", task, run_describe(run));
        missing += times[task] == 0;
    }
    ck_assert_int_eq(missing, lost);
}

START_TEST(ten_tasks_by_four_workers_as_printed_in_the_lesson)
{
    struct run_result done = run("demos/pool");
    struct lines lines = lines_of(done.out);
    struct result result = result_of(&done);
    double time;
    double work;

    ck_assert_str_eq(done.err, "");
    ck_assert_uint_eq(lines.count, 14);
    ck_assert_str_eq(lines.line[0], "pool: 4 workers, 10 tasks; task n counts the primes "
                                    "below (11 - n) x 100000");
    expect_processed(&done, &lines, 10, 4, 0);
    ck_assert_str_eq(lines.line[11], results_of_ten);
    ck_assert_int_eq(sscanf(lines.line[12], "time %lf s for %lf s of work", &time, &work),
                     2);
    ck_assert_str_eq(result.what, "tasks");
    ck_assert_str_eq(result.problem, "failed");
    ck_assert_int_eq(result.actual, 10);
    lines_free(&lines);
    run_free(&done);
}
END_TEST

START_TEST(neither_workers_nor_chunks_change_the_results)
{
    static const char *const options[] = {
        "--workers 1",           "--workers 2 --chunk 3", "--workers 32",
        "--workers 3 --chunk 9", "--chunk 1000",
    };
    char command[COMMAND_SIZE];
    int workers = 4;

    snprintf(command, sizeof command, "demos/pool --numbers 100000 %s", options[_i]);
    sscanf(options[_i], "--workers %d", &workers);
    struct run_result done = run(command);
    struct lines lines = lines_of(done.out);
    ck_assert_int_eq(result_of(&done).actual, 10);
    ck_assert_str_eq(the_line(&done, &lines, "results"), results_of_small_ones);
    expect_processed(&done, &lines, 10, workers, 0);
    lines_free(&lines);
    run_free(&done);
}
END_TEST

START_TEST(tasks_can_be_all_alike_or_half_as_unequal)
{
    struct run_result alike = run("demos/pool --tasks 4 --numbers 1000 --skew 0");
    ck_assert(run_out_has(&alike, "results 168 168 168 168\n"));
    ck_assert(run_out_has(&alike, "below 1000 - (n - 1) x 0\n"));
    run_free(&alike);
    struct run_result half = run("demos/pool --tasks 4 --numbers 1000 --skew 50");
    ck_assert(run_out_has(&half, "below 1000 - (n - 1) x 125\n"));
    ck_assert(run_out_has(&half, "results 168 150 132 114\n"));
    run_free(&half);
}
END_TEST

START_TEST(a_killed_worker_takes_one_task_with_it)
{
    static const char *const options[] = {"", " --chunk 3", " --chunk 10"};
    char command[COMMAND_SIZE];

    snprintf(command, sizeof command, "demos/pool --workers 1 --kill-worker 1%s",
             options[_i]);
    struct run_result done = run(command);
    struct lines lines = lines_of(done.out);
    struct result result = result_of(&done);
    ck_assert_int_eq(result.actual, 9);
    ck_assert_int_eq(result.problems, 1);
    ck_assert_str_eq(the_line(&done, &lines, "a task failed"),
                     "a task failed: worker-1 killed by signal 9");
    ck_assert_str_eq(the_line(&done, &lines, "results"),
                     "results lost 71274 63951 56543 49098 41538 33860 25997 17984 9592");
    expect_processed(&done, &lines, 10, 2, 1);
    lines_free(&lines);
    run_free(&done);
}
END_TEST

START_TEST(the_lab_runs_it_by_any_seed)
{
    char command[COMMAND_SIZE];
    for (int seed = 1; seed <= RUNS; seed++) {
        snprintf(command, sizeof command,
                 "lab run pool --plain --speed free --seed %d -- --numbers 100000", seed);
        struct run_result done = run(command);
        ck_assert_str_eq(run_last_line(&done), "tasks 10, expected 10, failed 0");
        run_free(&done);
    }
}
END_TEST

int main(void)
{
    const struct suite_test tests[] = {
        {.test = ten_tasks_by_four_workers_as_printed_in_the_lesson, .timeout = 30},
        {.test = neither_workers_nor_chunks_change_the_results,
         .from = 0,
         .to = 5,
         .timeout = 30},
        {.test = tasks_can_be_all_alike_or_half_as_unequal},
        {.test = a_killed_worker_takes_one_task_with_it, .from = 0, .to = 3, .timeout = 30},
        {.test = the_lab_runs_it_by_any_seed, .timeout = 60},
    };

    return suite_run("pool demo", tests, sizeof tests / sizeof *tests);
}
