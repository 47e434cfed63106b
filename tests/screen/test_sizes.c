// SPDX-License-Identifier: MIT
// Every size: the title, what is asked and the keys are there, nothing is torn, and a frame
// that came by resizing is the one that would have been there from the start.
#include "screen/frames.h"
#include "suite.h"

static const struct {
    int rows, cols;
} sizes[] = {{24, 80}, {23, 80}, {40, 120}, {50, 160}, {12, 40}, {5, 20}};

enum { SIZES = sizeof sizes / sizeof *sizes, SMALL_ROWS = 12 };

static const struct {
    const char *name; // in the title
    const char *line;
    const char *stands; // when this is there, it stands still
} pages[] = {
    {"lock_race", "run lock_race --step --seed 4", "STOPPED"},
    {"lock_fixed", "run lock_fixed --step", "STOPPED"},
    {"process", "run process --step", "STOPPED"},
    {"queue", "run queue --step", "STOPPED"},
    {"pool", "run pool --step", "STOPPED"},
    {"forklab", "", "forklab"},
    // Those that have ended show the source that was last looked at: not to be compared.
    {"lock_fixed", "run lock_fixed --no-stop --speed 1000", "ENDED"},
    {"process", "run process --no-stop --speed 1000", "ENDED"},
};

enum { PAGES = sizeof pages / sizeof *pages, COMPARED = 6 };

// `arg` is the page. The keys are in the last row, and q among them.
static bool page_stands(struct terminal *t, void *arg)
{
    int page = *(const int *)arg;
    int last = terminal_rows(t) - 1;
    return frame_is_whole(t) && rules_are_whole(t) && row_has(t, 0, pages[page].name) &&
           (terminal_cols(t) < 40 || row_has(t, 0, pages[page].stands)) &&
           (row_has(t, last, " q") || row_has(t, last, "q "));
}

static void wait_page(struct terminal *t, int page)
{
    if (!terminal_wait(t, page_stands, &page, LATE_MS)) {
        ck_abort_msg("%s does not stand\n%s", pages[page].name, terminal_dump(t));
    }
    assert_frame_clean(t);
}

static bool frame_equals(struct terminal *t, void *wanted)
{
    char *got = frame_is_whole(t) ? masked_frame(t) : NULL;
    bool equal = got != NULL && strcmp(got, wanted) == 0;
    free(got);
    return equal;
}

// What is drawn at the beginning of a run has come to its end.
static void wait_at_rest(struct terminal *t, int page)
{
    wait_page(t, page);
    if (terminal_cols(t) >= 40) {
        terminal_type(t, "?");
        lab_wait_text(t, "go on, or stop");
        terminal_type(t, "?");
        lab_wait_gone(t, "go on, or stop");
    }
    wait_page(t, page);
}

START_TEST(each_size_has_title_and_keys_and_nothing_torn)
{
    for (int page = 0; page < PAGES; page++) {
        struct terminal *t = lab_open(sizes[_i].rows, sizes[_i].cols, pages[page].line);
        wait_at_rest(t, page);
        ck_assert_int_eq(
            strncmp(terminal_row(t, 0) + 1, pages[page].name, strlen(pages[page].name)),
            0);
        lab_leave(t);
    }
}
END_TEST

// What the panels show depends on the size alone, not on how it came about. (Wide screens count
// how often each process has slept: they never stand quite still.)
START_TEST(resized_frame_is_the_frame_of_that_size)
{
    for (int page = 0; page < COMPARED; page++) {
        if (sizes[_i].cols > 80 || sizes[_i].cols < 40) {
            return;
        }
        struct terminal *t = lab_open(sizes[_i].rows, sizes[_i].cols, pages[page].line);
        wait_at_rest(t, page);
        char *wanted = NULL; // as it is when it has come back for the first time
        for (int other = 1; other < SIZES; other += 2) {
            int size = (_i + other) % SIZES;
            terminal_resize(t, sizes[size].rows, sizes[size].cols);
            wait_page(t, page);
            terminal_resize(t, sizes[_i].rows, sizes[_i].cols);
            if (wanted == NULL) {
                wait_at_rest(t, page);
                wanted = masked_frame(t);
            } else if (!terminal_wait(t, frame_equals, wanted, LATE_MS)) {
                ck_abort_msg("it was\n%s\nand is\n%s", wanted, terminal_dump(t));
            }
        }
        free(wanted);
        lab_leave(t);
    }
}
END_TEST

// `arg` is the name in the title: whole, with the keys where they belong.
static bool frame_runs(struct terminal *t, void *name)
{
    int last = terminal_rows(t) - 1;
    return frame_is_whole(t) && row_has(t, 0, name) && row_has(t, last, "q");
}

START_TEST(resizing_while_it_runs_tears_nothing)
{
    static const char *const lines[] = {
        "run lock_race --no-stop --speed 50 -- --increments 100000",
        "run lock_race --speed free -- --increments 1000000000",
    };
    struct terminal *t = lab_open(24, 80, lines[_i]);
    lab_wait(t, frame_runs, "lock_race");
    for (int i = 0; i < 2 * SIZES; i++) {
        terminal_resize(t, sizes[i % SIZES].rows, sizes[i % SIZES].cols);
        lab_wait(t, frame_runs, "lock_race");
    }
    // Many at once, as when a window is drawn by the mouse.
    for (int rows = 50; rows > 5; rows--) {
        terminal_resize(t, rows, 2 * rows + 20);
    }
    terminal_resize(t, 24, 80);
    lab_wait(t, frame_runs, "lock_race");
    terminal_type(t, " ");
    lab_wait_title(t, "STOPPED");
    lab_sync(t);
    assert_frame_clean(t);
    lab_leave(t);
}
END_TEST

// The two halves of a wide help, one beside the other.
START_TEST(help_at_80x24_has_all_that_the_wide_one_has)
{
    enum { WIDE = 160, HALF = 80 };
    struct terminal *wide = lab_open(50, WIDE, "run lock_race --step");
    struct terminal *t = lab_open(24, 80, "run lock_race --step");
    lab_wait_race(wide);
    lab_wait_race(t);
    terminal_type(wide, "?");
    terminal_type(t, "?");
    lab_wait_text(wide, "any key closes this");
    lab_wait_text(t, "any key closes this");
    int texts = 0;
    for (int row = 1; row < 50; row++) {
        for (int half = 0; half < 2 && !is_rule(wide, row); half++) {
            char text[1024];
            text_between(wide, row, half * HALF, (half + 1) * HALF, text, sizeof text);
            texts += text[0] != '\0';
            ck_assert_msg(terminal_find(t, text, NULL, NULL), "no \"%s\"\n%s", text,
                          terminal_dump(t));
        }
    }
    ck_assert_int_gt(texts, 15);
    ck_assert_uint_eq(terminal_close(wide), 0);
    terminal_type(t, "?");
    lab_wait_gone(t, "any key closes this");
    lab_leave(t);
}
END_TEST

START_TEST(resizing_is_no_key)
{
    struct terminal *t = lab_open(24, 80, "run lock_race --step");
    lab_wait_race(t);
    terminal_type(t, "?");
    lab_wait_text(t, "any key closes this");
    for (int i = 0; i < 4; i++) {
        terminal_resize(t, 24 + i % 2, 80 + i);
        terminal_pump(t, STILL_MS / 2); // were it one, it would close the help
        lab_wait_text(t, "any key closes this");
    }
    terminal_type(t, "?");
    lab_wait_gone(t, "any key closes this");
    lab_leave(t);
}
END_TEST

START_TEST(one_row_less_costs_the_oldest_sentence)
{
    struct terminal *t = lab_open(24, 80, "run lock_race --step");
    lab_wait_race(t);
    for (int step = 0; step < 6; step++) {
        lab_step(t, "n");
    }
    int panels = 0;
    for (int row = 0; row < 24; row++) {
        panels += is_rule(t, row);
    }
    terminal_resize(t, 23, 80);
    lab_wait_text(t, "  6  ");
    lab_sync(t);
    for (int r = 0; r < 23; r++) {
        panels -= is_rule(t, r);
    }
    ck_assert_msg(panels == 0, "a panel is gone\n%s", terminal_dump(t));
    ck_assert_msg(terminal_find(t, "  6  increment-", NULL, NULL), "%s", terminal_dump(t));
    lab_leave(t);
}
END_TEST

int main(void)
{
    const struct suite_test tests[] = {
        {.test = each_size_has_title_and_keys_and_nothing_torn,
         .from = 0,
         .to = SIZES,
         .timeout = 60},
        {.test = resized_frame_is_the_frame_of_that_size,
         .from = 0,
         .to = SIZES,
         .timeout = 60},
        {.test = resizing_while_it_runs_tears_nothing, .from = 0, .to = 2, .timeout = 60},
        {.test = help_at_80x24_has_all_that_the_wide_one_has},
        {.test = resizing_is_no_key},
        {.test = one_row_less_costs_the_oldest_sentence},
    };

    return suite_run("sizes", tests, sizeof tests / sizeof *tests);
}
