// SPDX-License-Identifier: MIT
/* The choices that were made in a run, out of its tape. */
#include "scheduler/replay.h"

static bool add_step(const struct tape *tape, uint64_t step, struct schedule *schedule)
{
    uint64_t index;
    unsigned slot;
    if (!tape_step_at(tape, step, &index)) {
        return false;
    }
    bool killed = tape_event_at(tape, index, &slot)->deed.op == MP_OP_DIE;
    return schedule_add(schedule, killed ? MOVE_KILL : MOVE_STEP, slot);
}

/* Another grain, told by a snapshot that was taken before so many events had come. */
static bool add_grains(const struct tape *tape, uint64_t before, uint64_t *next,
                       struct schedule *schedule, enum mp_grain *grain)
{
    for (; *next < tape_marks(tape); ++*next) {
        struct mark mark;
        tape_mark_at(tape, *next, &mark, NULL);
        if (mark.at > before) {
            return true;
        }
        if (mark.kind == MARK_SNAPSHOT && mark.number != *grain) {
            *grain = (enum mp_grain)mark.number;
            if (!schedule_add(schedule, MOVE_GRAIN, *grain)) {
                return false;
            }
        }
    }
    return true;
}

bool schedule_of(const struct tape *tape, uint64_t step, struct schedule *schedule,
                 enum mp_grain *grain)
{
    struct mark first = {.kind = MARKS};
    uint64_t mark = 0;
    if (tape_marks(tape) > 0) {
        tape_mark_at(tape, 0, &first, NULL);
    }
    if (first.kind != MARK_SNAPSHOT || tape_first_step(tape) != 1) {
        return false;
    }
    *grain = (enum mp_grain)first.number;
    enum mp_grain now = *grain;
    for (uint64_t next = 1;; next++) {
        uint64_t before = tape_events(tape);
        tape_step_at(tape, next, &before);
        if (!add_grains(tape, before, &mark, schedule, &now)) {
            return false;
        }
        if (next > step) {
            return true;
        }
        if (!add_step(tape, next, schedule)) {
            return false;
        }
    }
}
