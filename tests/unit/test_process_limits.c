// SPDX-License-Identifier: MIT
// Tests of processes in programs of their own: what is printed and when a program ends; and
// where something is short: descriptors, processes, places in the table.
#include "in_program.h"
#include "library.h"
#include "suite.h"

#include <fcntl.h>
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>

enum {
    MANY = 1000,
    FEW_DESCRIPTORS = 32,
    FAILURES = 10,
    SIBLINGS = 10,
    NOBODY = 65534,
};

struct shared {
    _Atomic int go, ran;
    _Atomic int numbers[SIBLINGS];
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
    };

    for (size_t i = 0; i < sizeof tests / sizeof *tests; i++) {
        tests[i].teardown = library_close;
    }
    return suite_run("process limits", tests, sizeof tests / sizeof *tests);
}
