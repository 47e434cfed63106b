// SPDX-License-Identifier: MIT
/*
 * Starting a program that gets the terminal, and keeping out of its way. Also where there is
 * no screen: line mode opens an editor, too.
 */
#include "screen/spawn.h"

#include <signal.h>
#include <spawn.h>
#include <stddef.h>

extern char **environ;

static const int keyboard_signals[] = {SIGINT, SIGQUIT, SIGTSTP};

enum {
    STOP = 2, /* where SIGTSTP is */
    KEYBOARD_SIGNALS = sizeof keyboard_signals / sizeof *keyboard_signals
};

static struct sigaction before[KEYBOARD_SIGNALS];

int spawn_start(char *const argv[], const char *folder, pid_t *pid)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t standard;

    sigemptyset(&standard);
    for (size_t i = 0; i < KEYBOARD_SIGNALS; i++) {
        sigaddset(&standard, keyboard_signals[i]);
    }
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    if (folder != NULL) {
        posix_spawn_file_actions_addchdir_np(&actions, folder);
    }
    posix_spawnattr_setsigdefault(&attributes, &standard);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
    int error = posix_spawnp(pid, argv[0], &actions, &attributes, argv, environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return error;
}

void spawn_step_aside(void)
{
    for (size_t i = 0; i < KEYBOARD_SIGNALS; i++) {
        struct sigaction action = {
            .sa_handler = keyboard_signals[i] == SIGTSTP ? SIG_DFL : SIG_IGN};
        sigaction(keyboard_signals[i], &action, &before[i]);
    }
}

static void put_back(size_t from, size_t to)
{
    for (size_t i = from; i < to; i++) {
        sigaction(keyboard_signals[i], &before[i], NULL);
    }
}

void spawn_take_interrupts(void)
{
    put_back(0, STOP);
}

void spawn_step_back(void)
{
    put_back(0, KEYBOARD_SIGNALS);
}
