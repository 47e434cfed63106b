// SPDX-License-Identifier: MIT
/*
 * Deaths that nobody has noticed: a process that was killed says nothing, and until its
 * parent joins it the table has it alive. Who waits for something from it looks itself.
 */
#include "internal.h"

#include <errno.h>
#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

bool mp_notice_death(unsigned slot)
{
    struct mp_process_entry *process = &mp_the_world->processes[slot];
    if (!mp_lives(process)) {
        return true;
    }
    if (process->pid <= 0) {
        return false; /* on its way */
    }
    int fd = (int)syscall(SYS_pidfd_open, process->pid, 0);
    struct pollfd end = {.fd = fd, .events = POLLIN};
    bool dead = fd < 0 ? errno == ESRCH : poll(&end, 1, 0) == 1;
    if (fd >= 0) {
        close(fd);
    }
    if (dead) {
        mp_note_death(mp_the_world, slot, MP_STATUS_UNKNOWN);
    }
    return dead;
}
