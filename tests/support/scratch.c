// SPDX-License-Identifier: MIT
// Files made of any bytes: memfds, opened through /proc.
#include "scratch.h"

#include <check.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CHANGES = 4, CUT_EVERY = 8 };

static void write_at(const struct scratch *file, const void *bytes, size_t size, size_t at)
{
    ck_assert_int_eq(pwrite(file->fd, bytes, size, (off_t)at), (ssize_t)size);
}

struct scratch scratch_file(const void *bytes, size_t size)
{
    struct scratch file = {.fd = memfd_create("scratch", MFD_CLOEXEC)};

    ck_assert_int_ge(file.fd, 0);
    write_at(&file, bytes, size, 0);
    snprintf(file.path, sizeof(file.path), "/proc/self/fd/%d", file.fd);
    return file;
}

unsigned char *scratch_read(const char *path, size_t *size)
{
    struct stat status;
    int fd = open(path, O_RDONLY | O_CLOEXEC);

    ck_assert_msg(fd >= 0, "%s cannot be read", path);
    ck_assert_int_eq(fstat(fd, &status), 0);
    *size = (size_t)status.st_size;
    unsigned char *bytes = malloc(*size);
    ck_assert_ptr_nonnull(bytes);
    ck_assert_int_eq(read(fd, bytes, *size), status.st_size);
    close(fd);
    return bytes;
}

// The same numbers each time (xorshift).
static uint32_t draw(uint32_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 17;
    *state ^= *state << 5;
    return *state;
}

void scratch_break(const void *bytes, size_t size, size_t from, size_t to, int variants,
                   void (*look)(const char *path))
{
    // extremes do more harm than other numbers
    static const unsigned char harmful[] = {0x00, 0xff, 0x7f, 0x80};
    struct scratch file = scratch_file(bytes, size);
    uint32_t state = 20240229;

    ck_assert_uint_lt(from, to);
    for (int i = 1; i <= variants; i++) {
        size_t places[CHANGES];
        size_t changes = 1 + draw(&state) % CHANGES;

        for (size_t j = 0; j < changes; j++) {
            uint32_t drawn = draw(&state);
            unsigned char byte =
                drawn & 0x100 ? (unsigned char)drawn : harmful[drawn % sizeof(harmful)];
            places[j] = from + draw(&state) % (to - from);
            write_at(&file, &byte, 1, places[j]);
        }
        if (i % CUT_EVERY == 0) {
            ck_assert_int_eq(ftruncate(file.fd, (off_t)(draw(&state) % size)), 0);
        }
        look(file.path);
        if (i % CUT_EVERY == 0) {
            write_at(&file, bytes, size, 0);
        }
        for (size_t j = 0; j < changes; j++) {
            write_at(&file, (const char *)bytes + places[j], 1, places[j]);
        }
    }
    close(file.fd);
}
