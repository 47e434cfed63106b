// SPDX-License-Identifier: MIT
/*
 * Locks with an owner, which survive the death of their owner: the lock, and the rlock, which
 * its owner may take again.
 *
 *     free --try--> taken --release--> free
 *     taken, owner killed --try--> taken by who tries, which is told MP_RECOVERED
 *
 * The kernel marks a robust mutex when its owner dies. It is only ever tried: a process that
 * has to wait sleeps on `sequence`, which each release moves, and looks again after 100 ms
 * at most, since who was to wake it may have died first.
 *
 * The object table has the owner and the counts, of an rlock also how often its owner has
 * it; who has the mutex writes them.
 */
#include "lock.h"

#include "bell.h"
#include "event.h"

#include <errno.h>

enum { DEEPEST = 65535 }; /* so often may the owner of an rlock have it */

struct mp_rlock {
    struct mp_lock lock;
};

static struct mp_object_entry *entry_of(const struct mp_lock *lock)
{
    return &mp_the_world->objects[lock->object];
}

/* Tells the threads of one process apart. */
static inline uintptr_t this_thread(void)
{
    return (uintptr_t)&mp_inside;
}

/* Of a dead owner nothing is mine, though I may have got its place in the process table. The
   thread is asked first: where nobody is in the way, that is all. */
static inline bool is_mine(const struct mp_lock *lock)
{
    if (atomic_load_explicit(&lock->thread, memory_order_relaxed) != this_thread()) {
        return false;
    }
    const struct mp_object_entry *entry = entry_of(lock);
    return entry->owner == mp_me->slot && mp_me->entry != NULL &&
           !__atomic_load_n(&entry->broken, __ATOMIC_ACQUIRE);
}

static inline bool is_recursive(const struct mp_lock *lock)
{
    return entry_of(lock)->kind == MP_KIND_RLOCK;
}

/* --- made ------------------------------------------------------------------------------ */

int mp_lock_new(struct mp_lock **out, struct mp_new_object with)
{
    void *memory;
    uint16_t object;
    int rc = mp_object_new(&memory, with, &object);
    if (rc != 0) {
        return rc;
    }
    struct mp_lock *lock = memory;
    mp_guard_init(&lock->mutex);
    lock->object = object;
    *out = lock;
    return 0;
}

int mp_lock_create_named(mp_lock **out, const char *name)
{
    if (out == NULL || name == NULL) {
        return -EINVAL;
    }
    return mp_lock_new(out, (struct mp_new_object){.kind = MP_KIND_LOCK,
                                                   .size = sizeof(struct mp_lock),
                                                   .name = name,
                                                   .type = "mp_lock"});
}

int mp_rlock_create_named(mp_rlock **out, const char *name)
{
    if (out == NULL || name == NULL) {
        return -EINVAL;
    }
    struct mp_lock *lock;
    int rc = mp_lock_new(&lock, (struct mp_new_object){.kind = MP_KIND_RLOCK,
                                                       .size = sizeof(struct mp_rlock),
                                                       .name = name,
                                                       .type = "mp_rlock"});
    if (rc == 0) {
        *out = (struct mp_rlock *)lock;
    }
    return rc;
}

/* --- acquired -------------------------------------------------------------------------- */

static int attempt(void *context)
{
    struct mp_lock *lock = context;
    int rc = mp_guard_try(&lock->mutex);
    if (rc >= 0) {
        atomic_store_explicit(&lock->thread, this_thread(), memory_order_relaxed);
    }
    return rc;
}

/* Free running: the same as mp_record(), and shorter. */
static inline __attribute__((always_inline)) void record_free(struct mp_lock *lock,
                                                              struct mp_self *me,
                                                              enum mp_op op,
                                                              enum mp_phase phase,
                                                              uint32_t place)
{
    struct mp_object_entry *entry = entry_of(lock);
    struct mp_deed deed = {.op = (uint8_t)op,
                           .info = (uint8_t)phase,
                           .object = lock->object,
                           .place = place,
                           .value = entry->changes + 1};
    mp_inside = MP_IN_HOOK;
    mp_append(me->seat, me->ring, &deed);
    mp_apply_to_self(me->entry, &deed);
    mp_apply_to_lock(entry, me->slot, &deed);
    mp_inside = MP_OUTSIDE;
}

/* Nobody controls, nobody is in the way: the shortest path. */
static inline __attribute__((always_inline)) int acquire_free(struct mp_lock *lock,
                                                              struct mp_self *me,
                                                              uint32_t place)
{
    int rc = attempt(lock);
    if (rc >= 0) {
        record_free(lock, me, MP_OP_LOCK_ACQUIRE,
                    rc == MP_RECOVERED ? MP_DONE_RECOVERED : MP_DONE, place);
    }
    return rc;
}

static void tell(struct mp_self *me, struct mp_deed deed, int rc, bool step)
{
    if (me == NULL) {
        return;
    }
    if (rc < 0) {
        deed.info = MP_FAILED;
        deed.value = (uint64_t)-rc;
    } else {
        deed.info = rc == MP_RECOVERED ? MP_DONE_RECOVERED : MP_DONE;
        deed.value = mp_the_world->objects[deed.object].changes + 1;
    }
    deed.info |= step ? MP_INFO_STEP : 0;
    mp_emit(me, deed);
    if (rc < 0) {
        mp_gate_repeats(me, &deed);
    }
}

/* A thread that is not recorded has the lock all the same: the table says whose it is. */
static void own_unrecorded(struct mp_lock *lock, int rc)
{
    if (mp_me->entry != NULL) {
        struct mp_deed deed = {.op = MP_OP_LOCK_ACQUIRE,
                               .info = rc == MP_RECOVERED ? MP_DONE_RECOVERED : MP_DONE,
                               .object = lock->object};
        mp_apply_object(mp_the_world, mp_me->slot, &deed);
    }
}

/* As it looks: its owner may have died. */
static bool is_free(const void *context)
{
    const struct mp_lock *lock = context;
    return atomic_load_explicit(&lock->thread, memory_order_relaxed) == 0;
}

static __attribute__((noinline)) int acquire_waiting(struct mp_lock *lock,
                                                     struct mp_self *me, uint32_t place,
                                                     int timeout_ms)
{
    struct mp_waiting waiting = {
        .deed = {.op = timeout_ms == 0 ? MP_OP_LOCK_TRY : MP_OP_LOCK_ACQUIRE,
                 .object = lock->object,
                 .place = place},
        .attempt = attempt,
        .can_go = is_free,
        .context = lock,
        .sequence = &lock->sequence,
        .sleepers = &lock->sleepers,
    };
    int rc = mp_wait(me, &waiting, timeout_ms);
    tell(me, waiting.deed, rc, waiting.step);
    if (me == NULL && rc >= 0) {
        own_unrecorded(lock, rc);
    }
    return rc;
}

/* Its owner asks for it: an rlock is taken once more, a lock would wait for itself. */
static __attribute__((noinline)) int acquire_again(struct mp_lock *lock,
                                                   struct mp_self *me, uint32_t place,
                                                   int timeout_ms)
{
    if (!is_recursive(lock)) {
        return timeout_ms == 0 ? -EAGAIN : -EDEADLK;
    }
    if (entry_of(lock)->arrived >= DEEPEST) {
        return -EOVERFLOW;
    }
    if (me == NULL) {
        own_unrecorded(lock, 0);
        return 0;
    }
    struct mp_stop_for stop = {
        .deed = {.op = timeout_ms == 0 ? MP_OP_LOCK_TRY : MP_OP_LOCK_ACQUIRE,
                 .object = lock->object,
                 .place = place}};
    mp_gate_stop(me, &stop);
    tell(me, stop.deed, 0, stop.step);
    return 0;
}

static inline __attribute__((always_inline)) int acquire(struct mp_lock *lock,
                                                         uint32_t place, int timeout_ms)
{
    struct mp_self *me = mp_self();
    if (is_mine(lock)) {
        return acquire_again(lock, me, place, timeout_ms);
    }
    if (me != NULL && mp_mode() == MP_MODE_FREE) {
        int rc = acquire_free(lock, me, place);
        if (rc >= 0) {
            return rc;
        }
    }
    return acquire_waiting(lock, me, place, timeout_ms);
}

int mp_lock_acquire(mp_lock *lock, int timeout_ms)
{
    if (lock == NULL || timeout_ms < MP_FOREVER) {
        return -EINVAL;
    }
    return acquire(lock, MP_CALLER, timeout_ms);
}

int mp_lock_enter(struct mp_lock *lock, uint32_t place, int timeout_ms)
{
    return acquire(lock, place, timeout_ms);
}

int mp_rlock_acquire(mp_rlock *rlock, int timeout_ms)
{
    if (rlock == NULL || timeout_ms < MP_FOREVER) {
        return -EINVAL;
    }
    return acquire(&rlock->lock, MP_CALLER, timeout_ms);
}

/* --- released -------------------------------------------------------------------------- */

/*
 * First the unlock, then a look who sleeps; a sleeper first says that it sleeps, then reads
 * the sequence, then tries the mutex: one of both sees the other.
 */
static void wake_sleeper(struct mp_lock *lock)
{
    mp_fence_after_unlock();
    if (atomic_load_explicit(&lock->sleepers, memory_order_relaxed) != 0) {
        atomic_fetch_add(&lock->sequence, 1);
        mp_futex_wake(&lock->sequence, 1);
    }
}

static inline void unlock(struct mp_lock *lock)
{
    atomic_store_explicit(&lock->thread, 0, memory_order_relaxed);
    pthread_mutex_unlock(&lock->mutex);
    wake_sleeper(lock);
}

/* Under control: stops, and then tells it. */
static __attribute__((noinline)) void tell_release(struct mp_lock *lock,
                                                   struct mp_self *me, uint32_t place)
{
    struct mp_deed deed = {.op = MP_OP_LOCK_RELEASE,
                           .info = MP_DONE,
                           .object = lock->object,
                           .place = place,
                           .value = entry_of(lock)->changes + 1};
    if (me == NULL) { /* a thread that is not recorded */
        mp_apply_object(mp_the_world, mp_me->slot, &deed);
        return;
    }
    struct mp_stop_for stop = {.deed = deed};
    mp_gate_stop(me, &stop);
    deed.info |= stop.step ? MP_INFO_STEP : 0;
    mp_emit(me, deed);
}

static inline __attribute__((always_inline)) int release(struct mp_lock *lock,
                                                         uint32_t place)
{
    if (!is_mine(lock)) {
        return -EPERM;
    }
    struct mp_self *me = mp_self();
    if (me != NULL && mp_mode() == MP_MODE_FREE) {
        record_free(lock, me, MP_OP_LOCK_RELEASE, MP_DONE, place);
    } else {
        tell_release(lock, me, place);
    }
    if (is_recursive(lock) && entry_of(lock)->arrived > 0) {
        return 0; /* it was taken more often than this */
    }
    unlock(lock);
    return 0;
}

int mp_lock_release(mp_lock *lock)
{
    return lock == NULL ? -EINVAL : release(lock, MP_CALLER);
}

int mp_lock_leave(struct mp_lock *lock, uint32_t place)
{
    return release(lock, place);
}

int mp_rlock_release(mp_rlock *rlock)
{
    return rlock == NULL ? -EINVAL : release(&rlock->lock, MP_CALLER);
}

/* --- for conditions -------------------------------------------------------------------- */

bool mp_lock_is_mine(const struct mp_lock *lock)
{
    return is_mine(lock);
}

uint32_t mp_lock_depth(const struct mp_lock *lock)
{
    return is_recursive(lock) ? entry_of(lock)->arrived : 1;
}

static struct mp_deed deed_of(const struct mp_lock *lock, enum mp_op op,
                              enum mp_phase phase, uint32_t place)
{
    return (struct mp_deed){.op = (uint8_t)op,
                            .info = (uint8_t)phase,
                            .object = lock->object,
                            .place = place,
                            .value = entry_of(lock)->changes + 1};
}

void mp_lock_leave_all(struct mp_lock *lock, struct mp_self *me, uint32_t place)
{
    for (uint32_t depth = mp_lock_depth(lock); depth > 0; depth--) {
        mp_emit(me, deed_of(lock, MP_OP_LOCK_RELEASE, MP_DONE, place));
    }
    unlock(lock);
}

int mp_lock_attempt(void *lock)
{
    return attempt(lock);
}

void mp_lock_tell_all(struct mp_lock *lock, struct mp_self *me, uint32_t place, int rc,
                      uint32_t depth)
{
    enum mp_phase phase = rc == MP_RECOVERED ? MP_DONE_RECOVERED : MP_DONE;
    for (; depth > 0; depth--) {
        mp_emit(me, deed_of(lock, MP_OP_LOCK_ACQUIRE, phase, place));
        phase = MP_DONE;
    }
}

/* --- freed ----------------------------------------------------------------------------- */

int mp_lock_delete(struct mp_lock *lock, size_t size)
{
    if (mp_guard_try(&lock->mutex) < 0) {
        return -EBUSY;
    }
    mp_guard_leave(&lock->mutex);
    pthread_mutex_destroy(&lock->mutex);
    mp_object_remove(lock->object);
    mp_arena_free(lock, size);
    return 0;
}

int mp_lock_destroy(mp_lock *lock)
{
    return lock == NULL ? 0 : mp_lock_delete(lock, sizeof *lock);
}

int mp_rlock_destroy(mp_rlock *rlock)
{
    return rlock == NULL ? 0 : mp_lock_delete(&rlock->lock, sizeof *rlock);
}
