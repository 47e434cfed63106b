// SPDX-License-Identifier: MIT
/* Questions about processes, and their end as objects. */
#include "process.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

int mp_process_check(const mp_process *process)
{
    if (process == NULL) {
        return -EINVAL;
    }
    if (process == &mp_this) {
        return -EDEADLK;
    }
    if (process->maker != getpid()) {
        return -ECHILD;
    }
    return process->started ? 0 : -ESRCH;
}

const char *mp_process_name(const mp_process *process)
{
    return process != NULL ? process->name : "";
}

int mp_process_is_daemon(const mp_process *process)
{
    return process != NULL && process->daemon;
}

pid_t mp_process_pid(const mp_process *process)
{
    return process != NULL && process->pid > 0 ? process->pid : -ESRCH;
}

int mp_process_fd(const mp_process *process)
{
    return process != NULL && process->pidfd >= 0 ? process->pidfd : -ESRCH;
}

int mp_process_exitcode(mp_process *process, int *code)
{
    int rc = mp_process_check(process);
    if (rc != 0 || code == NULL) {
        return rc != 0 ? rc : -EINVAL;
    }
    if (mp_process_await(process, 0, MP_CALLER) != 0) {
        return -EINPROGRESS;
    }
    if (process->status == MP_STATUS_UNKNOWN) {
        return -ECHILD;
    }
    *code = process->status;
    return 0;
}

int mp_process_is_alive(mp_process *process)
{
    int rc = mp_process_check(process);
    if (rc == -EDEADLK) {
        return 1;
    }
    if (rc != 0) {
        return rc == -ESRCH ? 0 : rc;
    }
    return mp_process_await(process, 0, MP_CALLER) != 0;
}

int mp_process_destroy(mp_process *process)
{
    if (process == NULL) {
        return 0;
    }
    int rc = mp_process_check(process);
    if (rc != 0 && rc != -ESRCH) {
        return rc;
    }
    if (process->started && mp_process_await(process, 0, MP_CALLER) != 0) {
        return -EBUSY;
    }
    for (struct mp_process **link = &mp_children; *link != NULL; link = &(*link)->next) {
        if (*link == process) {
            *link = process->next;
            break;
        }
    }
    if (process->pidfd >= 0) {
        close(process->pidfd);
    }
    mp_slot_give_back(
        process->slot); /* its entry stays to be seen until it is used again */
    free(process);
    return 0;
}
