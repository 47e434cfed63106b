// SPDX-License-Identifier: MIT
// The process demo, alone: children that are born, joined, forgotten, orphaned, nested;
// and what the world is told of how they ended. Its output goes to a pipe here, where a
// line that is flushed twice would be seen.
#include "demos.h"

#include "proc.h"
#include "terminal.h"

#include <sys/wait.h>

enum { GONE_MS = 5000 };

// The line that begins so; fails unless there is exactly one.
static const char *the_line(const struct run_result *run, const struct lines *lines,
                            const char *begins)
{
    const char *found = NULL;
    for (size_t i = 0; i < lines->count; i++) {
        if (strncmp(lines->line[i], begins, strlen(begins)) == 0) {
            ck_assert_msg(found == NULL, "\"%s\" twice: %s", begins, run_describe(run));
            found = lines->line[i];
        }
    }
    ck_assert_msg(found != NULL, "no \"%s\": %s", begins, run_describe(run));
    return found;
}

// The pid of main, from "main (4710) started ... and goes on".
static int main_pid(const struct run_result *run)
{
    int pid = 0;
    const char *line = strstr(run->out, "main (");
    ck_assert_msg(line != NULL && sscanf(line, "main (%d)", &pid) == 1, "%s",
                  run_describe(run));
    return pid;
}

// The greeting of a child; *parent is whose child it says it is. Returns its pid.
static int greeting(const struct run_result *run, const struct lines *lines,
                    const char *name, int *parent)
{
    char begins[80];
    char rest[2];
    int pid;
    snprintf(begins, sizeof begins, "Hello from process %s (", name);
    const char *line = the_line(run, lines, begins);
    int got = sscanf(line + strlen(begins), "%d), child of %d%1s", &pid, parent, rest);
    ck_assert_msg(got == 2, "%s", line);
    return pid;
}

// A run that starts and joins `children`, each ending with `status`; `names` is a format.
static void starts_and_joins(const char *arguments, int children, int status)
{
    char command[COMMAND_SIZE];
    char text[160];
    char name[32];
    int parent;
    snprintf(command, sizeof command, "demos/process%s", arguments);
    struct run_result done = run(command);
    struct lines lines = lines_of(done.out);
    struct result result = result_of(&done);
    int pid = main_pid(&done);

    ck_assert_str_eq(done.err, "");
    snprintf(text, sizeof text, "process: main starts %d %s and waits for %s", children,
             children == 1 ? "child" : "children", children == 1 ? "it" : "them");
    ck_assert_str_eq(lines.line[0], text);
    ck_assert_uint_eq(lines.count, 3 * (size_t)children + 2);
    for (int i = 1; i <= children; i++) {
        snprintf(name, sizeof name, children == 1 ? "Process-%d" : "child-%d", i);
        snprintf(text, sizeof text, "main (%d) started %s and goes on", pid, name);
        ck_assert_str_eq(the_line(&done, &lines, text), text);
        ck_assert_int_ne(greeting(&done, &lines, name, &parent), pid);
        ck_assert_int_eq(parent, pid);
        snprintf(text, sizeof text, "main (%d) joined %s: exit status %d", pid, name,
                 status);
        ck_assert_str_eq(the_line(&done, &lines, text), text);
        // They are joined in the order in which they were made.
        ck_assert_str_eq(lines.line[lines.count - 2 - (size_t)(children - i)], text);
    }
    ck_assert_str_eq(result.what, "children");
    ck_assert_str_eq(result.problem, "failed");
    ck_assert_int_eq(result.actual, children);
    ck_assert_int_eq(result.expected, children);
    ck_assert_int_eq(result.problems, status == 0 ? 0 : children);
    lines_free(&lines);
    run_free(&done);
}

START_TEST(children_are_started_and_joined)
{
    starts_and_joins("", 1, 0);
    starts_and_joins(" --children 3", 3, 0);
    starts_and_joins(" --children 32", 32, 0);
}
END_TEST

START_TEST(main_learns_how_a_child_ended)
{
    starts_and_joins(" --exit 3", 1, 3);
    starts_and_joins(" --exit 255", 1, 255);
    starts_and_joins(" --exit 1000", 1, 1000 & 255);
    starts_and_joins(" --children 3 --exit 2", 3, 2);
}
END_TEST

START_TEST(an_exit_status_of_256_looks_like_0)
{
    starts_and_joins(" --exit 256", 1, 0);
}
END_TEST

START_TEST(children_that_are_not_joined_are_left_to_the_end_of_main)
{
    struct run_result done = run("demos/process --no-join --children 3");
    struct lines lines = lines_of(done.out);
    char name[32];
    int parent;

    run_assert_exit(&done, 0);
    ck_assert_str_eq(lines.line[0], "process: main starts 3 children and does not wait");
    ck_assert_uint_eq(count_text(done.out, "joined child"), 0);
    ck_assert_uint_eq(lines.count, 8);
    for (int i = 1; i <= 3; i++) {
        snprintf(name, sizeof name, "child-%d", i);
        greeting(&done, &lines, name, &parent);
        ck_assert_int_eq(parent, main_pid(&done));
    }
    the_line(&done, &lines, "children 3, expected 3, joined 0");
    lines_free(&lines);
    run_free(&done);
}
END_TEST

// Its output is read to the end by cat, which waits for the orphan too.
START_TEST(an_orphan_lives_on_and_ends)
{
    char command[COMMAND_SIZE];
    snprintf(command, sizeof command, "{ '%s' --orphan; echo status $?; } | cat",
             built("demos/process"));
    const char *const argv[] = {"sh", "-c", command, NULL};

    for (int i = 0; i < 20; i++) {
        struct run_result done = run_program(argv, NULL);
        struct lines lines = lines_of(done.out);
        int parent;
        run_assert_exit(&done, 0);
        ck_assert_str_eq(lines.line[0], "process: main starts 1 child and does not wait");
        the_line(&done, &lines, "status 0");
        int pid = greeting(&done, &lines, "Process-1", &parent);
        // Main's child, or already that of whoever takes in the orphans: this test.
        ck_assert_msg(parent == main_pid(&done) || parent == (int)getpid(), "%s",
                      run_describe(&done));
        ck_assert_uint_eq(lines.count, 5);
        char ended[96];
        snprintf(ended, sizeof ended,
                 "Process-1 (%d): main has ended; my parent is %d now", pid,
                 (int)getpid());
        the_line(&done, &lines, ended);
        ck_assert(proc_wait_gone(pid, GONE_MS));
        lines_free(&lines);
        run_free(&done);
    }
}
END_TEST

START_TEST(nested_children_make_the_next_themselves)
{
    char command[COMMAND_SIZE];
    char name[64] = "Process-1";
    int parent;
    snprintf(command, sizeof command, "demos/process --nested %d", _i);
    struct run_result done = run(command);
    struct lines lines = lines_of(done.out);
    int above = main_pid(&done);

    ck_assert_int_eq(result_of(&done).actual, 1);
    ck_assert_uint_eq(count_text(done.out, "Hello from"), (size_t)_i);
    for (int depth = 1; depth <= _i; depth++) {
        int pid = greeting(&done, &lines, name, &parent);
        ck_assert_int_eq(parent, above);
        above = pid;
        strcat(name, ":1");
    }
    ck_assert_uint_eq(count_text(done.out, "joined"), 1);
    lines_free(&lines);
    run_free(&done);
}
END_TEST

START_TEST(nested_children_end_with_the_status_too)
{
    struct run_result done = run("demos/process --nested 2 --exit 4");

    ck_assert_int_eq(result_of(&done).problems, 1);
    ck_assert_uint_eq(count_text(done.out, "joined Process-1: exit status 4\n"), 1);
    run_free(&done);
}
END_TEST

START_TEST(on_a_terminal_it_says_how_to_watch_it)
{
    const char *const argv[] = {built("demos/process"), NULL};
    struct terminal *t = terminal_open(24, 80, NULL, argv);

    terminal_assert_exit(t, 0, GONE_MS);
    ck_assert_str_eq(terminal_row(t, 4), "watch it: build/lab run process");
    ck_assert_str_eq(terminal_row(t, 5), "children 1, expected 1, failed 0");
    ck_assert_str_eq(terminal_row(t, 6), "");
    ck_assert_uint_eq(terminal_close(t), 0);
}
END_TEST

int main(void)
{
    const struct suite_test tests[] = {
        {.test = children_are_started_and_joined},
        {.test = main_learns_how_a_child_ended},
        {.test = an_exit_status_of_256_looks_like_0},
        {.test = children_that_are_not_joined_are_left_to_the_end_of_main},
        {.test = an_orphan_lives_on_and_ends},
        {.test = nested_children_make_the_next_themselves, .from = 1, .to = 6},
        {.test = nested_children_end_with_the_status_too},
        {.test = on_a_terminal_it_says_how_to_watch_it},
    };

    return suite_run("process", tests, sizeof tests / sizeof *tests);
}
