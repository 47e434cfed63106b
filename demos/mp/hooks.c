// SPDX-License-Identifier: MIT
/*
 * The access hooks. Programs are compiled with -fsanitize=thread, so the compiler calls one
 * of these before each read and write of memory; they are linked without that sanitizer's
 * runtime, and find these instead. An address outside the arena costs one compare. Inside,
 * it is an event and, under control, a step.
 *
 * A hook runs before its access. Under control nobody else runs then, so what is read here
 * is what the program reads; what it writes is told when it next stops (mp_settle). Free
 * running, the value is what was there just before: marked ABOUT.
 */
#include "hooks.h"

#include "event.h"

/* Not recorded, but counted: another thread, a signal handler, a process without entry. */
static void count_unseen(void)
{
    if (mp_me->entry != NULL && mp_inside != MP_IN_MP) {
        __atomic_add_fetch(&mp_me->entry->unseen, 1, __ATOMIC_RELAXED);
    }
}

static void note_pending(struct mp_self *me, const struct mp_deed *deed)
{
    if (deed->op == MP_OP_WRITE || deed->op == MP_OP_UPDATE) {
        me->write = *deed;
        me->unsettled = true;
    }
}

/* What is not in the deed: is it in one piece; and of a compare-and-swap, what must be there
   for it to be an update. */
struct manner {
    bool atomic, swaps;
    uint64_t expected;
};

static void look(struct mp_deed *deed, const void *memory, const struct manner *manner)
{
    if (deed->op == MP_OP_READ_RANGE || deed->op == MP_OP_WRITE_RANGE) {
        return; /* .value is its length */
    }
    deed->value = mp_value_at(memory, mp_deed_size(deed));
    if (manner->swaps && deed->value != manner->expected) {
        deed->op = MP_OP_READ;
    }
}

static void access_controlled(struct mp_self *me, struct mp_deed deed, const void *memory,
                              const struct manner *manner)
{
    mp_settle(me);
    struct mp_stop_for stop = {.deed = deed};
    if (atomic_load(&mp_the_world->gate.grain) == MP_GRAIN_MEMORY) {
        mp_gate_stop(me, &stop);
    }
    look(&deed, memory, manner);
    deed.info |= (uint8_t)(MP_DONE | (stop.step ? MP_INFO_STEP : 0) |
                           (manner->atomic ? MP_INFO_ATOMIC : 0));
    if (deed.op == MP_OP_READ) {
        mp_gate_repeats(me, &deed);
    } else {
        atomic_store_explicit(&me->seat->repeats, 0, memory_order_relaxed);
    }
    mp_emit(me, deed);
    note_pending(me, &deed);
}

static void access_free(struct mp_self *me, struct mp_deed deed, const void *memory,
                        const struct manner *manner)
{
    me->unsettled = false;
    look(&deed, memory, manner);
    deed.info |= MP_DONE | MP_INFO_ABOUT;
    mp_append(me->seat, me->ring, &deed); /* as mp_record() in a free run */
    mp_apply_to_self(me->entry, &deed);
}

static void record_access(enum mp_op op, const void *memory, size_t size,
                          const void *return_address, const struct manner *manner)
{
    if (mp_inside != MP_OUTSIDE) {
        count_unseen();
        return;
    }
    mp_inside = MP_IN_HOOK;
    struct mp_self *me = mp_self();
    if (me == NULL) {
        count_unseen();
        mp_inside = MP_OUTSIDE;
        return;
    }
    struct mp_deed deed = {.op = (uint8_t)op,
                           .offset = (uint32_t)((uintptr_t)memory - mp_arena_begin),
                           .place = mp_place(return_address)};
    if (op == MP_OP_READ_RANGE || op == MP_OP_WRITE_RANGE) {
        deed.value = size;
    } else {
        deed.info = (uint8_t)(__builtin_ctzl(size) << MP_INFO_SIZE_SHIFT);
    }
    if (mp_mode() == MP_MODE_FREE) {
        access_free(me, deed, memory, manner);
    } else {
        access_controlled(me, deed, memory, manner);
    }
    mp_inside = MP_OUTSIDE;
}

void mp_access(enum mp_op op, const void *memory, size_t size, const void *return_address)
{
    static const struct manner plain;
    record_access(op, memory, size, return_address, &plain);
}

void mp_access_atomic(enum mp_op op, const void *memory, size_t size,
                      const void *return_address)
{
    static const struct manner atomic = {.atomic = true};
    record_access(op, memory, size, return_address, &atomic);
}

void mp_access_swap(const void *memory, size_t size, uint64_t expected,
                    const void *return_address)
{
    struct manner manner = {.atomic = true, .swaps = true, .expected = expected};
    record_access(MP_OP_UPDATE, memory, size, return_address, &manner);
}

void mp_access_range(enum mp_op op, const void *memory, size_t size,
                     const void *return_address)
{
    if (size == 0) {
        return;
    }
    /* One compiler copies a small struct as a number, another by memcpy: the same step. */
    if (size <= 16 && (size & (size - 1)) == 0) {
        op = op == MP_OP_READ_RANGE ? MP_OP_READ : MP_OP_WRITE;
    }
    mp_access(op, memory, size, return_address);
}

/* --- what the compilers call --------------------------------------------------------------- */

#define HOOK(name, op, size)                                                             \
    void name(void *memory);                                                             \
    void name(void *memory)                                                              \
    {                                                                                    \
        if (mp_is_shared(memory)) {                                                      \
            mp_access(op, memory, size, __builtin_return_address(0));                    \
        }                                                                                \
    }

#define HOOKS(size)                                                                      \
    HOOK(__tsan_read##size, MP_OP_READ, size)                                            \
    HOOK(__tsan_write##size, MP_OP_WRITE, size)                                          \
    HOOK(__tsan_unaligned_read##size, MP_OP_READ, size)                                  \
    HOOK(__tsan_unaligned_write##size, MP_OP_WRITE, size)                                \
    HOOK(__tsan_volatile_read##size, MP_OP_READ, size)                                   \
    HOOK(__tsan_volatile_write##size, MP_OP_WRITE, size)                                 \
    HOOK(__tsan_unaligned_volatile_read##size, MP_OP_READ, size)                         \
    HOOK(__tsan_unaligned_volatile_write##size, MP_OP_WRITE, size)

HOOKS(1)
HOOKS(2)
HOOKS(4)
HOOKS(8)
HOOKS(16)

/* A read and a write in one call, where a compiler was told to join them. */
#define HOOK_BOTH(size)                                                                  \
    void __tsan_read_write##size(void *memory);                                          \
    void __tsan_read_write##size(void *memory)                                           \
    {                                                                                    \
        if (mp_is_shared(memory)) {                                                      \
            mp_access(MP_OP_READ, memory, size, __builtin_return_address(0));            \
            mp_access(MP_OP_WRITE, memory, size, __builtin_return_address(0));           \
        }                                                                                \
    }

HOOK_BOTH(1)
HOOK_BOTH(2)
HOOK_BOTH(4)
HOOK_BOTH(8)
HOOK_BOTH(16)

#define HOOK_RANGE(name, op)                                                             \
    void name(void *memory, unsigned long size);                                         \
    void name(void *memory, unsigned long size)                                          \
    {                                                                                    \
        if (mp_is_shared(memory)) {                                                      \
            mp_access_range(op, memory, size, __builtin_return_address(0));              \
        }                                                                                \
    }

HOOK_RANGE(__tsan_read_range, MP_OP_READ_RANGE)
HOOK_RANGE(__tsan_write_range, MP_OP_WRITE_RANGE)

/* Called too, and of no interest here. */
void __tsan_init(void);
void __tsan_func_entry(void *caller);
void __tsan_func_exit(void);
void __tsan_ignore_thread_begin(void);
void __tsan_ignore_thread_end(void);

void __tsan_init(void)
{
}

void __tsan_func_entry(void *caller)
{
    (void)caller;
}

void __tsan_func_exit(void)
{
}

void __tsan_ignore_thread_begin(void)
{
}

void __tsan_ignore_thread_end(void)
{
}
