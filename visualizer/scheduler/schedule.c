// SPDX-License-Identifier: MIT
/* A schedule: choices, one after the other. */
#include "scheduler/code.h"

#include <stdlib.h>

bool schedule_add(struct schedule *schedule, enum move_kind kind, unsigned which)
{
    if (schedule->count == schedule->room) {
        size_t room = schedule->room == 0 ? 64 : schedule->room * 2;
        struct move *moves = reallocarray(schedule->moves, room, sizeof *moves);
        if (moves == NULL) {
            return false;
        }
        schedule->moves = moves;
        schedule->room = room;
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
