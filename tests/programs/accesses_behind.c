// SPDX-License-Identifier: MIT
// Accesses of shared memory of which nobody is told: by a thread, inside a signal handler;
// and processes that come in otherwise: by a bare fork, by popen. Run by
// tests/unit/test_hooks.c. The last line says what the memory holds in the end.
#include "mp.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { TIMES = 7 };

struct shared {
    int by_main, by_thread, by_handler, by_fork, by_child;
};

static struct shared *shared;

static void *add_in_thread(void *unused)
{
    for (int i = 0; i < TIMES; i++) {
        shared->by_thread += 1;
    }
    return unused;
}

static void add_in_handler(int number)
{
    shared->by_handler += number == SIGUSR1;
}

static int child(void *arg)
{
    for (int i = 0; i < TIMES; i++) {
        shared->by_child += 1;
    }
    return arg != NULL;
}

int main(void)
{
    mp_process *process;
    pthread_t thread;
    char line[64] = "";
    shared = MP_SHARED(struct shared);
    signal(SIGUSR1, add_in_handler);
    if (mp_process_create(&process, child, NULL, NULL) != 0 ||
        mp_process_start(process) != 0) {
        return 1;
    }
    for (int i = 0; i < TIMES; i++) {
        shared->by_main += 1;
        raise(SIGUSR1);
    }
    if (pthread_create(&thread, NULL, add_in_thread, NULL) != 0 ||
        pthread_join(thread, NULL) != 0) {
        return 2;
    }
    pid_t pid = fork();
    if (pid == 0) {
        for (int i = 0; i < TIMES; i++) {
            shared->by_fork += 1;
        }
        _exit(0);
    }
    waitpid(pid, NULL, 0);
    FILE *pipe = popen("echo worlds $(ls -l /proc/self/fd | grep -c forklab) "
                       "${MP_WORLD_FD-hello}",
                       "r");
    if (pipe == NULL || fgets(line, sizeof line, pipe) == NULL || pclose(pipe) != 0) {
        return 3;
    }
    mp_process_join(process, MP_FOREVER);
    printf("main %d thread %d handler %d fork %d child %d, %s", shared->by_main,
           shared->by_thread, shared->by_handler, shared->by_fork, shared->by_child, line);
    return 0;
}
