// SPDX-License-Identifier: MIT
// Tests of the executor: work given one by one, each with a status of its own; how it shuts
// down, whatever is pending; and Ctrl-C in the middle of a map.
#include "pool_job.h"

#include "proc.h"

#include <sys/wait.h>

enum { PENDING = 20 };

static mp_executor *new_executor(size_t workers)
{
    mp_executor *executor;

    ck_assert_int_eq(mp_executor_create(&executor, workers, NULL), 0);
    return executor;
}

START_TEST(misuse_has_an_answer_each)
{
    mp_executor *executor;
    mp_future *future;
    int item = 1;
    long result;

    ck_assert_int_eq(mp_executor_create_named(NULL, 1, NULL, "x"), -EINVAL);
    ck_assert_int_eq(mp_executor_create(&executor, 127, NULL), -EINVAL);
    ck_assert_int_eq(mp_executor_shutdown(NULL, 0, 0), -EINVAL);
    ck_assert_int_eq(mp_executor_kill(NULL), -EINVAL);
    ck_assert_int_eq(mp_executor_destroy(NULL), 0);
    ck_assert_ptr_null(mp_executor_pool(NULL));
    ck_assert_int_eq(
        mp_executor_map((mp_executor *)NULL, square, &item, 1, &result, NULL), -EINVAL);
    executor = new_executor(1);
    ck_assert_int_eq(mp_executor_shutdown(executor, 0, MP_FOREVER), 0);
    ck_assert_int_eq(mp_executor_shutdown(executor, 1, MP_FOREVER), 0);
    ck_assert_int_eq(mp_executor_submit(executor, square, &item, long, &future), -EPIPE);
    ck_assert_int_eq(mp_executor_map(executor, square, &item, 1, &result, NULL), -EPIPE);
    ck_assert_int_eq(mp_executor_kill(executor), 0);
    ck_assert_int_eq(mp_executor_destroy(executor), 0);
}
END_TEST

// Python: one death, and all futures fail, for good.
START_TEST(a_death_fails_one_and_the_executor_goes_on)
{
    mp_executor *executor = new_executor(2);
    struct order orders[10];
    long results[10] = {0};
    int status[10];

    for (int i = 0; i < 10; i++) {
        orders[i] = (struct order){i == 4 ? KILL : i == 6 ? FAIL : SQUARE, i, NULL};
    }
    ck_assert_int_eq(mp_executor_map(executor, obey, orders, 10, results, status),
                     -EOWNERDEAD);
    for (int i = 0; i < 10; i++) {
        ck_assert_int_eq(status[i], i == 4 ? -EOWNERDEAD : i == 6 ? 6 : 0);
        ck_assert_int_eq(results[i], i == 4 || i == 6 ? 0 : i * i);
    }
    ck_assert_ptr_nonnull(
        strstr(mp_pool_error(mp_executor_pool(executor)), "killed by signal 9"));
    orders[4].what = orders[6].what = SQUARE;
    ck_assert_int_eq(mp_executor_map(executor, obey, orders, 10, results, status), 0);
    ck_assert_int_eq(mp_executor_destroy(executor), 0);
}
END_TEST

static void submit_all(mp_executor *executor, _Atomic int *flag, mp_future **futures)
{
    for (int i = 0; i < PENDING; i++) {
        struct order order = {i == 0 ? WAIT : SQUARE, i, flag};
        ck_assert_int_eq(mp_executor_submit(executor, obey, &order, long, &futures[i]), 0);
    }
    wait_until(mp_future_state(futures[0]) == MP_FUTURE_RUNNING);
}

// F36: CPython's own troubles at the end: nothing pending is done, or all of it is.
START_TEST(shutdown_does_what_is_pending_or_cancels_it)
{
    mp_executor *executor = new_executor(1);
    _Atomic int *flag = MP_SHARED(_Atomic int);
    mp_future *futures[PENDING];
    long result;
    bool cancel = _i == 1;

    submit_all(executor, flag, futures);
    ck_assert_int_eq(mp_executor_shutdown(executor, cancel, 30), -ETIMEDOUT);
    atomic_store(flag, 1);
    ck_assert_int_eq(mp_executor_shutdown(executor, cancel, MP_FOREVER), 0);
    ck_assert_uint_eq(living(NULL), 0);
    ck_assert_int_eq(mp_executor_destroy(executor), 0);
    for (int i = 0; i < PENDING; i++) {
        ck_assert_int_eq(mp_future_result(futures[i], &result, sizeof result),
                         cancel && i > 0 ? -ECANCELED : 0);
        ck_assert_int_eq(mp_future_state(futures[i]),
                         cancel && i > 0 ? MP_FUTURE_CANCELLED : MP_FUTURE_DONE);
        ck_assert_int_eq(mp_future_destroy(futures[i]), 0);
    }
}
END_TEST

START_TEST(kill_ends_at_once_what_would_never_end)
{
    mp_executor *executor = new_executor(2);
    _Atomic int *flag = MP_SHARED(_Atomic int);
    mp_future *futures[PENDING];

    submit_all(executor, flag, futures);
    ck_assert_int_eq(mp_executor_kill(executor), 0);
    ck_assert_uint_eq(living(NULL), 0);
    ck_assert_int_eq(mp_future_state(futures[0]), MP_FUTURE_CANCELLED);
    ck_assert_int_eq(mp_executor_destroy(executor), 0);
    for (int i = 0; i < PENDING; i++) {
        ck_assert_int_eq(mp_future_destroy(futures[i]), 0);
    }
}
END_TEST

// A crash while everything is pending, and at once the end.
START_TEST(shutdown_after_a_crash_does_not_hang)
{
    for (int round = 0; round < 20; round++) {
        mp_executor *executor = new_executor(1);
        struct order order = {.what = KILL};
        mp_future *futures[5];

        for (int i = 0; i < 5; i++) {
            ck_assert_int_eq(
                mp_executor_submit(executor, obey, &order, long, &futures[i]), 0);
            order.what = SQUARE;
        }
        ck_assert_int_eq(mp_executor_shutdown(executor, round % 2, MP_FOREVER), 0);
        for (int i = 0; i < 5; i++) {
            long result;
            int code = mp_future_result(futures[i], &result, sizeof result);
            bool may_be_cancelled = round % 2 == 1 && code == -ECANCELED;
            ck_assert(may_be_cancelled || code == (i == 0 ? -EOWNERDEAD : 0));
            ck_assert_int_eq(mp_future_destroy(futures[i]), 0);
        }
        ck_assert_int_eq(mp_executor_destroy(executor), 0);
    }
}
END_TEST

// --- Ctrl-C -------------------------------------------------------------------------------

static volatile sig_atomic_t told;

static void tell(int signal_number)
{
    (void)signal_number;
    told = 1;
}

struct interrupted {
    _Atomic int *flag;
    _Atomic int begun, code;
};

static int note_and_wait(const void *item, void *result)
{
    struct interrupted *shared = *(struct interrupted *const *)item;
    (void)result;
    atomic_fetch_add(&shared->begun, 1);
    while (!atomic_load(shared->flag)) {
        limit_nap();
    }
    return 0;
}

/* A program of its own session that is interrupted in a map. */
static int map_and_be_told(void *arg)
{
    struct interrupted *shared = arg;
    struct interrupted *items[PENDING];
    long results[PENDING];
    int status[PENDING];
    struct mp_map_options options = {.chunk = 1, .status = status};
    mp_pool *pool;

    setsid();
    for (int i = 0; i < PENDING; i++) {
        items[i] = shared;
    }
    mp_set_stop_flag(&told);
    sigaction(SIGINT, &(struct sigaction){.sa_handler = tell}, NULL);
    if (mp_pool_create(&pool, 2, NULL) != 0) {
        return 1;
    }
    atomic_store(&shared->code,
                 mp_pool_map(pool, note_and_wait, items, PENDING, results, &options));
    int cancelled = 0;
    for (int i = 0; i < PENDING; i++) {
        cancelled += status[i] == -ECANCELED;
    }
    if (mp_pool_close(pool) != 0 || mp_pool_join(pool, MP_FOREVER) != -EINTR) {
        return 2;
    }
    return mp_pool_destroy(pool) != 0 ? 3 : cancelled == PENDING - 2 ? 130 : 4;
}

// F22: the workers ignore it, the owner decides: nothing hangs and nothing is left.
START_TEST(ctrl_c_in_a_map_ends_the_map_and_nobody_is_left)
{
    struct interrupted *shared = MP_SHARED(struct interrupted);

    shared->flag = MP_SHARED(_Atomic int);
    mp_process *program = start_child(map_and_be_told, shared);
    pid_t session = mp_process_pid(program);
    wait_until(atomic_load(&shared->begun) == 2);
    uint64_t before = milliseconds();
    ck_assert_int_eq(kill(-session, SIGINT), 0);
    ck_assert_int_eq(end_of(program), 130);
    ck_assert_uint_lt(milliseconds() - before, 2000);
    ck_assert_int_eq(atomic_load(&shared->code), -EINTR);
    ck_assert_uint_eq(proc_session_count(session), 0);
}
END_TEST

int main(void)
{
    struct suite_test tests[] = {
        {.test = misuse_has_an_answer_each},
        {.test = a_death_fails_one_and_the_executor_goes_on},
        {.test = shutdown_does_what_is_pending_or_cancels_it, .from = 0, .to = 2},
        {.test = kill_ends_at_once_what_would_never_end},
        {.test = shutdown_after_a_crash_does_not_hang},
        {.test = ctrl_c_in_a_map_ends_the_map_and_nobody_is_left},
    };

    POOL_MAIN("executor", tests);
}
