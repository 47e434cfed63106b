// SPDX-License-Identifier: MIT
// Tests of the pool: results in the order of the items, one failure is one failure, whatever
// the chunk; what is refused; how it ends.
#include "pool_job.h"

enum { MANY = 20000 };

START_TEST(misuse_has_an_answer_each)
{
    mp_pool *pool;
    int items[2] = {1, 2};
    long results[2];
    struct mp_map_options bad = {.timeout_ms = -2};

    ck_assert_int_eq(mp_pool_create_named(NULL, 1, NULL, "x"), -EINVAL);
    ck_assert_int_eq(mp_pool_create_named(&pool, 1, NULL, NULL), -EINVAL);
    ck_assert_int_eq(mp_pool_create(&pool, 127, NULL), -EINVAL);
    ck_assert_int_eq(mp_pool_close(NULL), -EINVAL);
    ck_assert_int_eq(mp_pool_join(NULL, 0), -EINVAL);
    ck_assert_int_eq(mp_pool_terminate(NULL), -EINVAL);
    ck_assert_int_eq(mp_pool_destroy(NULL), 0);
    pool = new_pool(1);
    ck_assert_int_eq(mp_pool_map(pool, square, items, 2, results, &bad), -EINVAL);
    ck_assert_int_eq(mp_pool_map(pool, NULL, items, 2, results, NULL), -EINVAL);
    ck_assert_int_eq(mp_pool_map(pool, square, items, 2, (long *)0, NULL), -EINVAL);
    ck_assert_int_eq(mp_pool_map(pool, square, (int *)0, 2, results, NULL), -EINVAL);
    ck_assert_int_eq(mp_pool_map_work(pool, NULL, results, NULL), -EINVAL);
    ck_assert_int_eq(mp_pool_map(pool, square, items, 0, results, NULL), 0);
    ck_assert_int_eq(mp_pool_join(pool, 0), -EBUSY);
    ck_assert_int_eq(mp_pool_close(pool), 0);
    ck_assert_int_eq(mp_pool_close(pool), 0);
    ck_assert_int_eq(mp_pool_join(pool, -2), -EINVAL);
    ck_assert_int_eq(mp_pool_map(pool, square, items, 2, results, NULL), -EPIPE);
    ck_assert_int_eq(mp_pool_join(pool, MP_FOREVER), 0);
    ck_assert_int_eq(mp_pool_join(pool, 0), 0);
    ck_assert_uint_eq(living(NULL), 0);
    ck_assert_int_eq(mp_pool_destroy(pool), 0);
}
END_TEST

static int use_it(void *arg)
{
    mp_pool *pool = arg;
    int item = 1;
    long result;

    bool refused = mp_pool_apply(pool, square, &item, &result) == -ECHILD &&
                   mp_pool_close(pool) == -ECHILD && mp_pool_terminate(pool) == -ECHILD &&
                   mp_pool_join(pool, 0) == -ECHILD && mp_pool_destroy(pool) == -ECHILD;
    return refused ? 0 : 1;
}

START_TEST(only_its_maker_may_use_it)
{
    mp_pool *pool = new_pool(1);

    ck_assert_int_eq(end_of(start_child(use_it, pool)), 0);
    expect_squares(pool, 3, 0);
    end_pool(pool);
}
END_TEST

START_TEST(results_are_in_the_order_of_the_items)
{
    static const size_t chunks[] = {0, 1, 2, 3, 7, 100, 1000};
    mp_pool *pool = new_pool((size_t)_i);
    uint64_t tasks = 0;

    for (size_t c = 0; c < sizeof chunks / sizeof *chunks; c++) {
        for (int n = 1; n <= 100; n += 33) {
            expect_squares(pool, n, chunks[c]);
            tasks += (uint64_t)n;
        }
    }
    expect_counts(tasks);
    ck_assert_uint_eq(living(NULL), (unsigned)_i);
    ck_assert_str_eq(table_entry()->type, "long square");
    ck_assert_str_eq(table_entry()->name, "pool");
    ck_assert_uint_eq(table_entry()->parties, (unsigned)_i);
    end_pool(pool);
}
END_TEST

START_TEST(many_tasks_one_by_one)
{
    mp_pool *pool = new_pool(4);

    expect_squares(pool, MANY, 1);
    expect_squares(pool, MANY, 0);
    expect_counts(2 * MANY);
    end_pool(pool);
}
END_TEST

START_TEST(many_maps_of_many_sizes_use_the_same_memory_again)
{
    mp_pool *pool = new_pool(2);

    for (int n = 1; n <= 300; n++) {
        expect_squares(pool, n, 1);
    }
    uint64_t used = atomic_load(&mp_the_world->arena_used);
    for (int n = 1; n <= 300; n++) {
        expect_squares(pool, n, 1);
    }
    ck_assert_uint_eq(atomic_load(&mp_the_world->arena_used), used);
    end_pool(pool);
}
END_TEST

// Items 3 and 7 fail, and 7 first: 3 waits for it.
START_TEST(the_first_item_that_fails_is_told_and_all_others_are_there)
{
    static const size_t chunks[] = {1, 3, 10};
    mp_pool *pool = new_pool(2);
    struct order orders[10];
    long results[10];
    int status[10];
    struct mp_map_options options = {.chunk = chunks[_i], .status = status};

    for (int i = 0; i < 10; i++) {
        orders[i] = (struct order){.what = SQUARE, .number = i};
        results[i] = -5;
    }
    orders[3] = (struct order){.what = FAIL, .number = 11};
    orders[7] = (struct order){.what = FAIL_MUTE, .number = 22};
    ck_assert_int_eq(mp_pool_map(pool, obey, orders, 10, results, &options), 11);
    ck_assert_str_eq(mp_pool_error(pool), "number 11 is bad");
    for (int i = 0; i < 10; i++) {
        ck_assert_int_eq(status[i], i == 3 ? 11 : i == 7 ? 22 : 0);
        ck_assert_int_eq(results[i], i == 3 || i == 7 ? -5 : i * i);
    }
    orders[3].what = SQUARE;
    ck_assert_int_eq(mp_pool_map(pool, obey, orders, 10, results, NULL), 22);
    ck_assert_str_eq(mp_pool_error(pool), "task returned 22");
    orders[7].what = SQUARE;
    ck_assert_int_eq(mp_pool_map(pool, obey, orders, 10, results, NULL), 0);
    ck_assert_str_eq(mp_pool_error(pool), "");
    end_pool(pool);
}
END_TEST

START_TEST(the_first_to_fail_in_time_is_not_the_first_that_is_told)
{
    mp_pool *pool = new_pool(2);
    _Atomic int *flag = MP_SHARED(_Atomic int);
    struct order orders[] = {{WAIT, 11, flag}, {RAISE, 22, flag}, {FAIL, 33, NULL}};
    long results[3];
    int status[3];
    struct mp_map_options options = {.chunk = 1, .status = status};

    ck_assert_int_eq(mp_pool_map(pool, obey, orders, 3, results, &options), 33);
    ck_assert_int_eq(results[0], 121);
    ck_assert_int_eq(results[1], 484);
    end_pool(pool);
}
END_TEST

static int long_message(const void *item, void *result)
{
    (void)result;
    mp_task_error("%*d", 1000, *(const int *)item);
    return -EMSGSIZE;
}

// F12: what cannot be sent back takes no worker with it.
START_TEST(messages_too_long_are_cut_and_the_workers_live)
{
    mp_pool *pool = new_pool(2);
    pid_t before[2];
    pid_t after[2];
    int items[20];
    long results[20];
    int status[20];
    struct mp_map_options options = {.chunk = 1, .status = status};

    ck_assert_uint_eq(living(before), 2);
    ck_assert_int_eq(mp_pool_map(pool, long_message, items, 20, results, &options),
                     -EMSGSIZE);
    ck_assert_uint_eq(strlen(mp_pool_error(pool)), 255);
    for (int i = 0; i < 20; i++) {
        ck_assert_int_eq(status[i], -EMSGSIZE);
    }
    ck_assert_uint_eq(living(after), 2);
    ck_assert_int_eq(memcmp(before, after, sizeof before), 0);
    end_pool(pool);
}
END_TEST

START_TEST(a_map_that_is_too_long_gives_what_is_there)
{
    mp_pool *pool = new_pool(1);
    _Atomic int *flag = MP_SHARED(_Atomic int);
    struct order orders[] = {{SQUARE, 4, NULL}, {WAIT, 5, flag}, {SQUARE, 6, NULL}};
    long results[3] = {-1, -1, -1};
    int status[3];
    struct mp_map_options options = {.chunk = 1, .timeout_ms = 200, .status = status};

    ck_assert_int_eq(mp_pool_map(pool, obey, orders, 3, results, &options), -ETIMEDOUT);
    ck_assert_int_eq(status[0], 0);
    ck_assert_int_eq(results[0], 16);
    ck_assert_int_eq(status[1], -ETIMEDOUT);
    ck_assert_int_eq(status[2], -ECANCELED);
    ck_assert_int_eq(results[2], -1);
    atomic_store(flag, 1);
    expect_squares(pool, 10, 1);
    expect_counts(13);
    end_pool(pool);
}
END_TEST

static int shout(const void *item, void *result)
{
    (void)item;
    (void)result;
    return 0;
}

START_TEST(the_screen_is_told_when_the_function_changes)
{
    mp_pool *pool = new_pool(1);
    int item = 3;
    double result;
    long square_of_it;
    struct order order = {.what = SQUARE};

    ck_assert_int_eq(mp_pool_apply(pool, shout, &item, &result), 0);
    ck_assert_str_eq(table_entry()->type, "double shout");
    ck_assert_int_eq(mp_pool_apply(pool, square, &item, &square_of_it), 0);
    ck_assert_str_eq(table_entry()->type, "long square");
    ck_assert_int_eq(square_of_it, 9);
    ck_assert_int_eq(mp_pool_apply(pool, shout, &item, &order), 0);
    ck_assert_str_eq(table_entry()->type, "shout");
    end_pool(pool);
}
END_TEST

struct begun {
    _Atomic int times, code;
};

static int begin(void *arg)
{
    struct begun *begun = arg;
    atomic_fetch_add(&begun->times, 1);
    return atomic_load(&begun->code);
}

START_TEST(each_worker_begins_once_and_ends_after_max_tasks)
{
    struct begun *begun = MP_SHARED(struct begun);
    struct mp_pool_options options = {
        .begin = begin, .arg = begun, .max_tasks = 5, .prefix = "hand"};
    mp_pool *pool;

    ck_assert_int_eq(mp_pool_create(&pool, 2, &options), 0);
    for (int i = 0; i < 10; i++) {
        expect_squares(pool, 10, 1);
    }
    // 100 tasks, 5 for each worker: the twentieth has ended, or is about to.
    ck_assert_int_ge(atomic_load(&begun->times), 20);
    ck_assert_int_le(atomic_load(&begun->times), 22);
    bool named = false;
    for (unsigned slot = 0; slot < MP_PROCESSES; slot++) {
        named = named || strcmp(mp_the_world->processes[slot].name, "hand-7") == 0;
    }
    ck_assert(named);
    end_pool(pool);
}
END_TEST

START_TEST(what_was_given_before_the_close_is_done)
{
    mp_pool *pool = new_pool(2);
    int items[100];
    long results[100];
    mp_future *future;

    for (int i = 0; i < 100; i++) {
        items[i] = i;
    }
    ck_assert_int_eq(mp_pool_map_async(pool, square, items, 100, long, 1, &future), 0);
    ck_assert_int_eq(mp_pool_close(pool), 0);
    ck_assert_int_eq(mp_pool_join(pool, MP_FOREVER), 0);
    ck_assert_int_eq(mp_future_result(future, results, sizeof results), 0);
    ck_assert_int_eq(results[99], 99 * 99);
    ck_assert_int_eq(mp_pool_destroy(pool), 0);
    ck_assert_int_eq(mp_future_destroy(future), 0);
}
END_TEST

START_TEST(terminate_ends_what_does_not_end_by_itself)
{
    mp_pool *pool = new_pool(2);
    _Atomic int *flag = MP_SHARED(_Atomic int);
    struct order orders[5] = {{WAIT, 1, flag}, {STOP, 2, flag}};
    long results[5];
    mp_future *future;

    _Atomic int *stopped = MP_SHARED(_Atomic int);
    orders[1].flag = stopped;
    for (int i = 2; i < 5; i++) {
        orders[i] = (struct order){SQUARE, i, NULL};
    }
    ck_assert_int_eq(mp_pool_map_async(pool, obey, orders, 5, long, 1, &future), 0);
    wait_until(atomic_load(stopped) != 0);
    uint64_t before = milliseconds();
    ck_assert_int_eq(mp_pool_terminate(pool), 0);
    ck_assert_uint_lt(milliseconds() - before, 5000);
    ck_assert_int_eq(mp_pool_terminate(pool), 0);
    ck_assert_uint_eq(living(NULL), 0);
    ck_assert_int_eq(mp_future_state(future), MP_FUTURE_CANCELLED);
    ck_assert_int_eq(mp_future_result(future, results, sizeof results), -ECANCELED);
    expect_counts(5);
    ck_assert_int_eq(mp_pool_join(pool, 0), 0);
    ck_assert_int_eq(mp_pool_destroy(pool), 0);
    ck_assert_int_eq(mp_future_destroy(future), 0);
}
END_TEST

START_TEST(join_gives_up_in_time_and_can_be_called_again)
{
    mp_pool *pool = new_pool(1);
    _Atomic int *flag = MP_SHARED(_Atomic int);
    struct order order = {WAIT, 3, flag};
    mp_future *future;
    long result;

    ck_assert_int_eq(mp_pool_submit(pool, obey, &order, long, &future), 0);
    ck_assert_int_eq(mp_pool_close(pool), 0);
    ck_assert_int_eq(mp_pool_join(pool, 0), -ETIMEDOUT);
    ck_assert_int_eq(mp_pool_join(pool, 50), -ETIMEDOUT);
    atomic_store(flag, 1);
    ck_assert_int_eq(mp_pool_join(pool, MP_FOREVER), 0);
    ck_assert_int_eq(mp_future_result(future, &result, sizeof result), 0);
    ck_assert_int_eq(result, 9);
    ck_assert_int_eq(mp_future_destroy(future), 0);
    ck_assert_int_eq(mp_pool_destroy(pool), 0);
}
END_TEST

START_TEST(pools_come_and_go)
{
    for (int i = 0; i < 40; i++) {
        mp_pool *pool = new_pool(3);
        expect_squares(pool, 20, 1);
        if (i % 2 == 0) {
            ck_assert_int_eq(mp_pool_close(pool), 0);
            ck_assert_int_eq(mp_pool_join(pool, MP_FOREVER), 0);
        }
        ck_assert_int_eq(mp_pool_destroy(pool), 0);
    }
}
END_TEST

START_TEST(the_owner_has_one_thread)
{
    mp_pool *pool = new_pool(2);
    char line[256];
    int threads = 0;

    expect_squares(pool, 10, 1);
    FILE *file = fopen("/proc/self/status", "r");
    ck_assert_ptr_nonnull(file);
    while (fgets(line, sizeof line, file) != NULL) {
        sscanf(line, "Threads: %d", &threads);
    }
    fclose(file);
    ck_assert_int_eq(threads, 1);
    end_pool(pool);
}
END_TEST

int main(void)
{
    struct suite_test tests[] = {
        {.test = misuse_has_an_answer_each},
        {.test = only_its_maker_may_use_it},
        {.test = results_are_in_the_order_of_the_items, .from = 1, .to = 5},
        {.test = many_tasks_one_by_one},
        {.test = many_maps_of_many_sizes_use_the_same_memory_again},
        {.test = the_first_item_that_fails_is_told_and_all_others_are_there,
         .from = 0,
         .to = 3},
        {.test = the_first_to_fail_in_time_is_not_the_first_that_is_told},
        {.test = messages_too_long_are_cut_and_the_workers_live},
        {.test = a_map_that_is_too_long_gives_what_is_there},
        {.test = the_screen_is_told_when_the_function_changes},
        {.test = each_worker_begins_once_and_ends_after_max_tasks},
        {.test = what_was_given_before_the_close_is_done},
        {.test = terminate_ends_what_does_not_end_by_itself},
        {.test = join_gives_up_in_time_and_can_be_called_again},
        {.test = pools_come_and_go, .timeout = 60},
        {.test = the_owner_has_one_thread},
    };

    POOL_MAIN("pool", tests);
}
