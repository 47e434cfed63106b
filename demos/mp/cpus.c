// SPDX-License-Identifier: MIT
/*
 * How many processors this program may use: those on which the kernel may run it, and no
 * more than the quota of its cgroup, as a container has one.
 */
#include "internal.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>

enum { PATH_SIZE = 1024, PROCESSORS_MOST = 1 << 20 };

/* The kernel refuses a set that has no room for all that the machine could have. */
long mp_cpus_allowed(void)
{
    for (size_t room = CPU_SETSIZE; room <= PROCESSORS_MOST; room *= 2) {
        cpu_set_t *set = CPU_ALLOC(room);
        size_t size = CPU_ALLOC_SIZE(room);
        if (set == NULL) {
            break;
        }
        int rc = sched_getaffinity(0, size, set);
        bool too_small = rc != 0 && errno == EINVAL;
        long count = rc == 0 ? CPU_COUNT_S(size, set) : 1;
        CPU_FREE(set);
        if (!too_small) {
            return count;
        }
    }
    return 1;
}

/* --- quotas --------------------------------------------------------------------------- */

/* The numbers at the beginning of a file: how many there are, 0 to 2. */
static int numbers_in(const char *folder, const char *name, long *first, long *second)
{
    char path[PATH_SIZE + 64];
    char line[64];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "re");
    if (file == NULL) {
        return 0;
    }
    int count = fgets(line, sizeof line, file) != NULL
                    ? sscanf(line, "%ld %ld", first, second)
                    : 0;
    fclose(file);
    return count;
}

/* So many processors are `quota` microseconds in each `period`, rounded up; 0: no limit. */
static long processors(long quota, long period)
{
    return quota > 0 && period > 0 ? (quota - 1) / period + 1 : 0;
}

/* cgroup 2: "150000 100000", or "max 100000". */
static long limit_of_group(const char *folder)
{
    long quota;
    long period;
    return numbers_in(folder, "cpu.max", &quota, &period) == 2 ? processors(quota, period)
                                                               : 0;
}

/* cgroup 1: two files, and -1 for no quota. */
static long limit_of_old_group(const char *folder)
{
    long quota;
    long period;
    long unused;
    return numbers_in(folder, "cpu.cfs_quota_us", &quota, &unused) == 1 &&
                   numbers_in(folder, "cpu.cfs_period_us", &period, &unused) == 1
               ? processors(quota, period)
               : 0;
}

static long smaller(long limit, long other)
{
    return other > 0 && (limit == 0 || other < limit) ? other : limit;
}

/* A group has no more than any above it. In a container the groups above are not to be seen,
   and its own is often found at the root, whatever its path says. */
static long least_up_to_root(const char *root, char *path, long (*limit)(const char *))
{
    long least = 0;
    for (;;) {
        char folder[PATH_SIZE];
        int length = snprintf(folder, sizeof folder, "%s%s", root, path);
        if (length > 0 && length < PATH_SIZE) {
            least = smaller(least, limit(folder));
        }
        char *last = strrchr(path, '/');
        if (last == NULL) {
            return least;
        }
        *last = '\0';
    }
}

static bool has_cpu(char *controllers)
{
    for (char *name; (name = strsep(&controllers, ",")) != NULL;) {
        if (strcmp(name, "cpu") == 0) {
            return true;
        }
    }
    return false;
}

/* A line is "0::/path" for cgroup 2, or "4:cpu,cpuacct:/path" for some of cgroup 1. */
static long limit_in_line(char *line, const char *root)
{
    char old_root[PATH_SIZE];
    line[strcspn(line, "\n")] = '\0';
    char *rest = strchr(line, ':');
    if (rest == NULL) {
        return 0;
    }
    rest++;
    char *controllers = strsep(&rest, ":");
    if (rest == NULL) {
        return 0;
    }
    if (controllers[0] == '\0') {
        return least_up_to_root(root, rest, limit_of_group);
    }
    snprintf(old_root, sizeof old_root, "%s/cpu", root);
    return has_cpu(controllers) ? least_up_to_root(old_root, rest, limit_of_old_group)
                                : 0;
}

long mp_cpu_quota(const char *groups, const char *root)
{
    char line[PATH_SIZE];
    long least = 0;
    FILE *file = fopen(groups, "re");
    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        least = smaller(least, limit_in_line(line, root));
    }
    if (file != NULL) {
        fclose(file);
    }
    return least;
}

int mp_cpu_count(void)
{
    return (int)smaller(mp_cpus_allowed(),
                        mp_cpu_quota("/proc/self/cgroup", "/sys/fs/cgroup"));
}
