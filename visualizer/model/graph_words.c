// SPDX-License-Identifier: MIT
/* The edges of the wait-for graph in words. See graph.h. */
#include "model/graph.h"

#include "model/private.h"

#include <stdio.h>
#include <string.h>

/* What is waited for that has no owner, and what somebody would have to do. */
static const struct {
    const char *wants, *could;
} words[MP_OPS] = {
    [MP_OP_BARRIER_WAIT] = {"waits at", "come"},
    [MP_OP_SEM_ACQUIRE] = {"wants a permit of", "give one back"},
    [MP_OP_EVENT_WAIT] = {"waits for the event", "set it"},
    [MP_OP_COND_WAKE] = {"sleeps in", "call it"},
    [MP_OP_QUEUE_PUT] = {"waits for room in", "make some"},
    [MP_OP_QUEUE_GET] = {"waits for an item in", "put one"},
    [MP_OP_QUEUE_JOIN] = {"waits for open items of", "do one"},
    [MP_OP_TASK_TAKE] = {"waits for a task of", "give one"},
    [MP_OP_TASKS_WAIT] = {"waits for results of", "finish them"},
    [MP_OP_PIPE_RECV] = {"waits for a message in", "send one"},
};

void graph_wants(const struct model *model, const struct graph_edge *edge,
                 const char *place, char *text, size_t size)
{
    const char *open = *place != '\0' ? " (" : "";
    const char *close = *place != '\0' ? ")" : "";
    const char *name = model_object_name(model, edge->object);
    const char *wants = edge->op < MP_OPS ? words[edge->op].wants : NULL;
    if (edge->why == GRAPH_LOCK) {
        snprintf(text, size, "wants %s%s%s%s", name, open, place, close);
    } else if (edge->why == GRAPH_END) {
        snprintf(text, size, "waits for %s to end%s%s%s", model_name(model, edge->to),
                 open, place, close);
    } else {
        snprintf(text, size, "%s %s%s%s%s", wants != NULL ? wants : "waits for", name,
                 open, place, close);
    }
}

static bool is_stuck(const struct graph *graph, unsigned slot)
{
    for (unsigned i = 0; i < graph->count; i++) {
        if (graph->edges[i].from == slot) {
            return graph->edges[i].stuck;
        }
    }
    return false;
}

void graph_whose(const struct model *model, const struct graph *graph,
                 const struct graph_edge *edge, const char *place, char *text, size_t size)
{
    const char *at = *place != '\0' ? " at " : "";
    const char *could = edge->op < MP_OPS ? words[edge->op].could : NULL;
    switch (edge->why) {
    case GRAPH_LOCK:
        if (edge->to == edge->from) {
            snprintf(text, size, "itself: it took it%s%s", at, place);
        } else {
            snprintf(text, size, "%s, who took it%s%s", model_name(model, edge->to), at,
                     place);
        }
        break;
    case GRAPH_END:
        snprintf(text, size, "%s%s", model_name(model, edge->to),
                 is_stuck(graph, edge->to) ? ", who cannot end" : "");
        break;
    case GRAPH_NOBODY:
        snprintf(text, size, "nobody is left who could %s",
                 could != NULL ? could : "help");
        break;
    default:
        snprintf(text, size, "whoever will %s", could != NULL ? could : "help");
        break;
    }
}

void graph_circle(const struct model *model, const struct graph *graph, unsigned circle,
                  char *text, size_t size)
{
    unsigned length = 0;
    unsigned first = MP_NOBODY;
    for (unsigned i = graph->count; i-- > 0;) {
        if (graph->edges[i].circle == circle) {
            length++;
            first = graph->edges[i].from;
        }
    }
    if (length == 1) {
        snprintf(text, size, "%s waits for itself: it can never go on.",
                 model_name(model, first));
    } else {
        snprintf(text, size, "A circle of %u: %s can ever go on.", length,
                 length == 2 ? "neither" : "none of them");
    }
}
