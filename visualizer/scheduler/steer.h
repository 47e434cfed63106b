// SPDX-License-Identifier: MIT
/*
 * Steering: what the lab tells the gate of a world that it controls. Go, stop, one step,
 * this one, so fast, free. Who goes next is decided by mp's own scheduler, in the program or
 * here; this file says how many steps may be taken, and looks after those who cannot look
 * after themselves: processes that have died, or sleep in the kernel outside of mp.
 */
#ifndef SCHEDULER_STEER_H
#define SCHEDULER_STEER_H

#include "world.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum { STEER_UNLIMITED = 0 }; /* speed: as fast as the gate goes */

struct steer {
    struct mp_world *world;
    bool is_free;   /* nobody is stopped */
    bool going;     /* steps are allowed as time goes */
    unsigned speed; /* steps a second; STEER_UNLIMITED */
    bool scripted;  /* the script says who makes the steps up to .script_end */
    uint64_t script_end;
    bool careful; /* never more than one step, and the next when all stand and it has been seen:
                     somebody looks at each */
    bool unseen; /* something has happened that was not looked at; set by who looks */
    uint64_t next_step;   /* nanoseconds: when the next one is due */
    uint64_t looked;      /* when the processes were last looked at */
    uint32_t answered;    /* gate.stopped when the baton last came to us and we chose */
    bool changed;         /* something happened since that may let somebody go */
    uint64_t dying_since; /* nobody can go, but somebody is about to die; 0: not so */
    bool stuck;           /* nobody can go, and that was so after the last look too */
    /* Since when each process sleeps in the kernel while it should run; 0: it does not. */
    uint64_t asleep_since[MP_PROCESSES];
    uint64_t written[MP_PROCESSES];
};

/* Before the program starts: main will have the baton, and nobody may take a step yet. */
void steer_prepare(struct steer *steer, struct mp_world *world, enum mp_grain grain,
                   uint64_t seed);

/* Likewise, for one run of every schedule: these make the first steps, and from there on who
   goes last goes on. From the last of them on, who is in `asleep` (or NULL) goes only after
   somebody touched what it is about to touch. It stops by itself after MP_SCRIPT steps. */
void steer_prepare_every(struct steer *steer, struct mp_world *world, enum mp_grain grain,
                         const uint8_t *script, size_t count, const struct mp_set *asleep);

/* A program that runs already, free. */
void steer_attach(struct steer *steer, struct mp_world *world);

void steer_go(struct steer *steer);
void steer_stop(struct steer *steer); /* from free: everybody stops at the next point */
void steer_free(struct steer *steer);
void steer_speed(struct steer *steer, unsigned speed);
void steer_grain(struct steer *steer, enum mp_grain grain);

/* One step, drawn from the seed; or of this process. Only when everybody stands. */
void steer_step(struct steer *steer);
void steer_choose(struct steer *steer, unsigned slot);

/* From here on a script says who goes, as far as it is written; choosing otherwise ends it. */
void steer_begin_script(struct steer *steer);
/* The next step of it belongs to this process. False: so far ahead it cannot be said yet. */
bool steer_script(struct steer *steer, unsigned slot);
/* No more: who goes is drawn from the seed again. */
void steer_end_script(struct steer *steer);
/* All steps of the script have been made. */
bool steer_script_is_over(const struct steer *steer);
/* Steps that have been made so far. */
uint64_t steer_steps(const struct steer *steer);
/* Everybody stands, and who has the next step by the script cannot go. */
bool steer_script_fails(const struct steer *steer);

/* To be called often: allows what is due, gives turns where nobody else can. */
void steer_tick(struct steer *steer, uint64_t now);

/* Everybody stands, and it is for the controller to say who goes. */
bool steer_all_stand(const struct steer *steer);
/* Nobody lives any more. */
bool steer_has_ended(const struct steer *steer);
/* Everybody stands, and no step is allowed. */
bool steer_is_stopped(const struct steer *steer);
/* Somebody lives and nobody can ever go. */
bool steer_is_stuck(const struct steer *steer);
/* Somebody was outside: the same seed may give another run. */
bool steer_was_outside(const struct steer *steer);

/* Kills a process of the table while everybody stands: its death is a step. The same returns
   as steer_signal(). */
int steer_kill(struct steer *steer, unsigned slot);
/* ... and is not over yet. */
bool steer_is_killing(const struct steer *steer);

/* Sends a signal to a process of the table; 0, -ESRCH it is not there any more, or what the
   table names is no process of this world. */
int steer_signal(struct steer *steer, unsigned slot, int signal_number);

#endif
