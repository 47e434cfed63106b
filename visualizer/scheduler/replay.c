// SPDX-License-Identifier: MIT
/* Following a schedule. See replay.h. */
#include "scheduler/replay.h"

#include <stdlib.h>
#include <string.h>

bool replay_begin(struct replay *replay, const struct schedule *schedule)
{
    *replay = (struct replay){.state = REPLAY_GOES};
    for (size_t i = 0; i < schedule->count; i++) {
        const struct move *move = &schedule->moves[i];
        if (!schedule_add(&replay->schedule, (enum move_kind)move->kind, move->which)) {
            replay_end(replay);
            return false;
        }
    }
    return true;
}

void replay_end(struct replay *replay)
{
    schedule_free(&replay->schedule);
    *replay = (struct replay){.state = REPLAY_NONE};
}

static const struct move *next_move(const struct replay *replay)
{
    return replay->next < replay->schedule.count ? &replay->schedule.moves[replay->next]
                                                 : NULL;
}

static void fill_script(struct replay *replay, struct steer *steer)
{
    const struct move *move;
    while ((move = next_move(replay)) != NULL && move->kind == MOVE_STEP &&
           steer_script(steer, move->which)) {
        replay->next++;
    }
}

struct replay_act replay_tick(struct replay *replay, struct steer *steer)
{
    struct replay_act nothing = {.kind = MOVE_STEP};
    if (replay->state != REPLAY_GOES) {
        return nothing;
    }
    if (!replay->begun) {
        replay->begun = true;
        steer_begin_script(steer);
    }
    if (!steer->scripted) { /* somebody chose otherwise */
        replay->state = REPLAY_NONE;
        return nothing;
    }
    fill_script(replay, steer);
    if (steer_script_fails(steer)) {
        steer_stop(steer);
        replay->state = REPLAY_DIFFERS;
        return nothing;
    }
    if (!steer_script_is_over(steer) || !steer_all_stand(steer) ||
        steer_is_killing(steer)) {
        return nothing;
    }
    const struct move *move = next_move(replay);
    if (move == NULL) {
        steer_end_script(steer);
        steer_stop(steer);
        replay->state = REPLAY_DONE;
        return nothing;
    }
    replay->next++;
    return (struct replay_act){(enum move_kind)move->kind, move->which};
}

void replay_refuse(struct replay *replay, struct steer *steer)
{
    replay->next--;
    steer_stop(steer);
    replay->state = REPLAY_DIFFERS;
}

void replay_ended(struct replay *replay, const struct steer *steer)
{
    if (replay->state == REPLAY_GOES) {
        bool over = next_move(replay) == NULL && steer_script_is_over(steer);
        replay->state = over ? REPLAY_DONE : REPLAY_DIFFERS;
    }
}

struct move replay_stuck_at(const struct replay *replay, const struct steer *steer)
{
    uint64_t ahead = steer->script_end - steer_steps(steer); /* given, and not made */
    size_t at = ahead <= replay->next ? replay->next - (size_t)ahead : 0;
    return at < replay->schedule.count ? replay->schedule.moves[at] : (struct move){0};
}
