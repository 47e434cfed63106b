// SPDX-License-Identifier: MIT
/*
 * A pool as its owner calls it: made, waited for, closed, terminated, joined, freed. How
 * work goes to the workers and back stands in pool.h.
 *
 * The owner waits in one place, mp_pool_wait(). While it waits it sees to its workers, at
 * least every 100 ms: there is no thread that would do it at other times.
 */
#include "pool.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    GRACE_MS = 500,   /* between SIGTERM and SIGKILL */
    KILLED_MS = 5000, /* from SIGKILL to the end: moments in fact */
};

/* --- made --------------------------------------------------------------------------- */

static size_t shared_size(const mp_pool *pool)
{
    return sizeof(struct pool_shared) + pool->workers * sizeof(struct desk);
}

static int make_shared(mp_pool *pool, const char *name)
{
    void *memory;
    int rc = mp_object_new(&memory,
                           (struct mp_new_object){.kind = MP_KIND_POOL,
                                                  .size = shared_size(pool),
                                                  .name = name,
                                                  .type = "",
                                                  .parties = pool->workers},
                           &pool->object);
    if (rc == 0) {
        pool->shared = memory;
        pool->shared->object = pool->object;
        mp_guard_init(&pool->shared->guard);
    }
    return rc;
}

int mp_pool_create_named(mp_pool **out, size_t workers,
                         const struct mp_pool_options *options, const char *name)
{
    static const struct mp_pool_options defaults;
    options = options != NULL ? options : &defaults;
    workers = workers != 0 ? workers : (size_t)mp_cpu_count();
    if (out == NULL || name == NULL || workers >= MP_PROCESSES - 1) {
        return -EINVAL;
    }
    const char *prefix = options->prefix != NULL ? options->prefix : "worker";
    mp_pool *pool = calloc(1, sizeof *pool + workers * sizeof *pool->worker);
    if (pool == NULL) {
        return -ENOMEM;
    }
    pool->maker = getpid();
    pool->options = *options;
    pool->workers = (unsigned)workers;
    pool->waiting_end = &pool->waiting;
    pool->futures_end = &pool->futures;
    snprintf(pool->prefix, sizeof pool->prefix, "%s", prefix);
    int rc = make_shared(pool, name);
    if (rc != 0) {
        free(pool);
        return rc;
    }
    for (unsigned i = 0; i < pool->workers && rc == 0; i++) {
        pool->worker[i] = (struct worker){.pool = pool, .index = i};
        rc = mp_pool_start_worker(pool, &pool->worker[i]);
    }
    if (rc != 0) {
        mp_pool_destroy(pool);
        return rc;
    }
    *out = pool;
    return 0;
}

/* --- asked -------------------------------------------------------------------------- */

int mp_pool_check(const mp_pool *pool)
{
    if (pool == NULL) {
        return -EINVAL;
    }
    if (pool->maker != getpid()) {
        return -ECHILD;
    }
    return pool->calling_back ? -EDEADLK : 0;
}

int mp_pool_check_open(mp_pool *pool)
{
    int rc = mp_pool_check(pool);
    if (rc != 0) {
        return rc;
    }
    uint32_t end = atomic_load(&pool->shared->end);
    return end == MP_POOL_OPEN ? 0 : end == MP_POOL_GAVE_UP ? -ENOTRECOVERABLE : -EPIPE;
}

const char *mp_pool_error(const mp_pool *pool)
{
    return pool != NULL ? pool->error : "";
}

/* --- waited for --------------------------------------------------------------------- */

static int attempt(void *context)
{
    struct pool_wait *wait = context;
    struct mp_self *me = mp_self();
    if (wait->is_over(wait->context)) {
        return 0;
    }
    mp_pool_look_after(wait->pool);
    if (wait->is_over(wait->context)) {
        return 0;
    }
    if (me != NULL && mp_mode() != MP_MODE_FREE && me->entry->notified) {
        /* Something was done, but not all: says so, and waits for the next. */
        struct mp_deed deed = {.op = MP_OP_TASKS_WAIT,
                               .object = wait->pool->object,
                               .info = MP_FAILED,
                               .place = wait->place,
                               .value = EAGAIN};
        mp_emit(me, deed);
    }
    return -EAGAIN;
}

/* A result is often there within microseconds, and to be woken costs 80. */
static bool spin(const struct pool_wait *wait)
{
    bool over = wait->is_over(wait->context);
    for (int i = 0; i < POOL_SPINS && !over && mp_mode() == MP_MODE_FREE; i++) {
        mp_pause_processor();
        over = wait->is_over(wait->context);
    }
    return over;
}

int mp_pool_wait(struct pool_wait *wait, int timeout_ms)
{
    struct pool_shared *shared = wait->pool->shared;
    struct mp_deed deed = {
        .op = MP_OP_TASKS_WAIT, .object = wait->pool->object, .place = wait->place};
    struct mp_waiting waiting = {.deed = deed,
                                 .attempt = attempt,
                                 .context = wait,
                                 .sequence = &shared->done,
                                 .sleepers = &shared->waits};
    atomic_store(&shared->awaits, wait->job != NULL ? wait->job : AWAITS_ANY);
    int rc = spin(wait) ? 0 : mp_wait(mp_self(), &waiting, timeout_ms);
    atomic_store(&shared->awaits, NULL);
    deed.info = (uint8_t)(rc == 0 ? MP_DONE : MP_FAILED);
    deed.value = (uint64_t)-rc;
    mp_pool_tell(wait->pool, deed);
    mp_futures_settle(wait->pool);
    return rc;
}

static bool job_is_over(void *job)
{
    return mp_job_is_done(job);
}

int mp_pool_wait_job(mp_pool *pool, struct job *job, int timeout_ms, uint32_t place)
{
    struct pool_wait wait = {
        .pool = pool, .job = job, .is_over = job_is_over, .context = job, .place = place};
    return mp_pool_wait(&wait, timeout_ms);
}

/* --- ended -------------------------------------------------------------------------- */

void mp_pool_end(mp_pool *pool, enum mp_pool_end end)
{
    mp_pool_tell(pool,
                 (struct mp_deed){.op = MP_OP_POOL_CLOSE, .info = MP_DONE, .value = end});
    atomic_store(&pool->shared->end, end);
    atomic_fetch_add(&pool->shared->given, 1);
    mp_futex_wake(&pool->shared->given, INT_MAX);
}

void mp_pool_cancel_all(mp_pool *pool, int code, const char *error)
{
    while (pool->waiting != NULL) {
        mp_job_cancel(pool, pool->waiting->whole, code, error);
    }
    for (struct job *job = pool->open; job != NULL; job = job->next) {
        mp_job_cancel(pool, job, code, error);
    }
}

int mp_pool_close(mp_pool *pool)
{
    int rc = mp_pool_check(pool);
    if (rc == 0 && atomic_load(&pool->shared->end) == MP_POOL_OPEN) {
        mp_pool_end(pool, MP_POOL_CLOSED);
    }
    return rc;
}

static int milliseconds_to(uint64_t end)
{
    uint64_t now = mp_nanoseconds();
    return end > now ? (int)((end - now + 999999) / 1000000) : 0;
}

static void end_workers(mp_pool *pool)
{
    for (unsigned i = 0; i < pool->workers; i++) {
        if (pool->worker[i].process != NULL) {
            mp_process_terminate(pool->worker[i].process);
        }
    }
    uint64_t end = mp_nanoseconds() + GRACE_MS * 1000000ull;
    for (unsigned i = 0; i < pool->workers; i++) {
        mp_process *process = pool->worker[i].process;
        if (process != NULL && !mp_process_note_end(process, milliseconds_to(end))) {
            mp_process_kill(process);
            mp_process_note_end(process, KILLED_MS);
        }
    }
    for (unsigned i = 0; i < pool->workers; i++) {
        struct worker *worker = &pool->worker[i];
        if (worker->process != NULL) {
            mp_pool_clear_desk(pool, worker, -ECANCELED, CANCELLED);
            mp_pool_bury(pool, worker);
        }
    }
}

int mp_pool_terminate(mp_pool *pool)
{
    int rc = mp_pool_check(pool);
    if (rc != 0) {
        return rc;
    }
    if (atomic_load(&pool->shared->end) < MP_POOL_TERMINATED) {
        mp_pool_end(pool, MP_POOL_TERMINATED);
    }
    mp_pool_cancel_all(pool, -ECANCELED, CANCELLED);
    end_workers(pool);
    mp_pool_cancel_all(pool, -ECANCELED, CANCELLED); /* what the dead had claimed */
    mp_pool_fail_open(pool, -ECANCELED, CANCELLED);
    mp_futures_settle(pool);
    return 0;
}

static bool all_is_done(void *context)
{
    mp_pool *pool = context;
    for (struct job *job = pool->open; job != NULL; job = job->next) {
        if (!mp_job_is_done(job)) {
            return false;
        }
    }
    return pool->waiting == NULL;
}

int mp_pool_join(mp_pool *pool, int timeout_ms)
{
    return mp_pool_join_at(pool, timeout_ms, MP_CALLER);
}

int mp_pool_join_at(mp_pool *pool, int timeout_ms, uint32_t place)
{
    int rc = mp_pool_check(pool);
    if (rc != 0 || timeout_ms < MP_FOREVER) {
        return rc != 0 ? rc : -EINVAL;
    }
    if (atomic_load(&pool->shared->end) == MP_POOL_OPEN) {
        return -EBUSY;
    }
    uint64_t end =
        mp_nanoseconds() + (uint64_t)(timeout_ms > 0 ? timeout_ms : 0) * 1000000;
    struct pool_wait wait = {
        .pool = pool, .is_over = all_is_done, .context = pool, .place = place};
    rc = all_is_done(pool) ? 0 : mp_pool_wait(&wait, timeout_ms);
    for (unsigned i = 0; i < pool->workers && rc == 0; i++) {
        struct worker *worker = &pool->worker[i];
        if (worker->process == NULL) {
            continue;
        }
        int left = timeout_ms == MP_FOREVER ? MP_FOREVER : milliseconds_to(end);
        rc = mp_process_await(worker->process, left, place);
        if (rc == 0) {
            mp_pool_bury(pool, worker);
        }
    }
    return rc == -EAGAIN ? -ETIMEDOUT : rc;
}

int mp_pool_destroy(mp_pool *pool)
{
    if (pool == NULL) {
        return 0;
    }
    int rc = mp_pool_check(pool);
    if (rc != 0) {
        return rc;
    }
    mp_pool_terminate(pool);
    mp_job_free_all(pool);
    pthread_mutex_destroy(&pool->shared->guard);
    mp_object_remove(pool->object);
    mp_arena_free(pool->shared, shared_size(pool));
    free(pool);
    return 0;
}
