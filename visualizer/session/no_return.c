// SPDX-License-Identifier: MIT
/* The point of no return. See no_return.h. */
#include "session/no_return.h"

#include <errno.h>

/* Does any schedule that begins with the first `count` steps come out right? 1, 0; -errno. */
static int can_be_right(const struct exploration_setup *setup,
                        const struct outcome *outcome, size_t count, uint64_t *left)
{
    struct exploration exploration;
    char why[256];
    struct exploration_setup below = *setup;
    /* One schedule of each kind is enough: all of one kind come out alike. */
    below.explorer = (struct explorer_setup){
        .preemptions = -1, .reduce = true, .begin = outcome->steps, .begin_count = count};
    below.limit = *left;
    int rc = exploration_start(&exploration, &below, why, sizeof why);
    if (rc != 0) {
        return rc;
    }
    bool right = false;
    while (!right && exploration_run(&exploration)) {
        right = outcomes_wrong(&exploration.outcomes) < exploration.outcomes.schedules;
    }
    *left -= exploration.runs < *left ? exploration.runs : *left;
    rc = right                                   ? 1
         : exploration.state == EXPLORE_COMPLETE ? 0
         : exploration.state == EXPLORE_CANNOT   ? -EPROTO
                                                 : -EAGAIN;
    exploration_end(&exploration);
    return rc;
}

long no_return_find(const struct exploration_setup *setup, const struct outcome *outcome)
{
    uint64_t left = NO_RETURN_RUNS;
    for (size_t count = outcome->step_count; count > 0; count--) {
        if (left == 0) {
            return -EAGAIN;
        }
        int right = can_be_right(setup, outcome, count - 1, &left);
        if (right != 0) {
            return right > 0 ? (long)count : right;
        }
    }
    return 0;
}
