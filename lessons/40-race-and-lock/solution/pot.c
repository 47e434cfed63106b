// SPDX-License-Identifier: MIT
/*
 * Shows:   three friends empty a pot of money, one coin at a time, with a lock.
 * Run:     build/demos/pot                  (--money 6, --friends 2, --help)
 * Watch:   build/lab run pot
 * Expect:  1000000 coins taken of 1000000, each time. Nobody else can come between the
 *          look and the take.
 */
#include "demo.h"

#include <stdio.h>

DEMO("summary=three friends empty a pot of money\0"
     "watch=--money 4\0"
     "explore=--money 1 --friends 2\0"
     "grain=memory\0");

enum { START_LIMIT_MS = 5000, FRIENDS_MAX = 9 };

static int friends = 3;
static int money = 1000000;

struct pot { /* one, in shared memory: all processes see it */
    int money;
};

struct job { /* private: each process has its own copy */
    struct pot *pot;
    int *taken; /* shared, too: each friend writes down in a place of its own what it took */
    mp_barrier *start;
    mp_lock *pot_lock;
    int number;
};

static int take_coins(void *arg)
{
    struct job *job = arg;
    struct pot *pot = job->pot;
    int coins = 0;
    must(mp_barrier_wait(job->start, START_LIMIT_MS)); /* all start together */
    for (;;) {
        must(mp_lock_acquire(job->pot_lock, MP_FOREVER));
        if (pot->money <= 0) { /* look */
            must(mp_lock_release(job->pot_lock));
            break;
        }
        pot->money -= 1; /* take */
        must(mp_lock_release(job->pot_lock));
        coins++;
    }
    job->taken[job->number] = coins;
    return 0;
}

int main(int argc, char **argv)
{
    demo_options(argc, argv, "Friends take coins from one pot until it is empty.",
                 (const struct demo_option[]){
                     {"friends", &friends, 1, FRIENDS_MAX, "friends that take"},
                     {"money", &money, 1, 1000000000, "coins in the pot"},
                     {0}});
    struct job job = {.pot = must_have(MP_SHARED(struct pot)),
                      .taken = must_have(MP_SHARED_ARRAY(int, friends))};
    must(mp_barrier_create(&job.start, (unsigned)friends));
    must(mp_lock_create(&job.pot_lock));
    demo_title("%d friend%s, %d coin%s", friends, friends == 1 ? "" : "s", money,
               money == 1 ? "" : "s");
    printf("pot: %d friend%s, and a pot of %d\n", friends, friends == 1 ? "" : "s", money);
    job.pot->money = money;

    mp_process *child[FRIENDS_MAX];
    for (int i = 0; i < friends; i++) {
        struct mp_process_options named = {.name = demo_name("friend", i + 1)};
        job.number = i; /* the child gets its copy when it starts */
        must(mp_process_create(&child[i], take_coins, &job, &named));
        must(mp_process_start(child[i]));
    }
    for (int i = 0; i < friends; i++) {
        must(mp_process_join(child[i], MP_FOREVER));
        demo_say_end(child[i]);
    }

    long taken = 0;
    for (int i = 0; i < friends; i++) {
        printf("friend-%d took %d\n", i + 1, job.taken[i]);
        taken += job.taken[i];
    }
    return demo_result("taken", taken, money, "too many", taken - money);
}
