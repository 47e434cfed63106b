// SPDX-License-Identifier: MIT
/* Steering the gate. See steer.h, and world.h for the baton. */
#include "scheduler/steer.h"

#include "session/kernel.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define MS 1000000ull

enum {
    LOOK_EVERY_MS = 10,
    OUTSIDE_AFTER_MS = 20, /* so long asleep in the kernel, and the others go on */
    IN_MP_MS = 300,        /* asleep in a wait of mp's: it comes to the gate within 100 */
    DYING_MS = 100,        /* from SIGKILL to the end: moments in fact */
};

/* --- what is allowed ------------------------------------------------------------------------ */

static struct mp_gate *gate_of(const struct steer *steer)
{
    return &steer->world->gate;
}

static uint64_t steps(const struct steer *steer)
{
    return atomic_load(&gate_of(steer)->steps);
}

static void allow(struct steer *steer, uint64_t count)
{
    steer->changed = true;
    if (steer->scripted && count > steer->script_end) {
        count = steer->script_end;
    }
    atomic_store(&gate_of(steer)->allowed, count);
}

/* Who goes, when nobody chooses. */
static void set_order(struct steer *steer)
{
    atomic_store(&gate_of(steer)->mode, steer->scripted ? MP_MODE_SCRIPT : MP_MODE_RANDOM);
}

void steer_prepare(struct steer *steer, struct mp_world *world, enum mp_grain grain,
                   uint64_t seed)
{
    *steer = (struct steer){.world = world};
    atomic_store(&world->gate.grain, grain);
    atomic_store(&world->gate.random, seed);
    atomic_store(&world->gate.baton, 1); /* main's entry is the first */
    atomic_store(&world->gate.mode, MP_MODE_RANDOM);
}

void steer_attach(struct steer *steer, struct mp_world *world)
{
    *steer = (struct steer){.world = world, .is_free = true};
}

void steer_go(struct steer *steer)
{
    set_order(steer);
    steer->is_free = false;
    steer->going = true;
    steer->next_step = 0;
}

void steer_stop(struct steer *steer)
{
    steer->going = false;
    allow(steer, 0);
    if (steer->is_free) {
        steer->is_free = false;
        /* Nobody has the baton yet: it is ours until all stand. */
        atomic_store(&gate_of(steer)->baton, MP_BATON_CONTROLLER);
        atomic_store(&gate_of(steer)->stop, MP_STOP_TAKEN);
        atomic_store(&gate_of(steer)->mode, MP_MODE_RANDOM);
    }
}

void steer_free(struct steer *steer)
{
    steer->is_free = true;
    steer->going = true;
    mp_world_set_free(steer->world);
}

void steer_speed(struct steer *steer, unsigned speed)
{
    steer->speed = speed;
    steer->next_step = 0;
    if (!steer->is_free) {
        allow(steer, 0);
    }
}

void steer_grain(struct steer *steer, enum mp_grain grain)
{
    atomic_store(&gate_of(steer)->grain, grain);
}

/* --- who lives, who is outside ---------------------------------------------------------------- */

static bool lives(const struct steer *steer, unsigned slot)
{
    uint8_t life = steer->world->processes[slot].life;
    return life == MP_LIFE_STARTED || life == MP_LIFE_ALIVE;
}

/* Has lived. Who is just entering itself has not: main has the baton before it is there. */
static bool has_ended(const struct steer *steer, unsigned slot)
{
    uint8_t life = steer->world->processes[slot].life;
    return life == MP_LIFE_ENDED || life == MP_LIFE_JOINED;
}

static unsigned entries(const struct steer *steer)
{
    unsigned top = atomic_load(&gate_of(steer)->top);
    return top < MP_PROCESSES ? top : MP_PROCESSES;
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

static void look_after_all(struct steer *steer, uint64_t now)
{
    if (now - steer->looked < LOOK_EVERY_MS * MS) {
        return;
    }
    steer->looked = now;
    for (unsigned slot = 0; slot < entries(steer); slot++) {
        if (lives(steer, slot)) {
            look_after(steer, slot, now);
        }
        if (has_ended(steer, slot) && has_baton(steer, slot)) {
            take_baton(steer, slot, true);
            steer->changed = true;
        }
    }
}

/* --- turns ------------------------------------------------------------------------------------ */

static bool all_stand(const struct steer *steer)
{
    for (unsigned slot = 0; slot < entries(steer); slot++) {
        const struct mp_seat *seat = &steer->world->seats[slot];
        if (lives(steer, slot) && !atomic_load(&seat->ready) &&
            !atomic_load(&seat->outside)) {
            return false;
        }
    }
    return true;
}

static bool is_ours(const struct steer *steer)
{
    return atomic_load(&gate_of(steer)->baton) == MP_BATON_CONTROLLER;
}

/* Chooses, where it is ours to choose and the last answer may not hold any more. */
static void give_turn(struct steer *steer)
{
    struct mp_gate *gate = gate_of(steer);
    bool news = steer->changed || atomic_load(&gate->stopped) != steer->answered;
    if (news && is_ours(steer) && all_stand(steer)) {
        steer->changed = false;
        if (mp_schedule(steer->world, MP_NOBODY) == MP_NOBODY) {
            steer->answered = atomic_load(&gate->stopped);
        }
    }
}

void steer_step(struct steer *steer)
{
    steer->going = false;
    set_order(steer);
    allow(steer, steps(steer) + 1);
    give_turn(steer);
}

void steer_choose(struct steer *steer, unsigned slot)
{
    steer->going = false;
    steer->scripted = false;
    atomic_store(&gate_of(steer)->chosen, slot);
    atomic_store(&gate_of(steer)->mode, MP_MODE_CHOSEN);
    allow(steer, steps(steer) + 1);
    give_turn(steer);
}

void steer_begin_script(struct steer *steer)
{
    steer->scripted = true;
    steer->script_end = steps(steer);
    set_order(steer);
}

bool steer_script(struct steer *steer, unsigned slot)
{
    uint64_t now = steps(steer);
    if (steer->script_end < now) {
        steer->script_end = now;
    }
    if (steer->script_end - now >= MP_SCRIPT) {
        return false;
    }
    steer->world->script[steer->script_end++ % MP_SCRIPT] = (uint8_t)slot;
    return true;
}

void steer_end_script(struct steer *steer)
{
    steer->scripted = false;
    if (!steer->is_free) {
        set_order(steer);
    }
}

bool steer_script_is_over(const struct steer *steer)
{
    return !steer->scripted || steps(steer) >= steer->script_end;
}

uint64_t steer_steps(const struct steer *steer)
{
    return steps(steer);
}

bool steer_script_fails(const struct steer *steer)
{
    enum mp_stop stop = (enum mp_stop)atomic_load(&gate_of(steer)->stop);
    bool fails = stop == MP_STOP_CHOICE || stop == MP_STOP_STUCK || stop == MP_STOP_ENDED;
    return steer->scripted && !steer_script_is_over(steer) && fails &&
           steer_all_stand(steer);
}

/* How many more steps are due by now. */
static void allow_what_is_due(struct steer *steer, uint64_t now)
{
    if (steer->speed == STEER_UNLIMITED) {
        allow(steer, UINT64_MAX);
        return;
    }
    uint64_t interval = 1000 * MS / steer->speed;
    if (steer->next_step == 0) {
        steer->next_step = now;
    }
    if (now < steer->next_step) {
        return;
    }
    uint64_t due = (now - steer->next_step) / interval + 1;
    /* After a pause of ours: no burst. */
    uint64_t most = steer->careful ? 1 : steer->speed / 10 + 1;
    allow(steer, steps(steer) + (due < most ? due : most));
    steer->next_step += due * interval;
}

static bool nobody_can_go(const struct steer *steer)
{
    return !steer->is_free && is_ours(steer) &&
           atomic_load(&gate_of(steer)->stop) == MP_STOP_STUCK;
}

/* Nobody could go by the table, which may not know yet who has died: it is looked at once
   more before that is said, and everybody gets another chance when somebody has. */
void steer_tick(struct steer *steer, uint64_t now)
{
    bool is_new = nobody_can_go(steer) && !steer->stuck;
    if (is_new) {
        steer->looked = 0;
    }
    look_after_all(steer, now);
    if (!steer->is_free) {
        if (steer->going) {
            allow_what_is_due(steer, now);
        }
        give_turn(steer);
    }
    steer->stuck = nobody_can_go(steer) && (is_new || steer->stuck);
}

bool steer_all_stand(const struct steer *steer)
{
    return !steer->is_free && is_ours(steer) && all_stand(steer);
}

bool steer_has_ended(const struct steer *steer)
{
    return is_ours(steer) && atomic_load(&gate_of(steer)->stop) == MP_STOP_ENDED;
}

bool steer_is_stopped(const struct steer *steer)
{
    if (steer->going || !steer_all_stand(steer)) {
        return false;
    }
    /* Somebody may still have to go before it is a step. */
    enum mp_stop stop = (enum mp_stop)atomic_load(&gate_of(steer)->stop);
    return stop != MP_STOP_TAKEN && stop != MP_STOP_NONE;
}

bool steer_is_stuck(const struct steer *steer)
{
    return steer->stuck && nobody_can_go(steer);
}

bool steer_was_outside(const struct steer *steer)
{
    return atomic_load(&gate_of(steer)->outside) != 0;
}

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
    bool step = slot < MP_PROCESSES && lives(steer, slot) && steer_all_stand(steer);
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
