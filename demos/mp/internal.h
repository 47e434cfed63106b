// SPDX-License-Identifier: MIT
/*
 * What the files of mp share with each other and with nobody else: who I am, the arena,
 * writing events, the gate, the one wait.
 */
#ifndef MP_INTERNAL_H
#define MP_INTERNAL_H

#include "mp.h"
#include "world.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>

/*
 * Who this process is. Lies in a page that fork wipes: in a child of a bare fork it is all
 * zero, and mp_self() registers the child by itself.
 */
struct mp_self {
    struct mp_process_entry *entry; /* NULL: not registered */
    struct mp_seat *seat;
    struct mp_event *ring;
    unsigned slot;
    bool unrecorded; /* no entry was free: this process runs unseen */
    /* The last write under control, whose value is told when this process next stops. */
    bool unsettled;
    struct mp_deed write;
    /* The same read or failing try, over and over: a loop that spins. */
    struct mp_deed repeated;
    struct mp_process *process; /* mp_current() of a child */
};

extern struct mp_self *mp_me; /* never NULL once mp has started */
extern struct mp_world *mp_the_world;
extern int mp_world_fd;
extern bool mp_run_by_lab;       /* the world was given, not made */
extern uintptr_t mp_arena_begin; /* [begin, begin + size): what the hooks look at */
extern uintptr_t mp_arena_size;
extern uintptr_t mp_program_base; /* load address of the program's file */

/* Only the first thread of a process records; it is one in each process after a fork. */
extern _Thread_local bool mp_first_thread;
/* Inside mp: what is entered now records nothing. IN_HOOK: in the middle of a record, or at
   the gate; it comes from a signal handler, and is counted. IN_MP: it is mp's own. */
enum { MP_OUTSIDE, MP_IN_HOOK, MP_IN_MP };
extern _Thread_local uint8_t mp_inside;

/* A process that is not registered yet: registers it. Else as mp_self(). */
struct mp_self *mp_self_first(void);

/* Registers on first use. NULL: this process, or this thread, is not recorded. */
static inline struct mp_self *mp_self(void)
{
    struct mp_self *me = mp_me;
    if (me->entry == NULL) {
        return mp_self_first();
    }
    return mp_first_thread ? me : NULL;
}

/* Takes a free entry of the process table: its slot, or MP_NOBODY. */
unsigned mp_slot_take(void);
void mp_slot_give_back(unsigned slot);
void mp_become(unsigned slot); /* this process is the one in that entry */
/* Fills an entry for a process that is not born yet, and tells so. */
void mp_slot_make(struct mp_self *writer, unsigned slot, unsigned parent,
                  const char *name, uint16_t pool);
void mp_begin(struct mp_self *me, bool step); /* is born: from here on it is alive */
/* Returns once for each run that is asked for, each time in a new process. (zygote.c) */
void mp_zygote_serve(struct mp_world *world, int fd);

/* On so many processors the kernel may run this process: one system call, no file. */
long mp_cpus_allowed(void);

/* So many processors the cgroups allow that the file `groups` names (/proc/self/cgroup), with
   their files under `root` (/sys/fs/cgroup), rounded up. 0: there is no quota. */
long mp_cpu_quota(const char *groups, const char *root);

static inline uint32_t mp_place(const void *return_address)
{
    uintptr_t call = (uintptr_t)return_address - 1 - mp_program_base;
    return call <= UINT32_MAX ? (uint32_t)call : 0;
}
#define MP_CALLER mp_place(__builtin_return_address(0))

/* The number at this place; of 16 bytes, the first 8. Reads it in one piece where the
   machine can, as the access that is told about would. */
static inline uint64_t mp_value_at(const volatile void *memory, unsigned size)
{
    struct unaligned {
        union {
            uint8_t one;
            uint16_t two;
            uint32_t four;
            uint64_t eight;
        };
    } __attribute__((packed, may_alias));
    const volatile struct unaligned *value = memory;
    switch (size) {
    case 1:
        return value->one;
    case 2:
        return value->two;
    case 4:
        return value->four;
    default:
        return value->eight;
    }
}

static inline enum mp_mode mp_mode(void)
{
    return (enum mp_mode)atomic_load_explicit(&mp_the_world->gate.mode,
                                              memory_order_relaxed);
}

static inline bool mp_is_alone(void)
{
    return atomic_load_explicit(&mp_the_world->gate.alive, memory_order_relaxed) <= 1;
}

/* --- events (emit.c) ------------------------------------------------------------------ */

/* Writes an event into my ring, and what it says into the tables. */
void mp_emit(struct mp_self *me, struct mp_deed deed);
/* The same for whoever calls: of a thread that is not recorded (NULL) the tables learn. */
void mp_tell(struct mp_self *me, struct mp_deed deed);
/* A call that was announced did not happen: why, as -errno. */
void mp_tell_failed(struct mp_self *me, struct mp_deed deed, int rc, bool step);
/* A name, as records of 16 bytes. */
void mp_emit_name(struct mp_self *me, enum mp_name_of of, unsigned subject,
                  const char *text);
/* Under control: tells what the last write wrote. */
void mp_settle(struct mp_self *me);

/* --- the gate and the one wait (gate.c) ----------------------------------------------- */

/* What a process stops for, and how it went on. */
struct mp_stop_for {
    struct mp_deed deed;
    uint64_t deadline; /* milliseconds of a timed wait; 0: none */
    bool announced;    /* .now is published already, by the caller */
    bool may_stop;     /* a wait that the stop flag ends */
    bool tried;        /* in vain: stops also when alone, for then it is stuck */
    bool step;         /* out: this turn was a step */
    bool timed_out;    /* out: this turn is the time-out */
};

/* Under control: stops before the deed until it is this process's turn. Free, or alone
   (there is nobody to choose between): returns at once. */
void mp_gate_stop(struct mp_self *me, struct mp_stop_for *stop);

/* The first stop of a child whose parent has published it at the gate already. */
void mp_gate_begin(struct mp_self *me, struct mp_stop_for *stop);

/* Hands the baton on without stopping: the process is about to end. */
void mp_gate_leave(struct mp_self *me);

/* After a failing try or a read: is this one more turn of a loop that spins? */
void mp_gate_repeats(struct mp_self *me, const struct mp_deed *deed);

/*
 * The one wait: every blocking call is this loop. Gate; try; else sleep on *sequence, at
 * most 100 ms; gate again. `attempt` returns >= 0 or an error that ends the wait, or
 * -EAGAIN to wait on.
 * Returns what attempt returned; -EAGAIN with timeout 0; -ETIMEDOUT; -EINTR when the stop
 * flag is set; -EINVAL.
 */
struct mp_waiting {
    struct mp_deed deed;
    int (*attempt)(void *context);
    bool (*can_go)(const void *context); /* or NULL: looked at for a while before sleeping */
    void *context;
    _Atomic uint32_t *sequence; /* futex: moves when it is worth trying again */
    _Atomic uint32_t *sleepers; /* counts who sleeps on it */
    int fd; /* where sequence is NULL: readable when it is worth trying again */
    struct pollfd *fds; /* where it is one of several: these, and not fd */
    size_t fd_count;
    bool to_the_end; /* goes on although the program has been told to stop */
    bool announced;  /* the WANT event was written by the caller */
    bool step;       /* out: the deed is a step of a controlled run */
};
int mp_wait(struct mp_self *me, struct mp_waiting *waiting, int timeout_ms);

/* For a limit that holds for several waits: milliseconds of the clock that waits go by, under
   control one that only waits move; and what is left of a timeout that began then. */
uint64_t mp_time_of_waits(void);
int mp_time_left(uint64_t begin, int timeout_ms);

static inline void mp_pause_processor(void)
{
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

/* Before sleeping, free running: looks for a while whether it has become so, for a wake-up
   costs much more. True: it has. With one processor it does not look: nobody else runs. */
bool mp_spin(bool (*so)(const void *context), const void *context);

/* Has the process in this entry ended, also when nobody has taken note of it yet? Then it
   is noted. Free running only: under control the controller looks. (notice.c) */
bool mp_notice_death(unsigned slot);

/* mp_set_stop_flag(): the flag of this process, or NULL; and whether it is set. */
extern volatile sig_atomic_t *mp_stop_flag;
static inline bool mp_is_told_to_stop(void)
{
    return mp_stop_flag != NULL && *mp_stop_flag != 0;
}

enum { MP_SLEEP_MS = 100 }; /* the longest sleep: who was to wake us may have died */

/* --- memory and objects (shared.c) ---------------------------------------------- */

void *mp_arena_alloc(size_t size);
void mp_arena_free(void *memory, size_t size);
uint32_t mp_arena_offset(const void *memory);
void *mp_arena_at(uint32_t offset);

struct mp_new_object {
    enum mp_kind kind;
    size_t size;      /* bytes in the arena, below 4 GiB */
    const char *name; /* as the program wrote it: "&job.start" */
    const char *type; /* copied */
    uint32_t parties; /* what its entry begins with */
    uint32_t arrived; /* likewise; at most MP_ARRIVED_MOST */
    void *memory;     /* for mp_object_add: where it lies */
};

/* Opens the world, takes memory from the arena, zeroed, and enters the object: *memory and
   its *index in the table. 0, -ENOMEM, or why there is no world. */
int mp_object_new(void **memory, struct mp_new_object object, uint16_t *index);

/* A shared object with a name of its own, zeroed; NULL: no memory. */
void *mp_shared_named(size_t bytes, const char *type, const char *name);

/* Enters an object into the table: its index, or 0 when the table is full. */
uint16_t mp_object_add(const struct mp_new_object *object);
void mp_object_remove(uint16_t object);
/* Does a living process wait in a call about this object? */
bool mp_object_is_waited_for(uint16_t object);
/* "&job.start" -> "start", "&shared->lock" -> "lock". */
const char *mp_plain_name(const char *expression);

/* A small lock for mp's own tables: robust, only ever tried, left again within moments. */
void mp_guard_init(pthread_mutex_t *mutex);
void mp_guard_enter(pthread_mutex_t *mutex);
void mp_guard_leave(pthread_mutex_t *mutex);
/* One try: 0, MP_RECOVERED (the last holder died inside), -EAGAIN. */
static inline int mp_guard_try(pthread_mutex_t *mutex)
{
    int error = pthread_mutex_trylock(mutex);
    if (error == 0) {
        return 0;
    }
    if (error == EOWNERDEAD) {
        pthread_mutex_consistent(mutex);
        return MP_RECOVERED;
    }
    return -EAGAIN;
}

/* Starts the program's own world, unless the lab gave one. 0 or -errno. */
int mp_world_open(void);

/* Printed lines become events (output.c). */
void mp_output_open(void);

/* Main has an end too (process.c). */
void mp_process_open(void);

#endif
