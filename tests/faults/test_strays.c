// SPDX-License-Identifier: MIT
// Programs that do things behind mp's back, and programs that make too much of something,
// under the lab: none hangs it, what is not seen is counted, the others go on, and what is
// printed cannot harm a terminal.
#include "faults/lab.h"
#include "suite.h"

#define STRAYS "@tests/programs/fault_strays"
#define FLOODS "@tests/programs/fault_floods"

static struct run_result run_stray(const char *speed, const char *how)
{
    char line[256];
    snprintf(line, sizeof line, "run " STRAYS " --plain --speed %s -- %s", speed, how);
    struct run_result result = lab_run(line, NULL);
    run_assert_exit(&result, 0);
    lab_assert_says(&result, "All have ended.");
    return result;
}

// The number after a label in what was printed; fails when the label is not there.
static long number_after(const struct run_result *result, const char *label)
{
    const char *found = strstr(result->out, label);
    ck_assert_msg(found != NULL, "no \"%s\": %s", label, run_describe(result));
    return found != NULL ? atol(found + strlen(label)) : 0;
}

static bool is_repeatable(const struct run_result *result)
{
    return run_out_has(result, " Seed ");
}

// --- behind mp's back -------------------------------------------------------------------

START_TEST(strays_run_to_their_end)
{
    static const struct {
        const char *how;
        const char *says; // besides the rest
        bool adds;        // five to a counter of its own
    } strays[] = {
        {"fork", "stray child: 0", true},
        {"thread", "", true},
        {"popen", "from the shell", true},
        {"system", "system: 3", true},
        {"sleep", "", true},
        {"read", "read 1", true},
        {"exec", "another program", true},
        {"become", "main is another program now", false},
    };
    enum { STRAYS_COUNT = sizeof strays / sizeof *strays };
    static const char *const speeds[] = {"max", "free", "2000"};
    for (int i = 0; i < STRAYS_COUNT; i++) {
        struct run_result result = run_stray(speeds[_i], strays[i].how);
        lab_assert_says(&result, strays[i].says);
        if (strays[i].adds) {
            lab_assert_says(&result, "counter 20, stray 5, signals 0");
        }
        run_free(&result);
    }
}
END_TEST

START_TEST(child_of_bare_fork_is_shown_and_run_not_repeatable)
{
    struct run_result result = run_stray("max", "fork");
    long pid = number_after(&result, "forked-");
    char line[64];
    snprintf(line, sizeof line, "forked-%ld wrote stray: 1 (it was 0).", pid);
    lab_assert_says(&result, line);
    ck_assert(!is_repeatable(&result));
    ck_assert_int_eq(number_after(&result, "Not seen: "), 0);
    run_free(&result);
}
END_TEST

START_TEST(accesses_of_another_thread_are_counted_as_not_seen)
{
    struct run_result result = run_stray("max", "thread");
    ck_assert_int_eq(number_after(&result, "Not seen: "), 10); // five reads, five writes
    lab_assert_silent_on(&result, "wrote stray");
    run_free(&result);
}
END_TEST

// Inside mp's hooks a handler's two accesses are not seen, elsewhere they are as any.
START_TEST(accesses_of_signal_handlers_are_seen_or_counted)
{
    struct run_result result = run_stray("max", "handler");
    long signals = number_after(&result, ", signals ");
    long unseen = number_after(&result, "Not seen: ");
    ck_assert_int_eq(number_after(&result, ", stray "), 250);
    ck_assert_int_ge(signals, 5);
    ck_assert_int_ge(unseen, 0);
    ck_assert_int_le(unseen, 2 * signals);
    ck_assert_int_eq(unseen % 2, 0);
    run_free(&result);
}
END_TEST

START_TEST(who_sleeps_elsewhere_is_passed_over_and_run_not_repeatable)
{
    static const char *const hows[] = {"sleep", "read", "fork"};
    struct run_result result = run_stray("max", hows[_i]);
    if (_i < 2) { // how long it waits for what it forked is up to that one
        lab_assert_says(&result, "main sleeps in the kernel. The others go on.");
    }
    ck_assert(!is_repeatable(&result));
    lab_assert_says(&result, "Process-1 wrote counter: 20");
    run_free(&result);
}
END_TEST

// Reads until the lab has said this, then asks it to end. (It does not wait for the text of a
// line for ever when somebody keeps the terminal open: then only the last line says it.)
START_TEST(daemon_of_a_run_ends_with_the_lab)
{
    int pipes[2];
    ck_assert_int_eq(pipe2(pipes, O_CLOEXEC), 0);
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    const char *const argv[] = {built("lab"), "run", built("tests/programs/fault_strays"),
                                "--plain",    "--",  "daemon",
                                NULL};
    struct spawn what = {.argv = argv, .stdio = {null, pipes[1], pipes[1]}};
    pid_t pid = spawn_program(&what);
    close(null);
    close(pipes[1]);
    FILE *out = fdopen(pipes[0], "r");
    char line[256] = "";
    while (strstr(line, "counter 20") == NULL) {
        char *read = fgets(line, sizeof line, out); // `line` stays when there is no more
        ck_assert_msg(read != NULL, "the lab ended after \"%s\"", line);
    }
    kill(pid, SIGTERM);
    while (fgets(line, sizeof line, out) != NULL) {
    }
    fclose(out);
    lab_assert_all_gone("daemon");
}
END_TEST

// --- too much -----------------------------------------------------------------------------

START_TEST(forks_without_end_end_with_the_lab)
{
    static const char *const hows[] = {"processes", "forks"};
    static const char *const speeds[] = {"max", "free"};
    for (int speed = 0; speed < 2; speed++) {
        const char *const argv[] = {
            built("lab"), "run",     built("tests/programs/fault_floods"),
            "--plain",    "--speed", speeds[speed],
            "--",         hows[_i],  NULL};
        pid_t pid = lab_spawn(argv);
        // So many that the table of 128 is full.
        int64_t deadline = limit_after(RUN_LIMIT_MS);
        size_t count = 0;
        while (count < 120) {
            struct proc *all;
            size_t listed = proc_list(&all);
            count = 0;
            for (size_t i = 0; i < listed; i++) {
                count +=
                    all[i].state != 'Z' && (strcmp(all[i].name, "fault_floods") == 0 ||
                                            strncmp(all[i].name, "Process-", 8) == 0);
            }
            free(all);
            ck_assert_msg(limit_left(deadline) > 0 && proc_state(pid) != 'Z',
                          "%s: only %zu processes", hows[_i], count);
            limit_nap();
        }
        kill(pid, SIGINT);
        ck_assert_msg(proc_wait_end(pid, 5000), "%s: the lab does not end", hows[_i]);
        lab_assert_all_gone(hows[_i]);
    }
}
END_TEST

START_TEST(flood_of_output_is_read_to_its_end)
{
    static const char *const speeds[] = {"max", "free"};
    static const struct {
        const char *how, *last;
    } floods[] = {{"flood", "flood over"}, {"line", "line over"}};
    for (int i = 0; i < 2; i++) {
        char line[256];
        const struct run_options how = {.timeout_ms = 60000};
        snprintf(line, sizeof line, "run " FLOODS " --plain --speed %s -- %s", speeds[_i],
                 floods[i].how);
        struct run_result result = lab_run(line, &how);
        run_assert_exit(&result, 0);
        ck_assert_str_eq(run_last_line(&result), floods[i].last);
        run_free(&result);
    }
}
END_TEST

START_TEST(escape_sequences_do_not_reach_the_terminal)
{
    static const char *const speeds[] = {"max", "free"};
    char line[256];
    snprintf(line, sizeof line, "run " FLOODS " --plain --speed %s -- escapes",
             speeds[_i]);
    struct run_result result = lab_run(line, NULL);
    run_assert_exit(&result, 0);
    lab_assert_says(&result, "plain ?[31mred?[0m words");
    lab_assert_says(&result, "?[5mblink?");
    lab_assert_says(&result, "escapes over");
    ck_assert_uint_eq(strlen(result.out), result.out_length); // no zero byte
    for (size_t i = 0; i < result.out_length; i++) {
        unsigned char byte = (unsigned char)result.out[i];
        ck_assert_msg(byte == '\n' || (byte >= 0x20 && byte != 0x7f), "byte %x: %s", byte,
                      run_describe(&result));
    }
    ck_assert_msg(strstr(result.out, "\xc2\x9b") == NULL &&
                      strchr(result.out, 0x9b) == NULL,
                  "a C1 control character: %s", run_describe(&result));
    ck_assert_ptr_null(strstr(result.out, "\xe2\x80\xae"));
    run_free(&result);
}
END_TEST

int main(void)
{
    const struct suite_test tests[] = {
        {.test = strays_run_to_their_end, .from = 0, .to = 3},
        {.test = child_of_bare_fork_is_shown_and_run_not_repeatable},
        {.test = accesses_of_another_thread_are_counted_as_not_seen},
        {.test = accesses_of_signal_handlers_are_seen_or_counted},
        {.test = who_sleeps_elsewhere_is_passed_over_and_run_not_repeatable,
         .from = 0,
         .to = 3},
        {.test = daemon_of_a_run_ends_with_the_lab},
        {.test = forks_without_end_end_with_the_lab, .from = 0, .to = 2, .timeout = 60},
        {.test = flood_of_output_is_read_to_its_end, .from = 0, .to = 2, .timeout = 60},
        {.test = escape_sequences_do_not_reach_the_terminal, .from = 0, .to = 2},
    };

    return suite_run("strays", tests, sizeof tests / sizeof *tests);
}
