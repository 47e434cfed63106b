// SPDX-License-Identifier: MIT
// What the tests of pools share: tasks that work, fail, wait or kill themselves, and what the
// table says of the pool.
#pragma once

#include "library.h"
#include "suite.h"

#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

// An item: what to do, and a number.
struct order {
    int what, number;
    _Atomic int *flag; // in shared memory: RAISE and WAIT
};

enum {
    SQUARE,
    FAIL,      // returns its number, says so
    FAIL_MUTE, // returns it and says nothing
    KILL,      // of itself, by SIGKILL
    EXIT,      // exit(number)
    EXIT_RAW,  // _exit(number)
    ABORT,     // abort()
    SEGV,      // SIGSEGV
    TERM,      // SIGTERM to itself
    WAIT,      // until its flag is up
    RAISE,     // puts its flag up
    STOP,      // stands still until somebody kills it
    WHO,       // its pid is the result
};

__attribute__((unused)) static int obey(const void *item, void *result)
{
    const struct order *order = item;
    long *answer = result;

    switch (order->what) {
    case FAIL:
        mp_task_error("number %d is bad", order->number);
        return order->number;
    case FAIL_MUTE:
        return order->number;
    case KILL:
        raise(SIGKILL);
        break;
    case EXIT:
        exit(order->number);
    case EXIT_RAW:
        _exit(order->number);
    case ABORT:
        abort();
    case SEGV:
        raise(SIGSEGV);
        break;
    case TERM:
        raise(SIGTERM);
        break;
    case WAIT:
        while (!atomic_load(order->flag)) {
            limit_nap();
        }
        break;
    case RAISE:
        atomic_store(order->flag, 1);
        break;
    case STOP:
        atomic_store(order->flag, (int)getpid());
        raise(SIGSTOP);
        break;
    case WHO:
        *answer = (long)getpid();
        return 0;
    default:
        break;
    }
    *answer = (long)order->number * order->number;
    return 0;
}

__attribute__((unused)) static int square(const void *item, void *result)
{
    const int *number = item;
    long *answer = result;

    *answer = (long)*number * *number;
    return 0;
}

__attribute__((unused)) static mp_pool *new_pool(size_t workers)
{
    mp_pool *pool;

    ck_assert_int_eq(mp_pool_create(&pool, workers, NULL), 0);
    return pool;
}

__attribute__((unused)) static void end_pool(mp_pool *pool)
{
    ck_assert_int_eq(mp_pool_close(pool), 0);
    ck_assert_int_eq(mp_pool_join(pool, MP_FOREVER), 0);
    ck_assert_int_eq(mp_pool_destroy(pool), 0);
}

__attribute__((unused)) static const struct mp_object_entry *table_entry(void)
{
    for (unsigned i = 1; i < MP_OBJECTS; i++) {
        if (mp_the_world->objects[i].kind == MP_KIND_POOL) {
            return &mp_the_world->objects[i];
        }
    }
    ck_abort_msg("the pool has no entry");
}

// Living workers of all pools, by the table; their pids into `pids`.
__attribute__((unused)) static unsigned living(pid_t *pids)
{
    unsigned count = 0;

    for (unsigned slot = 1; slot < MP_PROCESSES; slot++) {
        const struct mp_process_entry *entry = &mp_the_world->processes[slot];
        if (entry->pool != 0 &&
            (entry->life == MP_LIFE_STARTED || entry->life == MP_LIFE_ALIVE)) {
            if (pids != NULL) {
                pids[count] = entry->pid;
            }
            count++;
        }
    }
    return count;
}

// What was given, taken and finished is the same, and so many.
__attribute__((unused)) static void expect_counts(uint64_t tasks)
{
    const struct mp_object_entry *entry = table_entry();
    ck_assert_uint_eq(entry->given, tasks);
    ck_assert_uint_eq(entry->finished, tasks);
    ck_assert_uint_eq(entry->taken, tasks);
}

// The plain case still works: so many squares.
__attribute__((unused)) static void expect_squares(mp_pool *pool, int n, size_t chunk)
{
    int *items = malloc((size_t)n * sizeof *items);
    long *results = calloc((size_t)n, sizeof *results);
    int *status = malloc((size_t)n * sizeof *status);
    struct mp_map_options options = {.chunk = chunk, .status = status};

    for (int i = 0; i < n; i++) {
        items[i] = i + 3;
    }
    ck_assert_int_eq(mp_pool_map(pool, square, items, (size_t)n, results, &options), 0);
    for (int i = 0; i < n; i++) {
        ck_assert_int_eq(status[i], 0);
        ck_assert_int_eq(results[i], (long)(i + 3) * (i + 3));
    }
    free(items);
    free(results);
    free(status);
}

#define POOL_MAIN(name, tests)                                                           \
    for (size_t i = 0; i < sizeof(tests) / sizeof *(tests); i++) {                       \
        (tests)[i].teardown = library_close;                                             \
    }                                                                                    \
    return suite_run((name), (tests), sizeof(tests) / sizeof *(tests))
