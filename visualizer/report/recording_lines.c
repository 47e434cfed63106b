// SPDX-License-Identifier: MIT
/*
 * Lines of a recording that nobody vouches for: of a length that is bounded, cut at their
 * tabs in place, and what a column says read as a number, a word or a text.
 */
#include "model/clean.h"
#include "report/recording_private.h"

#include <errno.h>
#include <stdarg.h>

enum { QUOTED = 40 /* bytes of the file that are shown in a message */ };

int file_wrong(struct reader *reader, const char *format, ...)
{
    char text[256];
    va_list values;
    va_start(values, format);
    vsnprintf(text, sizeof text, format, values);
    va_end(values);
    snprintf(reader->why, reader->why_size, "%s:%lu: %s", reader->name, reader->number,
             text);
    return -EINVAL;
}

int file_no_memory(struct reader *reader)
{
    snprintf(reader->why, reader->why_size, "%s: there is not enough memory for it",
             reader->name);
    return -ENOMEM;
}

/* As much of a column as a message can have, fit for a terminal. */
static const char *quoted(const struct column *column, char text[QUOTED])
{
    clean_copy(text, QUOTED, column->text, column->length);
    return text;
}

/* --- lines -------------------------------------------------------------------------------- */

/* Moves what is left to the beginning of the buffer and fills it up. */
static int fill(struct reader *reader)
{
    size_t left = reader->end - reader->begin;
    memmove(reader->buffer, reader->buffer + reader->begin, left);
    reader->begin = 0;
    reader->end = left;
    errno = 0;
    size_t got =
        fread(reader->buffer + left, 1, 2 * (size_t)LINE_MOST - left, reader->in);
    reader->end += got;
    reader->at_end = got == 0;
    if (got == 0 && ferror(reader->in)) {
        int rc = errno != 0 ? -errno : -EIO;
        snprintf(reader->why, reader->why_size, "%s: cannot be read: %s", reader->name,
                 strerror(-rc));
        return rc;
    }
    return 0;
}

/* One line without its newline, in the buffer. 1; 0: there is none; -errno, told. */
static int raw_line(struct reader *reader, char **line, size_t *length)
{
    for (;;) {
        char *begin = reader->buffer + reader->begin;
        size_t size = reader->end - reader->begin;
        char *newline = memchr(begin, '\n', size);
        if (newline != NULL) {
            *line = begin;
            *length = (size_t)(newline - begin);
            reader->begin += *length + 1;
            reader->number++;
            return *length < LINE_MOST
                       ? 1
                       : file_wrong(reader, "the line is longer than %d bytes", LINE_MOST);
        }
        if (size >= LINE_MOST) {
            reader->number++;
            return file_wrong(reader, "the line is longer than %d bytes", LINE_MOST);
        }
        if (reader->at_end) {
            reader->number += size > 0;
            return size == 0
                       ? 0
                       : file_wrong(reader, "the file ends within this line: it was cut");
        }
        int rc = fill(reader);
        if (rc != 0) {
            return rc;
        }
    }
}

static int split(struct reader *reader, char *line, size_t length)
{
    char *end = line + length;
    reader->count = 0;
    for (;;) {
        char *tab = memchr(line, '\t', (size_t)(end - line));
        char *stop = tab != NULL ? tab : end;
        if (reader->count == COLUMNS_MOST) {
            return file_wrong(reader, "the line has more than %d columns", COLUMNS_MOST);
        }
        *stop = '\0'; /* at the end of the line the newline was */
        reader->columns[reader->count++] =
            (struct column){.text = line, .length = (size_t)(stop - line)};
        if (tab == NULL) {
            return 0;
        }
        line = tab + 1;
    }
}

int file_next_line(struct reader *reader)
{
    for (;;) {
        char *line = NULL;
        size_t length = 0;
        int rc = raw_line(reader, &line, &length);
        if (rc <= 0) {
            return rc;
        }
        if (length > 0 && line[length - 1] == '\r') { /* it has been to another system */
            length--;
        }
        if (length == 0 || (line[0] == '#' && reader->number > 1)) {
            continue;
        }
        if (memchr(line, '\0', length) != NULL) {
            return file_wrong(reader, "there is a zero byte in this line: it is no text");
        }
        /* of the last line nothing can be said in itself */
        if (length < 4 || memcmp(line, "end\t", 4) != 0) {
            reader->sum = recording_checksum(reader->sum, line, length);
            reader->sum = recording_checksum(reader->sum, "\n", 1);
        }
        rc = split(reader, line, length);
        return rc != 0 ? rc : 1;
    }
}

int file_want_columns(struct reader *reader, int count)
{
    char text[QUOTED];
    if (reader->count == count) {
        return 0;
    }
    return file_wrong(reader, "a line \"%s\" has %d column%s, and here are %d",
                      quoted(&reader->columns[0], text), count, count == 1 ? "" : "s",
                      reader->count);
}

/* --- numbers ------------------------------------------------------------------------------ */

/* 16: it is none. */
static unsigned digit_of(char c)
{
    if (c >= '0' && c <= '9') {
        return (unsigned)(c - '0');
    }
    return c >= 'a' && c <= 'f' ? (unsigned)(c - 'a') + 10 : 16;
}

bool file_hexadecimal(const char *digits, size_t count, uint64_t *number)
{
    uint64_t value = 0;
    for (size_t i = 0; i < count; i++) {
        unsigned digit = digit_of(digits[i]);
        if (digit > 15) {
            return false;
        }
        value = value << 4 | digit;
    }
    *number = value;
    return count > 0 && count <= 16;
}

bool file_number_of(const struct column *column, uint64_t *number)
{
    const char *at = column->text, *end = at + column->length;
    uint64_t value = 0;
    if (column->length > 2 && at[0] == '0' && at[1] == 'x') {
        return file_hexadecimal(at + 2, column->length - 2, number);
    }
    for (; at < end; at++) {
        unsigned digit = (unsigned)(unsigned char)*at - '0';
        if (digit > 9 || value > (UINT64_MAX - digit) / 10) {
            return false;
        }
        value = value * 10 + digit;
    }
    *number = value;
    return column->length > 0;
}

int file_number(struct reader *reader, const struct column *column, const char *what,
                uint64_t most, uint64_t *number)
{
    char text[QUOTED];
    if (!file_number_of(column, number)) {
        return file_wrong(reader, "the %s is \"%s\", which is no number", what,
                          quoted(column, text));
    }
    if (*number > most) {
        return file_wrong(reader, "the %s is %s; it can be %llu at most", what,
                          quoted(column, text), (unsigned long long)most);
    }
    return 0;
}

int file_signed(struct reader *reader, const struct column *column, const char *what,
                int64_t least, int64_t most, int64_t *number)
{
    char text[QUOTED];
    bool minus = column->text[0] == '-';
    struct column digits = {column->text + minus, column->length - minus};
    uint64_t value;
    if (!file_number_of(&digits, &value)) {
        return file_wrong(reader, "the %s is \"%s\", which is no number", what,
                          quoted(column, text));
    }
    if (value > (uint64_t)INT64_MAX + minus || (minus && value > -(uint64_t)least) ||
        (!minus && value > (uint64_t)most)) {
        return file_wrong(reader, "the %s is %s; it can be from %lld to %lld", what,
                          quoted(column, text), (long long)least, (long long)most);
    }
    *number = (int64_t)(minus ? -value : value);
    return 0;
}

/* A place in a table of so many. */
static int read_index(struct reader *reader, const struct column *column,
                      const char *what, unsigned count, uint16_t *index)
{
    char text[QUOTED];
    uint64_t number;
    if (!file_number_of(column, &number)) {
        return file_wrong(reader, "the %s number is \"%s\", which is no number", what,
                          quoted(column, text));
    }
    if (number >= count) {
        return file_wrong(reader, "the %s number is %s; there are at most %u", what,
                          quoted(column, text), count);
    }
    *index = (uint16_t)number;
    return 0;
}

int file_process(struct reader *reader, const struct column *column, uint16_t *slot)
{
    return read_index(reader, column, "process", MP_PROCESSES, slot);
}

int file_object(struct reader *reader, const struct column *column, uint16_t *object)
{
    return read_index(reader, column, "object", MP_OBJECTS, object);
}

/* --- words and texts ---------------------------------------------------------------------- */

int file_word(struct reader *reader, const struct column *column, const char *what,
              const struct words *words, unsigned *number)
{
    char text[QUOTED];
    if (recording_word_number(words, column->text, number)) {
        return 0;
    }
    return file_wrong(reader, "the %s is \"%s\", which this lab does not know", what,
                      quoted(column, text));
}

int file_choice(struct reader *reader, const struct column *column, const char *first,
                const char *second, bool *is)
{
    char text[QUOTED];
    *is = strcmp(column->text, first) == 0;
    if (*is || strcmp(column->text, second) == 0) {
        return 0;
    }
    return file_wrong(reader, "\"%s\" should be \"%s\" or \"%s\"", quoted(column, text),
                      first, second);
}

int file_escaped(struct reader *reader, struct column *column)
{
    const char *at = column->text, *end = at + column->length;
    char *to = memchr(column->text, '\\', column->length);
    if (to == NULL) {
        return 0;
    }
    for (at = to; at < end; at++) {
        uint64_t byte;
        if (*at != '\\') {
            *to++ = *at;
            continue;
        }
        const char *letter = ++at < end ? strchr("t\tn\nr\r\\\\", *at) : NULL;
        if (letter != NULL && *at != '\0' && *at > ' ') {
            *to++ = letter[1];
        } else if (end - at > 2 && *at == 'x' && file_hexadecimal(at + 1, 2, &byte)) {
            *to++ = (char)byte;
            at += 2;
        } else {
            return file_wrong(reader, "after a \\ comes t, n, r, \\ or x and two digits");
        }
    }
    *to = '\0';
    column->length = (size_t)(to - column->text);
    return 0;
}

int file_text(struct reader *reader, struct column *column, const char *what, char *text,
              size_t size)
{
    int rc = file_escaped(reader, column);
    if (rc != 0) {
        return rc;
    }
    memset(text, 0, size);
    if (!clean_copy(text, size, column->text, column->length)) {
        return file_wrong(reader, "the %s is longer than %zu bytes", what, size - 1);
    }
    return 0;
}
