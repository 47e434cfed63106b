// SPDX-License-Identifier: MIT
/*
 * ELF notes: what a program says about itself without being run.
 *
 *   name "forklab", type 1: struct mp_note_build, one from each file that includes mp.h
 *   name "forklab", type 2: the catalogue entry of a demo: texts "key=value", each with its
 *                           ending zero, then an empty one (MP_NOTE_TEXT bytes in all)
 */
#ifndef MP_NOTE_H
#define MP_NOTE_H

#include <stdint.h>

#define MP_NOTE_SECTION ".note.forklab"
#define MP_NOTE_NAME "forklab"

enum { MP_NOTE_BUILD = 1, MP_NOTE_DEMO = 2, MP_NOTE_TEXT = 512 };

struct mp_note_head {
    uint32_t name_size; /* 8 */
    uint32_t text_size; /* bytes that follow the name */
    uint32_t type;
    char name[8];
};

struct mp_note_build {
    struct mp_note_head head;
    uint32_t layout; /* MP_WORLD_LAYOUT */
    uint32_t hooked; /* 1: the compiler was told to call the access hooks */
};

struct mp_note_demo {
    struct mp_note_head head;
    char text[MP_NOTE_TEXT];
};

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define MP_HOOKED 1
#endif
#endif
#if defined(__SANITIZE_THREAD__)
#define MP_HOOKED 1
#endif
#ifndef MP_HOOKED
#define MP_HOOKED 0
#endif

#endif
