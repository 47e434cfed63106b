// SPDX-License-Identifier: MIT
/* What the numbers of a short schedule code mean. See code.h. */
#include "model/clean.h"
#include "scheduler/code.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NUMBER_MOST = 9 }; /* digits */

static int refuse(char *why, size_t size, const char *program, const char *text)
{
    char name[65];
    clean_copy(name, sizeof name, program, strlen(program));
    snprintf(why, size, "%s: %s", name, text);
    return -EINVAL;
}

/* The number that *numbers begins with goes to `to`, and *numbers to behind it and its x.
   Returns how many digits; 0: it begins with none. */
static size_t take_number(const char **numbers, char *to)
{
    size_t digits = strspn(*numbers, "0123456789");
    if (digits == 0 || digits > NUMBER_MOST) {
        return 0;
    }
    memcpy(to, *numbers, digits);
    *numbers += digits;
    if (**numbers == 'x' && (*numbers)[1] != '\0') { /* one at the end is one too many */
        (*numbers)++;
    }
    return digits;
}

/* The words of the shape, one after the other, to `to`; each N is the next number. Returns
   how many words; -1: too few numbers, or too many. */
static int fill_words(const char *shape, const char *numbers, char *to, char **words)
{
    int count = 0;
    while (*(shape += strspn(shape, " ")) != '\0') {
        size_t length = strcspn(shape, " ");
        size_t bytes = length;
        if (length == 1 && *shape == 'N') {
            bytes = take_number(&numbers, to);
        } else {
            memcpy(to, shape, length);
        }
        if (bytes == 0 || count == CODE_WORDS) {
            return -1;
        }
        words[count++] = to;
        to[bytes] = '\0';
        to += bytes + 1;
        shape += length;
    }
    return *numbers == '\0' ? count : -1;
}

int code_fill_in(struct code *code, const char *demo_shape, char *why, size_t size)
{
    char *words[CODE_WORDS] = {NULL};
    char wants[160];
    size_t name = strlen(code->program) + 1;
    if (*demo_shape == '\0') {
        return refuse(why, size, code->program, "this program has no short form");
    }
    /* Every N may grow to a whole number; a word may end where the text does. */
    char *memory = malloc(name + (NUMBER_MOST + 1) * (strlen(demo_shape) + 1));
    if (memory == NULL) {
        return refuse(why, size, code->program, "there is no memory for that code");
    }
    memcpy(memory, code->program, name);
    int count = fill_words(demo_shape, code->shape, memory + name, words);
    if (count < 0) {
        snprintf(wants, sizeof wants, "its numbers are those of %.120s", demo_shape);
        free(memory);
        return refuse(why, size, code->program, wants);
    }
    memcpy(code->words, words, sizeof words);
    code->word_count = count;
    free(code->memory);
    code->memory = memory; /* the shape was in the old one */
    code->program = memory;
    code->shape = memory + name - 1; /* "": it is a short one still */
    return 0;
}

/* --- written -------------------------------------------------------------------------------- */

/* The value of an option among the words: "3" of "--items" "3". NULL: it is not there, or no
   number of a short form. */
static const char *value_of(char *const *words, int word_count, const char *option,
                            size_t length)
{
    for (int i = 0; i + 1 < word_count; i += 2) {
        size_t digits = strspn(words[i + 1], "0123456789");
        if (strncmp(words[i], option, length) == 0 && words[i][length] == '\0') {
            return digits > 0 && digits <= NUMBER_MOST && words[i + 1][digits] == '\0'
                       ? words[i + 1]
                       : NULL;
        }
    }
    return NULL;
}

/* The numbers of the short form, "2x3", to `numbers`; and how many options they and the fixed
   ones are. -1: these words cannot be said so. */
static int numbers_of(char *const *words, int word_count, const char *shape,
                      char *numbers, size_t size)
{
    int options = 0;
    size_t used = 0;
    *numbers = '\0';
    for (const char *at = shape; *(at += strspn(at, " ")) != '\0'; options++) {
        size_t length = strcspn(at, " ");
        const char *value = value_of(words, word_count, at, length);
        at += length;
        at += strspn(at, " ");
        length = strcspn(at, " ");
        bool is_free = length == 1 && *at == 'N';
        bool same = value != NULL && strlen(value) == length &&
                    strncmp(value, at, length) == 0; /* as the shape says itself */
        if (value == NULL || (!is_free && !same)) {
            return -1;
        }
        at += length;
        if (is_free) {
            used += (size_t)snprintf(numbers + used, size - used, "%s%s",
                                     used > 0 ? "x" : "", value);
            if (used >= size) {
                return -1;
            }
        }
    }
    return options;
}

char *code_write_short(const char *program, char *const *words, int word_count,
                       const char *demo_shape, const struct schedule *schedule)
{
    char numbers[96];
    int options = numbers_of(words, word_count, demo_shape, numbers, sizeof numbers);
    if (options < 1 || word_count != 2 * options || strchr(program, '/') != NULL) {
        return NULL;
    }
    char *moves = code_write_moves(schedule);
    char *code = NULL;
    if (moves != NULL && asprintf(&code, "%s:%s:%s", program, numbers, moves) < 0) {
        code = NULL;
    }
    free(moves);
    return code;
}
