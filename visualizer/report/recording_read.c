// SPDX-License-Identifier: MIT
/*
 * Reading a recording. Nothing in the file is trusted: each line is checked before it is put
 * on the tape, as what comes from a world is; the first that is wrong ends it. See
 * recording.h.
 */
#include "model/clean.h"
#include "report/recording_private.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* --- events ------------------------------------------------------------------------------- */

/* The columns behind the words, as struct mp_event has them. */
static int read_raw(struct reader *reader, struct mp_event *event)
{
    static const struct {
        const char *what;
        uint64_t most;
    } parts[] = {
        {"operation", UINT8_MAX}, {"info", UINT8_MAX},   {"object", UINT16_MAX},
        {"offset", UINT32_MAX},   {"value", UINT64_MAX}, {"place", UINT32_MAX},
        {"order", UINT32_MAX},    {"time", UINT64_MAX},
    };
    uint64_t raw[sizeof parts / sizeof *parts];
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        int rc = file_number(reader, &reader->columns[EVENT_RAW + i], parts[i].what,
                             parts[i].most, &raw[i]);
        if (rc != 0) {
            return rc;
        }
    }
    *event = (struct mp_event){.when = raw[7],
                               .deed = {.op = (uint8_t)raw[0],
                                        .info = (uint8_t)raw[1],
                                        .object = (uint16_t)raw[2],
                                        .offset = (uint32_t)raw[3],
                                        .value = raw[4],
                                        .place = (uint32_t)raw[5],
                                        .order = (uint32_t)raw[6]}};
    return 0;
}

/* The same that is asked of an event that comes from a world. */
static int check_deed(struct reader *reader, const struct mp_deed *deed)
{
    bool is_name = deed->op == MP_OP_NAME;
    bool about_process =
        deed->op <= MP_OP_JOIN || (is_name && (deed->info & 0xf0) == MP_NAME_OF_PROCESS);
    if (deed->op == MP_OP_NONE || deed->op >= MP_OPS) {
        return file_wrong(reader, "the operation is %u; there are those from 1 to %d",
                          deed->op, MP_OPS - 1);
    }
    if (about_process && deed->object >= MP_PROCESSES) {
        return file_wrong(reader, "it is about process %u; there are at most %d",
                          deed->object, MP_PROCESSES);
    }
    if (deed->object >= MP_OBJECTS) {
        return file_wrong(reader, "it is about object %u; there are at most %d",
                          deed->object, MP_OBJECTS);
    }
    if (!is_name && mp_deed_phase(deed) >= MP_PHASES) {
        return file_wrong(reader,
                          "the phase in the info 0x%02x is %u; there are those to %d",
                          deed->info, (unsigned)mp_deed_phase(deed), MP_PHASES - 1);
    }
    return 0;
}

static int check_step(struct reader *reader, bool is_step)
{
    const struct column *column = &reader->columns[EVENT_STEP];
    bool none = strcmp(column->text, "-") == 0;
    uint64_t step = 0;
    int rc = none ? 0 : file_number(reader, column, "step", UINT64_MAX, &step);
    if (rc != 0) {
        return rc;
    }
    if (is_step == none) {
        return file_wrong(reader, none ? "it was a step, and has no number"
                                       : "it was no step, and has a number");
    }
    if (!none && step != ++reader->steps) {
        return file_wrong(reader, "this is step %llu; the next one is %llu",
                          (unsigned long long)step, (unsigned long long)reader->steps);
    }
    return 0;
}

static int read_event(struct reader *reader)
{
    struct tape *tape = reader->recording->tape;
    struct mp_event event;
    uint16_t slot = 0;
    int rc = file_finish_pending(reader);
    if (rc == 0 && reader->count != EVENT_COLUMNS) {
        rc = file_wrong(reader, "an event has %d columns, and here are %d", EVENT_COLUMNS,
                        reader->count);
    }
    rc = rc != 0 ? rc : file_process(reader, &reader->columns[EVENT_PROCESS], &slot);
    rc = rc != 0 ? rc : read_raw(reader, &event);
    rc = rc != 0 ? rc : check_deed(reader, &event.deed);
    if (rc == 0 && tape_events(tape) >= RECORDING_EVENTS_MOST) {
        rc = file_wrong(reader, "there are more than %d events", RECORDING_EVENTS_MOST);
    }
    if (rc != 0) {
        return rc;
    }
    uint64_t last_step = tape_last_step(tape);
    if (!tape_event(tape, slot, &event)) {
        return file_no_memory(reader);
    }
    return check_step(reader, tape_last_step(tape) != last_step);
}

/* --- lines -------------------------------------------------------------------------------- */

static int read_first_line(struct reader *reader)
{
    static const char words[] = RECORDING_FIRST_WORDS;
    size_t length = sizeof words - 1;
    int rc = file_next_line(reader);
    struct column *first = &reader->columns[0];
    if (rc < 0) {
        return rc;
    }
    if (rc == 0 || reader->number != 1 || strncmp(first->text, words, length) != 0) {
        reader->number = 1;
        return file_wrong(reader, "this is no recording: it does not begin with \"%s%d\"",
                          words, RECORDING_VERSION);
    }
    uint64_t version;
    struct column digits = {first->text + length, first->length - length};
    if (!file_number_of(&digits, &version) || version == 0 || reader->count != 1) {
        return file_wrong(reader, "the version of this recording is no number");
    }
    if (version != RECORDING_VERSION) {
        return file_wrong(reader,
                          "this recording is of version %llu; this lab reads version %d",
                          (unsigned long long)version, RECORDING_VERSION);
    }
    return 0;
}

static int read_tape_line(struct reader *reader)
{
    int rc = file_entry_line(reader);
    return rc == 1 ? file_mark_line(reader) : rc;
}

static int read_line(struct reader *reader)
{
    const char *word = reader->columns[0].text;
    bool is_event = *word == '-' || (*word >= '0' && *word <= '9');
    bool in_head = !reader->begun && strcmp(word, "snapshot") != 0;
    int rc = 0;
    if (reader->complete) {
        return file_wrong(reader, "this stands behind the last line, \"end\"");
    }
    if (!in_head && !reader->begun) {
        rc = file_check_head(reader);
        reader->begun = true;
    }
    if (rc != 0) {
        return rc;
    }
    if (is_event && !in_head) {
        return read_event(reader);
    }
    rc = is_event ? 1 : in_head ? file_head_line(reader) : read_tape_line(reader);
    if (rc == 1) {
        struct column *column = &reader->columns[0];
        char text[32];
        clean_copy(text, sizeof text, column->text, column->length);
        rc = file_wrong(reader,
                        in_head ? "\"%s\" is no word of the head; then comes a snapshot"
                                : "\"%s\" is no word for what can happen",
                        text);
    }
    return rc;
}

static int read_lines(struct reader *reader)
{
    int rc = read_first_line(reader);
    while (rc == 0 && (rc = file_next_line(reader)) == 1) {
        rc = read_line(reader);
    }
    if (rc == 0 && !reader->complete) {
        rc = file_wrong(reader, "this is not the last line, \"end\": the file was cut");
    }
    if (rc == 0) {
        tape_clock(reader->recording->tape, reader->ticks, reader->nanoseconds);
    }
    return rc;
}

/* --- all of it ---------------------------------------------------------------------------- */

static bool make_room(struct reader *reader)
{
    reader->recording = calloc(1, sizeof *reader->recording);
    reader->buffer = malloc(2 * (size_t)LINE_MOST);
    reader->snapshot = malloc(sizeof *reader->snapshot);
    reader->bytes = malloc((size_t)MP_OBJECTS * MODEL_BYTES);
    reader->fields = calloc(FIELDS_MOST, sizeof *reader->fields);
    if (reader->recording != NULL) {
        reader->recording->tape = tape_new();
        reader->recording->head.schedule = "";
    }
    return reader->recording != NULL && reader->recording->tape != NULL &&
           reader->buffer != NULL && reader->snapshot != NULL && reader->bytes != NULL &&
           reader->fields != NULL;
}

int recording_read_stream(FILE *in, const char *name, struct recording **out, char *why,
                          size_t size)
{
    char shown[256];
    struct reader reader = {.in = in,
                            .name = shown,
                            .why = why,
                            .why_size = size,
                            .sum = CHECKSUM_BEGIN,
                            .last_object = -1};
    clean_copy(shown, sizeof shown, name, strlen(name));
    int rc = make_room(&reader) ? read_lines(&reader) : file_no_memory(&reader);
    free(reader.buffer);
    free(reader.snapshot);
    free(reader.bytes);
    free(reader.fields);
    if (rc != 0) {
        recording_free(reader.recording);
        reader.recording = NULL;
    }
    *out = reader.recording;
    return rc;
}

/* Without waiting for somebody at the other end of a pipe that is no file. */
static FILE *open_file(const char *path, int *rc)
{
    struct stat file;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) {
        *rc = -errno;
        return NULL;
    }
    *rc = fstat(fd, &file) != 0        ? -errno
          : S_ISDIR(file.st_mode)      ? -EISDIR
          : S_ISREG(file.st_mode) == 0 ? -EINVAL
                                       : 0;
    FILE *in = *rc == 0 ? fdopen(fd, "r") : NULL;
    if (in == NULL) {
        *rc = *rc == 0 ? -ENOMEM : *rc;
        close(fd);
    }
    return in;
}

int recording_read(const char *path, struct recording **out, char *why, size_t size)
{
    int rc;
    *out = NULL;
    FILE *in = open_file(path, &rc);
    if (in == NULL) {
        char shown[256];
        clean_copy(shown, sizeof shown, path, strlen(path));
        snprintf(why, size, "%s: %s", shown,
                 rc == -EINVAL ? "this is no file that can be read" : strerror(-rc));
        return rc;
    }
    rc = recording_read_stream(in, path, out, why, size);
    fclose(in);
    return rc;
}
