// SPDX-License-Identifier: MIT
// fork and exec for tests, from a defined state, with errors reported to the test.
#include "launch.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

// What a program gets from the test's own environment: enough to be found and to run, and
// what sanitizers and coverage need. Nothing that makes a result depend on who runs it.
static const char *const inherited[] = {
    "PATH",
    "HOME",
    "USER",
    "TMPDIR",
    "ASAN_OPTIONS",
    "UBSAN_OPTIONS",
    "LSAN_OPTIONS",
    "TSAN_OPTIONS",
    "GCOV_PREFIX",
    "GCOV_PREFIX_STRIP",
    "LLVM_PROFILE_FILE",
    "TEST_TIMEOUT_FACTOR",
};

enum { INHERITED = sizeof inherited / sizeof *inherited };

static size_t name_length(const char *entry)
{
    return strcspn(entry, "=");
}

static void drop(char **list, const char *entry)
{
    size_t length = name_length(entry), kept = 0;

    for (size_t i = 0; list[i]; i++) {
        if (name_length(list[i]) == length && strncmp(list[i], entry, length) == 0)
            free(list[i]);
        else
            list[kept++] = list[i];
    }
    list[kept] = NULL;
}

static void set(char **list, const char *name, const char *value)
{
    size_t size = strlen(name) + strlen(value) + 2, i = 0;
    char *entry = malloc(size);

    ck_assert_ptr_nonnull(entry);
    strcpy(entry, name);
    if (!strchr(name, '=')) {
        strcat(entry, "=");
        strcat(entry, value);
    }
    drop(list, entry);
    while (list[i])
        i++;
    list[i] = entry;
    list[i + 1] = NULL;
}

static char **environment(const struct spawn *what)
{
    size_t room = INHERITED + 3;
    char **list;

    for (size_t i = 0; what->env && what->env[i]; i++)
        room++;
    list = calloc(room, sizeof *list);
    ck_assert_ptr_nonnull(list);
    for (size_t i = 0; i < INHERITED; i++) {
        const char *value = getenv(inherited[i]);

        if (value)
            set(list, inherited[i], value);
    }
    set(list, "LANG", "C.UTF-8");
    if (what->term)
        set(list, "TERM", what->term);
    for (size_t i = 0; what->env && what->env[i]; i++) {
        if (strchr(what->env[i], '='))
            set(list, what->env[i], "");
        else
            drop(list, what->env[i]);
    }
    return list;
}

// A program inherits ignored signals and the mask. Under nohup, or in the background of a
// script, SIGHUP or SIGINT are ignored, and tests of them would fail there and only
// there.
void spawn_reset_signals(void)
{
    struct sigaction standard = {.sa_handler = SIG_DFL};
    sigset_t none;

    for (int signal = 1; signal < NSIG; signal++)
        sigaction(signal, &standard, NULL);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

static int prepare(const struct spawn *what, pid_t test)
{
    int moved[3];

    spawn_reset_signals();
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0)
        return -1;
    if (getppid() != test) // it died before it was asked for
        _exit(127);
    if (setsid() < 0)
        return -1;
    if (what->controlling && ioctl(what->stdio[0], TIOCSCTTY, 0) < 0)
        return -1;
    // First out of the way of 0, 1 and 2, so that none overwrites another.
    for (int i = 0; i < 3; i++) {
        moved[i] = fcntl(what->stdio[i], F_DUPFD_CLOEXEC, 3);
        if (moved[i] < 0)
            return -1;
    }
    for (int i = 0; i < 3; i++)
        if (dup2(moved[i], i) < 0)
            return -1;
    // Crashes are part of the tests; their core files are not wanted.
    setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
    return what->cwd ? chdir(what->cwd) : 0;
}

static _Noreturn void child(const struct spawn *what, char **env, int report, pid_t test)
{
    int error;

    if (prepare(what, test) == 0)
        execvpe(what->argv[0], (char *const *)what->argv, env);
    error = errno;
    if (write(report, &error, sizeof error) != sizeof error)
        _exit(126);
    _exit(127);
}

pid_t spawn_program(const struct spawn *what)
{
    char **env = environment(what);
    int error = 0, report[2];
    pid_t test = getpid(), pid;
    ssize_t got;

    ck_assert_int_eq(pipe2(report, O_CLOEXEC), 0);
    pid = fork();
    ck_assert_int_ge(pid, 0);
    if (pid == 0)
        child(what, env, report[1], test);

    // The pipe closes at a successful exec: the program has begun when we return.
    close(report[1]);
    do {
        got = read(report[0], &error, sizeof error);
    } while (got < 0 && errno == EINTR);
    close(report[0]);
    for (size_t i = 0; env[i]; i++)
        free(env[i]);
    free(env);
    if (got != 0) {
        waitpid(pid, NULL, 0);
        ck_abort_msg("cannot run %s%s%s: %s", what->argv[0], what->cwd ? " in " : "",
                     what->cwd ? what->cwd : "", strerror(error));
    }
    return pid;
}
