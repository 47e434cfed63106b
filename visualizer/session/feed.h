// SPDX-License-Identifier: MIT
/*
 * What the model of a session is told: of a controlled run by way of its tape, so that it can
 * be told again; of a free one at once, for of that nothing can be said in order.
 */
#ifndef SESSION_FEED_H
#define SESSION_FEED_H

#include "session/session.h"

/* From a first snapshot. */
void feed_begin(struct session *session);

/* From another snapshot; `gap`: what was between is not known, and history begins anew. */
void feed_snapshot(struct session *session, bool gap);

void feed_event(struct session *session, unsigned slot, const struct mp_event *event);
void feed_mark(struct session *session, const struct mark *mark);

/* The same, when it says something new. */
void feed_kernel(struct session *session, unsigned slot, const struct kernel_view *view);

void feed_clock(struct session *session, uint64_t ticks, uint64_t nanoseconds);

/* Gives names to the fields of shared objects that are new. (names.c) */
void feed_names(struct session *session);

#endif
