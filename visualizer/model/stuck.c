// SPDX-License-Identifier: MIT
/*
 * The sentence on a program in which nobody can ever go on: a circle of waits, or somebody
 * who waits for what nobody is left to do.
 */
#include "model/graph.h"
#include "model/private.h"

#include <stdio.h>
#include <string.h>

/* "left wants lock_b (right has it)", "main waits for left to end" */
static int circle_part(const struct model *model, const struct graph_edge *edge,
                       char *text, size_t size)
{
    const char *who = model_name(model, edge->from);
    const char *other = model_name(model, edge->to);
    if (edge->why == GRAPH_END) {
        return snprintf(text, size, "%s waits for %s to end", who, other);
    }
    return snprintf(text, size, "%s wants %s (%s has it)", who,
                    model_object_name(model, edge->object), other);
}

/* The first circle of the graph: its edges come first. */
static void say_circle(struct model *model, const struct graph *graph)
{
    struct sentence *sentence = NULL;
    unsigned start = graph->edges[0].from;
    unsigned length = 0;
    while (length < graph->count && graph->edges[length].circle == 1) {
        length++;
    }
    if (length == 1) {
        say(model, SAY_STUCK, start, 0,
            "STUCK: %s wants %s, which it has. It can never go on.",
            model_name(model, start), model_object_name(model, graph->edges[0].object));
        return;
    }
    char text[sizeof(sentence->text)] = "";
    size_t at = 0;
    for (unsigned i = 0; i < length && at < sizeof(text); i++) {
        int added = snprintf(text + at, sizeof(text) - at, "%s", i == 0 ? "" : ", ");
        at += (size_t)added;
        if (at < sizeof(text)) {
            added = circle_part(model, &graph->edges[i], text + at, sizeof(text) - at);
            at += (size_t)added;
        }
    }
    if (at + sizeof("STUCK: .") <= sizeof(text)) {
        sentence = say(model, SAY_STUCK, start, 0, "STUCK: %s.", text);
    } else {
        sentence =
            say(model, SAY_STUCK, start, 0,
                "STUCK: %u processes in a circle, each waits for the next.", length);
    }
    say_more(model, sentence,
             "Each waits for the other. Neither can ever go on: a deadlock.");
}

/* What somebody waits for that only another one could do. */
static const struct {
    const char *one, *several; /* "consumer waits", "3 wait" */
    const char *rest;
} hopeless[MP_OPS] = {
    [MP_OP_SEM_ACQUIRE] = {"wants a permit", "want a permit", "could give one back"},
    [MP_OP_EVENT_WAIT] = {"waits for an event", "wait for an event", "could set it"},
    [MP_OP_COND_WAKE] = {"sleeps in a condition", "sleep in a condition", "could call it"},
    [MP_OP_QUEUE_PUT] = {"waits for room", "wait for room", "could make it"},
    [MP_OP_QUEUE_GET] = {"waits for an item", "wait for an item", "could put one"},
    [MP_OP_QUEUE_JOIN] = {"waits for open items", "wait for open items", "could do one"},
    [MP_OP_PIPE_RECV] = {"waits for a message", "wait for a message", "could send one"},
};

/* All who wait so, where they all wait for the same. How many; `first` becomes one of them.
   0: they wait for different things, or only for each other's end. */
static unsigned all_wait_alike(const struct model *model, unsigned *first)
{
    unsigned count = 0;
    for (unsigned i = 0; i < model->process_count; i++) {
        enum mp_op op = blocked_in(model, i);
        if (op == MP_OP_NONE || hopeless[op].one == NULL) {
            if (op == MP_OP_LOCK_ACQUIRE || op == MP_OP_BARRIER_WAIT) {
                return 0;
            }
            continue;
        }
        const struct mp_deed *now = &model->processes[i].entry.now;
        const struct mp_deed *other = &model->processes[*first % MP_PROCESSES].entry.now;
        if (count > 0 && (now->op != other->op || now->object != other->object)) {
            return 0;
        }
        *first = count == 0 ? i : *first;
        count++;
    }
    return count;
}

/* "STUCK: a waits for an item, b waits for room." As many as fit. */
static void say_all_reasons(struct model *model)
{
    enum { WIDTH = 75 };
    char text[sizeof(((struct sentence *)0)->text)] = "STUCK for ever: ";
    size_t at = strlen(text);
    unsigned told = 0;
    unsigned someone = MP_NOBODY;
    for (unsigned i = 0; i < model->process_count; i++) {
        char why[sizeof(text)];
        enum mp_op op = blocked_in(model, i);
        if (op == MP_OP_NONE || op == MP_OP_JOIN || op == MP_OP_TASKS_WAIT ||
            op == MP_OP_TASK_TAKE) {
            someone = op != MP_OP_NONE && someone == MP_NOBODY ? i : someone;
            continue;
        }
        model_why_not(model, i, why, sizeof(why));
        someone = told == 0 ? i : someone;
        if (told == 0 || at + 2 + strlen(why) < WIDTH) {
            at += (size_t)snprintf(text + at, sizeof(text) - at, "%s%s",
                                   told == 0 ? "" : "; ", why);
            at = at < sizeof(text) ? at : sizeof(text) - 1;
            told++;
        }
    }
    if (someone == MP_NOBODY) {
        say(model, SAY_STUCK, MP_NOBODY, 0, "STUCK: nobody can go on.");
        return;
    }
    if (told == 0) {
        model_why_not(model, someone, text + at, sizeof(text) - at);
    }
    say(model, SAY_STUCK, someone, 0, "%s.", text);
}

static bool say_barrier(struct model *model)
{
    for (unsigned i = 0; i < model->process_count; i++) {
        if (blocked_in(model, i) == MP_OP_BARRIER_WAIT) {
            unsigned what = model->processes[i].entry.now.object;
            say(model, SAY_STUCK, i, 0,
                "STUCK: %s waits at %s (%u of %u), and nobody comes.",
                model_name(model, i), model_object_name(model, what),
                model->objects[what].arrived, model->objects[what].parties);
            return true;
        }
    }
    return false;
}

/* Nobody is left who could do what somebody waits for. */
static void say_nobody_comes(struct model *model)
{
    unsigned first = 0;
    unsigned count = all_wait_alike(model, &first);
    enum mp_op op = blocked_in(model, first);
    if (count == 1) {
        say(model, SAY_STUCK, first, 0, "STUCK: %s %s, and nobody is left who %s.",
            model_name(model, first), hopeless[op].one, hopeless[op].rest);
    } else if (count > 1) {
        say(model, SAY_STUCK, first, 0,
            "STUCK: %u processes %s, and nobody is left who %s.", count,
            hopeless[op].several, hopeless[op].rest);
    } else if (!say_barrier(model)) {
        say_all_reasons(model);
    }
}

void model_stuck(struct model *model)
{
    struct graph graph;
    model_graph(model, &graph);
    if (graph.circles > 0) {
        say_circle(model, &graph);
    } else {
        say_nobody_comes(model);
    }
    model->stuck = true;
}

void model_goes_on(struct model *model)
{
    model->stuck = false;
    say(model, SAY_GOES_ON, MP_NOBODY, 0, "Somebody went on after all: it is not stuck.");
}
