// SPDX-License-Identifier: MIT
/*
 * Which bytes of a text may go to a terminal.
 */
#include "model/clean.h"

#include <stdint.h>

/* Bytes that a character with this first byte has; 0: no character begins so. */
static size_t length_from_first(unsigned char first)
{
    if (first < 0x80) {
        return 1;
    }
    if (first >= 0xc2 && first < 0xe0) {
        return 2;
    }
    if (first >= 0xe0 && first < 0xf0) {
        return 3;
    }
    return first >= 0xf0 && first < 0xf5 ? 4 : 0;
}

size_t clean_character(const char *text, size_t length)
{
    static const uint32_t least[] = {0, 0x20, 0xa0, 0x800, 0x10000};
    const unsigned char *bytes = (const unsigned char *)text;
    size_t size = length > 0 ? length_from_first(bytes[0]) : 0;

    if (size == 0 || size > length) {
        return 0;
    }
    uint32_t code = size == 1 ? bytes[0] : bytes[0] & (0x7fu >> size);
    for (size_t i = 1; i < size; i++) {
        if ((bytes[i] & 0xc0) != 0x80) {
            return 0;
        }
        code = code << 6 | (bytes[i] & 0x3f);
    }
    /* below the least: written longer than needed, or a control character */
    if (code < least[size] || code == 0x7f || code > 0x10ffff) {
        return 0;
    }
    /* halves of a pair, line and paragraph separators, changes of writing direction */
    if ((code >= 0xd800 && code < 0xe000) || (code >= 0x2028 && code <= 0x202e) ||
        (code >= 0x2066 && code <= 0x2069)) {
        return 0;
    }
    return size;
}

bool clean_copy(char *to, size_t size, const char *from, size_t length)
{
    size_t used = 0;
    size_t at = 0;

    while (at < length) {
        size_t bytes = clean_character(from + at, length - at);
        size_t wanted = bytes > 0 ? bytes : 1;

        if (used + wanted >= size) {
            break;
        }
        if (bytes == 0) {
            to[used] = '?';
        }
        for (size_t i = 0; i < bytes; i++) {
            to[used + i] = from[at + i];
        }
        used += wanted;
        at += wanted;
    }
    to[used] = '\0';
    return at == length;
}
