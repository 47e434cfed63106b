// SPDX-License-Identifier: MIT
// The words of line mode that change nothing, and what is no word.
#include "line.h"

// Answers that change nothing, after which the first question comes again.
static void changes_nothing(const char *word, const char *reply)
{
    char answers[400];
    char text[800];
    snprintf(answers, sizeof answers, "%s\nq\n", word);
    snprintf(text, sizeof text, RACE_BEGINS "who goes? %s\n%swho goes? q\n", word, reply);
    session_is("lock_race", answers, 0, text);
}

START_TEST(words_that_change_nothing)
{
    changes_nothing(
        "", "1 increment-1 will read counter. 2 increment-2 will read counter.\n");
    changes_nothing("0", "0 cannot go: main waits for increment-1 to end.\n");
    changes_nothing("7", "There is no process 7.\n");
    changes_nothing("4294967297", "There is no process 4294967297.\n");
    changes_nothing(
        "who", "1 increment-1 will read counter. 2 increment-2 will read counter.\n");
    changes_nothing("stop", "");
    changes_nothing("speed", "go goes as fast as it can; speed 2 is slow motion.\n");
    changes_nothing("speed 0", "speed takes steps a second from 1 to 1000000, max or "
                               "free, not \"0\".\n");
    changes_nothing("Speed 5", "go does 5 steps a second.\n");
    changes_nothing("seed x", "seed takes a whole number, not \"x\".\n");
    changes_nothing("grain", "Steps are now calls that can block, and reads and "
                             "writes.\n");
    changes_nothing("grain atoms", "grain takes lives, calls or memory, not \"atoms\".\n");
    changes_nothing("stopping off", "It does not stop by itself any more.\n");
    changes_nothing("stopping maybe", "stopping takes on or off, not \"maybe\".\n");
    changes_nothing("answer 3", "Nothing is asked now.\n");
    changes_nothing("full", "When this run has ended, full runs it free, with its own "
                            "numbers.\n");
    changes_nothing("large", "Large letters are the screen's; here your terminal has "
                             "their size.\n");
    changes_nothing("blank", "There is no screen here that could be empty.\n");
    changes_nothing("steps", "Nobody took a step yet.\n");
    changes_nothing("memory",
                    "counter is 0 (int, at byte 0): 0 updates written, 0 lost. Expected "
                    "at the end:\n2.\n");
    changes_nothing("python", "counter = Value('i', 0)\n"
                              "def increment(counter):\n"
                              "    for i in range(P): counter.value += 1\n");
    changes_nothing("output", "lock_race: 2 processes add 1 to one counter, 1 time each, "
                              "no lock\n");
    changes_nothing("kill", "kill which one? For example: kill 2\n");
    changes_nothing("kill 9", "kill which one? For example: kill 2\n");
    changes_nothing("kill me", "kill which one? For example: kill 2\n");
}
END_TEST

// One line, with the nearest right word where one is near.
START_TEST(what_is_no_word_is_answered_with_the_nearest)
{
    changes_nothing("goo", "\"goo\" is not one of the words; did you mean go? help lists "
                           "them.\n");
    changes_nothing("twim 2",
                    "\"twim\" is not one of the words; did you mean twin? help lists "
                    "them.\n");
    changes_nothing("outptu", "\"outptu\" is not one of the words; did you mean output? "
                              "help lists them.\n");
    changes_nothing("-1", "\"-1\" is not one of the words. help lists them.\n");
    changes_nothing("1x",
                    "\"1x\" is no number of a process; for example 1, or 1 2 1 2.\n");
    changes_nothing("1.5",
                    "\"1.5\" is no number of a process; for example 1, or 1 2 1 2.\n");
}
END_TEST

// What stands at the left in the help can be typed as it stands there, and changes no run
// into an error.
START_TEST(every_word_of_the_help_can_be_typed)
{
    struct run_result help =
        answer("lab run lock_race --step --plain -- --increments 1", "?\nq\n");
    struct lines lines = lines_of(help.out);
    size_t words = 0;

    for (size_t i = 3; i < lines.count && strncmp(lines.line[i], "who goes?", 9) != 0;
         i++, words++) {
        char answers[64];
        ck_assert_uint_le(strlen(lines.line[i]), 79);
        if (strncmp(lines.line[i], "save ", 5) == 0) {
            continue; // it would leave a file here
        }
        snprintf(answers, sizeof answers, "%.13s\nq\n", lines.line[i]);
        const char *const env[] = {"VISUAL=true", NULL}; // what "edit" opens
        struct run_result done =
            run_how("lab run lock_race --step --plain -- --increments 1",
                    &(struct run_options){.input = answers, .env = env});
        ck_assert_msg(!run_out_has(&done, "is not one of the words"), "%s", done.out);
        ck_assert_str_eq(done.err, "");
        ck_assert_int_le(run_exit_code(&done), 1);
        run_free(&done);
        take_orphans();
    }
    ck_assert_uint_gt(words, 20);
    lines_free(&lines);
    leave(&help, 0);
}
END_TEST

static void has_in_order(const char *text, const char *const *parts, size_t count)
{
    const char *at = text;
    for (size_t i = 0; i < count; i++) {
        const char *found = strstr(at, parts[i]);
        ck_assert_msg(found != NULL, "no \"%s\" in its place\n%s", parts[i], text);
        at = found + strlen(parts[i]);
    }
}

// Another seed, the twin with the same seed, full size: without leaving.
START_TEST(a_run_begins_again_in_another_way)
{
    static const char *const parts[] = {
        "who goes? seed 7\nFrom the beginning; n and go pick in the order of seed 7.\n",
        "who goes? twin\nlock_fixed, 2 processes, 1 increment each.\n",
        "who goes? go\n",
        "what now? full\nlock_fixed, 2 processes, 200000 increments each.\n",
        "It runs free: every run differs.\n",
        "All have ended. The counter is 400000, as expected.\n",
        "It ran free: nobody knows the order. Type r to run it again, twin for\n",
        "what now? q\n"};
    struct run_result done = answer("lab run lock_race --step --plain", "seed 7\nq\n");
    ck_assert(run_out_has(&done, "order of seed 7.\nlock_race, 2 processes"));
    leave(&done, 0);
    done = answer("lab run lock_race --step --plain -- --increments 1",
                  "seed 7\ntwin\ngo\nq\n");
    has_in_order(done.out, parts, 3);
    leave(&done, 0);
    done = answer("lab run lock_fixed --step --plain", "go\nfull\nq\n");
    has_in_order(done.out, parts + 3, 5);
    leave(&done, 0);
}
END_TEST

// In slow motion it stops by itself, asks, and tells what came of the answer.
START_TEST(it_stops_asks_and_tells_the_truth)
{
    static const char *const parts[] = {
        "too. If both write now, only the second write stays.\nSTOPPED  Predict: what is "
        "the counter after both have written?\nType answer and a number; then go.\nwho "
        "goes? answer 77\nYour answer: 77. go goes on and shows the truth.\nwho goes? go\n",
        "You predicted 77; the counter is "};
    struct run_result done = answer("lab run lock_race --step --plain --speed 200",
                                    "go\nanswer 77\ngo\nstopping off\ngo\nq\n");
    has_in_order(done.out, parts, 2);
    ck_assert_uint_eq(count_text(done.out, "\nAll have ended."), 1);
    run_free(&done);
    take_orphans();
}
END_TEST

// What counts as a step can be changed while all stand.
START_TEST(the_grain_changes)
{
    struct run_result done = answer("lab run lock_race --step --plain -- --increments 1",
                                    "grain lives\nstate\ngrain memory\nwho\nq\n");
    ck_assert(
        run_out_has(&done, "\nSteps are now births, printed lines, ends and joins.\n"));
    ck_assert(run_out_has(&done, ", child of main: "));
    ck_assert(run_out_has(&done, "\nSteps are now calls that can block, and reads and "
                                 "writes.\nwho goes? who\n1 increment-1 will"));
    leave(&done, 0);
}
END_TEST

START_TEST(a_long_line_is_one_answer)
{
    char answers[600];
    memset(answers, '1', 500); // no number of a process, however it is cut
    strcpy(answers + 500, "\nq\n");
    struct run_result done =
        answer("lab run lock_race --step --plain -- --increments 1", answers);

    ck_assert_uint_eq(count_text(done.out, "who goes?"), 2);
    ck_assert(ends_with(done.out, "who goes? q\n"));
    leave(&done, 0);
}
END_TEST

int main(void)
{
    const struct suite_test tests[] = {
        {.test = words_that_change_nothing},
        {.test = what_is_no_word_is_answered_with_the_nearest},
        {.test = every_word_of_the_help_can_be_typed, .timeout = 60},
        {.test = a_run_begins_again_in_another_way, .timeout = 30},
        {.test = it_stops_asks_and_tells_the_truth},
        {.test = the_grain_changes},
        {.test = a_long_line_is_one_answer},
    };

    return suite_run("line_words", tests, sizeof tests / sizeof *tests);
}
