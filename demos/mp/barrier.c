// SPDX-License-Identifier: MIT
/*
 * A barrier: processes wait until all have come.
 *
 * Coming is announced under the guard: the object table counts who has arrived, and when
 * the last one comes, `taken` moves and all may go. With an action the last one first runs
 * that, outside of the guard, and comes when it is done; who comes meanwhile is early for
 * the next round, and waits until this one is over.
 *
 * A waiter that times out, or finds one of the others dead, breaks the barrier for all;
 * nobody waits for somebody who cannot come. A reset begins a new round as if all had
 * passed: those whom it throws out find that written down.
 */
#include "visitor.h"

#include <errno.h>
#include <limits.h>

struct mp_barrier {
    pthread_mutex_t guard;     /* guards what follows, and the entry */
    _Atomic uint32_t sequence; /* futex: moves when it opens or breaks */
    _Atomic uint32_t sleepers;
    uint16_t object;
    int (*action)(void *arg); /* or NULL */
    void *arg;
    struct mp_visitor actor;              /* runs the action; .slot MP_NOBODY: nobody */
    struct mp_visitor came[MP_PROCESSES]; /* in the order of coming */
    uint64_t thrown_out[MP_PROCESSES];    /* by process: of which round, plus 1; or 0 */
};

struct visit {
    struct mp_barrier *barrier;
    struct mp_self *me;
    uint64_t round; /* entry .taken when we came */
    unsigned looks;
};

static struct mp_object_entry *entry_of(const struct mp_barrier *barrier)
{
    return &mp_the_world->objects[barrier->object];
}

/* --- made ------------------------------------------------------------------------------ */

int mp_barrier_create_action_named(mp_barrier **out, unsigned parties,
                                   int (*action)(void *arg), void *arg, const char *name)
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
    barrier->action = action;
    barrier->arg = arg;
    barrier->actor.slot = MP_NOBODY;
    *out = barrier;
    return 0;
}

int mp_barrier_create_named(mp_barrier **out, unsigned parties, const char *name)
{
    return mp_barrier_create_action_named(out, parties, NULL, NULL, name);
}

/* --- broken ---------------------------------------------------------------------------- */

static bool somebody_died(const struct mp_barrier *barrier,
                          bool (*has_died)(struct mp_visitor visitor))
{
    unsigned arrived = entry_of(barrier)->arrived;
    for (unsigned i = 0; i < arrived && i < MP_PROCESSES; i++) {
        if (has_died(barrier->came[i])) {
            return true;
        }
    }
    struct mp_visitor actor = barrier->actor;
    return actor.slot != MP_NOBODY && has_died(actor);
}

static void wake_all(struct mp_barrier *barrier)
{
    atomic_fetch_add(&barrier->sequence, 1);
    mp_futex_wake(&barrier->sequence, INT_MAX);
}

/* Who waits is refused, whatever becomes of the barrier before it looks. In the guard. */
static void throw_out(struct mp_barrier *barrier)
{
    const struct mp_object_entry *entry = entry_of(barrier);
    for (unsigned i = 0; i < entry->arrived && i < MP_PROCESSES; i++) {
        barrier->thrown_out[barrier->came[i].slot] = entry->taken + 1;
    }
    barrier->actor.slot = MP_NOBODY;
}

static bool was_thrown_out(const struct visit *visit)
{
    return __atomic_load_n(&visit->barrier->thrown_out[visit->me->slot],
                           __ATOMIC_ACQUIRE) == visit->round + 1;
}

/* I did not pass. With ENOTRECOVERABLE I was refused; with any other error I break it, and
   am in the guard. */
static void tell_failed(const struct visit *visit, struct mp_deed deed, int error)
{
    deed.info = MP_FAILED;
    deed.value = (uint64_t)error;
    mp_emit(visit->me, deed);
}

/* I give up: nobody shall wait for me. Too late if it has opened, or broken, meanwhile. */
static int break_it(struct visit *visit, struct mp_deed deed, int rc)
{
    struct mp_barrier *barrier = visit->barrier;
    mp_guard_enter(&barrier->guard);
    if (was_thrown_out(visit)) {
        rc = -ENOTRECOVERABLE;
        tell_failed(visit, deed, ENOTRECOVERABLE);
    } else if (entry_of(barrier)->taken != visit->round) {
        rc = 0;
    } else {
        throw_out(barrier);
        tell_failed(visit, deed, -rc);
    }
    mp_guard_leave(&barrier->guard);
    wake_all(barrier);
    return rc == -EOWNERDEAD ? -ENOTRECOVERABLE : rc;
}

static int change(mp_barrier *barrier, bool breaks, uint32_t place)
{
    if (barrier == NULL) {
        return -EINVAL;
    }
    struct mp_self *me = mp_self();
    if (me != NULL) {
        mp_settle(me);
    }
    mp_guard_enter(&barrier->guard);
    throw_out(barrier);
    mp_tell(me, (struct mp_deed){.op = MP_OP_BARRIER_RESET,
                                 .info = MP_DONE,
                                 .object = barrier->object,
                                 .place = place,
                                 .value = breaks});
    mp_guard_leave(&barrier->guard);
    wake_all(barrier);
    return 0;
}

int mp_barrier_abort(mp_barrier *barrier)
{
    return change(barrier, true, MP_CALLER);
}

int mp_barrier_reset(mp_barrier *barrier)
{
    return change(barrier, false, MP_CALLER);
}

/* --- coming ---------------------------------------------------------------------------- */

static int attempt(void *context)
{
    struct visit *visit = context;
    const struct mp_object_entry *entry = entry_of(visit->barrier);
    if (was_thrown_out(visit)) {
        return -ENOTRECOVERABLE;
    }
    if (__atomic_load_n(&entry->taken, __ATOMIC_ACQUIRE) != visit->round) {
        /* What threw us out was written before the round moved. */
        return was_thrown_out(visit) ? -ENOTRECOVERABLE : 0;
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

/* Waits until the round is over: 0, or why it will not be. */
static int wait_for_end(struct visit *visit, struct mp_deed deed, int timeout_ms)
{
    struct mp_barrier *barrier = visit->barrier;
    bool early = (deed.info & MP_INFO_LAST) != 0;
    struct mp_waiting waiting = {.deed = deed,
                                 .attempt = attempt,
                                 .context = visit,
                                 .sequence = &barrier->sequence,
                                 .sleepers = &barrier->sleepers,
                                 .announced = !early};
    int rc = mp_wait(visit->me, &waiting, timeout_ms);
    if (rc == -EAGAIN || rc == -ETIMEDOUT || rc == -EOWNERDEAD || rc == -EINTR) {
        rc = break_it(visit, deed, rc == -EAGAIN ? -ETIMEDOUT : rc);
    } else if (rc < 0) {
        tell_failed(visit, deed, ENOTRECOVERABLE);
    }
    return rc;
}

/* In the guard; leaves it to run the action, since that may take a while or wait itself. */
static int act(struct visit *visit, struct mp_deed deed)
{
    struct mp_barrier *barrier = visit->barrier;
    struct mp_self *me = visit->me;
    if (mp_mode() !=
        MP_MODE_FREE) { /* what the others did before they came is before this */
        struct mp_deed begins = deed;
        begins.info = MP_INFO_LAST | MP_INFO_TRY;
        begins.value = UINT64_MAX; /* no round: it does not wait */
        mp_emit(me, begins);
    }
    barrier->actor.generation = me->entry->generation;
    __atomic_store_n(&barrier->actor.slot, (uint16_t)me->slot, __ATOMIC_RELEASE);
    mp_guard_leave(&barrier->guard);
    int failed = barrier->action(barrier->arg);
    mp_settle(me);
    mp_guard_enter(&barrier->guard);
    if (entry_of(barrier)->taken != visit->round || entry_of(barrier)->broken) {
        return -ENOTRECOVERABLE; /* reset or broken meanwhile */
    }
    barrier->actor.slot = MP_NOBODY;
    if (failed != 0) {
        throw_out(barrier);
        tell_failed(visit, deed, ECANCELED);
    }
    return failed == 0 ? 0 : -ENOTRECOVERABLE;
}

/* In the guard. The place in which I came; *early: the round before is not over yet, and I
   have not come. */
static int come(struct visit *visit, struct mp_deed *deed, bool *early)
{
    struct mp_barrier *barrier = visit->barrier;
    struct mp_object_entry *entry = entry_of(barrier);
    visit->round = entry->taken;
    deed->value = visit->round;
    *early = false;
    if (entry->broken) {
        return -ENOTRECOVERABLE;
    }
    if (somebody_died(barrier, mp_visitor_is_known_dead)) { /* nobody has waited since */
        throw_out(barrier);
        tell_failed(visit, *deed, EOWNERDEAD);
        return -ENOTRECOVERABLE;
    }
    if (barrier->actor.slot != MP_NOBODY) {
        *early = true;
        return barrier->actor.slot == visit->me->slot ? -EDEADLK : 0;
    }
    if (barrier->action != NULL && entry->arrived + 1 == entry->parties) {
        int rc = act(visit, *deed);
        if (rc != 0) {
            return rc;
        }
    }
    unsigned place = entry->arrived;
    barrier->came[place] =
        (struct mp_visitor){(uint16_t)visit->me->slot, visit->me->entry->generation};
    mp_emit(visit->me, *deed); /* coming is what counts: the last one opens it */
    return (int)place;
}

int mp_barrier_wait(mp_barrier *barrier, int timeout_ms)
{
    struct mp_self *me = mp_self();
    if (barrier == NULL || me == NULL || timeout_ms < MP_FOREVER) {
        return -EINVAL;
    }
    uint32_t caller = MP_CALLER;
    uint64_t begin = mp_time_of_waits();
    mp_settle(me);
    for (;;) {
        struct visit visit = {.barrier = barrier, .me = me};
        struct mp_deed deed = {
            .op = MP_OP_BARRIER_WAIT, .object = barrier->object, .place = caller};
        bool early;
        mp_guard_enter(&barrier->guard);
        int place = come(&visit, &deed, &early);
        bool moved = entry_of(barrier)->taken != visit.round || place < 0;
        mp_guard_leave(&barrier->guard);
        if (moved) { /* opened, or broken */
            wake_all(barrier);
        }
        if (place < 0) {
            return place;
        }
        deed.info = early ? MP_INFO_LAST : 0;
        int rc = wait_for_end(&visit, deed, mp_time_left(begin, timeout_ms));
        if (rc < 0) {
            return rc;
        }
        if (!early) {
            deed.info = MP_DONE;
            mp_emit(me, deed);
            return place;
        }
    }
}

/* --- looked at ------------------------------------------------------------------------- */

int mp_barrier_parties(const mp_barrier *barrier)
{
    return barrier == NULL ? -EINVAL : (int)entry_of(barrier)->parties;
}

int mp_barrier_n_waiting(const mp_barrier *barrier)
{
    if (barrier == NULL) {
        return -EINVAL;
    }
    const struct mp_object_entry *entry = entry_of(barrier);
    return entry->broken ? 0 : (int)__atomic_load_n(&entry->arrived, __ATOMIC_ACQUIRE);
}

int mp_barrier_is_broken(const mp_barrier *barrier)
{
    return barrier == NULL
               ? -EINVAL
               : __atomic_load_n(&entry_of(barrier)->broken, __ATOMIC_ACQUIRE) != 0;
}

/* --- freed ----------------------------------------------------------------------------- */

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
