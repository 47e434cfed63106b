// SPDX-License-Identifier: MIT
/* Who waits for whom, as text. See why.h. */
#include "commands/why.h"

#include "model/graph.h"

#include <stdio.h>
#include <string.h>

enum { PLACE_SIZE = 96, LINE_SIZE = 512 };

/* "deadlock.c:41"; "" where it is not known. */
static void place_text(struct session *session, uint32_t address, char *text, size_t size)
{
    struct source_place place;
    session_address(session, address, &place);
    *text = '\0';
    if (place.line > 0) {
        snprintf(text, size, "%.60s:%d", file_name(place.file), place.line);
    }
}

bool why_lines(struct session *session, const struct model *model,
               void (*say)(const char *line))
{
    struct graph graph;
    char line[LINE_SIZE];
    model_graph(model, &graph);
    for (unsigned i = 0; i < graph.count; i++) {
        const struct graph_edge *edge = &graph.edges[i];
        char place[PLACE_SIZE];
        char wants[LINE_SIZE / 3];
        char whose[LINE_SIZE / 3];
        place_text(session, edge->waits_at, place, sizeof place);
        graph_wants(model, edge, place, wants, sizeof wants);
        place_text(session, edge->took_at, place, sizeof place);
        graph_whose(model, &graph, edge, place, whose, sizeof whose);
        snprintf(line, sizeof line, "%s %s --> %s", model_name(model, edge->from), wants,
                 whose);
        say(line);
    }
    for (unsigned circle = 1; model->stuck && circle <= graph.circles; circle++) {
        graph_circle(model, &graph, circle, line, sizeof line);
        say(line);
    }
    return graph.count > 0;
}
