// SPDX-License-Identifier: MIT
// The words of the screen: sentences of at most 75 characters, and none of the words that are
// never to stand there, in any frame of any demo, help and home.
#include "screen/tables.h"
#include "suite.h"

enum {
    ROWS = 29,
    WIDE = 240,
    SENTENCE = 75
}; // one panel below the other, many sentences

static const char *const never[] = {
    "atomic", "critical section", "preempt", "reap",  "futex", "gate",
    "grant",  "enabled",          "held",    "paced", "policy"};

// The columns of a text.
static int columns_of(const char *text)
{
    int columns = 0;
    for (; *text != '\0'; text++) {
        columns += ((unsigned char)*text & 0xc0) != 0x80;
    }
    return columns;
}

static bool is_part_of_word(char c)
{
    return isalpha((unsigned char)c) != 0;
}

// Whether a word begins in the text that begins so: "grant", "grants", "granted".
static bool has_word(const char *text, const char *word)
{
    for (const char *at = text; (at = strcasestr(at, word)) != NULL; at++) {
        if (at == text || !is_part_of_word(at[-1])) {
            return true;
        }
    }
    return false;
}

static void check_words(struct terminal *t)
{
    for (int row = 0; row < terminal_rows(t); row++) {
        const char *text = terminal_row(t, row);
        for (size_t i = 0; i < sizeof never / sizeof *never; i++) {
            ck_assert_msg(!has_word(text, never[i]), "\"%s\" in row %d\n%s", never[i],
                          row, terminal_dump(t));
        }
    }
}

// The parts of a text that end with a full stop or question mark and a blank.
static void check_lengths(struct terminal *t, char *text)
{
    for (char *rest = text; *rest != '\0';) {
        size_t length = 0;
        while (rest[length] != '\0' && !(strchr(".?", rest[length]) != NULL &&
                                         strchr(" ", rest[length + 1]) != NULL)) {
            length++;
        }
        char end = rest[length];
        rest[length] = '\0';
        ck_assert_msg(columns_of(rest) < SENTENCE, "%d columns: %s\n%s", columns_of(rest),
                      rest, terminal_dump(t));
        rest += length + (end != '\0');
        rest += strspn(rest, " ");
    }
}

// What happened, but for what the program printed itself.
static void check_sentences(struct terminal *t)
{
    enum { INDENT = 5 };
    int row = panel_at(t, "what happened");
    for (; row > 0 && row < terminal_rows(t) - 2 && !is_rule(t, row); row++) {
        char text[1024];
        text_between(t, row, INDENT, WIDE, text, sizeof text);
        if (strstr(text, " printed: ") == NULL) {
            check_lengths(t, text);
        }
    }
}

static void check_message(struct terminal *t)
{
    char text[1024];
    text_between(t, terminal_rows(t) - 2, 0, WIDE, text, sizeof text);
    if (strncmp(text, "ENDED", 5) != 0) { // behind that stands what the program said
        check_lengths(t, text);
    }
}

static void check_frame(struct terminal *t)
{
    check_words(t);
    check_sentences(t);
    check_message(t);
}

// Goes through a run step by step, with what the keys do at `at`.
static void walk(const char *line, int at, const char *keys)
{
    struct terminal *t = lab_open(ROWS, WIDE, line);
    lab_wait_title(t, "STOPPED");
    lab_sync(t);
    check_frame(t);
    for (int step = 0; step < 80 && !lab_has_ended(t); step++) {
        if (step == at) {
            for (; *keys != '\0'; keys++) {
                char key[2] = {*keys, '\0'};
                terminal_type(t, key);
                lab_wait(t, frame_has, " "); // drawn
                check_frame(t);
            }
            lab_sync(t);
            check_frame(t);
        }
        lab_step(t, "n");
        check_frame(t);
    }
    lab_wait_title(t, "ENDED");
    check_frame(t);
    terminal_type(t, "?");
    lab_wait_text(t, "any key closes this");
    check_words(t);
    terminal_type(t, "?");
    lab_wait_gone(t, "any key closes this");
    lab_leave(t);
}

static const struct {
    const char *line;
    int at;
    const char *keys;
} walks[] = {
    {"run lock_race --step", 3, "0129+-aa"},
    {"run lock_race --step --seed 9 -- --processes 3 --increments 2", -1, ""},
    {"run lock_fixed --step -- --increments 3", 2, "012k9"},
    {"run lock_fixed --step --seed 4 -- --processes 3 --increments 1", -1, ""},
    {"run process --step", 6, "01k"},
    {"run process --step -- --children 2 --exit 3", -1, ""},
    {"run process --step -- --children 2 --no-join", -1, ""},
    {"run process --step -- --nested 3", -1, ""},
    {"run queue --step -- --items 5", 4, "01k"},
    {"run queue --step --seed 3 -- --consumers 3 --producers 2 --items 4", -1, ""},
    {"run queue --step -- --sentinel --items 4", -1, ""},
    {"run queue --step -- --forever --items 3", -1, ""},
    {"run pool --step -- --tasks 6", 5, "01k"},
    {"run pool --step -- --tasks 12 --chunk 3", -1, ""},
    {"run pool --step -- --tasks 5 --kill-worker 2", -1, ""},
};

enum { WALKS = sizeof walks / sizeof *walks };

START_TEST(every_frame_of_a_run_keeps_to_its_words)
{
    walk(walks[_i].line, walks[_i].at, walks[_i].keys);
}
END_TEST

START_TEST(killing_is_told_in_the_same_words)
{
    struct terminal *t =
        lab_open(ROWS, WIDE, "run lock_fixed --step --no-stop -- --increments 2");
    lab_wait_fixed(t);
    lab_step(t, "1");
    select_person(t, "increment-1");
    terminal_type(t, "k");
    lab_wait_message(t, "Press k again");
    check_frame(t);
    terminal_type(t, "k");
    lab_wait_text(t, "was killed while it had counter_lock");
    check_frame(t);
    for (int step = 0; step < 40 && !lab_has_ended(t); step++) {
        lab_step(t, "n");
        check_frame(t);
    }
    lab_wait_title(t, "ENDED");
    check_frame(t);
    lab_leave(t);
}
END_TEST

START_TEST(home_and_its_help_keep_to_the_words)
{
    struct terminal *t = lab_open(50, 160, "");
    lab_wait_text(t, "lock_fixed");
    for (int i = 0; i < 12; i++) {
        terminal_key(t, TERMINAL_DOWN);
        lab_sync(t);
        check_words(t);
    }
    terminal_type(t, "?");
    lab_wait_text(t, "any key closes this");
    check_words(t);
    terminal_type(t, "?");
    lab_wait_gone(t, "any key closes this");
    lab_leave(t);
}
END_TEST

START_TEST(free_runs_keep_to_the_words)
{
    static const char *const demos[] = {"lock_race", "lock_fixed", "process"};
    for (int i = 0; i < 3; i++) {
        char line[64];
        snprintf(line, sizeof line, "run %s --speed free", demos[i]);
        struct terminal *t = lab_open(ROWS, WIDE, line);
        lab_wait_title(t, demos[i]);
        check_frame(t);
        lab_wait_title(t, "ENDED");
        check_frame(t);
        lab_leave(t);
    }
}
END_TEST

int main(void)
{
    const struct suite_test tests[] = {
        {.test = every_frame_of_a_run_keeps_to_its_words,
         .from = 0,
         .to = WALKS,
         .timeout = 60},
        {.test = killing_is_told_in_the_same_words, .timeout = 40},
        {.test = home_and_its_help_keep_to_the_words, .timeout = 40},
        {.test = free_runs_keep_to_the_words, .timeout = 60},
    };

    return suite_run("words", tests, sizeof tests / sizeof *tests);
}
