// SPDX-License-Identifier: MIT
// What a run shows: each panel says what is so, by the kernel, by the source and by its own
// arithmetic.
#include "screen/steps.h"
#include "suite.h"

enum { WIDE = 200 }; // all steps of a run side by side

// The line at which the source panel marks a process; 0: nowhere.
static int marked_line(struct terminal *t, const char *file, int digit)
{
    char mark[16];
    char rule[64];
    snprintf(mark, sizeof mark, "◄%d", digit);
    snprintf(rule, sizeof rule, "─ %s ─", file);
    lab_wait_text(t, rule);
    for (int row = panel_at(t, file); !is_rule(t, row); row++) {
        const char *text = terminal_row(t, row);
        if (strstr(text, mark) != NULL) {
            int line = atoi(text + strlen("►"));
            ck_assert_msg(cell_is(t, row, 0, "►"), "no sign at the left\n%s",
                          terminal_dump(t));
            return line;
        }
    }
    return 0;
}

// The first row of a panel that begins with this name, as a text; "" when there is none.
static const char *panel_row(struct terminal *t, const char *panel, const char *name)
{
    int row = panel_at(t, panel);
    for (; row >= 0 && !is_rule(t, row); row++) {
        const char *text = terminal_row(t, row);
        if (strlen(text) > 1 && strncmp(text + 1, name, strlen(name)) == 0 &&
            text[1 + strlen(name)] == ' ') {
            return text;
        }
    }
    return "";
}

START_TEST(title_and_keys_say_what_runs_and_what_can_be_done)
{
    struct terminal *t = lab_open(24, 80, "run lock_race --step");
    lab_wait_race(t);
    const char *title = terminal_row(t, 0);
    ck_assert_int_eq(strncmp(title, " lock_race   2 processes, 5 increments each ", 44),
                     0);
    ck_assert_ptr_nonnull(strstr(title, "STOPPED"));
    ck_assert_ptr_nonnull(strstr(title, "2/s"));
    ck_assert_ptr_nonnull(strstr(title, "seed 1"));
    static const char *const words[] = {"Space go/stop", "n step", "who goes",
                                        "+/- speed",     "? keys", "q quit"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        ck_assert_msg(row_has(t, 23, words[i]), "no %s\n%s", words[i], terminal_dump(t));
    }
    lab_leave(t);
}
END_TEST

START_TEST(processes_are_those_of_the_kernel)
{
    struct terminal *t = lab_open(24, 80, "run lock_race --step");
    lab_wait_race(t);
    for (int step = 0; step < 4; step++) {
        assert_people_agree_with_proc(t);
        lab_step(t, "n");
    }
    struct person main_row = person_called(t, "main");
    struct person one = person_called(t, "increment-1");
    struct person two = person_called(t, "increment-2");
    ck_assert(main_row.digit == 0 && one.digit == 1 && two.digit == 2);
    ck_assert_str_eq(main_row.state, "blocked");
    ck_assert_str_eq(main_row.next, "join increment-1");
    ck_assert_str_eq(one.state, "ready");
    ck_assert_str_eq(one.kernel, "S sleeps");
    ck_assert(!main_row.moved && one.moved != two.moved);
    lab_leave(t);
}
END_TEST

START_TEST(marks_stand_at_the_line_of_the_source)
{
    struct terminal *t = lab_open(24, 80, "run lock_race --step");
    int line = line_with("lock_race", "counter += 1");
    lab_wait_race(t);
    for (int step = 0; step < 3; step++) {
        ck_assert_int_eq(marked_line(t, "lock_race.c", 1), line);
        ck_assert_int_eq(marked_line(t, "lock_race.c", 2), line);
        lab_step(t, "1");
    }
    lab_leave(t);
    t = lab_open(24, 80, "run lock_fixed --step");
    lab_wait_fixed(t);
    lab_step(t, "1");
    ck_assert_int_eq(marked_line(t, "lock_fixed.c", 1),
                     line_with("lock_fixed", "counter += 1"));
    ck_assert_int_eq(marked_line(t, "lock_fixed.c", 2),
                     line_with("lock_fixed", "mp_lock_acquire("));
    lab_step(t, "1");
    lab_step(t, "1");
    ck_assert_int_eq(marked_line(t, "lock_fixed.c", 1),
                     line_with("lock_fixed", "mp_lock_release("));
    lab_leave(t);
}
END_TEST

// "counter   4   6 updates written, 2 lost".
static void assert_memory_says(struct terminal *t, const struct retold *retold)
{
    int value = -1, updates = 0, lost = 0;
    const char *row = panel_row(t, "shared memory", "counter");
    int found = sscanf(row, " counter %d %d update%*[s ]written, %d lost", &value,
                       &updates, &lost);
    ck_assert_msg(found == 3 && value == retold->value && updates == retold->updates &&
                      lost == retold->losses,
                  "not %ld, %d updates, %d lost\n%s", retold->value, retold->updates,
                  retold->losses, terminal_dump(t));
}

START_TEST(steps_memory_and_losses_are_right_after_every_step)
{
    char line[CELL_SIZE];
    snprintf(line, sizeof line, "run lock_race --step --seed %d", _i);
    struct terminal *t = lab_open(24, WIDE, line);
    struct retold retold;
    lab_wait_race(t);
    for (int step = 1; step <= 20; step++) {
        lab_step(t, "n");
        retold = assert_steps_replay(t);
        if (!lab_has_ended(t) && retold.updates > 0) {
            assert_memory_says(t, &retold);
        }
    }
    lab_wait_title(t, "ENDED");
    retold = assert_steps_replay(t);
    ck_assert_int_eq(retold.updates, 10);
    ck_assert_int_eq(retold.value, 10 - retold.losses);
    char verdict[80];
    snprintf(verdict, sizeof verdict, "counter %ld, expected 10, lost %d", retold.value,
             retold.losses);
    lab_wait_message(t, verdict);
    lab_leave(t);
}
END_TEST

START_TEST(who_goes_next_stands_behind_the_last_step)
{
    struct terminal *t = lab_open(24, 80, "run lock_fixed --step");
    struct steps_table table;
    lab_wait_fixed(t);
    lab_step(t, "2");
    read_steps(t, &table);
    ck_assert_int_eq(table.count, 1);
    ck_assert_int_eq(table.list[0].who, 2);
    ck_assert_str_eq(table.list[0].done, "L");
    ck_assert_str_eq(table.next[1], "■");
    ck_assert_str_eq(table.next[2], "?");
    ck_assert_str_eq(person_called(t, "increment-1").state, "BLOCKED");
    lab_leave(t);
}
END_TEST

START_TEST(lock_says_who_has_it_and_who_wants_it)
{
    struct terminal *t = lab_open(24, 80, "run lock_fixed --step");
    char has[64];
    lab_wait_fixed(t);
    const char *row = panel_row(t, "shared memory", "counter_lock");
    ck_assert_ptr_nonnull(strstr(row, "nobody has it"));
    lab_step(t, "1");
    snprintf(has, sizeof has, "increment-1 has it (line %d)",
             line_with("lock_fixed", "mp_lock_acquire("));
    row = panel_row(t, "shared memory", "counter_lock");
    ck_assert_msg(strstr(row, has) && strstr(row, "waiting for it: increment-2"), "%s",
                  terminal_dump(t));
    lab_leave(t);
}
END_TEST

START_TEST(sentences_tell_each_step_in_order)
{
    struct terminal *t = lab_open(24, 80, "run lock_race --step");
    lab_wait_race(t);
    lab_step(t, "1");
    lab_step(t, "2");
    lab_step(t, "1");
    static const char *const told[] = {
        "  1  increment-1 read counter: 0.",
        "  2  increment-2 read 0 too. If both write now, only the second write stays.",
        "  3  increment-1 wrote counter: 1 (it was 0).",
    };
    int before = panel_at(t, "what happened") - 1;
    for (int i = 0; i < 3; i++) {
        int row;
        ck_assert_msg(terminal_find(t, told[i], &row, NULL), "no \"%s\"\n%s", told[i],
                      terminal_dump(t));
        ck_assert_int_gt(row, before);
        before = row;
    }
    lab_leave(t);
}
END_TEST

START_TEST(verdict_and_what_can_be_pressed_stay_at_the_end)
{
    struct terminal *t = lab_open(24, 80, "run lock_fixed --no-stop --speed 1000");
    lab_wait_title(t, "ENDED");
    ck_assert_msg(row_has(t, 22, " ENDED     counter 10, expected 10, lost 0"), "%s",
                  terminal_dump(t));
    ck_assert(row_has(t, 22, "40 steps, seed 1, exit status 0"));
    ck_assert(row_has(t, 23, "Next:") && row_has(t, 23, "r again"));
    ck_assert(!row_has(t, 23, "n step") && !row_has(t, 23, "go/stop"));
    ck_assert_str_eq(person_called(t, "increment-2").state, "gone");
    lab_assert_still(t);
    lab_leave(t);
}
END_TEST

// Nobody stands anywhere any more, and a person has just begun to look.
START_TEST(source_is_shown_of_what_was_over_at_once)
{
    struct terminal *t = lab_open(24, 80, "run lock_race --speed max");
    lab_wait_title(t, "ENDED");
    lab_wait_text(t, "lock_race.c ");
    lab_wait_text(t, "shared memory");
    ck_assert_msg(!terminal_find(t, "No line numbers", NULL, NULL), "%s",
                  terminal_dump(t));
    lab_leave(t);
}
END_TEST

int main(void)
{
    const struct suite_test tests[] = {
        {.test = title_and_keys_say_what_runs_and_what_can_be_done},
        {.test = processes_are_those_of_the_kernel},
        {.test = marks_stand_at_the_line_of_the_source},
        {.test = steps_memory_and_losses_are_right_after_every_step, .from = 1, .to = 5},
        {.test = who_goes_next_stands_behind_the_last_step},
        {.test = lock_says_who_has_it_and_who_wants_it},
        {.test = sentences_tell_each_step_in_order},
        {.test = verdict_and_what_can_be_pressed_stay_at_the_end},
        {.test = source_is_shown_of_what_was_over_at_once},
    };

    return suite_run("run", tests, sizeof tests / sizeof *tests);
}
