// SPDX-License-Identifier: MIT
// What the tests of queues share: a queue of numbers, and flags that say who is where.
#pragma once

#include "library.h"

struct queue_job {
    mp_queue *queue;
    _Atomic int arrived, go;
    _Atomic long sum;
};

__attribute__((unused)) static struct queue_job *new_queue_job(size_t capacity)
{
    struct queue_job *job = MP_SHARED(struct queue_job);

    ck_assert_ptr_nonnull(job);
    ck_assert_int_eq(mp_queue_create(&job->queue, int, capacity), 0);
    return job;
}

__attribute__((unused)) static void free_queue_job(struct queue_job *job)
{
    ck_assert_int_eq(mp_queue_destroy(job->queue), 0);
    ck_assert_int_eq(mp_shared_free(job), 0);
}

__attribute__((unused)) static int put(mp_queue *queue, int item, int timeout_ms)
{
    return mp_queue_put(queue, &item, sizeof item, timeout_ms);
}

// The item, or the error.
__attribute__((unused)) static int get(mp_queue *queue, int timeout_ms)
{
    int item = -1;
    size_t size = 0;
    int rc = mp_queue_get(queue, &item, sizeof item, &size, timeout_ms);

    if (rc == 0) {
        ck_assert_uint_eq(size, sizeof item);
    }
    return rc == 0 ? item : rc;
}

// Takes all until the queue is closed and empty: how many.
__attribute__((unused)) static int take_all(void *arg)
{
    struct queue_job *job = arg;
    int taken = 0;
    int item;

    for (int rc;
         (rc = mp_queue_get(job->queue, &item, sizeof item, NULL, MP_FOREVER)) != -EPIPE;
         taken++) {
        if (rc != 0) {
            return 255;
        }
        atomic_fetch_add(&job->sum, item);
    }
    return taken;
}

// Takes one and owes it: waits to be killed, or ends without a word.
__attribute__((unused)) static int take_one_and_stay(void *arg)
{
    struct queue_job *job = arg;
    int item = get(job->queue, MP_FOREVER);

    atomic_fetch_add(&job->arrived, 1);
    while (item >= 0 && !atomic_load(&job->go)) {
        limit_nap();
    }
    _exit(1);
}
