// SPDX-License-Identifier: MIT
/*
 * Who goes next. Runs inside the process that has just stopped, or inside the controller:
 * whoever has the baton. It looks at the tables only, so both come to the same choice.
 *
 * First, what is below the grain (a point that is no step) is taken as soon as it can be,
 * lowest entry first. Then, if steps are allowed, one of those that can go: drawn from the
 * seed, or the one that was chosen, or whose turn it is by a script. If nobody can go, or
 * only those that spin, the earliest timed wait times out: under control no other time
 * passes.
 *
 * The lab calls this on worlds that it does not trust: every index is checked or masked,
 * every loop has an end.
 */
#include "world.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

enum {
    SPINS = 16,           /* the same again, so many times in a row: a loop that spins */
    SPINS_FOR_EVER = 500, /* and nobody else can go: it will not end */
};

static bool at_gate(struct mp_world *world, unsigned slot)
{
    return atomic_load_explicit(&world->seats[slot].ready, memory_order_acquire) != 0 &&
           mp_lives(&world->processes[slot]);
}

static unsigned entries(struct mp_world *world)
{
    unsigned top = atomic_load(&world->gate.top);
    return top < MP_PROCESSES ? top : MP_PROCESSES;
}

struct mp_readiness mp_ready(struct mp_world *world, unsigned slot)
{
    if (slot >= MP_PROCESSES || !at_gate(world, slot)) {
        return (struct mp_readiness){.reason = MP_NOT_AT_GATE};
    }
    struct mp_tables tables = mp_tables_of(world);
    return mp_can_go(&tables, slot);
}

static bool is_step(struct mp_world *world, unsigned slot)
{
    enum mp_grain grain = (enum mp_grain)atomic_load(&world->gate.grain);
    return mp_op_is_step((enum mp_op)world->processes[slot].now.op, grain);
}

static bool spins(struct mp_world *world, unsigned slot)
{
    return atomic_load(&world->seats[slot].repeats) > SPINS;
}

struct candidates {
    uint16_t slots[MP_PROCESSES];
    unsigned count;
    bool forced; /* one, which is no step: it goes at once */
    bool spin;   /* all of them spin: nobody else can go */
};

/* May a timed wait time out although others can go? Where a script says so, and where every
   schedule is tried with these too. */
static bool may_time_out(struct mp_world *world, unsigned slot)
{
    unsigned mode = atomic_load(&world->gate.mode);
    bool asked = mode == MP_MODE_SCRIPT ||
                 (mode == MP_MODE_EVERY && atomic_load(&world->gate.timeouts) != 0);
    return asked && is_step(world, slot) && at_gate(world, slot) &&
           atomic_load(&world->seats[slot].deadline) != 0;
}

static void add_timed_waits(struct mp_world *world, struct candidates *found)
{
    for (unsigned slot = 0; slot < entries(world); slot++) {
        if (may_time_out(world, slot) && mp_ready(world, slot).reason != MP_CAN_GO) {
            found->slots[found->count++] = (uint16_t)slot;
        }
    }
}

/* Who can go, those that spin only when nobody else can. */
static void find_candidates(struct mp_world *world, struct candidates *found)
{
    unsigned spinning = 0;
    uint16_t spinners[MP_PROCESSES];
    found->count = 0;
    found->forced = false;
    for (unsigned slot = 0; slot < entries(world); slot++) {
        if (mp_ready(world, slot).reason != MP_CAN_GO) {
            continue;
        }
        if (spins(world, slot)) {
            spinners[spinning++] = (uint16_t)slot;
        } else if (!is_step(world, slot)) {
            found->slots[0] = (uint16_t)slot;
            found->count = 1;
            found->forced = true;
            found->spin = false;
            return;
        } else {
            found->slots[found->count++] = (uint16_t)slot;
        }
    }
    found->spin = found->count == 0 && spinning > 0;
    if (found->count > 0) {
        add_timed_waits(world, found);
    }
    for (unsigned i = 0; found->spin && i < spinning; i++) {
        found->slots[found->count++] = spinners[i];
    }
}

/* Under every schedule: they change nothing, so in which order they look does not matter. One
   that looks only so often is given the time to come to its end. MP_NOBODY: all have looked
   so often that they will for ever. */
static unsigned one_that_spins(struct mp_world *world, const struct candidates *found)
{
    for (unsigned i = 0; i < found->count; i++) {
        if (atomic_load(&world->seats[found->slots[i]].repeats) < SPINS_FOR_EVER) {
            return found->slots[i];
        }
    }
    return MP_NOBODY;
}

/* splitmix64: small, and good enough to draw from a handful. */
static uint64_t draw(struct mp_world *world)
{
    uint64_t z = atomic_load(&world->gate.random) + 0x9e3779b97f4a7c15u;
    atomic_store(&world->gate.random, z);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static unsigned one_of(unsigned chosen, const uint16_t *slots, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        if (slots[i] == chosen) {
            return chosen;
        }
    }
    return MP_NOBODY;
}

static bool is_every(struct mp_world *world)
{
    return atomic_load(&world->gate.mode) == MP_MODE_EVERY;
}

/* Where the script ends: who went last goes on, so that nobody is switched without need. */
static unsigned go_on(struct mp_world *world, const uint16_t *slots, unsigned count)
{
    uint64_t steps = atomic_load(&world->gate.steps);
    unsigned last = steps > 0 ? world->trail[(steps - 1) % MP_SCRIPT].chosen : MP_NOBODY;
    if (one_of(last, slots, count) != MP_NOBODY && !mp_set_has(&world->asleep, last)) {
        return last;
    }
    for (unsigned i = 0; i < count; i++) {
        if (!mp_set_has(&world->asleep, slots[i])) {
            return slots[i];
        }
    }
    return MP_NOBODY;
}

static unsigned choose(struct mp_world *world, const uint16_t *slots, unsigned count)
{
    struct mp_gate *gate = &world->gate;
    uint64_t steps = atomic_load(&gate->steps);
    switch (atomic_load(&gate->mode)) {
    case MP_MODE_CHOSEN:
        return one_of(atomic_load(&gate->chosen), slots, count);
    case MP_MODE_EVERY:
        if (steps >= atomic_load(&gate->scripted)) {
            return go_on(world, slots, count);
        }
        return one_of(world->script[steps % MP_SCRIPT], slots, count);
    case MP_MODE_SCRIPT:
        return one_of(world->script[steps % MP_SCRIPT], slots, count);
    default:
        return slots[draw(world) % count];
    }
}

/* Does it leave things as they are, for those who look or try over and over? */
static bool only_looks(enum mp_op op)
{
    return op == MP_OP_READ || op == MP_OP_READ_RANGE || op == MP_OP_JOIN ||
           op == MP_OP_LOCK_TRY || op == MP_OP_LOCK_ACQUIRE || op == MP_OP_SEM_ACQUIRE ||
           op == MP_OP_EVENT_WAIT;
}

/* What others read over and over may be different now: they may look again. */
static void others_look_again(struct mp_world *world, unsigned slot)
{
    if (only_looks((enum mp_op)world->processes[slot].now.op)) {
        return;
    }
    for (unsigned other = 0; other < entries(world); other++) {
        if (other != slot && spins(world, other)) {
            atomic_store(&world->seats[other].repeats, 0);
        }
    }
}

/* A turn of one that spins is a step whatever it does, or it would go round without end
   where no step is allowed. */
static unsigned give_turn(struct mp_world *world, unsigned slot, bool step, unsigned self)
{
    struct mp_gate *gate = &world->gate;
    step = step || spins(world, slot);
    struct mp_seat *seat = &world->seats[slot];
    others_look_again(world, slot);
    if (step && is_every(world)) {
        mp_note_choice(world, slot);
    }
    if (step) {
        atomic_fetch_add(&gate->steps, 1);
    }
    atomic_store(&gate->stop, MP_STOP_NONE);
    atomic_store(&seat->ready, 0);
    atomic_store(&gate->baton, slot + 1);
    atomic_store_explicit(&seat->turn, step ? MP_TURN_STEP : MP_TURN_FORCED,
                          memory_order_release);
    if (slot != self) {
        mp_futex_wake(&seat->turn, 1);
    }
    return slot;
}

static unsigned give_to_controller(struct mp_world *world, enum mp_stop why)
{
    atomic_store(&world->gate.stop, why);
    atomic_store(&world->gate.baton, MP_BATON_CONTROLLER);
    atomic_fetch_add(&world->gate.stopped, 1);
    mp_futex_wake(&world->gate.stopped, INT_MAX);
    return MP_NOBODY;
}

/* Who would time out first, and who there is besides. */
struct waiters {
    unsigned first; /* MP_NOBODY: nobody waits with a limit */
    uint64_t deadline;
    bool anybody;   /* lives */
    bool elsewhere; /* lives, and is not at the gate */
};

static struct waiters find_waiters(struct mp_world *world)
{
    struct waiters found = {.first = MP_NOBODY, .deadline = UINT64_MAX};
    for (unsigned slot = 0; slot < entries(world); slot++) {
        if (!mp_lives(&world->processes[slot])) {
            continue;
        }
        found.anybody = true;
        if (!at_gate(world, slot)) {
            found.elsewhere = true;
            continue;
        }
        uint64_t deadline = atomic_load(&world->seats[slot].deadline);
        if (deadline != 0 && deadline < found.deadline) {
            found.deadline = deadline;
            found.first = slot;
        }
    }
    return found;
}

static bool is_allowed(struct mp_world *world)
{
    return atomic_load(&world->gate.steps) < atomic_load(&world->gate.allowed);
}

/* Nobody can go of itself: the earliest timed wait times out, or everybody is stuck. */
static unsigned time_out(struct mp_world *world, const struct waiters *waiters,
                         unsigned self)
{
    if (!waiters->anybody) {
        return give_to_controller(world, MP_STOP_ENDED);
    }
    if (waiters->elsewhere || waiters->first == MP_NOBODY) {
        return give_to_controller(world,
                                  waiters->elsewhere ? MP_STOP_ELSEWHERE : MP_STOP_STUCK);
    }
    if (spins(world, waiters->first) && !is_allowed(world)) {
        return give_to_controller(world, MP_STOP_BUDGET);
    }
    if (is_every(world)) {
        uint16_t only = (uint16_t)waiters->first;
        mp_note_candidates(world, &only, 1);
    }
    atomic_store(&world->gate.time, waiters->deadline);
    atomic_store(&world->seats[waiters->first].timed_out, 1);
    return give_turn(world, waiters->first, false, self);
}

unsigned mp_schedule(struct mp_world *world, unsigned self)
{
    struct candidates can;
    find_candidates(world, &can);
    if (can.forced) {
        return give_turn(world, can.slots[0], false, self);
    }
    if (can.count == 0 || can.spin) {
        /* A limit passes before those that spin, for they may spin for ever. */
        struct waiters waiters = find_waiters(world);
        if (can.count == 0 || (waiters.first != MP_NOBODY && !waiters.elsewhere)) {
            return time_out(world, &waiters, self);
        }
        unsigned spinner = one_that_spins(world, &can);
        if (is_every(world) && spinner == MP_NOBODY && !waiters.elsewhere) {
            return give_to_controller(world, MP_STOP_SPINS);
        }
        if (is_every(world) && spinner != MP_NOBODY) {
            can.slots[0] = (uint16_t)spinner;
            can.count = 1;
        }
    }
    if (!is_allowed(world)) {
        return give_to_controller(world, MP_STOP_BUDGET);
    }
    if (is_every(world)) {
        mp_note_candidates(world, can.slots, can.count);
    }
    unsigned next = choose(world, can.slots, can.count);
    if (next == MP_NOBODY) {
        bool asleep = is_every(world) && atomic_load(&world->gate.steps) >=
                                             atomic_load(&world->gate.scripted);
        return give_to_controller(world, asleep ? MP_STOP_ASLEEP : MP_STOP_CHOICE);
    }
    if (mp_ready(world, next).reason != MP_CAN_GO) { /* its wait times out */
        uint64_t deadline = atomic_load(&world->seats[next].deadline);
        if (deadline > atomic_load(&world->gate.time)) {
            atomic_store(&world->gate.time, deadline);
        }
        atomic_store(&world->seats[next].timed_out, 1);
    }
    return give_turn(world, next, is_step(world, next), self);
}

/* Killed by the controller while everybody stood: a step like any other, and one that had
   not been allowed to anybody. */
static bool is_step_of_controller(struct mp_world *world, unsigned slot)
{
    struct mp_gate *gate = &world->gate;
    uint32_t killed = slot + 1;
    if (!atomic_compare_exchange_strong(&gate->killed, &killed, 0)) {
        return false;
    }
    atomic_fetch_add(&gate->steps, 1);
    if (atomic_load(&gate->allowed) != UINT64_MAX) {
        atomic_fetch_add(&gate->allowed, 1);
    }
    return true;
}

int mp_note_death(struct mp_world *world, unsigned slot, int status)
{
    struct mp_process_entry *entry = &world->processes[slot];
    for (;;) {
        uint8_t life = __atomic_load_n(&entry->life, __ATOMIC_ACQUIRE);
        if (life != MP_LIFE_STARTED && life != MP_LIFE_ALIVE) {
            return 0;
        }
        if (__atomic_compare_exchange_n(&entry->life, &life, MP_LIFE_ENDED, false,
                                        __ATOMIC_ACQ_REL, __ATOMIC_RELAXED)) {
            break;
        }
    }
    entry->status = status;
    entry->waiting = 0;
    atomic_store(&world->seats[slot].ready, 0);
    atomic_fetch_sub(&world->gate.alive, 1);
    struct mp_deed deed = {
        .op = MP_OP_DIE,
        .info = MP_DONE | (is_step_of_controller(world, slot) ? MP_INFO_STEP : 0),
        .value = (uint64_t)(int64_t)status};
    mp_record(world, slot, deed);
    return 1;
}
