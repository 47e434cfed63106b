// SPDX-License-Identifier: MIT
/* Finding programs that run with a world: a descriptor under /proc/PID/fd leads to it. */
#include "session/kernel.h"
#include "session/program.h"
#include "world.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct search {
    struct found *found;
    size_t room;
    size_t count;
    ino_t *seen; /* worlds already found: all processes of a program have the same */
    size_t seen_count;
    pid_t self;
};

static bool is_new(struct search *search, ino_t world)
{
    for (size_t i = 0; i < search->seen_count; i++) {
        if (search->seen[i] == world) {
            return false;
        }
    }
    ino_t *more = realloc(search->seen, (search->seen_count + 1) * sizeof *more);
    if (more != NULL) {
        search->seen = more;
        search->seen[search->seen_count++] = world;
    }
    return more != NULL;
}

/* The first process of this world that lives: main, as long as it does. A lab that still
   shows a program that has ended has its world open too, and is not in it. */
static pid_t living_pid(int fd, struct kernel_process *process)
{
    uint64_t magic = 0;
    if (pread(fd, &magic, sizeof magic, offsetof(struct mp_world, magic)) !=
            (ssize_t)sizeof magic ||
        magic != MP_WORLD_MAGIC) {
        return 0;
    }
    for (size_t i = 0; i < MP_PROCESSES; i++) {
        struct mp_process_entry entry;
        off_t place = (off_t)(offsetof(struct mp_world, processes) + i * sizeof entry);
        if (pread(fd, &entry, sizeof entry, place) != (ssize_t)sizeof entry) {
            break;
        }
        if ((entry.life == MP_LIFE_ALIVE || entry.life == MP_LIFE_STARTED) &&
            kernel_process(entry.pid, process) && process->state != 'Z') {
            return entry.pid;
        }
    }
    return 0;
}

/* Opens what this descriptor of another process leads to: -1: nothing that can be opened. */
static int open_world(pid_t pid, int number)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/fd/%d", (int)pid, number);
    return open(path, O_RDWR | O_CLOEXEC);
}

static bool is_wanted(struct search *search, struct found *found)
{
    struct stat file;
    struct kernel_process process;
    if (fstat(found->world, &file) != 0 || !is_new(search, file.st_ino)) {
        return false;
    }
    found->pid = living_pid(found->world, &process);
    if (found->pid == 0) {
        return false;
    }
    snprintf(found->name, sizeof found->name, "%s", process.name);
    return true;
}

static void add(struct search *search, pid_t pid, int number)
{
    struct found found = {.world = open_world(pid, number)};
    if (found.world < 0) {
        return;
    }
    bool wanted = is_wanted(search, &found);
    bool kept = wanted && search->count < search->room;
    if (kept) {
        search->found[search->count] = found;
    } else {
        close(found.world);
    }
    search->count += wanted;
}

static bool look_into(pid_t pid, const struct kernel_process *process, void *data)
{
    struct search *search = data;
    char path[64];
    if (pid == search->self || process->state == 'Z') {
        return true;
    }
    snprintf(path, sizeof path, "/proc/%d/fd", (int)pid);
    DIR *fds = opendir(path);
    if (fds == NULL) {
        return true; /* another user's */
    }
    for (struct dirent *entry; (entry = readdir(fds)) != NULL;) {
        char target[64];
        ssize_t length = readlinkat(dirfd(fds), entry->d_name, target, sizeof target - 1);
        if (length <= 0) {
            continue;
        }
        target[length] = '\0';
        const char *wanted = "/memfd:" MP_WORLD_FILE;
        if (strncmp(target, wanted, strlen(wanted)) == 0) {
            add(search, pid, atoi(entry->d_name));
        }
    }
    closedir(fds);
    return true;
}

size_t program_find_all(struct found *found, size_t room)
{
    struct search search = {.found = found, .room = room, .self = getpid()};
    kernel_each(look_into, &search);
    free(search.seen);
    return search.count;
}

void program_forget(const struct found *found, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        close(found[i].world);
    }
}

/* The program of one process: main, or any other of it. */
static bool find_one(pid_t pid, struct found *found)
{
    struct search search = {.found = found, .room = 1, .self = getpid()};
    struct kernel_process process;
    if (kernel_process(pid, &process)) {
        look_into(pid, &process, &search);
    }
    free(search.seen);
    return search.count > 0;
}

int program_choose(pid_t pid, struct found *chosen, char *why, size_t size)
{
    enum { LISTED = 16 };
    struct found found[LISTED];
    if (pid != 0 && find_one(pid, chosen)) {
        return 0;
    }
    size_t count = program_find_all(found, LISTED);
    if (pid == 0 && count == 1) {
        *chosen = found[0];
        return 0;
    }
    program_forget(found, count < LISTED ? count : LISTED);
    if (count == 0) {
        snprintf(why, size,
                 "no program built with mp is running; start one, for example "
                 "build/demos/lock_fixed --increments 100000000");
        return -ESRCH;
    }
    size_t used =
        pid == 0
            ? (size_t)snprintf(why, size, "several are running; say which:")
            : (size_t)snprintf(why, size, "%d does not run with mp; these do:", (int)pid);
    for (size_t i = 0; i < count && i < LISTED && used < size; i++) {
        used += (size_t)snprintf(why + used, size - used, " %d (%s)", (int)found[i].pid,
                                 found[i].name);
    }
    return pid == 0 ? -EINVAL : -ESRCH;
}
