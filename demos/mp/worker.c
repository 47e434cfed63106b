// SPDX-License-Identifier: MIT
/*
 * A worker of a pool: takes a chunk of tasks, does them one by one, and again, until the
 * pool ends. What it has is on its desk before it begins, so that its owner knows what
 * was lost when it is killed (pool.h).
 */
#include "event.h"
#include "pool.h"

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <string.h>

/* What this worker has of its own. */
struct self {
    struct pool_shared *shared;
    struct desk *desk;
    struct mp_self *me;
    struct job *job; /* what was taken, and the tasks of it */
    uint32_t begin, end;
    char *item, *result; /* copies that the task works on */
    size_t item_room, result_room;
};

static char error[TASK_ERROR]; /* what the task that runs has said */

void mp_task_error(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(error, sizeof error, format, arguments);
    va_end(arguments);
}

/* Free running: the same as mp_emit(), and shorter. */
static inline __attribute__((always_inline)) void tell(struct self *self,
                                                       struct mp_deed deed)
{
    struct mp_self *me = self->me;
    if (mp_mode() != MP_MODE_FREE || (deed.info & MP_INFO_LAST)) {
        mp_emit(me, deed);
        return;
    }
    /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): a worker has an entry */
    mp_append(me->seat, me->ring, &deed);
    mp_apply_to_self(me->entry, &deed);
    mp_fold_task(&mp_the_world->objects[deed.object], me->entry, &deed);
}

/* --- taking ------------------------------------------------------------------------- */

static bool claim_chunk(struct self *self, struct job *job)
{
    uint64_t seen = atomic_load_explicit(&job->claim, memory_order_acquire);
    while (job_next(seen) < job->count) {
        uint32_t begin = job_next(seen);
        uint32_t left = job->count - begin;
        uint32_t take = job->chunk < left ? job->chunk : left;
        atomic_store_explicit(&self->desk->generation, job_generation(seen),
                              memory_order_relaxed);
        atomic_store_explicit(&self->desk->job, job, memory_order_release);
        /* Success says that what was read above is of this generation. Release: the owner
           that sees the claim moved finds the job on the desk. */
        if (atomic_compare_exchange_weak_explicit(&job->claim, &seen, seen + take,
                                                  memory_order_acq_rel,
                                                  memory_order_acquire)) {
            atomic_store_explicit(&self->desk->tasks, desk_tasks(begin, begin + take),
                                  memory_order_relaxed);
            self->job = job;
            self->begin = begin;
            self->end = begin + take;
            return true;
        }
    }
    atomic_store_explicit(&self->desk->job, NULL, memory_order_release);
    return false;
}

/* One look through the jobs in the ring, the oldest first. */
static int attempt(void *context)
{
    struct self *self = context;
    struct pool_shared *shared = self->shared;
    /* First: what is given before the end is given is still done. */
    uint32_t end = atomic_load_explicit(&shared->end, memory_order_acquire);
    if (end >= MP_POOL_TERMINATED) {
        return -EPIPE;
    }
    uint32_t tail = atomic_load_explicit(&shared->tail, memory_order_acquire);
    for (uint32_t at = atomic_load(&shared->head); at != tail; at++) {
        struct job *job =
            atomic_load_explicit(&shared->ring[at % POOL_JOBS], memory_order_relaxed);
        if (claim_chunk(self, job)) {
            return 0;
        }
        uint32_t head = at;
        atomic_compare_exchange_strong(&shared->head, &head, at + 1);
    }
    return end == MP_POOL_OPEN ? -EAGAIN : -EPIPE;
}

/* A look before sleeping costs nothing; to be woken costs 80 us. */
static void spin(struct self *self)
{
    static int processors;
    processors = processors != 0 ? processors : mp_cpu_count();
    struct pool_shared *shared = self->shared;
    for (int i = 0; i < POOL_SPINS && processors > 1 && mp_mode() == MP_MODE_FREE &&
                    atomic_load_explicit(&shared->end, memory_order_relaxed) == 0 &&
                    atomic_load_explicit(&shared->head, memory_order_relaxed) ==
                        atomic_load_explicit(&shared->tail, memory_order_relaxed);
         i++) {
        mp_pause_processor();
    }
}

/* Takes the next chunk: 0, or -EPIPE at the end of the pool. */
static int take(struct self *self)
{
    struct mp_waiting waiting = {
        .deed = {.op = MP_OP_TASK_TAKE, .object = self->shared->object},
        .attempt = attempt,
        .context = self,
        .sequence = &self->shared->given,
        .sleepers = &self->shared->idle,
    };
    spin(self);
    int rc = mp_mode() == MP_MODE_FREE ? attempt(self) : -EAGAIN;
    if (rc == -EAGAIN) {
        rc = mp_wait(self->me, &waiting, MP_FOREVER);
    }
    struct mp_deed deed = waiting.deed;
    deed.info =
        (uint8_t)((rc == 0 ? MP_DONE : MP_FAILED) | (waiting.step ? MP_INFO_STEP : 0));
    if (rc == 0) {
        deed.offset = self->job->first + self->begin;
        deed.value = self->end - self->begin;
        tell(self, deed);
    } else {
        deed.value = (uint64_t)-rc;
        mp_emit(self->me, deed);
    }
    return rc;
}

/* --- working ------------------------------------------------------------------------ */

static bool make_room(char **memory, size_t *room, size_t size)
{
    if (size <= *room) {
        return true;
    }
    char *more = realloc(*memory, size);
    if (more != NULL) {
        *memory = more;
        *room = size;
    }
    return more != NULL;
}

/* The task works on copies: what it reads and writes is its own, and others see the
   result when it is whole. */
static int run(struct self *self, uint32_t task)
{
    const struct job *job = self->job;
    if (!make_room(&self->item, &self->item_room, job->item_size + 1) ||
        !make_room(&self->result, &self->result_room, job->result_size + 8)) {
        return -ENOMEM;
    }
    mp_job_copy(self->item, job->items + task * job->item_size, job->item_size);
    /* NOLINTNEXTLINE(clang-analyzer-core.NonNullParamChecker): made before the first task */
    memset(self->result, 0, job->result_size + 8);
    error[0] = '\0';
    int code = job->fn(self->item, self->result);
    if (__fpending(stdout) > 0) {
        fflush(
            stdout); /* what it printed is seen now, and not lost if the next one dies */
    }
    return code == TASK_OPEN ? TASK_OPEN + 1 : code;
}

static void say_why(struct self *self, uint32_t task, int code)
{
    if (error[0] == '\0' && code < 0) {
        mp_task_error("%s", strerror(-code));
    } else if (error[0] == '\0') {
        mp_task_error("task returned %d", code);
    }
    struct job *whole = self->job->whole;
    mp_job_error(self->shared, whole, task + self->job->first - whole->first, error);
    mp_emit_name(self->me, MP_NAME_OF_ERROR, self->shared->object, error);
}

/* First the event, then the status, then the count: who sees the last of them sees
   all. */
static void finish(struct self *self, uint32_t task, int code)
{
    struct job *job = self->job;
    struct job *whole = job->whole;
    struct pool_shared *shared = self->shared;
    uint32_t count =
        whole->count; /* when all are finished it is no longer ours to read */
    struct mp_deed deed = {
        .op = MP_OP_TASK_FINISH, .object = shared->object, .offset = job->first + task};
    memcpy(&deed.value, self->result, sizeof deed.value);
    struct mp_stop_for stop = {.deed = deed};
    mp_gate_stop(self->me, &stop);
    mp_job_copy(job->results + task * job->result_size, self->result, job->result_size);
    atomic_store_explicit(&self->desk->code, code, memory_order_release);
    if (code != 0) {
        say_why(self, task, code);
        deed.value = (uint64_t)(int64_t)code;
    }
    struct job *awaits = atomic_load_explicit(&shared->awaits, memory_order_relaxed);
    bool last =
        atomic_load_explicit(&whole->finished, memory_order_relaxed) + 1 >= count &&
        (awaits == whole || awaits == AWAITS_ANY);
    deed.info = (uint8_t)((code == 0 ? MP_DONE : MP_FAILED) | (last ? MP_INFO_LAST : 0) |
                          (stop.step ? MP_INFO_STEP : 0));
    tell(self, deed);
    atomic_fetch_add_explicit(&self->desk->finished, 1, memory_order_relaxed);
    atomic_store_explicit(&job->status[task], code, memory_order_release);
    if (atomic_fetch_add(&whole->finished, 1) + 1 >= count &&
        atomic_load(&shared->waits) != 0) {
        atomic_fetch_add(&shared->done, 1);
        mp_futex_wake(&shared->done, 1);
    }
}

static void do_chunk(struct self *self)
{
    struct desk *desk = self->desk;
    uint32_t end = self->end;
    for (uint32_t task = self->begin; task < end; task++) {
        atomic_store_explicit(&desk->tasks, desk_tasks(task, end), memory_order_relaxed);
        finish(self, task, run(self, task));
    }
    atomic_store_explicit(&desk->tasks, 0, memory_order_relaxed);
    atomic_store_explicit(&desk->job, NULL, memory_order_release);
}

int mp_pool_work(void *arg)
{
    const struct worker *worker = arg;
    const struct mp_pool_options *options = &worker->pool->options;
    struct self self = {.shared = worker->pool->shared,
                        .desk = &worker->pool->shared->desks[worker->index],
                        .me = mp_self()};
    signal(SIGINT, SIG_IGN); /* the owner decides what it means */
    int refused = options->begin != NULL ? options->begin(options->arg) : 0;
    if (refused != 0) {
        atomic_store(&self.desk->refused, refused);
        return 1;
    }
    uint32_t done = 0;
    while (options->max_tasks == 0 || done < options->max_tasks) {
        if (take(&self) != 0) {
            return 0;
        }
        done += self.end - self.begin;
        do_chunk(&self);
    }
    atomic_store(&self.desk->retired, true);
    return 0;
}
