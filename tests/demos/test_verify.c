// SPDX-License-Identifier: MIT
// Codes that are verified: each is run again on real processes, and said to have come out as
// it did. All orders that there are win the challenges as often as is said of them.
#include "demos.h"
#include "scratch.h"

#include "commands/challenge.h"
#include "terminal.h"

enum { ORDERS_MS = 60000, CODES_SIZE = 8192 };

// Out of a file with these lines.
static struct run_result verify_text(const char *codes)
{
    char command[COMMAND_SIZE];
    struct scratch file = scratch_file(codes, strlen(codes));
    int number = 0;
    ck_assert_int_eq(sscanf(file.path, "/proc/self/fd/%d", &number), 1);
    snprintf(command, sizeof command, "lab verify /proc/%d/fd/%d", (int)getpid(), number);
    struct run_result done =
        run_how(command, &(struct run_options){.timeout_ms = ORDERS_MS});
    close(file.fd);
    return done;
}

START_TEST(codes_on_the_command_line)
{
    struct run_result done = run("lab verify lock_race:2x1:1212 lock_race:2x1:1122 "
                                 "lock_fixed:2x1:11112222 queue:1x1x10:K21111");
    run_assert_exit(&done, 0);
    ck_assert_str_eq(done.err, "");
    ck_assert_str_eq(
        done.out, "lock_race:2x1:1212: counter 1, expected 2, lost 1; exit status 1; "
                  "wins challenge 1, lose-one\n"
                  "lock_race:2x1:1122: counter 2, expected 2, lost 0; exit status 0\n"
                  "lock_fixed:2x1:11112222: counter 2, expected 2, lost 0; exit status "
                  "0\n"
                  "queue:1x1x10:K21111: STUCK: producer waits for room, and nobody is "
                  "left who could make it; wins challenge 8, sleep-for-ever\n");
    run_free(&done);
}
END_TEST

START_TEST(an_order_that_is_not_possible_is_told_and_which_step)
{
    struct run_result done =
        run("lab verify lock_race:2x1:11121 lock_fixed:2x1:12 lock_race:2x1:12122 "
            "lock_race:2x1:1K4 lock_race:2x1:11K1 lock_race:2x1:12");
    run_assert_exit(&done, 1);
    ck_assert_str_eq(done.err, "");
    ck_assert_str_eq(
        done.out,
        "lock_race:2x1:11121: does not follow: Step 3 belongs to increment-1, and that has "
        "ended.\n"
        "lock_fixed:2x1:12: does not follow: Step 2 belongs to increment-2, which cannot "
        "go: increment-2 wants counter_lock, and increment-1 has it.\n"
        "lock_race:2x1:12122: does not follow: The order goes on, and all have ended after "
        "4 steps.\n"
        "lock_race:2x1:1K4: does not follow: Step 2 kills 4, and there is no process 4.\n"
        "lock_race:2x1:11K1: does not follow: Step 3 kills increment-1, and that has "
        "ended.\n"
        "lock_race:2x1:12: the order ends after 2 steps, and the program has not ended\n");
    run_free(&done);
}
END_TEST

START_TEST(the_answers_of_a_class)
{
    struct run_result done = verify_text("# Monday\n"
                                         "\n"
                                         "Ada\tlock_race:2x1:1212\r\n"
                                         "  Eve Ü. \t lock_race:2x1:1122  \n"
                                         "Tom\tlock_race:2x1:12z\n"
                                         "lock_race:2x1:2211\n"
                                         "Kim\t\n"
                                         "Bob\x1b[2J\tlock_race:2x1:2121");
    run_assert_exit(&done, 2);
    ck_assert_str_eq(
        done.out,
        "Ada: lock_race:2x1:1212: counter 1, expected 2, lost 1; exit status 1; wins "
        "challenge 1, lose-one\n"
        "Eve Ü.: lock_race:2x1:1122: counter 2, expected 2, lost 0; exit status 0\n"
        "lock_race:2x1:2211: counter 2, expected 2, lost 0; exit status 0\n"
        "Bob?[2J: lock_race:2x1:2121: counter 1, expected 2, lost 1; exit status 1; wins "
        "challenge 1, lose-one\n");
    ck_assert(run_err_has(&done, ":5: character 17: z is nobody: here stands who went"));
    ck_assert(run_err_has(&done, ":7: character 1: this is no code: one looks like "));
    ck_assert_uint_eq(count_text(done.err, "\n"), 2);
    run_free(&done);
}
END_TEST

START_TEST(what_is_no_code_is_usage)
{
    static const struct {
        const char *command, *says;
    } cases[] = {
        {"lab verify", "lab: verify what? For example: "},
        {"lab verify nothing", "lab: \"nothing\" is neither a file nor a code such as "
                               "lock_race:2x1:1212\n"},
        {"lab verify lock_rice:2x1:1212",
         "lab: there is no demo \"lock_rice\"; did you mean \"lock_race\"?\n"},
        {"lab verify lock_race:2:1212",
         "lab: lock_race: its numbers are those of --processes N --increments N\n"},
        {"lab verify process:2:1212", "lab: process: this program has no short form\n"},
        {"lab verify lock_race:2x1:1\x1b", "lab: character 16: ? is nobody: "},
        {"lab verify 1m-0000", "lab: \"1m-0000\" is neither a file nor a code"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct run_result done = run(cases[i].command);
        run_assert_exit(&done, 2);
        ck_assert_str_eq(done.out, "");
        ck_assert_msg(run_err_has(&done, cases[i].says), "%s", done.err);
        ck_assert_uint_eq(count_text(done.err, "\n"), 1);
        run_free(&done);
    }
}
END_TEST

START_TEST(another_file_is_not_read_to_its_end)
{
    char command[COMMAND_SIZE];
    snprintf(command, sizeof command, "lab verify %s", built("demos/queue"));
    for (int i = 0; i < 2; i++) {
        struct run_result done = run(command);
        run_assert_exit(&done, 2);
        ck_assert_str_eq(done.out, "");
        ck_assert(run_err_has(&done, ": is this the right file? So far no line was a "
                                     "code\n"));
        ck_assert_uint_eq(count_text(done.err, "\n"), 11);
        run_free(&done);
        snprintf(command, sizeof command, "lab verify %s", source("LICENSE"));
    }
}
END_TEST

START_TEST(ctrl_c_ends_it_as_it_ends_any_program)
{
    const char *const argv[] = {built("lab"), "verify", "-", NULL};
    struct terminal *t = terminal_open(24, 80, NULL, argv);
    terminal_type(t, "lock_race:2x1:1212\r");
    terminal_assert_text(t, "lock_race:2x1:1212: counter 1, expected 2", RUN_LIMIT_MS);
    terminal_interrupt(t);
    int status = terminal_wait_exit(t, RUN_LIMIT_MS);
    ck_assert_msg(WIFSIGNALED(status) && WTERMSIG(status) == SIGINT, "%s",
                  terminal_dump(t));
    ck_assert_uint_eq(terminal_close(t), 0);
    take_orphans();
}
END_TEST

START_TEST(codes_come_through_a_pipe_too)
{
    struct run_result done = run_how(
        "lab verify -", &(struct run_options){.input = "Ada\tlock_race:2x1:2112\n"});
    run_assert_exit(&done, 0);
    ck_assert_str_eq(done.out, "Ada: lock_race:2x1:2112: counter 1, expected 2, lost 1; "
                               "exit status 1; wins challenge 1, lose-one\n");
    run_free(&done);
}
END_TEST

START_TEST(a_long_code_wins_as_a_short_one_does)
{
    struct schedule schedule = {0};
    char *words[] = {strdup("--processes"), strdup("2"), strdup("--increments"),
                     strdup("1")};
    ck_assert(schedule_add(&schedule, MOVE_STEP, 1));
    for (const char *who = "212"; *who != '\0'; who++) {
        ck_assert(schedule_add(&schedule, MOVE_STEP, (unsigned)(*who - '0')));
    }
    char *code = code_write("lock_race", words, 4, MP_GRAIN_MEMORY, &schedule);
    ck_assert_ptr_nonnull(code);
    struct run_result done = verify_text(code);
    run_assert_exit(&done, 0);
    ck_assert(run_out_has(&done, ": counter 1, expected 2, lost 1; exit status 1; wins "
                                 "challenge 1, lose-one\n"));
    run_free(&done);
    free(code);
    schedule_free(&schedule);
    for (size_t i = 0; i < 4; i++) {
        free(words[i]);
    }
}
END_TEST

// --- all orders there are -----------------------------------------------------------------

struct codes {
    char text[CODES_SIZE];
    size_t used, count;
};

// Every order in which 1 and 2 make so many steps each.
static void add_orders(struct codes *codes, const char *start, int steps)
{
    for (unsigned set = 0; set < 1u << (2 * steps); set++) {
        if (__builtin_popcount(set) != steps) {
            continue;
        }
        codes->used += (size_t)snprintf(codes->text + codes->used,
                                        sizeof codes->text - codes->used, "%s:", start);
        for (int i = 0; i < 2 * steps; i++) {
            codes->used += (size_t)snprintf(codes->text + codes->used,
                                            sizeof codes->text - codes->used, "%u",
                                            set >> i & 1 ? 1u : 2u);
        }
        codes->used += (size_t)snprintf(codes->text + codes->used,
                                        sizeof codes->text - codes->used, "\n");
        ck_assert_uint_lt(codes->used, sizeof codes->text);
        codes->count++;
    }
}

static size_t count_wins(const struct run_result *done, const struct challenge *challenge)
{
    char text[128];
    snprintf(text, sizeof text, "; wins challenge %zu, %s\n", challenge_number(challenge),
             challenge->name);
    return count_text(done->out, text);
}

// "4 of the 6 orders do it.": that many do, of those there are.
START_TEST(as_many_orders_win_as_is_said)
{
    static const char *const names[] = {"lose-one", "lose-two", "lose-one-of-four",
                                        "lose-none"};
    static struct codes codes;
    const char *start = "";
    struct run_result done = {.out = NULL};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const struct challenge *challenge = challenge_find(names[i]);
        unsigned wins, all;
        ck_assert_ptr_nonnull(challenge);
        ck_assert_int_eq(sscanf(challenge->ways, "%u of the %u orders", &wins, &all), 2);
        if (strcmp(start, challenge->start) != 0) {
            if (done.out != NULL) {
                run_free(&done);
            }
            start = challenge->start;
            codes = (struct codes){.used = 0};
            add_orders(&codes, start, (int)challenge->par / 2);
            done = verify_text(codes.text);
            run_assert_exit(&done, 0);
            ck_assert_uint_eq(count_text(done.out, "\n"), codes.count);
        }
        ck_assert_uint_eq(codes.count, all);
        ck_assert_uint_eq(count_wins(&done, challenge), wins);
    }
    run_free(&done);
}
END_TEST

// Of the steps of two with a lock only those orders are left in which one is after the other.
START_TEST(a_lock_leaves_two_orders_and_both_are_right)
{
    static struct codes codes;
    add_orders(&codes, "lock_fixed:2x1", 4);
    struct run_result done = verify_text(codes.text);
    run_assert_exit(&done, 1);
    ck_assert_uint_eq(count_text(done.out, "\n"), 70);
    ck_assert_uint_eq(count_text(done.out, ": does not follow: "), 68);
    ck_assert_uint_eq(
        count_text(done.out, ": counter 2, expected 2, lost 0; exit status 0\n"), 2);
    run_free(&done);
}
END_TEST

START_TEST(as_many_kills_win_as_is_said)
{
    const struct challenge *challenge = challenge_find("kill-the-owner");
    static const char codes[] = "lock_fixed:2x1:1K12222\n"
                                "lock_fixed:2x1:11K12222\n"
                                "lock_fixed:2x1:111K12222\n"
                                "lock_fixed:2x1:2K21111\n"
                                "lock_fixed:2x1:22K21111\n"
                                "lock_fixed:2x1:222K21111\n"
                                // has it no more, or not yet; or nobody is left
                                "lock_fixed:2x1:K12222\n"
                                "lock_fixed:2x1:1K21111\n"
                                "lock_fixed:2x1:11112K2\n";
    struct run_result done = verify_text(codes);
    ck_assert_ptr_nonnull(challenge);
    ck_assert_uint_eq(count_text(done.out, "\n"), 9);
    ck_assert_uint_eq(count_wins(&done, challenge), 6);
    ck_assert_uint_eq(count_text(done.out, "wins"), 6);
    run_free(&done);
}
END_TEST

START_TEST(as_many_consumers_can_be_killed_as_is_said)
{
    const struct challenge *challenge = challenge_find("sleep-for-ever");
    struct run_result done = verify_text("queue:1x1x10:K21111\n"
                                         "queue:1x1x10:1K2111\n"
                                         "queue:1x1x10:11K211\n"
                                         "queue:1x1x10:111K21\n"
                                         "queue:1x1x10:1111K2\n"
                                         "queue:1x1x10:12K21111\n" // later, and won too
                                         "queue:1x1x10:1111\n"     // not gone
                                         "queue:1x1x10:K1\n");
    ck_assert_ptr_nonnull(challenge);
    ck_assert_uint_eq(count_text(done.out, "\n"), 8);
    ck_assert_uint_eq(count_wins(&done, challenge), 6);
    run_free(&done);
}
END_TEST

int main(void)
{
    const struct suite_test tests[] = {
        {.test = codes_on_the_command_line},
        {.test = an_order_that_is_not_possible_is_told_and_which_step},
        {.test = the_answers_of_a_class},
        {.test = what_is_no_code_is_usage},
        {.test = another_file_is_not_read_to_its_end},
        {.test = ctrl_c_ends_it_as_it_ends_any_program},
        {.test = codes_come_through_a_pipe_too},
        {.test = a_long_code_wins_as_a_short_one_does},
        {.test = as_many_orders_win_as_is_said, .timeout = 150},
        {.test = a_lock_leaves_two_orders_and_both_are_right, .timeout = 90},
        {.test = as_many_kills_win_as_is_said},
        {.test = as_many_consumers_can_be_killed_as_is_said},
    };
    return suite_run("verify", tests, sizeof tests / sizeof *tests);
}
