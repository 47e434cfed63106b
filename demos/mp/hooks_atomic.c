// SPDX-License-Identifier: MIT
/*
 * Atomic operations. Compiled with -fsanitize=thread they are calls, so they are done here,
 * whether shared or not; always with the strongest ordering, which every caller may have.
 * In shared memory a load is a read, a store is a write, and the rest is an update: one step
 * that reads and writes.
 */
#include "hooks.h"

#define TELL(op, memory, size)                                                           \
    do {                                                                                 \
        const void *place_ = (const void *)(uintptr_t)(memory);                          \
        if (mp_is_shared(place_)) {                                                      \
            mp_access_atomic(op, place_, size, __builtin_return_address(0));             \
        }                                                                                \
    } while (0)

#define ATOMIC_LOAD_STORE(bits, type)                                                    \
    type __tsan_atomic##bits##_load(const volatile type *memory, int order);             \
    type __tsan_atomic##bits##_load(const volatile type *memory, int order)              \
    {                                                                                    \
        (void)order;                                                                     \
        TELL(MP_OP_READ, memory, sizeof(type));                                          \
        return __atomic_load_n(memory, __ATOMIC_SEQ_CST);                                \
    }                                                                                    \
    void __tsan_atomic##bits##_store(volatile type *memory, type value, int order);      \
    void __tsan_atomic##bits##_store(volatile type *memory, type value, int order)       \
    {                                                                                    \
        (void)order;                                                                     \
        TELL(MP_OP_WRITE, memory, sizeof(type));                                         \
        __atomic_store_n(memory, value, __ATOMIC_SEQ_CST);                               \
    }

#define ATOMIC_UPDATE(bits, type, name, builtin)                                         \
    type __tsan_atomic##bits##_##name(volatile type *memory, type value, int order);     \
    type __tsan_atomic##bits##_##name(volatile type *memory, type value, int order)      \
    {                                                                                    \
        (void)order;                                                                     \
        TELL(MP_OP_UPDATE, memory, sizeof(type));                                        \
        return builtin(memory, value, __ATOMIC_SEQ_CST);                                 \
    }

#define ATOMIC_SWAP(bits, type, name)                                                    \
    int __tsan_atomic##bits##_compare_exchange_##name(                                   \
        volatile type *memory, type *expected, type value, int order, int order_failed); \
    int __tsan_atomic##bits##_compare_exchange_##name(                                   \
        volatile type *memory, type *expected, type value, int order, int order_failed)  \
    {                                                                                    \
        (void)order;                                                                     \
        (void)order_failed;                                                              \
        const void *place = (const void *)(uintptr_t)memory;                             \
        if (mp_is_shared(place)) {                                                       \
            mp_access_swap(place, sizeof(type), (uint64_t)*expected,                     \
                           __builtin_return_address(0));                                 \
        }                                                                                \
        return __atomic_compare_exchange_n(memory, expected, value, 0, __ATOMIC_SEQ_CST, \
                                           __ATOMIC_SEQ_CST);                            \
    }

#define ATOMIC_SWAP_VALUE(bits, type)                                                    \
    type __tsan_atomic##bits##_compare_exchange_val(                                     \
        volatile type *memory, type expected, type value, int order, int order_failed);  \
    type __tsan_atomic##bits##_compare_exchange_val(                                     \
        volatile type *memory, type expected, type value, int order, int order_failed)   \
    {                                                                                    \
        (void)order;                                                                     \
        (void)order_failed;                                                              \
        const void *place = (const void *)(uintptr_t)memory;                             \
        if (mp_is_shared(place)) {                                                       \
            mp_access_swap(place, sizeof(type), (uint64_t)expected,                      \
                           __builtin_return_address(0));                                 \
        }                                                                                \
        __atomic_compare_exchange_n(memory, &expected, value, 0, __ATOMIC_SEQ_CST,       \
                                    __ATOMIC_SEQ_CST);                                   \
        return expected;                                                                 \
    }

#define ATOMICS(bits, type)                                                              \
    ATOMIC_LOAD_STORE(bits, type)                                                        \
    ATOMIC_UPDATE(bits, type, exchange, __atomic_exchange_n)                             \
    ATOMIC_UPDATE(bits, type, fetch_add, __atomic_fetch_add)                             \
    ATOMIC_UPDATE(bits, type, fetch_sub, __atomic_fetch_sub)                             \
    ATOMIC_UPDATE(bits, type, fetch_and, __atomic_fetch_and)                             \
    ATOMIC_UPDATE(bits, type, fetch_or, __atomic_fetch_or)                               \
    ATOMIC_UPDATE(bits, type, fetch_xor, __atomic_fetch_xor)                             \
    ATOMIC_UPDATE(bits, type, fetch_nand, __atomic_fetch_nand)                           \
    ATOMIC_SWAP(bits, type, strong)                                                      \
    ATOMIC_SWAP(bits, type, weak)                                                        \
    ATOMIC_SWAP_VALUE(bits, type)

ATOMICS(8, uint8_t)
ATOMICS(16, uint16_t)
ATOMICS(32, uint32_t)
ATOMICS(64, uint64_t)

void __tsan_atomic_thread_fence(int order);
void __tsan_atomic_signal_fence(int order);

void __tsan_atomic_thread_fence(int order)
{
    (void)order;
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
}

void __tsan_atomic_signal_fence(int order)
{
    (void)order;
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
}
