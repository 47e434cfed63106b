// SPDX-License-Identifier: MIT
// Tests of source files line by line, and of what is fit for a terminal; and what the
// library's own sources do not use.
#include "paths.h"
#include "scratch.h"
#include "suite.h"

#include "model/clean.h"
#include "session/debuginfo.h"

#include <ctype.h>
#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MOST = 4 << 20 };

static struct source *open_text(const char *bytes, size_t length)
{
    struct scratch file = scratch_file(bytes, length);
    struct source *source = source_open(file.path);

    ck_assert_ptr_nonnull(source);
    close(file.fd);
    return source;
}

START_TEST(source_has_its_lines)
{
    static const char text[] = "first\n\nthird\r\nlast";
    struct source *source = open_text(text, sizeof(text) - 1);

    ck_assert_int_eq(source_lines(source), 4);
    ck_assert_str_eq(source_line(source, 1), "first");
    ck_assert_str_eq(source_line(source, 2), "");
    ck_assert_str_eq(source_line(source, 3), "third");
    ck_assert_str_eq(source_line(source, 4), "last");
    source_close(source);

    source = open_text("one\n", 4);
    ck_assert_int_eq(source_lines(source), 1);
    source_close(source);

    source = open_text("", 0);
    ck_assert_int_eq(source_lines(source), 0);
    source_close(source);
}
END_TEST

START_TEST(source_has_nothing_outside_its_lines)
{
    struct source *source = open_text("one\n", 4);

    ck_assert_str_eq(source_line(source, 0), "");
    ck_assert_str_eq(source_line(source, -1), "");
    ck_assert_str_eq(source_line(source, 2), "");
    source_close(source);
    ck_assert_str_eq(source_line(NULL, 1), "");
    ck_assert_int_eq(source_lines(NULL), 0);
    source_close(NULL);
}
END_TEST

START_TEST(source_is_fit_for_a_terminal)
{
    static const char text[] = "\tint x;\n"
                               "ab\tc\td\n"
                               "n\xc3\xafve\t|\n"
                               "\x1b[2J\x07\n"
                               "a\0b \xff \xc2\x9b \x7f\n";
    struct source *source = open_text(text, sizeof(text) - 1);

    ck_assert_str_eq(source_line(source, 1), "    int x;");
    ck_assert_str_eq(source_line(source, 2), "ab  c   d");
    ck_assert_str_eq(source_line(source, 3), "n\xc3\xafve    |");
    ck_assert_str_eq(source_line(source, 4), "?[2J?");
    ck_assert_str_eq(source_line(source, 5), "a?b ? ?? ?");
    source_close(source);
}
END_TEST

START_TEST(long_source_is_cut)
{
    char *text = malloc(MOST + 100);

    ck_assert_ptr_nonnull(text);
    memset(text, '\t', MOST + 100);
    struct source *source = open_text(text, MOST + 100);
    ck_assert_int_eq(source_lines(source), 1);
    ck_assert_uint_eq(strlen(source_line(source, 1)), 4ul * MOST);
    source_close(source);

    memset(text, '\n', MOST + 100);
    source = open_text(text, MOST + 100);
    ck_assert_int_eq(source_lines(source), MOST);
    source_close(source);
    free(text);
}
END_TEST

START_TEST(what_is_no_file_is_no_source)
{
    char folder[] = "/tmp/test_source.XXXXXX";
    char pipe[64];

    ck_assert_ptr_null(source_open("/nowhere/at/all.c"));
    ck_assert_ptr_null(source_open("/"));
    ck_assert_ptr_nonnull(mkdtemp(folder));
    snprintf(pipe, sizeof(pipe), "%s/pipe", folder);
    ck_assert_int_eq(mkfifo(pipe, 0600), 0);
    struct source *source = source_open(pipe); // and does not wait for a writer
    unlink(pipe);
    rmdir(folder);
    ck_assert_ptr_null(source);
}
END_TEST

START_TEST(only_whole_printing_characters_are_kept)
{
    static const struct {
        const char *bytes;
        size_t kept;
    } cases[] = {
        {"a", 1},
        {"~", 1},
        {" ", 1},
        {"\n", 0},
        {"\x7f", 0},
        {"", 0},
        {"\xc3\xa4", 2},
        {"\xc2\xa0", 2},
        {"\xc2\x80", 0},
        {"\xc2\x9f", 0},
        {"\xe2\x82\xac", 3},
        {"\xf0\x9f\x8d\xb4", 4},
        {"\xc3", 0},
        {"\xc3(", 0},
        {"\xa4", 0},
        {"\xe2\x82", 0},
        {"\xff", 0},
        {"\xc0\xaf", 0},
        {"\xe0\x80\xaf", 0},
        {"\xf0\x80\x80\xaf", 0}, // too long a form
        {"\xed\xa0\x80", 0},
        {"\xf4\x90\x80\x80", 0},
        {"\xe2\x80\xa8", 0},
        // changes of writing direction
        {"\xe2\x80\xae", 0},
        {"\xe2\x81\xa6", 0},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        size_t kept = clean_character(cases[i].bytes, strlen(cases[i].bytes));
        ck_assert_msg(kept == cases[i].kept, "case %zu: %zu bytes kept", i, kept);
    }
}
END_TEST

START_TEST(copies_are_cut_between_characters)
{
    char text[6];

    ck_assert(clean_copy(text, sizeof(text), "12345", 5));
    ck_assert_str_eq(text, "12345");
    ck_assert(!clean_copy(text, sizeof(text), "123456", 6));
    ck_assert_str_eq(text, "12345");
    ck_assert(!clean_copy(text, sizeof(text), "1234\xc3\xa4", 6));
    ck_assert_str_eq(text, "1234");
    ck_assert(clean_copy(text, sizeof(text), "a\x1b\xc3", 3));
    ck_assert_str_eq(text, "a??");
    ck_assert(clean_copy(text, sizeof(text), "", 0));
    ck_assert_str_eq(text, "");
}
END_TEST

// --- the library's own ---------------------------------------------------------------------

// A clock that can be set would change every limit; a thread would be lost in a fork; what
// has a name outlives who made it; and who dies in a pthread_cond_wait or a sem_wait takes
// the wake-up of another with it.
static const char *const banned[] = {
    "CLOCK_REALTIME",
    "gettimeofday",
    "sem_",
    "pthread_cond_",
    "time(",
    "pthread_create(",
    "thrd_create(",
    "shm_open",
    "mq_open",
    "shmget(",
    "semget(",
    "msgget(",
    "pthread_mutex_timedlock",
    "pthread_rwlock_",
    "pthread_barrier_",
    "clock_settime(",
};

// A word of its own, and not the end of another one: "mp_sem_" is ours.
static bool has_word(const char *line, const char *word)
{
    for (const char *at = line; (at = strstr(at, word)) != NULL; at++) {
        if (at == line || (!isalnum((unsigned char)at[-1]) && at[-1] != '_')) {
            return true;
        }
    }
    return false;
}

static int look_through(const char *name)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s", source("demos/mp"), name);
    struct source *text = source_open(path);
    ck_assert_msg(text != NULL, "%s cannot be read", path);
    int lines = source_lines(text);
    for (int number = 1; number <= lines; number++) {
        for (size_t i = 0; i < sizeof banned / sizeof *banned; i++) {
            ck_assert_msg(!has_word(source_line(text, number), banned[i]),
                          "%s:%d has %s: %s", name, number, banned[i],
                          source_line(text, number));
        }
    }
    source_close(text);
    return lines;
}

START_TEST(the_library_uses_no_settable_clock_and_nothing_with_a_name)
{
    DIR *folder = opendir(source("demos/mp"));
    int files = 0, lines = 0;

    ck_assert(has_word("x = sem_wait(&s);", "sem_") && !has_word("mp_sem_value", "sem_"));
    ck_assert_ptr_nonnull(folder);
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        size_t length = strlen(entry->d_name);
        if (length > 2 && entry->d_name[length - 2] == '.' &&
            strchr("ch", entry->d_name[length - 1]) != NULL) {
            lines += look_through(entry->d_name);
            files++;
        }
    }
    closedir(folder);
    ck_assert_int_gt(files, 30);
    ck_assert_int_gt(lines, 3000);
}
END_TEST

int main(void)
{
    const struct suite_test tests[] = {
        {.test = source_has_its_lines},
        {.test = source_has_nothing_outside_its_lines},
        {.test = source_is_fit_for_a_terminal},
        {.test = long_source_is_cut},
        {.test = what_is_no_file_is_no_source},
        {.test = only_whole_printing_characters_are_kept},
        {.test = copies_are_cut_between_characters},
        {.test = the_library_uses_no_settable_clock_and_nothing_with_a_name},
    };

    return suite_run("source", tests, sizeof tests / sizeof *tests);
}
