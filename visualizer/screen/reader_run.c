// SPDX-License-Identifier: MIT
/*
 * Leaving the screen for a command: it gets the terminal as the shell had it, and the keys
 * that stop and interrupt are its own. When it has ended, Enter brings the screen back.
 */
#include "screen/reader.h"
#include "screen/signals.h"
#include "screen/terminal.h"

#include <curses.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static const int keyboard_signals[] = {SIGINT, SIGQUIT, SIGTSTP};

enum {
    STOP = 2, /* where SIGTSTP is: it keeps its usual meaning until Enter is pressed */
    KEYBOARD_SIGNALS = sizeof keyboard_signals / sizeof *keyboard_signals
};

/* Starts `sh -c command`. 0, or an error number. */
static int start(const char *command, const char *folder, pid_t *pid)
{
    char *argv[] = {(char[]){"sh"}, (char[]){"-c"}, (char *)command, NULL};
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t standard;

    sigemptyset(&standard);
    for (size_t i = 0; i < KEYBOARD_SIGNALS; i++) {
        sigaddset(&standard, keyboard_signals[i]);
    }
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    posix_spawn_file_actions_addchdir_np(&actions, folder);
    posix_spawnattr_setsigdefault(&attributes, &standard);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
    int error = posix_spawn(pid, "/bin/sh", &actions, &attributes, argv, environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return error;
}

/* Waits until it has ended. When the lab is asked to end, so is the command. */
static int wait_for(pid_t pid)
{
    int fd = (int)syscall(SYS_pidfd_open, pid, 0);
    struct pollfd polls[] = {{.fd = fd, .events = POLLIN},
                             {.fd = signals_fd(), .events = POLLIN}};
    int status = 0;

    while (fd >= 0 && poll(polls, 2, -1) != 0 && polls[0].revents == 0) {
        signals_take();
        if (signals_asked_to_end() != 0) {
            kill(pid, SIGTERM);
            break;
        }
    }
    if (fd >= 0) {
        close(fd);
    }
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    return status;
}

static void say_how_it_ended(int status)
{
    if (WIFSIGNALED(status)) {
        printf("\n[ended by signal %d: %s]", WTERMSIG(status),
               strsignal(WTERMSIG(status)));
    } else if (WEXITSTATUS(status) != 0) {
        printf("\n[exit status %d]", WEXITSTATUS(status));
    }
}

/* Until Enter, the end of input, or a signal that ends the lab. */
static void wait_for_enter(void)
{
    struct pollfd polls[] = {{.fd = STDIN_FILENO, .events = POLLIN},
                             {.fd = signals_fd(), .events = POLLIN}};
    char typed[64];

    printf("\nPress Enter to go back to the lesson. ");
    fflush(stdout);
    while (signals_asked_to_end() == 0) {
        if (poll(polls, 2, -1) > 0 && polls[0].revents != 0) {
            ssize_t length = read(STDIN_FILENO, typed, sizeof typed);
            if (length <= 0 || memchr(typed, '\n', (size_t)length) != NULL) {
                return;
            }
        } else {
            signals_take();
        }
    }
}

/* While a command has the terminal: Ctrl-C is its own; Ctrl-Z stops the lab with it. */
static void step_aside(struct sigaction *before)
{
    for (size_t i = 0; i < KEYBOARD_SIGNALS; i++) {
        struct sigaction action = {
            .sa_handler = keyboard_signals[i] == SIGTSTP ? SIG_DFL : SIG_IGN};
        sigaction(keyboard_signals[i], &action, &before[i]);
    }
}

static void step_back(const struct sigaction *before, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++) {
        sigaction(keyboard_signals[i], &before[i], NULL);
    }
}

bool screen_run(const char *command, const char *folder, char *why, size_t size)
{
    struct sigaction before[KEYBOARD_SIGNALS];
    pid_t pid;

    if (!terminal_is_open()) {
        return false;
    }
    def_prog_mode();
    endwin();
    printf("\n$ %s\n", command);
    fflush(stdout);
    step_aside(before);
    int error = start(command, folder, &pid);
    int status = error == 0 ? wait_for(pid) : 0;
    step_back(before, 0, STOP);
    if (error == 0) {
        say_how_it_ended(status);
        wait_for_enter();
    } else {
        snprintf(why, size, "The shell could not be started: %s", strerror(error));
    }
    step_back(before, STOP, KEYBOARD_SIGNALS);
    reset_prog_mode();
    raise(
        SIGWINCH); /* it may have another size by now: it is looked at with the next key */
    clearok(curscr, TRUE);
    refresh();
    return error == 0;
}
