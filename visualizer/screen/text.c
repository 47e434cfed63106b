// SPDX-License-Identifier: MIT
/* Measuring and breaking text, for the screen and for plain output: no curses. */
#include "screen/text.h"

#include "model/clean.h"

#include <limits.h>
#include <stdint.h>
#include <string.h>

size_t text_character(const char *text, wchar_t *character, int *columns)
{
    size_t bytes = clean_character(text, strnlen(text, MB_LEN_MAX));
    uint32_t code = (unsigned char)text[0];

    if (*text == '\0') {
        return 0;
    }
    if (bytes > 1) {
        code &= 0x7fu >> bytes;
        for (size_t i = 1; i < bytes; i++) {
            code = code << 6 | ((unsigned char)text[i] & 0x3f);
        }
    }
    *character = (wchar_t)code;
    *columns = bytes > 0 ? wcwidth(*character) : 0;
    if (*columns <= 0) {
        *character = L'?';
        *columns = 1;
    }
    return bytes > 0 ? bytes : 1;
}

int text_columns(const char *text)
{
    int columns = 0;
    int width;
    wchar_t character;

    for (size_t n; (n = text_character(text, &character, &width)) > 0; text += n) {
        columns += width;
    }
    return columns;
}

size_t text_wrap(const char *text, int cols, const char **next)
{
    size_t at = 0;
    size_t space = 0; /* the last place between two words */
    int columns = 0;
    int width;
    wchar_t character;

    for (size_t n; (n = text_character(text + at, &character, &width)) > 0; at += n) {
        if (text[at] == '\n') {
            *next = text + at + 1;
            return at;
        }
        if (text[at] == ' ') {
            space = at;
        }
        if (columns + width > cols) {
            size_t end = space > 0 ? space : at;
            *next = text + (space > 0 ? space + 1 : end > 0 ? end : n);
            return end;
        }
        columns += width;
    }
    *next = text + at;
    return at;
}
