// SPDX-License-Identifier: MIT
/*
 * Looking back: a run as it was after any of its steps, and from there another future. On the
 * screen and in lines alike.
 */
#ifndef COMMANDS_PAST_H
#define COMMANDS_PAST_H

#include "commands/commands.h"

/* Where one looks. */
struct past {
    struct model *model; /* as it was then; NULL: one looks at the present */
    struct playhead head;
    uint64_t step;
};

/* Looks at this step: the present is looked at again when it is the last one. False: no
   memory, and one looks at the present. */
bool past_go(struct past *past, const struct session *session, uint64_t step);
void past_leave(struct past *past);

/* The step, and the model, that one looks at. */
uint64_t past_step(const struct past *past, const struct session *session);
const struct model *past_model(const struct past *past, const struct session *session);

/* One looks back, and the step that followed was made by this process (a death is nobody's). */
bool past_went(const struct past *past, const struct session *session, unsigned slot);

/* May one look back now? Else `why` says in one line why not. */
bool past_is_there(const struct session *session, char *why, size_t size);

/* What can be looked for. */
enum past_find { FIND_WRITE, FIND_LOCK, FIND_END, FIND_LOST, FINDS };

/* The next step after this one at which it happens. False: there is none. */
bool past_find(const struct session *session, uint64_t after, enum past_find what,
               uint64_t *step);
/* "write", "lock", "end", "lost update" */
const char *past_find_word(enum past_find what);

/*
 * Runs the program again up to this step of its run, and stands there, for another future.
 * False: it cannot be run again, or not as it was: `text` says in one line why, and the
 * session stands where it differs, or is as it was, or could not be started (its model is
 * NULL then). Takes a moment.
 */
bool past_fork(struct session *session, struct run_options *options, uint64_t step,
               char *text, size_t size);

#endif
