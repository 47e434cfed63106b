// SPDX-License-Identifier: MIT
/* What stands between the events of a recording, as lines. */
#include "report/recording_private.h"

static void put_members(struct recorder *recorder, const struct members *members,
                        const void *entry)
{
    for (size_t i = 0; i < members->count; i++) {
        const struct member *member = &members->list[i];
        uint64_t value = recording_member(member, entry);
        if (value == 0) {
            continue;
        }
        if (member->is_signed) {
            recorder_put(recorder, "\t%s=%lld", member->word, (long long)value);
        } else {
            recorder_put(recorder, member->is_address ? "\t%s=0x%llx" : "\t%s=%llu",
                         member->word, (unsigned long long)value);
        }
    }
}

static bool is_blank(const struct mp_process_entry *entry)
{
    struct mp_process_entry blank;
    memset(&blank, 0, sizeof blank);
    blank.parent = MP_NOBODY;
    return memcmp(entry, &blank, sizeof blank) == 0;
}

static void put_object(struct recorder *recorder, unsigned i,
                       const struct mp_object_entry *entry, const unsigned char *bytes)
{
    recorder_put(recorder, "object\t%u", i);
    recorder_name(recorder, entry->name, sizeof entry->name);
    recorder_put(recorder, "\t%s", recording_word(&recording_kinds, entry->kind));
    put_members(recorder, &recording_object_members, entry);
    if (entry->type[0] != '\0') {
        recorder_put(recorder, "\ttype=");
        recorder_escaped(recorder, entry->type, strnlen(entry->type, sizeof entry->type));
    }
    recorder_line(recorder);
    size_t size = bytes != NULL ? recording_bytes(entry) : 0;
    if (size > 0) {
        recorder_put(recorder, "bytes\t%u\t", i);
        for (size_t k = 0; k < size; k++) {
            recorder_put(recorder, "%02x", bytes[k]);
        }
        recorder_line(recorder);
    }
}

static void put_snapshot(struct recorder *recorder, const struct snapshot *snapshot,
                         bool gap)
{
    static const struct mp_object_entry nothing;
    recorder_put(recorder, "snapshot\t%llu\t%s\t%s\t%s",
                 (unsigned long long)snapshot->steps,
                 recording_word(&recording_grains, snapshot->grain),
                 snapshot->controlled ? "controlled" : "free", gap ? "gap" : "whole");
    recorder_line(recorder);
    for (unsigned i = 0; i < MP_PROCESSES; i++) {
        const struct mp_process_entry *entry = &snapshot->processes[i];
        if (!is_blank(entry)) {
            recorder_put(recorder, "process\t%u", i);
            recorder_name(recorder, entry->name, sizeof entry->name);
            recorder_put(recorder, "\t%s", recording_word(&recording_lives, entry->life));
            put_members(recorder, &recording_process_members, entry);
            recorder_line(recorder);
        }
    }
    for (unsigned i = 1; i < MP_OBJECTS; i++) {
        if (memcmp(&snapshot->objects[i], &nothing, sizeof nothing) != 0) {
            put_object(recorder, i, &snapshot->objects[i], snapshot->bytes[i]);
        }
    }
}

static void put_fields(struct recorder *recorder, const struct mark *mark)
{
    recorder_put(recorder, "fields\t%u", mark->object);
    recorder_text(recorder, model_object_name(recorder->model, mark->object));
    recorder_line(recorder);
    for (size_t i = 0; i < mark->field_count; i++) {
        const struct field *field = &mark->fields[i];
        recorder_put(recorder, "field");
        recorder_name(recorder, field->name, sizeof field->name);
        recorder_put(recorder, "\t%u\t%u\t%s", field->offset, field->size,
                     recording_word(&recording_field_kinds, field->kind));
        recorder_line(recorder);
    }
}

static void put_output(struct recorder *recorder, const char *text, size_t size)
{
    do {
        size_t piece = size < PIECE_MOST ? size : PIECE_MOST;
        recorder_put(recorder, "printed\t");
        recorder_escaped(recorder, text, piece);
        recorder_line(recorder);
        text += piece;
        size -= piece;
    } while (size > 0);
}

static void put_kernel(struct recorder *recorder, const struct mark *mark)
{
    const struct kernel_view *view = mark->kernel;
    recorder_put(recorder, "kernel\t%u", mark->slot);
    recorder_text(recorder, model_name(recorder->model, mark->slot));
    recorder_put(recorder, "\t%c\t%d", view->state == 0 ? '-' : view->state,
                 (int)view->parent);
    recorder_name(recorder, view->parent_name, sizeof view->parent_name);
    recorder_put(recorder, "\t%llu\t%llu\t%d", (unsigned long long)view->cpu_ticks,
                 (unsigned long long)view->switches, (int)view->cpu);
    recorder_line(recorder);
}

static void put_of_process(struct recorder *recorder, const char *word, unsigned slot)
{
    recorder_put(recorder, "%s\t%u", word, slot);
    recorder_text(recorder, model_name(recorder->model, slot));
    recorder_line(recorder);
}

static void put_word(struct recorder *recorder, const char *word)
{
    recorder_put(recorder, "%s", word);
    recorder_line(recorder);
}

void recorder_mark(struct recorder *recorder, const struct mark *mark)
{
    switch (mark->kind) {
    case MARK_SNAPSHOT:
        put_snapshot(recorder, mark->snapshot, mark->gap);
        break;
    case MARK_FIELDS:
        put_fields(recorder, mark);
        break;
    case MARK_OUTPUT:
        put_output(recorder, mark->text, mark->size);
        break;
    case MARK_KERNEL:
        put_kernel(recorder, mark);
        break;
    case MARK_EXPECT:
        recorder_put(recorder, "expect");
        recorder_text(recorder, mark->text);
        recorder_put(recorder, "\t%lld", (long long)mark->number);
        recorder_line(recorder);
        break;
    case MARK_END_ITEM:
        recorder_put(recorder, "end-item");
        recorder_text(recorder, mark->text);
        recorder_line(recorder);
        break;
    case MARK_OUTSIDE:
        put_of_process(recorder, "outside", mark->slot);
        break;
    case MARK_KILLED:
        put_of_process(recorder, "killed", mark->slot);
        break;
    case MARK_STUCK:
        put_word(recorder, "stuck");
        break;
    case MARK_DROPPED:
        recorder_put(recorder, "dropped\t%llu", (unsigned long long)mark->number);
        recorder_line(recorder);
        break;
    default:
        put_word(recorder, "finish");
        break;
    }
}
