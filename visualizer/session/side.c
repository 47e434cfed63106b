// SPDX-License-Identifier: MIT
/* A second explorer beside the first. See side.h. */
#include "session/side.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { ASK_MS = 20 }; /* so long a request is waited for: some runs */

enum request { NOTHING, WANTS_PART, HAS_PART, HAS_NONE };

struct side {
    pthread_t thread;
    struct exploration own; /* of the thread, but for what follows */
    pthread_mutex_t mutex;  /* guards all below */
    pthread_cond_t changed;
    bool leaves; /* the thread is to end */
    bool works;
    enum request request;
    uint8_t begin[MP_SCRIPT]; /* what is given, and what is asked for */
    size_t begin_count;
    struct exploration found; /* outcomes and runs that have not been collected */
    volatile sig_atomic_t stop;
};

/* --- the thread ------------------------------------------------------------------------------ */

static void answer(struct side *side)
{
    if (side->request == WANTS_PART) {
        bool has = side->works &&
                   explorer_give(side->own.explorer, side->begin, &side->begin_count);
        side->request = has ? HAS_PART : HAS_NONE;
        pthread_cond_broadcast(&side->changed);
    }
}

/* What it has found so far, to where it can be collected. */
static void hand_over(struct side *side)
{
    struct exploration *found = &side->found;
    if (!outcomes_merge(&found->outcomes, &side->own.outcomes)) {
        side->own.state = EXPLORE_CANNOT;
        side->own.obstacle = (struct obstacle){.end = ZYGOTE_FAILED};
    }
    outcomes_free(&side->own.outcomes);
    found->runs += side->own.runs;
    side->own.runs = 0;
    found->longest = side->own.longest;
    found->shortened = side->own.shortened;
    found->left_out = explorer_left_out(side->own.explorer);
    if (side->own.state == EXPLORE_CANNOT) {
        found->state = EXPLORE_CANNOT;
        found->obstacle = side->own.obstacle;
    }
}

static void *work(void *argument)
{
    struct side *side = argument;
    pthread_mutex_lock(&side->mutex);
    while (!side->leaves) {
        if (!side->works) {
            answer(side);
            pthread_cond_wait(&side->changed, &side->mutex);
            continue;
        }
        pthread_mutex_unlock(&side->mutex);
        bool more = exploration_run_alone(&side->own);
        pthread_mutex_lock(&side->mutex);
        hand_over(side);
        side->works = more;
        answer(side);
    }
    pthread_mutex_unlock(&side->mutex);
    return NULL;
}

/* --- its first ------------------------------------------------------------------------------- */

static bool start_thread(struct side *side)
{
    pthread_condattr_t how;
    pthread_mutex_init(&side->mutex, NULL);
    pthread_condattr_init(&how);
    pthread_condattr_setclock(&how, CLOCK_MONOTONIC);
    pthread_cond_init(&side->changed, &how);
    pthread_condattr_destroy(&how);
    /* Signals are for the thread that asks the person. */
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    bool good = pthread_create(&side->thread, NULL, work, side) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return good;
}

struct side *side_start(const struct exploration *first)
{
    struct side *side = calloc(1, sizeof *side);
    if (side == NULL) {
        return NULL;
    }
    side->own.setup = first->setup;
    side->own.setup.stop = &side->stop;
    side->own.explorer = explorer_new(&first->setup.explorer);
    bool good =
        side->own.explorer != NULL &&
        zygote_start_beside(&side->own.zygote, &first->zygote, first->setup.argv) == 0;
    if (good) {
        exploration_watch(&side->own);
        good = start_thread(side);
    }
    if (!good) {
        exploration_end(&side->own);
        free(side);
        return NULL;
    }
    return side;
}

void side_give(struct side *side, const uint8_t *begin, size_t count)
{
    pthread_mutex_lock(&side->mutex);
    explorer_take(side->own.explorer, begin, count);
    side->own.state = EXPLORE_GOES;
    side->works = true;
    pthread_cond_broadcast(&side->changed);
    pthread_mutex_unlock(&side->mutex);
}

bool side_is_idle(struct side *side)
{
    pthread_mutex_lock(&side->mutex);
    bool idle = !side->works && side->request != HAS_PART;
    pthread_mutex_unlock(&side->mutex);
    return idle;
}

bool side_ask(struct side *side, uint8_t *begin, size_t *count)
{
    struct timespec limit;
    clock_gettime(CLOCK_MONOTONIC, &limit);
    limit.tv_nsec += ASK_MS * 1000000L;
    limit.tv_sec += limit.tv_nsec / 1000000000L;
    limit.tv_nsec %= 1000000000L;
    pthread_mutex_lock(&side->mutex);
    if (side->request == NOTHING) {
        side->request = WANTS_PART;
        pthread_cond_broadcast(&side->changed);
    }
    while (side->request == WANTS_PART &&
           pthread_cond_timedwait(&side->changed, &side->mutex, &limit) == 0) {
    }
    bool has = side->request == HAS_PART;
    if (has) {
        memcpy(begin, side->begin, side->begin_count);
        *count = side->begin_count;
    }
    if (side->request != WANTS_PART) { /* else its answer is for the next time */
        side->request = NOTHING;
    }
    pthread_mutex_unlock(&side->mutex);
    return has;
}

bool side_collect(struct side *side, struct exploration *first)
{
    pthread_mutex_lock(&side->mutex);
    struct exploration *found = &side->found;
    bool good = outcomes_merge(&first->outcomes, &found->outcomes);
    outcomes_free(&found->outcomes);
    first->runs += found->runs;
    found->runs = 0;
    first->longest = found->longest > first->longest ? found->longest : first->longest;
    first->shortened = first->shortened || found->shortened;
    first->left_out = first->left_out || found->left_out;
    if (found->state == EXPLORE_CANNOT &&
        (first->state == EXPLORE_GOES || first->state == EXPLORE_COMPLETE)) {
        first->state = EXPLORE_CANNOT;
        first->obstacle = found->obstacle;
    }
    pthread_mutex_unlock(&side->mutex);
    return good;
}

void side_end(struct side *side)
{
    if (side == NULL) {
        return;
    }
    side->stop = 1;
    pthread_mutex_lock(&side->mutex);
    side->leaves = true;
    pthread_cond_broadcast(&side->changed);
    pthread_mutex_unlock(&side->mutex);
    pthread_join(side->thread, NULL);
    pthread_cond_destroy(&side->changed);
    pthread_mutex_destroy(&side->mutex);
    exploration_end(&side->own);
    outcomes_free(&side->found.outcomes);
    free(side);
}
