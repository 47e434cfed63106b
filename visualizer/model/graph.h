// SPDX-License-Identifier: MIT
/*
 * Who waits for whom: the wait-for graph of a program at one moment, out of the tables.
 *
 * Each process that is blocked has one edge: to the one that has the lock that it wants, or
 * that has to end first; or to nobody in particular, where anybody could do what it waits
 * for. Why it cannot go is what mp itself says (mp_can_go): a lock whose owner has died is
 * nobody's, for who wants it gets it. Pure: the same tables, the same graph.
 */
#ifndef MODEL_GRAPH_H
#define MODEL_GRAPH_H

#include "model/model.h"

enum graph_why {
    GRAPH_LOCK,   /* .to has the lock .object; that may be itself */
    GRAPH_END,    /* .to has to end first */
    GRAPH_OTHERS, /* somebody has to do something to .object, and somebody still could */
    GRAPH_NOBODY, /* the same, and nobody is left who could */
};

struct graph_edge {
    enum graph_why why;
    uint16_t from;
    uint16_t to;       /* MP_NOBODY: nobody in particular */
    uint16_t object;   /* 0: none */
    uint8_t op;        /* enum mp_op: what it does there */
    bool stuck;        /* as things stand it can never go on */
    uint32_t waits_at; /* code addresses: where it waits; 0: not known ... */
    uint32_t took_at;  /* ... and where .to took the lock */
    unsigned circle;   /* it is part of this one, from 1; 0: of none */
};

struct graph {
    /* Circles first, each from edge to edge; then those for whom nobody is left; the rest. */
    struct graph_edge edges[MP_PROCESSES];
    unsigned count;
    unsigned circles;
};

/* The tables do not know of time limits: who can never go on is said only of a model that was
   told so (.stuck). */
void model_graph(const struct model *model, struct graph *graph);

/*
 * In words, for who draws it: FROM wants ---> whose. `place` is where that is in the source,
 * "deadlock.c:41", or "" where it is not known.
 *
 *     "wants lock_b (deadlock.c:41)"       "right, who took it at deadlock.c:47"
 *     "waits for an item in jobs"          "nobody is left who could put one"
 */
void graph_wants(const struct model *model, const struct graph_edge *edge,
                 const char *place, char *text, size_t size);
void graph_whose(const struct model *model, const struct graph *graph,
                 const struct graph_edge *edge, const char *place, char *text,
                 size_t size);

/* "A circle of 2: neither can ever go on." */
void graph_circle(const struct model *model, const struct graph *graph, unsigned circle,
                  char *text, size_t size);

#endif
