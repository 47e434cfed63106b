// SPDX-License-Identifier: MIT
/*
 * memcpy and its family, wrapped at link time (-Wl,--wrap=memcpy, ...): one compiler copies
 * structs by a plain memcpy that has no hook. A copy is one read and one write.
 */
#include "hooks.h"

#include <string.h>

void *__real_memcpy(void *to, const void *from, size_t size);
void *__real_memmove(void *to, const void *from, size_t size);
void *__real_memset(void *to, int byte, size_t size);
char *__real_strcpy(char *to, const char *from);
void *__wrap_memcpy(void *to, const void *from, size_t size);
void *__wrap_memmove(void *to, const void *from, size_t size);
void *__wrap_memset(void *to, int byte, size_t size);
char *__wrap_strcpy(char *to, const char *from);

static inline void copied(const void *to, const void *from, size_t size,
                          const void *return_address)
{
    if (mp_is_shared(from)) {
        mp_access_range(MP_OP_READ_RANGE, from, size, return_address);
    }
    if (mp_is_shared(to)) {
        mp_access_range(MP_OP_WRITE_RANGE, to, size, return_address);
    }
}

void *__wrap_memcpy(void *to, const void *from, size_t size)
{
    copied(to, from, size, __builtin_return_address(0));
    return __real_memcpy(to, from, size);
}

void *__wrap_memmove(void *to, const void *from, size_t size)
{
    copied(to, from, size, __builtin_return_address(0));
    return __real_memmove(to, from, size);
}

void *__wrap_memset(void *to, int byte, size_t size)
{
    if (mp_is_shared(to)) {
        mp_access_range(MP_OP_WRITE_RANGE, to, size, __builtin_return_address(0));
    }
    return __real_memset(to, byte, size);
}

char *__wrap_strcpy(char *to, const char *from)
{
    if (mp_is_shared(to) || mp_is_shared(from)) {
        copied(to, from, strlen(from) + 1, __builtin_return_address(0));
    }
    return __real_strcpy(to, from);
}
