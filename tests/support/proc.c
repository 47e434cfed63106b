// SPDX-License-Identifier: MIT
// Processes as /proc shows them. Scans the whole of /proc instead of using
// /proc/PID/task/TID/children, which not every kernel is built with.
#include "proc.h"

#include "limit.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { KILL_LIMIT_MS = 10000, STOP_ROUNDS = 200 };

// Which processes are meant: of everything there is, is `p` one?
struct snapshot {
    struct proc *list;
    size_t count;
};
typedef bool belongs_fn(const struct snapshot *all, const struct proc *p, pid_t id);

bool proc_read(pid_t pid, struct proc *out)
{
    char path[64], line[1024];
    unsigned long user, system;
    ssize_t length;
    char *first, *last;
    int fd;

    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    length = read(fd, line, sizeof line - 1);
    close(fd);
    if (length <= 0)
        return false;
    line[length] = '\0';

    // The name may itself have blanks and brackets: it ends at the last one.
    first = strchr(line, '(');
    last = strrchr(line, ')');
    if (!first || !last)
        return false;
    *last = '\0';
    *out = (struct proc){.pid = pid};
    snprintf(out->name, sizeof out->name, "%s", first + 1);
    if (sscanf(last + 1, " %c %d %d %d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &out->state,
               &out->parent, &out->group, &out->session, &user, &system) != 6)
        return false;
    out->ticks = (long)(user + system);
    return true;
}

static int by_pid(const void *a, const void *b)
{
    const struct proc *p = a, *q = b;

    return (p->pid > q->pid) - (p->pid < q->pid);
}

size_t proc_list(struct proc **out)
{
    DIR *dir = opendir("/proc");
    size_t count = 0, room = 0;
    struct dirent *entry;

    *out = NULL;
    if (!dir)
        return 0;
    // cppcheck-suppress readdirCalled  // readdir_r is deprecated; the stream is our own
    while ((entry = readdir(dir))) {
        pid_t pid = (pid_t)strtol(entry->d_name, NULL, 10);

        if (count == room) {
            struct proc *more;

            room = room ? 2 * room : 256;
            more = realloc(*out, room * sizeof **out);
            if (!more)
                abort();
            *out = more;
        }
        if (pid > 0 && proc_read(pid, &(*out)[count]))
            count++;
    }
    closedir(dir);
    if (count)
        qsort(*out, count, sizeof **out, by_pid);
    return count;
}

char proc_state(pid_t pid)
{
    struct proc p;

    return proc_read(pid, &p) ? p.state : '\0';
}

long proc_ticks(pid_t pid)
{
    struct proc p;

    return proc_read(pid, &p) ? p.ticks : -1;
}

static bool is_dead(const struct proc *p)
{
    return p->state == 'Z' || p->state == 'X' || p->state == 'x';
}

size_t proc_children(pid_t parent, pid_t *pids, size_t max)
{
    struct proc *list;
    size_t count = proc_list(&list), found = 0;

    for (size_t i = 0; i < count; i++) {
        if (list[i].parent != parent)
            continue;
        if (found < max)
            pids[found] = list[i].pid;
        found++;
    }
    free(list);
    return found;
}

size_t proc_session_count(pid_t session)
{
    struct proc *list;
    size_t count = proc_list(&list), found = 0;

    for (size_t i = 0; i < count; i++)
        found += list[i].session == session && !is_dead(&list[i]);
    free(list);
    return found;
}

int proc_open(pid_t pid)
{
    return (int)syscall(SYS_pidfd_open, pid, 0);
}

bool proc_wait_end(pid_t pid, int ms)
{
    int64_t deadline = limit_after(ms);
    int fd = proc_open(pid);
    struct pollfd event = {.fd = fd, .events = POLLIN};
    int ready;

    if (fd < 0)
        return errno == ESRCH;
    do {
        ready = poll(&event, 1, limit_left(deadline));
    } while (ready < 0 && errno == EINTR);
    close(fd);
    return ready == 1;
}

bool proc_wait_gone(pid_t pid, int ms)
{
    int64_t deadline = limit_after(ms);

    if (!proc_wait_end(pid, ms))
        return false;
    // An orphan comes to us only when its parent has ended as well.
    while (kill(pid, 0) == 0) {
        if (waitpid(pid, NULL, WNOHANG) == pid)
            return true;
        if (limit_left(deadline) == 0)
            return false;
        limit_nap();
    }
    return true;
}

bool proc_wait_state(pid_t pid, const char *letters, int ms)
{
    int64_t deadline = limit_after(ms);

    for (;;) {
        char state = proc_state(pid);

        if (state && strchr(letters, state))
            return true;
        if (!state || limit_left(deadline) == 0)
            return false;
        limit_nap();
    }
}

static const struct proc *find(const struct snapshot *all, pid_t pid)
{
    struct proc key = {.pid = pid};

    return all->count ? bsearch(&key, all->list, all->count, sizeof key, by_pid) : NULL;
}

static bool descends(const struct snapshot *all, const struct proc *p, pid_t ancestor)
{
    // The list is no instant: a pid reused meanwhile could close a circle, so count.
    for (size_t i = 0; p && i < all->count; i++) {
        if (p->parent == ancestor)
            return true;
        p = find(all, p->parent);
    }
    return false;
}

static bool in_session(const struct snapshot *all, const struct proc *p, pid_t session)
{
    (void)all;
    return p->session == session && p->pid != getpid();
}

// Sends a signal to those alive (to those not yet stopped, if it is SIGSTOP), reaps the
// dead that are ours, and returns how many of the living got it.
static size_t signal_all(belongs_fn *belongs, pid_t id, int signal)
{
    struct snapshot all;
    size_t sent = 0;

    all.count = proc_list(&all.list);
    for (size_t i = 0; i < all.count; i++) {
        struct proc *p = &all.list[i];
        bool stopped = p->state == 'T' || p->state == 't';

        if (!belongs(&all, p, id))
            continue;
        if (is_dead(p))
            waitpid(p->pid, NULL, WNOHANG);
        else if (signal != SIGSTOP || !stopped)
            sent += kill(p->pid, signal) == 0;
    }
    free(all.list);
    return sent;
}

static bool any_left(belongs_fn *belongs, pid_t id, bool count_dead)
{
    struct snapshot all;
    bool any = false;

    all.count = proc_list(&all.list);
    for (size_t i = 0; i < all.count && !any; i++) {
        const struct proc *p = &all.list[i];

        any = belongs(&all, p, id) &&
              (!is_dead(p) || (count_dead && p->parent == getpid()));
    }
    free(all.list);
    return any;
}

static size_t kill_all(belongs_fn *belongs, pid_t id)
{
    int64_t deadline = limit_after(KILL_LIMIT_MS);
    size_t killed;

    // Stopped first, killed afterwards: something that forks without end would otherwise
    // have made new ones by the time the old ones are dead.
    for (int i = 0; i < STOP_ROUNDS && signal_all(belongs, id, SIGSTOP) > 0; i++)
        limit_nap();
    killed = signal_all(belongs, id, SIGKILL);
    while (any_left(belongs, id, true) && limit_left(deadline) > 0) {
        limit_nap();
        signal_all(belongs, id, SIGKILL);
    }
    return killed;
}

size_t proc_kill_descendants(void)
{
    return kill_all(descends, getpid());
}

size_t proc_kill_session(pid_t session)
{
    return kill_all(in_session, session);
}

bool proc_wait_session(pid_t session, int ms)
{
    int64_t deadline = limit_after(ms);

    // Signal 0 sends nothing: it only reaps.
    do {
        signal_all(in_session, session, 0);
        if (!any_left(in_session, session, true))
            return true;
        limit_nap();
    } while (limit_left(deadline) > 0);
    return false;
}

char *proc_describe_descendants(void)
{
    struct snapshot all;
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    if (!out)
        abort();
    all.count = proc_list(&all.list);
    for (size_t i = 0; i < all.count; i++) {
        const struct proc *p = &all.list[i];
        // Ended, and nobody has to ask for it: the kernel is just taking it away.
        bool goes = p->state == 'X' || p->state == 'x';

        if (!goes && descends(&all, p, getpid()))
            fprintf(out, "  process %d (%s), state %c, child of %d\n", (int)p->pid,
                    p->name, p->state, (int)p->parent);
    }
    fclose(out);
    free(all.list);
    return text;
}
