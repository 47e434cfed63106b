// SPDX-License-Identifier: MIT
/*
 * Words: names, values, statuses. What a program gives as a name is cleaned before anybody
 * prints it.
 */
#include "model/clean.h"
#include "model/private.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

void model_clean(char *text)
{
    size_t left = strlen(text);
    while (left > 0) {
        size_t length = clean_character(text, left);
        if (length == 0) {
            *text = *text == '\t' ? ' ' : '?';
            length = 1;
        }
        text += length;
        left -= length;
    }
}

/* --- names ---------------------------------------------------------------------------- */

const char *model_name(const struct model *model, unsigned slot)
{
    const struct model_life *life = life_of(model, slot);
    return life == NULL || life->name[0] == '\0' ? "somebody" : life->name;
}

const char *model_object_name(const struct model *model, unsigned object)
{
    if (object >= MP_OBJECTS || model->hidden->object_names[object][0] == '\0') {
        return "something";
    }
    return model->hidden->object_names[object];
}

static uint16_t object_at(const struct model *model, uint32_t offset)
{
    for (uint16_t i = 0; i < model->object_count; i++) {
        const struct mp_object_entry *object = &model->objects[i];
        if (object->kind != MP_KIND_NONE && offset >= object->offset &&
            offset - object->offset < object->size) {
            return i;
        }
    }
    return 0;
}

bool access_is_whole(const struct model *model, const struct mp_deed *deed)
{
    uint32_t index = model_field_at(model, deed->offset);
    uint32_t size = mp_deed_size(deed);
    if (size > sizeof(deed->value)) {
        return false;
    }
    return index == NO_FIELD || (model->fields[index].offset == deed->offset &&
                                 model->fields[index].size == size);
}

void place_words(const struct model *model, uint32_t offset, char *text, size_t size)
{
    uint32_t field = model_field_at(model, offset);
    if (field != NO_FIELD) {
        snprintf(text, size, "%s", model->fields[field].name);
        return;
    }
    uint16_t object = object_at(model, offset);
    snprintf(text, size, "%s", object == 0 ? "memory" : model_object_name(model, object));
}

const char *signal_name(int signal)
{
    static const struct {
        int signal;
        const char *name;
    } names[] = {
        {SIGKILL, "SIGKILL"}, {SIGTERM, "SIGTERM"}, {SIGINT, "SIGINT"},
        {SIGSEGV, "SIGSEGV"}, {SIGABRT, "SIGABRT"}, {SIGBUS, "SIGBUS"},
        {SIGFPE, "SIGFPE"},   {SIGILL, "SIGILL"},   {SIGHUP, "SIGHUP"},
        {SIGPIPE, "SIGPIPE"}, {SIGALRM, "SIGALRM"}, {SIGQUIT, "SIGQUIT"},
        {SIGUSR1, "SIGUSR1"}, {SIGUSR2, "SIGUSR2"}, {SIGTRAP, "SIGTRAP"},
        {SIGSYS, "SIGSYS"},   {SIGXCPU, "SIGXCPU"}, {SIGXFSZ, "SIGXFSZ"},
    };
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (names[i].signal == signal) {
            return names[i].name;
        }
    }
    return "a signal";
}

static bool is_crash(int signal)
{
    return signal == SIGSEGV || signal == SIGABRT || signal == SIGBUS ||
           signal == SIGFPE || signal == SIGILL || signal == SIGTRAP || signal == SIGSYS;
}

void status_words(int32_t status, char *text, size_t size)
{
    if (status == MP_STATUS_UNKNOWN) {
        snprintf(text, size, "has ended, nobody knows how");
    } else if (status >= 0) {
        snprintf(text, size, "ended with status %d", status);
    } else {
        snprintf(text, size, "%s (%s)", is_crash(-status) ? "crashed" : "was killed",
                 signal_name(-status));
    }
}

/* --- values --------------------------------------------------------------------------- */

static int64_t sign_extended(uint64_t raw, uint32_t size)
{
    unsigned unused = size < sizeof(raw) ? 64 - 8 * size : 0;
    return (int64_t)(raw << unused) >> unused;
}

void model_value(const struct field *field, uint64_t raw, char *text, size_t size)
{
    uint32_t bytes =
        field->size == 0 || field->size > sizeof(raw) ? sizeof(raw) : field->size;
    uint64_t bits = bytes < sizeof(raw) ? raw & ((UINT64_C(1) << 8 * bytes) - 1) : raw;
    switch (field->kind) {
    case FIELD_UNSIGNED:
        snprintf(text, size, "%llu", (unsigned long long)bits);
        break;
    case FIELD_FLOAT:
        if (bytes == sizeof(float)) {
            float number;
            memcpy(&number, &bits, sizeof(number));
            snprintf(text, size, "%.6g", (double)number);
        } else {
            double number;
            memcpy(&number, &bits, sizeof(number));
            snprintf(text, size, "%.10g", number);
        }
        break;
    case FIELD_CHAR:
        if (bits >= 0x20 && bits < 0x7f) {
            snprintf(text, size, "'%c'", (int)bits);
        } else {
            snprintf(text, size, "%lld", (long long)sign_extended(bits, bytes));
        }
        break;
    case FIELD_BOOL:
        snprintf(text, size, "%s", bits == 0 ? "false" : "true");
        break;
    case FIELD_POINTER:
        if (bits == 0) {
            snprintf(text, size, "NULL");
            break;
        }
        snprintf(text, size, "0x%llx", (unsigned long long)bits);
        break;
    case FIELD_BYTES:
        snprintf(text, size, "0x%llx", (unsigned long long)bits);
        break;
    default:
        snprintf(text, size, "%lld", (long long)sign_extended(bits, bytes));
        break;
    }
}

void value_words(const struct model *model, uint32_t offset, uint32_t size, uint64_t raw,
                 char *text, size_t text_size)
{
    struct field bare = {.size = size, .kind = FIELD_SIGNED};
    uint32_t index = model_field_at(model, offset);
    const struct field *field = &bare;
    if (index != NO_FIELD && model->fields[index].offset == offset &&
        model->fields[index].size == size) {
        field = &model->fields[index];
    }
    model_value(field, raw, text, text_size);
}

void model_type(const struct field *field, char *text, size_t size)
{
    static const char *const whole[] = {"char", "short", "int", "long"};
    int index = field->size == 1 ? 0 : field->size == 2 ? 1 : field->size == 4 ? 2 : 3;
    bool odd = (field->size & (field->size - 1)) != 0 || field->size > 8;

    switch (odd ? FIELD_BYTES : field->kind) {
    case FIELD_SIGNED:
        snprintf(text, size, "%s", whole[index]);
        break;
    case FIELD_UNSIGNED:
        snprintf(text, size, "unsigned %s", whole[index]);
        break;
    case FIELD_FLOAT:
        snprintf(text, size, "%s", field->size == 4 ? "float" : "double");
        break;
    case FIELD_CHAR:
        snprintf(text, size, "char");
        break;
    case FIELD_BOOL:
        snprintf(text, size, "bool");
        break;
    case FIELD_POINTER:
        snprintf(text, size, "pointer");
        break;
    default:
        snprintf(text, size, "%u bytes", field->size);
        break;
    }
}

const char *model_why_nothing_shared(bool hooked)
{
    return hooked
               ? "Nothing is shared: each process has its own copy of every variable. "
                 "MP_SHARED makes memory that all see."
               : "Reads and writes of this program are not seen: it was not built for the lab.";
}
