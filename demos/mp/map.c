// SPDX-License-Identifier: MIT
/* Many tasks at once, waited for: one job, its results copied out in the order of its
   items. */
#include "pool.h"

#include <stdio.h>
#include <string.h>

/* Results of tasks that went well go to their places; of one that failed the place stays
   as it was. The code of the first that failed, or 0. */
int mp_job_collect(const struct job *job, int open, void *results, int *status)
{
    int first = 0;
    for (uint32_t task = 0; task < job->count; task++) {
        int code = atomic_load_explicit(&job->status[task], memory_order_acquire);
        code = code == TASK_OPEN ? open : code;
        if (code == 0 && results != NULL) {
            size_t at = task * job->result_size;
            mp_job_copy((char *)results + at, job->results + at, job->result_size);
        }
        if (status != NULL) {
            status[task] = code;
        }
        first = first != 0 ? first : code;
    }
    return first;
}

int mp_pool_check_work(mp_pool *pool, const struct mp_work *work)
{
    if (work == NULL || work->fn == NULL || work->name == NULL || work->type == NULL) {
        return -EINVAL;
    }
    bool lacks_items = work->items == NULL && work->item_size != 0 && work->count != 0;
    return lacks_items ? -EINVAL : mp_pool_check_open(pool);
}

int mp_pool_map_work(mp_pool *pool, const struct mp_work *work, void *results,
                     const struct mp_map_options *options)
{
    return mp_pool_map_at(pool, work, results, options, MP_CALLER);
}

int mp_pool_map_at(mp_pool *pool, const struct mp_work *work, void *results,
                   const struct mp_map_options *options, uint32_t place)
{
    static const struct mp_map_options defaults;
    options = options != NULL ? options : &defaults;
    int rc = mp_pool_check_work(pool, work);
    bool lacks_room =
        rc == 0 && results == NULL && work->result_size != 0 && work->count != 0;
    if (rc == 0 && (lacks_room || options->timeout_ms < MP_FOREVER)) {
        rc = -EINVAL;
    }
    if (rc != 0 || work->count == 0) {
        return rc;
    }
    struct job *job;
    rc = mp_job_give(pool, work, options->chunk, &job);
    if (rc != 0) {
        return rc;
    }
    int timeout = options->timeout_ms == 0 ? MP_FOREVER : options->timeout_ms;
    rc = mp_pool_wait_job(pool, job, timeout, place);
    if (rc != 0) {
        mp_job_cancel(pool, job, -ECANCELED, CANCELLED); /* what is in work goes on */
    }
    int failed = mp_job_collect(job, rc, results, options->status);
    if (rc != 0 && failed == rc) { /* nobody has said why it is not done */
        snprintf(pool->error, sizeof pool->error, "%s",
                 rc == -EINTR ? "told to stop" : "not done in time");
    } else {
        mp_job_why(pool->shared, job, pool->error);
    }
    mp_job_leave(pool, job);
    return rc == -EINTR ? rc : failed;
}
