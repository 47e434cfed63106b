// SPDX-License-Identifier: MIT
/*
 * Futures: results to come, asked for one by one.
 *
 *     pending --> running --> done          (its job tells)
 *     pending --cancel--> cancelled
 *     done or cancelled --> settled: what came out is the future's own, its job is free
 *                           again, callbacks have run; the pool knows it no more
 *
 * All of it is private to the owner. Futures are settled inside its calls: when it waits,
 * and when it asks.
 */
#include "pool.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct callback {
    mp_callback call;
    void *arg;
    struct callback *next;
};

struct mp_future {
    mp_pool *pool; /* NULL when it is settled; likewise the next */
    struct job *job;
    pid_t maker;
    struct mp_future *next; /* of those that are not settled */
    size_t bytes;           /* of the results */
    int code;               /* when it is settled: of the first task that failed, or 0 */
    bool was_had;           /* mp_futures_next() has given it */
    char error[TASK_ERROR];
    struct callback *callbacks;
    char *results;
};

/* --- settled ------------------------------------------------------------------------ */

static void call_back(mp_future *future)
{
    future->pool->calling_back = true;
    while (future->callbacks != NULL) {
        struct callback *first = future->callbacks;
        future->callbacks = first->next;
        first->call(future, first->arg);
        free(first);
    }
    future->pool->calling_back = false;
}

/* It is out of the list already: a callback may look at it, and at nothing else. */
static void settle(mp_future *future)
{
    struct job *job = future->job;
    future->code = mp_job_collect(job, 0, future->results, NULL);
    mp_job_why(future->pool->shared, job, future->error);
    future->job = NULL;
    mp_job_leave(future->pool, job);
    call_back(future);
    future->pool = NULL;
}

static void unlink_at(struct mp_future **link)
{
    mp_future *future = *link;
    *link = future->next;
    if (*link == NULL) {
        future->pool->futures_end = link;
    }
}

/* Tasks are taken in their order: behind more open ones than there are workers, hardly
   anything is done. */
void mp_futures_settle(mp_pool *pool)
{
    unsigned misses = 0;
    struct mp_future **link = &pool->futures;
    while (*link != NULL && misses <= pool->workers && !pool->calling_back) {
        mp_future *future = *link;
        if (mp_job_is_done(future->job)) {
            unlink_at(link);
            settle(future);
        } else {
            link = &future->next;
            misses++;
        }
    }
}

static bool is_done(mp_future *future)
{
    return future->job == NULL || mp_job_is_done(future->job);
}

/* This one, wherever it is in the list. */
static void settle_if_done(mp_future *future)
{
    if (future->job == NULL || future->pool->calling_back || !is_done(future)) {
        return;
    }
    struct mp_future **link = &future->pool->futures;
    while (*link != future) {
        link = &(*link)->next;
    }
    unlink_at(link);
    settle(future);
}

/* May the caller ask about it? It may when a callback runs. */
static int check(const mp_future *future)
{
    if (future == NULL) {
        return -EINVAL;
    }
    return future->maker == getpid() ? 0 : -ECHILD;
}

/* ... and do something with it? */
static int check_idle(const mp_future *future)
{
    int rc = check(future);
    return rc == 0 && future->pool != NULL && future->pool->calling_back ? -EDEADLK : rc;
}

/* --- made and freed ----------------------------------------------------------------- */

static void free_future(mp_future *future)
{
    while (future->callbacks != NULL) {
        struct callback *next = future->callbacks->next;
        free(future->callbacks);
        future->callbacks = next;
    }
    free(future->results);
    free(future);
}

int mp_pool_submit_work(mp_pool *pool, const struct mp_work *work, size_t chunk,
                        mp_future **out)
{
    int rc = mp_pool_check_work(pool, work);
    if (rc != 0 || out == NULL || work->count == 0) {
        return rc != 0 ? rc : -EINVAL;
    }
    mp_future *future = calloc(1, sizeof *future);
    if (future == NULL) {
        return -ENOMEM;
    }
    future->results = calloc(work->count, work->result_size + 1);
    rc = future->results == NULL ? -ENOMEM : mp_job_give(pool, work, chunk, &future->job);
    if (rc != 0) {
        free_future(future);
        return rc;
    }
    future->bytes = work->count * work->result_size;
    future->maker = getpid();
    future->pool = pool;
    *pool->futures_end = future;
    pool->futures_end = &future->next;
    *out = future;
    return 0;
}

int mp_future_destroy(mp_future *future)
{
    if (future == NULL) {
        return 0;
    }
    int rc = check_idle(future);
    if (rc != 0) {
        return rc;
    }
    if (future->pool != NULL) {
        struct mp_future **link = &future->pool->futures;
        while (*link != future) {
            link = &(*link)->next;
        }
        unlink_at(link);
        mp_job_leave(future->pool, future->job);
    }
    free_future(future);
    return 0;
}

/* --- asked -------------------------------------------------------------------------- */

int mp_future_state(mp_future *future)
{
    int rc = check(future);
    if (rc != 0) {
        return rc;
    }
    settle_if_done(future);
    if (future->job == NULL) {
        return future->code == -ECANCELED ? MP_FUTURE_CANCELLED : MP_FUTURE_DONE;
    }
    return mp_job_has_begun(future->job) ? MP_FUTURE_RUNNING : MP_FUTURE_PENDING;
}

int mp_future_result(mp_future *future, void *out, size_t size)
{
    int rc = check(future);
    if (rc != 0) {
        return rc;
    }
    settle_if_done(future);
    if (future->job != NULL) {
        return -EINPROGRESS;
    }
    if (future->bytes > size) {
        return -EMSGSIZE;
    }
    if (out == NULL && future->bytes != 0) {
        return -EINVAL;
    }
    mp_job_copy(out, future->results, future->bytes);
    return future->code;
}

const char *mp_future_error(mp_future *future)
{
    if (check(future) != 0) {
        return "";
    }
    settle_if_done(future);
    return future->error;
}

int mp_future_on_done(mp_future *future, mp_callback callback, void *arg)
{
    int rc = check(future);
    if (rc != 0 || callback == NULL) {
        return rc != 0 ? rc : -EINVAL;
    }
    settle_if_done(future);
    if (future->job == NULL) {
        callback(future, arg);
        return 0;
    }
    struct callback *added = malloc(sizeof *added);
    if (added == NULL) {
        return -ENOMEM;
    }
    *added = (struct callback){.call = callback, .arg = arg};
    struct callback **link = &future->callbacks;
    while (*link != NULL) {
        link = &(*link)->next;
    }
    *link = added;
    return 0;
}

int mp_future_cancel(mp_future *future)
{
    int rc = check_idle(future);
    if (rc != 0) {
        return rc;
    }
    settle_if_done(future);
    if (future->job == NULL) {
        return -EALREADY;
    }
    if (mp_job_has_begun(future->job) ||
        mp_job_cancel(future->pool, future->job, -ECANCELED, CANCELLED) == 0) {
        return -EBUSY;
    }
    settle_if_done(future);
    return 0;
}

/* --- waited for --------------------------------------------------------------------- */

struct several {
    mp_future **futures;
    size_t n;
    enum mp_wait_for mode;
    bool fresh; /* only those that mp_futures_next() has not given yet */
};

static int code_of(mp_future *future)
{
    return future->job == NULL ? future->code
                               : mp_job_collect(future->job, 0, NULL, NULL);
}

static bool several_are_over(void *context)
{
    const struct several *several = context;
    size_t done = 0;
    for (size_t i = 0; i < several->n; i++) {
        mp_future *future = several->futures[i];
        if (!is_done(future)) {
            continue;
        }
        done++;
        bool counts = !several->fresh || !future->was_had;
        if ((several->mode == MP_FIRST_DONE && counts) ||
            (several->mode == MP_FIRST_FAILED && code_of(future) != 0)) {
            return true;
        }
    }
    return done == several->n;
}

static int wait_several(struct several *several, int timeout_ms, uint32_t place)
{
    mp_pool *pool = NULL;
    for (size_t i = 0; i < several->n; i++) {
        mp_future *future = several->futures[i];
        int rc = check_idle(future);
        if (rc != 0) {
            return rc;
        }
        if (future->pool != NULL && pool != NULL && future->pool != pool) {
            return -EINVAL;
        }
        pool = future->pool != NULL ? future->pool : pool;
    }
    if (pool == NULL || several_are_over(several)) {
        return 0;
    }
    struct pool_wait wait = {.pool = pool,
                             .job = several->n == 1 ? several->futures[0]->job : NULL,
                             .is_over = several_are_over,
                             .context = several,
                             .place = place};
    int rc = mp_pool_wait(&wait, timeout_ms);
    return rc == -EAGAIN ? -ETIMEDOUT : rc;
}

static int check_several(mp_future **futures, size_t n, int timeout_ms)
{
    return (futures == NULL && n != 0) || timeout_ms < MP_FOREVER ? -EINVAL : 0;
}

int mp_future_wait(mp_future *future, int timeout_ms)
{
    struct several one = {.futures = &future, .n = 1, .mode = MP_ALL_DONE};
    int rc = check_several(&future, 1, timeout_ms);
    rc = rc == 0 ? wait_several(&one, timeout_ms, MP_CALLER) : rc;
    if (rc == 0) {
        settle_if_done(future);
    }
    return rc;
}

int mp_futures_wait(mp_future **futures, size_t n, enum mp_wait_for mode, int timeout_ms)
{
    struct several several = {.futures = futures, .n = n, .mode = mode};
    int rc = check_several(futures, n, timeout_ms);
    rc = rc == 0 ? wait_several(&several, timeout_ms, MP_CALLER) : rc;
    if (rc != 0) {
        return rc;
    }
    int done = 0;
    for (size_t i = 0; i < n; i++) {
        settle_if_done(futures[i]);
        done += is_done(futures[i]);
    }
    return done;
}

int mp_futures_next(mp_future **futures, size_t n, size_t *index, int timeout_ms)
{
    struct several several = {
        .futures = futures, .n = n, .mode = MP_FIRST_DONE, .fresh = true};
    int rc = check_several(futures, n, timeout_ms);
    if (rc != 0 || index == NULL) {
        return rc != 0 ? rc : -EINVAL;
    }
    rc = wait_several(&several, timeout_ms, MP_CALLER);
    for (size_t i = 0; i < n && rc == 0; i++) {
        if (is_done(futures[i]) && !futures[i]->was_had) {
            settle_if_done(futures[i]);
            futures[i]->was_had = true;
            *index = i;
            return 0;
        }
    }
    return rc != 0 ? rc : -ENOENT;
}
