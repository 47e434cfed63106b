// SPDX-License-Identifier: MIT
/*
 * Leaving the screen for a command of a lesson. When it has ended, Enter brings the screen
 * back.
 */
#include "screen/reader.h"
#include "screen/screen.h"
#include "screen/signals.h"
#include "screen/spawn.h"
#include "screen/terminal.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

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

bool screen_run(const char *command, const char *folder, char *why, size_t size)
{
    char *argv[] = {(char[]){"sh"}, (char[]){"-c"}, (char *)command, NULL};
    pid_t pid;

    if (!terminal_is_open()) {
        return false;
    }
    screen_away();
    printf("\n$ %s\n", command);
    fflush(stdout);
    int error = spawn_start(argv, folder, &pid);
    if (error == 0) {
        int status = screen_wait_for(pid);
        spawn_take_interrupts();
        say_how_it_ended(status);
        wait_for_enter();
    } else {
        snprintf(why, size, "The shell could not be started: %s", strerror(error));
    }
    screen_back();
    return error == 0;
}
