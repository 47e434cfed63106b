// SPDX-License-Identifier: MIT
/*
 * The trail of a run under MP_MODE_EVERY: at each step who could go, who went, and what that
 * touched; and who sleeps, for it would only lead to what has been tried already. Written by
 * who has the baton; see schedule.c.
 */
#include "world.h"

static unsigned entries(struct mp_world *world)
{
    unsigned top = atomic_load(&world->gate.top);
    return top < MP_PROCESSES ? top : MP_PROCESSES;
}

/* The step of the trail that is about to be made. */
static struct mp_choice *next_choice(struct mp_world *world)
{
    return &world->trail[atomic_load(&world->gate.steps) % MP_SCRIPT];
}

void mp_note_candidates(struct mp_world *world, const uint16_t *slots, unsigned count)
{
    struct mp_choice *choice = next_choice(world);
    *choice = (struct mp_choice){.chosen = 0};
    for (unsigned i = 0; i < count; i++) {
        mp_set_add(&choice->can, slots[i]);
    }
}

struct mp_touch mp_touch_of(struct mp_world *world, unsigned slot)
{
    const struct mp_deed *now = &world->processes[slot % MP_PROCESSES].now;
    uint64_t bytes = mp_deed_bytes(now);
    bool condition = now->op == MP_OP_COND_WAIT || now->op == MP_OP_COND_WAKE;
    return (struct mp_touch){
        .offset = bytes > 0 ? now->offset : 0,
        .bytes = bytes < UINT32_MAX ? (uint32_t)bytes : UINT32_MAX,
        .object = now->object,
        .also = condition ? (uint16_t)world->objects[now->object % MP_OBJECTS].parties : 0,
        .op = now->op};
}

/* Sleep counts from the last step of the script on: that is the first that is new. */
static bool may_sleep(struct mp_world *world)
{
    return atomic_load(&world->gate.steps) + 1 >= atomic_load(&world->gate.scripted);
}

static void wake_who_depends(struct mp_world *world, const struct mp_touch *made)
{
    for (unsigned other = 0; other < entries(world); other++) {
        if (mp_set_has(&world->asleep, other)) {
            struct mp_touch touch = mp_touch_of(world, other);
            if (mp_steps_depend(&touch, made)) {
                mp_set_remove(&world->asleep, other);
            }
        }
    }
}

void mp_note_choice(struct mp_world *world, unsigned slot)
{
    struct mp_choice *choice = next_choice(world);
    choice->touch = mp_touch_of(world, slot);
    choice->place = world->processes[slot].now.place;
    choice->chosen = (uint8_t)slot;
    if (!may_sleep(world)) {
        return;
    }
    choice->asleep = world->asleep;
    mp_set_remove(&world->asleep, slot);
    wake_who_depends(world, &choice->touch);
}

/* What a deed that is no step touches: 0 nothing that others touch by a step. */
static uint16_t tail_of(struct mp_world *world, const struct mp_deed *deed)
{
    enum mp_op op = (enum mp_op)deed->op;
    enum mp_grain grain = (enum mp_grain)atomic_load(&world->gate.grain);
    bool wants = mp_deed_phase(deed) == MP_WANT;
    if (op == MP_OP_MAKE || op == MP_OP_CREATE || op == MP_OP_DESTROY) {
        return MP_TAIL_MANY; /* which entry it gets, and which place */
    }
    if (op == MP_OP_JOIN && wants && deed->value != 0) {
        return MP_TAIL_MANY; /* asks whether somebody lives */
    }
    if (op == MP_OP_EVENT_WAIT && wants) {
        return deed->object; /* notes how often it was set */
    }
    bool told = wants || mp_deed_phase(deed) == MP_SETTLED || deed->info & MP_INFO_STEP;
    if (op < MP_OP_READ || (mp_op_is_step(op, grain) && told)) {
        return 0; /* a step, or what it comes to; of one who is alone nothing is a step */
    }
    return mp_is_access(op) ? MP_TAIL_MANY : deed->object;
}

/* The one who is left has joined all others: what it does now comes after all they did. */
static bool is_left_alone(struct mp_world *world)
{
    for (unsigned slot = 0; slot < entries(world); slot++) {
        if (world->processes[slot].life == MP_LIFE_ENDED) {
            return false;
        }
    }
    return atomic_load(&world->gate.alive) <= 1;
}

void mp_note_tail(struct mp_world *world, const struct mp_deed *deed)
{
    uint64_t steps = atomic_load(&world->gate.steps);
    uint16_t tail = tail_of(world, deed);
    if (tail == 0 || steps == 0 || is_left_alone(world)) {
        return; /* nobody has gone yet, or nobody else is there */
    }
    struct mp_touch *touch = &world->trail[(steps - 1) % MP_SCRIPT].touch;
    mp_touch_add_tail(touch, tail);
    if (steps >= atomic_load(&world->gate.scripted)) {
        wake_who_depends(world, touch);
    }
}
