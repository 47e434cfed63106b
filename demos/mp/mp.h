// SPDX-License-Identifier: MIT
/*
 * mp: multiprocessing for C. What Python's multiprocessing offers, made of fork, shared
 * memory and futexes.
 *
 * Every call returns 0 when it is done, a number above 0 when it is done and there is more
 * to say, and -errno when it was not done: rc >= 0 means that it happened. Nothing is left
 * behind by a call that failed. A timeout is in milliseconds; 0 tries once, MP_FOREVER
 * waits without limit, anything else below 0 is -EINVAL. (Python counts seconds, writes
 * None for "for ever", and takes every negative timeout for 0.)
 *
 * Shared memory, locks and barriers have no name in the system: make them before you start
 * the processes that use them; they are gone with the last process. Pointers to them are
 * the same in all processes of the program. Pass them in a private struct: what nobody
 * changes after the first start need not be shared.
 */
#ifndef MP_H
#define MP_H

#include "note.h"

#define MP_FOREVER (-1)

/* mp_lock_acquire: you have the lock, and its last owner died while it had it. */
#define MP_RECOVERED 1

/* Each file that includes mp.h says in the program's file whether its reads and writes of
   shared memory can be seen. 4 is MP_WORLD_LAYOUT. */
static const struct mp_note_build mp_build_note
    __attribute__((section(MP_NOTE_SECTION), used, aligned(4))) = {
        {8, 8, MP_NOTE_BUILD, MP_NOTE_NAME}, 4, MP_HOOKED};

#include "mp_memory.h"
#include "mp_pool.h"
#include "mp_process.h"
#include "mp_queue.h"
#include "mp_sync.h"

#endif
