// SPDX-License-Identifier: MIT
/* A schedule: choices, one after the other. */
#include "scheduler/code.h"

#include "model/grow.h"

#include <stdlib.h>

bool schedule_add(struct schedule *schedule, enum move_kind kind, unsigned which)
{
    if (!grow_array(&schedule->moves, schedule->count, 1, &schedule->room,
                    sizeof *schedule->moves)) {
        return false;
    }
    schedule->moves[schedule->count++] = (struct move){(uint8_t)kind, (uint8_t)which};
    return true;
}

void schedule_free(struct schedule *schedule)
{
    free(schedule->moves);
    *schedule = (struct schedule){0};
}

uint64_t schedule_steps(const struct schedule *schedule)
{
    uint64_t steps = 0;
    for (size_t i = 0; i < schedule->count; i++) {
        steps += schedule->moves[i].kind != MOVE_GRAIN;
    }
    return steps;
}
