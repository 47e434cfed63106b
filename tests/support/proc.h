// SPDX-License-Identifier: MIT
// What the kernel says about processes, for tests: state, parent, session, CPU time; and
// ways to wait for, or to do away with, processes that the test did not start itself.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

// One line of /proc/PID/stat.
struct proc {
    pid_t pid;
    pid_t parent;
    pid_t group;
    pid_t session;
    char state;    // R S D T t Z X I, as in ps
    char name[32]; // comm
    long ticks;    // user and system time, in clock ticks (sysconf(_SC_CLK_TCK))
};

// Reads one process. False when there is none (or no longer).
bool proc_read(pid_t pid, struct proc *out);

// All processes, in an array that the caller frees. Returns how many.
size_t proc_list(struct proc **out);

// The state letter, '\0' when there is no such process. A zombie is 'Z'.
char proc_state(pid_t pid);

// User and system time in clock ticks, -1 when there is no such process.
long proc_ticks(pid_t pid);

// The children of a process, zombies included: at most `max` into pids, in order of pid.
// Returns how many there are, which may be more than `max`.
size_t proc_children(pid_t parent, pid_t *pids, size_t max);

// How many processes of a session are alive. Zombies are not.
size_t proc_session_count(pid_t session);

// Waits until the process has ended; its exit status is left for its parent to take.
// False when it still lived after ms.
bool proc_wait_end(pid_t pid, int ms);

// Waits until the process has ended and takes it out of the table when it is a child of
// the caller. That is for orphans: under the leak fixture the test process adopts them,
// as init does in real life, and must reap them as init would. False after ms.
bool proc_wait_gone(pid_t pid, int ms);

// Waits until the state is one of the letters, as in "SD". False after ms.
bool proc_wait_state(pid_t pid, const char *letters, int ms);

// Waits until a session has no live process and reaps those of its dead that the caller
// has adopted. False after ms.
bool proc_wait_session(pid_t session, int ms);

// Kill all descendants of the caller, or a session, whatever they do with their signals
// and however fast they fork, and reap those that fall to the caller. Return how many
// were alive.
size_t proc_kill_descendants(void);
size_t proc_kill_session(pid_t session);

// One line for each descendant of the caller, for a message; "" when there is none. The
// caller frees it.
char *proc_describe_descendants(void);

// A pidfd (close-on-exec) for poll(), -1 with errno when there is no such process.
int proc_open(pid_t pid);
