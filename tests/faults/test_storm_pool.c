// SPDX-License-Identifier: MIT
// A storm over a pool: its workers are killed at random, about one each millisecond, while
// it maps again and again. Every map ends; what is not lost is right; not more is lost than
// was killed; and afterwards the pool is as good as new. FORKLAB_LONG=1: for longer.
#include "unit/pool_job.h"

#include "proc.h"

#include <stdio.h>
#include <sys/syscall.h>
#include <time.h>

enum { WORKERS = 4, ITEMS = 400, SHORT_MS = 1500, LONG_MS = 20000, STALL_MS = 3000 };
enum { LAST = 16, DYING_MS = 5000 }; // of those that were killed: they may still be dying

struct storm {
    _Atomic int stop;
    _Atomic uint64_t kills;
    pid_t owner;
};

static uint64_t draw(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return *state >> 33;
}

// Only a worker of this pool: its number may belong to another process by now. What the
// descriptor means cannot change between the look and the signal.
static bool kill_worker(pid_t pid, pid_t owner)
{
    struct proc proc;
    int fd = (int)syscall(SYS_pidfd_open, pid, 0);
    if (fd < 0) {
        return false;
    }
    bool hit = proc_read(pid, &proc) && proc.parent == owner && proc.state != 'Z' &&
               syscall(SYS_pidfd_send_signal, fd, SIGKILL, NULL, 0) == 0;
    close(fd);
    return hit;
}

static int rage(void *arg)
{
    struct storm *storm = arg;
    uint64_t random = 4711;
    pid_t pids[MP_PROCESSES];
    pid_t last[LAST] = {0};

    while (!atomic_load(&storm->stop)) {
        unsigned count = living(pids);
        pid_t pid = count > 0 ? pids[draw(&random) % count] : 0;
        if (count > 0 && kill_worker(pid, storm->owner)) {
            last[atomic_fetch_add(&storm->kills, 1) % LAST] = pid;
        }
        struct timespec moment = {0, (long)(draw(&random) % 2000000)};
        nanosleep(&moment, NULL);
    }
    for (int i = 0; i < LAST; i++) {
        if (last[i] != 0 && !proc_wait_end(last[i], DYING_MS)) {
            return 1;
        }
    }
    return 0;
}

// How often each task of a map was begun: none is tried twice.
static _Atomic int *begun;

// A few microseconds of work, more for some.
static int work(const void *item, void *result)
{
    const int *number = item;
    long *answer = result;
    volatile long sum = 0;
    atomic_fetch_add(&begun[*number], 1);
    for (int i = 0; i < *number * 20; i++) {
        sum = sum + i;
    }
    *answer = (long)*number * *number;
    return 0;
}

// One map: how many of its tasks were lost.
static uint64_t map(mp_pool *pool, size_t chunk)
{
    static int items[ITEMS];
    static long results[ITEMS];
    static int status[ITEMS];
    struct mp_map_options options = {.chunk = chunk, .status = status};
    uint64_t lost = 0;

    for (int i = 0; i < ITEMS; i++) {
        items[i] = i;
        results[i] = -1;
        atomic_store(&begun[i], 0);
    }
    int rc = mp_pool_map(pool, work, items, ITEMS, results, &options);
    for (int i = 0; i < ITEMS; i++) {
        ck_assert_msg(status[i] == 0 || status[i] == -EOWNERDEAD, "item %d: %d", i,
                      status[i]);
        ck_assert_int_eq(results[i], status[i] == 0 ? (long)i * i : -1);
        lost += status[i] != 0;
        ck_assert_int_le(atomic_load(&begun[i]), 1);
    }
    ck_assert_int_eq(rc, lost > 0 ? -EOWNERDEAD : 0);
    return lost;
}

START_TEST(every_map_ends_and_not_more_is_lost_than_was_killed)
{
    static const size_t chunks[] = {1, 7, 0, 50};
    struct storm *storm = MP_SHARED(struct storm);
    struct mp_pool_options options = {.respawn_limit = 1000000};
    uint64_t end = milliseconds() + (suite_is_long() ? LONG_MS : SHORT_MS);
    uint64_t lost = 0;
    uint64_t longest = 0;
    uint64_t maps = 0;
    mp_pool *pool;

    begun = MP_SHARED_ARRAY(_Atomic int, ITEMS);
    ck_assert_ptr_nonnull(begun);
    ck_assert_int_eq(mp_pool_create(&pool, WORKERS, &options), 0);
    storm->owner = getpid();
    mp_process *killer = start_child(rage, storm);
    for (uint64_t now = milliseconds(); now < end; maps++) {
        lost += map(pool, chunks[maps % 4]);
        uint64_t then = milliseconds();
        longest = then - now > longest ? then - now : longest;
        now = then;
    }
    atomic_store(&storm->stop, 1);
    ck_assert_int_eq(end_of(killer), 0);
    uint64_t kills = atomic_load(&storm->kills);
    printf("%d maps, %d workers killed, %d tasks lost, longest map %d ms\n", (int)maps,
           (int)kills, (int)lost, (int)longest);
    lost += map(pool, 1); // those that were killed last
    ck_assert_uint_gt(kills, 0);
    ck_assert_uint_le(lost, kills);
    ck_assert_uint_lt(longest, STALL_MS);
    ck_assert_uint_eq(map(pool, 1), 0);
    ck_assert_uint_eq(living(NULL), WORKERS);
    end_pool(pool);
}
END_TEST

int main(void)
{
    struct suite_test tests[] = {
        {.test = every_map_ends_and_not_more_is_lost_than_was_killed, .timeout = 60},
    };

    POOL_MAIN("storm over a pool", tests);
}
