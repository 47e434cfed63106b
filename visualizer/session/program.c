// SPDX-License-Identifier: MIT
/* Starting a program on a pty, and ending it with all that it started. */
#include "session/program.h"

#include "session/kernel.h"
#include "world.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
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

/* What the keeper and the program tell the lab before the exec closes the pipe. */
struct report {
    pid_t pid;
    int error;
};

static void tell(int pipe, pid_t pid, int error)
{
    struct report report = {pid, error};
    while (write(pipe, &report, sizeof report) < 0 && errno == EINTR) {
    }
}

static void reset_signals(void)
{
    static const int to_default[] = {SIGINT,  SIGTERM, SIGHUP,  SIGQUIT, SIGPIPE,
                                     SIGTSTP, SIGCHLD, SIGCONT, SIGWINCH};
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    for (size_t i = 0; i < sizeof to_default / sizeof *to_default; i++) {
        signal(to_default[i], SIG_DFL);
    }
}

struct start {
    char *const *argv;
    int slave; /* the program's end of the pty */
    int world_fd;
    bool unseen; /* what it prints goes nowhere */
};

/* In the program: the pty as its output, the world under a number. */
static _Noreturn void become_program(const struct start *start, int pipe)
{
    int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
    int output = start->unseen ? nothing : start->slave;
    dup2(nothing, STDIN_FILENO);
    dup2(output, STDOUT_FILENO);
    dup2(output, STDERR_FILENO);
    int world = dup(start->world_fd); /* without close-on-exec; mp sets it again */
    char number[16];
    snprintf(number, sizeof number, "%d", world);
    setenv(MP_WORLD_VARIABLE, number, 1);
    if (start->unseen) {
        setenv("LD_BIND_NOW", "1", 1);
    }
    execv(start->argv[0], start->argv);
    tell(pipe, 0, errno);
    _exit(EXIT_NO_EXEC);
}

/*
 * The keeper leads the program's session and does nothing else. Were main the leader, its
 * end would hang up the terminal under its orphans. Main is cloned as the lab's own child,
 * so that it is the lab who learns how it ended; it executes at once, so a raw clone does
 * no harm.
 */
static _Noreturn void become_keeper(const struct start *start, int pipe)
{
    reset_signals();
    prctl(PR_SET_NAME, "lab-keeper");
    setsid();
    ioctl(start->slave, TIOCSCTTY, 0);
    pid_t pid = (pid_t)syscall(SYS_clone, CLONE_PARENT | SIGCHLD, NULL, NULL, NULL, 0);
    if (pid == 0) {
        become_program(start, pipe);
    }
    tell(pipe, pid, pid < 0 ? errno : 0);
    close_range(0, ~0U,
                0); /* the lab's end of the pty above all: its close is the signal */
    for (;;) {
        pause();
    }
}

/* Reads main's pid, and why it could not be executed. 0 when it could. */
static int read_reports(int pipe, pid_t *pid)
{
    struct report report;
    int error = 0;
    ssize_t size;
    while ((size = read(pipe, &report, sizeof report)) != 0) {
        if (size != (ssize_t)sizeof report) {
            continue; /* interrupted */
        }
        *pid = report.pid > 0 ? report.pid : *pid;
        error = report.error != 0 ? report.error : error;
    }
    return error;
}

static void end_keeper(struct program *program)
{
    if (program->keeper > 0) {
        kill(program->keeper, SIGKILL);
        waitpid(program->keeper, NULL, 0);
        program->keeper = 0;
    }
}

static int start_on(struct program *program, const struct start *start)
{
    int report[2];
    if (pipe2(report, O_CLOEXEC) != 0) {
        return -errno;
    }
    fflush(NULL);
    program->keeper = fork();
    if (program->keeper == 0) {
        become_keeper(start, report[1]);
    }
    int error = program->keeper < 0 ? errno : 0;
    close(report[1]);
    if (error == 0) {
        error = read_reports(report[0], &program->pid);
    }
    close(report[0]);
    if (error != 0) {
        end_keeper(program);
        if (program->pid > 0) {
            waitpid(program->pid, NULL, 0);
        }
    }
    return -error;
}

static int start(struct program *program, struct start *start)
{
    *program = (struct program){.started = true};
    program->pty = open_pty(&start->slave);
    if (program->pty < 0) {
        return program->pty;
    }
    snprintf(program->path, sizeof program->path, "%s", start->argv[0]);
    kernel_world_of(start->world_fd, &program->world);
    int rc = start_on(program, start);
    close(start->slave);
    if (rc != 0) {
        close(program->pty);
        *program = (struct program){.pty = -1};
    }
    return rc;
}

int program_start(struct program *program, char *const argv[], int world_fd)
{
    struct start seen = {.argv = argv, .world_fd = world_fd};
    return start(program, &seen);
}

int program_start_unseen(struct program *program, char *const argv[], int world_fd)
{
    struct start unseen = {.argv = argv, .world_fd = world_fd, .unseen = true};
    return start(program, &unseen);
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
    const struct program *program;
    int count;
};

/* The lab adopts who is orphaned by the killing, and does for them what init would do. */
static void reap_orphan(pid_t pid, const struct kernel_process *process,
                        const struct program *program)
{
    if (process->state == 'Z' && process->parent == getpid() &&
        process->session == program->keeper && pid != program->pid &&
        pid != program->keeper) {
        waitpid(pid, NULL, WNOHANG);
    }
}

static bool kill_member(pid_t pid, const struct kernel_process *process, void *data)
{
    struct sweep *sweep = data;
    pid_t session = sweep->program->keeper;
    reap_orphan(pid, process, sweep->program);
    if (process->state != 'Z' &&
        (process->session == session || kernel_has_world(pid, &sweep->program->world))) {
        kill(pid, SIGKILL);
        sweep->count += pid != session;
    }
    return true;
}

/* Kills whoever is in the session, or has left it and still has the world; returns how many
   were there (zombies not counted, nor the keeper, who starts nobody). */
static int kill_all(const struct program *program)
{
    struct sweep sweep = {.program = program};
    kernel_each(kill_member, &sweep);
    return sweep.count;
}

void program_end(struct program *program)
{
    if (!program->started || program->pid == 0) {
        return;
    }
    int adopts = 0;
    prctl(PR_GET_CHILD_SUBREAPER, &adopts);
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    for (int turn = 0; turn < END_TURNS; turn++) {
        int left = kill_all(program);
        if (program_reap(program) && left == 0) {
            kill_all(program); /* none is left to be killed; those that were, are reaped */
            break;
        }
        poll(NULL, 0, END_TURN_MS);
    }
    prctl(PR_SET_CHILD_SUBREAPER, adopts);
    end_keeper(program);
    if (program->pty >= 0) {
        close(program->pty);
        program->pty = -1;
    }
}
