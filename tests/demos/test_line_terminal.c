// SPDX-License-Identifier: MIT
// Line mode on a terminal: the same sessions, typed; who gets it without asking for it; and
// the home screen in sentences.
#include "line.h"

#include "terminal.h"

#include <ctype.h>

enum { WAIT_MS = 10000, ROWS = 60, HOME_ROWS = 200, COLS = 100 };

static bool has_asked(struct terminal *t, void *arg)
{
    char *text = terminal_text(t);
    size_t asked = count_text(text, "who goes?") + count_text(text, "what now?");
    bool done = asked == *(size_t *)arg;
    free(text);
    return done;
}

// Waits for this question, counted from 1, and types the answer.
static void type_answer(struct terminal *t, size_t question, const char *text)
{
    ck_assert_msg(terminal_wait(t, has_asked, &question, WAIT_MS), "question %zu\n%s",
                  question, terminal_dump(t));
    terminal_type(t, text);
    terminal_key(t, TERMINAL_ENTER);
}

START_TEST(choosing_on_a_terminal)
{
    static const char *const answers[] = {"1", "2", "1", "1", "2", "q"};
    const char *const argv[] = {built("lab"),   "run",     "lock_race",
                                "--step",       "--plain", "--",
                                "--increments", "1",       NULL};
    struct terminal *t = terminal_open(ROWS, COLS, NULL, argv);

    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
        type_answer(t, i + 1, answers[i]);
    }
    terminal_assert_exit(t, 1, WAIT_MS);
    char *text = terminal_text(t);
    drop_zombies(text);
    ck_assert_msg(strncmp(text, chosen_race, strlen(chosen_race)) == 0, "%s",
                  terminal_dump(t));
    ck_assert(!terminal_alternate_screen(t));
    free(text);
    ck_assert_uint_eq(terminal_close(t), 0);
    take_orphans();
}
END_TEST

// Without colours, drawing or movement: letters and ends of lines.
START_TEST(who_wants_no_screen_gets_sentences)
{
    static const char *const plain[] = {"LAB_PLAIN=1", NULL};
    static const char *const no_term[] = {"TERM", NULL};
    static const struct terminal_options options[] = {
        {.env = plain, .keep_log = true},
        {.term = "dumb", .keep_log = true},
        {.env = no_term, .keep_log = true},
    };
    const char *const argv[] = {built("lab"),   "run", "lock_race", "--",
                                "--increments", "1",   NULL};
    struct terminal *t = terminal_open(ROWS, COLS, &options[_i], argv);

    type_answer(t, 1, "1");
    type_answer(t, 2, "q");
    terminal_assert_exit(t, 0, WAIT_MS);
    ck_assert_msg(terminal_find(t, "increment-1 read counter: 0.", NULL, NULL), "%s",
                  terminal_dump(t));
    for (const char *at = terminal_log(t); *at != '\0'; at++) {
        ck_assert_msg((*at >= ' ' && *at <= '~') || *at == '\r' || *at == '\n',
                      "a character %d", *at);
    }
    ck_assert_uint_eq(terminal_close(t), 0);
    take_orphans();
}
END_TEST

START_TEST(lab_plain_0_is_no_wish)
{
    static const char *const env[] = {"LAB_PLAIN=0", NULL};
    const char *const argv[] = {built("lab"), "run", "lock_race", NULL};
    struct terminal *t =
        terminal_open(24, 80, &(struct terminal_options){.env = env}, argv);

    terminal_assert_text(t, "slow motion", WAIT_MS);
    ck_assert(terminal_alternate_screen(t));
    terminal_type(t, "q");
    ck_assert_int_ne(terminal_wait_exit(t, WAIT_MS), -1);
    ck_assert_uint_eq(terminal_close(t), 0);
    take_orphans();
}
END_TEST

static bool has_listed(struct terminal *t, void *arg)
{
    char *text = terminal_text(t);
    bool done = count_text(text, "which one? (a number, or q)") == *(size_t *)arg;
    free(text);
    return done;
}

static void type_number(struct terminal *t, size_t question, const char *text)
{
    ck_assert_msg(terminal_wait(t, has_listed, &question, WAIT_MS), "list %zu\n%s",
                  question, terminal_dump(t));
    terminal_type(t, text);
    terminal_key(t, TERMINAL_ENTER);
}

START_TEST(home_in_sentences_opens_a_demo_by_its_number)
{
    const char *const argv[] = {built("lab"), "--plain", NULL};
    struct terminal *t = terminal_open(HOME_ROWS, COLS, NULL, argv);
    int row;
    char number[8] = "";

    type_number(t, 1, "99");
    terminal_assert_text(t, "There is no number \"99\".", WAIT_MS);
    ck_assert(terminal_find(t, " lock_race ", &row, NULL));
    ck_assert_int_eq(sscanf(terminal_row(t, row), " %7[0-9] lock_race", number), 1);
    type_number(t, 2, number);
    terminal_assert_text(t, "lock_race, 2 processes, 5 increments each.", WAIT_MS);
    type_answer(t, 1, "q");
    type_number(t, 3, "q");
    terminal_assert_exit(t, 0, WAIT_MS);
    ck_assert(!terminal_alternate_screen(t));
    ck_assert_uint_eq(terminal_close(t), 0);
    take_orphans();
}
END_TEST

START_TEST(ctrl_c_leaves_line_mode)
{
    const char *const argv[] = {built("lab"), "run",     "lock_race",
                                "--step",     "--plain", NULL};
    struct terminal *t = terminal_open(24, 80, NULL, argv);

    terminal_assert_text(t, "who goes?", WAIT_MS);
    terminal_interrupt(t);
    int status = terminal_wait_exit(t, WAIT_MS);
    ck_assert_msg(WIFSIGNALED(status) && WTERMSIG(status) == SIGINT, "%s",
                  terminal_dump(t));
    ck_assert_uint_eq(terminal_close(t), 0);
    take_orphans();
}
END_TEST

START_TEST(start_here_is_the_first_number_at_home)
{
    const char *const argv[] = {built("lab"), "--plain", NULL};
    struct terminal *t = terminal_open(HOME_ROWS, COLS, NULL, argv);

    terminal_assert_text(t, "start here", WAIT_MS);
    type_number(t, 1, "1");
    terminal_assert_text(t, "lock_race, 2 processes, 5 increments each.", WAIT_MS);
    type_answer(t, 1, "q");
    type_number(t, 2, "q");
    terminal_assert_exit(t, 0, WAIT_MS);
    ck_assert_uint_eq(terminal_close(t), 0);
    take_orphans();
}
END_TEST

// One step in a second: there is time for a key between two of them, and were Enter not
// heard, the run would be at its end before the next question.
START_TEST(enter_stops_them_while_they_go)
{
    const char *const argv[] = {built("lab"), "run",     "lock_race",
                                "--step",     "--plain", NULL};
    struct terminal *t = terminal_open(ROWS, COLS, NULL, argv);

    type_answer(t, 1, "speed 1");
    type_answer(t, 2, "go");
    terminal_assert_text(t, "1 step a second. Enter stops.", WAIT_MS);
    terminal_assert_text(t, " read counter: 0.", WAIT_MS);
    terminal_key(t, TERMINAL_ENTER);
    type_answer(t, 3, "2");
    type_answer(t, 4, "q");
    terminal_assert_exit(t, 0, WAIT_MS);
    ck_assert_msg(!terminal_find(t, "All have ended", NULL, NULL), "%s", terminal_dump(t));
    ck_assert_uint_eq(terminal_close(t), 0);
    take_orphans();
}
END_TEST

// The keys of the screen's help that are one letter, in its two columns.
static size_t letters_of_help(struct terminal *t, char *letters, size_t most)
{
    int row, cols[2];
    size_t count = 0;
    ck_assert(terminal_find(t, "Space go on, or stop", &row, &cols[0]));
    ck_assert(terminal_find(t, "o     edit it", NULL, &cols[1]));
    for (; strstr(terminal_row(t, row), " signs ") == NULL; row++) {
        for (size_t i = 0; i < 2 && count < most; i++) {
            struct terminal_cell key = terminal_cell(t, row, cols[i]);
            struct terminal_cell next = terminal_cell(t, row, cols[i] + 1);
            if (isgraph((unsigned char)key.text[0]) && next.text[0] == ' ') {
                letters[count++] = key.text[0];
            }
        }
    }
    return count;
}

// Who comes from the screen, or reads of a key in a lesson, may type the same letter.
START_TEST(letters_of_the_screen_are_words_too)
{
    const char *const argv[] = {built("lab"), "run", "lock_race", "--step", NULL};
    struct terminal *t = terminal_open(40, 80, NULL, argv);
    char letters[32];

    terminal_assert_text(t, "STOPPED", WAIT_MS);
    terminal_type(t, "?");
    terminal_assert_text(t, "Run it free (+ until the end)", WAIT_MS); // its end
    size_t count = letters_of_help(t, letters, sizeof letters);
    terminal_type(t, "qq"); // the first one closes it, whatever it is; the second leaves
    ck_assert_int_ne(terminal_wait_exit(t, WAIT_MS), -1);
    ck_assert_uint_eq(terminal_close(t), 0);
    take_orphans();

    ck_assert_uint_ge(count, 12);
    for (size_t i = 0; i < count; i++) {
        const char *const env[] = {"VISUAL=true", NULL}; // what `o` opens
        char answers[] = {letters[i], '\n', 'q', '\n', '\0'};
        struct run_result done =
            run_how("lab run lock_race --step --plain",
                    &(struct run_options){.input = answers, .env = env});
        ck_assert_msg(!run_out_has(&done, "is not one of the words"), "%s", done.out);
        leave(&done, 0);
    }
}
END_TEST

int main(void)
{
    const struct suite_test tests[] = {
        {.test = choosing_on_a_terminal},
        {.test = who_wants_no_screen_gets_sentences, .from = 0, .to = 3},
        {.test = lab_plain_0_is_no_wish},
        {.test = home_in_sentences_opens_a_demo_by_its_number},
        {.test = ctrl_c_leaves_line_mode},
        {.test = start_here_is_the_first_number_at_home},
        {.test = enter_stops_them_while_they_go},
        {.test = letters_of_the_screen_are_words_too},
    };

    return suite_run("line_terminal", tests, sizeof tests / sizeof *tests);
}
