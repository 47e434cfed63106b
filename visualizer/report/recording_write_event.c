// SPDX-License-Identifier: MIT
/*
 * One event as a line of a recording: what people read of it, by the names that the model has
 * at that moment, and then its numbers.
 */
#include "model/clean.h"
#include "report/recording_private.h"

enum { TEXT = 160, AHEAD = 16 /* events in which a name may still come */ };

/* --- names -------------------------------------------------------------------------------- */

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
            recorder_name_piece(deed, whole + at);
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
        if (recorder_is_access(deed)) {
            name_of_memory(recorder->model, deed, text, size);
        } else if (deed->op >= MP_OP_CREATE) {
            name_of_object(recorder, index, deed, text, size);
        } else {
            snprintf(text, size, "-");
        }
        break;
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
    const struct source_place *place =
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
    recorder_value(recorder, deed, text, sizeof text);
    recorder_text(recorder, *text != '\0' ? text : "-");
    put_place(recorder, deed);
    recorder_put(recorder, "\t%u\t0x%02x\t%u\t%u\t0x%llx\t0x%x\t%u\t%llu", deed->op,
                 deed->info, deed->object, deed->offset, (unsigned long long)deed->value,
                 deed->place, deed->order, (unsigned long long)event->when);
    recorder_line(recorder);
}
