// SPDX-License-Identifier: MIT
/*
 * The child's side of a process: what it leaves behind after the fork, its birth, its end;
 * and the end of main, which is like any other.
 */
#include "process.h"

#include "clock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>

enum {
    GRACE_MS = 500,   /* from SIGTERM to SIGKILL, for daemons */
    KILLED_MS = 5000, /* from SIGKILL to the end: moments in fact */
};

static bool ending;

/* The parent's handlers are not the child's. What a shell has told a program to ignore
   (nohup, a job in the background) its children ignore too. */
static void leave_handlers_behind(void)
{
    static const int numbers[] = {SIGTERM, SIGCHLD, SIGWINCH, SIGINT, SIGQUIT, SIGHUP};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        bool from_shell = i >= 3;
        struct sigaction now;
        if (!from_shell || sigaction(numbers[i], NULL, &now) != 0 ||
            now.sa_handler != SIG_IGN) {
            signal(numbers[i], SIG_DFL);
        }
    }
}

/* What belongs to the parent: its children's descriptors, its handlers, its terminal. */
static void leave_parent_behind(void)
{
    leave_handlers_behind();
    for (struct mp_process *child = mp_children; child != NULL; child = child->next) {
        if (child->pidfd >= 0) {
            close(child->pidfd);
        }
    }
    mp_stop_flag = NULL;
    mp_children = NULL;
    mp_children_made = 0;
    int null = mp_run_by_lab ? -1 : open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (null >= 0) { /* the lab has seen to it already */
        dup2(null, STDIN_FILENO);
        close(null);
    }
}

/* Says that this process ends, and lets the others go on. Once. */
static void say_end(int status)
{
    struct mp_self *me = mp_self();
    if (me == NULL || ending) {
        return;
    }
    ending = true;
    fflush(NULL);
    struct mp_stop_for stop = {.deed = {.op = MP_OP_END, .value = (uint64_t)status}};
    mp_gate_stop(me, &stop);
    struct mp_deed end = stop.deed;
    end.info = (uint8_t)(MP_DONE | (stop.step ? MP_INFO_STEP : 0));
    end.order = 0;
    mp_settle(me);
    mp_emit(me, end);
    me->entry->status = status;
    uint8_t alive = MP_LIFE_ALIVE;
    if (__atomic_compare_exchange_n(&me->entry->life, &alive, MP_LIFE_ENDED, false,
                                    __ATOMIC_ACQ_REL, __ATOMIC_RELAXED)) {
        atomic_fetch_sub(&mp_the_world->gate.alive, 1);
        mp_gate_leave(me);
    }
}

/* A child that this process has started: not its parent's, in a child of a bare fork. */
static bool is_ours(const struct mp_process *child)
{
    return child->started && child->maker == getpid();
}

/* SIGTERM for all at once; who has not ended in time is killed. */
static void end_daemons(void)
{
    uint64_t grace = mp_nanoseconds() + GRACE_MS * 1000000ull;
    for (struct mp_process *child = mp_children; child != NULL; child = child->next) {
        if (child->daemon && is_ours(child)) {
            mp_process_terminate(child);
        }
    }
    for (struct mp_process *child = mp_children; child != NULL; child = child->next) {
        if (!child->daemon || !is_ours(child)) {
            continue;
        }
        uint64_t now = mp_nanoseconds();
        int left = now < grace ? (int)((grace - now) / 1000000) : 0;
        if (!mp_process_note_end(child, left)) {
            mp_process_kill(child);
            mp_process_note_end(child, KILLED_MS);
        }
    }
}

/* Like Python, a process that ends first waits for the children that nobody has joined; told
   to stop, it does not, and they end with it. */
static void end_children(void)
{
    end_daemons();
    for (struct mp_process *child = mp_children; child != NULL; child = child->next) {
        if (!child->survive && is_ours(child)) {
            mp_process_await(child, MP_FOREVER, 0);
        }
    }
}

/* The end of a child, by return or by exit(): what its parent wanted to be done at the
   parent's end is not done here. */
_Noreturn static void leave(int status)
{
    end_children();
    say_end(status);
    fflush(NULL);
    _exit(status);
}

/* Registered in the child, so the first of all handlers to be called; and the last. */
static void leave_by_exit(int status, void *pid)
{
    if ((pid_t)(intptr_t)pid == getpid()) { /* not in a child of a bare fork */
        leave(status & MP_EXIT_STATUS_MAX);
    }
}

/* Kept small and apart: from here on this is another process. All signals are blocked. */
_Noreturn void mp_child_main(struct mp_process *process, pid_t parent, bool at_gate,
                             const sigset_t *mask)
{
    if (!process->survive) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (getppid() != parent) { /* it ended before it could be watched */
            kill(getpid(), SIGKILL);
        }
    }
    leave_parent_behind();
    sigprocmask(SIG_SETMASK, mask, NULL);
    mp_depth++;
    ending = false;
    mp_this = *process;
    mp_this.pid = getpid();
    mp_this.parent = parent;
    prctl(PR_SET_NAME, mp_this.name);
    mp_become(mp_this.slot);
    on_exit(leave_by_exit, (void *)(intptr_t)mp_this.pid);
    struct mp_self *me = mp_self();
    struct mp_stop_for stop = {.deed = {.op = MP_OP_BEGIN}};
    if (at_gate) {
        mp_gate_begin(me, &stop);
    } else {
        mp_gate_stop(me, &stop);
    }
    mp_begin(me, stop.step);
    int rc = mp_this.fn(mp_this.arg);
    leave(rc >= 0 && rc <= MP_EXIT_STATUS_MAX ? rc : MP_EXIT_STATUS_MAX);
}

/* The end of main, by exit() or its return. */
static void at_exit(int status, void *unused)
{
    (void)unused;
    if (mp_me->entry == NULL ||
        __atomic_load_n(&mp_me->entry->pid, __ATOMIC_RELAXED) != getpid()) {
        return;
    }
    end_children();
    say_end(status & MP_EXIT_STATUS_MAX);
}

void mp_process_open(void)
{
    on_exit(at_exit, NULL);
}
