// SPDX-License-Identifier: MIT
/*
 * Values by the name of their type: items of queues, results of tasks. Types that this table
 * does not have (structs) are not taken apart: their items are known by number.
 */
#include "model/private.h"

#include <stdio.h>
#include <string.h>

static const struct {
    const char *type;
    enum field_kind kind;
    uint32_t size;
} types[] = {
    {"int", FIELD_SIGNED, sizeof(int)},
    {"signed", FIELD_SIGNED, sizeof(int)},
    {"signed int", FIELD_SIGNED, sizeof(int)},
    {"unsigned", FIELD_UNSIGNED, sizeof(unsigned)},
    {"unsigned int", FIELD_UNSIGNED, sizeof(unsigned)},
    {"long", FIELD_SIGNED, sizeof(long)},
    {"long int", FIELD_SIGNED, sizeof(long)},
    {"unsigned long", FIELD_UNSIGNED, sizeof(long)},
    {"long unsigned int", FIELD_UNSIGNED, sizeof(long)},
    {"long long", FIELD_SIGNED, sizeof(long long)},
    {"unsigned long long", FIELD_UNSIGNED, sizeof(long long)},
    {"short", FIELD_SIGNED, sizeof(short)},
    {"unsigned short", FIELD_UNSIGNED, sizeof(short)},
    {"char", FIELD_CHAR, 1},
    {"signed char", FIELD_SIGNED, 1},
    {"unsigned char", FIELD_UNSIGNED, 1},
    {"bool", FIELD_BOOL, 1},
    {"_Bool", FIELD_BOOL, 1},
    {"float", FIELD_FLOAT, sizeof(float)},
    {"double", FIELD_FLOAT, sizeof(double)},
    {"size_t", FIELD_UNSIGNED, sizeof(size_t)},
    {"ssize_t", FIELD_SIGNED, sizeof(size_t)},
    {"pid_t", FIELD_SIGNED, sizeof(int)},
    {"int8_t", FIELD_SIGNED, 1},
    {"int16_t", FIELD_SIGNED, 2},
    {"int32_t", FIELD_SIGNED, 4},
    {"int64_t", FIELD_SIGNED, 8},
    {"uint8_t", FIELD_UNSIGNED, 1},
    {"uint16_t", FIELD_UNSIGNED, 2},
    {"uint32_t", FIELD_UNSIGNED, 4},
    {"uint64_t", FIELD_UNSIGNED, 8},
};

/* False: it is none of the table. The name ends after `length` bytes. */
static bool typed_words(const char *type, size_t length, uint64_t value, char *text,
                        size_t size)
{
    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        if (strlen(types[i].type) == length && memcmp(types[i].type, type, length) == 0) {
            struct field field = {.kind = types[i].kind, .size = types[i].size};
            model_value(&field, value, text, size);
            return true;
        }
    }
    return false;
}

bool item_is_value(const struct model *model, unsigned queue, uint64_t value, char *text,
                   size_t size)
{
    const char *type = model->objects[queue % MP_OBJECTS].type;
    if (!typed_words(type, strnlen(type, MP_NAME_SIZE), value, text, size)) {
        return false;
    }
    if (model->end_item[0] != '\0' && strcmp(text, model->end_item) == 0) {
        snprintf(text, size, "END");
    }
    return true;
}

void model_item_words(const struct model *model, unsigned queue, uint64_t number,
                      uint64_t value, char *text, size_t size)
{
    if (!item_is_value(model, queue, value, text, size)) {
        snprintf(text, size, "item %llu", (unsigned long long)number + 1);
    }
}

void model_end_item(struct model *model, const char *value)
{
    snprintf(model->end_item, sizeof(model->end_item), "%s", value);
}

/* Where the name of the function begins: the last word. */
static size_t last_word(const char *type)
{
    size_t length = strnlen(type, MP_NAME_SIZE - 1);
    while (length > 0 && type[length - 1] != ' ') {
        length--;
    }
    return length;
}

void model_result_words(const struct model *model, unsigned pool, uint64_t value,
                        char *text, size_t size)
{
    const char *type = model->objects[pool % MP_OBJECTS].type;
    size_t name = last_word(type);
    text[0] = '\0';
    if (name > 0) {
        typed_words(type, name - 1, value, text, size);
    }
}

const char *model_task_name(const struct model *model, unsigned pool)
{
    const char *type = model->hidden->object_types[pool % MP_OBJECTS];
    return type + last_word(type);
}
