// SPDX-License-Identifier: MIT
/*
 * The workers of a pool, as their owner sees them: started, found dead, replaced; and
 * what becomes of the tasks that a dead worker had.
 */
#include "pool.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>

enum { RESPAWN_LIMIT = 16 };

static struct desk *desk_of(const struct worker *worker)
{
    return &worker->pool->shared->desks[worker->index];
}

int mp_pool_start_worker(mp_pool *pool, struct worker *worker)
{
    char name[MP_NAME_SIZE];
    snprintf(name, sizeof name, "%.48s-%u", pool->prefix, pool->named + 1);
    struct desk *desk = desk_of(worker);
    atomic_store(&desk->job, NULL);
    atomic_store(&desk->tasks, 0);
    atomic_store(&desk->refused, 0);
    atomic_store(&desk->retired, false);
    struct mp_process_options options = {.name = name};
    mp_process *process;
    int rc = mp_process_make(&process, mp_pool_work, worker, &options, pool->object);
    if (rc != 0) {
        return rc;
    }
    rc = mp_process_start(process);
    if (rc != 0) {
        mp_process_destroy(process);
        return rc;
    }
    pool->named++;
    worker->process = process;
    return 0;
}

/* --- what a dead worker had --------------------------------------------------------- */

static void lose(mp_pool *pool, struct worker *worker, struct job *job, uint32_t task,
                 int code, const char *error)
{
    struct mp_self *me = mp_self();
    if (me != NULL) {
        mp_emit_name(me, MP_NAME_OF_ERROR, pool->object, error);
    }
    mp_pool_tell(pool, (struct mp_deed){.op = MP_OP_TASK_LOST,
                                        .info = MP_DONE,
                                        .offset = job->first + task,
                                        .value = worker->process->slot});
    mp_job_fail(pool, job, task, code, error);
}

/*
 * It had tasks [begin, end) of the job. Its entry in the table tells how far it had come
 * with saying so: a chunk that it had not said it took was not begun; a task of which it
 * had said the end lacks only its status.
 */
static void clear_tasks(mp_pool *pool, struct worker *worker, struct job *job,
                        uint64_t tasks, int code, const char *error)
{
    const struct mp_process_entry *entry =
        &mp_the_world->processes[worker->process->slot];
    uint32_t begin = (uint32_t)tasks;
    uint32_t end = (uint32_t)(tasks >> 32);
    if (entry->task_end != job->first + end) {
        mp_job_give_again(pool, job, begin, end);
        return;
    }
    if (entry->task != job->first + begin + 1) {
        if (atomic_load(&job->status[begin]) == TASK_OPEN) {
            atomic_store(&job->status[begin], atomic_load(&desk_of(worker)->code));
        }
        begin++;
    }
    if (begin < end) {
        lose(pool, worker, job, begin, code, error);
        mp_job_give_again(pool, job, begin + 1, end);
    }
}

void mp_pool_clear_desk(mp_pool *pool, struct worker *worker, int code, const char *error)
{
    struct desk *desk = desk_of(worker);
    struct job *job = atomic_load(&desk->job);
    uint64_t tasks = atomic_load(&desk->tasks);
    /* Of another generation: it had finished its tasks, and not cleared its desk yet. */
    if (job != NULL && desk_is_about(desk, job)) {
        job->whole->damaged = true;
        if (tasks == 0) {
            job->whole->doubtful = true;
        } else {
            clear_tasks(pool, worker, job, tasks, code, error);
        }
    }
    atomic_store(&desk->tasks, 0);
    atomic_store(&desk->job, NULL);
}

/* --- tasks that a dead worker had claimed without a trace --------------------------- */

static bool is_all_claimed(struct job *whole)
{
    for (struct job *job = whole; job != NULL; job = job->again) {
        uint32_t next = job_next(atomic_load(&job->claim));
        bool waits = next == UINT32_MAX;
        if (waits || next < job->count) {
            return false;
        }
    }
    return true;
}

/* The order matters: who claims has it on the desk first. */
static void settle_doubt(mp_pool *pool, struct job *job)
{
    if (!job->doubtful || !is_all_claimed(job) || mp_job_is_on_a_desk(job)) {
        return;
    }
    job->doubtful = false;
    uint32_t end;
    for (uint32_t begin = 0; begin < job->count; begin = end + 1) {
        end = begin;
        while (end < job->count && atomic_load(&job->status[end]) == TASK_OPEN) {
            end++;
        }
        mp_job_give_again(pool, job, begin, end);
    }
}

/* --- taking leave ------------------------------------------------------------------- */

static void say_how(char *text, size_t size, const struct worker *worker)
{
    const char *name = mp_process_name(worker->process);
    /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): it had a process to die */
    int status = worker->process->status;
    if (status == MP_STATUS_UNKNOWN) {
        snprintf(text, size, "%s ended, nobody knows how", name);
    } else if (status < 0) {
        snprintf(text, size, "%s killed by signal %d", name, -status);
    } else {
        snprintf(text, size, "%s exited with %d", name, status);
    }
}

static uint32_t finished_by_all(const mp_pool *pool)
{
    uint32_t finished = 0;
    for (unsigned i = 0; i < pool->workers; i++) {
        finished += atomic_load(&pool->shared->desks[i].finished);
    }
    return finished;
}

/* Deaths in a row, without a task done in between. */
static void count_death(mp_pool *pool, const char *how)
{
    uint32_t finished = finished_by_all(pool);
    pool->deaths = finished == pool->finished ? pool->deaths + 1 : 1;
    pool->finished = finished;
    snprintf(pool->refused, sizeof pool->refused, "%s", how);
}

int mp_pool_bury(mp_pool *pool, struct worker *worker)
{
    if (mp_process_await(worker->process, 0, 0) != 0) {
        return -EAGAIN;
    }
    struct desk *desk = desk_of(worker);
    char how[TASK_ERROR];
    int refused = atomic_load(&desk->refused);
    if (refused != 0) {
        snprintf(how, sizeof how, "%s could not begin: %d",
                 mp_process_name(worker->process), refused);
    } else {
        say_how(how, sizeof how, worker);
    }
    bool closed = atomic_load(&pool->shared->end) != MP_POOL_OPEN;
    /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): it had a process to die */
    bool good = worker->process->status == 0 && atomic_load(&desk->job) == NULL &&
                (closed || atomic_load(&desk->retired));
    if (!good) {
        count_death(pool, how);
    }
    mp_pool_clear_desk(pool, worker, -EOWNERDEAD, how);
    mp_process_destroy(worker->process);
    worker->process = NULL;
    return 0;
}

void mp_pool_fail_open(mp_pool *pool, int code, const char *error)
{
    for (struct job *job = pool->open; job != NULL; job = job->next) {
        job->damaged = true;
        for (uint32_t task = 0; task < job->count; task++) {
            if (atomic_load(&job->status[task]) == TASK_OPEN) {
                mp_job_fail(pool, job, task, code, error);
            }
        }
    }
}

/* --- others take their places ------------------------------------------------------- */

static bool has_work(mp_pool *pool)
{
    for (struct job *whole = pool->open; whole != NULL; whole = whole->next) {
        if (!is_all_claimed(whole) || whole->doubtful) {
            return true;
        }
    }
    return pool->waiting != NULL;
}

static void give_up(mp_pool *pool)
{
    mp_pool_end(pool, MP_POOL_GAVE_UP);
    mp_pool_cancel_all(pool, -ENOTRECOVERABLE, pool->refused);
}

/* Are there workers, or is nobody needed any more? */
static bool fill_places(mp_pool *pool)
{
    bool wanted = atomic_load(&pool->shared->end) == MP_POOL_OPEN || has_work(pool);
    bool somebody = !wanted;
    for (unsigned i = 0; i < pool->workers; i++) {
        struct worker *worker = &pool->worker[i];
        if (worker->process == NULL && wanted) {
            mp_pool_start_worker(pool, worker); /* cannot: at the next look again */
        }
        somebody = somebody || worker->process != NULL;
    }
    return somebody;
}

static bool is_deserted(const mp_pool *pool)
{
    for (unsigned i = 0; i < pool->workers; i++) {
        if (pool->worker[i].process != NULL) {
            return false;
        }
    }
    return true;
}

static void bury_all_dead(mp_pool *pool)
{
    struct pollfd ends[MP_PROCESSES];
    for (unsigned i = 0; i < pool->workers; i++) {
        mp_process *process = pool->worker[i].process;
        ends[i] = (struct pollfd){.fd = process ? process->pidfd : -1, .events = POLLIN};
    }
    int found = poll(ends, pool->workers, 0);
    for (unsigned i = 0; i < pool->workers; i++) {
        struct worker *worker = &pool->worker[i];
        bool said_end =
            worker->process != NULL &&
            mp_the_world->processes[worker->process->slot].life == MP_LIFE_ENDED;
        if ((found > 0 && ends[i].revents != 0) || said_end) {
            mp_pool_bury(pool, worker);
        }
    }
}

void mp_pool_look_after(mp_pool *pool)
{
    bury_all_dead(pool);
    for (struct job *job = pool->open; job != NULL; job = job->next) {
        settle_doubt(pool, job);
    }
    mp_job_sweep(pool);
    mp_job_push_waiting(pool);
    unsigned limit = pool->options.respawn_limit;
    uint32_t end = atomic_load(&pool->shared->end);
    if (end < MP_POOL_TERMINATED && pool->deaths > (limit != 0 ? limit : RESPAWN_LIMIT)) {
        give_up(pool);
    } else if (end < MP_POOL_TERMINATED && !fill_places(pool)) {
        pool->deaths++; /* no process can be started: that, too, is not tried for ever */
    }
    if (atomic_load(&pool->shared->end) == MP_POOL_GAVE_UP && is_deserted(pool)) {
        mp_pool_fail_open(pool, -ENOTRECOVERABLE, pool->refused);
    }
    mp_futures_settle(pool);
}
