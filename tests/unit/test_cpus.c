// SPDX-License-Identifier: MIT
// Tests of how many processors a program may use: where it may run, and the quotas of both
// kinds of cgroups, from files as the kernel writes them.
#include "library.h"
#include "suite.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

static char root[64];

static void make_root(void)
{
    snprintf(root, sizeof root, "/tmp/forklab-cgroup-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(root));
}

static void remove_root(void)
{
    char command[128];
    snprintf(command, sizeof command, "rm -rf '%s'", root);
    ck_assert_int_eq(system(command), 0);
}

// A file below the root, with the folders that lead to it.
static void put(const char *name, const char *text)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", root, name);
    for (char *slash = path + strlen(root) + 1; (slash = strchr(slash, '/')) != NULL;
         slash++) {
        *slash = '\0';
        mkdir(path, 0700);
        *slash = '/';
    }
    FILE *file = fopen(path, "we");
    ck_assert_ptr_nonnull(file);
    fputs(text, file);
    fclose(file);
}

static long quota(const char *groups)
{
    char path[256];
    put("groups", groups);
    snprintf(path, sizeof path, "%s/groups", root);
    return mp_cpu_quota(path, root);
}

START_TEST(quota_is_rounded_up)
{
    put("group/cpu.max", "150000 100000\n");
    ck_assert_int_eq(quota("0::/group\n"), 2);
    put("group/cpu.max", "200000 100000\n");
    ck_assert_int_eq(quota("0::/group\n"), 2);
    put("group/cpu.max", "1000 100000\n");
    ck_assert_int_eq(quota("0::/group\n"), 1);
}
END_TEST

START_TEST(no_quota_is_no_limit)
{
    ck_assert_int_eq(quota("0::/group\n"), 0);
    put("group/cpu.max", "max 100000\n");
    ck_assert_int_eq(quota("0::/group\n"), 0);
    put("cpu/cpu.cfs_quota_us", "-1\n");
    put("cpu/cpu.cfs_period_us", "100000\n");
    ck_assert_int_eq(quota("4:cpu,cpuacct:/\n"), 0);
    ck_assert_int_eq(quota("nonsense\n:\n"), 0);
    ck_assert_int_eq(mp_cpu_quota("/nowhere/groups", root), 0);
}
END_TEST

START_TEST(the_smallest_of_the_groups_above_holds)
{
    put("cpu.max", "max 100000\n");
    put("a/cpu.max", "200000 100000\n");
    put("a/b/cpu.max", "400000 100000\n");
    ck_assert_int_eq(quota("0::/a/b\n"), 2);
    put("a/b/cpu.max", "max 100000\n");
    ck_assert_int_eq(quota("0::/a/b\n"), 2);
    put("a/b/cpu.max", "100000 100000\n");
    ck_assert_int_eq(quota("0::/a/b\n"), 1);
}
END_TEST

START_TEST(in_a_container_the_group_lies_at_the_root)
{
    put("cpu.max", "300000 100000\n");
    ck_assert_int_eq(quota("0::/../not/to/be/seen\n"), 3);
}
END_TEST

START_TEST(groups_of_the_old_kind_count_too)
{
    put("cpu/docker/x/cpu.cfs_quota_us", "250000\n");
    put("cpu/docker/x/cpu.cfs_period_us", "100000\n");
    put("cpu/cpu.cfs_quota_us", "-1\n");
    put("cpu/cpu.cfs_period_us", "100000\n");
    const char *const groups = "12:cpuset:/docker/y\n4:cpu,cpuacct:/docker/x\n"
                               "1:name=systemd:/docker/x\n0::/docker/x\n";
    ck_assert_int_eq(quota(groups), 3);
    put("docker/x/cpu.max", "100000 100000\n"); // of both kinds the smaller one
    ck_assert_int_eq(quota(groups), 1);
    ck_assert_int_eq(quota("12:cpuset:/docker/x\n"), 0);
}
END_TEST

START_TEST(only_processors_on_which_it_may_run_count)
{
    cpu_set_t all;
    cpu_set_t one;

    ck_assert_int_ge(mp_cpu_count(), 1);
    ck_assert_int_eq(sched_getaffinity(0, sizeof all, &all), 0);
    ck_assert_int_le(mp_cpu_count(), CPU_COUNT(&all));
    CPU_ZERO(&one);
    for (int cpu = 0; CPU_COUNT(&one) == 0; cpu++) {
        if (CPU_ISSET(cpu, &all)) {
            CPU_SET(cpu, &one);
        }
    }
    ck_assert_int_eq(sched_setaffinity(0, sizeof one, &one), 0);
    ck_assert_int_eq(mp_cpu_count(), 1);
    ck_assert_int_eq(sched_setaffinity(0, sizeof all, &all), 0);
}
END_TEST

int main(void)
{
    struct suite_test tests[] = {
        {.test = quota_is_rounded_up},
        {.test = no_quota_is_no_limit},
        {.test = the_smallest_of_the_groups_above_holds},
        {.test = in_a_container_the_group_lies_at_the_root},
        {.test = groups_of_the_old_kind_count_too},
        {.test = only_processors_on_which_it_may_run_count},
    };

    for (size_t i = 0; i < sizeof tests / sizeof *tests; i++) {
        tests[i].setup = make_root;
        tests[i].teardown = remove_root;
    }
    return suite_run("cpus", tests, sizeof tests / sizeof *tests);
}
