// SPDX-License-Identifier: MIT
/* Reading /proc. */
#include "session/kernel.h"

#include "model/clean.h"
#include "world.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

static bool read_file(pid_t pid, const char *name, char *text, size_t size)
{
    char path[48];
    snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, name);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return false;
    }
    ssize_t got = read(fd, text, size - 1);
    close(fd);
    text[got > 0 ? got : 0] = '\0';
    return got > 0;
}

/* Fields of /proc/PID/stat, counted from 3, the state: they follow the name, which is in
   parentheses and may itself contain some. */
enum {
    STATE = 3,
    PPID = 4,
    SESSION = 6,
    UTIME = 14,
    STIME = 15,
    THREADS = 20,
    CPU = 39,
    EXIT_CODE = 52
};

bool kernel_process(pid_t pid, struct kernel_process *process)
{
    char text[1024];
    if (pid <= 0 || !read_file(pid, "stat", text, sizeof text)) {
        return false;
    }
    const char *begin = strchr(text, '(');
    char *end = strrchr(text, ')');
    if (begin == NULL || end == NULL || end[1] != ' ') {
        return false;
    }
    *process = (struct kernel_process){.state = end[2]};
    clean_copy(process->name, sizeof process->name, begin + 1, (size_t)(end - begin - 1));
    char *next = end + 3;
    for (int field = STATE + 1; field <= EXIT_CODE; field++) {
        long long value = strtoll(next, &next, 10);
        switch (field) {
        case PPID:
            process->parent = (pid_t)value;
            break;
        case SESSION:
            process->session = (pid_t)value;
            break;
        case UTIME:
        case STIME:
            process->cpu_ticks += (uint64_t)value;
            break;
        case THREADS:
            process->threads = (int)value;
            break;
        case CPU:
            process->cpu = (int)value;
            break;
        case EXIT_CODE:
            process->exit_code = (int)value;
            break;
        default:
            break;
        }
    }
    return true;
}

size_t kernel_children(pid_t pid, pid_t *children, size_t room)
{
    char name[32];
    char text[4096];
    size_t count = 0;
    snprintf(name, sizeof name, "task/%d/children", (int)pid);
    if (!read_file(pid, name, text, sizeof text)) {
        return 0;
    }
    char *end;
    for (char *at = text; count < room; at = end) {
        long child = strtol(at, &end, 10);
        if (end == at) {
            break;
        }
        children[count++] = (pid_t)child;
    }
    return count;
}

static uint64_t after(const char *text, const char *label)
{
    const char *found = strstr(text, label);
    return found != NULL ? strtoull(found + strlen(label), NULL, 10) : 0;
}

void kernel_view(pid_t pid, struct kernel_view *view)
{
    struct kernel_process process;
    *view = (struct kernel_view){.cpu = -1};
    if (!kernel_process(pid, &process)) {
        return;
    }
    view->state = process.state;
    view->parent = process.parent;
    view->cpu_ticks = process.cpu_ticks;
    view->cpu = process.cpu;
    struct kernel_process parent;
    if (kernel_process(process.parent, &parent)) {
        snprintf(view->parent_name, sizeof view->parent_name, "%s", parent.name);
    }
    char text[4096];
    if (read_file(pid, "status", text, sizeof text)) {
        view->switches = after(text, "\nvoluntary_ctxt_switches:") +
                         after(text, "\nnonvoluntary_ctxt_switches:");
    }
}

void kernel_each(bool (*each)(pid_t pid, const struct kernel_process *process, void *data),
                 void *data)
{
    DIR *proc = opendir("/proc");
    if (proc == NULL) {
        return;
    }
    for (struct dirent *entry; (entry = readdir(proc)) != NULL;) {
        pid_t pid = (pid_t)atoi(entry->d_name);
        struct kernel_process process;
        if (pid > 0 && kernel_process(pid, &process) && !each(pid, &process, data)) {
            break;
        }
    }
    closedir(proc);
}

/* --- who has a world ------------------------------------------------------------------------ */

bool kernel_world_of(int fd, struct kernel_world *world)
{
    struct stat about;
    if (fstat(fd, &about) != 0) {
        return false;
    }
    *world = (struct kernel_world){.device = about.st_dev, .number = about.st_ino};
    return true;
}

/* What a process has mapped at this address: its beginning and its file. */
static bool mapping_at(pid_t pid, uint64_t address, uint64_t *start,
                       struct kernel_world *world)
{
    char line[512];
    bool found = false;
    snprintf(line, sizeof line, "/proc/%d/maps", (int)pid);
    FILE *maps = fopen(line, "re");
    while (maps != NULL && !found && fgets(line, sizeof line, maps) != NULL) {
        unsigned long long begin, end, number;
        unsigned high, low;
        found = sscanf(line, "%llx-%llx %*s %*s %x:%x %llu", &begin, &end, &high, &low,
                       &number) == 5 &&
                begin <= address && address < end && number != 0;
        if (found) {
            *start = begin;
            *world =
                (struct kernel_world){.device = makedev(high, low), .number = number};
        }
    }
    if (maps != NULL) {
        fclose(maps);
    }
    return found;
}

bool kernel_world_at(const void *memory, struct kernel_world *world)
{
    uint64_t start;
    return mapping_at(getpid(), (uintptr_t)memory, &start, world);
}

static bool is_open(pid_t pid, const struct kernel_world *world)
{
    static const char wanted[] = "/memfd:" MP_WORLD_FILE;
    char path[48];
    bool found = false;
    snprintf(path, sizeof path, "/proc/%d/fd", (int)pid);
    DIR *fds = opendir(path);
    if (fds == NULL) {
        return false; /* it has ended, or is another user's */
    }
    for (struct dirent *entry; !found && (entry = readdir(fds)) != NULL;) {
        char target[sizeof wanted];
        struct stat about;
        ssize_t length = readlinkat(dirfd(fds), entry->d_name, target, sizeof target);
        found = length >= (ssize_t)sizeof wanted - 1 &&
                memcmp(target, wanted, sizeof wanted - 1) == 0 &&
                fstatat(dirfd(fds), entry->d_name, &about, 0) == 0 &&
                about.st_dev == world->device && about.st_ino == world->number;
    }
    closedir(fds);
    return found;
}

bool kernel_has_world(pid_t pid, const struct kernel_world *world)
{
    struct kernel_world its;
    uint64_t start;
    return pid != getpid() && world->address != 0 && is_open(pid, world) &&
           mapping_at(pid, world->address, &start, &its) && start == world->address &&
           its.device == world->device && its.number == world->number;
}
