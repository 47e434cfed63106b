// SPDX-License-Identifier: MIT
/* Reading the head of a recording: what it is of, and where its code addresses are. */
#include "model/clean.h"
#include "report/recording_private.h"

#include <errno.h>
#include <stdlib.h>

static int add_argument(struct reader *reader)
{
    char text[sizeof reader->recording->head.argument_text];
    int rc = file_want_columns(reader, 2);
    rc = rc != 0 ? rc
                 : file_text(reader, &reader->columns[1], "argument", text, sizeof text);
    if (rc == 0 && !recording_add_argument(&reader->recording->head, text)) {
        rc =
            file_wrong(reader, "the arguments are more than %d, or longer than %zu bytes",
                       RECORDING_ARGUMENTS, sizeof text - 1);
    }
    return rc;
}

/* A very long one goes on in the next line. */
static int add_schedule(struct reader *reader)
{
    struct recording *recording = reader->recording;
    struct column *column = &reader->columns[1];
    size_t used = reader->code_length;
    int rc = file_want_columns(reader, 2);
    rc = rc != 0 ? rc : file_escaped(reader, column);
    if (rc != 0) {
        return rc;
    }
    if (column->length >= CODE_MOST - used) {
        return file_wrong(reader, "the schedule is longer than %d bytes", CODE_MOST);
    }
    char *code = realloc(recording->schedule, used + column->length + 1);
    if (code == NULL) {
        return file_no_memory(reader);
    }
    recording->schedule = code;
    recording->head.schedule = code;
    clean_copy(code + used, column->length + 1, column->text, column->length);
    reader->code_length += column->length;
    return 0;
}

static int add_place(struct reader *reader)
{
    struct recording *recording = reader->recording;
    struct recorded_place new = {.address = 0};
    uint64_t address = 0, line = 0;
    int rc = file_want_columns(reader, 5);
    rc = rc != 0
             ? rc
             : file_number(reader, &reader->columns[1], "address", UINT32_MAX, &address);
    rc = rc != 0
             ? rc
             : file_number(reader, &reader->columns[2], "source line", INT32_MAX, &line);
    rc = rc != 0 ? rc
                 : file_text(reader, &reader->columns[3], "function", new.place.function,
                             sizeof new.place.function);
    rc = rc != 0 ? rc
                 : file_text(reader, &reader->columns[4], "file", new.place.file,
                             sizeof new.place.file);
    if (rc != 0) {
        return rc;
    }
    new.address = (uint32_t)address;
    new.place.line = (int)line;
    size_t count = recording->place_count;
    if (count >= PLACES_MOST) {
        return file_wrong(reader, "there are more than %d places", PLACES_MOST);
    }
    if (count > 0 && recording->places[count - 1].address >= address) {
        return file_wrong(reader, "the address is not behind that of the place before");
    }
    if ((count & (count - 1)) == 0) { /* twice as many each time */
        void *places = reallocarray(recording->places, count == 0 ? 1 : 2 * count,
                                    sizeof *recording->places);
        if (places == NULL) {
            return file_no_memory(reader);
        }
        recording->places = places;
    }
    recording->places[recording->place_count++] = new;
    return 0;
}

static int read_clock(struct reader *reader)
{
    int rc = file_want_columns(reader, 3);
    rc = rc != 0 ? rc
                 : file_number(reader, &reader->columns[1], "number of clock ticks",
                               UINT64_MAX, &reader->ticks);
    return rc != 0 ? rc
                   : file_number(reader, &reader->columns[2], "number of nanoseconds",
                                 UINT64_MAX, &reader->nanoseconds);
}

enum { GRAIN, SEED, STATUS, REPEATABLE, HOOKED, CLOCK, ARGUMENT, SCHEDULE, PLACE, WORDS };
static const char *const own_words[WORDS] = {"grain",      "seed",     "exit-status",
                                             "repeatable", "hooked",   "clock",
                                             "argument",   "schedule", "place"};
#define PROGRAM 1u                              /* bits of reader.told: the texts, */
#define BIT(word) (1u << (HEAD_TEXTS + (word))) /* ... and then the other words */

static int read_one(struct reader *reader, int word)
{
    struct recording_head *head = &reader->recording->head;
    struct column *column = &reader->columns[1];
    int64_t status = 0;
    unsigned grain = 0;
    int rc;
    switch (word) {
    case CLOCK:
        return read_clock(reader);
    case ARGUMENT:
        return add_argument(reader);
    case SCHEDULE:
        return add_schedule(reader);
    case PLACE:
        return add_place(reader);
    default:
        break;
    }
    rc = file_want_columns(reader, 2);
    if (rc != 0) {
        return rc;
    }
    switch (word) {
    case GRAIN:
        rc = file_word(reader, column, "grain", &recording_grains, &grain);
        head->grain = (enum mp_grain)grain;
        return rc;
    case SEED:
        return file_number(reader, column, "seed", UINT64_MAX, &head->seed);
    case STATUS:
        rc = file_signed(reader, column, "exit status", INT32_MIN, INT32_MAX, &status);
        head->exit_status = (int)status;
        head->ended = true;
        return rc;
    case REPEATABLE:
        return file_choice(reader, column, "yes", "no", &head->repeatable);
    default:
        return file_choice(reader, column, "yes", "no", &head->hooked);
    }
}

/* Only once, but for those of which there are several. */
static int note_word(struct reader *reader, unsigned bit)
{
    if ((reader->told & bit) != 0) {
        return file_wrong(reader, "a second \"%s\"", reader->columns[0].text);
    }
    reader->told |= bit;
    return 0;
}

int file_head_line(struct reader *reader)
{
    const char *word = reader->columns[0].text;
    for (unsigned i = 0; i < HEAD_TEXTS; i++) {
        if (strcmp(word, recording_head_texts[i].word) == 0) {
            char *text =
                (char *)&reader->recording->head + recording_head_texts[i].offset;
            int rc = note_word(reader, PROGRAM << i);
            rc = rc != 0 ? rc : file_want_columns(reader, 2);
            return rc != 0 ? rc
                           : file_text(reader, &reader->columns[1],
                                       recording_head_texts[i].word, text,
                                       recording_head_texts[i].size);
        }
    }
    for (int i = 0; i < WORDS; i++) {
        if (strcmp(word, own_words[i]) == 0) {
            int rc = i < ARGUMENT ? note_word(reader, BIT(i)) : 0;
            return rc != 0 ? rc : read_one(reader, i);
        }
    }
    return 1;
}

int file_check_head(struct reader *reader)
{
    if ((reader->told & PROGRAM) == 0) {
        return file_wrong(reader,
                          "what it is a recording of has not been said: \"program\"");
    }
    if ((reader->told & BIT(GRAIN)) == 0) {
        return file_wrong(reader, "what was a step has not been said: \"grain\"");
    }
    return 0;
}
