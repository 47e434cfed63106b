// SPDX-License-Identifier: MIT
// Tests of recordings: what is written is read again as the same tape, and a person and their
// tools can read it too. For files that are broken see test_recording_broken.c.
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

// Written and read again it is the same, and plays to the same.
static void assert_comes_back(const struct recording_head *head, const struct tape *tape,
                              place_finder *find, void *context)
{
    char *text = recording_text(head, tape, find, context);
    struct recording *recording = recording_of(text);
    assert_tapes_equal(tape, recording->tape);
    assert_play_equal(tape, recording->tape);
    char *again = recording_text(&recording->head, recording->tape, find, context);
    ck_assert_str_eq(text, again);
    free(again);
    free(text);
    recording_free(recording);
}

static void assert_tape_comes_back(const struct tape *tape)
{
    struct recording_head head = recording_head_made();
    assert_comes_back(&head, tape, maker_place, NULL);
}

// --- word for word -----------------------------------------------------------------------------

START_TEST(the_race_word_for_word)
{
    struct maker maker = maker_lost_update();
    char *text = write_text(maker.tape);
    size_t size;
    char *expected = (char *)scratch_read(source("tests/unit/recording.txt"), &size);
    expected = realloc(expected, size + 1);
    ck_assert_ptr_nonnull(expected);
    expected[size] = '\0';
    ck_assert_str_eq(text, expected);
    assert_tape_comes_back(maker.tape);
    free(expected);
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
    assert_tape_comes_back(maker.tape);
    maker_end(&maker);
}
END_TEST

// --- everything that there can be --------------------------------------------------------------

// Every operation in every phase, with numbers of all sizes.
static void tell_all(struct maker *maker)
{
    static const uint64_t values[] = {0, 1, 255, UINT32_MAX, INT64_MAX, UINT64_MAX};
    uint64_t random = 1;
    for (unsigned op = MP_OP_MAKE; op < MP_OPS; op++) {
        for (unsigned phase = 0; phase < MP_PHASES; phase++) {
            uint64_t value = values[session_draw(&random, 6)];
            bool step = session_draw(&random, 2) != 0;
            struct mp_deed deed = {
                .op = (uint8_t)op,
                .info = (uint8_t)(phase | (step ? MP_INFO_STEP : 0) |
                                  session_draw(&random, 4) << MP_INFO_SIZE_SHIFT),
                .object = (uint16_t)session_draw(&random, 6),
                .offset = (uint32_t)values[session_draw(&random, 4)],
                .place = (uint32_t)values[session_draw(&random, 4)],
                .value = op == MP_OP_NAME ? 0x7f1b095c41 : value};
            maker_tell(maker, (unsigned)session_draw(&random, MP_PROCESSES), deed);
        }
    }
}

static void mark_all(struct maker *maker)
{
    static const char bytes[] = "\x1b[2J\\n\t\\ \xc3\xa4 \xff\r\n\0 end";
    struct kernel_view view = {.state = 'S',
                               .parent = 4709,
                               .parent_name = "l\xc3\xa4"
                                              "b 1",
                               .cpu_ticks = UINT64_MAX,
                               .switches = 12,
                               .cpu = -1};
    struct field fields[3] = {
        {.name = "left.fork", .offset = 64, .size = 1, .kind = FIELD_BOOL},
        {.name = "na\xc3\xafve", .offset = 65, .size = 3, .kind = FIELD_BYTES},
        {.name = "", .offset = UINT32_MAX, .size = UINT32_MAX, .kind = FIELD_FLOAT}};
    maker_mark(maker, (struct mark){.kind = MARK_FIELDS,
                                    .object = MP_OBJECTS - 1,
                                    .fields = fields,
                                    .field_count = 3});
    maker_mark(maker, (struct mark){.kind = MARK_FIELDS, .object = 1});
    maker_mark(maker, (struct mark){
                          .kind = MARK_OUTPUT, .text = bytes, .size = sizeof bytes - 1});
    maker_mark(maker, (struct mark){.kind = MARK_OUTPUT, .text = "", .size = 0});
    maker_mark(maker, (struct mark){.kind = MARK_KERNEL, .slot = 127, .kernel = &view});
    view = (struct kernel_view){.cpu = 3};
    maker_mark(maker, (struct mark){.kind = MARK_KERNEL, .kernel = &view});
    maker_mark(maker, (struct mark){.kind = MARK_EXPECT,
                                    .text = "the sum",
                                    .number = (uint64_t)INT64_MIN});
    maker_mark(maker, (struct mark){.kind = MARK_EXPECT, .text = "", .number = 0});
    maker_mark(maker, (struct mark){.kind = MARK_END_ITEM, .text = "-1"});
    maker_mark(maker, (struct mark){.kind = MARK_OUTSIDE, .slot = 127});
    maker_mark(maker, (struct mark){.kind = MARK_KILLED, .slot = 1});
    maker_mark(maker, (struct mark){.kind = MARK_STUCK});
    maker_mark(maker, (struct mark){.kind = MARK_DROPPED, .number = UINT64_MAX});
}

// A snapshot in the middle: all members of an entry have a number of their own.
static void mark_snapshot(struct maker *maker, bool gap)
{
    static struct snapshot snapshot; // static: large
    static const unsigned char bytes[3] = {0, 0x7f, 0xff};
    static const uint64_t items[2] = {6, UINT64_MAX};
    struct mp_process_entry *process = &snapshot.processes[3];
    struct mp_object_entry *shared = &snapshot.objects[1],
                           *queue = &snapshot.objects[511];
    memset(&snapshot, 0, sizeof snapshot);
    snapshot.steps = 1234;
    snapshot.grain = MP_GRAIN_CALLS;
    *process = (struct mp_process_entry){
        .version = 1,
        .parent = 2,
        .life = MP_LIFE_ALIVE,
        .waiting = 1,
        .steps = 3,
        .reads = 4,
        .writes = 5,
        .unseen = 6,
        .pid = 4711,
        .status = -9,
        .generation = 7,
        .pool = 8,
        .notified = 1,
        .task = 9,
        .task_end = 10,
        .name = "a\tb",
        .now = {11, 12, 13, 14, 15, MP_OP_READ, 0x52},
        .last = {UINT64_MAX, UINT32_MAX, UINT32_MAX, UINT32_MAX, UINT16_MAX, 255, 255}};
    strcpy(process->name, "worker-1");
    *shared = (struct mp_object_entry){.version = 2,
                                       .generation = 3,
                                       .offset = 64,
                                       .size = 3,
                                       .kind = MP_KIND_SHARED,
                                       .owner = MP_NOBODY,
                                       .type = "char[3]"};
    *queue = (struct mp_object_entry){.version = 2,
                                      .generation = 3,
                                      .offset = 640,
                                      .size = 4096,
                                      .kind = MP_KIND_QUEUE,
                                      .broken = 1,
                                      .owner = 127,
                                      .place = 0x401200,
                                      .changes = 4,
                                      .parties = 5,
                                      .arrived = 6,
                                      .waited = 7,
                                      .given = 10,
                                      .taken = 8,
                                      .finished = 9,
                                      .members = {{1, UINT64_MAX}, {3, 4}},
                                      .messages = {5, 6},
                                      .name = "jobs",
                                      .type = "unsigned long long int"};
    snapshot.bytes[1] = bytes;
    snapshot.bytes[511] = (const unsigned char *)items;
    maker_mark(maker,
               (struct mark){.kind = MARK_SNAPSHOT, .snapshot = &snapshot, .gap = gap});
}

START_TEST(everything_comes_back)
{
    struct maker maker = maker_begin();
    maker_race(&maker);
    mark_all(&maker);
    tell_all(&maker);
    mark_snapshot(&maker, _i != 0);
    maker_life(&maker, 3, MP_OP_END, 0, 0);
    tell_all(&maker);
    maker_mark(&maker, (struct mark){.kind = MARK_FINISH});
    assert_tape_comes_back(maker.tape);
    maker_end(&maker);
}
END_TEST

START_TEST(a_tape_of_nothing_but_its_beginning_comes_back)
{
    struct maker maker = maker_begin();
    assert_tape_comes_back(maker.tape);
    maker_end(&maker);
}
END_TEST

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
    struct place place;
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

// What does not fit in one line goes on in the next.
START_TEST(very_long_texts_come_back)
{
    enum { LONG = 3000000 };
    struct maker maker = maker_begin();
    struct recording_head head = recording_head_made();
    char *code = malloc(LONG + 1), *bytes = malloc(LONG);
    ck_assert(code != NULL && bytes != NULL);
    for (size_t i = 0; i < LONG; i++) {
        code[i] = (char)('0' + i % 7);
        bytes[i] = (char)(i % 251);
    }
    code[LONG] = '\0';
    head.schedule = code;
    maker_mark(&maker, (struct mark){.kind = MARK_OUTPUT, .text = bytes, .size = LONG});
    char *text = recording_text(&head, maker.tape, NULL, NULL);
    struct recording *recording = recording_of(text);
    ck_assert_str_eq(recording->head.schedule, code);
    size_t at = 0;
    for (uint64_t i = 1; i < tape_marks(recording->tape); i++) {
        struct mark mark;
        tape_mark_at(recording->tape, i, &mark, NULL);
        ck_assert_uint_eq(mark.kind, MARK_OUTPUT);
        ck_assert_uint_le(mark.size, LONG - at);
        ck_assert_mem_eq(mark.text, bytes + at, mark.size);
        at += mark.size;
    }
    ck_assert_uint_eq(at, LONG);
    recording_free(recording);
    free(text);
    free(code);
    free(bytes);
    maker_end(&maker);
}
END_TEST

// --- runs --------------------------------------------------------------------------------------

static bool find_in_session(void *context, uint32_t address, struct place *place)
{
    struct source_place found;
    session_address(context, address, &found);
    memcpy(place->file, found.file, sizeof place->file);
    memcpy(place->function, found.function, sizeof place->function);
    place->line = found.line;
    return found.line > 0;
}

static const char *const commands[] = {
    "demos/process",
    "demos/lock_race --increments 20",
    "demos/lock_fixed --increments 5",
    "demos/queue",
    "demos/pool",
    "demos/when_workers_die",
};

START_TEST(runs_come_back)
{
    static struct session session;
    struct recording_head head = recording_head_made();
    session_begin(&session, commands[_i],
                  (struct run_setup){.grain = MP_GRAIN_MEMORY, .seed = 3});
    if (!session_wait(&session, session_has_ended, SESSION_LIMIT_MS)) {
        ck_abort_msg("%s does not end: %s", commands[_i], session_describe(&session));
    }
    ck_assert(session.kept && tape_is_whole(session.tape));
    ck_assert_uint_gt(tape_events(session.tape), 10);
    assert_comes_back(&head, session.tape, find_in_session, &session);

    char *text = recording_text(&head, session.tape, find_in_session, &session);
    struct recording *recording = recording_of(text);
    char line[256], played[256];
    struct playhead playhead;
    struct model *model = tape_model(recording->tape, UINT64_MAX, &playhead);
    ck_assert_ptr_nonnull(model);
    ck_assert_str_eq(model_last_line(model, played, sizeof played),
                     model_last_line(session.model, line, sizeof line));
    ck_assert_uint_eq(model_lost(model), model_lost(session.model));
    model_free(model);
    recording_free(recording);
    free(text);
    session_finish(&session);
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
        {.test = everything_comes_back, .to = 2},
        {.test = a_tape_of_nothing_but_its_beginning_comes_back},
        {.test = the_head_comes_back},
        {.test = what_the_head_does_not_say_is_empty},
        {.test = arguments_are_bounded},
        {.test = places_come_back},
        {.test = very_long_texts_come_back},
        {.test = runs_come_back, .to = sizeof commands / sizeof *commands},
        {.test = a_file_is_saved_whole_or_not_at_all,
         .setup = make_folder,
         .teardown = remove_folder},
        {.test = what_cannot_be_written_is_said},
    };

    return suite_run("recording", tests, sizeof tests / sizeof *tests);
}
