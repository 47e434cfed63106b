// SPDX-License-Identifier: MIT
/*
 * One event as a line of a recording: what people read of it, by the names that the model has
 * at that moment, and then its numbers.
 */
#include "model/clean.h"
#include "report/recording_private.h"

#include <errno.h>

enum { TEXT = 160, AHEAD = 16 /* events in which a name may still come */ };

/* --- names -------------------------------------------------------------------------------- */

static void piece_of_name(const struct mp_deed *deed, char piece[16])
{
    memcpy(piece, &deed->value, sizeof deed->value);
    memcpy(piece + 8, &deed->offset, sizeof deed->offset);
    memcpy(piece + 12, &deed->place, sizeof deed->place);
}

/* What is made gets its name in the events that follow. */
static void name_ahead(const struct recorder *recorder, uint64_t index, unsigned of,
                       unsigned subject, char *name, size_t size)
{
    char whole[MP_NAME_SIZE] = "";
    uint64_t end = tape_events(recorder->tape);
    end = end - index > AHEAD ? index + AHEAD : end;
    for (; index < end; index++) {
        unsigned slot;
        const struct mp_deed *deed = &tape_event_at(recorder->tape, index, &slot)->deed;
        size_t at = (size_t)(deed->info & MP_NAME_PIECE) * 16;
        if (deed->op == MP_OP_NAME && (deed->info & ~(unsigned)MP_NAME_PIECE) == of &&
            deed->object == subject && at < sizeof whole) {
            piece_of_name(deed, whole + at);
        }
    }
    clean_copy(name, size, whole, strnlen(whole, sizeof whole));
}

static void name_of_process(const struct recorder *recorder, uint64_t index,
                            unsigned slot, char *name, size_t size)
{
    const char *known = model_name(recorder->model, slot);
    *name = '\0';
    if (slot < MP_PROCESSES && recorder->model->processes[slot].entry.name[0] == '\0') {
        name_ahead(recorder, index, MP_NAME_OF_PROCESS, slot, name, size);
    }
    if (*name == '\0') {
        snprintf(name, size, "%s", known);
    }
}

static void name_of_object(const struct recorder *recorder, uint64_t index,
                           const struct mp_deed *deed, char *name, size_t size)
{
    *name = '\0';
    if (deed->op == MP_OP_CREATE) {
        name_ahead(recorder, index, MP_NAME_OF_OBJECT, deed->object, name, size);
    }
    if (deed->op == MP_OP_CREATE && *name == '\0') {
        name_ahead(recorder, index, MP_NAME_OF_TYPE, deed->object, name, size);
    }
    if (*name == '\0') {
        snprintf(name, size, "%s", model_object_name(recorder->model, deed->object));
    }
}

/* The field, or else the object, in which this place of the arena is. */
static void name_of_memory(const struct model *model, const struct mp_deed *deed,
                           char *name, size_t size)
{
    uint32_t field = model_field_at(model, deed->offset);
    bool range = deed->op == MP_OP_READ_RANGE || deed->op == MP_OP_WRITE_RANGE;
    if (field != NO_FIELD && !range) {
        snprintf(name, size, "%s", model->fields[field].name);
        return;
    }
    for (unsigned i = 1; i < model->object_count; i++) {
        const struct mp_object_entry *object = &model->objects[i];
        if (object->kind != MP_KIND_NONE && deed->offset >= object->offset &&
            deed->offset - object->offset < object->size) {
            snprintf(name, size, "%s", model_object_name(model, i));
            return;
        }
    }
    snprintf(name, size, "memory");
}

static bool is_access(const struct mp_deed *deed)
{
    return deed->op >= MP_OP_READ && deed->op <= MP_OP_WRITE_RANGE;
}

static void about_words(const struct recorder *recorder, uint64_t index,
                        const struct mp_deed *deed, char *text, size_t size)
{
    switch (deed->op) {
    case MP_OP_MAKE:
    case MP_OP_START:
    case MP_OP_JOIN:
    case MP_OP_FORGET:
        name_of_process(recorder, index, deed->object, text, size);
        break;
    case MP_OP_NAME: {
        bool process = (deed->info & ~(unsigned)MP_NAME_PIECE) == MP_NAME_OF_PROCESS;
        snprintf(text, size, "%s %u", process ? "process" : "object", deed->object);
        break;
    }
    default:
        if (is_access(deed)) {
            name_of_memory(recorder->model, deed, text, size);
        } else if (deed->op >= MP_OP_CREATE) {
            name_of_object(recorder, index, deed, text, size);
        } else {
            snprintf(text, size, "-");
        }
        break;
    }
}

/* --- values ------------------------------------------------------------------------------- */

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
    snprintf(text, size, "%s%s%.100s", (deed->info & MP_INFO_ABOUT) != 0 ? "~" : "",
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

static void value_words_of(const struct recorder *recorder, const struct mp_deed *deed,
                           char *text, size_t size)
{
    enum mp_phase phase = mp_deed_phase(deed);
    snprintf(text, size, "-");
    if (deed->op == MP_OP_NAME) {
        char piece[16];
        piece_of_name(deed, piece);
        clean_copy(text, size, piece, strnlen(piece, sizeof piece));
    } else if (phase == MP_WANT) {
        if (deed->op == MP_OP_SLEEP) {
            life_value(deed, text, size);
        }
    } else if (phase == MP_FAILED) {
        failed_value(recorder, deed, text, size);
    } else if (deed->op == MP_OP_READ_RANGE || deed->op == MP_OP_WRITE_RANGE) {
        snprintf(text, size, "%llu bytes", (unsigned long long)deed->value);
    } else if (is_access(deed)) {
        access_value(recorder->model, deed, text, size);
    } else if (deed->op <= MP_OP_FORGET) {
        life_value(deed, text, size);
    } else {
        call_value(recorder, deed, text, size);
    }
}

/* --- the line ----------------------------------------------------------------------------- */

static void put_time(struct recorder *recorder, uint64_t when)
{
    uint64_t ticks, nanoseconds;
    tape_clock_is(recorder->tape, &ticks, &nanoseconds);
    if (nanoseconds == 0 || ticks == 0) {
        recorder_put(recorder, "\t-");
        return;
    }
    double passed = (double)(when - recorder->first_when);
    recorder_put(recorder, "\t%.0f", passed * ((double)nanoseconds / (double)ticks));
}

static void put_place(struct recorder *recorder, const struct mp_deed *deed)
{
    const struct place *place =
        deed_has_place(deed) ? recorder_place(recorder, deed->place) : NULL;
    if (place == NULL) {
        recorder_put(recorder, "\t-");
        return;
    }
    char file[sizeof place->file];
    const char *slash = memrchr(place->file, '/', strnlen(place->file, sizeof file));
    const char *begin = slash != NULL ? slash + 1 : place->file;
    snprintf(file, sizeof file, "%.*s", (int)(place->file + sizeof file - 1 - begin),
             begin);
    recorder_text(recorder, file);
    recorder_put(recorder, ":%d", place->line);
}

void recorder_event(struct recorder *recorder, uint64_t index)
{
    char text[TEXT];
    unsigned slot;
    const struct mp_event *event = tape_event_at(recorder->tape, index, &slot);
    const struct mp_deed *deed = &event->deed;
    uint64_t before = recorder->model->steps;
    model_event(recorder->model, slot, event);
    if (recorder->model->steps != before) {
        recorder_put(recorder, "%llu", (unsigned long long)recorder->model->steps);
    } else {
        recorder_put(recorder, "-");
    }
    put_time(recorder, event->when);
    recorder_put(recorder, "\t%u", slot);
    name_of_process(recorder, index, slot, text, sizeof text);
    recorder_text(recorder, text);
    enum mp_phase phase = deed->op == MP_OP_NAME ? MP_DONE : mp_deed_phase(deed);
    recorder_put(recorder, "\t%s\t%s", recording_word(&recording_operations, deed->op),
                 recording_word(&recording_phases, phase));
    about_words(recorder, index, deed, text, sizeof text);
    recorder_text(recorder, *text != '\0' ? text : "-");
    value_words_of(recorder, deed, text, sizeof text);
    recorder_text(recorder, *text != '\0' ? text : "-");
    put_place(recorder, deed);
    recorder_put(recorder, "\t%u\t0x%02x\t%u\t%u\t0x%llx\t0x%x\t%u\t%llu", deed->op,
                 deed->info, deed->object, deed->offset, (unsigned long long)deed->value,
                 deed->place, deed->order, (unsigned long long)event->when);
    recorder_line(recorder);
}
