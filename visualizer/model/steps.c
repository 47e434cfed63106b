// SPDX-License-Identifier: MIT
/* The rows and cells of the steps table, and its steps in words. See steps.h. */
#include "model/steps.h"

#include "model/private.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* --- rows ------------------------------------------------------------------------------ */

/* Of who is in this entry, or was in it last. */
static uint64_t steps_of(const struct model *model, unsigned slot)
{
    const struct process_view *process = &model->processes[slot];
    if (process->entry.life == MP_LIFE_NONE && process->life < model->life_count) {
        return model->lives[process->life].steps;
    }
    return process->entry.steps;
}

size_t steps_people(const struct model *model, uint16_t slots[MP_PROCESSES])
{
    size_t count = 0;
    for (unsigned slot = 0; slot < model->process_count && slot < MP_PROCESSES; slot++) {
        const struct process_view *process = &model->processes[slot];
        bool made = process->entry.life != MP_LIFE_NONE || process->life != NO_LIFE;
        /* main mostly only starts the others and waits for them */
        if (made && (slot > 0 || steps_of(model, slot) > 0)) {
            slots[count++] = (uint16_t)slot;
        }
    }
    return count;
}

int steps_fields(const struct model *model, size_t look_back, uint32_t *fields, int most)
{
    size_t seen = 0;
    int count = 0;
    for (size_t i = model->moment_count; i-- > 0 && seen++ < look_back && count < most;) {
        uint32_t field = model->moments[i].field;
        bool known = field >= model->field_count;
        int at = count;
        for (int j = 0; j < count; j++) {
            known = known || fields[j] == field;
        }
        if (known) {
            continue;
        }
        for (; at > 0 && fields[at - 1] > field; at--) {
            fields[at] = fields[at - 1];
        }
        fields[at] = field;
        count++;
    }
    return count;
}

static bool is_kind(const struct model *model, unsigned object, enum mp_kind kind)
{
    return object > 0 && object < model->object_count && object < MP_OBJECTS &&
           model->objects[object].kind == kind;
}

unsigned steps_object(const struct model *model, enum mp_kind kind)
{
    size_t seen = 0;
    for (size_t i = model->moment_count; i-- > 0 && seen++ < STEPS_LOOK_BACK;) {
        const struct mp_deed *deed = &model->moments[i].deed;
        if (op_is_call(deed->op) && is_kind(model, deed->object, kind)) {
            return deed->object;
        }
    }
    for (unsigned i = 1; i < model->object_count; i++) {
        if (is_kind(model, i, kind)) {
            return i;
        }
    }
    return 0;
}

/* --- cells ----------------------------------------------------------------------------- */

bool steps_cell(const struct model *model, const struct moment *moment, char *text,
                size_t size)
{
    bool lost = moment->write < model->write_count && model->writes[moment->write].lost;
    model_cell(model, moment, text, size);
    size_t length = strlen(text);
    if (lost && length > 0 && text[length - 1] == 'x') {
        text[length - 1] = '\0';
    }
    return lost;
}

static const struct {
    enum mp_kind kind;
    const char *cells;
} legends[] = {
    {MP_KIND_QUEUE, "p5 put 5   t5 took 5"},
    {MP_KIND_POOL, "[5 took task 5   5] finished it"},
    {MP_KIND_LOCK, "L took the lock   U gave it back"},
    {MP_KIND_RLOCK, "L took the lock   U gave it back"},
    {MP_KIND_SEMAPHORE, "get got a permit   back gave it back"},
    {MP_KIND_CONDITION, "zzz sleeps   call called   woke is awake"},
    {MP_KIND_EVENT, "set   clr cleared   saw it set"},
    {MP_KIND_PIPE, "send   recv received"},
};

static bool has_kind(const struct model *model, enum mp_kind kind)
{
    if (kind == MP_KIND_LOCK && model->locks_made > 0) {
        return true;
    }
    for (unsigned i = 1; i < model->object_count; i++) {
        if (model->objects[i].kind == kind) {
            return true;
        }
    }
    return false;
}

const char *steps_legend(const struct model *model, bool *calls)
{
    *calls = true;
    for (size_t i = 0; i < sizeof(legends) / sizeof(legends[0]); i++) {
        if (has_kind(model, legends[i].kind)) {
            return legends[i].cells;
        }
    }
    *calls = false;
    return "r3 read 3   w4 wrote 4";
}

/* --- a step in words ------------------------------------------------------------------- */

const char *const steps_operations[MP_OPS] = {
    [MP_OP_NONE] = "nothing",
    [MP_OP_MAKE] = "make",
    [MP_OP_START] = "start",
    [MP_OP_BEGIN] = "begin",
    [MP_OP_OUTPUT] = "print",
    [MP_OP_SLEEP] = "sleep",
    [MP_OP_END] = "end",
    [MP_OP_DIE] = "die",
    [MP_OP_JOIN] = "join",
    [MP_OP_FORGET] = "forget",
    [MP_OP_CREATE] = "create",
    [MP_OP_DESTROY] = "destroy",
    [MP_OP_NAME] = "name",
    [MP_OP_READ] = "read",
    [MP_OP_WRITE] = "write",
    [MP_OP_UPDATE] = "update",
    [MP_OP_READ_RANGE] = "read-range",
    [MP_OP_WRITE_RANGE] = "write-range",
    [MP_OP_LOCK_ACQUIRE] = "lock-acquire",
    [MP_OP_LOCK_TRY] = "lock-try",
    [MP_OP_LOCK_RELEASE] = "lock-release",
    [MP_OP_BARRIER_WAIT] = "barrier-wait",
    [MP_OP_BARRIER_RESET] = "barrier-reset",
    [MP_OP_SEM_ACQUIRE] = "semaphore-acquire",
    [MP_OP_SEM_RELEASE] = "semaphore-release",
    [MP_OP_EVENT_SET] = "event-set",
    [MP_OP_EVENT_CLEAR] = "event-clear",
    [MP_OP_EVENT_WAIT] = "event-wait",
    [MP_OP_COND_WAIT] = "condition-wait",
    [MP_OP_COND_WAKE] = "condition-wake",
    [MP_OP_COND_NOTIFY] = "condition-notify",
    [MP_OP_QUEUE_PUT] = "queue-put",
    [MP_OP_QUEUE_GET] = "queue-get",
    [MP_OP_QUEUE_CLOSE] = "queue-close",
    [MP_OP_QUEUE_DONE] = "queue-done",
    [MP_OP_QUEUE_JOIN] = "queue-join",
    [MP_OP_TASKS_GIVE] = "tasks-give",
    [MP_OP_TASK_TAKE] = "task-take",
    [MP_OP_TASK_FINISH] = "task-finish",
    [MP_OP_TASK_LOST] = "task-lost",
    [MP_OP_TASKS_CANCEL] = "tasks-cancel",
    [MP_OP_TASKS_WAIT] = "tasks-wait",
    [MP_OP_POOL_CLOSE] = "pool-close",
    [MP_OP_PIPE_SEND] = "pipe-send",
    [MP_OP_PIPE_RECV] = "pipe-receive",
    [MP_OP_PIPE_CLOSE] = "pipe-close",
};

const char *steps_operation(unsigned op)
{
    return op < MP_OPS && steps_operations[op] != NULL ? steps_operations[op] : "?";
}

void steps_about(const struct model *model, const struct mp_deed *deed, char *text,
                 size_t size)
{
    switch (deed->op) {
    case MP_OP_MAKE:
    case MP_OP_START:
    case MP_OP_JOIN:
    case MP_OP_FORGET:
        snprintf(text, size, "%s", model_name(model, deed->object));
        break;
    case MP_OP_READ:
    case MP_OP_WRITE:
    case MP_OP_UPDATE:
    case MP_OP_READ_RANGE:
    case MP_OP_WRITE_RANGE:
        place_words(model, deed->offset, text, size);
        break;
    default:
        snprintf(text, size, "%s",
                 deed->op >= MP_OP_CREATE && deed->op != MP_OP_NAME
                     ? model_object_name(model, deed->object)
                     : "");
        break;
    }
}

/* By the field as it was then: what is at its place now may be something else. */
static void access_value(const struct model *model, const struct moment *moment,
                         char *text, size_t size)
{
    const struct mp_deed *deed = &moment->deed;
    if (moment->settled && moment->field < model->field_count) {
        model_value(&model->fields[moment->field], moment->after, text, size);
    } else if (moment->settled && access_is_whole(model, deed)) {
        value_words(model, deed->offset, mp_deed_size(deed), moment->after, text, size);
    }
}

void steps_value(const struct model *model, const struct moment *moment, char *text,
                 size_t size)
{
    const struct mp_deed *deed = &moment->deed;
    unsigned long long value = (unsigned long long)deed->value;
    text[0] = '\0';
    if (mp_deed_phase(deed) == MP_FAILED) {
        snprintf(text, size, value == EPIPE ? "closed" : "failed");
        return;
    }
    switch (deed->op) {
    case MP_OP_READ:
    case MP_OP_WRITE:
    case MP_OP_UPDATE:
        access_value(model, moment, text, size);
        break;
    case MP_OP_READ_RANGE:
    case MP_OP_WRITE_RANGE:
    case MP_OP_OUTPUT:
    case MP_OP_PIPE_SEND:
    case MP_OP_PIPE_RECV:
        snprintf(text, size, "%llu bytes", value);
        break;
    case MP_OP_END:
    case MP_OP_DIE:
    case MP_OP_JOIN:
        status_words((int32_t)(int64_t)deed->value, text, size);
        break;
    case MP_OP_QUEUE_PUT:
    case MP_OP_QUEUE_GET:
        model_item_words(model, deed->object, deed->offset, deed->value, text, size);
        break;
    case MP_OP_TASK_TAKE:
        tasks_words(deed->offset, deed->value, text, size);
        break;
    case MP_OP_TASK_FINISH:
        tasks_words(deed->offset, 1, text, size);
        break;
    default:
        break;
    }
}

void steps_after(const struct model *model, const struct moment *moment, char *text,
                 size_t size)
{
    bool moves = moment->deed.op == MP_OP_QUEUE_PUT || moment->deed.op == MP_OP_QUEUE_GET;
    text[0] = '\0';
    if (moves) {
        snprintf(text, size, "%" PRIu64, moment->after);
    } else if (moment->field < model->field_count && moment->settled) {
        model_value(&model->fields[moment->field], moment->after, text, size);
    }
}
