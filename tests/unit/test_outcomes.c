// SPDX-License-Identifier: MIT
// What an outcome keeps of the schedules that came to it: the simplest ones, in order, however
// they came, and whoever found them.
#include "suite.h"

#include "model/outcomes.h"

#include <stdlib.h>
#include <string.h>

enum { SCHEDULES = 200, STRIDE = 63, STEPS = 8 };

struct made {
    uint8_t steps[STEPS];
    size_t count;
    unsigned switches;
};

// No two are alike, and none comes where it belongs.
static struct made make(unsigned number)
{
    unsigned bits = number * STRIDE % SCHEDULES;
    struct made made = {.count = bits % 3 == 0 ? STEPS - 1 : STEPS, .switches = bits % 7};
    for (unsigned i = 0; i < STEPS; i++) {
        made.steps[i] = (uint8_t)(1 + (bits >> (STEPS - 1 - i)) % 2);
    }
    return made;
}

static int by_simplicity(const void *left, const void *right)
{
    const struct made *a = left;
    const struct made *b = right;
    if (a->switches != b->switches) {
        return a->switches < b->switches ? -1 : 1;
    }
    if (a->count != b->count) {
        return a->count < b->count ? -1 : 1;
    }
    return memcmp(a->steps, b->steps, a->count);
}

static void add(struct outcomes *outcomes, unsigned number, int32_t status)
{
    struct made made = make(number);
    struct ending ending = {.kind = ENDING_ENDED, .statuses = {status}};
    ck_assert(outcomes_add(outcomes, &ending, made.steps, made.count, made.switches));
}

static void assert_simplest(const struct outcome *outcome)
{
    struct made all[SCHEDULES];
    for (unsigned i = 0; i < SCHEDULES; i++) {
        all[i] = make(i);
    }
    qsort(all, SCHEDULES, sizeof *all, by_simplicity);
    ck_assert_uint_eq(outcome->schedules, SCHEDULES);
    ck_assert_uint_eq(outcome->way_count, OUTCOME_WAYS);
    for (size_t i = 0; i < OUTCOME_WAYS; i++) {
        const struct way *way = &outcome->ways[i];
        ck_assert_uint_eq(way->switches, all[i].switches);
        ck_assert_uint_eq(way->count, all[i].count);
        ck_assert_mem_eq(way->steps, all[i].steps, way->count);
    }
}

START_TEST(the_simplest_are_kept_in_order)
{
    struct outcomes outcomes = {.list = NULL};
    for (unsigned i = 0; i < SCHEDULES; i++) {
        add(&outcomes, i, 0);
    }
    ck_assert_uint_eq(outcomes.count, 1);
    assert_simplest(&outcomes.list[0]);
    outcomes_free(&outcomes);
    ck_assert_uint_eq(outcomes.count, 0);
}
END_TEST

START_TEST(two_who_search_find_the_same)
{
    struct outcomes sides[2] = {{.list = NULL}, {.list = NULL}};
    for (unsigned i = 0; i < SCHEDULES; i++) {
        add(&sides[i % 3 == 0], i, 0);
        add(&sides[1], i, 1); // found by one of them alone
    }
    ck_assert(outcomes_merge(&sides[0], &sides[1]));
    outcomes_free(&sides[1]);
    ck_assert_uint_eq(sides[0].count, 2);
    ck_assert_uint_eq(sides[0].schedules, 2 * SCHEDULES);
    assert_simplest(&sides[0].list[0]);
    assert_simplest(&sides[0].list[1]);
    outcomes_free(&sides[0]);
}
END_TEST

START_TEST(few_are_all_kept)
{
    struct outcomes outcomes = {.list = NULL};
    for (unsigned i = 0; i < 3; i++) {
        add(&outcomes, i, (int32_t)(i / 2));
    }
    ck_assert_uint_eq(outcomes.count, 2);
    ck_assert_uint_eq(outcomes.list[0].way_count, 2);
    ck_assert_uint_eq(outcomes.list[1].way_count, 1);
    outcomes_free(&outcomes);
}
END_TEST

int main(void)
{
    const struct suite_test tests[] = {
        {.test = the_simplest_are_kept_in_order},
        {.test = two_who_search_find_the_same},
        {.test = few_are_all_kept},
    };
    return suite_run("outcomes", tests, sizeof tests / sizeof *tests);
}
