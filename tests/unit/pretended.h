// SPDX-License-Identifier: MIT
// Programs that are only pretended: processes as lists of operations, run in memory, step by
// step, as mp runs real ones under every schedule. So the explorer can be tested without a
// process, and against an enumeration that knows nothing of it.
//
// What is a step, what a step touches and who can go is as in mp at the grain of memory. A
// join, the end of a process and the coming to a barrier are no steps: they happen as soon as
// they can, and so does what an event was when somebody came to wait for it.
#pragma once

#include "world.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

enum {
    PRETENDED_PROCESSES = 4,
    PRETENDED_OPS = 16, // of one process, with the END
    PRETENDED_VARS = 4,
    PRETENDED_LOCKS = 4,
    PRETENDED_ROOM = 2, // of the queue, at most
    PRETENDED_STEPS = 64,
};

enum pretended_kind {
    END,
    LOAD,    // reg = var
    STORE,   // var = reg + add
    ACQUIRE, // a lock
    TRY,     // reg = 1: has it now
    RELEASE,
    PUT,  // reg + add, into the queue
    GET,  // reg = what was in it
    DOWN, // a semaphore, which begins with no permit
    UP,
    SET, // an event
    CLEAR,
    WAIT,  // reg = 0
    LOOK,  // reg = is it set?
    SLEEP, // on the condition of a lock; then has it again
    NOTIFY,
    JOIN,   // no step: until that process has ended
    ARRIVE, // no step: at a barrier of two; reg = place
    KINDS,
};

struct pretended_op {
    enum pretended_kind kind;
    unsigned char what; // variable, lock, process
    signed char add;
    bool if_odd; // left out when reg is not odd
};

struct pretended {
    unsigned count; // of processes
    unsigned room;  // of the queue
    struct pretended_op ops[PRETENDED_PROCESSES][PRETENDED_OPS];
};

// How it stands. All that two runs can differ in; no padding.
struct pretended_state {
    int vars[PRETENDED_VARS];
    int owners[PRETENDED_LOCKS]; // process + 1; 0 nobody
    int items[PRETENDED_ROOM], inside;
    int permits;
    int is_set, sets; // the event
    int arrived, round;
    int sleeping[PRETENDED_LOCKS][PRETENDED_PROCESSES], sleepers[PRETENDED_LOCKS];
    int regs[PRETENDED_PROCESSES];
    int at[PRETENDED_PROCESSES];
    int came[PRETENDED_PROCESSES];  // stands at a WAIT, ARRIVE: what it was then, plus 1
    int phase[PRETENDED_PROCESSES]; // of a SLEEP: 1 sleeps, 2 was woken
};

enum { // objects of the touches
    OBJECT_QUEUE = 1,
    OBJECT_SEMAPHORE,
    OBJECT_EVENT,
    OBJECT_BARRIER,
    OBJECT_LOCK,
    OBJECT_CONDITION = OBJECT_LOCK + PRETENDED_LOCKS,
};

static inline const struct pretended_op *pretended_now(const struct pretended *program,
                                                       const struct pretended_state *state,
                                                       unsigned slot)
{
    slot %= PRETENDED_PROCESSES;
    return &program->ops[slot][state->at[slot]];
}

static inline bool pretended_has_ended(const struct pretended *program,
                                       const struct pretended_state *state, unsigned slot)
{
    return pretended_now(program, state, slot)->kind == END;
}

// --- what is no step ---------------------------------------------------------------------

// One thing that happens by itself. False: there is none. Sets *arrives to the object to
// which somebody came.
static inline bool pretended_forced(const struct pretended *program,
                                    struct pretended_state *state, unsigned slot,
                                    unsigned *arrives)
{
    const struct pretended_op *op = pretended_now(program, state, slot);
    int *came = &state->came[slot];
    if (op->kind == END) {
        return false;
    }
    if (*came == 0 && op->if_odd && state->regs[slot] % 2 == 0) {
        state->at[slot]++;
        return true;
    }
    switch (op->kind) {
    case JOIN:
        if (!pretended_has_ended(program, state, op->what)) {
            return false;
        }
        state->at[slot]++;
        return true;
    case WAIT:
        if (*came != 0) {
            return false;
        }
        *came = state->sets + 1;
        *arrives = OBJECT_EVENT;
        return true;
    case ARRIVE:
        if (*came == 0) {
            *came = state->round + 1;
            *arrives = OBJECT_BARRIER;
            state->regs[slot] = state->arrived++;
            state->round += state->arrived == 2;
            state->arrived %= 2;
        } else if (state->round + 1 != *came) {
            *came = 0;
            state->at[slot]++;
        } else {
            return false;
        }
        return true;
    default:
        return false;
    }
}

// All that happens by itself. Notes in `touch`, which is of the step before, where somebody
// came to; NULL: there was none.
static inline void pretended_settle(const struct pretended *program,
                                    struct pretended_state *state, struct mp_touch *touch)
{
    for (unsigned slot = 0; slot < program->count;) {
        unsigned arrives = 0;
        bool moved = pretended_forced(program, state, slot, &arrives);
        if (touch != NULL && arrives != 0) {
            mp_touch_add_tail(touch, (uint16_t)arrives);
        }
        slot = moved ? 0 : slot + 1;
    }
}

static inline struct pretended_state pretended_begin(const struct pretended *program)
{
    struct pretended_state state;
    memset(&state, 0, sizeof state);
    pretended_settle(program, &state, NULL);
    return state;
}

// --- steps -------------------------------------------------------------------------------

static inline bool pretended_can_go(const struct pretended *program,
                                    const struct pretended_state *state, unsigned slot)
{
    const struct pretended_op *op = pretended_now(program, state, slot);
    int owner = state->owners[op->what % PRETENDED_LOCKS];
    bool is_free = owner == 0 || owner == (int)slot + 1;
    switch (op->kind) {
    case END:
    case JOIN:
    case ARRIVE:
        return false;
    case ACQUIRE:
        return is_free;
    case PUT:
        return state->inside < (int)program->room;
    case GET:
        return state->inside > 0;
    case DOWN:
        return state->permits > 0;
    case WAIT:
        return state->is_set || state->sets + 1 != state->came[slot];
    case SLEEP:
        return state->phase[slot] == 0 || (state->phase[slot] == 2 && is_free);
    default:
        return true;
    }
}

static inline struct mp_touch pretended_touch(const struct pretended *program,
                                              const struct pretended_state *state,
                                              unsigned slot)
{
    static const enum mp_op calls[KINDS] = {[LOAD] = MP_OP_READ,
                                            [STORE] = MP_OP_WRITE,
                                            [ACQUIRE] = MP_OP_LOCK_ACQUIRE,
                                            [TRY] = MP_OP_LOCK_TRY,
                                            [RELEASE] = MP_OP_LOCK_RELEASE,
                                            [PUT] = MP_OP_QUEUE_PUT,
                                            [GET] = MP_OP_QUEUE_GET,
                                            [DOWN] = MP_OP_SEM_ACQUIRE,
                                            [UP] = MP_OP_SEM_RELEASE,
                                            [SET] = MP_OP_EVENT_SET,
                                            [CLEAR] = MP_OP_EVENT_CLEAR,
                                            [WAIT] = MP_OP_EVENT_WAIT,
                                            [LOOK] = MP_OP_EVENT_WAIT,
                                            [SLEEP] = MP_OP_COND_WAIT,
                                            [NOTIFY] = MP_OP_COND_NOTIFY,
                                            [JOIN] = MP_OP_JOIN,
                                            [ARRIVE] = MP_OP_BARRIER_WAIT};
    const struct pretended_op *op = pretended_now(program, state, slot);
    struct mp_touch touch;
    memset(&touch, 0, sizeof touch);
    touch.op = (uint8_t)calls[op->kind];
    switch (op->kind) {
    case LOAD:
    case STORE:
        touch.offset = op->what * 8u;
        touch.bytes = 8;
        break;
    case ACQUIRE:
    case TRY:
    case RELEASE:
        touch.object = (uint16_t)(OBJECT_LOCK + op->what);
        break;
    case SLEEP:
        touch.op = state->phase[slot] == 0 ? MP_OP_COND_WAIT : MP_OP_COND_WAKE;
        touch.object = (uint16_t)(OBJECT_CONDITION + op->what);
        touch.also = (uint16_t)(OBJECT_LOCK + op->what);
        break;
    case NOTIFY:
        touch.object = (uint16_t)(OBJECT_CONDITION + op->what);
        break;
    case PUT:
    case GET:
        touch.object = OBJECT_QUEUE;
        break;
    case DOWN:
    case UP:
        touch.object = OBJECT_SEMAPHORE;
        break;
    case ARRIVE:
        touch.object = OBJECT_BARRIER;
        break;
    case JOIN:
        touch.object = op->what;
        break;
    default:
        touch.object = OBJECT_EVENT;
        break;
    }
    return touch;
}

// False: it makes a second step of it.
static inline bool pretended_sleep(struct pretended_state *state, unsigned slot,
                                   unsigned lock)
{
    if (state->phase[slot] == 2) {
        state->phase[slot] = 0;
        state->owners[lock] = (int)slot + 1;
        return true;
    }
    if (state->owners[lock] != (int)slot + 1) {
        return true; // is refused
    }
    state->owners[lock] = 0;
    state->phase[slot] = 1;
    state->sleeping[lock][state->sleepers[lock]++] = (int)slot;
    return false;
}

static inline void pretended_notify(struct pretended_state *state, unsigned lock)
{
    if (state->sleepers[lock] > 0) {
        state->phase[state->sleeping[lock][0]] = 2;
        state->sleepers[lock]--;
        memmove(&state->sleeping[lock][0], &state->sleeping[lock][1],
                sizeof(int) * (PRETENDED_PROCESSES - 1));
        state->sleeping[lock][PRETENDED_PROCESSES - 1] = 0;
    }
}

// Makes the step for which it stands. It can go.
static inline void pretended_step(const struct pretended *program,
                                  struct pretended_state *state, unsigned slot)
{
    const struct pretended_op *op = pretended_now(program, state, slot);
    int *reg = &state->regs[slot];
    int *owner = &state->owners[op->what % PRETENDED_LOCKS];
    bool over = true;
    switch (op->kind) {
    case LOAD:
        *reg = state->vars[op->what];
        break;
    case STORE:
        state->vars[op->what] = *reg + op->add;
        break;
    case TRY:
        *reg = *owner == 0;
        *owner = *owner == 0 ? (int)slot + 1 : *owner;
        break;
    case ACQUIRE:
        *owner = (int)slot + 1;
        break;
    case RELEASE:
        *owner = *owner == (int)slot + 1 ? 0 : *owner;
        break;
    case PUT:
        state->items[state->inside++] = *reg + op->add;
        break;
    case GET:
        *reg = state->items[0];
        memmove(&state->items[0], &state->items[1], sizeof(int) * (PRETENDED_ROOM - 1));
        state->items[--state->inside] = 0;
        break;
    case DOWN:
        state->permits--;
        break;
    case UP:
        state->permits++;
        break;
    case SET:
        state->is_set = 1;
        state->sets++;
        break;
    case CLEAR:
        state->is_set = 0;
        break;
    case LOOK:
        *reg = state->is_set;
        break;
    case SLEEP:
        over = pretended_sleep(state, slot, op->what);
        break;
    case NOTIFY:
        pretended_notify(state, op->what);
        break;
    default:
        break;
    }
    if (over) {
        state->came[slot] = 0;
        state->at[slot]++;
    }
}
