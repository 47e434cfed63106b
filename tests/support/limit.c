// SPDX-License-Identifier: MIT
// Deadlines on the monotonic clock, scaled for slow builds and busy machines.
#include "limit.h"

#include <limits.h>
#include <stdlib.h>
#include <time.h>

static int64_t now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

double limit_factor(void)
{
    const char *text = getenv("TEST_TIMEOUT_FACTOR");
    char *end;
    double factor;

    if (!text || !*text)
        return 1;
    factor = strtod(text, &end);
    return *end == '\0' && factor >= 0.1 && factor <= 1000 ? factor : 1;
}

int64_t limit_after(int ms)
{
    return now_ms() + (int64_t)(ms * limit_factor());
}

int limit_left(int64_t deadline)
{
    int64_t left = deadline - now_ms();

    return left <= 0 ? 0 : left > INT_MAX ? INT_MAX : (int)left;
}

void limit_nap(void)
{
    nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
}
