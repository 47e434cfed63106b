// SPDX-License-Identifier: MIT
// The key o: the source in an editor, then what was built of it; with an editor that is a
// line of shell.
#include "run.h"
#include "screen/steps.h"
#include "suite.h"

#include <unistd.h>

static char folder[64];

static void make_folder(void)
{
    snprintf(folder, sizeof folder, "/tmp/test_edit.XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    const char *const argv[] = {built("lab"), "new", "my", NULL};
    struct run_result result = run_program(argv, &(struct run_options){.cwd = folder});
    run_assert_exit(&result, 0);
    run_free(&result);
}

static void remove_folder(void)
{
    const char *const argv[] = {"rm", "-rf", folder, NULL};
    struct run_result result = run_program(argv, NULL);
    run_assert_exit(&result, 0);
    run_free(&result);
}

static struct terminal *open_my(const char *editor)
{
    char variable[256];
    snprintf(variable, sizeof variable, "EDITOR=%s", editor);
    const char *const env[] = {variable, "VISUAL", NULL};
    const struct terminal_options options = {.cwd = folder, .env = env};
    struct terminal *t = lab_open_with(24, 80, "run my.c --step", &options);
    lab_wait_title(t, "STOPPED");
    lab_wait_text(t, "expected at the end: 6");
    return t;
}

START_TEST(changed_source_is_built_and_run_again)
{
    struct terminal *t = open_my("sed -i s/6/8/g");
    terminal_type(t, "o");
    lab_wait_text(t, "expected at the end: 8");
    lab_wait_message(t, "Built from my.c");
    lab_wait_title(t, "STOPPED");
    lab_wait_title(t, "seed 1");
    lab_leave(t);
}
END_TEST

START_TEST(message_of_the_compiler_is_shown_and_a_key_goes_back)
{
    struct terminal *t = open_my("sed -i s/return.0/return.nought/");
    terminal_type(t, "o");
    terminal_assert_text(t, "nought", LATE_MS);
    terminal_assert_text(t, "Press any key to go back", LATE_MS);
    ck_assert(!terminal_alternate_screen(t));
    terminal_type(t, "z");
    lab_wait_message(t, "my.c does not compile");
    lab_wait_text(t, "expected at the end: 6");
    lab_step(t, "n"); // it still runs
    lab_leave(t);
}
END_TEST

START_TEST(editor_that_fails_builds_nothing)
{
    struct terminal *t = open_my("nonesuch-editor");
    terminal_type(t, "o");
    lab_wait_message(t, "There is no editor \"nonesuch-editor\"");
    lab_leave(t);
}
END_TEST

// A demo is copied only when it is changed.
START_TEST(demo_that_was_not_changed_leaves_no_copy)
{
    const char *const env[] = {"EDITOR=true", "VISUAL", NULL};
    const struct terminal_options options = {.env = env};
    struct terminal *t = lab_open_with(24, 80, "run process --step", &options);
    lab_wait_title(t, "STOPPED");
    terminal_type(t, "o");
    lab_wait_message(t, "Nothing was changed.");
    ck_assert_int_ne(access(built("mine/process.c"), F_OK), 0);
    lab_leave(t);
}
END_TEST

int main(void)
{
    const struct suite_test tests[] = {
        {.test = changed_source_is_built_and_run_again,
         .setup = make_folder,
         .teardown = remove_folder},
        {.test = message_of_the_compiler_is_shown_and_a_key_goes_back,
         .setup = make_folder,
         .teardown = remove_folder},
        {.test = editor_that_fails_builds_nothing,
         .setup = make_folder,
         .teardown = remove_folder},
        {.test = demo_that_was_not_changed_leaves_no_copy},
    };

    return suite_run("edit", tests, sizeof tests / sizeof *tests);
}
