// SPDX-License-Identifier: MIT
/* Locks, and what else processes wait for each other with. Included by mp.h; programs
   include that. */
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

/* --- rlock ---------------------------------------------------------------------------- */

typedef struct mp_rlock mp_rlock;

/* A lock that its owner may take again; others get it when it was given back as often.
   Python: RLock(). 0; -EINVAL; -ENOMEM. */
#define mp_rlock_create(out) mp_rlock_create_named((out), #out)
int mp_rlock_create_named(mp_rlock **out, const char *name);

/*
 * Takes it, the first time or once more; waits while another process has it. Python:
 * rlock.acquire(timeout=...).
 * 0 you have it; MP_RECOVERED you have it, once, and its last owner died while it had it;
 * -EAGAIN with timeout 0: somebody else has it; -ETIMEDOUT; -EOVERFLOW you have it 65535
 * times; -EINVAL.
 */
int mp_rlock_acquire(mp_rlock *rlock, int timeout_ms);

/* Gives it back once. 0; -EPERM you do not have it; -EINVAL. Python: rlock.release(). */
int mp_rlock_release(mp_rlock *rlock);

/* Frees it; NULL is allowed. 0; -EBUSY somebody has it. */
int mp_rlock_destroy(mp_rlock *rlock);

/* --- semaphore ------------------------------------------------------------------------ */

typedef struct mp_sem mp_sem;

/*
 * A number of permits, `value` at first, never more than `max`; 0: no such limit (there may
 * be 16777215 at most). Nobody owns a permit: any process may give one back, and one that
 * dies with a permit takes it with it. Python: Semaphore(value); with max = value it is
 * BoundedSemaphore(value).
 * 0; -EINVAL more permits than `max`, or than there may be; -ENOMEM.
 */
#define mp_sem_create(out, value, max) mp_sem_create_named((out), (value), (max), #out)
int mp_sem_create_named(mp_sem **out, unsigned value, unsigned max, const char *name);

/* Takes a permit; waits while there is none. Python: sem.acquire(timeout=...).
   0; -EAGAIN with timeout 0: there is none; -ETIMEDOUT; -EINVAL. */
int mp_sem_acquire(mp_sem *sem, int timeout_ms);

/* Gives back `permits` of them, all or none. Python: sem.release(n).
   0; -EOVERFLOW there would be more than `max`; -EINVAL permits is 0. */
int mp_sem_release(mp_sem *sem, unsigned permits);

/* How many permits there are: a look, old when you read it. >= 0; -EINVAL. */
int mp_sem_value(const mp_sem *sem);

/* Frees it; NULL is allowed. 0; -EBUSY somebody waits for a permit. */
int mp_sem_destroy(mp_sem *sem);

/* --- event ---------------------------------------------------------------------------- */

typedef struct mp_event_flag mp_event;

/* A flag that processes can wait for; not set at first. Python: Event().
   0; -EINVAL; -ENOMEM. */
#define mp_event_create(out) mp_event_create_named((out), #out)
int mp_event_create_named(mp_event **out, const char *name);

/*
 * Sets it: all who wait go on. Takes no lock and waits for nobody, so it may be called in a
 * signal handler (one that comes in the middle of a call of mp sets it unseen by the lab).
 * Python: event.set(). 0; -EINVAL.
 */
int mp_event_set(mp_event *event);

/* From now on who comes waits. 0; -EINVAL. Python: event.clear(). */
int mp_event_clear(mp_event *event);

/* Is it set? 1, 0; -EINVAL. Python: event.is_set(). */
int mp_event_is_set(mp_event *event);

/*
 * Waits until it is set. Who was waiting when it was set goes on, also when it has been
 * cleared since (Python's may then go back to sleep). Python: event.wait(timeout).
 * 0; -EAGAIN with timeout 0: it is not set; -ETIMEDOUT; -EINVAL.
 */
int mp_event_wait(mp_event *event, int timeout_ms);

/* Frees it; NULL is allowed. 0; -EBUSY somebody waits for it. */
int mp_event_destroy(mp_event *event);

/* --- condition ------------------------------------------------------------------------ */

typedef struct mp_cond mp_cond;

/*
 * A place to wait until something that a lock guards has changed. `lock` is an mp_lock or an
 * mp_rlock, and must live as long. Python: Condition(lock).
 * 0; -EINVAL; -ENOMEM.
 */
/* clang-format off */
#define mp_cond_create(out, lock)                                                        \
    _Generic((lock), mp_rlock *: mp_cond_create_rlock_named,                             \
                     default: mp_cond_create_named)((out), (lock), #out)
/* clang-format on */
int mp_cond_create_named(mp_cond **out, mp_lock *lock, const char *name);
int mp_cond_create_rlock_named(mp_cond **out, mp_rlock *lock, const char *name);

/*
 * Gives the lock back, sleeps until somebody notifies, and takes the lock again, an rlock as
 * often as it had it; unless it is -EPERM or -EINVAL you have the lock afterwards. It may
 * wake although nobody has notified: look again whether things are as you want, or use
 * mp_cond_wait_for(). Python: condition.wait(timeout).
 * 0; MP_RECOVERED the lock's last owner died while it had it, perhaps before it notified;
 * -EAGAIN with timeout 0, nobody had notified; -ETIMEDOUT; -EPERM you do not have the lock; -EINVAL, also in a thread that
 * is not the first of its process.
 */
int mp_cond_wait(mp_cond *cond, int timeout_ms);

/*
 * Waits until is_so(arg) returns something other than 0; asks with the lock. Python:
 * condition.wait_for(predicate, timeout). The same returns; 0 and MP_RECOVERED: it is so.
 */
int mp_cond_wait_for(mp_cond *cond, int (*is_so)(void *arg), void *arg, int timeout_ms);

/*
 * Wakes `count` of those who wait now, the longest waiting first, or all of them; with
 * nobody there nothing is kept. Does not wait for the woken. If one of them dies before it
 * runs, another one is woken in its place within 100 ms or so. Python: condition.notify(n),
 * condition.notify_all(). 0; -EPERM you do not have the lock; -EINVAL count is 0.
 */
int mp_cond_notify(mp_cond *cond, unsigned count);
int mp_cond_notify_all(mp_cond *cond);

/* Frees it, not the lock; NULL is allowed. 0; -EBUSY somebody waits there. */
int mp_cond_destroy(mp_cond *cond);

/* --- barrier -------------------------------------------------------------------------- */

typedef struct mp_barrier mp_barrier;

/* A place where `parties` processes wait for each other. Python: Barrier(parties).
   0; -EINVAL parties is 0 or above 127; -ENOMEM. */
#define mp_barrier_create(out, parties) mp_barrier_create_named((out), (parties), #out)
int mp_barrier_create_named(mp_barrier **out, unsigned parties, const char *name);

/*
 * The same with an action: in each round the last one who comes calls action(arg), and then
 * all go on. When it returns something other than 0 the barrier is broken. All processes
 * inherit `arg`; what it points to must be shared, or have been made before they started.
 * Python: Barrier(parties, action).
 */
#define mp_barrier_create_action(out, parties, action, arg)                              \
    mp_barrier_create_action_named((out), (parties), (action), (arg), #out)
int mp_barrier_create_action_named(mp_barrier **out, unsigned parties,
                                   int (*action)(void *arg), void *arg, const char *name);

/*
 * Waits until all have come; then all go on, and it can be used again. When one of them
 * times out or dies while it waits, the barrier is broken for all. Python: barrier.wait().
 * 0 to parties - 1: the place in which you came (each one once); -ETIMEDOUT you broke it;
 * -ENOTRECOVERABLE it is broken, or was reset as you waited; -EDEADLK in its own action;
 * -EINVAL.
 */
int mp_barrier_wait(mp_barrier *barrier, int timeout_ms);

/* Breaks it: who waits there is refused, and who comes. Python: barrier.abort(). 0; -EINVAL. */
int mp_barrier_abort(mp_barrier *barrier);

/* As new, also when it was broken; who waits there is refused. Python: barrier.reset().
   0; -EINVAL. */
int mp_barrier_reset(mp_barrier *barrier);

/* How many it is for; how many wait there now; is it broken (1, 0)? A look, old when you read
   it. -EINVAL. Python: barrier.parties, barrier.n_waiting, barrier.broken. */
int mp_barrier_parties(const mp_barrier *barrier);
int mp_barrier_n_waiting(const mp_barrier *barrier);
int mp_barrier_is_broken(const mp_barrier *barrier);

/* Frees it; NULL is allowed. 0; -EBUSY somebody waits there. */
int mp_barrier_destroy(mp_barrier *barrier);

#endif
