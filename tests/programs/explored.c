// SPDX-License-Identifier: MIT
// Small programs that tests/unit/test_exploration.c runs under every schedule: the argument
// says which. Main ends with the number that tells how it came out.
//
//   add P N [LOCK]  P processes add 1 to a counter N times; LOCK is both, or store: around
//                   the whole, or the write only
//   opposite        two take two locks in opposite order
//   queue           two put two items each into a queue for one, a third takes them
//   joined          main reads between its two joins what the other child writes
//   event           one waits for an event that is set and cleared at once
//   barrier         who comes first to a barrier says so
//   condition       one waits for a condition of which it may be told before it waits
//   flag            one looks at a flag over and over until the other sets it
//   looks           one looks 40 times at a flag that the other sets
//   forever         one looks at a flag that nobody sets
//   two             two look at flags that nobody sets
//   clock           what they write to depends on the clock
//   read, select    waits outside of mp, for ever
//   crash           one adds, the other is killed by a signal
//   long            makes 5000 steps
//   quits           main ends while its child stands
#include "mp.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <time.h>
#include <unistd.h>

enum { ADDERS = 8, LONG = 5000, ASKS = 6, LOOKS = 40, CRASHED = 3 };

struct shared {
    volatile int counter, other, flag;
};

static struct shared *shared;
static mp_lock *lock, *second;
static mp_queue *queue;
static mp_event *event;
static mp_barrier *barrier;
static mp_cond *condition;
static int times;
static const char *locking = "";

static int add(void *arg)
{
    int both = strcmp(locking, "both") == 0;
    int store = strcmp(locking, "store") == 0;
    (void)arg;
    for (int i = 0; i < times; i++) {
        if (both) {
            mp_lock_acquire(lock, MP_FOREVER);
        }
        int value = shared->counter;
        if (store) {
            mp_lock_acquire(lock, MP_FOREVER);
        }
        shared->counter = value + 1;
        if (both || store) {
            mp_lock_release(lock);
        }
    }
    return 0;
}

static int take_both(void *arg)
{
    mp_lock *first = arg == NULL ? lock : second;
    mp_lock *other = arg == NULL ? second : lock;
    return mp_lock_acquire(first, MP_FOREVER) != 0 ||
           mp_lock_acquire(other, MP_FOREVER) != 0 || mp_lock_release(other) != 0 ||
           mp_lock_release(first) != 0;
}

static int put_two(void *arg)
{
    int item = arg == NULL ? 1 : 3;
    int next = item + 1;
    return mp_queue_put(queue, &item, sizeof item, MP_FOREVER) != 0 ||
           mp_queue_put(queue, &next, sizeof next, MP_FOREVER) != 0;
}

static int take_four(void *arg)
{
    int item;
    (void)arg;
    for (int i = 0; i < 4; i++) {
        if (mp_queue_get(queue, &item, sizeof item, NULL, MP_FOREVER) != 0) {
            return 1;
        }
        if (i == 0) {
            shared->counter = item;
        }
    }
    return 0;
}

static int write_one(void *arg)
{
    *(arg == NULL ? &shared->counter : &shared->other) = 1;
    return 0;
}

static int wait_for_event(void *arg)
{
    (void)arg;
    int value = shared->counter;
    return mp_event_wait(event, MP_FOREVER) != 0 || value != 0;
}

static int set_and_clear(void *arg)
{
    (void)arg;
    return mp_event_set(event) != 0 || mp_event_clear(event) != 0;
}

static int come(void *arg)
{
    *(arg == NULL ? &shared->counter : &shared->other) = 0;
    if (mp_barrier_wait(barrier, MP_FOREVER) == 0) {
        shared->flag = arg == NULL ? 1 : 2;
    }
    return 0;
}

static int wait_to_be_told(void *arg)
{
    (void)arg;
    return mp_lock_acquire(lock, MP_FOREVER) != 0 ||
           mp_cond_wait(condition, MP_FOREVER) != 0 || mp_lock_release(lock) != 0;
}

static int say_so(void *arg)
{
    (void)arg;
    return mp_lock_acquire(lock, MP_FOREVER) != 0 || mp_cond_notify(condition, 1) < 0 ||
           mp_lock_release(lock) != 0;
}

static int look_for_flag(void *arg)
{
    volatile int *flag = arg == NULL ? &shared->flag : &shared->other;
    while (!*flag) {
    }
    return 0;
}

static int look_often(void *arg)
{
    int sum = 0;
    (void)arg;
    for (int i = 0; i < LOOKS; i++) {
        sum += shared->flag;
    }
    return sum > LOOKS;
}

static int set_flag(void *arg)
{
    (void)arg;
    shared->flag = 1;
    return 0;
}

static int ask_the_clock(void *arg)
{
    struct timespec now;
    (void)arg;
    for (int i = 0; i < ASKS; i++) {
        clock_gettime(CLOCK_MONOTONIC, &now);
        *(now.tv_nsec / 16 % 2 ? &shared->counter : &shared->other) = i;
    }
    return 0;
}

static int read_nothing(void *arg)
{
    int ends[2];
    char byte;
    (void)arg;
    return pipe(ends) != 0 || read(ends[0], &byte, 1) != 1;
}

static int select_nothing(void *arg)
{
    struct timeval day = {.tv_sec = 86400};
    (void)arg;
    return select(0, NULL, NULL, NULL, &day);
}

static int crash(void *arg)
{
    (void)arg;
    shared->other = 1;
    *(volatile int *)arg = 1;
    return 0;
}

static int go_on(void *arg)
{
    (void)arg;
    for (int i = 0; i < LONG; i++) {
        shared->other = i;
    }
    return 0;
}

static mp_process *start(mp_target fn, void *arg)
{
    mp_process *process;
    if (mp_process_create(&process, fn, arg, NULL) != 0 ||
        mp_process_start(process) != 0) {
        exit(9);
    }
    return process;
}

// Starts them all, then joins them all; `second_arg` is for the second.
static void run(const mp_target *targets, int count, void *second_arg)
{
    mp_process *processes[ADDERS];
    for (int i = 0; i < count; i++) {
        processes[i] = start(targets[i], i == 1 ? second_arg : NULL);
    }
    for (int i = 0; i < count; i++) {
        mp_process_join(processes[i], MP_FOREVER);
    }
}

static int run_joined(void)
{
    mp_process *one = start(write_one, NULL);
    mp_process *two = start(write_one, shared);
    mp_process_join(two, MP_FOREVER);
    int seen = shared->counter;
    mp_process_join(one, MP_FOREVER);
    return seen;
}

static int run_crash(void)
{
    mp_process *one = start(crash, NULL);
    times = 1;
    mp_process *two = start(add, NULL);
    mp_process_join(one, MP_FOREVER);
    mp_process_join(two, MP_FOREVER);
    int code = 0;
    mp_process_exitcode(one, &code);
    return code == -11 ? CRASHED : 0;
}

int main(int argc, char **argv)
{
    const char *what = argc > 1 ? argv[1] : "";
    shared = MP_SHARED(struct shared);
    if (mp_lock_create(&lock) != 0 || mp_lock_create(&second) != 0 ||
        mp_queue_create(&queue, int, 1) != 0 || mp_event_create(&event) != 0 ||
        mp_barrier_create(&barrier, 2) != 0 || mp_cond_create(&condition, lock) != 0) {
        return 9;
    }
    static const struct {
        const char *name;
        mp_target targets[3];
        int count;
        int ends_with_flag;
    } programs[] = {
        {"opposite", {take_both, take_both}, 2, 0},
        {"queue", {put_two, put_two, take_four}, 3, 0},
        {"event", {wait_for_event, set_and_clear}, 2, 0},
        {"barrier", {come, come}, 2, 1},
        {"condition", {wait_to_be_told, say_so}, 2, 0},
        {"flag", {look_for_flag, set_flag}, 2, 0},
        {"looks", {look_often, set_flag}, 2, 0},
        {"forever", {look_for_flag, write_one}, 2, 0},
        {"two", {look_for_flag, look_for_flag}, 2, 0},
        {"clock", {ask_the_clock, ask_the_clock}, 2, 0},
        {"read", {write_one, read_nothing}, 2, 0},
        {"select", {write_one, select_nothing}, 2, 0},
        {"long", {write_one, go_on}, 2, 0},
    };
    if (strcmp(what, "add") == 0 && argc > 3) {
        mp_target adders[ADDERS];
        times = atoi(argv[3]);
        locking = argc > 4 ? argv[4] : "";
        for (int i = 0; i < ADDERS; i++) {
            adders[i] = add;
        }
        run(adders, atoi(argv[2]) % (ADDERS + 1), NULL);
        return shared->counter;
    }
    if (strcmp(what, "joined") == 0) {
        return run_joined();
    }
    if (strcmp(what, "crash") == 0) {
        return run_crash();
    }
    if (strcmp(what, "quits") == 0) {
        start(write_one, NULL);
        exit(4);
    }
    for (size_t i = 0; i < sizeof programs / sizeof *programs; i++) {
        if (strcmp(what, programs[i].name) == 0) {
            run(programs[i].targets, programs[i].count, shared);
            return programs[i].ends_with_flag ? shared->flag : shared->counter;
        }
    }
    return 2;
}
