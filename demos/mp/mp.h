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

#include <stddef.h>
#include <sys/types.h>

#define MP_FOREVER (-1)

/* mp_lock_acquire: you have the lock, and its last owner died while it had it. */
#define MP_RECOVERED 1

/* Each file that includes mp.h says in the program's file whether its reads and writes of
   shared memory can be seen. 1 is MP_WORLD_LAYOUT. */
static const struct mp_note_build mp_build_note
    __attribute__((section(MP_NOTE_SECTION), used, aligned(4))) = {
        {8, 8, MP_NOTE_BUILD, MP_NOTE_NAME}, 1, MP_HOOKED};

/* --- processes ------------------------------------------------------------------------ */

typedef struct mp_process mp_process;

/* What a child runs. The value returned, 0 to 255, is its exit status; any other is 255. */
typedef int (*mp_target)(void *arg);

struct mp_process_options {
    const char *name; /* copied; at most 63 bytes. NULL: Process-1, Process-2, ... */
    int survive;      /* 1: goes on when its parent ends (an orphan). 0: killed then */
    int max_depth;    /* generations of children of children; 0: 8 */
};

/*
 * Makes a process; nothing runs yet. Python: Process(target=fn, args=(arg,), name=...).
 * `arg` is inherited by fork: the child has its own copy of what it points to, unless that
 * is shared memory. The caller may free it as soon as mp_process_start() returned.
 * 0; -EINVAL out or fn is NULL; -ENAMETOOLONG; -ENOMEM; -EAGAIN 128 processes exist.
 */
int mp_process_create(mp_process **out, mp_target fn, void *arg,
                      const struct mp_process_options *options);

/*
 * Starts it: fork. Buffered output is flushed first; the child runs fn(arg) and ends; it is
 * killed when its parent ends, unless told to survive. May return before or after the child
 * has begun. Only the process that made it may call. Python: p.start().
 * 0; -EALREADY started before; -ECHILD not yours; -ELOOP max_depth generations;
 * -EAGAIN, -ENOMEM, -EMFILE no resources: it can be started again later.
 */
int mp_process_start(mp_process *process);

/*
 * Waits until it has ended and takes note of its exit status (reaps it). May be called
 * again. Only the process that made it. Python: p.join(timeout), which returns None.
 * 0; -ETIMEDOUT; -ESRCH not started; -ECHILD not yours; -EDEADLK yourself; -EINVAL; -EINTR
 * never.
 */
int mp_process_join(mp_process *process, int timeout_ms);

/* Its name; owned by the process object. Python: p.name. */
const char *mp_process_name(const mp_process *process);

/* > 0; -ESRCH not started; kept after the join. Python: p.pid. */
pid_t mp_process_pid(const mp_process *process);

/*
 * How it ended: *code is the exit status, 0 to 255, or -N if signal N killed it. Reaps it
 * when it has ended. Python: p.exitcode.
 * 0; -ESRCH not started; -EINPROGRESS still runs; -ECHILD not yours, or somebody else took
 * its status.
 */
int mp_process_exitcode(mp_process *process, int *code);

/* 1 runs; 0 not started or has ended; -ECHILD not yours. Python: p.is_alive(). */
int mp_process_is_alive(mp_process *process);

/* SIGTERM and SIGKILL. 0, also when it has already ended; -ESRCH not started; -ECHILD not
   yours. Python: p.terminate(), p.kill(). */
int mp_process_terminate(mp_process *process);
int mp_process_kill(mp_process *process);

/* A descriptor that is readable once it has ended; owned by the object. -ESRCH not started.
   Python: p.sentinel. */
int mp_process_fd(const mp_process *process);

/* Frees the object. NULL is allowed. 0; -EBUSY still runs; -ECHILD not yours.
   Python: p.close(). */
int mp_process_destroy(mp_process *process);

/* The process that calls: never NULL, not to be destroyed. Python: current_process(). */
mp_process *mp_current(void);

/* Its name: "main", "increment-1". Python: current_process().name. */
const char *mp_current_name(void);

/* Processors that this program may use, at least 1. Python: os.process_cpu_count(). */
int mp_cpu_count(void);

/* Sleeps. Under the lab's control time does not pass: it goes on at once. 0; -EINVAL. */
int mp_sleep(int milliseconds);

/* --- shared memory -------------------------------------------------------------------- */

/*
 * One shared object of a type, zeroed: MP_SHARED(struct shared), MP_SHARED(int). The lab
 * shows its fields by their names. NULL: no memory. Python: Value(type, 0, lock=False), or
 * an object made of several.
 */
#define MP_SHARED(type) ((type *)mp_shared_alloc(sizeof(type), 1, #type))

/* `count` of them side by side, zeroed. Python: Array(type, count, lock=False). */
#define MP_SHARED_ARRAY(type, count)                                                     \
    ((type *)mp_shared_alloc(sizeof(type), (size_t)(count), #type))

/* The two above; `type` is copied. NULL: no memory, or size * count is too large. */
void *mp_shared_alloc(size_t size, size_t count, const char *type);

/* Frees what mp_shared_alloc() gave; NULL is allowed. The caller sees to it that no process
   uses it any more. 0; -EINVAL not the start of a shared object. */
int mp_shared_free(void *memory);

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
