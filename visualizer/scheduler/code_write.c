// SPDX-License-Identifier: MIT
/* Writing a schedule code. See code.h. */
#include "scheduler/code_private.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool code_is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* FNV-1a, folded: enough to tell that something was mistyped. */
unsigned code_checksum(char grain, const char *text)
{
    uint32_t hash = 2166136261u;
    size_t length = strlen(text);
    while (length > 0 && code_is_blank(text[length - 1])) {
        length--; /* came along when it was copied */
    }
    hash = (hash ^ (unsigned char)grain) * 16777619u;
    for (size_t i = 0; i < length; i++) {
        hash = (hash ^ (unsigned char)text[i]) * 16777619u;
    }
    return (hash >> 16) ^ (hash & 0xffff);
}

/* A string that grows; NULL once there was no memory. */
struct writing {
    char *text;
    size_t length, room;
};

__attribute__((format(printf, 2, 3))) static void add(struct writing *to,
                                                      const char *format, ...)
{
    char piece[64];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(piece, sizeof piece, format, arguments);
    va_end(arguments);
    size_t size = (size_t)length < sizeof piece ? (size_t)length : sizeof piece - 1;
    if (to->text == NULL) {
        return;
    }
    if (to->length + size + 1 > to->room) {
        size_t room = 2 * to->room + size;
        char *bigger = realloc(to->text, room);
        if (bigger == NULL) {
            free(to->text);
            to->text = NULL;
            return;
        }
        to->text = bigger;
        to->room = room;
    }
    memcpy(to->text + to->length, piece, size);
    to->length += size;
    to->text[to->length] = '\0';
}

static struct writing begin(void)
{
    struct writing to = {.text = malloc(256), .room = 256};
    if (to.text != NULL) {
        *to.text = '\0';
    }
    return to;
}

static void add_process(struct writing *to, unsigned which)
{
    add(to, which < 10 ? "%u" : "(%u)", which);
}

static bool same(const struct move *a, const struct move *b)
{
    return a->kind == b->kind && a->which == b->which;
}

enum { WORTH_COUNTING = 5 }; /* "11111" is longer than "1x5," */

static void add_moves(struct writing *to, const struct schedule *schedule)
{
    for (size_t i = 0; i < schedule->count;) {
        const struct move *move = &schedule->moves[i];
        size_t end = i + 1;
        while (move->kind == MOVE_STEP && end < schedule->count &&
               same(move, &schedule->moves[end])) {
            end++;
        }
        size_t times = end - i;
        if (move->kind == MOVE_GRAIN) {
            add(to, "g%c", CODE_GRAINS[move->which % MP_GRAINS]);
            times = 1;
        } else if (move->kind == MOVE_KILL || times < WORTH_COUNTING) {
            add(to, "%s", move->kind == MOVE_KILL ? "K" : "");
            add_process(to, move->which);
            times = 1;
        } else {
            add_process(to, move->which);
            add(to, "x%zu%s", times, end < schedule->count ? "," : "");
        }
        i += times;
    }
}

char *code_write_moves(const struct schedule *schedule)
{
    struct writing to = begin();
    add_moves(&to, schedule);
    return to.text;
}

/* As a shell takes it: bare where nothing in it means anything, else in quotes. */
static void add_word(struct writing *to, const char *word)
{
    static const char bare[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                               "0123456789_-+=./:,@%";
    bool quote =
        *word == '\0' || word[strspn(word, bare)] != '\0' || strcmp(word, "@") == 0;
    add(to, "%s", quote ? "\"" : "");
    for (; *word != '\0'; word++) {
        add(to, quote && (*word == '"' || *word == '\\') ? "\\%c" : "%c", *word);
    }
    add(to, "%s", quote ? "\"" : "");
}

char *code_write(const char *program, char *const *words, int word_count,
                 enum mp_grain grain, const struct schedule *schedule)
{
    struct writing rest = begin();
    add_word(&rest, program);
    for (int i = 0; i < word_count; i++) {
        add(&rest, " ");
        add_word(&rest, words[i]);
    }
    add(&rest, " @ ");
    add_moves(&rest, schedule);
    if (rest.text == NULL) {
        return NULL;
    }
    char letter = CODE_GRAINS[grain % MP_GRAINS];
    char *code = malloc(rest.length + 32);
    if (code != NULL) {
        snprintf(code, rest.length + 32, "%d%c-%04x %s", CODE_VERSION, letter,
                 code_checksum(letter, rest.text), rest.text);
    }
    free(rest.text);
    return code;
}
