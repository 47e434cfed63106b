// SPDX-License-Identifier: MIT
/*
 * What the files of model/ share among themselves and nobody else includes.
 *
 * One event goes this way (model.c): tables (fold.c), values and lost updates (values.c,
 * fields.c), a column of the steps table (model.c), sentences (narrate.c, accesses.c).
 */
#ifndef MODEL_PRIVATE_H
#define MODEL_PRIVATE_H

#include "model/model.h"
#include "tables.h"

enum {
    KEEP_SENTENCES = 32768,
    KEEP_OUTPUT = 1 << 20, /* bytes */
    KEEP_FIELDS = 1 << 16,
    KEEP_LIVES = 1 << 17,
    WAITING_LINES =
        64, /* printed lines that wait for the event that says whose they are */
};

/* What one process knows of one field: the last value that it read, or wrote itself. */
struct held {
    bool has;
    bool by_read;  /* false: it is what the process has written */
    bool as_step;  /* the read was a step: others may have seen it */
    uint32_t base; /* the write that it read, or made; NO_WRITE: the value at the start */
    uint32_t writes_then; /* writes there were when it read */
    uint64_t step;
    uint64_t value;
};

/* A write that has been let go and not been looked at since: SETTLED tells the rest. */
struct open_write {
    bool open;
    bool atomic;
    bool whole;    /* of one field */
    uint64_t step; /* 0: it was no step */
    uint32_t offset;
    uint32_t size;
    uint32_t moment;
    uint64_t before;
};

/* Sentences that are said once in a life: bits of model_life.told. */
enum {
    TOLD_MADE = 1,
    TOLD_STARTED = 2,
    TOLD_BORN = 4,
    TOLD_ENDED = 8,
    TOLD_ZOMBIE = 16,
    TOLD_JOINED = 32,
    TOLD_ORPHAN = 64,
    TOLD_KILLED = 128,
    TOLD_OUTSIDE = 256
};

struct process_private {
    struct held *held; /* by field */
    size_t held_room;
    struct open_write write;
    bool whole_life; /* all that it has done was folded: what was not seen was not done */
    bool blocked;    /* was blocked after the last event */
    uint64_t free_told;       /* free running: waits already told, a bit per operation */
    struct mp_deed repeated;  /* the same read or failing try ... */
    unsigned repeats;         /* ... so many times in a row */
    char error[MP_NAME_SIZE]; /* why the next task that fails does */
    struct mp_deed last_step; /* its newest step; .op NONE: it has made none */
};

/* A line was printed, and its text is not known yet. */
struct printed {
    uint64_t bytes;
    size_t sentence; /* its open sentence, counted from the start of the run */
};

/* What is inside a queue, or a pool. */
struct contents {
    struct queue_item *items; /* item n in place n % item_room */
    size_t item_room;
    struct pool_task *tasks;
    size_t task_count, task_room;
    uint64_t first; /* number of tasks[0] */
    uint64_t begin; /* the first of those that matter now */
    uint32_t *finished;
    size_t finished_count, finished_room;
    uint64_t stays, stay_least, stay_most; /* items taken; clock ticks that they stayed */
    uint64_t stay_last;
    double stay_sum;
};

/* A worker died in a task, and it is not known yet whether another takes its place. */
struct lost_task {
    uint16_t pool; /* 0: none */
    uint64_t task;
    char worker[MP_NAME_SIZE];
};

struct model_private {
    struct process_private processes[MP_PROCESSES];
    char object_names[MP_OBJECTS][MP_NAME_SIZE]; /* stay after the object is gone */
    char object_types[MP_OBJECTS][MP_NAME_SIZE]; /* fit for printing */
    struct contents contents[MP_OBJECTS];
    struct lost_task lost_task;
    bool started;      /* a snapshot has been taken in */
    bool plain_writes; /* a child wrote shared memory without a read-modify-write */
    bool finished;
    bool more_told[SAY_KINDS]; /* these had their second column */
    uint32_t found;            /* field that was asked for last */

    /* An end is told when it is known whether the kernel calls it a zombie, or when
       anything else is told. */
    struct sentence end;
    bool end_waits;

    struct races *races; /* races.h; NULL: nothing has happened yet */

    struct printed printed[WAITING_LINES]; /* waiting for their text */
    size_t printed_count;
    uint64_t matched; /* output up to here has been told; counted from the very start */
};

/* One event on its way through the fold. */
struct happening {
    unsigned slot;
    const struct mp_deed *deed;
    enum mp_phase phase;
    bool controlled;
    uint64_t step;      /* its number, 0: it is no step */
    uint64_t when;      /* clock ticks */
    uint32_t moment;    /* its column; NO_MOMENT */
    uint16_t old_owner; /* of the lock, before */
};

/* Makes room for one more; false: no memory. */
bool model_grow(struct model *model, void *array, size_t count, size_t *room, size_t size);

/* --- tables (fold.c, records.c) ------------------------------------------------------- */

void fold_tables(struct model *model, struct happening *h);
/* Of the model, as mp's own functions want them. */
struct mp_tables tables_of(const struct model *model);
void fold_name(struct model *model, unsigned slot, const struct mp_deed *deed);
struct model_life *life_of(const struct model *model, unsigned slot);
/* A record for the life that is in this entry now. */
void life_begin(struct model *model, unsigned slot);
/* Copies the name, and the rest, of a life from its entry. */
void life_rename(struct model *model, unsigned slot);
void life_refresh(struct model *model, unsigned slot);
void keep_object_name(struct model *model, unsigned object);
static inline bool op_is_of_lives(unsigned op)
{
    return op >= MP_OP_MAKE && op <= MP_OP_FORGET;
}

/* --- fields and values (fields.c, values.c) ------------------------------------------- */

/* Fields for a shared object that nobody has named: eight bytes each. */
void fields_make(struct model *model, uint16_t object, bool zeroed);
void fields_forget(struct model *model, uint16_t object);
/* Splits what nobody has named, so that an access of this size has a field of its own. */
void fields_split(struct model *model, uint32_t offset, uint32_t size);
void fields_from_snapshot(struct model *model, const struct snapshot *snapshot);
/* The bytes of one field out of those at `offset`, and the other way round. */
bool field_overlaps(const struct field *field, uint32_t offset, uint64_t size);
void field_patch(struct field *field, uint32_t offset, uint32_t size, uint64_t value);

/* A write as it turned out, for the sentence on it. */
struct outcome {
    uint32_t field;  /* NO_FIELD: no single field */
    bool set;        /* without an earlier read */
    unsigned lost;   /* updates that are lost by it */
    unsigned back;   /* updates that count again by it */
    uint16_t loser;  /* who made the lost one */
    uint16_t winner; /* who made the one that counts again */
    uint64_t loser_step;
    bool since_read;  /* the lost ones were made after the writer had read */
    struct held held; /* what the writer had read */
};

void values_event(struct model *model, struct happening *h);
/* Ends an open write: false when there is none. */
bool values_settle(struct model *model, unsigned slot, uint64_t value,
                   struct open_write *was, struct outcome *outcome);
void values_forget_process(struct model *model, unsigned slot);
void values_forget_all(struct model *model);
const struct held *held_by(const struct model *model, unsigned slot, uint32_t field);

/* --- queues and pools (contents.c, typed.c) ------------------------------------------- */

/* After the tables have counted it. */
void contents_event(struct model *model, const struct happening *h);
void contents_from_snapshot(struct model *model, const struct snapshot *snapshot);
void contents_forget(struct model *model, unsigned object);
/* An item was taken: how long it was inside. (times.c) */
void times_taken(struct model *model, const struct happening *h);
/* An item of a type that has a value; false: it is known by its number only. */
bool item_is_value(const struct model *model, unsigned queue, uint64_t value, char *text,
                   size_t size);

/* --- sentences (narrate.c, accesses.c, lives.c) --------------------------------------- */

/* Adds a sentence and returns it, or NULL when there is no memory. The oldest ones go, so
   where it stands is counted from the start of the run. */
__attribute__((format(printf, 5, 6))) struct sentence *say(struct model *model,
                                                           enum sentence_kind kind,
                                                           unsigned slot, uint64_t step,
                                                           const char *format, ...);
/* Its second column, the first time in a run; `sentence` may be NULL. */
__attribute__((format(printf, 3, 4))) void say_more(struct model *model,
                                                    struct sentence *sentence,
                                                    const char *format, ...);

void narrate(struct model *model, const struct happening *h);
void narrate_access(struct model *model, const struct happening *h);
void narrate_settled(struct model *model, unsigned slot, const struct open_write *was,
                     const struct outcome *outcome, uint64_t value);
void narrate_spinning(struct model *model, const struct happening *h);
/* Calls: semaphores, events, conditions, pipes (narrate_sync.c), queues, pools. */
void narrate_sync(struct model *model, const struct happening *h);
/* A lock that its owner took again, or gave back and has still. False: neither. */
bool narrate_again(struct model *model, const struct happening *h);
void narrate_queue(struct model *model, const struct happening *h);
void narrate_pool(struct model *model, const struct happening *h);
/* "NAME is BLOCKED: ..." in a call; and that nobody is left who could help. */
void narrate_blocked_call(struct model *model, unsigned slot, enum mp_op op);
/* A worker died; somebody was born; what was kept back about a lost task is told. */
bool narrate_worker_died(struct model *model, unsigned slot, const char *how,
                         uint64_t step);
void narrate_replacement(struct model *model, unsigned slot);
void narrate_lost_task(struct model *model);
void narrate_life(struct model *model, const struct happening *h);
void narrate_started(struct model *model, unsigned child, uint64_t step);
void narrate_born(struct model *model, unsigned slot, uint64_t step);
void narrate_ended(struct model *model, unsigned slot, uint64_t step);
void narrate_joined(struct model *model, unsigned child, uint64_t step);
/* Who is blocked now and was not before the last event. */
void narrate_blocked(struct model *model, bool controlled);
/* Says the end that was kept back. */
void narrate_kept_end(struct model *model);

/* --- waiting (waiting.c) -------------------------------------------------------------- */

/* Does it stand before a lock, a join or a barrier and cannot go? The operation, or NONE. */
enum mp_op blocked_in(const struct model *model, unsigned slot);

/* --- words (words.c) ------------------------------------------------------------------ */

const char *signal_name(int signal);
/* "ended with status 0", "was killed (SIGKILL)", "crashed (SIGSEGV)" */
void status_words(int32_t status, char *text, size_t size);
/* Is this access one of a whole field (or of what nobody has named)? Else it touches a part
   of one, or several, and its value is not that of a field. */
bool access_is_whole(const struct model *model, const struct mp_deed *deed);
/* The name of what is at this place: a field, or an object. */
void place_words(const struct model *model, uint32_t offset, char *text, size_t size);
/* The value of an access as the field that it touches has it. */
void value_words(const struct model *model, uint32_t offset, uint32_t size, uint64_t raw,
                 char *text, size_t text_size);
void want_words(const struct model *model, const struct mp_deed *deed, char *text,
                size_t size);

/* What was done: "read counter: 3". (tables.c) */
void done_words(const struct model *model, const struct mp_deed *deed, char *text,
                size_t size);

/* The same for calls behind the barriers (calls_words.c). */
bool op_is_call(unsigned op);
void call_want_words(const struct model *model, const struct mp_deed *deed, char *text,
                     size_t size);
void call_done_words(const struct model *model, const struct mp_deed *deed, char *text,
                     size_t size);
void call_cell(const struct model *model, const struct mp_deed *deed, char *text,
               size_t size);
/* "consumer waits for an item, and jobs is empty": who is blocked in such a call. */
void call_blocked_words(const struct model *model, unsigned slot, char *text, size_t size);
/* "task 5", "tasks 5 to 8" */
void tasks_words(uint64_t first, uint64_t count, char *text, size_t size);

/* --- output (output.c) ---------------------------------------------------------------- */

void output_event(struct model *model, const struct happening *h);
/* Tells the lines that are left, whoever printed them. */
void output_finish(struct model *model);

#endif
