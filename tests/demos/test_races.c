// SPDX-License-Identifier: MIT
// Data races as a person asks for them: lab run --races, the word races, of a run, of its
// past and of its recording; and demos that have none.
#include "line.h"

#include <sys/stat.h>

enum { SEEDS = 12 };

static const char right_or_wrong[] =
    "A data race: two accesses of one value, one of them a write, and nothing\n"
    "  says which is first. Also where it came out right this time.\n";
static const char none[] =
    "No data race in this run: every two accesses of one value were ordered.\n";

static struct run_result races_of(const char *arguments)
{
    char command[COMMAND_SIZE];
    snprintf(command, sizeof command, "lab run %s", arguments);
    return run(command);
}

// One race on the counter, of two who were let out together; each line fits.
static void tells_the_race(const struct run_result *done)
{
    const char *race = strstr(done->out, "\ncounter: increment-");
    ck_assert_ptr_nonnull(race);
    ck_assert_ptr_nonnull(strstr(race, "(lock_race.c:"));
    ck_assert_ptr_nonnull(strstr(race, "nothing ordered the two since both came out of"));
    ck_assert_ptr_null(strstr(race + 1, "\ncounter: increment-")); // told once
    const char *end = strstr(race, right_or_wrong);
    ck_assert_msg(end != NULL && end[sizeof right_or_wrong - 1] == '\0', "%s", done->out);
    for (const char *line = race + 1; *line != '\0'; line += strcspn(line, "\n") + 1) {
        ck_assert_uint_le(strcspn(line, "\n"), 75);
    }
}

START_TEST(the_race_has_one_in_every_order)
{
    for (int seed = 1; seed <= SEEDS; seed++) {
        char arguments[96];
        snprintf(arguments, sizeof arguments,
                 "lock_race --races --seed %d -- --increments 2", seed);
        struct run_result done = races_of(arguments);
        tells_the_race(&done);
        run_free(&done);
    }
    take_orphans();
}
END_TEST

// First the one, then the other: the counter is right, and the program is not.
START_TEST(the_race_has_one_where_it_came_out_right)
{
    struct run_result done = run("lab replay lock_race:2x1:1122 --races");
    ck_assert(run_out_has(&done, "counter 2, expected 2, lost 0\n"));
    ck_assert(run_out_has(&done, "wrote it (lock_race.c:"));
    tells_the_race(&done);
    leave(&done, 0);
}
END_TEST

static const char *const ordered[] = {"lock_fixed -- --increments 3",
                                      "lock_fixed --seed 7 -- --increments 3",
                                      "queue",
                                      "pool",
                                      "process",
                                      "when_workers_die"};

START_TEST(demos_that_are_right_have_none)
{
    char arguments[96];
    snprintf(arguments, sizeof arguments, "--races %s", ordered[_i]);
    struct run_result done = races_of(arguments);
    size_t length = strlen(done.out);
    ck_assert_uint_gt(length, sizeof none - 1);
    ck_assert_str_eq(done.out + length - (sizeof none - 1), none);
    leave(&done, 0);
}
END_TEST

// Also where each access is a step, and others come in between.
START_TEST(demos_that_are_right_have_none_when_each_access_is_a_step)
{
    static const char *const demos[] = {"queue", "pool", "process"};
    char command[COMMAND_SIZE];
    snprintf(command, sizeof command, "lab run %s --step --plain", demos[_i]);
    struct run_result done = answer(command, "grain memory\nspeed max\ngo\nraces\nq\n");
    ck_assert(run_out_has(&done, none));
    leave(&done, 0);
}
END_TEST

static void has_none(const char *arguments)
{
    struct run_result done = races_of(arguments);
    ck_assert_msg(run_out_has(&done, none), "%s: %s", arguments, done.out);
    leave(&done, 0);
}

// Compiled by gcc and by clang, in several orders.
START_TEST(atomics_values_and_actions_order)
{
    static const char *const built_by[] = {"programs", "programs-clang"};
    char arguments[COMMAND_SIZE - 16];
    snprintf(arguments, sizeof arguments, BUILD_DIR "/tests/%s/ordered", built_by[_i]);
    if (_i > 0 && access(arguments, X_OK) != 0) {
        printf("skipped: the same by clang (missing)\n");
        return;
    }
    for (int seed = 1; seed <= 3; seed++) {
        snprintf(arguments, sizeof arguments,
                 BUILD_DIR "/tests/%s/ordered --races --seed %d", built_by[_i], seed);
        has_none(arguments);
    }
    snprintf(arguments, sizeof arguments,
             BUILD_DIR "/tests/%s/ordered --races -- unordered", built_by[_i]);
    struct run_result done = races_of(arguments);
    ck_assert_msg(run_out_has(&done, "data: Process-"), "%s", done.out);
    leave(&done, 0);
}
END_TEST

static const char *const waits[] = {"rlock",  "semaphore", "event",   "condition",
                                    "depth",  "limits",    "barrier", "early",
                                    "values", "killed"};

START_TEST(all_that_one_can_wait_with_orders)
{
    char arguments[COMMAND_SIZE - 16];
    snprintf(arguments, sizeof arguments,
             BUILD_DIR "/tests/programs/sync_calls --races --seed 2 -- %s", waits[_i]);
    has_none(arguments);
}
END_TEST

// What stands behind the program's last line: its races.
static const char *races_in(const struct run_result *done)
{
    const char *text = strstr(done->out, "\ncounter: ");
    ck_assert_ptr_nonnull(text);
    return text + 1;
}

START_TEST(a_recording_has_the_races_of_its_run)
{
    char folder[] = "/tmp/test_races.XXXXXX";
    char command[COMMAND_SIZE];
    ck_assert_ptr_nonnull(mkdtemp(folder));
    snprintf(command, sizeof command,
             "lab run lock_race --races --seed 3 --record %s/a.rec -- --increments 2",
             folder);
    struct run_result first = run(command);
    snprintf(command, sizeof command, "lab replay %s/a.rec --races", folder);
    struct run_result again = run(command);
    char *told = strdup(races_in(&first));
    ck_assert_ptr_nonnull(told);
    char *written = strstr(told, "Written."); // where it was kept
    if (written != NULL) {
        *written = '\0';
    }
    ck_assert_str_eq(races_in(&again), told);
    free(told);
    run_free(&first);
    run_free(&again);
    snprintf(command, sizeof command, "rm -rf %s", folder);
    ck_assert_int_eq(system(command), 0);
    take_orphans();
}
END_TEST

START_TEST(in_lines_they_are_told_of_what_is_looked_at)
{
    struct run_result done = answer("lab run lock_race --step --plain -- --increments 1",
                                    "1\nu\n1 2\nraces\nback\nback\nraces\nq\n");
    const char *at = strstr(done.out, "u\nNo data race so far: every two accesses of");
    ck_assert_msg(at != NULL, "%s", done.out);
    at = strstr(at, "races\ncounter: increment-1 wrote it (lock_race.c:");
    ck_assert_msg(at != NULL, "%s", done.out);
    ck_assert_ptr_nonnull(strstr(at, "races\nNo data race so far: "));
    run_free(&done);
    take_orphans();
}
END_TEST

START_TEST(of_a_free_run_none_is_claimed)
{
    struct run_result done =
        races_of("lock_race --speed free --races -- --increments 1000");
    ck_assert(run_out_has(&done, "Free, nobody knows in which order two accesses came"));
    ck_assert(!run_out_has(&done, "a data race."));
    run_free(&done);
    take_orphans();
}
END_TEST

START_TEST(what_does_not_go_together_is_said)
{
    struct run_result done = races_of("lock_race --races --step");
    ck_assert_str_eq(done.err,
                     "lab: --races does not go with --step: there, type races\n");
    leave(&done, 2);
    done = races_of("lock_race --races --times 3");
    ck_assert_str_eq(done.err, "lab: --races does not go with --times\n");
    leave(&done, 2);
}
END_TEST

int main(void)
{
    const struct suite_test tests[] = {
        {.test = the_race_has_one_in_every_order},
        {.test = the_race_has_one_where_it_came_out_right},
        {.test = demos_that_are_right_have_none, .to = sizeof ordered / sizeof *ordered},
        {.test = demos_that_are_right_have_none_when_each_access_is_a_step, .to = 3},
        {.test = atomics_values_and_actions_order, .to = 2},
        {.test = all_that_one_can_wait_with_orders, .to = sizeof waits / sizeof *waits},
        {.test = a_recording_has_the_races_of_its_run},
        {.test = in_lines_they_are_told_of_what_is_looked_at},
        {.test = of_a_free_run_none_is_claimed},
        {.test = what_does_not_go_together_is_said},
    };
    return suite_run("data races", tests, sizeof tests / sizeof *tests);
}
