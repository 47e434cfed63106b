// SPDX-License-Identifier: MIT
/* The value of an event of a recording, as a person reads it. */
#include "model/clean.h"
#include "report/recording_private.h"

#include <errno.h>

enum { TEXT = 160 };

void recorder_name_piece(const struct mp_deed *deed, char piece[16])
{
    memcpy(piece, &deed->value, sizeof deed->value);
    memcpy(piece + 8, &deed->offset, sizeof deed->offset);
    memcpy(piece + 12, &deed->place, sizeof deed->place);
}

bool recorder_is_access(const struct mp_deed *deed)
{
    return deed->op >= MP_OP_READ && deed->op <= MP_OP_WRITE_RANGE;
}

static void error_words(uint64_t error, char *text, size_t size)
{
    static const struct {
        int number;
        const char *name;
    } names[] = {
        {EAGAIN, "EAGAIN"},         {EBUSY, "EBUSY"},
        {EPIPE, "EPIPE"},           {ETIMEDOUT, "ETIMEDOUT"},
        {EINTR, "EINTR"},           {EOWNERDEAD, "EOWNERDEAD"},
        {EDEADLK, "EDEADLK"},       {ENOTRECOVERABLE, "ENOTRECOVERABLE"},
        {ECANCELED, "ECANCELED"},   {EOVERFLOW, "EOVERFLOW"},
        {ECHILD, "ECHILD"},         {EPERM, "EPERM"},
        {EINVAL, "EINVAL"},         {ENOMEM, "ENOMEM"},
        {ECONNRESET, "ECONNRESET"}, {EMSGSIZE, "EMSGSIZE"},
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if ((uint64_t)names[i].number == error) {
            snprintf(text, size, "%s", names[i].name);
            return;
        }
    }
    snprintf(text, size, "error %llu", (unsigned long long)error);
}

static void status_text(int32_t status, char *text, size_t size)
{
    if (status == MP_STATUS_UNKNOWN) {
        snprintf(text, size, "not known");
    } else if (status >= 0) {
        snprintf(text, size, "status %d", (int)status);
    } else {
        snprintf(text, size, "signal %d", -(int)status);
    }
}

/* "task 5", "tasks 5 to 8": numbers as the lab shows them, from 1. */
static void tasks_text(const struct mp_deed *deed, char *text, size_t size)
{
    unsigned long long first = deed->offset + 1ull;
    if (deed->value <= 1) {
        snprintf(text, size, "task %llu", first);
    } else {
        snprintf(text, size, "tasks %llu to %llu", first,
                 first + (unsigned long long)deed->value - 1);
    }
}

static void access_value(const struct model *model, const struct mp_deed *deed,
                         char *text, size_t size)
{
    struct field bare = {.size = mp_deed_size(deed), .kind = FIELD_SIGNED};
    uint32_t index = model_field_at(model, deed->offset);
    const struct field *field = &bare;
    char value[TEXT];
    if (index != NO_FIELD && model->fields[index].offset == deed->offset &&
        model->fields[index].size == bare.size) {
        field = &model->fields[index];
    }
    model_value(field, deed->value, value, sizeof value);
    bool before = deed->op != MP_OP_READ && mp_deed_phase(deed) == MP_DONE;
    snprintf(text, size, "%s%s%.100s",
             deed->order == 0 && (deed->info & MP_INFO_ABOUT) != 0 ? "~" : "",
             before ? "was " : "", value);
}

static void task_value(const struct model *model, const struct mp_deed *deed, char *text,
                       size_t size)
{
    char result[64];
    model_result_words(model, deed->object, deed->value, result, sizeof result);
    snprintf(text, size, *result == '\0' ? "task %llu%s" : "task %llu: %s",
             deed->offset + 1ull, result);
}

static void life_value(const struct mp_deed *deed, char *text, size_t size)
{
    unsigned long long value = deed->value;
    switch (deed->op) {
    case MP_OP_START:
    case MP_OP_BEGIN:
        snprintf(text, size, "pid %d", (int)(int64_t)deed->value);
        break;
    case MP_OP_OUTPUT:
        snprintf(text, size, "%llu bytes", value);
        break;
    case MP_OP_SLEEP:
        snprintf(text, size, "%llu ms", value);
        break;
    case MP_OP_END:
    case MP_OP_DIE:
    case MP_OP_JOIN:
        status_text((int32_t)(int64_t)deed->value, text, size);
        break;
    default:
        break;
    }
}

static void call_value(const struct recorder *recorder, const struct mp_deed *deed,
                       char *text, size_t size)
{
    static const char *const ends[] = {"open", "closed", "terminated", "gave up"};
    const struct model *model = recorder->model;
    unsigned long long value = deed->value;
    switch (deed->op) {
    case MP_OP_CREATE:
        snprintf(text, size, "%s",
                 recording_word(&recording_kinds, (unsigned)(deed->value >> 56)));
        break;
    case MP_OP_BARRIER_WAIT:
        snprintf(text, size, "round %llu", value);
        break;
    case MP_OP_BARRIER_RESET:
        snprintf(text, size, value != 0 ? "broken" : "as new");
        break;
    case MP_OP_SEM_RELEASE:
        snprintf(text, size, "%llu", value);
        break;
    case MP_OP_COND_NOTIFY:
        snprintf(text, size, "%s",
                 deed->offset < MP_PROCESSES ? model_name(model, deed->offset) : "nobody");
        break;
    case MP_OP_QUEUE_PUT:
    case MP_OP_QUEUE_GET:
        model_item_words(model, deed->object, deed->offset, deed->value, text, size);
        break;
    case MP_OP_TASKS_GIVE:
    case MP_OP_TASK_TAKE:
    case MP_OP_TASKS_CANCEL:
        tasks_text(deed, text, size);
        break;
    case MP_OP_TASK_FINISH:
        task_value(model, deed, text, size);
        break;
    case MP_OP_TASK_LOST:
        snprintf(text, size, "task %llu", deed->offset + 1ull);
        break;
    case MP_OP_POOL_CLOSE:
        snprintf(text, size, "%s", value < 4 ? ends[value] : "?");
        break;
    case MP_OP_PIPE_SEND:
    case MP_OP_PIPE_RECV:
        snprintf(text, size, "%llu bytes", value);
        break;
    case MP_OP_PIPE_CLOSE:
        snprintf(text, size, "end %u", deed->offset);
        break;
    default:
        break;
    }
}

/* Why it did not happen. Of two calls the value is something else. */
static void failed_value(const struct recorder *recorder, const struct mp_deed *deed,
                         char *text, size_t size)
{
    if (deed->op == MP_OP_TASK_FINISH) {
        snprintf(text, size, "task %llu: code %lld", deed->offset + 1ull,
                 (long long)deed->value);
    } else if (deed->op == MP_OP_COND_NOTIFY) {
        call_value(recorder, deed, text, size);
    } else if (deed->value != 0) {
        error_words(deed->value, text, size);
    }
}

void recorder_value(const struct recorder *recorder, const struct mp_deed *deed,
                    char *text, size_t size)
{
    enum mp_phase phase = mp_deed_phase(deed);
    snprintf(text, size, "-");
    if (deed->op == MP_OP_NAME) {
        char piece[16];
        recorder_name_piece(deed, piece);
        clean_copy(text, size, piece, strnlen(piece, sizeof piece));
    } else if (phase == MP_WANT) {
        if (deed->op == MP_OP_SLEEP) {
            life_value(deed, text, size);
        }
    } else if (phase == MP_FAILED) {
        failed_value(recorder, deed, text, size);
    } else if (deed->op == MP_OP_READ_RANGE || deed->op == MP_OP_WRITE_RANGE) {
        snprintf(text, size, "%llu bytes", (unsigned long long)deed->value);
    } else if (recorder_is_access(deed)) {
        access_value(recorder->model, deed, text, size);
    } else if (deed->op <= MP_OP_FORGET) {
        life_value(deed, text, size);
    } else {
        call_value(recorder, deed, text, size);
    }
}
