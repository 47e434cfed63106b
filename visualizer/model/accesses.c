// SPDX-License-Identifier: MIT
/*
 * Sentences on memory: reads, writes, and the updates that a write makes lost. Told in
 * controlled runs only; of writes when they have settled, so that both values are exact.
 */
#include "model/private.h"

#include <stdio.h>
#include <string.h>

enum { VALUE = 48 }; /* bytes of a value in words */

/* A name that reads well behind "the": "counter", not "seats[2]". */
static bool is_plain_word(const char *name)
{
    return name[0] != '\0' && name[strspn(name, "abcdefghijklmnopqrstuvwxyz")] == '\0';
}

/* Others who have read the same write in a step, and have not written since. */
static unsigned same_value_held(const struct model *model, unsigned slot, uint32_t field)
{
    const struct held *own = held_by(model, slot, field);
    unsigned others = 0;
    for (unsigned i = 0; i < model->process_count; i++) {
        const struct held *held = held_by(model, i, field);
        others += i != slot && model->processes[i].entry.life == MP_LIFE_ALIVE &&
                  held->has && held->by_read && held->as_step && own->has &&
                  held->base == own->base;
    }
    return others;
}

static void narrate_read(struct model *model, const struct happening *h)
{
    const struct mp_deed *deed = h->deed;
    char what[MP_NAME_SIZE];
    char value[VALUE];
    const char *name = model_name(model, h->slot);
    place_words(model, deed->offset, what, sizeof(what));
    value_words(model, deed->offset, mp_deed_size(deed), deed->value, value,
                sizeof(value));
    uint32_t field = model_field_at(model, deed->offset);
    unsigned others = field == NO_FIELD ? 0 : same_value_held(model, h->slot, field);
    if (others == 1) {
        say(model, SAY_READ_TOO, h->slot, h->step,
            "%s read %s too. If both write now, only the second write stays.", name,
            value);
    } else if (others > 1) {
        say(model, SAY_READ_TOO, h->slot, h->step,
            "%s read %s too. If all %u write now, only the last write stays.", name,
            value, others + 1);
    } else {
        struct sentence *sentence =
            say(model, SAY_READ, h->slot, h->step, "%s read %s: %s.", name, what, value);
        say_more(model, sentence,
                 "It holds its own copy of that %s. %s%s can change behind its back.",
                 value, is_plain_word(what) ? "The " : "", what);
    }
}

/* An access that is not one of a single whole field. */
static void tell_copied(struct model *model, unsigned slot, uint64_t step,
                        uint32_t offset, uint64_t bytes, bool reads)
{
    char what[MP_NAME_SIZE];
    place_words(model, offset, what, sizeof(what));
    say(model, SAY_COPIED, slot, step, "%s %s %llu byte%s %s %s.",
        model_name(model, slot), reads ? "read" : "wrote", (unsigned long long)bytes,
        bytes == 1 ? "" : "s", reads ? "from" : "to", what);
}

void narrate_access(struct model *model, const struct happening *h)
{
    if (h->step == 0 || h->phase != MP_DONE || !h->controlled) {
        return;
    }
    bool reads = h->deed->op == MP_OP_READ || h->deed->op == MP_OP_READ_RANGE;
    if (h->deed->op == MP_OP_READ && access_is_whole(model, h->deed)) {
        narrate_read(model, h);
    } else {
        tell_copied(model, h->slot, h->step, h->deed->offset, mp_deed_bytes(h->deed),
                    reads);
    }
}

/* --- writes --------------------------------------------------------------------------- */

static void tell_lost(struct model *model, unsigned slot, const struct open_write *was,
                      const struct outcome *outcome, const char *before, const char *value)
{
    const char *name = model_name(model, slot);
    const char *loser = model_name(model, outcome->loser);
    char read[VALUE];
    value_words(model, was->offset, was->size, outcome->held.value, read, sizeof(read));
    if (outcome->back != 0) { /* it was computed from what had been written over */
        say(model, outcome->lost == 1 ? SAY_LOST_ONE : SAY_LOST_MANY, slot, was->step,
            "%s wrote %s over %s: %u update%s lost, %u count%s again.", name, value,
            before, outcome->lost, outcome->lost == 1 ? " is" : "s are", outcome->back,
            outcome->back == 1 ? "s" : "");
    } else if (outcome->lost == 1) {
        struct sentence *sentence =
            say(model, SAY_LOST_ONE, slot, was->step,
                "%s wrote %s over %s. The update that %s made is lost.", name, value,
                before, outcome->loser == slot ? "it" : loser);
        if (outcome->since_read && outcome->held.step != 0 && outcome->loser_step != 0) {
            say_more(model, sentence,
                     "It had read %s at step %llu, before %s wrote at step %llu.", read,
                     (unsigned long long)outcome->held.step, loser,
                     (unsigned long long)outcome->loser_step);
        }
    } else if (outcome->since_read) {
        say(model, SAY_LOST_MANY, slot, was->step,
            "%s wrote %s over %s. %u updates made since it read %s are lost.", name,
            value, before, outcome->lost, read);
    } else {
        say(model, SAY_LOST_MANY, slot, was->step,
            "%s wrote %s over %s. %u updates are lost by that.", name, value, before,
            outcome->lost);
    }
}

/* `value` is one more than what its process had read: += 1 as it stands in the source. */
static bool is_plus_one(const struct open_write *was, const struct outcome *outcome,
                        uint64_t value)
{
    return outcome->held.has && !was->atomic && value == outcome->held.value + 1;
}

void narrate_settled(struct model *model, unsigned slot, const struct open_write *was,
                     const struct outcome *outcome, uint64_t value)
{
    char what[MP_NAME_SIZE];
    char before[VALUE];
    char after[VALUE];
    const char *name = model_name(model, slot);
    place_words(model, was->offset, what, sizeof(what));
    value_words(model, was->offset, was->size, was->before, before, sizeof(before));
    value_words(model, was->offset, was->size, value, after, sizeof(after));
    struct sentence *sentence;
    if (outcome->lost != 0) {
        tell_lost(model, slot, was, outcome, before, after);
        return;
    }
    if (was->step == 0) {
        return;
    }
    if (!was->whole) {
        tell_copied(model, slot, was->step, was->offset, was->size, false);
        return;
    }
    if (was->atomic) {
        sentence =
            say(model, SAY_UPDATED, slot, was->step,
                "%s updated %s in one step: %s (it was %s).", name, what, after, before);
        say_more(model, sentence,
                 "Read, add and write in one: nobody can come in between.");
    } else if (outcome->set) {
        say(model, SAY_SET, slot, was->step, "%s set %s: %s.", name, what, after);
    } else {
        sentence = say(model, SAY_WROTE, slot, was->step, "%s wrote %s: %s (it was %s).",
                       name, what, after, before);
        if (outcome->back == 1) {
            say_more(model, sentence, "The update that %s made counts again.",
                     model_name(model, outcome->winner));
        } else if (is_plus_one(was, outcome, value)) {
            say_more(model, sentence, "Read, add, write: += 1 is three things, not one.");
        }
    }
}

/* --- loops that wait ------------------------------------------------------------------ */

void narrate_spinning(struct model *model, const struct happening *h)
{
    enum { LOOP = 17 }; /* more than 16 times in a row: as the scheduler counts */
    struct process_private *hidden = &model->hidden->processes[h->slot];
    const struct mp_deed *deed = h->deed;
    if (h->step == 0) {
        return;
    }
    bool idle = deed->op == MP_OP_READ || h->phase == MP_FAILED;
    bool same = idle && deed->op == hidden->repeated.op &&
                deed->place == hidden->repeated.place &&
                deed->offset == hidden->repeated.offset &&
                deed->value == hidden->repeated.value &&
                deed->object == hidden->repeated.object;
    hidden->repeats = same ? hidden->repeats + 1 : 1;
    hidden->repeated = *deed;
    if (hidden->repeats != LOOP) {
        return;
    }
    struct sentence *sentence;
    const char *name = model_name(model, h->slot);
    if (deed->op == MP_OP_READ) {
        char what[MP_NAME_SIZE];
        place_words(model, deed->offset, what, sizeof(what));
        sentence = say(model, SAY_SPINS, h->slot, 0,
                       "%s read %s %d times in a row. It waits in a loop: it spins.",
                       name, what, LOOP);
    } else {
        sentence = say(model, SAY_SPINS, h->slot, 0,
                       "%s tried %s %d times in a row. It waits in a loop.", name,
                       model_object_name(model, deed->object), LOOP);
    }
    say_more(model, sentence, "A loop like this uses the CPU for nothing while it waits.");
}
