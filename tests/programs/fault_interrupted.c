// SPDX-License-Identifier: MIT
// Programs that are interrupted from the keyboard in the middle of their work. Each says
// "begun" when all workers have a task, which never ends by itself.
//
//   plain     a pool; nothing is done about signals
//   told      a pool, the stop flag, and closed and joined in the end
//   executor  likewise with an executor, which is shut down; more is pending
//   children  processes that wait for a lock
#include "mp.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { WORKERS = 2, TASKS = 8, INTERRUPTED = 130 };

static volatile sig_atomic_t told;
static _Atomic int *begun;

static void tell(int number)
{
    (void)number;
    told = 1;
}

static void say_begun(void)
{
    if (atomic_fetch_add(begun, 1) + 1 == WORKERS) {
        static const char text[] = "begun\n";
        if (write(STDOUT_FILENO, text, sizeof text - 1) < 0) {
            _exit(1);
        }
    }
}

static int never_done(const void *item, void *result)
{
    (void)item;
    (void)result;
    say_begun();
    return mp_sleep(1000000);
}

static int map(void)
{
    const int items[TASKS] = {0};
    int results[TASKS];
    mp_pool *pool;
    if (mp_pool_create(&pool, WORKERS, NULL) != 0) {
        return 1;
    }
    struct mp_map_options options = {.chunk = 1};
    int rc = mp_pool_map(pool, never_done, items, TASKS, results, &options);
    mp_pool_close(pool);
    mp_pool_join(pool, MP_FOREVER);
    mp_pool_destroy(pool);
    return rc == -EINTR ? INTERRUPTED : 2;
}

static int execute(void)
{
    const int item = 0;
    mp_future *futures[TASKS];
    mp_executor *executor;
    if (mp_executor_create(&executor, WORKERS, NULL) != 0) {
        return 1;
    }
    for (int i = 0; i < TASKS; i++) {
        if (mp_executor_submit(executor, never_done, &item, int, &futures[i]) != 0) {
            return 1;
        }
    }
    int rc = mp_future_wait(futures[TASKS - 1], MP_FOREVER);
    mp_executor_shutdown(executor, 0, MP_FOREVER);
    mp_executor_destroy(executor);
    for (int i = 0; i < TASKS; i++) {
        mp_future_destroy(futures[i]);
    }
    return rc == -EINTR ? INTERRUPTED : 2;
}

static mp_lock *lock;

static int want_lock(void *arg)
{
    (void)arg;
    say_begun();
    return mp_lock_acquire(lock, MP_FOREVER);
}

static int have_children(void)
{
    mp_process *children[WORKERS];
    mp_lock_create(&lock);
    mp_lock_acquire(lock, MP_FOREVER);
    for (int i = 0; i < WORKERS; i++) {
        if (mp_process_create(&children[i], want_lock, NULL, NULL) != 0 ||
            mp_process_start(children[i]) != 0) {
            return 1;
        }
    }
    return mp_process_join(children[0], MP_FOREVER) == 0 ? 2 : 3;
}

int main(int argc, char **argv)
{
    const char *what = argc > 1 ? argv[1] : "";
    begun = MP_SHARED(_Atomic int);
    if (strcmp(what, "told") == 0 || strcmp(what, "executor") == 0) {
        sigaction(SIGINT, &(struct sigaction){.sa_handler = tell}, NULL);
        mp_set_stop_flag(&told);
    }
    if (strcmp(what, "children") == 0) {
        return have_children();
    }
    return strcmp(what, "executor") == 0 ? execute() : map();
}
