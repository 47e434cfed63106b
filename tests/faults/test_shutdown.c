// SPDX-License-Identifier: MIT
// Pools and executors at their end, in the states in which those of Python were found to hang:
// much is pending, workers crash, stand still, are being replaced, cannot be replaced; or the
// program ends without a word.
#include "unit/in_program.h"
#include "unit/pool_job.h"

#include "proc.h"

#include <grp.h>
#include <sys/resource.h>

enum { MANY = 3000, FEW = 20, PROMPTLY_MS = 5000, NOBODY = 65534 };

static mp_executor *new_executor(size_t workers, unsigned max_tasks)
{
    const struct mp_pool_options options = {.max_tasks = max_tasks};
    mp_executor *executor;

    ck_assert_int_eq(mp_executor_create(&executor, workers, &options), 0);
    return executor;
}

static void submit(mp_executor *executor, mp_future **futures, int count, int what,
                   _Atomic int *flag)
{
    for (int i = 0; i < count; i++) {
        struct order order = {what, i, flag};
        ck_assert_int_eq(mp_executor_submit(executor, obey, &order, long, &futures[i]), 0);
    }
}

// All are done in one way or another; how many in this way.
static int count_and_free(mp_future **futures, int count, int code)
{
    int found = 0;

    for (int i = 0; i < count; i++) {
        long result;
        int got = mp_future_result(futures[i], &result, sizeof result);
        ck_assert_int_ne(got, -EINPROGRESS);
        found += got == code;
        ck_assert_int_eq(mp_future_destroy(futures[i]), 0);
    }
    return found;
}

// gh-105829, gh-94777: far more pending than any pipe or ring has room for.
START_TEST(much_is_pending_when_all_workers_crash)
{
    static mp_future *futures[MANY];
    mp_executor *executor = new_executor(2, 0);

    submit(executor, futures, 2, KILL, NULL);
    submit(executor, futures + 2, MANY - 2, SQUARE, NULL);
    ck_assert_int_eq(mp_executor_shutdown(executor, _i, MP_FOREVER), 0);
    int cancelled = 0, lost = 0, good = 0;
    for (int i = 0; i < MANY; i++) {
        long result;
        int code = mp_future_result(futures[i], &result, sizeof result);
        cancelled += code == -ECANCELED;
        lost += code == -EOWNERDEAD;
        good += code == 0;
        ck_assert_int_eq(mp_future_destroy(futures[i]), 0);
    }
    ck_assert_int_eq(cancelled + lost + good, MANY);
    ck_assert_int_le(lost, 2);
    ck_assert(_i == 1 || (lost == 2 && cancelled == 0));
    ck_assert_int_eq(mp_executor_destroy(executor), 0);
}
END_TEST

// gh-94440: cancelled and shut down at once, at any moment of the workers' lives.
START_TEST(cancelled_and_shut_down_at_once)
{
    int rounds = suite_is_long() ? 1000 : 60;

    for (int round = 0; round < rounds; round++) {
        mp_future *futures[FEW];
        mp_executor *executor = new_executor(1 + (size_t)round % 3, 0);
        submit(executor, futures, FEW, SQUARE, NULL);
        for (int i = 0; i < round % FEW; i++) {
            mp_future_cancel(futures[FEW - 1 - i]);
        }
        ck_assert_int_eq(mp_executor_shutdown(executor, 1, MP_FOREVER), 0);
        ck_assert_uint_eq(living(NULL), 0);
        ck_assert_int_eq(mp_executor_destroy(executor), 0);
        count_and_free(futures, FEW, 0);
    }
}
END_TEST

// gh-115634, gh-119592: every worker is to be replaced while the executor shuts down.
START_TEST(workers_that_retire_are_replaced_until_all_is_done)
{
    mp_future *futures[FEW];
    mp_executor *executor = new_executor(2, 1);

    submit(executor, futures, FEW, SQUARE, NULL);
    ck_assert_int_eq(mp_executor_shutdown(executor, 0, MP_FOREVER), 0);
    ck_assert_uint_eq(living(NULL), 0);
    ck_assert_int_eq(mp_executor_destroy(executor), 0);
    ck_assert_int_eq(count_and_free(futures, FEW, 0), FEW);
}
END_TEST

// A worker that stands still hears nothing but SIGKILL.
START_TEST(workers_that_stand_still_do_not_keep_it_from_ending)
{
    mp_future *futures[FEW];
    mp_executor *executor = new_executor(2, 0);
    _Atomic int *flag = MP_SHARED(_Atomic int);

    submit(executor, futures, 1, STOP, flag);
    submit(executor, futures + 1, FEW - 1, WAIT, MP_SHARED(_Atomic int));
    wait_until(atomic_load(flag) != 0);
    ck_assert(proc_wait_state((pid_t)atomic_load(flag), "T", LIBRARY_LIMIT_MS));
    ck_assert_int_eq(mp_executor_shutdown(executor, 1, 50), -ETIMEDOUT);
    uint64_t before = milliseconds();
    ck_assert_int_eq(mp_executor_kill(executor), 0);
    ck_assert_uint_lt(milliseconds() - before, PROMPTLY_MS);
    ck_assert_uint_eq(living(NULL), 0);
    ck_assert_int_eq(mp_executor_destroy(executor), 0);
    ck_assert_int_eq(count_and_free(futures, FEW, -ECANCELED), FEW);
}
END_TEST

// bpo-39104, gh-83386: shut down without waiting, and the program ends.
static int end_without_a_word(void)
{
    static mp_future *futures[FEW];
    static mp_executor *executor; // nobody frees it, and no leak checker minds

    must_be(mp_executor_create(&executor, 2, NULL), 0);
    for (int i = 0; i < FEW; i++) {
        struct order order = {i < 2 ? WAIT : SQUARE, i, MP_SHARED(_Atomic int)};
        must_be(mp_executor_submit(executor, obey, &order, long, &futures[i]), 0);
    }
    must_be(mp_executor_shutdown(executor, 0, 0), -ETIMEDOUT);
    return 7;
}

static int end_while_workers_retire(void)
{
    const struct mp_pool_options options = {.max_tasks = 1};
    int items[FEW] = {0};
    static mp_future *future;
    static mp_pool *pool;

    must_be(mp_pool_create(&pool, 2, &options), 0);
    must_be(mp_pool_map_async(pool, square, items, FEW, long, 1, &future), 0);
    return 7;
}

START_TEST(a_program_may_end_at_any_moment)
{
    static int (*const programs[])(void) = {end_without_a_word, end_while_workers_retire};
    char text[1024];
    uint64_t before = milliseconds();
    int status = in_program(programs[_i], text, sizeof text);

    ck_assert_msg(status == 7, "%s", text);
    ck_assert_uint_lt(milliseconds() - before, PROMPTLY_MS);
}
END_TEST

// --- no processes -----------------------------------------------------------------------------

// The limit counts all processes of a user; root has none.
static int become_limited(struct rlimit *before)
{
    if (geteuid() == 0) {
        must_be(setgroups(0, NULL), 0);
        must_be(setgid(NOBODY), 0);
        must_be(setuid(NOBODY), 0);
    }
    must_be(getrlimit(RLIMIT_NPROC, before), 0);
    return 0;
}

static int work_without_replacements(void)
{
    struct rlimit before;
    struct order orders[FEW];
    long results[FEW];
    int status[FEW], bad = 0;
    struct mp_map_options options = {.chunk = 1, .status = status};
    mp_pool *pool;

    must_be(become_limited(&before), 0);
    must_be(mp_pool_create(&pool, 2, NULL), 0);
    struct rlimit none = {.rlim_cur = 1, .rlim_max = before.rlim_max};
    must_be(setrlimit(RLIMIT_NPROC, &none), 0);
    for (int i = 0; i < FEW; i++) {
        orders[i] = (struct order){i == 3 ? KILL : SQUARE, i, NULL};
    }
    must_be(mp_pool_map(pool, obey, orders, FEW, results, &options), -EOWNERDEAD);
    for (int i = 0; i < FEW; i++) {
        bad += i == 3 ? status[i] != -EOWNERDEAD : status[i] != 0 || results[i] != i * i;
    }
    must_be(bad, 0);
    must_be(living(NULL), 1);
    must_be(mp_pool_map(pool, obey, orders, 3, results, &options), 0);
    // The last one too: nobody is left who could do the rest, and it is said.
    must_be(mp_pool_map(pool, obey, orders + 3, FEW - 3, results, &options), -EOWNERDEAD);
    for (int i = 1; i < FEW - 3; i++) {
        bad += status[i] != -ENOTRECOVERABLE;
    }
    must_be(bad, 0);
    must_be(living(NULL), 0);
    must_be(mp_pool_close(pool), 0);
    must_be(mp_pool_join(pool, MP_FOREVER), 0);
    must_be(mp_pool_destroy(pool), 0);
    must_be(setrlimit(RLIMIT_NPROC, &before), 0);
    must_be(mp_pool_create(&pool, 2, NULL), 0);
    must_be(mp_pool_map(pool, obey, orders, 3, results, &options), 0);
    must_be(mp_pool_destroy(pool), 0);
    return 0;
}

// F16, for the replacements of workers.
START_TEST(without_processes_the_pool_goes_on_with_those_it_has)
{
    char text[1024];
    int status = in_program(work_without_replacements, text, sizeof text);

    ck_assert_msg(status == 0, "%s", text);
}
END_TEST

int main(void)
{
    struct suite_test tests[] = {
        {.test = much_is_pending_when_all_workers_crash, .from = 0, .to = 2},
        {.test = cancelled_and_shut_down_at_once, .timeout = 60},
        {.test = workers_that_retire_are_replaced_until_all_is_done},
        {.test = workers_that_stand_still_do_not_keep_it_from_ending},
        {.test = a_program_may_end_at_any_moment, .from = 0, .to = 2},
        {.test = without_processes_the_pool_goes_on_with_those_it_has},
    };

    POOL_MAIN("shutdown", tests);
}
