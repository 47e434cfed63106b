// SPDX-License-Identifier: MIT
/* The C compiler of this machine: which one, and running it. */
#include "commands/own.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

/* "ccache gcc": two words. */
static void split(struct compiler *compiler, const char *text)
{
    int count = 0;
    snprintf(compiler->text, sizeof compiler->text, "%s", text);
    char *rest = compiler->text;
    for (char *word;
         (word = strtok_r(rest, " \t", &rest)) != NULL && count < COMPILER_WORDS - 1;) {
        compiler->words[count++] = word;
    }
    compiler->words[count] = NULL;
}

/* Starts it with its output going to `output` and its messages to `messages`. 0, or an error
   number. Ctrl-C is for the compiler, too: the lab comes to its end behind it. */
static int start(char *const argv[], int output, int messages, pid_t *pid)
{
    static const int standard[] = {SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGTSTP, SIGPIPE};
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t signals;

    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", 0, 0);
    posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, messages, STDERR_FILENO);
    posix_spawnattr_init(&attributes);
    sigemptyset(&signals);
    posix_spawnattr_setsigmask(&attributes, &signals);
    for (size_t i = 0; i < sizeof standard / sizeof *standard; i++) {
        sigaddset(&signals, standard[i]);
    }
    posix_spawnattr_setsigdefault(&attributes, &signals);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
    int error = posix_spawnp(pid, argv[0], &actions, &attributes, argv, environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return error;
}

static int wait_for(pid_t pid)
{
    int status = 0;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    return status;
}

int compiler_run(char *const argv[], int messages)
{
    pid_t pid;
    int error = start(argv, messages, messages, &pid);
    return error != 0 ? -error : wait_for(pid);
}

/* What the compiler defines says what it is. 0, or an error number: it cannot be started, or
   it defines nothing. */
static int ask(struct compiler *compiler)
{
    static char last[] = "-dM\0-E\0-x\0c\0/dev/null";
    char *argv[COMPILER_WORDS + 8];
    char line[256];
    int count = 0;
    int output[2];
    pid_t pid;

    for (char **word = compiler->words; *word != NULL; word++) {
        argv[count++] = *word;
    }
    for (char *word = last; word < last + sizeof last; word += strlen(word) + 1) {
        argv[count++] = word;
    }
    argv[count] = NULL;
    if (compiler->words[0] == NULL || pipe2(output, O_CLOEXEC) != 0) {
        return compiler->words[0] == NULL ? ENOENT : errno;
    }
    int error = start(argv, output[1], STDERR_FILENO, &pid);
    close(output[1]);
    FILE *defined = fdopen(output[0], "r");
    while (defined != NULL && fgets(line, sizeof line, defined) != NULL) {
        compiler->is_clang =
            compiler->is_clang || strncmp(line, "#define __clang__ ", 18) == 0;
    }
    if (defined != NULL) {
        fclose(defined);
    }
    if (error == 0 && wait_for(pid) != 0) {
        error = ENOEXEC;
    }
    return error;
}

bool compiler_find(struct compiler *compiler, char *why, size_t size)
{
    static const char *const usual[] = {"cc", "gcc", "clang"};
    const char *chosen = getenv("CC");

    *compiler = (struct compiler){.is_clang = false};
    if (chosen != NULL && chosen[strspn(chosen, " \t")] != '\0') {
        split(compiler, chosen);
        int error = ask(compiler);
        if (error != 0) {
            snprintf(why, size, "the compiler \"%s\", as CC says, does not work here: %s",
                     chosen, error == ENOEXEC ? "see above" : strerror(error));
        }
        return error == 0;
    }
    for (size_t i = 0; i < sizeof usual / sizeof *usual; i++) {
        split(compiler, usual[i]);
        if (ask(compiler) == 0) {
            return true;
        }
    }
    snprintf(why, size,
             "there is no C compiler here; on Debian and Ubuntu: apt install gcc "
             "libc6-dev");
    return false;
}
