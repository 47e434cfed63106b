// SPDX-License-Identifier: MIT
/* Line mode: what reading, obeying and saying share. */
#ifndef COMMANDS_LINE_H
#define COMMANDS_LINE_H

#include "commands/again.h"
#include "commands/challenge.h"
#include "commands/commands.h"
#include "commands/decisive.h"
#include "commands/past.h"
#include "screen/screen.h"

enum { LINE_ANSWER = 160 }; /* bytes of an answer, with its end */

struct line_mode {
    struct run_options *options;
    struct session session;
    struct decisive decisive;
    enum replay_state told; /* of the schedule that is followed */
    struct past past;       /* where one looks */
    size_t said;            /* sentences told so far, counted from the start of the run */
    bool echo;     /* answers come from a pipe: they are shown as if they were typed */
    bool goes;     /* it goes by itself from the beginning, nobody has to say so */
    bool stops;    /* by itself at what matters, in slow motion */
    bool begun;    /* what it is about has been said */
    bool asked;    /* the question stands there, and an answer is awaited */
    bool predicts; /* the last question of a decisive moment is still open */
    bool over;     /* how it ended has been said */
    bool picked;   /* the lab picked who goes, at least once */
    bool was_free; /* nobody was stopped, for a while at least */
    bool leave;
    bool again;
    char numbers[LINE_ANSWER]; /* who goes next, of those typed in one line */
};

/* --- reading (line_input.c) ------------------------------------------------------------- */

enum line_input { LINE_NONE, LINE_READ, LINE_END };

/* The next line of standard input, without its end; waits at most so long, and no longer when
   `fd` (or -1) becomes readable. Of a line that is too long only the beginning. */
enum line_input line_input(char *answer, size_t size, int timeout_ms, int fd);

/* --- obeying (line_words.c, line_do.c) ---------------------------------------------------- */

/* Does what a line asks for. */
void line_obey(struct line_mode *mode, const char *line);

/* Lets the next of several numbers go. */
void line_next_number(struct line_mode *mode);

/* Is what was typed while it goes looked at? On a terminal; and of a program that is not
   ours, for it need not end. */
bool line_listens(const struct line_mode *mode);

/* Everybody stands, and a number can be chosen. */
bool line_stands(const struct line_mode *mode);

/* The word that does what a key of the screen does; NULL: none does. */
const char *line_word_for(enum action action);

/* What one looks at: the present, or what has been. (line_past.c) */
const struct model *line_model(const struct line_mode *mode);
bool line_looks_back(const struct line_mode *mode);
/* The step that is looked at becomes the present. False: it could not, and it was said. */
bool line_fork(struct line_mode *mode);
/* Tells all that came after it. */
void line_play(struct line_mode *mode);

typedef void line_act(struct line_mode *mode, const char *rest);

line_act line_go, line_stop, line_step, line_speed, line_twin, line_full, line_again,
    line_save, line_code, line_back, line_forward, line_goto, line_first, line_last,
    line_find, line_edit, line_seed, line_kill, line_answer, line_stopping, line_grain,
    line_quit;

/* --- saying (line_say.c, line_tell.c, line_memory.c) --------------------------------------- */

/* Prints a line, broken between words where it would be too long for a terminal. */
void line_say(const char *text);

/* A refusal, and who can go instead. */
void line_refuse(struct line_mode *mode, const char *refusal);

void line_say_beginning(struct line_mode *mode);
void line_say_order(struct line_mode *mode);

line_act line_who, line_why, line_state, line_kernel, line_memory, line_source,
    line_python, line_steps, line_lives, line_story, line_more, line_output, line_races;

/* A queue, a pool, a semaphore ...: all that is known of it. (line_contents.c) */
void line_contents(const struct model *model, unsigned object);

#endif
