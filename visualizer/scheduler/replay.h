// SPDX-License-Identifier: MIT
/*
 * Following a schedule: a program runs on as it ran before. Who goes next is decided inside
 * the program, by a script that is filled here; what is no turn of a process (a kill, another
 * grain) is done here when it comes.
 */
#ifndef SCHEDULER_REPLAY_H
#define SCHEDULER_REPLAY_H

#include "model/tape.h"
#include "scheduler/code.h"
#include "scheduler/steer.h"

enum replay_state {
    REPLAY_NONE,    /* there is no schedule */
    REPLAY_GOES,    /* on its way, or standing in the middle */
    REPLAY_DONE,    /* all choices have been made, and all stand, or have ended */
    REPLAY_DIFFERS, /* the next choice is one that cannot be made; all stand */
};

struct replay {
    enum replay_state state;
    struct schedule schedule; /* a copy */
    bool begun;
    size_t next; /* the first choice that has not been given to the script */
};

/* The choices that were made up to this step, and what counted as a step in the beginning.
   False: no memory, or it does not begin at the beginning. */
bool schedule_of(const struct tape *tape, uint64_t step, struct schedule *schedule,
                 enum mp_grain *grain);

/* What is to be done outside of the program, when its turn has come. */
struct replay_act {
    enum move_kind kind; /* STEP: nothing */
    unsigned which;
};

/* Begins to follow it. False: no memory. */
bool replay_begin(struct replay *replay, const struct schedule *schedule);
void replay_end(struct replay *replay);

/* To be called before each steer_tick(). Gives the next choices to the script. An act other
   than STEP is to be carried out by the caller, once, and has to be over before the next
   call. */
struct replay_act replay_tick(struct replay *replay, struct steer *steer);

/* The act cannot be carried out: it was the last to be tried. */
void replay_refuse(struct replay *replay, struct steer *steer);

/* The program has ended: was that the end of the schedule too? */
void replay_ended(struct replay *replay, const struct steer *steer);

/* The choice that cannot be made: who should go at this step. */
struct move replay_stuck_at(const struct replay *replay, const struct steer *steer);

#endif
