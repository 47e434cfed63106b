// SPDX-License-Identifier: MIT
/*
 * A condition: processes give their lock back and sleep until somebody says that things have
 * changed.
 *
 *     wait    has the lock; takes a ticket; gives the lock back; sleeps
 *     notify  has the lock; marks the waiters with the lowest tickets as woken
 *     wake    woken, or the limit has passed; takes the lock again; gives the ticket back
 *
 * All of it changes under the lock, so a notification is never lost between the two sleeps.
 * Each waiter sleeps on a word of its own: who is not meant is not woken.
 *
 * A waiter may be killed after it was woken and before it runs: its wake-up must not go with
 * it. The others look every 100 ms whether a woken one has died, and the first that finds it
 * so takes over the wake-up. The object table says in .broken that there is such a one. And
 * who died with the lock may have been about to notify, or have used up a wake-up: then the
 * sleepers wake too, and the first of them is told so by the lock.
 */
#include "condition.h"

#include <errno.h>
#include <limits.h>

static int create(mp_cond **out, struct mp_lock *lock, const char *name)
{
    if (out == NULL || lock == NULL || name == NULL) {
        return -EINVAL;
    }
    void *memory;
    uint16_t object;
    int rc = mp_object_new(&memory,
                           (struct mp_new_object){.kind = MP_KIND_CONDITION,
                                                  .size = sizeof(struct mp_cond),
                                                  .name = name,
                                                  .type = "mp_cond",
                                                  .parties = lock->object},
                           &object);
    if (rc != 0) {
        return rc;
    }
    struct mp_cond *cond = memory;
    cond->lock = lock;
    cond->object = object;
    *out = cond;
    return 0;
}

int mp_cond_create_named(mp_cond **out, mp_lock *lock, const char *name)
{
    return create(out, lock, name);
}

int mp_cond_create_rlock_named(mp_cond **out, mp_rlock *lock, const char *name)
{
    return create(out, (struct mp_lock *)lock, name); /* an rlock begins with a lock */
}

/* --- wait ---------------------------------------------------------------------------------- */

struct visit {
    struct mp_cond *cond;
    struct waiter *waiter;
    struct mp_self *me;
    unsigned looks;
};

static bool owner_of_lock_died(const struct mp_cond *cond)
{
    unsigned owner = mp_the_world->objects[cond->lock->object].owner;
    if (owner >= MP_PROCESSES) {
        return false;
    }
    uint32_t generation = mp_the_world->processes[owner].generation;
    return mp_visitor_is_dead((struct mp_visitor){(uint16_t)owner, generation});
}

static bool is_set(const uint8_t *flag)
{
    return __atomic_load_n(flag, __ATOMIC_ACQUIRE) != 0;
}

static int is_woken(void *context)
{
    struct visit *visit = context;
    struct mp_cond *cond = visit->cond;
    if (atomic_load(&visit->waiter->woken) != 0 || is_set(&visit->me->entry->notified) ||
        is_set(&mp_cond_entry(cond)->broken) ||
        is_set(&mp_the_world->objects[cond->lock->object].broken)) {
        return 0;
    }
    /* The first two looks come at once; the later ones after 100 ms of sleep. */
    bool died =
        ++visit->looks > 2 && (mp_cond_woken_one_died(cond) || owner_of_lock_died(cond));
    return died ? 0 : -EAGAIN;
}

static void come(struct visit *visit, struct mp_deed deed)
{
    struct mp_cond *cond = visit->cond;
    struct waiter *waiter = visit->waiter;
    if (waiter->ticket != 0) { /* of a dead process, whose entry I have now */
        unsigned lost = mp_cond_bury(cond, visit->me, deed, visit->me->slot);
        mp_cond_wake_some(cond, visit->me, (struct mp_deed){.object = cond->object}, lost);
    }
    atomic_store(&waiter->woken, 0);
    atomic_store(&waiter->sleepers, 0);
    waiter->generation = visit->me->entry->generation;
    __atomic_store_n(&waiter->ticket, ++cond->tickets, __ATOMIC_RELEASE);
    deed.info |= MP_DONE;
    mp_emit(visit->me, deed);
}

/* Takes the lock again: 0, or MP_RECOVERED. */
static int take_back(struct visit *visit, struct mp_waiting *waking)
{
    struct mp_lock *lock = visit->cond->lock;
    int rc = mp_lock_attempt(lock);
    if (rc != -EAGAIN) {
        return rc;
    }
    struct mp_waiting waiting = {.deed = waking->deed,
                                 .attempt = mp_lock_attempt,
                                 .context = lock,
                                 .sequence = &lock->sequence,
                                 .sleepers = &lock->sleepers,
                                 .to_the_end = true};
    waiting.deed.info = MP_INFO_LAST;
    rc = mp_wait(visit->me, &waiting, MP_FOREVER);
    waking->step = waking->step || waiting.step;
    return rc;
}

/* Was I woken, or do I take over the wake-up of a dead one? The others' go to others. */
static bool is_my_turn(struct visit *visit, const struct mp_deed *deed)
{
    struct mp_cond *cond = visit->cond;
    struct mp_deed notify = {.object = deed->object, .place = deed->place};
    bool woken = atomic_load(&visit->waiter->woken) != 0;
    bool broken = mp_cond_entry(cond)->broken;
    if (woken && !broken) {
        return true;
    }
    unsigned lost = mp_cond_bury_dead(cond, visit->me, notify);
    if (broken && mp_cond_entry(cond)->broken) { /* nobody was left to be buried */
        struct mp_deed none = notify;
        none.op = MP_OP_COND_NOTIFY;
        none.info = MP_FAILED;
        none.offset = MP_NOBODY;
        mp_emit(visit->me, none);
    }
    if (!woken && lost > 0) {
        mp_cond_wake(cond, visit->me, notify, visit->me->slot);
        woken = true;
        lost--;
    }
    mp_cond_wake_some(cond, visit->me, notify, lost);
    return woken;
}

static void leave(struct visit *visit, const struct mp_waiting *waking, int rc)
{
    struct mp_deed deed = waking->deed;
    deed.info =
        (uint8_t)((rc >= 0 ? MP_DONE : MP_FAILED) | (waking->step ? MP_INFO_STEP : 0));
    deed.value = rc >= 0 ? 0 : (uint64_t)-rc;
    mp_emit(visit->me, deed);
    __atomic_store_n(&visit->waiter->ticket, 0, __ATOMIC_RELEASE);
}

static int sleep_and_wake(struct visit *visit, int timeout_ms, uint32_t place)
{
    struct mp_cond *cond = visit->cond;
    struct mp_waiting waking = {.deed = {.op = MP_OP_COND_WAKE,
                                         .info = timeout_ms == 0 ? MP_INFO_TRY : 0,
                                         .object = cond->object,
                                         .place = place},
                                .attempt = is_woken,
                                .context = visit,
                                .sequence = &visit->waiter->woken,
                                .sleepers = &visit->waiter->sleepers};
    uint32_t depth = mp_lock_depth(cond->lock);
    mp_lock_leave_all(cond->lock, visit->me, place);
    int rc = mp_wait(visit->me, &waking, timeout_ms);
    int lock_rc = take_back(visit, &waking);
    bool woken = is_my_turn(visit, &waking.deed);
    if (woken || lock_rc == MP_RECOVERED) {
        rc = lock_rc;
    }
    leave(visit, &waking, rc);
    mp_lock_tell_all(cond->lock, visit->me, place, lock_rc, depth);
    return rc;
}

static int wait_for_notify(mp_cond *cond, int timeout_ms, uint32_t place)
{
    struct mp_self *me = mp_self();
    if (!mp_lock_is_mine(cond->lock)) {
        return -EPERM;
    }
    if (me == NULL) {
        return -EINVAL;
    }
    struct mp_stop_for stop = {
        .deed = {.op = MP_OP_COND_WAIT, .object = cond->object, .place = place}};
    mp_gate_stop(me, &stop);
    stop.deed.info = stop.step ? MP_INFO_STEP : 0;
    struct visit visit = {.cond = cond, .waiter = &cond->waiters[me->slot], .me = me};
    come(&visit, stop.deed);
    return sleep_and_wake(&visit, timeout_ms, place);
}

int mp_cond_wait(mp_cond *cond, int timeout_ms)
{
    if (cond == NULL || timeout_ms < MP_FOREVER) {
        return -EINVAL;
    }
    return wait_for_notify(cond, timeout_ms, MP_CALLER);
}

int mp_cond_wait_for(mp_cond *cond, int (*is_so)(void *arg), void *arg, int timeout_ms)
{
    if (cond == NULL || is_so == NULL || timeout_ms < MP_FOREVER) {
        return -EINVAL;
    }
    if (!mp_lock_is_mine(cond->lock)) {
        return -EPERM;
    }
    uint32_t place = MP_CALLER;
    uint64_t begin = mp_time_of_waits();
    int left = timeout_ms;
    int told = 0; /* MP_RECOVERED when one of the waits was told so */
    while (!is_so(arg)) {
        if (left == 0) {
            return timeout_ms == 0 ? -EAGAIN : -ETIMEDOUT;
        }
        int rc = wait_for_notify(cond, left, place);
        if (rc < 0 && rc != -ETIMEDOUT) {
            return rc;
        }
        told = rc == MP_RECOVERED ? rc : told;
        left = rc == -ETIMEDOUT ? 0 : mp_time_left(begin, timeout_ms);
    }
    return told;
}

/* --- notify -------------------------------------------------------------------------------- */

static int notify(mp_cond *cond, unsigned count, uint32_t place)
{
    struct mp_self *me = mp_self();
    if (!mp_lock_is_mine(cond->lock)) {
        return -EPERM;
    }
    struct mp_stop_for stop = {
        .deed = {.op = MP_OP_COND_NOTIFY, .object = cond->object, .place = place}};
    if (me != NULL) {
        mp_gate_stop(me, &stop);
    }
    struct mp_deed deed = stop.deed;
    unsigned lost = mp_cond_bury_dead(cond, me, deed);
    deed.info = stop.step ? MP_INFO_STEP : 0;
    if (mp_cond_wake_some(cond, me, deed,
                          count > UINT_MAX - lost ? UINT_MAX : count + lost) == 0) {
        deed.info |= MP_DONE;
        deed.offset = MP_NOBODY;
        mp_tell(me, deed);
    }
    return 0;
}

int mp_cond_notify(mp_cond *cond, unsigned count)
{
    return cond == NULL || count == 0 ? -EINVAL : notify(cond, count, MP_CALLER);
}

int mp_cond_notify_all(mp_cond *cond)
{
    return cond == NULL ? -EINVAL : notify(cond, UINT_MAX, MP_CALLER);
}

int mp_cond_destroy(mp_cond *cond)
{
    if (cond == NULL) {
        return 0;
    }
    if (mp_object_is_waited_for(cond->object)) {
        return -EBUSY;
    }
    mp_object_remove(cond->object);
    mp_arena_free(cond, sizeof *cond);
    return 0;
}
