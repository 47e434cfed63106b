// SPDX-License-Identifier: MIT
/*
 * What a pool's two sides share: the owner (pool.c, job.c, map.c) and its workers
 * (worker.c).
 *
 * Work is given as jobs: a map is one job of n tasks, a submitted task a job of one.
 *
 *   given     the owner fills a job, publishes its claim {generation, 0} and puts it into the
 *             ring, which only the owner writes; workers only move its head past jobs of
 *             which all tasks are claimed
 *   claimed   a worker lays the job on its desk, then moves .next of the claim by a chunk
 *             with one compare-and-swap, then writes on its desk which tasks it got
 *   done      it copies the result into its place, tells the event, sets the task's status,
 *             counts it in .finished, and goes on to the next of its chunk
 *
 * No lock is held anywhere on this way, so a worker may be killed at any point of it. A
 * job is used again only as a job of the same pool, with another generation: what a slow
 * worker reads of it before its compare-and-swap may be nonsense, and then the swap
 * fails.
 *
 * What the dead leave behind, seen by the owner on their desks (bury.c):
 *   no job               nothing
 *   a job and no tasks   it may have claimed some. When all tasks of the job are claimed and
 *                        no living worker has it on its desk, those without status were its
 *   a job and tasks      the one that was in work is lost; the others are given again, as a
 *                        job of their own whose .whole is the first
 */
#ifndef MP_POOL_INTERNAL_H
#define MP_POOL_INTERNAL_H

#include "clock.h"
#include "process.h"

#include <limits.h>

enum {
    POOL_JOBS = 1024,    /* in the ring at a time; more wait in the owner's memory */
    TASK_ERROR = 256,    /* bytes of a message, with its ending zero */
    TASK_OPEN = INT_MIN, /* status of a task that is not done */
    POOL_SPINS = 2000,   /* looks before sleeping: see gate.c */
};

#define CANCELLED "cancelled" /* why such a task was not done */

struct job {
    /* Generation and next task: before it, all are claimed. Moved by a
       compare-and-swap. */
    _Atomic uint64_t claim;
    uint32_t chunk, count;
    mp_task fn;
    char *items; /* in the arena, behind the job; likewise the next two */
    char *results;
    _Atomic int *status; /* TASK_OPEN, or its code: set last, with release */
    size_t item_size, result_size;
    struct job *whole; /* itself; of tasks that are given again: whose they are */
    uint32_t first;    /* number of its first task in the life of the pool */
    uint32_t shift;    /* it lies in 2^shift bytes */

    _Alignas(64) _Atomic uint32_t finished; /* tasks with a status; see mp_job_is_done */

    /* guarded by the pool's guard: why the lowest of those that failed did */
    uint32_t failed;
    char error[TASK_ERROR];

    /* the owner's */
    mp_pool *pool;
    struct job *next;        /* in the list of jobs that are open, waiting, or free ... */
    struct job **link;       /* ... and if it is open, what points to it there */
    struct job *again;       /* jobs made of tasks of this one that are given again */
    char type[MP_NAME_SIZE]; /* "int count_primes" */
    bool damaged;            /* a worker died over it: .finished may be short */
    bool doubtful;           /* ... and may have claimed tasks that are not on its desk */
    bool left;               /* nobody waits for it any more */
};

static inline uint32_t job_next(uint64_t claim)
{
    return (uint32_t)claim;
}

static inline uint32_t job_generation(uint64_t claim)
{
    return (uint32_t)(claim >> 32);
}

static inline uint64_t job_claim(uint32_t generation, uint32_t next)
{
    return (uint64_t)generation << 32 | next;
}

/* What a worker has before it; only it writes, and the owner when it has died. */
struct desk {
    _Alignas(64) _Atomic(struct job *) job; /* what it claims from, or works on */
    _Atomic uint32_t generation;            /* of the job; written before it */
    _Atomic uint64_t tasks;    /* desk_tasks(): in work, and end; 0 none yet */
    _Atomic int code;          /* of the task in work, when it has ended */
    _Atomic uint32_t finished; /* tasks, in its life */
    _Atomic int refused;       /* what options.begin returned */
    _Atomic bool retired;      /* has had its max_tasks */
};

/* The job on the desk may be done, and used for something else, before the desk is
   clear. */
static inline bool desk_is_about(const struct desk *desk, const struct job *job)
{
    return atomic_load(&desk->generation) == job_generation(atomic_load(&job->claim));
}

static inline uint64_t desk_tasks(uint32_t begin, uint32_t end)
{
    return (uint64_t)end << 32 | begin;
}

#define AWAITS_ANY ((struct job *)1)

/* In the arena: one for each pool. */
struct pool_shared {
    pthread_mutex_t guard; /* of error texts */
    _Atomic uint32_t end;  /* enum mp_pool_end */
    uint16_t object;

    _Alignas(64) _Atomic uint32_t given; /* futex: moves when there is work, or the end */
    _Atomic uint32_t idle;               /* workers that sleep on it */

    _Alignas(64) _Atomic uint32_t done; /* futex: moves when a job is done */
    _Atomic uint32_t waits;             /* the owner sleeps on it */
    _Atomic(struct job *) awaits;       /* which job it waits for, NULL, or AWAITS_ANY */

    _Alignas(64) _Atomic uint32_t head;
    _Alignas(64) _Atomic uint32_t tail; /* written by the owner */
    _Atomic(struct job *) ring[POOL_JOBS];

    struct desk desks[]; /* one for each worker */
};

/* A place for a worker: who works there now. Private to the owner; inherited by the
   worker. */
struct worker {
    mp_pool *pool;
    mp_process *process; /* NULL: nobody */
    unsigned index;      /* of its desk */
};

/* Private to the owner. */
struct mp_pool {
    struct pool_shared *shared;
    pid_t maker;
    uint16_t object;
    bool calling_back; /* a callback runs: it may not call into the pool */
    struct mp_pool_options options;
    char prefix[MP_NAME_SIZE];
    unsigned workers;
    unsigned named;      /* workers ever made */
    unsigned deaths;     /* in a row, no task having been finished */
    uint32_t finished;   /* by all workers, when the last of them died */
    uint32_t given;      /* tasks, in the life of the pool */
    struct job *open;    /* the jobs whose results somebody wants, or that are in work */
    struct job *waiting; /* for a place in the ring, in their order ... */
    struct job **waiting_end;       /* ... and where the next one is hung up */
    struct job *spare[32];          /* free jobs, by size */
    struct mp_future *futures;      /* that are not settled, the oldest first ... */
    struct mp_future **futures_end; /* ... and where the next one is hung up */
    char type[MP_NAME_SIZE];        /* what the screen was told of results */
    char error[TASK_ERROR];         /* mp_pool_error() */
    char refused[TASK_ERROR];       /* why it gave up */
    struct worker worker[];
};

/* --- jobs (job.c): the owner's ------------------------------------------------------ */

/* Makes a job of it and gives it to the workers. 0, -ENOMEM, -EINVAL. */
int mp_job_give(mp_pool *pool, const struct mp_work *work, size_t chunk, struct job **out);

/* Gives tasks of a job again that a dead worker had claimed and not begun. */
void mp_job_give_again(mp_pool *pool, struct job *job, uint32_t begin, uint32_t end);

/* Puts jobs that wait into the ring, as far as there is room. */
void mp_job_push_waiting(mp_pool *pool);

bool mp_job_is_done(struct job *job);
/* Has a worker this job before it, or tasks of it that are given again? */
bool mp_job_is_on_a_desk(const struct job *whole);

/* Has a worker claimed some of it? */
bool mp_job_has_begun(struct job *job);

/* Takes back what nobody has claimed yet: those tasks get that code and why. How
   many. */
uint32_t mp_job_cancel(mp_pool *pool, struct job *job, int code, const char *error);

/* A task that no worker will finish. */
void mp_job_fail(mp_pool *pool, struct job *job, uint32_t task, int code,
                 const char *error);

/* Keeps the message if no task before this one has failed. Workers call it as well. */
void mp_job_error(struct pool_shared *shared, struct job *job, uint32_t task,
                  const char *error);

/* Copies results and codes out, `open` for what is not done: the code of the first task
   that failed, or 0. (map.c) */
int mp_job_collect(const struct job *job, int open, void *results, int *status);
/* memcpy, which the lab does not see: of copies that are not the program's. */
void mp_job_copy(void *to, const void *from, size_t size);

/* The message that was kept, into TASK_ERROR bytes. */
void mp_job_why(struct pool_shared *shared, const struct job *job, char *text);

/* Nobody wants its results any more: it is free as soon as it is done. */
void mp_job_leave(mp_pool *pool, struct job *job);
void mp_job_sweep(mp_pool *pool); /* frees those */
void mp_job_free_all(mp_pool *pool);

/* The memory of a job (job_memory.c): one of that size; one for this work, its items copied;
   NULL: no memory. */
struct job *mp_job_new(mp_pool *pool, size_t size);
struct job *mp_job_make(mp_pool *pool, const struct mp_work *work, size_t chunk);
/* Nobody uses it any more, nor what was given again of it: the next job may. */
void mp_job_set_free(mp_pool *pool, struct job *job);
void mp_job_free_spare(mp_pool *pool);

/* An event of the owner, or if it is not recorded what it says, into the tables. */
void mp_pool_tell(mp_pool *pool, struct mp_deed deed);

/* --- the dead and their places (bury.c) --------------------------------------------- */

/* Sees to the workers: what the dead had is given again, or is lost; others take their
   places. */
void mp_pool_look_after(mp_pool *pool);
int mp_pool_start_worker(mp_pool *pool, struct worker *worker);
/* What the worker left on its desk when it died; the task in work gets that code. */
void mp_pool_clear_desk(mp_pool *pool, struct worker *worker, int code, const char *error);
/* Takes leave of a worker that has ended. 0, or -EAGAIN: it has not. */
int mp_pool_bury(mp_pool *pool, struct worker *worker);
/* After the end of all workers: nobody will do what is still open. */
void mp_pool_fail_open(mp_pool *pool, int code, const char *error);

/* --- futures (future.c) ------------------------------------------------------------- */

/* Of those that are done: keeps what came out, and calls back. */
void mp_futures_settle(mp_pool *pool);

/* --- waiting (pool.c) --------------------------------------------------------------- */

/* The public calls of these names, called at this place: for the executor. */
int mp_pool_map_at(mp_pool *pool, const struct mp_work *work, void *results,
                   const struct mp_map_options *options, uint32_t place);
int mp_pool_join_at(mp_pool *pool, int timeout_ms, uint32_t place);

/* No more work is taken; tells it and wakes the workers. */
void mp_pool_end(mp_pool *pool, enum mp_pool_end end);
/* Takes back all that nobody has claimed. */
void mp_pool_cancel_all(mp_pool *pool, int code, const char *error);

/* May the caller use this pool? 0, -EINVAL, -ECHILD, -EDEADLK. */
int mp_pool_check(const mp_pool *pool);
/* ... and give it work? Also -EPIPE, -ENOTRECOVERABLE. */
int mp_pool_check_open(mp_pool *pool);
/* ... and this work? (map.c) */
int mp_pool_check_work(mp_pool *pool, const struct mp_work *work);

struct pool_wait {
    mp_pool *pool;
    struct job *job; /* NULL: any */
    bool (*is_over)(void *context);
    void *context;
    uint32_t place;
};
/* Waits until it is over, and sees to the workers meanwhile. 0, -ETIMEDOUT, -EAGAIN with
   0. */
int mp_pool_wait(struct pool_wait *wait, int timeout_ms);
int mp_pool_wait_job(mp_pool *pool, struct job *job, int timeout_ms, uint32_t place);

/* --- the worker's side (worker.c) --------------------------------------------------- */

int mp_pool_work(void *worker); /* an mp_target */

#endif
