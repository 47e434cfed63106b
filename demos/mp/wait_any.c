// SPDX-License-Identifier: MIT
/*
 * Waiting for the first of several: children (mp_process_fd), pipes, sockets, any
 * descriptor.
 *
 * The lab does not know what descriptors stand for, so this wait is not at the gate. Under
 * control it is made in the kernel, like a read or a connect: after a moment the caller
 * counts as outside, the others go on, and it comes back through the gate at its next call.
 */
#include "internal.h"

#include <stdlib.h>

struct any {
    struct pollfd *fds;
    size_t count;
    int *ready;
};

/* How many are ready, -EBADF, or -EAGAIN. */
static int look(void *context)
{
    struct any *any = context;
    int count;
    do {
        count = poll(any->fds, any->count, 0);
    } while (count < 0 && errno == EINTR);
    if (count < 0) {
        return -errno;
    }
    for (size_t i = 0; i < any->count; i++) {
        if (any->fds[i].revents & POLLNVAL) {
            return -EBADF;
        }
        any->ready[i] =
            any->fds[i].revents != 0; /* an end or an error can be read, too */
    }
    return count > 0 ? count : -EAGAIN;
}

int mp_wait_any(const int *fds, size_t count, int *ready, int timeout_ms)
{
    if (fds == NULL || ready == NULL || count == 0 || timeout_ms < MP_FOREVER) {
        return -EINVAL;
    }
    struct pollfd *polled = calloc(count, sizeof *polled);
    if (polled == NULL) {
        return -ENOMEM;
    }
    bool open = true;
    for (size_t i = 0; i < count; i++) {
        polled[i] = (struct pollfd){.fd = fds[i], .events = POLLIN};
        open = open && fds[i] >= 0; /* poll() passes over those below 0 */
    }
    struct mp_self *me = mp_the_world != NULL ? mp_self() : NULL;
    if (me != NULL) {
        mp_settle(me);
    }
    struct any any = {polled, count, ready};
    struct mp_waiting waiting = {
        .attempt = look, .context = &any, .fds = polled, .fd_count = count};
    int rc = open ? mp_wait(NULL, &waiting, timeout_ms) : -EBADF;
    free(polled);
    return rc == -EAGAIN ? -ETIMEDOUT : rc;
}
