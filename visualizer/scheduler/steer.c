// SPDX-License-Identifier: MIT
/* Steering the gate. See steer.h, and world.h for the baton. */
#include "scheduler/steer_private.h"

enum { ORPHAN_MS = 300 }; /* until a child of a dead parent is believed to live on */

/* --- what is allowed ------------------------------------------------------------------------ */

static uint64_t steps(const struct steer *steer)
{
    return atomic_load(&gate_of(steer)->steps);
}

static void allow(struct steer *steer, uint64_t count)
{
    steer->changed = true;
    if (steer->scripted && count > steer->script_end) {
        count = steer->script_end;
    }
    atomic_store(&gate_of(steer)->allowed, count);
}

/* Who goes, when nobody chooses. */
static void set_order(struct steer *steer)
{
    atomic_store(&gate_of(steer)->mode, steer->scripted ? MP_MODE_SCRIPT : MP_MODE_RANDOM);
}

void steer_prepare(struct steer *steer, struct mp_world *world, enum mp_grain grain,
                   uint64_t seed)
{
    *steer = (struct steer){.world = world};
    atomic_store(&world->gate.grain, grain);
    atomic_store(&world->gate.random, seed);
    atomic_store(&world->gate.baton, 1); /* main's entry is the first */
    atomic_store(&world->gate.mode, MP_MODE_RANDOM);
}

void steer_prepare_every(struct steer *steer, struct mp_world *world, enum mp_grain grain,
                         const uint8_t *script, size_t count, const struct mp_set *asleep)
{
    steer_prepare(steer, world, grain, 0);
    world->asleep = asleep != NULL ? *asleep : (struct mp_set){{0}};
    for (size_t i = 0; i < count && i < MP_SCRIPT; i++) {
        world->script[i] = script[i];
    }
    atomic_store(&world->gate.scripted, (uint32_t)count);
    atomic_store(&world->gate.allowed, MP_SCRIPT);
    atomic_store(&world->gate.mode, MP_MODE_EVERY);
}

void steer_attach(struct steer *steer, struct mp_world *world)
{
    *steer = (struct steer){.world = world, .is_free = true};
}

void steer_go(struct steer *steer)
{
    set_order(steer);
    steer->is_free = false;
    steer->going = true;
    steer->next_step = 0;
}

void steer_stop(struct steer *steer)
{
    steer->going = false;
    allow(steer, 0);
    if (steer->is_free) {
        steer->is_free = false;
        /* Nobody has the baton yet: it is ours until all stand. */
        atomic_store(&gate_of(steer)->baton, MP_BATON_CONTROLLER);
        atomic_store(&gate_of(steer)->stop, MP_STOP_TAKEN);
        atomic_store(&gate_of(steer)->mode, MP_MODE_RANDOM);
    }
}

void steer_free(struct steer *steer)
{
    steer->is_free = true;
    steer->going = true;
    mp_world_set_free(steer->world);
}

void steer_speed(struct steer *steer, unsigned speed)
{
    steer->speed = speed;
    steer->next_step = 0;
    if (!steer->is_free) {
        allow(steer, 0);
    }
}

void steer_grain(struct steer *steer, enum mp_grain grain)
{
    atomic_store(&gate_of(steer)->grain, grain);
}

/* --- turns ------------------------------------------------------------------------------------ */

static bool all_stand(const struct steer *steer)
{
    for (unsigned slot = 0; slot < steer_entries(steer); slot++) {
        const struct mp_seat *seat = &steer->world->seats[slot];
        if (steer_lives(steer, slot) && !atomic_load(&seat->ready) &&
            !atomic_load(&seat->outside)) {
            return false;
        }
    }
    return true;
}

static bool is_ours(const struct steer *steer)
{
    return steer->world != NULL &&
           atomic_load(&gate_of(steer)->baton) == MP_BATON_CONTROLLER;
}

/* Chooses, where it is ours to choose and the last answer may not hold any more. */
static void give_turn(struct steer *steer)
{
    struct mp_gate *gate = gate_of(steer);
    bool news = steer->changed || atomic_load(&gate->stopped) != steer->answered;
    if (news && is_ours(steer) && all_stand(steer)) {
        steer->changed = false;
        if (mp_schedule(steer->world, MP_NOBODY) == MP_NOBODY) {
            steer->answered = atomic_load(&gate->stopped);
        }
    }
}

void steer_step(struct steer *steer)
{
    steer->going = false;
    set_order(steer);
    allow(steer, steps(steer) + 1);
    give_turn(steer);
}

void steer_choose(struct steer *steer, unsigned slot)
{
    steer->going = false;
    steer->scripted = false;
    atomic_store(&gate_of(steer)->chosen, slot);
    atomic_store(&gate_of(steer)->mode, MP_MODE_CHOSEN);
    allow(steer, steps(steer) + 1);
    give_turn(steer);
}

void steer_begin_script(struct steer *steer)
{
    steer->scripted = true;
    steer->script_end = steps(steer);
    set_order(steer);
}

bool steer_script(struct steer *steer, unsigned slot)
{
    uint64_t now = steps(steer);
    if (steer->script_end < now) {
        steer->script_end = now;
    }
    if (steer->script_end - now >= MP_SCRIPT) {
        return false;
    }
    steer->world->script[steer->script_end++ % MP_SCRIPT] = (uint8_t)slot;
    return true;
}

void steer_end_script(struct steer *steer)
{
    steer->scripted = false;
    if (!steer->is_free) {
        set_order(steer);
    }
}

bool steer_script_is_over(const struct steer *steer)
{
    return !steer->scripted || steps(steer) >= steer->script_end;
}

uint64_t steer_steps(const struct steer *steer)
{
    return steps(steer);
}

bool steer_script_fails(const struct steer *steer)
{
    enum mp_stop stop = (enum mp_stop)atomic_load(&gate_of(steer)->stop);
    bool fails = stop == MP_STOP_CHOICE || stop == MP_STOP_STUCK || stop == MP_STOP_ENDED;
    return steer->scripted && !steer_script_is_over(steer) && fails &&
           steer_all_stand(steer);
}

/* How many more steps are due by now. */
static void allow_what_is_due(struct steer *steer, uint64_t now)
{
    if (steer->speed == STEER_UNLIMITED) {
        allow(steer, UINT64_MAX);
        return;
    }
    uint64_t interval = 1000 * MS / steer->speed;
    if (steer->next_step == 0) {
        steer->next_step = now;
    }
    bool too_early = steer->careful && (steer->unseen || !steer_all_stand(steer));
    if (now < steer->next_step || too_early) {
        return;
    }
    uint64_t due = (now - steer->next_step) / interval + 1;
    /* After a pause of ours: no burst. */
    uint64_t most = steer->careful ? 1 : steer->speed / 10 + 1;
    allow(steer, steps(steer) + (due < most ? due : most));
    steer->next_step += due * interval;
}

static bool nobody_can_go(const struct steer *steer)
{
    return !steer->is_free && is_ours(steer) &&
           atomic_load(&gate_of(steer)->stop) == MP_STOP_STUCK;
}

/* With a process its children are killed, a moment later. */
static bool somebody_is_about_to_die(const struct steer *steer)
{
    if (steer_is_killing(steer)) {
        return true;
    }
    for (unsigned slot = 0; slot < steer_entries(steer); slot++) {
        unsigned parent = steer->world->processes[slot].parent;
        if (steer_lives(steer, slot) && parent < MP_PROCESSES &&
            !steer_lives(steer, parent)) {
            return true;
        }
    }
    return false;
}

/* Nobody can go; and not because somebody who is as good as dead has not died yet. */
static bool stands_for_good(struct steer *steer, uint64_t now)
{
    if (!nobody_can_go(steer) || !somebody_is_about_to_die(steer)) {
        steer->dying_since = 0;
        return nobody_can_go(steer);
    }
    if (steer->dying_since == 0) {
        steer->dying_since = now;
    }
    return now - steer->dying_since >= ORPHAN_MS * MS;
}

/* Nobody could go by the table, which may not know yet who has died: it is looked at once
   more before that is said, and everybody gets another chance when somebody has. */
void steer_tick(struct steer *steer, uint64_t now)
{
    bool is_new = stands_for_good(steer, now) && !steer->stuck;
    if (is_new) {
        steer->looked = 0;
    }
    steer_look(steer, now);
    if (!steer->is_free) {
        if (steer->going) {
            allow_what_is_due(steer, now);
        }
        give_turn(steer);
    }
    steer->stuck = nobody_can_go(steer) && (is_new || steer->stuck);
}

bool steer_all_stand(const struct steer *steer)
{
    return !steer->is_free && is_ours(steer) && all_stand(steer);
}

bool steer_has_ended(const struct steer *steer)
{
    return is_ours(steer) && atomic_load(&gate_of(steer)->stop) == MP_STOP_ENDED;
}

bool steer_is_stopped(const struct steer *steer)
{
    if (steer->going || !steer_all_stand(steer) || steer_is_killing(steer)) {
        return false;
    }
    /* Somebody may still have to go before it is a step. */
    enum mp_stop stop = (enum mp_stop)atomic_load(&gate_of(steer)->stop);
    return stop != MP_STOP_TAKEN && stop != MP_STOP_NONE;
}

bool steer_is_stuck(const struct steer *steer)
{
    return steer->stuck && nobody_can_go(steer);
}

bool steer_was_outside(const struct steer *steer)
{
    return steer->world != NULL && atomic_load(&gate_of(steer)->outside) != 0;
}
