// SPDX-License-Identifier: MIT
/*
 * The gate, and the one wait.
 *
 * A point is a place where a process may be stopped under control: every step of the grain,
 * and every call that can block. Before it the process publishes what it wants (entry .now,
 * a WANT event, then seat .ready with release), decides who goes next if it has the baton,
 * and sleeps until seat .turn moves (acquire pairs with the release of who gave the turn).
 * A granted process runs alone to its next point. Nothing is obtained outside of a turn: who
 * wants a lock stands at the gate and not in the lock, so a pause really pauses.
 */
#include "internal.h"

#include "clock.h"

#include <errno.h>
#include <poll.h>
#include <string.h>

volatile sig_atomic_t *mp_stop_flag;

enum {
    SPIN_TURNS = 2000, /* pauses before sleeping: a hand-over is 1 us awake, 80 asleep */
    SPIN_APART = 32,   /* pauses between two looks, at most */
};

static bool my_turn(const void *context)
{
    const struct mp_self *me = context;
    return atomic_load_explicit(&me->seat->turn, memory_order_acquire) != MP_TURN_NONE;
}

/* If I have the baton, I say who goes next. If not, I came from outside: the controller
   looks after me. */
static void pass_baton(struct mp_self *me)
{
    struct mp_gate *gate = &mp_the_world->gate;
    uint32_t mine = me->slot + 1;
    if (atomic_compare_exchange_strong(&gate->baton, &mine, mine | MP_BATON_DECIDING)) {
        mp_schedule(mp_the_world, me->slot);
    } else {
        atomic_fetch_add(&gate->stopped, 1);
        mp_futex_wake(&gate->stopped, 1);
    }
}

/* Told to stop while it stands at the gate: from now on its wait has the earliest limit,
   and times out as soon as nobody else can go. A signal came: no run repeats that. */
static void give_up_first(struct mp_self *me)
{
    struct mp_gate *gate = &mp_the_world->gate;
    uint64_t time = atomic_load(&gate->time);
    atomic_store(&me->seat->deadline, time != 0 ? time : 1);
    atomic_store(&gate->outside, 1);
    atomic_fetch_add(&gate->stopped, 1);
    mp_futex_wake(&gate->stopped, 1);
}

bool mp_spin(bool (*so)(const void *context), const void *context)
{
    static bool one_processor;
    static bool asked;
    if (!asked) {
        asked = true;
        one_processor = mp_cpus_allowed() == 1;
    }
    bool is_so = so(context);
    /* Less and less often: who looks takes the cache line from who is about to change it. */
    for (int turns = 0, pauses = 1; turns < SPIN_TURNS && !one_processor && !is_so;) {
        for (int i = 0; i < pauses; i++) {
            mp_pause_processor();
        }
        turns += pauses;
        pauses = pauses < SPIN_APART ? 2 * pauses : SPIN_APART;
        is_so = so(context);
    }
    return is_so;
}

static void wait_for_turn(struct mp_self *me, bool may_stop)
{
    mp_spin(my_turn, me);
    while (!my_turn(me) && mp_mode() != MP_MODE_FREE) {
        mp_futex_sleep(&me->seat->turn, MP_TURN_NONE, MP_SLEEP_MS);
        if (my_turn(me)) {
            break;
        }
        if (may_stop && mp_is_told_to_stop()) {
            may_stop = false;
            give_up_first(me);
        }
        if (!mp_world_is_controlled(mp_world_fd)) {
            mp_world_set_free(mp_the_world); /* the controller has gone, or died */
        } else if (atomic_load(&me->seat->ready) == 0) {
            atomic_store(&me->seat->ready, 1); /* who was giving me the turn died at it */
        }
    }
}

static void take_turn(struct mp_self *me, struct mp_stop_for *stop)
{
    struct mp_seat *seat = me->seat;
    wait_for_turn(me, stop->may_stop);
    stop->step = atomic_load(&seat->turn) == MP_TURN_STEP;
    stop->timed_out = atomic_load(&seat->timed_out);
    atomic_store(&seat->ready, 0);
    atomic_store(&seat->turn, MP_TURN_NONE);
}

static bool is_life(enum mp_op op)
{
    return mp_op_is_step(op, MP_GRAIN_LIVES);
}

void mp_gate_stop(struct mp_self *me, struct mp_stop_for *stop)
{
    stop->step = false;
    stop->timed_out = false;
    if (mp_mode() == MP_MODE_FREE && !stop->announced) {
        return;
    }
    mp_settle(me);
    if (mp_is_alone() && !stop->tried && !is_life((enum mp_op)stop->deed.op)) {
        return;
    }
    struct mp_seat *seat = me->seat;
    atomic_store_explicit(&seat->turn, MP_TURN_NONE, memory_order_relaxed);
    if (!stop->announced) {
        stop->deed.info &= (uint8_t)~MP_INFO_PHASE;
        mp_emit(me, stop->deed);
        if (mp_mode() == MP_MODE_FREE) {
            return;
        }
    }
    uint64_t time = atomic_load(&mp_the_world->gate.time);
    atomic_store(&seat->deadline, stop->deadline ? time + stop->deadline : 0);
    atomic_store(&seat->timed_out, 0);
    atomic_store(&seat->outside, 0);
    atomic_store_explicit(&seat->ready, 1, memory_order_release);
    /* A signal handler that runs while this process stands here does not stop here too. */
    uint8_t inside = mp_inside;
    mp_inside = inside != MP_OUTSIDE ? inside : MP_IN_HOOK;
    pass_baton(me);
    take_turn(me, stop);
    mp_inside = inside;
}

void mp_gate_begin(struct mp_self *me, struct mp_stop_for *stop)
{
    take_turn(me, stop);
}

void mp_gate_leave(struct mp_self *me)
{
    if (mp_mode() != MP_MODE_FREE) {
        pass_baton(me);
    }
}

void mp_gate_repeats(struct mp_self *me, const struct mp_deed *deed)
{
    struct mp_deed *before = &me->repeated;
    bool same = before->op == deed->op && before->offset == deed->offset &&
                before->place == deed->place && before->value == deed->value &&
                before->object == deed->object;
    uint32_t times = same ? atomic_load(&me->seat->repeats) + 1 : 0;
    atomic_store(&me->seat->repeats, times);
    *before = *deed;
}

/* --- the one wait ----------------------------------------------------------------------- */

static void count_sleeper(struct mp_waiting *waiting, int change)
{
    if (waiting->sleepers != NULL) {
        atomic_fetch_add(waiting->sleepers, (uint32_t)change);
    }
}

/* Sleeps until it is worth trying again. Tries once more after it has said that it sleeps,
   so that a wake-up between the last try and the sleep is not missed. */
static int try_and_sleep(struct mp_waiting *waiting, int milliseconds)
{
    if (waiting->sequence == NULL) {
        struct pollfd one = {.fd = waiting->fd, .events = POLLIN};
        bool several = waiting->fds != NULL;
        poll(several ? waiting->fds : &one, several ? waiting->fd_count : 1, milliseconds);
        return waiting->attempt(waiting->context);
    }
    count_sleeper(waiting, 1);
    uint32_t seen = atomic_load(waiting->sequence);
    int rc = waiting->attempt(waiting->context);
    if (rc == -EAGAIN) {
        mp_futex_sleep(waiting->sequence, seen, milliseconds);
    }
    count_sleeper(waiting, -1);
    return rc;
}

/* Free running: whoever looks from outside can tell a wait that ends by itself from one that
   does not. Before it is seen to wait. */
static void show_limit(struct mp_self *me, bool has_limit)
{
    if (me != NULL) {
        atomic_store_explicit(&me->seat->deadline, has_limit, memory_order_relaxed);
    }
}

static int milliseconds_left(uint64_t end)
{
    uint64_t now = mp_nanoseconds();
    uint64_t left = end > now ? (end - now + 999999) / 1000000 : 0;
    return left > MP_SLEEP_MS ? MP_SLEEP_MS : (int)left;
}

int mp_wait(struct mp_self *me, struct mp_waiting *waiting, int timeout_ms)
{
    if (timeout_ms < MP_FOREVER) {
        return -EINVAL;
    }
    uint64_t end = timeout_ms > 0 ? mp_nanoseconds() + (uint64_t)timeout_ms * 1000000 : 0;
    bool told = waiting->announced;
    bool tried = false;
    waiting->step = false;
    for (;;) {
        struct mp_stop_for stop = {.deed = waiting->deed,
                                   .deadline = timeout_ms > 0 ? (uint64_t)timeout_ms : 0,
                                   .announced = waiting->announced,
                                   .may_stop = !waiting->to_the_end,
                                   .tried = tried};
        if (me != NULL && mp_mode() != MP_MODE_FREE) {
            mp_gate_stop(me, &stop);
            waiting->step = stop.step;
        }
        int rc = waiting->attempt(waiting->context);
        if (rc != -EAGAIN || timeout_ms == 0) {
            return rc;
        }
        if (!waiting->to_the_end && mp_is_told_to_stop()) {
            return -EINTR;
        }
        if (stop.timed_out) {
            return -ETIMEDOUT;
        }
        tried = true;
        if (me != NULL && mp_mode() != MP_MODE_FREE) {
            continue; /* back to the gate: nothing is waited for outside of it */
        }
        int left = end ? milliseconds_left(end) : MP_SLEEP_MS;
        if (left == 0) {
            return -ETIMEDOUT;
        }
        show_limit(me, timeout_ms > 0);
        if (me != NULL && !told) {
            told = true;
            mp_emit(me, waiting->deed); /* now it is seen to wait */
        }
        if (waiting->can_go != NULL && mp_spin(waiting->can_go, waiting->context)) {
            rc = waiting->attempt(waiting->context);
        }
        rc = rc == -EAGAIN ? try_and_sleep(waiting, left) : rc;
        if (rc != -EAGAIN) {
            return rc;
        }
    }
}

uint64_t mp_time_of_waits(void)
{
    return mp_mode() == MP_MODE_FREE ? mp_nanoseconds() / 1000000
                                     : atomic_load(&mp_the_world->gate.time);
}

int mp_time_left(uint64_t begin, int timeout_ms)
{
    uint64_t now = mp_time_of_waits();
    uint64_t gone =
        now > begin ? now - begin : 0; /* another clock since: as good as new */
    if (timeout_ms <= 0) {
        return timeout_ms;
    }
    return gone < (uint64_t)timeout_ms ? timeout_ms - (int)gone : 0;
}

void mp_set_stop_flag(volatile sig_atomic_t *flag)
{
    mp_stop_flag = flag;
}
