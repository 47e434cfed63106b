// SPDX-License-Identifier: MIT
// Tests of how long things took, by the clock of the events: items inside a queue, tasks of a
// pool; and of the item that says that no more come. A tick is a millisecond here.
#include "suite.h"
#include "unit/calls_story.h"

#include <math.h>

enum { START = 5000 };

static void set_clock(struct story *s)
{
    model_clock(s->model, 1000, 1000000000);
    s->now = START;
}

static void is_about(double seconds, double expected)
{
    ck_assert_msg(fabs(seconds - expected) < 1e-9, "%g s, not %g", seconds, expected);
}

static struct pool_task task_at(const struct story *s, uint64_t number)
{
    struct pool_task task;
    ck_assert(model_pool_task(s->model, STORY_THING, number, &task));
    return task;
}

/* --- items ------------------------------------------------------------------------------- */

START_TEST(items_are_inside_for_a_time)
{
    struct story s = story_queue("int");
    struct queue_times times;

    set_clock(&s);
    call_put(&s, 1, 6);
    ck_assert(!model_queue_times(s.model, STORY_THING, &times)); // none is out
    s.now += 100;
    call_put(&s, 1, 7);
    s.now += 400;
    call_get(&s, 2); // the first: 500
    call_get(&s, 2); // the second: 400
    call_put(&s, 1, 8);
    s.now += 900;
    call_get(&s, 2);
    ck_assert(model_queue_times(s.model, STORY_THING, &times));
    ck_assert_uint_eq(times.items, 3);
    is_about(times.least, 0.4);
    is_about(times.most, 0.9);
    is_about(times.last, 0.9);
    is_about(times.average, 0.6);
    story_end(&s);
}
END_TEST

// Without a clock, or where only one end was seen, nothing is said.
START_TEST(times_that_nobody_knows)
{
    struct story s = story_queue("int");
    struct queue_times times;

    call_put(&s, 1, 6); // at a time that is not known
    set_clock(&s);
    call_get(&s, 2);
    ck_assert(!model_queue_times(s.model, STORY_THING, &times));
    call_put(&s, 1, 7);
    s.now -= 1; // free running the records may come in the wrong order
    call_get(&s, 2);
    ck_assert(!model_queue_times(s.model, STORY_THING, &times));
    is_about(model_seconds(s.model, 0, START), 0);
    is_about(model_seconds(s.model, START, START - 1), 0);
    story_end(&s);

    s = story_queue("int");
    s.now = START;
    model_clock(s.model, 0, 1000000000); // no tick has gone by: no clock
    call_put(&s, 1, 6);
    s.now += 10;
    call_get(&s, 2);
    ck_assert(!model_queue_times(s.model, STORY_THING, &times));
    story_end(&s);
}
END_TEST

/* --- tasks ------------------------------------------------------------------------------- */

START_TEST(tasks_begin_and_end)
{
    struct story s = story_pool();
    uint64_t from, to;

    set_clock(&s);
    ck_assert(!model_pool_span(s.model, STORY_THING, &from, &to));
    call_done(&s, 1, MP_OP_TASK_TAKE, 0, 3); // a chunk of three
    s.now += 200;
    call_done(&s, 2, MP_OP_TASK_TAKE, 3, 1);
    s.now += 100;
    call_done(&s, 1, MP_OP_TASK_FINISH, 0, 1);
    ck_assert_uint_eq(task_at(&s, 0).begun_at, START);
    ck_assert_uint_eq(task_at(&s, 0).over_at, START + 300);
    // the next of the chunk begins where the one before it ends, and the third has not begun
    ck_assert_uint_eq(task_at(&s, 1).begun_at, START + 300);
    ck_assert_uint_eq(task_at(&s, 1).over_at, 0);
    ck_assert_uint_eq(task_at(&s, 2).begun_at, 0);
    ck_assert_uint_eq(task_at(&s, 3).begun_at, START + 200);
    s.now += 700;
    call_tell(&s, 2, MP_OP_TASK_FINISH, MP_FAILED | MP_INFO_STEP, 3, 5);
    ck_assert_uint_eq(task_at(&s, 3).over_at, START + 1000);
    ck_assert(model_pool_span(s.model, STORY_THING, &from, &to)); // there are open ones
    ck_assert_uint_eq(from, START);
    ck_assert_uint_eq(to, START + 1000);
    is_about(model_seconds(s.model, from, to), 1);
    story_end(&s);
}
END_TEST

// While tasks are open the time goes on; when the last is over it stands.
START_TEST(span_ends_with_the_last_task)
{
    struct story s = story_pool();
    uint64_t from, to;

    set_clock(&s);
    call_done(&s, 1, MP_OP_TASK_TAKE, 0, 10);
    for (uint32_t i = 0; i < 9; i++) {
        s.now += 10;
        call_done(&s, 1, MP_OP_TASK_FINISH, i, i);
    }
    s.now += 500;
    call_wanted(&s, 2, MP_OP_TASK_TAKE, 0);
    ck_assert(model_pool_span(s.model, STORY_THING, &from, &to));
    is_about(model_seconds(s.model, from, to), 0.59);
    call_done(&s, 1, MP_OP_TASK_FINISH, 9, 9);
    s.now += 1000;
    call_wanted(&s, 1, MP_OP_TASK_TAKE, 0);
    ck_assert(model_pool_span(s.model, STORY_THING, &from, &to));
    is_about(model_seconds(s.model, from, to), 0.59);
    story_end(&s);
}
END_TEST

// What a worker that died had not begun begins with the one who takes it.
START_TEST(lost_task_ends_when_it_is_missed)
{
    struct story s = story_pool();

    set_clock(&s);
    call_done(&s, 1, MP_OP_TASK_TAKE, 0, 2);
    s.now += 40;
    call_tell(&s, 0, MP_OP_TASK_LOST, MP_DONE, 0, 1);
    ck_assert_uint_eq(task_at(&s, 0).state, TASK_LOST);
    ck_assert_uint_eq(task_at(&s, 0).over_at, START + 40);
    s.now += 60;
    call_done(&s, 2, MP_OP_TASK_TAKE, 1, 1);
    ck_assert_uint_eq(task_at(&s, 1).begun_at, START + 100);
    story_end(&s);
}
END_TEST

/* --- END --------------------------------------------------------------------------------- */

START_TEST(item_that_ends_it_is_called_so)
{
    struct story s = story_queue("int");

    model_end_item(s.model, "-1");
    call_put(&s, 1, (uint32_t)-7);
    says(s, SAY_PUT, "producer put -7 into jobs: 1 of 4 slots is full.");
    call_put(&s, 1, (uint32_t)-1);
    says(s, SAY_PUT, "producer put END into jobs: 2 of 4 slots are full.");
    cell_is(s, "pEND");
    call_get(&s, 2);
    call_get(&s, 2);
    says(s, SAY_TOOK, "consumer took END out of jobs: 0 of 4 slots are full.");
    story_end(&s);

    s = story_queue("struct job"); // known by its number only
    model_end_item(s.model, "-1");
    call_put(&s, 1, (uint32_t)-1);
    says(s, SAY_PUT, "producer put item 1 into jobs: 1 of 4 slots is full.");
    story_end(&s);
}
END_TEST

int main(void)
{
    const struct suite_test tests[] = {
        {.test = items_are_inside_for_a_time},
        {.test = times_that_nobody_knows},
        {.test = tasks_begin_and_end},
        {.test = span_ends_with_the_last_task},
        {.test = lost_task_ends_when_it_is_missed},
        {.test = item_that_ends_it_is_called_so},
    };

    return suite_run("times", tests, sizeof tests / sizeof *tests);
}
