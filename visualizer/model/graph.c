// SPDX-License-Identifier: MIT
/* The wait-for graph out of the tables, and its circles. See graph.h. */
#include "model/graph.h"

#include "model/private.h"

#include <string.h>

/* While a graph is made: the edge of each process, and who may still go on. */
struct making {
    const struct model *model;
    struct mp_tables tables;
    struct graph_edge edges[MP_PROCESSES];
    bool blocked[MP_PROCESSES];
    bool may_go[MP_PROCESSES]; /* lives, and is not stuck */
};

static bool lives(const struct making *m, unsigned slot)
{
    return slot < MP_PROCESSES && mp_lives(&m->model->processes[slot].entry);
}

/* --- one edge for each who is blocked --------------------------------------------------- */

static void aim(const struct making *m, struct graph_edge *edge)
{
    struct mp_readiness why = mp_can_go(&m->tables, edge->from);
    unsigned wanted = m->model->processes[edge->from].entry.now.object;
    switch (why.reason) {
    case MP_LOCK_TAKEN:
        edge->why = GRAPH_LOCK;
        edge->to = why.process;
        edge->object = why.object;
        break;
    case MP_STILL_ALIVE:
        edge->why = GRAPH_END;
        edge->to = why.process;
        break;
    case MP_CAN_GO: /* blocked, and mp lets it go: it wants what it has itself */
        edge->why = GRAPH_LOCK;
        edge->to = edge->from;
        edge->object = (uint16_t)wanted;
        break;
    default:
        edge->why = GRAPH_NOBODY;
        edge->object = why.object;
        break;
    }
    if (edge->why == GRAPH_LOCK && edge->object < MP_OBJECTS) {
        edge->took_at = m->model->objects[edge->object].place;
    }
}

static void find_blocked(struct making *m)
{
    for (unsigned slot = 0; slot < m->model->process_count; slot++) {
        const struct mp_deed *now = &m->model->processes[slot].entry.now;
        enum mp_op op = blocked_in(m->model, slot);
        m->blocked[slot] = op != MP_OP_NONE;
        m->may_go[slot] = lives(m, slot) && !m->blocked[slot];
        if (m->blocked[slot]) {
            m->edges[slot] = (struct graph_edge){.from = (uint16_t)slot,
                                                 .to = MP_NOBODY,
                                                 .op = (uint8_t)op,
                                                 .waits_at = now->place};
            aim(m, &m->edges[slot]);
        }
    }
}

/* --- who may still go on ---------------------------------------------------------------- */

/* Could this one do what the edge waits for? A message comes only from the other end of the
   pipe; all else anybody can do. */
static bool could(const struct making *m, const struct graph_edge *edge, unsigned slot)
{
    if (slot == edge->from || !m->may_go[slot]) {
        return false;
    }
    const struct mp_deed *now = &m->model->processes[edge->from].entry.now;
    return edge->op != MP_OP_PIPE_RECV ||
           mp_is_member(&m->model->objects[edge->object % MP_OBJECTS],
                        1 - now->offset % 2, slot);
}

static bool somebody_could(const struct making *m, const struct graph_edge *edge)
{
    for (unsigned slot = 0; slot < m->model->process_count; slot++) {
        if (could(m, edge, slot)) {
            return true;
        }
    }
    return false;
}

static bool may_be_helped(const struct making *m, const struct graph_edge *edge)
{
    if (edge->to >= MP_PROCESSES) {
        return somebody_could(m, edge);
    }
    return edge->to != edge->from && (m->may_go[edge->to] || !lives(m, edge->to));
}

/* Whoever waits for one that may go on may go on as well; nobody else. */
static void find_stuck(struct making *m)
{
    for (bool more = true; more;) {
        more = false;
        for (unsigned slot = 0; slot < m->model->process_count; slot++) {
            if (m->blocked[slot] && !m->may_go[slot] &&
                may_be_helped(m, &m->edges[slot])) {
                m->may_go[slot] = true;
                more = true;
            }
        }
    }
    for (unsigned slot = 0; slot < m->model->process_count; slot++) {
        struct graph_edge *edge = &m->edges[slot];
        edge->stuck = m->model->stuck && !m->may_go[slot];
        if (m->blocked[slot] && edge->to >= MP_PROCESSES) {
            edge->why = edge->stuck ? GRAPH_NOBODY : GRAPH_OTHERS;
        }
    }
}

/* --- circles, and the order ------------------------------------------------------------- */

/* Does following the edges lead back to where it began? */
static bool is_in_circle(const struct making *m, unsigned start)
{
    unsigned at = start;
    for (unsigned n = 0; n < m->model->process_count; n++) {
        at = at < MP_PROCESSES && m->blocked[at] ? m->edges[at].to : MP_NOBODY;
        if (at == start) {
            return true;
        }
    }
    return false;
}

static void add(struct graph *graph, struct making *m, unsigned slot)
{
    if (graph->count < MP_PROCESSES) {
        graph->edges[graph->count++] = m->edges[slot];
    }
    m->blocked[slot] = false; /* has its place */
}

static void add_circles(struct graph *graph, struct making *m)
{
    for (unsigned start = 0; start < m->model->process_count; start++) {
        if (!m->blocked[start] || !is_in_circle(m, start)) {
            continue;
        }
        graph->circles++;
        for (unsigned at = start; m->blocked[at]; at = m->edges[at].to) {
            m->edges[at].circle = graph->circles;
            add(graph, m, at);
        }
    }
}

static void add_rest(struct graph *graph, struct making *m, bool nobody)
{
    for (unsigned slot = 0; slot < m->model->process_count; slot++) {
        if (m->blocked[slot] && (!nobody || m->edges[slot].why == GRAPH_NOBODY)) {
            add(graph, m, slot);
        }
    }
}

void model_graph(const struct model *model, struct graph *graph)
{
    struct making m = {.model = model, .tables = tables_of(model)};
    memset(graph, 0, sizeof *graph);
    find_blocked(&m);
    find_stuck(&m);
    add_circles(graph, &m);
    add_rest(graph, &m, true);
    add_rest(graph, &m, false);
}
