// SPDX-License-Identifier: MIT
// Kill storms: processes that use a lock, a semaphore, an event, a condition, a barrier are
// killed at random and replaced, for a second each, or ten with FORKLAB_LONG=1. Nobody may
// stand still for long, and nothing may be wrong in the end but what the dead took with them.
#include "clock.h"
#include "suite.h"
#include "unit/library.h"

#include <sched.h>
#include <signal.h>
#include <stdlib.h>

enum { WORKERS = 4, SHORT_MS = 1000, LONG_MS = 10000, STALL_MS = 1000, KILLS_LEAST = 5 };

struct storm {
    mp_lock *lock;
    mp_sem *sem;
    mp_event *event;
    mp_cond *cond, *not_full;
    mp_barrier *barrier;
    volatile long counter, second, items; // guarded by lock
    _Atomic long progress, produced, consumed, wrong;
    _Atomic int inside, stop;
};

static struct storm *new_storm(void)
{
    struct storm *storm = MP_SHARED(struct storm);

    ck_assert_ptr_nonnull(storm);
    ck_assert_int_eq(mp_lock_create(&storm->lock), 0);
    ck_assert_int_eq(mp_sem_create(&storm->sem, 2, 0), 0);
    ck_assert_int_eq(mp_event_create(&storm->event), 0);
    ck_assert_int_eq(mp_cond_create(&storm->cond, storm->lock), 0);
    ck_assert_int_eq(mp_cond_create(&storm->not_full, storm->lock), 0);
    ck_assert_int_eq(mp_barrier_create(&storm->barrier, WORKERS), 0);
    return storm;
}

// --- the storm ---------------------------------------------------------------------------------

// What the workers do: worker i runs what[i % 2]. `tend` is called now and then, and mends
// what only death can break.
struct scene {
    mp_target what[2];
    void (*tend)(struct storm *storm, long kills);
    int pause_us; // between two kills, about
};

static uint64_t draw(uint64_t *random, uint64_t below)
{
    *random = *random * 6364136223846793005u + 1442695040888963407u;
    return (*random >> 33) % below;
}

// Looks for so long; fails when nothing has moved for STALL_MS.
struct watch_over {
    long seen;
    uint64_t since, longest;
};

static void watch_for(struct storm *storm, const struct scene *scene,
                      struct watch_over *watch, long kills, int pause_us)
{
    uint64_t end = mp_nanoseconds() + (uint64_t)pause_us * 1000;
    do {
        long now = atomic_load(&storm->progress);
        uint64_t time = milliseconds();
        if (now != watch->seen) {
            watch->seen = now;
            watch->since = time;
        }
        uint64_t stall = time - watch->since;
        watch->longest = stall > watch->longest ? stall : watch->longest;
        ck_assert_msg(stall < STALL_MS * limit_factor(), "nobody has moved for %d ms",
                      (int)stall);
        if (scene->tend != NULL) {
            scene->tend(storm, kills);
        }
        sched_yield();
    } while (mp_nanoseconds() < end);
}

static long let_it_rage(struct storm *storm, const struct scene *scene)
{
    uint64_t end = milliseconds() + (suite_is_long() ? LONG_MS : SHORT_MS);
    struct watch_over watch = {.seen = -1};
    mp_process *workers[WORKERS];
    uint64_t random = 2026;
    long kills = 0;

    for (int i = 0; i < WORKERS; i++) {
        workers[i] = start_child(scene->what[i % 2], storm);
    }
    while (milliseconds() < end || kills <= KILLS_LEAST) {
        int victim = (int)draw(&random, WORKERS);
        int pause_us = (int)draw(&random, 2 * (uint64_t)scene->pause_us);
        watch_for(storm, scene, &watch, kills, pause_us);
        ck_assert_int_eq(mp_process_kill(workers[victim]), 0);
        ck_assert_int_eq(end_of(workers[victim]), -SIGKILL);
        kills++;
        workers[victim] = start_child(scene->what[victim % 2], storm);
    }
    watch_for(storm, scene, &watch, kills, 300000); // the last kill stops nobody either
    atomic_store(&storm->stop, 1);
    for (int i = 0; i < WORKERS; i++) {
        while (mp_process_is_alive(workers[i]) == 1) { // who waits is let go
            mp_sem_release(storm->sem, 1);
            mp_event_set(storm->event);
            mp_barrier_abort(storm->barrier);
            ck_assert_int_ge(mp_lock_acquire(storm->lock, MP_FOREVER), 0);
            mp_cond_notify_all(storm->cond);
            mp_cond_notify_all(storm->not_full);
            ck_assert_int_eq(mp_lock_release(storm->lock), 0);
            limit_nap();
        }
        ck_assert_int_eq(end_of(workers[i]), 0);
    }
    ck_assert_int_gt(kills, KILLS_LEAST);
    ck_assert_int_gt(watch.seen, kills);
    return kills;
}

// --- lock --------------------------------------------------------------------------------------

static int add_locked(void *arg)
{
    struct storm *storm = arg;

    while (!atomic_load(&storm->stop)) {
        int rc = mp_lock_acquire(storm->lock, MP_FOREVER);
        if (rc < 0) {
            return 1;
        }
        if (rc == 0 && storm->counter != storm->second) {
            atomic_fetch_add(&storm->wrong, 1);
        }
        storm->second = storm->counter;
        storm->counter = storm->counter + 1;
        storm->second = storm->second + 1;
        if (mp_lock_release(storm->lock) != 0) {
            return 2;
        }
        atomic_fetch_add(&storm->progress, 1);
    }
    return 0;
}

START_TEST(lock)
{
    struct storm *storm = new_storm();
    long kills =
        let_it_rage(storm, &(struct scene){{add_locked, add_locked}, NULL, 2000});
    long apart = storm->counter - atomic_load(&storm->progress);

    ck_assert_int_eq(atomic_load(&storm->wrong), 0);
    ck_assert_msg(apart >= 0 && apart <= kills, "%ld apart, %ld kills", apart, kills);
}
END_TEST

// --- semaphore ---------------------------------------------------------------------------------

static _Atomic long refilled; // permits that the test has given for those that were lost

static int use_permit(void *arg)
{
    struct storm *storm = arg;

    while (!atomic_load(&storm->stop)) {
        int rc = mp_sem_acquire(storm->sem, MP_FOREVER);
        if (rc != 0) {
            return 1;
        }
        atomic_fetch_add(&storm->progress, 1);
        if (mp_sem_release(storm->sem, 1) != 0) {
            return 2;
        }
    }
    return 0;
}

// No permit for 50 ms, and nobody moves: the dead have them.
static void give_permits_back(struct storm *storm, long kills)
{
    static long seen;
    static uint64_t since;
    long now = atomic_load(&storm->progress);
    if (now != seen || mp_sem_value(storm->sem) > 0) {
        seen = now;
        since = milliseconds();
    } else if (milliseconds() - since > 50) {
        ck_assert_int_eq(mp_sem_release(storm->sem, 1), 0);
        ck_assert_msg(atomic_fetch_add(&refilled, 1) < kills, "more are lost than died");
        since = milliseconds();
    }
}

START_TEST(semaphore)
{
    struct storm *storm = new_storm();
    let_it_rage(storm, &(struct scene){{use_permit, use_permit}, give_permits_back, 2000});
}
END_TEST

// --- event -------------------------------------------------------------------------------------

static int wait_for_event(void *arg)
{
    struct storm *storm = arg;

    while (!atomic_load(&storm->stop)) {
        if (mp_event_wait(storm->event, MP_FOREVER) != 0) {
            return 1;
        }
        atomic_fetch_add(&storm->progress, 1);
    }
    return 0;
}

static int set_and_clear(void *arg)
{
    struct storm *storm = arg;

    while (!atomic_load(&storm->stop)) {
        if (mp_event_set(storm->event) != 0 || mp_event_clear(storm->event) != 0) {
            return 1;
        }
        mp_sleep(1);
    }
    return 0;
}

START_TEST(event)
{
    let_it_rage(new_storm(), &(struct scene){{wait_for_event, set_and_clear}, NULL, 2000});
}
END_TEST

// --- condition ---------------------------------------------------------------------------------

enum { FULL = 3 };

static int has_item(void *arg)
{
    struct storm *storm = arg;
    return storm->items > 0 || atomic_load(&storm->stop);
}

static int has_room(void *arg)
{
    struct storm *storm = arg;
    return storm->items < FULL || atomic_load(&storm->stop);
}

static int consume(void *arg)
{
    struct storm *storm = arg;

    while (!atomic_load(&storm->stop)) {
        if (mp_lock_acquire(storm->lock, MP_FOREVER) < 0 ||
            mp_cond_wait_for(storm->cond, has_item, storm, MP_FOREVER) < 0) {
            return 1;
        }
        if (storm->items > 0) {
            storm->items = storm->items - 1;
            atomic_fetch_add(&storm->consumed, 1);
            atomic_fetch_add(&storm->progress, 1);
        }
        if (mp_cond_notify(storm->not_full, 1) != 0 || mp_lock_release(storm->lock) != 0) {
            return 2;
        }
    }
    return 0;
}

static int produce(void *arg)
{
    struct storm *storm = arg;

    while (!atomic_load(&storm->stop)) {
        if (mp_lock_acquire(storm->lock, MP_FOREVER) < 0 ||
            mp_cond_wait_for(storm->not_full, has_room, storm, MP_FOREVER) < 0) {
            return 1;
        }
        storm->items = storm->items + 1;
        atomic_fetch_add(&storm->produced, 1);
        if (mp_cond_notify(storm->cond, 1) != 0 || mp_lock_release(storm->lock) != 0) {
            return 2;
        }
    }
    return 0;
}

START_TEST(condition)
{
    struct storm *storm = new_storm();
    long kills = let_it_rage(storm, &(struct scene){{consume, produce}, NULL, 2000});
    long apart =
        atomic_load(&storm->produced) - atomic_load(&storm->consumed) - storm->items;

    ck_assert_msg(labs(apart) <= kills, "%ld apart, %ld kills", apart, kills);
    ck_assert_msg(storm->items >= 0 && storm->items <= FULL + WORKERS, "%ld items",
                  storm->items);
}
END_TEST

// --- barrier -----------------------------------------------------------------------------------

static int pass(void *arg)
{
    struct storm *storm = arg;

    while (!atomic_load(&storm->stop)) {
        int place = mp_barrier_wait(storm->barrier, MP_FOREVER);
        if (place >= 0) {
            atomic_fetch_add(&storm->progress, 1);
        } else if (place != -ENOTRECOVERABLE) {
            return 1;
        } else {
            sched_yield();
        }
    }
    return 0;
}

static void reset_when_broken(struct storm *storm, long kills)
{
    (void)kills;
    if (mp_barrier_is_broken(storm->barrier)) {
        ck_assert_int_eq(mp_barrier_reset(storm->barrier), 0);
    }
}

START_TEST(barrier)
{
    let_it_rage(new_storm(), &(struct scene){{pass, pass}, reset_when_broken, 20000});
}
END_TEST

int main(void)
{
    struct suite_test tests[] = {
        {.test = lock, .timeout = 60},    {.test = semaphore, .timeout = 60},
        {.test = event, .timeout = 60},   {.test = condition, .timeout = 60},
        {.test = barrier, .timeout = 60},
    };

    for (size_t i = 0; i < sizeof tests / sizeof *tests; i++) {
        tests[i].teardown = library_close;
    }
    return suite_run("storms sync", tests, sizeof tests / sizeof *tests);
}
