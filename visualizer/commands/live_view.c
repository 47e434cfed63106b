// SPDX-License-Identifier: MIT
/* How a run is shown: large letters, an empty screen, Python, one panel alone. */
#include "commands/live.h"
#include "commands/races.h"

#include <stdlib.h>

enum { PAGE = 10, FAR = 1000000 }; /* rows */

/* The lecturer wants to be looked at: what moves by itself stops, and stays so. */
static void blank_or_not(struct live *live)
{
    struct steer *steer = &live->session.steer;
    live->view.blank = !live->view.blank;
    if (live->view.blank && live->session.has_control && !live->session.ended &&
        !steer->is_free && steer->going) {
        steer_stop(steer);
    }
}

static void mark_next_panel(struct live *live)
{
    struct view *view = &live->view;
    const struct panel *next = screen_next_panel(view->panel, view->full);
    if (view->large) {
        return;
    }
    /* One of them has the screen: it stays filled. */
    view->panel = next == NULL && view->full ? screen_next_panel(NULL, true) : next;
    view->scroll = 0;
}

static void fill_or_not(struct live *live)
{
    struct view *view = &live->view;
    if (view->large && !view->full) {
        return;
    }
    view->full = !view->full;
    view->scroll = 0;
    if (view->full && view->panel == NULL) {
        view->panel = screen_main_panel();
    }
    view->full = view->full && view->panel != NULL;
}

static bool scroll(struct live *live, int by)
{
    int rows;
    if (!live->view.full || !screen_scrolls(&rows)) {
        return false;
    }
    live->view.scroll = rows + by;
    return true;
}

/* Of what is looked at: the present, or what has been. */
static void show_races_or_not(struct live *live)
{
    bool shown = live->races != NULL;
    free(live->races);
    live->races =
        shown ? NULL
              : races_text(&live->session, past_model(&live->past, &live->session));
    live->view.races = live->races;
}

/* And back: to where it was, among the others. */
static void graph_or_not(struct live *live)
{
    struct view *view = &live->view;
    const struct panel *graph = screen_graph_panel();
    if (!view->model->stuck || view->large) {
        return;
    }
    view->full = !view->full || view->panel != graph;
    view->panel = graph;
    view->scroll = 0;
}

void live_fill_graph(struct live *live)
{
    struct view *view = &live->view;
    if (view->model->stuck) {
        model_graph(view->model, &view->graph);
        for (unsigned i = 0; i < view->graph.count; i++) {
            session_address(&live->session, view->graph.edges[i].took_at, &view->took[i]);
        }
    } else if (view->panel == screen_graph_panel()) {
        view->panel = NULL; /* there is nothing in it any more */
        view->full = false;
    }
}

bool live_show(struct live *live, enum action action)
{
    struct view *view = &live->view;
    switch (action) {
    case ACT_LARGE:
        view->large = !view->large;
        view->full = false;
        return true;
    case ACT_BLANK:
        blank_or_not(live);
        return true;
    case ACT_RACES:
        show_races_or_not(live);
        return true;
    case ACT_PYTHON:
        view->python = !view->python;
        return true;
    case ACT_PANEL:
        mark_next_panel(live);
        return true;
    case ACT_GRAPH:
        graph_or_not(live);
        return true;
    case ACT_OPEN:
        if (view->asks) {
            return false;
        }
        fill_or_not(live);
        return true;
    case ACT_UP:
        return scroll(live, 1);
    case ACT_DOWN:
        return scroll(live, -1);
    case ACT_PAGE_UP:
        return scroll(live, PAGE);
    case ACT_PAGE_DOWN:
        return scroll(live, -PAGE);
    case ACT_FIRST:
        return scroll(live, FAR);
    case ACT_LAST:
        return scroll(live, -FAR);
    case ACT_QUIT:
        if (!view->full || screen_signal() != 0) {
            return false;
        }
        view->full = false;
        return true;
    default:
        return false;
    }
}
