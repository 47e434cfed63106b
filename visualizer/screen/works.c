// SPDX-License-Identifier: MIT
/*
 * What the panels on queues and pools share: which one is shown, and how much there is.
 */
#include "screen/works.h"

#include "model/steps.h"
#include "screen/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { STEPS_BACK = 500 /* steps */ };

unsigned works_queue(const struct view *view)
{
    return steps_object(view->model, MP_KIND_QUEUE);
}

unsigned works_pool(const struct view *view)
{
    return steps_object(view->model, MP_KIND_POOL);
}

void works_people(const struct view *view, unsigned pool, struct people *people)
{
    const struct model *model = view->model;
    bool works[MP_PROCESSES] = {false};
    struct pool_task task;
    struct people all;

    for (uint64_t n = model_pool_first(model, pool);
         model_pool_task(model, pool, n, &task); n++) {
        if (task.worker < MP_PROCESSES) {
            works[task.worker] = true;
        }
    }
    /* one that came for a task and found none */
    for (size_t i = model->moment_count, seen = 0; i-- > 0 && seen < STEPS_BACK; seen++) {
        const struct moment *moment = &model->moments[i];
        if (moment->deed.object == pool && moment->deed.op == MP_OP_TASK_TAKE &&
            moment->process < MP_PROCESSES) {
            works[moment->process] = true;
        }
    }
    people_all(view, &all);
    *people = (struct people){0};
    for (size_t i = 0; i < all.count; i++) {
        const struct mp_process_entry *entry = &model->processes[all.slots[i]].entry;
        bool known = entry->life != MP_LIFE_NONE && entry->pool == pool;
        if (known || works[all.slots[i]]) {
            people->slots[people->count++] = all.slots[i];
        }
    }
}

static const struct field *rate_field(const struct view *view)
{
    const struct model *model = view->model;

    for (size_t i = 0; works_has_rate(view) && i < model->field_count; i++) {
        const struct field *field = &model->fields[i];
        bool number = field->kind == FIELD_SIGNED || field->kind == FIELD_UNSIGNED;
        if (field->known && number && strcmp(field->name, view->rate) == 0) {
            return field;
        }
    }
    return NULL;
}

bool works_has_rate(const struct view *view)
{
    return view->rate != NULL && *view->rate != '\0';
}

bool works_rate(const struct view *view, unsigned pool, char *text, size_t size)
{
    const struct field *field = rate_field(view);
    char value[TEXT_SIZE / 4];
    char time[24];
    uint64_t from, to;

    if (field == NULL || !model_pool_span(view->model, pool, &from, &to)) {
        return false;
    }
    double seconds = model_seconds(view->model, from, to);
    model_value(field, field->value, value, sizeof(value));
    works_time(seconds, time, sizeof(time));
    snprintf(text, size, "%s: %s in %s, %.0f a second", field->name, value, time,
             strtod(value, NULL) / seconds);
    return true;
}

void works_time(double seconds, char *text, size_t size)
{
    if (seconds < 0.0001) {
        snprintf(text, size, "%.0f us", seconds * 1e6);
    } else if (seconds < 0.1) {
        snprintf(text, size, seconds < 0.01 ? "%.1f ms" : "%.0f ms", seconds * 1e3);
    } else {
        snprintf(text, size, seconds < 10 ? "%.2f s" : "%.1f s", seconds);
    }
}

void works_names(const struct view *view, const uint16_t *slots, size_t count, int most,
                 char *text, size_t size)
{
    size_t used = 0;
    *text = '\0';
    for (size_t i = 0; i < count && used < size; i++) {
        const char *name = model_name(view->model, slots[i]);
        int more = i + 1 < count ? (int)sizeof(" and 99 more") : 0;
        if (i > 0 && text_columns(text) + 2 + text_columns(name) + more > most) {
            snprintf(text + used, size - used, " and %zu more", count - i);
            return;
        }
        used +=
            (size_t)snprintf(text + used, size - used, "%s%s", i > 0 ? ", " : "", name);
    }
}

void works_balance(const struct view *view, unsigned queue, char *text, size_t size)
{
    const struct mp_object_entry *entry = &view->model->objects[queue];
    uint64_t inside = contents_inside(entry);
    uint64_t taken = entry->given > inside ? entry->given - inside : 0;

    snprintf(text, size, "%" PRIu64 " put  =  %" PRIu64 " taken  +  %" PRIu64 " inside",
             entry->given, taken, inside);
}

bool works_has_futures(const struct view *view, unsigned pool)
{
    struct pool_task task;

    return model_pool_task(view->model, pool, model_pool_first(view->model, pool),
                           &task) &&
           task.groups == 1 && view->model->objects[pool].given > 1;
}

/* "3 done"; nothing where it is 0 and need not be said. */
static void add_count(char *text, size_t size, uint64_t count, const char *word,
                      bool always)
{
    size_t used = strlen(text);

    if (count > 0 || always) {
        snprintf(text + used, size - used, "%s%" PRIu64 " %s", used > 0 ? "   " : "",
                 count, word);
    }
}

void works_tasks(const struct view *view, unsigned pool, char *text, size_t size)
{
    const struct model *model = view->model;
    bool futures = works_has_futures(view, pool);
    uint64_t failed = model_pool_count(model, pool, TASK_FAILED) +
                      model_pool_count(model, pool, TASK_LOST);
    uint64_t work = model_pool_count(model, pool, TASK_WORK);
    uint64_t waiting = model_pool_count(model, pool, TASK_WAITING) +
                       model_pool_count(model, pool, TASK_TAKEN);

    *text = '\0';
    add_count(text, size, model_pool_count(model, pool, TASK_DONE), "done", true);
    add_count(text, size, model_pool_count(model, pool, TASK_OVER), "over", false);
    add_count(text, size, failed, "FAILED", false);
    add_count(text, size, model_pool_count(model, pool, TASK_CANCELLED), "cancelled",
              false);
    add_count(text, size, work, futures ? "running" : "in work", true);
    add_count(text, size, waiting, futures ? "pending" : "waiting", true);
}
