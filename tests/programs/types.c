// SPDX-License-Identifier: MIT
// A program whose shared types are of all sorts. tests/unit/test_debuginfo.c asks for
// their fields, and for the source lines of the places that it prints: "NAME ADDRESS
// LINE".
#include "demo.h"
#include "mp.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

DEMO("summary=types of all sorts, naïve ones too\0"
     "watch=--increments 5\0"
     "explore=--increments 1\0"
     "grain=memory\0"
     "of a later version=nobody knows it yet\0"
     "twin=other\0"
     "end=-1\0"
     "shape=--increments N\0"
     "rate=bytes");

enum { SEATS = 2 };

enum colour { RED, GREEN };
enum balance { DEBT = -1, EVEN };

typedef int counter_t;
typedef const volatile counter_t watched_t;
typedef int board_t[2][3];

struct shared {
    int counter;
};

struct seat {
    bool taken;
    short guest;
};

struct fork {
    unsigned long holder;
    _Atomic int free;
};

typedef struct {
    double x, y;
} point;

union word {
    uint32_t whole;
    unsigned char bytes[4];
};

struct everything {
    char letter;
    signed char tiny;
    unsigned char byte;
    char name[12];
    char names[2][4];
    struct {
        struct fork fork;
        volatile long wait;
    } left;
    struct seat seats[SEATS];
    point where;
    const union word word;
    unsigned flag : 1, mode : 3;
    enum colour colour;
    enum balance balance;
    struct everything *next;
    int (*call)(void);
    float small;
    long double large;
    board_t board;
    watched_t watched;
    _Atomic(uint64_t) total;
    atomic_bool ready;
    struct {
        int hidden;
        union {
            int first;
            float second;
        };
    };
    struct seat nobody[0];
    int rest[];
};

/* Keeps the types in the debug information. */
__attribute__((used)) static struct shared *shared;
__attribute__((used)) static struct everything *everything;
__attribute__((used)) static union word *word;
__attribute__((used)) static point *where;
__attribute__((used)) static size_t *size;

/* The place that it was called from. */
__attribute__((noinline)) static void *here(void)
{
    return __builtin_return_address(0);
}

static void in_function(void)
{
    printf("in_function %p %d\n", here(), __LINE__);
}

static inline __attribute__((always_inline)) void in_inlined(void)
{
    printf("in_inlined %p %d\n", here(), __LINE__);
}

int main(void)
{
    struct local {
        int inside;
    };
    struct local local = {0};

    printf("main %p %d\n", here(), __LINE__);
    in_function();
    in_inlined();
    return local.inside;
}
