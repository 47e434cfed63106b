// SPDX-License-Identifier: MIT
/* A program of your own: where what it needs lies, and how it is built. */
#ifndef COMMANDS_OWN_H
#define COMMANDS_OWN_H

#include "commands/commands.h"

enum { OWN_PATH = 768 };

/* --- where things are (places.c) -------------------------------------------------------- */

/* What a program is compiled with. */
struct kit {
    char headers[OWN_PATH]; /* the folder of mp.h */
    char library[OWN_PATH]; /* libmp.a */
};

/* Beside the lab in the tree in which it was built, or below the prefix where it is
   installed. False, and one line in `why`: they are not there. */
bool kit_find(struct kit *kit, char *why, size_t size);

/*
 * The folder for what the lab makes for the person, made if need be: build/mine in the
 * tree; where the lab is installed, or the tree is somebody else's, below the home folder.
 * `keeps`: for what is written by hand, and not for what can be made again. False, and one
 * line in `why`: there is none.
 */
bool mine_folder(char *folder, size_t size, bool keeps, char *why, size_t why_size);

/* The same file as it can be typed here: relative where it lies below this folder. */
const char *path_from_here(const char *path);

/* --- compiling (compiler.c, build.c, build_for_run.c) ----------------------------------- */

enum { COMPILER_WORDS = 8 };

struct compiler {
    char text[256];              /* the words, each with its ending zero */
    char *words[COMPILER_WORDS]; /* "gcc", or "ccache", "gcc"; ends with NULL */
    bool is_clang;
};

/* $CC, else cc, gcc or clang. False, and one line in `why`: there is none. */
bool compiler_find(struct compiler *compiler, char *why, size_t size);

/* Runs it with its messages going to descriptor `messages`. The status as from waitpid;
   -errno when it could not be started. */
int compiler_run(char *const argv[], int messages);

struct build {
    const char *source;
    char *const *more; /* further arguments for the compiler; NULL-terminated, or NULL */
    bool says;         /* prints the commands */
    bool notes_inputs; /* into "PROGRAM.d": which files were read */
    int messages;      /* where the compiler's messages go: a descriptor */
    char program[OWN_PATH];
};

/*
 * Compiles build->source to build->program as make compiles the demos. LAB_FINE; else one
 * line in `why`: LAB_PROGRAM_FAILED the compiler said what is wrong with it, LAB_USAGE there
 * is nothing to compile, LAB_CANNOT.
 */
int build_program(struct build *build, char *why, size_t size);

/* The same into mine_folder(), and only if it has not been done since the source changed,
   a header, the library or the lab: fills build->program. */
int build_for_run(struct build *build, char *why, size_t size);

/* Finds what `options` are for: a demo, a path, or "my.c", which is compiled first. LAB_FINE;
   else as build_program(), and one line in `why`. (run.c) */
int run_find_program(const char *name, struct run_options *options, char *why,
                     size_t size);

/* "my.c", as somebody types it who wants it compiled and run. */
bool is_source_name(const char *name);

/* Does one of its own lines include this: "<math.h>"? (build_parts.c) */
bool source_includes(const char *source, const char *header);

/* The folder NAME of a NAME.c that includes "NAME/x.h": beside it, or, for the copy of a
   demo, beside the demo; and the folder above it. False: it has none. */
bool parts_find(const char *source, char *above, size_t above_size, char *parts,
                size_t size);

/* --- changing it (edit.c) --------------------------------------------------------------- */

/*
 * Opens the source of what is run in the person's editor, and builds it when the editor has
 * ended; from then on `options` run that. A demo of the lab's own is copied first. `shown`
 * is the source file that is seen, for a program that was not built here; or NULL. True:
 * built, and `text` says what; false: it says why not.
 */
bool edit_and_build(struct run_options *options, const char *shown, char *text,
                    size_t size);

#endif
