// SPDX-License-Identifier: MIT
/*
 * The program under the lab: started on a terminal of its own, or found already running.
 *
 * A started program has its own session, with a pty as its terminal: when the lab ends, also
 * by SIGKILL, the pty hangs up and the program ends with it, as in any terminal. A program
 * that was only found belongs to somebody else and goes on.
 */
#ifndef SESSION_PROGRAM_H
#define SESSION_PROGRAM_H

#include "session/kernel.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct program {
    pid_t pid;                 /* main; 0: none */
    pid_t keeper;              /* leads its session; 0: it was only found */
    int pty;                   /* what it prints; -1: it was only found */
    struct kernel_world world; /* of a started one */
    bool started;              /* by us: to be ended by us */
    bool reaped;
    int status; /* when reaped: exit status, or -signal */
    char path[512];
};

/*
 * Starts `argv` (argv[0] is the path) with world `world_fd`. 0, or -errno when it cannot be
 * executed; nothing is left behind then.
 */
int program_start(struct program *program, char *const argv[], int world_fd);

/* Likewise one that is run over and over: what it prints nobody reads, and all its libraries
   are bound before its first run. */
int program_start_unseen(struct program *program, char *const argv[], int world_fd);

/* Reads what it printed: bytes, 0 when there is nothing now, -EIO when all have closed it. */
ssize_t program_read(struct program *program, char *bytes, size_t size);

/* Takes main's exit status if it has ended. True once it is reaped. */
bool program_reap(struct program *program);

/* Ends a started program: main, children, whoever is in its session or has its world.
   Bounded. */
void program_end(struct program *program);

/* A program with a world, found under /proc. */
struct found {
    pid_t pid; /* its main process */
    int world; /* open: that of another process may be another one a moment later */
    char name[32];
};

/* Programs of this user that run with a world: fills `found`, returns how many there are. Those
   in `found` are for program_forget(). */
size_t program_find_all(struct found *found, size_t room);
/* Closes their worlds. */
void program_forget(const struct found *found, size_t count);

/* The one of process `pid`; pid 0: the only one there is. 0, or -errno and one line in `why`:
   which ones there are. The one chosen is for program_forget(). */
int program_choose(pid_t pid, struct found *chosen, char *why, size_t size);

#endif
