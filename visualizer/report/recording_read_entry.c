// SPDX-License-Identifier: MIT
/*
 * What takes several lines of a recording: a snapshot with its entries, and the fields of an
 * object. It is put together here, and goes onto the tape when the next line is of another
 * kind.
 */
#include "report/recording_private.h"

#include <errno.h>
#include <stdlib.h>

int file_put_mark(struct reader *reader, const struct mark *mark)
{
    struct tape *tape = reader->recording->tape;
    if (tape_marks(tape) >= MARKS_MOST) {
        return file_wrong(reader, "there are more than %d marks", MARKS_MOST);
    }
    return tape_mark(tape, mark) ? 0 : file_no_memory(reader);
}

int file_finish_pending(struct reader *reader)
{
    enum pending pending = reader->pending;
    reader->pending = PENDING_NOTHING;
    if (pending == PENDING_SNAPSHOT) {
        return file_put_mark(reader, &(struct mark){.kind = MARK_SNAPSHOT,
                                                    .snapshot = reader->snapshot,
                                                    .gap = reader->gap});
    }
    if (pending == PENDING_FIELDS) {
        return file_put_mark(reader, &(struct mark){.kind = MARK_FIELDS,
                                                    .object = reader->object,
                                                    .fields = reader->fields,
                                                    .field_count = reader->field_count});
    }
    return 0;
}

/* --- a snapshot --------------------------------------------------------------------------- */

static int begin_snapshot(struct reader *reader)
{
    unsigned grain = 0;
    struct snapshot *snapshot = reader->snapshot;
    memset(snapshot, 0, sizeof *snapshot);
    for (unsigned i = 0; i < MP_PROCESSES; i++) {
        snapshot->processes[i].parent = MP_NOBODY;
    }
    int rc = file_want_columns(reader, 5);
    rc = rc != 0 ? rc
                 : file_number(reader, &reader->columns[1], "number of steps",
                               UINT64_MAX >> 1, &snapshot->steps);
    rc = rc != 0
             ? rc
             : file_word(reader, &reader->columns[2], "grain", &recording_grains, &grain);
    rc = rc != 0 ? rc
                 : file_choice(reader, &reader->columns[3], "controlled", "free",
                               &snapshot->controlled);
    rc = rc != 0 ? rc
                 : file_choice(reader, &reader->columns[4], "gap", "whole", &reader->gap);
    if (rc == 0 && ++reader->snapshots > SNAPSHOTS_MOST) {
        rc = file_wrong(reader, "there are more than %d snapshots", SNAPSHOTS_MOST);
    }
    snapshot->grain = (enum mp_grain)grain;
    reader->steps = snapshot->steps;
    reader->pending = PENDING_SNAPSHOT;
    reader->last_object = -1;
    return rc;
}

static const struct member *find_member(const struct members *members,
                                        const struct column *column, size_t *length)
{
    const char *equals = memchr(column->text, '=', column->length);
    *length = equals != NULL ? (size_t)(equals - column->text) : 0;
    for (size_t i = 0; i < members->count && equals != NULL; i++) {
        const char *word = members->list[i].word;
        if (strncmp(word, column->text, *length) == 0 && word[*length] == '\0') {
            return &members->list[i];
        }
    }
    return NULL;
}

/* "pid=4711" */
static int read_member(struct reader *reader, const struct members *members,
                       const struct column *column, void *entry)
{
    size_t length;
    const struct member *member = find_member(members, column, &length);
    if (member == NULL) {
        return file_wrong(reader, "column %d is none of the members of this entry",
                          (int)(column - reader->columns) + 1);
    }
    struct column value = {column->text + length + 1, column->length - length - 1};
    if (member->is_signed) {
        int64_t number;
        int rc = file_signed(reader, &value, member->word, INT32_MIN, INT32_MAX, &number);
        if (rc == 0) {
            recording_set_member(member, entry, (uint64_t)number);
        }
        return rc;
    }
    uint64_t number;
    uint64_t most = UINT64_MAX >> (64 - 8 * member->size);
    int rc = file_number(reader, &value, member->word, most, &number);
    if (rc == 0) {
        recording_set_member(member, entry, number);
    }
    return rc;
}

/* Number, name, kind or life: what all entries begin with. */
static int begin_entry(struct reader *reader, const char *what, const struct words *words,
                       char *name, unsigned *word)
{
    if (reader->count < 4) {
        return file_wrong(reader, "the line has no number, name and %s", what);
    }
    int rc = file_text(reader, &reader->columns[2], "name", name, MP_NAME_SIZE);
    return rc != 0 ? rc : file_word(reader, &reader->columns[3], what, words, word);
}

static int read_process_entry(struct reader *reader)
{
    uint16_t slot;
    unsigned life = 0;
    if (reader->count < 2) {
        return file_wrong(reader, "the line has no number, name and life");
    }
    int rc = file_process(reader, &reader->columns[1], &slot);
    if (rc != 0) {
        return rc;
    }
    struct mp_process_entry *entry = &reader->snapshot->processes[slot];
    memset(entry, 0, sizeof *entry);
    reader->last_object = -1;
    rc = begin_entry(reader, "life", &recording_lives, entry->name, &life);
    for (int i = 4; rc == 0 && i < reader->count; i++) {
        rc = read_member(reader, &recording_process_members, &reader->columns[i], entry);
    }
    entry->life = (uint8_t)life;
    if (rc == 0 && entry->parent >= MP_PROCESSES && entry->parent != MP_NOBODY) {
        rc = file_wrong(reader, "the parent is %u; there are at most %u processes",
                        entry->parent, MP_PROCESSES);
    }
    return rc;
}

static int read_object_entry(struct reader *reader)
{
    uint16_t object;
    unsigned kind = 0;
    if (reader->count < 2) {
        return file_wrong(reader, "the line has no number, name and kind");
    }
    int rc = file_object(reader, &reader->columns[1], &object);
    if (rc != 0 || object == 0) {
        return rc != 0
                   ? rc
                   : file_wrong(reader, "the object number is 0, which is never used");
    }
    struct mp_object_entry *entry = &reader->snapshot->objects[object];
    memset(entry, 0, sizeof *entry);
    reader->snapshot->bytes[object] = NULL;
    reader->last_object = object;
    rc = begin_entry(reader, "kind", &recording_kinds, entry->name, &kind);
    for (int i = 4; rc == 0 && i < reader->count; i++) {
        struct column *column = &reader->columns[i];
        if (strncmp(column->text, "type=", 5) == 0) {
            struct column type = {column->text + 5, column->length - 5};
            rc = file_text(reader, &type, "type", entry->type, sizeof entry->type);
        } else {
            rc = read_member(reader, &recording_object_members, column, entry);
        }
    }
    entry->kind = (uint8_t)kind;
    if (rc == 0 && entry->owner >= MP_PROCESSES && entry->owner != MP_NOBODY) {
        rc = file_wrong(reader, "the owner is %u; there are at most %u processes",
                        entry->owner, MP_PROCESSES);
    }
    return rc;
}

static int read_bytes(struct reader *reader)
{
    uint16_t object;
    int rc = file_want_columns(reader, 3);
    rc = rc != 0 ? rc : file_object(reader, &reader->columns[1], &object);
    if (rc != 0) {
        return rc;
    }
    if (object != reader->last_object) {
        return file_wrong(reader, "the bytes of object %u do not stand below it", object);
    }
    const struct column *hex = &reader->columns[2];
    size_t size = recording_bytes(&reader->snapshot->objects[object]);
    if (hex->length != 2 * size || size == 0) {
        return file_wrong(reader,
                          "the object has %zu bytes to show, and here are %zu digits",
                          size, hex->length);
    }
    unsigned char *bytes = reader->bytes + (size_t)object * MODEL_BYTES;
    for (size_t i = 0; i < size; i++) {
        uint64_t byte;
        if (!file_hexadecimal(hex->text + 2 * i, 2, &byte)) {
            return file_wrong(reader, "byte %zu is not written as two digits", i + 1);
        }
        bytes[i] = (unsigned char)byte;
    }
    reader->snapshot->bytes[object] = bytes;
    return 0;
}

/* --- fields ------------------------------------------------------------------------------- */

static int begin_fields(struct reader *reader)
{
    int rc = file_want_columns(reader, 3);
    rc = rc != 0 ? rc : file_object(reader, &reader->columns[1], &reader->object);
    reader->field_count = 0;
    reader->pending = PENDING_FIELDS;
    return rc;
}

static int read_field(struct reader *reader)
{
    uint64_t offset = 0, size = 0;
    unsigned kind = 0;
    if (reader->field_count >= FIELDS_MOST || reader->all_fields >= ALL_FIELDS_MOST) {
        return file_wrong(reader, "there are more than %d fields here, or %d in all",
                          FIELDS_MOST, ALL_FIELDS_MOST);
    }
    struct field *field = &reader->fields[reader->field_count];
    memset(field, 0, sizeof *field);
    int rc = file_want_columns(reader, 5);
    rc = rc != 0 ? rc
                 : file_text(reader, &reader->columns[1], "name", field->name,
                             sizeof field->name);
    rc = rc != 0
             ? rc
             : file_number(reader, &reader->columns[2], "offset", UINT32_MAX, &offset);
    rc = rc != 0 ? rc
                 : file_number(reader, &reader->columns[3], "size", UINT32_MAX, &size);
    rc = rc != 0 ? rc
                 : file_word(reader, &reader->columns[4], "kind", &recording_field_kinds,
                             &kind);
    field->offset = (uint32_t)offset;
    field->size = (uint32_t)size;
    field->kind = (enum field_kind)kind;
    field->object = reader->object;
    reader->field_count++;
    reader->all_fields++;
    return rc;
}

/* --- which line it is --------------------------------------------------------------------- */

int file_entry_line(struct reader *reader)
{
    static const struct {
        const char *word;
        enum pending inside; /* NOTHING: begins something */
        int (*read)(struct reader *);
    } lines[] = {
        {"process", PENDING_SNAPSHOT, read_process_entry},
        {"object", PENDING_SNAPSHOT, read_object_entry},
        {"bytes", PENDING_SNAPSHOT, read_bytes},
        {"field", PENDING_FIELDS, read_field},
        {"snapshot", PENDING_NOTHING, begin_snapshot},
        {"fields", PENDING_NOTHING, begin_fields},
    };
    const char *word = reader->columns[0].text;
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        if (strcmp(word, lines[i].word) != 0) {
            continue;
        }
        bool begins = lines[i].inside == PENDING_NOTHING;
        if (!begins && reader->pending != lines[i].inside) {
            return file_wrong(
                reader, "\"%s\" stands alone: it belongs to a line \"%s\" above", word,
                lines[i].inside == PENDING_FIELDS ? "fields" : "snapshot");
        }
        int rc = begins ? file_finish_pending(reader) : 0;
        return rc != 0 ? rc : lines[i].read(reader);
    }
    return 1;
}
