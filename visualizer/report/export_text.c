// SPDX-License-Identifier: MIT
/*
 * Texts in exports. Names are the program's, titles the person's: nobody vouches for them,
 * and every file is to be read by a strict reader.
 */
#include "model/clean.h"
#include "report/export_private.h"

#include <limits.h>
#include <string.h>

#define REPLACEMENT "\xef\xbf\xbd" /* U+FFFD */

/* Not allowed in XML, though well-formed: U+FFFE and U+FFFF. */
static bool is_no_character(const char *text, size_t length)
{
    return length == 3 &&
           (memcmp(text, "\xef\xbf\xbe", 3) == 0 || memcmp(text, "\xef\xbf\xbf", 3) == 0);
}

/* One character, at most: returns its bytes in `text`; 0 at the end. */
static size_t next_character(const char *text, bool *good)
{
    if (*text == '\0') {
        return 0;
    }
    size_t length = clean_character(text, strnlen(text, 4));
    *good = length > 0 && !is_no_character(text, length);
    return length > 0 ? length : 1;
}

void put_xml(FILE *out, const char *text)
{
    bool good;
    for (size_t n; (n = next_character(text, &good)) > 0; text += n) {
        if (!good) {
            fputs(*text == '\t' || *text == '\n' ? " " : REPLACEMENT, out);
            continue;
        }
        switch (*text) {
        case '<':
            fputs("&lt;", out);
            break;
        case '>':
            fputs("&gt;", out);
            break;
        case '&':
            fputs("&amp;", out);
            break;
        case '"':
            fputs("&quot;", out);
            break;
        default:
            fwrite(text, 1, n, out);
            break;
        }
    }
}

void put_json(FILE *out, const char *text)
{
    bool good;
    fputc('"', out);
    for (size_t n; (n = next_character(text, &good)) > 0; text += n) {
        unsigned char first = (unsigned char)*text;
        if (first == '"' || first == '\\') {
            fprintf(out, "\\%c", first);
        } else if (first < 0x20 || first == 0x7f) {
            fprintf(out, "\\u%04x", first);
        } else if (!good) {
            fputs(REPLACEMENT, out);
        } else {
            fwrite(text, 1, n, out);
        }
    }
    fputc('"', out);
}

static const char *digits(const char *text)
{
    return text + strspn(text, "0123456789");
}

bool is_json_number(const char *text)
{
    text += *text == '-';
    const char *end = digits(text);
    if (end == text || (*text == '0' && end != text + 1)) {
        return false;
    }
    if (*end == '.') {
        text = end + 1;
        end = digits(text);
        if (end == text) {
            return false;
        }
    }
    if (*end == 'e' || *end == 'E') {
        text = end + 1 + (end[1] == '+' || end[1] == '-');
        end = digits(text);
        if (end == text) {
            return false;
        }
    }
    return *end == '\0';
}

/* Letters of East Asia, and pictures, are two wide. By code and not by the locale: the file
   is for another machine. */
static int columns_of(const char *text, size_t bytes)
{
    return bytes == 4 || (bytes == 3 && (unsigned char)*text >= 0xe3) ? 2 : 1;
}

size_t export_fit(const char *text, int columns, int *left)
{
    size_t at = 0;
    bool good;
    for (size_t n; (n = next_character(text + at, &good)) > 0; at += n) {
        int wide = columns_of(text + at, n);
        if (wide > columns) {
            break;
        }
        columns -= wide;
    }
    if (left != NULL) {
        *left = columns;
    }
    return at;
}

int export_columns(const char *text)
{
    int left;
    export_fit(text, INT_MAX, &left);
    return INT_MAX - left;
}
