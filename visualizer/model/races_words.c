// SPDX-License-Identifier: MIT
/* Data races in words: who did what, and what ordered the two the last time. */
#include "model/races_private.h"

#include <stdio.h>

static const char *life_name(const struct model *model, uint32_t life)
{
    return life < model->life_count && model->lives[life].name[0] != '\0'
               ? model->lives[life].name
               : "somebody";
}

void races_side_words(const struct model *model, const struct race_side *side, char *text,
                      size_t size)
{
    const char *did = side->writes && side->reads ? "updated"
                      : side->writes              ? "wrote"
                                                  : "read";
    snprintf(text, size, "%.30s %s it%s", life_name(model, side->life), did,
             side->atomic ? " in one step" : "");
}

/* What one gave, and what the other took: "%s released %s at step 5", "%s acquired it". */
static const struct {
    const char *gave, *took;
} passed[MP_OPS] = {
    [MP_OP_READ] = {"wrote", "read it after that"},
    [MP_OP_UPDATE] = {"wrote", "updated it after that"},
    [MP_OP_LOCK_ACQUIRE] = {"gave back", "took it"},
    [MP_OP_LOCK_TRY] = {"gave back", "took it"},
    [MP_OP_SEM_ACQUIRE] = {"gave back a permit of", "got it"},
    [MP_OP_EVENT_WAIT] = {"set", "saw it set"},
    [MP_OP_QUEUE_GET] = {"put an item into", "took it"},
    [MP_OP_QUEUE_PUT] = {"took an item out of", "put one into its place"},
    [MP_OP_QUEUE_JOIN] = {"worked on the items of", "waited for that"},
    [MP_OP_TASK_TAKE] = {"gave tasks to", "took one"},
    [MP_OP_TASK_FINISH] = {"finished a task of", "learned of it"},
    [MP_OP_TASK_LOST] = {"died in a task of", "learned of it"},
    [MP_OP_PIPE_RECV] = {"sent through", "received it"},
    [MP_OP_PIPE_SEND] = {"closed its end of", "saw that"},
    [MP_OP_COND_NOTIFY] = {"called at", "woke"},
};

static void step_words(uint64_t step, char *text, size_t size)
{
    *text = '\0';
    if (step != 0) {
        snprintf(text, size, " at step %llu", (unsigned long long)step);
    }
}

static void passed_words(const struct model *model, const struct race_order *order,
                         char *text, size_t size)
{
    char from_step[40], to_step[40];
    bool memory = order->op == MP_OP_READ || order->op == MP_OP_UPDATE;
    const char *what = memory ? "a value" : model_object_name(model, order->object);
    step_words(order->by_death ? 0 : order->from_step, from_step, sizeof from_step);
    step_words(order->to_step, to_step, sizeof to_step);
    snprintf(text, size, "%.30s %s %.30s%s and %.30s %s%s", life_name(model, order->from),
             order->by_death ? "ended with" : passed[order->op].gave, what, from_step,
             life_name(model, order->to), passed[order->op].took, to_step);
}

/* Whose child are both? MP_NOBODY: they are not the children of one. */
static unsigned parent_of_both(const struct model *model, const struct race *race)
{
    if (race->first.life >= model->life_count || race->second.life >= model->life_count) {
        return MP_NOBODY;
    }
    unsigned one = model->lives[race->first.life].parent;
    return one == model->lives[race->second.life].parent ? one : MP_NOBODY;
}

static bool is_of_the_two(const struct race *race)
{
    const struct race_order *order = &race->order;
    return (order->from == race->first.life && order->to == race->second.life) ||
           (order->from == race->second.life && order->to == race->first.life);
}

void races_order_words(const struct model *model, const struct race *race, char *text,
                       size_t size)
{
    const struct race_order *order = &race->order;
    unsigned parent = parent_of_both(model, race);
    *text = '\0';
    switch (order->op) {
    case MP_OP_NONE:
        if (parent < MP_PROCESSES && order->event == 0) {
            snprintf(text, size, "%.30s started both", model_name(model, parent));
        }
        break;
    case MP_OP_START:
        snprintf(text, size, "%.30s started %.30s", life_name(model, order->from),
                 life_name(model, order->to));
        break;
    case MP_OP_JOIN:
        snprintf(text, size, "%.30s joined %.30s", life_name(model, order->to),
                 life_name(model, order->from));
        break;
    case MP_OP_BARRIER_WAIT:
    case MP_OP_BARRIER_RESET:
        snprintf(text, size, "%s came out of %.30s", is_of_the_two(race) ? "both" : "all",
                 model_object_name(model, order->object));
        break;
    default:
        if (order->op < MP_OPS && passed[order->op].gave != NULL) {
            passed_words(model, order, text, size);
        }
        break;
    }
}
