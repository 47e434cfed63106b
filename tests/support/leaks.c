// SPDX-License-Identifier: MIT
// Notes what a process has as lists of lines ("5 -> pipe:[77]") and compares such lists.
#include "leaks.h"

#include "launch.h"
#include "limit.h"
#include "proc.h"

#include <check.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { DESCRIPTORS, THREADS, SHARED_MEMORY, KINDS };

enum { LET_GO_MS = 1000 };

static const char shared_memory_dir[] = "/dev/shm";

struct names {
    char **list;
    size_t count;
};

static struct names before[KINDS];

static void add(struct names *names, const char *text)
{
    char **more = realloc(names->list, (names->count + 1) * sizeof *more);

    ck_assert_ptr_nonnull(more);
    names->list = more;
    names->list[names->count] = strdup(text);
    ck_assert_ptr_nonnull(names->list[names->count]);
    names->count++;
}

static void clear(struct names *names)
{
    for (size_t i = 0; i < names->count; i++)
        free(names->list[i]);
    free(names->list);
    *names = (struct names){0};
}

static bool has(const struct names *names, const char *text)
{
    for (size_t i = 0; i < names->count; i++)
        if (strcmp(names->list[i], text) == 0)
            return true;
    return false;
}

// A descriptor is what it refers to as well as its number: one that was closed and one
// that was opened in its place are two.
static void add_descriptor(struct names *names, int dir, const char *name)
{
    char target[256], text[320];
    ssize_t length = readlinkat(dir, name, target, sizeof target - 1);

    if (length < 0)
        return;
    target[length] = '\0';
    snprintf(text, sizeof text, "%s -> %s", name, target);
    add(names, text);
}

static void add_thread(struct names *names, int dir, const char *name)
{
    char path[64], text[320], comm[32] = "";
    int fd;

    snprintf(path, sizeof path, "%s/comm", name);
    fd = openat(dir, path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return;
    if (read(fd, comm, sizeof comm - 1) < 0)
        comm[0] = '\0';
    close(fd);
    comm[strcspn(comm, "\n")] = '\0';
    // The main thread may change its name; any other is known by it.
    snprintf(text, sizeof text, "%s (%s)", name, atoi(name) == getpid() ? "main" : comm);
    add(names, text);
}

static void add_shared_memory(struct names *names, int dir, const char *name)
{
    struct stat st;

    if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && st.st_uid == geteuid())
        add(names, name);
}

static void note(int kind, struct names *names)
{
    static const char *const dirs[] = {"/proc/self/fd", "/proc/self/task",
                                       shared_memory_dir};
    static void (*const add_one[])(struct names *, int, const char *) = {
        add_descriptor, add_thread, add_shared_memory};
    DIR *dir = opendir(dirs[kind]);
    struct dirent *entry;

    if (!dir)
        return;
    // cppcheck-suppress readdirCalled  // readdir_r is deprecated; the stream is our own
    while ((entry = readdir(dir)))
        if (entry->d_name[0] != '.' &&
            (kind != DESCRIPTORS || atoi(entry->d_name) != dirfd(dir)))
            add_one[kind](names, dirfd(dir), entry->d_name);
    closedir(dir);
}

static bool file_has(const char *path, const char *text)
{
    FILE *file = fopen(path, "re");
    char line[512];
    bool found = false;

    while (file && !found && fgets(line, sizeof line, file))
        found = strstr(line, text) != NULL;
    if (file)
        fclose(file);
    return found;
}

// Whether another program of this user works with a shared memory object just now: a
// browser makes such objects all the time, and they are no business of a test.
static bool in_use(const char *name)
{
    struct proc *list;
    size_t count = proc_list(&list);
    char text[320], path[64];
    bool found = false;

    snprintf(text, sizeof text, "%s/%s", shared_memory_dir, name);
    for (size_t i = 0; i < count && !found; i++) {
        if (list[i].pid == getpid())
            continue;
        snprintf(path, sizeof path, "/proc/%d/maps", (int)list[i].pid);
        found = file_has(path, text);
    }
    free(list);
    return found;
}

// Without a process for each test (CK_FORK=no), Check opens a file only after the setup.
static bool is_checks_own(const char *text)
{
    return strstr(text, "/check_") && strstr(text, "(deleted)");
}

// Writes a line for each thing of a kind that was not there before (out: or NULL).
// Returns how many.
static int report_new(FILE *out, int kind)
{
    static const char *const labels[] = {"descriptor", "thread", "shared memory"};
    struct names now = {0};
    int found = 0;

    note(kind, &now);
    for (size_t i = 0; i < now.count; i++) {
        if (has(&before[kind], now.list[i]))
            continue;
        if (kind == SHARED_MEMORY && in_use(now.list[i]))
            continue;
        if (kind == DESCRIPTORS && is_checks_own(now.list[i]))
            continue;
        if (out)
            fprintf(out, "  %s %s\n", labels[kind], now.list[i]);
        found++;
    }
    clear(&now);
    return found;
}

// A joined thread is still in /proc for a moment after pthread_join has returned; and an
// object in shared memory may be another program's, which is about to remove it.
static void let_go(int kind)
{
    int64_t deadline = limit_after(LET_GO_MS);

    while (report_new(NULL, kind) > 0 && limit_left(deadline) > 0)
        limit_nap();
}

void leaks_setup(void)
{
    ck_assert_int_eq(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
    // The runner's handlers came with the fork. In a child of the test, SIGTERM would
    // then be answered by Check, with a signal to the whole process group of the test.
    spawn_reset_signals();
    for (int kind = 0; kind < KINDS; kind++) {
        clear(&before[kind]);
        note(kind, &before[kind]);
    }
    for (size_t i = 0; i < before[DESCRIPTORS].count; i++) {
        int fd = atoi(before[DESCRIPTORS].list[i]);

        if (fd > STDERR_FILENO)
            fcntl(fd, F_SETFD, FD_CLOEXEC);
    }
}

void leaks_teardown(void)
{
    char *processes = proc_describe_descendants(), *text;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    int found = *processes != '\0';

    ck_assert_ptr_nonnull(out);
    fputs(processes, out);
    free(processes);
    if (found)
        proc_kill_descendants();
    let_go(THREADS);
    let_go(SHARED_MEMORY);
    for (int kind = 0; kind < KINDS; kind++)
        found += report_new(out, kind);
    // Check ends the process at a failed assertion: free first what a leak checker sees.
    for (int kind = 0; kind < KINDS; kind++)
        clear(&before[kind]);
    fclose(out);
    if (found) {
        static char message[4096];

        snprintf(message, sizeof message, "%s", text);
        free(text);
        ck_abort_msg("left behind:\n%s", message);
    }
    free(text);
}
