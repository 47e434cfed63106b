// SPDX-License-Identifier: MIT
// Tests of processes and their families: daemons, parents, children that run, and the end of
// a process that has children.
#include "in_program.h"
#include "library.h"
#include "suite.h"

#include "proc.h"

#include <signal.h>
#include <sys/resource.h>

struct shared {
    _Atomic int ready;
    _Atomic int go;
    _Atomic int found;
    _Atomic int pid;
};

static int nothing(void *arg)
{
    (void)arg;
    return 0;
}

static int stay(void *arg)
{
    struct shared *shared = arg;
    atomic_fetch_add(&shared->ready, 1);
    while (!atomic_load(&shared->go)) {
        limit_nap();
    }
    return 0;
}

// --- names ------------------------------------------------------------------------------------

START_TEST(a_name_can_be_changed_until_the_start)
{
    char long_name[MP_NAME_SIZE + 1];
    mp_process *child;

    ck_assert_int_eq(mp_process_create(&child, nothing, NULL, NULL), 0);
    memset(long_name, 'n', sizeof long_name - 1);
    long_name[sizeof long_name - 1] = '\0';
    ck_assert_int_eq(mp_process_set_name(child, long_name), -ENAMETOOLONG);
    ck_assert_int_eq(mp_process_set_name(child, NULL), -EINVAL);
    ck_assert_str_eq(mp_process_name(child), "Process-1");
    ck_assert_int_eq(mp_process_set_name(child, "reader"), 0);
    ck_assert_str_eq(mp_process_name(child), "reader");
    ck_assert_int_eq(mp_process_start(child), 0);
    ck_assert_str_eq(entry_of(child)->name, "reader");
    ck_assert_int_eq(mp_process_set_name(child, "writer"), -EALREADY);
    ck_assert_int_eq(end_of(child), 0);
}
END_TEST

// --- daemons ----------------------------------------------------------------------------------

static int start_another(void *arg)
{
    mp_process *child;
    (void)arg;
    if (mp_process_create(&child, nothing, NULL, NULL) != 0) {
        return 1;
    }
    int rc = mp_process_start(child);
    mp_process_destroy(child);
    return rc == -EPERM ? 0 : 2;
}

START_TEST(a_daemon_starts_no_children)
{
    struct mp_process_options options = {.daemon = 1};
    mp_process *daemon;
    mp_process *other;

    ck_assert_int_eq(mp_process_create(&daemon, start_another, NULL, &options), 0);
    ck_assert_int_eq(mp_process_create(&other, start_another, NULL, NULL), 0);
    ck_assert_int_eq(mp_process_is_daemon(daemon), 1);
    ck_assert_int_eq(mp_process_is_daemon(other), 0);
    ck_assert_int_eq(mp_process_start(daemon), 0);
    ck_assert_int_eq(end_of(daemon), 0);
    mp_process_destroy(other);
}
END_TEST

START_TEST(a_daemon_cannot_be_told_to_survive)
{
    struct mp_process_options options = {.daemon = 1, .survive = 1};
    mp_process *child;

    ck_assert_int_eq(mp_process_create(&child, nothing, NULL, &options), -EINVAL);
}
END_TEST

static int stay_when_told_to_end(void *arg)
{
    signal(SIGTERM, SIG_IGN);
    return stay(arg);
}

// Prints the daemon's number, and ends while it still runs.
static int leave_daemon(mp_target fn)
{
    struct mp_process_options options = {.daemon = 1};
    struct shared *shared = MP_SHARED(struct shared);
    mp_process *daemon;

    must_be(mp_process_create(&daemon, fn, shared, &options), 0);
    must_be(mp_process_start(daemon), 0);
    while (atomic_load(&shared->ready) == 0) {
        limit_nap();
    }
    printf("%d", (int)mp_process_pid(daemon));
    return 0;
}

// The same in a child, which ends by exit().
static int leave_daemon_and_exit(void *arg)
{
    (void)arg;
    exit(leave_daemon(stay_when_told_to_end));
}

static int leave_a_daemon_in_a_child(void)
{
    mp_process *child;
    int code;
    must_be(mp_process_create(&child, leave_daemon_and_exit, NULL, NULL), 0);
    must_be(mp_process_start(child), 0);
    must_be(mp_process_join(child, MP_FOREVER), 0);
    must_be(mp_process_exitcode(child, &code), 0);
    must_be(code, 0);
    must_be(mp_process_destroy(child), 0);
    return 0;
}

static int leave_a_daemon(void)
{
    return leave_daemon(stay);
}

static int leave_a_deaf_daemon(void)
{
    return leave_daemon(stay_when_told_to_end);
}

START_TEST(a_daemon_ends_with_its_parent)
{
    static int (*const programs[])(void) = {leave_a_daemon, leave_a_deaf_daemon,
                                            leave_a_daemon_in_a_child};
    char text[64];

    ck_assert_int_eq(in_program(programs[_i], text, sizeof text), 0);
    int pid = atoi(text);
    ck_assert_int_gt(pid, 0);
    ck_assert_msg(kill(pid, 0) == -1 && errno == ESRCH, "%d lives", pid);
}
END_TEST

// --- ends -------------------------------------------------------------------------------------

static void say_main_exits(void)
{
    printf("[main]");
}

static void say_child_exits(void)
{
    printf("[child's own]");
}

static int call_exit(void *arg)
{
    (void)arg;
    atexit(say_child_exits);
    printf("[child]");
    exit(7);
}

static int child_calls_exit(void)
{
    mp_process *child;
    int code;

    atexit(say_main_exits);
    must_be(mp_process_create(&child, call_exit, NULL, NULL), 0);
    must_be(mp_process_start(child), 0);
    must_be(mp_process_join(child, MP_FOREVER), 0);
    must_be(mp_process_exitcode(child, &code), 0);
    must_be(code, 7);
    must_be(mp_process_destroy(child), 0);
    return 0;
}

START_TEST(exit_in_a_child_runs_no_handler_of_its_parent)
{
    char text[128];

    ck_assert_int_eq(in_program(child_calls_exit, text, sizeof text), 0);
    ck_assert_str_eq(text, "[child][child's own][main]");
}
END_TEST

static int say_later(void *arg)
{
    (void)arg;
    mp_sleep(30);
    printf("[grandchild]");
    return 0;
}

static int start_and_return(void *arg)
{
    mp_process *child;
    if (mp_process_create(&child, say_later, NULL, NULL) != 0 ||
        mp_process_start(child) != 0) {
        return 1;
    }
    if (arg != NULL) {
        exit(0);
    }
    return 0;
}

static int join_the_child(void *arg)
{
    mp_process *child;
    must_be(mp_process_create(&child, start_and_return, arg, NULL), 0);
    must_be(mp_process_start(child), 0);
    must_be(mp_process_join(child, MP_FOREVER), 0);
    must_be(mp_process_destroy(child), 0);
    printf("[main]");
    return 0;
}

static int child_returns(void)
{
    return join_the_child(NULL);
}

static int child_exits(void)
{
    static int by_exit;
    return join_the_child(&by_exit);
}

START_TEST(a_child_ends_after_its_own_children)
{
    static int (*const programs[])(void) = {child_returns, child_exits};
    char text[128];

    ck_assert_int_eq(in_program(programs[_i], text, sizeof text), 0);
    ck_assert_str_eq(text, "[grandchild][main]");
}
END_TEST

// --- parents ----------------------------------------------------------------------------------

START_TEST(main_has_no_parent_to_ask_about)
{
    ck_assert_int_eq(mp_parent_pid(), -ESRCH);
    ck_assert_ptr_null(mp_parent_name());
    ck_assert_int_eq(mp_parent_is_alive(), -ESRCH);
    ck_assert_int_eq(mp_parent_join(0), -ESRCH);
}
END_TEST

static int ask_about_main(void *arg)
{
    const pid_t *main_pid = arg;
    if (mp_parent_pid() != *main_pid || mp_parent_is_alive() != 1) {
        return 1;
    }
    if (strcmp(mp_parent_name(), "main") != 0) {
        return 2;
    }
    if (mp_parent_join(-2) != -EINVAL || mp_parent_join(0) != -ETIMEDOUT) {
        return 3;
    }
    return mp_parent_join(20) == -ETIMEDOUT ? 0 : 4;
}

START_TEST(a_child_knows_its_parent)
{
    pid_t self = getpid();

    ck_assert_int_eq(end_of(start_child(ask_about_main, &self)), 0);
}
END_TEST

static bool without_descriptors;

static int outlive(void *arg)
{
    struct shared *shared = arg;
    if (without_descriptors) {
        struct rlimit none = {3, 3}; // of which all are in use
        setrlimit(RLIMIT_NOFILE, &none);
    }
    atomic_store(&shared->ready, 1);
    if (mp_parent_join(MP_FOREVER) == 0 && mp_parent_is_alive() == 0) {
        atomic_store(&shared->found, 1);
    }
    return 0;
}

static int middle(void *arg)
{
    struct mp_process_options options = {.survive = 1};
    struct shared *shared = arg;
    mp_process *child;
    if (mp_process_create(&child, outlive, shared, &options) != 0 ||
        mp_process_start(child) != 0) {
        return 1;
    }
    atomic_store(&shared->pid, mp_process_pid(child));
    while (atomic_load(&shared->ready) == 0) {
        limit_nap();
    }
    return 0;
}

START_TEST(who_survives_sees_the_end_of_its_parent)
{
    struct shared *shared = MP_SHARED(struct shared);

    without_descriptors = _i == 1;
    ck_assert_int_eq(end_of(start_child(middle, shared)), 0);
    wait_until(atomic_load(&shared->found) == 1);
    ck_assert(proc_wait_gone(atomic_load(&shared->pid), LIBRARY_LIMIT_MS));
    mp_shared_free(shared);
}
END_TEST

// --- children ---------------------------------------------------------------------------------

START_TEST(children_that_run_are_listed)
{
    struct shared *shared = MP_SHARED(struct shared);
    mp_process *array[4] = {NULL};

    ck_assert_int_eq(mp_active_children(NULL, 0), 0);
    mp_process *first = start_child(stay, shared);
    mp_process *second = start_child(nothing, NULL);
    mp_process *third = start_child(stay, shared);
    mp_process *waits;
    ck_assert_int_eq(mp_process_create(&waits, nothing, NULL, NULL), 0);
    wait_until(mp_active_children(array, 4) == 2);
    ck_assert_ptr_eq(array[0], first);
    ck_assert_ptr_eq(array[1], third);
    // Whose end was noted is no zombie any more.
    ck_assert(proc_wait_gone(mp_process_pid(second), LIBRARY_LIMIT_MS));
    array[1] = NULL;
    ck_assert_int_eq(mp_active_children(array, 1), 2);
    ck_assert_ptr_null(array[1]);
    atomic_store(&shared->go, 1);
    ck_assert_int_eq(end_of(first), 0);
    ck_assert_int_eq(end_of(second), 0);
    ck_assert_int_eq(end_of(third), 0);
    ck_assert_int_eq(mp_active_children(array, 4), 0);
    mp_process_destroy(waits);
    mp_shared_free(shared);
}
END_TEST

int main(void)
{
    struct suite_test tests[] = {
        {.test = a_name_can_be_changed_until_the_start},
        {.test = a_daemon_starts_no_children},
        {.test = a_daemon_cannot_be_told_to_survive},
        {.test = a_daemon_ends_with_its_parent, .from = 0, .to = 3},
        {.test = exit_in_a_child_runs_no_handler_of_its_parent},
        {.test = a_child_ends_after_its_own_children, .from = 0, .to = 2},
        {.test = main_has_no_parent_to_ask_about},
        {.test = a_child_knows_its_parent},
        {.test = who_survives_sees_the_end_of_its_parent, .from = 0, .to = 2},
        {.test = children_that_run_are_listed},
    };

    for (size_t i = 0; i < sizeof tests / sizeof *tests; i++) {
        tests[i].teardown = library_close;
    }
    return suite_run("process family", tests, sizeof tests / sizeof *tests);
}
