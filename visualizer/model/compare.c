// SPDX-License-Identifier: MIT
/*
 * Compares the fold with a snapshot of the world, field by field. Left out: the versions of
 * entries, and accesses that the program itself counted as unseen (no event tells of them).
 */
#include "model/private.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct comparison {
    char *what;
    size_t size;
    bool equal;
};

__attribute__((format(printf, 2, 3))) static void differs(struct comparison *c,
                                                          const char *format, ...)
{
    if (!c->equal) {
        return; /* the first difference is told */
    }
    c->equal = false;
    va_list args;
    va_start(args, format);
    vsnprintf(c->what, c->size, format, args);
    va_end(args);
}

static void number(struct comparison *c, const char *table, unsigned index,
                   const char *name, uint64_t model, uint64_t world)
{
    if (model != world) {
        differs(c, "%s %u: %s is %llu in the model, %llu in the world", table, index,
                name, (unsigned long long)model, (unsigned long long)world);
    }
}

static void deed(struct comparison *c, unsigned index, const char *name,
                 const struct mp_deed *model, const struct mp_deed *world)
{
    char member[32];
    if (memcmp(model, world, sizeof *model) == 0) {
        return; /* as nearly always */
    }
    const struct {
        const char *name;
        uint64_t model, world;
    } members[] = {
        {"op", model->op, world->op},
        {"info", model->info, world->info},
        {"value", model->value, world->value},
        {"offset", model->offset, world->offset},
        {"place", model->place, world->place},
        {"order", model->order, world->order},
        {"object", model->object, world->object},
    };
    for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
        snprintf(member, sizeof(member), "%s.%s", name, members[i].name);
        number(c, "process", index, member, members[i].model, members[i].world);
    }
}

static void text(struct comparison *c, const char *table, unsigned index,
                 const char *name, const char *model, const char *world)
{
    if (strncmp(model, world, MP_NAME_SIZE) != 0) {
        differs(c, "%s %u: %s is \"%.63s\" in the model, \"%.63s\" in the world", table,
                index, name, model, world);
    }
}

static void process(struct comparison *c, unsigned i, const struct mp_process_entry *model,
                    const struct mp_process_entry *world)
{
    number(c, "process", i, "generation", model->generation, world->generation);
    number(c, "process", i, "life", model->life, world->life);
    number(c, "process", i, "pid", (uint32_t)model->pid, (uint32_t)world->pid);
    number(c, "process", i, "status", (uint32_t)model->status, (uint32_t)world->status);
    number(c, "process", i, "parent", model->parent, world->parent);
    number(c, "process", i, "waiting", model->waiting, world->waiting);
    number(c, "process", i, "steps", model->steps, world->steps);
    number(c, "process", i, "reads", model->reads, world->reads);
    number(c, "process", i, "writes", model->writes, world->writes);
    number(c, "process", i, "pool", model->pool, world->pool);
    number(c, "process", i, "notified", model->notified, world->notified);
    number(c, "process", i, "task", model->task, world->task);
    number(c, "process", i, "task_end", model->task_end, world->task_end);
    deed(c, i, "now", &model->now, &world->now);
    deed(c, i, "last", &model->last, &world->last);
    text(c, "process", i, "name", model->name, world->name);
}

static void object(struct comparison *c, unsigned i, const struct mp_object_entry *model,
                   const struct mp_object_entry *world)
{
    number(c, "object", i, "generation", model->generation, world->generation);
    number(c, "object", i, "kind", model->kind, world->kind);
    number(c, "object", i, "offset", model->offset, world->offset);
    number(c, "object", i, "size", model->size, world->size);
    number(c, "object", i, "broken", model->broken, world->broken);
    number(c, "object", i, "owner", model->owner, world->owner);
    number(c, "object", i, "place", model->place, world->place);
    number(c, "object", i, "changes", model->changes, world->changes);
    number(c, "object", i, "parties", model->parties, world->parties);
    number(c, "object", i, "arrived", model->arrived, world->arrived);
    number(c, "object", i, "taken", model->taken, world->taken);
    number(c, "object", i, "waited", model->waited, world->waited);
    number(c, "object", i, "given", model->given, world->given);
    number(c, "object", i, "finished", model->finished, world->finished);
    for (unsigned k = 0; k < 4; k++) {
        number(c, "object", i, "members", model->members[k / 2][k % 2],
               world->members[k / 2][k % 2]);
    }
    number(c, "object", i, "messages[0]", model->messages[0], world->messages[0]);
    number(c, "object", i, "messages[1]", model->messages[1], world->messages[1]);
    text(c, "object", i, "name", model->name, world->name);
    text(c, "object", i, "type", model->type, world->type);
}

/* Shared memory, as far as both know it. */
static void value(struct comparison *c, const struct field *field,
                  const struct snapshot *snapshot)
{
    const struct mp_object_entry *entry = &snapshot->objects[field->object];
    const unsigned char *bytes = snapshot->bytes[field->object];
    uint32_t room = entry->size < MODEL_BYTES ? entry->size : MODEL_BYTES;
    uint32_t at = field->offset - entry->offset;
    uint64_t world = 0;
    if (field->gone || !field->known || bytes == NULL || field->size > sizeof(world) ||
        at > room || room - at < field->size) {
        return;
    }
    memcpy(&world, bytes + at, field->size);
    uint64_t model = 0;
    memcpy(&model, &field->value, field->size);
    if (model != world) {
        differs(c, "field %s is %llu in the model, %llu in the world", field->name,
                (unsigned long long)model, (unsigned long long)world);
    }
}

/* What lies in a queue, as far as the model knows it. */
static void items(struct comparison *c, const struct model *model, unsigned i,
                  const struct snapshot *snapshot)
{
    const struct mp_object_entry *entry = &snapshot->objects[i];
    bool has = entry->kind == MP_KIND_QUEUE && snapshot->bytes[i] != NULL;
    for (size_t k = 0; has && k < contents_count(entry); k++) {
        struct queue_item item;
        uint64_t raw;
        char in_model[64];
        char in_world[64];
        uint64_t n = contents_number(entry, k);
        memcpy(&raw, snapshot->bytes[i] + k * sizeof(raw), sizeof(raw));
        if (!model_queue_item(model, i, n, &item)) {
            continue;
        }
        model_item_words(model, i, n, item.value, in_model, sizeof(in_model));
        model_item_words(model, i, n, raw, in_world, sizeof(in_world));
        if (strcmp(in_model, in_world) != 0) {
            differs(c, "queue %u: item %llu is %s in the model, %s in the world", i,
                    (unsigned long long)n, in_model, in_world);
        }
    }
}

bool model_equals(const struct model *model, const struct snapshot *snapshot, char *what,
                  size_t size)
{
    struct comparison c = {.what = what, .size = size, .equal = true};
    what[0] = '\0';
    if (snapshot->controlled) {
        number(&c, "run", 0, "steps", model->steps, snapshot->steps);
    }
    for (unsigned i = 0; i < MP_PROCESSES && c.equal; i++) {
        process(&c, i, &model->processes[i].entry, &snapshot->processes[i]);
    }
    for (unsigned i = 0; i < MP_OBJECTS && c.equal; i++) {
        const struct mp_object_entry *has = &model->objects[i];
        const struct mp_object_entry nothing = {.generation = has->generation};
        object(&c, i, model->retired[i] ? &nothing : has, &snapshot->objects[i]);
    }
    for (unsigned i = 0; i < MP_OBJECTS && c.equal; i++) {
        items(&c, model, i, snapshot);
    }
    for (size_t i = 0; i < model->field_count && c.equal; i++) {
        value(&c, &model->fields[i], snapshot);
    }
    return c.equal;
}
