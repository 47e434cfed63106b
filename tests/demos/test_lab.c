// SPDX-License-Identifier: MIT
// The lab on a pipe: the tally of many runs, and the small commands. Nothing waits there,
// and all can be read by a program.
#include "demos.h"

#include "terminal.h"

enum { WAIT_MS = 10000 };

// --- the tally ------------------------------------------------------------------------

// "right 2, lost updates 18 of 20; lost 31 to 988": the sums are right. Returns "of".
static unsigned look_at_tally(const char *line)
{
    unsigned right;
    unsigned wrong = 0;
    unsigned of;
    long least = 0;
    long most = 0;
    int end = 0;
    if (sscanf(line, "right %u of %u%n", &right, &of, &end) == 2) {
        ck_assert_uint_eq(right, of);
    } else if (sscanf(line, "right %u, lost updates %u of %u; lost %ld to %ld%n", &right,
                      &wrong, &of, &least, &most, &end) == 5) {
        ck_assert_uint_eq(right + wrong, of);
        ck_assert_int_ge(least, 1);
        ck_assert_int_lt(least, most);
    } else {
        ck_assert_msg(sscanf(line, "right %u, lost updates %u of %u; lost %ld%n", &right,
                             &wrong, &of, &least, &end) == 4,
                      "no tally: %s", line);
        ck_assert_uint_eq(right + wrong, of);
        ck_assert_int_ge(least, 1);
    }
    ck_assert_str_eq(line + end, "");
    return of;
}

START_TEST(many_runs_are_counted)
{
    struct run_result done = run("lab run lock_race --times 20 -- --increments 10000");

    run_assert_exit(&done, 0);
    ck_assert_uint_eq(count_text(done.out, "\n"), 1);
    ck_assert_uint_eq(look_at_tally(run_last_line(&done)), 20);
    ck_assert_str_eq(done.err, ""); // progress is for a terminal
    run_free(&done);
    done = run("lab run lock_fixed --times 5 -- --increments 1000");
    run_assert_exit(&done, 0);
    ck_assert_str_eq(done.out, "right 5 of 5\n");
    run_free(&done);
}
END_TEST

START_TEST(runs_that_fail_are_counted_by_how)
{
    struct run_result done = run("lab run process --times 3 -- --children 2 --exit 3");

    run_assert_exit(&done, 0);
    ck_assert_str_eq(done.out, "right 0, failed 3 of 3; failed 2\n");
    run_free(&done);
    done = run("lab run lock_race --times 2 -- --processes 99");
    run_assert_exit(&done, 1);
    ck_assert_str_eq(done.out,
                     "right 0, exit status 2: 2 of 2\n"
                     "with exit status 2 it said: lock_race: --processes takes a "
                     "number from 1 to 32, not \"99\"\n");
    run_free(&done);
}
END_TEST

// Ended by the signal, as any program would be, with what was counted until then.
START_TEST(ctrl_c_ends_the_counting_and_shows_what_there_is)
{
    const char *const argv[] = {built("lab"),   "run",    "lock_race",
                                "--times",      "100000", "--",
                                "--increments", "1000",   NULL};
    struct terminal *t = terminal_open(24, 80, NULL, argv);

    terminal_assert_text(t, " of 100000", WAIT_MS);
    terminal_interrupt(t);
    int status = terminal_wait_exit(t, WAIT_MS);
    ck_assert_msg(WIFSIGNALED(status) && WTERMSIG(status) == SIGINT, "%s",
                  terminal_dump(t));
    const char *line = strstr(terminal_row(t, 0), "right ");
    ck_assert_msg(line != NULL, "%s", terminal_dump(t));
    ck_assert_uint_ge(look_at_tally(line), 1);
    ck_assert_uint_eq(terminal_close(t), 0);
    take_orphans();
}
END_TEST

// --- small commands -------------------------------------------------------------------

START_TEST(home_lists_the_demos_on_a_pipe)
{
    static const char *const commands[] = {"lab", "lab home", "lab --plain",
                                           "lab home --plain"};
    struct run_result done = run(commands[_i]);
    struct demo_names demos = demo_names();

    run_assert_exit(&done, 0);
    ck_assert_str_eq(done.err, "");
    struct lines lines = lines_of(done.out);
    ck_assert_str_eq(lines.line[0],
                     "forklab: see processes work together, go wrong, and be put right");
    for (size_t i = 0; i < demos.count; i++) {
        struct demo_entry entry = demo_entry_of(demos.name[i]);
        char text[200];
        size_t found = 0;
        snprintf(text, sizeof text, " %-12s %s", demos.name[i], entry.summary);
        for (size_t j = 0; j < lines.count; j++) {
            found += ends_with(lines.line[j], text);
        }
        ck_assert_msg(found == 1, "%s: %s", demos.name[i], done.out);
    }
    ck_assert(run_out_has(&done, "/lab run lock_race\n"));
    lines_free(&lines);
    run_free(&done);
}
END_TEST

START_TEST(doctor_says_what_works_here)
{
    struct run_result done = run("lab doctor");
    static const char *const about[] = {"kernel ",
                                        "terminal",
                                        "reads and writes of plain C",
                                        "line numbers",
                                        "waiting for processes",
                                        "attach to a running demo",
                                        "a terminal for demos"};

    run_assert_exit(&done, 0);
    ck_assert_str_eq(done.err, "");
    struct lines lines = lines_of(done.out);
    size_t missing = 0;
    for (size_t i = 0; i < sizeof about / sizeof *about; i++) {
        size_t found = 0;
        for (size_t j = 0; j < lines.count; j++) {
            if (strncmp(lines.line[j], about[i], strlen(about[i])) == 0) {
                const char *word = lines.line[j] + 39; // a column of its own
                bool good = strncmp(word, "good", 4) == 0;
                ck_assert_msg(good || strncmp(word, "missing: ", 9) == 0, "%s",
                              lines.line[j]);
                missing += !good;
                found++;
            }
        }
        ck_assert_msg(found == 1, "%s: %s", about[i], done.out);
    }
    ck_assert_int_eq(run_out_has(&done, "\nEverything works here.\n"), missing == 0);
    lines_free(&lines);
    run_free(&done);
}
END_TEST

START_TEST(help_lists_every_command)
{
    struct run_result done = run("lab help");
    static const char *const commands[] = {"home", "run", "attach", "doctor", "help"};

    run_assert_exit(&done, 0);
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        char text[32];
        snprintf(text, sizeof text, "/lab %s ", commands[i]);
        ck_assert_msg(count_text(done.out, text) == 1, "%s: %s", text, done.out);
    }
    struct run_result same = run("lab --help");
    run_assert_exit(&same, 0);
    ck_assert_str_eq(done.out, same.out);
    run_free(&done);
    run_free(&same);
}
END_TEST

START_TEST(a_wrong_command_is_one_line)
{
    static const struct {
        const char *command, *line;
    } wrong[] = {
        {"lab docter", "unknown command \"docter\"; did you mean \"%s doctor\"?"},
        {"lab lessons", "unknown command \"lessons\"; \"%s help\" lists those there are"},
        {"lab lock_race",
         "unknown command \"lock_race\"; did you mean \"%s run lock_race\"?"},
        {"lab doctor now", "doctor takes no arguments, not \"now\""},
        {"lab home there", "home takes --plain and nothing else, not \"there\""},
        {"lab --plain there", "home takes --plain and nothing else, not \"there\""},
    };
    char expected[COMMAND_SIZE];
    char line[COMMAND_SIZE];
    struct run_result done = run(wrong[_i].command);

    run_assert_exit(&done, 2);
    ck_assert_str_eq(done.out, "");
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    snprintf(line, sizeof line, wrong[_i].line, built("lab"));
#pragma GCC diagnostic pop
    ck_assert_int_lt(snprintf(expected, sizeof expected, "lab: %s\n", line),
                     (int)sizeof expected);
    ck_assert_str_eq(done.err, expected);
    run_free(&done);
}
END_TEST

int main(void)
{
    const struct suite_test tests[] = {
        {.test = many_runs_are_counted},
        {.test = runs_that_fail_are_counted_by_how},
        {.test = ctrl_c_ends_the_counting_and_shows_what_there_is},
        {.test = home_lists_the_demos_on_a_pipe, .from = 0, .to = 4},
        {.test = doctor_says_what_works_here},
        {.test = help_lists_every_command},
        {.test = a_wrong_command_is_one_line, .from = 0, .to = 6},
    };

    return suite_run("lab", tests, sizeof tests / sizeof *tests);
}
