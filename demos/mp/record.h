// SPDX-License-Identifier: MIT
/*
 * What a world records: operations, events, and the entries of its two tables.
 *
 * Tables hold the whole present; events are history. A reader's state is a copy of the
 * tables (a snapshot) plus the events since. This header is all that a reader of events
 * needs to know: it has no pointers, no locks and no system calls.
 *
 * An operation (enum mp_op) is something a process does or wants to do. A deed is one
 * operation with its details. An event is a deed with the time at which it was written.
 */
#ifndef MP_RECORD_H
#define MP_RECORD_H

#include <stdbool.h>
#include <stdint.h>

enum {
    MP_PROCESSES = 128, /* entries of the process table: main is 0 */
    MP_OBJECTS = 512,   /* entries of the object table: 0 is never used */
    MP_NAME_SIZE = 64,  /* bytes of a name, with its ending zero */
    MP_NOBODY = 0xffff, /* "no process" where a place in the process table is meant */
};

/* Exit status of a process that somebody else has reaped. */
#define MP_STATUS_UNKNOWN INT32_MIN

/* What counts as a step. */
enum mp_grain {
    MP_GRAIN_LIVES,  /* only: start, birth, printed line, end, join */
    MP_GRAIN_CALLS,  /* calls that can block or that others can observe */
    MP_GRAIN_MEMORY, /* calls, and reads and writes of shared memory */
    MP_GRAINS,
};

enum mp_op {
    MP_OP_NONE,
    /* lives; .object is the other process, where there is one */
    MP_OP_MAKE,   /* made process .object; .value its generation */
    MP_OP_START,  /* started process .object; .value its pid */
    MP_OP_BEGIN,  /* is born; .value its pid */
    MP_OP_OUTPUT, /* prints a line; .value its bytes */
    MP_OP_SLEEP,  /* sleeps; .value milliseconds */
    MP_OP_END,    /* ends; .value the exit status */
    MP_OP_DIE,    /* was killed, or died unseen; .value status, -signal, or UNKNOWN */
    MP_OP_JOIN,   /* waits for the end of process .object; .value its status */
    MP_OP_FORGET, /* frees the entry of process .object, which was joined */
    /* objects; .object is its entry, .offset its place in the arena */
    MP_OP_CREATE,  /* .value is size in bytes | enum mp_kind << 56 */
    MP_OP_DESTROY, /* the memory may be used again */
    MP_OP_NAME,    /* a piece of a name: see struct mp_event */
    /* memory; .offset is in the arena */
    MP_OP_READ,   /* .value what was read */
    MP_OP_WRITE,  /* .value what was there before; MP_SETTLED tells what was written */
    MP_OP_UPDATE, /* atomic read-modify-write; values as for a write */
    MP_OP_READ_RANGE,  /* .value bytes */
    MP_OP_WRITE_RANGE, /* .value bytes */
    /* calls; .object is the lock or barrier, .value its version */
    MP_OP_LOCK_ACQUIRE,
    MP_OP_LOCK_TRY,
    MP_OP_LOCK_RELEASE,
    MP_OP_BARRIER_WAIT,
    MP_OPS,
};

/* Which part of an operation an event tells. */
enum mp_phase {
    MP_WANT,           /* stands before it; under control, or when it must wait */
    MP_DONE,           /* it has happened */
    MP_DONE_RECOVERED, /* a lock was acquired whose last owner died */
    MP_FAILED,         /* did not happen; .value is the errno */
    MP_SETTLED,        /* what the last write of this process wrote: .value */
    MP_PHASES,
};

enum mp_kind {
    MP_KIND_NONE,
    MP_KIND_SHARED, /* a struct, a number or an array: .type says it in C */
    MP_KIND_LOCK,
    MP_KIND_BARRIER,
    MP_KINDS,
};

/* mp_deed.info: phase, size of the access, flags. */
enum {
    MP_INFO_PHASE = 0x07,
    MP_INFO_SIZE = 0x38, /* log2 of the bytes of an access: 0 to 4 */
    MP_INFO_SIZE_SHIFT = 3,
    MP_INFO_STEP = 0x40,  /* this deed was a step */
    MP_INFO_ABOUT = 0x80, /* value was seen just before the access, free running */
};

struct mp_deed {
    uint64_t value;
    uint32_t offset; /* from the start of the arena */
    uint32_t place;  /* code address in the program's file; 0 unknown */
    uint32_t order;  /* place in the one order of a controlled run; 0 when free */
    uint16_t object; /* object table, or process table for the lives; 0 none */
    uint8_t op;      /* enum mp_op */
    uint8_t info;
};

/*
 * One record of a ring. A name comes as MP_OP_NAME records, 16 bytes a piece: .value and
 * then .offset and .place hold the bytes, .object the subject, and .info enum
 * mp_name_of and the number of the piece.
 */
struct mp_event {
    uint64_t when; /* clock ticks: struct mp_world_clock tells what they are */
    struct mp_deed deed;
};

enum mp_name_of {
    MP_NAME_OF_PROCESS = 0x00,
    MP_NAME_OF_OBJECT = 0x10,
    MP_NAME_OF_TYPE = 0x20,
    MP_NAME_PIECE = 0x0f,
};

static inline enum mp_phase mp_deed_phase(const struct mp_deed *d)
{
    return (enum mp_phase)(d->info & MP_INFO_PHASE);
}

static inline unsigned mp_deed_size(const struct mp_deed *d)
{
    return 1u << ((d->info & MP_INFO_SIZE) >> MP_INFO_SIZE_SHIFT);
}

/* The life of a process as the program sees it; the kernel's state is another thing. */
enum mp_life {
    MP_LIFE_NONE,    /* entry not in use */
    MP_LIFE_MADE,    /* has a name; nothing runs */
    MP_LIFE_STARTED, /* forked; has not begun its function */
    MP_LIFE_ALIVE,   /* runs its function */
    MP_LIFE_ENDED,   /* ended or killed; nobody has joined it */
    MP_LIFE_JOINED,  /* its parent has its status */
    MP_LIVES,
};

/* Three cache lines; what changes at every access is in the first. */
struct mp_process_entry {
    uint32_t version;    /* odd while it is being written */
    uint16_t parent;     /* process table; MP_NOBODY for main */
    uint8_t life;        /* enum mp_life */
    uint8_t waiting;     /* 1: stands before .now (at the gate, or asleep in the call) */
    struct mp_deed last; /* what it did last */
    uint64_t steps;
    uint64_t reads; /* exact, whatever was dropped */
    uint64_t writes;
    uint64_t unseen; /* accesses by other threads and inside signal handlers */

    struct mp_deed now;  /* what it does or wants next */
    uint32_t generation; /* how often this entry has been used */
    int32_t pid;
    int32_t status; /* exit status, or -signal; valid from MP_LIFE_ENDED on */
    uint32_t padding[7];

    char name[MP_NAME_SIZE];
};

/* Three cache lines; what changes is in the first. */
struct mp_object_entry {
    uint32_t version; /* odd while it is being written */
    uint32_t generation;
    uint32_t offset;  /* from the start of the arena */
    uint32_t size;    /* bytes */
    uint8_t kind;     /* enum mp_kind */
    uint8_t broken;   /* barrier: broken; lock: last owner died and nobody has it yet */
    uint16_t owner;   /* lock: who has it, or MP_NOBODY */
    uint32_t place;   /* lock: where it was taken */
    uint32_t changes; /* version of the object itself: counts what happened to it */
    uint32_t parties; /* barrier */
    uint32_t arrived; /* barrier: how many wait now */
    uint32_t padding;
    uint64_t taken;  /* lock: how often acquired; barrier: how often passed */
    uint64_t waited; /* how often somebody had to wait for it */
    uint64_t unused;
    char name[MP_NAME_SIZE];
    char type[MP_NAME_SIZE]; /* as written in C: "struct shared", "int[8]" */
};

/* So that no two of them, written by different processes, share a cache line. */
_Static_assert(sizeof(struct mp_process_entry) == 192, "three cache lines");
_Static_assert(sizeof(struct mp_object_entry) == 192, "three cache lines");

/* Bytes of shared memory that one deed touches; 0 where it is no access. */
static inline uint64_t mp_deed_bytes(const struct mp_deed *d)
{
    switch (d->op) {
    case MP_OP_READ:
    case MP_OP_WRITE:
    case MP_OP_UPDATE:
        return mp_deed_size(d);
    case MP_OP_READ_RANGE:
    case MP_OP_WRITE_RANGE:
        return d->value;
    default:
        return 0;
    }
}

/* Is this operation a step under this grain? */
static inline bool mp_op_is_step(enum mp_op op, enum mp_grain grain)
{
    switch (op) {
    case MP_OP_START:
    case MP_OP_BEGIN:
    case MP_OP_OUTPUT:
    case MP_OP_END:
    case MP_OP_JOIN:
        return grain == MP_GRAIN_LIVES;
    case MP_OP_READ:
    case MP_OP_WRITE:
    case MP_OP_UPDATE:
    case MP_OP_READ_RANGE:
    case MP_OP_WRITE_RANGE:
        return grain == MP_GRAIN_MEMORY;
    case MP_OP_LOCK_ACQUIRE:
    case MP_OP_LOCK_TRY:
    case MP_OP_LOCK_RELEASE:
        return grain != MP_GRAIN_LIVES;
    default:
        return false;
    }
}

#endif
