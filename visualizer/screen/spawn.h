// SPDX-License-Identifier: MIT
/* Another program has the terminal for a while: a shell, an editor. */
#ifndef SCREEN_SPAWN_H
#define SCREEN_SPAWN_H

#include <sys/types.h>

/* Starts argv[0], found in PATH, in a folder (NULL: this one); the keys that stop and
   interrupt do to it what they usually do. 0, or an error number. */
int spawn_start(char *const argv[], const char *folder, pid_t *pid);

/* While it has the terminal: Ctrl-C is its own; Ctrl-Z stops the lab with it. */
void spawn_step_aside(void);
/* Ctrl-C is for the lab again; Ctrl-Z still has its usual meaning. */
void spawn_take_interrupts(void);
/* All is as it was. */
void spawn_step_back(void);

#endif
