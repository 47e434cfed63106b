// SPDX-License-Identifier: MIT
/* Signals to processes, and the way to end one for certain. */
#include "process.h"

#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

enum {
    SOON_MS = 10,    /* for a signal to do its work; less than makes a process outside */
    KILLED_MS = 1000 /* within so long a killed process has ended */
};

int mp_process_signal(mp_process *process, int signal_number)
{
    int rc = mp_process_check(process);
    if (rc != 0 || process->joined) {
        return rc;
    }
    if (syscall(SYS_pidfd_send_signal, process->pidfd, signal_number, NULL, 0) != 0 &&
        errno != ESRCH && errno != EBADF) { /* it has ended; see fork_child() */
        return -errno;
    }
    return 0;
}

int mp_process_terminate(mp_process *process)
{
    return mp_process_signal(process, SIGTERM);
}

int mp_process_kill(mp_process *process)
{
    int rc = mp_process_signal(process, SIGKILL);
    /* Under control it is chosen no more, and who waits for its end can go. */
    if (rc == 0 && !process->joined && mp_mode() != MP_MODE_FREE) {
        mp_process_note_end(process, KILLED_MS);
    }
    return rc;
}

int mp_process_end(struct mp_process *process, int grace_ms, uint32_t place)
{
    /* Under control no time passes, but a signal takes some: if it ends its process, it is
       not for the grace to be over. */
    if (mp_mode() != MP_MODE_FREE) {
        mp_process_note_end(process, grace_ms == 0 ? 0 : SOON_MS);
    }
    int rc = mp_process_finish(process, grace_ms, place);
    if (rc == 0) {
        return 0;
    }
    rc = mp_process_kill(process);
    return rc != 0 ? rc : mp_process_finish(process, MP_FOREVER, place);
}

int mp_process_stop(mp_process *process, int grace_ms)
{
    int rc = mp_process_check(process);
    if (rc == 0 && grace_ms < MP_FOREVER) {
        rc = -EINVAL;
    }
    if (rc == 0) {
        rc = mp_process_terminate(process);
    }
    return rc != 0 ? rc : mp_process_end(process, grace_ms, MP_CALLER);
}
