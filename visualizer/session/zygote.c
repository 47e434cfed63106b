// SPDX-License-Identifier: MIT
/* A program that is run over and over. See zygote.h. */
#include "session/zygote.h"

#include "clock.h"
#include "session/session.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum {
    TICK_MS = 10, /* between two looks after those who cannot look after themselves */
    EVENTS_AT_ONCE = 256,
};

static struct mp_world *world_of(const struct zygote *zygote)
{
    return watch_world(zygote->watch);
}

/* --- begin and end -------------------------------------------------------------------------- */

static bool have_only(int cpu)
{
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(cpu, &one);
    return sched_setaffinity(0, sizeof one, &one) == 0;
}

/* The calling thread, and whom it starts meanwhile, on the processor of the zygote. */
static void pin(struct zygote *zygote)
{
    zygote->pinned = zygote->cpu >= 0 &&
                     sched_getaffinity(0, sizeof zygote->cpus, &zygote->cpus) == 0 &&
                     have_only(zygote->cpu);
}

static void unpin(struct zygote *zygote)
{
    if (zygote->pinned) {
        sched_setaffinity(0, sizeof zygote->cpus, &zygote->cpus);
        zygote->pinned = false;
    }
}

static int start_in(struct zygote *zygote, char *const argv[], int fd)
{
    int rc = watch_open(fd, &zygote->watch);
    rc = rc != 0 ? rc : watch_control(zygote->watch);
    if (rc == 0) {
        world_of(zygote)->zygote.wanted = 1;
        rc = program_start_unseen(&zygote->program, argv, fd);
    }
    return rc;
}

static int start(struct zygote *zygote, char *const argv[])
{
    int fd;
    struct mp_world *world;
    int rc = mp_world_create(&fd, &world);
    if (rc == 0) {
        munmap(world, MP_WORLD_RESERVED);
        pin(zygote);
        rc = start_in(zygote, argv, fd);
        unpin(zygote);
        close(fd);
    }
    if (rc != 0) {
        zygote_end(zygote);
    }
    return rc;
}

int zygote_start(struct zygote *zygote, char *const argv[], enum mp_grain grain,
                 char *why, size_t size)
{
    struct demo_entry entry;
    *zygote = (struct zygote){.program = {.pty = -1}, .grain = grain};
    int rc = session_check(argv[0], &entry, why, size);
    if (rc != 0) {
        return rc;
    }
    zygote->cpu = sched_getcpu();
    rc = start(zygote, argv);
    if (rc != 0) {
        snprintf(why, size, "%s: %s", argv[0], strerror(-rc));
    }
    return rc;
}

/* Another processor that we may have than this one. -1: there is none. */
static int other_cpu(int cpu)
{
    cpu_set_t cpus;
    if (sched_getaffinity(0, sizeof cpus, &cpus) != 0) {
        return -1;
    }
    for (int other = 0; other < CPU_SETSIZE; other++) {
        if (other != cpu && CPU_ISSET(other, &cpus)) {
            return other;
        }
    }
    return -1;
}

int zygote_start_beside(struct zygote *zygote, const struct zygote *first,
                        char *const argv[])
{
    *zygote = (struct zygote){
        .program = {.pty = -1}, .grain = first->grain, .cpu = other_cpu(first->cpu)};
    return zygote->cpu >= 0 ? start(zygote, argv) : -ENODEV;
}

void zygote_end(struct zygote *zygote)
{
    if (zygote->watch != NULL) {
        zygote->program.world.address = world_of(zygote)->address;
    }
    program_end(&zygote->program);
    watch_close(zygote->watch);
    *zygote = (struct zygote){.program = {.pty = -1}};
}

/* --- one run -------------------------------------------------------------------------------- */

static bool is_over(const struct zygote *zygote)
{
    return atomic_load(&world_of(zygote)->zygote.over) == zygote->runs;
}

static void take_events(struct zygote *zygote)
{
    struct watched_event events[EVENTS_AT_ONCE];
    uint64_t dropped;
    size_t count;
    do {
        count = watch_events(zygote->watch, events, EVENTS_AT_ONCE, &dropped);
        for (size_t i = 0; i < count && zygote->see != NULL; i++) {
            zygote->see(zygote->context, &events[i]);
        }
    } while (count == EVENTS_AT_ONCE);
}

static size_t most_steps(const struct zygote *zygote)
{
    return zygote->steps > 0 ? zygote->steps : MP_SCRIPT;
}

/* `most`: steps that it may make. */
static void begin_run(struct zygote *zygote, const uint8_t *script, size_t count,
                      const struct mp_set *asleep, size_t most)
{
    struct mp_world *world = world_of(zygote);
    pin(zygote);
    if (zygote->runs > 0) {
        mp_world_reset(world);
        watch_restart(zygote->watch);
    }
    steer_prepare_every(&zygote->steer, world, zygote->grain, script, count, asleep);
    atomic_store(&world->gate.timeouts, zygote->timeouts);
    atomic_store(&world->gate.allowed, most < MP_SCRIPT ? most : MP_SCRIPT);
    zygote->runs++;
    atomic_store(&world->zygote.runs, zygote->runs);
    mp_futex_wake(&world->zygote.runs, INT_MAX);
}

/* Has it come to where it cannot go on by itself? ENDED: no. */
static enum zygote_end where_it_stands(struct zygote *zygote)
{
    const struct mp_gate *gate = &world_of(zygote)->gate;
    enum mp_stop stop = (enum mp_stop)atomic_load(&gate->stop);
    if (zygote->stop != NULL && *zygote->stop) {
        return ZYGOTE_LEFT;
    }
    if (program_reap(&zygote->program) || atomic_load(&world_of(zygote)->zygote.pid) < 0) {
        return ZYGOTE_FAILED;
    }
    if (steer_was_outside(&zygote->steer)) {
        return ZYGOTE_OUTSIDE;
    }
    if (steer_is_stuck(&zygote->steer)) {
        return ZYGOTE_STUCK;
    }
    if (!steer_all_stand(&zygote->steer)) {
        return ZYGOTE_ENDED;
    }
    return stop == MP_STOP_SPINS    ? ZYGOTE_SPINS
           : stop == MP_STOP_BUDGET ? ZYGOTE_LONG
           : stop == MP_STOP_CHOICE ? ZYGOTE_DIFFERS
           : stop == MP_STOP_ASLEEP ? ZYGOTE_ASLEEP
                                    : ZYGOTE_ENDED;
}

static void wait_a_moment(struct zygote *zygote, uint32_t seen)
{
    if (!is_over(zygote)) {
        mp_futex_sleep(&world_of(zygote)->gate.stopped, seen, TICK_MS);
    }
}

/* Main first: with it its children end, and the zygote takes them all. Whoever is left after
   that wanted to survive it. */
static void end_run(struct zygote *zygote)
{
    for (unsigned slot = 0; !is_over(zygote) && !program_reap(&zygote->program); slot++) {
        steer_signal(&zygote->steer, slot % MP_PROCESSES, SIGKILL);
        for (int turn = 0; turn < 2; turn++) {
            wait_a_moment(zygote, atomic_load(&world_of(zygote)->gate.stopped));
        }
    }
}

/* Until it comes to an end, or cannot go on by itself. */
static enum zygote_end go_on(struct zygote *zygote)
{
    enum zygote_end end = ZYGOTE_ENDED;
    while (end == ZYGOTE_ENDED && !is_over(zygote)) {
        uint32_t seen = atomic_load(&world_of(zygote)->gate.stopped);
        steer_tick(&zygote->steer, mp_nanoseconds());
        end = where_it_stands(zygote);
        if (end == ZYGOTE_ENDED) {
            wait_a_moment(zygote, seen);
        }
        take_events(zygote);
    }
    take_events(zygote);
    return end;
}

static enum zygote_end end_with(struct zygote *zygote, enum zygote_end end)
{
    if (end != ZYGOTE_ENDED) {
        end_run(zygote);
    }
    unpin(zygote);
    return end;
}

enum zygote_end zygote_run(struct zygote *zygote, const uint8_t *script, size_t count,
                           const struct mp_set *asleep)
{
    begin_run(zygote, script, count, asleep, most_steps(zygote));
    return end_with(zygote, go_on(zygote));
}

/* Its death stands in the trail like a step. */
static bool kill_one(struct zygote *zygote, size_t step, unsigned slot)
{
    struct mp_world *world = world_of(zygote);
    world->trail[step] = (struct mp_choice){.touch = {.op = MP_OP_DIE},
                                            .place = world->processes[slot].now.place,
                                            .chosen = (uint8_t)slot};
    atomic_store(&world->gate.scripted, 0);
    bool killed = steer_kill(&zygote->steer, slot) == 0;
    atomic_store(&world->gate.allowed, most_steps(zygote));
    return killed;
}

enum zygote_end zygote_run_killing(struct zygote *zygote, const uint8_t *script,
                                   size_t count, unsigned slot)
{
    begin_run(zygote, script, count, NULL, count);
    enum zygote_end end = go_on(zygote);
    if (end == ZYGOTE_LONG && count < MP_SCRIPT && slot < MP_PROCESSES) {
        end = kill_one(zygote, count, slot) ? go_on(zygote) : ZYGOTE_FAILED;
    }
    return end_with(zygote, end);
}

const struct mp_choice *zygote_trail(const struct zygote *zygote, size_t *count)
{
    const struct mp_world *world = world_of(zygote);
    uint64_t steps = atomic_load(&world->gate.steps);
    *count = steps < MP_SCRIPT ? (size_t)steps : MP_SCRIPT;
    return world->trail;
}
