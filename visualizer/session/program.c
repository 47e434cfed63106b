// SPDX-License-Identifier: MIT
/* Starting a program on a pty, and ending it with all that it started. */
#include "session/program.h"

#include "session/kernel.h"
#include "world.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

enum { END_TURNS = 100, END_TURN_MS = 10, EXIT_NO_EXEC = 127 };

static int open_pty(int *slave)
{
    int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
    if (master < 0) {
        return -errno;
    }
    char name[64];
    if (grantpt(master) != 0 || unlockpt(master) != 0 ||
        ptsname_r(master, name, sizeof name) != 0 ||
        (*slave = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC)) < 0) {
        int error = errno;
        close(master);
        return -error;
    }
    /* Its lines reach us as it wrote them; nothing is typed into it. */
    struct termios modes;
    if (tcgetattr(*slave, &modes) == 0) {
        modes.c_oflag &= (tcflag_t)~OPOST;
        modes.c_lflag &= (tcflag_t)~ECHO;
        tcsetattr(*slave, TCSANOW, &modes);
    }
    struct winsize size = {.ws_row = 24, .ws_col = 80};
    ioctl(*slave, TIOCSWINSZ, &size);
    return master;
}

/* In the child: its own session, the pty as its terminal, the world under a number. */
static _Noreturn void become_program(char *const argv[], int slave, int world_fd, int report)
{
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    static const int to_default[] = {SIGINT,  SIGTERM, SIGHUP,  SIGQUIT, SIGPIPE,
                                     SIGTSTP, SIGCHLD, SIGCONT, SIGWINCH};
    for (size_t i = 0; i < sizeof to_default / sizeof *to_default; i++) {
        signal(to_default[i], SIG_DFL);
    }
    setsid();
    ioctl(slave, TIOCSCTTY, 0);
    int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
    dup2(nothing, STDIN_FILENO);
    dup2(slave, STDOUT_FILENO);
    dup2(slave, STDERR_FILENO);
    int world = dup(world_fd); /* without close-on-exec; mp sets it again */
    char number[16];
    snprintf(number, sizeof number, "%d", world);
    setenv(MP_WORLD_VARIABLE, number, 1);
    execv(argv[0], argv);
    int error = errno;
    while (write(report, &error, sizeof error) < 0 && errno == EINTR) {
    }
    _exit(EXIT_NO_EXEC);
}

/* Reads why it could not be executed; 0 when it could (the pipe closed with the exec). */
static int read_report(int report)
{
    int error = 0;
    ssize_t size;
    do {
        size = read(report, &error, sizeof error);
    } while (size < 0 && errno == EINTR);
    return size == (ssize_t)sizeof error ? error : 0;
}

int program_start(struct program *program, char *const argv[], int world_fd)
{
    int slave = -1;
    int report[2];
    int master = open_pty(&slave);
    if (master < 0) {
        return master;
    }
    if (pipe2(report, O_CLOEXEC) != 0) {
        int error = errno;
        close(master);
        close(slave);
        return -error;
    }
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) {
        become_program(argv, slave, world_fd, report[1]);
    }
    int error = pid < 0 ? errno : 0;
    close(slave);
    close(report[1]);
    if (pid > 0) {
        error = read_report(report[0]);
    }
    close(report[0]);
    if (error != 0) {
        if (pid > 0) {
            waitpid(pid, NULL, 0);
        }
        close(master);
        return -error;
    }
    *program = (struct program){.pid = pid, .pty = master, .started = true};
    snprintf(program->path, sizeof program->path, "%s", argv[0]);
    return 0;
}

ssize_t program_read(struct program *program, char *bytes, size_t size)
{
    if (program->pty < 0) {
        return -EIO;
    }
    ssize_t got = read(program->pty, bytes, size);
    if (got > 0) {
        return got;
    }
    return got < 0 && (errno == EAGAIN || errno == EINTR) ? 0 : -EIO;
}

bool program_reap(struct program *program)
{
    if (program->reaped || !program->started) {
        return program->reaped;
    }
    int status;
    if (waitpid(program->pid, &status, WNOHANG) == program->pid) {
        program->reaped = true;
        program->status = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
    }
    return program->reaped;
}

struct sweep {
    pid_t session;
    int count;
};

static bool kill_member(pid_t pid, const struct kernel_process *process, void *data)
{
    struct sweep *sweep = data;
    if (process->session == sweep->session && process->state != 'Z') {
        kill(pid, SIGKILL);
        sweep->count++;
    }
    return true;
}

/* Kills whoever is in the session; returns how many were there (zombies not counted). */
static int kill_session(pid_t session)
{
    struct sweep sweep = {.session = session};
    kernel_each(kill_member, &sweep);
    return sweep.count;
}

void program_end(struct program *program)
{
    if (!program->started || program->pid == 0) {
        return;
    }
    for (int turn = 0; turn < END_TURNS; turn++) {
        int left = kill_session(program->pid);
        if (program_reap(program) && left == 0) {
            break;
        }
        poll(NULL, 0, END_TURN_MS);
    }
    if (program->pty >= 0) {
        close(program->pty);
        program->pty = -1;
    }
}
