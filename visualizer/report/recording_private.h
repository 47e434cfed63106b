// SPDX-License-Identifier: MIT
/*
 * What the files that write and read recordings share: words, members of entries, limits.
 */
#ifndef REPORT_RECORDING_PRIVATE_H
#define REPORT_RECORDING_PRIVATE_H

#include "report/recording.h"

#include <string.h>

enum {
    LINE_MOST = 1 << 20,   /* bytes of a line */
    PIECE_MOST = 1 << 17,  /* of a long text that goes on in the next line */
    CODE_MOST = 1 << 23,   /* of a schedule code */
    PLACES_MOST = 1 << 16, /* code addresses */
    MARKS_MOST = 1 << 22,
    SNAPSHOTS_MOST = 1 << 12,
    FIELDS_MOST = 1 << 10, /* of one object */
    ALL_FIELDS_MOST = 1 << 16,
    COLUMNS_MOST = 64,
};

/* Columns of an event, counted from 0. */
enum event_column {
    EVENT_STEP,
    EVENT_TIME,
    EVENT_PROCESS,
    EVENT_NAME,
    EVENT_OPERATION,
    EVENT_PHASE,
    EVENT_ABOUT,
    EVENT_VALUE,
    EVENT_LINE,
    EVENT_RAW, /* op, info, object, offset, value, place, order, when */
    EVENT_COLUMNS = EVENT_RAW + 8,
};

struct recorded_place {
    uint32_t address;
    struct source_place place;
};

#define RECORDING_FIRST_WORDS "forklab recording "

/* --- words (recording_words.c) -------------------------------------------------------- */

struct words {
    const char *const *list;
    size_t count;
};

extern const struct words recording_operations, recording_phases, recording_grains,
    recording_lives, recording_kinds, recording_field_kinds;

/* The word for a number; "?" where there is none. */
const char *recording_word(const struct words *words, unsigned number);
/* The other way round. False: there is no such word. */
bool recording_word_number(const struct words *words, const char *text, unsigned *number);

/* A text of the head. */
struct head_text {
    const char *word;
    uint16_t offset, size;
};
enum { HEAD_TEXTS = 7 };
extern const struct head_text recording_head_texts[HEAD_TEXTS];

/* A number in an entry of a snapshot. */
struct member {
    const char *word;
    uint16_t offset;
    uint8_t size;
    bool is_signed;
    bool is_address;
};
struct members {
    const struct member *list;
    size_t count;
};
extern const struct members recording_process_members, recording_object_members;

uint64_t recording_member(const struct member *member, const void *entry);
/* False: it does not fit. */
bool recording_set_member(const struct member *member, void *entry, uint64_t value);

/* What of an object's bytes a snapshot has; 0 where it has none. */
size_t recording_bytes(const struct mp_object_entry *entry);

/* Is the place of this deed a code address? */
static inline bool deed_has_place(const struct mp_deed *deed)
{
    return deed->place != 0 && deed->op != MP_OP_NAME && deed->op != MP_OP_CREATE;
}

/* FNV-1a over more bytes. */
#define CHECKSUM_BEGIN UINT64_C(0xcbf29ce484222325)
uint64_t recording_checksum(uint64_t sum, const char *bytes, size_t size);

/* --- writing (recording_write*.c) ----------------------------------------------------- */

struct recorder {
    FILE *out;
    const struct tape *tape;
    struct model *model; /* played along, for the names */
    struct recorded_place *places;
    size_t place_count;
    uint64_t first_when; /* clock ticks of the first event */
    uint64_t sum;
    char *line; /* what is put together, LINE_MOST bytes */
    size_t length;
    bool failed;
};

/* Puts something at the end of the line. */
void recorder_put(struct recorder *recorder, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void recorder_bytes(struct recorder *recorder, const char *bytes, size_t size);
/* A tab, and then the text, fit for a terminal; recorder_escaped(): without the tab. */
void recorder_text(struct recorder *recorder, const char *text);
void recorder_escaped(struct recorder *recorder, const char *bytes, size_t size);
/* A tab, and then what is in an array that has its end, or is full. */
void recorder_name(struct recorder *recorder, const char *name, size_t size);
/* Ends the line. */
void recorder_line(struct recorder *recorder);

/* Event number `index`, which the model has not seen yet; then it has. */
void recorder_event(struct recorder *recorder, uint64_t index);

/* What its value says, after the model has seen it; "-": nothing. (recording_write_value.c) */
void recorder_value(const struct recorder *recorder, const struct mp_deed *deed,
                    char *text, size_t size);
/* The 16 bytes of a name that this event has. */
void recorder_name_piece(const struct mp_deed *deed, char piece[16]);
/* Does it read or write shared memory? */
bool recorder_is_access(const struct mp_deed *deed);

/* What stands before an event; the model has not been told. */
void recorder_mark(struct recorder *recorder, const struct mark *mark);

/* Asks where the addresses of the tape are. 0; -ENOMEM. (recording.c) */
int recorder_find_places(struct recorder *recorder, struct snapshot *room,
                         place_finder *find, void *context);
/* NULL: not known. */
const struct source_place *recorder_place(const struct recorder *recorder,
                                          uint32_t address);

/* --- reading -------------------------------------------------------------------------- */

/* A piece of the line; ends with a zero. */
struct column {
    char *text;
    size_t length;
};

/* What the next lines may still add to. */
enum pending { PENDING_NOTHING, PENDING_SNAPSHOT, PENDING_FIELDS };

struct reader {
    FILE *in;
    const char *name;
    char *why;
    size_t why_size;
    struct recording *recording;

    /* lines (recording_lines.c) */
    char *buffer;
    size_t begin, end; /* of what has not been looked at */
    bool at_end;       /* of the file */
    unsigned long number;
    uint64_t sum;
    struct column columns[COLUMNS_MOST];
    int count;

    /* the head */
    unsigned told; /* which words of it have been there, a bit for each */
    uint64_t ticks, nanoseconds;
    size_t code_length;

    /* the tape */
    bool begun;
    uint64_t steps;
    enum pending pending;
    struct snapshot *snapshot;
    bool gap;
    unsigned char *bytes; /* MODEL_BYTES for each object */
    unsigned snapshots;
    int last_object; /* whose bytes may follow; -1: nobody's */
    uint16_t object;
    struct field *fields;
    size_t field_count, all_fields;
    bool complete; /* the last line was there */
};

/* Says what is wrong with this line. Returns -EINVAL. */
int file_wrong(struct reader *reader, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Likewise -ENOMEM. */
int file_no_memory(struct reader *reader);

/* The next line that is no comment, in columns. 1; 0: there is none; -errno, told. */
int file_next_line(struct reader *reader);

/* Has the line so many columns? 0; -EINVAL, told. */
int file_want_columns(struct reader *reader, int count);

/* Numbers of a column, called `what`, at most `most`. 0; -EINVAL, told. */
int file_number(struct reader *reader, const struct column *column, const char *what,
                uint64_t most, uint64_t *number);
int file_signed(struct reader *reader, const struct column *column, const char *what,
                int64_t least, int64_t most, int64_t *number);
int file_process(struct reader *reader, const struct column *column, uint16_t *slot);
int file_object(struct reader *reader, const struct column *column, uint16_t *object);
bool file_number_of(const struct column *column, uint64_t *number);
bool file_hexadecimal(const char *digits, size_t count, uint64_t *number);

/* One of these words. 0; -EINVAL, told. */
int file_word(struct reader *reader, const struct column *column, const char *what,
              const struct words *words, unsigned *number);
/* One of two words; *is: it is the first. */
int file_choice(struct reader *reader, const struct column *column, const char *first,
                const char *second, bool *is);

/* A text without its escapes, in its place. */
int file_escaped(struct reader *reader, struct column *column);
/* The same, cleaned, into `size` bytes; longer ones are refused. */
int file_text(struct reader *reader, struct column *column, const char *what, char *text,
              size_t size);

/* A line of the head. 0; -EINVAL; 1: it is none. (recording_read_head.c) */
int file_head_line(struct reader *reader);
/* Is there all that has to be? */
int file_check_head(struct reader *reader);

/* A line of a snapshot, or of fields. 0; -errno, told; 1: it is none. (recording_read_entry.c) */
int file_entry_line(struct reader *reader);
/* What was pending is whole, and goes onto the tape. */
int file_finish_pending(struct reader *reader);

/* A line of any other mark, or the last one. The same returns. (recording_read_mark.c) */
int file_mark_line(struct reader *reader);
int file_put_mark(struct reader *reader, const struct mark *mark);

#endif
