// SPDX-License-Identifier: MIT
/* Locks, and what else processes wait for each other with. Included by mp.h; programs include that. */
#ifndef MP_SYNC_H
#define MP_SYNC_H

/* --- lock ----------------------------------------------------------------------------- */

typedef struct mp_lock mp_lock;

/*
 * Makes a lock that nobody has. Its name on the screen is the variable's. Python: Lock().
 * Unlike Python's it has an owner: only who acquired it may release it, and when the owner
 * dies the next one gets it, and is told so.
 * 0; -EINVAL; -ENOMEM.
 */
#define mp_lock_create(out) mp_lock_create_named((out), #out)
int mp_lock_create_named(mp_lock **out, const char *name);

/*
 * Takes it; waits while another process has it. Python: lock.acquire(timeout=...).
 * 0 you have it; MP_RECOVERED you have it, and its last owner died while it had it: what it
 * guards may be half changed; -EAGAIN with timeout 0: somebody has it; -ETIMEDOUT;
 * -EDEADLK you have it already; -EINVAL.
 */
int mp_lock_acquire(mp_lock *lock, int timeout_ms);

/* Gives it back. 0; -EPERM you do not have it. Python: lock.release(). */
int mp_lock_release(mp_lock *lock);

/* Frees it; NULL is allowed. 0; -EBUSY somebody has it. */
int mp_lock_destroy(mp_lock *lock);

/* --- barrier -------------------------------------------------------------------------- */

typedef struct mp_barrier mp_barrier;

/* A place where `parties` processes wait for each other. Python: Barrier(parties).
   0; -EINVAL parties is 0 or above 127; -ENOMEM. */
#define mp_barrier_create(out, parties) mp_barrier_create_named((out), (parties), #out)
int mp_barrier_create_named(mp_barrier **out, unsigned parties, const char *name);

/*
 * Waits until all have come; then all go on, and it can be used again. When one of them
 * times out or dies while it waits, the barrier is broken for all. Python: barrier.wait().
 * 0 to parties - 1: the place in which you came (each one once); -ETIMEDOUT you broke it;
 * -ENOTRECOVERABLE it is broken; -EINVAL.
 */
int mp_barrier_wait(mp_barrier *barrier, int timeout_ms);

/* Frees it; NULL is allowed. 0; -EBUSY somebody waits there. */
int mp_barrier_destroy(mp_barrier *barrier);

#endif
