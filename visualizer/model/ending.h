// SPDX-License-Identifier: MIT
/*
 * How a run came out: the values in shared memory at their last write (or when it was freed),
 * the exit statuses, and whether it was stuck. Two runs of a program came out alike when these
 * are the same; what was printed, and in which order, does not matter.
 *
 * A fold of events that keeps nothing else: thousands of runs are looked at with it.
 */
#ifndef MODEL_ENDING_H
#define MODEL_ENDING_H

#include "record.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum ending_kind {
    ENDING_ENDED,
    ENDING_STUCK, /* somebody lives, and nobody can ever go on */
    ENDING_LONG,  /* more steps than were to be looked at: it may go on for ever */
    ENDING_SPINS, /* those who can go only look, over and over, and nobody changes anything */
};

/* One place that was written: a number; or a range of bytes, of which .value is a hash. */
struct ending_value {
    uint32_t offset, bytes;
    uint32_t order;      /* of its last write */
    uint16_t generation; /* so many objects had been freed when it was last written; counts
                            only where its own object was freed: else 0 */
    bool range;
    uint64_t value;
};

struct ending {
    enum ending_kind kind;
    struct ending_value *values;
    size_t count, room;
    int32_t statuses[MP_PROCESSES]; /* MP_STATUS_UNKNOWN: has not ended */
    unsigned processes;             /* entries that were used */
    bool no_memory;
    uint32_t shared_at[MP_OBJECTS], shared_size[MP_OBJECTS]; /* while they exist */
    uint16_t freed;
};

/* Copies bytes of the arena as they are in the end. False: they are not there. */
typedef bool ending_reader(const void *context, uint32_t offset, void *to, size_t size);

/* For one run after the other, with the same memory. */
void ending_begin(struct ending *ending);
void ending_event(struct ending *ending, unsigned slot, const struct mp_event *event);
/* How main ended only its parent knows. */
void ending_finish(struct ending *ending, enum ending_kind kind, int32_t main_status,
                   ending_reader *read, const void *context);
void ending_free(struct ending *ending);

/* Are they alike? */
bool ending_equals(const struct ending *a, const struct ending *b);

/* A copy with memory of its own. False: none was left. */
bool ending_copy(struct ending *to, const struct ending *from);

/* The number at this place, if it was written as one. False: it was not. */
bool ending_number(const struct ending *ending, uint32_t offset, uint32_t size,
                   uint64_t *value);

#endif
