// SPDX-License-Identifier: MIT
// Files for tests to read: made of any bytes, without a name in the file system, or
// broken in many ways.
#pragma once

#include <stddef.h>

struct scratch {
    int fd;
    char path[32]; // leads to it as long as fd is open
};

// A file with these bytes. The caller closes fd.
struct scratch scratch_file(const void *bytes, size_t size);

// The bytes of a file, which the caller frees.
unsigned char *scratch_read(const char *path, size_t *size);

// Calls look() for so many broken variants of a file: up to four bytes between the
// offsets `from` and `to` are other ones, and one variant in eight is cut somewhere. The
// variants are the same each time.
void scratch_break(const void *bytes, size_t size, size_t from, size_t to, int variants,
                   void (*look)(const char *path));
