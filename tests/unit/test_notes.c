// SPDX-License-Identifier: MIT
// Tests of the notes in a program's file: of tests/programs/types.c as this compiler and
// clang have made it, and of files that are broken, by chance or on purpose.
#include "paths.h"
#include "scratch.h"
#include "suite.h"

#include "note.h"
#include "session/debuginfo.h"
#include "world.h"

#include <elf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BROKEN = 4000 }; // variants of a file

static const char *const programs[] = {"tests/programs/types",
                                       "tests/programs-clang/types"};

START_TEST(notes_tell_the_catalogue_entry)
{
    struct demo_entry entry;
    const char *path = built(programs[_i]);

    if (_i > 0 && access(path, R_OK) != 0) {
        return; // there is no clang
    }
    ck_assert_int_eq(demo_entry_read(path, &entry), 0);
    ck_assert(entry.built_with_mp && entry.hooked);
    ck_assert_uint_eq(entry.layout, MP_WORLD_LAYOUT);
    ck_assert_str_eq(entry.summary, "types of all sorts, naïve ones too");
    ck_assert_str_eq(entry.watch, "--increments 5");
    ck_assert_str_eq(entry.explore, "--increments 1");
    ck_assert_str_eq(entry.grain, "memory");
    ck_assert_str_eq(entry.twin, "other");
    ck_assert_str_eq(entry.end, "-1");
    ck_assert_str_eq(entry.rate, "bytes");
    ck_assert_str_eq(entry.shape, "--increments N");
}
END_TEST

START_TEST(programs_without_notes_are_programs)
{
    struct demo_entry entry;

    ck_assert_int_eq(demo_entry_read("/bin/sh", &entry), 0);
    ck_assert(!entry.built_with_mp && !entry.hooked);
    ck_assert_uint_eq(entry.layout, 0);
    ck_assert_str_eq(entry.summary, "");
}
END_TEST

START_TEST(other_files_are_no_programs)
{
    struct demo_entry entry;
    char folder[] = "/tmp/test_debuginfo.XXXXXX";
    char pipe[64];

    ck_assert_int_eq(demo_entry_read("/nowhere/at/all", &entry), -ENOENT);
    ck_assert_int_eq(demo_entry_read("/", &entry), -ENOEXEC);
    ck_assert_int_eq(demo_entry_read(source("Makefile"), &entry), -ENOEXEC);
    ck_assert_int_eq(demo_entry_read("/dev/null", &entry), -ENOEXEC);

    ck_assert_ptr_nonnull(mkdtemp(folder));
    snprintf(pipe, sizeof(pipe), "%s/pipe", folder);
    ck_assert_int_eq(mkfifo(pipe, 0600), 0);
    int rc = demo_entry_read(pipe, &entry); // and does not wait for a writer
    unlink(pipe);
    rmdir(folder);
    ck_assert_int_eq(rc, -ENOEXEC);
}
END_TEST

START_TEST(programs_of_other_machines_are_refused)
{
    static const struct {
        size_t place;
        unsigned char byte;
    } changes[] = {
        {0, 'x'},
        {EI_CLASS, ELFCLASS32},
        {EI_DATA, ELFDATA2MSB},
        {offsetof(Elf64_Ehdr, e_machine), EM_386},
        {offsetof(Elf64_Ehdr, e_type), ET_REL},
        {offsetof(Elf64_Ehdr, e_type), ET_CORE},
        {offsetof(Elf64_Ehdr, e_phentsize), 1},
    };
    struct demo_entry entry;
    size_t size;
    unsigned char *bytes = scratch_read(built(programs[0]), &size);

    struct scratch file = scratch_file(bytes, size);
    for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
        size_t place = changes[i].place;
        ck_assert_int_eq(pwrite(file.fd, &changes[i].byte, 1, (off_t)place), 1);
        ck_assert_int_eq(demo_entry_read(file.path, &entry), -ENOEXEC);
        ck_assert_int_eq(pwrite(file.fd, bytes + place, 1, (off_t)place), 1);
    }
    ck_assert_int_eq(demo_entry_read(file.path, &entry), 0);
    close(file.fd);
    free(bytes);
}
END_TEST

// A program that is nothing but notes, to be changed before it is read.
struct tiny {
    Elf64_Ehdr head;
    Elf64_Phdr segment;
    struct mp_note_build builds[2];
    struct mp_note_demo demo;
};

static struct tiny make_tiny(void)
{
    struct tiny tiny = {
        .segment = {.p_type = PT_NOTE, .p_offset = offsetof(struct tiny, builds)},
        .builds = {{{8, 8, MP_NOTE_BUILD, MP_NOTE_NAME}, 1, 0},
                   {{8, 8, MP_NOTE_BUILD, MP_NOTE_NAME}, 1, 0}},
        .demo = {{8, MP_NOTE_TEXT, MP_NOTE_DEMO, MP_NOTE_NAME}, "summary=tiny"},
    };
    size_t size;
    unsigned char *bytes = scratch_read(built(programs[0]), &size);

    memcpy(&tiny.head, bytes, sizeof(tiny.head));
    free(bytes);
    tiny.head.e_phoff = offsetof(struct tiny, segment);
    tiny.head.e_phnum = 1;
    tiny.segment.p_filesz = sizeof(tiny.builds) + sizeof(tiny.demo);
    tiny.segment.p_align = 4;
    return tiny;
}

static int read_tiny(const struct tiny *tiny, struct demo_entry *entry)
{
    struct scratch file = scratch_file(tiny, sizeof(*tiny));
    int rc = demo_entry_read(file.path, entry);

    close(file.fd);
    return rc;
}

START_TEST(one_hooked_file_makes_a_hooked_program)
{
    struct tiny tiny = make_tiny();
    struct demo_entry entry;

    ck_assert_int_eq(read_tiny(&tiny, &entry), 0);
    ck_assert(entry.built_with_mp && !entry.hooked);
    for (int i = 0; i < 2; i++) {
        tiny = make_tiny();
        tiny.builds[i].hooked = 1;
        ck_assert_int_eq(read_tiny(&tiny, &entry), 0);
        ck_assert(entry.hooked);
        ck_assert_str_eq(entry.summary, "tiny");
    }
}
END_TEST

START_TEST(notes_of_others_are_passed_over)
{
    struct tiny tiny = make_tiny();
    struct demo_entry entry;

    memcpy(tiny.builds[0].head.name, "strange", 8);
    tiny.builds[0].layout = 9;
    tiny.builds[1].head.type = 77;
    tiny.builds[1].hooked = 1;
    ck_assert_int_eq(read_tiny(&tiny, &entry), 0);
    ck_assert(!entry.built_with_mp && !entry.hooked);
    ck_assert_uint_eq(entry.layout, 0);
    ck_assert_str_eq(entry.summary, "tiny");
}
END_TEST

START_TEST(texts_of_notes_are_cut_and_cleaned)
{
    struct tiny tiny = make_tiny();
    struct demo_entry entry;

    snprintf(tiny.demo.text, MP_NOTE_TEXT, "summary=%0200d%cgrain=\x1b]0;\x07lives", 7, 0);
    ck_assert_int_eq(read_tiny(&tiny, &entry), 0);
    ck_assert_uint_eq(strlen(entry.summary), sizeof(entry.summary) - 1);
    ck_assert_str_eq(entry.grain, "?]0;?lives");

    memset(tiny.demo.text, 'x', MP_NOTE_TEXT); // no zero at the end
    memcpy(tiny.demo.text, "twin=", 5);
    ck_assert_int_eq(read_tiny(&tiny, &entry), 0);
    ck_assert_uint_eq(strlen(entry.twin), sizeof(entry.twin) - 1);
}
END_TEST

START_TEST(notes_that_lie_are_refused)
{
    struct demo_entry entry;

    for (int i = 0; i < 8; i++) {
        struct tiny tiny = make_tiny();
        switch (i) {
        case 0:
            tiny.segment.p_offset = sizeof(tiny);
            break;
        case 1:
            tiny.segment.p_offset = UINT64_MAX - 8;
            break;
        case 2:
            tiny.segment.p_filesz = UINT64_MAX;
            break;
        case 3:
            tiny.head.e_phoff = UINT64_MAX - 8;
            break;
        case 4:
            tiny.head.e_phnum = 3;
            break;
        case 5:
            tiny.demo.head.text_size = MP_NOTE_TEXT + 1;
            break;
        case 6:
            tiny.demo.head.name_size = UINT32_MAX;
            break;
        case 7:
            tiny.builds[0].head.text_size = 4;
            break;
        }
        if (i == 4) { // what follows the table is read as a part of it
            tiny.builds[0].head.name_size = PT_NOTE;
        }
        ck_assert_msg(read_tiny(&tiny, &entry) == -ENOEXEC, "case %d", i);
        ck_assert(!entry.built_with_mp);
    }
}
END_TEST

static void read_anyhow(const char *path)
{
    struct demo_entry entry;
    int rc = demo_entry_read(path, &entry);

    ck_assert_msg(rc == 0 || rc == -ENOEXEC, "%s", strerror(-rc));
    ck_assert_uint_lt(strlen(entry.summary), sizeof(entry.summary));
}

START_TEST(broken_programs_do_no_harm)
{
    size_t size;
    unsigned char *bytes = scratch_read(built(programs[0]), &size);

    scratch_break(bytes, size, 0, sizeof(Elf64_Ehdr), BROKEN / 4, read_anyhow);
    scratch_break(bytes, size, sizeof(Elf64_Ehdr), 1024, BROKEN / 2, read_anyhow);
    scratch_break(bytes, size, 0, size, BROKEN / 4, read_anyhow);
    free(bytes);

    struct tiny tiny = make_tiny();
    scratch_break(&tiny, sizeof(tiny), 0, offsetof(struct tiny, demo.text), BROKEN,
                  read_anyhow);
}
END_TEST

START_TEST(endless_notes_are_refused)
{
    // as many segments as can be, and each of them is the whole file
    struct tiny tiny = make_tiny();
    size_t size = sizeof(tiny.head) + UINT16_MAX * sizeof(tiny.segment);
    char *bytes = calloc(1, size);
    struct demo_entry entry;

    ck_assert_ptr_nonnull(bytes);
    tiny.head.e_phnum = UINT16_MAX;
    memcpy(bytes, &tiny.head, sizeof(tiny.head));
    tiny.segment.p_offset = 0;
    tiny.segment.p_filesz = 1 << 19;
    for (size_t i = 0; i < UINT16_MAX; i++) {
        memcpy(bytes + sizeof(tiny.head) + i * sizeof(tiny.segment), &tiny.segment,
               sizeof(tiny.segment));
    }
    struct scratch file = scratch_file(bytes, size);
    ck_assert_int_eq(demo_entry_read(file.path, &entry), -ENOEXEC);
    close(file.fd);
    free(bytes);
}
END_TEST

int main(void)
{
    const struct suite_test tests[] = {
        {.test = notes_tell_the_catalogue_entry, .from = 0, .to = 2},
        {.test = programs_without_notes_are_programs},
        {.test = other_files_are_no_programs},
        {.test = programs_of_other_machines_are_refused},
        {.test = one_hooked_file_makes_a_hooked_program},
        {.test = notes_of_others_are_passed_over},
        {.test = texts_of_notes_are_cut_and_cleaned},
        {.test = notes_that_lie_are_refused},
        {.test = broken_programs_do_no_harm},
        {.test = endless_notes_are_refused, .timeout = 5},
    };

    return suite_run("notes", tests, sizeof tests / sizeof *tests);
}
