// SPDX-License-Identifier: MIT
/*
 * The tape: all that went into a model, in its order.
 *
 * A model is made by playing a tape, and never otherwise: what runs now is its tape played to
 * the end, the past is the same tape played up to some step. So a state is the same whether it
 * was reached forwards, backwards, or out of a file.
 *
 * Most of it are events; what else the model was told (what the program printed, what the
 * kernel said, how fields are called) stands between them as marks. A tape begins with a
 * snapshot. No terminal, no clock, no system call.
 */
#ifndef MODEL_TAPE_H
#define MODEL_TAPE_H

#include "model/model.h"

struct tape;

/* What can stand between two events. */
enum mark_kind {
    MARK_SNAPSHOT, /* the model starts from it, or starts again */
    MARK_FIELDS,   /* how the fields of an object are called */
    MARK_OUTPUT,   /* bytes that the program printed */
    MARK_KERNEL,   /* what the kernel says of one process */
    MARK_EXPECT,   /* what should come out in the end */
    MARK_END_ITEM, /* the item that says that no more come */
    MARK_OUTSIDE,  /* a process sleeps outside of mp */
    MARK_KILLED,   /* the person at the lab killed a process; its death follows */
    MARK_STUCK,    /* nobody can go */
    MARK_DROPPED,  /* so many events went by unseen */
    MARK_FINISH,   /* all have ended */
    MARKS,
};

/* One mark. Which members are used, its kind says. */
struct mark {
    uint64_t at; /* so many events stand before it */
    enum mark_kind kind;
    uint16_t slot;    /* KERNEL, OUTSIDE, KILLED */
    uint16_t object;  /* FIELDS */
    bool gap;         /* SNAPSHOT: see model_start() */
    uint64_t number;  /* EXPECT: what; DROPPED: how many; SNAPSHOT, read: grain */
    const char *text; /* EXPECT: of what; END_ITEM; OUTPUT: the bytes */
    size_t size;      /* OUTPUT: bytes */
    const struct kernel_view *kernel; /* KERNEL */
    const struct field *fields;       /* FIELDS */
    size_t field_count;               /* FIELDS */
    const struct snapshot *snapshot;  /* SNAPSHOT */
};

/* NULL: no memory. */
struct tape *tape_new(void);
void tape_free(struct tape *tape);

/* Forgets all that is on it: the next thing is its beginning. */
void tape_clear(struct tape *tape);

/*
 * Puts one thing at the end. A mark is copied, with all that it points to; its .at is not
 * looked at. False: there is no memory for it, and the tape stays as it was (and says so:
 * tape_is_whole()).
 */
bool tape_event(struct tape *tape, unsigned slot, const struct mp_event *event);
bool tape_mark(struct tape *tape, const struct mark *mark);

/* Ticks of the clock of events against nanoseconds; the last word counts, for all of it. */
void tape_clock(struct tape *tape, uint64_t ticks, uint64_t nanoseconds);
void tape_clock_is(const struct tape *tape, uint64_t *ticks, uint64_t *nanoseconds);

uint64_t tape_events(const struct tape *tape);
uint64_t tape_marks(const struct tape *tape);
bool tape_is_whole(const struct tape *tape);
/* Steps on it, numbered as the model numbers them: the first and the last. 1 and 0: none. */
uint64_t tape_first_step(const struct tape *tape);
uint64_t tape_last_step(const struct tape *tape);

/* Event number `index`, from 0, and whose it is. */
const struct mp_event *tape_event_at(const struct tape *tape, uint64_t index,
                                     unsigned *slot);
/* Mark number `index`. What it points to belongs to the tape, or for a SNAPSHOT to the caller
   of this function, who gives room for one: valid until the next call with that room. NULL:
   the snapshot is not asked for. */
void tape_mark_at(const struct tape *tape, uint64_t index, struct mark *mark,
                  struct snapshot *room);

/* The event that is this step. False: it is not on the tape. */
bool tape_step_at(const struct tape *tape, uint64_t step, uint64_t *index);

/* Bytes of memory that the tape takes. */
size_t tape_bytes(const struct tape *tape);

#define TAPES_EQUAL UINT64_MAX

/*
 * Compares the first `events` events of two runs of one program, as far as a run can be the
 * same again: the times and the numbers of processes are not. The first that differs, and
 * `what` says in words how; or TAPES_EQUAL. (tape_compare.c)
 */
uint64_t tape_compare(const struct tape *before, const struct tape *now, uint64_t events,
                      char *what, size_t size);

/* How far a model has been played. */
struct playhead {
    uint64_t events, marks;
};

/* Tells the model what a mark says. */
void tape_tell(struct model *model, const struct mark *mark);

/* Plays on until just before the event that is step + 1, so that all is as it was when
   everybody stood after this step; UINT64_MAX: to the end. False: no memory; it stands
   somewhere before that. */
bool tape_play(const struct tape *tape, struct model *model, struct playhead *head,
               uint64_t step);

/* A new model, as it was after this step. NULL: no memory. */
struct model *tape_model(const struct tape *tape, uint64_t step, struct playhead *head);

#endif
