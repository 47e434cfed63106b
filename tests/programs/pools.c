// SPDX-License-Identifier: MIT
// Pools at work, as tests/unit/test_pool_controlled.c runs them under control. Each ends with
// status 0 when all that is not lost is right; at most one task is lost, if the test kills
// somebody.
//
//   map        7 items one by one       chunks     9 items, three at a time
//   fail       one of 7 fails           dies       one of 7 kills its worker
//   again      two maps in a row        retires    each worker ends after two tasks
//   futures    waited for in turn       first      whichever is done first
//   cancel     all that is pending      one        results one by one
//   close      work in hand at the end  terminate  ended at once
//   limit      a map that is too long   forgets    main ends with the pool open
//   refuses    workers cannot begin
#include "mp.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WORKERS = 2, MOST = 9, DEADLY = 1000, BAD = 2000 };

static mp_pool *pool;
static int items[MOST];
static int results[MOST];
static int status[MOST];
static int wrong, lost;

static int add_one(const void *item, void *result)
{
    const int *number = item;
    int *more = result;
    if (*number == DEADLY) {
        raise(SIGKILL);
    }
    *more = *number + 1;
    return *number == BAD ? 7 : 0;
}

static int refuse(void *arg)
{
    (void)arg;
    return 5;
}

static void check_one(int i, int code, int result)
{
    int expected = items[i] == BAD ? 7 : 0;
    if (code == -EOWNERDEAD) {
        lost++;
    } else if (code != expected || (code == 0 && result != items[i] + 1)) {
        printf("item %d: code %d, result %d\n", i, code, result);
        wrong++;
    }
}

static void map(int n, size_t chunk)
{
    struct mp_map_options options = {.chunk = chunk, .status = status};
    mp_pool_map(pool, add_one, items, (size_t)n, results, &options);
    for (int i = 0; i < n; i++) {
        check_one(i, status[i], results[i]);
    }
}

static void end(void)
{
    wrong += mp_pool_close(pool) != 0 || mp_pool_join(pool, MP_FOREVER) != 0 ||
             mp_pool_destroy(pool) != 0;
}

static void futures(int how)
{
    mp_future *future[MOST];
    size_t at;
    for (int i = 0; i < 5; i++) {
        wrong += mp_pool_submit(pool, add_one, &items[i], int, &future[i]) != 0;
    }
    for (int i = 4; i >= 0 && how == 'c'; i--) {
        mp_future_cancel(future[i]);
    }
    for (int i = 0; i < 5; i++) {
        int result = 0;
        at = (size_t)i;
        wrong += (how == 'f' ? mp_futures_next(future, 5, &at, MP_FOREVER)
                             : mp_future_wait(future[i], MP_FOREVER)) != 0;
        int code = mp_future_result(future[at], &result, sizeof result);
        if (how != 'c' || code != -ECANCELED) {
            check_one((int)at, code, result);
        }
    }
    for (int i = 0; i < 5; i++) {
        wrong += mp_future_destroy(future[i]) != 0;
    }
}

static void one_by_one(void)
{
    struct mp_imap_options options = {.window = 3};
    mp_iter *iter;
    wrong += mp_pool_imap(pool, add_one, items, 7, int, &options, &iter) != 0;
    for (int i = 0; i < 7; i++) {
        int result = 0;
        int code = mp_iter_next(iter, &result, NULL, MP_FOREVER);
        check_one(i, code, result);
    }
    wrong += mp_iter_next(iter, results, NULL, MP_FOREVER) != -ENOENT;
    wrong += mp_iter_destroy(iter) != 0;
}

static void leave_work(bool terminate)
{
    mp_future *future;
    wrong += mp_pool_map_async(pool, add_one, items, 7, int, 2, &future) != 0;
    if (terminate) {
        wrong += mp_pool_terminate(pool) != 0;
    }
    end();
    int code = mp_future_result(future, results, sizeof results);
    lost += code == -EOWNERDEAD;
    wrong += code != 0 && code != -EOWNERDEAD && (!terminate || code != -ECANCELED);
    mp_future_destroy(future);
}

/* Nobody can go but who waits with a limit: it passes. Else there are results first. */
static void with_limit(void)
{
    struct mp_map_options options = {.chunk = 1, .timeout_ms = 1, .status = status};
    mp_pool_map(pool, add_one, items, 7, results, &options);
    for (int i = 0; i < 7; i++) {
        if (status[i] != -ECANCELED && status[i] != -ETIMEDOUT) {
            check_one(i, status[i], results[i]);
        }
    }
}

int main(int argc, char **argv)
{
    const char *what = argc > 1 ? argv[1] : "";
    struct mp_pool_options options = {.max_tasks = strcmp(what, "retires") == 0 ? 2 : 0,
                                      .begin =
                                          strcmp(what, "refuses") == 0 ? refuse : NULL,
                                      .respawn_limit = 3};
    for (int i = 0; i < MOST; i++) {
        items[i] = i * i;
    }
    items[2] = strcmp(what, "dies") == 0 ? DEADLY : strcmp(what, "fail") == 0 ? BAD : 4;
    if (mp_pool_create(&pool, WORKERS, &options) != 0) {
        return 3;
    }
    if (strcmp(what, "chunks") == 0) {
        map(9, 3);
    } else if (strcmp(what, "futures") == 0 || strcmp(what, "first") == 0 ||
               strcmp(what, "cancel") == 0) {
        futures(strcmp(what, "futures") == 0 ? 0 : what[0]);
    } else if (strcmp(what, "one") == 0) {
        one_by_one();
    } else if (strcmp(what, "close") == 0 || strcmp(what, "terminate") == 0) {
        leave_work(what[0] == 't');
    } else if (strcmp(what, "limit") == 0) {
        with_limit();
    } else if (strcmp(what, "refuses") == 0) {
        wrong += mp_pool_map(pool, add_one, items, 7, results, NULL) != -ENOTRECOVERABLE;
    } else {
        map(7, 1);
        map(strcmp(what, "again") == 0 ? 7 : 0, 2);
    }
    if (strcmp(what, "close") != 0 && strcmp(what, "terminate") != 0 &&
        strcmp(what, "forgets") != 0) {
        end();
    }
    printf("wrong %d, lost %d\n", wrong, lost);
    return wrong != 0 ? 1 : lost > 1 ? 2 : 0;
}
