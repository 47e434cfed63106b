// SPDX-License-Identifier: MIT
/* Reading a schedule code. See code.h: whatever the text is, it is read or told what is wrong. */
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

/* Says what is wrong at this place: the first to say so is heard. */
__attribute__((format(printf, 3, 4))) static void fail(struct reading *r, const char *at,
                                                       const char *format, ...)
{
    if (r->rc != 0) {
        return;
    }
    int used = snprintf(r->why, r->size, "character %zu: ", (size_t)(at - r->text) + 1);
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

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static void skip_blanks(struct reading *r)
{
    while (is_blank(*r->at)) {
        r->at++;
    }
}

/* What stands there, fit for being said: one sign of the visible ones. */
static const char *sign(const char *at)
{
    static char text[4];
    bool visible = *at > ' ' && *at < 0x7f;
    snprintf(text, sizeof text, "%c", visible ? *at : '?');
    return *at == '\0' ? "the end" : text;
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
        if (!read_number(r, CODE_MOVES_MOST, "how often", &times)) {
            return;
        }
        if (*r->at != '\0' && *r->at != ',' && !is_blank(*r->at)) {
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
        while (is_blank(*r->at) || *r->at == ',') {
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

/* One word as a shell takes it, without what quotes it, to `to`; returns its end there. */
static char *read_word(struct reading *r, char *to)
{
    char quote = '\0';
    const char *begin = r->at;
    for (; *r->at != '\0' && (quote != '\0' || !is_blank(*r->at)); r->at++) {
        if (quote == '\0' && (*r->at == '"' || *r->at == '\'')) {
            quote = *r->at;
            begin = r->at;
        } else if (*r->at == quote) {
            quote = '\0';
        } else {
            r->at += *r->at == '\\' && quote != '\'' && r->at[1] != '\0';
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
    return *at == '@' && (at[1] == '\0' || is_blank(at[1]));
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
    if (!is_blank(r->at[4])) {
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

/* --- what a short form means -------------------------------------------------------------------- */

static int refuse(char *why, size_t size, const char *program, const char *text)
{
    snprintf(why, size, "%.64s: %s", program, text);
    return -EINVAL;
}

/* "2x1" against "--processes N --increments N": memory for the words, which replaces that of
   the shape; the program's name goes with it. */
int code_fill_in(struct code *code, const char *demo_shape, char *why, size_t size)
{
    char wants[160];
    size_t length = strlen(code->program) + strlen(demo_shape) + strlen(code->shape) + 64;
    if (*demo_shape == '\0') {
        return refuse(why, size, code->program, "this program has no short form");
    }
    snprintf(wants, sizeof wants, "its numbers are those of %.120s", demo_shape);
    char *memory = calloc(1, 2 * length);
    if (memory == NULL) {
        return refuse(why, size, code->program, "there is no memory");
    }
    strcpy(memory, code->program);
    char *to = memory + strlen(memory) + 1;
    const char *number = code->shape;
    const char *word = demo_shape;
    int count = 0;
    bool good = true;
    while (good && *(word += strspn(word, " ")) != '\0' && count < CODE_WORDS) {
        size_t size_of_word = strcspn(word, " ");
        bool place = size_of_word == 1 && *word == 'N';
        size_t digits = strspn(number, "0123456789");
        const char *from = place ? number : word;
        size_t bytes = place ? digits : size_of_word;
        good = !place || (digits > 0 && digits < 10);
        code->words[count++] = to;
        memcpy(to, from, good ? bytes : 0);
        to += bytes + 1;
        number += place ? digits : 0;
        number += place && *number == 'x';
        word += size_of_word;
    }
    size_t shape_length = strlen(code->shape);
    bool ends =
        *number == '\0' && (shape_length == 0 || code->shape[shape_length - 1] != 'x');
    if (!good || !ends) {
        int rc = refuse(why, size, code->program, wants);
        free(memory);
        return rc;
    }
    code->word_count = count;
    free(code->memory);
    code->memory = memory;
    code->program = memory;
    code->shape = memory + strlen(memory); /* "", and a short one still */
    return 0;
}
