// SPDX-License-Identifier: MIT
// What the tests of locks share: a lock, what it guards, and flags that say who is where.
#pragma once

#include "library.h"

struct job {
    mp_lock *lock;
    volatile long counter, second; // guarded by lock
    _Atomic int arrived, recovered, wrong, go, signals, stop;
};

__attribute__((unused)) static struct job *new_job(void)
{
    struct job *job = MP_SHARED(struct job);

    ck_assert_ptr_nonnull(job);
    ck_assert_int_eq(mp_lock_create(&job->lock), 0);
    return job;
}

__attribute__((unused)) static void free_job(struct job *job)
{
    ck_assert_int_eq(mp_lock_destroy(job->lock), 0);
    ck_assert_int_eq(mp_shared_free(job), 0);
}

__attribute__((unused)) static const struct mp_object_entry *table_entry(void)
{
    for (unsigned i = 1; i < MP_OBJECTS; i++) {
        if (mp_the_world->objects[i].kind == MP_KIND_LOCK) {
            return &mp_the_world->objects[i];
        }
    }
    ck_abort_msg("the lock has no entry");
}
