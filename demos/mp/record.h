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
    MP_OP_MAKE,  /* made process .object; .value its generation, .offset its pool, or 0 */
    MP_OP_START, /* started process .object; .value its pid */
    MP_OP_BEGIN, /* is born; .value its pid */
    MP_OP_OUTPUT, /* prints a line; .value its bytes */
    MP_OP_SLEEP,  /* sleeps; .value milliseconds */
    MP_OP_END,    /* ends; .value the exit status */
    MP_OP_DIE,    /* was killed, or died unseen; .value status, -signal, or UNKNOWN */
    MP_OP_JOIN, /* waits for the end of process .object; .value its status, 0 of a parent */
    MP_OP_FORGET, /* frees the entry of process .object, which was joined */
    /* objects; .object is its entry, .offset its place in the arena */
    MP_OP_CREATE,  /* .value is mp_create_value(); .place is entry .parties */
    MP_OP_DESTROY, /* the memory may be used again */
    MP_OP_NAME,    /* a piece of a name: see struct mp_event */
    /* memory; .offset is in the arena */
    MP_OP_READ,   /* .value what was read */
    MP_OP_WRITE,  /* .value what was there before; MP_SETTLED tells what was written */
    MP_OP_UPDATE, /* atomic read-modify-write; values as for a write */
    MP_OP_READ_RANGE,  /* .value bytes */
    MP_OP_WRITE_RANGE, /* .value bytes */
    /* calls; .object is what they are about; of a lock .value is its version */
    MP_OP_LOCK_ACQUIRE,
    MP_OP_LOCK_TRY,
    MP_OP_LOCK_RELEASE,
    MP_OP_BARRIER_WAIT, /* WANT: has come; .value the round. WANT and LAST: has not, for the
                            round before is not over; and TRY: is the last, and is about to run
                            the action (under control). FAILED: broke it; ENOTRECOVERABLE: was
                            refused */
    MP_OP_BARRIER_RESET, /* .value 1: broken for all (abort); 0: as new (reset) */
    MP_OP_SEM_ACQUIRE,
    MP_OP_SEM_RELEASE, /* .value permits given back */
    MP_OP_EVENT_SET,
    MP_OP_EVENT_CLEAR,
    MP_OP_EVENT_WAIT,  /* WANT: .value is .taken of the event when it came */
    MP_OP_COND_WAIT,   /* gives the lock back (an event of its own) and sleeps */
    MP_OP_COND_WAKE,   /* was woken, or gave up; has the lock again (likewise). WANT and
                          LAST: waits for nothing but the lock */
    MP_OP_COND_NOTIFY, /* woke process .offset, or nobody: MP_NOBODY; one event for each.
                          FAILED: process .offset, of generation .value, had died there */
    MP_OP_QUEUE_PUT,   /* .offset the item's number, from 0; .value its first 8 bytes */
    MP_OP_QUEUE_GET,   /* likewise */
    MP_OP_QUEUE_CLOSE,
    MP_OP_QUEUE_DONE, /* one item has been worked on; LAST: this process owes no other */
    MP_OP_QUEUE_JOIN, /* waits until all items have been worked on; FAILED with EOWNERDEAD:
                          .offset items that nobody will work on, for who took them died */
    /* .object is the pool; tasks are numbered from 0 over the life of a pool */
    MP_OP_TASKS_GIVE,  /* .offset the first task, .value how many */
    MP_OP_TASK_TAKE,   /* a worker: .offset the first, .value how many: one chunk */
    MP_OP_TASK_FINISH, /* .offset the task, .value the first 8 bytes of its result; FAILED:
                           .value its code, a message before it as a name. LAST: who waits
                           for results has what it waits for */
    MP_OP_TASK_LOST,   /* by the owner: .offset the task, .value the worker that died with
                           it; what else that one had of its chunk can be taken again. The
                           reason before it as a name */
    MP_OP_TASKS_CANCEL, /* by the owner: .offset the first, .value how many */
    MP_OP_TASKS_WAIT,   /* the owner waits for results */
    MP_OP_POOL_CLOSE,   /* .value enum mp_pool_end */
    /* .object is the pipe, .offset the end that acts (0, 1), .value bytes of the message */
    MP_OP_PIPE_SEND,
    MP_OP_PIPE_RECV,  /* FAILED with 0: only looked, there is a message, or the end */
    MP_OP_PIPE_CLOSE, /* this process has that end no more */
    MP_OPS,
};

/* How a pool no longer takes tasks: entry .broken. */
enum mp_pool_end {
    MP_POOL_OPEN,
    MP_POOL_CLOSED,     /* what was given is still worked on */
    MP_POOL_TERMINATED, /* what was not taken yet is cancelled */
    MP_POOL_GAVE_UP,    /* too many workers died without having finished a task */
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
    MP_KIND_RLOCK, /* a lock that its owner may take again */
    MP_KIND_SEMAPHORE,
    MP_KIND_EVENT,
    MP_KIND_CONDITION,
    MP_KIND_QUEUE, /* .type is that of an item */
    MP_KIND_POOL,  /* .type says the task and its result: "int count_primes" */
    MP_KIND_PIPE,
    MP_KINDS,
};

/* mp_deed.info: phase, size of the access, flags. */
enum {
    MP_INFO_PHASE = 0x07,
    MP_INFO_SIZE = 0x38, /* log2 of the bytes of an access: 0 to 4 */
    MP_INFO_SIZE_SHIFT = 3,
    MP_INFO_TRY = 0x08,   /* a call: does not wait (timeout 0), so it can always go */
    MP_INFO_LAST = 0x10,  /* a call: see COND_WAKE, QUEUE_DONE, TASK_FINISH */
    MP_INFO_STEP = 0x40,  /* this deed was a step */
    MP_INFO_ABOUT = 0x80, /* free running: value was seen just before the access */
    MP_INFO_ATOMIC =
        0x80, /* under control: the access was in one piece, by an atomic load,
                              store or update; mp_deed_is_atomic() */
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
    MP_NAME_OF_ERROR = 0x30, /* why the next task that fails does: subject is the pool */
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

/* An access that cannot be half done: others are before it or after it. */
static inline bool mp_deed_is_atomic(const struct mp_deed *d)
{
    return d->op == MP_OP_UPDATE || (d->order != 0 && (d->info & MP_INFO_ATOMIC) != 0);
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
    int32_t status;   /* exit status, or -signal; valid from MP_LIFE_ENDED on */
    uint16_t pool;    /* object table: works in this pool; 0 none */
    uint8_t notified; /* COND_WAKE, TASKS_WAIT: what it waits for has happened; written by
                          whoever made it happen */
    uint8_t unused;
    uint32_t task;     /* a worker: its task now, plus 1; 0 none */
    uint32_t task_end; /* ... and the end of its chunk: last task plus 1 */
    uint32_t padding[4];

    char name[MP_NAME_SIZE];
};

/*
 * Four cache lines; what changes is in the first two.
 *
 *              parties        arrived       taken          given         broken
 *   lock                                    acquired                     owner has died
 *   rlock                     depth         acquired                     owner has died
 *   barrier    parties        wait now      passed                       broken
 *   semaphore  most permits   permits       acquired
 *   event                     1: is set     set
 *   condition  its lock       wait now                     notified      a woken one died
 *   queue      capacity                     items taken    items put     1: closed
 *   pool       workers                      tasks taken    tasks given   enum mp_pool_end
 *   pipe                                    see below
 *
 * Inside a queue are given - taken items, the oldest of them number `taken`; they lie at
 * MP_QUEUE_HEAD bytes behind `offset`, item n in place n % capacity, all places of one size
 * and nothing behind the last of them.
 */
struct mp_object_entry {
    uint32_t version; /* odd while it is being written */
    uint32_t generation;
    uint32_t offset; /* from the start of the arena */
    uint32_t size;   /* bytes */
    uint8_t kind;    /* enum mp_kind */
    uint8_t broken;
    uint16_t owner;   /* lock: who has it, or MP_NOBODY; pool: who made it */
    uint32_t place;   /* lock: where it was taken */
    uint32_t changes; /* version of the object itself: counts what happened to it */
    uint32_t parties;
    uint32_t arrived;
    uint32_t padding;
    uint64_t waited; /* how often somebody had to wait for it */
    uint64_t given;
    uint64_t spare;

    /* From here on what the takers of a queue write, in a cache line of their own. */
    uint64_t taken;
    uint64_t finished; /* pool: tasks finished, failed, lost, cancelled; queue: done */
    /* Sets of processes. Queue: [0] who owes a QUEUE_DONE; [1][0] is 1 when somebody who did
       died and its entry has been used again. Pipe: who has end 0 and 1. */
    uint64_t members[2][2];
    /* Pipe: messages on their way to end 0, to end 1. */
    uint32_t messages[2];
    uint64_t spare_too;

    char name[MP_NAME_SIZE];
    char type[MP_NAME_SIZE]; /* as written in C: "struct shared", "int[8]" */
};

enum { MP_QUEUE_HEAD = 512 };

static inline uint64_t mp_create_value(const struct mp_object_entry *entry)
{
    return entry->size | (uint64_t)entry->arrived << 32 | (uint64_t)entry->kind << 56;
}
enum { MP_ARRIVED_MOST = 0xffffff }; /* that an object can begin with */

/* So that no two of them, written by different processes, share a cache line. */
_Static_assert(sizeof(struct mp_process_entry) == 192, "three cache lines");
_Static_assert(sizeof(struct mp_object_entry) == 256, "four cache lines");

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
    case MP_OP_SEM_ACQUIRE:
    case MP_OP_SEM_RELEASE:
    case MP_OP_EVENT_SET:
    case MP_OP_EVENT_CLEAR:
    case MP_OP_EVENT_WAIT:
    case MP_OP_COND_WAIT:
    case MP_OP_COND_WAKE:
    case MP_OP_COND_NOTIFY:
    case MP_OP_QUEUE_PUT:
    case MP_OP_QUEUE_GET:
    case MP_OP_QUEUE_CLOSE:
    case MP_OP_QUEUE_DONE:
    case MP_OP_TASK_TAKE:
    case MP_OP_TASK_FINISH:
    case MP_OP_PIPE_SEND:
    case MP_OP_PIPE_RECV:
    case MP_OP_PIPE_CLOSE:
        return grain != MP_GRAIN_LIVES;
    default:
        return false;
    }
}

#endif
