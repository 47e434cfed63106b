// SPDX-License-Identifier: MIT
/*
 * What a lock costs when nobody is in the way: against the bare robust mutex that it is
 * made of, with the two events that it tells and without them.
 */
#include "bench.h"

#include "demo.h"
#include "event.h"

#include <pthread.h>
#include <stdlib.h>

enum { ROUNDS = 21, PAIRS = 400000 };

extern struct mp_world *mp_the_world; /* mp's own, for recording what a lock records */

static double bare(void *context)
{
    pthread_mutex_t *mutex = context;
    uint64_t begin = bench_processor_ns();
    for (int i = 0; i < PAIRS; i++) {
        pthread_mutex_lock(mutex);
        pthread_mutex_unlock(mutex);
    }
    return (double)(bench_processor_ns() - begin) / PAIRS;
}

static double ours(void *context)
{
    mp_lock *lock = context;
    uint64_t begin = bench_processor_ns();
    for (int i = 0; i < PAIRS; i++) {
        mp_lock_acquire(lock, MP_FOREVER);
        mp_lock_release(lock);
    }
    return (double)(bench_processor_ns() - begin) / PAIRS;
}

struct recorded {
    pthread_mutex_t *mutex;
    uint16_t object;
};

/* What a lock writes for each of its two events, and nothing else. */
static void record(const struct recorded *with, enum mp_op op)
{
    struct mp_object_entry *entry = &mp_the_world->objects[with->object];
    struct mp_deed deed = {.op = (uint8_t)op,
                           .info = MP_DONE,
                           .object = with->object,
                           .value = entry->changes + 1};
    mp_append(&mp_the_world->seats[0], mp_the_world->rings[0], &deed);
    mp_apply_to_self(&mp_the_world->processes[0], &deed);
    mp_apply_to_lock(entry, 0, &deed);
}

/* The bare mutex, with the two events at the places where ours has them: what they cost
   alone would be less, for here the clock waits for the mutex. */
static double bare_recorded(void *context)
{
    const struct recorded *with = context;
    uint64_t begin = bench_processor_ns();
    for (int i = 0; i < PAIRS; i++) {
        pthread_mutex_lock(with->mutex);
        record(with, MP_OP_LOCK_ACQUIRE);
        record(with, MP_OP_LOCK_RELEASE);
        pthread_mutex_unlock(with->mutex);
    }
    return (double)(bench_processor_ns() - begin) / PAIRS;
}

static uint16_t object_of_lock(void)
{
    for (uint16_t i = 1; i < MP_OBJECTS; i++) {
        if (mp_the_world->objects[i].kind == MP_KIND_LOCK) {
            return i;
        }
    }
    return 0;
}

static pthread_mutex_t *make_bare(void *memory)
{
    pthread_mutex_t *mutex = memory;
    pthread_mutexattr_t how;
    pthread_mutexattr_init(&how);
    pthread_mutexattr_setpshared(&how, PTHREAD_PROCESS_SHARED);
    pthread_mutexattr_setrobust(&how, PTHREAD_MUTEX_ROBUST);
    pthread_mutexattr_settype(&how, PTHREAD_MUTEX_ERRORCHECK);
    pthread_mutex_init(mutex, &how);
    pthread_mutexattr_destroy(&how);
    return mutex;
}

int main(void)
{
    mp_lock *lock;
    void *memory = must_have(MP_SHARED_ARRAY(unsigned char, sizeof(pthread_mutex_t)));
    must(mp_lock_create(&lock));
    struct recorded with = {.mutex = make_bare(memory), .object = object_of_lock()};
    struct bench_side sides[] = {
        {.run = bare, .context = with.mutex},
        {.run = ours, .context = lock},
        {.run = bare_recorded, .context = &with},
    };
    bench_run(sides, 3, ROUNDS);
    struct bench_side apart = {.rounds = malloc(ROUNDS * sizeof(double))};
    for (int i = 0; apart.rounds != NULL && i < ROUNDS; i++) {
        double records = sides[2].rounds[i] - sides[0].rounds[i];
        apart.rounds[i] = sides[1].rounds[i] - records;
    }
    apart.median = bench_median(apart.rounds, ROUNDS);
    bench_heading("lock, nobody in the way, acquire + release");
    bench_print(&(struct bench_row){.what = "with its two events",
                                    .unit = "ns",
                                    .ours = sides[1].median,
                                    .baseline = sides[0].median,
                                    .ratio = bench_ratio(&sides[1], &sides[0], ROUNDS),
                                    .kind = BENCH_AT_MOST,
                                    .target = 4,
                                    .target_is_ratio = 1});
    bench_print(&(struct bench_row){.what = "events apart",
                                    .unit = "ns",
                                    .ours = apart.median,
                                    .baseline = sides[0].median,
                                    .ratio = bench_ratio(&apart, &sides[0], ROUNDS),
                                    .kind = BENCH_AT_MOST,
                                    .target = 1.2,
                                    .target_is_ratio = 1});
    bench_note("baseline: a robust process-shared errorcheck mutex, lock + unlock");
    bench_note("events apart: less what the same two records, written between lock and");
    bench_note("unlock, add to the baseline: %.1f ns", sides[2].median - sides[0].median);
    bench_done(sides, 3);
    bench_done(&apart, 1);
    mp_lock_destroy(lock);
    mp_shared_free(memory);
    return EXIT_SUCCESS;
}
