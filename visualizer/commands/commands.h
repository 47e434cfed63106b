// SPDX-License-Identifier: MIT
/* The verbs of the lab, and what they share. One verb per file; lab.c has their table. */
#ifndef COMMANDS_COMMANDS_H
#define COMMANDS_COMMANDS_H

#include "session/session.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum lab_exit { LAB_FINE, LAB_PROGRAM_FAILED, LAB_USAGE, LAB_CANNOT };

/* argv[0] is the verb. Each returns the exit status of the lab. */
int command_home(int argc, char **argv);
int command_run(int argc, char **argv);
int command_attach(int argc, char **argv);
int command_replay(int argc, char **argv);
int command_challenge(int argc, char **argv);
int command_explore(int argc, char **argv);
int command_verify(int argc, char **argv);
int command_read(int argc, char **argv);
int command_export(int argc, char **argv);
int command_new(int argc, char **argv);
int command_cc(int argc, char **argv);
int command_doctor(int argc, char **argv);

/* How the person called the lab ("build/lab"): for commands that can be typed as printed. */
extern const char *lab_name;

/* "lab: text" on the error stream; returns `status`. */
int lab_error(int status, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Ends the lab by the signal that asked for it, if one did: the shell learns what ended it.
   The screen is closed. */
void lab_end_by_signal(void);

/* --- demos (demos.c) ------------------------------------------------------------------ */

enum { DEMOS_MAX = 64 };

struct demo {
    char name[64];
    char path[512];
    struct demo_entry entry;
};

/* The programs built with mp beside the lab, in the order of teaching: returns how many. */
size_t demos_list(struct demo *demos, size_t room);

/* A name in build/demos, or the path of any program. False, and one line in `why`: what it
   might have been. */
bool demo_find(const char *name, struct demo *demo, char *why, size_t size);

/* The folder in which the lab lies, and that in which its demos lie (places.c). */
void lab_folder(char *folder, size_t size);
void demos_folder(char *folder, size_t size);

/* The source of one of the lab's own demos. False: it is none of them, or not there. */
bool demo_source(const struct demo *demo, char *path, size_t size);

/* --- lessons (lessons.c, read.c) -------------------------------------------------------- */

enum { LESSONS_MAX = 64 };

struct lesson {
    char folder[64];  /* "40-race-and-lock" */
    char name[64];    /* "40 race and lock" */
    char title[96];   /* "Two processes, one counter" */
    char minutes[24]; /* "40 minutes", or "" */
    char path[768];   /* of its README.md */
};

/* The lessons of the repository in which the lab lies, in their order: returns how many. */
size_t lessons_list(struct lesson *lessons, size_t room);

/* "10", "process" or "10-process". False, and one line in `why`: what was meant, perhaps. */
bool lesson_find(const char *name, struct lesson *lesson, char *why, size_t size);

/* The folder that has lessons/ and demos/. False: the lab does not lie in a repository
   (places.c). */
bool repository_folder(char *folder, size_t size);

/* The source file at a path that the compiler noted. NULL: cannot be read (places.c). */
struct source *source_find(const char *path);

/* Reads a lesson on the screen, which is open; or prints it, `unfold`: with all that is
   folded, `ask`: else asking for it. False: the file cannot be read. */
bool lesson_show(const char *path, bool at_home);
bool lesson_print(const char *path, bool unfold, bool ask);

/* --- a run (options.c, live.c, text.c) ------------------------------------------------ */

enum { ARGUMENTS_MAX = 64 };

struct challenge; /* challenge.h */

struct run_options {
    struct demo demo;
    const char *typed; /* the demo as it was typed: a name or a path */
    char source[768];  /* what it is compiled from, when the lab compiles it; or "" */
    bool plain;
    bool is_free;
    bool stopped;   /* --step: stands before the first step */
    bool no_stop;   /* does not stop by itself at what matters */
    bool large;     /* large letters */
    bool races;     /* behind the run: its data races */
    unsigned times; /* run so often, free, and count; 0: watch it once */
    bool speed_given;
    unsigned speed; /* steps a second; 0: as fast as the gate goes */
    uint64_t seed;
    char **arguments; /* of the demo, after -- */
    int argument_count;
    char *argv[ARGUMENTS_MAX]; /* what the program is started with */
    char watch[96];            /* the watching arguments, in pieces */
    /* A run again, under the schedule of another; `exact`: the arguments are all there are. */
    const struct schedule *schedule;
    struct recording *recording; /* instead of running: this one */
    const char *record;          /* --record: the file; NULL: none */
    bool exact;
    bool explored; /* opened where every schedule of it is shown: e goes back there */
    bool grain_given;
    enum mp_grain grain;
    const struct challenge *challenge; /* what it is to come to; NULL: nothing was asked */
    unsigned misses;                   /* how often it did not */
    pid_t attach;                      /* instead of starting: this one; 0 the only one */
    bool is_attach;
};

/* A run as nobody has said anything about it. */
void run_options_default(struct run_options *options);

/* A word as the shell takes it, after a blank. */
void print_word(const char *word);

/* The person, or the terminal, wants no screen. */
bool wants_text(void);

/* Reads the options of `lab run`; LAB_FINE or LAB_USAGE with its line said. */
int run_options_read(struct run_options *options, int argc, char **argv);

/* What the run is started with, from the options: free or watched. */
void run_setup_from(struct run_options *options, struct run_setup *setup);

/* Attached to a program: the run is called as its file is. */
void run_options_attached(struct run_options *options, const char *path);

/* "memory": what a step is, in a word; and the other way round. False: there is no such. */
const char *grain_name(enum mp_grain grain);
bool grain_named(const char *name, enum mp_grain *grain);

/* "Steps are now ...": what counts as one. */
const char *grain_sentence(enum mp_grain grain);

/* The run on the screen, in lines, or as text: as it is wished, and as it can be (run.c). */
int run_show(struct run_options *options);

/* The run on the screen. Opened at home, the screen is open already, and stays so. Returns
   the exit status of the lab. */
int live_run(struct run_options *options, bool at_home);

/* So many free runs, and how they ended. */
int tally_run(struct run_options *options);

/* The run in sentences, asking who goes; or one that runs already. */
int line_run(struct run_options *options);

/* The run as text, on standard output; nothing is asked. */
int text_run(struct run_options *options);

#endif
