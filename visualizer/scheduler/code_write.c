// SPDX-License-Identifier: MIT
/* Writing a schedule code. See code.h. */
#include "scheduler/code_private.h"

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

static void add_process(FILE *to, unsigned which)
{
    fprintf(to, which < 10 ? "%u" : "(%u)", which);
}

static bool same(const struct move *a, const struct move *b)
{
    return a->kind == b->kind && a->which == b->which;
}

enum { WORTH_COUNTING = 5 }; /* "11111" is longer than "1x5," */

static void add_moves(FILE *to, const struct schedule *schedule)
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
            fprintf(to, "g%c", CODE_GRAINS[move->which % MP_GRAINS]);
            times = 1;
        } else if (move->kind == MOVE_KILL || times < WORTH_COUNTING) {
            fprintf(to, "%s", move->kind == MOVE_KILL ? "K" : "");
            add_process(to, move->which);
            times = 1;
        } else {
            add_process(to, move->which);
            fprintf(to, "x%zu%s", times, end < schedule->count ? "," : "");
        }
        i += times;
    }
}

/* Ends a stream that open_memstream() gave, whose text this is: NULL, there was no memory. */
static char *finish(FILE *to, char **text)
{
    bool good = ferror(to) == 0;
    good = fclose(to) == 0 && good;
    if (!good) {
        free(*text);
        *text = NULL;
    }
    return *text;
}

char *code_write_moves(const struct schedule *schedule)
{
    char *text = NULL;
    size_t size;
    FILE *to = open_memstream(&text, &size);
    if (to == NULL) {
        return NULL;
    }
    add_moves(to, schedule);
    return finish(to, &text);
}

/* As a shell takes it: bare where nothing in it means anything, else in quotes. */
static void add_word(FILE *to, const char *word)
{
    static const char bare[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                               "0123456789_-+=./:,@%";
    bool quote =
        *word == '\0' || word[strspn(word, bare)] != '\0' || strcmp(word, "@") == 0;
    fprintf(to, "%s", quote ? "\"" : "");
    for (; *word != '\0'; word++) {
        fprintf(to, quote && (*word == '"' || *word == '\\') ? "\\%c" : "%c", *word);
    }
    fprintf(to, "%s", quote ? "\"" : "");
}

char *code_write(const char *program, char *const *words, int word_count,
                 enum mp_grain grain, const struct schedule *schedule)
{
    char *rest = NULL;
    char *code = NULL;
    size_t size;
    FILE *to = open_memstream(&rest, &size);
    if (to == NULL) {
        return NULL;
    }
    add_word(to, program);
    for (int i = 0; i < word_count; i++) {
        fputc(' ', to);
        add_word(to, words[i]);
    }
    fputs(" @ ", to);
    add_moves(to, schedule);
    if (finish(to, &rest) == NULL) {
        return NULL;
    }
    char letter = CODE_GRAINS[grain % MP_GRAINS];
    if (asprintf(&code, "%d%c-%04x %s", CODE_VERSION, letter, code_checksum(letter, rest),
                 rest) < 0) {
        code = NULL;
    }
    free(rest);
    return code;
}
