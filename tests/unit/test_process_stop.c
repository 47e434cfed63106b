// SPDX-License-Identifier: MIT
// Tests of stopping: a child that does not want to end, signals of any number, the flag that
// tells a program to stop, and the wait for the first of several.
#include "library.h"
#include "suite.h"

#include <fcntl.h>
#include <signal.h>

enum { CHILDREN = 3, GRACE_MS = 200 };

struct shared {
    _Atomic int ran, go;
    mp_lock *lock;
    mp_barrier *barrier;
    int rc;
};

static int stay(void *arg)
{
    struct shared *shared = arg;

    atomic_fetch_add(&shared->ran, 1);
    while (!atomic_load(&shared->go)) {
        limit_nap();
    }
    return 6;
}

static int stay_against_all(void *arg)
{
    signal(SIGTERM, SIG_IGN);
    return stay(arg);
}

static int exit_status(mp_process *child)
{
    int code = 1000;

    ck_assert_int_eq(mp_process_exitcode(child, &code), 0);
    ck_assert_int_eq(mp_process_destroy(child), 0);
    return code;
}

START_TEST(stop_ends_also_who_ignores_the_request)
{
    struct shared *shared = MP_SHARED(struct shared);
    mp_process *child = start_child(stay_against_all, shared);

    wait_until(atomic_load(&shared->ran) == 1);
    uint64_t before = milliseconds();
    ck_assert_int_eq(mp_process_stop(child, GRACE_MS), 0);
    ck_assert_uint_ge(milliseconds() - before, GRACE_MS);
    ck_assert_int_eq(mp_process_stop(child, GRACE_MS), 0);
    ck_assert_int_eq(exit_status(child), -SIGKILL);
}
END_TEST

START_TEST(stop_does_not_kill_who_ends_when_asked)
{
    struct shared *shared = MP_SHARED(struct shared);
    mp_process *child = start_child(stay, shared);

    ck_assert_int_eq(mp_process_stop(child, MP_FOREVER), 0);
    ck_assert_int_eq(exit_status(child), -SIGTERM);
}
END_TEST

START_TEST(stop_and_signal_refuse_what_makes_no_sense)
{
    struct shared *shared = MP_SHARED(struct shared);
    mp_process *child;

    ck_assert_int_eq(mp_process_create(&child, stay, shared, NULL), 0);
    ck_assert_int_eq(mp_process_stop(child, 0), -ESRCH);
    ck_assert_int_eq(mp_process_signal(child, SIGUSR1), -ESRCH);
    ck_assert_int_eq(mp_process_start(child), 0);
    ck_assert_int_eq(mp_process_stop(child, -2), -EINVAL);
    ck_assert_int_eq(mp_process_signal(child, 1000), -EINVAL);
    ck_assert_int_eq(mp_process_is_alive(child), 1);
    ck_assert_int_eq(mp_process_stop(NULL, 0), -EINVAL);
    ck_assert_int_eq(mp_process_stop(mp_current(), 0), -EDEADLK);
    ck_assert_int_eq(mp_process_signal(child, SIGUSR1), 0);
    ck_assert_int_eq(end_of(child), -SIGUSR1);
}
END_TEST

static volatile sig_atomic_t told;

static void tell(int number)
{
    (void)number;
    told = 1;
}

// From now on a signal tells this process to stop.
static void obey(void)
{
    struct sigaction action = {.sa_handler = tell};

    ck_assert_int_eq(sigaction(SIGUSR1, &action, NULL), 0);
    ck_assert_int_eq(sigaction(SIGALRM, &action, NULL), 0);
    mp_set_stop_flag(&told);
}

// In a child of its own for each call: what it returned after the signal.
static int wait_in_lock(void *arg)
{
    struct shared *shared = arg;

    obey();
    atomic_fetch_add(&shared->ran, 1);
    shared->rc = mp_lock_acquire(shared->lock, MP_FOREVER);
    return 0;
}

static int wait_in_barrier(void *arg)
{
    struct shared *shared = arg;

    obey();
    atomic_fetch_add(&shared->ran, 1);
    shared->rc = mp_barrier_wait(shared->barrier, MP_FOREVER);
    // Nobody waits in vain for one that has left.
    return mp_barrier_wait(shared->barrier, 0) == -ENOTRECOVERABLE ? 0 : 1;
}

static int wait_in_sleep(void *arg)
{
    struct shared *shared = arg;

    obey();
    atomic_fetch_add(&shared->ran, 1);
    shared->rc = mp_sleep(1000000);
    return 0;
}

static int wait_in_wait_any(void *arg)
{
    struct shared *shared = arg;
    int ends[2], ready;

    obey();
    if (pipe2(ends, O_CLOEXEC) != 0) {
        return 1;
    }
    atomic_fetch_add(&shared->ran, 1);
    shared->rc = mp_wait_any(ends, 1, &ready, MP_FOREVER);
    return 0;
}

static struct shared *of_tasks;

static int sleep_in_task(const void *item, void *result)
{
    (void)item;
    (void)result;
    atomic_fetch_add(&of_tasks->ran, 1);
    return mp_sleep(1000000);
}

static int wait_in_map(void *arg)
{
    const int items[] = {1, 2, 3};
    int results[3];
    mp_pool *pool;

    of_tasks = arg;
    obey();
    if (mp_pool_create(&pool, 1, NULL) != 0) {
        return 1;
    }
    of_tasks->rc = mp_pool_map(pool, sleep_in_task, items, 3, results, NULL);
    return mp_pool_destroy(pool) == 0 ? 0 : 1;
}

// The signal comes at any moment around the call: just before its sleep too.
START_TEST(a_set_flag_ends_what_blocks)
{
    static const mp_target calls[] = {wait_in_lock, wait_in_barrier, wait_in_sleep,
                                      wait_in_wait_any, wait_in_map};
    struct shared *shared = MP_SHARED(struct shared);

    ck_assert_int_eq(mp_lock_create(&shared->lock), 0);
    ck_assert_int_eq(mp_lock_acquire(shared->lock, 0), 0);
    ck_assert_int_eq(mp_barrier_create(&shared->barrier, 2), 0);
    mp_process *child = start_child(calls[_i], shared);
    wait_until(atomic_load(&shared->ran) == 1);
    ck_assert_int_eq(mp_process_signal(child, SIGUSR1), 0);
    ck_assert_int_eq(mp_process_join(child, LIBRARY_LIMIT_MS), 0);
    ck_assert_int_eq(exit_status(child), 0);
    ck_assert_int_eq(shared->rc, -EINTR);
}
END_TEST

START_TEST(join_is_interrupted_and_stop_is_not)
{
    struct shared *shared = MP_SHARED(struct shared);

    obey();
    mp_process *child = start_child(stay_against_all, shared);

    wait_until(atomic_load(&shared->ran) == 1);
    told = 1;
    ck_assert_int_eq(mp_process_join(child, MP_FOREVER), -EINTR);
    ck_assert_int_eq(mp_process_join(child, 0), -ETIMEDOUT);
    ck_assert_int_eq(mp_process_is_alive(child), 1);
    uint64_t before = milliseconds();
    ck_assert_int_eq(mp_process_stop(child, GRACE_MS), 0);
    ck_assert_uint_ge(milliseconds() - before, GRACE_MS);
    ck_assert_int_eq(exit_status(child), -SIGKILL);
}
END_TEST

static int sleep_a_little(void *arg)
{
    (void)arg;
    return mp_sleep(1) == 0 ? 0 : 1;
}

START_TEST(a_child_does_not_inherit_the_flag)
{
    obey();
    told = 1;
    mp_process *child = start_child(sleep_a_little, NULL);
    told = 0;
    ck_assert_int_eq(end_of(child), 0);
}
END_TEST

START_TEST(without_a_flag_no_signal_ends_a_call)
{
    struct shared *shared = MP_SHARED(struct shared);
    const int every_us = 1000;

    obey();
    mp_process *child = start_child(stay, shared);
    mp_set_stop_flag(NULL);
    ualarm((useconds_t)every_us, (useconds_t)every_us);
    uint64_t before = milliseconds();
    ck_assert_int_eq(mp_process_join(child, GRACE_MS), -ETIMEDOUT);
    ck_assert_int_eq(mp_sleep(GRACE_MS), 0);
    ck_assert_uint_ge(milliseconds() - before, 2 * GRACE_MS);
    atomic_store(&shared->go, 1);
    ck_assert_int_eq(mp_process_join(child, MP_FOREVER), 0);
    ualarm(0, 0);
    ck_assert_int_eq(told, 1);
    ck_assert_int_eq(exit_status(child), 6);
}
END_TEST

START_TEST(wait_any_says_which_are_ready)
{
    struct shared *shared[CHILDREN];
    mp_process *children[CHILDREN];
    int fds[CHILDREN], ready[CHILDREN];

    for (int i = 0; i < CHILDREN; i++) {
        shared[i] = MP_SHARED(struct shared);
        children[i] = start_child(stay, shared[i]);
        fds[i] = mp_process_fd(children[i]);
    }
    ck_assert_int_eq(mp_wait_any(fds, CHILDREN, ready, 0), -ETIMEDOUT);
    ck_assert_int_eq(mp_wait_any(fds, CHILDREN, ready, 30), -ETIMEDOUT);
    for (int i = CHILDREN - 1; i >= 0; i--) {
        atomic_store(&shared[i]->go, 1);
        ck_assert_int_eq(mp_wait_any(fds, (size_t)i + 1, ready, MP_FOREVER), 1);
        for (int other = 0; other <= i; other++) {
            ck_assert_int_eq(ready[other], other == i);
        }
        ck_assert_int_eq(end_of(children[i]), 6);
    }
}
END_TEST

START_TEST(wait_any_names_what_cannot_be_waited_for)
{
    int fds[] = {0, -1}, closed = dup(0), ready[2];

    ck_assert_int_ge(closed, 0);
    close(closed);
    ck_assert_int_eq(mp_wait_any(NULL, 1, ready, 0), -EINVAL);
    ck_assert_int_eq(mp_wait_any(fds, 1, NULL, 0), -EINVAL);
    ck_assert_int_eq(mp_wait_any(fds, 0, ready, 0), -EINVAL);
    ck_assert_int_eq(mp_wait_any(fds, 1, ready, -2), -EINVAL);
    ck_assert_int_eq(mp_wait_any(fds, 2, ready, MP_FOREVER), -EBADF);
    ck_assert_int_eq(mp_wait_any(&closed, 1, ready, MP_FOREVER), -EBADF);
}
END_TEST

int main(void)
{
    struct suite_test tests[] = {
        {.test = stop_ends_also_who_ignores_the_request},
        {.test = stop_does_not_kill_who_ends_when_asked},
        {.test = stop_and_signal_refuse_what_makes_no_sense},
        {.test = a_set_flag_ends_what_blocks, .from = 0, .to = 5},
        {.test = join_is_interrupted_and_stop_is_not},
        {.test = a_child_does_not_inherit_the_flag},
        {.test = without_a_flag_no_signal_ends_a_call},
        {.test = wait_any_says_which_are_ready},
        {.test = wait_any_names_what_cannot_be_waited_for},
    };

    for (size_t i = 0; i < sizeof tests / sizeof *tests; i++) {
        tests[i].teardown = library_close;
    }
    return suite_run("process stop", tests, sizeof tests / sizeof *tests);
}
