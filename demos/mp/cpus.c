// SPDX-License-Identifier: MIT
/*
 * How many processors this program may use: those on which the kernel may run it, and no
 * more than the quota of its cgroup, as a container has one.
 */
#include "mp.h"

#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { PATH_SIZE = 512 };

static bool read_line(const char *path, char *line, int size)
{
    FILE *file = fopen(path, "re");
    bool read = file != NULL && fgets(line, size, file) != NULL;
    if (file != NULL) {
        fclose(file);
    }
    return read;
}

/* So many processors are `quota` microseconds in each `period`, rounded up; 0: no limit. */
static long processors(long quota, long period)
{
    return quota > 0 && period > 0 ? (quota + period - 1) / period : 0;
}

static long smaller(long limit, long other)
{
    return other > 0 && (limit == 0 || other < limit) ? other : limit;
}

/* cgroup 2: "150000 100000" in cpu.max of the group and of all above it, or "max 100000". */
static long limit_of_group(char *path)
{
    long limit = 0;
    for (;;) {
        char file[PATH_SIZE + 32];
        char line[64];
        long quota;
        long period;
        snprintf(file, sizeof file, "/sys/fs/cgroup%s/cpu.max", path);
        if (read_line(file, line, sizeof line) &&
            sscanf(line, "%ld %ld", &quota, &period) == 2) {
            limit = smaller(limit, processors(quota, period));
        }
        char *last = strrchr(path, '/');
        if (last == NULL) {
            return limit;
        }
        *last = '\0';
    }
}

/* cgroup 1: the two numbers lie in two files. */
static long limit_of_controller(void)
{
    char line[64];
    long quota = 0;
    long period = 0;
    if (read_line("/sys/fs/cgroup/cpu/cpu.cfs_quota_us", line, sizeof line)) {
        sscanf(line, "%ld", &quota);
    }
    if (read_line("/sys/fs/cgroup/cpu/cpu.cfs_period_us", line, sizeof line)) {
        sscanf(line, "%ld", &period);
    }
    return processors(quota, period);
}

int mp_cpu_count(void)
{
    char line[PATH_SIZE];
    cpu_set_t set;
    long count = sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;
    long limit = limit_of_controller();
    if (read_line("/proc/self/cgroup", line, sizeof line) &&
        strncmp(line, "0::", 3) == 0) {
        line[strcspn(line, "\n")] = '\0';
        limit = smaller(limit, limit_of_group(line + 3));
    }
    return (int)smaller(count, limit);
}
