// SPDX-License-Identifier: MIT
/* Writing a recording: its head, its marks, its end. See recording.h. */
#include "model/clean.h"
#include "report/recording_private.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>

static const char legend[] =
    "# What the processes of a program did, in their order. Columns with a tab between them:\n"
    "#   1 step, or -: it was none     5 operation                7 about what\n"
    "#   2 nanoseconds                 6 wants, did, recovered,   8 value\n"
    "#   3 process   4 its name          failed, or wrote         9 file:line\n"
    "# for cut -f and grep; and for the lab 10 to 17, the same as it noted it:\n"
    "#   operation, info, object, offset, value, place, order, clock ticks\n"
    "# Other lines begin with a word. Lines that begin with # may be added anywhere below\n"
    "# the first; the last line tells the lab whether all others are as they were.\n";

static const char headings[] =
    "# step\tnanoseconds\tprocess\tname\toperation\tphase\tabout\tvalue\tline\t"
    "op\tinfo\tobject\toffset\tvalue\tplace\torder\tticks\n";

/* --- lines -------------------------------------------------------------------------------- */

void recorder_bytes(struct recorder *recorder, const char *bytes, size_t size)
{
    if (size > LINE_MOST - 1 - recorder->length) {
        recorder->failed = true; /* no line is made so long: texts go on in the next */
        return;
    }
    memcpy(recorder->line + recorder->length, bytes, size);
    recorder->length += size;
}

void recorder_put(struct recorder *recorder, const char *format, ...)
{
    size_t room = LINE_MOST - recorder->length;
    va_list values;
    va_start(values, format);
    int length = vsnprintf(recorder->line + recorder->length, room, format, values);
    va_end(values);
    if (length < 0 || (size_t)length >= room) {
        recorder->failed = true;
        return;
    }
    recorder->length += (size_t)length;
}

static const char *escape(char byte)
{
    switch (byte) {
    case '\t':
        return "\\t";
    case '\n':
        return "\\n";
    case '\r':
        return "\\r";
    case '\\':
        return "\\\\";
    default:
        return NULL;
    }
}

void recorder_escaped(struct recorder *recorder, const char *bytes, size_t size)
{
    for (size_t at = 0; at < size;) {
        const char *escaped = escape(bytes[at]);
        size_t length = clean_character(bytes + at, size - at);
        if (escaped != NULL) {
            recorder_bytes(recorder, escaped, 2);
        } else if (length == 0) {
            recorder_put(recorder, "\\x%02x", (unsigned char)bytes[at]);
        } else {
            recorder_bytes(recorder, bytes + at, length);
        }
        at += length == 0 ? 1 : length;
    }
}

void recorder_text(struct recorder *recorder, const char *text)
{
    recorder_bytes(recorder, "\t", 1);
    recorder_escaped(recorder, text, strlen(text));
}

void recorder_name(struct recorder *recorder, const char *name, size_t size)
{
    recorder_bytes(recorder, "\t", 1);
    recorder_escaped(recorder, name, strnlen(name, size));
}

void recorder_line(struct recorder *recorder)
{
    recorder->line[recorder->length++] = '\n';
    recorder->sum = recording_checksum(recorder->sum, recorder->line, recorder->length);
    fwrite(recorder->line, 1, recorder->length, recorder->out);
    recorder->length = 0;
}

/* --- the head ----------------------------------------------------------------------------- */

/* A code without its blanks at the ends would be another one: cut anywhere it is the same. */
static void put_schedule(struct recorder *recorder, const char *code)
{
    size_t left = code != NULL ? strlen(code) : 0;
    while (left > 0) {
        size_t piece = left < PIECE_MOST ? left : PIECE_MOST;
        recorder_put(recorder, "schedule\t");
        recorder_escaped(recorder, code, piece);
        recorder_line(recorder);
        code += piece;
        left -= piece;
    }
}

static void put_head(struct recorder *recorder, const struct recording_head *head)
{
    for (size_t i = 0; i < HEAD_TEXTS; i++) {
        const char *text = (const char *)head + recording_head_texts[i].offset;
        if (*text != '\0' || i == 0) { /* the program is always named */
            recorder_put(recorder, "%s", recording_head_texts[i].word);
            recorder_name(recorder, text, recording_head_texts[i].size);
            recorder_line(recorder);
        }
    }
    for (int i = 0; i < head->argument_count; i++) {
        recorder_put(recorder, "argument");
        recorder_text(recorder, recording_argument(head, i));
        recorder_line(recorder);
    }
    recorder_put(recorder, "grain\t%s", recording_word(&recording_grains, head->grain));
    recorder_line(recorder);
    recorder_put(recorder, "seed\t%llu", (unsigned long long)head->seed);
    recorder_line(recorder);
    if (head->ended) {
        recorder_put(recorder, "exit-status\t%d", head->exit_status);
        recorder_line(recorder);
    }
    recorder_put(recorder, "repeatable\t%s", head->repeatable ? "yes" : "no");
    recorder_line(recorder);
    recorder_put(recorder, "hooked\t%s", head->hooked ? "yes" : "no");
    recorder_line(recorder);
    put_schedule(recorder, head->schedule);
}

static void put_clock_and_places(struct recorder *recorder)
{
    uint64_t ticks, nanoseconds;
    tape_clock_is(recorder->tape, &ticks, &nanoseconds);
    if (ticks != 0 || nanoseconds != 0) {
        recorder_put(recorder, "clock\t%llu\t%llu", (unsigned long long)ticks,
                     (unsigned long long)nanoseconds);
        recorder_line(recorder);
    }
    for (size_t i = 0; i < recorder->place_count; i++) {
        const struct source_place *place = &recorder->places[i].place;
        recorder_put(recorder, "place\t0x%x\t%d", recorder->places[i].address,
                     place->line);
        recorder_name(recorder, place->function, sizeof place->function);
        recorder_name(recorder, place->file, sizeof place->file);
        recorder_line(recorder);
    }
}

/* --- all of it ---------------------------------------------------------------------------- */

/* How many marks there are in the file: a very long output is several of them. */
static uint64_t put_tape(struct recorder *recorder, struct snapshot *room)
{
    const struct tape *tape = recorder->tape;
    uint64_t next = 0, written = 0;
    for (uint64_t i = 0; i <= tape_events(tape); i++) {
        struct mark mark;
        for (; next < tape_marks(tape); next++) {
            tape_mark_at(tape, next, &mark, room);
            if (mark.at > i) {
                break;
            }
            recorder_mark(recorder, &mark);
            tape_tell(recorder->model, &mark);
            written += mark.kind == MARK_OUTPUT && mark.size > PIECE_MOST
                           ? (mark.size + PIECE_MOST - 1) / PIECE_MOST
                           : 1;
        }
        if (i < tape_events(tape)) {
            recorder_event(recorder, i);
        }
    }
    return written;
}

static bool has_beginning(const struct tape *tape)
{
    struct mark first = {.kind = MARKS};
    if (tape_is_whole(tape) && tape_marks(tape) > 0) {
        tape_mark_at(tape, 0, &first, NULL);
    }
    return first.kind == MARK_SNAPSHOT && first.at == 0;
}

static uint64_t first_time(const struct tape *tape)
{
    uint64_t first = UINT64_MAX;
    for (uint64_t i = 0; i < tape_events(tape); i++) {
        unsigned slot;
        uint64_t when = tape_event_at(tape, i, &slot)->when;
        first = when < first ? when : first;
    }
    return first;
}

static int write_all(struct recorder *recorder, const struct recording_head *head,
                     struct snapshot *room, place_finder *find, void *context)
{
    int rc = recorder_find_places(recorder, room, find, context);
    if (rc != 0) {
        return rc;
    }
    recorder->first_when = first_time(recorder->tape);
    recorder_put(recorder, RECORDING_FIRST_WORDS "%d", RECORDING_VERSION);
    recorder_line(recorder);
    fputs(legend, recorder->out);
    put_head(recorder, head);
    put_clock_and_places(recorder);
    fputs(headings, recorder->out);
    uint64_t marks = put_tape(recorder, room);
    fprintf(recorder->out, "end\t%llu\t%llu\t%016llx\n",
            (unsigned long long)tape_events(recorder->tape), (unsigned long long)marks,
            (unsigned long long)recorder->sum);
    if (fflush(recorder->out) != 0 || ferror(recorder->out)) {
        return errno != 0 ? -errno : -EIO;
    }
    return recorder->failed ? -EIO : 0;
}

int recording_write(FILE *out, const struct recording_head *head, const struct tape *tape,
                    place_finder *find, void *context)
{
    if (!has_beginning(tape)) {
        return -ENODATA;
    }
    struct recorder recorder = {.out = out,
                                .tape = tape,
                                .model = model_new(),
                                .sum = CHECKSUM_BEGIN,
                                .line = malloc(LINE_MOST)};
    struct snapshot *room = malloc(sizeof *room);
    int rc = -ENOMEM;
    if (recorder.model != NULL && recorder.line != NULL && room != NULL) {
        errno = 0;
        rc = write_all(&recorder, head, room, find, context);
    }
    model_free(recorder.model);
    free(recorder.line);
    free(recorder.places);
    free(room);
    return rc;
}
