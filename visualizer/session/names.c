// SPDX-License-Identifier: MIT
/* The scalars of shared objects get the names that the program's debug information has. */
#include "session/feed.h"

enum { FIELDS = 256 }; /* of one shared object that are shown */

void feed_names(struct session *session)
{
    static struct field fields[FIELDS];
    const struct model *model = session->model;
    for (unsigned i = 1; i < MP_OBJECTS && i < model->object_count; i++) {
        const struct mp_object_entry *object = &model->objects[i];
        if (object->kind != MP_KIND_SHARED || object->type[0] == '\0' ||
            session->named[i] == object->generation) {
            continue;
        }
        session->named[i] = object->generation;
        size_t count =
            debuginfo_fields(session->info, object->type, object->name, fields, FIELDS);
        for (size_t f = 0; f < count; f++) {
            fields[f].offset += object->offset;
            fields[f].object = (uint16_t)i;
        }
        if (count > 0) {
            feed_mark(session, &(struct mark){.kind = MARK_FIELDS,
                                              .object = (uint16_t)i,
                                              .fields = fields,
                                              .field_count = count});
        }
    }
}
