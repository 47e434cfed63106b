// SPDX-License-Identifier: MIT
/*
 * The short phrases on calls: what a process wants, what it has done, why it is blocked, and
 * the cells of the steps table. A table has the plain ones; items and tasks have their own.
 */
#include "model/private.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* Before and behind the name of the object. */
struct phrase {
    const char *before, *behind;
};

static const struct {
    struct phrase want, done, failed;
    const char *cell;
} phrases[MP_OPS] = {
    [MP_OP_BARRIER_RESET] = {{"reset ", ""}, {"reset ", ""}, {"did not reset ", ""}, "new"},
    [MP_OP_SEM_ACQUIRE] = {{"get ", ""}, {"got ", ""}, {"did not get ", ""}, "get"},
    [MP_OP_SEM_RELEASE] = {{"give back ", ""}, {"gave back ", ""}, {"kept ", ""}, "back"},
    [MP_OP_EVENT_SET] = {{"set ", ""}, {"set ", ""}, {"did not set ", ""}, "set"},
    [MP_OP_EVENT_CLEAR] = {{"clear ", ""}, {"cleared ", ""}, {"left ", ""}, "clr"},
    [MP_OP_EVENT_WAIT] = {{"wait for ", ""}, {"saw ", " set"}, {"gave up on ", ""}, "saw"},
    [MP_OP_COND_WAIT] = {{"sleep in ", ""}, {"sleeps in ", ""}, {"not in ", ""}, "zzz"},
    [MP_OP_COND_WAKE] = {{"wake in ", ""}, {"woke in ", ""}, {"gave up on ", ""}, "woke"},
    [MP_OP_COND_NOTIFY] = {{"call ", ""}, {"called ", ""}, {"did not call ", ""}, "call"},
    [MP_OP_QUEUE_PUT] = {{"put into ", ""}, {"put into ", ""}, {"no put into ", ""}, "p"},
    [MP_OP_QUEUE_GET] = {{"take from ", ""}, {"took from ", ""}, {"got none of ", ""}, "t"},
    [MP_OP_QUEUE_CLOSE] = {{"close ", ""}, {"closed ", ""}, {"left ", " open"}, "end"},
    [MP_OP_QUEUE_DONE] = {{"mark one done", ""}, {"marked one done", ""}, {"", ""}, "d"},
    [MP_OP_QUEUE_JOIN] = {{"wait for all of ", ""},
                          {"saw ", " done"},
                          {"left ", ""},
                          "all"},
    [MP_OP_TASKS_GIVE] = {{"give ", " tasks"}, {"gave ", " tasks"}, {"", ""}, "give"},
    [MP_OP_TASK_TAKE] = {{"take a task", ""}, {"took a task", ""}, {"found none", ""}, "["},
    [MP_OP_TASK_LOST] = {{"look for the dead", ""}, {"missed a worker", ""}, {"", ""}, "x"},
    [MP_OP_TASKS_CANCEL] = {{"cancel in ", ""}, {"cancelled in ", ""}, {"", ""}, "no"},
    [MP_OP_TASKS_WAIT] = {{"take the results", ""}, {"has results", ""}, {"", ""}, "res"},
    [MP_OP_POOL_CLOSE] = {{"close ", ""}, {"closed ", ""}, {"left ", " open"}, "end"},
    [MP_OP_PIPE_SEND] = {{"send into ", ""}, {"sent into ", ""}, {"no send ", ""}, "send"},
    [MP_OP_PIPE_RECV] = {{"receive from ", ""},
                         {"got from ", ""},
                         {"none from ", ""},
                         "recv"},
    [MP_OP_PIPE_CLOSE] = {{"close its ", ""}, {"closed its ", ""}, {"left ", ""}, "end"},
};

bool op_is_call(unsigned op)
{
    return op > MP_OP_BARRIER_WAIT && op < MP_OPS;
}

static void phrase_words(const struct model *model, const struct phrase *phrase,
                         unsigned object, char *text, size_t size)
{
    bool named = strchr(phrase->before, '\0')[-1] == ' ';
    snprintf(text, size, "%s%s%s", phrase->before,
             named ? model_object_name(model, object) : "", phrase->behind);
}

/* "task 5", "tasks 5 to 8" */
void tasks_words(uint64_t first, uint64_t count, char *text, size_t size)
{
    if (count == 1) {
        snprintf(text, size, "task %llu", (unsigned long long)first + 1);
    } else {
        unsigned long long begin = (unsigned long long)first + 1;
        snprintf(text, size, count == 2 ? "tasks %llu and %llu" : "tasks %llu to %llu",
                 begin, begin + (unsigned long long)count - 1);
    }
}

void call_want_words(const struct model *model, const struct mp_deed *deed, char *text,
                     size_t size)
{
    const char *object = model_object_name(model, deed->object);
    char value[32];
    switch (deed->op) {
    case MP_OP_QUEUE_PUT:
        if (item_is_value(model, deed->object, deed->value, value, sizeof(value))) {
            snprintf(text, size, "put %s into %s", value, object);
            return;
        }
        break;
    case MP_OP_TASK_FINISH:
        snprintf(text, size, "finish task %llu", (unsigned long long)deed->offset + 1);
        return;
    case MP_OP_TASKS_GIVE:
        snprintf(text, size, "give %llu tasks", (unsigned long long)deed->value);
        return;
    case MP_OP_BARRIER_RESET:
        if (deed->value != 0) {
            snprintf(text, size, "break %s", object);
            return;
        }
        break;
    default:
        break;
    }
    phrase_words(model, &phrases[deed->op].want, deed->object, text, size);
}

/* What was done, with items and tasks. False: nothing special. */
static bool done_with_number(const struct model *model, const struct mp_deed *deed,
                             char *text, size_t size)
{
    const char *object = model_object_name(model, deed->object);
    char what[48];
    switch (deed->op) {
    case MP_OP_QUEUE_PUT:
    case MP_OP_QUEUE_GET:
        model_item_words(model, deed->object, deed->offset, deed->value, what,
                         sizeof(what));
        snprintf(text, size,
                 deed->op == MP_OP_QUEUE_PUT ? "put %s into %s" : "took %s out of %s",
                 what, object);
        return true;
    case MP_OP_TASKS_GIVE:
        snprintf(text, size, "gave %llu task%s", (unsigned long long)deed->value,
                 deed->value == 1 ? "" : "s");
        return true;
    case MP_OP_TASK_TAKE:
        tasks_words(deed->offset, deed->value, what, sizeof(what));
        snprintf(text, size, "took %s", what);
        return true;
    case MP_OP_TASK_FINISH:
        snprintf(text, size, "finished task %llu", (unsigned long long)deed->offset + 1);
        return true;
    case MP_OP_TASK_LOST:
        snprintf(text, size, "missed task %llu", (unsigned long long)deed->offset + 1);
        return true;
    case MP_OP_TASKS_CANCEL:
        tasks_words(deed->offset, deed->value, what, sizeof(what));
        snprintf(text, size, "cancelled %s", what);
        return true;
    case MP_OP_BARRIER_RESET:
        snprintf(text, size, deed->value != 0 ? "broke %s" : "reset %s", object);
        return true;
    case MP_OP_PIPE_SEND:
    case MP_OP_PIPE_RECV:
        snprintf(text, size, "%s %llu bytes",
                 deed->op == MP_OP_PIPE_SEND ? "sent" : "received",
                 (unsigned long long)deed->value);
        return true;
    default:
        return false;
    }
}

void call_done_words(const struct model *model, const struct mp_deed *deed, char *text,
                     size_t size)
{
    bool failed = mp_deed_phase(deed) == MP_FAILED;
    if (!failed && done_with_number(model, deed, text, size)) {
        return;
    }
    if (failed && deed->op == MP_OP_TASK_FINISH) {
        snprintf(text, size, "failed in task %llu", (unsigned long long)deed->offset + 1);
        return;
    }
    if (failed && deed->op == MP_OP_QUEUE_GET && deed->value == EPIPE) {
        snprintf(text, size, "found %s closed", model_object_name(model, deed->object));
        return;
    }
    const struct phrase *phrase =
        failed ? &phrases[deed->op].failed : &phrases[deed->op].done;
    phrase_words(model, phrase, deed->object, text, size);
}

void call_cell(const struct model *model, const struct mp_deed *deed, char *text,
               size_t size)
{
    char value[32];
    bool failed = mp_deed_phase(deed) == MP_FAILED;
    unsigned long long number = (unsigned long long)deed->offset + 1;
    switch (deed->op) {
    case MP_OP_TASK_FINISH:
        snprintf(text, size, "%llu%s", number, failed ? "]!" : "]");
        return;
    case MP_OP_TASK_TAKE:
        snprintf(text, size, failed ? "no" : "[%llu", number);
        return;
    case MP_OP_QUEUE_PUT:
    case MP_OP_QUEUE_GET:
        if (!failed) {
            bool typed =
                item_is_value(model, deed->object, deed->value, value, sizeof(value));
            if (!typed) {
                snprintf(value, sizeof(value), "#%llu", number);
            }
            snprintf(text, size, "%s%s", phrases[deed->op].cell, value);
            return;
        }
        snprintf(text, size, deed->value == EPIPE ? "end" : "no");
        return;
    default:
        snprintf(text, size, "%s", failed ? "no" : phrases[deed->op].cell);
        return;
    }
}

/* --- blocked -------------------------------------------------------------------------- */

/* Why somebody cannot go on: "NAME waits for an item, and jobs is empty". */
void call_blocked_words(const struct model *model, unsigned slot, char *text, size_t size)
{
    static const struct {
        const char *before, *behind; /* the name of the object */
    } words[MP_OPS] = {
        [MP_OP_SEM_ACQUIRE] = {"wants a permit of ", ", and none is left"},
        [MP_OP_EVENT_WAIT] = {"waits for ", ", which is not set"},
        [MP_OP_COND_WAKE] = {"sleeps in ", ", and nobody has called it"},
        [MP_OP_QUEUE_PUT] = {"wants to put, and ", " is full"},
        [MP_OP_QUEUE_GET] = {"waits for an item, and ", " is empty"},
        [MP_OP_QUEUE_JOIN] = {"waits until all of ", " has been worked on"},
        [MP_OP_TASK_TAKE] = {"waits for a task, and ", " has none"},
        [MP_OP_TASKS_WAIT] = {"waits for the results of ", ""},
        [MP_OP_PIPE_RECV] = {"waits for a message, and ", " has none"},
    };
    const struct mp_deed *now = &model->processes[slot].entry.now;
    struct mp_tables tables = tables_of(model);
    struct mp_readiness ready = mp_can_go(&tables, slot);
    if (ready.reason == MP_LOCK_TAKEN) { /* called, and its lock is somebody else's */
        snprintf(text, size, "%s wants %s back, and %s has it", model_name(model, slot),
                 model_object_name(model, ready.object), model_name(model, ready.process));
        return;
    }
    const char *before = words[now->op].before;
    snprintf(text, size, "%s %s%s%s", model_name(model, slot),
             before == NULL ? "waits at " : before, model_object_name(model, now->object),
             before == NULL ? "" : words[now->op].behind);
}

size_t model_blocked(const struct model *model, unsigned object, enum mp_op op,
                     uint16_t *slots, size_t room)
{
    size_t count = 0;
    for (unsigned i = 0; i < model->process_count; i++) {
        const struct mp_deed *now = &model->processes[i].entry.now;
        if (now->object != object || blocked_in(model, i) != op) {
            continue;
        }
        size_t at = count < room ? count : room;
        for (; at > 0; at--) {
            const struct mp_deed *other = &model->processes[slots[at - 1]].entry.now;
            if ((int32_t)(other->order - now->order) <= 0) {
                break;
            }
            if (at < room) {
                slots[at] = slots[at - 1];
            }
        }
        if (at < room) {
            slots[at] = (uint16_t)i;
        }
        count++;
    }
    return count;
}
