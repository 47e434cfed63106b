// SPDX-License-Identifier: MIT
// Deadlocks as text: who waits for whom under the sentence, free and under control, of a run
// of the lab's own and of one that it found; in line mode; and among many runs.
#include "line.h"

#include "launch.h"
#include "proc.h"

#include <fcntl.h>

// The lines under the sentence, with the numbers of lines taken out.
static const char circle[] =
    "STUCK: left wants lock_b (right has it), right wants lock_a (left has it).\n"
    "  left wants lock_b (stuck_calls.c:N) --> right, who took it at stuck_calls.c:N\n"
    "  right wants lock_a (stuck_calls.c:N) --> left, who took it at stuck_calls.c:N\n"
    "  main waits for left to end (stuck_calls.c:N) --> left, who cannot end\n"
    "  A circle of 2: neither can ever go on.\n";

static const char nobody[] =
    "STUCK: consumer waits for an item, and nobody is left who could put one.\n"
    "  consumer waits for an item in jobs (stuck_calls.c:N) --> nobody is left who could "
    "put one\n"
    "  main waits for consumer to end (stuck_calls.c:N) --> consumer, who cannot end\n";

// "stuck_calls.c:87" becomes "stuck_calls.c:N".
static void hide_lines(char *text)
{
    static const char before[] = "stuck_calls.c:";
    char *to = text;
    for (char *from = text; *from != '\0';) {
        *to++ = *from++;
        size_t length = strlen(before);
        if (to - text >= (long)length && memcmp(to - length, before, length) == 0) {
            from += strspn(from, "0123456789");
            *to++ = 'N';
        }
    }
    *to = '\0';
}

static const char *program(void)
{
    static char path[COMMAND_SIZE];
    snprintf(path, sizeof path, "%s", built("tests/programs/stuck_calls"));
    return path;
}

static struct run_result stuck_run(const char *options, const char *which,
                                   const char *answers)
{
    char command[2 * COMMAND_SIZE];
    snprintf(command, sizeof command, "lab run %s --plain %s -- %s", program(), options,
             which);
    struct run_result done = answer(command, answers);
    hide_lines(done.out);
    return done;
}

static void assert_has(const struct run_result *done, const char *text)
{
    ck_assert_msg(strstr(done->out, text) != NULL, "not there:\n%s\n%s", text, done->out);
}

START_TEST(a_deadlock_ends_the_run_and_says_who_waits_for_whom)
{
    static const char *const ways[] = {"--speed free", "", "--speed max"};
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        struct run_result done = stuck_run(ways[i], "locks", NULL);
        assert_has(&done, circle);
        assert_has(&done, "It has not ended.\n");
        ck_assert_str_eq(done.err, "");
        leave(&done, 1);
        done = stuck_run(ways[i], "item", NULL);
        assert_has(&done, nobody);
        leave(&done, 1);
    }
}
END_TEST

START_TEST(in_lines_it_can_be_asked_for)
{
    struct run_result done = stuck_run("--step", "locks", "why\ngo\nwhy\nq\n");
    assert_has(&done, "who goes? why\n");
    ck_assert_uint_eq(count_text(done.out, "A circle of 2: neither can ever go on.\n"), 1);
    assert_has(&done, "\nleft wants lock_b (stuck_calls.c:N) --> right, who took it at");
    // Before that nothing is claimed.
    const char *first = strstr(done.out, "A circle");
    const char *go = strstr(done.out, "who goes? go");
    ck_assert(go != NULL && first > go);
    leave(&done, 0);
}
END_TEST

START_TEST(many_runs_count_those_that_are_stuck)
{
    char command[2 * COMMAND_SIZE];
    snprintf(command, sizeof command, "lab run %s --times 3 -- locks", program());
    struct run_result done = run(command);
    ck_assert_str_eq(done.out, "right 0, stuck 3 of 3\n");
    leave(&done, 0);
    snprintf(command, sizeof command, "lab run %s --times 2 -- slow", program());
    done = run(command);
    ck_assert_str_eq(done.out, "right 2 of 2\n");
    leave(&done, 0);
}
END_TEST

START_TEST(a_program_that_was_found_stuck_is_told_and_left)
{
    int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
    const char *const argv[] = {program(), "locks", NULL};
    pid_t pid = spawn_program(
        &(struct spawn){.argv = argv, .stdio = {nothing, nothing, nothing}});
    char command[COMMAND_SIZE];
    close(nothing);
    // It is there when it has made its two children.
    int64_t deadline = limit_after(RUN_LIMIT_MS);
    pid_t children[4];
    while (proc_children(pid, children, 4) < 2) {
        ck_assert(limit_left(deadline) > 0);
        limit_nap();
    }
    snprintf(command, sizeof command, "lab attach %d --plain", (int)pid);
    struct run_result done = run(command);
    hide_lines(done.out);
    assert_has(&done, circle);
    run_assert_exit(&done, 1);
    run_free(&done);
    ck_assert_uint_eq(proc_children(pid, children, 4), 2); // as they were
    kill(pid, SIGKILL);
    take_orphans();
}
END_TEST

int main(void)
{
    const struct suite_test tests[] = {
        {.test = a_deadlock_ends_the_run_and_says_who_waits_for_whom},
        {.test = in_lines_it_can_be_asked_for},
        {.test = many_runs_count_those_that_are_stuck},
        {.test = a_program_that_was_found_stuck_is_told_and_left},
    };

    return suite_run("stuck", tests, sizeof tests / sizeof *tests);
}
