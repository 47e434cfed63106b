// SPDX-License-Identifier: MIT
// Small programs that get stuck in every order of things, and others that only look so for a
// while: run free, in slow motion and by steps by tests/unit/test_still.c, and on the screen.
//
//   locks       left and right each take one lock, and then want the other's
//   three       a circle of three
//   joined      a child wants the lock of main, and main waits for its end
//   item        a consumer waits for an item; who had them has ended
//   room        a producer waits for room, and nobody takes
//   event       a child waits for an event that nobody sets
//   permit      a child wants a permit that it has itself
//   message     both ends of a pipe are read
// and for a while:
//   twice       a lock that it has: mp says so, and it goes on
//   owner       the owner of a lock is killed; who wants it gets it
//   slow        one sleeps while it has what all others wait for
//   limited     all wait, one of them not for ever
//   computing   one computes, and knows nothing of mp
//   forked      a child of a bare fork comes to mp late
//   threaded    a second thread sets the event
//   woken       a signal comes that nobody could foresee; see main_waits_for_a_signal
#include "mp.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MOST = 3, SLOW_MS = 300, LIMIT_MS = 400 };

static mp_lock *lock_a, *lock_b, *lock_c;
static mp_event *has_a, *has_b, *has_c, *go;
static mp_queue *jobs;
static mp_sem *permit;
static mp_conn *ends[2];
static mp_process *children[MOST];
static int started;

// It must be so.
#define expect(so) ((so) ? (void)0 : unexpected(#so, __LINE__))

static void unexpected(const char *what, int line)
{
    printf("line %d: not so: %s\n", line, what);
    fflush(stdout);
    _exit(3);
}

static void start(const char *name, mp_target what)
{
    struct mp_process_options named = {.name = name};
    expect(mp_process_create(&children[started], what, NULL, &named) == 0);
    expect(mp_process_start(children[started]) == 0);
    started++;
}

static void join_all(void)
{
    for (int i = 0; i < started; i++) {
        expect(mp_process_join(children[i], MP_FOREVER) == 0); // main waits
    }
}

// --- circles ----------------------------------------------------------------------------------

// Takes the first; when the other one has its first as well, wants the second.
static void take_both(mp_lock *first, mp_event *mine, mp_event *others, mp_lock *second)
{
    expect(mp_lock_acquire(first, MP_FOREVER) == 0);
    expect(mp_event_set(mine) == 0);
    expect(mp_event_wait(others, MP_FOREVER) == 0);
    expect(mp_lock_acquire(second, MP_FOREVER) == 0);
}

static int left(void *arg)
{
    (void)arg;
    expect(mp_lock_acquire(lock_a, MP_FOREVER) == 0); // left has
    expect(mp_event_set(has_a) == 0);
    expect(mp_event_wait(has_b, MP_FOREVER) == 0);
    expect(mp_lock_acquire(lock_b, MP_FOREVER) == 0); // left wants
    return 0;
}

static int right(void *arg)
{
    (void)arg;
    expect(mp_lock_acquire(lock_b, MP_FOREVER) == 0); // right has
    expect(mp_event_set(has_b) == 0);
    expect(mp_event_wait(has_a, MP_FOREVER) == 0);
    expect(mp_lock_acquire(lock_a, MP_FOREVER) == 0); // right wants
    return 0;
}

static void locks(void)
{
    start("left", left);
    start("right", right);
    join_all();
}

static int first_of_three(void *arg)
{
    (void)arg;
    take_both(lock_a, has_a, has_b, lock_b);
    return 0;
}

static int second_of_three(void *arg)
{
    (void)arg;
    take_both(lock_b, has_b, has_c, lock_c);
    return 0;
}

static int third_of_three(void *arg)
{
    (void)arg;
    take_both(lock_c, has_c, has_a, lock_a);
    return 0;
}

static void three(void)
{
    start("first", first_of_three);
    start("second", second_of_three);
    start("third", third_of_three);
    join_all();
}

static int want_a(void *arg)
{
    (void)arg;
    int rc = mp_lock_acquire(lock_a, MP_FOREVER);
    expect(rc == 0 || rc == MP_RECOVERED);
    expect(mp_lock_release(lock_a) == 0);
    return 0;
}

static void joined(void)
{
    expect(mp_lock_acquire(lock_a, MP_FOREVER) == 0);
    start("child", want_a);
    join_all();
}

// --- nobody is left ---------------------------------------------------------------------------

static int put_one(void *arg)
{
    static const int item = 7;
    (void)arg;
    expect(mp_queue_put(jobs, &item, sizeof item, MP_FOREVER) == 0);
    return 0;
}

static int take_two(void *arg)
{
    int item;
    (void)arg;
    for (int i = 0; i < 2; i++) {
        expect(mp_queue_get(jobs, &item, sizeof item, NULL, MP_FOREVER) == 0);
    }
    return 0;
}

static void item(void)
{
    start("producer", put_one);
    start("consumer", take_two);
    join_all();
}

static int put_three(void *arg)
{
    for (int i = 0; i < 3; i++) {
        put_one(arg);
    }
    return 0;
}

static void room(void)
{
    start("producer", put_three);
    join_all();
}

static int wait_to_go(void *arg)
{
    (void)arg;
    expect(mp_event_wait(go, MP_FOREVER) == 0);
    return 0;
}

static void event(void)
{
    start("waiter", wait_to_go);
    join_all();
}

static int take_permit_twice(void *arg)
{
    (void)arg;
    expect(mp_sem_acquire(permit, MP_FOREVER) == 0);
    expect(mp_sem_acquire(permit, MP_FOREVER) == 0);
    return 0;
}

static void permit_twice(void)
{
    start("taker", take_permit_twice);
    join_all();
}

static int read_there(void *arg)
{
    int message;
    (void)arg;
    mp_conn_recv(ends[1], &message, sizeof message, NULL, MP_FOREVER);
    return 0;
}

static void message(void)
{
    int got;
    start("reader", read_there);
    mp_conn_recv(ends[0], &got, sizeof got, NULL, MP_FOREVER);
}

// --- for a while ------------------------------------------------------------------------------

static void twice(void)
{
    expect(mp_lock_acquire(lock_a, MP_FOREVER) == 0);
    expect(mp_lock_acquire(lock_a, MP_FOREVER) == -EDEADLK);
    expect(mp_lock_release(lock_a) == 0);
}

static int die_with_a(void *arg)
{
    (void)arg;
    expect(mp_lock_acquire(lock_a, MP_FOREVER) == 0);
    expect(mp_event_set(has_a) == 0);
    kill(getpid(), SIGKILL);
    return 0;
}

static void owner(void)
{
    start("owner", die_with_a);
    expect(mp_event_wait(has_a, MP_FOREVER) == 0);
    start("heir", want_a);
    join_all();
}

static int sleep_with_a(void *arg)
{
    (void)arg;
    expect(mp_lock_acquire(lock_a, MP_FOREVER) == 0);
    expect(mp_event_set(has_a) == 0);
    mp_sleep(SLOW_MS);
    expect(mp_lock_release(lock_a) == 0);
    return 0;
}

static void slow(void)
{
    start("sleeper", sleep_with_a);
    expect(mp_event_wait(has_a, MP_FOREVER) == 0);
    start("waiter", want_a);
    join_all();
}

static int wait_for_a_while(void *arg)
{
    (void)arg;
    expect(mp_event_wait(go, LIMIT_MS) == -ETIMEDOUT);
    expect(mp_event_set(go) == 0);
    return 0;
}

static void limited(void)
{
    start("waiter", wait_to_go);
    start("limited", wait_for_a_while);
    join_all();
}

static void compute(int milliseconds)
{
    struct timespec begin;
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &begin);
    do {
        clock_gettime(CLOCK_MONOTONIC, &now);
    } while ((now.tv_sec - begin.tv_sec) * 1000 + (now.tv_nsec - begin.tv_nsec) / 1000000 <
             milliseconds);
}

static int compute_and_set(void *arg)
{
    (void)arg;
    compute(SLOW_MS);
    expect(mp_event_set(go) == 0);
    return 0;
}

static void computing(void)
{
    start("waiter", wait_to_go);
    start("computer", compute_and_set);
    join_all();
}

static void forked(void)
{
    pid_t child = fork();
    if (child == 0) {
        compute(SLOW_MS);
        mp_event_set(go);
        _exit(0);
    }
    expect(mp_event_wait(go, MP_FOREVER) == 0);
    expect(waitpid(child, NULL, 0) == child);
}

static void *set_from_thread(void *arg)
{
    compute(SLOW_MS);
    expect(mp_event_set(go) == 0);
    return arg;
}

static void threaded(void)
{
    pthread_t thread;
    expect(pthread_create(&thread, NULL, set_from_thread, NULL) == 0);
    expect(mp_event_wait(go, MP_FOREVER) == 0);
    expect(pthread_join(thread, NULL) == 0);
}

static void on_signal(int number)
{
    (void)number;
    mp_event_set(go);
}

// By all that can be seen it is stuck; then the signal comes.
static void main_waits_for_a_signal(void)
{
    struct sigaction action = {.sa_handler = on_signal};
    expect(sigaction(SIGUSR1, &action, NULL) == 0);
    expect(mp_event_wait(go, MP_FOREVER) == 0);
}

static const struct {
    const char *name;
    void (*run)(void);
} programs[] = {
    {"locks", locks},         {"three", three},
    {"joined", joined},       {"item", item},
    {"room", room},           {"event", event},
    {"permit", permit_twice}, {"message", message},
    {"twice", twice},         {"owner", owner},
    {"slow", slow},           {"limited", limited},
    {"computing", computing}, {"forked", forked},
    {"threaded", threaded},   {"woken", main_waits_for_a_signal},
};

int main(int argc, char **argv)
{
    const char *name = argc > 1 ? argv[1] : "";
    expect(mp_lock_create(&lock_a) == 0 && mp_lock_create(&lock_b) == 0 &&
           mp_lock_create(&lock_c) == 0);
    expect(mp_event_create(&has_a) == 0 && mp_event_create(&has_b) == 0 &&
           mp_event_create(&has_c) == 0 && mp_event_create(&go) == 0);
    expect(mp_queue_create(&jobs, int, 2) == 0);
    expect(mp_sem_create(&permit, 1, 1) == 0);
    expect(mp_pipe_create(ends, 1) == 0);
    for (size_t i = 0; i < sizeof programs / sizeof *programs; i++) {
        if (strcmp(name, programs[i].name) == 0) {
            programs[i].run();
            printf("%s done\n", name);
            return EXIT_SUCCESS;
        }
    }
    fprintf(stderr, "stuck_calls: what? %s\n", name);
    return 2;
}
