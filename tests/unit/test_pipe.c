// SPDX-License-Identifier: MIT
// Tests of the pipe: messages keep their bounds, empty and large ones too; the end of a pipe
// is not an empty message; who dies leaves it usable.
#include "library.h"
#include "suite.h"

#include <poll.h>
#include <signal.h>
#include <stdlib.h>

enum { MANY = 5000, LARGE = 1 << 20 };

static mp_conn *ends[2];

static void open_pipe(int duplex)
{
    ck_assert_int_eq(mp_pipe_create(ends, duplex), 0);
}

static void close_pipe(void)
{
    ck_assert_int_eq(mp_conn_close(ends[0]), 0);
    ck_assert_int_eq(mp_conn_close(ends[1]), 0);
}

START_TEST(what_is_wrong_is_refused)
{
    char byte = 0;

    ck_assert_int_eq(mp_pipe_create_named(NULL, 1, "p"), -EINVAL);
    ck_assert_int_eq(mp_pipe_create_named(ends, 1, NULL), -EINVAL);
    open_pipe(0);
    ck_assert_int_eq(mp_conn_send(ends[0], &byte, 1, 0), -EINVAL);
    ck_assert_int_eq(mp_conn_recv(ends[1], &byte, 1, NULL, 0), -EINVAL);
    ck_assert_int_eq(mp_conn_poll(ends[1], 0), -EINVAL);
    ck_assert_int_eq(mp_conn_send(ends[1], NULL, 1, 0), -EINVAL);
    ck_assert_int_eq(mp_conn_send(ends[1], &byte, 1, -2), -EINVAL);
    ck_assert_int_eq(mp_conn_recv(ends[0], NULL, 1, NULL, 0), -EINVAL);
    ck_assert_int_eq(mp_conn_recv(ends[0], &byte, 1, NULL, -2), -EINVAL);
    ck_assert_int_eq(mp_conn_poll(NULL, 0), -EINVAL);
    ck_assert_int_eq(mp_conn_fd(NULL), -EINVAL);
    ck_assert_int_eq(mp_conn_close(NULL), 0);
    close_pipe();
}
END_TEST

START_TEST(messages_keep_their_bounds)
{
    char buffer[8];
    size_t size = 99;

    open_pipe(1);
    for (int end = 0; end < 2; end++) {
        mp_conn *from = ends[end];
        mp_conn *to = ends[1 - end];
        ck_assert_int_eq(mp_conn_recv(to, buffer, sizeof buffer, &size, 0), -EAGAIN);
        ck_assert_int_eq(mp_conn_recv(to, buffer, sizeof buffer, &size, 20), -ETIMEDOUT);
        ck_assert_int_eq(mp_conn_poll(to, 0), 0);
        ck_assert_int_eq(mp_conn_send(from, "abc", 3, MP_FOREVER), 0);
        ck_assert_int_eq(mp_conn_send(from, NULL, 0, MP_FOREVER), 0);
        ck_assert_int_eq(mp_conn_send(from, "de", 2, 0), 0);
        ck_assert_int_eq(mp_conn_poll(to, 0), 1);
        ck_assert_int_eq(mp_conn_recv(to, buffer, 2, &size, 0), -EMSGSIZE);
        ck_assert_uint_eq(size, 3); // and it is still there
        ck_assert_int_eq(mp_conn_recv(to, buffer, 3, &size, 0), 0);
        ck_assert_uint_eq(size, 3);
        ck_assert_mem_eq(buffer, "abc", 3);
        ck_assert_int_eq(mp_conn_recv(to, NULL, 0, &size, 0), 0);
        ck_assert_uint_eq(size, 0);
        ck_assert_int_eq(mp_conn_recv(to, buffer, sizeof buffer, &size, MP_FOREVER), 0);
        ck_assert_uint_eq(size, 2);
        ck_assert_mem_eq(buffer, "de", 2);
    }
    close_pipe();
}
END_TEST

START_TEST(the_end_is_no_empty_message)
{
    char buffer[8];
    size_t size = 99;

    open_pipe(0);
    ck_assert_int_eq(mp_conn_send(ends[1], NULL, 0, 0), 0);
    ck_assert_int_eq(mp_conn_close(ends[1]), 0);
    ck_assert_int_eq(mp_conn_recv(ends[0], buffer, sizeof buffer, &size, MP_FOREVER), 0);
    ck_assert_uint_eq(size, 0);
    ck_assert_int_eq(mp_conn_poll(ends[0], MP_FOREVER), 1);
    for (int i = 0; i < 3; i++) {
        ck_assert_int_eq(mp_conn_recv(ends[0], buffer, sizeof buffer, &size, MP_FOREVER),
                         -EPIPE);
    }
    ck_assert_int_eq(mp_conn_close(ends[0]), 0);
}
END_TEST

START_TEST(nobody_is_sent_to_who_is_not_there)
{
    char buffer[8];

    open_pipe(1);
    ck_assert_int_eq(mp_conn_send(ends[0], "x", 1, 0), 0); // which nobody will read
    ck_assert_int_eq(mp_conn_send(ends[1], "y", 1, 0), 0);
    ck_assert_int_eq(mp_conn_close(ends[1]), 0);
    ck_assert_int_eq(mp_conn_send(ends[0], "x", 1, MP_FOREVER), -EPIPE);
    ck_assert_int_eq(mp_conn_recv(ends[0], buffer, 8, NULL, MP_FOREVER), 0);
    ck_assert_int_eq(buffer[0], 'y');
    ck_assert_int_eq(mp_conn_recv(ends[0], buffer, 8, NULL, MP_FOREVER), -EPIPE);
    ck_assert_int_eq(mp_conn_close(ends[0]), 0);
}
END_TEST

START_TEST(large_messages_arrive_whole)
{
    unsigned char *message = malloc(LARGE);
    unsigned char *got = malloc(LARGE);
    size_t size;

    open_pipe(1);
    for (size_t length = 1000; length < LARGE; length = length * 3 + 1) {
        for (size_t i = 0; i < length; i++) {
            message[i] = (unsigned char)(i * 31 + length);
        }
        ck_assert_int_eq(mp_conn_send(ends[0], message, length, 0), 0);
        ck_assert_int_eq(mp_conn_recv(ends[1], got, length - 1, &size, 0), -EMSGSIZE);
        ck_assert_uint_eq(size, length);
        ck_assert_int_eq(mp_conn_recv(ends[1], got, LARGE, &size, 0), 0);
        ck_assert_uint_eq(size, length);
        ck_assert_mem_eq(message, got, length);
    }
    close_pipe();
    free(message);
    free(got);
}
END_TEST

START_TEST(a_full_pipe_makes_the_sender_wait)
{
    char message[1000] = "";
    int sent = 0;
    int rc;

    open_pipe(1);
    while ((rc = mp_conn_send(ends[0], message, sizeof message, 0)) == 0) {
        sent++;
        ck_assert_int_lt(sent, 100000);
    }
    ck_assert_int_eq(rc, -EAGAIN);
    ck_assert_int_gt(sent, 3);
    ck_assert_int_eq(mp_conn_send(ends[0], message, sizeof message, 20), -ETIMEDOUT);
    for (int i = 0; i < sent; i++) {
        ck_assert_int_eq(mp_conn_recv(ends[1], message, sizeof message, NULL, 0), 0);
    }
    ck_assert_int_eq(mp_conn_recv(ends[1], message, sizeof message, NULL, 0), -EAGAIN);
    ck_assert_int_eq(mp_conn_send(ends[0], message, sizeof message, 0), 0);
    close_pipe();
}
END_TEST

// --- between processes ------------------------------------------------------------------------

static int count_up(void *arg)
{
    (void)arg;
    mp_conn_close(ends[0]);
    for (int i = 0; i < MANY; i++) {
        if (mp_conn_send(ends[1], &i, sizeof i, MP_FOREVER) != 0) {
            return 1;
        }
    }
    return 0;
}

START_TEST(messages_come_in_order_and_then_the_end)
{
    int got;
    size_t size;

    open_pipe(0);
    mp_process *sender = start_child(count_up, NULL);
    ck_assert_int_eq(mp_conn_close(ends[1]), 0);
    for (int i = 0; i < MANY; i++) {
        ck_assert_int_eq(mp_conn_recv(ends[0], &got, sizeof got, &size, MP_FOREVER), 0);
        ck_assert_int_eq(got, i);
    }
    ck_assert_int_eq(mp_conn_recv(ends[0], &got, sizeof got, &size, MP_FOREVER), -EPIPE);
    ck_assert_int_eq(end_of(sender), 0);
    ck_assert_int_eq(mp_conn_close(ends[0]), 0);
}
END_TEST

static int send_for_ever(void *arg)
{
    (void)arg;
    char message[20000] = "";
    mp_conn_close(ends[0]);
    while (mp_conn_send(ends[1], message, sizeof message, MP_FOREVER) == 0) {
    }
    return 1;
}

// Whatever it was in the middle of: whole messages, then the end.
START_TEST(death_of_the_sender_is_the_end)
{
    static char message[20000];
    size_t size;

    for (int i = 0; i < 20; i++) {
        open_pipe(0);
        mp_process *sender = start_child(send_for_ever, NULL);
        ck_assert_int_eq(mp_conn_close(ends[1]), 0);
        for (int j = 0; j < i; j++) {
            ck_assert_int_eq(
                mp_conn_recv(ends[0], message, sizeof message, &size, MP_FOREVER), 0);
        }
        ck_assert_int_eq(mp_process_kill(sender), 0);
        int rc;
        while ((rc = mp_conn_recv(ends[0], message, sizeof message, &size, MP_FOREVER)) ==
               0) {
            ck_assert_uint_eq(size, sizeof message);
        }
        ck_assert_int_eq(rc, -EPIPE);
        ck_assert_int_eq(end_of(sender), -SIGKILL);
        ck_assert_int_eq(mp_conn_close(ends[0]), 0);
    }
}
END_TEST

static _Atomic int *may_end;

static int stay_without(void *arg)
{
    (void)arg;
    mp_conn_close(ends[0]);
    mp_conn_close(ends[1]);
    while (!atomic_load(may_end)) {
        limit_nap();
    }
    return 0;
}

static int close_and_stay(void *arg)
{
    bool is_killed = arg != NULL;
    mp_conn_send(ends[1], "x", 1, MP_FOREVER);
    if (!is_killed) {
        mp_conn_close(ends[1]);
    }
    while (is_killed || !atomic_load(may_end)) {
        limit_nap();
    }
    return 0;
}

// F34: who was started before or after, and has closed what it does not use, does not keep
// the end from coming; whether the only writer closes or is killed.
START_TEST(the_end_comes_although_siblings_live)
{
    mp_process *siblings[4];
    char byte;

    may_end = MP_SHARED(_Atomic int);
    open_pipe(0);
    siblings[0] = start_child(stay_without, NULL);
    mp_process *writer = start_child(close_and_stay, _i == 1 ? ends : NULL);
    siblings[1] = start_child(stay_without, NULL);
    ck_assert_int_eq(mp_conn_close(ends[1]), 0);
    ends[1] = NULL; // closed before the fork: the younger ones never have it
    siblings[2] = start_child(stay_without, NULL);
    siblings[3] = start_child(stay_without, NULL);
    ck_assert_int_eq(mp_conn_recv(ends[0], &byte, 1, NULL, LIBRARY_LIMIT_MS), 0);
    if (_i == 1) {
        ck_assert_int_eq(mp_conn_recv(ends[0], &byte, 1, NULL, 50), -ETIMEDOUT);
        ck_assert_int_eq(mp_process_kill(writer), 0);
    }
    ck_assert_int_eq(mp_conn_recv(ends[0], &byte, 1, NULL, LIBRARY_LIMIT_MS), -EPIPE);
    atomic_store(may_end, 1);
    ck_assert_int_eq(end_of(writer), _i == 1 ? -SIGKILL : 0);
    for (int i = 0; i < 4; i++) {
        ck_assert_int_eq(end_of(siblings[i]), 0);
    }
    ck_assert_int_eq(mp_conn_close(ends[0]), 0);
}
END_TEST

static int recv_one(void *arg)
{
    (void)arg;
    char byte;
    mp_conn_close(ends[0]);
    return mp_conn_recv(ends[1], &byte, 1, NULL, MP_FOREVER) == 0 ? 0 : 1;
}

START_TEST(who_waits_for_a_message_gets_it)
{
    open_pipe(1);
    mp_process *receiver = start_child(recv_one, NULL);
    wait_until(waits_in(receiver, MP_OP_PIPE_RECV));
    ck_assert_int_eq(mp_conn_send(ends[0], "x", 1, 0), 0);
    ck_assert_int_eq(end_of(receiver), 0);
    close_pipe();
}
END_TEST

START_TEST(the_descriptor_is_readable_when_a_message_is_there)
{
    open_pipe(1);
    struct pollfd fd = {.fd = mp_conn_fd(ends[1]), .events = POLLIN};
    ck_assert_int_ge(fd.fd, 0);
    ck_assert_int_eq(poll(&fd, 1, 0), 0);
    ck_assert_int_eq(mp_conn_send(ends[0], NULL, 0, 0), 0);
    ck_assert_int_eq(poll(&fd, 1, 0), 1);
    ck_assert_int_eq(mp_conn_recv(ends[1], NULL, 0, NULL, 0), 0);
    ck_assert_int_eq(poll(&fd, 1, 0), 0);
    close_pipe();
}
END_TEST

// Who closes last frees it: neither the table nor descriptors run out.
START_TEST(pipes_can_be_made_without_end)
{
    for (int i = 0; i < 2 * MP_OBJECTS; i++) {
        open_pipe(i % 2);
        close_pipe();
    }
}
END_TEST

int main(void)
{
    struct suite_test tests[] = {
        {.test = what_is_wrong_is_refused},
        {.test = messages_keep_their_bounds},
        {.test = the_end_is_no_empty_message},
        {.test = nobody_is_sent_to_who_is_not_there},
        {.test = large_messages_arrive_whole},
        {.test = a_full_pipe_makes_the_sender_wait},
        {.test = messages_come_in_order_and_then_the_end},
        {.test = the_end_comes_although_siblings_live, .from = 0, .to = 2},
        {.test = death_of_the_sender_is_the_end},
        {.test = who_waits_for_a_message_gets_it},
        {.test = the_descriptor_is_readable_when_a_message_is_there},
        {.test = pipes_can_be_made_without_end},
    };

    for (size_t i = 0; i < sizeof tests / sizeof *tests; i++) {
        tests[i].teardown = library_close;
    }
    return suite_run("pipe", tests, sizeof tests / sizeof *tests);
}
