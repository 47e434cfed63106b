// SPDX-License-Identifier: MIT
// Tests of futures and of results one by one: what is told when, what can be cancelled, what
// callbacks may do, how far ahead the input is read.
#include "pool_job.h"

enum { MANY = 3000 };

START_TEST(misuse_has_an_answer_each)
{
    mp_pool *pool = new_pool(1);
    mp_future *future;
    mp_iter *iter;
    int item = 3;
    long result;
    size_t index;

    ck_assert_int_eq(mp_pool_submit(pool, square, &item, long, NULL), -EINVAL);
    ck_assert_int_eq(mp_pool_map_async(pool, square, &item, 0, long, 1, &future), -EINVAL);
    ck_assert_int_eq(mp_pool_imap(pool, square, &item, 1, long, NULL, NULL), -EINVAL);
    ck_assert_int_eq(mp_future_wait(NULL, 0), -EINVAL);
    ck_assert_int_eq(mp_future_state(NULL), -EINVAL);
    ck_assert_int_eq(mp_future_cancel(NULL), -EINVAL);
    ck_assert_int_eq(mp_future_destroy(NULL), 0);
    ck_assert_int_eq(mp_iter_next(NULL, &result, NULL, 0), -EINVAL);
    ck_assert_int_eq(mp_iter_destroy(NULL), 0);
    ck_assert_int_eq(mp_futures_wait(NULL, 1, MP_ALL_DONE, 0), -EINVAL);
    ck_assert_int_eq(mp_futures_wait(NULL, 0, MP_ALL_DONE, 0), 0);
    ck_assert_int_eq(mp_futures_next(NULL, 0, &index, 0), -ENOENT);
    ck_assert_int_eq(mp_pool_submit(pool, square, &item, long, &future), 0);
    ck_assert_int_eq(mp_future_wait(future, -2), -EINVAL);
    ck_assert_int_eq(mp_future_on_done(future, NULL, NULL), -EINVAL);
    ck_assert_int_eq(mp_future_wait(future, MP_FOREVER), 0);
    ck_assert_int_eq(mp_future_result(future, &result, 4), -EMSGSIZE);
    ck_assert_int_eq(mp_future_result(future, NULL, 8), -EINVAL);
    ck_assert_int_eq(mp_future_result(future, &result, 8), 0);
    ck_assert_int_eq(result, 9);
    ck_assert_int_eq(mp_future_destroy(future), 0);
    ck_assert_int_eq(mp_pool_close(pool), 0);
    ck_assert_int_eq(mp_pool_submit(pool, square, &item, long, &future), -EPIPE);
    ck_assert_int_eq(mp_pool_imap(pool, square, &item, 1, long, NULL, &iter), -EPIPE);
    end_pool(pool);
}
END_TEST

START_TEST(a_future_is_pending_running_done)
{
    mp_pool *pool = new_pool(1);
    _Atomic int *flag = MP_SHARED(_Atomic int);
    struct order orders[] = {{WAIT, 3, flag}, {FAIL, 5, NULL}};
    mp_future *futures[2];
    long result = -1;

    for (int i = 0; i < 2; i++) {
        ck_assert_int_eq(mp_pool_submit(pool, obey, &orders[i], long, &futures[i]), 0);
    }
    wait_until(mp_future_state(futures[0]) == MP_FUTURE_RUNNING);
    ck_assert_int_eq(mp_future_state(futures[1]), MP_FUTURE_PENDING);
    ck_assert_int_eq(mp_future_result(futures[0], &result, sizeof result), -EINPROGRESS);
    ck_assert_int_eq(mp_future_wait(futures[0], 0), -ETIMEDOUT);
    ck_assert_int_eq(mp_future_wait(futures[1], 20), -ETIMEDOUT);
    atomic_store(flag, 1);
    ck_assert_int_eq(mp_future_wait(futures[1], MP_FOREVER), 0);
    ck_assert_int_eq(mp_future_state(futures[0]), MP_FUTURE_DONE);
    ck_assert_int_eq(mp_future_result(futures[0], &result, sizeof result), 0);
    ck_assert_int_eq(result, 9);
    ck_assert_str_eq(mp_future_error(futures[0]), "");
    ck_assert_int_eq(mp_future_result(futures[1], &result, sizeof result), 5);
    ck_assert_str_eq(mp_future_error(futures[1]), "number 5 is bad");
    end_pool(pool); // what they have stays theirs
    ck_assert_int_eq(mp_future_result(futures[0], &result, sizeof result), 0);
    for (int i = 0; i < 2; i++) {
        ck_assert_int_eq(mp_future_destroy(futures[i]), 0);
    }
}
END_TEST

// Python counts what lies in its call queue as running: here only what a worker has.
START_TEST(only_what_a_worker_has_cannot_be_cancelled)
{
    mp_pool *pool = new_pool(1);
    _Atomic int *flag = MP_SHARED(_Atomic int);
    struct order order = {WAIT, 3, flag};
    mp_future *futures[5];
    long result;

    for (int i = 0; i < 5; i++) {
        ck_assert_int_eq(mp_pool_submit(pool, obey, &order, long, &futures[i]), 0);
    }
    wait_until(mp_future_state(futures[0]) == MP_FUTURE_RUNNING);
    ck_assert_int_eq(mp_future_cancel(futures[0]), -EBUSY);
    for (int i = 1; i < 4; i++) {
        ck_assert_int_eq(mp_future_cancel(futures[i]), 0);
        ck_assert_int_eq(mp_future_cancel(futures[i]), -EALREADY);
        ck_assert_int_eq(mp_future_state(futures[i]), MP_FUTURE_CANCELLED);
        ck_assert_int_eq(mp_future_result(futures[i], &result, sizeof result), -ECANCELED);
    }
    atomic_store(flag, 1);
    ck_assert_int_eq(mp_futures_wait(futures, 5, MP_ALL_DONE, MP_FOREVER), 5);
    ck_assert_int_eq(mp_future_result(futures[4], &result, sizeof result), 0);
    ck_assert_int_eq(mp_future_cancel(futures[4]), -EALREADY);
    for (int i = 0; i < 5; i++) {
        ck_assert_int_eq(mp_future_destroy(futures[i]), 0);
    }
    expect_counts(5);
    end_pool(pool);
}
END_TEST

// More than the ring holds: the rest waits in the owner's memory.
START_TEST(thousands_can_be_pending_and_cancelled)
{
    mp_pool *pool = new_pool(2);
    _Atomic int *flag = MP_SHARED(_Atomic int);
    struct order order = {WAIT, 1, flag};
    static mp_future *futures[MANY];
    long result;

    for (int i = 0; i < MANY; i++) {
        order.what = i < 2 ? WAIT : SQUARE;
        order.number = i;
        ck_assert_int_eq(mp_pool_submit(pool, obey, &order, long, &futures[i]), 0);
    }
    ck_assert_int_eq(mp_future_cancel(futures[MANY - 1]), 0);
    ck_assert_int_eq(mp_future_cancel(futures[500]), 0);
    ck_assert_int_eq(mp_future_destroy(futures[600]), 0);
    atomic_store(flag, 1);
    for (int i = 0; i < MANY; i++) {
        if (i == 600) {
            continue;
        }
        bool cancelled = i == MANY - 1 || i == 500;
        ck_assert_int_eq(mp_future_wait(futures[i], MP_FOREVER), 0);
        ck_assert_int_eq(mp_future_result(futures[i], &result, sizeof result),
                         cancelled ? -ECANCELED : 0);
        ck_assert(cancelled || result == (long)i * i);
        ck_assert_int_eq(mp_future_destroy(futures[i]), 0);
    }
    end_pool(pool);
}
END_TEST

struct calls {
    mp_pool *pool;
    mp_future *other;
    int order[8], count, refused;
    mp_future *futures[8];
};

static void called(mp_future *future, void *arg)
{
    struct calls *calls = arg;
    long result;
    int item = 1;

    ck_assert_int_eq(mp_future_state(future), MP_FUTURE_DONE);
    calls->futures[calls->count++] = future;
    calls->refused += mp_pool_terminate(calls->pool) == -EDEADLK;
    calls->refused += mp_pool_close(calls->pool) == -EDEADLK;
    calls->refused += mp_pool_join(calls->pool, 0) == -EDEADLK;
    calls->refused += mp_pool_destroy(calls->pool) == -EDEADLK;
    calls->refused += mp_pool_apply(calls->pool, square, &item, &result) == -EDEADLK;
    calls->refused += mp_future_destroy(future) == -EDEADLK;
}

// F13: a callback that ends the pool is refused, and the map finishes.
START_TEST(callbacks_come_once_and_may_not_call_into_the_pool)
{
    mp_pool *pool = new_pool(2);
    struct calls calls = {.pool = pool};
    _Atomic int *flag = MP_SHARED(_Atomic int);
    struct order order = {WAIT, 3, flag};
    mp_future *future;
    long result;

    ck_assert_int_eq(mp_pool_submit(pool, obey, &order, long, &future), 0);
    for (int i = 0; i < 3; i++) {
        ck_assert_int_eq(mp_future_on_done(future, called, &calls), 0);
    }
    ck_assert_int_eq(calls.count, 0);
    atomic_store(flag, 1);
    for (int i = 0; calls.count == 0; i++) { // inside some call of the owner
        ck_assert_int_lt(i, 10000);
        expect_squares(pool, 20, 1);
    }
    ck_assert_int_eq(calls.count, 3);
    ck_assert_int_eq(calls.refused, 18);
    ck_assert_int_eq(mp_future_result(future, &result, sizeof result), 0);
    ck_assert_int_eq(result, 9);
    ck_assert_int_eq(mp_future_destroy(future), 0);
    end_pool(pool);
}
END_TEST

static void count_call(mp_future *future, void *arg)
{
    (void)future;
    ++*(int *)arg;
}

START_TEST(a_callback_on_what_is_done_comes_at_once)
{
    mp_pool *pool = new_pool(1);
    int item = 3;
    int calls = 0;
    mp_future *future;

    ck_assert_int_eq(mp_pool_submit(pool, square, &item, long, &future), 0);
    ck_assert_int_eq(mp_future_wait(future, MP_FOREVER), 0);
    ck_assert_int_eq(mp_future_on_done(future, count_call, &calls), 0);
    ck_assert_int_eq(calls, 1);
    ck_assert_int_eq(mp_future_destroy(future), 0);
    end_pool(pool);
}
END_TEST

START_TEST(wait_for_the_first_for_the_first_error_for_all)
{
    mp_pool *pool = new_pool(3);
    _Atomic int *flag = MP_SHARED(_Atomic int);
    _Atomic int *second = MP_SHARED(_Atomic int);
    struct order orders[] = {{WAIT, 1, flag}, {WAIT, 2, second}, {SQUARE, 3, NULL}};
    mp_future *futures[3];
    size_t index = 9;

    for (int i = 0; i < 3; i++) {
        ck_assert_int_eq(mp_pool_submit(pool, obey, &orders[i], long, &futures[i]), 0);
    }
    ck_assert_int_eq(mp_futures_wait(futures, 3, MP_FIRST_DONE, MP_FOREVER), 1);
    ck_assert_int_eq(mp_futures_next(futures, 3, &index, MP_FOREVER), 0);
    ck_assert_uint_eq(index, 2);
    ck_assert_int_eq(mp_futures_next(futures, 3, &index, 30), -ETIMEDOUT);
    ck_assert_int_eq(mp_futures_wait(futures, 3, MP_FIRST_FAILED, 30), -ETIMEDOUT);
    pid_t pids[MP_PROCESSES];
    ck_assert_uint_eq(living(pids), 3);
    wait_until(table_entry()->taken == 3);
    for (unsigned slot = 1; slot < MP_PROCESSES; slot++) { // who has the second task
        if (mp_the_world->processes[slot].task == 2) {
            kill(mp_the_world->processes[slot].pid, SIGKILL);
        }
    }
    ck_assert_int_eq(mp_futures_wait(futures, 3, MP_FIRST_FAILED, MP_FOREVER), 2);
    ck_assert_int_eq(mp_futures_next(futures, 3, &index, MP_FOREVER), 0);
    ck_assert_uint_eq(index, 1);
    atomic_store(flag, 1);
    ck_assert_int_eq(mp_futures_wait(futures, 3, MP_ALL_DONE, MP_FOREVER), 3);
    ck_assert_int_eq(mp_futures_next(futures, 3, &index, MP_FOREVER), 0);
    ck_assert_uint_eq(index, 0);
    ck_assert_int_eq(mp_futures_next(futures, 3, &index, MP_FOREVER), -ENOENT);
    for (int i = 0; i < 3; i++) {
        ck_assert_int_eq(mp_future_destroy(futures[i]), 0);
    }
    end_pool(pool);
}
END_TEST

// F10: an item that fails is told at its place, and the next call goes on behind it.
START_TEST(one_by_one_in_order_goes_on_behind_an_error)
{
    mp_pool *pool = new_pool(2);
    struct order orders[20];
    mp_iter *iter;
    long result;
    size_t index;

    for (int i = 0; i < 20; i++) {
        orders[i] = (struct order){i % 4 == 3 ? FAIL : SQUARE, i, NULL};
    }
    orders[10].what = KILL;
    struct mp_imap_options options = {.window = (size_t)_i};
    ck_assert_int_eq(mp_pool_imap(pool, obey, orders, 20, long, &options, &iter), 0);
    for (int i = 0; i < 20; i++) {
        int expected = i == 10 ? -EOWNERDEAD : i % 4 == 3 ? i : 0;
        ck_assert_int_eq(mp_iter_next(iter, &result, &index, MP_FOREVER), expected);
        ck_assert_uint_eq(index, (size_t)i);
        ck_assert(expected != 0 || result == (long)i * i);
    }
    ck_assert_int_eq(mp_iter_next(iter, &result, &index, MP_FOREVER), -ENOENT);
    ck_assert_int_eq(mp_iter_next(iter, &result, &index, 0), -ENOENT);
    ck_assert_int_eq(mp_iter_destroy(iter), 0);
    end_pool(pool);
}
END_TEST

START_TEST(one_by_one_unordered_gives_each_once_and_the_quick_first)
{
    mp_pool *pool = new_pool(2);
    _Atomic int *flag = MP_SHARED(_Atomic int);
    struct order orders[20];
    struct mp_imap_options options = {.unordered = 1, .window = 4};
    bool had[20] = {false};
    mp_iter *iter;
    long result;
    size_t index;

    for (int i = 0; i < 20; i++) {
        orders[i] = (struct order){i == 0 ? WAIT : SQUARE, i, flag};
    }
    ck_assert_int_eq(mp_pool_imap(pool, obey, orders, 20, long, &options, &iter), 0);
    for (int i = 0; i < 20; i++) {
        if (i == 19) {
            ck_assert_int_eq(mp_iter_next(iter, &result, &index, 30), -ETIMEDOUT);
            atomic_store(flag, 1);
        }
        ck_assert_int_eq(mp_iter_next(iter, &result, &index, MP_FOREVER), 0);
        ck_assert_uint_lt(index, 20);
        ck_assert(!had[index] && (index != 0 || i == 19));
        ck_assert_int_eq(result, (long)index * (long)index);
        had[index] = true;
    }
    ck_assert_int_eq(mp_iter_next(iter, &result, &index, MP_FOREVER), -ENOENT);
    ck_assert_int_eq(mp_iter_destroy(iter), 0);
    end_pool(pool);
}
END_TEST

static int count_up(void *arg, void *item)
{
    int *counter = arg;
    *(int *)item = (*counter)++;
    return 1;
}

// F30: an input without an end.
START_TEST(one_by_one_reads_no_further_than_its_window)
{
    mp_pool *pool = new_pool(2);
    struct mp_imap_options options = {.window = 8};
    int taken = 0;
    mp_iter *iter;
    long result;

    ck_assert_int_eq(
        mp_pool_imap_from(pool, square, count_up, &taken, int, long, &options, &iter), 0);
    ck_assert_int_eq(taken, 8);
    for (int i = 0; i < 100; i++) {
        ck_assert_int_eq(mp_iter_next(iter, &result, NULL, MP_FOREVER), 0);
        ck_assert_int_eq(result, (long)i * i);
        ck_assert_int_eq(taken, 8 + i + 1);
    }
    ck_assert_int_eq(mp_iter_destroy(iter), 0);
    end_pool(pool);
}
END_TEST

START_TEST(a_pool_that_is_closed_ends_what_comes_one_by_one)
{
    mp_pool *pool = new_pool(1);
    struct mp_imap_options options = {.window = 3};
    int taken = 0;
    mp_iter *iter;
    long result;

    ck_assert_int_eq(
        mp_pool_imap_from(pool, square, count_up, &taken, int, long, &options, &iter), 0);
    ck_assert_int_eq(mp_pool_close(pool), 0);
    for (int i = 0; i < 3; i++) {
        ck_assert_int_eq(mp_iter_next(iter, &result, NULL, MP_FOREVER), 0);
    }
    ck_assert_int_eq(mp_iter_next(iter, &result, NULL, MP_FOREVER), -EPIPE);
    ck_assert_int_eq(mp_iter_destroy(iter), 0);
    end_pool(pool);
}
END_TEST

START_TEST(futures_of_a_pool_that_goes_are_cancelled)
{
    mp_pool *pool = new_pool(1);
    _Atomic int *flag = MP_SHARED(_Atomic int);
    struct order order = {WAIT, 3, flag};
    mp_future *futures[3];
    int calls = 0;
    long result;

    for (int i = 0; i < 3; i++) {
        ck_assert_int_eq(mp_pool_submit(pool, obey, &order, long, &futures[i]), 0);
        ck_assert_int_eq(mp_future_on_done(futures[i], count_call, &calls), 0);
    }
    ck_assert_int_eq(mp_pool_destroy(pool), 0);
    ck_assert_int_eq(calls, 3);
    for (int i = 0; i < 3; i++) {
        ck_assert_int_eq(mp_future_wait(futures[i], 0), 0);
        ck_assert_int_eq(mp_future_result(futures[i], &result, sizeof result), -ECANCELED);
        ck_assert_int_eq(mp_future_destroy(futures[i]), 0);
    }
}
END_TEST

int main(void)
{
    struct suite_test tests[] = {
        {.test = misuse_has_an_answer_each},
        {.test = a_future_is_pending_running_done},
        {.test = only_what_a_worker_has_cannot_be_cancelled},
        {.test = thousands_can_be_pending_and_cancelled},
        {.test = callbacks_come_once_and_may_not_call_into_the_pool},
        {.test = a_callback_on_what_is_done_comes_at_once},
        {.test = wait_for_the_first_for_the_first_error_for_all},
        {.test = one_by_one_in_order_goes_on_behind_an_error, .from = 0, .to = 4},
        {.test = one_by_one_unordered_gives_each_once_and_the_quick_first},
        {.test = one_by_one_reads_no_further_than_its_window},
        {.test = a_pool_that_is_closed_ends_what_comes_one_by_one},
        {.test = futures_of_a_pool_that_goes_are_cancelled},
    };

    POOL_MAIN("pool, asked one by one", tests);
}
