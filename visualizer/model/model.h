// SPDX-License-Identifier: MIT
/*
 * The model: what a program has done, folded from its events.
 *
 * A pure fold: model_start() takes a snapshot of a world's tables, model_event() takes one
 * event after the other. No terminal, no clock, no system call: the same snapshot and the
 * same events give the same model, whether they come from a running program, a recording
 * or a test. What the kernel says of a process (R, S, Z) stands beside it: it is put in by
 * model_kernel() and never mixed with what the events say.
 *
 * Everything that a screen or a report shows is read from struct model; nobody but
 * model/ writes to it.
 */
#ifndef MODEL_MODEL_H
#define MODEL_MODEL_H

#include "model/contents.h"
#include "record.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A copy of a world's tables at one moment, made by session/ (or by a test). */
struct snapshot {
    struct mp_process_entry processes[MP_PROCESSES];
    struct mp_object_entry objects[MP_OBJECTS];
    uint64_t steps;
    enum mp_grain grain;
    bool controlled; /* false: free running, values are "about" */
    /* Contents of the objects of kind SHARED: bytes[i] has objects[i].size bytes, at most
       MODEL_BYTES; of a QUEUE 8 bytes for each item that contents_number() tells of. NULL
       where there is none. Owned by who made the snapshot. */
    const unsigned char *bytes[MP_OBJECTS];
};

enum { MODEL_BYTES = 4096 }; /* of one shared object that are looked at */

/* A scalar inside a shared object, named by the program's debug information. */
enum field_kind {
    FIELD_SIGNED,
    FIELD_UNSIGNED,
    FIELD_FLOAT,
    FIELD_CHAR,
    FIELD_BOOL,
    FIELD_POINTER,
    FIELD_BYTES
};

struct field {
    char name[MP_NAME_SIZE]; /* "counter", "seats[2]", "left.fork" */
    uint32_t offset;         /* in the arena */
    uint32_t size;
    enum field_kind kind;
    uint16_t object;
    bool known;          /* value has been seen */
    uint64_t value;      /* raw bytes, little end first */
    uint16_t writer;     /* who wrote last; MP_NOBODY */
    uint64_t updates;    /* writes that followed a read by the same process */
    uint64_t sets;       /* writes that did not */
    uint64_t lost;       /* updates from which the value now was not computed */
    uint32_t last_write; /* index into model.writes, of the value now; NO_WRITE */
    bool gone; /* its object was freed, or its fields were named anew: kept as history */
    bool unnamed; /* made by the model: nobody knows what is there */
};

#define NO_WRITE UINT32_MAX
#define NO_MOMENT UINT32_MAX

/* One write to a field, for telling lost updates (controlled runs only). */
struct model_write {
    uint32_t field;
    uint16_t process;
    uint64_t step;
    uint32_t moment; /* index into model.moments; NO_MOMENT: it was no step */
    uint64_t value;  /* what was written */
    uint32_t based_on; /* the write whose value the writer had last read; NO_WRITE = start */
    uint32_t depth; /* updates on the way from the start to this one, itself included */
    bool is_update;
    bool lost;
};

/* One step: a column of the steps table. */
struct moment {
    uint64_t step; /* 1, 2, 3 ... */
    uint16_t process;
    struct mp_deed deed; /* as it happened; for a write .value is what was written, once
                            settled */
    bool settled;
    uint32_t field;  /* index into model.fields, or NO_FIELD */
    uint32_t write;  /* index into model.writes, or NO_WRITE */
    uint64_t before; /* value of the field before the step; of a queue: items inside */
    uint64_t after;  /* value of the field after the step (once settled); likewise */
};

#define NO_FIELD UINT32_MAX

/* Sentences: one for each event that matters, and one at the first time. */
enum sentence_kind {
    SAY_MADE,
    SAY_STARTED,
    SAY_BORN,
    SAY_PRINTED,
    SAY_READ,
    SAY_READ_TOO,
    SAY_WROTE,
    SAY_SET,
    SAY_LOST_ONE,
    SAY_LOST_MANY,
    SAY_UPDATED,
    SAY_COPIED,
    SAY_ACQUIRED,
    SAY_RECOVERED,
    SAY_BLOCKED_LOCK,
    SAY_RELEASED,
    SAY_RELEASED_TO,
    SAY_TRY_FAILED,
    SAY_BLOCKED_JOIN,
    SAY_BLOCKED_BARRIER,
    SAY_BARRIER_PASSED,
    SAY_ENDED,
    SAY_ZOMBIE,
    SAY_DIED,
    SAY_DIED_WORKING, /* in a task of a pool */
    SAY_DIED_HOLDER,
    SAY_KILLED_BY_USER,
    SAY_KILLED_AGAIN,
    SAY_JOINED,
    SAY_ORPHAN,
    SAY_STUCK,
    SAY_SPINS,
    SAY_DROPPED,
    SAY_PARENT_ENDED,
    SAY_OUTSIDE,
    SAY_ALL_ENDED,
    SAY_TIMED_OUT,
    SAY_BARRIER_BROKEN,
    SAY_PERHAPS,
    SAY_BARRIER_RESET,
    SAY_AGAIN, /* a lock that its owner has more than once */
    SAY_PERMIT,
    SAY_PERMIT_BACK,
    SAY_BLOCKED_PERMIT,
    SAY_EVENT_SET,
    SAY_EVENT_CLEARED,
    SAY_EVENT_SEEN,
    SAY_BLOCKED_EVENT,
    SAY_SLEEPS,
    SAY_CALLED,
    SAY_WOKE,
    SAY_BLOCKED_CALLED, /* was called, and wants its lock back */
    SAY_PUT,
    SAY_TOOK,
    SAY_BLOCKED_FULL,
    SAY_BLOCKED_EMPTY,
    SAY_CLOSED,
    SAY_CLOSED_EMPTY,
    SAY_REFUSED, /* a call that did not do what it was asked to */
    SAY_ITEM_DONE,
    SAY_ITEMS_DONE,
    SAY_BLOCKED_ITEMS,
    SAY_GIVEN,
    SAY_TASK_TAKEN,
    SAY_TASK_DONE,
    SAY_TASK_FAILED,
    SAY_TASK_LOST,
    SAY_TASKS_CANCELLED,
    SAY_BLOCKED_RESULTS,
    SAY_BLOCKED_TASK,
    SAY_POOL_CLOSED,
    SAY_SENT,
    SAY_RECEIVED,
    SAY_PIPE_CLOSED,
    SAY_BLOCKED_MESSAGE,
    SAY_GOES_ON, /* free running: who was called stuck was not */
    SAY_KINDS,
};

struct sentence {
    uint64_t step; /* 0: not a step */
    enum sentence_kind kind;
    uint16_t process;
    char text[120]; /* at most 75 characters with the demos' own names */
    char more[120]; /* the first time in a run: one more; else "" */
    bool minor; /* about births, ends and waits while the steps are finer than that: line
                   mode leaves it out */
    /* STARTED, JOINED, ENDED, DIED, ZOMBIE: the first `brief` bytes of text are a short form
       without its full stop; of STARTED, who it was begins at `verb`: "main started " +
       "increment-1". */
    uint8_t verb, brief;
    /* PRINTED: the whole line; model_printed() gives it. */
    uint64_t output_at;
    uint32_t output_length;
    bool open; /* PRINTED: the text has not come yet; it will be put in here */
};

/* The kernel's word on one process, sampled from /proc by session/. */
struct kernel_view {
    char state;     /* R S D T Z X I, or 0 = not known */
    int32_t parent; /* ppid, 0 unknown */
    char parent_name[16];
    uint64_t cpu_ticks; /* user and system */
    uint64_t switches;  /* voluntary and not */
    int32_t cpu;        /* ran last on; -1 unknown */
};

/* What the textbook calls the state. */
enum textbook_state {
    STATE_NOT_BORN,
    STATE_READY,
    STATE_RUNNING,
    STATE_BLOCKED,
    STATE_ZOMBIE,
    STATE_GONE,
    STATES
};

struct process_view {
    struct mp_process_entry entry; /* kept by the fold; equals the snapshot's */
    struct kernel_view kernel;
    uint64_t born_step, ended_step, joined_step; /* for the lives; 0 not yet */
    bool ended_by_user;
    uint32_t life; /* index into model.lives; NO_LIFE */
};

#define NO_LIFE UINT32_MAX

/* Everybody who has been made, in that order; stays when the entry is used again. */
struct model_life {
    char name[MP_NAME_SIZE]; /* fit for printing */
    uint16_t slot;
    uint16_t parent;
    uint32_t generation;
    int32_t pid;
    int32_t status; /* valid when it has ended */
    uint64_t steps, reads, writes;
    uint64_t born_step, ended_step, joined_step; /* 0 not yet */
    uint32_t told; /* for the fold itself: which sentences were said */
};

struct model {
    struct process_view processes[MP_PROCESSES];
    struct mp_object_entry objects[MP_OBJECTS];
    /* Queues and pools that have been destroyed: what they were stays to be looked at, until
       something else is in their place. */
    bool retired[MP_OBJECTS];
    unsigned process_count; /* entries up to the last one ever used */
    unsigned object_count;
    uint64_t steps;
    enum mp_grain grain;
    bool controlled;
    bool stuck; /* nobody can go, and nothing has happened since that was found */
    uint16_t moved_last; /* process of the last step; MP_NOBODY */
    uint64_t dropped;    /* events that went by unseen */
    uint64_t events;     /* events folded */
    uint64_t newest;     /* clock ticks of the newest of them */
    double tick;         /* seconds that one tick takes; 0: not known */

    char expected_what[32]; /* the program said what should come out: "counter"; or "" */
    int64_t expected;
    char end_item[24]; /* the value of an item that says that no more come: "-1"; or "" */

    struct field *fields;
    size_t field_count, field_room;
    struct moment *moments;
    size_t moment_count, moment_room;
    struct model_write *writes;
    size_t write_count, write_room;
    struct sentence *sentences; /* the newest ones; */
    size_t sentence_count, sentence_room;
    size_t sentences_gone; /* ... so many older ones are no longer kept */
    char *output;          /* what the program printed, as it came; a zero at the end */
    size_t output_length, output_room;
    uint64_t output_gone; /* bytes before those, no longer kept */
    struct model_life *lives;
    size_t life_count, life_room;
    unsigned locks_made; /* locks that exist or have existed */
    bool no_memory;      /* something could not be kept */

    struct model_private *hidden; /* what only the fold itself needs */
};

/* A new, empty model. NULL: no memory. */
struct model *model_new(void);
void model_free(struct model *model);

/*
 * Starts from a snapshot, or starts again from one after a gap: state is the snapshot's;
 * differences that matter (births, ends, joins) become sentences; the steps table is
 * emptied where `gap` is true. Fields keep their names.
 */
void model_start(struct model *model, const struct snapshot *snapshot, bool gap);

/* Folds one event of the process in entry `slot`. Events come in their order. */
void model_event(struct model *model, unsigned slot, const struct mp_event *event);

/* Names for the scalars of a shared object (from the debug information). Adding again for
   the same object replaces. Without any, a shared object is one field per eight bytes. */
void model_name_fields(struct model *model, uint16_t object, const struct field *fields,
                       size_t count);

/* The program says what should come out in the end. */
void model_expect(struct model *model, const char *what, int64_t expected);

/* So many nanoseconds have gone by in so many clock ticks: times of events can be told. */
void model_clock(struct model *model, uint64_t ticks, uint64_t nanoseconds);

/* An item with this value, written as a person does, is told as END; "": there is none. */
void model_end_item(struct model *model, const char *value);

/*
 * The program printed this. Who printed a line is known from OUTPUT events: give what came
 * from the terminal before the events that were read at the same moment, and the sentence
 * stands in its right place.
 */
void model_output(struct model *model, const char *bytes, size_t length);

/* What the kernel says now. May add the sentence on a zombie, or on an orphan. */
void model_kernel(struct model *model, unsigned slot, const struct kernel_view *view);

/* This process sleeps in the kernel, outside of mp: the others go on without it. */
void model_outside(struct model *model, unsigned slot);

/* The program has ended, all of it: adds what was still to be said, and the verdict. */
void model_finish(struct model *model);

/* So many events went by unseen. */
void model_dropped(struct model *model, uint64_t count);

/* The person at the lab killed this process (the death itself comes as an event). */
void model_killed_by_user(struct model *model, unsigned slot);

/* Why nobody can go, after MP_STOP_STUCK, or free running when that was seen: adds the
   sentence. */
void model_stuck(struct model *model);

/* ... and somebody did go after all. */
void model_goes_on(struct model *model);

/* --- questions ------------------------------------------------------------------------ */

enum textbook_state model_state(const struct model *model, unsigned slot);
const char *model_state_word(enum textbook_state state); /* "ready", "BLOCKED", ... */
const char *model_kernel_word(char state);               /* "S sleeps" */

/* The same word for one process: capitals only where one should look ("blocked" in a join
   or at a barrier is how it should be, "BLOCKED" by a lock is not). */
const char *model_state_text(const struct model *model, unsigned slot);

/* The reason why a process cannot go now, in words: "increment-2 wants counter_lock, and
   increment-1 has it". Returns false (and an empty text) when it can. */
bool model_why_not(const struct model *model, unsigned slot, char *text, size_t size);

/* "read counter: 3", "write counter", "join increment-1", "-": for the table. */
void model_has_done(const struct model *model, unsigned slot, char *text, size_t size);
void model_does_next(const struct model *model, unsigned slot, char *text, size_t size);

/* The cell of the steps table: "r3", "w4", "w4x" (lost; the caller draws the x), "L", "U". */
void model_cell(const struct model *model, const struct moment *moment, char *text,
                size_t size);

/* A field's value as a person writes it: "3", "-1", "2.5", "'a'". */
void model_value(const struct field *field, uint64_t raw, char *text, size_t size);

/* Its type as C says it: "int", "unsigned char"; "3 bytes". */
void model_type(const struct field *field, char *text, size_t size);

/* What to say where there is no field and no lock. */
const char *model_why_nothing_shared(bool hooked);

/* The value that a field had after a moment (an index into model.moments), as far as the
   moments tell it. False: not known. */
bool model_value_after(const struct model *model, size_t moment, uint32_t field,
                       uint64_t *raw);

/* Index of the field at this place in the arena, or NO_FIELD. */
uint32_t model_field_at(const struct model *model, uint32_t offset);

/* The name of process `slot`, fit for printing, also after its entry was freed; "somebody"
   when unknown. Of an object: "counter_lock"; of a shared one without a name its type. */
const char *model_name(const struct model *model, unsigned slot);
const char *model_object_name(const struct model *model, unsigned object);

/* Who waits for this object now: fills slots, returns how many. */
size_t model_waiters(const struct model *model, uint16_t object, uint16_t *slots,
                     size_t room);

/*
 * Updates written and lost over all fields. Free running: the writes of the children, and
 * what is missing from the value of the only field ("about", until all have ended).
 */
uint64_t model_updates(const struct model *model);
uint64_t model_lost(const struct model *model);

/* How it came out, from the program's last line: "All have ended. The counter is 8,
   expected 10: 2 updates are lost." */
const char *model_verdict(const struct model *model, char *text, size_t size);

/* "meals": a value of which there are so many, not one that is so much. */
bool model_is_plural(const char *name);

/* The whole line of a sentence of kind SAY_PRINTED; cut to size. */
const char *model_printed(const struct model *model, const struct sentence *sentence,
                          char *line, size_t size);

/* What may be unfit for a terminal (escape sequences, broken UTF-8) becomes "?". */
void model_clean(char *text);

/* The last whole line that the program printed, or "". Fit for printing. */
const char *model_last_line(const struct model *model, char *line, size_t size);

/* Compares the fold with a snapshot, field by field: true when equal; else `what` says in
   words what differs. Values of shared memory included, as far as they are known. */
bool model_equals(const struct model *model, const struct snapshot *snapshot, char *what,
                  size_t size);

#endif
