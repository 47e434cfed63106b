// SPDX-License-Identifier: MIT
/*
 * Processes: made, started, joined.
 *
 *     MADE --start--> STARTED --born--> ALIVE --end, or killed--> ENDED --join--> JOINED
 *
 * The parent moves an entry to MADE, STARTED and JOINED, the child to ALIVE and ENDED; of a
 * child that was killed, whoever notices first moves it to ENDED (mp_note_death).
 *
 * A child is forked with fork(), not a raw clone: glibc must know its new thread id, or the
 * robust locks of a killed child are not recovered. Its end is seen through a pidfd, so it
 * can be waited for with a time limit and never mistaken for another with the same number.
 */
#include "process.h"

#include "clock.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    DEFAULT_DEPTH = 8,
    END_MS =
        10000, /* from saying that it ends to its end: microseconds, but on a machine that
                       has much else to do */
};

struct mp_process *mp_children;
unsigned mp_children_made;
int mp_depth;

/* --- made ----------------------------------------------------------------------------------- */

static int copy_name(struct mp_process *process, const char *name)
{
    size_t length = strlen(name);
    if (length >= sizeof process->name) {
        return -ENAMETOOLONG;
    }
    memcpy(process->name, name, length + 1);
    return 0;
}

static int choose_name(struct mp_process *process, const char *name)
{
    if (name != NULL) {
        return copy_name(process, name);
    }
    mp_children_made++;
    if (mp_depth == 0) {
        snprintf(process->name, sizeof process->name, "Process-%u", mp_children_made);
    } else {
        snprintf(process->name, sizeof process->name, "%.50s:%u", mp_current_name(),
                 mp_children_made);
    }
    return 0;
}

int mp_process_make(mp_process **out, mp_target fn, void *arg,
                    const struct mp_process_options *options, uint16_t pool)
{
    static const struct mp_process_options defaults;
    options = options != NULL ? options : &defaults;
    if (out == NULL || fn == NULL || (options->daemon && options->survive)) {
        return -EINVAL;
    }
    int rc = mp_world_open();
    if (rc != 0) {
        return rc;
    }
    struct mp_process *process = calloc(1, sizeof *process);
    if (process == NULL) {
        return -ENOMEM;
    }
    rc = choose_name(process, options->name);
    process->slot = rc == 0 ? mp_slot_take() : MP_NOBODY;
    if (process->slot == MP_NOBODY) {
        free(process);
        return rc != 0 ? rc : -EAGAIN;
    }
    process->fn = fn;
    process->arg = arg;
    process->pidfd = -1;
    process->maker = getpid();
    process->survive = options->survive;
    process->daemon = pool != 0 || options->daemon;
    process->max_depth = options->max_depth > 0 ? options->max_depth : DEFAULT_DEPTH;
    struct mp_process **last = &mp_children;
    while (*last != NULL) {
        last = &(*last)->next;
    }
    *last = process;
    struct mp_self *me = mp_self();
    if (me != NULL) {
        mp_settle(me);
        mp_slot_make(me, process->slot, me->slot, process->name, pool);
        process->parent_slot = me->slot;
        memcpy(process->parent_name, me->entry->name, sizeof process->parent_name);
    }
    *out = process;
    return 0;
}

int mp_process_create(mp_process **out, mp_target fn, void *arg,
                      const struct mp_process_options *options)
{
    return mp_process_make(out, fn, arg, options, 0);
}

int mp_process_set_name(mp_process *process, const char *name)
{
    if (process == NULL || name == NULL) {
        return -EINVAL;
    }
    if (process->maker != getpid()) {
        return -ECHILD;
    }
    int rc = process->started ? -EALREADY : copy_name(process, name);
    if (rc == 0) {
        struct mp_process_entry *entry = &mp_the_world->processes[process->slot];
        struct mp_self *me = mp_self();
        mp_entry_begin(&entry->version);
        memcpy(entry->name, process->name, sizeof entry->name);
        mp_entry_end(&entry->version);
        if (me != NULL) {
            mp_emit_name(me, MP_NAME_OF_PROCESS, process->slot, process->name);
        }
    }
    return rc;
}

/* --- started ---------------------------------------------------------------------------------- */

/* From here on the scheduler counts with the child. Under control it stands at the gate
   before it is forked, so that the choice does not depend on how fast a fork is. */
static bool expect_child(struct mp_process *process)
{
    struct mp_process_entry *entry = &mp_the_world->processes[process->slot];
    struct mp_seat *seat = &mp_the_world->seats[process->slot];
    bool at_gate = mp_mode() != MP_MODE_FREE;
    atomic_fetch_add(&mp_the_world->gate.alive, 1);
    mp_entry_begin(&entry->version);
    entry->life = MP_LIFE_STARTED;
    entry->waiting = at_gate;
    entry->now = (struct mp_deed){.op = at_gate ? MP_OP_BEGIN : MP_OP_NONE};
    mp_entry_end(&entry->version);
    atomic_store(&seat->turn, MP_TURN_NONE);
    atomic_store(&seat->deadline, 0);
    atomic_store(&seat->repeats, 0);
    atomic_store(&seat->outside, 0);
    atomic_store_explicit(&seat->ready, at_gate, memory_order_release);
    return at_gate;
}

static int no_child(struct mp_process *process, int error)
{
    struct mp_process_entry *entry = &mp_the_world->processes[process->slot];
    atomic_store(&mp_the_world->seats[process->slot].ready, 0);
    mp_entry_begin(&entry->version);
    entry->waiting = 0;
    entry->now = (struct mp_deed){.op = MP_OP_NONE};
    uint8_t life = __atomic_exchange_n(&entry->life, MP_LIFE_MADE, __ATOMIC_ACQ_REL);
    mp_entry_end(&entry->version);
    if (life == MP_LIFE_STARTED || life == MP_LIFE_ALIVE) {
        atomic_fetch_sub(&mp_the_world->gate.alive, 1);
    }
    return -error;
}

/*
 * Forks and runs the child; its pid and pidfd, or -errno and no child. The pidfd's place is
 * kept free beforehand, by a descriptor that is closed for it: once the child runs it is too
 * late to find that there is none. Signals wait until the child has left the parent's
 * handlers behind.
 */
static int fork_child(struct mp_process *process)
{
    sigset_t all;
    sigset_t mask;
    pid_t parent = getpid();
    int place = fcntl(mp_world_fd, F_DUPFD_CLOEXEC, 0);
    if (place < 0) {
        return -errno;
    }
    bool at_gate = expect_child(process);
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &mask);
    pid_t pid = fork();
    int error = errno;
    close(place); /* in both */
    if (pid == 0) {
        mp_child_main(process, parent, at_gate, &mask);
    }
    pthread_sigmask(SIG_SETMASK, &mask, NULL);
    if (pid < 0) {
        return no_child(process, error);
    }
    int pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
    if (pidfd < 0 && errno == ESRCH) {
        /* It has ended already and is gone, for SIGCHLD is ignored, or somebody else waits
           for all children. What is readable for good stands for it. */
        pidfd = eventfd(1, EFD_CLOEXEC);
    } else if (pidfd < 0) { /* another thread was faster, or the kernel is too old */
        error = errno;
        kill(pid, SIGKILL);
        waitpid(pid, NULL, 0);
        return no_child(process, error);
    }
    process->pid = pid;
    process->pidfd = pidfd;
    return 0;
}

int mp_process_start(mp_process *process)
{
    if (process == NULL) {
        return -EINVAL;
    }
    if (process->maker != getpid()) {
        return -ECHILD;
    }
    if (process->started) {
        return -EALREADY;
    }
    if (mp_this.daemon && mp_this.pid == getpid()) {
        return -EPERM; /* nobody would end what it leaves behind */
    }
    if (mp_depth + 1 > process->max_depth) {
        return -ELOOP;
    }
    struct mp_self *me = mp_self();
    struct mp_stop_for stop = {.deed = {.op = MP_OP_START,
                                        .object = (uint16_t)process->slot,
                                        .place = MP_CALLER}};
    if (me != NULL) {
        mp_settle(me);
        if (atomic_load(&mp_the_world->gate.grain) == MP_GRAIN_LIVES) {
            mp_gate_stop(me, &stop);
        }
    }
    mp_process_reap_finished();
    fflush(NULL); /* or the child would print it once more */
    int rc = fork_child(process);
    if (rc != 0) {
        return rc;
    }
    process->started = true;
    __atomic_store_n(&mp_the_world->processes[process->slot].pid, process->pid,
                     __ATOMIC_RELAXED);
    if (me != NULL) {
        struct mp_deed deed = {.op = MP_OP_START,
                               .info = (uint8_t)(MP_DONE | (stop.step ? MP_INFO_STEP : 0)),
                               .object = (uint16_t)process->slot,
                               .place = stop.deed.place,
                               .value = (uint64_t)process->pid};
        mp_emit(me, deed);
    }
    return 0;
}

/* --- joined ----------------------------------------------------------------------------------- */

/* Interrupted by signals it looks on: a real end must not be taken for none. */
bool mp_pidfd_ends_within(int pidfd, int milliseconds)
{
    struct pollfd fd = {.fd = pidfd, .events = POLLIN};
    uint64_t end = mp_nanoseconds() + (uint64_t)milliseconds * 1000000;
    for (;;) {
        int ready = poll(&fd, 1, milliseconds);
        if (ready >= 0 || errno != EINTR) {
            return ready == 1;
        }
        uint64_t now = mp_nanoseconds();
        milliseconds = end > now ? (int)((end - now + 999999) / 1000000) : 0;
    }
}

bool mp_process_ends_within(const struct mp_process *process, int milliseconds)
{
    return mp_pidfd_ends_within(process->pidfd, milliseconds);
}

/* Takes the exit status if it has ended: 0, or -EAGAIN. */
static int reap(void *context)
{
    struct mp_process *process = context;
    if (process->joined) {
        return 0;
    }
    /* It has said that it ends: it is a moment away from it. */
    if (mp_the_world->processes[process->slot].life == MP_LIFE_ENDED) {
        mp_process_ends_within(process, END_MS);
    }
    siginfo_t end = {0};
    if (waitid(P_PIDFD, (id_t)process->pidfd, &end, WEXITED | WNOHANG) == 0) {
        if (end.si_pid == 0) {
            return -EAGAIN;
        }
        process->status = end.si_code == CLD_EXITED ? end.si_status : -end.si_status;
    } else {
        /* Somebody else took its status, or SIGCHLD is ignored: has it ended at all? */
        if (!mp_process_ends_within(process, 0)) {
            return -EAGAIN;
        }
        process->status = MP_STATUS_UNKNOWN;
    }
    process->joined = true;
    return 0;
}

int mp_process_note_end(struct mp_process *process, int timeout_ms)
{
    if (!mp_process_ends_within(process, timeout_ms)) {
        return 0;
    }
    siginfo_t end = {0};
    int status = MP_STATUS_UNKNOWN;
    if (process->joined) {
        status = process->status;
    } else if (waitid(P_PIDFD, (id_t)process->pidfd, &end, WEXITED | WNOHANG | WNOWAIT) ==
                   0 &&
               end.si_pid != 0) {
        status = end.si_code == CLD_EXITED ? end.si_status : -end.si_status;
    }
    mp_note_death(mp_the_world, process->slot, status);
    return 1;
}

static void tell_joined(struct mp_process *process, uint32_t place, bool step)
{
    struct mp_self *me = mp_self();
    struct mp_process_entry *entry = &mp_the_world->processes[process->slot];
    mp_note_death(mp_the_world, process->slot, process->status);
    mp_entry_begin(&entry->version);
    entry->life = MP_LIFE_JOINED;
    entry->status = process->status;
    mp_entry_end(&entry->version);
    if (me != NULL) {
        struct mp_deed deed = {.op = MP_OP_JOIN,
                               .info = (uint8_t)(MP_DONE | (step ? MP_INFO_STEP : 0)),
                               .object = (uint16_t)process->slot,
                               .place = place,
                               .value = (uint64_t)(int64_t)process->status};
        mp_emit(me, deed);
    }
}

static int await(struct mp_process *process, int timeout_ms, uint32_t place,
                 bool to_the_end)
{
    if (process->joined) {
        return 0;
    }
    struct mp_self *me = mp_self();
    struct mp_waiting waiting = {.deed = {.op = MP_OP_JOIN,
                                          .object = (uint16_t)process->slot,
                                          .place = place,
                                          .value = timeout_ms == 0},
                                 .attempt = reap,
                                 .context = process,
                                 .fd = process->pidfd,
                                 .to_the_end = to_the_end};
    int rc = mp_wait(me, &waiting, timeout_ms);
    if (rc == 0) {
        tell_joined(process, place, waiting.step);
    } else if (me != NULL && rc != -EINVAL) {
        struct mp_deed deed = waiting.deed;
        deed.info = (uint8_t)(MP_FAILED | (waiting.step ? MP_INFO_STEP : 0));
        deed.value = (uint64_t)-rc;
        mp_emit(me, deed);
        mp_gate_repeats(me, &deed);
    }
    return rc;
}

int mp_process_await(struct mp_process *process, int timeout_ms, uint32_t place)
{
    return await(process, timeout_ms, place, false);
}

int mp_process_finish(struct mp_process *process, int timeout_ms, uint32_t place)
{
    return await(process, timeout_ms, place, true);
}

int mp_process_join(mp_process *process, int timeout_ms)
{
    int rc = mp_process_check(process);
    if (rc == 0 && timeout_ms < MP_FOREVER) {
        rc = -EINVAL;
    }
    if (rc != 0) {
        return rc;
    }
    rc = mp_process_await(process, timeout_ms, MP_CALLER);
    return rc == -EAGAIN ? -ETIMEDOUT : rc;
}

void mp_process_reap_finished(void)
{
    for (struct mp_process *child = mp_children;
         child != NULL && mp_mode() == MP_MODE_FREE; child = child->next) {
        if (child->started && !child->joined && child->maker == getpid() &&
            reap(child) == 0) {
            tell_joined(child, 0, false);
        }
    }
}
