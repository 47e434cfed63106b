// SPDX-License-Identifier: MIT
// Tests of the sentences on queues, semaphores, events, conditions, pipes and barriers that are
// reset, of the words of the tables, and of what the model keeps of items.
#include "suite.h"
#include "unit/calls_story.h"

#include <errno.h>

/* --- queues ------------------------------------------------------------------------------ */

START_TEST(put_and_taken)
{
    struct story s = story_queue("int");

    call_put(&s, 1, 6);
    says(s, SAY_PUT, "producer put 6 into jobs: 1 of 4 slots is full.");
    adds(s, SAY_PUT, "Putting copies it: what producer changes later does not arrive.");
    cell_is(s, "p6");
    call_put(&s, 1, (uint32_t)-7);
    says(s, SAY_PUT, "producer put -7 into jobs: 2 of 4 slots are full.");
    call_get(&s, 2);
    says(s, SAY_TOOK, "consumer took 6 out of jobs: 1 of 4 slots is full.");
    adds(s, SAY_TOOK, "What was put first comes out first.");
    cell_is(s, "t6");
    words_are(s, 2, "took 6 out of jobs", "runs");
    story_end(&s);
}
END_TEST

static const struct {
    const char *type, *text, *cell;
    uint64_t value;
} typed[] = {
    {"int", "-1", "p-1", 0xffffffff},
    {"unsigned long", "18446744073709551615", "p18446744073709551615", UINT64_MAX},
    {"char", "'a'", "p'a'", 'a'},
    {"double", "2.5", "p2.5", 0x4004000000000000},
    {"struct job", "item 1", "p#1", 0xffffffff},
    {"", "item 1", "p#1", 0},
};

START_TEST(item_by_its_type)
{
    struct story s = story_queue(typed[_i].type);
    char expected[120];

    call_put(&s, 1, typed[_i].value);
    snprintf(expected, sizeof expected,
             "producer put %s into jobs: 1 of 4 slots is full.", typed[_i].text);
    says(s, SAY_PUT, expected);
    cell_is(s, typed[_i].cell);
    story_end(&s);
}
END_TEST

START_TEST(full_and_empty)
{
    struct story s = story_queue("int");

    call_wanted(&s, 2, MP_OP_QUEUE_GET, 0);
    says(s, SAY_BLOCKED_EMPTY,
         "consumer is BLOCKED: jobs is empty. It goes on when somebody puts an item.");
    words_are(s, 2, "started", "take from jobs");
    ck_assert_str_eq(model_state_text(s.model, 2), "BLOCKED");
    for (uint64_t i = 0; i < 4; i++) {
        call_put(&s, 1, i);
    }
    ck_assert_str_eq(model_state_text(s.model, 2), "ready");
    call_wanted(&s, 1, MP_OP_QUEUE_PUT, 4);
    says(s, SAY_BLOCKED_FULL,
         "producer is BLOCKED: jobs is full. It goes on when somebody takes an item.");
    adds(s, SAY_BLOCKED_FULL,
         "Nothing is wrong. It makes the faster one wait for the slower one.");
    words_are(s, 1, "put 3 into jobs", "put 4 into jobs");
    char why[120];
    ck_assert(model_why_not(s.model, 1, why, sizeof why));
    ck_assert_str_eq(why, "producer wants to put, and jobs is full");
    call_get(&s, 2);
    ck_assert(!model_why_not(s.model, 1, why, sizeof why));
    story_end(&s);
}
END_TEST

START_TEST(long_names_have_the_short_form)
{
    struct story s = story_queue("int");

    story_child(&s, 3, "consumer-2");
    call_wanted(&s, 3, MP_OP_QUEUE_GET, 0);
    says(s, SAY_BLOCKED_EMPTY,
         "consumer-2 is BLOCKED: jobs is empty until one puts an item.");
    story_end(&s);
}
END_TEST

START_TEST(closed)
{
    struct story s = story_queue("int");

    for (uint64_t i = 0; i < 3; i++) {
        call_put(&s, 1, i);
    }
    call_done(&s, 1, MP_OP_QUEUE_CLOSE, 0, 0);
    says(s, SAY_CLOSED,
         "producer closed jobs: nothing more comes. 3 items can still be taken.");
    cell_is(s, "end");
    for (int i = 0; i < 3; i++) {
        call_get(&s, 2);
    }
    call_failed(&s, 2, MP_OP_QUEUE_GET, EPIPE);
    says(s, SAY_CLOSED_EMPTY,
         "consumer found jobs closed and empty: it knows that it has everything.");
    words_are(s, 2, "found jobs closed", "runs");
    cell_is(s, "end");
    story_child(&s, 3, "consumer-2"); // it took none: it has not everything
    call_failed(&s, 3, MP_OP_QUEUE_GET, EPIPE);
    says(s, SAY_CLOSED_EMPTY,
         "consumer-2 found jobs closed and empty: it knows that nothing more comes.");
    call_failed(&s, 1, MP_OP_QUEUE_PUT, EPIPE);
    says(s, SAY_REFUSED, "producer could not put: jobs is closed.");
    story_end(&s);
}
END_TEST

START_TEST(closed_when_it_is_empty)
{
    struct story s = story_queue("int");

    call_done(&s, 1, MP_OP_QUEUE_CLOSE, 0, 0);
    says(s, SAY_CLOSED, "producer closed jobs: nothing more comes.");
    story_end(&s);
}
END_TEST

START_TEST(queue_that_does_not_wait)
{
    struct story s = story_queue("int");

    call_failed(&s, 2, MP_OP_QUEUE_GET, EAGAIN);
    says(s, SAY_REFUSED, "consumer found jobs empty, and did not wait.");
    cell_is(s, "no");
    call_failed(&s, 1, MP_OP_QUEUE_PUT, EAGAIN);
    says(s, SAY_REFUSED, "producer found jobs full, and did not wait.");
    call_failed(&s, 1, MP_OP_QUEUE_PUT, ETIMEDOUT);
    says(s, SAY_TIMED_OUT, "producer stopped waiting for jobs: the time was over.");
    story_end(&s);
}
END_TEST

START_TEST(items_that_are_worked_on)
{
    struct story s = story_queue("int");

    call_put(&s, 1, 0);
    call_put(&s, 1, 1);
    call_wanted(&s, 1, MP_OP_QUEUE_JOIN, 0);
    says(s, SAY_BLOCKED_ITEMS,
         "producer is BLOCKED: 2 items of jobs have not been worked on yet.");
    call_get(&s, 2);
    call_done(&s, 2, MP_OP_QUEUE_DONE, 0, 0);
    says(s, SAY_ITEM_DONE, "consumer has worked on one item of jobs. 1 is still open.");
    call_get(&s, 2);
    call_done(&s, 2, MP_OP_QUEUE_DONE, 0, 0);
    call_done(&s, 1, MP_OP_QUEUE_JOIN, 0, 0);
    says(s, SAY_ITEMS_DONE,
         "producer knows now: all that was put into jobs has been worked on.");
    call_failed(&s, 1, MP_OP_QUEUE_JOIN, EOWNERDEAD);
    says(s, SAY_REFUSED, "producer was told: somebody died with items of jobs in hand.");
    story_end(&s);
}
END_TEST

START_TEST(who_is_blocked_in_the_order_of_waiting)
{
    struct story s = story_queue("int");
    uint16_t slots[4];

    story_child(&s, 3, "consumer-2");
    story_child(&s, 4, "consumer-3");
    call_wanted(&s, 4, MP_OP_QUEUE_GET, 0);
    call_wanted(&s, 2, MP_OP_QUEUE_GET, 0);
    call_wanted(&s, 3, MP_OP_QUEUE_GET, 0);
    ck_assert_uint_eq(model_blocked(s.model, STORY_THING, MP_OP_QUEUE_GET, slots, 4), 3);
    ck_assert_uint_eq(slots[0], 4);
    ck_assert_uint_eq(slots[1], 2);
    ck_assert_uint_eq(slots[2], 3);
    ck_assert_uint_eq(model_blocked(s.model, STORY_THING, MP_OP_QUEUE_GET, slots, 2), 3);
    ck_assert_uint_eq(slots[0], 4);
    ck_assert_uint_eq(model_blocked(s.model, STORY_THING, MP_OP_QUEUE_PUT, NULL, 0), 0);
    story_end(&s);
}
END_TEST

START_TEST(how_full_it_was)
{
    struct story s = story_queue("int");
    uint64_t inside;
    static const uint64_t depths[] = {1, 2, 1, 1, 2};

    call_put(&s, 1, 0);
    call_put(&s, 1, 1);
    call_get(&s, 2);
    call_failed(&s, 2, MP_OP_QUEUE_PUT, EAGAIN); // changes nothing
    call_put(&s, 1, 2);
    for (size_t i = 0; i < 5; i++) {
        ck_assert(model_inside_after(s.model, i, STORY_THING, &inside));
        ck_assert_uint_eq(inside, depths[i]);
    }
    story_end(&s);
}
END_TEST

START_TEST(free_run_tells_no_story_of_a_queue)
{
    struct story s = story_queue("int");

    s.free = true;
    call_put(&s, 1, 0);
    call_get(&s, 2);
    call_done(&s, 1, MP_OP_QUEUE_CLOSE, 0, 0);
    ck_assert_uint_eq(story_count(&s, SAY_PUT), 0);
    ck_assert_uint_eq(story_count(&s, SAY_TOOK), 0);
    ck_assert_uint_eq(story_count(&s, SAY_CLOSED), 0);
    story_end(&s);
}
END_TEST

/* --- semaphores, events, conditions, pipes, barriers -------------------------------------- */

START_TEST(semaphore)
{
    struct story s = story_thing(MP_KIND_SEMAPHORE, 0, 2, "slots");

    call_done(&s, 1, MP_OP_SEM_ACQUIRE, 0, 0);
    says(s, SAY_PERMIT, "runner-1 has a permit of slots now. 1 is left.");
    call_done(&s, 2, MP_OP_SEM_ACQUIRE, 0, 0);
    says(s, SAY_PERMIT, "runner-2 has a permit of slots now. None is left.");
    call_wanted(&s, 0, MP_OP_SEM_ACQUIRE, 0);
    says(s, SAY_BLOCKED_PERMIT,
         "main is BLOCKED: it wants a permit of slots, and none is left.");
    words_are(s, 0, "started runner-2", "get slots");
    call_done(&s, 1, MP_OP_SEM_RELEASE, 0, 2);
    says(s, SAY_PERMIT_BACK, "runner-1 gave 2 permits of slots back. 2 are free.");
    call_failed(&s, 1, MP_OP_SEM_RELEASE, EOVERFLOW);
    says(s, SAY_REFUSED, "runner-1 gave slots back once too often: refused.");
    call_failed(&s, 1, MP_OP_SEM_ACQUIRE, EAGAIN);
    says(s, SAY_REFUSED, "runner-1 looked at slots: it would have to wait, and did not.");
    story_end(&s);
}
END_TEST

START_TEST(lock_that_its_owner_may_take_again)
{
    struct story s = story_thing(MP_KIND_RLOCK, 0, 0, "tree");

    call_done(&s, 1, MP_OP_LOCK_ACQUIRE, 0, 1);
    says(s, SAY_ACQUIRED, "runner-1 has tree now. Nobody else can take it.");
    call_done(&s, 1, MP_OP_LOCK_ACQUIRE, 0, 2);
    says(s, SAY_AGAIN, "runner-1 took tree again, and has it 2 times now.");
    call_done(&s, 1, MP_OP_LOCK_RELEASE, 0, 3);
    says(s, SAY_AGAIN, "runner-1 gave tree back once, and has it 1 time still.");
    call_done(&s, 1, MP_OP_LOCK_RELEASE, 0, 4);
    says(s, SAY_RELEASED, "runner-1 gave tree back.");
    story_end(&s);
}
END_TEST

START_TEST(event)
{
    struct story s = story_thing(MP_KIND_EVENT, 0, 0, "go");

    call_wanted(&s, 1, MP_OP_EVENT_WAIT, 0);
    says(s, SAY_BLOCKED_EVENT, "runner-1 is BLOCKED: it waits until somebody sets go.");
    call_done(&s, 0, MP_OP_EVENT_SET, 0, 0);
    says(s, SAY_EVENT_SET, "main set go: all who wait for it can go on.");
    call_done(&s, 1, MP_OP_EVENT_WAIT, 0, 0);
    says(s, SAY_EVENT_SEEN, "runner-1 saw that go was set: it goes on.");
    call_done(&s, 0, MP_OP_EVENT_CLEAR, 0, 0);
    says(s, SAY_EVENT_CLEARED, "main cleared go: who waits for it from now on sleeps.");
    call_failed(&s, 2, MP_OP_EVENT_WAIT, ETIMEDOUT);
    says(s, SAY_TIMED_OUT, "runner-2 stopped waiting for go: the time was over.");
    story_end(&s);
}
END_TEST

// Called before it could say that it sleeps: now it is the lock that it waits for.
START_TEST(condition_called_at_once)
{
    struct story s = story_thing(MP_KIND_CONDITION, STORY_THING_LOCK, 0, "not_empty");

    story_create(&s, STORY_THING_LOCK, MP_KIND_LOCK, 2048, 64, "guard", "");
    call_done(&s, 1, MP_OP_COND_WAIT, 0, 0);
    story_tell(&s, 2,
               (struct mp_deed){.op = MP_OP_LOCK_ACQUIRE,
                                .info = MP_DONE | MP_INFO_STEP,
                                .object = STORY_THING_LOCK,
                                .value = 1});
    call_done(&s, 2, MP_OP_COND_NOTIFY, 1, 0);
    call_wanted(&s, 1, MP_OP_COND_WAKE, 0);
    says(s, SAY_BLOCKED_CALLED,
         "runner-1 is BLOCKED: it wants guard back, and runner-2 has it.");
    story_end(&s);
}
END_TEST

START_TEST(condition)
{
    struct story s = story_thing(MP_KIND_CONDITION, STORY_THING_LOCK, 0, "not_empty");

    story_create(&s, STORY_THING_LOCK, MP_KIND_LOCK, 2048, 64, "guard", "");
    call_done(&s, 1, MP_OP_COND_WAIT, 0, 0);
    says(s, SAY_SLEEPS, "runner-1 sleeps in not_empty until somebody calls it.");
    adds(s, SAY_SLEEPS,
         "It has given guard back: else nobody could change what it waits for.");
    call_wanted(&s, 1, MP_OP_COND_WAKE, 0);
    char why[120];
    ck_assert(model_why_not(s.model, 1, why, sizeof why));
    ck_assert_str_eq(why, "runner-1 sleeps in not_empty, and nobody has called it");
    story_tell(&s, 2,
               (struct mp_deed){.op = MP_OP_LOCK_ACQUIRE,
                                .info = MP_DONE | MP_INFO_STEP,
                                .object = STORY_THING_LOCK,
                                .value = 1});
    call_done(&s, 2, MP_OP_COND_NOTIFY, 1, 0);
    says(s, SAY_CALLED, "runner-2 called runner-1 out of not_empty.");
    ck_assert(model_why_not(s.model, 1, why, sizeof why));
    ck_assert_str_eq(why, "runner-1 wants guard back, and runner-2 has it");
    call_done(&s, 2, MP_OP_COND_NOTIFY, MP_NOBODY, 0);
    says(s, SAY_CALLED, "runner-2 called not_empty, and nobody slept in it.");
    call_done(&s, 1, MP_OP_COND_WAKE, 0, 0);
    says(s, SAY_WOKE, "runner-1 is awake again, and has guard.");
    call_failed(&s, 1, MP_OP_COND_WAIT, EPERM);
    says(s, SAY_REFUSED, "runner-1 has not the lock of not_empty: refused.");
    story_end(&s);
}
END_TEST

START_TEST(pipe_and_barrier)
{
    struct story s = story_thing(MP_KIND_PIPE, 0, 0, "line");

    call_done(&s, 1, MP_OP_PIPE_SEND, 0, 12);
    says(s, SAY_SENT, "runner-1 sent 12 bytes into line.");
    call_done(&s, 2, MP_OP_PIPE_RECV, 1, 12);
    says(s, SAY_RECEIVED, "runner-2 received 12 bytes from line.");
    call_wanted(&s, 2, MP_OP_PIPE_RECV, 0);
    says(s, SAY_BLOCKED_MESSAGE, "runner-2 is BLOCKED: it waits for a message in line.");
    call_done(&s, 1, MP_OP_PIPE_CLOSE, 0, 0);
    says(s, SAY_PIPE_CLOSED, "runner-1 closed its end of line.");
    call_failed(&s, 2, MP_OP_PIPE_RECV, EPIPE);
    says(s, SAY_REFUSED, "runner-2 found nobody at the other end of line any more.");
    story_end(&s);
    s = story_thing(MP_KIND_BARRIER, 2, 0, "start");
    call_done(&s, 0, MP_OP_BARRIER_RESET, 0, 1);
    says(s, SAY_BARRIER_BROKEN,
         "main broke start: who waits there, or comes, is refused.");
    call_done(&s, 0, MP_OP_BARRIER_RESET, 0, 0);
    says(s, SAY_BARRIER_RESET, "main reset start: it is as new.");
    story_end(&s);
}
END_TEST

/* --- stuck ------------------------------------------------------------------------------- */

static const struct {
    enum mp_kind kind;
    uint32_t parties;
    enum mp_op op;
    const char *one, *two;
} hopeless[] = {
    {MP_KIND_QUEUE, 4, MP_OP_QUEUE_GET,
     "STUCK: runner-1 waits for an item, and nobody is left who could put one.",
     "STUCK: 2 processes wait for an item, and nobody is left who could put one."},
    {MP_KIND_QUEUE, 0, MP_OP_QUEUE_PUT,
     "STUCK: runner-1 waits for room, and nobody is left who could make it.",
     "STUCK: 2 processes wait for room, and nobody is left who could make it."},
    {MP_KIND_SEMAPHORE, 0, MP_OP_SEM_ACQUIRE,
     "STUCK: runner-1 wants a permit, and nobody is left who could give one back.", NULL},
    {MP_KIND_EVENT, 0, MP_OP_EVENT_WAIT,
     "STUCK: runner-1 waits for an event, and nobody is left who could set it.", NULL},
    {MP_KIND_PIPE, 0, MP_OP_PIPE_RECV,
     "STUCK: runner-1 waits for a message, and nobody is left who could send one.", NULL},
};

START_TEST(nobody_is_left)
{
    struct story s = story_thing(hopeless[_i].kind, hopeless[_i].parties, 0, "thing");

    story_want(&s, 0, MP_OP_JOIN, 1); // that it waits too is no reason
    call_wanted(&s, 1, hopeless[_i].op, 0);
    model_stuck(s.model);
    says(s, SAY_STUCK, hopeless[_i].one);
    if (hopeless[_i].two != NULL) {
        call_wanted(&s, 2, hopeless[_i].op, 0);
        model_stuck(s.model);
        says(s, SAY_STUCK, hopeless[_i].two);
    }
    story_end(&s);
}
END_TEST

START_TEST(different_reasons_are_all_told)
{
    struct story s = story_queue("int");

    story_create(&s, STORY_LOCK, MP_KIND_LOCK, 512, 64, "a_lock", "");
    story_acquire(&s, 1);
    call_wanted(&s, 1, MP_OP_QUEUE_GET, 0);
    story_want(&s, 2, MP_OP_LOCK_ACQUIRE, STORY_LOCK);
    model_stuck(s.model);
    const char *text = story_said(&s, SAY_STUCK)->text;
    ck_assert_msg(strncmp(text, "STUCK for ever: producer waits for an item", 42) == 0,
                  "%s", text);
    story_end(&s);
}
END_TEST

int main(void)
{
    const struct suite_test tests[] = {
        {.test = put_and_taken},
        {.test = item_by_its_type, .to = sizeof typed / sizeof *typed},
        {.test = full_and_empty},
        {.test = long_names_have_the_short_form},
        {.test = closed},
        {.test = closed_when_it_is_empty},
        {.test = queue_that_does_not_wait},
        {.test = items_that_are_worked_on},
        {.test = who_is_blocked_in_the_order_of_waiting},
        {.test = how_full_it_was},
        {.test = free_run_tells_no_story_of_a_queue},
        {.test = semaphore},
        {.test = lock_that_its_owner_may_take_again},
        {.test = event},
        {.test = condition},
        {.test = condition_called_at_once},
        {.test = pipe_and_barrier},
        {.test = nobody_is_left, .to = sizeof hopeless / sizeof *hopeless},
        {.test = different_reasons_are_all_told},
    };

    return suite_run("calls narration", tests, sizeof tests / sizeof *tests);
}
