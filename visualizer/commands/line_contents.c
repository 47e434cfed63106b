// SPDX-License-Identifier: MIT
/* What line mode tells of queues, pools, semaphores, events, conditions and pipes. */
#include "commands/line.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { TEXT_SIZE = 400, ITEMS_MOST = 20, TASKS_MOST = 40 };

/* "3 4 5 6", the next one to be taken first. */
static void tell_items(const struct model *model, unsigned queue)
{
    const struct mp_object_entry *entry = &model->objects[queue];
    uint64_t inside = contents_inside(entry);
    char text[TEXT_SIZE];
    size_t used = (size_t)snprintf(text, sizeof text, "In %s, the next one out first:",
                                   model_object_name(model, queue));
    for (uint64_t i = 0; i < inside && i < ITEMS_MOST; i++) {
        struct queue_item item;
        char words[64] = "?";
        if (model_queue_item(model, queue, entry->taken + i, &item)) {
            model_item_words(model, queue, item.number, item.value, words, sizeof words);
        }
        used += (size_t)snprintf(text + used, sizeof text - used, "%s%.24s",
                                 i > 0 ? ", " : " ", words);
    }
    if (inside > ITEMS_MOST) {
        snprintf(text + used, sizeof text - used, " and %" PRIu64 " more",
                 inside - ITEMS_MOST);
    }
    if (inside > 0) {
        strncat(text, ".", sizeof text - strlen(text) - 1);
        line_say(text);
    }
}

static const char *task_words(const struct model *model, unsigned pool,
                              const struct pool_task *task, char *text, size_t size)
{
    const char *worker =
        task->worker < MP_PROCESSES ? model_name(model, task->worker) : "somebody";
    char result[48];
    switch (task->state) {
    case TASK_WORK:
        snprintf(text, size, "in work by %s", worker);
        break;
    case TASK_TAKEN:
        snprintf(text, size, "taken by %s", worker);
        break;
    case TASK_DONE:
        model_result_words(model, pool, task->result, result, sizeof result);
        snprintf(text, size, "done by %s%s%s", worker, *result != '\0' ? ": " : "",
                 result);
        break;
    case TASK_FAILED:
        snprintf(text, size, "failed in %s, code %" PRId64, worker, (int64_t)task->result);
        break;
    case TASK_LOST:
        snprintf(text, size, "lost: %s died in it", worker);
        break;
    case TASK_CANCELLED:
        snprintf(text, size, "cancelled");
        break;
    default:
        snprintf(text, size, "over");
        break;
    }
    return text;
}

/* Those that are not waiting any more. */
static void tell_tasks(const struct model *model, unsigned pool)
{
    uint64_t first = model_pool_first(model, pool);
    struct pool_task task;
    unsigned told = 0;
    for (uint64_t n = first; model_pool_task(model, pool, n, &task); n++) {
        char text[120];
        if (task.state == TASK_WAITING) {
            continue;
        }
        if (told++ == TASKS_MOST) {
            printf("... and more of them.\n");
            break;
        }
        printf("Task %" PRIu64 " is %s.\n", n + 1,
               task_words(model, pool, &task, text, sizeof text));
    }
}

static void tell_blocked(const struct model *model, unsigned object)
{
    uint16_t slots[MP_PROCESSES];
    char why[TEXT_SIZE];
    size_t count = model_waiters(model, (uint16_t)object, slots, MP_PROCESSES);
    for (size_t i = 0; i < count && i < MP_PROCESSES; i++) {
        if (model_why_not(model, slots[i], why, sizeof why)) {
            printf("%s.\n", why);
        }
    }
}

void line_contents(const struct model *model, unsigned object)
{
    char words[TEXT_SIZE / 2];
    char text[TEXT_SIZE];
    enum mp_kind kind = (enum mp_kind)model->objects[object].kind;
    model_object_words(model, object, words, sizeof words);
    snprintf(text, sizeof text, "%s: %s.", model_object_name(model, object), words);
    line_say(text);
    if (kind == MP_KIND_QUEUE && model->controlled) {
        tell_items(model, object);
    } else if (kind == MP_KIND_POOL && model->controlled) {
        tell_tasks(model, object);
    }
    tell_blocked(model, object);
}
