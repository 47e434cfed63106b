// SPDX-License-Identifier: MIT
/*
 * Sentences on semaphores, events, conditions, pipes and barriers that are reset; and on who
 * is blocked in any of the calls.
 */
#include "model/private.h"

#include <errno.h>
#include <stdio.h>

static const char *s_if(uint64_t count)
{
    return count == 1 ? "" : "s";
}

/* A call that did not do what it was asked to. */
static void tell_refused(struct model *model, const struct happening *h)
{
    const char *name = model_name(model, h->slot);
    const char *what = model_object_name(model, h->deed->object);
    const char *format = "%s was refused by %s.";
    switch (h->deed->value) {
    case ETIMEDOUT:
        say(model, SAY_TIMED_OUT, h->slot, h->step,
            "%s stopped waiting for %s: the time was over.", name, what);
        return;
    case EAGAIN:
        format = "%s looked at %s: it would have to wait, and did not.";
        break;
    case EPIPE:
        format = "%s found nobody at the other end of %s any more.";
        break;
    case EPERM:
        format = "%s has not the lock of %s: refused.";
        break;
    case EOVERFLOW:
        format = "%s gave %s back once too often: refused.";
        break;
    default:
        break;
    }
    /* the formats are those above */
    char text[sizeof(((struct sentence *)0)->text)];
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    snprintf(text, sizeof(text), format, name, what);
#pragma GCC diagnostic pop
    say(model, SAY_REFUSED, h->slot, h->step, "%s", text);
}

bool narrate_again(struct model *model, const struct happening *h)
{
    const struct mp_object_entry *lock = &model->objects[h->deed->object];
    bool released = h->deed->op == MP_OP_LOCK_RELEASE;
    unsigned depth = lock->arrived;
    if (lock->kind != MP_KIND_RLOCK || h->phase != MP_DONE || h->step == 0 ||
        (released ? depth == 0 : depth < 2)) {
        return false;
    }
    struct sentence *sentence =
        say(model, SAY_AGAIN, h->slot, h->step,
            released ? "%s gave %s back once, and has it %u time%s still."
                     : "%s took %s again, and has it %u time%s now.",
            model_name(model, h->slot), model_object_name(model, h->deed->object), depth,
            s_if(depth));
    say_more(model, sentence,
             "It is free when it was given back as often as it was taken.");
    return true;
}

/* --- semaphores, events --------------------------------------------------------------- */

static void narrate_semaphore(struct model *model, const struct happening *h)
{
    const struct mp_object_entry *semaphore = &model->objects[h->deed->object];
    const char *name = model_name(model, h->slot);
    const char *what = model_object_name(model, h->deed->object);
    struct sentence *sentence;
    char left[24] = "None is";
    if (semaphore->arrived > 0) {
        snprintf(left, sizeof(left), "%u %s", semaphore->arrived,
                 semaphore->arrived == 1 ? "is" : "are");
    }
    if (h->deed->op == MP_OP_SEM_ACQUIRE) {
        sentence = say(model, SAY_PERMIT, h->slot, h->step,
                       "%s has a permit of %s now. %s left.", name, what, left);
        say_more(model, sentence, "As many can have one at a time as there are permits.");
        return;
    }
    uint64_t count = h->deed->value;
    sentence = say(model, SAY_PERMIT_BACK, h->slot, h->step,
                   "%s gave %llu permit%s of %s back. %s free.", name,
                   (unsigned long long)count, s_if(count), what, left);
    say_more(model, sentence, "Anybody may give one back, also who has none.");
}

static void narrate_event(struct model *model, const struct happening *h)
{
    const char *name = model_name(model, h->slot);
    const char *what = model_object_name(model, h->deed->object);
    struct sentence *sentence;
    switch (h->deed->op) {
    case MP_OP_EVENT_SET:
        sentence = say(model, SAY_EVENT_SET, h->slot, h->step,
                       "%s set %s: all who wait for it can go on.", name, what);
        say_more(model, sentence, "It stays set until somebody clears it.");
        break;
    case MP_OP_EVENT_CLEAR:
        say(model, SAY_EVENT_CLEARED, h->slot, h->step,
            "%s cleared %s: who waits for it from now on sleeps.", name, what);
        break;
    default:
        say(model, SAY_EVENT_SEEN, h->slot, h->step,
            "%s saw that %s was set: it goes on.", name, what);
        break;
    }
}

/* --- conditions, pipes, barriers ------------------------------------------------------ */

static void narrate_condition(struct model *model, const struct happening *h)
{
    const char *name = model_name(model, h->slot);
    const char *what = model_object_name(model, h->deed->object);
    const char *lock =
        model_object_name(model, model->objects[h->deed->object].parties % MP_OBJECTS);
    struct sentence *sentence;
    switch (h->deed->op) {
    case MP_OP_COND_WAIT:
        sentence = say(model, SAY_SLEEPS, h->slot, h->step,
                       "%s sleeps in %s until somebody calls it.", name, what);
        say_more(model, sentence,
                 "It has given %s back: else nobody could change what it waits for.",
                 lock);
        break;
    case MP_OP_COND_WAKE:
        say(model, SAY_WOKE, h->slot, h->step, "%s is awake again, and has %s.", name,
            lock);
        break;
    default:
        if (h->deed->offset >= MP_PROCESSES) {
            sentence = say(model, SAY_CALLED, h->slot, h->step,
                           "%s called %s, and nobody slept in it.", name, what);
            say_more(model, sentence, "A call that nobody hears is forgotten.");
        } else {
            sentence = say(model, SAY_CALLED, h->slot, h->step, "%s called %s out of %s.",
                           name, model_name(model, h->deed->offset), what);
            say_more(model, sentence, "It goes on when it has %s again.", lock);
        }
        break;
    }
}

/* Who calls, or looks, finds that one of those who slept there has died. */
static void tell_dead_sleeper(struct model *model, const struct happening *h)
{
    if (h->deed->offset < MP_PROCESSES) {
        say(model, SAY_REFUSED, h->slot, h->step,
            "%s found that %s died as it slept in %s.", model_name(model, h->slot),
            model_name(model, h->deed->offset), model_object_name(model, h->deed->object));
    }
}

static void narrate_pipe(struct model *model, const struct happening *h)
{
    const char *name = model_name(model, h->slot);
    const char *what = model_object_name(model, h->deed->object);
    unsigned long long bytes = (unsigned long long)h->deed->value;
    struct sentence *sentence;
    switch (h->deed->op) {
    case MP_OP_PIPE_SEND:
        sentence = say(model, SAY_SENT, h->slot, h->step, "%s sent %llu byte%s into %s.",
                       name, bytes, s_if(bytes), what);
        say_more(model, sentence, "They come out at the other end, in this order.");
        break;
    case MP_OP_PIPE_RECV:
        say(model, SAY_RECEIVED, h->slot, h->step, "%s received %llu byte%s from %s.",
            name, bytes, s_if(bytes), what);
        break;
    default:
        say(model, SAY_PIPE_CLOSED, h->slot, h->step, "%s closed its end of %s.", name,
            what);
        break;
    }
}

static void narrate_reset(struct model *model, const struct happening *h)
{
    const char *name = model_name(model, h->slot);
    const char *what = model_object_name(model, h->deed->object);
    if (h->deed->value != 0) {
        say(model, SAY_BARRIER_BROKEN, h->slot, h->step,
            "%s broke %s: who waits there, or comes, is refused.", name, what);
    } else {
        say(model, SAY_BARRIER_RESET, h->slot, h->step, "%s reset %s: it is as new.",
            name, what);
    }
}

void narrate_sync(struct model *model, const struct happening *h)
{
    bool done = h->phase == MP_DONE || h->phase == MP_DONE_RECOVERED;
    if (!h->controlled || !op_is_call(h->deed->op) || h->phase == MP_WANT) {
        return;
    }
    if (!done) {
        if (h->deed->op == MP_OP_COND_NOTIFY) {
            tell_dead_sleeper(model, h);
        } else if (h->deed->value != 0) { /* 0: it only looked, and found something */
            tell_refused(model, h);
        }
        return;
    }
    switch (h->deed->op) {
    case MP_OP_SEM_ACQUIRE:
    case MP_OP_SEM_RELEASE:
        narrate_semaphore(model, h);
        break;
    case MP_OP_EVENT_SET:
    case MP_OP_EVENT_CLEAR:
    case MP_OP_EVENT_WAIT:
        narrate_event(model, h);
        break;
    case MP_OP_COND_WAIT:
    case MP_OP_COND_WAKE:
    case MP_OP_COND_NOTIFY:
        narrate_condition(model, h);
        break;
    case MP_OP_BARRIER_RESET:
        narrate_reset(model, h);
        break;
    default:
        narrate_pipe(model, h);
        break;
    }
}

/* --- blocked -------------------------------------------------------------------------- */

static void tell_blocked_items(struct model *model, unsigned slot, const char *name,
                               unsigned object)
{
    const struct mp_object_entry *queue = &model->objects[object];
    uint64_t open = queue->given > queue->finished ? queue->given - queue->finished : 0;
    say(model, SAY_BLOCKED_ITEMS, slot, 0,
        "%s is BLOCKED: %llu item%s of %s %s not been worked on yet.", name,
        (unsigned long long)open, s_if(open), model_object_name(model, object),
        open == 1 ? "has" : "have");
}

/* Asleep in a condition: that was told when it went to sleep. */
static void tell_blocked_called(struct model *model, unsigned slot, const char *name)
{
    struct mp_tables tables = tables_of(model);
    struct mp_readiness ready = mp_can_go(&tables, slot);
    if (ready.reason == MP_LOCK_TAKEN) {
        say(model, SAY_BLOCKED_CALLED, slot, 0,
            "%s is BLOCKED: it wants %s back, and %s has it.", name,
            model_object_name(model, ready.object), model_name(model, ready.process));
    }
}

/* "jobs is full. It goes on when somebody takes an item."; shorter where names are long. */
static struct sentence *say_short(struct model *model, enum sentence_kind kind,
                                  unsigned slot, const char *name, const char *what,
                                  const char *how, const char *does)
{
    enum { WIDTH = 75 };
    int length =
        snprintf(NULL, 0, "%s is BLOCKED: %s is %s. It goes on when somebody %s an item.",
                 name, what, how, does);
    return length <= WIDTH
               ? say(model, kind, slot, 0,
                     "%s is BLOCKED: %s is %s. It goes on when somebody %s an item.",
                     name, what, how, does)
               : say(model, kind, slot, 0, "%s is BLOCKED: %s is %s until one %s an item.",
                     name, what, how, does);
}

void narrate_blocked_call(struct model *model, unsigned slot, enum mp_op op)
{
    unsigned object = model->processes[slot].entry.now.object;
    const char *name = model_name(model, slot);
    const char *what = model_object_name(model, object);
    struct sentence *sentence;
    switch (op) {
    case MP_OP_SEM_ACQUIRE:
        sentence =
            say(model, SAY_BLOCKED_PERMIT, slot, 0,
                "%s is BLOCKED: it wants a permit of %s, and none is left.", name, what);
        say_more(model, sentence, "It goes on when somebody gives one back.");
        break;
    case MP_OP_EVENT_WAIT:
        say(model, SAY_BLOCKED_EVENT, slot, 0,
            "%s is BLOCKED: it waits until somebody sets %s.", name, what);
        break;
    case MP_OP_COND_WAKE:
        tell_blocked_called(model, slot, name);
        break;
    case MP_OP_QUEUE_PUT:
        sentence = say_short(model, SAY_BLOCKED_FULL, slot, name, what, "full", "takes");
        say_more(model, sentence,
                 "Nothing is wrong. It makes the faster one wait for the slower one.");
        break;
    case MP_OP_QUEUE_GET:
        say_short(model, SAY_BLOCKED_EMPTY, slot, name, what, "empty", "puts");
        break;
    case MP_OP_QUEUE_JOIN:
        tell_blocked_items(model, slot, name, object);
        break;
    case MP_OP_TASK_TAKE:
        say(model, SAY_BLOCKED_TASK, slot, 0, "%s is BLOCKED: no task is waiting.", name);
        break;
    case MP_OP_TASKS_WAIT:
        say(model, SAY_BLOCKED_RESULTS, slot, 0,
            "%s is BLOCKED: it waits for the results.", name);
        break;
    default:
        say(model, SAY_BLOCKED_MESSAGE, slot, 0,
            "%s is BLOCKED: it waits for a message in %s.", name, what);
        break;
    }
}
