// SPDX-License-Identifier: MIT
/*
 * What every demo needs besides mp: its catalogue entry, its options, must(), its last line.
 */
#ifndef MP_DEMO_H
#define MP_DEMO_H

#include "mp.h"
#include "note.h"

/*
 * The catalogue entry, declared once, readable from the program's file without running it:
 *
 *     DEMO("summary=two processes add to one counter, and updates get lost\0"
 *          "watch=--increments 5\0"      arguments that the lab adds for watching
 *          "explore=--increments 1\0"    the small instance
 *          "grain=memory\0"              what is a step: lives, calls or memory
 *          "twin=lock_fixed\0"           what to compare it with
 *          "lesson=40-race-and-lock\0"); the folder of its lesson
 *
 * and where there is such a thing:
 *
 *          "end=-1\0"                    the item of a queue that says that no more come
 *          "shape=--items N\0"           its arguments in a short code, NAME:5:1212
 *          "rate=bytes\0"                the shared number that says how fast it goes
 */
#define DEMO(texts)                                                                      \
    static const struct mp_note_demo mp_demo_note                                        \
        __attribute__((section(MP_NOTE_SECTION), used, aligned(4))) = {                  \
            {8, MP_NOTE_TEXT, MP_NOTE_DEMO, MP_NOTE_NAME}, texts}

/* What can be given on the command line: a number (--increments N), a switch (--verbose),
   or a text (--out DIR): {"out", &out, DEMO_TEXT, "DIR where the files go"}. */
struct demo_option {
    const char *name; /* without the dashes */
    void *value;      /* int *, or const char ** of a text; has the default; is set */
    int least,
        most; /* the range, both ends included; most 0: a switch without a number */
    const char *help; /* half a sentence: "additions by each process"; of a text its first
                         word says what it is */
};

#define DEMO_TEXT 0, -1 /* a word that is not empty; the default may be NULL */

/*
 * Reads the options of a demo; the list ends with a NULL name. --help prints `summary` and
 * the options with their ranges and defaults, and exits 0. Anything wrong is one line that
 * names it and the nearest right one, and exit status 2.
 */
void demo_options(int argc, char **argv, const char *summary,
                  const struct demo_option *options);

/* Which of these words was given as --option: 0, 1, ...; the list ends with NULL. Another one
   is told in one line that names them all, and exit status 2. */
int demo_choice(const char *option, const char *word, const char *const *choices);

/* Says what this run is about, for the title of the screen: "2 processes, 5 increments
   each". Before the first start. */
void demo_title(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Says what should come out in the end, for the screen; before the first start. */
void demo_expect(const char *what, long expected);

/* 1: the output is a terminal, where a line can be drawn again (\r); 0: a pipe, a file, the
   lab. */
int demo_on_terminal(void);

/*
 * The last line of every demo, in one shape: "counter 8, expected 10, lost 2". Returns the
 * exit status: 0 when `problems` is 0, else 1.
 */
int demo_result(const char *what, long actual, long expected, const char *problem,
                long problems);

/* "increment", 2 -> "increment-2". Valid until the next call. */
const char *demo_name(const char *name, int number);

/* After a join: says how the child ended, unless it ended well. 1 when it did not. */
int demo_say_end(mp_process *child);

/*
 * Joins these children and says how they ended, unless they ended well. For each it waits
 * limit_ms milliseconds at most, 0: for ever. Once one has not ended in time main waits no
 * longer: it says who is left, and kills them. How many it had to kill; they stand first in
 * the array then.
 */
int demo_join_all(mp_process **children, int count, int limit_ms);

/*
 * must(call): the call of mp returned an error (rc < 0): one line that says which call and
 * why, then the whole program ends with status 3. In a child, the child ends.
 */
#define must(call) demo_must((call), #call)
int demo_must(int rc, const char *call);

/* The same for what returns NULL when there is no memory. */
#define must_have(call) demo_must_have((call), #call)
void *demo_must_have(void *memory, const char *call);

#endif
