// SPDX-License-Identifier: MIT
/* A prediction about every schedule. See explore_predict.h. */
#include "commands/explore_predict.h"

#include <stdio.h>

enum { WAYS_MOST = 100000 };

static void uncover(struct forecast *forecast, bool answered, char *message, size_t size)
{
    forecast->asks = false;
    forecast->answered = answered;
    snprintf(message, size, "%s", "");
}

bool forecast_key(struct forecast *forecast, enum action action, char *message,
                  size_t size)
{
    if (!forecast->asks || action == ACT_HELP || action == ACT_QUIT ||
        action == ACT_HANGUP) {
        return false;
    }
    if (action >= ACT_CHOOSE_0 && action <= ACT_CHOOSE_9) {
        if (forecast->ways < WAYS_MOST) {
            forecast->ways = 10 * forecast->ways + (action - ACT_CHOOSE_0);
        }
        forecast->typing = true;
    } else if (action == ACT_BACK && forecast->typing) {
        forecast->ways /= 10;
        forecast->typing = forecast->ways > 0;
    } else if (action == ACT_OPEN || action == ACT_GO_STOP) {
        uncover(forecast, action == ACT_OPEN && forecast->typing, message, size);
        return true;
    }
    if (forecast->typing) {
        snprintf(message, size, "Your answer: %ld_   Enter", forecast->ways);
    } else {
        snprintf(message, size, "%s", "");
    }
    return true;
}

void forecast_told(const struct forecast *forecast, size_t endings, bool all, char *text,
                   size_t size)
{
    *text = '\0';
    if (!forecast->answered) {
        return;
    }
    int used = snprintf(text, size, "You predicted %ld way%s to end", forecast->ways,
                        forecast->ways == 1 ? "" : "s");
    char *rest = text + used;
    size_t left = size - (size_t)used;
    if (!all) {
        snprintf(rest, left, ": %zu seen.", endings);
    } else if ((size_t)forecast->ways == endings) {
        snprintf(rest, left, ": so it is.");
    } else {
        snprintf(rest, left, ": there %s %zu.", endings == 1 ? "is" : "are", endings);
    }
}
