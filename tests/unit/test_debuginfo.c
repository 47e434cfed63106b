// SPDX-License-Identifier: MIT
// Tests of source lines and types: those of tests/programs/types.c as this compiler and
// clang have made it, and of files that are broken.
#include "paths.h"
#include "run.h"
#include "scratch.h"
#include "suite.h"

#include "session/debuginfo.h"
#include "session/spelling.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FIELDS = 64 };

// ---- Types as they are written

START_TEST(types_are_read_as_written)
{
    static const struct {
        const char *text;
        enum spelled_as as;
        enum field_kind kind;
        uint32_t size;
        const char *name;
    } cases[] = {
        {"int", SPELLED_SCALAR, FIELD_SIGNED, 4, ""},
        {" const  volatile int ", SPELLED_SCALAR, FIELD_SIGNED, 4, ""},
        {"unsigned", SPELLED_SCALAR, FIELD_UNSIGNED, 4, ""},
        {"unsigned short", SPELLED_SCALAR, FIELD_UNSIGNED, 2, ""},
        {"long int unsigned", SPELLED_SCALAR, FIELD_UNSIGNED, 8, ""},
        {"long long", SPELLED_SCALAR, FIELD_SIGNED, 8, ""},
        {"char", SPELLED_SCALAR, FIELD_CHAR, 1, ""},
        {"signed char", SPELLED_SCALAR, FIELD_SIGNED, 1, ""},
        {"unsigned char", SPELLED_SCALAR, FIELD_UNSIGNED, 1, ""},
        {"_Bool", SPELLED_SCALAR, FIELD_BOOL, 1, ""},
        {"bool", SPELLED_SCALAR, FIELD_BOOL, 1, ""},
        {"float", SPELLED_SCALAR, FIELD_FLOAT, 4, ""},
        {"double", SPELLED_SCALAR, FIELD_FLOAT, 8, ""},
        {"long double", SPELLED_SCALAR, FIELD_BYTES, 16, ""},
        {"_Atomic int", SPELLED_SCALAR, FIELD_SIGNED, 4, ""},
        {"_Atomic(unsigned long)", SPELLED_SCALAR, FIELD_UNSIGNED, 8, ""},
        {"void *", SPELLED_SCALAR, FIELD_POINTER, 8, ""},
        {"const struct seat *const *", SPELLED_SCALAR, FIELD_POINTER, 8, ""},
        {"_Atomic(struct seat *)", SPELLED_SCALAR, FIELD_POINTER, 8, ""},
        {"struct seat", SPELLED_STRUCT, 0, 0, "seat"},
        {"struct\tseat", SPELLED_STRUCT, 0, 0, "seat"},
        {"union word", SPELLED_UNION, 0, 0, "word"},
        {"enum colour const", SPELLED_ENUM, 0, 0, "colour"},
        {"counter_t", SPELLED_NAME, 0, 0, "counter_t"},
        {"structure", SPELLED_NAME, 0, 0, "structure"},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct spelling read;
        ck_assert_msg(spelling_read(&read, cases[i].text), "%s", cases[i].text);
        ck_assert_msg(read.as == cases[i].as && read.dimensions == 0, "%s", cases[i].text);
        ck_assert_str_eq(read.name, cases[i].name);
        if (read.as == SPELLED_SCALAR) {
            ck_assert_msg(read.kind == cases[i].kind, "%s", cases[i].text);
            ck_assert_uint_eq(read.size, cases[i].size);
        }
    }
}
END_TEST

START_TEST(lengths_of_arrays_are_read)
{
    struct spelling read;

    ck_assert(spelling_read(&read, "struct seat[4]"));
    ck_assert(read.as == SPELLED_STRUCT && read.dimensions == 1 && read.counts[0] == 4);
    ck_assert(spelling_read(&read, "int [ 2 ] [0x10u]"));
    ck_assert(read.dimensions == 2 && read.counts[0] == 2 && read.counts[1] == 16);
    ck_assert(spelling_read(&read, "char *[3]"));
    ck_assert(read.kind == FIELD_POINTER && read.dimensions == 1);
}
END_TEST

START_TEST(what_is_no_type_is_not_read)
{
    static const char *const texts[] = {
        "",
        " ",
        "*",
        "[4]",
        "struct",
        "struct struct x y",
        "int int",
        "unsigned signed int",
        "short long",
        "long long long",
        "long char",
        "unsigned double",
        "short float",
        "unsigned bool",
        "struct seat int",
        "seat place",
        "int[",
        "int[]",
        "int[n]",
        "int[-1]",
        "int[4",
        "int[4]]",
        "int[99999999999]",
        "int[1][1][1][1][1]",
        "int (*)(void)",
        "int)",
        "_Atomic(int",
        "4",
        "int 4",
        "typeof(x)",
        "int;",
        "struct 4x",
        "struct a_name_that_is_longer_than_any_name_that_is_kept_in_a_world_by_mp",
    };

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        struct spelling read;
        ck_assert_msg(!spelling_read(&read, texts[i]), "%s", texts[i]);
    }
}
END_TEST

START_TEST(nothing_is_known_of_what_has_no_debug_information)
{
    struct source_place place;
    struct field fields[FIELDS];

    ck_assert_ptr_null(debuginfo_open("/nowhere/at/all"));
    ck_assert_ptr_null(debuginfo_open(source("Makefile")));
    ck_assert_ptr_null(debuginfo_open("/"));
    ck_assert_ptr_null(debuginfo_open("/bin/sh"));
    ck_assert(!debuginfo_place(NULL, 0x401000, &place));
    ck_assert_uint_eq(debuginfo_fields(NULL, "int", "x", fields, FIELDS), 0);
    debuginfo_close(NULL);
}
END_TEST

#if HAVE_LIBDW

static const char *const programs[] = {"tests/programs/types",
                                       "tests/programs-clang/types"};

// The program as this compiler made it, or clang. NULL: there is no clang.
static struct debuginfo *open_program(int which)
{
    const char *path = built(programs[which]);
    struct debuginfo *info = debuginfo_open(path);
    bool may_be_missing = which == 1;

    ck_assert_msg(info != NULL || (may_be_missing && access(path, R_OK) != 0),
                  "%s has no debug information", path);
    return info;
}

// ---- Places

START_TEST(places_have_their_source_lines)
{
    struct debuginfo *info = open_program(_i);
    if (info == NULL) {
        return;
    }
    const char *const command[] = {built(programs[_i]), NULL};
    struct run_result said = run_program(command, NULL);
    int count = 0;

    run_assert_exit(&said, 0);
    for (const char *text = said.out; *text != '\0'; text = strchr(text, '\n') + 1) {
        struct source_place place;
        unsigned long address;
        char function[64];
        int line;

        ck_assert_int_eq(sscanf(text, "%63s %lx %d", function, &address, &line), 3);
        for (int again = 0; again < 2; again++) { // the second one is remembered
            // the call is before the address to which it returns
            ck_assert(debuginfo_place(info, address - 1, &place));
            ck_assert_str_eq(place.file, source("tests/programs/types.c"));
            ck_assert_str_eq(place.function, function);
            ck_assert_int_eq(place.line, line);
        }
        count++;
    }
    ck_assert_int_eq(count, 3);
    run_free(&said);
    debuginfo_close(info);
}
END_TEST

START_TEST(places_outside_the_code_are_not_known)
{
    static const uint64_t places[] = {0, 1, 0x1000, 0x7fffffffffff, UINT64_MAX};
    struct debuginfo *info = open_program(0);

    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        struct source_place place;
        ck_assert(!debuginfo_place(info, places[i], &place));
        ck_assert(!debuginfo_place(info, places[i], &place));
    }
    debuginfo_close(info);
}
END_TEST

// ---- Types

struct expected {
    const char *name;
    uint32_t offset, size;
    enum field_kind kind;
};

static void check_fields(struct debuginfo *info, const char *type, const char *name,
                         const struct expected *expected, size_t count)
{
    struct field fields[FIELDS];

    ck_assert_uint_eq(debuginfo_fields(info, type, name, fields, FIELDS), count);
    for (size_t i = 0; i < count; i++) {
        ck_assert_str_eq(fields[i].name, expected[i].name);
        ck_assert_msg(fields[i].offset == expected[i].offset &&
                          fields[i].size == expected[i].size &&
                          fields[i].kind == expected[i].kind,
                      "%s: offset %u, size %u, kind %d", fields[i].name, fields[i].offset,
                      fields[i].size, (int)fields[i].kind);
    }
}

#define CHECK_FIELDS(info, type, name, ...)                                              \
    check_fields((info), (type), (name), (const struct expected[]){__VA_ARGS__},         \
                 sizeof((const struct expected[]){__VA_ARGS__}) /                        \
                     sizeof(struct expected))

START_TEST(structs_are_flattened)
{
    struct debuginfo *info = open_program(_i);
    if (info == NULL) {
        return;
    }
    CHECK_FIELDS(
        info, "struct everything", "e", {"letter", 0, 1, FIELD_CHAR},
        {"tiny", 1, 1, FIELD_SIGNED}, {"byte", 2, 1, FIELD_UNSIGNED},
        {"name", 3, 12, FIELD_BYTES}, {"names[0]", 15, 4, FIELD_BYTES},
        {"names[1]", 19, 4, FIELD_BYTES}, {"left.fork.holder", 24, 8, FIELD_UNSIGNED},
        {"left.fork.free", 32, 4, FIELD_SIGNED}, {"left.wait", 40, 8, FIELD_SIGNED},
        {"seats[0].taken", 48, 1, FIELD_BOOL}, {"seats[0].guest", 50, 2, FIELD_SIGNED},
        {"seats[1].taken", 52, 1, FIELD_BOOL}, {"seats[1].guest", 54, 2, FIELD_SIGNED},
        {"where.x", 56, 8, FIELD_FLOAT}, {"where.y", 64, 8, FIELD_FLOAT},
        {"word.whole", 72, 4, FIELD_UNSIGNED}, /* and no bit-fields */
        {"colour", 80, 4, FIELD_UNSIGNED}, {"balance", 84, 4, FIELD_SIGNED},
        {"next", 88, 8, FIELD_POINTER}, {"call", 96, 8, FIELD_POINTER},
        {"small", 104, 4, FIELD_FLOAT}, {"large", 112, 16, FIELD_BYTES},
        {"board[0][0]", 128, 4, FIELD_SIGNED}, {"board[0][1]", 132, 4, FIELD_SIGNED},
        {"board[0][2]", 136, 4, FIELD_SIGNED}, {"board[1][0]", 140, 4, FIELD_SIGNED},
        {"board[1][1]", 144, 4, FIELD_SIGNED}, {"board[1][2]", 148, 4, FIELD_SIGNED},
        {"watched", 152, 4, FIELD_SIGNED}, {"total", 160, 8, FIELD_UNSIGNED},
        {"ready", 168, 1, FIELD_BOOL}, {"hidden", 172, 4, FIELD_SIGNED},
        {"first", 176, 4, FIELD_SIGNED});
    CHECK_FIELDS(info, "struct shared", "shared", {"counter", 0, 4, FIELD_SIGNED});
    CHECK_FIELDS(info, "const point", "p", {"x", 0, 8, FIELD_FLOAT},
                 {"y", 8, 8, FIELD_FLOAT});
    CHECK_FIELDS(info, "union word", "word", {"whole", 0, 4, FIELD_UNSIGNED});
    CHECK_FIELDS(info, "struct local", "x", {"inside", 0, 4, FIELD_SIGNED});
    debuginfo_close(info);
}
END_TEST

START_TEST(scalars_and_arrays_are_called_as_their_object)
{
    struct debuginfo *info = open_program(_i);
    if (info == NULL) {
        return;
    }
    CHECK_FIELDS(info, "int", "counter", {"counter", 0, 4, FIELD_SIGNED});
    CHECK_FIELDS(info, "int", "", {"value", 0, 4, FIELD_SIGNED});
    CHECK_FIELDS(info, "counter_t", "n", {"n", 0, 4, FIELD_SIGNED});
    CHECK_FIELDS(info, "size_t", "n", {"n", 0, 8, FIELD_UNSIGNED});
    CHECK_FIELDS(info, "enum balance", "b", {"b", 0, 4, FIELD_SIGNED});
    CHECK_FIELDS(info, "struct seat *", "here", {"here", 0, 8, FIELD_POINTER});
    CHECK_FIELDS(info, "double[2]", "d", {"d[0]", 0, 8, FIELD_FLOAT},
                 {"d[1]", 8, 8, FIELD_FLOAT});
    CHECK_FIELDS(info, "char[16]", "text", {"text", 0, 16, FIELD_BYTES});
    CHECK_FIELDS(info, "struct seat[2]", "seats", {"seats[0].taken", 0, 1, FIELD_BOOL},
                 {"seats[0].guest", 2, 2, FIELD_SIGNED},
                 {"seats[1].taken", 4, 1, FIELD_BOOL},
                 {"seats[1].guest", 6, 2, FIELD_SIGNED});
    CHECK_FIELDS(info, "struct shared[1]", "", {"value[0].counter", 0, 4, FIELD_SIGNED});
    debuginfo_close(info);
}
END_TEST

START_TEST(fields_keep_to_their_room)
{
    struct debuginfo *info = open_program(0);
    struct field fields[4] = {[3] = {.name = "untouched"}};

    ck_assert_uint_eq(debuginfo_fields(info, "struct everything", "e", fields, 3), 3);
    ck_assert_uint_eq(debuginfo_fields(info, "int[4000000000]", "e", fields, 3), 3);
    ck_assert_uint_eq(debuginfo_fields(info, "int", "e", fields, 0), 0);
    ck_assert_str_eq(fields[2].name, "e[2]");
    ck_assert_str_eq(fields[3].name, "untouched");
    debuginfo_close(info);
}
END_TEST

START_TEST(types_that_are_not_there_have_no_fields)
{
    static const char *const types[] = {"struct nobody",    "nobody_t", "union shared",
                                        "shared",           "void",     "int (*)(void)",
                                        "struct shared[0]", ""};
    struct debuginfo *info = open_program(0);

    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        struct field fields[FIELDS];
        ck_assert_msg(debuginfo_fields(info, types[i], "x", fields, FIELDS) == 0, "%s",
                      types[i]);
    }
    debuginfo_close(info);
}
END_TEST

// ---- Broken files

// libdw itself loses a few bytes when it meets nonsense: no leak of ours, should the leak
// sanitizer be here.
void __lsan_disable(void) __attribute__((weak));
void __lsan_enable(void) __attribute__((weak));

static void ask_anyhow(const char *path)
{
    if (__lsan_disable != NULL) {
        __lsan_disable();
    }
    struct debuginfo *info = debuginfo_open(path);
    struct source_place place;
    struct field fields[FIELDS];

    for (uint64_t address = 0x401000; address < 0x401800; address += 37) {
        debuginfo_place(info, address, &place);
    }
    debuginfo_fields(info, "struct everything", "e", fields, FIELDS);
    debuginfo_fields(info, "struct local", "e", fields, FIELDS);
    debuginfo_close(info);
    if (__lsan_enable != NULL) {
        __lsan_enable();
    }
}

START_TEST(broken_debug_information_does_no_harm)
{
    size_t size;
    unsigned char *bytes = scratch_read(built(programs[0]), &size);

    // headers, and everywhere else
    scratch_break(bytes, size, 0, 64, 50, ask_anyhow);
    scratch_break(bytes, size, size / 4, size, 200, ask_anyhow);
    free(bytes);
}
END_TEST

#endif

int main(void)
{
    const struct suite_test tests[] = {
        {.test = types_are_read_as_written},
        {.test = lengths_of_arrays_are_read},
        {.test = what_is_no_type_is_not_read},
        {.test = nothing_is_known_of_what_has_no_debug_information},
#if HAVE_LIBDW
        {.test = places_have_their_source_lines, .from = 0, .to = 2},
        {.test = places_outside_the_code_are_not_known},
        {.test = structs_are_flattened, .from = 0, .to = 2},
        {.test = scalars_and_arrays_are_called_as_their_object, .from = 0, .to = 2},
        {.test = fields_keep_to_their_room},
        {.test = types_that_are_not_there_have_no_fields},
        {.test = broken_debug_information_does_no_harm},
#endif
    };

    return suite_run("debuginfo", tests, sizeof tests / sizeof *tests);
}
