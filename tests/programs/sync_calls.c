// SPDX-License-Identifier: MIT
// Small programs for each thing that processes wait for each other with: run under control
// by tests/unit/test_sync.c, after every step of which the lab's tables are compared.
//
//   rlock       two add under a lock that each takes twice
//   semaphore   three share two permits; a try, a limit, one permit too many
//   event       one sets and clears, two wait, one asks
//   condition   two consumers, one producer, and wait_for
//   depth       as condition, over an rlock taken twice
//   limits      waits of all kinds time out, the shortest first
//   barrier     three pass twice; abort; reset; an action
//   early       four use a barrier of two with an action
//   values      updates in all ways of a value, a double, an array
//   killed      a waiter is killed after it was woken: the other one wakes
//   stuck-sem, stuck-event, stuck-cond, stuck-rlock   all wait, and nobody can go
#include "mp.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { CHILDREN_MAX = 4, ROUNDS = 2 };

struct shared {
    int counter, inside, items, acted, seen;
};

static struct { // private: each process has its own copy
    struct shared *shared;
    mp_lock *lock;
    mp_rlock *rlock;
    mp_sem *sem;
    mp_event *event;
    mp_cond *cond;
    mp_barrier *barrier;
    mp_value *value;
    mp_double *real;
    mp_array *array;
} job;

// It must be so.
#define expect(so) ((so) ? (void)0 : unexpected(#so, __LINE__))

static void unexpected(const char *what, int line)
{
    printf("line %d: not so: %s\n", line, what);
    fflush(stdout);
    _exit(3);
}

// --- what the children do ---------------------------------------------------------------------

static int add_twice_locked(void *arg)
{
    (void)arg;
    for (int i = 0; i < ROUNDS; i++) {
        expect(mp_rlock_acquire(job.rlock, MP_FOREVER) == 0);
        expect(mp_rlock_acquire(job.rlock, 0) == 0);
        job.shared->counter += 1;
        expect(mp_rlock_release(job.rlock) == 0);
        job.shared->counter += 1;
        expect(mp_rlock_release(job.rlock) == 0);
    }
    expect(mp_rlock_release(job.rlock) == -EPERM);
    return 0;
}

static int use_permit(void *arg)
{
    (void)arg;
    for (int i = 0; i < ROUNDS; i++) {
        if (mp_sem_acquire(job.sem, 0) != 0) {
            expect(mp_sem_acquire(job.sem, MP_FOREVER) == 0);
        }
        expect(mp_value_add(job.value, 1) <= 2);
        expect(mp_value_add(job.value, -1) >= 0);
        expect(mp_sem_release(job.sem, 1) == 0);
    }
    return 0;
}

static int wait_for_event(void *arg)
{
    (void)arg;
    expect(mp_event_wait(job.event, MP_FOREVER) == 0);
    return 0;
}

static int ask_event(void *arg)
{
    (void)arg;
    while (mp_event_is_set(job.event) == 0) {
    }
    return 0;
}

static int has_item(void *arg)
{
    (void)arg;
    return job.shared->items > 0;
}

static int consume(void *arg)
{
    (void)arg;
    expect(mp_lock_acquire(job.lock, MP_FOREVER) == 0);
    expect(mp_cond_wait_for(job.cond, has_item, NULL, MP_FOREVER) == 0);
    job.shared->items -= 1;
    expect(mp_lock_release(job.lock) == 0);
    return 0;
}

static int consume_deep(void *arg)
{
    (void)arg;
    expect(mp_rlock_acquire(job.rlock, MP_FOREVER) == 0);
    expect(mp_rlock_acquire(job.rlock, MP_FOREVER) == 0);
    while (job.shared->items == 0) {
        expect(mp_cond_wait(job.cond, MP_FOREVER) == 0);
    }
    job.shared->items -= 1;
    expect(mp_rlock_release(job.rlock) == 0);
    expect(mp_rlock_release(job.rlock) == 0);
    expect(mp_rlock_release(job.rlock) == -EPERM);
    return 0;
}

static int wait_with_limit(void *arg)
{
    (void)arg;
    expect(mp_sem_acquire(job.sem, 1000) == -ETIMEDOUT);
    expect(mp_event_wait(job.event, 2000) == -ETIMEDOUT);
    expect(mp_lock_acquire(job.lock, MP_FOREVER) == 0);
    expect(mp_cond_wait(job.cond, 0) == -EAGAIN);
    expect(mp_cond_wait(job.cond, 3000) == -ETIMEDOUT);
    expect(mp_cond_wait_for(job.cond, has_item, NULL, 4000) == -ETIMEDOUT);
    expect(mp_lock_release(job.lock) == 0);
    return 0;
}

static int pass_twice(void *arg)
{
    (void)arg;
    for (int i = 0; i < ROUNDS; i++) {
        int place = mp_barrier_wait(job.barrier, MP_FOREVER);
        expect(place >= 0 && place < 3);
        expect(job.shared->acted >= i + 1);
    }
    return 0;
}

static int find_broken(void *arg)
{
    (void)arg;
    expect(mp_barrier_wait(job.barrier, MP_FOREVER) == -ENOTRECOVERABLE);
    return 0;
}

static int pass_in_pairs(void *arg)
{
    (void)arg;
    expect(mp_barrier_wait(job.barrier, MP_FOREVER) >= 0);
    return 0;
}

static int count_rounds(void *arg)
{
    (void)arg;
    job.shared->acted += 1;
    return 0;
}

static int update_all(void *arg)
{
    (void)arg;
    int *elements = mp_array_data(job.array);
    for (int i = 0; i < ROUNDS; i++) {
        mp_value_add(job.value, 1);
        mp_double_add(job.real, 0.5);
        expect(mp_array_lock(job.array, MP_FOREVER) == 0);
        elements[i] += 1;
        expect(mp_array_unlock(job.array) == 0);
    }
    return 0;
}

static int update_locked(void *arg)
{
    (void)arg;
    for (int i = 0; i < ROUNDS; i++) {
        expect(mp_value_lock(job.value, MP_FOREVER) == 0);
        mp_value_set(job.value, mp_value_get(job.value) + 1);
        expect(mp_value_unlock(job.value) == 0);
    }
    return 0;
}

static int update_wrongly(void *arg)
{
    (void)arg;
    for (int i = 0; i < ROUNDS; i++) {
        mp_value_set(job.value, mp_value_get(job.value) + 1);
    }
    return 0;
}

static int take_both_ways(void *arg)
{
    (void)arg;
    expect(mp_rlock_acquire(job.rlock, MP_FOREVER) == 0);
    return 0 * mp_sem_acquire(job.sem, MP_FOREVER);
}

static int wait_in_cond(void *arg)
{
    (void)arg;
    expect(mp_lock_acquire(job.lock, MP_FOREVER) == 0);
    mp_cond_wait(job.cond, MP_FOREVER);
    expect(mp_lock_release(job.lock) == 0);
    return 0;
}

// --- the programs -----------------------------------------------------------------------------

static mp_process *children[CHILDREN_MAX];
static int started;

static void start(int count, mp_target what)
{
    for (int i = 0; i < count; i++) {
        expect(mp_process_create(&children[started], what, NULL, NULL) == 0);
        expect(mp_process_start(children[started]) == 0);
        started++;
    }
}

static void join_all(void)
{
    for (int i = 0; i < started; i++) {
        int code = -1;
        expect(mp_process_join(children[i], MP_FOREVER) == 0);
        expect(mp_process_exitcode(children[i], &code) == 0 && code == 0);
    }
    started = 0;
}

static void rlock(void)
{
    start(2, add_twice_locked);
    join_all();
    expect(job.shared->counter == 2 * 2 * ROUNDS);
}

static void semaphore(void)
{
    start(3, use_permit);
    join_all();
    expect(mp_sem_value(job.sem) == 2);
    expect(mp_sem_release(job.sem, 1) == -EOVERFLOW);
}

static void event(void)
{
    start(2, wait_for_event);
    start(1, ask_event);
    expect(mp_event_set(job.event) == 0);
    expect(mp_event_is_set(job.event) == 1);
    join_all();
    expect(mp_event_clear(job.event) == 0);
    expect(mp_event_wait(job.event, 0) == -EAGAIN);
}

static void condition(void)
{
    start(2, consume);
    for (int i = 0; i < 2; i++) {
        expect(mp_lock_acquire(job.lock, MP_FOREVER) == 0);
        job.shared->items += 1;
        expect(mp_cond_notify(job.cond, 1) == 0);
        expect(mp_lock_release(job.lock) == 0);
    }
    join_all();
    expect(job.shared->items == 0);
}

static void depth(void)
{
    start(2, consume_deep);
    expect(mp_rlock_acquire(job.rlock, MP_FOREVER) == 0);
    job.shared->items += 2;
    expect(mp_cond_notify_all(job.cond) == 0);
    expect(mp_rlock_release(job.rlock) == 0);
    join_all();
    expect(job.shared->items == 0);
}

static void limits(void)
{
    start(2, wait_with_limit);
    join_all();
}

static void barrier(void)
{
    expect(mp_barrier_create_action(&job.barrier, 3, count_rounds, NULL) == 0);
    start(3, pass_twice);
    join_all();
    expect(job.shared->acted == ROUNDS);
    start(2, find_broken);
    expect(mp_barrier_abort(job.barrier) == 0);
    join_all();
    expect(mp_barrier_is_broken(job.barrier) == 1);
    expect(mp_barrier_reset(job.barrier) == 0);
    start(1, find_broken);
    while (mp_process_is_alive(children[0]) == 1 &&
           mp_barrier_n_waiting(job.barrier) == 0) {
    }
    expect(mp_barrier_reset(job.barrier) == 0);
    join_all();
    expect(mp_barrier_is_broken(job.barrier) == 0);
    start(3, pass_twice);
    join_all();
}

static void early(void)
{
    expect(mp_barrier_create_action(&job.barrier, 2, count_rounds, NULL) == 0);
    start(4, pass_in_pairs);
    join_all();
    expect(job.shared->acted == 2 && mp_barrier_n_waiting(job.barrier) == 0);
}

static void values(void)
{
    start(2, update_all);
    join_all();
    int *elements = mp_array_data(job.array);
    expect(mp_value_get(job.value) == 2 * ROUNDS && mp_double_get(job.real) == ROUNDS);
    expect(elements[0] == 2 && elements[1] == 2 && elements[2] == 0);
    start(2, update_locked);
    join_all();
    expect(mp_value_get(job.value) == 4 * ROUNDS);
    mp_value_set(job.value, 0);
    start(2, update_wrongly);
    join_all();
    int64_t sum = mp_value_get(job.value);
    expect(sum >= 2 && sum <= 2 * ROUNDS);
    printf("%s\n", sum < 2 * ROUNDS ? "updates lost" : "nothing lost");
}

static void killed(void)
{
    start(2, wait_in_cond);
    for (int i = 0; i < 2; i++) { // both sleep in it
        expect(mp_lock_acquire(job.lock, MP_FOREVER) == 0);
        expect(mp_cond_wait(job.cond, 1000) == -ETIMEDOUT);
        expect(mp_lock_release(job.lock) == 0);
    }
    expect(mp_lock_acquire(job.lock, MP_FOREVER) == 0);
    expect(mp_cond_notify(job.cond, 1) == 0);
    expect(mp_process_kill(children[0]) == 0);
    expect(mp_process_join(children[0], MP_FOREVER) == 0);
    expect(mp_lock_release(job.lock) == 0);
    expect(mp_process_join(children[1], MP_FOREVER) == 0);
}

static void stuck_sem(void)
{
    expect(mp_sem_acquire(job.sem, 0) == 0 && mp_sem_acquire(job.sem, 0) == 0);
    start(2, use_permit);
    join_all();
}

static void stuck_event(void)
{
    start(2, wait_for_event);
    join_all();
}

static void stuck_cond(void)
{
    start(2, wait_in_cond);
    join_all();
}

static void stuck_rlock(void)
{
    expect(mp_sem_acquire(job.sem, 0) == 0 && mp_sem_acquire(job.sem, 0) == 0);
    start(2, take_both_ways);
    join_all();
}

static const struct {
    const char *name;
    void (*run)(void);
} programs[] = {
    {"rlock", rlock},           {"semaphore", semaphore},
    {"event", event},           {"condition", condition},
    {"depth", depth},           {"limits", limits},
    {"barrier", barrier},       {"early", early},
    {"values", values},         {"killed", killed},
    {"stuck-sem", stuck_sem},   {"stuck-event", stuck_event},
    {"stuck-cond", stuck_cond}, {"stuck-rlock", stuck_rlock},
};

int main(int argc, char **argv)
{
    const char *name = argc > 1 ? argv[1] : "";
    bool is_deep = strcmp(name, "depth") == 0;
    unsigned permits = strcmp(name, "limits") == 0 ? 0 : 2;
    job.shared = MP_SHARED(struct shared);
    expect(job.shared != NULL);
    expect(mp_lock_create(&job.lock) == 0);
    expect(mp_rlock_create(&job.rlock) == 0);
    expect(mp_sem_create(&job.sem, permits, 2) == 0);
    expect(mp_event_create(&job.event) == 0);
    expect((is_deep ? mp_cond_create(&job.cond, job.rlock)
                    : mp_cond_create(&job.cond, job.lock)) == 0);
    expect(mp_value_create(&job.value, 0) == 0);
    expect(mp_double_create(&job.real, 0) == 0);
    expect(mp_array_create(&job.array, int, 3) == 0);
    for (size_t i = 0; i < sizeof programs / sizeof *programs; i++) {
        if (strcmp(name, programs[i].name) == 0) {
            programs[i].run();
            printf("%s done\n", name);
            return EXIT_SUCCESS;
        }
    }
    fprintf(stderr, "sync_calls: what? %s\n", name);
    return 2;
}
