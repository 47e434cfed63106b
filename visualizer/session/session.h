// SPDX-License-Identifier: MIT
/*
 * A session: one run of a program under the lab, from its start to its end. Holds together
 * the program, its world, what steers it, the model folded from it, and its source.
 *
 *     session_start / session_attach;  session_pump again and again;  session_end
 */
#ifndef SESSION_SESSION_H
#define SESSION_SESSION_H

#include "model/tape.h"
#include "scheduler/replay.h"
#include "session/debuginfo.h"
#include "session/program.h"
#include "session/watch.h"

#include <signal.h>

struct session {
    struct program program;
    struct watch *watch;
    struct steer steer;
    struct model *model;
    /* What the model is made of: of a controlled run all of it; of a free one nothing. */
    struct tape *tape;
    struct playhead head;
    bool kept;            /* the model is the tape, played to its end */
    struct replay replay; /* the schedule that is followed */
    struct kernel_view sampled_last[MP_PROCESSES];
    struct debuginfo *info;
    struct demo_entry entry;
    bool attached;
    bool left;     /* a recording of a run that was left before its end */
    bool recorded; /* nothing runs: it is a tape, and `find` knows the places on it */
    place_finder *find;
    void *find_context;
    bool has_control; /* false: another lab has it; we only watch */
    bool ended;
    bool stuck_told;
    bool was_free;              /* when the model last started from a snapshot */
    bool outside[MP_PROCESSES]; /* asleep outside of mp when last looked at */
    uint64_t sampled;           /* when /proc was last read */
    uint32_t named[MP_OBJECTS]; /* generation of the object whose fields were named */
    char title[128];            /* what the run is about */
    struct snapshot *snapshot;  /* room for one */

    struct stillness *stillness; /* free running: how long nobody has moved (still.h) */
};

/* How a run is to begin. */
struct run_setup {
    char *const *argv; /* argv[0]: path of the program */
    enum mp_grain grain;
    uint64_t seed;
    unsigned speed; /* steps a second; 0: as fast as the gate goes */
    bool is_free;
    bool stopped;                    /* stands before the first step */
    const struct schedule *schedule; /* to be followed; NULL: none. Copied */
};

/* It was started here, and so it can be started again; else it was found, or is a recording. */
static inline bool session_starts(const struct session *session)
{
    return !session->attached && !session->recorded;
}

/* Can the program with this path be run under the lab? Reads what its file says about it. 0; or
   -errno and one line in `why`. */
int session_check(const char *path, struct demo_entry *entry, char *why, size_t size);

/* Starts a program. 0; or -errno and one line in `why`: what is wrong and what to do. */
int session_start(struct session *session, const struct run_setup *setup, char *why,
                  size_t size);

/* Joins a program that runs already; pid 0: the only one there is. The same returns. */
int session_attach(struct session *session, pid_t pid, char *why, size_t size);

/* A run that is over, or was left, out of its tape, which belongs to the session from here on,
   also when that fails: 0 or -ENOMEM. */
int session_recorded(struct session *session, struct tape *tape, place_finder *find,
                     void *context);

/* Moves on: steers, reads events and output, looks at /proc. Never waits. Returns true
   when there was something new. */
bool session_pump(struct session *session, uint64_t now);

/* Moves on until the schedule that it started with has been followed as far as it can be, and
   all of that was seen, or the run has ended. False: nothing has happened for so long, or
   *stop (may be NULL) is not 0 any more; and it is stopped. */
bool session_follow(struct session *session, unsigned limit_ms,
                    const volatile sig_atomic_t *stop);

/* Everybody stands, no step is allowed, and the model knows all that has happened. */
bool session_is_stopped(const struct session *session);

/* A descriptor that is readable when the program printed something; -1. */
int session_fd(const struct session *session);

/* The exit status as a shell says it (128 + signal); valid when ended. */
int session_exit_status(const struct session *session);

/* Where a process stands in the source, by a model of this run; line 0: not known. */
void session_place(struct session *session, const struct model *model, unsigned slot,
                   struct source_place *place);

/* The source line of a code address of the program; line 0: not known. */
void session_address(struct session *session, uint32_t address,
                     struct source_place *place);

/* Can it be run again under its schedule? Else `why` says in one line why not. */
bool session_can_repeat(const struct session *session, char *why, size_t size);

/* Something else counts as a step from now on. To be called while everybody stands. */
void session_set_grain(struct session *session, enum mp_grain grain);

/* Kills a process of the run; while everybody stands that is a step. False: it had ended
   already. */
bool session_kill(struct session *session, unsigned slot);

/* Ends a started program, leaves an attached one as it is (free); frees everything. */
void session_end(struct session *session);

#endif
