// SPDX-License-Identifier: MIT
/*
 * What there is to say of an object now, in a few words: of all kinds but values and locks,
 * which have panels of their own.
 */
#include "model/private.h"

#include <inttypes.h>
#include <stdio.h>

static const char *s_if(uint64_t count)
{
    return count == 1 ? "" : "s";
}

bool model_object_matters(const struct model *model, unsigned object)
{
    const struct mp_object_entry *entry = &model->objects[object % MP_OBJECTS];
    switch (entry->kind) {
    case MP_KIND_BARRIER: /* while somebody is there already and somebody is not */
        return entry->broken || (entry->arrived > 0 && entry->arrived < entry->parties);
    case MP_KIND_SEMAPHORE:
    case MP_KIND_EVENT:
    case MP_KIND_CONDITION:
    case MP_KIND_QUEUE:
    case MP_KIND_POOL:
    case MP_KIND_PIPE:
        return true;
    default:
        return mp_is_lock(entry);
    }
}

static void pool_words(const struct model *model, unsigned pool, char *text, size_t size)
{
    const struct mp_object_entry *entry = &model->objects[pool];
    uint64_t taken = entry->taken < entry->given ? entry->taken : entry->given;
    uint64_t finished = entry->finished < taken ? entry->finished : taken;
    snprintf(text, size,
             "%" PRIu64 " task%s given: %" PRIu64 " over, %" PRIu64 " taken, %" PRIu64
             " waiting%s",
             entry->given, s_if(entry->given), finished, taken - finished,
             entry->given - taken,
             entry->broken == MP_POOL_GAVE_UP      ? "; it GAVE UP"
             : entry->broken == MP_POOL_TERMINATED ? "; ended"
             : entry->broken                       ? "; closed"
                                                   : "");
}

void model_object_words(const struct model *model, unsigned object, char *text,
                        size_t size)
{
    const struct mp_object_entry *entry = &model->objects[object % MP_OBJECTS];
    uint64_t inside = contents_inside(entry);
    switch (entry->kind) {
    case MP_KIND_BARRIER:
        snprintf(text, size, "%u of %u have come to this barrier%s", entry->arrived,
                 entry->parties, entry->broken ? "; it is BROKEN" : "");
        break;
    case MP_KIND_SEMAPHORE:
        snprintf(text, size, "%u permit%s free", entry->arrived, s_if(entry->arrived));
        break;
    case MP_KIND_EVENT:
        snprintf(text, size, "%s", entry->arrived ? "is set" : "is not set");
        break;
    case MP_KIND_CONDITION:
        snprintf(text, size, "%u sleep%s in it", entry->arrived,
                 entry->arrived == 1 ? "s" : "");
        break;
    case MP_KIND_QUEUE:
        snprintf(text, size, "%" PRIu64 " put = %" PRIu64 " taken + %" PRIu64 " inside%s",
                 entry->given, entry->given > inside ? entry->given - inside : 0, inside,
                 entry->broken              ? "; closed"
                 : inside == entry->parties ? "; FULL"
                                            : "");
        break;
    case MP_KIND_POOL:
        pool_words(model, object % MP_OBJECTS, text, size);
        break;
    case MP_KIND_PIPE:
        snprintf(text, size, "%u message%s on the way to end 0, %u to end 1",
                 entry->messages[0], s_if(entry->messages[0]), entry->messages[1]);
        break;
    default:
        text[0] = '\0';
        break;
    }
}
