// SPDX-License-Identifier: MIT
#include "wellformed.h"

#include <check.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DEPTH_MOST = 64 };

struct reader {
    const char *begin, *at, *end;
    char *why;
    size_t size;
    int depth;
};

static bool wrong(struct reader *reader, const char *what)
{
    snprintf(reader->why, reader->size, "byte %zu: %s, at \"%.*s\"",
             (size_t)(reader->at - reader->begin), what,
             (int)(reader->end - reader->at < 30 ? reader->end - reader->at : 30),
             reader->at);
    return false;
}

static void skip(struct reader *reader)
{
    while (reader->at < reader->end && strchr(" \t\r\n", *reader->at) != NULL &&
           *reader->at != '\0') {
        reader->at++;
    }
}

static bool next_is(const struct reader *reader, char what)
{
    return reader->at < reader->end && *reader->at == what;
}

static bool take(struct reader *reader, char what)
{
    if (!next_is(reader, what)) {
        return false;
    }
    reader->at++;
    return true;
}

// --- strings ---------------------------------------------------------------------------

static char *put_code(char *to, uint32_t code)
{
    if (code < 0x80) {
        *to++ = (char)code;
    } else if (code < 0x800) {
        *to++ = (char)(0xc0 | code >> 6);
        *to++ = (char)(0x80 | (code & 0x3f));
    } else {
        *to++ = (char)(0xe0 | code >> 12);
        *to++ = (char)(0x80 | (code >> 6 & 0x3f));
        *to++ = (char)(0x80 | (code & 0x3f));
    }
    return to;
}

static bool read_escape(struct reader *reader, char **to)
{
    static const char plain[] = "\"\\/bfnrt";
    static const char means[] = "\"\\/\b\f\n\r\t";
    uint32_t code = 0;
    if (reader->at >= reader->end) {
        return wrong(reader, "the text ends in a string");
    }
    const char *found = *reader->at != '\0' ? strchr(plain, *reader->at) : NULL;
    if (found != NULL) {
        *(*to)++ = means[found - plain];
        reader->at++;
        return true;
    }
    if (*reader->at != 'u' || reader->end - reader->at < 5) {
        return wrong(reader, "no escape sequence");
    }
    for (int i = 1; i <= 4; i++) {
        char c = reader->at[i];
        int digit = c >= '0' && c <= '9'   ? c - '0'
                    : c >= 'a' && c <= 'f' ? c - 'a' + 10
                    : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                           : -1;
        if (digit < 0) {
            return wrong(reader, "four hex digits are missing");
        }
        code = code << 4 | (uint32_t)digit;
    }
    if (code == 0 || (code >= 0xd800 && code < 0xe000)) {
        return wrong(reader, "a zero, or half of a pair: not written by us");
    }
    reader->at += 5;
    *to = put_code(*to, code);
    return true;
}

// Bytes of the UTF-8 character there; 0: it is none. As RFC 3629 has it.
static size_t utf8(const char *text, const char *end)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    unsigned char first = (unsigned char)*text;
    size_t size = first < 0x80                    ? 1
                  : first >= 0xc2 && first < 0xe0 ? 2
                  : first >= 0xe0 && first < 0xf0 ? 3
                  : first >= 0xf0 && first < 0xf5 ? 4
                                                  : 0;
    if (size == 0 || (size_t)(end - text) < size) {
        return 0;
    }
    uint32_t code = size == 1 ? first : first & (0x7fu >> size);
    for (size_t i = 1; i < size; i++) {
        if (((unsigned char)text[i] & 0xc0) != 0x80) {
            return 0;
        }
        code = code << 6 | ((unsigned char)text[i] & 0x3f);
    }
    bool bad = code < least[size] || code > 0x10ffff || (code >= 0xd800 && code < 0xe000);
    return bad ? 0 : size;
}

static bool read_string(struct reader *reader, char **text)
{
    if (!take(reader, '"')) {
        return wrong(reader, "a string is missing");
    }
    char *to = *text = malloc((size_t)(reader->end - reader->at) + 1);
    ck_assert_ptr_nonnull(to);
    while (reader->at < reader->end && *reader->at != '"') {
        size_t bytes = utf8(reader->at, reader->end);
        if (bytes == 0) {
            return wrong(reader, "no UTF-8");
        }
        if ((unsigned char)*reader->at < 0x20) {
            return wrong(reader, "a control character in a string");
        }
        if (*reader->at == '\\') {
            reader->at++;
            if (!read_escape(reader, &to)) {
                return false;
            }
            continue;
        }
        memcpy(to, reader->at, bytes);
        to += bytes;
        reader->at += bytes;
    }
    *to = '\0';
    return take(reader, '"') || wrong(reader, "the text ends in a string");
}

// --- values ----------------------------------------------------------------------------

static bool digits(struct reader *reader)
{
    const char *before = reader->at;
    while (reader->at < reader->end && *reader->at >= '0' && *reader->at <= '9') {
        reader->at++;
    }
    return reader->at > before;
}

static bool read_number(struct reader *reader, struct json *json)
{
    char text[64];
    const char *begin = reader->at;
    take(reader, '-');
    bool zero = next_is(reader, '0');
    const char *first = reader->at;
    bool good = digits(reader) && (!zero || reader->at == first + 1);
    if (good && take(reader, '.')) {
        good = digits(reader);
    }
    if (good && (take(reader, 'e') || take(reader, 'E'))) {
        good = (take(reader, '+') || take(reader, '-') || true) && digits(reader);
    }
    if (!good || reader->at - begin >= (ptrdiff_t)sizeof text) {
        return wrong(reader, "no number");
    }
    snprintf(text, sizeof text, "%.*s", (int)(reader->at - begin), begin);
    json->kind = JSON_NUMBER;
    json->number = strtod(text, NULL);
    return true;
}

static bool read_value(struct reader *reader, struct json *json);

static struct json *new_child(struct json *json)
{
    if ((json->count & (json->count - 1)) == 0) { // 0, and each power of two
        size_t room = json->count == 0 ? 1 : json->count * 2;
        json->children = realloc(json->children, room * sizeof *json->children);
        ck_assert_ptr_nonnull(json->children);
    }
    struct json *child = &json->children[json->count++];
    *child = (struct json){.kind = JSON_NULL};
    return child;
}

static bool read_members(struct reader *reader, struct json *json, char end)
{
    reader->at++;
    skip(reader);
    if (take(reader, end)) {
        return true;
    }
    do {
        struct json *child = new_child(json);
        skip(reader);
        if (json->kind == JSON_OBJECT) {
            if (!read_string(reader, &child->key)) {
                return false;
            }
            skip(reader);
            if (!take(reader, ':')) {
                return wrong(reader, "a colon is missing");
            }
            for (size_t i = 0; i + 1 < json->count; i++) {
                if (strcmp(json->children[i].key, child->key) == 0) {
                    return wrong(reader, "the same key twice");
                }
            }
        }
        if (!read_value(reader, child)) {
            return false;
        }
        skip(reader);
    } while (take(reader, ','));
    return take(reader, end) || wrong(reader, "a comma or an end is missing");
}

static bool read_word(struct reader *reader, struct json *json)
{
    static const struct {
        const char *word;
        enum json_kind kind;
    } words[] = {{"null", JSON_NULL}, {"false", JSON_FALSE}, {"true", JSON_TRUE}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        size_t length = strlen(words[i].word);
        if ((size_t)(reader->end - reader->at) >= length &&
            memcmp(reader->at, words[i].word, length) == 0) {
            reader->at += length;
            json->kind = words[i].kind;
            return true;
        }
    }
    return wrong(reader, "no value");
}

static bool read_value(struct reader *reader, struct json *json)
{
    skip(reader);
    if (reader->at >= reader->end) {
        return wrong(reader, "the text ends where a value should be");
    }
    if (*reader->at == '{' || *reader->at == '[') {
        bool object = *reader->at == '{';
        json->kind = object ? JSON_OBJECT : JSON_ARRAY;
        if (reader->depth == DEPTH_MOST) {
            return wrong(reader, "too deep");
        }
        reader->depth++;
        bool good = read_members(reader, json, object ? '}' : ']');
        reader->depth--;
        return good;
    }
    if (*reader->at == '"') {
        json->kind = JSON_STRING;
        return read_string(reader, &json->text);
    }
    if (*reader->at == '-' || (*reader->at >= '0' && *reader->at <= '9')) {
        return read_number(reader, json);
    }
    return read_word(reader, json);
}

static void free_inside(struct json *json)
{
    for (size_t i = 0; i < json->count; i++) {
        free_inside(&json->children[i]);
    }
    free(json->children);
    free(json->text);
    free(json->key);
}

void json_free(struct json *json)
{
    if (json != NULL) {
        free_inside(json);
        free(json);
    }
}

struct json *json_read(const char *text, size_t length, char *why, size_t size)
{
    struct reader reader = {text, text, text + length, why, size, 0};
    struct json *json = calloc(1, sizeof *json);
    ck_assert_ptr_nonnull(json);
    bool good = read_value(&reader, json);
    skip(&reader);
    if (good && reader.at != reader.end) {
        good = wrong(&reader, "more behind the value");
    }
    if (!good) {
        json_free(json);
        return NULL;
    }
    return json;
}

const struct json *json_get(const struct json *object, const char *key)
{
    if (object == NULL || object->kind != JSON_OBJECT) {
        return NULL;
    }
    for (size_t i = 0; i < object->count; i++) {
        if (strcmp(object->children[i].key, key) == 0) {
            return &object->children[i];
        }
    }
    return NULL;
}

const char *json_text(const struct json *object, const char *key)
{
    const struct json *member = json_get(object, key);
    return member != NULL && member->kind == JSON_STRING ? member->text : "";
}

double json_number(const struct json *object, const char *key)
{
    const struct json *member = json_get(object, key);
    return member != NULL && member->kind == JSON_NUMBER ? member->number : -1;
}
