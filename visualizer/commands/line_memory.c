// SPDX-License-Identifier: MIT
/* What line mode tells of shared memory, locks, and the source, when it is asked. */
#include "commands/line.h"
#include "commands/races.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT_SIZE = 400 };

static const char *plural(uint64_t count)
{
    return count == 1 ? "" : "s";
}

/* --- shared memory ----------------------------------------------------------------------------- */

static void short_field(const struct field *field, const char *value)
{
    printf("%s is %s: %llu update%s written, %llu lost.\n", field->name, value,
           (unsigned long long)field->updates, plural(field->updates),
           (unsigned long long)field->lost);
}

/* Free running only totals are certain; of the only field also what is missing from it. */
static void free_field(const struct session *session, const struct field *field,
                       const char *value, bool only)
{
    const struct model *model = session->model;
    if (!only || !session->entry.hooked) {
        printf("%s is %s.\n", field->name, value);
        return;
    }
    printf("%s is %s: %llu updates written, lost%s %llu.\n", field->name, value,
           (unsigned long long)model_updates(model),
           session->ended ? "" : " so far: about", (unsigned long long)model_lost(model));
}

static void long_field(const struct model *model, const struct field *field,
                       const char *value)
{
    char type[32];
    char text[TEXT_SIZE];
    model_type(field, type, sizeof type);
    size_t used = (size_t)snprintf(
        text, sizeof text, "%s is %s (%s, at byte %u): %llu update%s written, %llu lost.",
        field->name, value, type, (unsigned)field->offset,
        (unsigned long long)field->updates, plural(field->updates),
        (unsigned long long)field->lost);
    if (field->writer != MP_NOBODY) {
        used += (size_t)snprintf(text + used, sizeof text - used, " Last written by %s.",
                                 model_name(model, field->writer));
    }
    if (model->expected_what[0] != '\0' &&
        strcmp(model->expected_what, field->name) == 0) {
        snprintf(text + used, sizeof text - used, " Expected at the end: %lld.",
                 (long long)model->expected);
    }
    line_say(text);
}

static int by_place(const void *a, const void *b)
{
    const struct field *one = *(const struct field *const *)a;
    const struct field *other = *(const struct field *const *)b;
    return (one->offset > other->offset) - (one->offset < other->offset);
}

/* Those that there are, in the order in which they lie in memory: the caller frees it. */
static const struct field **fields_in_order(const struct model *model, size_t *count)
{
    const struct field **order = calloc(model->field_count + 1, sizeof(*order));
    *count = 0;
    for (size_t i = 0; order != NULL && i < model->field_count; i++) {
        if (!model->fields[i].gone) {
            order[(*count)++] = &model->fields[i];
        }
    }
    if (order != NULL) {
        qsort(order, *count, sizeof(*order), by_place);
    }
    return order;
}

/* Returns how many there are. */
static size_t tell_fields(const struct line_mode *mode, bool brief)
{
    const struct model *model = line_model(mode);
    size_t count;
    const struct field **order = fields_in_order(model, &count);
    for (size_t i = 0; i < count; i++) {
        const struct field *field = order[i];
        char value[64] = "not known";
        if (brief && !field->known) {
            continue;
        }
        if (field->known) {
            model_value(field, field->value, value, sizeof value);
        }
        if (!model->controlled) {
            free_field(&mode->session, field, value, count == 1);
        } else if (brief) {
            short_field(field, value);
        } else {
            long_field(model, field, value);
        }
    }
    free(order);
    return count;
}

/* --- locks and barriers -------------------------------------------------------------------------- */

static void owner_of(const struct model *model, const struct mp_object_entry *lock,
                     unsigned object, char *text, size_t size)
{
    const char *name = model_object_name(model, object);
    if (lock->broken) {
        snprintf(text, size, "%s: its last owner died.", name);
    } else if (lock->owner == MP_NOBODY) {
        snprintf(text, size, "Nobody has %s.", name);
    } else {
        snprintf(text, size, "%s has %s.", model_name(model, lock->owner), name);
    }
}

static void tell_lock(struct line_mode *mode, unsigned object, bool brief)
{
    const struct model *model = line_model(mode);
    const struct mp_object_entry *lock = &model->objects[object];
    uint16_t waiters[MP_PROCESSES];
    char text[TEXT_SIZE];
    struct source_place place;
    owner_of(model, lock, object, text, sizeof text);
    if (brief) {
        line_say(text);
        return;
    }
    size_t used = strlen(text);
    session_address(&mode->session, lock->place, &place);
    if (lock->owner < MP_PROCESSES && !lock->broken && place.line > 0) {
        used--; /* the full stop */
        used += (size_t)snprintf(text + used, sizeof text - used, ", since line %d.",
                                 place.line);
    }
    size_t count = model_waiters(model, (uint16_t)object, waiters, MP_PROCESSES);
    for (size_t i = 0; i < count && used < sizeof text; i++) {
        used += (size_t)snprintf(
            text + used, sizeof text - used, "%s%s%s", i == 0 ? " Wanted by " : ", ",
            model_name(model, waiters[i]), i + 1 == count ? "." : "");
    }
    if (used < sizeof text) {
        snprintf(text + used, sizeof text - used, " Taken %llu time%s, waited for %llu.",
                 (unsigned long long)lock->taken, plural(lock->taken),
                 (unsigned long long)lock->waited);
    }
    line_say(text);
}

/* Returns how many there are. */
static size_t tell_objects(struct line_mode *mode, bool brief)
{
    const struct model *model = line_model(mode);
    size_t count = 0;
    for (unsigned i = 1; i < model->object_count; i++) {
        const struct mp_object_entry *object = &model->objects[i];
        if (!model_object_matters(model, i)) {
            continue;
        }
        if (object->kind == MP_KIND_LOCK || object->kind == MP_KIND_RLOCK) {
            tell_lock(mode, i, brief);
        } else {
            line_contents(model, i);
        }
        count++;
    }
    return count;
}

void line_memory(struct line_mode *mode, const char *rest)
{
    bool brief = strcmp(rest, "short") == 0; /* as a part of state */
    size_t count = tell_fields(mode, brief);
    count += tell_objects(mode, brief);
    if (count == 0 && !brief) {
        line_say(model_why_nothing_shared(mode->session.entry.hooked));
    }
}

/* --- source ------------------------------------------------------------------------------------- */

/* The file in which most of what is seen happens: that of the process that moved last, else
   that of the last process. False: not known. */
static bool find_file(struct line_mode *mode, char *file, size_t size)
{
    const struct model *model = line_model(mode);
    struct source_place place = {.line = 0};
    if (model->moved_last < MP_PROCESSES) {
        session_place(&mode->session, model, model->moved_last, &place);
    }
    for (unsigned i = model->process_count; place.line == 0 && i-- > 0;) {
        session_place(&mode->session, model, i, &place);
    }
    snprintf(file, size, "%s", place.file);
    return place.line > 0;
}

static struct source *open_file(struct line_mode *mode, char *file, size_t size)
{
    struct source *source = find_file(mode, file, size) ? source_open(file) : NULL;
    if (source == NULL) {
        printf("Where its source is, is not known.\n");
    }
    return source;
}

/* "  45 0 2  line": with the numbers of those who stand there. */
static void tell_file(struct line_mode *mode)
{
    const struct model *model = line_model(mode);
    char file[sizeof((struct source_place *)0)->file];
    struct source *source = open_file(mode, file, sizeof file);
    for (int line = 1; line <= source_lines(source); line++) {
        char who[40] = "";
        for (unsigned slot = 0; slot < model->process_count; slot++) {
            struct source_place place;
            session_place(&mode->session, model, slot, &place);
            size_t used = strlen(who);
            if (place.line == line && strcmp(place.file, file) == 0 &&
                used + 5 < sizeof who) {
                snprintf(who + used, sizeof who - used, " %u", slot);
            }
        }
        printf("%4d%-4s  %s\n", line, who, source_line(source, line));
    }
    source_close(source);
}

void line_source(struct line_mode *mode, const char *rest)
{
    const struct model *model = line_model(mode);
    bool told = false;
    if (strcmp(rest, "all") == 0) {
        tell_file(mode);
        return;
    }
    for (unsigned slot = 0; slot < model->process_count; slot++) {
        struct source_place place;
        session_place(&mode->session, model, slot, &place);
        struct source *source = place.line > 0 ? source_open(place.file) : NULL;
        if (source != NULL) {
            const char *line = source_line(source, place.line);
            printf("%u stands at %s line %d: %s\n", slot, file_name(place.file),
                   place.line, line + strspn(line, " "));
            told = true;
        }
        source_close(source);
    }
    if (!told) {
        printf("Nobody stands at a line that is known.\n");
    }
}

void line_python(struct line_mode *mode, const char *rest)
{
    char file[sizeof((struct source_place *)0)->file];
    struct source *source = open_file(mode, file, sizeof file);
    int first;
    int count = source_python(source, &first);
    (void)rest;
    for (int i = 0; i < count; i++) {
        printf("%s\n", source_python_line(source, first, i));
    }
    if (source != NULL && count == 0) {
        printf("This source does not say what it would be in Python.\n");
    }
    source_close(source);
}

/* --- data races -------------------------------------------------------------------------------- */

void line_races(struct line_mode *mode, const char *rest)
{
    (void)rest;
    char *text = races_text(&mode->session, line_model(mode));
    if (text != NULL) {
        fputs(text, stdout);
    }
    free(text);
}
