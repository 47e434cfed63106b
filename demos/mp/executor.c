// SPDX-License-Identifier: MIT
/* An executor: a pool whose work is given one by one. */
#include "pool.h"

#include <stdlib.h>

struct mp_executor {
    mp_pool *pool;
};

int mp_executor_create_named(mp_executor **out, size_t workers,
                             const struct mp_pool_options *options, const char *name)
{
    mp_executor *executor = out != NULL ? malloc(sizeof *executor) : NULL;
    if (executor == NULL) {
        return out != NULL ? -ENOMEM : -EINVAL;
    }
    int rc = mp_pool_create_named(&executor->pool, workers, options, name);
    if (rc != 0) {
        free(executor);
        return rc;
    }
    *out = executor;
    return 0;
}

mp_pool *mp_executor_pool(mp_executor *executor)
{
    return executor != NULL ? executor->pool : NULL;
}

int mp_executor_map_work(mp_executor *executor, const struct mp_work *work, void *results,
                         int *status)
{
    struct mp_map_options options = {.chunk = 1, .status = status};
    return mp_pool_map_at(mp_executor_pool(executor), work, results, &options, MP_CALLER);
}

static int shut_down(mp_executor *executor, int cancel_pending, int timeout_ms,
                     uint32_t place)
{
    mp_pool *pool = mp_executor_pool(executor);
    int rc = mp_pool_close(pool);
    if (rc == 0 && cancel_pending) {
        mp_pool_cancel_all(pool, -ECANCELED, CANCELLED);
        mp_futures_settle(pool);
    }
    return rc == 0 ? mp_pool_join_at(pool, timeout_ms, place) : rc;
}

int mp_executor_shutdown(mp_executor *executor, int cancel_pending, int timeout_ms)
{
    return shut_down(executor, cancel_pending, timeout_ms, MP_CALLER);
}

int mp_executor_kill(mp_executor *executor)
{
    return mp_pool_terminate(mp_executor_pool(executor));
}

int mp_executor_destroy(mp_executor *executor)
{
    if (executor == NULL) {
        return 0;
    }
    int rc = shut_down(executor, 0, MP_FOREVER, MP_CALLER);
    rc = rc == 0 || rc == -EINTR ? mp_pool_destroy(executor->pool) : rc;
    if (rc == 0) {
        free(executor);
    }
    return rc;
}
