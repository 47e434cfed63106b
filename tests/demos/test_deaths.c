// SPDX-License-Identifier: MIT
// The demo in which processes are killed: what is left standing after each death, alone and
// under the lab, where the orders are drawn.
#include "demos.h"

static const char *const told[] = {
    "a worker in its task  5 of 6 results, 1 told as lost ",
    "an idle worker        6 of 6 results of the next map ",
    "the owner of a lock   main gets it, and is told why ",
    "a consumer in get     4 of 4 items reach another ",
    "the parent            0 of its 3 children live on ",
};
enum { SCENES = sizeof told / sizeof *told, SEEDS = 10 };

static bool begins_with(const char *line, const char *words)
{
    return strncmp(line, words, strlen(words)) == 0;
}

START_TEST(all_that_is_left_goes_on)
{
    struct run_result done = run("demos/when_workers_die");
    struct lines lines = lines_of(done.out);

    run_assert_exit(&done, 0);
    ck_assert_str_eq(done.err, "");
    ck_assert_uint_eq(lines.count, SCENES + 2);
    ck_assert(begins_with(lines.line[0], "killed "));
    for (int i = 0; i < SCENES; i++) {
        ck_assert_msg(begins_with(lines.line[i + 1], told[i]), "%s", lines.line[i + 1]);
        ck_assert_uint_lt(strlen(lines.line[i + 1]), 80);
    }
    ck_assert_str_eq(lines.line[SCENES + 1], "scenes 5, expected 5, hung 0");
    lines_free(&lines);
    run_free(&done);
}
END_TEST

START_TEST(one_scene_alone)
{
    char command[COMMAND_SIZE];
    snprintf(command, sizeof command, "demos/when_workers_die --scene %d", _i + 1);
    struct run_result done = run(command);
    struct lines lines = lines_of(done.out);

    run_assert_exit(&done, 0);
    ck_assert_uint_eq(lines.count, 3);
    ck_assert_msg(begins_with(lines.line[1], told[_i]), "%s", lines.line[1]);
    lines_free(&lines);
    run_free(&done);
}
END_TEST

// Whatever the order, the death and what follows is the same.
START_TEST(in_any_order)
{
    for (int seed = 1; seed <= SEEDS; seed++) {
        char command[COMMAND_SIZE];
        snprintf(command, sizeof command,
                 "lab run when_workers_die --plain --speed max --seed %d -- --scene %d",
                 seed, _i + 1);
        struct run_result done = run(command);
        run_assert_exit(&done, 0);
        ck_assert_msg(run_out_has(&done, told[_i]), "%s", run_describe(&done));
        run_free(&done);
        take_orphans();
    }
}
END_TEST

int main(void)
{
    const struct suite_test tests[] = {
        {.test = all_that_is_left_goes_on},
        {.test = one_scene_alone, .from = 0, .to = SCENES},
        {.test = in_any_order, .from = 0, .to = SCENES, .timeout = 60},
    };

    return suite_run("deaths", tests, sizeof tests / sizeof *tests);
}
