// SPDX-License-Identifier: MIT
// What must be seen of each access in tests/programs/accesses.c: R a read, W a write, U an
// update (atomic, both in one step), r and w of a range; then how many bytes, and where in
// the shared struct. Where the two compilers differ, `word` is what `lab doctor` calls it.
#pragma once

#include <stddef.h>

struct accesses {
    const char *name; // as printed by the program
    const char *seen;
    const char *clang; // NULL: the same with clang as with gcc
    const char *word;
};

#define SCALAR(name, size_at)                                                            \
    {"read " name, "R" size_at, NULL, NULL}, {"write " name, "W" size_at, NULL, NULL},   \
    {                                                                                    \
        "copy " name, "W" size_at, NULL, NULL                                            \
    }

#define STRUCT(size, read, write)                                                        \
    {"read struct " size, read size "@192", NULL, NULL},                                 \
        {"write struct " size, write size "@256", NULL, NULL},                           \
    {                                                                                    \
        "copy struct " size, write size "@256 " read size "@192",                        \
            read size "@192 " write size "@256", "a struct copied within shared memory"  \
    }

#define ATOMIC(bits, size_at)                                                            \
    {"load " bits, "R" size_at, NULL, NULL}, {"store " bits, "W" size_at, NULL, NULL},   \
        {"exchange " bits, "U" size_at, NULL, NULL},                                     \
        {"fetch_add " bits, "U" size_at, NULL, NULL},                                    \
        {"fetch_sub " bits, "U" size_at, NULL, NULL},                                    \
        {"fetch_or " bits, "U" size_at, NULL, NULL},                                     \
        {"fetch_and " bits, "U" size_at, NULL, NULL},                                    \
    {                                                                                    \
        "fetch_xor " bits, "U" size_at, NULL, NULL                                       \
    }

static const struct accesses all_accesses[] = {
    SCALAR("int8", "1@0"),
    SCALAR("uint8", "1@1"),
    SCALAR("bool", "1@2"),
    SCALAR("char", "1@3"),
    SCALAR("int16", "2@4"),
    SCALAR("uint16", "2@6"),
    SCALAR("int32", "4@8"),
    SCALAR("uint32", "4@12"),
    SCALAR("int64", "8@16"),
    SCALAR("uint64", "8@24"),
    SCALAR("float", "4@32"),
    SCALAR("enum", "4@36"),
    SCALAR("double", "8@40"),
    SCALAR("volatile", "4@56"),
    {"read pointer", "R8@48", NULL, NULL},
    {"write pointer", "W8@48", NULL, NULL},

    {"i32 += 1", "R4@8 W4@8", NULL, NULL},
    {"i32++", "R4@8 W4@8", NULL, NULL},
    {"++i32", "R4@8 W4@8", NULL, NULL},
    {"i32--", "R4@8 W4@8", NULL, NULL},
    {"i32 = i32 + 1", "R4@8 W4@8", NULL, NULL},
    {"i32 *= u32", "R4@8 R4@12 W4@8", "R4@12 R4@8 W4@8", "two reads in one expression"},
    {"i8 |= 1", "R1@0 W1@0", NULL, NULL},
    {"i64 <<= 1", "R8@16 W8@16", NULL, NULL},
    {"double += 1", "R8@40 W8@40", NULL, NULL},
    {"truth = !truth", "R1@2 W1@2", NULL, NULL},
    {"watched += 1", "R4@56 W4@56", NULL, NULL},
    {"i32 += 1 twice", "R4@8 W4@8 R4@8 W4@8", NULL, NULL},
    {"swap", "R4@8 R4@12 W4@8 W4@12", NULL, NULL},
    {"if i32", "R4@8", NULL, NULL},
    {"not touched", "", NULL, NULL},

    {"array[0] = 1", "W4@60", NULL, NULL},
    {"array[i] += 1", "R4@72 W4@72", NULL, NULL},
    {"sum of array", "R4@60 R4@64 R4@68 R4@72 R4@76", NULL, NULL},
    {"line.to.y = 1", "W4@92", NULL, NULL},
    {"inner.weight = 1", "W8@96", NULL, NULL},
    {"corners[1].x += 1", "R4@112 W4@112", NULL, NULL},
    {"point = point", "W8@80 R8@88", "R8@88 W8@80",
     "a struct copied within shared memory"},
    {"read line", "r40@80", NULL, NULL},
    {"write line", "w40@80", NULL, NULL},
    {"write point", "W4@80 W4@84", "W8@80", "a struct literal"},

    {"packed.two = 1", "W2@121", NULL, NULL},
    {"packed.four += 1", "R4@123 W4@123", NULL, NULL},
    {"packed.eight = 1", "W8@127", NULL, NULL},
    {"read packed.real", "R4@135", NULL, NULL},

    STRUCT("1", "R", "W"),
    STRUCT("2", "R", "W"),
    STRUCT("3", "r", "w"),
    STRUCT("4", "R", "W"),
    STRUCT("5", "r", "w"),
    STRUCT("7", "r", "w"),
    STRUCT("8", "R", "W"),
    STRUCT("12", "r", "w"),
    STRUCT("16", "R", "W"),
    STRUCT("17", "r", "w"),
    STRUCT("24", "r", "w"),
    STRUCT("32", "r", "w"),
    STRUCT("64", "r", "w"),

    ATOMIC("8", "1@144"),
    ATOMIC("16", "2@146"),
    ATOMIC("32", "4@148"),
    ATOMIC("64", "8@152"),
    {"swap that succeeds", "U4@148", NULL, NULL},
    {"swap that fails", "R4@148", NULL, NULL},
    {"weak swap that fails", "R8@152", NULL, NULL},
    {"atomic += 1", "U4@148", NULL, NULL},
    {"atomic++", "U4@148", NULL, NULL},
    {"__atomic_load_n", "R4@8", NULL, NULL},
    {"__atomic_store_n", "W4@8", NULL, NULL},
    {"__atomic_add_fetch", "U4@8", NULL, NULL},
    {"__sync_fetch_and_add", "U4@8", NULL, NULL},
    {"fence", "", NULL, NULL},

    {"memcpy in", "w24@256", NULL, NULL},
    {"memcpy out", "r24@192", NULL, NULL},
    {"memcpy within", "r24@192 w24@256", NULL, NULL},
    {"memmove", "r24@192 w24@200", NULL, NULL},
    {"memset", "w24@256", NULL, NULL},
    {"memcpy 4", "W4@256", NULL, NULL},
    {"memcpy 0", "", NULL, NULL},
    {"memcpy 24", "w24@256", NULL, NULL},
    {"memcpy of a text", "W8@256", NULL, NULL},
    {"memset 8", "W8@256", NULL, NULL},
    {"memset 24", "w24@256", NULL, NULL},
    {"memmove 8", "R8@192 W8@256", NULL, NULL},
    {"strcpy of a text", "", "w9@256", "strcpy() of a literal"},
    {"strcpy in", "w5@256", NULL, NULL},
    {"strcpy out", "r5@256", NULL, NULL},
    {"memcpy own", "", NULL, NULL},

    {"read int128", "R16@320", NULL, NULL},
    {"write int128", "W16@320", NULL, NULL},
    {"write long double", "W16@176", "", "long double"},
    {"read long double", "R16@176", "", "long double"},
    {"write bit-field", "W1@160", "R1@160 W1@160", "bit-field"},
    {"read bit-field", "R1@160", NULL, NULL},
    {"sprintf", "", NULL, "sprintf()"},
    {"strcat", "", NULL, "strcat()"},
    {"end", "", NULL, NULL},
};

enum { ACCESSES = sizeof all_accesses / sizeof *all_accesses };
