// SPDX-License-Identifier: MIT
/*
 * Jobs, as the owner of a pool gives, cancels and leaves them. See pool.h for how a job goes
 * its way and who may touch what, job_memory.c for what it lies in.
 */
#include "pool.h"

#include <string.h>

void mp_pool_tell(mp_pool *pool, struct mp_deed deed)
{
    struct mp_self *me = mp_self();
    deed.object = pool->object;
    if (me != NULL) {
        mp_emit(me, deed);
    } else if (mp_me->entry != NULL) {
        mp_apply_object(mp_the_world, mp_me->slot, &deed);
    }
}

/* --- given -------------------------------------------------------------------------- */

/* Functions differ from job to job: the screen is told when the next one does something
   else than the last. */
static void tell_type(mp_pool *pool, const struct job *job)
{
    struct mp_self *me = mp_self();
    struct mp_object_entry *entry = &mp_the_world->objects[pool->object];
    if (strcmp(pool->type, job->type) == 0) {
        return;
    }
    mp_job_copy(pool->type, job->type, sizeof pool->type);
    mp_entry_begin(&entry->version);
    mp_job_copy(entry->type, pool->type, sizeof entry->type);
    mp_entry_end(&entry->version);
    if (me != NULL) {
        mp_emit_name(me, MP_NAME_OF_TYPE, pool->object, pool->type);
    }
}

/* Of a job that no worker has seen yet. */
static void open_claim(struct job *job, uint32_t next)
{
    uint32_t generation = job_generation(atomic_load(&job->claim));
    atomic_store(&job->claim, job_claim(generation, next));
}

static bool has_room(struct pool_shared *shared)
{
    uint32_t tail = atomic_load_explicit(&shared->tail, memory_order_relaxed);
    for (;;) {
        uint32_t head = atomic_load(&shared->head);
        if (tail - head < POOL_JOBS) {
            return true;
        }
        struct job *oldest = atomic_load(&shared->ring[head % POOL_JOBS]);
        if (job_next(atomic_load(&oldest->claim)) < oldest->count) {
            return false;
        }
        atomic_compare_exchange_strong(&shared->head, &head, head + 1);
    }
}

/* Into the ring: from here on workers find it. Who sleeps says so before it looks a last
   time; we look who sleeps after the job is there: one of both sees the other. */
static void push(mp_pool *pool, struct job *job)
{
    struct pool_shared *shared = pool->shared;
    if (job->whole == job) {
        job->first = pool->given;
        pool->given += job->count;
        tell_type(pool, job);
        mp_pool_tell(pool, (struct mp_deed){.op = MP_OP_TASKS_GIVE,
                                            .info = MP_DONE,
                                            .offset = job->first,
                                            .value = job->count});
    }
    open_claim(job, 0);
    uint32_t tail = atomic_load_explicit(&shared->tail, memory_order_relaxed);
    atomic_store_explicit(&shared->ring[tail % POOL_JOBS], job, memory_order_relaxed);
    atomic_store(&shared->tail, tail + 1);
    if (atomic_load(&shared->idle) != 0) {
        atomic_fetch_add(&shared->given, 1);
        mp_futex_wake(&shared->given, (int)((job->count + job->chunk - 1) / job->chunk));
    }
}

static void open_job(mp_pool *pool, struct job *job)
{
    job->next = pool->open;
    job->link = &pool->open;
    if (job->next != NULL) {
        job->next->link = &job->next;
    }
    pool->open = job;
}

static void close_job(struct job *job)
{
    *job->link = job->next;
    if (job->next != NULL) {
        job->next->link = job->link;
    }
}

void mp_job_push_waiting(mp_pool *pool)
{
    while (pool->waiting != NULL && has_room(pool->shared)) {
        struct job *job = pool->waiting;
        pool->waiting = job->next;
        if (pool->waiting == NULL) {
            pool->waiting_end = &pool->waiting;
        }
        if (job->whole == job) {
            open_job(pool, job);
        }
        push(pool, job);
    }
}

static void enqueue(mp_pool *pool, struct job *job)
{
    job->next = NULL;
    *pool->waiting_end = job;
    pool->waiting_end = &job->next;
    mp_job_push_waiting(pool);
}

int mp_job_give(mp_pool *pool, const struct mp_work *work, size_t chunk, struct job **out)
{
    *out = mp_job_make(pool, work, chunk);
    if (*out == NULL) {
        return -ENOMEM;
    }
    enqueue(pool, *out);
    return 0;
}

void mp_job_give_again(mp_pool *pool, struct job *job, uint32_t begin, uint32_t end)
{
    struct job *whole = job->whole;
    struct job *again = begin < end ? mp_job_new(pool, sizeof *again) : NULL;
    for (; again == NULL && begin < end; begin++) {
        mp_job_fail(pool, job, begin, -ENOMEM, strerror(ENOMEM));
    }
    if (again == NULL) {
        return;
    }
    again->whole = whole;
    again->again = whole->again;
    whole->again = again;
    again->chunk = 1;
    again->count = end - begin;
    again->first = job->first + begin;
    again->fn = job->fn;
    again->items = job->items + begin * job->item_size;
    again->results = job->results + begin * job->result_size;
    again->status = job->status + begin;
    again->item_size = job->item_size;
    again->result_size = job->result_size;
    enqueue(pool, again);
}

/* --- done --------------------------------------------------------------------------- */

bool mp_job_is_on_a_desk(const struct job *whole)
{
    const mp_pool *pool = whole->pool;
    for (unsigned i = 0; i < pool->workers; i++) {
        const struct desk *desk = &pool->shared->desks[i];
        struct job *job = atomic_load(&desk->job);
        if (job != NULL && job->whole == whole && desk_is_about(desk, job)) {
            return true;
        }
    }
    return false;
}

bool mp_job_is_done(struct job *job)
{
    if (!job->damaged) {
        return atomic_load(&job->finished) >= job->count;
    }
    /* A worker may have died between a status and its count. Who lives is still to count
       it: before that, the job is not used for anything else. */
    for (uint32_t task = 0; task < job->count; task++) {
        if (atomic_load_explicit(&job->status[task], memory_order_acquire) == TASK_OPEN) {
            return false;
        }
    }
    return !mp_job_is_on_a_desk(job);
}

bool mp_job_has_begun(struct job *job)
{
    uint32_t next = job_next(atomic_load(&job->claim));
    return next != 0 && next != UINT32_MAX;
}

void mp_job_error(struct pool_shared *shared, struct job *job, uint32_t task,
                  const char *error)
{
    mp_guard_enter(&shared->guard);
    if (task < job->failed) {
        job->failed = task;
        mp_job_copy(job->error, error, strnlen(error, sizeof job->error - 1) + 1);
    }
    mp_guard_leave(&shared->guard);
}

void mp_job_why(struct pool_shared *shared, const struct job *job, char *text)
{
    mp_guard_enter(&shared->guard);
    mp_job_copy(text, job->error, sizeof job->error);
    mp_guard_leave(&shared->guard);
    text[sizeof job->error - 1] = '\0'; /* also when a worker died in the middle of it */
}

void mp_job_fail(mp_pool *pool, struct job *job, uint32_t task, int code,
                 const char *error)
{
    struct job *whole = job->whole;
    mp_job_error(pool->shared, whole, task + job->first - whole->first, error);
    atomic_store_explicit(&job->status[task], code, memory_order_release);
    atomic_fetch_add(&whole->finished, 1);
}

/* Of one job, or of tasks given again. */
static uint32_t cancel_claimable(mp_pool *pool, struct job *job, int code,
                                 const char *error)
{
    uint64_t seen = atomic_load(&job->claim);
    do {
        if (job_next(seen) >= job->count) {
            return 0;
        }
    } while (
        !atomic_compare_exchange_weak(&job->claim, &seen, seen >> 32 << 32 | job->count));
    uint32_t begin = job_next(seen);
    mp_pool_tell(pool, (struct mp_deed){.op = MP_OP_TASKS_CANCEL,
                                        .info = MP_DONE,
                                        .offset = job->first + begin,
                                        .value = job->count - begin});
    for (uint32_t task = begin; task < job->count; task++) {
        mp_job_fail(pool, job, task, code, error);
    }
    return job->count - begin;
}

/* A job that waits for a place in the ring: the workers have not seen it. */
static bool take_back(mp_pool *pool, struct job *job)
{
    for (struct job **link = &pool->waiting; *link != NULL; link = &(*link)->next) {
        if (*link == job) {
            *link = job->next;
            if (*link == NULL) {
                pool->waiting_end = link;
            }
            return true;
        }
    }
    return false;
}

uint32_t mp_job_cancel(mp_pool *pool, struct job *job, int code, const char *error)
{
    uint32_t cancelled = 0;
    bool waited = take_back(pool, job);
    if (waited) {
        open_job(pool, job);
    }
    for (uint32_t task = 0; waited && task < job->count; task++, cancelled++) {
        mp_job_fail(pool, job, task, code, error);
    }
    if (waited) {
        open_claim(job, job->count);
    }
    cancelled += cancel_claimable(pool, job, code, error);
    for (struct job *again = job->again; again != NULL; again = again->again) {
        if (take_back(pool, again)) {
            open_claim(again, 0);
        }
        cancelled += cancel_claimable(pool, again, code, error);
    }
    return cancelled;
}

/* --- free --------------------------------------------------------------------------- */

void mp_job_leave(mp_pool *pool, struct job *job)
{
    job->left = true;
    if (mp_job_is_done(job)) {
        close_job(job);
        mp_job_set_free(pool, job);
    }
}

void mp_job_sweep(mp_pool *pool)
{
    struct job *next;
    for (struct job *job = pool->open; job != NULL; job = next) {
        next = job->next;
        if (job->left) {
            mp_job_leave(pool, job);
        }
    }
}

void mp_job_free_all(mp_pool *pool)
{
    for (struct job *job = pool->open; job != NULL; job = job->next) {
        job->left = true;
    }
    mp_job_sweep(pool);
    mp_job_free_spare(pool);
}
