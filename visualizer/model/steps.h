// SPDX-License-Identifier: MIT
/*
 * The steps table, wherever it is drawn: which rows it has, what stands in a cell, and what
 * the cells mean. Where it is drawn, and in which columns, is not known here.
 */
#ifndef MODEL_STEPS_H
#define MODEL_STEPS_H

#include "model/model.h"

enum {
    STEPS_LOOK_BACK = 200, /* steps in which is looked for what the table is about */
};

#define STEPS_IN_THE_QUEUE "in the queue"

/* The processes that have made steps, or may: a row each. Returns how many. */
size_t steps_people(const struct model *model, uint16_t slots[MP_PROCESSES]);

/* The fields of the newest steps, at most `most`, in their order in memory: a row each. */
int steps_fields(const struct model *model, size_t look_back, uint32_t *fields, int most);

/* The object of this kind that the newest steps are about; else the first one; 0 none. */
unsigned steps_object(const struct model *model, enum mp_kind kind);

/* The cell of a step, without the sign for a lost update. True: its update is lost. */
bool steps_cell(const struct model *model, const struct moment *moment, char *text,
                size_t size);

/* What cells there are, by the objects of the program: "L took the lock   U gave it back".
   `calls`: they are those of calls. */
const char *steps_legend(const struct model *model, bool *calls);

/* --- a step in words ------------------------------------------------------------------- */

/* "read", "lock-acquire", "queue-put"; "?". The words of recordings: they stay. */
const char *steps_operation(unsigned op);
extern const char *const steps_operations[MP_OPS];

/* What it is about: a field, an object, another process; "" where there is nothing. */
void steps_about(const struct model *model, const struct mp_deed *deed, char *text,
                 size_t size);

/* What was read, written, put or taken; a status, a count; "failed", "closed"; "" where there is
   nothing, or it is not known. */
void steps_value(const struct model *model, const struct moment *moment, char *text,
                 size_t size);

/* The value of the field, or the items in the queue, after the step; "" likewise. */
void steps_after(const struct model *model, const struct moment *moment, char *text,
                 size_t size);

#endif
