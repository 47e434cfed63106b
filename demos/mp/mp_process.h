// SPDX-License-Identifier: MIT
/* Processes: made, started, joined, asked, ended. Included by mp.h; programs include that. */
#ifndef MP_PROCESSES_H
#define MP_PROCESSES_H

#include <stddef.h>
#include <sys/types.h>

typedef struct mp_process mp_process;

/* What a child runs. The value returned, 0 to 255, is its exit status; any other is 255. */
typedef int (*mp_target)(void *arg);

struct mp_process_options {
    const char *name; /* copied; at most 63 bytes. NULL: Process-1, Process-2, ... */
    int survive;      /* 1: goes on when its parent ends (an orphan). 0: killed then */
    int daemon;       /* 1: ended when its parent exits, which else waits for it; it can
                         start no children. Python: Process(daemon=True) */
    int max_depth;    /* generations of children of children; 0: 8 */
};

/*
 * Makes a process; nothing runs yet. Python: Process(target=fn, args=(arg,), name=...).
 * `arg` is inherited by fork: the child has its own copy of what it points to, unless that
 * is shared memory. The caller may free it as soon as mp_process_start() returned.
 * 0; -EINVAL out or fn is NULL, or a daemon is to survive; -ENAMETOOLONG; -ENOMEM; -EAGAIN
 * 128 processes exist.
 */
int mp_process_create(mp_process **out, mp_target fn, void *arg,
                      const struct mp_process_options *options);

/*
 * Starts it: fork. Buffered output is flushed first; the child runs fn(arg) and ends; it is
 * killed when its parent is killed, unless told to survive. May return before or after the
 * child has begun. Only the process that made it may call. Python: p.start().
 * 0; -EALREADY started before; -ECHILD not yours; -ELOOP max_depth generations; -EPERM the
 * caller is a daemon; -EAGAIN, -ENOMEM, -EMFILE no resources: it can be started again later.
 *
 * At a process's end, by exit() or the return of its function, its daemons are ended first
 * (SIGTERM, and SIGKILL after half a second); then it waits for its other children, except
 * for those that survive. The handlers that its parent gave to atexit() are not run in it.
 */
int mp_process_start(mp_process *process);

/*
 * Waits until it has ended and takes note of its exit status (reaps it). May be called
 * again. Only the process that made it. Python: p.join(timeout), which returns None.
 * 0; -ETIMEDOUT; -ESRCH not started; -ECHILD not yours; -EDEADLK yourself; -EINVAL;
 * -EINTR only when told to stop (mp_set_stop_flag).
 */
int mp_process_join(mp_process *process, int timeout_ms);

/* Its name; owned by the process object. Python: p.name. */
const char *mp_process_name(const mp_process *process);

/* Another name, copied, before it is started. Python: p.name = name.
   0; -EALREADY started; -ECHILD not yours; -ENAMETOOLONG; -EINVAL. */
int mp_process_set_name(mp_process *process, const char *name);

/* 1 a daemon, also any worker of a pool; 0. Python: p.daemon. */
int mp_process_is_daemon(const mp_process *process);

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

/* Sends a signal: never to another process that has got its number. 0, also when it has
   already ended; -ESRCH not started; -ECHILD not yours; -EDEADLK yourself; -EINVAL no such
   signal. Python: os.kill(p.pid, signal). */
int mp_process_signal(mp_process *process, int signal_number);

/* SIGTERM and SIGKILL, likewise. Python: p.terminate(), p.kill(). */
int mp_process_terminate(mp_process *process);
int mp_process_kill(mp_process *process);

/*
 * Ends it for certain and joins it: SIGTERM, and if it has not ended after grace_ms
 * milliseconds, SIGKILL. It goes through also when the program has been told to stop
 * (mp_set_stop_flag). Its own children that are not told to survive end with it.
 * Python: p.terminate(); p.join(t); p.kill(); p.join().
 * 0, also when it has already ended; -EINVAL; -ESRCH not started; -ECHILD not yours;
 * -EDEADLK yourself.
 */
int mp_process_stop(mp_process *process, int grace_ms);

/* A descriptor that is readable once it has ended; owned by the object. -ESRCH not started.
   Python: p.sentinel. */
int mp_process_fd(const mp_process *process);

/*
 * Waits until at least one of `count` descriptors can be read or has ended: children
 * (mp_process_fd), pipes, sockets. ready[i] becomes 1 for each that is, else 0; the caller
 * owns both arrays. Any process may call it, for descriptors of its own. It waits in the
 * kernel, so under the lab's control real time passes, and a run that has to wait here
 * cannot be repeated. Python: multiprocessing.connection.wait(list, timeout).
 * How many are ready, never 0; -ETIMEDOUT; -EINVAL no descriptors; -EBADF one is not open;
 * -ENOMEM; -EINTR told to stop.
 */
int mp_wait_any(const int *fds, size_t count, int *ready, int timeout_ms);

/* Frees the object. NULL is allowed. 0; -EBUSY still runs; -ECHILD not yours.
   Python: p.close(). */
int mp_process_destroy(mp_process *process);

/*
 * The children of the caller that run now, in the order in which they were made: their
 * objects, still the caller's own, into array[0] to array[capacity - 1] (NULL with capacity
 * 0: only counted). Takes note of those that have ended (reaps them).
 * Python: active_children().
 * How many there are, which may be more than `capacity`.
 */
int mp_active_children(mp_process **array, size_t capacity);

/* The process that calls: never NULL, not to be destroyed. Python: current_process(). */
mp_process *mp_current(void);

/* Its name: "main", "increment-1". Python: current_process().name. */
const char *mp_current_name(void);

/*
 * The process that made the caller. Only a child that survives its parent can ever see that
 * it has ended: all others end with it. Python: parent_process() and its pid, name,
 * is_alive(), join(timeout).
 * All return -ESRCH (the name: NULL) in main, and in a child of a bare fork().
 * mp_parent_is_alive(): 1, 0. mp_parent_join(): 0 it has ended; -ETIMEDOUT; -EINVAL;
 * -EINTR told to stop.
 */
pid_t mp_parent_pid(void);
const char *mp_parent_name(void);
int mp_parent_is_alive(void);
int mp_parent_join(int timeout_ms);

/* Processors that this program may use, at least 1: those on which it may run, or fewer
   where its cgroup has a quota, rounded up. Python: os.process_cpu_count(). */
int mp_cpu_count(void);

/* Sleeps. Under the lab's control time does not pass: it goes on at once. 0; -EINVAL;
   -EINTR told to stop. Python: time.sleep(). */
int mp_sleep(int milliseconds);

/*
 * Names the flag (a volatile sig_atomic_t, which is an int on Linux) that tells this process
 * to stop: a signal handler of the program sets it, and blocking calls return -EINTR, those
 * that are waiting now within 100 ms at most. They go on returning it until the flag is 0
 * again. Without a flag no signal ends a call. What can be done at once is done all the same,
 * mp_process_stop() and the calls that free something go through, and a call with timeout 0
 * never waits, so never returns -EINTR.
 * Children do not inherit it. `flag` stays the caller's; NULL: no flag any more.
 * Python: the KeyboardInterrupt that leaves q.get().
 */
void mp_set_stop_flag(volatile int *flag);

#endif
