// SPDX-License-Identifier: MIT
/*
 * Schedules, and how they are written in one line: the schedule code.
 *
 *     1m-3f9a lock_race --increments 1 @ 1212
 *     |||      |        |                |
 *     |||      |        |                who went at each step
 *     |||      |        the program's arguments, words as a shell takes them
 *     |||      its name, or its path
 *     ||checksum of all that follows, four hex digits: typed wrong is told
 *     |what was a step: l lives, c calls, m memory
 *     version
 *
 * After the @: 0 is main, 1 to 9 that process, (10) a process of two digits or more; K1: that
 * one was killed there; the same several times in a row 1x5, and then a comma (1x5,2). gl, gc
 * and gm: from here on something else was a step. Blanks mean nothing there, nor around a code.
 * What needs quotes is put into "...": so a whole code can be given to a shell in '...'.
 *
 * Typed by hand, a short form will do, without version and checksum:
 *
 *     lock_race:2x1:1212
 *
 * where 2x1 are the numbers that the demo's catalogue entry has a place for
 * (shape=--processes N --increments N).
 */
#ifndef SCHEDULER_CODE_H
#define SCHEDULER_CODE_H

#include "record.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum move_kind { MOVE_STEP, MOVE_KILL, MOVE_GRAIN };

/* One choice. */
struct move {
    uint8_t kind;  /* enum move_kind */
    uint8_t which; /* the process; GRAIN: enum mp_grain */
};

struct schedule {
    struct move *moves;
    size_t count, room;
};

/* Adds a choice. False: no memory. */
bool schedule_add(struct schedule *schedule, enum move_kind kind, unsigned which);
void schedule_free(struct schedule *schedule);
/* How many steps there are among the choices: a kill is one, another grain is not. */
uint64_t schedule_steps(const struct schedule *schedule);

enum { CODE_WORDS = 48, CODE_MOVES_MOST = 1 << 20 };

/* A code as it was read. */
struct code {
    char *program;           /* a name or a path */
    char *words[CODE_WORDS]; /* its arguments, word_count of them */
    int word_count;
    char *shape;         /* of a short form: "2x1", or ""; NULL: it is a long one */
    enum mp_grain grain; /* of a long one */
    struct schedule schedule;
    char *memory; /* that of the words */
};

/*
 * Reads a code. 0; -EINVAL: it is none, and `why` says in one line what is wrong and at which
 * character; -ENOMEM. Whatever the text is, there is no other end. code_free() afterwards, also
 * of one that was not read.
 */
int code_read(const char *text, struct code *code, char *why, size_t size);
void code_free(struct code *code);

/*
 * What a short form says: `demo_shape` are the arguments of its demo, where each word N stands
 * for the next number: "--processes N --increments N". Fills code->words. 0; -EINVAL and one
 * line in `why`: too few, too many, or this demo has no short form.
 */
int code_fill_in(struct code *code, const char *demo_shape, char *why, size_t size);

/* Writes the long form of a run of this program: a new string, to be freed. NULL: no memory. */
char *code_write(const char *program, char *const *words, int word_count,
                 enum mp_grain grain, const struct schedule *schedule);

/* The short form, of a demo that has one and arguments that say no more than it: a new string.
   NULL: it cannot be said so; or no memory. */
char *code_write_short(const char *program, char *const *words, int word_count,
                       const char *demo_shape, const struct schedule *schedule);

/* Writes only who went: "1212", "1x5,2". The same returns. */
char *code_write_moves(const struct schedule *schedule);

#endif
