// SPDX-License-Identifier: MIT
// The keys of a run: each does what the help says, and nothing else.
#include "screen/steps.h"
#include "suite.h"

enum { WIDE = 200 };

START_TEST(space_stops_everybody_and_goes_on)
{
    struct terminal *t = lab_open(24, 80,
                                  "run lock_race --no-stop --speed 50 "
                                  "-- --increments 100000");
    lab_wait_text(t, "wrote counter:");
    for (int time = 0; time < 3; time++) {
        terminal_type(t, " ");
        lab_wait_title(t, "STOPPED");
        int step = last_step(t);
        lab_assert_still(t);
        terminal_type(t, " ");
        lab_wait(t, title_has_not, "STOPPED");
        terminal_type(t, " ");
        lab_wait_title(t, "STOPPED");
        ck_assert_int_ge(last_step(t), step);
        terminal_type(t, " ");
        lab_wait(t, title_has_not, "STOPPED");
    }
    lab_leave(t);
}
END_TEST

START_TEST(n_makes_exactly_one_step)
{
    struct terminal *t = lab_open(24, 80, "run lock_race --step");
    struct steps_table table;
    lab_wait_race(t);
    for (int step = 1; step <= 8; step++) {
        terminal_type(t, "n");
        lab_wait_step(t, step);
        lab_sync(t); // and no further one behind it
        read_steps(t, &table);
        ck_assert_int_eq(table.list[table.count - 1].number, step);
        ck_assert_int_eq(table.count, step);
    }
    lab_leave(t);
}
END_TEST

START_TEST(digits_let_that_process_make_one_step)
{
    static const struct {
        const char *order;
        int value; // that two additions in this order come to
    } orders[] = {{"1212", 1}, {"1122", 2}, {"2112", 1}, {"2211", 2}};
    struct terminal *t = lab_open(24, 80, "run lock_race --step -- --increments 1");
    for (size_t i = 0; i < sizeof orders / sizeof *orders; i++) {
        struct steps_table table;
        char result[64];
        lab_wait_race(t);
        for (int step = 0; step < 4; step++) {
            char key[] = {orders[i].order[step], '\0'};
            lab_step(t, key);
            read_steps(t, &table);
            ck_assert_int_eq(table.list[step].who, key[0] - '0');
        }
        snprintf(result, sizeof result, "counter %d, expected 2, lost %d",
                 orders[i].value, 2 - orders[i].value);
        lab_wait_title(t, "ENDED");
        lab_wait_message(t, result);
        struct retold retold = assert_steps_replay(t);
        ck_assert_int_eq(retold.value, orders[i].value);
        terminal_type(t, "r");
        lab_wait(t, title_has_not, "ENDED");
    }
    lab_leave(t);
}
END_TEST

// One that came out right: the race is there all the same. Any key closes it.
START_TEST(u_lists_the_data_races)
{
    struct terminal *t = lab_open(24, 80, "run lock_race --step -- --increments 1");
    lab_wait_race(t);
    terminal_type(t, "u");
    lab_wait_text(t, "No data race so far: every two accesses of one value were ordered.");
    terminal_type(t, "2"); // closes it, and nothing else
    lab_wait_gone(t, "No data race so far");
    for (int i = 0; i < 4; i++) {
        lab_step(t, i < 2 ? "1" : "2");
    }
    lab_wait_title(t, "ENDED");
    terminal_type(t, "u");
    lab_wait_text(t, "counter: increment-1 wrote it (lock_race.c:");
    lab_wait_text(t, "nothing ordered the two since both came out of start");
    terminal_type(t, "q");
    lab_wait_gone(t, "nothing ordered the two");
    lab_leave(t);
}
END_TEST

START_TEST(who_cannot_go_says_why)
{
    struct terminal *t = lab_open(24, 80, "run lock_fixed --step");
    lab_wait_fixed(t);
    lab_step(t, "1");
    terminal_type(t, "2");
    lab_wait_message(
        t, "2 cannot go: increment-2 wants counter_lock, and increment-1 has it");
    terminal_type(t, "0");
    lab_wait_message(t, "0 cannot go: main waits for increment-1 to end");
    terminal_type(t, "9");
    lab_wait_message(t, "There is no process 9.");
    ck_assert_int_eq(last_step(t), 1);
    lab_step(t, "1"); // the one that has it can
    ck_assert_int_eq(last_step(t), 2);
    lab_leave(t);
}
END_TEST

START_TEST(plus_and_minus_go_through_all_speeds)
{
    static const char *const speeds[] = {"1/s", "2/s", "5/s", "10/s", "50/s", "1000/s"};
    enum { SPEEDS = sizeof speeds / sizeof *speeds };
    char shown[32];
    struct terminal *t =
        lab_open(24, 120, "run lock_race --step -- --increments 100000000");
    lab_wait_race(t);
    terminal_type(t, "-");
    for (int i = 0; i < SPEEDS; i++) {
        snprintf(shown, sizeof shown, " %s", speeds[i]);
        lab_wait_title(t, shown);
        ck_assert_int_eq(last_step(t), 0); // it is only said how fast it would go
        terminal_type(t, i % 2 == 0 ? "+" : "=");
    }
    lab_wait_title(t, "free");
    ck_assert(!row_has(t, 0, "STOPPED"));
    for (int i = SPEEDS - 1; i >= 0; i--) {
        terminal_type(t, i % 2 == 0 ? "-" : "_");
        snprintf(shown, sizeof shown, " %s", speeds[i]);
        lab_wait_title(t, shown);
    }
    terminal_type(t, "-"); // slower than that it does not get
    lab_sync(t);
    ck_assert(row_has(t, 0, " 1/s"));
    lab_leave(t);
}
END_TEST

static void same_steps(const struct steps_table *a, const struct steps_table *b)
{
    ck_assert_int_eq(a->count, b->count);
    for (int i = 0; i < a->count; i++) {
        ck_assert_int_eq(a->list[i].who, b->list[i].who);
        ck_assert_str_eq(a->list[i].done, b->list[i].done);
        ck_assert_str_eq(a->list[i].value, b->list[i].value);
        ck_assert_int_eq(a->list[i].lost, b->list[i].lost);
    }
}

// `arg` is the address of a pid: a run whose main is another one has ended.
static bool another_has_ended(struct terminal *t, void *pid)
{
    return frame_is_whole(t) && lab_has_ended(t) &&
           person_called(t, "main").pid != *(const pid_t *)pid;
}

static void press_and_wait_end(struct terminal *t, const char *key)
{
    pid_t before = person_called(t, "main").pid;
    terminal_type(t, key);
    if (!terminal_wait(t, another_has_ended, &before, LATE_MS)) {
        ck_abort_msg("no other run has ended\n%s", terminal_dump(t));
    }
}

START_TEST(r_runs_the_same_steps_again)
{
    struct terminal *t =
        lab_open(24, WIDE, "run lock_race --no-stop --speed 1000 --seed 5");
    struct steps_table first, again;
    lab_wait_title(t, "ENDED");
    read_steps(t, &first);
    ck_assert_int_eq(first.count, 20);
    for (int time = 0; time < 2; time++) {
        press_and_wait_end(t, "r");
        ck_assert(row_has(t, 0, "seed 5"));
        read_steps(t, &again);
        same_steps(&first, &again);
    }
    lab_leave(t);
}
END_TEST

START_TEST(s_takes_another_seed_and_another_order)
{
    struct terminal *t = lab_open(24, WIDE, "run lock_race --no-stop --speed 1000");
    struct steps_table tables[3];
    bool differ = false;
    lab_wait_title(t, "ENDED");
    for (int i = 0; i < 3; i++) {
        char seed[16];
        snprintf(seed, sizeof seed, "seed %d", i + 1);
        ck_assert_msg(row_has(t, 0, seed), "not %s\n%s", seed, terminal_dump(t));
        read_steps(t, &tables[i]);
        for (int step = 0; i > 0 && step < tables[i].count; step++) {
            differ = differ || tables[i].list[step].who != tables[i - 1].list[step].who;
        }
        press_and_wait_end(t, "s");
    }
    ck_assert(differ);
    lab_leave(t);
}
END_TEST

START_TEST(x_shows_the_twin_at_the_same_seed_and_speed)
{
    struct terminal *t = lab_open(24, 120, "run lock_race --step --seed 3 --speed 10");
    lab_wait_race(t);
    terminal_type(t, "x");
    lab_wait_title(t, " lock_fixed ");
    lab_wait_text(t, "counter_lock");
    lab_wait_title(t, "10/s");
    ck_assert(row_has(t, 0, "seed 3"));
    terminal_type(t, "x");
    lab_wait_title(t, " lock_race ");
    ck_assert(row_has(t, 0, "seed 3"));
    lab_leave(t);
}
END_TEST

// --- killing ------------------------------------------------------------------------------------

START_TEST(k_once_and_another_key_kills_nobody)
{
    struct terminal *t = lab_open(24, 80, "run lock_race --step");
    lab_wait_race(t);
    select_person(t, "increment-1");
    pid_t pid = person_called(t, "increment-1").pid;
    terminal_type(t, "k");
    lab_wait_message(t, "Press k again to kill increment-1");
    terminal_type(t, "n");
    lab_wait_step(t, 1);
    terminal_type(t, "k"); // the first again
    lab_wait_message(t, "Press k again to kill increment-1");
    lab_sync(t);
    ck_assert_int_eq(proc_state(pid), 'S');
    ck_assert_str_eq(person_called(t, "increment-1").state, "ready");
    lab_leave(t);
}
END_TEST

START_TEST(k_twice_kills_the_selected_process)
{
    struct terminal *t = lab_open(24, 80, "run lock_race --step --no-stop");
    lab_wait_race(t);
    select_person(t, "increment-2");
    pid_t pid = person_called(t, "increment-2").pid;
    pid_t other = person_called(t, "increment-1").pid;
    terminal_type(t, "kk");
    lab_wait_text(t, "You killed increment-2 (SIGKILL)");
    ck_assert(proc_wait_state(pid, "Z", LATE_MS));
    lab_wait_text(t, "ZOMBIE");
    ck_assert_str_eq(person_called(t, "increment-2").state, "ZOMBIE");
    ck_assert_int_eq(proc_state(other), 'S');
    // The other one goes on alone, and the verdict says what is missing.
    terminal_type(t, "+++ ");
    lab_wait_title(t, "ENDED");
    lab_wait_message(t, "counter 5, expected 10, lost 5");
    lab_leave(t);
}
END_TEST

START_TEST(k_without_a_selection_says_what_to_do)
{
    struct terminal *t = lab_open(24, 80, "run lock_race --step");
    lab_wait_race(t);
    terminal_type(t, "kk");
    lab_wait_message(t, "Choose a process with the arrow keys first");
    ck_assert_str_eq(person_called(t, "increment-1").state, "ready");
    lab_leave(t);
}
END_TEST

// --- help, leaving ------------------------------------------------------------------------------

START_TEST(help_shows_every_key_and_any_key_closes_it)
{
    struct terminal *t = lab_open(24, 80, "run lock_race --step");
    static const char *const told[] = {"go on, or stop everybody",   "one step",
                                       "that process does one step", "run it again",
                                       "twice: kill the selected",   "leave"};
    lab_wait_race(t);
    lab_step(t, "n");
    char *before = lab_without_wakes(terminal_text(t));
    for (const char *close = "?n1 q"; *close != '\0'; close++) {
        char text[2] = {*close, '\0'};
        terminal_type(t, "?");
        lab_wait_text(t, "any key closes this");
        for (size_t i = 0; i < sizeof told / sizeof *told; i++) {
            ck_assert_msg(terminal_find(t, told[i], NULL, NULL), "no \"%s\"\n%s", told[i],
                          terminal_dump(t));
        }
        terminal_type(t, text);
        lab_wait_gone(t, "any key closes this");
    }
    // None of them did anything else.
    char *after = lab_without_wakes(terminal_text(t));
    ck_assert_str_eq(before, after);
    free(before);
    free(after);
    lab_leave(t);
}
END_TEST

// A word that stands alone, perhaps behind the sign for "does nothing now".
static bool has_word(struct terminal *t, const char *word)
{
    for (int row = 0; row < terminal_rows(t); row++) {
        char text[4 * CELL_SIZE];
        char *rest = text;
        snprintf(text, sizeof text, "%s", terminal_row(t, row));
        for (char *found; (found = strtok_r(rest, " ", &rest)) != NULL;) {
            if (strcmp(found + (found[0] == '-'), word) == 0) {
                return true;
            }
        }
    }
    return false;
}

START_TEST(bar_shows_only_what_works_now_and_help_all)
{
    struct terminal *t = lab_open(24, WIDE, "run lock_race --step");
    static const char *const names[] = {"Space", "n", "0-9", "+/-",   "x", "r",
                                        "s",     "k", "a",   "Enter", "?", "q"};
    lab_wait_race(t);
    ck_assert(row_has(t, 23, "x lock_fixed") && row_has(t, 23, "r again"));
    ck_assert(!row_has(t, 23, "Enter answer")); // nothing is asked
    ck_assert(!row_has(t, 23, "k kill"));       // nobody is selected
    select_person(t, "increment-1");
    ck_assert(row_has(t, 23, "k kill"));
    terminal_type(t, "?");
    lab_wait_text(t, "any key closes this");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        ck_assert_msg(has_word(t, names[i]), "no %s\n%s", names[i], terminal_dump(t));
    }
    terminal_type(t, "?");
    lab_wait_gone(t, "any key closes this");
    lab_leave(t);
}
END_TEST

START_TEST(q_and_escape_leave_a_run_at_once)
{
    static const char *const keys[] = {"q", "\x1b"};
    static const char endless[] = "run lock_race --speed free -- --increments 100000000";
    static const char *const lines[] = {"run lock_race", "run lock_race --step", endless};
    for (int i = 0; i < 3; i++) {
        struct terminal *t = lab_open(24, 80, lines[i]);
        lab_wait_title(t, " lock_race ");
        terminal_type(t, keys[_i]);
        terminal_assert_exit(t, 0, SOON_MS);
        lab_assert_restored(t);
        lab_assert_gone(t);
    }
}
END_TEST

int main(void)
{
    const struct suite_test tests[] = {
        {.test = space_stops_everybody_and_goes_on},
        {.test = n_makes_exactly_one_step},
        {.test = digits_let_that_process_make_one_step},
        {.test = u_lists_the_data_races},
        {.test = who_cannot_go_says_why},
        {.test = plus_and_minus_go_through_all_speeds},
        {.test = r_runs_the_same_steps_again},
        {.test = s_takes_another_seed_and_another_order},
        {.test = x_shows_the_twin_at_the_same_seed_and_speed},
        {.test = k_once_and_another_key_kills_nobody},
        {.test = k_twice_kills_the_selected_process},
        {.test = k_without_a_selection_says_what_to_do},
        {.test = help_shows_every_key_and_any_key_closes_it},
        {.test = bar_shows_only_what_works_now_and_help_all},
        {.test = q_and_escape_leave_a_run_at_once, .from = 0, .to = 2, .timeout = 60},
    };

    return suite_run("keys", tests, sizeof tests / sizeof *tests);
}
