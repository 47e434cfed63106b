// SPDX-License-Identifier: MIT
/* What the kernel says of a process: /proc, read and parsed in one place. */
#ifndef SESSION_KERNEL_H
#define SESSION_KERNEL_H

#include "model/model.h"

#include <stdbool.h>
#include <sys/types.h>

struct kernel_process {
    char name[16];
    char state; /* R S D T Z X I */
    pid_t parent;
    pid_t session;
    uint64_t cpu_ticks;
    int cpu;
    int threads;
    int exit_code; /* as for waitpid; 0 where the kernel does not tell */
};

/* Reads /proc/PID/stat. False: there is no such process. */
bool kernel_process(pid_t pid, struct kernel_process *process);

/* A world, to be told from others: its file, and where its own processes have it mapped. */
struct kernel_world {
    dev_t device;
    ino_t number;
    uint64_t address; /* 0: nobody has moved in yet */
};

/* The file behind a descriptor, or mapped at an address of this process. False: none. */
bool kernel_world_of(int fd, struct kernel_world *world);
bool kernel_world_at(const void *memory, struct kernel_world *world);

/* Is this process one of the program whose world this is? It has the world open, and mapped
   where the program has it: a lab that watches has it somewhere else. False also where it
   cannot be known. */
bool kernel_has_world(pid_t pid, const struct kernel_world *world);

/* The same for the model, with the parent's name and the context switches. A process that
   is not there any more has state 0. */
void kernel_view(pid_t pid, struct kernel_view *view);

/* The children of its first thread, at most `room` of them. Returns how many; 0 also where the
   kernel does not tell. */
size_t kernel_children(pid_t pid, pid_t *children, size_t room);

/* All processes: calls `each` until it returns false. */
void kernel_each(bool (*each)(pid_t pid, const struct kernel_process *process, void *data),
                 void *data);

#endif
