// SPDX-License-Identifier: MIT
/*
 * Shows:   coins are carried from the till to the safe, while the owner counts both.
 * Run:     build/demos/carry                (--coins 5, --help)
 * Watch:   build/lab run carry
 * Expect:  the owner counts as many coins as there are, in every schedule: a coin is carried,
 *          or counted, in one piece.
 */
#include "demo.h"

#include <stdio.h>

DEMO("summary=coins are carried while the owner counts them\0"
     "watch=--coins 2\0"
     "explore=--coins 1\0"
     "grain=memory\0"
     "shape=--coins N\0");

enum { START_LIMIT_MS = 5000 };

static int coins = 1;

struct shop { /* one, in shared memory: both processes see it */
    int till, safe;
    int counted;
};

struct job { /* private: each process has its own copy */
    struct shop *shop;
    mp_barrier *start;
    mp_lock *shop_lock; /* guards till and safe: their sum is always right outside of it */
};

static int carry(void *arg)
{
    struct job *job = arg;
    struct shop *shop = job->shop;
    must(mp_barrier_wait(job->start, START_LIMIT_MS)); /* both start together */
    for (int i = 0; i < coins; i++) {
        must(mp_lock_acquire(job->shop_lock, MP_FOREVER));
        shop->till -= 1; /* out of the till */
        shop->safe += 1; /* into the safe */
        must(mp_lock_release(job->shop_lock));
    }
    return 0;
}

static int count(void *arg)
{
    struct job *job = arg;
    struct shop *shop = job->shop;
    must(mp_barrier_wait(job->start, START_LIMIT_MS));
    must(mp_lock_acquire(job->shop_lock, MP_FOREVER));
    int sum = shop->till; /* count the till */
    sum += shop->safe;    /* and the safe */
    shop->counted = sum;
    must(mp_lock_release(job->shop_lock));
    return 0;
}

int main(int argc, char **argv)
{
    demo_options(argc, argv, "Coins are carried from the till to the safe, and counted.",
                 (const struct demo_option[]){
                     {"coins", &coins, 1, 1000000000, "coins in the till"}, {0}});
    struct job job = {.shop = must_have(MP_SHARED(struct shop))};
    must(mp_barrier_create(&job.start, 2));
    must(mp_lock_create(&job.shop_lock));
    demo_title("%d coin%s", coins, coins == 1 ? "" : "s");
    printf("carry: %d coin%s, from the till to the safe, while the owner counts\n", coins,
           coins == 1 ? "" : "s");
    demo_expect("counted", coins);
    job.shop->till = coins;

    mp_process *carrier, *owner;
    must(mp_process_create(&carrier, carry, &job,
                           &(struct mp_process_options){.name = "carrier"}));
    must(mp_process_create(&owner, count, &job,
                           &(struct mp_process_options){.name = "owner"}));
    must(mp_process_start(carrier));
    must(mp_process_start(owner));
    must(mp_process_join(carrier, MP_FOREVER));
    must(mp_process_join(owner, MP_FOREVER));
    demo_say_end(carrier);
    demo_say_end(owner);

    int counted = job.shop->counted;
    return demo_result("counted", counted, coins, "off by", counted - coins);
}
