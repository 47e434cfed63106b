// SPDX-License-Identifier: MIT
// `lab run process`: children are born, become zombies that the kernel shows, are joined and
// gone.
#include "screen/tables.h"
#include "suite.h"

#define FAMILY "run process --speed 50"

// The one child that is a zombie now. Fails the test when there is none.
static struct person the_zombie(struct terminal *t)
{
    struct people_table table;
    read_people(t, &table);
    for (int i = 0; i < table.count; i++) {
        if (strcmp(table.list[i].state, "ZOMBIE") == 0) {
            return table.list[i];
        }
    }
    ck_abort_msg("no zombie\n%s", terminal_dump(t));
    return (struct person){0};
}

static struct terminal *open_at_zombie(void)
{
    struct terminal *t = lab_open(24, 80, FAMILY);
    lab_wait_message(t, "Can it be killed?");
    lab_wait_title(t, "STOPPED");
    lab_wait_text(t, "Z zombie");
    return t;
}

START_TEST(family_is_a_tree_with_the_lab_above_it)
{
    struct terminal *t = open_at_zombie();
    assert_people_agree_with_proc(t);
    int row = panel_at(t, "family") + 1;
    char lab[64];
    snprintf(lab, sizeof lab, " %d ", (int)terminal_pid(t));
    ck_assert(row_has(t, row, "lab ") && row_has(t, row, lab) &&
              row_has(t, row, "(this program)"));
    ck_assert(row_has(t, row + 1, "└ main"));
    ck_assert(row_has(t, row + 2, "├ child-1") || row_has(t, row + 2, "└ child-1"));
    struct person parent = person_called(t, "main");
    ck_assert_int_eq(parent.parent, terminal_pid(t));
    ck_assert_int_eq(person_called(t, "child-1").parent, parent.pid);
    lab_leave(t);
}
END_TEST

START_TEST(zombie_is_the_kernels_and_cannot_be_killed)
{
    struct terminal *t = open_at_zombie();
    struct person zombie = the_zombie(t);
    struct proc proc;
    ck_assert_str_eq(zombie.kernel, "Z zombie");
    ck_assert_str_eq(zombie.done, "ended, status 0");
    ck_assert(proc_read(zombie.pid, &proc));
    ck_assert_int_eq(proc.state, 'Z');
    ck_assert_int_eq(proc.parent, person_called(t, "main").pid);
    select_person(t, zombie.name);
    terminal_type(t, "kk");
    char said[4 * CELL_SIZE];
    snprintf(said, sizeof said, "You killed %s: nothing changed.", zombie.name);
    lab_wait_text(t, said);
    ck_assert_int_eq(proc_state(zombie.pid), 'Z');
    ck_assert_str_eq(person_called(t, zombie.name).state, "ZOMBIE");
    lab_leave(t);
}
END_TEST

START_TEST(joined_zombie_is_gone)
{
    struct terminal *t = open_at_zombie();
    struct person zombie = the_zombie(t);
    char said[4 * CELL_SIZE];
    snprintf(said, sizeof said, "joined %s: exit status 0. %s is gone", zombie.name,
             zombie.name);
    for (int step = 0; step < 30 && !terminal_find(t, said, NULL, NULL); step++) {
        lab_step(t, "n");
    }
    ck_assert_msg(terminal_find(t, said, NULL, NULL), "%s", terminal_dump(t));
    struct person gone = person_called(t, zombie.name);
    ck_assert_str_eq(gone.state, "gone");
    ck_assert_str_eq(gone.kernel, "-");
    ck_assert_int_eq(gone.pid, zombie.pid);
    ck_assert_int_eq(proc_state(zombie.pid), '\0');
    lab_leave(t);
}
END_TEST

// The states of the diagram, and where their digits stand: below the word, within its room.
static bool is_at(struct terminal *t, const char *state, int digit)
{
    static const struct {
        const char *state;
        int row, from, to;
    } places[] = {
        {"not born", 1, 6, 20}, {"ready", 1, 20, 34}, {"running", 1, 34, 47},
        {"ZOMBIE", 1, 47, 60},  {"gone", 1, 60, 80},  {"blocked", 2, 24, 37},
        {"BLOCKED", 2, 24, 37},
    };
    int row = panel_at(t, "where each one is");
    ck_assert_int_ge(row, 0);
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        if (strcmp(places[i].state, state) == 0) {
            char text[CELL_SIZE];
            text_between(t, row + places[i].row, places[i].from, places[i].to, text,
                         sizeof text);
            return strchr(text, '0' + digit) != NULL;
        }
    }
    ck_abort_msg("%s is not in the diagram", state);
    return false;
}

// The letters of a lane in "lives": what stands in its last column with anything.
static char lane_ends_with(struct terminal *t, int digit)
{
    int row = panel_at(t, "lives") + 1;
    for (; !is_rule(t, row); row++) {
        if (terminal_cell(t, row, 1).text[0] == '0' + digit) {
            const char *text = terminal_row(t, row);
            return text[strlen(text) - 1];
        }
    }
    ck_abort_msg("no lane of %d\n%s", digit, terminal_dump(t));
    return '\0';
}

START_TEST(diagram_lanes_and_table_agree_at_every_step)
{
    struct terminal *t = lab_open(24, 80, "run process --step");
    bool zombie_seen = false;
    lab_wait_title(t, "STOPPED");
    for (int step = 0; !lab_has_ended(t) && step < 60; step++) {
        struct people_table table;
        read_people(t, &table);
        for (int i = 0; i < table.count; i++) {
            const struct person *person = &table.list[i];
            bool zombie = strcmp(person->state, "ZOMBIE") == 0;
            ck_assert_msg(is_at(t, person->state, person->digit), "%s, %s\n%s",
                          person->name, person->state, terminal_dump(t));
            ck_assert(!zombie || lane_ends_with(t, person->digit) == 'Z');
            zombie_seen = zombie_seen || zombie;
        }
        assert_people_agree_with_proc(t);
        lab_step(t, "n");
    }
    lab_wait_title(t, "ENDED");
    ck_assert(zombie_seen);
    lab_wait_message(t, "children 3, expected 3, failed 0");
    lab_leave(t);
}
END_TEST

START_TEST(exit_status_of_a_child_is_told)
{
    struct terminal *t =
        lab_open(24, 80, "run process --speed 1000 --no-stop -- --children 2 --exit 3");
    lab_wait_title(t, "ENDED");
    ck_assert_str_eq(person_called(t, "child-1").done, "ended, status 3");
    lab_wait_message(t, "children 2, expected 2, failed 2");
    lab_wait_message(t, "exit status 1");
    lab_leave(t);
}
END_TEST

int main(void)
{
    const struct suite_test tests[] = {
        {.test = family_is_a_tree_with_the_lab_above_it},
        {.test = zombie_is_the_kernels_and_cannot_be_killed},
        {.test = joined_zombie_is_gone},
        {.test = diagram_lanes_and_table_agree_at_every_step, .timeout = 40},
        {.test = exit_status_of_a_child_is_told},
    };

    return suite_run("process", tests, sizeof tests / sizeof *tests);
}
