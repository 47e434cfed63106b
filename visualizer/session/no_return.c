// SPDX-License-Identifier: MIT
/* The point of no return. See no_return.h. */
#include "session/no_return.h"

#include <errno.h>

void no_return_begin(struct no_return *search, const struct exploration_setup *setup,
                     const uint8_t *steps, size_t count)
{
    *search = (struct no_return){
        .setup = *setup, .steps = steps, .begin = count, .left = NO_RETURN_RUNS};
}

/* Over: with this. */
static bool over(struct no_return *search, long found)
{
    no_return_end(search);
    search->over = true;
    search->found = found;
    return false;
}

/* The schedules that begin with one step less. */
static bool start(struct no_return *search)
{
    char why[256];
    struct exploration_setup below = search->setup;
    if (search->begin == 0) { /* not even so */
        return over(search, 0);
    }
    if (search->left == 0) {
        return over(search, -EAGAIN);
    }
    search->begin--;
    /* One schedule of each kind is enough: all of one kind come out alike. */
    below.explorer = (struct explorer_setup){.preemptions = -1,
                                             .reduce = true,
                                             .begin = search->steps,
                                             .begin_count = search->begin};
    below.limit = search->left;
    int rc = exploration_start(&search->exploration, &below, why, sizeof why);
    search->going = rc == 0;
    return rc == 0 || over(search, rc);
}

/* Does any of them come out right? Then the step that they do not have was the one. */
bool no_return_go_on(struct no_return *search)
{
    struct exploration *exploration = &search->exploration;
    if (search->over) {
        return false;
    }
    if (!search->going) {
        return start(search);
    }
    bool more = exploration_run(exploration);
    if (outcomes_wrong(&exploration->outcomes) < exploration->outcomes.schedules) {
        return over(search, (long)search->begin + 1);
    }
    if (more) {
        return true;
    }
    if (exploration->state != EXPLORE_COMPLETE) {
        return over(search, exploration->state == EXPLORE_CANNOT ? -EPROTO : -EAGAIN);
    }
    search->left -= exploration->runs < search->left ? exploration->runs : search->left;
    no_return_end(search);
    return true;
}

void no_return_end(struct no_return *search)
{
    if (search->going) {
        exploration_end(&search->exploration);
        search->going = false;
    }
}

long no_return_find(const struct exploration_setup *setup, const struct outcome *outcome)
{
    struct no_return search;
    no_return_begin(&search, setup, outcome->ways[0].steps, outcome->ways[0].count);
    while (no_return_go_on(&search)) {
    }
    return search.found;
}
