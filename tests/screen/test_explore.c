// SPDX-License-Identifier: MIT
// Every schedule on the screen: how a program can end, the simplest schedule of each outcome,
// walking through it, and the twin.
#include "screen/frames.h"
#include "suite.h"

#define RACE_2X2 "explore lock_race -- --increments 2"

// The question that comes first, in a terminal that shows it.
static void wait_question(struct terminal *t)
{
    lab_wait_text(t, "Predict: in how many");
}

// With all its bars, and nothing predicted.
static struct terminal *open_explored(int rows, int cols, const char *words,
                                      const struct terminal_options *options)
{
    struct terminal *t = lab_open_with(rows, cols, words, options);
    wait_question(t);
    terminal_type(t, " ");
    return t;
}

// All that is seen of a program has been run, and its twin too.
static struct terminal *open_race(int rows, int cols,
                                  const struct terminal_options *options)
{
    struct terminal *t = open_explored(rows, cols, RACE_2X2, options);
    lab_wait_title(t, "70 of 70   complete");
    if (rows >= 23) {
        lab_wait_text(t, "lock_fixed 2x2 has 6 schedules, and all 6 end at 4.");
    }
    return t;
}

// The row of the selected bar; -1: none.
static int selected_row(struct terminal *t)
{
    for (int row = 1; row < terminal_rows(t); row++) {
        if (cell_is(t, row, 0, "►") || cell_is(t, row, 0, ">")) {
            return row;
        }
    }
    return -1;
}

struct bar {
    const char *outcome;
    int length, count;
    const char *word;
};

// A row of the histogram: what it says, and how long its bar is.
static void assert_bar(struct terminal *t, int row, const struct bar *bar)
{
    char text[CELL_SIZE];
    int length = 0;
    text_between(t, row, 1, 9, text, sizeof text);
    ck_assert_str_eq(text, bar->outcome);
    for (int col = 9; col < 58; col++) {
        length += cell_is(t, row, col, "█");
    }
    ck_assert_msg(length == bar->length, "%d, not %d\n%s", length, bar->length,
                  terminal_dump(t));
    text_between(t, row, 57, 67, text, sizeof text);
    ck_assert_int_eq(atoi(text), bar->count);
    text_between(t, row, 67, 80, text, sizeof text);
    ck_assert_str_eq(text, bar->word);
}

static void assert_has(struct terminal *t, const char *text)
{
    if (!terminal_find(t, text, NULL, NULL)) {
        ck_abort_msg("no \"%s\"\n%s", text, terminal_dump(t));
    }
}

// The outcome whose simplest schedule is shown.
static void wait_way(struct terminal *t, const char *end)
{
    char text[96];
    snprintf(text, sizeof text, "the simplest schedule that ends at %s ", end);
    lab_wait_text(t, text);
}

START_TEST(each_outcome_has_a_bar_with_its_count)
{
    static const struct bar bars[] = {{"2", 48, 32, "WRONG"},
                                      {"3", 48, 32, "WRONG"},
                                      {"4", 9, 6, "right"},
                                      {"stuck", 0, 0, ""}};
    struct terminal *t = open_race(24, 80, NULL);
    int row = panel_at(t, "how it can end");
    ck_assert(row_has(t, 0, "lock_race 2x2   every schedule of its 8 steps"));
    ck_assert(row_has(t, row, "counter"));
    ck_assert(row_has(t, row, "schedules"));
    for (int i = 0; i < 4; i++) {
        assert_bar(t, row + 1 + i, &bars[i]);
    }
    assert_has(t, "64 of 70 schedules come out wrong.");
    assert_has(t, "These are counts of schedules, not probabilities:");
    assert_frame_clean(t);
    lab_leave(t);
}
END_TEST

START_TEST(the_selected_bar_shows_its_simplest_schedule)
{
    static const struct {
        const char *end, *switches, *first, *second, *values, *told, *code;
    } ways[] = {
        {"2", "forced switches: 1",
         " 1 increment-1   r0   w1   r1    ·    ·    ·    ·   w2",
         " 2 increment-2    ·    ·    ·   r1   w2×  r2   w3×   ·",
         "   counter        0    1    1    1    2    2    3    2",
         "increment-1 wrote 2 over 3. 2 updates made since it read 1 are lost.",
         "lock_race:2x2:11122221"},
        {"3", "forced switches: 2",
         " 1 increment-1   r0   w1   r1    ·   w2×   ·    ·    ·",
         " 2 increment-2    ·    ·    ·   r1    ·   w2   r2   w3",
         "   counter        0    1    1    1    2    2    2    3",
         "increment-2 wrote 2 over 2. The update that increment-1 made is lost.",
         "lock_race:2x2:11121222"},
        {"4", "forced switches: 0",
         " 1 increment-1   r0   w1   r1   w2    ·    ·    ·    ·",
         " 2 increment-2    ·    ·    ·    ·   r2   w3   r3   w4",
         "   counter        0    1    1    2    2    3    3    4",
         "All have ended. The counter is 4, as expected.", "lock_race:2x2:11112222"},
    };
    struct terminal *t = open_race(24, 80, NULL);
    int bars = panel_at(t, "how it can end") + 1;
    for (int i = 0; i < 3; i++) {
        if (i > 0) {
            terminal_key(t, TERMINAL_DOWN);
        }
        wait_way(t, ways[i].end);
        int row = panel_at(t, "the simplest schedule that ends at");
        ck_assert_int_eq(selected_row(t), bars + i);
        ck_assert(row_has(t, row - 1, ways[i].switches));
        ck_assert_str_eq(terminal_row(t, row + 1), ways[i].first);
        ck_assert_str_eq(terminal_row(t, row + 2), ways[i].second);
        ck_assert_str_eq(terminal_row(t, row + 3), ways[i].values);
        assert_has(t, ways[i].told);
        assert_has(t, ways[i].code);
    }
    terminal_key(t, TERMINAL_DOWN); // there is none below
    lab_sync(t);
    ck_assert_int_eq(selected_row(t), bars + 2);
    terminal_key(t, TERMINAL_HOME);
    wait_way(t, "2");
    lab_leave(t);
}
END_TEST

START_TEST(it_asks_first_and_shows_what_was_predicted_beside_the_truth)
{
    static const struct {
        const char *options, *keys, *told;
    } cases[] = {
        {"", "1\r", "You predicted 1 way to end: there are 3."},
        {"", "3\r", "You predicted 3 ways to end: so it is."},
        {"--limit 1 ", "12\x7f\r", "You predicted 1 way to end: 1 seen."},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char words[96];
        snprintf(words, sizeof words, "explore %slock_race -- --increments 2",
                 cases[i].options);
        struct terminal *t = lab_open(24, 80, words);
        wait_question(t);
        ck_assert(!terminal_find(t, "WRONG", NULL, NULL));
        ck_assert(row_has(t, 23, "Space show  0-9 answer"));
        terminal_type(t, cases[i].keys);
        lab_wait_text(t, cases[i].told);
        assert_frame_clean(t);
        terminal_type(t, "q");
        terminal_assert_exit(t, 0, LATE_MS);
        assert_has(t, cases[i].told);
        lab_assert_gone(t);
    }
}
END_TEST

START_TEST(without_an_answer_nothing_was_predicted)
{
    struct terminal *t = lab_open(24, 80, RACE_2X2);
    wait_question(t);
    terminal_type(t, "x2"); // what would uncover it does nothing
    lab_wait_text(t, "Your answer: 2_");
    ck_assert(row_has(t, 0, "lock_race 2x2"));
    terminal_type(t, " ");
    lab_wait_text(t, "64 of 70 schedules come out wrong.");
    ck_assert(!terminal_find(t, "You predicted", NULL, NULL));
    lab_leave(t);
    t = lab_open(24, 80, "explore --no-stop lock_race -- --increments 2");
    lab_wait_text(t, "64 of 70 schedules come out wrong.");
    lab_leave(t);
}
END_TEST

START_TEST(the_point_of_no_return_of_what_is_shown)
{
    struct terminal *t = open_race(24, 80, NULL);
    lab_wait_text(t, "Before its step 4 it could still come out right; after it, never.");
    assert_frame_clean(t);
    terminal_key(t, TERMINAL_END); // comes out right
    wait_way(t, "4");
    ck_assert(!terminal_find(t, "could still come out right", NULL, NULL));
    lab_leave(t);
    t = open_explored(24, 80, "explore deadlock", NULL);
    lab_wait_text(t, "Before its step 2 it could still come out right; after it, never.");
    lab_leave(t);
}
END_TEST

// A frame without its title, in which the time stands.
static char *without_time(struct terminal *t)
{
    char *text = terminal_text(t);
    memset(text, '#', strcspn(text, "\n"));
    return text;
}

START_TEST(enter_walks_through_it_and_q_comes_back)
{
    static const char order[] = "11122221";
    struct terminal *t = open_race(24, 80, NULL);
    lab_wait_text(t, "could still come out right");
    lab_sync(t);
    char *before = without_time(t);
    terminal_key(t, TERMINAL_ENTER);
    lab_wait_title(t, "STOPPED");
    ck_assert(row_has(t, 0, "lock_race   2 processes, 2 increments each"));
    for (int i = 0; order[i] != '\0'; i++) {
        terminal_type(t, "n");
        int step = i + 1;
        lab_wait_step(t, step);
    }
    lab_wait_title(t, "ENDED");
    assert_has(t, "counter 2, expected 4, lost 2");
    assert_has(t, " 2 increment-2    ·    ·    ·   r1   w2×  r2   w3×   ·");
    terminal_key(t, TERMINAL_LEFT);
    lab_wait_title(t, "PAST   step 7 of 8");
    terminal_type(t, "qq");
    lab_wait_title(t, "70 of 70   complete");
    lab_sync(t);
    char *after = without_time(t);
    ck_assert_str_eq(before, after);
    free(before);
    free(after);
    lab_leave(t);
}
END_TEST

START_TEST(x_shows_the_twin_and_x_comes_back)
{
    struct terminal *t = open_race(24, 80, NULL);
    assert_has(t, "The lock does not make the");
    assert_has(t, "wrong schedules rare: it takes them away.");
    ck_assert_int_ge(panel_at(t, "with the lock"), 0);
    terminal_type(t, "x");
    lab_wait_title(t, "lock_fixed 2x2");
    lab_wait_title(t, "6 of 6   complete");
    wait_way(t, "4");
    assert_has(t, "All 6 schedules come out right: it cannot go wrong.");
    assert_has(t, "lock_race 2x2 has 70 schedules, and 64 of them come out wrong.");
    assert_has(t, "lock_fixed:2x2:");
    // 16 steps do not fit into a row: all are there, one table below the other.
    int row = panel_at(t, "the simplest schedule that ends at");
    ck_assert(row_has(t, row + 1, "L   r0   w1    U"));
    assert_has(t, "13   14   15   16");
    assert_frame_clean(t);
    terminal_type(t, "x");
    lab_wait_title(t, "lock_race 2x2");
    wait_way(t, "2");
    lab_leave(t);
}
END_TEST

START_TEST(what_is_stuck_says_so)
{
    struct terminal *t =
        open_explored(24, 80, "explore @tests/programs/sync_calls -- stuck-sem", NULL);
    lab_wait_title(t, "2 of 2   complete");
    lab_wait_text(t, "the simplest schedule that gets stuck");
    ck_assert(row_has(t, selected_row(t), "stuck"));
    ck_assert(row_has(t, selected_row(t), "STUCK"));
    assert_has(t, "STUCK: 2 processes want a permit, and nobody is left");
    // Who stands there is looked at; afterwards nobody is left.
    lab_leave(t);
}
END_TEST

static char *frame_of(const struct terminal_options *options)
{
    struct terminal *t = open_race(24, 80, options);
    lab_wait_text(t, "could still come out right");
    lab_sync(t);
    assert_frame_clean(t);
    char *text = without_time(t);
    lab_leave(t);
    return text;
}

START_TEST(without_colour_the_characters_are_the_same)
{
    static const char *const no_color[] = {"NO_COLOR=1", NULL};
    static const struct terminal_options plain[] = {{.env = no_color}, {.term = "vt100"}};
    char *usual = frame_of(NULL);
    for (int i = 0; i < 2; i++) {
        char *other = frame_of(&plain[i]);
        ck_assert_str_eq(other, usual);
        free(other);
    }
    free(usual);
}
END_TEST

START_TEST(every_sign_has_its_ascii_twin)
{
    static const char *const posix[] = {"LANG=C", "LC_ALL", "LC_CTYPE", NULL};
    const struct terminal_options c = {.term = "screen-256color", .env = posix};
    char *text = frame_of(&c);
    for (const char *at = text; *at != '\0'; at++) {
        ck_assert_uint_lt((unsigned char)*at, 0x80);
    }
    ck_assert_ptr_nonnull(strstr(text, "\n>   2    ####"));
    ck_assert_ptr_nonnull(strstr(text, "r1   w2x  r2   w3x   ."));
    free(text);
}
END_TEST

START_TEST(every_size_has_a_whole_frame)
{
    static const int sizes[][2] = {{23, 80}, {12, 40}, {5, 20}, {3, 10},   {40, 120},
                                   {2, 2},   {1, 1},   {6, 30}, {50, 150}, {24, 80}};
    struct terminal *t = open_race(24, 80, NULL);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        int rows = sizes[i][0];
        terminal_resize(t, rows, sizes[i][1]);
        if (rows >= 12) {
            lab_wait_text(t, "lock_race:2x2:11122221");
            lab_wait_text(t, "64 of 70 schedules come out wrong.");
            ck_assert(row_has(t, 0, "lock_race 2x2"));
        }
        if (rows >= 23) {
            lab_wait_text(t, "These are counts of schedules, not probabilities:");
            lab_wait_text(t, " 2 increment-2    ·    ·    ·   r1   w2×  r2   w3×   ·");
            lab_wait_text(t, "lock_fixed 2x2 has 6 schedules, and all 6 end at 4.");
        }
        if (rows == 50) { // more room: all codes, all that happened
            lab_wait_text(t, "lock_race:2x2:11121222");
            lab_wait_text(t, "increment-2 read 1 too. If both write now,");
        }
    }
    lab_leave(t);
}
END_TEST

// The one that the keys are about has its title reversed.
START_TEST(where_there_is_room_the_twin_is_beside_it)
{
    struct terminal *t = open_race(50, 160, NULL);
    lab_wait_text(t, "6 of 6   complete");
    lab_wait_text(t, "could still come out right");
    int row = panel_at(t, "how it can end") + 1;
    ck_assert(row_has(t, 0, "lock_race 2x2   every schedule of its 8 steps"));
    ck_assert(row_has(t, 0, " lock_fixed 2x2   every schedule of its 16 steps"));
    ck_assert(row_has(t, row, "32    WRONG"));
    ck_assert(row_has(t, row, " 6    right"));
    assert_has(t, "lock_race:2x2:11122221");
    assert_has(t, "lock_fixed:2x2:1x8,2x8");
    assert_frame_clean(t);
    ck_assert(terminal_cell(t, 0, 1).reverse && !terminal_cell(t, 0, 82).reverse);
    terminal_key(t, TERMINAL_DOWN); // at the left
    lab_wait_text(t, "lock_race:2x2:11121222");
    terminal_type(t, "x");
    lab_wait_text(t, "without the lock");
    ck_assert(!terminal_cell(t, 0, 1).reverse && terminal_cell(t, 0, 82).reverse);
    terminal_key(t, TERMINAL_DOWN); // there is none below, and nothing moves at the left
    lab_sync(t);
    assert_has(t, "lock_race:2x2:11121222");
    terminal_key(t, TERMINAL_ENTER);
    lab_wait_title(t, "lock_fixed   2 processes, 2 increments each");
    terminal_type(t, "q");
    lab_wait_text(t, "6 of 6   complete");
    lab_leave(t);
}
END_TEST

START_TEST(where_there_is_room_all_that_end_so_are_listed)
{
    static const char right[] =
        " 11112222  22221111  11222211  22111122  11221122  22112211";
    struct terminal *t = open_race(50, 80, NULL);
    lab_wait_text(t, "all 32 schedules that end so");
    assert_has(t, " 11122221");
    terminal_key(t, TERMINAL_END);
    lab_wait_text(t, "all 6 schedules that end so");
    ck_assert_str_eq(terminal_row(t, panel_at(t, "all 6 schedules that end so")), right);
    assert_frame_clean(t);
    lab_leave(t);
    t = open_explored(50, 80, "explore lock_race -- --increments 3", NULL);
    lab_wait_title(t, "924 of 924   complete");
    lab_wait_text(t, "Before its step");
    terminal_key(t, TERMINAL_DOWN);
    lab_wait_text(t, " of 300 schedules that end so");
    assert_has(t, "the simplest ");
    assert_frame_clean(t);
    lab_leave(t);
}
END_TEST

START_TEST(bars_without_room_are_scrolled)
{
    struct terminal *t = open_race(5, 80, NULL);
    ck_assert(row_has(t, 2, "32    WRONG"));
    terminal_key(t, TERMINAL_DOWN);
    terminal_key(t, TERMINAL_DOWN);
    lab_wait_text(t, " 6    right");
    ck_assert_int_eq(selected_row(t), 3);
    lab_leave(t);
}
END_TEST

START_TEST(help_says_what_stands_here)
{
    struct terminal *t = open_race(24, 80, NULL);
    terminal_type(t, "?");
    lab_wait_text(t, "any key closes this");
    assert_has(t, "A forced switch:");
    assert_has(t, "Enter     walk through it");
    assert_frame_clean(t);
    terminal_type(t, "q");
    lab_wait_title(t, "70 of 70");
    lab_leave(t);
}
END_TEST

// --- while it runs, and leaving ---------------------------------------------------------------

// More schedules than are run while somebody looks.
static struct terminal *open_endless(void)
{
    struct terminal *t =
        open_explored(24, 80, "explore lock_race -- --processes 4 --increments 3", NULL);
    lab_wait_title(t, "lock_race 4x3");
    lab_wait_text(t, "WRONG");
    return t;
}

START_TEST(it_is_seen_while_it_runs_and_space_stops_it)
{
    struct terminal *t = open_endless();
    ck_assert(row_has(t, 23, "Space stop"));
    terminal_type(t, " ");
    lab_wait_title(t, "of many: not a proof");
    lab_wait_text(t, "the simplest schedule seen that ends at");
    assert_has(t, "code of the schedule above   lock_race:4x3:");
    ck_assert(!row_has(t, 23, "Space"));
    lab_leave(t);
}
END_TEST

START_TEST(a_limit_is_no_proof)
{
    struct terminal *t =
        open_explored(24, 80, "explore --limit 40 lock_race -- --increments 2", NULL);
    lab_wait_title(t, "40 of many: not a proof");
    lab_wait_text(t, "the simplest schedule seen that ends at");
    lab_leave(t);
    t = open_explored(24, 80, "explore --preemptions 1 lock_race -- --increments 2", NULL);
    lab_wait_title(t, "at most 1 forced switch: not a proof");
    lab_leave(t);
}
END_TEST

static void assert_ended_by(struct terminal *t, int number)
{
    int status = terminal_wait_exit(t, LATE_MS);
    ck_assert_msg(status != -1 && WIFSIGNALED(status) && WTERMSIG(status) == number,
                  "not by signal %d, status %x\n%s", number, (unsigned)status,
                  terminal_dump(t));
    lab_assert_restored(t);
    lab_assert_gone(t);
}

START_TEST(interrupt_leaves_nothing_behind)
{
    struct terminal *t = open_endless();
    terminal_interrupt(t);
    assert_ended_by(t, SIGINT);
    t = open_race(24, 80, NULL);
    terminal_interrupt(t);
    assert_ended_by(t, SIGINT);
    t = open_endless();
    kill(terminal_pid(t), SIGTERM);
    assert_ended_by(t, SIGTERM);
    t = open_race(24, 80, NULL); // in the run that is walked through
    terminal_key(t, TERMINAL_ENTER);
    lab_wait_title(t, "STOPPED");
    terminal_interrupt(t);
    assert_ended_by(t, SIGINT);
}
END_TEST

START_TEST(q_leaves_while_it_runs_and_while_one_walks)
{
    struct terminal *t = open_endless();
    lab_leave(t);
    t = open_endless();
    terminal_key(t, TERMINAL_ENTER); // stops it
    lab_wait_title(t, "STOPPED");
    terminal_type(t, "q");
    lab_wait_title(t, "of many: not a proof");
    lab_leave(t);
}
END_TEST

START_TEST(what_refuses_its_options_is_not_explored)
{
    struct terminal *t = lab_open(24, 80, "explore lock_race -- --nonsense");
    terminal_assert_exit(t, 2, LATE_MS);
    assert_has(t, "lock_race: unknown option --nonsense");
    char *text = terminal_text(t);
    ck_assert_msg(strstr(text, "schedule") == NULL, "%s", text);
    free(text);
    lab_assert_restored(t);
    lab_assert_gone(t);
}
END_TEST

START_TEST(after_q_its_lines_can_be_typed)
{
    static const char *const ends[] = {" explore lock_race -- --increments 2",
                                       " replay --step lock_race:2x2:11122221",
                                       " explore lock_fixed -- --increments 2"};
    // Wide: a space where a line is wrapped would not be seen, and the path may be long.
    struct terminal *t = open_race(24, 150, NULL);
    terminal_type(t, "q");
    terminal_assert_exit(t, 0, LATE_MS);
    assert_has(t, "lock_race 2x2: 64 of 70 schedules come out wrong.");
    assert_has(t, "the same again");
    assert_has(t, "this schedule");
    assert_has(t, "with the lock");
    for (int i = 0; i < 3; i++) {
        char command[600];
        snprintf(command, sizeof command, "%s%s", built("lab"), ends[i]);
        char *text = terminal_text(t);
        char *joined = text; // a long path is wrapped
        for (char *at = text; *at != '\0'; at++) {
            if (*at != '\n' || at[1] == '\n') {
                *joined++ = *at;
            }
        }
        *joined = '\0';
        ck_assert_msg(strstr(text, command) != NULL, "no \"%s\"\n%s", command, text);
        free(text);
    }
    lab_assert_restored(t);
    lab_assert_gone(t);
}
END_TEST

START_TEST(e_at_home_explores_the_selected_demo)
{
    struct terminal *t = lab_open(24, 80, "");
    lab_wait_text(t, "e explore");
    terminal_type(t, "e"); // "start here" is lock_race
    wait_question(t);
    terminal_type(t, " ");
    lab_wait_title(t, "lock_race 2x1");
    lab_wait_title(t, "6 of 6   complete");
    lab_wait_text(t, "4 of 6 schedules come out wrong.");
    lab_wait_text(t, "q back");
    terminal_type(t, "q");
    lab_wait_title(t, "forklab");
    lab_leave(t);
}
END_TEST

START_TEST(e_in_a_run_explores_it_and_e_comes_back)
{
    struct terminal *t = lab_open(24, 80, "run lock_race --step -- --increments 2");
    lab_wait(t, pair_stands, "read counter");
    lab_step(t, "1");
    terminal_type(t, "e");
    wait_question(t);
    terminal_type(t, " ");
    lab_wait_title(t, "70 of 70   complete");
    wait_way(t, "2");
    terminal_key(t, TERMINAL_ENTER);
    lab_wait_title(t, "STOPPED");
    terminal_type(t, "e"); // there one came from
    lab_wait_title(t, "70 of 70   complete");
    terminal_type(t, "q");
    lab_wait_step(t, 1); // as it was left
    lab_leave(t);
}
END_TEST

int main(void)
{
    const struct suite_test tests[] = {
        {.test = each_outcome_has_a_bar_with_its_count},
        {.test = the_selected_bar_shows_its_simplest_schedule},
        {.test = it_asks_first_and_shows_what_was_predicted_beside_the_truth},
        {.test = without_an_answer_nothing_was_predicted},
        {.test = the_point_of_no_return_of_what_is_shown},
        {.test = enter_walks_through_it_and_q_comes_back},
        {.test = x_shows_the_twin_and_x_comes_back},
        {.test = what_is_stuck_says_so},
        {.test = without_colour_the_characters_are_the_same},
        {.test = every_sign_has_its_ascii_twin},
        {.test = every_size_has_a_whole_frame},
        {.test = where_there_is_room_the_twin_is_beside_it},
        {.test = where_there_is_room_all_that_end_so_are_listed, .timeout = 30},
        {.test = bars_without_room_are_scrolled},
        {.test = help_says_what_stands_here},
        {.test = it_is_seen_while_it_runs_and_space_stops_it},
        {.test = a_limit_is_no_proof},
        {.test = interrupt_leaves_nothing_behind},
        {.test = q_leaves_while_it_runs_and_while_one_walks},
        {.test = what_refuses_its_options_is_not_explored},
        {.test = after_q_its_lines_can_be_typed},
        {.test = e_in_a_run_explores_it_and_e_comes_back},
        {.test = e_at_home_explores_the_selected_demo},
    };
    return suite_run("explore", tests, sizeof tests / sizeof *tests);
}
