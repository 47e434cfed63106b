// SPDX-License-Identifier: MIT
/* The lab on a terminal of 80x24 of its own, for benchmarks that look at what it shows. */
#include "bench.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <termios.h>
#include <unistd.h>

static void become_lab(const char *terminal, const char *const argv[])
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    setsid();
    int fd = open(terminal, O_RDWR); /* becomes the controlling terminal */
    if (fd < 0) {
        _exit(127);
    }
    for (int i = 0; i < 3; i++) {
        dup2(fd, i);
    }
    if (fd > STDERR_FILENO) {
        close(fd);
    }
    setenv("TERM", "xterm-256color", 1);
    setenv("LANG", "C.UTF-8", 1);
    unsetenv("NO_COLOR");
    execv(BUILD_DIR "/lab", (char *const *)(uintptr_t)argv);
    _exit(127);
}

int bench_lab(const char *const argv[], int *pid)
{
    struct winsize size = {.ws_row = 24, .ws_col = 80};
    char name[64];
    int pty = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (pty < 0 || grantpt(pty) != 0 || unlockpt(pty) != 0 ||
        ptsname_r(pty, name, sizeof name) != 0 || ioctl(pty, TIOCSWINSZ, &size) != 0) {
        bench_cannot("no terminal");
    }
    *pid = fork();
    if (*pid < 0) {
        bench_cannot("cannot fork");
    }
    if (*pid == 0) {
        become_lab(name, argv);
    }
    return pty;
}
