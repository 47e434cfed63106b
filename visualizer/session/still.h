// SPDX-License-Identifier: MIT
/*
 * Free running: is nobody ever going to go on?
 *
 * Nobody stands at the gate then, and nobody can be asked. So it is looked: all who live wait
 * in a call of mp, without a limit, for what is not so; nobody is there whom the tables do not
 * know; and 100 ms later the tables are the same, in every entry and every version, and each
 * of them has been seen asleep. Whoever was about to do something would have done it.
 */
#ifndef SESSION_STILL_H
#define SESSION_STILL_H

#include "session/session.h"

struct stillness {
    uint64_t looked; /* nanoseconds */
    uint64_t since;  /* since when all has been as it is here; 0: somebody can go */
    struct mp_process_entry processes[MP_PROCESSES];
    struct mp_object_entry objects[MP_OBJECTS];
    bool asleep[MP_PROCESSES]; /* the kernel has said so since */
    bool stuck;
};

/* To be called often; looks some forty times a second, and at most of all programs only at
   whether somebody does not wait. */
bool still_is_stuck(struct session *session, uint64_t now);

/* Somebody has gone: from here on it is looked anew. */
void still_moved(struct session *session);

#endif
