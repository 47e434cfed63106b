// SPDX-License-Identifier: MIT
// Two sorters put one row of cards in order. Whoever is killed in an exchange takes a card with
// it, and nobody sees it.
#include "demo.h"

#include <stdio.h>

DEMO("summary=two sorters, one row of cards, and a card that nobody misses\0"
     "explore=--sorters 2\0"
     "grain=memory\0"
     "shape=--sorters N\0");

enum { CARDS = 3, SORTERS_MAX = 9 };

static int sorters = 2;

struct shared {
    int card[CARDS];
};

struct job {
    struct shared *shared;
    mp_lock *row_lock;
};

/* The first card that is higher than the one after it; -1: all are in order. */
static int out_of_order(const struct shared *shared)
{
    for (int i = 0; i + 1 < CARDS; i++) {
        if (shared->card[i] > shared->card[i + 1]) {
            return i;
        }
    }
    return -1;
}

static void exchange(struct shared *shared, int i)
{
    int left = shared->card[i];
    shared->card[i] = shared->card[i + 1];
    shared->card[i + 1] = left;
}

static int sort(void *arg)
{
    struct job *job = arg;
    for (int i = 0; i >= 0;) {
        must(mp_lock_acquire(job->row_lock, MP_FOREVER));
        i = out_of_order(job->shared);
        if (i >= 0) {
            exchange(job->shared, i);
        }
        must(mp_lock_release(job->row_lock));
    }
    return 0;
}

int main(int argc, char **argv)
{
    demo_options(argc, argv, "Sorters put a row of cards in order, with a lock.",
                 (const struct demo_option[]){
                     {"sorters", &sorters, 1, SORTERS_MAX, "processes that sort"}, {0}});
    struct job job = {.shared = must_have(MP_SHARED(struct shared))};
    *job.shared = (struct shared){.card = {3, 1, 2}};
    must(mp_lock_create(&job.row_lock));
    demo_expect("cards", CARDS);

    mp_process *sorter[SORTERS_MAX];
    for (int i = 0; i < sorters; i++) {
        struct mp_process_options named = {.name = demo_name("sorter", i + 1)};
        must(mp_process_create(&sorter[i], sort, &job, &named));
        must(mp_process_start(sorter[i]));
    }
    for (int i = 0; i < sorters; i++) {
        must(mp_process_join(sorter[i], MP_FOREVER));
        demo_say_end(sorter[i]);
    }
    for (int i = 0; i < CARDS; i++) {
        printf("%d%c", job.shared->card[i], i + 1 < CARDS ? ' ' : '\n');
    }
    return demo_result("cards", CARDS, CARDS, "out of order",
                       out_of_order(job.shared) >= 0);
}
