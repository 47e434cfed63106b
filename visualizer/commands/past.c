// SPDX-License-Identifier: MIT
/* Looking back, and another future. See past.h. */
#include "commands/past.h"

#include <stdio.h>

enum { FORK_LIMIT_MS = 20000 };

void past_leave(struct past *past)
{
    model_free(past->model);
    *past = (struct past){0};
}

bool past_go(struct past *past, const struct session *session, uint64_t step)
{
    const struct tape *tape = session->tape;
    if (step >= session->model->steps) {
        past_leave(past);
        return true;
    }
    if (past->model == NULL || past->step > step) {
        past_leave(past);
        past->model = tape_model(tape, step, &past->head);
    } else if (!tape_play(tape, past->model, &past->head, step)) {
        past_leave(past);
    }
    past->step = step;
    return past->model != NULL;
}

uint64_t past_step(const struct past *past, const struct session *session)
{
    return past->model != NULL ? past->step : session->model->steps;
}

const struct model *past_model(const struct past *past, const struct session *session)
{
    return past->model != NULL ? past->model : session->model;
}

bool past_went(const struct past *past, const struct session *session, unsigned slot)
{
    uint64_t index;
    unsigned who;
    return past->model != NULL && tape_step_at(session->tape, past->step + 1, &index) &&
           tape_event_at(session->tape, index, &who)->deed.op != MP_OP_DIE && who == slot;
}

bool past_is_there(const struct session *session, char *why, size_t size)
{
    const char *reason = NULL;
    if (tape_marks(session->tape) == 0 || (session->steer.is_free && !session->ended)) {
        reason = "Of a free run nobody knows the order: there is no going back.";
    } else if (tape_last_step(session->tape) < tape_first_step(session->tape)) {
        reason = "No step has been made yet.";
    }
    snprintf(why, size, "%s", reason != NULL ? reason : "");
    return reason == NULL;
}

/* --- looking for something ---------------------------------------------------------------- */

const char *past_find_word(enum past_find what)
{
    static const char *const words[FINDS] = {"write", "lock", "end", "lost update"};
    return words[what];
}

static bool is_what(const struct mp_deed *deed, enum past_find what)
{
    enum mp_phase phase = mp_deed_phase(deed);
    bool done = phase == MP_DONE || phase == MP_DONE_RECOVERED;
    switch (what) {
    case FIND_WRITE:
        return done && (deed->op == MP_OP_WRITE || deed->op == MP_OP_UPDATE ||
                        deed->op == MP_OP_WRITE_RANGE);
    case FIND_LOCK:
        return done && (deed->op == MP_OP_LOCK_ACQUIRE || deed->op == MP_OP_LOCK_TRY);
    case FIND_END:
        return done && (deed->op == MP_OP_END || deed->op == MP_OP_DIE);
    default:
        return false;
    }
}

/* A loss is told at the step by which it happened. */
static bool find_loss(const struct model *model, uint64_t after, uint64_t *step)
{
    for (size_t i = 0; i < model->sentence_count; i++) {
        const struct sentence *sentence = &model->sentences[i];
        if ((sentence->kind == SAY_LOST_ONE || sentence->kind == SAY_LOST_MANY) &&
            sentence->step > after) {
            *step = sentence->step;
            return true;
        }
    }
    return false;
}

bool past_find(const struct session *session, uint64_t after, enum past_find what,
               uint64_t *step)
{
    const struct tape *tape = session->tape;
    uint64_t index = 0;
    uint64_t now = after;
    if (what == FIND_LOST) {
        return find_loss(session->model, after, step);
    }
    if (!tape_step_at(tape, after + 1, &index)) {
        return false;
    }
    for (uint64_t next = index; index < tape_events(tape); index++) {
        unsigned slot;
        if (tape_step_at(tape, now + 1, &next) && next == index) {
            now++;
        }
        if (is_what(&tape_event_at(tape, index, &slot)->deed, what)) {
            *step = now;
            return true;
        }
    }
    return false;
}

/* --- another future ----------------------------------------------------------------------- */

static bool start(struct session *session, struct run_options *options,
                  const struct schedule *schedule, enum mp_grain grain, char *text,
                  size_t size)
{
    struct run_setup setup;
    run_setup_from(options, &setup);
    setup.grain = grain;
    setup.schedule = schedule;
    setup.is_free = false;
    setup.stopped = false;
    setup.speed = STEER_UNLIMITED;
    return session_start(session, &setup, text, size) == 0;
}

bool past_fork(struct session *session, struct run_options *options, uint64_t step,
               char *text, size_t size)
{
    struct schedule schedule = {0};
    enum mp_grain grain;
    if (!session_can_repeat(session, text, size)) {
        return false;
    }
    if (!schedule_of(session->tape, step, &schedule, &grain)) {
        schedule_free(&schedule);
        snprintf(text, size, "There is no memory for that.");
        return false;
    }
    struct tape *before = session->tape;
    session->tape = NULL;
    session_end(session);
    bool started = start(session, options, &schedule, grain, text, size);
    schedule_free(&schedule);
    bool same = started;
    if (started) {
        char what[200];
        session_follow(session, FORK_LIMIT_MS, NULL);
        session->steer.speed = options->speed;
        uint64_t events = tape_events(session->tape);
        uint64_t first = tape_compare(before, session->tape, events, what, sizeof what);
        same = session->model->steps == step && first == TAPES_EQUAL;
        if (!same) {
            snprintf(text, size, "It goes another way after step %llu: %s.",
                     (unsigned long long)session->model->steps,
                     first == TAPES_EQUAL ? "it does not get that far" : what);
        }
    }
    tape_free(before);
    return same;
}
