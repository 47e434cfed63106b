// SPDX-License-Identifier: MIT
/*
 * The clock that stamps events: the processor's own counter where there is one that user
 * code may read (a third of the cost of clock_gettime), else nanoseconds. The world's
 * header has one reading of both, so a reader can turn ticks into time.
 */
#ifndef MP_CLOCK_H
#define MP_CLOCK_H

#include <stdint.h>
#include <time.h>

static inline uint64_t mp_nanoseconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static inline uint64_t mp_ticks(void)
{
#if defined(__x86_64__)
    return __builtin_ia32_rdtsc();
#elif defined(__aarch64__)
    uint64_t ticks;
    __asm__ volatile("mrs %0, cntvct_el0" : "=r"(ticks));
    return ticks;
#else
    return mp_nanoseconds();
#endif
}

#endif
