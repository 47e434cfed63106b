// SPDX-License-Identifier: MIT
/*
 * A source file in memory, line by line, as it is shown: tabs are spaces up to the next
 * multiple of four, and what must not go to a terminal is a '?'.
 */
#include "model/clean.h"
#include "session/debuginfo.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SOURCE_MOST = 4 << 20, SOURCE_TAB = 4 };

struct source {
    char *text;     /* all lines, each with its ending zero */
    size_t *starts; /* of each line in text */
    int lines;
};

/* Reads at most SOURCE_MOST bytes of a regular file; what follows is left out. NULL: no.
 */
static char *read_whole(const char *path, size_t *length)
{
    /* a named pipe must not make the lab wait */
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    struct stat status;
    char *bytes = NULL;

    *length = 0;
    if (fd >= 0 && fstat(fd, &status) == 0 && S_ISREG(status.st_mode)) {
        size_t room = status.st_size < SOURCE_MOST ? (size_t)status.st_size : SOURCE_MOST;
        bytes = malloc(room + 1);
        while (bytes != NULL && *length < room) {
            ssize_t got = read(fd, bytes + *length, room - *length);
            if (got < 0 && errno == EINTR) {
                continue;
            }
            if (got < 0) {
                free(bytes);
                bytes = NULL;
            }
            if (got <= 0) {
                break;
            }
            *length += (size_t)got;
        }
    }
    if (fd >= 0) {
        close(fd);
    }
    return bytes;
}

/* Writes one line as it is shown, with its ending zero. Returns where the next one goes.
 */
static char *write_line(char *to, const char *line, size_t length)
{
    int column = 0;

    for (size_t at = 0; at < length; column++) {
        size_t bytes = clean_character(line + at, length - at);

        if (line[at] == '\t') {
            for (*to++ = ' '; (column + 1) % SOURCE_TAB != 0; column++) {
                *to++ = ' ';
            }
        } else if (bytes == 0) {
            *to++ = '?';
        } else {
            memcpy(to, line + at, bytes);
            to += bytes;
        }
        at += bytes > 0 ? bytes : 1;
    }
    *to++ = '\0';
    return to;
}

static size_t count_lines(const char *bytes, size_t length)
{
    size_t lines = length > 0 && bytes[length - 1] != '\n';

    for (size_t i = 0; i < length; i++) {
        lines += bytes[i] == '\n';
    }
    return lines;
}

static void fill_lines(struct source *source, const char *bytes, size_t length)
{
    char *to = source->text;

    for (size_t at = 0; at < length;) {
        const char *end = memchr(bytes + at, '\n', length - at);
        size_t line = end != NULL ? (size_t)(end - bytes) - at : length - at;
        size_t shown = line;

        if (shown > 0 && bytes[at + shown - 1] == '\r') {
            shown--;
        }
        source->starts[source->lines++] = (size_t)(to - source->text);
        to = write_line(to, bytes + at, shown);
        at += line + 1;
    }
}

struct source *source_open(const char *path)
{
    size_t length;
    char *bytes = read_whole(path, &length);
    struct source *source = bytes != NULL ? calloc(1, sizeof(*source)) : NULL;

    if (source != NULL) {
        /* every byte may be a tab, or the end of a line */
        source->text = malloc(length * SOURCE_TAB + 1);
        source->starts = calloc(count_lines(bytes, length) + 1, sizeof(*source->starts));
        if (source->text == NULL || source->starts == NULL) {
            source_close(source);
            source = NULL;
        } else {
            fill_lines(source, bytes, length);
        }
    }
    free(bytes);
    return source;
}

void source_close(struct source *source)
{
    if (source != NULL) {
        free(source->text);
        free(source->starts);
        free(source);
    }
}

int source_lines(const struct source *source)
{
    return source != NULL ? source->lines : 0;
}

const char *source_line(const struct source *source, int line)
{
    if (source == NULL || line < 1 || line > source->lines) {
        return "";
    }
    return source->text + source->starts[line - 1];
}
