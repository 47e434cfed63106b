// SPDX-License-Identifier: MIT
/* What the files of the explorer share: explore.c goes through the tree, explore_races.c finds
   what has to be tried where only one order of each kind is wanted. */
#ifndef SCHEDULER_EXPLORE_PRIVATE_H
#define SCHEDULER_EXPLORE_PRIVATE_H

#include "scheduler/explore.h"

/* One step of the present schedule. */
struct frame {
    struct mp_set can;    /* who could go */
    struct mp_set tried;  /* who has been, the present one included */
    struct mp_set todo;   /* who is to be, still */
    struct mp_set asleep; /* who need not be: reducing */
    /* Of those tried, who does not sleep after it: what comes after its step, before the
       next, meets others, and who would have to wake it cannot know that. */
    struct mp_set restless;
    struct mp_touch touch;
    uint32_t place;
    uint32_t switches; /* forced ones up to here, this step included */
    uint8_t chosen;
};

struct explorer {
    struct explorer_setup setup;
    struct frame frames[MP_SCRIPT];
    uint8_t steps[MP_SCRIPT];
    uint8_t begin[MP_SCRIPT];
    size_t begin_count;
    size_t count;    /* of frames; of the present schedule */
    size_t scripted; /* of the script that was given last */
    struct mp_set asleep;
    bool begun, learnt, left_out;
    /* Reducing: for each step, the last step of each process that comes before it in every
       order of the same kind, counted from 1; 0 none. */
    uint16_t (*clocks)[MP_PROCESSES];
};

/* Adds to the frames what the steps from `first` on, and who was stuck, ask for. */
void explorer_find_races(struct explorer *explorer, size_t first,
                         const struct explorer_stuck *stuck, size_t stuck_count);

#endif
