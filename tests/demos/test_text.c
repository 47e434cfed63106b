// SPDX-License-Identifier: MIT
// Runs as text: what the lab prints on a pipe, sentence by sentence; what a seed and a speed
// change and what not.
#include "retold.h"

#include "terminal.h"

enum { FIRST_LOSS_MAX = 12, WAIT_MS = 10000 };

// --- sessions -------------------------------------------------------------------------

// A session of the pair with its watching size: all lines but those of the steps, which are
// retold, and those that the processes print themselves.
static struct retold look_at_session(const char *demo, unsigned seed)
{
    char command[COMMAND_SIZE];
    char text[160];
    bool locked = strcmp(demo, "lock_fixed") == 0;
    struct retold retold = retold_begin(locked);
    size_t added = 0;
    size_t at;

    snprintf(command, sizeof command, "lab run %s --plain --seed %u", demo, seed);
    struct run_result done = run(command);
    hide_pids(done.out);
    struct lines lines = lines_of(done.out);
    ck_assert_str_eq(done.err, "");
    snprintf(text, sizeof text,
             "%s: 2 processes, 5 increments each. One step at a time, order of seed %u.",
             demo, seed);
    ck_assert_str_eq(lines.line[0], text);
    snprintf(text, sizeof text,
             "main printed: %s: 2 processes add 1 to one counter, 5 times each, %s", demo,
             locked ? "with a lock" : "no lock");
    ck_assert_str_eq(lines.line[1], text);
    ck_assert_str_eq(lines.line[2], "main started increment-1 and increment-2.");
    char joined[160] = "";
    for (at = 3; strncmp(lines.line[at], "main printed: ", 14) != 0; at++) {
        const char *line = lines.line[at];
        if (strncmp(line, "increment-", 10) == 0) {
            snprintf(text, sizeof text, "increment-%c printed: increment-%c (P) added 5",
                     line[10], line[10]);
            ck_assert_str_eq(line, text);
            added++;
        } else if (!retold_line(&retold, line)) {
            // On one line, unless something happened in between.
            strcat(strcat(joined, joined[0] == '\0' ? "" : " "), line);
        }
        ck_assert_uint_lt(at + 1, lines.count);
    }
    ck_assert_uint_eq(added, 2);
    ck_assert_str_eq(joined, "main joined increment-1: exit status 0. "
                             "main joined increment-2: exit status 0.");
    unsigned each = locked ? 20 : 10;
    long lost = (long)retold_lost(&retold);
    ck_assert_uint_eq(at + 4, lines.count);
    snprintf(text, sizeof text, "counter %ld, expected 10, lost %ld", retold.counter,
             lost);
    ck_assert_str_eq(lines.line[at] + strlen("main printed: "), text);
    ck_assert_str_eq(lines.line[at + 3], text);
    if (lost > 0) {
        snprintf(text, sizeof text,
                 "All have ended. The counter is %ld, expected 10: %ld update%s lost.",
                 retold.counter, lost, lost == 1 ? " is" : "s are");
    } else {
        snprintf(text, sizeof text, "All have ended. The counter is 10, as expected.%s",
                 locked ? "" : " This time nothing was lost.");
    }
    ck_assert_str_eq(lines.line[at + 1], text);
    snprintf(
        text, sizeof text,
        "steps %u: increment-1 %u, increment-2 %u. Not seen: 0. Seed %u. Exit status %d.",
        2 * each, each, each, seed, lost > 0);
    ck_assert_str_eq(lines.line[at + 2], text);
    run_assert_exit(&done, lost > 0 ? 1 : 0);
    lines_free(&lines);
    run_free(&done);
    return retold;
}

START_TEST(the_race_as_a_session)
{
    struct retold retold = look_at_session("lock_race", 1);

    // The order that everybody sees first soon shows what it is about.
    ck_assert_uint_ge(retold.first_loss, 1);
    ck_assert_uint_le(retold.first_loss, FIRST_LOSS_MAX);
    for (unsigned seed = 2; seed <= 10; seed++) {
        look_at_session("lock_race", seed);
    }
}
END_TEST

START_TEST(the_lock_as_a_session)
{
    for (unsigned seed = 1; seed <= 10; seed++) {
        struct retold retold = look_at_session("lock_fixed", seed);
        ck_assert_int_eq(retold.counter, 10);
        ck_assert_uint_eq(retold.first_loss, 0);
    }
}
END_TEST

START_TEST(a_family_as_a_session)
{
    struct run_result done = run("lab run process --plain");

    run_assert_exit(&done, 0);
    hide_pids(done.out);
    struct lines lines = lines_of(done.out);
    ck_assert_str_eq(lines.line[0],
                     "process: 3 children. One step at a time, order of seed 1.");
    ck_assert_str_eq(lines.line[1],
                     "main printed: process: main starts 3 children and waits for them");
    ck_assert_str_eq(lines.line[2], "main made child-1. Nothing runs yet.");
    for (int i = 1; i <= 3; i++) {
        static const char *const told[] = {
            "main started child-%d and goes on without waiting.\n",
            "child-%d is born: process P, child of main.\n",
            "child-%d printed: Hello from process child-%d (P), child of P\n",
            "child-%d ended with status 0.\n",
            "main joined child-%d: exit status 0. child-%d is gone now.\n",
        };
        const char *before = done.out;
        for (size_t j = 0; j < sizeof told / sizeof *told; j++) { // in this order
            char text[120];
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
            snprintf(text, sizeof text, told[j], i, i);
#pragma GCC diagnostic pop
            ck_assert_uint_eq(count_text(done.out, text), 1);
            ck_assert_msg((before = strstr(before, text)) != NULL, "too early: %s\n%s",
                          text, done.out);
        }
    }
    ck_assert_str_eq(lines.line[lines.count - 3],
                     "All have ended. 3 children, as expected.");
    ck_assert_str_eq(lines.line[lines.count - 2],
                     "steps 21: main 12, child-1 3, child-2 3, child-3 3. Not seen: 0. "
                     "Seed 1. Exit status 0.");
    ck_assert_str_eq(lines.line[lines.count - 1], "children 3, expected 3, failed 0");
    lines_free(&lines);
    run_free(&done);
}
END_TEST

START_TEST(children_that_fail_are_told_as_a_failure)
{
    struct run_result done = run("lab run process --plain -- --children 2 --exit 3");

    run_assert_exit(&done, 1);
    ck_assert_uint_eq(count_text(done.out, "ended with status 3."), 2);
    ck_assert(
        run_out_has(&done, "\nAll have ended. 2 children, as expected, but 2 failed.\n"));
    ck_assert_str_eq(run_last_line(&done), "children 2, expected 2, failed 2");
    run_free(&done);
}
END_TEST

START_TEST(what_the_demo_refuses_is_told)
{
    const char line[] = "lock_race: --increments takes a number from 1 to 1000000000, "
                        "not \"ten\"";
    struct run_result done = run("lab run lock_race --plain -- --increments ten");

    run_assert_exit(&done, 1);
    ck_assert_str_eq(run_last_line(&done), line);
    ck_assert(run_out_has(&done, "\nsteps 0. Not seen: 0. Seed 1. Exit status 2.\n"));
    run_free(&done);
}
END_TEST

// --- seeds and speeds -----------------------------------------------------------------

static char *text_of(const char *command)
{
    struct run_result done = run(command);
    char *text = strdup(done.out);
    ck_assert_msg(run_exit_code(&done) <= 1, "%s", run_describe(&done));
    hide_pids(text);
    run_free(&done);
    return text;
}

START_TEST(the_same_seed_gives_the_same_text)
{
    static const char *const demos[] = {"lock_race", "lock_fixed", "process"};
    unsigned differ = 0;
    for (int seed = 1; seed <= 5; seed++) {
        char command[64];
        snprintf(command, sizeof command, "lab run %s --plain --seed %d", demos[_i], seed);
        char *once = text_of(command);
        char *twice = text_of(command);
        ck_assert_str_eq(once, twice);
        snprintf(command, sizeof command, "lab run %s --plain --seed %d", demos[_i],
                 seed + 1);
        char *other = text_of(command);
        // More than their numbers: the steps begin in the second line.
        differ += strcmp(strchr(once, '\n'), strchr(other, '\n')) != 0;
        free(once);
        free(twice);
        free(other);
    }
    ck_assert_uint_ge(differ, 4);
}
END_TEST

// The lines with a number, of a text.
static char *steps_of(char *text)
{
    struct lines lines = lines_of(text);
    text[0] = '\0';
    for (size_t i = 0; i < lines.count; i++) {
        unsigned number;
        if (sscanf(lines.line[i], "%4u  ", &number) == 1) {
            strcat(strcat(text, lines.line[i]), "\n");
        }
    }
    lines_free(&lines);
    return text;
}

START_TEST(how_fast_it_goes_does_not_change_the_order)
{
    char *standard = steps_of(text_of("lab run lock_race --plain --seed 3"));
    char *fast = steps_of(text_of("lab run lock_race --plain --seed 3 --speed 1000"));
    char *fastest = steps_of(text_of("lab run lock_race --plain --seed 3 --speed max"));

    ck_assert_uint_eq(count_text(standard, "\n"), 20);
    ck_assert_str_eq(standard, fast);
    ck_assert_str_eq(standard, fastest);
    free(standard);
    free(fast);
    free(fastest);
}
END_TEST

START_TEST(a_free_run_tells_counts_and_no_stories)
{
    struct run_result done = run("lab run lock_race --plain --speed free");
    struct lines lines = lines_of(done.out);
    struct result result = result_of(&done);

    ck_assert_str_eq(lines.line[0],
                     "lock_race: 2 processes, 200000 increments each. Free: "
                     "every run differs.");
    ck_assert_int_eq(result.expected, 400000);
    ck_assert_int_eq(result.actual + result.problems, 400000);
    ck_assert_uint_eq(count_text(done.out, "increment-1 200000 and 200000"), 1);
    ck_assert_uint_eq(count_text(done.out, "increment-2 200000 and 200000"), 1);
    ck_assert_uint_eq(count_text(done.out, "Seed"), 0);
    ck_assert_uint_eq(count_text(done.out, "read counter"), 0);
    ck_assert_uint_eq(count_text(done.out, " over "), 0);
    lines_free(&lines);
    run_free(&done);
}
END_TEST

// --- left early ---

START_TEST(ctrl_c_ends_a_run_as_text)
{
    // Nobody can answer: nothing is asked.
    char command[COMMAND_SIZE];
    snprintf(command, sizeof command,
             "exec %s run lock_race --plain --speed 1 </dev/null", built("lab"));
    const char *const argv[] = {"sh", "-c", command, NULL};
    struct terminal *t = terminal_open(24, 80, NULL, argv);

    terminal_assert_text(t, "main started increment-1 and increment-2.", WAIT_MS);
    terminal_interrupt(t);
    int status = terminal_wait_exit(t, WAIT_MS);
    ck_assert_msg(WIFSIGNALED(status) && WTERMSIG(status) == SIGINT, "%s",
                  terminal_dump(t));
    ck_assert_msg(terminal_find(t, "It has not ended.", NULL, NULL), "%s",
                  terminal_dump(t));
    ck_assert_uint_eq(terminal_close(t), 0);
    take_orphans();
}
END_TEST

int main(void)
{
    const struct suite_test tests[] = {
        {.test = the_race_as_a_session},
        {.test = the_lock_as_a_session},
        {.test = a_family_as_a_session},
        {.test = children_that_fail_are_told_as_a_failure},
        {.test = what_the_demo_refuses_is_told},
        {.test = the_same_seed_gives_the_same_text, .from = 0, .to = 3},
        {.test = how_fast_it_goes_does_not_change_the_order},
        {.test = a_free_run_tells_counts_and_no_stories},
        {.test = ctrl_c_ends_a_run_as_text},
    };

    return suite_run("text", tests, sizeof tests / sizeof *tests);
}
