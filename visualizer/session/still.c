// SPDX-License-Identifier: MIT
/* Deadlocks of free runs. See still.h. */
#include "session/still.h"

#include "session/kernel.h"

#include <string.h>

#define MS 1000000ull

enum {
    LOOK_EVERY_MS = 25,
    STILL_MS = 100, /* unchanged for so long */
    CHILDREN = 256,
};

static unsigned entries(const struct mp_world *world)
{
    unsigned top = atomic_load(&world->gate.top);
    return top < MP_PROCESSES ? top : MP_PROCESSES;
}

/* --- does anybody move? ------------------------------------------------------------------- */

/* Waits for as long as it takes. A wait with a limit ends by itself. */
static bool waits(const struct mp_world *world, unsigned slot,
                  const struct mp_process_entry *entry)
{
    return entry->life == MP_LIFE_ALIVE && entry->waiting &&
           atomic_load(&world->seats[slot].deadline) == 0;
}

/* The quick look, which most programs do not pass. */
static bool all_wait(const struct mp_world *world)
{
    bool anybody = false;
    for (unsigned slot = 0; slot < entries(world); slot++) {
        const struct mp_process_entry *entry = &world->processes[slot];
        if (mp_lives(entry)) {
            anybody = true;
            if (!waits(world, slot, entry)) {
                return false;
            }
        }
    }
    return anybody && atomic_load(&world->unrecorded) == 0;
}

/* By the tables, copied at one moment: nobody has what it waits for. */
static bool nobody_can_go(const struct mp_world *world, struct snapshot *snapshot)
{
    struct mp_tables tables = {snapshot->processes, sizeof snapshot->processes[0],
                               snapshot->objects};
    for (unsigned slot = 0; slot < MP_PROCESSES; slot++) {
        const struct mp_process_entry *entry = &snapshot->processes[slot];
        if (mp_lives(entry) && (!waits(world, slot, entry) ||
                                mp_can_go(&tables, slot).reason == MP_CAN_GO)) {
            return false;
        }
    }
    return true;
}

/* --- does the kernel know somebody who could? --------------------------------------------- */

static bool is_in_table(const struct snapshot *snapshot, pid_t pid)
{
    for (unsigned slot = 0; slot < MP_PROCESSES; slot++) {
        if (snapshot->processes[slot].pid == pid) {
            return true;
        }
    }
    return false;
}

/* A child of a bare fork may call mp as late as it likes, and until then no table has it. */
static bool has_unknown_child(const struct session *session, pid_t pid)
{
    pid_t children[CHILDREN];
    struct mp_world *mapped = watch_world(session->watch);
    size_t count = kernel_children(pid, children, CHILDREN);
    for (size_t i = 0; i < count; i++) {
        struct kernel_world world;
        if (is_in_table(session->snapshot, children[i])) {
            continue;
        }
        bool known = kernel_world_at(mapped, &world);
        world.address = mapped->address;
        if (!known || kernel_has_world(children[i], &world)) {
            return true;
        }
    }
    return false;
}

/* Who has died and is called alive is found out about soon: then it is looked again. Other
   threads are not recorded, and may do anything. */
static bool kernel_agrees(struct session *session)
{
    struct stillness *still = session->stillness;
    for (unsigned slot = 0; slot < MP_PROCESSES; slot++) {
        const struct mp_process_entry *entry = &session->snapshot->processes[slot];
        struct kernel_process process;
        if (!mp_lives(entry)) {
            continue;
        }
        if (!kernel_process(entry->pid, &process) || process.state == 'Z' ||
            process.state == 'X' || process.threads > 1 ||
            has_unknown_child(session, entry->pid)) {
            return false;
        }
        still->asleep[slot] = still->asleep[slot] || process.state == 'S';
    }
    return true;
}

/* --- for how long? ------------------------------------------------------------------------ */

static bool is_as_before(const struct stillness *still, const struct snapshot *snapshot)
{
    return still->since != 0 &&
           memcmp(still->processes, snapshot->processes, sizeof still->processes) == 0 &&
           memcmp(still->objects, snapshot->objects, sizeof still->objects) == 0;
}

static bool all_sleep(const struct stillness *still)
{
    for (unsigned slot = 0; slot < MP_PROCESSES; slot++) {
        if (mp_lives(&still->processes[slot]) && !still->asleep[slot]) {
            return false;
        }
    }
    return true;
}

static void look(struct session *session, uint64_t now)
{
    struct stillness *still = session->stillness;
    struct mp_world *world = watch_world(session->watch);
    struct snapshot *snapshot = session->snapshot;
    if (!all_wait(world)) {
        still->since = 0;
        return;
    }
    watch_snapshot(session->watch, snapshot);
    if (!nobody_can_go(world, snapshot)) {
        still->since = 0;
        return;
    }
    if (!is_as_before(still, snapshot)) {
        still->since = now;
        memcpy(still->processes, snapshot->processes, sizeof still->processes);
        memcpy(still->objects, snapshot->objects, sizeof still->objects);
        memset(still->asleep, 0, sizeof still->asleep);
    }
    if (!kernel_agrees(session)) {
        still->since = 0;
    }
}

bool still_is_stuck(struct session *session, uint64_t now)
{
    struct stillness *still = session->stillness;
    if (now - still->looked >= LOOK_EVERY_MS * MS) {
        still->looked = now;
        look(session, now);
        still->stuck =
            still->since != 0 && now - still->since >= STILL_MS * MS && all_sleep(still);
    }
    return still->stuck;
}

void still_moved(struct session *session)
{
    session->stillness->since = 0;
    session->stillness->stuck = false;
}
