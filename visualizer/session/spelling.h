// SPDX-License-Identifier: MIT
/*
 * A C type as it is written in a program: "struct seat[4]", "const unsigned long", "int
 * *".
 */
#ifndef SESSION_SPELLING_H
#define SESSION_SPELLING_H

#include "model/model.h"

#include <stdbool.h>
#include <stdint.h>

enum { SPELLING_DIMENSIONS = 4 };

struct spelling {
    enum spelled_as {
        SPELLED_SCALAR, /* the language's own, or a pointer: kind and size say all */
        SPELLED_STRUCT,
        SPELLED_UNION,
        SPELLED_ENUM,
        SPELLED_NAME, /* of a typedef, or of a type that only some compilers have */
    } as;
    enum field_kind kind;
    uint32_t size;
    char name[MP_NAME_SIZE];              /* without struct, union, enum */
    uint32_t counts[SPELLING_DIMENSIONS]; /* of an array, as written: the outermost first */
    unsigned dimensions;                  /* 0: no array */
};

/* Reads it. Qualifiers count for nothing. False: it is not one of the forms above, as
   pointers to functions, typeof, and arrays whose length is not written as a number. */
bool spelling_read(struct spelling *spelling, const char *text);

#endif
