// SPDX-License-Identifier: MIT
/*
 * A semaphore: permits, which anybody may take and anybody may give back.
 *
 * The object table counts the permits; they change under the guard, together with the event
 * that tells it. Who finds none sleeps on `sequence`, which each release moves, and looks
 * again after 100 ms at most: who was woken for a permit may die before it takes it.
 */
#include "internal.h"

#include <errno.h>
#include <limits.h>

struct mp_sem {
    pthread_mutex_t guard;     /* guards the entry */
    _Atomic uint32_t sequence; /* futex: moves when permits have come */
    _Atomic uint32_t sleepers;
    uint16_t object;
};

static struct mp_object_entry *entry_of(const struct mp_sem *sem)
{
    return &mp_the_world->objects[sem->object];
}

int mp_sem_create_named(mp_sem **out, unsigned value, unsigned max, const char *name)
{
    unsigned most = max == 0 ? MP_ARRIVED_MOST : max;
    if (out == NULL || name == NULL || value > most || most > MP_ARRIVED_MOST) {
        return -EINVAL;
    }
    void *memory;
    uint16_t object;
    int rc = mp_object_new(&memory,
                           (struct mp_new_object){.kind = MP_KIND_SEMAPHORE,
                                                  .size = sizeof(struct mp_sem),
                                                  .name = name,
                                                  .type = "mp_sem",
                                                  .parties = max,
                                                  .arrived = value},
                           &object);
    if (rc != 0) {
        return rc;
    }
    struct mp_sem *sem = memory;
    mp_guard_init(&sem->guard);
    sem->object = object;
    *out = sem;
    return 0;
}

struct taking {
    struct mp_sem *sem;
    struct mp_self *me;
    struct mp_waiting waiting;
};

static int attempt(void *context)
{
    struct taking *taking = context;
    struct mp_sem *sem = taking->sem;
    int rc = -EAGAIN;
    mp_guard_enter(&sem->guard);
    if (entry_of(sem)->arrived > 0) {
        struct mp_deed deed = taking->waiting.deed;
        deed.info = MP_DONE | (taking->waiting.step ? MP_INFO_STEP : 0);
        mp_tell(taking->me, deed);
        rc = 0;
    }
    mp_guard_leave(&sem->guard);
    return rc;
}

int mp_sem_acquire(mp_sem *sem, int timeout_ms)
{
    if (sem == NULL || timeout_ms < MP_FOREVER) {
        return -EINVAL;
    }
    struct taking taking = {
        .sem = sem,
        .me = mp_self(),
        .waiting = {.deed = {.op = MP_OP_SEM_ACQUIRE,
                             .info = timeout_ms == 0 ? MP_INFO_TRY : 0,
                             .object = sem->object,
                             .place = MP_CALLER},
                    .attempt = attempt,
                    .context = &taking,
                    .sequence = &sem->sequence,
                    .sleepers = &sem->sleepers},
    };
    int rc = mp_wait(taking.me, &taking.waiting, timeout_ms);
    if (rc < 0) {
        mp_tell_failed(taking.me, taking.waiting.deed, rc, taking.waiting.step);
    }
    return rc;
}

static int give(struct mp_sem *sem, struct mp_self *me, struct mp_deed deed)
{
    const struct mp_object_entry *entry = entry_of(sem);
    unsigned most = entry->parties == 0 ? MP_ARRIVED_MOST : entry->parties;
    bool fits = deed.value <= most && entry->arrived <= most - deed.value;
    if (fits) {
        mp_tell(me, deed);
    }
    return fits ? 0 : -EOVERFLOW;
}

int mp_sem_release(mp_sem *sem, unsigned permits)
{
    if (sem == NULL || permits == 0) {
        return -EINVAL;
    }
    struct mp_self *me = mp_self();
    struct mp_stop_for stop = {.deed = {.op = MP_OP_SEM_RELEASE,
                                        .object = sem->object,
                                        .place = MP_CALLER,
                                        .value = permits}};
    if (me != NULL) {
        mp_gate_stop(me, &stop);
    }
    struct mp_deed deed = stop.deed;
    deed.info = MP_DONE | (stop.step ? MP_INFO_STEP : 0);
    mp_guard_enter(&sem->guard);
    int rc = give(sem, me, deed);
    mp_guard_leave(&sem->guard);
    if (rc < 0) {
        mp_tell_failed(me, deed, rc, stop.step);
        return rc;
    }
    /* After the permits are there: a sleeper first says that it sleeps, then looks. */
    if (atomic_load(&sem->sleepers) != 0) {
        atomic_fetch_add(&sem->sequence, 1);
        mp_futex_wake(&sem->sequence, permits < INT_MAX ? (int)permits : INT_MAX);
    }
    return 0;
}

int mp_sem_value(const mp_sem *sem)
{
    return sem == NULL ? -EINVAL
                       : (int)__atomic_load_n(&entry_of(sem)->arrived, __ATOMIC_ACQUIRE);
}

int mp_sem_destroy(mp_sem *sem)
{
    if (sem == NULL) {
        return 0;
    }
    if (mp_object_is_waited_for(sem->object)) {
        return -EBUSY;
    }
    pthread_mutex_destroy(&sem->guard);
    mp_object_remove(sem->object);
    mp_arena_free(sem, sizeof *sem);
    return 0;
}
