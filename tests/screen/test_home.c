// SPDX-License-Identifier: MIT
// The home screen, and what stays in the terminal when the lab has been left.
#include "screen/tables.h"
#include "suite.h"

#include <libgen.h>
#include <unistd.h>

// The row of the list that begins with the sign for "selected"; -1: none.
static int selected_row(struct terminal *t)
{
    for (int row = 0; row < terminal_rows(t); row++) {
        if (cell_is(t, row, 0, "►")) {
            return row;
        }
    }
    return -1;
}

// Of both, `arg` is the address of a row.
static bool is_selected(struct terminal *t, void *row)
{
    return frame_is_whole(t) && selected_row(t) == *(const int *)row;
}

static void wait_selected(struct terminal *t, int row)
{
    if (!terminal_wait(t, is_selected, &row, LATE_MS)) {
        ck_abort_msg("row %d is not selected\n%s", row, terminal_dump(t));
    }
}

// The row on which a demo stands in the list.
static int row_of(struct terminal *t, const char *name)
{
    char text[CELL_SIZE];
    for (int row = 0; row < terminal_rows(t); row++) {
        text_between(t, row, 3, 3 + (int)strlen(name) + 1, text, sizeof text);
        if (strcmp(text, name) == 0) {
            return row;
        }
    }
    ck_abort_msg("%s is not in the list\n%s", name, terminal_dump(t));
    return -1;
}

static struct terminal *open_home(void)
{
    struct terminal *t = lab_open(24, 80, "");
    lab_wait_text(t, "lock_fixed");
    return t;
}

// Moves to the row of a demo, as far as that is.
static void select_demo(struct terminal *t, const char *name)
{
    int keys = 0;
    for (int at = selected_row(t), row = row_of(t, name); at != row;
         at = selected_row(t), row = row_of(t, name)) { // either moves, where it scrolls
        ck_assert_msg(keys++ < 100, "the selection does not move\n%s", terminal_dump(t));
        terminal_key(t, at < row ? TERMINAL_DOWN : TERMINAL_UP);
        lab_sync(t);
    }
}

START_TEST(home_lists_every_demo_with_what_it_shows)
{
    static const char *const lines[][2] = {
        {"process", "a child is born, works, ends as a zombie, is joined"},
        {"lock_race", "two processes add to one counter, and updates get lost"},
        {"lock_fixed", "the same with a lock: nothing is lost"},
    };
    struct terminal *t = open_home();
    ck_assert(row_has(t, 0, "forklab"));
    ck_assert_int_ge(panel_at(t, "demos"), 0);
    for (int i = 0; i < 3; i++) {
        ck_assert_ptr_nonnull(
            strstr(terminal_row(t, row_of(t, lines[i][0])), lines[i][1]));
    }
    ck_assert(row_has(t, 23, "Enter open"));
    ck_assert(row_has(t, 23, "? keys"));
    ck_assert(row_has(t, 23, "q quit"));
    lab_leave(t);
}
END_TEST

START_TEST(arrows_move_the_selection_and_stop_at_the_ends)
{
    struct terminal *t = open_home();
    int first = selected_row(t);
    int before = -1;
    terminal_key(t, TERMINAL_UP);
    lab_sync(t);
    ck_assert_int_eq(selected_row(t), first);
    // Down to the end, where it stays.
    for (int at = first; at != before; at = selected_row(t)) {
        ck_assert_int_gt(at, before);
        before = at;
        terminal_key(t, TERMINAL_DOWN);
        lab_sync(t);
    }
    ck_assert_int_gt(before, first);
    select_demo(t, "lock_race");
    wait_selected(t, row_of(t, "lock_race"));
    lab_leave(t);
}
END_TEST

START_TEST(enter_opens_what_is_selected_and_q_comes_back)
{
    struct terminal *t = open_home();
    select_demo(t, "process");
    terminal_key(t, TERMINAL_ENTER);
    lab_wait_title(t, " process ");
    lab_wait_text(t, "q back");
    terminal_type(t, "q");
    lab_wait_title(t, "forklab");
    wait_selected(t, row_of(t, "process"));
    select_demo(t, "lock_fixed");
    terminal_key(t, TERMINAL_ENTER);
    lab_wait_title(t, " lock_fixed ");
    terminal_type(t, "q");
    lab_wait_title(t, "forklab");
    lab_leave(t);
}
END_TEST

START_TEST(escape_leaves_home_at_once)
{
    struct terminal *t = open_home();
    terminal_key(t, TERMINAL_ESCAPE);
    terminal_assert_exit(t, 0, SOON_MS);
    lab_assert_restored(t);
    lab_assert_gone(t);
}
END_TEST

START_TEST(what_is_no_key_at_home_does_nothing)
{
    struct terminal *t = open_home();
    char *before = terminal_text(t);
    terminal_type(t, "z3\x7f");
    terminal_key(t, TERMINAL_F5);
    terminal_key(t, TERMINAL_LEFT);
    lab_sync(t);
    char *after = terminal_text(t);
    ck_assert_str_eq(before, after);
    free(before);
    free(after);
    lab_leave(t);
}
END_TEST

// --- what stays -----------------------------------------------------------------------------

// The lab as people start it, by a relative name: build/lab.
struct relative {
    char folder[512], name[512];
};

static struct relative relative_lab(void)
{
    struct relative lab;
    char copy[512];
    snprintf(copy, sizeof copy, "%s", BUILD_DIR);
    snprintf(lab.name, sizeof lab.name, "%.500s/lab", basename(copy));
    snprintf(copy, sizeof copy, "%s", BUILD_DIR);
    snprintf(lab.folder, sizeof lab.folder, "%s", dirname(copy));
    return lab;
}

// Runs a line in a shell, as somebody who types what was printed; it must open this demo.
static void type_in_a_shell(const char *line, const char *folder, const char *demo)
{
    const char *const argv[] = {"sh", "-c", line, NULL};
    const struct terminal_options options = {.cwd = folder};
    struct terminal *t = terminal_open(24, 80, &options, argv);
    char title[CELL_SIZE + 2];
    snprintf(title, sizeof title, " %s ", demo);
    lab_wait_title(t, title);
    lab_leave(t);
}

// The command in a row "label   build/lab run ...", and the demo that it runs.
static bool command_in(const char *row, const char *lab, char *command, char *demo)
{
    char prefix[600];
    snprintf(prefix, sizeof prefix, "%s run ", lab);
    const char *found = strstr(row, prefix);
    if (found == NULL) {
        return false;
    }
    snprintf(command, 512, "%s", found);
    ck_assert_int_eq(sscanf(found + strlen(prefix), "%40[a-z_]", demo), 1);
    return true;
}

// Types every command that stands there; reads every file that it names.
static void everything_printed_works(struct terminal *t, const struct relative *lab)
{
    char command[512], demo[CELL_SIZE];
    int race = 0, twin = 0;
    for (int row = 0; row < terminal_rows(t); row++) {
        const char *text = terminal_row(t, row);
        const char *lesson = strstr(text, "lessons/");
        if (command_in(text, lab->name, command, demo)) {
            race += strcmp(demo, "lock_race") == 0;
            twin += strcmp(demo, "lock_fixed") == 0;
            type_in_a_shell(command, lab->folder, demo);
        } else if (lesson != NULL) {
            ck_assert_msg(access(source(lesson), R_OK) == 0, "no %s", lesson);
        }
    }
    ck_assert_msg(race == 1 && twin == 1, "%s", terminal_dump(t));
}

START_TEST(result_and_commands_that_work_stay_after_a_run)
{
    struct relative lab = relative_lab();
    const char *const argv[] = {lab.name,    "run",     "lock_race", "--seed", "7",
                                "--no-stop", "--speed", "1000",      NULL};
    const struct terminal_options options = {.cwd = lab.folder};
    struct terminal *t = terminal_open(24, 80, &options, argv);
    char result[4 * CELL_SIZE];
    lab_wait_title(t, "ENDED");
    int row, col;
    ck_assert(terminal_find(t, " ENDED     counter ", &row, &col));
    text_between(t, row, col + 11, title_at(t, row, "20 steps"), result, sizeof result);
    terminal_type(t, "q");
    terminal_assert_exit(t, 0, LATE_MS);
    lab_assert_restored(t);
    ck_assert_str_eq(terminal_row(t, 0), result);
    ck_assert_int_eq(strncmp(terminal_row(t, 1), "the same again ", 15), 0);
    ck_assert(row_has(t, 1, "run lock_race ") && row_has(t, 1, "--seed 7"));
    ck_assert_int_eq(strncmp(terminal_row(t, 2), "with the lock ", 14), 0);
    ck_assert(row_has(t, 2, "run lock_fixed ") && row_has(t, 2, "--seed 7"));
    everything_printed_works(t, &lab);
    lab_assert_gone(t);
}
END_TEST

START_TEST(command_that_stays_repeats_the_run_with_its_arguments)
{
    struct relative lab = relative_lab();
    const char *const argv[] = {lab.name, "run",          "lock_race", "--seed", "3",
                                "--",     "--increments", "1",         NULL};
    const struct terminal_options options = {.cwd = lab.folder};
    struct terminal *t = terminal_open(24, 80, &options, argv);
    char command[512], demo[CELL_SIZE];
    lab_wait_title(t, "1 increment each");
    terminal_type(t, "q");
    terminal_assert_exit(t, 0, LATE_MS);
    ck_assert(row_has(t, 0, "the same again"));
    ck_assert(command_in(terminal_row(t, 0), lab.name, command, demo));
    lab_assert_gone(t);

    const char *const shell[] = {"sh", "-c", command, NULL};
    t = terminal_open(24, 100, &options, shell);
    lab_wait_title(t, " lock_race   2 processes, 1 increment each ");
    lab_wait_title(t, "seed 3");
    lab_leave(t);
}
END_TEST

START_TEST(list_that_goes_on_says_so)
{
    struct terminal *t = lab_open(12, 80, "");
    char text[CELL_SIZE];
    int more;
    lab_wait_text(t, "more below");
    text_between(t, 11, 55, 80, text, sizeof text);
    ck_assert_msg(sscanf(text, "%d more below", &more) == 1 && more > 0, "%s", text);
    for (int i = 0; i < 60; i++) {
        terminal_key(t, TERMINAL_DOWN);
        lab_sync(t);
    }
    ck_assert_msg(row_has(t, 11, "more above") && !row_has(t, 11, "below"), "%s",
                  terminal_dump(t));
    lab_leave(t);
    t = lab_open(60, 80, "");
    lab_wait_text(t, "lock_fixed");
    ck_assert(!terminal_find(t, "more below", NULL, NULL));
    lab_leave(t);
}
END_TEST

START_TEST(hint_at_home_works_as_printed)
{
    struct relative lab = relative_lab();
    const char *const argv[] = {lab.name, NULL};
    const struct terminal_options options = {.cwd = lab.folder};
    struct terminal *t = terminal_open(40, 80, &options, argv); // it is the last line
    char command[600], demo[CELL_SIZE];
    int row;
    lab_wait_text(t, "run lock_race --plain");
    ck_assert(terminal_find(t, "run lock_race --plain", &row, NULL));
    ck_assert(command_in(terminal_row(t, row), lab.name, command, demo));
    lab_leave(t);
    strcat(command, " | cat");
    const char *const shell[] = {"sh", "-c", command, NULL};
    t = terminal_open(60, 100, &options, shell);
    terminal_assert_exit(t, 0, LATE_MS);
    ck_assert(terminal_find(t, ", expected 10, lost ", NULL, NULL));
    lab_assert_gone(t);
}
END_TEST

int main(void)
{
    const struct suite_test tests[] = {
        {.test = home_lists_every_demo_with_what_it_shows},
        {.test = arrows_move_the_selection_and_stop_at_the_ends},
        {.test = enter_opens_what_is_selected_and_q_comes_back},
        {.test = escape_leaves_home_at_once},
        {.test = what_is_no_key_at_home_does_nothing},
        {.test = result_and_commands_that_work_stay_after_a_run, .timeout = 60},
        {.test = command_that_stays_repeats_the_run_with_its_arguments},
        {.test = list_that_goes_on_says_so, .timeout = 60},
        {.test = hint_at_home_works_as_printed, .timeout = 60},
    };

    return suite_run("home", tests, sizeof tests / sizeof *tests);
}
