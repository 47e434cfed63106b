// SPDX-License-Identifier: MIT
// Accesses of shared memory of all sorts, each under a name that is printed before it. Run
// under control by tests/unit/test_hooks.c, which knows what must be seen of each.
#include "mp.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum colour { RED, GREEN };

struct packed {
    uint8_t first;
    uint16_t two;
    uint32_t four;
    uint64_t eight;
    float real;
} __attribute__((packed));

#define BYTES(n)                                                                         \
    struct bytes##n {                                                                    \
        char bytes[n];                                                                   \
    }
BYTES(1);
BYTES(2);
BYTES(3);
BYTES(4);
BYTES(5);
BYTES(7);
BYTES(8);
BYTES(12);
BYTES(16);
BYTES(17);
BYTES(24);
BYTES(32);
BYTES(64);

struct point {
    int x, y;
};

struct line {
    struct point from, to;
    struct {
        double weight;
        struct point corners[2];
    } inner;
};

struct flags {
    unsigned low : 3;
    unsigned high : 5;
};

/* The whole of what is shared: offsets are written in test_hooks.c. */
struct shared {
    int8_t i8; /* 0 */
    uint8_t u8;
    bool truth;
    char letter;
    int16_t i16; /* 4 */
    uint16_t u16;
    int32_t i32; /* 8 */
    uint32_t u32;
    int64_t i64; /* 16 */
    uint64_t u64;
    float real; /* 32 */
    enum colour colour;
    double number;                 /* 40 */
    void *pointer;                 /* 48 */
    volatile int watched;          /* 56 */
    int array[5];                  /* 60 */
    struct line line;              /* 80 */
    struct packed packed;          /* 120 */
    _Alignas(8) _Atomic int8_t a8; /* 144 */
    _Atomic int16_t a16;
    _Atomic int32_t a32;                 /* 148 */
    _Atomic int64_t a64;                 /* 152 */
    struct flags flags;                  /* 160 */
    _Alignas(16) long double wide;       /* 176 */
    _Alignas(16) unsigned char from[64]; /* 192 */
    _Alignas(16) unsigned char to[64];   /* 256 */
    _Alignas(16) __int128 huge;          /* 320 */
};

_Static_assert(offsetof(struct shared, array) == 60, "test_hooks.c knows it");
_Static_assert(offsetof(struct shared, line) == 80, "test_hooks.c knows it");
_Static_assert(offsetof(struct shared, packed) == 120, "test_hooks.c knows it");
_Static_assert(offsetof(struct shared, a8) == 144, "test_hooks.c knows it");
_Static_assert(offsetof(struct shared, flags) == 160, "test_hooks.c knows it");
_Static_assert(offsetof(struct shared, from) == 192, "test_hooks.c knows it");
_Static_assert(offsetof(struct shared, huge) == 320, "test_hooks.c knows it");

static void name(const char *text)
{
    printf("%s\n", text);
}

#define CASE(text, statement)                                                            \
    do {                                                                                 \
        name(text);                                                                      \
        statement;                                                                       \
    } while (0)

/* Read, written, changed: each of one type. */
#define SCALAR(text, type, member)                                                       \
    do {                                                                                 \
        type own_;                                                                       \
        CASE("read " text, own_ = s->member);                                            \
        CASE("write " text, s->member = (type)1);                                        \
        CASE("copy " text, s->member = own_);                                            \
    } while (0)

static void scalars(struct shared *s)
{
    SCALAR("int8", int8_t, i8);
    SCALAR("uint8", uint8_t, u8);
    SCALAR("bool", bool, truth);
    SCALAR("char", char, letter);
    SCALAR("int16", int16_t, i16);
    SCALAR("uint16", uint16_t, u16);
    SCALAR("int32", int32_t, i32);
    SCALAR("uint32", uint32_t, u32);
    SCALAR("int64", int64_t, i64);
    SCALAR("uint64", uint64_t, u64);
    SCALAR("float", float, real);
    SCALAR("enum", enum colour, colour);
    SCALAR("double", double, number);
    SCALAR("volatile", int, watched);
    CASE("read pointer", (void)(s->pointer == NULL));
    CASE("write pointer", s->pointer = s);
}

static void changes(struct shared *s)
{
    CASE("i32 += 1", s->i32 += 1);
    CASE("i32++", s->i32++);
    CASE("++i32", ++s->i32);
    CASE("i32--", s->i32--);
    CASE("i32 = i32 + 1", s->i32 = s->i32 + 1);
    CASE("i32 *= u32", s->i32 *= (int)s->u32);
    CASE("i8 |= 1", s->i8 |= 1);
    CASE("i64 <<= 1", s->i64 <<= 1);
    CASE("double += 1", s->number += 1);
    CASE("truth = !truth", s->truth = !s->truth);
    CASE("watched += 1", s->watched += 1);
    CASE("i32 += 1 twice", {
        s->i32 += 1;
        s->i32 += 1;
    });
    CASE("swap", {
        int own = s->i32;
        s->i32 = (int)s->u32;
        s->u32 = (unsigned)own;
    });
    CASE("if i32", {
        if (s->i32 > 1000) {
            s->u32 = 0;
        }
    });
    CASE("not touched", (void)&s->i32);
}

static int sum(const int *numbers, int count)
{
    int total = 0;
    for (int i = 0; i < count; i++) {
        total += numbers[i];
    }
    return total;
}

static void parts(struct shared *s)
{
    int index = 3;
    struct line line;
    CASE("array[0] = 1", s->array[0] = 1);
    CASE("array[i] += 1", s->array[index] += 1);
    CASE("sum of array", index += sum(s->array, 5));
    CASE("line.to.y = 1", s->line.to.y = 1);
    CASE("inner.weight = 1", s->line.inner.weight = 1);
    CASE("corners[1].x += 1", s->line.inner.corners[1].x += 1);
    CASE("point = point", s->line.from = s->line.to);
    CASE("read line", line = s->line);
    CASE("write line", s->line = line);
    CASE("write point", s->line.from = ((struct point){1, 2}));
}

static void unaligned(struct shared *s)
{
    CASE("packed.two = 1", s->packed.two = 1);
    CASE("packed.four += 1", s->packed.four += 1);
    CASE("packed.eight = 1", s->packed.eight = 1);
    CASE("read packed.real", (void)(s->packed.real > 1));
}

#define STRUCT(n)                                                                         \
    do {                                                                                  \
        struct bytes##n own_ = {{0}};                                                     \
        CASE("read struct " #n, own_ = *(struct bytes##n *)s->from);                      \
        CASE("write struct " #n, *(struct bytes##n *)s->to = own_);                       \
        CASE("copy struct " #n, *(struct bytes##n *)s->to = *(struct bytes##n *)s->from); \
    } while (0)

static void structs(struct shared *s)
{
    STRUCT(1);
    STRUCT(2);
    STRUCT(3);
    STRUCT(4);
    STRUCT(5);
    STRUCT(7);
    STRUCT(8);
    STRUCT(12);
    STRUCT(16);
    STRUCT(17);
    STRUCT(24);
    STRUCT(32);
    STRUCT(64);
}

#define ATOMIC(text, member)                                                             \
    do {                                                                                 \
        CASE("load " text, (void)atomic_load(&s->member));                               \
        CASE("store " text, atomic_store(&s->member, 1));                                \
        CASE("exchange " text, (void)atomic_exchange(&s->member, 2));                    \
        CASE("fetch_add " text, (void)atomic_fetch_add(&s->member, 1));                  \
        CASE("fetch_sub " text, (void)atomic_fetch_sub(&s->member, 1));                  \
        CASE("fetch_or " text, (void)atomic_fetch_or(&s->member, 4));                    \
        CASE("fetch_and " text, (void)atomic_fetch_and(&s->member, 7));                  \
        CASE("fetch_xor " text, (void)atomic_fetch_xor(&s->member, 0));                  \
    } while (0)

static void atomics(struct shared *s)
{
    int expected = 6;
    int64_t wide = 7;
    ATOMIC("8", a8);
    ATOMIC("16", a16);
    ATOMIC("32", a32);
    ATOMIC("64", a64);
    CASE("swap that succeeds", atomic_compare_exchange_strong(&s->a32, &expected, 9));
    CASE("swap that fails", atomic_compare_exchange_strong(&s->a32, &expected, 9));
    CASE("weak swap that fails", atomic_compare_exchange_weak(&s->a64, &wide, 9));
    CASE("atomic += 1", s->a32 += 1);
    CASE("atomic++", s->a32++);
    CASE("__atomic_load_n", (void)__atomic_load_n(&s->i32, __ATOMIC_ACQUIRE));
    CASE("__atomic_store_n", __atomic_store_n(&s->i32, 1, __ATOMIC_RELEASE));
    CASE("__atomic_add_fetch", (void)__atomic_add_fetch(&s->i32, 1, __ATOMIC_RELAXED));
    CASE("__sync_fetch_and_add", (void)__sync_fetch_and_add(&s->i32, 1));
    CASE("fence", atomic_thread_fence(memory_order_seq_cst));
}

static void copies(struct shared *s)
{
    unsigned char own[64] = "";
    const char *volatile word = "four";
    volatile size_t size = 24; /* not known when compiled */
    CASE("memcpy in", memcpy(s->to, own, size));
    CASE("memcpy out", memcpy(own, s->from, size));
    CASE("memcpy within", memcpy(s->to, s->from, size));
    CASE("memmove", memmove(s->from + 8, s->from, size));
    CASE("memset", memset(s->to, 0, size));
    CASE("memcpy 4", memcpy(s->to, own, 4));
    CASE("memcpy 0", memcpy(s->to, own, size - 24));
    CASE("memcpy 24", memcpy(s->to, own, 24));
    CASE("memcpy of a text", memcpy(s->to, "seven b", 8));
    CASE("memset 8", memset(s->to, 0, 8));
    CASE("memset 24", memset(s->to, 1, 24));
    CASE("memmove 8", memmove(s->to, s->from, 8));
    CASE("strcpy of a text", strcpy((char *)s->to, "eight by"));
    CASE("strcpy in", strcpy((char *)s->to, word));
    CASE("strcpy out", strcpy((char *)own, (char *)s->to));
    CASE("memcpy own", memcpy(own, own + 32, size));
}

/* What is shown as something else, or not at all: the list of lab doctor. */
static void odd(struct shared *s)
{
    unsigned char own[64] = "12";
    CASE("read int128", (void)(s->huge > 1));
    CASE("write int128", s->huge = 1);
    CASE("write long double", s->wide = 1);
    CASE("read long double", (void)(s->wide > 2));
    CASE("write bit-field", s->flags.high = 3);
    CASE("read bit-field", (void)(s->flags.low > 1));
    CASE("sprintf", sprintf((char *)s->to, "%d", (int)own[0]));
    CASE("strcat", strcat((char *)s->to, (char *)own));
    CASE("end", (void)0);
}

static int all(void *arg)
{
    struct shared *s = arg;
    scalars(s);
    changes(s);
    parts(s);
    unaligned(s);
    structs(s);
    atomics(s);
    copies(s);
    odd(s);
    return 0;
}

int main(void)
{
    struct shared *shared = MP_SHARED(struct shared);
    mp_process *child;
    if (mp_process_create(&child, all, shared, NULL) != 0 ||
        mp_process_start(child) != 0 || mp_process_join(child, MP_FOREVER) != 0) {
        return 1;
    }
    return 0;
}
