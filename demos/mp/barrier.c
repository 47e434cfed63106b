// SPDX-License-Identifier: MIT
/*
 * A barrier: processes wait until all have come.
 *
 * Coming is announced under the guard: the object table counts who has arrived, and when
 * the last one comes, `taken` moves and all may go. A waiter that times out, or finds one
 * of the others dead, breaks the barrier for all; nobody waits for somebody who cannot come.
 */
#include "visitor.h"

#include <errno.h>
#include <limits.h>

struct mp_barrier {
    pthread_mutex_t guard;     /* guards what follows, and the entry */
    _Atomic uint32_t sequence; /* futex: moves when it opens or breaks */
    _Atomic uint32_t sleepers;
    uint16_t object;
    struct mp_visitor came[MP_PROCESSES]; /* in the order of coming */
};

struct visit {
    struct mp_barrier *barrier;
    uint64_t round; /* entry .taken when we came */
    unsigned looks;
};

static struct mp_object_entry *entry_of(const struct mp_barrier *barrier)
{
    return &mp_the_world->objects[barrier->object];
}

int mp_barrier_create_named(mp_barrier **out, unsigned parties, const char *name)
{
    if (out == NULL || name == NULL || parties == 0 || parties >= MP_PROCESSES) {
        return -EINVAL;
    }
    void *memory;
    uint16_t object;
    int rc = mp_object_new(&memory,
                           (struct mp_new_object){.kind = MP_KIND_BARRIER,
                                                  .size = sizeof(struct mp_barrier),
                                                  .name = name,
                                                  .type = "mp_barrier",
                                                  .parties = parties},
                           &object);
    if (rc != 0) {
        return rc;
    }
    struct mp_barrier *barrier = memory;
    mp_guard_init(&barrier->guard);
    barrier->object = object;
    *out = barrier;
    return 0;
}

static bool somebody_died(const struct mp_barrier *barrier,
                          bool (*has_died)(struct mp_visitor visitor))
{
    unsigned arrived = entry_of(barrier)->arrived;
    for (unsigned i = 0; i < arrived && i < MP_PROCESSES; i++) {
        if (has_died(barrier->came[i])) {
            return true;
        }
    }
    return false;
}

static int attempt(void *context)
{
    struct visit *visit = context;
    const struct mp_object_entry *entry = entry_of(visit->barrier);
    if (__atomic_load_n(&entry->taken, __ATOMIC_ACQUIRE) != visit->round) {
        return 0;
    }
    if (__atomic_load_n(&entry->broken, __ATOMIC_ACQUIRE)) {
        return -ENOTRECOVERABLE;
    }
    /* The first two looks come at once; the later ones after 100 ms of sleep. */
    if (++visit->looks > 2 && somebody_died(visit->barrier, mp_visitor_is_dead)) {
        return -EOWNERDEAD;
    }
    return -EAGAIN;
}

static void wake_all(struct mp_barrier *barrier)
{
    atomic_fetch_add(&barrier->sequence, 1);
    mp_futex_wake(&barrier->sequence, INT_MAX);
}

/* I give up: nobody shall wait for me. Too late if it has opened meanwhile. */
static int break_it(struct mp_barrier *barrier, struct mp_self *me, struct visit *visit,
                    struct mp_deed deed, int rc)
{
    mp_guard_enter(&barrier->guard);
    if (entry_of(barrier)->taken != visit->round) {
        rc = 0;
    } else {
        deed.info = MP_FAILED;
        deed.value = (uint64_t)-rc;
        mp_emit(me, deed);
    }
    mp_guard_leave(&barrier->guard);
    wake_all(barrier);
    return rc == -EOWNERDEAD ? -ENOTRECOVERABLE : rc;
}

int mp_barrier_wait(mp_barrier *barrier, int timeout_ms)
{
    struct mp_self *me = mp_self();
    if (barrier == NULL || me == NULL || timeout_ms < MP_FOREVER) {
        return -EINVAL;
    }
    struct mp_object_entry *entry = entry_of(barrier);
    struct mp_deed deed = {
        .op = MP_OP_BARRIER_WAIT, .object = barrier->object, .place = MP_CALLER};
    mp_settle(me);
    mp_guard_enter(&barrier->guard);
    if (entry->broken) {
        mp_guard_leave(&barrier->guard);
        return -ENOTRECOVERABLE;
    }
    if (somebody_died(barrier, mp_visitor_is_known_dead)) { /* and nobody has waited since */
        deed.info = MP_FAILED;
        deed.value = EOWNERDEAD;
        mp_emit(me, deed);
        mp_guard_leave(&barrier->guard);
        wake_all(barrier);
        return -ENOTRECOVERABLE;
    }
    struct visit visit = {.barrier = barrier, .round = entry->taken};
    unsigned place = entry->arrived;
    barrier->came[place] = (struct mp_visitor){(uint16_t)me->slot, me->entry->generation};
    deed.value = visit.round;
    mp_emit(me, deed); /* coming is what counts: the last one opens it */
    bool opened = entry->taken != visit.round;
    mp_guard_leave(&barrier->guard);
    if (opened) {
        wake_all(barrier);
    }
    struct mp_waiting waiting = {.deed = deed,
                                 .attempt = attempt,
                                 .context = &visit,
                                 .sequence = &barrier->sequence,
                                 .sleepers = &barrier->sleepers,
                                 .announced = true};
    int rc = mp_wait(me, &waiting, timeout_ms);
    if (rc == -EAGAIN || rc == -ETIMEDOUT || rc == -EOWNERDEAD || rc == -EINTR) {
        rc = break_it(barrier, me, &visit, deed, rc == -EAGAIN ? -ETIMEDOUT : rc);
    } else if (rc < 0) {
        deed.info = MP_FAILED;
        deed.value = (uint64_t)-rc;
        mp_emit(me, deed);
    }
    if (rc < 0) {
        return rc;
    }
    deed.info = MP_DONE;
    mp_emit(me, deed);
    return (int)place;
}

int mp_barrier_destroy(mp_barrier *barrier)
{
    if (barrier == NULL) {
        return 0;
    }
    if (entry_of(barrier)->arrived != 0 && !entry_of(barrier)->broken) {
        return -EBUSY;
    }
    pthread_mutex_destroy(&barrier->guard);
    mp_object_remove(barrier->object);
    mp_arena_free(barrier, sizeof *barrier);
    return 0;
}
