// SPDX-License-Identifier: MIT
/*
 * Leaving the screen for another program, and coming back: it gets the terminal as the shell
 * had it. The size may be another one afterwards, and nothing of the old frame is there.
 */
#include "screen/screen.h"

#include "screen/signals.h"
#include "screen/spawn.h"
#include "screen/terminal.h"

#include <curses.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

void screen_away(void)
{
    if (terminal_is_open()) {
        def_prog_mode();
        endwin();
    }
    spawn_step_aside();
}

void screen_back(void)
{
    spawn_step_back();
    if (!terminal_is_open()) {
        return;
    }
    reset_prog_mode();
    raise(SIGWINCH); /* the size is looked at with the next key */
    clearok(curscr, TRUE);
    refresh();
}

int screen_wait_for(pid_t pid)
{
    int fd = (int)syscall(SYS_pidfd_open, pid, 0);
    struct pollfd polls[] = {{.fd = fd, .events = POLLIN},
                             {.fd = signals_fd(), .events = POLLIN}};
    int status = 0;

    /* When the lab is asked to end, so is what it waits for. */
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

/* Until a key, the end of input, or a signal that ends the lab. */
static void wait_for_input(void)
{
    struct pollfd polls[] = {{.fd = STDIN_FILENO, .events = POLLIN},
                             {.fd = signals_fd(), .events = POLLIN}};
    char typed[64];

    while (signals_asked_to_end() == 0) {
        if (poll(polls, 2, -1) <= 0) {
            continue;
        }
        if (polls[0].revents != 0) {
            ssize_t ignored = read(STDIN_FILENO, typed, sizeof typed);
            (void)ignored; /* one key may be several bytes */
            return;
        }
        signals_take();
    }
}

void screen_any_key(void)
{
    struct termios before;
    struct termios keys;

    if (!terminal_is_open() || tcgetattr(STDIN_FILENO, &before) != 0) {
        return;
    }
    keys = before;
    keys.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
    keys.c_cc[VMIN] = 1;
    keys.c_cc[VTIME] = 0;
    tcsetattr(STDIN_FILENO, TCSANOW, &keys);
    spawn_take_interrupts();
    wait_for_input();
    tcsetattr(STDIN_FILENO, TCSANOW, &before);
}
