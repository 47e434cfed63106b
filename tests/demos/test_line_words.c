// SPDX-License-Identifier: MIT
// The words of line mode that change nothing, and what is no word.
#include "line.h"

#define WORDS                                                                            \
    "A number: that process does one step. go: all go on, to the end. state: all\n"      \
    "there is to know. source: where each one stands. kill N: kills it. r: again. q:\n"  \
    "leave.\n"

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
    changes_nothing("?", WORDS);
    changes_nothing("help", WORDS);
    changes_nothing(
        "", "1 increment-1 will read counter. 2 increment-2 will read counter.\n");
    changes_nothing("0", "0 cannot go: main waits for increment-1 to end.\n");
    changes_nothing("7", "There is no process 7.\n");
    changes_nothing("4294967297", "There is no process 4294967297.\n");
    changes_nothing("kill", "kill which one? For example: kill 2\n");
    changes_nothing("kill 9", "kill which one? For example: kill 2\n");
    changes_nothing("kill me", "kill which one? For example: kill 2\n");
}
END_TEST

START_TEST(what_is_no_word_is_answered_with_the_words)
{
    static const char *const nonsense[] = {"nonsense", "1x",    "1 2", "-1",
                                           "1.5",      "going", "R"};
    for (size_t i = 0; i < sizeof nonsense / sizeof *nonsense; i++) {
        char answers[64];
        char begins[200];
        snprintf(answers, sizeof answers, "%s\nq\n", nonsense[i]);
        struct run_result done =
            answer("lab run lock_race --step --plain -- --increments 1", answers);
        snprintf(begins, sizeof begins,
                 RACE_BEGINS "who goes? %s\n\"%s\" is not one of the words. A number: ",
                 nonsense[i], nonsense[i]);
        ck_assert_msg(strncmp(done.out, begins, strlen(begins)) == 0, "%s", done.out);
        ck_assert_uint_eq(count_text(done.out, "who goes?"), 2);
        leave(&done, 0);
    }
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
        {.test = what_is_no_word_is_answered_with_the_words},
        {.test = a_long_line_is_one_answer},
    };

    return suite_run("line_words", tests, sizeof tests / sizeof *tests);
}
