// SPDX-License-Identifier: MIT
// Recordings that are changed at random, a hundred thousand of them, the same each time:
// whatever is in it, nobody crashes.
#include "suite.h"
#include "unit/recordings.h"
#include "unit/sessions.h"

#include <malloc.h>

enum {
    VARIANTS = 3000, // in each part; in the long form more
    VARIANTS_LONG = 10000,
    PARTS = 10,
    WRITTEN_EVERY = 8
};

struct mutant {
    char *bytes;
    size_t size, room;
};

static void replace(struct mutant *mutant, size_t from, size_t length, const char *with,
                    size_t size)
{
    size_t end = from + length;
    if (mutant->size - length + size >= mutant->room) {
        return;
    }
    memmove(mutant->bytes + from + size, mutant->bytes + end, mutant->size - end);
    memcpy(mutant->bytes + from, with, size);
    mutant->size += size - length;
}

// One column, or one line, from somewhere on.
static size_t length_of(const struct mutant *mutant, size_t from, const char *ends)
{
    size_t end = from;
    while (end < mutant->size && strchr(ends, mutant->bytes[end]) == NULL) {
        end++;
    }
    return end - from;
}

static size_t some_place(const struct mutant *mutant, uint64_t *random, char behind)
{
    size_t at = (size_t)session_draw(random, mutant->size);
    while (at > 0 && mutant->bytes[at - 1] != behind) {
        at--;
    }
    return at;
}

static void change(struct mutant *mutant, uint64_t *random)
{
    static const char *const numbers[] = {"0",
                                          "1",
                                          "127",
                                          "128",
                                          "255",
                                          "511",
                                          "512",
                                          "4095",
                                          "65535",
                                          "4294967295",
                                          "-1",
                                          "18446744073709551615",
                                          "0x8000000000000000",
                                          "",
                                          "-",
                                          "\t",
                                          "snapshot",
                                          "process"};
    char bytes[2], line[512];
    size_t at = some_place(mutant, random, '\t'), length;
    const char *number = numbers[session_draw(random, sizeof numbers / sizeof *numbers)];
    switch (session_draw(random, 8)) {
    case 0:
        bytes[0] = (char)session_draw(random, 256);
        replace(mutant, (size_t)session_draw(random, mutant->size), 1, bytes, 1);
        break;
    case 1: // a line is gone, or there twice
        at = some_place(mutant, random, '\n');
        length = length_of(mutant, at, "\n") + 1;
        length = length > mutant->size - at ? mutant->size - at : length;
        memcpy(line, mutant->bytes + at, length < sizeof line ? length : 0);
        replace(mutant, session_draw(random, 2) ? at : some_place(mutant, random, '\n'),
                0, line, length < sizeof line ? length : 0);
        break;
    case 2:
        at = some_place(mutant, random, '\n');
        length = length_of(mutant, at, "\n");
        replace(mutant, at, length, "", 0);
        break;
    case 3:
        at = (size_t)session_draw(random, mutant->size);
        if (session_draw(random, 8) == 0) {
            mutant->size = at + 1;
        }
        break;
    default:
        replace(mutant, at, length_of(mutant, at, "\t\n"), number, strlen(number));
        break;
    }
}

// With a last line that is right: what is behind it is seen too.
static void close_again(struct mutant *mutant, uint64_t events, uint64_t marks)
{
    char *end = memmem(mutant->bytes, mutant->size, "\nend\t", 5);
    mutant->bytes[end != NULL ? (size_t)(end - mutant->bytes) + 1 : mutant->size] = '\0';
    char *whole = closed(mutant->bytes, (int)events, (int)marks);
    mutant->size = strlen(whole);
    memcpy(mutant->bytes, whole, mutant->size);
    free(whole);
}

static void count_what_is_there(const struct mutant *mutant, uint64_t *events,
                                uint64_t *marks)
{
    static const char *const words[] = {"snapshot", "fields",   "printed", "kernel",
                                        "expect",   "end-item", "outside", "killed",
                                        "stuck",    "dropped",  "finish"};
    *events = *marks = 0;
    for (size_t at = 0; at < mutant->size; at += length_of(mutant, at, "\n") + 1) {
        size_t length = length_of(mutant, at, "\t\r\n");
        const char *line = mutant->bytes + at;
        *events += *line == '-' || (*line >= '0' && *line <= '9');
        for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
            *marks += strlen(words[i]) == length && memcmp(line, words[i], length) == 0;
        }
    }
}

static uint64_t read_well;

// It is refused in one line; or it plays, and comes back when it is written, which takes the
// longest: of some of them.
static void look_at(const char *bytes, size_t size)
{
    char why[WHY];
    struct recording *recording = NULL, *again = NULL;
    struct playhead head;
    int rc = read_bytes(bytes, size, &recording, why);
    if (rc != 0 || recording == NULL) {
        agrees(rc == -EINVAL);
        agrees(strncmp(why, "race.txt:", 9) == 0 && strpbrk(why, "\n\r\x1b") == NULL);
        return;
    }
    struct model *model = tape_model(recording->tape, UINT64_MAX, &head);
    agrees(model != NULL);
    model_free(model);
    if (read_well++ % WRITTEN_EVERY != 0) {
        recording_free(recording);
        return;
    }
    char *text = recording_text(&recording->head, recording->tape, NULL, NULL);
    rc = read_bytes(text, strlen(text), &again, why);
    agrees_or(rc == 0 && again != NULL, "%s", why);
    if (again != NULL) {
        assert_tapes_equal(recording->tape, again->tape);
        recording_free(again);
    }
    recording_free(recording);
    free(text);
}

static void call(struct maker *maker, unsigned slot, enum mp_op op, unsigned object,
                 uint32_t offset, uint64_t value)
{
    maker_tell(maker, slot,
               (struct mp_deed){.op = (uint8_t)op,
                                .info = MP_DONE,
                                .object = (uint16_t)object,
                                .offset = offset,
                                .value = value});
}

// A little of all that numbers can be wrong about: a queue, a pool, and a snapshot of them.
static struct maker make_something_of_all(void)
{
    enum { POOL = 4 };
    static const uint64_t items[] = {6, 7};
    static struct snapshot room; // static: large
    struct maker made = maker_lost_update(), *maker = &made;
    struct playhead head;
    maker_create(maker, MAKER_LOCK, MP_KIND_LOCK, 512, 64, 0, "counter_lock", "");
    maker_create(maker, MAKER_QUEUE, MP_KIND_QUEUE, 1024, 4096, 5, "jobs", "int");
    maker_create(maker, POOL, MP_KIND_POOL, 8192, 4096, 2, "workers", "int square");
    for (uint32_t i = 0; i < 3; i++) {
        call(maker, 0, MP_OP_QUEUE_PUT, MAKER_QUEUE, i, 5 + i);
    }
    call(maker, 1, MP_OP_QUEUE_GET, MAKER_QUEUE, 0, 5);
    call(maker, 0, MP_OP_TASKS_GIVE, POOL, 0, 6);
    call(maker, 1, MP_OP_TASK_TAKE, POOL, 0, 2);
    call(maker, 2, MP_OP_TASK_TAKE, POOL, 2, 2);
    call(maker, 1, MP_OP_TASK_FINISH, POOL, 0, 1);
    call(maker, 0, MP_OP_TASK_LOST, POOL, 2, 2);
    call(maker, 0, MP_OP_TASKS_CANCEL, POOL, 4, 2);
    maker_lock(maker, 1, MP_OP_LOCK_ACQUIRE, MP_DONE);
    struct model *model = tape_model(maker->tape, UINT64_MAX, &head);
    ck_assert_ptr_nonnull(model);
    for (unsigned i = 0; i < MP_PROCESSES; i++) {
        room.processes[i] = model->processes[i].entry;
    }
    memcpy(room.objects, model->objects, sizeof room.objects);
    room.bytes[MAKER_SHARED] = (const unsigned char *)"\1\0\0\0";
    room.bytes[MAKER_QUEUE] = (const unsigned char *)items;
    room.controlled = true;
    room.steps = model->steps;
    model_free(model);
    maker_mark(maker, (struct mark){.kind = MARK_SNAPSHOT, .snapshot = &room});
    maker_lock(maker, 1, MP_OP_LOCK_RELEASE, MP_DONE);
    return made;
}

START_TEST(whatever_is_in_it_nobody_crashes)
{
    struct maker maker = make_something_of_all();
    struct recording_head head = recording_head_made();
    char *text = recording_text(&head, maker.tape, maker_place, NULL);
    size_t size = strlen(text);
    struct mutant mutant = {.bytes = malloc(2 * size), .room = 2 * size - 100};
    uint64_t random = (uint64_t)_i;
    unsigned variants = suite_is_long() ? VARIANTS_LONG : VARIANTS;
    ck_assert_ptr_nonnull(mutant.bytes);
    mallopt(M_MMAP_THRESHOLD, 1 << 25); // the same memory for all: faster
    mallopt(M_TRIM_THRESHOLD, 1 << 28);
    for (unsigned i = 0; i < variants; i++) {
        memcpy(mutant.bytes, text, size + 1);
        mutant.size = size;
        for (uint64_t n = 1 + session_draw(&random, 3); n > 0; n--) {
            change(&mutant, &random);
        }
        if (session_draw(&random, 4) != 0) {
            uint64_t events, marks;
            count_what_is_there(&mutant, &events, &marks);
            close_again(&mutant, events, marks);
        }
        look_at(mutant.bytes, mutant.size);
    }
    ck_assert_uint_gt(read_well, variants / 20); // else nothing behind was tried
    ck_assert_uint_lt(read_well, variants * 3 / 4);
    free(mutant.bytes);
    free(text);
    maker_end(&maker);
}
END_TEST

int main(void)
{
    const struct suite_test tests[] = {
        {.test = whatever_is_in_it_nobody_crashes, .timeout = 90, .to = PARTS},
    };

    return suite_run("recording_random", tests, sizeof tests / sizeof *tests);
}
