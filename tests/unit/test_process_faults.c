// SPDX-License-Identifier: MIT
// Tests of processes where something is short, dies, or is done behind the library's back:
// limits, signals, a parent that is killed, threads, bare forks, buffered output.
#include "library.h"
#include "proc.h"
#include "suite.h"

#include <fcntl.h>
#include <grp.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>

enum {
    MANY = 1000,
    FEW_DESCRIPTORS = 32,
    FAILURES = 10,
    SIBLINGS = 10,
    THREADED_STARTS = 100,
    SIGNALLED = 200,
    FORGOTTEN = 50,
    NOBODY = 65534,
};

struct shared {
    _Atomic int count, go, ran;
    _Atomic int numbers[SIBLINGS];
    pid_t pids[8];
    mp_lock *lock;
    mp_barrier *barrier;
};

// Not by /proc, which a process that has changed its user may not read.
static int descriptors(void)
{
    int count = 0;

    for (int fd = 0; fd < 1024; fd++) {
        count += fcntl(fd, F_GETFD) >= 0;
    }
    return count;
}

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

// Runs fn in a program of its own: a process that has not used the library yet, with its
// output in a pipe, which ends by exit(). Its status; what it wrote is in `text`.
static int in_program(int (*fn)(void), char *text, size_t size)
{
    int ends[2], status;
    size_t length = 0;

    ck_assert_int_eq(pipe2(ends, O_CLOEXEC), 0);
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) {
        dup2(ends[1], STDOUT_FILENO);
        close(ends[0]);
        close(ends[1]);
        exit(fn());
    }
    close(ends[1]);
    for (ssize_t got; (got = read(ends[0], text + length, size - 1 - length)) > 0;) {
        length += (size_t)got;
    }
    text[length] = '\0';
    close(ends[0]);
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert_msg(WIFEXITED(status), "ended by signal %d", WTERMSIG(status));
    return WEXITSTATUS(status);
}

#define must_be(value, expected)                                                         \
    do {                                                                                 \
        long value_ = (value);                                                           \
        if (value_ != (expected)) {                                                      \
            printf("line %d: %s is %ld\n", __LINE__, #value, value_);                    \
            return 1;                                                                    \
        }                                                                                \
    } while (0)

// --- output and exits ---------------------------------------------------------------------

static void say_at_exit(void)
{
    printf("[exit]");
}

static int print(void *arg)
{
    printf("[%s]", (const char *)arg);
    return 0;
}

static int print_and_start(void)
{
    static char texts[][8] = {"one", "two", "three"};
    mp_process *children[3];

    atexit(say_at_exit);
    printf("[header]");
    for (int i = 0; i < 3; i++) {
        must_be(mp_process_create(&children[i], print, texts[i], NULL), 0);
        must_be(mp_process_start(children[i]), 0);
    }
    for (int i = 0; i < 3; i++) {
        must_be(mp_process_join(children[i], MP_FOREVER), 0);
        must_be(mp_process_destroy(children[i]), 0);
    }
    return 0;
}

START_TEST(what_is_printed_is_printed_once)
{
    static const char *const parts[] = {"[header]", "[one]", "[two]", "[three]", "[exit]"};
    char text[256];
    size_t length = 0;

    ck_assert_int_eq(in_program(print_and_start, text, sizeof text), 0);
    for (int i = 0; i < 5; i++) {
        ck_assert_msg(strstr(text, parts[i]) != NULL, "%s", text);
        length += strlen(parts[i]);
    }
    ck_assert_msg(strlen(text) == length, "%s", text);
}
END_TEST

static int print_late(void *arg)
{
    (void)arg;
    mp_sleep(50);
    printf("[late]");
    return 0;
}

static int forget_to_join(void)
{
    mp_process *child;

    must_be(mp_process_create(&child, print_late, NULL, NULL), 0);
    must_be(mp_process_start(child), 0);
    return 4;
}

START_TEST(a_program_ends_after_the_children_that_nobody_joined)
{
    char text[256];

    ck_assert_int_eq(in_program(forget_to_join, text, sizeof text), 4);
    ck_assert_str_eq(text, "[late]");
}
END_TEST

// --- limits -----------------------------------------------------------------------------------

static int start_without_descriptors(void)
{
    struct rlimit limit = {FEW_DESCRIPTORS, FEW_DESCRIPTORS};
    mp_process *started[FEW_DESCRIPTORS], *failing;
    int count = 0;
    int rc;

    must_be(setrlimit(RLIMIT_NOFILE, &limit), 0);
    struct shared *shared = MP_SHARED(struct shared);
    for (;; count++) {
        must_be(mp_process_create(&failing, stay, shared, NULL), 0);
        rc = mp_process_start(failing);
        if (rc != 0) {
            break;
        }
        started[count] = failing;
    }
    must_be(rc, -EMFILE);
    must_be(count >= FEW_DESCRIPTORS / 2, 1);
    int before = descriptors();
    for (int i = 0; i < FAILURES; i++) {
        must_be(mp_process_start(failing), -EMFILE);
    }
    must_be(descriptors(), before);
    must_be(mp_process_pid(failing), -ESRCH);
    must_be(atomic_load(&mp_the_world->gate.alive), count + 1);

    must_be(mp_process_kill(started[0]), 0);
    must_be(mp_process_join(started[0], MP_FOREVER), 0);
    must_be(mp_process_destroy(started[0]), 0);
    must_be(mp_process_start(failing), 0);
    started[0] = failing;
    atomic_store(&shared->go, 1);
    for (int i = 0; i < count; i++) {
        must_be(mp_process_join(started[i], MP_FOREVER), 0);
        must_be(mp_process_destroy(started[i]), 0);
    }
    // Who could not be started has never run, not even for a moment: the one that was
    // killed may have come too late.
    must_be(atomic_load(&shared->ran) <= count + 1, 1);
    must_be(atomic_load(&shared->ran) >= count, 1);
    must_be(atomic_load(&mp_the_world->gate.alive), 1);
    return 0;
}

START_TEST(without_descriptors_nothing_is_left_behind)
{
    char text[256];
    int status = in_program(start_without_descriptors, text, sizeof text);

    ck_assert_msg(status == 0, "%s", text);
}
END_TEST

static int start_without_processes(void)
{
    struct rlimit before, none;
    mp_process *child;

    must_be(setgroups(0, NULL), 0);
    must_be(setgid(NOBODY), 0);
    must_be(setuid(NOBODY), 0);
    must_be(getrlimit(RLIMIT_NPROC, &before), 0);
    none = before;
    none.rlim_cur = 1; // this one
    must_be(mp_process_create(&child, nothing, NULL, NULL), 0);
    must_be(setrlimit(RLIMIT_NPROC, &none), 0);
    int count = descriptors();
    for (int i = 0; i < FAILURES; i++) {
        must_be(mp_process_start(child), -EAGAIN);
    }
    must_be(descriptors(), count);
    must_be(atomic_load(&mp_the_world->gate.alive), 1);
    must_be(mp_process_is_alive(child), 0);
    must_be(setrlimit(RLIMIT_NPROC, &before), 0);
    must_be(mp_process_start(child), 0);
    must_be(mp_process_join(child, MP_FOREVER), 0);
    must_be(mp_process_destroy(child), 0);
    return 0;
}

START_TEST(without_processes_it_can_be_started_later)
{
    char text[256];

    if (geteuid() != 0) {
        return; // the limit counts all processes of the user: it takes another user
    }
    int status = in_program(start_without_processes, text, sizeof text);
    ck_assert_msg(status == 0, "%s", text);
}
END_TEST

START_TEST(more_than_127_children_at_a_time_are_refused)
{
    mp_process *children[MP_PROCESSES], *another;
    const int room = MP_PROCESSES - 1; // main is the first

    for (int i = 0; i < room; i++) {
        ck_assert_int_eq(mp_process_create(&children[i], nothing, NULL, NULL), 0);
    }
    ck_assert_int_eq(mp_process_create(&another, nothing, NULL, NULL), -EAGAIN);
    ck_assert_int_eq(mp_process_destroy(children[0]), 0);
    ck_assert_int_eq(mp_process_create(&children[0], nothing, NULL, NULL), 0);
    ck_assert_int_eq(mp_process_start(children[0]), 0);
    for (int i = 0; i < room; i++) {
        ck_assert_int_eq(mp_process_join(children[i], MP_FOREVER), i == 0 ? 0 : -ESRCH);
        ck_assert_int_eq(mp_process_destroy(children[i]), 0);
    }
}
END_TEST

START_TEST(a_thousand_processes_leave_no_descriptor)
{
    ck_assert_int_eq(end_of(start_child(nothing, NULL)), 0);
    int before = descriptors();

    for (int i = 0; i < MANY; i++) {
        ck_assert_int_eq(end_of(start_child(nothing, NULL)), 0);
    }
    ck_assert_int_eq(descriptors(), before);
    ck_assert_int_eq((int)atomic_load(&mp_the_world->gate.alive), 1);
    ck_assert_uint_eq(atomic_load(&mp_the_world->gate.top), MP_PROCESSES);
    ck_assert_uint_eq(atomic_load(&mp_the_world->unrecorded), 0);
}
END_TEST

struct sibling {
    struct shared *shared;
    int number;
};

static int count_descriptors(void *arg)
{
    struct sibling *sibling = arg;

    atomic_store(&sibling->shared->numbers[sibling->number], descriptors());
    return stay(sibling->shared);
}

START_TEST(a_child_has_no_descriptors_of_its_elder_siblings)
{
    struct shared *shared = MP_SHARED(struct shared);
    mp_process *children[SIBLINGS];

    for (int i = 0; i < SIBLINGS; i++) {
        struct sibling sibling = {shared, i};
        children[i] = start_child(count_descriptors, &sibling);
    }
    atomic_store(&shared->go, 1);
    for (int i = 0; i < SIBLINGS; i++) {
        ck_assert_int_eq(end_of(children[i]), 0);
        ck_assert_int_gt(shared->numbers[i], 0);
        ck_assert_int_eq(shared->numbers[i], shared->numbers[0]);
    }
}
END_TEST

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
    mp_process *child = start_child(nothing, NULL);
    ck_assert_int_eq(mp_process_join(child, LIBRARY_LIMIT_MS), 0);
    ck_assert_int_eq(mp_process_is_alive(child), 0);
    ck_assert_int_eq(mp_process_exitcode(child, &code), -ECHILD);
    ck_assert_int_eq(mp_process_destroy(child), 0);
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
        {.test = what_is_printed_is_printed_once},
        {.test = a_program_ends_after_the_children_that_nobody_joined},
        {.test = without_descriptors_nothing_is_left_behind},
        {.test = without_processes_it_can_be_started_later},
        {.test = more_than_127_children_at_a_time_are_refused},
        {.test = a_thousand_processes_leave_no_descriptor},
        {.test = a_child_has_no_descriptors_of_its_elder_siblings},
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
