// SPDX-License-Identifier: MIT
/*
 * Shows:   clerks count on paper of their own, and lock the board once, at the end.
 * Run:     build/demos/votes                (--clerks 2, --votes 1000, --help)
 * Watch:   build/lab run votes
 * Expect:  the board is right, and each clerk takes the lock once.
 */
#include "demo.h"

#include <stdio.h>

DEMO("summary=clerks count votes on one board\0"
     "watch=--clerks 2 --votes 3\0"
     "explore=--clerks 2 --votes 1\0"
     "grain=memory\0");

enum { START_LIMIT_MS = 5000, CLERKS_MAX = 9, PARTIES = 3 };

static int clerks = 3;
static int votes = 300000;

struct board { /* one, in shared memory; board_lock guards it */
    int votes[PARTIES];
};

struct job { /* private: each process has its own copy */
    struct board *board;
    mp_barrier *start;
    mp_lock *board_lock;
    int number;
};

/* What is on a voter's paper: a party, 0 to PARTIES - 1. */
static int open_paper(int clerk, int paper)
{
    return (int)((unsigned)(paper + clerk) * 2654435761u >> 8) % PARTIES;
}

static int count(void *arg)
{
    struct job *job = arg;
    must(mp_barrier_wait(job->start, START_LIMIT_MS)); /* all start together */
    int mine[PARTIES] = {0};
    for (int i = 0; i < votes; i++) {
        mine[open_paper(job->number, i)] += 1;
    }
    must(mp_lock_acquire(job->board_lock, MP_FOREVER));
    for (int party = 0; party < PARTIES; party++) {
        job->board->votes[party] += mine[party];
    }
    must(mp_lock_release(job->board_lock));
    return 0;
}

/* How many votes differ from what one single clerk counts. */
static long count_again(const struct board *board)
{
    long right[PARTIES] = {0}, wrong = 0;
    for (int clerk = 0; clerk < clerks; clerk++) {
        for (int i = 0; i < votes; i++) {
            right[open_paper(clerk, i)] += 1;
        }
    }
    for (int party = 0; party < PARTIES; party++) {
        long difference = right[party] - board->votes[party];
        printf("party %c: %d\n", 'A' + party, board->votes[party]);
        wrong += difference < 0 ? -difference : difference;
    }
    return wrong;
}

int main(int argc, char **argv)
{
    demo_options(argc, argv, "Clerks count votes on one board.",
                 (const struct demo_option[]){
                     {"clerks", &clerks, 1, CLERKS_MAX, "processes that count"},
                     {"votes", &votes, 1, 10000000, "votes for each clerk"},
                     {0}});
    struct job job = {.board = must_have(MP_SHARED(struct board))};
    must(mp_barrier_create(&job.start, (unsigned)clerks));
    must(mp_lock_create(&job.board_lock));
    demo_title("%d clerks, %d votes each", clerks, votes);
    printf("votes: %d clerks, %d votes each\n", clerks, votes);

    mp_process *child[CLERKS_MAX];
    for (int i = 0; i < clerks; i++) {
        struct mp_process_options named = {.name = demo_name("clerk", i + 1)};
        job.number = i; /* the child gets its copy when it starts */
        must(mp_process_create(&child[i], count, &job, &named));
        must(mp_process_start(child[i]));
    }
    for (int i = 0; i < clerks; i++) {
        must(mp_process_join(child[i], MP_FOREVER));
        demo_say_end(child[i]);
    }
    long counted = 0, wrong = count_again(job.board);
    for (int party = 0; party < PARTIES; party++) {
        counted += job.board->votes[party];
    }
    return demo_result("votes", counted, (long)clerks * votes, "wrong", wrong);
}
