// SPDX-License-Identifier: MIT
/* What stands between the events of a recording, as lines. */
#include "report/recording_private.h"

static void put_members(struct recorder *recorder, const struct members *members,
                        const void *entry)
{
    for (size_t i = 0; i < members->count; i++) {
        const struct member *member = &members->list[i];
        uint64_t value = member_get(member, entry);
        if (value == 0) {
            continue;
        }
        if (member->is_signed) {
            write_plain(recorder, "\t%s=%lld", member->word, (long long)value);
        } else {
            write_plain(recorder, member->is_address ? "\t%s=0x%llx" : "\t%s=%llu",
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
    write_plain(recorder, "object\t%u", i);
    put_name(recorder, entry->name, sizeof entry->name);
    write_plain(recorder, "\t%s", word_of(&kind_words, entry->kind));
    put_members(recorder, &object_members, entry);
    if (entry->type[0] != '\0') {
        write_plain(recorder, "\ttype=");
        put_escaped(recorder, entry->type, strnlen(entry->type, sizeof entry->type));
    }
    put_line(recorder);
    size_t size = bytes != NULL ? object_bytes(entry) : 0;
    if (size > 0) {
        write_plain(recorder, "bytes\t%u\t", i);
        for (size_t k = 0; k < size; k++) {
            write_plain(recorder, "%02x", bytes[k]);
        }
        put_line(recorder);
    }
}

static void put_snapshot(struct recorder *recorder, const struct snapshot *snapshot,
                         bool gap)
{
    static const struct mp_object_entry nothing;
    write_plain(recorder, "snapshot\t%llu\t%s\t%s\t%s",
                (unsigned long long)snapshot->steps,
                word_of(&grain_words, snapshot->grain),
                snapshot->controlled ? "controlled" : "free", gap ? "gap" : "whole");
    put_line(recorder);
    for (unsigned i = 0; i < MP_PROCESSES; i++) {
        const struct mp_process_entry *entry = &snapshot->processes[i];
        if (!is_blank(entry)) {
            write_plain(recorder, "process\t%u", i);
            put_name(recorder, entry->name, sizeof entry->name);
            write_plain(recorder, "\t%s", word_of(&life_words, entry->life));
            put_members(recorder, &process_members, entry);
            put_line(recorder);
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
    write_plain(recorder, "fields\t%u", mark->object);
    write_text(recorder, model_object_name(recorder->model, mark->object));
    put_line(recorder);
    for (size_t i = 0; i < mark->field_count; i++) {
        const struct field *field = &mark->fields[i];
        write_plain(recorder, "field");
        put_name(recorder, field->name, sizeof field->name);
        write_plain(recorder, "\t%u\t%u\t%s", field->offset, field->size,
                    word_of(&field_words, field->kind));
        put_line(recorder);
    }
}

static void put_output(struct recorder *recorder, const char *text, size_t size)
{
    do {
        size_t piece = size < PIECE_MOST ? size : PIECE_MOST;
        write_plain(recorder, "printed\t");
        put_escaped(recorder, text, piece);
        put_line(recorder);
        text += piece;
        size -= piece;
    } while (size > 0);
}

static void put_kernel(struct recorder *recorder, const struct mark *mark)
{
    const struct kernel_view *view = mark->kernel;
    write_plain(recorder, "kernel\t%u", mark->slot);
    write_text(recorder, model_name(recorder->model, mark->slot));
    write_plain(recorder, "\t%c\t%d", view->state == 0 ? '-' : view->state,
                (int)view->parent);
    put_name(recorder, view->parent_name, sizeof view->parent_name);
    write_plain(recorder, "\t%llu\t%llu\t%d", (unsigned long long)view->cpu_ticks,
                (unsigned long long)view->switches, (int)view->cpu);
    put_line(recorder);
}

static void put_of_process(struct recorder *recorder, const char *word, unsigned slot)
{
    write_plain(recorder, "%s\t%u", word, slot);
    write_text(recorder, model_name(recorder->model, slot));
    put_line(recorder);
}

static void put_word(struct recorder *recorder, const char *word)
{
    write_plain(recorder, "%s", word);
    put_line(recorder);
}

void record_mark(struct recorder *recorder, const struct mark *mark)
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
        write_plain(recorder, "expect");
        write_text(recorder, mark->text);
        write_plain(recorder, "\t%lld", (long long)mark->number);
        put_line(recorder);
        break;
    case MARK_END_ITEM:
        write_plain(recorder, "end-item");
        write_text(recorder, mark->text);
        put_line(recorder);
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
        write_plain(recorder, "dropped\t%llu", (unsigned long long)mark->number);
        put_line(recorder);
        break;
    default:
        put_word(recorder, "finish");
        break;
    }
}
