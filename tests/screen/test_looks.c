// SPDX-License-Identifier: MIT
// Kinds of terminals: signs carry everything and colour only repeats it; ASCII where there is
// no UTF-8; poor, unknown and nameless terminals.
#include "screen/frames.h"
#include "suite.h"

#define LOCALES "LC_ALL", "LC_CTYPE"

// Frames of one run, each a text: at its start, behind some steps, and the help.
enum { FRAMES = 4, STEPS_BETWEEN = 3 };

// The same run on one kind of terminal.
struct look {
    struct terminal_options options;
    struct terminal *t;
    char *frames[FRAMES];
    int count;
    int coloured;  // cells that are not in the terminal's own colours
    int not_ascii; // cells
};

static const char *const runs[] = {"run lock_race --step", "run lock_fixed --step",
                                   "run process --step", "run queue --step",
                                   "run pool --step"};
enum { RUNS = sizeof runs / sizeof *runs };

static void take_frame(struct look *look)
{
    look->frames[look->count++] = masked_frame(look->t);
    for (int row = 0; row < terminal_rows(look->t); row++) {
        for (int col = 0; col < terminal_cols(look->t); col++) {
            struct terminal_cell cell = terminal_cell(look->t, row, col);
            look->coloured += !cell.fg_default || !cell.bg_default;
            look->not_ascii += (unsigned char)cell.text[0] >= 0x80;
        }
    }
}

static void wait_start(struct terminal *t, int run)
{
    static const char *const starts[] = {"read counter", "get counter_lock",
                                         "main made child-1", "join producer",
                                         "take the results"};
    lab_wait(t, run < 2 ? pair_stands : frame_has, starts[run]);
    lab_wait_title(t, "STOPPED");
}

// Both side by side, step by step.
static void take_frames(int run, struct look *looks)
{
    for (int i = 0; i < 2; i++) {
        looks[i] = (struct look){.options = looks[i].options};
        looks[i].t = lab_open_with(24, 80, runs[run], &looks[i].options);
    }
    for (int step = 0; step <= 2 * STEPS_BETWEEN; step++) {
        for (int i = 0; i < 2 && step > 0; i++) {
            terminal_type(looks[i].t, "n");
        }
        for (int i = 0; i < 2; i++) {
            step == 0 ? wait_start(looks[i].t, run) : lab_wait_step(looks[i].t, step);
            terminal_settle(looks[i].t, QUIET_MS); // so that what the kernel says is told
            if (step % STEPS_BETWEEN == 0) {
                lab_sync(looks[i].t);
                take_frame(&looks[i]);
            }
        }
    }
    for (int i = 0; i < 2; i++) {
        terminal_type(looks[i].t, "?");
        lab_wait_text(looks[i].t, "any key closes this");
        take_frame(&looks[i]);
        ck_assert_int_eq(looks[i].count, FRAMES);
        ck_assert_uint_eq(terminal_close(looks[i].t), 0);
    }
    ck_assert(lab_all_gone(GONE_MS));
}

// Whether the pids stand in the same columns.
static bool same_columns(const struct look *looks)
{
    for (int i = 0; i < FRAMES; i++) {
        const char *one = looks[0].frames[i], *other = looks[1].frames[i];
        while ((one = strpbrk(one, "#\n")) != NULL &&
               (other = strpbrk(other, "#\n")) != NULL && *one++ == *other++) {
        }
        if (one != NULL || strpbrk(other, "#\n") != NULL) {
            return false;
        }
    }
    return true;
}

static void free_frames(struct look *looks)
{
    for (int i = 0; i < FRAMES; i++) {
        free(looks[0].frames[i]);
        free(looks[1].frames[i]);
    }
}

// Where a pid has one digit more than in the other run, columns have moved: once again.
static void compare(int run, const struct terminal_options *one,
                    const struct terminal_options *other, struct look *looks)
{
    looks[0].options = *one;
    looks[1].options = *other;
    take_frames(run, looks);
    for (int time = 0; time < 5 && !same_columns(looks); time++) {
        free_frames(looks);
        take_frames(run, looks);
    }
}

START_TEST(characters_are_the_same_without_colour)
{
    const char *const no_color[] = {"NO_COLOR=1", NULL};
    const struct terminal_options usual = {.term = NULL};
    const struct terminal_options others[] = {{.env = no_color}, {.term = "vt100"}};
    for (int other = 0; other < (_i == 0 ? 2 : 1); other++) {
        struct look looks[2];
        compare(_i, &usual, &others[other], looks);
        for (int i = 0; i < FRAMES; i++) {
            ck_assert_str_eq(looks[1].frames[i], looks[0].frames[i]);
        }
        ck_assert_int_gt(looks[0].coloured, 0);
        ck_assert_int_eq(looks[1].coloured, 0);
        free_frames(looks);
    }
}
END_TEST

// The next sign of a text and its bytes.
static const char *next_sign(const char *text, char *one)
{
    size_t length = 1;
    while (((unsigned char)text[length] & 0xc0) == 0x80) {
        length++;
    }
    snprintf(one, 8, "%.*s", (int)length, text);
    return text + length;
}

// The row with each sign replaced by its twin. False: it has an arrow, whose twin is a word,
// and what stands behind it has moved.
static bool row_in_ascii(const char *row, char *out, size_t size)
{
    size_t used = 0;
    while (*row != '\0') {
        char one[8];
        row = next_sign(row, one);
        const char *twin = ascii_twin(one);
        ck_assert_msg(twin != NULL, "\"%s\" has no twin", one);
        if (strlen(twin) != 1) {
            return false;
        }
        ck_assert_uint_lt(used + 1, size);
        out[used++] = twin[0];
    }
    out[used] = '\0';
    return true;
}

START_TEST(ascii_frame_is_the_other_with_a_twin_for_each_sign)
{
    const char *const posix[] = {"LANG=C", LOCALES, NULL};
    const struct terminal_options usual = {.term = "screen-256color"};
    // A terminal that is not told to repeat a sign: libvterm miscounts.
    const struct terminal_options c = {.term = "screen-256color", .env = posix};
    struct look looks[2];
    int rows = 0;
    compare(_i, &usual, &c, looks);
    ck_assert_int_gt(looks[0].not_ascii, 0);
    ck_assert_int_eq(looks[1].not_ascii, 0);
    for (int i = 0; i < FRAMES; i++) {
        char *left = looks[0].frames[i], *right = looks[1].frames[i];
        char *one, *other;
        while ((one = strsep(&left, "\n")) != NULL &&
               (other = strsep(&right, "\n")) != NULL) {
            char twin[512];
            if (row_in_ascii(one, twin, sizeof twin)) {
                ck_assert_str_eq(other, twin);
                rows++;
            }
        }
    }
    ck_assert_int_gt(rows, 20 * FRAMES);
    free_frames(looks);
}
END_TEST

START_TEST(every_sign_is_of_wgl4_and_has_an_ascii_twin)
{
    // Those of decision and need: lines, blocks, arrows, and few more.
    static const char wgl4[] = "─│┌┐└┘├┤┬┴┼═║█░▒▓▀▄▌▐▲►▼◄●○■□·×←↑→↓↔↕÷±°";
    for (int i = 0; i < GLYPHS; i++) {
        const char *shown = sign(i, true);
        const char *twin = sign(i, false);
        ck_assert_msg(strstr(wgl4, shown) != NULL, "%s is not of WGL4", shown);
        ck_assert_msg(twin[0] > ' ' && twin[0] < 0x7f, "%s has no twin", shown);
    }
}
END_TEST

START_TEST(nothing_set_means_utf8)
{
    const char *const unset[] = {"LANG", LOCALES, NULL};
    const char *const unknown[] = {"LANG=xx_XX.UTF-8", LOCALES, NULL};
    const char *const *environments[] = {unset, unknown};
    for (int i = 0; i < 2; i++) {
        const struct terminal_options options = {.env = environments[i]};
        struct terminal *t = lab_open_with(24, 80, "run lock_race --step", &options);
        lab_wait_text(t, "─ processes ─");
        lab_leave(t);
    }
}
END_TEST

// --- terminals ----------------------------------------------------------------------------------

START_TEST(unknown_terminal_is_tried_as_a_usual_one)
{
    const struct terminal_options options = {.term = "nonsense-3000"};
    struct terminal *t = lab_open_with(24, 80, "run lock_race --step", &options);
    lab_wait_race(t);
    lab_step(t, "n");
    terminal_type(t, "q");
    terminal_assert_exit(t, 0, LATE_MS);
    lab_assert_restored(t);
    ck_assert_str_eq(terminal_row(t, 0),
                     "lab: TERM=nonsense-3000 is not known here, trying xterm-256color");
    lab_assert_gone(t);
}
END_TEST

// In sentences: no byte that moves a cursor, colours or clears.
static void assert_line_mode(const struct terminal_options *options)
{
    struct terminal_options logged = *options;
    logged.keep_log = true;
    struct terminal *t =
        lab_open_with(24, 80, "run lock_race --step -- --increments 1", &logged);
    terminal_assert_text(t, "who goes?", LATE_MS);
    terminal_type(t, "1\r");
    terminal_assert_text(t, "increment-1 read counter: 0.", LATE_MS);
    terminal_type(t, "quit\r");
    terminal_assert_exit(t, 0, LATE_MS);
    for (const char *byte = terminal_log(t); *byte != '\0'; byte++) {
        ck_assert_msg((*byte >= ' ' && *byte < 0x7f) || strchr("\r\n\t\b", *byte) != NULL,
                      "byte 0x%02x\n%s", (unsigned char)*byte, terminal_dump(t));
    }
    lab_assert_restored(t);
    lab_assert_gone(t);
}

START_TEST(dumb_or_nameless_terminals_and_who_asks_for_it_get_sentences)
{
    const char *const no_term[] = {"TERM", NULL};
    const char *const wish[] = {"LAB_PLAIN=1", NULL};
    const struct terminal_options options[] = {
        {.term = "dumb"}, {.env = no_term}, {.env = wish}};
    assert_line_mode(&options[_i]);
}
END_TEST

START_TEST(vt100_is_drawn_on)
{
    const struct terminal_options options = {.term = "vt100"};
    struct terminal *t =
        lab_open_with(24, 80, "run process --speed 50 --no-stop", &options);
    terminal_assert_text(t, "ENDED", LATE_MS);
    terminal_assert_text(t, "children 3, expected 3, failed 0", LATE_MS);
    terminal_type(t, "q");
    terminal_assert_exit(t, 0, LATE_MS);
    lab_assert_modes(t);
    lab_assert_gone(t);
}
END_TEST

int main(void)
{
    const struct suite_test tests[] = {
        {.test = characters_are_the_same_without_colour,
         .from = 0,
         .to = RUNS,
         .timeout = 90},
        {.test = ascii_frame_is_the_other_with_a_twin_for_each_sign,
         .from = 0,
         .to = RUNS,
         .timeout = 60},
        {.test = every_sign_is_of_wgl4_and_has_an_ascii_twin},
        {.test = nothing_set_means_utf8},
        {.test = unknown_terminal_is_tried_as_a_usual_one},
        {.test = dumb_or_nameless_terminals_and_who_asks_for_it_get_sentences,
         .from = 0,
         .to = 3},
        {.test = vt100_is_drawn_on},
    };

    return suite_run("looks", tests, sizeof tests / sizeof *tests);
}
