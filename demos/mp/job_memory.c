// SPDX-License-Identifier: MIT
/*
 * The memory of jobs: a power of two each, so that one which is done with can be used again
 * for another of about its size. It goes back to the arena only with the pool, for a worker
 * may still look at the claim of a job that is done.
 */
#include "pool.h"

#include <stdio.h>
#include <string.h>

enum { LEAST_SHIFT = 10, MOST_SHIFT = 29 };

void mp_job_copy(void *to, const void *from, size_t size)
{
    if (size != 0) {
        mp_inside = MP_IN_MP;
        memcpy(to, from, size);
        mp_inside = MP_OUTSIDE;
    }
}

/* Where the parts of a job lie in its memory, behind its head. */
struct layout {
    size_t items, results, status, size;
};

static bool lay_out(const struct mp_work *work, struct layout *layout)
{
    size_t items;
    size_t results;
    if (work->count >= INT32_MAX ||
        __builtin_mul_overflow(work->count, work->item_size, &items) ||
        __builtin_mul_overflow(work->count, work->result_size, &results) ||
        items > (size_t)1 << MOST_SHIFT || results > (size_t)1 << MOST_SHIFT) {
        return false;
    }
    layout->items = sizeof(struct job);
    layout->results = (layout->items + items + 15) & ~(size_t)15;
    layout->status = (layout->results + results + 15) & ~(size_t)15;
    layout->size = layout->status + work->count * sizeof(int);
    return layout->size <= (size_t)1 << MOST_SHIFT;
}

/* Its claim is of a new generation, and shows nothing to claim, before anything else of it
   changes. */
struct job *mp_job_new(mp_pool *pool, size_t size)
{
    uint32_t shift = LEAST_SHIFT;
    while ((size_t)1 << shift < size) {
        shift++;
    }
    struct job *job = pool->spare[shift];
    if (job != NULL) {
        pool->spare[shift] = job->next;
    } else {
        job = mp_arena_alloc((size_t)1 << shift);
        if (job == NULL) {
            return NULL;
        }
    }
    uint32_t generation = job_generation(atomic_load(&job->claim)) + 1;
    atomic_store(&job->claim, job_claim(generation, UINT32_MAX));
    job->shift = shift;
    job->pool = pool;
    job->whole = job;
    job->next = NULL;
    job->again = NULL;
    job->failed = UINT32_MAX;
    job->error[0] = '\0';
    job->damaged = false;
    job->doubtful = false;
    job->left = false;
    atomic_store(&job->finished, 0);
    return job;
}

static void fill(mp_pool *pool, struct job *job, const struct mp_work *work, size_t chunk,
                 const struct layout *layout)
{
    size_t hands = 4 * (size_t)pool->workers;
    chunk = chunk != 0 ? chunk : (work->count + hands - 1) / hands;
    job->chunk = (uint32_t)(chunk < work->count ? chunk : work->count);
    job->count = (uint32_t)work->count;
    job->fn = work->fn;
    job->items = (char *)job + layout->items;
    job->results = (char *)job + layout->results;
    job->status = (void *)((char *)job + layout->status);
    job->item_size = work->item_size;
    job->result_size = work->result_size;
    char type[MP_NAME_SIZE];
    snprintf(type, sizeof type, "%s%s%s", work->type, work->type[0] != '\0' ? " " : "",
             work->name);
    mp_job_copy(job->type, type, sizeof type);
    mp_job_copy(job->items, work->items, work->count * work->item_size);
    for (uint32_t task = 0; task < job->count; task++) {
        atomic_store_explicit(&job->status[task], TASK_OPEN, memory_order_relaxed);
    }
}

struct job *mp_job_make(mp_pool *pool, const struct mp_work *work, size_t chunk)
{
    struct layout layout;
    struct job *job = lay_out(work, &layout) ? mp_job_new(pool, layout.size) : NULL;
    if (job != NULL) {
        fill(pool, job, work, chunk, &layout);
    }
    return job;
}

void mp_job_set_free(mp_pool *pool, struct job *job)
{
    struct job *again;
    for (; job != NULL; job = again) {
        again = job->again;
        job->next = pool->spare[job->shift];
        pool->spare[job->shift] = job;
    }
}

void mp_job_free_spare(mp_pool *pool)
{
    for (unsigned shift = 0; shift < sizeof pool->spare / sizeof *pool->spare; shift++) {
        struct job *next;
        for (struct job *job = pool->spare[shift]; job != NULL; job = next) {
            next = job->next;
            mp_arena_free(job, (size_t)1 << shift);
        }
    }
}
