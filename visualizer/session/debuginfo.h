// SPDX-License-Identifier: MIT
/*
 * What a program's file says about itself: the catalogue entry of a demo, whether reads and
 * writes are hooked, the source line of a code address, the fields of a type.
 *
 * The first two come from an ELF note, the rest from DWARF by libdw. Built without libdw,
 * or for a program without -g, the questions about lines and types answer "not known".
 */
#ifndef SESSION_DEBUGINFO_H
#define SESSION_DEBUGINFO_H

#include "model/model.h"
#include "model/place.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A demo's catalogue entry (mp/demo.h writes it). Empty strings where it has none. */
struct demo_entry {
    char summary[96];   /* the line of the home screen */
    char watch[96];     /* arguments for watching */
    char explore[96];   /* the small instance */
    char grain[16];     /* "lives", "calls", "memory" */
    char twin[64];      /* race <-> fixed */
    char lesson[64];    /* the folder under lessons/ that goes with it */
    char end[24];       /* the item that says that no more come */
    char shape[96];     /* its arguments in a short schedule code: "--items N" */
    char rate[32];      /* the shared number that says how fast it goes */
    bool built_with_mp; /* the note is there */
    bool hooked;        /* compiled with access hooks */
    unsigned layout;    /* MP_WORLD_LAYOUT that it was built with */
};

/* Reads the note of the program at `path`. 0, or -errno (-ENOEXEC: not an ELF program for
   this kind of machine). A program without the note: 0 and built_with_mp false. */
int demo_entry_read(const char *path, struct demo_entry *entry);

struct debuginfo;

/* Opens the debug information of a program. NULL: there is none (not an error). */
struct debuginfo *debuginfo_open(const char *path);
void debuginfo_close(struct debuginfo *info);

/* The source line of a code address (of the program's file: no load bias). */
bool debuginfo_place(struct debuginfo *info, uint64_t address, struct source_place *place);

/*
 * The scalars of a type, in order of offset: fields[i].name, .offset (from the start of the
 * object), .size, .kind are set. `type` is as written in the program: "struct shared",
 * "int", "int[8]", "struct seat[4]", "double". `name` is the object's own name, used where
 * the type is a bare scalar ("counter") or an array ("seats[2]"). Nested structs and arrays
 * are flattened, at most `room` fields. Returns how many; 0 when the type is not known.
 */
size_t debuginfo_fields(struct debuginfo *info, const char *type, const char *name,
                        struct field *fields, size_t room);

/* One source file, line by line. */
struct source;
struct source *source_open(const char *path); /* NULL: cannot be read */
void source_close(struct source *source);
int source_lines(const struct source *source);
const char *source_line(const struct source *source, int line); /* from 1; "" outside */

/* The lines in its opening comment that say what it would be in Python: where they begin,
   and how many there are; 0 none. And one of them, from 0, without what stands before it. */
int source_python(const struct source *source, int *first);
const char *source_python_line(const struct source *source, int first, int index);

#endif
