// SPDX-License-Identifier: MIT
/* Lines of standard input, without waiting for them: the run goes on meanwhile. */
#include "commands/line.h"

#include <poll.h>
#include <string.h>
#include <unistd.h>

enum { BUFFER = 4096 };

static char buffer[BUFFER];
static size_t length;
static bool ended;
static bool skipping; /* the beginning of this line was taken: it is too long */

/* Takes the first line of the buffer. False: there is none yet, or it was the rest of one. */
static bool take(char *answer, size_t size)
{
    char *end = memchr(buffer, '\n', length);
    size_t line = end != NULL ? (size_t)(end - buffer) : length;
    bool whole = end != NULL || (ended && length > 0);
    if (!whole && length < sizeof buffer) {
        return false;
    }
    size_t used = line < size - 1 ? line : size - 1;
    memcpy(answer, buffer, used);
    answer[used] = '\0';
    answer[strcspn(answer, "\r")] = '\0';
    length -= line + (end != NULL);
    memmove(buffer, buffer + line + (end != NULL), length);
    bool rest = skipping;
    skipping = !whole;
    return !rest;
}

static bool has_line(void)
{
    return memchr(buffer, '\n', length) != NULL || length == sizeof buffer ||
           (ended && length > 0);
}

enum line_input line_input(char *answer, size_t size, int timeout_ms, int fd)
{
    struct pollfd ready[] = {{.fd = STDIN_FILENO, .events = POLLIN},
                             {.fd = fd, .events = POLLIN}};
    for (int wait = timeout_ms;; wait = 0) {
        while (has_line()) {
            if (take(answer, size)) {
                return LINE_READ;
            }
        }
        if (ended) {
            return LINE_END;
        }
        if (poll(ready, 2, wait) <= 0 || ready[0].revents == 0) {
            return LINE_NONE;
        }
        ssize_t got = read(STDIN_FILENO, buffer + length, sizeof buffer - length);
        length += got > 0 ? (size_t)got : 0;
        ended = got <= 0;
    }
}
