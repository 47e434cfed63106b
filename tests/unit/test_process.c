// SPDX-License-Identifier: MIT
// Tests of processes: names, start, join, how they ended, and the answer to each misuse.
#include "library.h"
#include "proc.h"
#include "suite.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

enum { NEST = 8 };

static int nothing(void *arg)
{
    (void)arg;
    return 0;
}

static int stay(void *arg)
{
    (void)arg;
    while (pause() != 0) {
    }
    return 0;
}

// What a child found, in shared memory.
struct found {
    char name[3][MP_NAME_SIZE];
    _Atomic int go, count;
    int rc[8];
    pid_t pid;
};

static int tell_name(void *arg)
{
    struct found *found = arg;

    strcpy(found->name[atomic_fetch_add(&found->count, 1)], mp_current_name());
    return 0;
}

static int tell_name_and_nest(void *arg)
{
    tell_name(arg);
    int rc = end_of(start_child(tell_name, arg));
    return rc != 0 ? rc : end_of(start_child(tell_name, arg));
}

START_TEST(names_count_in_each_process)
{
    struct found *found = MP_SHARED(struct found);
    mp_process *process;

    ck_assert_str_eq(mp_current_name(), "main");
    ck_assert_int_eq(mp_process_create(&process, tell_name, found, NULL), 0);
    ck_assert_str_eq(mp_process_name(process), "Process-1");
    ck_assert_int_eq(mp_process_destroy(process), 0);
    ck_assert_int_eq(end_of(start_child(tell_name_and_nest, found)), 0);
    ck_assert_str_eq(found->name[0], "Process-2");
    ck_assert_str_eq(found->name[1], "Process-2:1");
    ck_assert_str_eq(found->name[2], "Process-2:2");
    ck_assert_str_eq(mp_process_name(NULL), "");
}
END_TEST

START_TEST(a_name_is_copied_and_has_63_bytes_at_most)
{
    struct found *found = MP_SHARED(struct found);
    char name[65];
    struct mp_process_options options = {.name = name};
    mp_process *process;

    memset(name, 'n', sizeof name - 1);
    name[64] = '\0';
    ck_assert_int_eq(mp_process_create(&process, tell_name, found, &options),
                     -ENAMETOOLONG);
    name[63] = '\0';
    ck_assert_int_eq(mp_process_create(&process, tell_name, found, &options), 0);
    name[0] = 'x';
    ck_assert_int_eq(mp_process_start(process), 0);
    ck_assert_int_eq(mp_process_name(process)[0], 'n');
    ck_assert_uint_eq(strlen(mp_process_name(process)), 63);
    ck_assert_str_eq(entry_of(process)->name, mp_process_name(process));
    ck_assert_int_eq(mp_process_join(process, MP_FOREVER), 0);
    ck_assert_str_eq(found->name[0], mp_process_name(process));
    ck_assert_int_eq(end_of(process), 0);
}
END_TEST

START_TEST(a_process_needs_a_function)
{
    mp_process *process;

    ck_assert_int_eq(mp_process_create(NULL, nothing, NULL, NULL), -EINVAL);
    ck_assert_int_eq(mp_process_create(&process, NULL, NULL, NULL), -EINVAL);
    ck_assert_int_eq(mp_process_start(NULL), -EINVAL);
    ck_assert_int_eq(mp_process_join(NULL, 0), -EINVAL);
    ck_assert_int_eq(mp_process_is_alive(NULL), -EINVAL);
    ck_assert_int_eq(mp_process_kill(NULL), -EINVAL);
    ck_assert_int_eq(mp_process_destroy(NULL), 0);
}
END_TEST

START_TEST(before_the_start_there_is_nothing_to_ask)
{
    mp_process *process;
    int code;

    ck_assert_int_eq(mp_process_create(&process, nothing, NULL, NULL), 0);
    ck_assert_int_eq(mp_process_join(process, 0), -ESRCH);
    ck_assert_int_eq(mp_process_exitcode(process, &code), -ESRCH);
    ck_assert_int_eq(mp_process_pid(process), -ESRCH);
    ck_assert_int_eq(mp_process_fd(process), -ESRCH);
    ck_assert_int_eq(mp_process_terminate(process), -ESRCH);
    ck_assert_int_eq(mp_process_kill(process), -ESRCH);
    ck_assert_int_eq(mp_process_is_alive(process), 0);
    ck_assert_int_eq(mp_process_start(process), 0);
    ck_assert_int_eq(mp_process_start(process), -EALREADY);
    ck_assert_int_eq(mp_process_join(process, MP_FOREVER), 0);
    ck_assert_int_eq(mp_process_start(process), -EALREADY);
    ck_assert_int_eq(end_of(process), 0);

    ck_assert_int_eq(mp_process_create(&process, nothing, NULL, NULL), 0);
    ck_assert_int_eq(mp_process_destroy(process), 0);
}
END_TEST

static mp_process *foreign[2]; // started, not started

static int ask_about_foreign(void *arg)
{
    struct found *found = arg;
    int code;

    found->rc[0] = mp_process_start(foreign[1]);
    found->rc[1] = mp_process_join(foreign[0], 0);
    found->rc[2] = mp_process_exitcode(foreign[0], &code);
    found->rc[3] = mp_process_is_alive(foreign[0]);
    found->rc[4] = mp_process_terminate(foreign[0]);
    found->rc[5] = mp_process_kill(foreign[0]);
    found->rc[6] = mp_process_destroy(foreign[0]);
    found->rc[7] = mp_process_destroy(foreign[1]);
    return 0;
}

START_TEST(only_the_process_that_made_it_may_ask)
{
    struct found *found = MP_SHARED(struct found);

    foreign[0] = start_child(stay, NULL);
    ck_assert_int_eq(mp_process_create(&foreign[1], nothing, NULL, NULL), 0);
    ck_assert_int_eq(end_of(start_child(ask_about_foreign, found)), 0);
    for (int i = 0; i < 8; i++) {
        ck_assert_msg(found->rc[i] == -ECHILD, "question %d: %d", i, found->rc[i]);
    }
    ck_assert_int_eq(mp_process_is_alive(foreign[0]), 1);
    ck_assert_int_eq(mp_process_kill(foreign[0]), 0);
    ck_assert_int_eq(end_of(foreign[0]), -SIGKILL);
    ck_assert_int_eq(mp_process_start(foreign[1]), 0);
    ck_assert_int_eq(end_of(foreign[1]), 0);
}
END_TEST

static int wait_for_go(void *arg)
{
    struct found *found = arg;

    atomic_fetch_add(&found->count, 1);
    while (!atomic_load(&found->go)) {
        limit_nap();
    }
    return 5;
}

START_TEST(join_has_a_limit_and_may_be_called_again)
{
    struct found *found = MP_SHARED(struct found);
    mp_process *process = start_child(wait_for_go, found);
    int code = 77;

    ck_assert_int_eq(mp_process_join(process, 0), -ETIMEDOUT);
    uint64_t before = milliseconds();
    ck_assert_int_eq(mp_process_join(process, 150), -ETIMEDOUT);
    ck_assert_uint_ge(milliseconds() - before, 150);
    ck_assert_int_eq(mp_process_join(process, -2), -EINVAL);
    ck_assert_int_eq(mp_process_is_alive(process), 1);
    ck_assert_int_eq(mp_process_exitcode(process, &code), -EINPROGRESS);
    ck_assert_int_eq(code, 77);
    ck_assert_int_eq(mp_process_destroy(process), -EBUSY);
    struct pollfd end = {.fd = mp_process_fd(process), .events = POLLIN};
    ck_assert_int_eq(poll(&end, 1, 0), 0);
    pid_t pid = mp_process_pid(process);
    ck_assert_int_gt(pid, 0);

    atomic_store(&found->go, 1);
    ck_assert_int_eq(poll(&end, 1, LIBRARY_LIMIT_MS), 1);
    ck_assert_int_eq(mp_process_join(process, 0), 0);
    ck_assert_int_eq(mp_process_join(process, MP_FOREVER), 0);
    ck_assert_int_eq(mp_process_is_alive(process), 0);
    ck_assert_int_eq(mp_process_exitcode(process, NULL), -EINVAL);
    ck_assert_int_eq(mp_process_exitcode(process, &code), 0);
    ck_assert_int_eq(code, 5);
    ck_assert_int_eq(mp_process_pid(process), pid);
    ck_assert_int_eq(poll(&end, 1, 0), 1);
    ck_assert_int_eq(mp_process_terminate(process), 0);
    ck_assert_int_eq(mp_process_kill(process), 0);
    ck_assert_int_eq(end_of(process), 5);
}
END_TEST

START_TEST(what_has_ended_and_is_not_joined_may_be_killed)
{
    mp_process *process = start_child(nothing, NULL);

    ck_assert(proc_wait_state(mp_process_pid(process), "Z", LIBRARY_LIMIT_MS));
    ck_assert_int_eq(mp_process_terminate(process), 0);
    ck_assert_int_eq(mp_process_kill(process), 0);
    ck_assert_int_eq(end_of(process), 0);
}
END_TEST

static int return_it(void *arg)
{
    return *(int *)arg;
}

START_TEST(the_value_returned_is_the_exit_status)
{
    for (int value = 0; value <= 255; value++) {
        int arg = value;
        mp_process *process = start_child(return_it, &arg);
        arg = -1; // the child has its own
        ck_assert_int_eq(end_of(process), value);
    }
    int others[] = {256, -1, 1000, INT32_MIN, INT32_MAX};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        ck_assert_int_eq(end_of(start_child(return_it, &others[i])), 255);
    }
}
END_TEST

static int leave(void *arg)
{
    switch (*(int *)arg) {
    case 0:
        exit(3);
    case 1:
        exit(256 + 5);
    case 2:
        _exit(7);
    default:
        raise(*(int *)arg);
        return 0;
    }
}

START_TEST(other_ways_to_end_are_told_too)
{
    static const int how[][2] = {{0, 3},
                                 {1, 5},
                                 {2, 7},
                                 {SIGKILL, -SIGKILL},
                                 {SIGTERM, -SIGTERM},
                                 {SIGALRM, -SIGALRM}};

    for (size_t i = 0; i < sizeof how / sizeof *how; i++) {
        int arg = how[i][0];
        mp_process *process = start_child(leave, &arg);
        const struct mp_process_entry *entry = entry_of(process);
        ck_assert_int_eq(mp_process_join(process, MP_FOREVER), 0);
        ck_assert_uint_eq(entry->life, MP_LIFE_JOINED);
        ck_assert_int_eq(entry->status, how[i][1]);
        ck_assert_int_eq(end_of(process), how[i][1]);
    }
}
END_TEST

START_TEST(terminate_and_kill_end_it)
{
    mp_process *process = start_child(stay, NULL);

    ck_assert_int_eq(mp_process_terminate(process), 0);
    ck_assert_int_eq(end_of(process), -SIGTERM);
    process = start_child(stay, NULL);
    ck_assert_int_eq(mp_process_kill(process), 0);
    ck_assert_int_eq(end_of(process), -SIGKILL);
}
END_TEST

static int look_at_self(void *arg)
{
    struct found *found = arg;

    found->pid = mp_process_pid(mp_current());
    found->rc[0] = mp_process_join(mp_current(), 0);
    found->rc[1] = mp_process_is_alive(mp_current());
    found->rc[2] = mp_process_destroy(mp_current());
    const mp_process *again = mp_current();
    found->rc[3] = mp_current() == again;
    return found->pid == getpid() ? 0 : 1;
}

START_TEST(a_process_knows_itself)
{
    struct found *found = MP_SHARED(struct found);
    mp_process *process = start_child(look_at_self, found);

    pid_t pid = mp_process_pid(process);
    ck_assert_int_eq(end_of(process), 0);
    ck_assert_int_eq(found->pid, pid);
    ck_assert_int_eq(found->rc[0], -EDEADLK);
    ck_assert_int_eq(found->rc[1], 1);
    ck_assert_int_eq(found->rc[2], -EDEADLK);
    ck_assert_int_eq(found->rc[3], 1);
    ck_assert_int_eq(mp_process_pid(mp_current()), getpid());
    ck_assert_int_eq(mp_process_join(mp_current(), 0), -EDEADLK);
}
END_TEST

// Each makes the next in its own function, as the slip in the lesson does.
static int make_another(void *arg)
{
    struct found *found = arg;
    struct mp_process_options options = {.max_depth = found->rc[1]};
    mp_process *next;

    atomic_fetch_add(&found->count, 1);
    if (mp_process_create(&next, make_another, arg, &options) != 0) {
        return 1;
    }
    int rc = mp_process_start(next);
    if (rc != 0) {
        found->rc[0] = rc;
        return mp_process_destroy(next) != 0;
    }
    return end_of(next);
}

START_TEST(processes_that_make_processes_come_to_an_end)
{
    struct found *found = MP_SHARED(struct found);

    found->rc[1] = _i; // 0: the library's own limit
    ck_assert_int_eq(end_of(start_child(make_another, found)), 0);
    ck_assert_int_eq(found->rc[0], -ELOOP);
    ck_assert_int_eq(atomic_load(&found->count), _i == 0 ? NEST : _i);
}
END_TEST

START_TEST(sleep_and_processors)
{
    uint64_t before = milliseconds();

    ck_assert_int_eq(mp_sleep(-1), -EINVAL);
    ck_assert_int_eq(mp_sleep(0), 0);
    ck_assert_int_eq(mp_sleep(30), 0);
    ck_assert_uint_ge(milliseconds() - before, 30);
    ck_assert_int_ge(mp_cpu_count(), 1);
}
END_TEST

int main(void)
{
    struct suite_test tests[] = {
        {.test = names_count_in_each_process},
        {.test = a_name_is_copied_and_has_63_bytes_at_most},
        {.test = a_process_needs_a_function},
        {.test = before_the_start_there_is_nothing_to_ask},
        {.test = only_the_process_that_made_it_may_ask},
        {.test = join_has_a_limit_and_may_be_called_again},
        {.test = what_has_ended_and_is_not_joined_may_be_killed},
        {.test = the_value_returned_is_the_exit_status},
        {.test = other_ways_to_end_are_told_too},
        {.test = terminate_and_kill_end_it},
        {.test = a_process_knows_itself},
        {.test = processes_that_make_processes_come_to_an_end, .from = 0, .to = 4},
        {.test = sleep_and_processors},
    };

    for (size_t i = 0; i < sizeof tests / sizeof *tests; i++) {
        tests[i].teardown = library_close;
    }
    return suite_run("process", tests, sizeof tests / sizeof *tests);
}
