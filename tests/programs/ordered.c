// SPDX-License-Identifier: MIT
// Two processes that share much and race for nothing: what is not under a lock is atomic, a
// Value, or ordered by a flag or a barrier with an action. With "unordered" they read once
// without asking the flag. Run under control by tests/demos/test_races.c.
#include "mp.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROUNDS = 3 };

struct shared {
    _Atomic int flag; // is set behind .data; the next is a neighbour of it
    _Atomic int both;
    int data;
    int sum;
    int parts[2];
};

static struct shared *shared;
static mp_value *value;
static mp_barrier *barrier;
static int asks = 1;

static void expect(int so)
{
    if (!so) {
        fprintf(stderr, "ordered: not as expected\n");
        exit(EXIT_FAILURE);
    }
}

// Alone, between the two: reads what both wrote before they came.
static int add_up(void *arg)
{
    (void)arg;
    shared->sum += shared->parts[0] + shared->parts[1];
    shared->parts[0] = shared->parts[1] = 0;
    return 0;
}

static int work(void *arg)
{
    int me = arg == &shared->parts[1];
    atomic_fetch_add(&shared->both, 1);
    mp_value_add(value, 1);
    mp_value_set(value, mp_value_get(value));
    if (me == 0) {
        shared->data = 42;
        atomic_store(&shared->flag, 1);
    } else {
        while (asks && atomic_load(&shared->flag) == 0) {
        }
        shared->data += 1;
    }
    for (int round = 0; round < ROUNDS; round++) {
        shared->parts[me] = 1;
        expect(mp_barrier_wait(barrier, MP_FOREVER) >= 0);
        expect(shared->sum == 4 * round + 2);
        expect(mp_barrier_wait(barrier, MP_FOREVER) >= 0);
        shared->parts[me] = 1;
        expect(mp_barrier_wait(barrier, MP_FOREVER) >= 0);
        expect(mp_barrier_wait(barrier, MP_FOREVER) >= 0);
    }
    return 0;
}

int main(int argc, char **argv)
{
    mp_process *child[2];
    asks = !(argc > 1 && strcmp(argv[1], "unordered") == 0);
    shared = MP_SHARED(struct shared);
    expect(shared != NULL && mp_value_create(&value, 0) == 0);
    expect(mp_barrier_create_action(&barrier, 2, add_up, NULL) == 0);
    for (int i = 0; i < 2; i++) {
        expect(mp_process_create(&child[i], work, &shared->parts[i], NULL) == 0);
        expect(mp_process_start(child[i]) == 0);
    }
    for (int i = 0; i < 2; i++) {
        expect(mp_process_join(child[i], MP_FOREVER) == 0);
    }
    printf("ordered: sum %d\n", shared->sum);
    return EXIT_SUCCESS;
}
