// SPDX-License-Identifier: MIT
/*
 * What a process asks about its family: who made it, and which of its children run.
 *
 * A child has its parent's number for as long as the parent lives; from its end on the kernel
 * says another one. So the number alone tells whether it is alive, and no other process that
 * has got it later is taken for it.
 */
#include "process.h"

#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { END_MS = 1000 }; /* from saying that it ends to its end: microseconds in fact */

/* 0: there is none that mp knows of. */
static pid_t my_parent(void)
{
    return mp_this.pid == getpid() ? mp_this.parent : 0;
}

pid_t mp_parent_pid(void)
{
    pid_t parent = my_parent();
    return parent > 0 ? parent : -ESRCH;
}

const char *mp_parent_name(void)
{
    return my_parent() > 0 ? mp_this.parent_name : NULL;
}

int mp_parent_is_alive(void)
{
    pid_t parent = my_parent();
    return parent > 0 ? getppid() == parent : -ESRCH;
}

/* 0 it has ended, or -EAGAIN. `context`: its pidfd. */
static int has_ended(void *context)
{
    const int *pidfd = context;
    /* It has said that it ends: it is a moment away from it. */
    if (mp_the_world->processes[mp_this.parent_slot].life == MP_LIFE_ENDED &&
        *pidfd >= 0) {
        mp_pidfd_ends_within(*pidfd, END_MS);
    }
    return getppid() != mp_this.parent ? 0 : -EAGAIN;
}

int mp_parent_join(int timeout_ms)
{
    if (my_parent() == 0) {
        return -ESRCH;
    }
    if (timeout_ms < MP_FOREVER) {
        return -EINVAL;
    }
    struct mp_self *me = mp_self();
    int pidfd = (int)syscall(SYS_pidfd_open, mp_this.parent, 0);
    struct mp_waiting waiting = {.deed = {.op = MP_OP_JOIN,
                                          .object = (uint16_t)mp_this.parent_slot,
                                          .place = MP_CALLER,
                                          .value = timeout_ms == 0},
                                 .attempt = has_ended,
                                 .context = &pidfd,
                                 .fd = pidfd};
    /* Without a descriptor for it, it looks again every 100 ms. */
    int rc = mp_wait(me, &waiting, timeout_ms);
    if (pidfd >= 0) {
        close(pidfd);
    }
    if (me != NULL) {
        struct mp_deed deed = waiting.deed;
        deed.info = (uint8_t)((rc == 0 ? MP_DONE : MP_FAILED) |
                              (waiting.step ? MP_INFO_STEP : 0));
        deed.value = (uint64_t)-rc;
        mp_emit(me, deed);
        if (rc != 0) {
            mp_gate_repeats(me, &deed);
        }
    }
    return rc == -EAGAIN ? -ETIMEDOUT : rc;
}

/* Under control who has ended is not reaped before somebody joins it. */
static bool runs(const struct mp_process *child)
{
    return child->started && !child->joined && child->maker == getpid() &&
           (mp_mode() == MP_MODE_FREE ||
            __atomic_load_n(&mp_the_world->processes[child->slot].life,
                            __ATOMIC_ACQUIRE) < MP_LIFE_ENDED);
}

int mp_active_children(mp_process **array, size_t capacity)
{
    size_t count = 0;
    if (mp_children != NULL) {
        mp_process_reap_finished();
    }
    for (struct mp_process *child = mp_children; child != NULL; child = child->next) {
        if (runs(child)) {
            if (array != NULL && count < capacity) {
                array[count] = child;
            }
            count++;
        }
    }
    return (int)count;
}
