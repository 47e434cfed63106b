// SPDX-License-Identifier: MIT
/* Two tapes against each other: is one run the other over again? */
#include "model/private.h"
#include "model/tape.h"

#include <stdio.h>

/* Numbers of processes, and lines that may tell of them, are others each time. */
static bool has_value_of_its_own(const struct mp_deed *deed)
{
    return deed->op == MP_OP_START || deed->op == MP_OP_BEGIN || deed->op == MP_OP_OUTPUT;
}

static bool same_deed(const struct mp_deed *a, const struct mp_deed *b)
{
    return a->op == b->op && a->info == b->info && a->object == b->object &&
           a->offset == b->offset && a->place == b->place && a->order == b->order &&
           (a->value == b->value || has_value_of_its_own(a));
}

static void say_deed(const struct model *model, unsigned slot, const struct mp_deed *deed,
                     char *text, size_t size)
{
    char what[96];
    if (deed->op != MP_OP_NAME && mp_deed_phase(deed) == MP_WANT) {
        want_words(model, deed, what, sizeof what);
        snprintf(text, size, "%s will %s", model_name(model, slot), what);
    } else {
        done_words(model, deed, what, sizeof what);
        snprintf(text, size, "%s %s", model_name(model, slot), what);
    }
}

/* In words; where the tape ends, it ends. */
static void say_event(const struct tape *tape, uint64_t index, char *text, size_t size)
{
    unsigned slot;
    struct playhead head = {0};
    struct model *model;
    uint64_t step = 0;
    if (index >= tape_events(tape)) {
        snprintf(text, size, "nothing more happened");
        return;
    }
    for (uint64_t at; tape_step_at(tape, step + 1, &at) && at < index;) {
        step++;
    }
    const struct mp_event *event = tape_event_at(tape, index, &slot);
    model = tape_model(tape, step, &head);
    if (model != NULL) {
        say_deed(model, slot, &event->deed, text, size);
    }
    model_free(model);
}

uint64_t tape_compare(const struct tape *before, const struct tape *now, uint64_t events,
                      char *what, size_t size)
{
    uint64_t most =
        tape_events(before) > tape_events(now) ? tape_events(before) : tape_events(now);
    most = events < most ? events : most;
    for (uint64_t i = 0; i < most; i++) {
        unsigned a = 0, b = 0;
        bool both = i < tape_events(before) && i < tape_events(now);
        if (both &&
            same_deed(&tape_event_at(before, i, &a)->deed,
                      &tape_event_at(now, i, &b)->deed) &&
            a == b) {
            continue;
        }
        char then[160] = "", this[160] = "";
        say_event(before, i, then, sizeof then);
        say_event(now, i, this, sizeof this);
        snprintf(what, size, "then %s, now %s", then, this);
        return i;
    }
    return TAPES_EQUAL;
}
