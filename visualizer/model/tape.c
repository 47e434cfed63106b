// SPDX-License-Identifier: MIT
/*
 * The tape. See tape.h.
 *
 * Events lie in pieces of memory that never move, 33 bytes for each. The marks between them are
 * kept in tape_marks.c.
 */
#include "model/tape_private.h"

#include <stdlib.h>
#include <string.h>

_Static_assert(MP_PROCESSES <= UINT8_MAX + 1, "a slot is one byte here");

struct tape *tape_new(void)
{
    struct tape *tape = calloc(1, sizeof *tape);
    if (tape != NULL) {
        tape->first_step = 1;
    }
    return tape;
}

static void free_all(struct tape *tape)
{
    for (size_t i = 0; i < tape->piece_count; i++) {
        free(tape->pieces[i]);
    }
    free(tape->pieces);
    free(tape->marks);
    free(tape->data);
    free(tape->steps);
}

void tape_free(struct tape *tape)
{
    if (tape != NULL) {
        free_all(tape);
        free(tape);
    }
}

void tape_clear(struct tape *tape)
{
    free_all(tape);
    *tape = (struct tape){.first_step = 1};
}

bool tape_fails(struct tape *tape)
{
    tape->broken = true;
    return false;
}

/* --- events ------------------------------------------------------------------------------- */

/* As model_event() counts them. */
static bool is_step(const struct mp_deed *deed)
{
    enum mp_phase phase = mp_deed_phase(deed);
    return deed->op > MP_OP_NONE && deed->op < MP_OPS && deed->op != MP_OP_NAME &&
           phase < MP_PHASES && phase != MP_WANT && phase != MP_SETTLED &&
           (deed->info & MP_INFO_STEP) != 0;
}

static bool room_for_event(struct tape *tape)
{
    if (tape->events >= EVENTS_MOST) {
        return false;
    }
    if (tape->events < tape->piece_count * (uint64_t)PIECE) {
        return true;
    }
    if (!grow_array(&tape->pieces, tape->piece_count, 1, &tape->piece_room,
                    sizeof(struct piece *))) {
        return false;
    }
    struct piece *piece = malloc(sizeof *piece);
    if (piece == NULL) {
        return false;
    }
    tape->pieces[tape->piece_count++] = piece;
    return true;
}

bool tape_event(struct tape *tape, unsigned slot, const struct mp_event *event)
{
    if (tape->broken || slot >= MP_PROCESSES) {
        return tape_fails(tape);
    }
    bool step = is_step(&event->deed);
    if (!room_for_event(tape) ||
        (step && !grow_array(&tape->steps, tape->step_count, 1, &tape->step_room,
                             sizeof *tape->steps))) {
        return tape_fails(tape);
    }
    struct piece *piece = tape->pieces[tape->events / PIECE];
    piece->events[tape->events % PIECE] = *event;
    piece->slots[tape->events % PIECE] = (uint8_t)slot;
    if (step) {
        tape->steps[tape->step_count++] = (uint32_t)tape->events;
    }
    tape->events++;
    return true;
}

const struct mp_event *tape_event_at(const struct tape *tape, uint64_t index,
                                     unsigned *slot)
{
    const struct piece *piece = tape->pieces[index / PIECE];
    *slot = piece->slots[index % PIECE];
    return &piece->events[index % PIECE];
}

uint64_t tape_events(const struct tape *tape)
{
    return tape->events;
}

uint64_t tape_first_step(const struct tape *tape)
{
    return tape->first_step;
}

uint64_t tape_last_step(const struct tape *tape)
{
    return tape->first_step + tape->step_count - 1;
}

bool tape_step_at(const struct tape *tape, uint64_t step, uint64_t *index)
{
    if (step < tape->first_step || step - tape->first_step >= tape->step_count) {
        return false;
    }
    *index = tape->steps[step - tape->first_step];
    return true;
}

bool tape_is_whole(const struct tape *tape)
{
    return !tape->broken;
}

size_t tape_bytes(const struct tape *tape)
{
    return tape->piece_count * (sizeof(struct piece) + sizeof(struct piece *)) +
           tape->mark_room * sizeof *tape->marks + tape->data_room +
           tape->step_room * sizeof *tape->steps + sizeof *tape;
}

void tape_clock(struct tape *tape, uint64_t ticks, uint64_t nanoseconds)
{
    tape->ticks = ticks;
    tape->nanoseconds = nanoseconds;
}

void tape_clock_is(const struct tape *tape, uint64_t *ticks, uint64_t *nanoseconds)
{
    *ticks = tape->ticks;
    *nanoseconds = tape->nanoseconds;
}

/* --- playing ------------------------------------------------------------------------------ */

/* Those that stand before the next event; `before_kill`: but for the word that somebody is to
   be killed, which belongs to the step that it is. False: no memory for a snapshot. */
static bool play_marks(const struct tape *tape, struct model *model,
                       struct playhead *head, bool before_kill)
{
    while (head->marks < tape->mark_count && tape->marks[head->marks].at <= head->events) {
        enum mark_kind kind = (enum mark_kind)tape->marks[head->marks].kind;
        struct snapshot *room = NULL;
        struct mark mark;
        if (before_kill && kind == MARK_KILLED) {
            return true;
        }
        if (kind == MARK_SNAPSHOT && (room = malloc(sizeof *room)) == NULL) {
            return false;
        }
        tape_mark_at(tape, head->marks++, &mark, room);
        tape_tell(model, &mark);
        free(room);
    }
    return true;
}

bool tape_play(const struct tape *tape, struct model *model, struct playhead *head,
               uint64_t step)
{
    uint64_t end = tape->events;
    bool inside = step != UINT64_MAX && tape_step_at(tape, step + 1, &end);
    if (!inside && step < tape->first_step - 1) {
        end = 0; /* before all that is known */
    }
    bool good = play_marks(tape, model, head, inside && head->events >= end);
    while (good && head->events < end) {
        unsigned slot;
        const struct mp_event *event = tape_event_at(tape, head->events, &slot);
        model_event(model, slot, event);
        head->events++;
        good = play_marks(tape, model, head, inside && head->events >= end);
    }
    if (tape->nanoseconds != 0) {
        model_clock(model, tape->ticks, tape->nanoseconds);
    }
    return good;
}

struct model *tape_model(const struct tape *tape, uint64_t step, struct playhead *head)
{
    struct model *model = model_new();
    *head = (struct playhead){0};
    if (model != NULL && !tape_play(tape, model, head, step)) {
        model_free(model);
        model = NULL;
    }
    return model;
}
