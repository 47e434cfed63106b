// SPDX-License-Identifier: MIT
// What a program leaves in the system: nothing that has a name, however it ends; and what it
// needs there: nothing, for it works just as well where /dev/shm is full.
#include "launch.h"
#include "limit.h"
#include "paths.h"
#include "proc.h"
#include "run.h"
#include "suite.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LISTING = 1 << 16, NOT_PERMITTED = 77, GONE_MS = 5000, MOST = 16 };

#define PROGRAM built("tests/programs/fault_everything")

// A /dev/shm of our own, which nobody else uses. False when that is not permitted.
static bool own_shm(const char *size)
{
    char options[64];

    snprintf(options, sizeof options, "size=%s,mode=1777", size);
    return (unshare(CLONE_NEWNS) == 0 || unshare(CLONE_NEWUSER | CLONE_NEWNS) == 0) &&
           mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
           mount("tmpfs", "/dev/shm", "tmpfs", 0, options) == 0;
}

// The names in it, a line each.
static void list_shm(char *names)
{
    struct dirent **entries;
    int count = scandir("/dev/shm", &entries, NULL, alphasort);
    size_t used = 0;

    names[0] = '\0';
    for (int i = 0; i < count; i++) {
        if (used < LISTING - sizeof entries[i]->d_name - 1) {
            used += (size_t)sprintf(names + used, "%s\n", entries[i]->d_name);
        }
        free(entries[i]);
    }
    if (count >= 0) {
        free(entries);
    }
}

// --- names ----------------------------------------------------------------------------------

// All that a process shares with others has no name, or none any more.
static void assert_shares_nothing_with_a_name(pid_t pid)
{
    char path[64], line[1024], permissions[8];
    int shared = 0;

    snprintf(path, sizeof path, "/proc/%d/maps", (int)pid);
    FILE *maps = fopen(path, "re");
    ck_assert_ptr_nonnull(maps);
    while (fgets(line, sizeof line, maps) != NULL) {
        if (sscanf(line, "%*s %7s", permissions) == 1 && permissions[3] == 's') {
            shared++;
            ck_assert_msg(strchr(line, '/') == NULL || strstr(line, " (deleted)") != NULL,
                          "%s", line);
        }
    }
    fclose(maps);
    ck_assert_int_gt(shared, 0);
}

static pid_t start_and_wait_until_ready(int *from)
{
    const char *const argv[] = {PROGRAM, "stays", NULL};
    int pipes[2];
    char text[256];
    size_t used = 0;

    ck_assert_int_eq(pipe2(pipes, O_CLOEXEC), 0);
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    struct spawn what = {.argv = argv, .stdio = {null, pipes[1], pipes[1]}};
    pid_t pid = spawn_program(&what);
    close(null);
    close(pipes[1]);
    do {
        ssize_t got = read(pipes[0], text + used, sizeof text - 1 - used);
        used += got > 0 ? (size_t)got : 0;
        text[used] = '\0';
        ck_assert_msg(got > 0, "not ready: %s", text);
    } while (strstr(text, "ready\n") == NULL);
    *from = pipes[0];
    return pid;
}

// In a process of its own, which lives in another tree of mounts; its orphans are its own.
static void kill_and_look(int signal_number)
{
    static char names[LISTING];
    pid_t workers[MOST];
    int from, status;
    bool alone = own_shm("1m");
    pid_t pid = start_and_wait_until_ready(&from);
    size_t count = proc_children(pid, workers, MOST);

    ck_assert_uint_eq(count, 4); // two, one, and the one that waits
    assert_shares_nothing_with_a_name(pid);
    for (size_t i = 0; i < count; i++) {
        assert_shares_nothing_with_a_name(workers[i]);
    }
    ck_assert_int_eq(kill(pid, signal_number), 0);
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert_int_eq(WTERMSIG(status), signal_number);
    ck_assert(proc_wait_session(pid, GONE_MS));
    close(from);
    if (alone) {
        list_shm(names);
        ck_assert_str_eq(names, ".\n..\n");
    } else {
        printf("skipped: whose the names in /dev/shm are is not known without "
               "permission to mount\n");
    }
}

// F33: nothing has a name, so there is nothing that could be left.
START_TEST(a_killed_program_leaves_no_name_and_no_process)
{
    static const int signals[] = {SIGKILL, SIGTERM, SIGSEGV};
    int status;

    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) {
        prctl(PR_SET_CHILD_SUBREAPER, 1);
        kill_and_look(signals[_i]);
        fflush(NULL);
        _exit(0);
    }
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 0, "status %#x", status);
}
END_TEST

// --- room -----------------------------------------------------------------------------------

static void fill_up(const char *path)
{
    static const char block[4096] = {1};
    int fd = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);

    while (fd >= 0 && write(fd, block, sizeof block) > 0) {
    }
    if (fd < 0 || errno != ENOSPC) {
        _exit(NOT_PERMITTED);
    }
    close(fd);
}

// Runs the program where /dev/shm has no byte left.
static _Noreturn void run_without_room(void)
{
    static char before[LISTING], after[LISTING];
    int status;

    if (!own_shm("64k")) {
        _exit(NOT_PERMITTED);
    }
    fill_up("/dev/shm/full");
    list_shm(before);
    pid_t pid = fork();
    if (pid == 0) {
        dup2(open("/dev/null", O_WRONLY | O_CLOEXEC), STDOUT_FILENO);
        execl(PROGRAM, PROGRAM, "ends", (char *)NULL);
        _exit(126);
    }
    if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status)) {
        _exit(1);
    }
    list_shm(after);
    _exit(WEXITSTATUS(status) != 0 ? 2 : strcmp(before, after) != 0 ? 3 : 0);
}

// F31.
START_TEST(a_full_dev_shm_changes_nothing)
{
    int status;
    pid_t pid = fork();

    if (pid == 0) {
        run_without_room();
    }
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert_msg(WIFEXITED(status), "ended by signal %d", WTERMSIG(status));
    if (WEXITSTATUS(status) == NOT_PERMITTED) {
        printf("skipped: no /dev/shm of our own without permission to mount\n");
        return;
    }
    ck_assert_int_eq(WEXITSTATUS(status), 0);
}
END_TEST

// With all permissions or none: each thing is made, used, and freed.
START_TEST(one_of_everything_is_made_used_and_freed)
{
    const char *const argv[] = {PROGRAM, "ends", NULL};
    struct run_result result = run_program(argv, NULL);

    run_assert_exit(&result, 0);
    ck_assert_str_eq(result.out, "all freed\n");
    ck_assert_str_eq(result.err, "");
    run_free(&result);
}
END_TEST

int main(void)
{
    const struct suite_test tests[] = {
        {.test = one_of_everything_is_made_used_and_freed},
        {.test = a_killed_program_leaves_no_name_and_no_process, .from = 0, .to = 3},
        {.test = a_full_dev_shm_changes_nothing},
    };

    return suite_run("leavings", tests, sizeof tests / sizeof *tests);
}
