// SPDX-License-Identifier: MIT
/* What the model of a session is told. See feed.h. */
#include "session/feed.h"

#include <stdio.h>
#include <string.h>

static bool is_free(const struct session *session)
{
    return atomic_load(&watch_world(session->watch)->gate.mode) == MP_MODE_FREE;
}

/* What does not fit on the tape any more is told without it, from then on. */
static void play(struct session *session)
{
    tape_play(session->tape, session->model, &session->head, UINT64_MAX);
}

void feed_event(struct session *session, unsigned slot, const struct mp_event *event)
{
    if (session->kept) {
        session->kept = tape_event(session->tape, slot, event);
    }
    if (session->kept) {
        play(session);
    } else {
        model_event(session->model, slot, event);
    }
}

void feed_mark(struct session *session, const struct mark *mark)
{
    if (session->kept) {
        session->kept = tape_mark(session->tape, mark);
    }
    if (session->kept) {
        play(session);
    } else {
        tape_tell(session->model, mark);
    }
}

/* What the model knows beside the events. */
static void tell_of_program(struct session *session)
{
    feed_mark(session, &(struct mark){.kind = MARK_END_ITEM, .text = session->entry.end});
    if (session->model->expected_what[0] != '\0') {
        char what[sizeof session->model->expected_what];
        snprintf(what, sizeof what, "%s", session->model->expected_what);
        feed_mark(session, &(struct mark){.kind = MARK_EXPECT,
                                          .text = what,
                                          .number = (uint64_t)session->model->expected});
    }
}

static void begin_tape(struct session *session)
{
    tape_clear(session->tape);
    session->head = (struct playhead){0};
    session->kept = !is_free(session);
    memset(session->named, 0, sizeof session->named);
    memset(session->sampled_last, 0, sizeof session->sampled_last);
}

void feed_begin(struct session *session)
{
    begin_tape(session);
    session->was_free = is_free(session);
    watch_snapshot(session->watch, session->snapshot);
    feed_mark(session,
              &(struct mark){.kind = MARK_SNAPSHOT, .snapshot = session->snapshot});
    tell_of_program(session);
    feed_names(session);
}

void feed_snapshot(struct session *session, bool gap)
{
    if (gap) {
        begin_tape(session);
    }
    watch_snapshot(session->watch, session->snapshot);
    feed_mark(
        session,
        &(struct mark){.kind = MARK_SNAPSHOT, .snapshot = session->snapshot, .gap = gap});
    if (gap) {
        tell_of_program(session);
    }
    feed_names(session);
}

/* Whoever stands wakes up now and then, and stands again: that is not worth keeping. */
static bool is_news(const struct kernel_view *old, const struct kernel_view *new)
{
    return old->state != new->state || old->parent != new->parent ||
           old->cpu_ticks != new->cpu_ticks;
}

void feed_kernel(struct session *session, unsigned slot, const struct kernel_view *view)
{
    struct kernel_view *last = &session->sampled_last[slot];
    if (is_news(last, view)) {
        *last = *view;
        feed_mark(
            session,
            &(struct mark){.kind = MARK_KERNEL, .slot = (uint16_t)slot, .kernel = view});
    } else {
        model_kernel(session->model, slot, view);
    }
}

void feed_clock(struct session *session, uint64_t ticks, uint64_t nanoseconds)
{
    tape_clock(session->tape, ticks, nanoseconds);
    model_clock(session->model, ticks, nanoseconds);
}
