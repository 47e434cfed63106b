// SPDX-License-Identifier: MIT
// Tests of data races: what each kind of call orders, and what it does not.
#include "suite.h"
#include "unit/races_story.h"

#include <errno.h>

enum { OTHER_OBJECT = 4 };

struct call {
    enum mp_op op;
    enum mp_phase phase;
    unsigned flags;
    uint32_t offset;
    uint64_t value;
};

static void calls(struct story *s, unsigned slot, const struct call *call, unsigned object)
{
    if (call->op != MP_OP_NONE) {
        story_tell(s, slot,
                   (struct mp_deed){.op = (uint8_t)call->op,
                                    .info = (uint8_t)(call->phase | call->flags),
                                    .object = (uint16_t)object,
                                    .offset = call->offset,
                                    .value = call->value});
    }
}

#define NO_CALL CALL(MP_OP_NONE, MP_DONE)
#define CALL(does, how) CALL_OF(does, how, 0, 0, 0)
#define CALL_OF(does, how, more, at, number)                                             \
    {                                                                                    \
        .op = (does), .phase = (how), .flags = (more), .offset = (at), .value = (number) \
    }

// What one does behind its write and what the other does before its own: ordered by that.
// `open` is done by SECOND to begin with. A table is read by its rows.
/* clang-format off */
static const struct order {
    const char *name;
    enum mp_kind kind;
    uint32_t parties, arrived;
    struct call open, gives, takes;
    struct call no_gift; // does not pass it on to SECOND
} orders[] = {
    {"lock", MP_KIND_LOCK, 0, 0, NO_CALL,
     CALL(MP_OP_LOCK_RELEASE, MP_DONE), CALL(MP_OP_LOCK_ACQUIRE, MP_DONE),
     CALL(MP_OP_LOCK_ACQUIRE, MP_DONE)},
    {"lock tried", MP_KIND_LOCK, 0, 0, NO_CALL,
     CALL(MP_OP_LOCK_RELEASE, MP_DONE), CALL(MP_OP_LOCK_TRY, MP_DONE),
     CALL_OF(MP_OP_LOCK_TRY, MP_FAILED, 0, 0, EAGAIN)},
    {"semaphore", MP_KIND_SEMAPHORE, 0, 0, NO_CALL,
     CALL_OF(MP_OP_SEM_RELEASE, MP_DONE, 0, 0, 1), CALL(MP_OP_SEM_ACQUIRE, MP_DONE),
     CALL_OF(MP_OP_SEM_RELEASE, MP_FAILED, 0, 0, EOVERFLOW)},
    {"event", MP_KIND_EVENT, 0, 0, NO_CALL,
     CALL(MP_OP_EVENT_SET, MP_DONE), CALL(MP_OP_EVENT_WAIT, MP_DONE),
     CALL(MP_OP_EVENT_CLEAR, MP_DONE)},
    {"condition", MP_KIND_CONDITION, STORY_LOCK, 0, CALL(MP_OP_COND_WAIT, MP_DONE),
     CALL_OF(MP_OP_COND_NOTIFY, MP_DONE, 0, SECOND, 0), CALL(MP_OP_COND_WAKE, MP_DONE),
     CALL_OF(MP_OP_COND_NOTIFY, MP_DONE, 0, MP_NOBODY, 0)},
    {"queue", MP_KIND_QUEUE, 4, 0, NO_CALL,
     CALL_OF(MP_OP_QUEUE_PUT, MP_DONE, 0, 0, 7), CALL_OF(MP_OP_QUEUE_GET, MP_DONE, 0, 0, 7),
     CALL_OF(MP_OP_QUEUE_PUT, MP_DONE, 0, 1, 7)},
    {"queue closed", MP_KIND_QUEUE, 4, 0, NO_CALL,
     CALL(MP_OP_QUEUE_CLOSE, MP_DONE), CALL_OF(MP_OP_QUEUE_GET, MP_FAILED, 0, 0, EPIPE),
     NO_CALL},
    {"queue with one place", MP_KIND_QUEUE, 1, 0, CALL_OF(MP_OP_QUEUE_PUT, MP_DONE, 0, 0, 7),
     CALL_OF(MP_OP_QUEUE_GET, MP_DONE, 0, 0, 7), CALL_OF(MP_OP_QUEUE_PUT, MP_DONE, 0, 1, 8),
     NO_CALL},
    {"queue joined", MP_KIND_QUEUE, 4, 0, NO_CALL,
     CALL(MP_OP_QUEUE_DONE, MP_DONE), CALL(MP_OP_QUEUE_JOIN, MP_DONE),
     CALL_OF(MP_OP_QUEUE_DONE, MP_FAILED, 0, 0, EOVERFLOW)},
    {"pool", MP_KIND_POOL, 2, 0, NO_CALL,
     CALL_OF(MP_OP_TASKS_GIVE, MP_DONE, 0, 0, 2), CALL_OF(MP_OP_TASK_TAKE, MP_DONE, 0, 0, 1),
     NO_CALL},
    {"pool closed", MP_KIND_POOL, 2, 0, NO_CALL,
     CALL_OF(MP_OP_POOL_CLOSE, MP_DONE, 0, 0, MP_POOL_CLOSED),
     CALL_OF(MP_OP_TASK_TAKE, MP_FAILED, 0, 0, EPIPE), NO_CALL},
    {"pipe", MP_KIND_PIPE, 0, 0, NO_CALL,
     CALL_OF(MP_OP_PIPE_SEND, MP_DONE, 0, 0, 4), CALL_OF(MP_OP_PIPE_RECV, MP_DONE, 0, 1, 4),
     CALL_OF(MP_OP_PIPE_SEND, MP_DONE, 0, 1, 4)},
    {"pipe looked into", MP_KIND_PIPE, 0, 0, NO_CALL,
     CALL_OF(MP_OP_PIPE_SEND, MP_DONE, 0, 0, 4), CALL_OF(MP_OP_PIPE_RECV, MP_FAILED, 0, 1, 0),
     NO_CALL},
    {"pipe closed", MP_KIND_PIPE, 0, 0, NO_CALL,
     CALL_OF(MP_OP_PIPE_CLOSE, MP_DONE, 0, 0, 0), CALL_OF(MP_OP_PIPE_RECV, MP_FAILED, 0, 1, EPIPE),
     NO_CALL},
    {"barrier", MP_KIND_BARRIER, 2, 0, NO_CALL,
     CALL(MP_OP_BARRIER_WAIT, MP_WANT), CALL(MP_OP_BARRIER_WAIT, MP_WANT), NO_CALL},
    {"barrier with an action", MP_KIND_BARRIER, 2, 0, NO_CALL,
     CALL(MP_OP_BARRIER_WAIT, MP_WANT),
     CALL_OF(MP_OP_BARRIER_WAIT, MP_WANT, MP_INFO_LAST | MP_INFO_TRY, 0, UINT64_MAX),
     NO_CALL},
    {"barrier broken", MP_KIND_BARRIER, 3, 0, CALL(MP_OP_BARRIER_WAIT, MP_WANT),
     CALL_OF(MP_OP_BARRIER_RESET, MP_DONE, 0, 0, 1),
     CALL_OF(MP_OP_BARRIER_WAIT, MP_FAILED, 0, 0, ENOTRECOVERABLE),
     CALL_OF(MP_OP_BARRIER_WAIT, MP_FAILED, 0, 0, ENOTRECOVERABLE)},
};

/* clang-format on */

enum { ORDERS = sizeof orders / sizeof *orders };

static void make(struct story *s, unsigned object, const struct order *order)
{
    story_tell(s, 0,
               (struct mp_deed){.op = MP_OP_CREATE,
                                .info = MP_DONE,
                                .object = (uint16_t)object,
                                .offset = 1024 * object,
                                .place = order->parties,
                                .value = 64 | (uint64_t)order->arrived << 32 |
                                         (uint64_t)order->kind << 56});
    story_name(s, 0, MP_NAME_OF_OBJECT, object, "it");
}

START_TEST(each_kind_of_call_orders_who_passes_on_and_who_takes)
{
    const struct order *order = &orders[_i];
    struct story s = two();
    make(&s, CALLED, order);
    calls(&s, SECOND, &order->open, CALLED);
    writes(&s, FIRST);
    calls(&s, FIRST, &order->gives, CALLED);
    calls(&s, SECOND, &order->takes, CALLED);
    writes(&s, SECOND);
    ck_assert_msg(found(&s) == 0, "%s does not order them", order->name);
    story_end(&s);
}
END_TEST

// The same calls, and the write stands behind them: that is passed on to nobody.
START_TEST(what_is_done_after_passing_on_is_not_ordered)
{
    const struct order *order = &orders[_i];
    struct story s = two();
    make(&s, CALLED, order);
    calls(&s, SECOND, &order->open, CALLED);
    calls(&s, FIRST, &order->gives, CALLED);
    calls(&s, SECOND, &order->takes, CALLED);
    writes(&s, FIRST);
    writes(&s, SECOND);
    ck_assert_msg(found(&s) == 1, "%s orders what came after it", order->name);
    story_end(&s);
}
END_TEST

START_TEST(another_object_or_a_call_that_passes_nothing_on_orders_nothing)
{
    const struct order *order = &orders[_i];
    struct story s = two();
    make(&s, CALLED, order);
    make(&s, OTHER_OBJECT, order);
    calls(&s, SECOND, &order->open, CALLED);
    writes(&s, FIRST);
    calls(&s, FIRST, &order->no_gift, CALLED);
    calls(&s, FIRST, &order->gives, OTHER_OBJECT);
    if (order->kind != MP_KIND_CONDITION && order->kind != MP_KIND_BARRIER) {
        calls(&s, SECOND, &order->takes, CALLED);
        writes(&s, SECOND);
        ck_assert_msg(found(&s) == 1, "%s orders without being used", order->name);
    }
    story_end(&s);
}
END_TEST

// Who had the lock died with it. The one who gets it is told so, and knows what was done.
START_TEST(a_recovered_lock_orders_behind_the_dead)
{
    enum { KILLED, ENDED, NOT_TOLD_YET, WAYS };
    for (int way = KILLED; way < WAYS; way++) {
        struct story s = story_locked();
        story_acquire(&s, 1);
        writes(&s, 1);
        if (way == KILLED) {
            story_life(&s, 1, MP_OP_DIE, 0, -9, true);
        } else if (way == ENDED) {
            story_life(&s, 1, MP_OP_END, 0, 0, false);
        }
        story_lock(&s, 2, MP_OP_LOCK_ACQUIRE, MP_DONE_RECOVERED, 0);
        writes(&s, 2);
        ends_with(&s, 0);
    }
    struct story s = story_locked();
    writes(&s, 1);
    story_life(&s, 1, MP_OP_DIE, 0, -9, true);
    story_acquire(&s, 2); // it had no lock: nothing tells of it
    writes(&s, 2);
    ends_with(&s, 1);
}
END_TEST

START_TEST(start_and_join_order_parent_and_child)
{
    struct story s = story_begin(MP_GRAIN_MEMORY);
    writes(&s, 0);
    story_child(&s, FIRST, "first");
    writes(&s, FIRST);
    story_life(&s, FIRST, MP_OP_END, 0, 0, false);
    story_life(&s, 0, MP_OP_JOIN, FIRST, 0, false);
    reads(&s, 0);
    story_child(&s, SECOND, "second"); // after the first: ordered by main
    writes(&s, SECOND);
    ck_assert_uint_eq(found(&s), 0);
    reads(&s, 0); // the second has not been joined
    ends_with(&s, 1);
}
END_TEST

// The entry of who ended is used again: what it knew is not known to the new one.
START_TEST(who_gets_the_place_of_another_knows_nothing_of_it)
{
    struct story s = two();
    story_create(&s, STORY_LOCK, MP_KIND_LOCK, 512, 64, "lock", "");
    writes(&s, FIRST);
    story_release(&s, FIRST);
    story_acquire(&s, SECOND); // the second knows of that write
    story_life(&s, SECOND, MP_OP_END, 0, 0, false);
    story_life(&s, 0, MP_OP_MAKE, SECOND, 2, false);
    story_life(&s, 0, MP_OP_START, SECOND, 4800, false);
    story_life(&s, SECOND, MP_OP_BEGIN, 0, 4800, false);
    writes(&s, SECOND);
    ends_with(&s, 1);
}
END_TEST

// --- more about single kinds -----------------------------------------------------------------

// Two permits: who got the other one did not have to wait for anybody.
START_TEST(a_permit_that_was_always_there_orders_nothing)
{
    for (uint32_t permits = 1; permits <= 2; permits++) {
        const struct order semaphore = {
            .kind = MP_KIND_SEMAPHORE, .parties = 0, .arrived = permits};
        const struct call gets = CALL(MP_OP_SEM_ACQUIRE, MP_DONE);
        const struct call gives = CALL_OF(MP_OP_SEM_RELEASE, MP_DONE, 0, 0, 1);
        struct story s = two();
        make(&s, CALLED, &semaphore);
        calls(&s, FIRST, &gets, CALLED);
        writes(&s, FIRST);
        calls(&s, FIRST, &gives, CALLED);
        calls(&s, SECOND, &gets, CALLED);
        writes(&s, SECOND);
        ends_with(&s, permits - 1);
    }
}
END_TEST

START_TEST(an_item_orders_its_own_putter_and_taker_only)
{
    const struct order queue = {.kind = MP_KIND_QUEUE, .parties = 8, .arrived = 0};
    const struct call puts[] = {CALL_OF(MP_OP_QUEUE_PUT, MP_DONE, 0, 0, 1),
                                CALL_OF(MP_OP_QUEUE_PUT, MP_DONE, 0, 1, 2)};
    const struct call gets[] = {CALL_OF(MP_OP_QUEUE_GET, MP_DONE, 0, 0, 1),
                                CALL_OF(MP_OP_QUEUE_GET, MP_DONE, 0, 1, 2)};
    struct story s = two();
    make(&s, CALLED, &queue);
    calls(&s, FIRST, &puts[0], CALLED);
    writes(&s, FIRST);
    calls(&s, FIRST, &puts[1], CALLED);
    calls(&s, SECOND, &gets[0], CALLED); // put before the write
    reads(&s, SECOND);
    ck_assert_uint_eq(found(&s), 1);
    calls(&s, SECOND, &gets[1], CALLED);
    reads(&s, SECOND);
    ends_with(&s, 1);
}
END_TEST

START_TEST(tasks_of_two_workers_are_not_ordered_and_their_owner_sees_both)
{
    const struct order pool = {.kind = MP_KIND_POOL, .parties = 2, .arrived = 0};
    const struct call gives = CALL_OF(MP_OP_TASKS_GIVE, MP_DONE, 0, 0, 2);
    const struct call takes = CALL_OF(MP_OP_TASK_TAKE, MP_DONE, 0, 0, 1);
    const struct call ends = CALL_OF(MP_OP_TASK_FINISH, MP_DONE, 0, 0, 1);
    struct story s = two();
    make(&s, CALLED, &pool);
    writes(&s, 0);
    calls(&s, 0, &gives, CALLED);
    calls(&s, FIRST, &takes, CALLED);
    writes(&s, FIRST);
    calls(&s, FIRST, &ends, CALLED);
    ck_assert_uint_eq(found(&s), 0);
    calls(&s, SECOND, &takes, CALLED);
    writes(&s, SECOND);
    ck_assert_uint_eq(found(&s), 1);
    calls(&s, SECOND, &ends, CALLED);
    reads(&s, 0);
    ends_with(&s, 1);
}
END_TEST

// Rounds follow each other: what is done between two of them is not ordered.
START_TEST(a_barrier_orders_rounds_and_not_what_is_inside_one)
{
    const struct order barrier = {.kind = MP_KIND_BARRIER, .parties = 2, .arrived = 0};
    const struct call comes = CALL(MP_OP_BARRIER_WAIT, MP_WANT);
    struct story s = two();
    make(&s, CALLED, &barrier);
    for (int round = 0; round < 3; round++) {
        unsigned slot = round % 2 == 0 ? FIRST : SECOND;
        writes(&s, slot);
        calls(&s, FIRST, &comes, CALLED);
        calls(&s, SECOND, &comes, CALLED);
    }
    ck_assert_uint_eq(found(&s), 0);
    writes(&s, FIRST);
    writes(&s, SECOND);
    ends_with(&s, 1);
}
END_TEST

// Four use a barrier of two: the second round's action comes after the first one's.
START_TEST(actions_of_two_rounds_are_ordered)
{
    const struct order barrier = {.kind = MP_KIND_BARRIER, .parties = 2};
    const struct call comes = CALL(MP_OP_BARRIER_WAIT, MP_WANT);
    const struct call acts =
        CALL_OF(MP_OP_BARRIER_WAIT, MP_WANT, MP_INFO_LAST | MP_INFO_TRY, 0, UINT64_MAX);
    struct story s = two();
    story_child(&s, 3, "third");
    story_child(&s, 4, "fourth");
    make(&s, CALLED, &barrier);
    for (unsigned slot = 1; slot <= 4; slot++) {
        if (slot % 2 == 0) {
            calls(&s, slot, &acts, CALLED);
            writes(&s, slot);
        }
        calls(&s, slot, &comes, CALLED);
    }
    ck_assert_uint_eq(found(&s), 0);
    reads(&s, 3); // was in the second round
    ck_assert_uint_eq(found(&s), 0);
    reads(&s, 1); // was in the first one only
    ends_with(&s, 1);
}
END_TEST

int main(void)
{
    const struct suite_test tests[] = {
        {.test = each_kind_of_call_orders_who_passes_on_and_who_takes, .to = ORDERS},
        {.test = what_is_done_after_passing_on_is_not_ordered, .to = ORDERS},
        {.test = another_object_or_a_call_that_passes_nothing_on_orders_nothing,
         .to = ORDERS},
        {.test = a_recovered_lock_orders_behind_the_dead},
        {.test = start_and_join_order_parent_and_child},
        {.test = who_gets_the_place_of_another_knows_nothing_of_it},
        {.test = a_permit_that_was_always_there_orders_nothing},
        {.test = an_item_orders_its_own_putter_and_taker_only},
        {.test = tasks_of_two_workers_are_not_ordered_and_their_owner_sees_both},
        {.test = actions_of_two_rounds_are_ordered},
        {.test = a_barrier_orders_rounds_and_not_what_is_inside_one},
    };
    return suite_run("races", tests, sizeof tests / sizeof *tests);
}
