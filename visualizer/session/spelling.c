// SPDX-License-Identifier: MIT
/*
 * C types as they are written: words, then stars, then lengths in brackets. The words of
 * the language's own types may come in any order, and sizes are those of LP64.
 */
#include "session/spelling.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { ITS_LONG_DOUBLE = 16, ITS_POINTER = 8 };

/* The words that were seen, each counted. */
enum word {
    WORD_CHAR,
    WORD_SHORT,
    WORD_INT,
    WORD_LONG,
    WORD_SIGNED,
    WORD_UNSIGNED,
    WORD_FLOAT,
    WORD_DOUBLE,
    WORD_BOOL,
    WORDS
};

struct reader {
    const char *at;
    int open; /* parentheses of _Atomic(...) */
    unsigned words[WORDS];
};

static void skip_spaces(struct reader *reader)
{
    while (isspace((unsigned char)*reader->at)) {
        reader->at++;
    }
}

static bool is_letter(char character)
{
    return isalnum((unsigned char)character) || character == '_' || character == '$';
}

/* Takes this character if it comes next. */
static bool take(struct reader *reader, char character)
{
    skip_spaces(reader);
    if (*reader->at != character) {
        return false;
    }
    reader->at++;
    return true;
}

/* Takes the next word; returns how long it is, 0 when none comes, or one too long. */
static size_t take_word(struct reader *reader, char word[MP_NAME_SIZE])
{
    size_t length = 0;

    skip_spaces(reader);
    while (is_letter(reader->at[length])) {
        length++;
    }
    if (length >= MP_NAME_SIZE || isdigit((unsigned char)*reader->at)) {
        return 0;
    }
    memcpy(word, reader->at, length);
    word[length] = '\0';
    reader->at += length;
    return length;
}

/* Place of a word in a list that ends with NULL, or -1. */
static int place_of(const char *word, const char *const list[])
{
    for (int i = 0; list[i] != NULL; i++) {
        if (strcmp(list[i], word) == 0) {
            return i;
        }
    }
    return -1;
}

static bool is_qualifier(struct reader *reader, const char *word)
{
    static const char *const qualifiers[] = {"const",   "volatile", "restrict",
                                             "_Atomic", "register", NULL};
    int place = place_of(word, qualifiers);

    if (place >= 0 && strcmp(word, "_Atomic") == 0 && take(reader, '(')) {
        reader->open++;
    }
    return place >= 0;
}

static bool count_word(struct reader *reader, const char *word)
{
    static const char *const names[] = {"char",     "short", "int",    "long",  "signed",
                                        "unsigned", "float", "double", "_Bool", NULL};
    int place = strcmp(word, "bool") == 0 ? WORD_BOOL : place_of(word, names);

    if (place >= 0) {
        reader->words[place]++;
    }
    return place >= 0;
}

static bool set_scalar(struct spelling *spelling, enum field_kind kind, uint32_t size)
{
    spelling->as = SPELLED_SCALAR;
    spelling->kind = kind;
    spelling->size = size;
    spelling->name[0] = '\0';
    return true;
}

/* What the counted words mean together. False: no type is written so. */
static bool words_to_scalar(const unsigned words[WORDS], struct spelling *spelling)
{
    unsigned sign = words[WORD_SIGNED] + words[WORD_UNSIGNED];
    unsigned length = words[WORD_SHORT] + words[WORD_LONG];
    unsigned base = words[WORD_CHAR] + words[WORD_INT] + words[WORD_FLOAT] +
                    words[WORD_DOUBLE] + words[WORD_BOOL];
    bool whole = base == words[WORD_INT]; /* "int", or no word for the base at all */

    if (base > 1 || sign > 1 || words[WORD_SHORT] > 1 || length > 2 ||
        (words[WORD_SHORT] > 0 && words[WORD_LONG] > 0)) {
        return false;
    }
    if (words[WORD_DOUBLE] && sign == 0 && words[WORD_SHORT] == 0 && length < 2) {
        /* a value has eight bytes: long double is shown as bytes */
        return length == 1 ? set_scalar(spelling, FIELD_BYTES, ITS_LONG_DOUBLE)
                           : set_scalar(spelling, FIELD_FLOAT, 8);
    }
    if (length > 0 && !whole) {
        return false;
    }
    enum field_kind number = words[WORD_UNSIGNED] ? FIELD_UNSIGNED : FIELD_SIGNED;
    if (words[WORD_CHAR]) {
        return set_scalar(spelling, sign > 0 ? number : FIELD_CHAR, 1);
    }
    if (whole) {
        uint32_t size = words[WORD_SHORT] ? 2 : 4;
        return set_scalar(spelling, number, words[WORD_LONG] ? 8 : size);
    }
    if (sign > 0 || words[WORD_DOUBLE]) {
        return false;
    }
    return words[WORD_BOOL] ? set_scalar(spelling, FIELD_BOOL, 1)
                            : set_scalar(spelling, FIELD_FLOAT, 4);
}

/* "struct seat", "const counter_t", "unsigned long". */
static bool read_words(struct reader *reader, struct spelling *spelling)
{
    static const char *const tags[] = {"struct", "union", "enum", NULL};
    char word[MP_NAME_SIZE];
    bool named = false;
    bool counted = false;

    while (take_word(reader, word) > 0) {
        int tag = place_of(word, tags);

        if (is_qualifier(reader, word)) {
            continue;
        }
        if (count_word(reader, word)) {
            counted = true;
            continue;
        }
        spelling->as = tag >= 0 ? SPELLED_STRUCT + (enum spelled_as)tag : SPELLED_NAME;
        if (named || (tag >= 0 && take_word(reader, word) == 0)) {
            return false;
        }
        named = true;
        memcpy(spelling->name, word, sizeof(word));
    }
    return named != counted && (named || words_to_scalar(reader->words, spelling));
}

/* Stars, and what may stand among them. */
static bool read_stars(struct reader *reader, struct spelling *spelling)
{
    char word[MP_NAME_SIZE];

    for (;;) {
        if (take(reader, '*')) {
            set_scalar(spelling, FIELD_POINTER, ITS_POINTER);
        } else if (reader->open > 0 && take(reader, ')')) {
            reader->open--;
        } else if (take_word(reader, word) == 0) {
            return reader->open == 0;
        } else if (!is_qualifier(reader, word)) {
            return false;
        }
    }
}

static bool read_counts(struct reader *reader, struct spelling *spelling)
{
    while (take(reader, '[')) {
        char *end;

        skip_spaces(reader);
        if (!isdigit((unsigned char)*reader->at) ||
            spelling->dimensions == SPELLING_DIMENSIONS) {
            return false;
        }
        unsigned long count = strtoul(reader->at, &end, 0);
        reader->at = end + strspn(end, "uUlL");
        if (count > UINT32_MAX || !take(reader, ']')) {
            return false;
        }
        spelling->counts[spelling->dimensions++] = (uint32_t)count;
    }
    return true;
}

bool spelling_read(struct spelling *spelling, const char *text)
{
    struct reader reader = {.at = text};

    memset(spelling, 0, sizeof(*spelling));
    return read_words(&reader, spelling) && read_stars(&reader, spelling) &&
           read_counts(&reader, spelling) && take(&reader, '\0');
}
