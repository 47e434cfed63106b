// SPDX-License-Identifier: MIT
// For tests of the library itself: mp in the test's own process, which is its main, and
// children that run a function of the test.
#pragma once

#include "internal.h"
#include "limit.h"
#include "mp.h"

#include <check.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

enum { LIBRARY_LIMIT_MS = 10000 };

// Waits until it is so; fails the test when it never is.
#define wait_until(so)                                                                   \
    do {                                                                                 \
        int64_t until_ = limit_after(LIBRARY_LIMIT_MS);                                  \
        while (!(so)) {                                                                  \
            if (limit_left(until_) == 0) {                                               \
                ck_abort_msg("never: %s", #so);                                          \
            }                                                                            \
            limit_nap();                                                                 \
        }                                                                                \
    } while (0)

// The teardown of each test: the library keeps its world until the process ends, and the
// leak fixture would name it.
__attribute__((unused)) static void library_close(void)
{
    if (mp_world_fd >= 0) {
        close(mp_world_fd);
    }
}

__attribute__((unused)) static mp_process *start_child(mp_target fn, void *arg)
{
    mp_process *child;

    ck_assert_int_eq(mp_process_create(&child, fn, arg, NULL), 0);
    ck_assert_int_eq(mp_process_start(child), 0);
    return child;
}

// Joins it and frees it: its exit status, or -signal.
__attribute__((unused)) static int end_of(mp_process *child)
{
    int code = 1000;

    ck_assert_int_eq(mp_process_join(child, MP_FOREVER), 0);
    ck_assert_int_eq(mp_process_exitcode(child, &code), 0);
    ck_assert_int_eq(mp_process_destroy(child), 0);
    return code;
}

// Its entry in the table.
__attribute__((unused)) static const struct mp_process_entry *entry_of(
    const mp_process *child)
{
    for (unsigned slot = 0; slot < MP_PROCESSES; slot++) {
        const struct mp_process_entry *entry = &mp_the_world->processes[slot];
        if (entry->pid == mp_process_pid(child) && entry->life != MP_LIFE_NONE) {
            return entry;
        }
    }
    ck_abort_msg("process %d has no entry", (int)mp_process_pid(child));
}

// It has said that it waits in such a call.
__attribute__((unused)) static bool waits_in(const mp_process *child, enum mp_op op)
{
    const struct mp_process_entry *entry = entry_of(child);
    return __atomic_load_n(&entry->waiting, __ATOMIC_ACQUIRE) == 1 && entry->now.op == op;
}

__attribute__((unused)) static uint64_t milliseconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}
