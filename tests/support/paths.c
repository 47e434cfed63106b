// SPDX-License-Identifier: MIT
// Paths of what is tested.
#include "paths.h"

#include <check.h>
#include <limits.h>
#include <stdio.h>

enum { BUFFERS = 16 };

const char *path_in(const char *dir, const char *name)
{
    static char buffers[BUFFERS][PATH_MAX];
    static int next;
    char *path = buffers[next++ % BUFFERS];

    ck_assert_int_lt(snprintf(path, PATH_MAX, "%s/%s", dir, name), PATH_MAX);
    return path;
}
