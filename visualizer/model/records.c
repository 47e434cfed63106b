// SPDX-License-Identifier: MIT
/*
 * What stays when an entry is used again: the names of objects, and a record of each life.
 * Names come in pieces and are cleaned here for all who print them.
 */
#include "model/private.h"

#include <string.h>

/* --- names ---------------------------------------------------------------------------- */

void keep_object_name(struct model *model, unsigned object)
{
    const struct mp_object_entry *entry = &model->objects[object];
    char *kept = model->hidden->object_names[object];
    memcpy(kept, entry->name[0] != '\0' ? entry->name : entry->type, MP_NAME_SIZE);
    kept[MP_NAME_SIZE - 1] = '\0';
    model_clean(kept);
    char *type = model->hidden->object_types[object];
    memcpy(type, entry->type, MP_NAME_SIZE);
    type[MP_NAME_SIZE - 1] = '\0';
    model_clean(type);
}

/* Puts one piece of a name in its place. True when the name is complete. */
static bool add_piece(char *name, const struct mp_deed *deed)
{
    enum { PIECE = 16 };
    char piece[PIECE];
    memcpy(piece, &deed->value, sizeof(deed->value));
    memcpy(piece + 8, &deed->offset, sizeof(deed->offset));
    memcpy(piece + 12, &deed->place, sizeof(deed->place));
    size_t at = (size_t)(deed->info & MP_NAME_PIECE) * PIECE;
    if (at + PIECE > MP_NAME_SIZE) {
        return false;
    }
    memcpy(name + at, piece, PIECE);
    bool complete = memchr(piece, '\0', PIECE) != NULL;
    if (at + PIECE == MP_NAME_SIZE && !complete) {
        name[MP_NAME_SIZE - 1] = '\0';
        complete = true;
    }
    return complete;
}

void fold_name(struct model *model, unsigned slot, const struct mp_deed *deed)
{
    unsigned which = deed->info & ~(unsigned)MP_NAME_PIECE;
    if (which == MP_NAME_OF_PROCESS) {
        if (deed->object < MP_PROCESSES &&
            add_piece(model->processes[deed->object].entry.name, deed)) {
            life_rename(model, deed->object);
        }
        return;
    }
    if (deed->object >= MP_OBJECTS) {
        return;
    }
    struct mp_object_entry *object = &model->objects[deed->object];
    if (which == MP_NAME_OF_ERROR) {
        add_piece(model->hidden->processes[slot].error, deed);
        return;
    }
    if (which == MP_NAME_OF_OBJECT) {
        add_piece(object->name, deed);
    } else if (which == MP_NAME_OF_TYPE && add_piece(object->type, deed) &&
               object->kind == MP_KIND_SHARED) {
        keep_object_name(model, deed->object);
        fields_make(model, deed->object, true);
    }
    keep_object_name(model, deed->object);
}

/* --- records of lives ----------------------------------------------------------------- */

struct model_life *life_of(const struct model *model, unsigned slot)
{
    if (slot >= MP_PROCESSES || model->processes[slot].life == NO_LIFE) {
        return NULL;
    }
    return &model->lives[model->processes[slot].life];
}

void life_rename(struct model *model, unsigned slot)
{
    struct model_life *life = life_of(model, slot);
    if (life != NULL) {
        memcpy(life->name, model->processes[slot].entry.name, sizeof(life->name));
        life->name[sizeof(life->name) - 1] = '\0';
        model_clean(life->name);
    }
}

void life_refresh(struct model *model, unsigned slot)
{
    struct model_life *life = life_of(model, slot);
    const struct process_view *view = &model->processes[slot];
    if (life == NULL || view->entry.life == MP_LIFE_NONE) {
        return;
    }
    life->pid = view->entry.pid;
    life->status = view->entry.status;
    life->steps = view->entry.steps;
    life->reads = view->entry.reads;
    life->writes = view->entry.writes;
    life->born_step = view->born_step;
    life->ended_step = view->ended_step;
    life->joined_step = view->joined_step;
}

void life_begin(struct model *model, unsigned slot)
{
    struct process_view *view = &model->processes[slot];
    view->life = NO_LIFE;
    view->kernel = (struct kernel_view){.cpu = -1};
    view->born_step = view->ended_step = view->joined_step = 0;
    view->ended_by_user = false;
    if (model->life_count >= KEEP_LIVES ||
        !model_grow(model, &model->lives, model->life_count, &model->life_room,
                    sizeof(*model->lives))) {
        return;
    }
    view->life = (uint32_t)model->life_count++;
    model->lives[view->life] = (struct model_life){
        .slot = (uint16_t)slot,
        .parent = view->entry.parent,
        .generation = view->entry.generation,
    };
    life_rename(model, slot);
    life_refresh(model, slot);
}
