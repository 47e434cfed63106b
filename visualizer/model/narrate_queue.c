// SPDX-License-Identifier: MIT
/*
 * Sentences on queues: put, taken, closed, worked on. How many slots are full is counted
 * after the step, under control: it is exact.
 */
#include "model/private.h"

#include <errno.h>

static unsigned long long inside(const struct model *model, unsigned queue)
{
    return (unsigned long long)contents_inside(&model->objects[queue]);
}

static void tell_moved(struct model *model, const struct happening *h)
{
    const struct mp_deed *deed = h->deed;
    unsigned long long full = inside(model, deed->object);
    const char *name = model_name(model, h->slot);
    const char *queue = model_object_name(model, deed->object);
    const char *verb = full == 1 ? "is" : "are";
    unsigned slots = model->objects[deed->object].parties;
    bool put = deed->op == MP_OP_QUEUE_PUT;
    char item[48];
    model_item_words(model, deed->object, deed->offset, deed->value, item, sizeof(item));
    struct sentence *sentence =
        put ? say(model, SAY_PUT, h->slot, h->step,
                  "%s put %s into %s: %llu of %u slots %s full.", name, item, queue, full,
                  slots, verb)
            : say(model, SAY_TOOK, h->slot, h->step,
                  "%s took %s out of %s: %llu of %u slots %s full.", name, item, queue,
                  full, slots, verb);
    if (put) {
        say_more(model, sentence,
                 "Putting copies it: what %s changes later does not arrive.", name);
    } else {
        say_more(model, sentence, "What was put first comes out first.");
    }
}

static void tell_closed(struct model *model, const struct happening *h)
{
    unsigned long long left = inside(model, h->deed->object);
    const char *name = model_name(model, h->slot);
    const char *queue = model_object_name(model, h->deed->object);
    if (left == 0) {
        say(model, SAY_CLOSED, h->slot, h->step, "%s closed %s: nothing more comes.",
            name, queue);
    } else {
        say(model, SAY_CLOSED, h->slot, h->step,
            "%s closed %s: nothing more comes. %llu item%s can still be taken.", name,
            queue, left, left == 1 ? "" : "s");
    }
}

static void tell_done(struct model *model, const struct happening *h)
{
    const struct mp_object_entry *queue = &model->objects[h->deed->object];
    uint64_t open = queue->given > queue->finished ? queue->given - queue->finished : 0;
    struct sentence *sentence =
        say(model, SAY_ITEM_DONE, h->slot, h->step,
            "%s has worked on one item of %s. %llu %s still open.",
            model_name(model, h->slot), model_object_name(model, h->deed->object),
            (unsigned long long)open, open == 1 ? "is" : "are");
    say_more(model, sentence, "Taken is not yet done: the one who took it says when.");
}

/* Others than this one took items from it too. */
static bool others_took(const struct model *model, const struct happening *h)
{
    const struct mp_object_entry *queue = &model->objects[h->deed->object];
    for (unsigned slot = 0; slot < MP_PROCESSES; slot++) {
        if (slot != h->slot && mp_is_member(queue, 0, slot)) {
            return true;
        }
    }
    return false;
}

static void tell_refused(struct model *model, const struct happening *h)
{
    const char *name = model_name(model, h->slot);
    const char *queue = model_object_name(model, h->deed->object);
    bool put = h->deed->op == MP_OP_QUEUE_PUT;
    switch (h->deed->value) {
    case ETIMEDOUT:
        say(model, SAY_TIMED_OUT, h->slot, h->step,
            "%s stopped waiting for %s: the time was over.", name, queue);
        break;
    case EAGAIN:
        say(model, SAY_REFUSED, h->slot, h->step, "%s found %s %s, and did not wait.",
            name, queue, put ? "full" : "empty");
        break;
    case EPIPE:
        if (put) {
            say(model, SAY_REFUSED, h->slot, h->step, "%s could not put: %s is closed.",
                name, queue);
        } else {
            say(model, SAY_CLOSED_EMPTY, h->slot, h->step,
                "%s found %s closed and empty: it knows that %s.", name, queue,
                others_took(model, h) ? "nothing more comes" : "it has everything");
        }
        break;
    case EOWNERDEAD:
        say(model, SAY_REFUSED, h->slot, h->step,
            "%s was told: somebody died with items of %s in hand.", name, queue);
        break;
    default:
        say(model, SAY_REFUSED, h->slot, h->step, "%s was refused by %s.", name, queue);
        break;
    }
}

void narrate_queue(struct model *model, const struct happening *h)
{
    if (!h->controlled || h->phase == MP_WANT) {
        return;
    }
    if (h->phase == MP_FAILED) {
        tell_refused(model, h);
        return;
    }
    switch (h->deed->op) {
    case MP_OP_QUEUE_PUT:
    case MP_OP_QUEUE_GET:
        tell_moved(model, h);
        break;
    case MP_OP_QUEUE_CLOSE:
        tell_closed(model, h);
        break;
    case MP_OP_QUEUE_DONE:
        tell_done(model, h);
        break;
    default:
        say(model, SAY_ITEMS_DONE, h->slot, h->step,
            "%s knows now: all that was put into %s has been worked on.",
            model_name(model, h->slot), model_object_name(model, h->deed->object));
        break;
    }
}
