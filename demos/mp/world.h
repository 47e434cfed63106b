// SPDX-License-Identifier: MIT
/*
 * The world: the one shared memory of a program that uses mp.
 *
 * It is a memfd without a name in the file system. All processes of the program inherit
 * it over fork, at the same address; it is gone with the last of them. A lab that watches
 * maps it too, at another address: so nothing in it is a pointer. mp and the lab's session
 * include this header, nobody else.
 *
 *     header | gate | process entries | seats | object entries | rings | arena
 *
 * The file is sparse and grows with the arena; what nobody touches costs nothing.
 *
 * Who writes what
 *   process entry, seat, ring  the process itself; before it is born, its parent; after it
 *                              has died, whoever moves .life from ALIVE to ENDED
 *   object entry               who has the object's lock
 *   gate                       who has the baton (below)
 * Every entry carries a version, odd while it is written: a reader copies, and copies
 * again if the version moved. A writer killed half-way leaves it odd; a reader then takes
 * what it sees, and the next writer mends it.
 *
 * The gate and the baton
 *   Free running (mode MP_MODE_FREE) nobody stops. Under control one process runs at a
 *   time: the one that has the baton. Before each operation that is a point (see gate.c)
 *   it publishes what it wants, decides who goes next (schedule.c), hands the baton over
 *   and sleeps on its seat. When no step is allowed, or nobody can go, the baton goes to
 *   the controller: a lab that holds an open-file-description lock on byte 0 of the memfd.
 *
 *     baton = slot + 1              that process runs
 *     baton = slot + 1 | DECIDING   it has stopped and is choosing the next
 *     baton = CONTROLLER            everybody stands; the controller decides
 *
 *   The controller takes the baton from a process that has died, or that sleeps in the
 *   kernel outside of mp (a compare-and-swap from slot + 1, which DECIDING defeats).
 *   Nobody holds the lock on byte 0: sleepers notice within 100 ms and set the mode free.
 */
#ifndef MP_WORLD_H
#define MP_WORLD_H

#include "depend.h"
#include "tables.h"

#include <stdatomic.h>
#include <stddef.h>

#define MP_WORLD_MAGIC 0x6c626b726f66706dULL /* "mpforkbl", read as a number */
#define MP_WORLD_LAYOUT 4u
#define MP_WORLD_FILE "forklab" /* the memfd's name, seen in /proc/PID/fd */
#define MP_WORLD_VARIABLE "MP_WORLD_FD"

enum {
    MP_RING_EVENTS = 8192, /* 256 KiB */
    MP_CONTROL_BYTE = 0,   /* of the memfd: write-locked by the controller */
    MP_SCRIPT = 4096, /* steps that a script looks ahead at most, and a trail is long */
};

#define MP_WORLD_RESERVED (1ull << 30) /* address space; the file grows inside it */

enum mp_mode {
    MP_MODE_FREE,   /* nobody is stopped */
    MP_MODE_RANDOM, /* next is drawn from the seed */
    MP_MODE_CHOSEN, /* next is gate.chosen */
    MP_MODE_SCRIPT, /* next is who stands in the script for this step */
    MP_MODE_EVERY, /* likewise, as far as the script is said; after it who went last, while
                       that one can. The trail tells who could have gone instead */
    MP_MODES,
};

#define MP_BATON_CONTROLLER 0u
#define MP_BATON_DECIDING 0x80000000u

/* Why the controller has the baton. */
enum mp_stop {
    MP_STOP_NONE,
    MP_STOP_BUDGET,    /* no more steps allowed: all stand */
    MP_STOP_CHOICE,    /* the chosen one cannot go */
    MP_STOP_SPINS,     /* MP_MODE_EVERY: who can go only looks, over and over */
    MP_STOP_ASLEEP,    /* MP_MODE_EVERY: who could go need not be tried again */
    MP_STOP_STUCK,     /* somebody lives and nobody can go */
    MP_STOP_ELSEWHERE, /* who lives is outside, or has not come to the gate yet */
    MP_STOP_ENDED,     /* nobody lives any more */
    MP_STOP_TAKEN,     /* the controller took it */
};

struct mp_gate {
    _Atomic uint32_t
        mode; /* enum mp_mode; written by the controller, or to FREE by anybody */
    _Atomic uint32_t grain; /* enum mp_grain; written by the controller */
    _Atomic uint32_t baton;
    _Atomic uint32_t stop;    /* enum mp_stop; guarded by the baton */
    _Atomic uint32_t chosen;  /* MP_MODE_CHOSEN: process table; guarded by the baton */
    _Atomic uint32_t order;   /* last order number given */
    _Atomic uint64_t steps;   /* taken so far; guarded by the baton */
    _Atomic uint64_t allowed; /* steps that may be taken; raised by the controller */
    _Atomic uint64_t random;  /* state of the generator; guarded by the baton */
    _Atomic uint32_t stopped; /* futex: moves whenever the controller gets the baton */
    _Atomic uint32_t outside; /* somebody was outside: this run cannot be repeated */
    _Atomic uint32_t alive;   /* processes between START and END */
    _Atomic uint32_t top;     /* process entries ever used: 0 to top - 1 */
    _Atomic uint64_t time;    /* milliseconds that waits have timed out by; under control
                                 no other time passes; guarded by the baton */
    _Atomic uint32_t killed; /* slot + 1 of who is being killed by the controller, while all
                                 stand: this death is a step; 0 nobody */
    _Atomic uint32_t scripted; /* MP_MODE_EVERY: so many steps of the script are said */
    _Atomic uint32_t timeouts; /* ... 1: a timed wait may time out whenever it could */
    uint32_t padding;
};

enum mp_turn { MP_TURN_NONE, MP_TURN_FORCED, MP_TURN_STEP };

/* Where one process waits for its turn, and where its ring stands. */
struct mp_seat {
    _Atomic uint32_t turn;      /* futex, enum mp_turn: not 0 when this process may go */
    _Atomic uint32_t ready;     /* 1: stands at the gate, .now is published */
    _Atomic uint32_t timed_out; /* this turn is the time-out of a timed wait */
    _Atomic uint32_t outside;   /* granted, but asleep in the kernel outside of mp */
    _Atomic uint64_t deadline;  /* of a timed wait, under control: order of time-outs;
                                   0 = waits for ever */
    _Atomic uint32_t repeats; /* same failing try or same read, so many times in a row */
    _Atomic uint32_t taken;   /* entry in use: claimed with a compare-and-swap */
    _Atomic uint64_t written; /* ring: events ever written; published with release */
    _Atomic uint64_t read;    /* ring: events the controller has taken; 0 when watching */
    uint64_t padding[2];
};

/* A set of process entries. */
struct mp_set {
    uint64_t bits[MP_PROCESSES / 64];
};

static inline bool mp_set_has(const struct mp_set *set, unsigned slot)
{
    return slot < MP_PROCESSES && (set->bits[slot / 64] >> slot % 64 & 1) != 0;
}

static inline void mp_set_add(struct mp_set *set, unsigned slot)
{
    set->bits[slot / 64 % (MP_PROCESSES / 64)] |= 1ull << slot % 64;
}

static inline void mp_set_remove(struct mp_set *set, unsigned slot)
{
    set->bits[slot / 64 % (MP_PROCESSES / 64)] &= ~(1ull << slot % 64);
}

/* MP_MODE_EVERY: one step of the trail. Written by who has the baton. */
struct mp_choice {
    struct mp_set can;    /* who could go */
    struct mp_set asleep; /* of these, who would only lead to what has been tried already */
    struct mp_touch touch; /* what was done */
    uint32_t place;        /* ... and where in the program */
    uint8_t chosen;        /* who went */
    uint8_t padding[3];
};

/* A program that is run over and over from before its main(): see zygote.c. */
struct mp_zygote {
    uint32_t wanted;        /* 1: be one. Written by the lab before the program starts */
    _Atomic uint32_t runs;  /* futex: so many runs have been asked for, by the lab */
    _Atomic uint32_t over;  /* so many are over and reaped, by the zygote */
    _Atomic int32_t pid;    /* main of the last one; -errno: it could not be forked */
    _Atomic int32_t status; /* how that one ended: exit status, or -signal */
    uint32_t padding[3];
};

struct mp_world {
    /* written once, before the first event */
    uint64_t magic;
    uint32_t layout;
    uint32_t header_size; /* sizeof(struct mp_world): tells apart other builds */
    uint64_t arena;       /* place of the arena in the file */
    uint64_t address;     /* of the world in its program; 0 until somebody adopts it */
    uint64_t ticks;       /* clock.h at the start ... */
    uint64_t nanoseconds; /* ... and CLOCK_MONOTONIC at the same moment */
    int32_t main_pid;
    uint32_t hooked; /* 1: the program was compiled with access hooks */

    char title[96];         /* what this run is about: "2 processes, 5 increments each" */
    char expected_what[32]; /* what it should end at: "counter"; empty: not said */
    int64_t expected;       /* ... and the number */

    _Atomic uint64_t arena_used;         /* bytes; grows under allocator_lock */
    _Atomic uint64_t unrecorded;         /* processes for which there was no entry */
    _Alignas(64) uint64_t allocator[64]; /* shared.c: its lock and free lists */

    _Alignas(64) struct mp_gate gate;
    /* MP_MODE_SCRIPT: who makes step n, counted from 0, at n % MP_SCRIPT; written by the
       controller, ahead of gate.allowed. */
    _Alignas(64) uint8_t script[MP_SCRIPT];
    /* MP_MODE_EVERY: who need not be tried again, from the last step of the script on; who
       touches what one of them is about to touch wakes it. Guarded by the baton. */
    struct mp_set asleep;
    _Alignas(64) struct mp_zygote zygote;
    _Alignas(64) struct mp_choice trail[MP_SCRIPT];
    _Alignas(64) struct mp_process_entry processes[MP_PROCESSES];
    _Alignas(64) struct mp_seat seats[MP_PROCESSES];
    _Alignas(64) struct mp_object_entry objects[MP_OBJECTS];
    _Alignas(4096) struct mp_event rings[MP_PROCESSES][MP_RING_EVENTS];
};

/* The arena begins where the header ends; both are whole pages of any page size. */
#define MP_WORLD_ARENA ((sizeof(struct mp_world) + 0xffff) & ~0xffffull)

/*
 * Makes the memfd of a new world and maps it, ready to be adopted; it can only grow. The
 * caller owns both: *fd and the mapping of MP_WORLD_RESERVED bytes. 0 or -errno.
 */
int mp_world_create(int *fd, struct mp_world **world);

/* As it was made, for another run of the same program: everybody of the last one has ended.
   The zygote, the script and the size of the file stay as they are. */
void mp_world_reset(struct mp_world *world);

/* Is this mapping, of `size` bytes of file, a world of this layout? 1, 0. */
int mp_world_is_valid(const struct mp_world *world, uint64_t size);

/* Futexes of the world: shared between processes, found by place, never by name. */
void mp_futex_wake(_Atomic uint32_t *word, int count);
/* Sleeps while *word is seen, at most so long. Returns at once if it has moved. */
void mp_futex_sleep(_Atomic uint32_t *word, uint32_t seen, int milliseconds);

/* Does a controller hold the lock on byte 0 of this memfd? 1, 0. */
int mp_world_is_controlled(int fd);

/* Lets everybody run on, free: wakes all who stand at the gate. */
void mp_world_set_free(struct mp_world *world);

/* Readers of an entry copy it again when the version moved or is odd. */
static inline void mp_entry_begin(uint32_t *version)
{
    __atomic_store_n(version, *version | 1u, __ATOMIC_RELAXED);
    atomic_thread_fence(memory_order_release);
}

static inline void mp_entry_end(uint32_t *version)
{
    __atomic_store_n(version, (*version | 1u) + 1u, __ATOMIC_RELEASE);
}

/* --- events and tables (event.c) ------------------------------------------------------- */

/* What a deed says, entered into the tables: the same that a reader makes of the event. */
void mp_apply(struct mp_world *world, unsigned slot, const struct mp_deed *deed);

/* The part of it that is about objects. */
void mp_apply_object(struct mp_world *world, unsigned slot, const struct mp_deed *deed);

static inline struct mp_tables mp_tables_of(struct mp_world *world)
{
    return (struct mp_tables){world->processes, sizeof world->processes[0],
                              world->objects};
}

/* Appends an event to a ring and applies it. The caller is the ring's one writer. */
void mp_record(struct mp_world *world, unsigned slot, struct mp_deed deed);

/* --- the trail of MP_MODE_EVERY (trail.c); the caller has the baton ------------------ */

/* Who can go at the step that is about to be made. */
void mp_note_candidates(struct mp_world *world, const uint16_t *slots, unsigned count);

/* This one is about to make it. */
void mp_note_choice(struct mp_world *world, unsigned slot);

/* This was recorded: if it is no step it belongs to the step before, and who sleeps wakes
   when it is about to touch the same. */
void mp_note_tail(struct mp_world *world, const struct mp_deed *deed);

/* --- who goes next (schedule.c) ------------------------------------------------------ */

/* What that process is about to touch. */
struct mp_touch mp_touch_of(struct mp_world *world, unsigned slot);

/* Whether the process in that entry stands at the gate and can go, or why not. */
struct mp_readiness mp_ready(struct mp_world *world, unsigned slot);

/*
 * Chooses who goes next and gives the turn to it. The caller has the baton. `self` is the
 * caller's slot, or MP_NOBODY for the controller. Returns the slot that has the baton now,
 * or MP_NOBODY when it went to the controller (gate.stop says why).
 */
unsigned mp_schedule(struct mp_world *world, unsigned self);

/*
 * Notes that a process has died: entry, event, count of the living. Only one caller wins
 * and gets 1; the others get 0. The process must be dead: its ring has a new writer.
 */
int mp_note_death(struct mp_world *world, unsigned slot, int status);

#endif
