// SPDX-License-Identifier: MIT
/*
 * Shows:   what the kernel keeps of a child that has ended: two numbers.
 * Run:     cc -o build/endings lessons/12-endings/endings.c && build/endings
 * Expect:  one of the two numbers is always 0. This is all the parent is told.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum ending {
    EXIT_0,
    EXIT_3,
    EXIT_300,
    EXIT_MINUS_1,
    ABORT,
    NOWHERE,
    TERMINATED,
    KILLED
};

static const char *const what[] = {"exit(0)", "exit(3)",       "exit(300)", "exit(-1)",
                                   "abort()", "*nowhere = 1;", "SIGTERM",   "SIGKILL"};

static void end(enum ending how)
{
    volatile int *nowhere = NULL;

    switch (how) {
    case EXIT_0:
        exit(0);
    case EXIT_3:
        exit(3);
    case EXIT_300:
        exit(300);
    case EXIT_MINUS_1:
        exit(-1);
    case ABORT:
        abort(); /* the program says itself that it cannot go on */
    case NOWHERE:
        *nowhere = 1; /* memory that is not there */
        break;
    case TERMINATED:
        raise(SIGTERM); /* as if somebody had typed: kill PID */
        break;
    case KILLED:
        raise(SIGKILL); /* kill -9 PID */
    }
}

int main(void)
{
    for (enum ending how = EXIT_0; how <= KILLED; how++) {
        int status;
        pid_t pid = fork();
        if (pid == 0) {
            end(how);
        }
        waitpid(pid, &status, 0);
        printf("%-14s exit status %3d   signal %2d", what[how], WEXITSTATUS(status),
               WIFSIGNALED(status) ? WTERMSIG(status) : 0);
        printf(WIFSIGNALED(status) ? "   %s\n" : "\n", strsignal(WTERMSIG(status)));
        fflush(stdout); /* or the next child has a copy of it, and prints it again */
    }
    return 0;
}
