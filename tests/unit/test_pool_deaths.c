// SPDX-License-Identifier: MIT
// Tests of a pool whose workers die: the task in work is lost and no other, nobody hangs,
// somebody takes the place of the dead, and not for ever.
#include "pool_job.h"
#include "proc.h"

#include <sys/resource.h>

enum { WORKERS = 4, ITEMS = 100, KILLED = 37, IDLE_KILLS = 50 };

static struct order orders[ITEMS];
static long results[ITEMS];
static int status[ITEMS];

static void fill_orders(void)
{
    for (int i = 0; i < ITEMS; i++) {
        orders[i] = (struct order){.what = SQUARE, .number = i};
        results[i] = -1;
    }
}

// All but one item of the last map are right.
static void expect_one_lost(int lost)
{
    for (int i = 0; i < ITEMS; i++) {
        ck_assert_msg(status[i] == (i == lost ? -EOWNERDEAD : 0), "item %d has status %d",
                      i, status[i]);
        ck_assert_int_eq(results[i], i == lost ? -1 : (long)i * i);
    }
}

// F01, for every chunk: the rest of a chunk goes on with others.
START_TEST(a_worker_killed_in_a_task_takes_that_task_with_it)
{
    static const size_t chunks[] = {1, 3, 10, 100};
    mp_pool *pool = new_pool(WORKERS);
    struct mp_map_options options = {.chunk = chunks[_i], .status = status};

    fill_orders();
    orders[KILLED].what = KILL;
    uint64_t before = milliseconds();
    ck_assert_int_eq(mp_pool_map(pool, obey, orders, ITEMS, results, &options),
                     -EOWNERDEAD);
    ck_assert_uint_lt(milliseconds() - before, 2000);
    expect_one_lost(KILLED);
    int number = 0;
    char rest = ' ';
    ck_assert_int_eq(
        sscanf(mp_pool_error(pool), "worker-%d killed by signal 9%c", &number, &rest), 1);
    ck_assert_int_ge(number, 1);
    ck_assert_int_le(number, WORKERS);
    expect_squares(pool, 50, 1);
    ck_assert_uint_eq(living(NULL), WORKERS);
    expect_counts(ITEMS + 50);
    end_pool(pool);
}
END_TEST

START_TEST(every_worker_can_die_in_one_map)
{
    mp_pool *pool = new_pool(2);
    struct mp_map_options options = {.chunk = 5, .status = status};

    fill_orders();
    for (int i = 0; i < ITEMS; i += 9) {
        orders[i].what = KILL;
    }
    ck_assert_int_eq(mp_pool_map(pool, obey, orders, ITEMS, results, &options),
                     -EOWNERDEAD);
    for (int i = 0; i < ITEMS; i++) {
        ck_assert_int_eq(status[i], i % 9 == 0 ? -EOWNERDEAD : 0);
        ck_assert_int_eq(results[i], i % 9 == 0 ? -1 : (long)i * i);
    }
    expect_squares(pool, 50, 1);
    expect_counts(ITEMS + 50);
    end_pool(pool);
}
END_TEST

// F02: an idle worker is killed: who waits for work holds nothing.
START_TEST(an_idle_worker_can_be_killed_at_any_time)
{
    mp_pool *pool = new_pool((size_t)_i);
    unsigned long random = 7;
    pid_t pids[MP_PROCESSES];
    long result;
    int item = 12;

    for (int i = 0; i < IDLE_KILLS; i++) {
        random = random * 6364136223846793005u + 1442695040888963407u;
        unsigned count = living(pids);
        ck_assert_uint_ge(count, 1);
        kill(pids[(random >> 33) % count], SIGKILL);
        uint64_t before = milliseconds();
        int rc = mp_pool_apply(pool, square, &item, &result);
        ck_assert_msg(rc == 0 || rc == -EOWNERDEAD, "%d", rc);
        ck_assert_uint_lt(milliseconds() - before, 1000);
    }
    uint64_t before = milliseconds();
    ck_assert_int_eq(mp_pool_terminate(pool), 0);
    ck_assert_int_eq(mp_pool_join(pool, MP_FOREVER), 0);
    ck_assert_uint_lt(milliseconds() - before, 1000);
    ck_assert_int_eq(mp_pool_destroy(pool), 0);
}
END_TEST

// F11: however it ends, it is one task that fails; "exit code 0" is no success.
START_TEST(however_a_task_ends_its_worker_one_task_fails)
{
    static const struct {
        int what, number;
        const char *how;
    } ends[] = {
        {EXIT_RAW, 0, "exited with 0"},   {EXIT_RAW, 3, "exited with 3"},
        {EXIT, 3, "exited with 3"},       {EXIT, 0, "exited with 0"},
        {ABORT, 0, "killed by signal 6"}, {SEGV, 0, "killed by signal 11"},
        {TERM, 0, "killed by signal 15"}, {KILL, 0, "killed by signal 9"},
    };
    mp_pool *pool = new_pool(2);
    struct mp_map_options options = {.chunk = 4, .status = status};

    signal(SIGABRT, SIG_DFL);
    signal(SIGSEGV, SIG_DFL);
    setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
    fill_orders();
    orders[KILLED].what = ends[_i].what;
    orders[KILLED].number = ends[_i].number;
    ck_assert_int_eq(mp_pool_map(pool, obey, orders, ITEMS, results, &options),
                     -EOWNERDEAD);
    expect_one_lost(KILLED);
    ck_assert_ptr_nonnull(strstr(mp_pool_error(pool), ends[_i].how));
    expect_squares(pool, 50, 1);
    expect_counts(ITEMS + 50);
    end_pool(pool);
}
END_TEST

START_TEST(a_worker_that_stands_still_can_be_killed_from_outside)
{
    mp_pool *pool = new_pool(2);
    _Atomic int *stopped = MP_SHARED(_Atomic int);
    struct order order = {.what = STOP, .flag = stopped};
    mp_future *future;
    long result;

    ck_assert_int_eq(mp_pool_submit(pool, obey, &order, long, &future), 0);
    ck_assert_int_eq(mp_future_wait(future, 100), -ETIMEDOUT);
    wait_until(atomic_load(stopped) != 0);
    expect_squares(pool, 20, 1); // with the other worker
    ck_assert_int_eq(kill(atomic_load(stopped), SIGKILL), 0);
    ck_assert_int_eq(mp_future_wait(future, MP_FOREVER), 0);
    ck_assert_int_eq(mp_future_result(future, &result, sizeof result), -EOWNERDEAD);
    ck_assert_int_eq(mp_future_destroy(future), 0);
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

// F35: neither an initializer that fails nor a task that kills goes round for ever.
START_TEST(workers_that_cannot_begin_are_not_replaced_for_ever)
{
    struct begun *begun = MP_SHARED(struct begun);
    struct mp_pool_options options = {.begin = begin, .arg = begun, .respawn_limit = 6};
    mp_pool *pool;

    atomic_store(&begun->code, 5);
    ck_assert_int_eq(mp_pool_create(&pool, 3, &options), 0);
    fill_orders();
    uint64_t before = milliseconds();
    ck_assert_int_eq(mp_pool_map(pool, obey, orders, ITEMS, results, NULL),
                     -ENOTRECOVERABLE);
    ck_assert_uint_lt(milliseconds() - before, 1000);
    ck_assert_int_le(atomic_load(&begun->times), 3 + 6);
    ck_assert_ptr_nonnull(strstr(mp_pool_error(pool), "could not begin: 5"));
    ck_assert_int_eq(mp_pool_map(pool, obey, orders, ITEMS, results, NULL),
                     -ENOTRECOVERABLE);
    ck_assert_uint_eq(table_entry()->broken, MP_POOL_GAVE_UP);
    expect_counts(ITEMS);
    ck_assert_int_eq(mp_pool_join(pool, MP_FOREVER), 0);
    ck_assert_int_eq(mp_pool_destroy(pool), 0);
}
END_TEST

START_TEST(tasks_that_all_kill_end_the_pool)
{
    struct mp_pool_options options = {.respawn_limit = 5};
    struct mp_map_options each = {.chunk = 1, .status = status};
    mp_pool *pool;
    int lost = 0;

    ck_assert_int_eq(mp_pool_create(&pool, 2, &options), 0);
    fill_orders();
    for (int i = 0; i < ITEMS; i++) {
        orders[i].what = KILL;
    }
    ck_assert_int_lt(mp_pool_map(pool, obey, orders, ITEMS, results, &each), 0);
    for (int i = 0; i < ITEMS; i++) {
        lost += status[i] == -EOWNERDEAD;
        ck_assert(status[i] == -EOWNERDEAD || status[i] == -ENOTRECOVERABLE);
    }
    ck_assert_int_ge(lost, 1);
    ck_assert_int_le(lost, 2 + 5);
    ck_assert_int_eq(mp_pool_apply(pool, obey, &orders[0], &results[0]), -ENOTRECOVERABLE);
    ck_assert_int_eq(mp_pool_destroy(pool), 0);
}
END_TEST

// F16: when no process can be started, those that live go on; the places are filled later.
START_TEST(without_replacements_the_others_go_on)
{
    mp_pool *pool = new_pool(2);
    struct rlimit files;
    struct mp_map_options options = {.chunk = 1, .status = status};

    ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &files), 0);
    struct rlimit none = {.rlim_cur = 3, .rlim_max = files.rlim_max};
    fill_orders();
    orders[KILLED].what = KILL;
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &none), 0); // no descriptor for another
    int rc = mp_pool_map(pool, obey, orders, ITEMS, results, &options);
    unsigned left = living(NULL);
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &files), 0);
    ck_assert_int_eq(rc, -EOWNERDEAD);
    expect_one_lost(KILLED);
    ck_assert_uint_eq(left, 1);
    fill_orders();
    orders[0] = (struct order){.what = WAIT, .flag = MP_SHARED(_Atomic int)};
    options.timeout_ms = 300;
    ck_assert_int_eq(mp_pool_map(pool, obey, orders, 1, results, &options), -ETIMEDOUT);
    ck_assert_uint_eq(living(NULL), 2);
    ck_assert_int_eq(mp_pool_destroy(pool), 0);
}
END_TEST

START_TEST(a_pool_that_cannot_be_started_leaves_nothing_behind)
{
    struct rlimit files;
    mp_pool *pool = NULL;

    end_pool(new_pool(1)); // the world is there
    ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &files), 0);
    int next = dup(0);
    close(next);
    struct rlimit few = {.rlim_cur = (rlim_t)next + 2, .rlim_max = files.rlim_max};
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &few), 0);
    int rc = mp_pool_create(&pool, 5, NULL);
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &files), 0);
    ck_assert_int_eq(rc, -EMFILE);
    ck_assert_ptr_null(pool);
    ck_assert_uint_eq(living(NULL), 0);
    expect_squares((pool = new_pool(5)), 20, 1);
    end_pool(pool);
}
END_TEST

START_TEST(a_worker_lost_between_close_and_join_is_replaced_while_there_is_work)
{
    mp_pool *pool = new_pool(1);
    mp_future *future;

    fill_orders();
    orders[10].what = KILL;
    ck_assert_int_eq(mp_pool_map_async(pool, obey, orders, ITEMS, long, 5, &future), 0);
    ck_assert_int_eq(mp_pool_close(pool), 0);
    ck_assert_int_eq(mp_pool_join(pool, MP_FOREVER), 0);
    ck_assert_int_eq(mp_future_result(future, results, sizeof results), -EOWNERDEAD);
    for (int i = 0; i < ITEMS; i++) {
        ck_assert_int_eq(results[i], i == 10 ? 0 : (long)i * i);
    }
    ck_assert_int_eq(mp_future_destroy(future), 0);
    ck_assert_int_eq(mp_pool_destroy(pool), 0);
}
END_TEST

static int map_for_ever(void *arg)
{
    mp_pool *pool;
    struct order order = {.what = WAIT, .flag = arg};
    long result;

    if (mp_pool_create(&pool, 3, NULL) != 0) {
        return 1;
    }
    mp_pool_apply(pool, obey, &order, &result);
    return 2;
}

// F21, F23: no worker outlives its owner.
START_TEST(workers_die_with_their_owner)
{
    static const int signals[] = {SIGKILL, SIGTERM};
    _Atomic int *flag = MP_SHARED(_Atomic int);
    pid_t pids[MP_PROCESSES];
    mp_process *owner = start_child(map_for_ever, flag);

    wait_until(waits_in(owner, MP_OP_TASKS_WAIT));
    ck_assert_uint_eq(living(pids), 3);
    ck_assert_int_eq(kill(mp_process_pid(owner), signals[_i]), 0);
    ck_assert_int_eq(end_of(owner), -signals[_i]);
    for (int i = 0; i < 3; i++) {
        ck_assert(proc_wait_gone(pids[i], LIBRARY_LIMIT_MS));
    }
}
END_TEST

// At exit of an owner that has forgotten its pool.
static int forget_pool(void *arg)
{
    mp_pool *pool;

    (void)arg;
    exit(mp_pool_create(&pool, 2, NULL) != 0);
}

START_TEST(a_forgotten_pool_does_not_keep_its_owner_from_ending)
{
    ck_assert_int_eq(end_of(start_child(forget_pool, NULL)), 0);
}
END_TEST

int main(void)
{
    struct suite_test tests[] = {
        {.test = a_worker_killed_in_a_task_takes_that_task_with_it, .from = 0, .to = 4},
        {.test = every_worker_can_die_in_one_map},
        {.test = an_idle_worker_can_be_killed_at_any_time,
         .from = 1,
         .to = 5,
         .timeout = 60},
        {.test = however_a_task_ends_its_worker_one_task_fails, .from = 0, .to = 8},
        {.test = a_worker_that_stands_still_can_be_killed_from_outside},
        {.test = workers_that_cannot_begin_are_not_replaced_for_ever},
        {.test = tasks_that_all_kill_end_the_pool},
        {.test = without_replacements_the_others_go_on},
        {.test = a_pool_that_cannot_be_started_leaves_nothing_behind},
        {.test = a_worker_lost_between_close_and_join_is_replaced_while_there_is_work},
        {.test = workers_die_with_their_owner, .from = 0, .to = 2},
        {.test = a_forgotten_pool_does_not_keep_its_owner_from_ending},
    };

    POOL_MAIN("pool deaths", tests);
}
