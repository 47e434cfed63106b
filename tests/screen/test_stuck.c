// SPDX-License-Identifier: MIT
// Deadlocks on the screen: the title says so, and who waits for whom is drawn with both places
// in the source; as signs, in ASCII, without colours, small and wide, free and by steps.
#include "screen/frames.h"
#include "suite.h"

static const char free_run[] = "run @tests/programs/stuck_calls --speed free -- locks";
static const char slow_run[] =
    "run @tests/programs/stuck_calls --speed 50 --no-stop -- locks";

static struct terminal *open_stuck(int rows, int cols, const char *line,
                                   const struct terminal_options *options)
{
    struct terminal *t = lab_open_with(rows, cols, line, options);
    lab_wait_title(t, "STUCK");
    lab_wait_text(t, "who waits for whom");
    return t;
}

static int row_of(struct terminal *t, const char *text)
{
    for (int row = 0; row < terminal_rows(t); row++) {
        if (row_has(t, row, text)) {
            return row;
        }
    }
    ck_abort_msg("there is no \"%s\"\n%s", text, terminal_dump(t));
}

// The line of the program that ends so.
static int line_that_ends(const char *end)
{
    char line[256];
    int number = 0;
    FILE *file = fopen(source("tests/programs/stuck_calls.c"), "r");
    ck_assert_ptr_nonnull(file);
    while (fgets(line, sizeof line, file) != NULL) {
        number++;
        size_t length = strcspn(line, "\n");
        if (length > strlen(end) &&
            strncmp(line + length - strlen(end), end, strlen(end)) == 0) {
            fclose(file);
            return number;
        }
    }
    ck_abort_msg("no line ends with %s", end);
}

static void assert_row(struct terminal *t, int row, const char *text)
{
    if (!row_has(t, row, text)) {
        ck_abort_msg("row %d is not \"%s\"\n%s", row, text, terminal_dump(t));
    }
}

static const char *const with_signs[] = {"┌►", "└─", "──", "──►"};
static const char *const in_ascii[] = {".>", "`-", "--", "-->"};

// Three edges, one below the other, and what they come to.
static void assert_drawn(struct terminal *t, const char *const sign[4])
{
    char text[160];
    int row = row_of(t, "who waits for whom") + 1;
    snprintf(text, sizeof text,
             "%s left  %s wants lock_b (line %d) %s right, who took it at line %d",
             sign[0], sign[2], line_that_ends("// left wants"), sign[3],
             line_that_ends("// right has"));
    assert_row(t, row, text);
    snprintf(text, sizeof text,
             "%s right %s wants lock_a (line %d) %s left, who took it at line %d",
             sign[1], sign[2], line_that_ends("// right wants"), sign[3],
             line_that_ends("// left has"));
    assert_row(t, row + 1, text);
    snprintf(text, sizeof text,
             "   main  %s waits for left to end (line %d) %s left, who cannot end",
             sign[2], line_that_ends("// main waits"), sign[3]);
    assert_row(t, row + 2, text);
    assert_row(t, row + 3, "   A circle of 2: neither can ever go on.");
}

START_TEST(a_deadlock_is_drawn_with_both_places)
{
    struct terminal *t = open_stuck(24, 80, _i == 0 ? free_run : slow_run, NULL);
    assert_drawn(t, with_signs);
    assert_frame_clean(t);
    ck_assert(row_has(t, row_of(t, "who waits for whom"), "stuck_calls.c"));
    lab_wait_text(t, "STUCK: left wants lock_b (right has it), right wants lock_a (left");
    lab_leave(t);
}
END_TEST

START_TEST(it_is_drawn_in_ascii_as_well)
{
    static const char *const env[] = {"LC_ALL=C", NULL};
    // A terminal that is not told to repeat a sign: libvterm miscounts.
    struct terminal_options options = {.term = "screen-256color", .env = env};
    struct terminal *t = open_stuck(24, 80, free_run, &options);
    assert_drawn(t, in_ascii);
    assert_frame_clean(t);
    lab_leave(t);
}
END_TEST

START_TEST(colour_only_repeats_it)
{
    static const char *const env[] = {"NO_COLOR=1", NULL};
    struct terminal_options options = {.env = env};
    struct terminal *t = open_stuck(24, 80, free_run, &options);
    assert_drawn(t, with_signs);
    for (int row = 0; row < terminal_rows(t); row++) {
        for (int col = 0; col < terminal_cols(t); col++) {
            struct terminal_cell cell = terminal_cell(t, row, col);
            ck_assert(cell.fg_default && cell.bg_default);
        }
    }
    lab_leave(t);
}
END_TEST

START_TEST(a_key_gives_it_the_whole_screen_and_takes_it_back)
{
    struct terminal *t = open_stuck(24, 80, free_run, NULL);
    lab_wait_text(t, "d deadlock");
    terminal_type(t, "d");
    lab_wait_gone(t, "what happened");
    ck_assert_int_eq(row_of(t, "who waits for whom"), 1);
    assert_drawn(t, with_signs);
    terminal_type(t, "d");
    lab_wait_text(t, "what happened");
    lab_leave(t);
}
END_TEST

static const struct {
    int rows, cols;
} sizes[] = {{24, 80}, {23, 80}, {40, 120}, {50, 200}, {24, 60}, {16, 80}, {10, 40}};

START_TEST(it_is_there_at_every_size)
{
    struct terminal *t = lab_open(sizes[_i].rows, sizes[_i].cols, free_run);
    lab_wait_title(t, "STUCK");
    assert_frame_clean(t);
    terminal_type(t, "d");
    lab_wait_text(t, "who waits for whom");
    lab_wait_text(t, "wants lock_b");
    if (sizes[_i].cols >= 60) {
        lab_wait_text(t, "who took it at");
        lab_wait_text(t, "A circle of 2: neither can ever go on.");
    }
    assert_frame_clean(t);
    terminal_type(t, "d");
    lab_wait_gone(t, "q back");
    lab_leave(t);
}
END_TEST

START_TEST(a_circle_of_three_is_one_circle)
{
    struct terminal *t =
        open_stuck(24, 80, "run @tests/programs/stuck_calls --speed free -- three", NULL);
    int row = row_of(t, "┌► first ");
    ck_assert(row_has(t, row + 1, "├─ second"));
    ck_assert(row_has(t, row + 2, "└─ third "));
    ck_assert(row_has(t, row + 4, "A circle of 3: none of them can ever go on."));
    lab_leave(t);
}
END_TEST

START_TEST(who_runs_has_no_such_key)
{
    struct terminal *t =
        lab_open(24, 80, "run @tests/programs/stuck_calls --step -- locks");
    lab_wait_title(t, "STOPPED");
    ck_assert(!terminal_find(t, "d deadlock", NULL, NULL));
    terminal_type(t, "d");
    lab_assert_still(t);
    ck_assert(!terminal_find(t, "who waits for whom", NULL, NULL));
    lab_leave(t);
}
END_TEST

START_TEST(the_step_before_a_deadlock_is_not_stuck)
{
    struct terminal *t = open_stuck(24, 80, slow_run, NULL);
    terminal_key(t, TERMINAL_LEFT);
    lab_wait_title(t, "PAST");
    lab_wait_gone(t, "who waits for whom");
    lab_leave_by(t, "qq");
}
END_TEST

int main(void)
{
    const struct suite_test tests[] = {
        {.test = a_deadlock_is_drawn_with_both_places, .from = 0, .to = 2},
        {.test = it_is_drawn_in_ascii_as_well},
        {.test = colour_only_repeats_it},
        {.test = a_key_gives_it_the_whole_screen_and_takes_it_back},
        {.test = it_is_there_at_every_size, .from = 0, .to = sizeof sizes / sizeof *sizes},
        {.test = a_circle_of_three_is_one_circle},
        {.test = who_runs_has_no_such_key},
        {.test = the_step_before_a_deadlock_is_not_stuck},
    };

    return suite_run("stuck", tests, sizeof tests / sizeof *tests);
}
