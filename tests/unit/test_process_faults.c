// SPDX-License-Identifier: MIT
// Tests of processes where somebody dies, or does something behind the library's back: a
// parent that is killed, threads, signals, others who reap, bare forks.
#include "library.h"
#include "proc.h"
#include "suite.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>

enum { THREADED_STARTS = 100, SIGNALLED = 200, FORGOTTEN = 50 };

struct shared {
    _Atomic int count, go, ran;
    pid_t pids[8];
    mp_lock *lock;
    mp_barrier *barrier;
};

static int nothing(void *arg)
{
    (void)arg;
    return 0;
}

static int stay(void *arg)
{
    struct shared *shared = arg;

    atomic_fetch_add(&shared->ran, 1);
    while (!atomic_load(&shared->go)) {
        limit_nap();
    }
    return 0;
}

// --- death of the parent --------------------------------------------------------------------------

static int take_lock(void *arg)
{
    struct shared *shared = arg;
    return mp_lock_acquire(shared->lock, MP_FOREVER);
}

static int come_to_barrier(void *arg)
{
    struct shared *shared = arg;
    return mp_barrier_wait(shared->barrier, MP_FOREVER);
}

static int sleep_long(void *arg)
{
    (void)arg;
    return mp_sleep(1000000);
}

static int have_children(void *arg)
{
    static const mp_target does[] = {stay, take_lock, come_to_barrier, sleep_long};
    struct shared *shared = arg;
    struct mp_process_options options = {.survive = atomic_load(&shared->count)};
    int count = options.survive ? 1 : 4;
    mp_process *child;

    for (int i = 0; i < count; i++) {
        if (mp_process_create(&child, does[i], shared, &options) != 0 ||
            mp_process_start(child) != 0) {
            return 1;
        }
        shared->pids[i] = mp_process_pid(child);
    }
    return stay(shared);
}

START_TEST(children_of_a_killed_parent_are_gone)
{
    struct shared *shared = MP_SHARED(struct shared);

    ck_assert_int_eq(mp_lock_create(&shared->lock), 0);
    ck_assert_int_eq(mp_barrier_create(&shared->barrier, 2), 0);
    ck_assert_int_eq(mp_lock_acquire(shared->lock, 0), 0);
    mp_process *parent = start_child(have_children, shared);
    wait_until(atomic_load(&shared->ran) == 2); // parent and the first child
    ck_assert_int_eq(_i == 0 ? mp_process_kill(parent) : mp_process_terminate(parent), 0);
    ck_assert_int_eq(end_of(parent), _i == 0 ? -SIGKILL : -SIGTERM);
    for (int i = 0; i < 4; i++) {
        ck_assert(proc_wait_gone(shared->pids[i], LIBRARY_LIMIT_MS));
    }
}
END_TEST

START_TEST(an_orphan_that_is_to_survive_survives)
{
    struct shared *shared = MP_SHARED(struct shared);

    atomic_store(&shared->count, 1);
    mp_process *parent = start_child(have_children, shared);
    wait_until(atomic_load(&shared->ran) == 2);
    ck_assert_int_eq(mp_process_kill(parent), 0);
    ck_assert_int_eq(end_of(parent), -SIGKILL);
    ck_assert(!proc_wait_end(shared->pids[0], 100));
    atomic_store(&shared->go, 1); // and does what it has to do
    ck_assert(proc_wait_gone(shared->pids[0], LIBRARY_LIMIT_MS));
}
END_TEST

// --- threads, signals, others who wait ---------------------------------------------------------

static _Atomic bool spin;

static void *allocate(void *arg)
{
    FILE *out = fopen("/dev/null", "we");

    while (atomic_load(&spin) && out != NULL) {
        free(malloc(100));
        fprintf(out, "%p\n", arg);
    }
    if (out != NULL) {
        fclose(out);
    }
    return NULL;
}

static int allocate_and_print(void *arg)
{
    void *memory = malloc(1000);

    fprintf(stderr, "%s", "");
    free(memory);
    return memory == NULL || arg != NULL;
}

START_TEST(children_of_a_process_with_threads_do_not_hang)
{
    pthread_t thread;

    atomic_store(&spin, true);
    ck_assert_int_eq(pthread_create(&thread, NULL, allocate, NULL), 0);
    for (int i = 0; i < THREADED_STARTS; i++) {
        ck_assert_int_eq(end_of(start_child(allocate_and_print, NULL)), 0);
    }
    atomic_store(&spin, false);
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
}
END_TEST

static struct shared *handled;

static void on_terminate(int number)
{
    (void)number;
    atomic_fetch_add(&handled->count, 1);
}

START_TEST(handlers_of_the_parent_do_not_run_in_the_child)
{
    struct sigaction action = {.sa_handler = on_terminate};
    struct shared *shared = handled = MP_SHARED(struct shared);

    ck_assert_int_eq(sigaction(SIGTERM, &action, NULL), 0);
    for (int i = 0; i < SIGNALLED; i++) {
        mp_process *child = start_child(stay, shared);
        ck_assert_int_eq(mp_process_terminate(child), 0); // it has hardly begun
        ck_assert_int_eq(end_of(child), -SIGTERM);
    }
    ck_assert_int_eq(atomic_load(&shared->count), 0);
    raise(SIGTERM); // and in the parent it is as before
    ck_assert_int_eq(atomic_load(&shared->count), 1);
}
END_TEST

START_TEST(where_sigchld_is_ignored_the_end_is_seen_and_the_status_unknown)
{
    int code;

    ck_assert(signal(SIGCHLD, SIG_IGN) != SIG_ERR);
    for (int i = 0; i < SIGNALLED; i++) { // some have ended before start() returns
        mp_process *child = start_child(nothing, NULL);
        ck_assert_int_gt(mp_process_fd(child), 0);
        ck_assert_int_eq(mp_process_kill(child), 0);
        ck_assert_int_eq(mp_process_join(child, LIBRARY_LIMIT_MS), 0);
        ck_assert_int_eq(mp_process_is_alive(child), 0);
        ck_assert_int_eq(mp_process_exitcode(child, &code), -ECHILD);
        ck_assert_int_eq(mp_process_destroy(child), 0);
    }
    signal(SIGCHLD, SIG_DFL);
}
END_TEST

START_TEST(where_somebody_else_reaps_the_end_is_seen_and_the_status_unknown)
{
    int code, status;
    mp_process *child = start_child(nothing, NULL);

    ck_assert_int_eq(waitpid(-1, &status, 0), mp_process_pid(child));
    ck_assert_int_eq(mp_process_is_alive(child), 0);
    ck_assert_int_eq(mp_process_kill(child), 0);
    ck_assert_int_eq(mp_process_join(child, 0), 0);
    ck_assert_int_eq(mp_process_exitcode(child, &code), -ECHILD);
    ck_assert_int_eq(mp_process_destroy(child), 0);
}
END_TEST

START_TEST(the_next_start_reaps_who_was_forgotten_and_nobody_else)
{
    mp_process *children[FORGOTTEN];
    pid_t pids[2];
    int status;
    pid_t foreign = fork();

    if (foreign == 0) {
        _exit(9);
    }
    for (int i = 0; i < FORGOTTEN; i++) {
        children[i] = start_child(nothing, NULL);
    }
    for (int i = 0; i < FORGOTTEN; i++) {
        ck_assert(proc_wait_end(mp_process_pid(children[i]), LIBRARY_LIMIT_MS));
    }
    ck_assert(proc_wait_end(foreign, LIBRARY_LIMIT_MS));
    mp_process *last = start_child(nothing, NULL);
    ck_assert_uint_eq(proc_children(getpid(), pids, 2), 2); // the last one and the foreign
    ck_assert_int_eq(waitpid(foreign, &status, 0), foreign);
    ck_assert_int_eq(WEXITSTATUS(status), 9);
    ck_assert_int_eq(end_of(last), 0);
    for (int i = 0; i < FORGOTTEN; i++) {
        ck_assert_int_eq(end_of(children[i]), 0);
    }
}
END_TEST

// A process forked without the library may use it, and is another one than its parent.
START_TEST(a_bare_fork_has_no_say_over_the_children_of_its_parent)
{
    int value = 0, status;
    mp_process *child = start_child(nothing, &value);

    ck_assert(proc_wait_end(mp_process_pid(child), LIBRARY_LIMIT_MS));
    pid_t pid = fork();
    if (pid == 0) {
        mp_process *own;
        int bad = mp_process_join(child, 0) != -ECHILD;
        bad += mp_process_create(&own, nothing, NULL, NULL) != 0;
        bad += mp_process_start(own) != 0;
        bad += mp_process_join(own, MP_FOREVER) != 0;
        bad += strncmp(mp_current_name(), "forked-", 7) != 0;
        _exit(bad);
    }
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert(WIFEXITED(status));
    ck_assert_int_eq(WEXITSTATUS(status), 0);
    ck_assert_uint_eq(entry_of(child)->life, MP_LIFE_ENDED); // nobody has joined it
    ck_assert_int_eq(end_of(child), 0);
}
END_TEST

int main(void)
{
    struct suite_test tests[] = {
        {.test = children_of_a_killed_parent_are_gone, .from = 0, .to = 2},
        {.test = an_orphan_that_is_to_survive_survives},
        {.test = children_of_a_process_with_threads_do_not_hang, .timeout = 60},
        {.test = handlers_of_the_parent_do_not_run_in_the_child},
        {.test = where_sigchld_is_ignored_the_end_is_seen_and_the_status_unknown},
        {.test = where_somebody_else_reaps_the_end_is_seen_and_the_status_unknown},
        {.test = the_next_start_reaps_who_was_forgotten_and_nobody_else},
        {.test = a_bare_fork_has_no_say_over_the_children_of_its_parent},
    };

    for (size_t i = 0; i < sizeof tests / sizeof *tests; i++) {
        tests[i].teardown = library_close;
    }
    return suite_run("process faults", tests, sizeof tests / sizeof *tests);
}
