// SPDX-License-Identifier: MIT
// Tests of recordings: a person and their tools can read them, word for word; their head, and
// the files that they are saved in. That they come back as they were: test_recording_back.c.
#include "paths.h"
#include "run.h"
#include "scratch.h"
#include "suite.h"
#include "unit/recordings.h"
#include "unit/sessions.h"

#include "report/recording.h"

#include <errno.h>
#include <sys/stat.h>

static char *write_text(const struct tape *tape)
{
    struct recording_head head = recording_head_made();
    return recording_text(&head, tape, maker_place, NULL);
}

// --- word for word -----------------------------------------------------------------------------

START_TEST(the_race_word_for_word)
{
    struct maker maker = maker_lost_update();
    char *text = write_text(maker.tape);
    size_t size;
    unsigned char *bytes = scratch_read(source("tests/unit/recording.txt"), &size);
    char *expected = strndup((char *)bytes, size);
    ck_assert_str_eq(text, expected);
    free(expected);
    free(bytes);
    free(text);
    maker_end(&maker);
}
END_TEST

static void prints(const char *command, const char *expected)
{
    const char *const argv[] = {"sh", "-c", command, NULL};
    const struct run_options how = {.cwd = source("tests/unit")};
    struct run_result result = run_program(argv, &how);
    run_assert_exit(&result, 0);
    ck_assert_str_eq(result.out, expected);
    run_free(&result);
}

START_TEST(cut_and_grep_find_their_way)
{
    prints("grep '^[0-9]' recording.txt | cut -f 1,4-9",
           "1\tincrement-1\tread\tdid\tcounter\t0\tlock_race.c:50\n"
           "2\tincrement-2\tread\tdid\tcounter\t0\tlock_race.c:50\n"
           "3\tincrement-1\twrite\tdid\tcounter\twas 0\tlock_race.c:51\n"
           "4\tincrement-2\twrite\tdid\tcounter\twas 1\tlock_race.c:51\n");
    prints("grep increment-2 recording.txt | cut -f 2,5-8 | tail -n 4",
           "9000\twrite\tdid\tcounter\twas 1\n"
           "9500\twrite\twrote\tcounter\t1\n"
           "10500\tend\tdid\t-\tstatus 0\n"
           "11500\tjoin\tdid\tincrement-2\tstatus 0\n");
    prints("grep -c wrote.counter recording.txt", "2\n");
    prints("sed -n 's/^printed.//p' recording.txt",
           "counter 1, expected 2, lost 1\\r\\n\n");
    prints("grep '^title' recording.txt | cut -f 2", "2 processes, 1 increment each\n");
}
END_TEST

// Event lines of a tape, their columns 4 to 8 only, but for names.
static void tells(const struct tape *tape, const char *expected)
{
    char *text = write_text(tape), *rest = text;
    char told[8192] = "";
    for (char *line; (line = strsep(&rest, "\n")) != NULL;) {
        char *column, *columns[17];
        int count = 0;
        bool is_event = *line == '-' || (*line >= '0' && *line <= '9');
        while (is_event && (column = strsep(&line, "\t")) != NULL && count < 17) {
            columns[count++] = column;
        }
        if (count == 17 && strcmp(columns[4], "name") != 0) {
            size_t used = strlen(told);
            snprintf(told + used, sizeof told - used, "%s %s %s %s %s\n", columns[3],
                     columns[4], columns[5], columns[6], columns[7]);
        }
    }
    ck_assert_msg(strstr(told, expected) != NULL, "%s\nis not in\n%s", expected, told);
    free(text);
}

START_TEST(events_have_words)
{
    struct maker maker = maker_begin();
    maker_race(&maker);
    maker_create(&maker, MAKER_LOCK, MP_KIND_LOCK, 512, 64, 0, "counter_lock", "");
    maker_create(&maker, MAKER_QUEUE, MP_KIND_QUEUE, 1024, 4096, 5, "jobs", "int");
    maker_lock(&maker, 1, MP_OP_LOCK_ACQUIRE, MP_WANT);
    maker_lock(&maker, 1, MP_OP_LOCK_ACQUIRE, MP_DONE);
    maker_lock(&maker, 2, MP_OP_LOCK_ACQUIRE, MP_DONE_RECOVERED);
    maker_tell(&maker, 1,
               (struct mp_deed){.op = MP_OP_QUEUE_PUT,
                                .info = MP_DONE | MP_INFO_STEP,
                                .object = MAKER_QUEUE,
                                .value = 6});
    maker_tell(&maker, 2,
               (struct mp_deed){.op = MP_OP_QUEUE_GET,
                                .info = MP_FAILED | MP_INFO_STEP,
                                .object = MAKER_QUEUE,
                                .value = EPIPE});
    maker_life(&maker, 2, MP_OP_SLEEP, 0, 50);
    maker_mark(&maker, (struct mark){.kind = MARK_KILLED, .slot = 2});
    maker_life(&maker, 2, MP_OP_DIE, 0, -9);
    tells(maker.tape, "main create did counter_lock lock\n"
                      "main create did jobs queue\n"
                      "increment-1 lock-acquire wants counter_lock -\n"
                      "increment-1 lock-acquire did counter_lock -\n"
                      "increment-2 lock-acquire recovered counter_lock -\n"
                      "increment-1 queue-put did jobs 6\n"
                      "increment-2 queue-get failed jobs EPIPE\n"
                      "increment-2 sleep did - 50 ms\n"
                      "increment-2 die did - signal 9\n");
    maker_end(&maker);
}
END_TEST

// --- the head ----------------------------------------------------------------------------------

START_TEST(the_head_comes_back)
{
    struct maker maker = maker_begin();
    struct recording_head head = recording_head_made();
    char *text = recording_text(&head, maker.tape, NULL, NULL);
    struct recording *recording = recording_of(text);
    const struct recording_head *read = &recording->head;
    ck_assert_str_eq(read->program, head.program);
    ck_assert_str_eq(read->path, head.path);
    ck_assert_str_eq(read->title, head.title);
    ck_assert_str_eq(read->summary, head.summary);
    ck_assert_str_eq(read->twin, head.twin);
    ck_assert_str_eq(read->lesson, head.lesson);
    ck_assert_str_eq(read->rate, head.rate);
    ck_assert_str_eq(read->schedule, head.schedule);
    ck_assert_uint_eq(read->grain, head.grain);
    ck_assert_uint_eq(read->seed, head.seed);
    ck_assert_int_eq(read->exit_status, head.exit_status);
    ck_assert(read->ended && read->repeatable && read->hooked);
    ck_assert_int_eq(read->argument_count, 2);
    ck_assert_str_eq(recording_argument(read, 0), "--increments");
    ck_assert_str_eq(recording_argument(read, 1), "1");
    ck_assert_str_eq(recording_argument(read, 2), "");
    ck_assert_str_eq(recording_argument(read, -1), "");
    recording_free(recording);
    free(text);
    maker_end(&maker);
}
END_TEST

START_TEST(what_the_head_does_not_say_is_empty)
{
    struct maker maker = maker_begin();
    struct recording_head head = {.program = "x", .grain = MP_GRAIN_LIVES};
    ck_assert(recording_add_argument(&head, "")); // an empty one is one
    char *text = recording_text(&head, maker.tape, NULL, NULL);
    struct recording *recording = recording_of(text);
    ck_assert_str_eq(recording->head.schedule, "");
    ck_assert_str_eq(recording->head.twin, "");
    ck_assert_uint_eq(recording->head.grain, MP_GRAIN_LIVES);
    ck_assert(!recording->head.ended && !recording->head.repeatable);
    ck_assert_int_eq(recording->head.argument_count, 1);
    recording_free(recording);
    free(text);
    maker_end(&maker);
}
END_TEST

START_TEST(arguments_are_bounded)
{
    struct recording_head head = {.argument_count = 0};
    char longest[sizeof head.argument_text];
    memset(longest, 'x', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    ck_assert(recording_add_argument(&head, longest));
    ck_assert(!recording_add_argument(&head, ""));
    ck_assert_int_eq(head.argument_count, 1);
    head.argument_count = 0;
    for (int i = 0; i < RECORDING_ARGUMENTS; i++) {
        ck_assert(recording_add_argument(&head, "x"));
    }
    ck_assert(!recording_add_argument(&head, "x"));
}
END_TEST

START_TEST(places_come_back)
{
    struct maker maker = maker_lost_update();
    struct source_place place;
    char *text = write_text(maker.tape);
    struct recording *recording = recording_of(text);
    ck_assert_uint_eq(recording->place_count, 2);
    ck_assert(recording_place(recording, MAKER_WRITES, &place));
    ck_assert_str_eq(place.file, "/lab/demos/lock_race.c");
    ck_assert_str_eq(place.function, "increment");
    ck_assert_int_eq(place.line, 51);
    ck_assert(recording_place(recording, MAKER_READS, &place));
    ck_assert_int_eq(place.line, 50);
    ck_assert(!recording_place(recording, MAKER_READS + 1, &place));
    recording_free(recording);
    free(text);
    maker_end(&maker);
}
END_TEST

// --- files -------------------------------------------------------------------------------------

static char folder[32];

static void make_folder(void)
{
    strcpy(folder, "/tmp/test_recording.XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
}

static void remove_folder(void)
{
    ck_assert_int_eq(rmdir(folder), 0); // nothing else is left in it
}

START_TEST(a_file_is_saved_whole_or_not_at_all)
{
    struct maker maker = maker_lost_update();
    struct tape *nothing = tape_new();
    struct recording_head head = recording_head_made();
    struct recording *recording;
    struct stat status;
    char path[64], why[512] = "";
    snprintf(path, sizeof path, "%s/race.txt", folder);
    umask(027);
    for (int i = 0; i < 2; i++) { // also over one that is there
        ck_assert_int_eq(
            recording_save(path, &head, maker.tape, NULL, NULL, why, sizeof why), 0);
        ck_assert_int_eq(recording_read(path, &recording, why, sizeof why), 0);
        assert_tapes_equal(maker.tape, recording->tape);
        recording_free(recording);
    }
    ck_assert_int_eq(stat(path, &status), 0);
    ck_assert_uint_eq(status.st_mode & 0777, 0640);

    ck_assert_int_eq(recording_save(path, &head, nothing, NULL, NULL, why, sizeof why),
                     -ENODATA);
    ck_assert_msg(strstr(why, "there is nothing that can be recorded") != NULL, "%s", why);
    ck_assert_int_eq(recording_read(path, &recording, why, sizeof why), 0);
    recording_free(recording);
    unlink(path);
    tape_free(nothing);
    maker_end(&maker);
}
END_TEST

START_TEST(what_cannot_be_written_is_said)
{
    struct maker maker = maker_lost_update();
    struct recording_head head = recording_head_made();
    char why[512] = "";
    ck_assert_int_eq(recording_save("/nowhere/race.txt", &head, maker.tape, NULL, NULL,
                                    why, sizeof why),
                     -ENOENT);
    ck_assert_str_eq(why,
                     "/nowhere/race.txt: cannot be written: No such file or directory");
    ck_assert_int_eq(
        recording_save("/dev/full", &head, maker.tape, NULL, NULL, why, sizeof why),
        -ENOSPC);
    ck_assert_str_eq(why, "/dev/full: cannot be written: No space left on device");
    maker_end(&maker);
}
END_TEST

int main(void)
{
    const struct suite_test tests[] = {
        {.test = the_race_word_for_word},
        {.test = cut_and_grep_find_their_way},
        {.test = events_have_words},
        {.test = the_head_comes_back},
        {.test = what_the_head_does_not_say_is_empty},
        {.test = arguments_are_bounded},
        {.test = places_come_back},
        {.test = a_file_is_saved_whole_or_not_at_all,
         .setup = make_folder,
         .teardown = remove_folder},
        {.test = what_cannot_be_written_is_said},
    };

    return suite_run("recording", tests, sizeof tests / sizeof *tests);
}
