// SPDX-License-Identifier: MIT
// Is it JSON, XML, CSV? As strict as the readers for which such files are made, and then a
// way to look into them.
#pragma once

#include <stdbool.h>
#include <stddef.h>

// --- JSON (RFC 8259) -------------------------------------------------------------------

enum json_kind {
    JSON_NULL,
    JSON_FALSE,
    JSON_TRUE,
    JSON_NUMBER,
    JSON_STRING,
    JSON_ARRAY,
    JSON_OBJECT
};

struct json {
    enum json_kind kind;
    double number;
    char *text;            // of a STRING, decoded (\u0000 is refused)
    char *key;             // of a member of an OBJECT
    struct json *children; // of an ARRAY, an OBJECT: count of them
    size_t count;
};

// Reads one value that is all of the text. NULL: it is none, and `why` says where.
struct json *json_read(const char *text, size_t length, char *why, size_t size);
void json_free(struct json *json);

// The member of an object; NULL: there is none, or it is no object.
const struct json *json_get(const struct json *object, const char *key);
// Its text, or its number, as a test wants it: "" and -1 where there is none.
const char *json_text(const struct json *object, const char *key);
double json_number(const struct json *object, const char *key);

// --- XML 1.0, without document types and comments, which nobody here writes --------------

// False: it is none, and `why` says where.
bool xml_is_good(const char *text, size_t length, char *why, size_t size);

// --- CSV (RFC 4180) ---------------------------------------------------------------------

struct csv {
    char **fields; // row after row
    size_t rows, columns, count;
};

// Reads it: lines end with CR LF, all have the same number of fields. NULL: it is none.
struct csv *csv_read(const char *text, size_t length, char *why, size_t size);
void csv_free(struct csv *csv);
const char *csv_field(const struct csv *csv, size_t row, size_t column);
