// SPDX-License-Identifier: MIT
/*
 * Printed lines, when the lab runs the program. Standard output becomes a stream of our own
 * that writes whole lines: each is an event, and a step where the grain is lives. Programs
 * go on using printf and know nothing of it.
 */
#include "internal.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static bool write_all(const char *bytes, size_t size)
{
    while (size > 0) {
        ssize_t done = write(STDOUT_FILENO, bytes, size);
        if (done < 0 && errno != EINTR) {
            return false;
        }
        bytes += done > 0 ? done : 0;
        size -= done > 0 ? (size_t)done : 0;
    }
    return true;
}

static bool write_line(const char *bytes, size_t size)
{
    struct mp_self *me = mp_inside == MP_OUTSIDE ? mp_self() : NULL;
    struct mp_stop_for stop = {.deed = {.op = MP_OP_OUTPUT, .value = size}};
    if (me != NULL && !mp_is_alone() &&
        atomic_load(&mp_the_world->gate.grain) == MP_GRAIN_LIVES) {
        mp_gate_stop(me, &stop);
    }
    bool ok = write_all(bytes, size);
    if (me != NULL) {
        struct mp_deed deed = {.op = MP_OP_OUTPUT,
                               .info = (uint8_t)(MP_DONE | (stop.step ? MP_INFO_STEP : 0)),
                               .value = size};
        mp_settle(me);
        mp_emit(me, deed);
    }
    return ok;
}

static ssize_t write_lines(void *unused, const char *bytes, size_t size)
{
    (void)unused;
    size_t done = 0;
    while (done < size) {
        const char *end = memchr(bytes + done, '\n', size - done);
        size_t length = end ? (size_t)(end - bytes) + 1 - done : size - done;
        if (!write_line(bytes + done, length)) {
            return done > 0 ? (ssize_t)done : 0;
        }
        done += length;
    }
    return (ssize_t)size;
}

void mp_output_open(void)
{
    cookie_io_functions_t functions = {.write = write_lines};
    FILE *lines = fopencookie(NULL, "w", functions);
    if (lines != NULL) {
        setvbuf(lines, NULL, _IOLBF, BUFSIZ);
        stdout = lines;
    }
}
