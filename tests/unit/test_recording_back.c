// SPDX-License-Identifier: MIT
// What is recorded comes back: the same tape, event by event and mark by mark, which plays to
// the same model; of all that there can be on a tape, and of runs.
#include "suite.h"
#include "unit/recordings.h"
#include "unit/sessions.h"

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

START_TEST(the_race_comes_back)
{
    struct maker maker = maker_lost_update();
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

static bool find_in_session(void *context, uint32_t address, struct source_place *place)
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

int main(void)
{
    const struct suite_test tests[] = {
        {.test = the_race_comes_back},
        {.test = everything_comes_back, .to = 2},
        {.test = a_tape_of_nothing_but_its_beginning_comes_back},
        {.test = very_long_texts_come_back},
        {.test = runs_come_back, .to = sizeof commands / sizeof *commands},
    };

    return suite_run("recording_back", tests, sizeof tests / sizeof *tests);
}
