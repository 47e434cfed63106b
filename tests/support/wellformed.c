// SPDX-License-Identifier: MIT
#include "wellformed.h"

#include <check.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// --- XML -------------------------------------------------------------------------------

enum { DEPTH_MOST = 64, NAME_MOST = 64 };

struct xml {
    const char *begin, *at, *end;
    char *why;
    size_t size;
    char open[DEPTH_MOST][NAME_MOST]; // elements
    int depth;
    bool had_root;
};

static bool wrong(struct xml *xml, const char *what)
{
    snprintf(xml->why, xml->size, "byte %zu: %s, at \"%.*s\"",
             (size_t)(xml->at - xml->begin), what,
             (int)(xml->end - xml->at < 30 ? xml->end - xml->at : 30), xml->at);
    return false;
}

static bool take(struct xml *xml, const char *what)
{
    size_t length = strlen(what);
    if ((size_t)(xml->end - xml->at) < length || memcmp(xml->at, what, length) != 0) {
        return false;
    }
    xml->at += length;
    return true;
}

// One character that may be in a document, see "Char" there; any UTF-8.
static bool take_character(struct xml *xml)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    unsigned char first = (unsigned char)*xml->at;
    size_t size = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    uint32_t code = size == 1 ? first : first & (0x7fu >> size);
    if ((first >= 0x80 && first < 0xc0) || first > 0xf4 ||
        (size_t)(xml->end - xml->at) < size) {
        return wrong(xml, "no UTF-8");
    }
    for (size_t i = 1; i < size; i++) {
        if (((unsigned char)xml->at[i] & 0xc0) != 0x80) {
            return wrong(xml, "no UTF-8");
        }
        code = code << 6 | ((unsigned char)xml->at[i] & 0x3f);
    }
    bool allowed = code == 0x9 || code == 0xa || code == 0xd ||
                   (code >= 0x20 && code < 0xd800) || (code >= 0xe000 && code < 0xfffe) ||
                   (code >= 0x10000 && code <= 0x10ffff);
    if (!allowed || code < least[size]) {
        return wrong(xml, "a character that XML does not have");
    }
    xml->at += size;
    return true;
}

static bool take_reference(struct xml *xml)
{
    static const char *const known[] = {"&lt;", "&gt;", "&amp;", "&quot;", "&apos;"};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (take(xml, known[i])) {
            return true;
        }
    }
    return wrong(xml, "an & that is no reference");
}

static size_t take_name(struct xml *xml, char *name)
{
    size_t length = 0;
    while (xml->at < xml->end && length < NAME_MOST - 1 && *xml->at != '\0' &&
           strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-:_",
                  *xml->at) != NULL) {
        name[length++] = *xml->at++;
    }
    name[length] = '\0';
    return length;
}

static bool skip(struct xml *xml)
{
    const char *before = xml->at;
    while (xml->at < xml->end && (*xml->at == ' ' || *xml->at == '\n')) {
        xml->at++;
    }
    return xml->at > before;
}

static bool read_attributes(struct xml *xml)
{
    char names[16][NAME_MOST];
    size_t count = 0;
    while (skip(xml) && xml->at < xml->end && *xml->at != '>' && *xml->at != '/' &&
           *xml->at != '?') {
        if (count == 16 || take_name(xml, names[count]) == 0 || !take(xml, "=\"")) {
            return wrong(xml, "no attribute");
        }
        for (size_t i = 0; i < count; i++) {
            if (strcmp(names[i], names[count]) == 0) {
                return wrong(xml, "an attribute twice");
            }
        }
        count++;
        while (xml->at < xml->end && *xml->at != '"') {
            if (*xml->at == '<') {
                return wrong(xml, "a < in an attribute");
            }
            if (*xml->at == '&' ? !take_reference(xml) : !take_character(xml)) {
                return false;
            }
        }
        if (!take(xml, "\"")) {
            return wrong(xml, "an attribute does not end");
        }
    }
    return true;
}

static bool read_tag(struct xml *xml)
{
    char name[NAME_MOST];
    if (take(xml, "</")) {
        if (take_name(xml, name) == 0 || xml->depth == 0 ||
            strcmp(xml->open[xml->depth - 1], name) != 0) {
            return wrong(xml, "the end of what is not open");
        }
        xml->depth--;
        return take(xml, ">") || wrong(xml, "a > is missing");
    }
    xml->at++;
    if (xml->depth == DEPTH_MOST || (xml->depth == 0 && xml->had_root)) {
        return wrong(xml, "too deep, or a second root");
    }
    xml->had_root = true;
    if (take_name(xml, xml->open[xml->depth]) == 0 || !read_attributes(xml)) {
        return xml->why[0] != '\0' ? false : wrong(xml, "no element");
    }
    if (take(xml, "/>")) {
        return true;
    }
    xml->depth++;
    return take(xml, ">") || wrong(xml, "a > is missing");
}

bool xml_is_good(const char *text, size_t length, char *why, size_t size)
{
    static struct xml xml;
    xml = (struct xml){
        .begin = text, .at = text, .end = text + length, .why = why, .size = size};
    why[0] = '\0';
    if (take(&xml, "<?xml") && (!read_attributes(&xml) || !take(&xml, "?>"))) {
        return why[0] != '\0' ? false : wrong(&xml, "the first line does not end");
    }
    while (xml.at < xml.end) {
        bool good;
        if (*xml.at == '<') {
            good = read_tag(&xml);
        } else if (*xml.at == '&') {
            good = take_reference(&xml);
        } else if (xml.depth == 0 && *xml.at != '\n' && *xml.at != ' ') {
            good = wrong(&xml, "text outside of the root");
        } else if (xml.end - xml.at >= 3 && memcmp(xml.at, "]]>", 3) == 0) {
            good = wrong(&xml, "]]> in a text");
        } else {
            good = take_character(&xml);
        }
        if (!good) {
            return false;
        }
    }
    return (xml.depth == 0 && xml.had_root) || wrong(&xml, "something is still open");
}

// --- CSV -------------------------------------------------------------------------------

// Reads one field into `to`. False: it is none.
static bool read_field(const char **at, const char *end, char *to)
{
    const char *from = *at;
    bool quoted = from < end && *from == '"';
    from += quoted;
    for (; from < end; from++) {
        if (quoted && *from == '"') {
            if (from + 1 == end || from[1] != '"') {
                break;
            }
            from++; // two of them: one
        } else if (!quoted && (*from == ',' || *from == '\r')) {
            break;
        } else if (!quoted && (*from == '"' || *from == '\n')) {
            return false;
        }
        *to++ = *from;
    }
    *to = '\0';
    if (quoted && (from == end || *from++ != '"')) {
        return false;
    }
    *at = from;
    return true;
}

static bool read_row(struct csv *csv, const char **at, const char *end)
{
    size_t columns = 0;
    do {
        csv->fields = realloc(csv->fields, (csv->count + 1) * sizeof *csv->fields);
        ck_assert_ptr_nonnull(csv->fields);
        char *field = calloc(1, (size_t)(end - *at) + 1);
        ck_assert_ptr_nonnull(field);
        csv->fields[csv->count++] = field;
        columns++;
        if (!read_field(at, end, field)) {
            return false;
        }
    } while (*at < end && *(*at)++ == ',');
    bool ends = (*at)[-1] == '\r' && *at < end && **at == '\n';
    *at += ends;
    bool same = csv->rows == 0 || columns == csv->columns;
    csv->columns = csv->rows == 0 ? columns : csv->columns;
    csv->rows++;
    return ends && same;
}

struct csv *csv_read(const char *text, size_t length, char *why, size_t size)
{
    struct csv *csv = calloc(1, sizeof *csv);
    ck_assert_ptr_nonnull(csv);
    const char *at = text;
    while (at < text + length) {
        if (!read_row(csv, &at, text + length)) {
            snprintf(why, size, "row %zu is none, at byte %zu", csv->rows + 1,
                     (size_t)(at - text));
            csv_free(csv);
            return NULL;
        }
    }
    return csv;
}

void csv_free(struct csv *csv)
{
    for (size_t i = 0; i < csv->count; i++) {
        free(csv->fields[i]);
    }
    free(csv->fields);
    free(csv);
}

const char *csv_field(const struct csv *csv, size_t row, size_t column)
{
    return row < csv->rows && column < csv->columns
               ? csv->fields[row * csv->columns + column]
               : "";
}
