// SPDX-License-Identifier: MIT
/*
 * Those who cannot look after themselves: processes that have died, that sleep in the kernel
 * outside of mp, or are to be killed.
 */
#include "scheduler/steer_private.h"

#include "session/kernel.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    LOOK_EVERY_MS = 10,
    OUTSIDE_AFTER_MS = 20, /* so long asleep in the kernel, and the others go on */
    IN_MP_MS = 300,        /* asleep in a wait of mp's: it comes to the gate within 100 */
    DYING_MS = 2000, /* from SIGKILL to the end: moments, but on a machine that has much
                              else to do */
};

/* Has lived. Who is just entering itself has not: main has the baton before it is there. */
static bool has_ended(const struct steer *steer, unsigned slot)
{
    uint8_t life = steer->world->processes[slot].life;
    return life == MP_LIFE_ENDED || life == MP_LIFE_JOINED;
}

static bool has_baton(const struct steer *steer, unsigned slot)
{
    return (atomic_load(&gate_of(steer)->baton) & ~MP_BATON_DECIDING) == slot + 1;
}

/* Takes the baton from `slot`; while it is deciding only when it is dead. */
static bool take_baton(struct steer *steer, unsigned slot, bool dead)
{
    struct mp_gate *gate = gate_of(steer);
    uint32_t holder = slot + 1;
    if (atomic_compare_exchange_strong(&gate->baton, &holder, MP_BATON_CONTROLLER)) {
        atomic_store(&gate->stop, MP_STOP_TAKEN);
        return true;
    }
    holder = (slot + 1) | MP_BATON_DECIDING;
    if (dead &&
        atomic_compare_exchange_strong(&gate->baton, &holder, MP_BATON_CONTROLLER)) {
        atomic_store(&gate->stop, MP_STOP_TAKEN);
        return true;
    }
    return false;
}

static int exit_status(const struct kernel_process *process)
{
    int code = process->exit_code;
    if (WIFSIGNALED(code)) {
        return -WTERMSIG(code);
    }
    return WIFEXITED(code) ? WEXITSTATUS(code) : MP_STATUS_UNKNOWN;
}

static void note_death(struct steer *steer, unsigned slot,
                       const struct kernel_process *process)
{
    steer->changed = true;
    mp_note_death(steer->world, slot,
                  process != NULL ? exit_status(process) : MP_STATUS_UNKNOWN);
}

/* Does it wait for us to read its ring? Then it is no wonder that it sleeps. */
static bool ring_is_full(const struct steer *steer, unsigned slot)
{
    const struct mp_seat *seat = &steer->world->seats[slot];
    return atomic_load(&seat->written) - atomic_load(&seat->read) >= MP_RING_EVENTS - 2;
}

/* Until it is outside. Who was in a wait of mp's when all were stopped sleeps there still,
   and will stand at the gate. */
static uint64_t patience(const struct steer *steer, unsigned slot)
{
    const struct mp_process_entry *entry = &steer->world->processes[slot];
    uint8_t op = entry->now.op;
    bool in_mp = entry->waiting && (op == MP_OP_JOIN || op >= MP_OP_LOCK_ACQUIRE);
    return (in_mp ? IN_MP_MS : OUTSIDE_AFTER_MS) * MS;
}

/* A process that should run and sleeps in the kernel: after 20 ms the others go on. */
static void look_whether_outside(struct steer *steer, unsigned slot, char state,
                                 uint64_t now)
{
    struct mp_seat *seat = &steer->world->seats[slot];
    uint64_t written = atomic_load(&seat->written);
    bool sleeps = (state == 'S' || state == 'D' || state == 'T') &&
                  !atomic_load(&seat->ready) && !atomic_load(&seat->outside) &&
                  atomic_load(&seat->turn) == MP_TURN_NONE && !ring_is_full(steer, slot);
    if (!sleeps || written != steer->written[slot]) {
        steer->asleep_since[slot] = 0;
        steer->written[slot] = written;
        return;
    }
    if (steer->asleep_since[slot] == 0) {
        steer->asleep_since[slot] = now;
    } else if (now - steer->asleep_since[slot] >= patience(steer, slot)) {
        atomic_store(&seat->outside, 1);
        atomic_store(&gate_of(steer)->outside, 1);
        take_baton(steer, slot, false);
        steer->changed = true;
        steer->asleep_since[slot] = 0;
    }
}

static void look_after(struct steer *steer, unsigned slot, uint64_t now)
{
    struct kernel_process process;
    pid_t pid = __atomic_load_n(&steer->world->processes[slot].pid, __ATOMIC_RELAXED);
    if (pid <= 0) {
        return; /* being forked */
    }
    bool there = kernel_process(pid, &process);
    if (!there || process.state == 'Z' || process.state == 'X') {
        note_death(steer, slot, there ? &process : NULL);
        return;
    }
    if (!steer->is_free) {
        look_whether_outside(steer, slot, process.state, now);
    }
}

void steer_look(struct steer *steer, uint64_t now)
{
    if (now - steer->looked < LOOK_EVERY_MS * MS) {
        return;
    }
    steer->looked = now;
    for (unsigned slot = 0; slot < steer_entries(steer); slot++) {
        if (steer_lives(steer, slot)) {
            look_after(steer, slot, now);
        }
        if (has_ended(steer, slot) && has_baton(steer, slot)) {
            take_baton(steer, slot, true);
            steer->changed = true;
        }
    }
}

/* --- killed ---------------------------------------------------------------------------------- */

/* Who was killed has ended when this returns, and the next tick takes note of it: until then
   nobody can say whether the others are stuck. */
static void await_death(struct steer *steer, int pidfd)
{
    struct pollfd end = {.fd = pidfd, .events = POLLIN};
    poll(&end, 1, DYING_MS);
    steer->looked = 0;
    steer->stuck = false;
}

/* The number comes from a table that anybody may have written: it must be a process that
   has this world, and stay the same one between the look and the signal. */
int steer_signal(struct steer *steer, unsigned slot, int signal_number)
{
    pid_t pid = slot < MP_PROCESSES ? __atomic_load_n(&steer->world->processes[slot].pid,
                                                      __ATOMIC_RELAXED)
                                    : 0;
    struct kernel_world world;
    int pidfd = pid > 1 ? (int)syscall(SYS_pidfd_open, pid, 0) : -1;
    if (pidfd < 0) {
        return -ESRCH;
    }
    int rc = -ESRCH;
    bool known = kernel_world_at(steer->world, &world);
    world.address = steer->world->address;
    if (known && kernel_has_world(pid, &world)) {
        rc = (int)syscall(SYS_pidfd_send_signal, pidfd, signal_number, NULL, 0);
        rc = rc == 0 ? 0 : -errno;
    }
    if (rc == 0 && signal_number == SIGKILL) {
        await_death(steer, pidfd);
    }
    close(pidfd);
    return rc;
}

/* The next tick takes note of it, or whoever in the program is first. */
int steer_kill(struct steer *steer, unsigned slot)
{
    struct mp_gate *gate = gate_of(steer);
    bool step = slot < MP_PROCESSES && steer_lives(steer, slot) && steer_all_stand(steer);
    if (step) {
        atomic_store(&gate->killed, slot + 1);
    }
    int rc = steer_signal(steer, slot, SIGKILL);
    if (step && rc != 0) {
        atomic_store(&gate->killed, 0);
    }
    return rc;
}

bool steer_is_killing(const struct steer *steer)
{
    return atomic_load(&gate_of(steer)->killed) != 0;
}
