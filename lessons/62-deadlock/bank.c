// SPDX-License-Identifier: MIT
/*
 * Shows:   three accounts with a lock each, and three clerks. They all do the same thing.
 * Run:     build/demos/bank                 (--rounds 10, --clerks 2, --help)
 * Watch:   build/lab run bank
 * Expect:  with two clerks all is well, whichever two. With three they get stuck, now and
 *          then. Make it right, so that no order is left in which they do.
 */
#include "demo.h"

#include <stdio.h>

DEMO("summary=three clerks move money between three accounts\0"
     "watch=--clerks 3 --rounds 2 --limit 0\0"
     "explore=--clerks 3 --rounds 1 --limit 0\0"
     "grain=calls\0"
     "shape=--clerks N --rounds N --limit 0\0");

enum { ANNA, BEN, CLEO, ACCOUNTS };
enum { CLERKS_MAX = 3, MONEY = 100, START_LIMIT_MS = 5000, LIMIT_MAX_MS = 3600000 };

static int clerks = 3;
static int rounds = 100000;
static int limit = 5000;

struct account { /* in shared memory; who changes it has its lock */
    int money;
};

struct job { /* private: each process has its own copy */
    struct account *account;
    mp_value *transfers; /* shared: made by all */
    mp_lock *lock[ACCOUNTS];
    mp_barrier *start;
    int from, to; /* what this clerk moves */
};

static void transfer(struct job *job, int from, int to)
{
    must(mp_lock_acquire(job->lock[from], MP_FOREVER));
    must(mp_lock_acquire(job->lock[to], MP_FOREVER));
    job->account[from].money -= 1;
    job->account[to].money += 1;
    must(mp_lock_release(job->lock[to]));
    must(mp_lock_release(job->lock[from]));
}

static int clerk(void *arg)
{
    struct job *job = arg;
    must(mp_barrier_wait(job->start, START_LIMIT_MS)); /* all start together */
    for (int i = 0; i < rounds; i++) {
        transfer(job, job->from, job->to);
        mp_value_add(job->transfers, 1); /* in one piece */
    }
    return 0;
}

int main(int argc, char **argv)
{
    static const char *const names[] = {"anna", "ben", "cleo"};
    static const int pays[CLERKS_MAX][2] = {{ANNA, BEN}, {BEN, CLEO}, {CLEO, ANNA}};
    demo_options(argc, argv, "Clerks move money from one account to another.",
                 (const struct demo_option[]){
                     {"clerks", &clerks, 1, CLERKS_MAX, "clerks, each with its transfer"},
                     {"rounds", &rounds, 1, 1000000000, "transfers by each"},
                     {"limit", &limit, 0, LIMIT_MAX_MS, "ms main waits, 0 for ever"},
                     {0}});
    struct job job = {.account = must_have(MP_SHARED_ARRAY(struct account, ACCOUNTS))};
    must(mp_barrier_create(&job.start, (unsigned)clerks));
    must(mp_value_create(&job.transfers, 0));
    for (int i = 0; i < ACCOUNTS; i++) {
        must(mp_lock_create_named(&job.lock[i], names[i]));
        job.account[i].money = MONEY;
    }
    demo_title("%d clerk%s, %d transfer%s each", clerks, clerks == 1 ? "" : "s", rounds,
               rounds == 1 ? "" : "s");
    long expected = (long)clerks * rounds;
    demo_expect("transfers", expected);
    printf("bank: anna pays ben, ben pays cleo, cleo pays anna\n");

    mp_process *child[CLERKS_MAX];
    for (int i = 0; i < clerks; i++) {
        struct mp_process_options named = {.name = demo_name("clerk", i + 1)};
        job.from = pays[i][0];
        job.to = pays[i][1];
        must(mp_process_create(&child[i], clerk, &job, &named));
        must(mp_process_start(child[i]));
    }
    demo_join_all(child, clerks, limit);

    int together = 0;
    for (int i = 0; i < ACCOUNTS; i++) {
        together += job.account[i].money;
    }
    printf("anna, ben and cleo have %d, expected %d\n", together, ACCOUNTS * MONEY);
    long transfers = (long)mp_value_get(job.transfers);
    int failed =
        demo_result("transfers", transfers, expected, "missing", expected - transfers);
    return failed || together != ACCOUNTS * MONEY;
}
