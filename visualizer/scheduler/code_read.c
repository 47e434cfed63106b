// SPDX-License-Identifier: MIT
/* Reading a schedule code. See code.h: whatever the text is, it is read or told what is wrong. */
#include "model/clean.h"
#include "scheduler/code_private.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Where the reader stands, and where it says what is wrong. */
struct reading {
    const char *text; /* all of it */
    const char *at;
    char *why;
    size_t size;
    int rc;
};

/* Which character this is, from 1: one of UTF-8 may have several bytes. */
static size_t character_at(const struct reading *r, const char *at)
{
    size_t number = 1;
    for (const char *c = r->text; c < at; c++) {
        number += ((unsigned char)*c & 0xc0) != 0x80;
    }
    return number;
}

/* Says what is wrong at this place: the first to say so is heard. */
__attribute__((format(printf, 3, 4))) static void fail(struct reading *r, const char *at,
                                                       const char *format, ...)
{
    if (r->rc != 0) {
        return;
    }
    int used = snprintf(r->why, r->size, "character %zu: ", character_at(r, at));
    va_list arguments;
    va_start(arguments, format);
    if (used >= 0 && (size_t)used < r->size) {
        vsnprintf(r->why + used, r->size - (size_t)used, format, arguments);
    }
    va_end(arguments);
    r->rc = -EINVAL;
}

static void no_memory(struct reading *r)
{
    snprintf(r->why, r->size, "there is no memory for that code");
    r->rc = r->rc != 0 ? r->rc : -ENOMEM;
}

static void skip_blanks(struct reading *r)
{
    while (code_is_blank(*r->at)) {
        r->at++;
    }
}

/* What stands there, fit for being said. */
static const char *sign(const char *at)
{
    static char text[8];
    size_t length = clean_character(at, strnlen(at, 4));
    if (*at == '\0' || code_is_blank(*at)) {
        return *at == '\0' ? "the end" : "a blank";
    }
    snprintf(text, sizeof text, "%.*s", length > 0 ? (int)length : 1,
             length > 0 ? at : "?");
    return text;
}

/* A number of at most `most`; false, and said. */
static bool read_number(struct reading *r, unsigned long most, const char *what,
                        unsigned long *number)
{
    const char *begin = r->at;
    *number = 0;
    if (!isdigit((unsigned char)*r->at)) {
        fail(r, begin, "a number was expected, %s, not %s", what, sign(begin));
        return false;
    }
    for (; isdigit((unsigned char)*r->at); r->at++) {
        if (*number <= most) {
            *number = *number * 10 + (unsigned long)(*r->at - '0');
        }
    }
    if (*number > most) {
        fail(r, begin, "%s is at most %lu", what, most);
        return false;
    }
    return true;
}

/* --- who went --------------------------------------------------------------------------------- */

/* "3", "(12)" */
static bool read_process(struct reading *r, unsigned *which)
{
    unsigned long number;
    if (*r->at != '(') {
        *which = (unsigned)(*r->at++ - '0');
        return true;
    }
    r->at++;
    if (!read_number(r, MP_PROCESSES - 1, "the number of a process", &number)) {
        return false;
    }
    if (*r->at != ')') {
        fail(r, r->at, "\")\" was expected behind (%lu, not %s", number, sign(r->at));
        return false;
    }
    r->at++;
    *which = (unsigned)number;
    return true;
}

static void put(struct reading *r, struct schedule *schedule, enum move_kind kind,
                unsigned which, unsigned long times)
{
    for (unsigned long i = 0; i < times && r->rc == 0; i++) {
        if (schedule->count >= CODE_MOVES_MOST) {
            fail(r, r->at, "these are more than %d steps", CODE_MOVES_MOST);
        } else if (!schedule_add(schedule, kind, which)) {
            no_memory(r);
        }
    }
}

static void read_step(struct reading *r, struct schedule *schedule)
{
    unsigned which = 0;
    unsigned long times = 1;
    if (!read_process(r, &which)) {
        return;
    }
    if (*r->at == 'x') {
        r->at++;
        const char *count = r->at;
        if (!read_number(r, CODE_MOVES_MOST, "how often", &times)) {
            return;
        }
        if (times == 0) {
            fail(r, count, "how often is at least 1");
            return;
        }
        if (*r->at != '\0' && *r->at != ',' && !code_is_blank(*r->at)) {
            fail(r, r->at, "behind a count stands a comma, or nothing, not %s",
                 sign(r->at));
            return;
        }
    }
    put(r, schedule, MOVE_STEP, which, times);
}

static void read_kill(struct reading *r, struct schedule *schedule)
{
    unsigned which = 0;
    r->at++;
    if (!isdigit((unsigned char)*r->at) && *r->at != '(') {
        fail(r, r->at, "behind K stands who was killed, such as K1, not %s", sign(r->at));
    } else if (read_process(r, &which)) {
        put(r, schedule, MOVE_KILL, which, 1);
    }
}

static void read_grain(struct reading *r, struct schedule *schedule)
{
    const char *grain = r->at[1] != '\0' ? strchr(CODE_GRAINS, r->at[1]) : NULL;
    if (grain == NULL) {
        fail(r, r->at, "behind g stands what is a step from there on: l, c or m, not %s",
             sign(r->at + 1));
        return;
    }
    r->at += 2;
    put(r, schedule, MOVE_GRAIN, (unsigned)(grain - CODE_GRAINS), 1);
}

static void read_moves(struct reading *r, struct schedule *schedule)
{
    while (r->rc == 0) {
        while (code_is_blank(*r->at) || *r->at == ',') {
            r->at++;
        }
        if (*r->at == '\0') {
            return;
        }
        if (isdigit((unsigned char)*r->at) || *r->at == '(') {
            read_step(r, schedule);
        } else if (*r->at == 'K' || *r->at == 'k') {
            read_kill(r, schedule);
        } else if (*r->at == 'g') {
            read_grain(r, schedule);
        } else {
            fail(r, r->at,
                 "%s is nobody: here stands who went, such as 1, (10), K1 or 1x5",
                 sign(r->at));
        }
    }
}

/* --- the words before it ------------------------------------------------------------------------ */

/* Does this \ only quote what follows it? Within "..." it seldom does. */
static bool is_escape(const char *at, char quote)
{
    return *at == '\\' && at[1] != '\0' && quote != '\'' &&
           (quote == '\0' || strchr("\"\\$`", at[1]) != NULL);
}

/* One word as a shell takes it, without what quotes it, to `to`; returns its end there. */
static char *read_word(struct reading *r, char *to)
{
    char quote = '\0';
    const char *begin = r->at;
    for (; *r->at != '\0' && (quote != '\0' || !code_is_blank(*r->at)); r->at++) {
        if (quote == '\0' && (*r->at == '"' || *r->at == '\'')) {
            quote = *r->at;
            begin = r->at;
        } else if (*r->at == quote) {
            quote = '\0';
        } else {
            r->at += is_escape(r->at, quote);
            *to++ = *r->at;
        }
    }
    if (quote != '\0') {
        fail(r, begin, "this quote is not closed");
    }
    *to++ = '\0';
    return to;
}

static bool is_the_at(const char *at)
{
    return *at == '@' && (at[1] == '\0' || code_is_blank(at[1]));
}

static void read_words(struct reading *r, struct code *code)
{
    char *to = code->memory;
    for (skip_blanks(r); !is_the_at(r->at) && r->rc == 0; skip_blanks(r)) {
        if (*r->at == '\0') {
            fail(r, r->at, "the @ is missing, behind which stands who went");
            return;
        }
        if (code->program != NULL && code->word_count == CODE_WORDS) {
            fail(r, r->at, "these are more than %d arguments", CODE_WORDS);
            return;
        }
        char *word = to;
        to = read_word(r, to);
        if (code->program == NULL) {
            code->program = word;
        } else {
            code->words[code->word_count++] = word;
        }
    }
    if (r->rc == 0 && code->program == NULL) {
        fail(r, r->at, "the name of the program is missing before the @");
    }
    r->at += r->rc == 0;
}

/* --- both forms --------------------------------------------------------------------------------- */

/* "1m-3f9a ": version, what is a step, checksum. */
static void read_head(struct reading *r, struct code *code)
{
    unsigned long version;
    char digits[5] = "";
    if (!read_number(r, 999, "the version", &version)) {
        return;
    }
    const char *grain = *r->at != '\0' ? strchr(CODE_GRAINS, *r->at) : NULL;
    if (version != CODE_VERSION) {
        fail(r, r->text, "this code is of version %lu; this lab reads version %d",
             version, CODE_VERSION);
        return;
    }
    if (grain == NULL || r->at[1] != '-') {
        fail(r, r->at, "behind the version stand l-, c- or m-, what was a step");
        return;
    }
    code->grain = (enum mp_grain)(grain - CODE_GRAINS);
    r->at += 2;
    for (size_t i = 0; i < 4; i++) {
        if (!isxdigit((unsigned char)r->at[i])) {
            fail(r, r->at, "the checksum has four digits, 0 to 9 and a to f");
            return;
        }
        digits[i] = r->at[i];
    }
    if (!code_is_blank(r->at[4])) {
        fail(r, r->at + 4, "behind the checksum stands a blank, not %s", sign(r->at + 4));
        return;
    }
    unsigned long said = strtoul(digits, NULL, 16);
    unsigned is = code_checksum(*grain, r->at + 5);
    if (said != is) {
        fail(r, r->at, "it was mistyped somewhere: its checksum is %04x, not %04lx", is,
             said);
    }
    r->at += 5;
}

static void read_short(struct reading *r, struct code *code)
{
    const char *first = strchr(r->at, ':');
    const char *second = first != NULL ? strchr(first + 1, ':') : NULL;
    if (second == NULL || first == r->at) {
        fail(r, r->at,
             "this is no code: one looks like lock_race:2x1:1212, or 1m-3f9a lock_race "
             "--increments 1 @ 1212");
        return;
    }
    for (const char *at = r->at; at < second; at++) {
        if ((unsigned char)*at < ' ' || *at == 0x7f) {
            fail(r, at, "that is no character of a name");
            return;
        }
    }
    memcpy(code->memory, r->at, (size_t)(second - r->at));
    code->memory[first - r->at] = '\0';
    code->memory[second - r->at] = '\0';
    code->program = code->memory;
    code->shape = code->memory + (first - r->at) + 1;
    r->at = second + 1;
}

int code_read(const char *text, struct code *code, char *why, size_t size)
{
    struct reading r = {.text = text, .at = text, .why = why, .size = size};
    *code = (struct code){.grain = MP_GRAIN_MEMORY, .memory = malloc(strlen(text) + 2)};
    if (size > 0) {
        *why = '\0';
    }
    if (code->memory == NULL) {
        no_memory(&r);
        return r.rc;
    }
    skip_blanks(&r);
    const char *head = r.at + strspn(r.at, "0123456789");
    if (head > r.at && *head != ':') {
        read_head(&r, code);
        if (r.rc == 0) {
            read_words(&r, code);
        }
    } else {
        read_short(&r, code);
    }
    if (r.rc == 0) {
        read_moves(&r, &code->schedule);
    }
    return r.rc;
}

void code_free(struct code *code)
{
    free(code->memory);
    schedule_free(&code->schedule);
    *code = (struct code){0};
}
