// SPDX-License-Identifier: MIT
/*
 * The schedules that end as the selected one does, the simplest first, each as its code says
 * who goes: as many as there is room for.
 */
#include "screen/explored.h"
#include "screen/text.h"

#include <inttypes.h>
#include <stdio.h>

enum { GAP = 2, AT = 1 };

/* NULL: there is but one, or none has a code yet. */
static const struct outcome *selected(const struct explored_view *view)
{
    const struct outcomes *outcomes = view->outcomes;
    const struct outcome *outcome =
        view->selected < outcomes->count ? &outcomes->list[view->selected] : NULL;
    bool has = outcome != NULL && outcome->way_count > 1;
    for (size_t i = 0; has && i < outcome->way_count; i++) {
        has = outcome->ways[i].moves != NULL;
    }
    return has ? outcome : NULL;
}

static int widest(const struct outcome *outcome)
{
    int width = 0;
    for (size_t i = 0; i < outcome->way_count; i++) {
        int columns = text_columns(outcome->ways[i].moves);
        width = columns > width ? columns : width;
    }
    return width + GAP;
}

int ways_rows(const struct explored_view *view, int cols)
{
    const struct outcome *outcome = selected(view);
    int across = outcome != NULL ? (cols - AT) / widest(outcome) : 0;
    return across > 0 ? 1 + ((int)outcome->way_count + across - 1) / across : 0;
}

void draw_ways(const struct explored_view *view, const struct area *area)
{
    const struct outcome *outcome = selected(view);
    int width = widest(outcome);
    size_t across = (size_t)((area->cols - AT) / width);
    size_t room = across * (size_t)(area->rows - 1);
    size_t shown = room < outcome->way_count ? room : outcome->way_count;
    char title[64];

    if (shown == outcome->schedules) {
        snprintf(title, sizeof title, "all %zu %s that end so", shown, view->unit);
    } else {
        snprintf(title, sizeof title, "the simplest %zu of %" PRIu64 " %s that end so",
                 shown, outcome->schedules, view->unit);
    }
    put_rule(area, 0, title, "as their codes say it");
    for (size_t i = 0; i < shown; i++) {
        put(area, 1 + (int)(i / across), AT + (int)(i % across) * width, STYLE_NORMAL,
            outcome->ways[i].moves);
    }
}
