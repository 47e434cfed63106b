// SPDX-License-Identifier: MIT
// Every call that blocks, in a row: how to wait in it so that a wrong state is seen, and what
// lets it go on. Waiters are children of the test.
#pragma once

#include "unit/library.h"

enum { WRONG_STATE = -1000 };

struct job {
    mp_lock *lock;
    mp_rlock *rlock;
    mp_sem *sem;
    mp_event *event;
    mp_cond *cond;
    mp_lock *cond_lock;
    mp_barrier *barrier;
    mp_queue *empty, *full, *owed;
    _Atomic int arrived, go, signals;
    int which;
};

static mp_conn *ends[2]; // full from ends[0] to ends[1], empty in the other direction
static mp_process *child_of_waiter;
static mp_pool *pool;
static mp_future *future;

// --- each call: 0 when it has what it waited for ------------------------------------------------

static int wait_lock(struct job *job, int timeout_ms)
{
    int rc = mp_lock_acquire(job->lock, timeout_ms);
    bool has = mp_lock_release(job->lock) == 0;
    return has != (rc >= 0) ? WRONG_STATE : rc;
}

static int wait_rlock(struct job *job, int timeout_ms)
{
    int rc = mp_rlock_acquire(job->rlock, timeout_ms);
    bool has = mp_rlock_release(job->rlock) == 0;
    return has != (rc >= 0) ? WRONG_STATE : rc;
}

static int wait_sem(struct job *job, int timeout_ms)
{
    return mp_sem_acquire(job->sem, timeout_ms);
}

static int wait_event(struct job *job, int timeout_ms)
{
    return mp_event_wait(job->event, timeout_ms);
}

// Whatever it returns, it has its lock again.
static int wait_cond(struct job *job, int timeout_ms)
{
    if (mp_lock_acquire(job->cond_lock, MP_FOREVER) != 0) {
        return WRONG_STATE;
    }
    int rc = mp_cond_wait(job->cond, timeout_ms);
    return mp_lock_release(job->cond_lock) == 0 ? rc : WRONG_STATE;
}

static int went(void *arg)
{
    struct job *job = arg;
    return atomic_load(&job->go);
}

static int wait_cond_for(struct job *job, int timeout_ms)
{
    if (mp_lock_acquire(job->cond_lock, MP_FOREVER) != 0) {
        return WRONG_STATE;
    }
    int rc = mp_cond_wait_for(job->cond, went, job, timeout_ms);
    return mp_lock_release(job->cond_lock) == 0 ? rc : WRONG_STATE;
}

static int wait_barrier(struct job *job, int timeout_ms)
{
    int rc = mp_barrier_wait(job->barrier, timeout_ms);
    if (rc == -ETIMEDOUT || rc == -EINTR) { // who leaves breaks it
        bool is_broken = mp_barrier_is_broken(job->barrier) == 1;
        return is_broken && mp_barrier_reset(job->barrier) == 0 ? rc : WRONG_STATE;
    }
    return rc >= 0 ? 0 : rc;
}

static int wait_put(struct job *job, int timeout_ms)
{
    int item = 5;
    return mp_queue_put(job->full, &item, sizeof item, timeout_ms);
}

static int wait_get(struct job *job, int timeout_ms)
{
    int item = 0;
    size_t size = 0;
    int rc = mp_queue_get(job->empty, &item, sizeof item, &size, timeout_ms);
    return rc == 0 && (item != 7 || size != sizeof item) ? WRONG_STATE : rc;
}

static int wait_queue_join(struct job *job, int timeout_ms)
{
    return mp_queue_join(job->owed, timeout_ms);
}

static int wait_send(struct job *job, int timeout_ms)
{
    char byte = 2;
    (void)job;
    return mp_conn_send(ends[0], &byte, 1, timeout_ms);
}

static int wait_recv(struct job *job, int timeout_ms)
{
    int item = 0;
    size_t size = 0;
    (void)job;
    int rc = mp_conn_recv(ends[0], &item, sizeof item, &size, timeout_ms);
    return rc == 0 && (item != 7 || size != sizeof item) ? WRONG_STATE : rc;
}

static int wait_poll(struct job *job, int timeout_ms)
{
    (void)job;
    int rc = mp_conn_poll(ends[0], timeout_ms);
    return rc == 0 ? -ETIMEDOUT : rc == 1 ? 0 : rc;
}

static int until_go(void *arg)
{
    struct job *job = arg;
    while (!atomic_load(&job->go)) {
        limit_nap();
    }
    return 4;
}

static int wait_join(struct job *job, int timeout_ms)
{
    int code = 0;
    if (child_of_waiter == NULL &&
        (mp_process_create(&child_of_waiter, until_go, job, NULL) != 0 ||
         mp_process_start(child_of_waiter) != 0)) {
        return WRONG_STATE;
    }
    int rc = mp_process_join(child_of_waiter, timeout_ms);
    int known = mp_process_exitcode(child_of_waiter, &code);
    return rc == 0 && code != 4               ? WRONG_STATE
           : rc != 0 && known != -EINPROGRESS ? WRONG_STATE
                                              : rc;
}

static int task_until_go(const void *item, void *result)
{
    struct job *job = *(struct job *const *)item;
    int *answer = result;
    *answer = until_go(job);
    return 0;
}

static bool submitted(struct job *job)
{
    return pool != NULL || (mp_pool_create(&pool, 1, NULL) == 0 &&
                            mp_pool_submit(pool, task_until_go, &job, int, &future) == 0);
}

static int wait_future(struct job *job, int timeout_ms)
{
    int answer = 0;
    if (!submitted(job)) {
        return WRONG_STATE;
    }
    int rc = mp_future_wait(future, timeout_ms);
    if (rc != 0) {
        return mp_future_result(future, &answer, sizeof answer) == -EINPROGRESS
                   ? rc
                   : WRONG_STATE;
    }
    return mp_future_result(future, &answer, sizeof answer) == 0 && answer == 4
               ? rc
               : WRONG_STATE;
}

static int wait_futures(struct job *job, int timeout_ms)
{
    size_t index = 9;
    if (!submitted(job)) {
        return WRONG_STATE;
    }
    int rc = mp_futures_next(&future, 1, &index, timeout_ms);
    return rc == 0 && index != 0 ? WRONG_STATE : rc;
}

static int wait_pool_join(struct job *job, int timeout_ms)
{
    if (!submitted(job) || mp_pool_close(pool) != 0) {
        return WRONG_STATE;
    }
    return mp_pool_join(pool, timeout_ms);
}

// --- what the parent does to let it go on -------------------------------------------------------

static void free_lock(struct job *job)
{
    ck_assert_int_eq(mp_lock_release(job->lock), 0);
}

static void free_rlock(struct job *job)
{
    ck_assert_int_eq(mp_rlock_release(job->rlock), 0);
}

static void give_permit(struct job *job)
{
    ck_assert_int_eq(mp_sem_value(job->sem), 0);
    ck_assert_int_eq(mp_sem_release(job->sem, 1), 0);
}

static void set(struct job *job)
{
    ck_assert_int_eq(mp_event_set(job->event), 0);
}

static void notify(struct job *job)
{
    atomic_store(&job->go, 1);
    ck_assert_int_eq(mp_lock_acquire(job->cond_lock, LIBRARY_LIMIT_MS), 0);
    ck_assert_int_eq(mp_cond_notify(job->cond, 1), 0);
    ck_assert_int_eq(mp_lock_release(job->cond_lock), 0);
}

static void come(struct job *job)
{
    ck_assert_int_ge(mp_barrier_wait(job->barrier, LIBRARY_LIMIT_MS), 0);
}

static void take_out(struct job *job)
{
    int item;
    ck_assert_int_eq(mp_queue_size(job->full), 1);
    ck_assert_int_eq(mp_queue_get(job->full, &item, sizeof item, NULL, 0), 0);
    ck_assert_int_eq(item, 1); // and no second one from the call that was given up
}

static void put_in(struct job *job)
{
    const int item = 7;
    ck_assert_int_eq(mp_queue_put(job->empty, &item, sizeof item, 0), 0);
}

static void be_done(struct job *job)
{
    ck_assert_int_eq(mp_queue_task_done(job->owed), 0);
}

static void make_room(struct job *job)
{
    char byte = 0;
    (void)job;
    while (mp_conn_recv(ends[1], &byte, 1, NULL, 0) == 0 && byte == 1) {
    }
    ck_assert_int_ne(byte, 0);
}

static void send(struct job *job)
{
    const int item = 7;
    (void)job;
    ck_assert_int_eq(mp_conn_send(ends[1], &item, sizeof item, 0), 0);
}

static void let_go(struct job *job)
{
    atomic_store(&job->go, 1);
}

static const struct call {
    const char *name;
    int (*wait)(struct job *job, int timeout_ms);
    void (*release)(struct job *job);
} calls[] = {
    {"lock", wait_lock, free_lock},
    {"rlock", wait_rlock, free_rlock},
    {"semaphore", wait_sem, give_permit},
    {"event", wait_event, set},
    {"condition", wait_cond, notify},
    {"condition for", wait_cond_for, notify},
    {"barrier", wait_barrier, come},
    {"put", wait_put, take_out},
    {"get", wait_get, put_in},
    {"queue join", wait_queue_join, be_done},
    {"send", wait_send, make_room},
    {"receive", wait_recv, send},
    {"poll", wait_poll, send},
    {"join", wait_join, let_go},
    {"future", wait_future, let_go},
    {"futures", wait_futures, let_go},
    {"pool join", wait_pool_join, let_go},
};
enum { CALLS = sizeof calls / sizeof *calls };

static struct job *new_job(int which)
{
    struct job *job = MP_SHARED(struct job);
    const int item = 1;
    int gone;

    ck_assert_ptr_nonnull(job);
    job->which = which;
    ck_assert_int_eq(mp_lock_create(&job->lock), 0);
    ck_assert_int_eq(mp_lock_acquire(job->lock, 0), 0);
    ck_assert_int_eq(mp_rlock_create(&job->rlock), 0);
    ck_assert_int_eq(mp_rlock_acquire(job->rlock, 0), 0);
    ck_assert_int_eq(mp_sem_create(&job->sem, 0, 1), 0);
    ck_assert_int_eq(mp_event_create(&job->event), 0);
    ck_assert_int_eq(mp_lock_create(&job->cond_lock), 0);
    ck_assert_int_eq(mp_cond_create(&job->cond, job->cond_lock), 0);
    ck_assert_int_eq(mp_barrier_create(&job->barrier, 2), 0);
    ck_assert_int_eq(mp_queue_create(&job->empty, int, 1), 0);
    ck_assert_int_eq(mp_queue_create(&job->full, int, 1), 0);
    ck_assert_int_eq(mp_queue_put(job->full, &item, sizeof item, 0), 0);
    ck_assert_int_eq(mp_queue_create(&job->owed, int, 1), 0);
    ck_assert_int_eq(mp_queue_put(job->owed, &item, sizeof item, 0), 0);
    ck_assert_int_eq(mp_queue_get(job->owed, &gone, sizeof gone, NULL, 0), 0);
    ck_assert_int_eq(mp_pipe_create(ends, 1), 0);
    for (char byte = 1; mp_conn_send(ends[0], &byte, 1, 0) == 0;) {
    }
    return job;
}
