// SPDX-License-Identifier: MIT
/* What the files about processes share: the object, this process's children, its end. */
#ifndef MP_PROCESS_H
#define MP_PROCESS_H

#include "internal.h"

#include <signal.h>

enum { MP_EXIT_STATUS_MAX = 255 };

/* Private to the process that made it; nothing here is shared. */
struct mp_process {
    mp_target fn;
    void *arg;
    char name[MP_NAME_SIZE];
    unsigned slot;
    int max_depth;
    bool survive;
    bool daemon; /* ended, not waited for, when its maker ends */
    bool started;
    bool joined;
    int status; /* valid when joined: 0..255, -signal, MP_STATUS_UNKNOWN */
    pid_t pid;
    pid_t maker;
    int pidfd;
    struct mp_process *next; /* the children of this process, for the fork and the exit */
    /* who made it; `parent` only in mp_this of a child */
    pid_t parent;
    unsigned parent_slot;
    char parent_name[MP_NAME_SIZE];
};

/* The children that this process made, the oldest first. */
extern struct mp_process *mp_children;
extern struct mp_process mp_this; /* mp_current() */
extern unsigned mp_children_made; /* names: Process-1, Process-2 */
extern int mp_depth;              /* generations above this process */

/* mp_process_create(), for a worker of a pool (its object), or 0. */
int mp_process_make(struct mp_process **out, mp_target fn, void *arg,
                    const struct mp_process_options *options, uint16_t pool);

/* The rest of a child's life, after the fork: does not return. All signals are blocked;
   `mask` is what they were. `at_gate`: the parent has published it at the gate. */
_Noreturn void mp_child_main(struct mp_process *process, pid_t parent, bool at_gate,
                             const sigset_t *mask);

/* Waits so long for its end and takes its status: 0, -ETIMEDOUT, -EINTR, -EAGAIN with 0. */
int mp_process_await(struct mp_process *process, int timeout_ms, uint32_t place);

/* Waits so long for its end and notes it as a death, before the dead can be chosen to go
   next; its status is still to be taken. 1 it has ended, 0. */
int mp_process_note_end(struct mp_process *process, int timeout_ms);

/* The same, also when the program has been told to stop: this is the stopping. */
int mp_process_finish(struct mp_process *process, int timeout_ms, uint32_t place);

/* Has it ended, or does it within this real time? */
bool mp_process_ends_within(const struct mp_process *process, int milliseconds);
bool mp_pidfd_ends_within(int pidfd, int milliseconds);

/* Free running, takes note of the children that have ended, also where nobody joins them by
   name. Under control a zombie is there to be looked at until somebody does. */
void mp_process_reap_finished(void);

/* Its end, after it got SIGTERM: so much grace, then SIGKILL. 0 or -errno. */
int mp_process_end(struct mp_process *process, int grace_ms, uint32_t place);

/* May the caller ask about it, as a child that was started? 0, -EINVAL, -EDEADLK, -ECHILD,
   -ESRCH. */
int mp_process_check(const mp_process *process);

#endif
