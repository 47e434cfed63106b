// SPDX-License-Identifier: MIT
// The racy pair: lock_race.c and lock_fixed.c differ by the lock and nothing else, so that
// what a reader sees when he lays one beside the other is the lesson.
#include "twins.h"

// What lock_fixed.c has and lock_race.c has not, in this order, each once.
static const char *const lock_lines[] = {
    "    mp_lock *counter_lock;",
    "        must(mp_lock_acquire(job->counter_lock, MP_FOREVER));",
    "        must(mp_lock_release(job->counter_lock));",
    "    must(mp_lock_create(&job.counter_lock));",
};

enum { LOCK_LINES = sizeof lock_lines / sizeof *lock_lines };

// What lock_race.c says when it came out right: no word about it in lock_fixed.c.
static const char *const hint_lines[] = {
    "    if (counter == expected && processes > 1) {",
    "        printf(\"Nothing was lost this time. That proves nothing: run it again.\\n\");",
    "    }",
};

enum { HINT_LINES = sizeof hint_lines / sizeof *hint_lines };

// A program of the pair without what may differ, also the words for the lock.
static struct lines read_normal(const char *name)
{
    char *text = demo_normal(name, " /* RACE: ");
    replace_all(text, "without a lock", "LOCK");
    replace_all(text, "with a lock", "LOCK");
    replace_all(text, "no lock", "LOCK");
    struct lines lines = lines_of(text);
    free(text);
    return lines;
}

static size_t skip_hint(const struct lines *race, size_t at)
{
    for (size_t i = 0; i < HINT_LINES; i++) {
        if (at + i >= race->count || strcmp(race->line[at + i], hint_lines[i]) != 0) {
            return 0;
        }
    }
    return HINT_LINES;
}

START_TEST(the_pair_differs_by_the_lock_and_nothing_else)
{
    struct lines race = read_normal("lock_race");
    struct lines fixed = read_normal("lock_fixed");
    size_t of_lock = 0;
    size_t hints = 0;
    size_t r = 0;
    size_t f = 0;

    while (r < race.count || f < fixed.count) {
        size_t hint = skip_hint(&race, r);
        if (hint > 0) {
            hints++;
            r += hint;
        } else if (strcmp(line_at(&race, r), line_at(&fixed, f)) == 0) {
            r++;
            f++;
        } else if (of_lock < LOCK_LINES &&
                   strcmp(line_at(&fixed, f), lock_lines[of_lock]) == 0) {
            of_lock++;
            f++;
        } else {
            ck_abort_msg("lock_race.c and lock_fixed.c differ by more than the lock:\n"
                         "  race:  %s\n  fixed: %s",
                         line_at(&race, r), line_at(&fixed, f));
        }
    }
    ck_assert_uint_eq(of_lock, LOCK_LINES);
    ck_assert_uint_eq(hints, 1);
    lines_free(&race);
    lines_free(&fixed);
}
END_TEST

START_TEST(the_race_is_marked_and_only_there)
{
    char *race = demo_source("lock_race");
    char *fixed = demo_source("lock_fixed");

    ck_assert_uint_eq(count_text(race, "RACE:"), 1);
    ck_assert_uint_eq(count_text(fixed, "RACE:"), 0);
    ck_assert_uint_eq(count_text(race, "counter += 1; /* RACE: read, add, write */"), 1);
    ck_assert_uint_eq(count_text(race, "mp_lock"), 0);
    free(race);
    free(fixed);
}
END_TEST

START_TEST(the_pair_is_watched_alike)
{
    struct demo_entry race = demo_entry_of("lock_race");
    struct demo_entry fixed = demo_entry_of("lock_fixed");

    ck_assert_str_eq(race.watch, "--increments 5");
    ck_assert_str_eq(race.watch, fixed.watch);
    ck_assert_str_eq(race.explore, fixed.explore);
    ck_assert_str_eq(race.grain, fixed.grain);
    ck_assert_str_eq(race.twin, "lock_fixed");
    ck_assert_str_eq(fixed.twin, "lock_race");
}
END_TEST

START_TEST(the_pair_prints_the_same_but_for_the_lock)
{
    struct run_result race = run("demos/lock_race --processes 1 --increments 3");
    struct run_result fixed = run("demos/lock_fixed --processes 1 --increments 3");

    run_assert_exit(&race, 0);
    run_assert_exit(&fixed, 0);
    hide_pids(race.out);
    hide_pids(fixed.out);
    ck_assert_str_eq(race.out, "lock_race: 1 process adds 1 to one counter, 3 times each, "
                               "no lock\n"
                               "increment-1 (P) added 3\n"
                               "counter 3, expected 3, lost 0\n");
    ck_assert_str_eq(fixed.out,
                     "lock_fixed: 1 process adds 1 to one counter, 3 times each, "
                     "with a lock\n"
                     "increment-1 (P) added 3\n"
                     "counter 3, expected 3, lost 0\n");
    run_free(&race);
    run_free(&fixed);
}
END_TEST

int main(void)
{
    const struct suite_test tests[] = {
        {.test = the_pair_differs_by_the_lock_and_nothing_else},
        {.test = the_race_is_marked_and_only_there},
        {.test = the_pair_is_watched_alike},
        {.test = the_pair_prints_the_same_but_for_the_lock},
    };

    return suite_run("pair", tests, sizeof tests / sizeof *tests);
}
