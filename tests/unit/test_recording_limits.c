// SPDX-License-Identifier: MIT
// How large a recording may be, and what may stand in it that was not written by the lab.
#include "suite.h"
#include "unit/recordings.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#define FIRST "forklab recording 1\n"
#define HEAD FIRST "program\tx\ngrain\tmemory\n"
#define TAPE HEAD "snapshot\t0\tmemory\tcontrolled\twhole\n"

// --- sizes -------------------------------------------------------------------------------------

// `text`, and then so many times `more`.
static char *much(const char *text, const char *more, size_t times, size_t *size)
{
    size_t length = strlen(text), each = strlen(more);
    char *bytes = malloc(length + times * each + 1);
    ck_assert_ptr_nonnull(bytes);
    memcpy(bytes, text, length);
    for (size_t i = 0; i < times; i++) {
        memcpy(bytes + length + i * each, more, each);
    }
    *size = length + times * each;
    bytes[*size] = '\0';
    return bytes;
}

static void assert_much_refused(const char *text, const char *more, size_t times,
                                const char *why)
{
    size_t size;
    char *bytes = much(text, more, times, &size);
    assert_refused(bytes, size, why);
    free(bytes);
}

START_TEST(what_is_too_much)
{
    static const char too_long[] = "race.txt:2: the line is longer than 1048576 bytes";
    assert_much_refused(FIRST, "x", 10 << 20, too_long);
    assert_much_refused(FIRST, "x", 1 << 20, too_long);
    assert_much_refused(FIRST, "\t", (1 << 20) - 1,
                        "race.txt:2: the file ends within this line: it was cut");
    assert_much_refused(FIRST "program", "\t", 100,
                        "race.txt:2: the file ends within this line: it was cut");
    assert_much_refused(FIRST "argument\t\\x0a", "\ta\n", 1,
                        "race.txt:2: a line \"argument\" has 2 columns, and here are 3");
    assert_much_refused(FIRST, "argument\tx\n", 65,
                        "race.txt:66: the arguments are more than 64, or longer than "
                        "4095 bytes");
    assert_much_refused(HEAD, "snapshot\t0\tmemory\tfree\tgap\n", 4097,
                        "race.txt:4100: there are more than 4096 snapshots");
    assert_much_refused(TAPE "fields\t1\tx\n", "field\tx\t0\t1\tbool\n", 1025,
                        "race.txt:1030: there are more than 1024 fields here, or 65536 "
                        "in all");
    assert_much_refused(TAPE, "stuck\n", 4194304,
                        "race.txt:4194308: there are more than 4194304 marks");
}
END_TEST

START_TEST(lines_with_many_columns)
{
    size_t size;
    char *bytes = much(TAPE "process\t0\tx\talive", "\tpid=1", 61, &size);
    bytes[size - 1] = '\n';
    assert_refused(bytes, size, "race.txt:5: the line has more than 64 columns");
    free(bytes);
}
END_TEST

START_TEST(zero_bytes)
{
    static const char zero[] = FIRST "program\tx\0y\n";
    char *nothing = calloc(1, 3 << 20);
    ck_assert_ptr_nonnull(nothing);
    assert_refused(zero, sizeof zero - 1,
                   "race.txt:2: there is a zero byte in this line: it is no text");
    assert_refused(nothing, 3 << 20, "race.txt:1: the line is longer than 1048576 bytes");
    nothing[10] = '\n';
    assert_refused(nothing, 20,
                   "race.txt:1: there is a zero byte in this line: it is no text");
    free(nothing);
}
END_TEST

// --- what may be -------------------------------------------------------------------------------

START_TEST(comments_may_be_added_and_line_ends_changed)
{
    struct maker maker = maker_lost_update();
    struct recording_head head = recording_head_made();
    char *text = recording_text(&head, maker.tape, maker_place, NULL);
    char *changed = malloc(8 * strlen(text)), *to = changed;
    ck_assert_ptr_nonnull(changed);
    for (const char *at = text; *at != '\0'; at++) {
        to = *at == '\n' ? stpcpy(to, "\r\n# look\r\n\r\n") : (*to = *at, to + 1);
    }
    *to = '\0';
    struct recording *recording = assert_read(changed);
    assert_tapes_equal(maker.tape, recording->tape);
    recording_free(recording);
    free(changed);
    free(text);
    maker_end(&maker);
}
END_TEST

// As what comes from a world: no control characters, no broken UTF-8.
START_TEST(texts_are_fit_for_a_terminal)
{
    char *text = closed(FIRST "program\t\\x1b[2J\x01\xffx\ntitle\t\\x00\\n\xc3\xa4\n"
                              "grain\tmemory\nschedule\t1m\\x07\n"
                              "snapshot\t0\tmemory\tcontrolled\twhole\n"
                              "process\t0\t\x1b]0;x\x07\talive\tparent=65535\n"
                              "object\t1\t\\tlock\tlock\ttype=\\x7f\n"
                              "expect\t\\rsum\t1\n",
                        0, 2);
    struct recording *recording = assert_read(text);
    ck_assert_str_eq(recording->head.program, "?[2J??x");
    ck_assert_str_eq(recording->head.title, "??\xc3\xa4");
    ck_assert_str_eq(recording->head.schedule, "1m?");
    static struct snapshot room; // static: large
    struct mark mark;
    tape_mark_at(recording->tape, 0, &mark, &room);
    ck_assert_str_eq(room.processes[0].name, "?]0;x?");
    ck_assert_str_eq(room.objects[1].name, "?lock");
    ck_assert_str_eq(room.objects[1].type, "?");
    tape_mark_at(recording->tape, 1, &mark, &room);
    ck_assert_str_eq(mark.text, "?sum");
    recording_free(recording);
    free(text);
}
END_TEST

START_TEST(what_cannot_be_opened)
{
    struct recording *recording;
    char why[WHY] = "", link[64], folder[] = "/tmp/test_recording.XXXXXX";
    ck_assert_int_eq(recording_read("/nowhere/race.txt", &recording, why, sizeof why),
                     -ENOENT);
    ck_assert_str_eq(why, "/nowhere/race.txt: No such file or directory");
    ck_assert_int_eq(recording_read("/", &recording, why, sizeof why), -EISDIR);
    ck_assert_str_eq(why, "/: Is a directory");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    snprintf(link, sizeof link, "%s/\x1b[2J", folder);
    ck_assert_int_eq(mkfifo(link, 0600), 0);
    int rc = recording_read(link, &recording, why, sizeof why); // waits for nobody
    unlink(link);
    rmdir(folder);
    ck_assert_int_eq(rc, -EINVAL);
    ck_assert_msg(strstr(why, "/?[2J: this is no file that can be read") != NULL, "%s",
                  why);
    ck_assert_ptr_null(recording);
}
END_TEST

int main(void)
{
    const struct suite_test tests[] = {
        {.test = what_is_too_much, .timeout = 60},
        {.test = lines_with_many_columns},
        {.test = zero_bytes},
        {.test = comments_may_be_added_and_line_ends_changed},
        {.test = texts_are_fit_for_a_terminal},
        {.test = what_cannot_be_opened},
    };

    return suite_run("recording_limits", tests, sizeof tests / sizeof *tests);
}
