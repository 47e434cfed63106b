// SPDX-License-Identifier: MIT
/* A run on the screen: what its loop, its keys and its decisive moments share. */
#ifndef COMMANDS_LIVE_H
#define COMMANDS_LIVE_H

#include "commands/again.h"
#include "commands/commands.h"
#include "commands/decisive.h"
#include "commands/past.h"
#include "screen/screen.h"

enum { MESSAGE_SIZE = 256 };

struct live {
    struct run_options *options;
    struct session session;
    struct view view;
    struct source *source;
    char source_file[256];
    char why[MESSAGE_SIZE];
    char message[MESSAGE_SIZE];
    uint64_t drawn; /* when, in nanoseconds */
    bool dirty;
    bool chosen;      /* the order is not only the seed's */
    unsigned hurried; /* pictures that may come at once: a key was pressed */
    bool at_home;
    bool leave;
    struct decisive decisive;
    bool stops;  /* by itself at decisive moments */
    bool typing; /* digits are an answer, and no choice */
    long typed;
    char question[MESSAGE_SIZE];
    enum mp_grain grain; /* what the program says is a step */
    struct past past;
    enum replay_state told; /* of the schedule that is followed */
    bool playing;           /* the past goes by, up to the present */
    uint64_t played;        /* when it last made a step, in nanoseconds */
    bool finding;           /* a digit says what is looked for */
    enum past_find found;   /* what was looked for last */
    char *races;            /* what view.races shows */
    bool judged;            /* whether it came to what was asked has been said */
};

enum run_mode live_mode(const struct live *live);

/* The same again, or with what has been changed in the options. */
void live_restart(struct live *live);
void live_switch_to_twin(struct live *live);

/* Free, and with the program's own numbers instead of those for watching. */
void live_run_free(struct live *live);

/* Its source in an editor; then what was built of it. */
void live_edit(struct live *live);

/* Does what a key asks for (live_keys.c). */
void live_act(struct live *live, enum action action);

/* How it is shown: large, blank, with Python, one panel alone (live_view.c). False: the key
   asks for something else. */
bool live_show(struct live *live, enum action action);
/* Of a run that is stuck: who waits for whom. */
void live_fill_graph(struct live *live);

/* Moves in time (live_past.c). False: the key asks for something else. */
bool live_travel(struct live *live, enum action action);
/* A digit while one looks back, and that process went there: looks forward. Else false. */
bool live_went_there(struct live *live, unsigned slot);
/* The step that is looked at becomes the present. False: it could not, and it was said why. */
bool live_fork(struct live *live);
/* The past goes by. */
void live_play(struct live *live, uint64_t now);

/* The line above the keys; and its end, with the question in it (live_moments.c). */
void live_say(struct live *live, const char *text);
void live_clear_question(struct live *live);

/* What is to be reached, if anything is; and, once, whether it was (live_challenge.c). */
void live_say_goal(struct live *live);
void live_look_who_won(struct live *live);

/* Stops at what matters, in slow motion; tells what came of an answer. */
void live_look_for_moment(struct live *live);
void live_begin_typing(struct live *live);
void live_type_answer(struct live *live, enum action action);
void live_stop_or_not(struct live *live);

#endif
