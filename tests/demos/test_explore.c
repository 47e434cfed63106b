// SPDX-License-Identifier: MIT
// lab explore: every schedule as text and as JSON; what it tells is what a replay comes to;
// what cannot be done is said in one line; and nothing is left when it is interrupted.
#include "demos.h"
#include "terminal.h"
#include "wellformed.h"

enum { EXPLORE_MS = 60000 };

static struct run_result explore(const char *words)
{
    char command[COMMAND_SIZE];
    snprintf(command, sizeof command, "lab explore %s", words);
    return run_how(command, &(struct run_options){.timeout_ms = EXPLORE_MS});
}

// --- JSON ---------------------------------------------------------------------------------

static bool is_kind(const struct json *object, const char *key, enum json_kind kind)
{
    const struct json *member = json_get(object, key);
    return member != NULL && member->kind == kind;
}

static bool is_true(const struct json *object, const char *key)
{
    ck_assert(is_kind(object, key, JSON_TRUE) || is_kind(object, key, JSON_FALSE));
    return is_kind(object, key, JSON_TRUE);
}

// What it has to have, whatever was explored; the caller frees it.
static struct json *read_json(const struct run_result *done)
{
    static const char *const keys[] = {"schedules", "complete", "runs",
                                       "outcomes",  "program",  "arguments",
                                       "grain",     "reduced",  "preemptions"};
    char why[256];
    struct json *json = json_read(done->out, done->out_length, why, sizeof why);
    ck_assert_msg(json != NULL, "%s: %s", why, done->out);
    ck_assert_uint_eq(count_text(done->out, "\n"), 1);
    ck_assert_int_eq(json->kind, JSON_OBJECT);
    ck_assert_uint_eq(json->count, sizeof keys / sizeof *keys);
    for (size_t i = 0; i < json->count; i++) {
        ck_assert_str_eq(json->children[i].key, keys[i]);
    }
    const struct json *outcomes = json_get(json, "outcomes");
    double schedules = 0;
    ck_assert_int_eq(outcomes->kind, JSON_ARRAY);
    for (size_t i = 0; i < outcomes->count; i++) {
        const struct json *outcome = &outcomes->children[i];
        ck_assert_uint_eq(outcome->count, 5);
        ck_assert(is_kind(outcome, "values", JSON_OBJECT));
        ck_assert(is_kind(outcome, "exit", JSON_NUMBER));
        is_true(outcome, "deadlock");
        ck_assert(json_number(outcome, "schedules") >= 1);
        ck_assert(is_kind(outcome, "code", JSON_STRING));
        schedules += json_number(outcome, "schedules");
    }
    ck_assert_double_eq(schedules, json_number(json, "schedules"));
    ck_assert(json_number(json, "runs") >= schedules);
    ck_assert(is_kind(json, "arguments", JSON_ARRAY));
    return json;
}

// Each code comes to the outcome that was told: verified by the lab itself.
static void verify_codes(const struct json *json)
{
    const struct json *outcomes = json_get(json, "outcomes");
    for (size_t i = 0; i < outcomes->count; i++) {
        char says[64];
        const struct json *outcome = &outcomes->children[i];
        const char *const argv[] = {built("lab"), "verify", "-", NULL};
        struct run_result done =
            run_program(argv, &(struct run_options){.input = json_text(outcome, "code"),
                                                    .timeout_ms = EXPLORE_MS});
        snprintf(says, sizeof says, "exit status %.0f", json_number(outcome, "exit"));
        const char *text = is_true(outcome, "deadlock") ? ": STUCK: " : says;
        ck_assert_msg(run_out_has(&done, text), "no \"%s\": %s", text,
                      run_describe(&done));
        ck_assert(!run_out_has(&done, "does not follow"));
        const struct json *counter = json_get(json_get(outcome, "values"), "counter");
        if (counter != NULL && run_out_has(&done, "expected")) {
            snprintf(says, sizeof says, ": counter %.0f,", counter->number);
            ck_assert_msg(run_out_has(&done, says), "no \"%s\": %s", says,
                          run_describe(&done));
        }
        run_free(&done);
    }
}

START_TEST(the_json_has_what_is_promised)
{
    static const double known[][2] = {{2, 32}, {3, 32}, {4, 6}};
    struct run_result done = explore("lock_race --json -- --increments 2");
    run_assert_exit(&done, 1);
    ck_assert_str_eq(done.err, "");
    struct json *json = read_json(&done);
    const struct json *outcomes = json_get(json, "outcomes");
    ck_assert_double_eq(json_number(json, "schedules"), 70);
    ck_assert_double_eq(json_number(json, "runs"), 70);
    ck_assert(is_true(json, "complete") && !is_true(json, "reduced"));
    ck_assert(is_kind(json, "preemptions", JSON_NULL));
    ck_assert_str_eq(json_text(json, "program"), "lock_race");
    ck_assert_str_eq(json_text(json, "grain"), "memory");
    ck_assert_uint_eq(outcomes->count, 3);
    for (size_t i = 0; i < 3; i++) {
        const struct json *outcome = &outcomes->children[i];
        ck_assert_double_eq(json_number(json_get(outcome, "values"), "counter"),
                            known[i][0]);
        ck_assert_double_eq(json_number(outcome, "schedules"), known[i][1]);
        ck_assert_double_eq(json_number(outcome, "exit"), known[i][0] != 4);
        ck_assert(!is_true(outcome, "deadlock"));
    }
    verify_codes(json);
    json_free(json);
    run_free(&done);
}
END_TEST

START_TEST(a_program_given_by_its_path_and_one_that_is_stuck)
{
    char words[COMMAND_SIZE];
    snprintf(words, sizeof words, "%s --json -- opposite",
             built("tests/programs/explored"));
    struct run_result done = explore(words);
    run_assert_exit(&done, 1);
    struct json *json = read_json(&done);
    const struct json *outcomes = json_get(json, "outcomes");
    ck_assert(is_true(json, "complete"));
    ck_assert_double_eq(json_number(json, "schedules"), 6);
    ck_assert_uint_eq(outcomes->count, 2);
    ck_assert(!is_true(&outcomes->children[0], "deadlock"));
    ck_assert(is_true(&outcomes->children[1], "deadlock"));
    ck_assert_double_eq(json_number(&outcomes->children[1], "schedules"), 2);
    ck_assert_double_eq(json_number(&outcomes->children[1], "exit"), 1);
    verify_codes(json);
    json_free(json);
    run_free(&done);
}
END_TEST

START_TEST(a_source_is_compiled_first)
{
    char folder[] = "/tmp/test_explore.XXXXXX", command[COMMAND_SIZE];
    ck_assert_ptr_nonnull(mkdtemp(folder));
    snprintf(command, sizeof command,
             "cp %s my.c && \"$LAB\" explore my.c --reduce --json; s=$?; \"$LAB\" verify "
             "my.c:2x1:1122 >&2; cd / && rm -rf %s; exit $s",
             source("demos/lock_race.c"), folder);
    char lab[512], home[128];
    snprintf(lab, sizeof lab, "LAB=%s", built("lab"));
    snprintf(home, sizeof home, "HOME=%s", folder);
    const char *const env[] = {lab, home, "XDG_CACHE_HOME", "XDG_DATA_HOME", NULL};
    const char *const argv[] = {"sh", "-c", command, NULL};
    struct run_result done = run_program(
        argv, &(struct run_options){.cwd = folder, .env = env, .timeout_ms = EXPLORE_MS});
    run_assert_exit(&done, 1);
    struct json *json = read_json(&done);
    ck_assert(is_true(json, "complete") && is_true(json, "reduced"));
    ck_assert_double_eq(json_number(json, "schedules"), 4);
    ck_assert(run_err_has(&done, "my.c:2x1:1122: counter 2, expected 2, lost 0"));
    json_free(json);
    run_free(&done);
}
END_TEST

// --- text ---------------------------------------------------------------------------------

START_TEST(the_text_tells_how_it_can_end)
{
    struct run_result done = explore("lock_race");
    run_assert_exit(&done, 1);
    ck_assert_str_eq(done.err, "");
    ck_assert(run_out_has(&done, "lock_race --processes 2 --increments 1: every schedule "
                                 "of its 4 steps. 6, complete.\n"));
    ck_assert(run_out_has(&done, "  1                4   WRONG\n"));
    ck_assert(run_out_has(&done, "  2                2   right\n"));
    ck_assert(run_out_has(&done, "4 of 6 schedules come out wrong.\n"));
    ck_assert(run_out_has(&done, "not probabilities"));
    ck_assert(run_out_has(&done, "  lock_race:2x1:1221\n"));
    run_free(&done);
}
END_TEST

START_TEST(what_is_right_in_every_schedule_ends_with_0)
{
    struct run_result done = explore("lock_fixed -- --increments 2");
    run_assert_exit(&done, 0);
    ck_assert(run_out_has(&done, "All 6 schedules come out right: it cannot go wrong.\n"));
    ck_assert(!run_out_has(&done, "WRONG"));
    run_free(&done);
}
END_TEST

START_TEST(what_is_not_all_is_no_proof)
{
    struct run_result limited = explore("lock_fixed --limit 1");
    run_assert_exit(&limited, 0);
    ck_assert(run_out_has(&limited, ": not a proof.\n"));
    ck_assert(!run_out_has(&limited, "cannot go wrong"));
    run_free(&limited);
    struct run_result bound = explore("lock_race --preemptions 1 -- --increments 4");
    run_assert_exit(&bound, 1);
    ck_assert(run_out_has(&bound, "16, at most 1 forced switch: not a proof.\n"));
    run_free(&bound);
    struct run_result json =
        explore("lock_race --preemptions 2 --json -- --increments 2");
    struct json *read = read_json(&json);
    ck_assert_double_eq(json_number(read, "preemptions"), 2);
    ck_assert(!is_true(read, "complete"));
    json_free(read);
    run_free(&json);
}
END_TEST

START_TEST(reduced_it_says_that_kinds_are_counted)
{
    struct run_result done = explore("lock_race --reduce -- --increments 2");
    run_assert_exit(&done, 1);
    ck_assert(run_out_has(&done, " 34 kinds, complete.\n"));
    ck_assert(run_out_has(&done, "One schedule of each kind was run: "));
    ck_assert(run_out_has(&done, " of 34 kinds of schedules come out wrong.\n"));
    run_free(&done);
}
END_TEST

// --- what goes wrong ------------------------------------------------------------------------

START_TEST(what_is_wrongly_asked_is_one_line)
{
    static const struct {
        const char *words, *says;
    } cases[] = {
        {"", "explore what? For example: "},
        {"lock_rice", "there is no demo \"lock_rice\"; did you mean \"lock_race\"?"},
        {"lock_race more",
         "\"more\" is one too many; the demo's own options come after --"},
        {"lock_race --limit 0", "--limit takes a number from 1, not \"0\""},
        {"lock_race --limit -1", "--limit takes a number from 1, not \"-1\""},
        {"lock_race --limit", "--limit takes a value"},
        {"lock_race --preemptions many", "--preemptions takes a number from 0 to 1000"},
        {"lock_race --grain huge", "--grain takes memory, calls or lives, not \"huge\""},
        {"lock_race --redcue", "unknown option --redcue; did you mean --reduce?"},
        {"lock_race --json=3", "--json takes no value"},
        {"lock_race --reduce --preemptions 1", "do not go together"},
        {"nothing.c", "nothing.c"},
        {"lock_race -- --nonsense", "lock_race: unknown option --nonsense"},
        {"lock_race --json -- --increments none", "lock_race: "},
    };
    struct run_result done = explore(cases[_i].words);
    run_assert_exit(&done, 2);
    ck_assert_str_eq(done.out, "");
    ck_assert_msg(run_err_has(&done, cases[_i].says), "%s", done.err);
    ck_assert_msg(count_text(done.err, "\n") == 1, "%s", done.err);
    run_free(&done);
}
END_TEST

START_TEST(what_cannot_be_explored_is_one_line_and_where)
{
    static const struct {
        const char *word, *says;
    } cases[] = {
        {"clock", " it depends on more than who goes (a clock? random numbers?)\n"},
        {"read", " waits for something outside of mp after step "},
        {"select", " waits for something outside of mp after step "},
        {"long", " goes on for more than 4096 steps, at explored.c:"},
    };
    char words[COMMAND_SIZE];
    snprintf(words, sizeof words, "%s -- %s", built("tests/programs/explored"),
             cases[_i].word);
    struct run_result done = explore(words);
    run_assert_exit(&done, 3);
    ck_assert_str_eq(done.out, "");
    ck_assert_msg(run_err_has(&done, cases[_i].says), "%s", done.err);
    ck_assert_uint_eq(count_text(done.err, "\n"), 1);
    run_free(&done);
}
END_TEST

// In lines on a terminal it says how far it is; what it has found until then it tells.
START_TEST(ctrl_c_ends_it_and_it_tells_what_it_found)
{
    const char *const argv[] = {built("lab"), "explore",      "lock_race", "--plain",
                                "--",         "--increments", "5",         NULL};
    struct terminal *t = terminal_open(24, 80, NULL, argv);
    terminal_assert_text(t, " of about ", EXPLORE_MS);
    terminal_interrupt(t);
    int status = terminal_wait_exit(t, EXPLORE_MS);
    ck_assert_msg(WIFSIGNALED(status) && WTERMSIG(status) == SIGINT, "%s",
                  terminal_dump(t));
    ck_assert(terminal_find(t, "not a proof", NULL, NULL));
    ck_assert(terminal_find(t, "come out wrong", NULL, NULL) ||
              terminal_find(t, "came out wrong", NULL, NULL));
    ck_assert_uint_eq(terminal_close(t), 0);
    take_orphans();
}
END_TEST

int main(void)
{
    const struct suite_test tests[] = {
        {.test = the_json_has_what_is_promised},
        {.test = a_program_given_by_its_path_and_one_that_is_stuck},
        {.test = a_source_is_compiled_first, .timeout = 120},
        {.test = the_text_tells_how_it_can_end},
        {.test = what_is_right_in_every_schedule_ends_with_0},
        {.test = what_is_not_all_is_no_proof},
        {.test = reduced_it_says_that_kinds_are_counted},
        {.test = what_is_wrongly_asked_is_one_line, .to = 14},
        {.test = what_cannot_be_explored_is_one_line_and_where, .to = 4},
        {.test = ctrl_c_ends_it_and_it_tells_what_it_found, .timeout = 120},
    };
    return suite_run("explore", tests, sizeof tests / sizeof *tests);
}
