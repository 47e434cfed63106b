// SPDX-License-Identifier: MIT
/* Is a process that others count on still there? */
#include "visitor.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const struct mp_process_entry *process_of(struct mp_visitor visitor)
{
    return &mp_the_world->processes[visitor.slot % MP_PROCESSES];
}

bool mp_visitor_is_known_dead(struct mp_visitor visitor)
{
    const struct mp_process_entry *process = process_of(visitor);
    return process->generation != visitor.generation || !mp_lives(process);
}

bool mp_visitor_is_dead(struct mp_visitor visitor)
{
    if (mp_visitor_is_known_dead(visitor)) {
        return true;
    }
    char path[32];
    char text[128] = "";
    snprintf(path, sizeof path, "/proc/%d/stat", (int)process_of(visitor)->pid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return errno == ENOENT;
    }
    ssize_t size = read(fd, text, sizeof text - 1);
    close(fd);
    const char *state = size > 0 ? strrchr(text, ')') : NULL;
    return state == NULL || (state[1] == ' ' && (state[2] == 'Z' || state[2] == 'X'));
}
