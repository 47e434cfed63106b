// SPDX-License-Identifier: MIT
// Time on the screen: back and forward through a run, and another future from any step.
#include "screen/steps.h"
#include "suite.h"

// Where one looks: the number of columns of the table, and of the last of them.
static bool looks_at(struct terminal *t, void *arg)
{
    char title[64];
    snprintf(title, sizeof title, "PAST   step %d of", *(const int *)arg);
    return title_has(t, title);
}

static void wait_past(struct terminal *t, int step)
{
    if (!terminal_wait(t, looks_at, &step, LATE_MS)) {
        ck_abort_msg("does not look at step %d\n%s", step, terminal_dump(t));
    }
}

static void make_steps(struct terminal *t, const char *who)
{
    for (; *who != '\0'; who++) {
        const char key[] = {*who, '\0'};
        lab_step(t, key);
    }
}

// The table has these columns, and no others: "1r0 2r0 1w1".
static void assert_steps(struct terminal *t, const char *expected)
{
    struct steps_table table;
    char text[256] = "";
    read_steps(t, &table);
    for (int i = 0; i < table.count; i++) {
        size_t used = strlen(text);
        snprintf(text + used, sizeof text - used, "%s%d%s", used > 0 ? " " : "",
                 table.list[i].who, table.list[i].done);
    }
    ck_assert_msg(strcmp(text, expected) == 0, "\"%s\", not \"%s\"\n%s", text, expected,
                  terminal_dump(t));
}

static struct terminal *begin(const char *demo)
{
    char line[96];
    snprintf(line, sizeof line, "run %s --step -- --increments 1", demo);
    struct terminal *t = lab_open(24, 80, line);
    lab_wait(t, pair_stands,
             strcmp(demo, "lock_race") == 0 ? "read counter" : "get counter_lock");
    return t;
}

START_TEST(back_and_forward_show_each_step)
{
    static const char *const states[] = {"", "1r0", "1r0 2r0", "1r0 2r0 1w1"};
    static const char *const values[] = {" counter   0 ", " counter   0 ",
                                         " counter   0 ", " counter   1 "};
    struct terminal *t = begin("lock_race");
    make_steps(t, "121");
    lab_sync(t);
    char *present = lab_without_wakes(terminal_text(t));
    for (int step = 2; step >= 0; step--) {
        terminal_key(t, TERMINAL_LEFT);
        wait_past(t, step);
        ck_assert(row_has(t, panel_at(t, "shared memory"), values[step]));
        if (step > 0) {
            assert_steps(t, states[step]);
        }
    }
    terminal_key(t, TERMINAL_LEFT);
    lab_wait_message(t, "This is the beginning.");
    for (int step = 1; step <= 2; step++) {
        terminal_key(t, TERMINAL_RIGHT);
        wait_past(t, step);
        assert_steps(t, states[step]);
    }
    terminal_key(t, TERMINAL_RIGHT);
    lab_wait_title(t, "STOPPED");
    lab_sync(t);
    char *again = lab_without_wakes(terminal_text(t));
    ck_assert_str_eq(again, present);
    terminal_key(t, TERMINAL_HOME);
    wait_past(t, 0);
    terminal_key(t, TERMINAL_END);
    lab_wait_title(t, "STOPPED");
    free(present);
    free(again);
    lab_leave(t);
}
END_TEST

START_TEST(another_digit_forks_the_future)
{
    struct terminal *t = begin("lock_race");
    make_steps(t, "1212");
    lab_wait_title(t, "ENDED");
    ck_assert(row_has(t, panel_at(t, "shared memory"), "1 lost"));
    for (int step = 3; step >= 1; step--) {
        terminal_key(t, TERMINAL_LEFT);
        wait_past(t, step);
    }
    terminal_type(t, "2"); // as it was: only forward
    wait_past(t, 2);
    terminal_key(t, TERMINAL_LEFT);
    wait_past(t, 1);
    terminal_type(t, "1"); // not as it was
    lab_wait_step(t, 2);
    assert_steps(t, "1r0 1w1");
    make_steps(t, "22");
    lab_wait_title(t, "ENDED");
    lab_wait_text(t, "counter 2, expected 2, lost 0");
    lab_leave(t);
}
END_TEST

START_TEST(who_could_not_go_then_is_refused)
{
    struct terminal *t = begin("lock_fixed");
    make_steps(t, "1111"); // all that 1 does
    terminal_key(t, TERMINAL_HOME);
    wait_past(t, 0);
    terminal_key(t, TERMINAL_RIGHT);
    wait_past(t, 1);
    terminal_type(t, "2");
    lab_wait_message(
        t, "2 cannot go: increment-2 wants counter_lock, and increment-1 has it");
    lab_wait_title(t, "PAST");
    terminal_type(t, "q"); // back to the present
    lab_wait_title(t, "STOPPED");
    lab_leave(t);
}
END_TEST

START_TEST(a_kill_in_the_past_forks_too)
{
    struct terminal *t = begin("lock_race");
    make_steps(t, "121");
    terminal_key(t, TERMINAL_LEFT);
    wait_past(t, 2);
    for (int i = 0; i < 2; i++) {
        terminal_key(t, TERMINAL_DOWN);
    }
    terminal_type(t, "kk");
    lab_wait_step(t, 3);
    lab_wait_text(t, "You killed increment-1 (SIGKILL) before it could write counter.");
    assert_steps(t, "1r0 2r0 1K");
    make_steps(t, "2");
    lab_wait_title(t, "ENDED");
    lab_wait_text(t, "counter 1, expected 2");
    lab_leave(t);
}
END_TEST

START_TEST(find_goes_to_the_next_of_its_kind)
{
    struct terminal *t = begin("lock_race");
    make_steps(t, "1212");
    lab_wait_title(t, "ENDED");
    terminal_key(t, TERMINAL_HOME);
    wait_past(t, 0);
    terminal_type(t, "/1");
    wait_past(t, 3);
    assert_steps(t, "1r0 2r0 1w1");
    terminal_type(t, "/1");
    lab_wait_title(t, "ENDED"); // the last step is the present
    terminal_type(t, "//");
    lab_wait_message(t, "No write comes after this step.");
    terminal_key(t, TERMINAL_HOME);
    wait_past(t, 0);
    terminal_type(t, "/2");
    lab_wait_message(t, "No lock comes after this step.");
    terminal_type(t, "/4");
    lab_wait_title(t, "ENDED");
    lab_leave(t);
}
END_TEST

START_TEST(space_lets_the_past_go_by)
{
    struct terminal *t = begin("lock_race");
    make_steps(t, "1122");
    lab_wait_title(t, "ENDED");
    terminal_key(t, TERMINAL_HOME);
    wait_past(t, 0);
    terminal_type(t, " ");
    wait_past(t, 1);
    wait_past(t, 2);
    lab_wait_title(t, "ENDED");
    lab_leave(t);
}
END_TEST

START_TEST(a_free_run_has_no_past)
{
    struct terminal *t =
        lab_open(24, 80, "run lock_race --speed free -- --increments 1000000000");
    lab_wait_title(t, "free");
    terminal_key(t, TERMINAL_LEFT);
    lab_wait_message(t, "Of a free run nobody knows the order: there is no going back.");
    lab_leave(t);
}
END_TEST

int main(void)
{
    const struct suite_test tests[] = {
        {.test = back_and_forward_show_each_step},
        {.test = another_digit_forks_the_future},
        {.test = who_could_not_go_then_is_refused},
        {.test = a_kill_in_the_past_forks_too},
        {.test = find_goes_to_the_next_of_its_kind},
        {.test = space_lets_the_past_go_by},
        {.test = a_free_run_has_no_past},
    };
    return suite_run("past", tests, sizeof tests / sizeof *tests);
}
