// SPDX-License-Identifier: MIT
/*
 * What a lock is made of, for those who are made of locks: rlock, condition, value, array.
 */
#ifndef MP_LOCK_H
#define MP_LOCK_H

#include "internal.h"

struct mp_lock {
    pthread_mutex_t mutex;
    _Atomic uint32_t sequence; /* futex: moves at a release when somebody may sleep */
    _Atomic uint32_t sleepers; /* may count a sleeper that was killed: one wake too many */
    _Atomic uintptr_t thread;  /* of the owner, as told apart in lock.c */
    uint16_t object;
};

/* A lock, or something larger that begins with one: `with` says its kind, size and name.
   0; -EINVAL; -ENOMEM. */
int mp_lock_new(struct mp_lock **out, struct mp_new_object with);

/* The calls, for a lock or an rlock: `place` is that of the public call. */
int mp_lock_enter(struct mp_lock *lock, uint32_t place, int timeout_ms);
int mp_lock_leave(struct mp_lock *lock, uint32_t place);
int mp_lock_delete(struct mp_lock *lock, size_t size);

/* What a condition does with its lock. */

/* Has this thread got it? */
bool mp_lock_is_mine(const struct mp_lock *lock);
/* How often, if it has. */
uint32_t mp_lock_depth(const struct mp_lock *lock);
/* Gives it back as often as it has it. */
void mp_lock_leave_all(struct mp_lock *lock, struct mp_self *me, uint32_t place);
/* One try for the mutex, no event: 0, MP_RECOVERED, -EAGAIN; for mp_wait(). */
int mp_lock_attempt(void *lock);
/* ... and after it the events: has it again, `depth` times; rc is what the try returned. */
void mp_lock_tell_all(struct mp_lock *lock, struct mp_self *me, uint32_t place, int rc,
                      uint32_t depth);

#endif
