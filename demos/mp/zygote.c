// SPDX-License-Identifier: MIT
/*
 * The zygote: a program that is run over and over, each time from before its main().
 *
 * To try every order of a program's steps, the lab needs it some thousand times from the
 * beginning. Executing it each time would cost a millisecond for loading alone. So where the
 * world asks for it, mp's constructor does not return: it waits for the lab to ask for a run,
 * and forks. The child returns and becomes main; the zygote takes the end of main and of all
 * that main leaves behind, says so, and waits again. Between two runs nobody but the lab
 * touches the world, and puts it back as it was in the beginning.
 *
 * It ends with the lab: when nobody holds the lock on the world any more.
 */
#include "internal.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static void await_order(struct mp_world *world, int fd, uint32_t runs)
{
    while (atomic_load(&world->zygote.runs) == runs) {
        mp_futex_sleep(&world->zygote.runs, runs, MP_SLEEP_MS);
        if (!mp_world_is_controlled(fd)) {
            _exit(EXIT_SUCCESS);
        }
    }
}

/* Main, and those who were left to us when it ended: somebody who survives it, or the
   zombies that nobody had joined. */
static void reap_all(struct mp_world *world, pid_t main_pid)
{
    int status;
    pid_t pid;
    while ((pid = waitpid(-1, &status, 0)) > 0 || (pid < 0 && errno == EINTR)) {
        if (pid == main_pid) {
            atomic_store(&world->zygote.status,
                         WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status));
        }
    }
}

void mp_zygote_serve(struct mp_world *world, int fd)
{
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    for (uint32_t runs = 0;; runs++) {
        await_order(world, fd, runs);
        pid_t zygote = getpid();
        pid_t pid = fork();
        if (pid == 0) {
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            if (getppid() != zygote) {
                _exit(EXIT_FAILURE);
            }
            return;
        }
        atomic_store(&world->zygote.pid, pid > 0 ? pid : -errno);
        reap_all(world, pid);
        atomic_store(&world->zygote.over, runs + 1);
        atomic_fetch_add(&world->gate.stopped, 1);
        mp_futex_wake(&world->gate.stopped, INT_MAX);
    }
}
