// SPDX-License-Identifier: MIT
/*
 * A program that is run over and over, each time from before its main() and with other
 * choices: what every schedule of it is tried with. The program's side is mp/zygote.c.
 *
 *     zygote_start;  zygote_run again and again, and after each what it left;  zygote_end
 *
 * All its processes have one processor, and the lab's thread has that one too while a run goes:
 * one of them runs at a time anyway, and to hand over to another processor takes ten times as
 * long. Between two runs the thread has all it had, and so has whatever it starts then.
 */
#ifndef SESSION_ZYGOTE_H
#define SESSION_ZYGOTE_H

#include "scheduler/steer.h"
#include "session/program.h"
#include "session/watch.h"

#include <sched.h>
#include <signal.h>

/* How a run came out. */
enum zygote_end {
    ZYGOTE_ENDED, /* nobody lives any more */
    ZYGOTE_STUCK, /* somebody lives, and nobody can ever go */
    ZYGOTE_SPINS, /* those who can go only look, over and over: nobody changes anything */
    ZYGOTE_LONG,  /* more steps than it may make */
    ZYGOTE_ASLEEP,  /* who could go on would only repeat what has been tried */
    ZYGOTE_DIFFERS, /* a step of the script could not be made */
    ZYGOTE_OUTSIDE, /* somebody waited for something outside of mp */
    ZYGOTE_LEFT,    /* *stop was set */
    ZYGOTE_FAILED,  /* it cannot be run: no process, no memory, the program is gone */
};

/* Is told each event, in order. */
typedef void zygote_seer(void *context, const struct watched_event *event);

struct zygote {
    struct program program;
    struct watch *watch;
    struct steer steer;
    enum mp_grain grain;
    size_t steps;  /* of a run, at most; 0: MP_SCRIPT */
    bool timeouts; /* timed waits may time out whenever they could */
    uint32_t runs;
    int cpu;          /* the processor of its processes; -1: not known */
    cpu_set_t cpus;   /* of the lab's thread while no run goes */
    bool pinned;      /* that thread has to get them back */
    zygote_seer *see; /* or NULL */
    void *context;
    const volatile sig_atomic_t *stop; /* or NULL: ends the wait for a run */
};

/* Starts `argv` up to before its main(). 0; or -errno and one line in `why`. */
int zygote_start(struct zygote *zygote, char *const argv[], enum mp_grain grain,
                 char *why, size_t size);

/* A second one of the same, on another processor: for a thread of its own. -ENODEV: there is no
   other. */
int zygote_start_beside(struct zygote *zygote, const struct zygote *first,
                        char *const argv[]);

/* One run; its first `count` steps are made by these entries of the process table. `asleep`:
   see steer_prepare_every(). When it returns all its processes have ended, and the world is as they left it. */
enum zygote_end zygote_run(struct zygote *zygote, const uint8_t *script, size_t count,
                           const struct mp_set *asleep);

/* Likewise; and when all stand after these steps, this process is killed. */
enum zygote_end zygote_run_killing(struct zygote *zygote, const uint8_t *script,
                                   size_t count, unsigned slot);

/* What happened at each step of the last run: *count of them, at most MP_SCRIPT. Valid until
   the next run. */
const struct mp_choice *zygote_trail(const struct zygote *zygote, size_t *count);

void zygote_end(struct zygote *zygote);

#endif
