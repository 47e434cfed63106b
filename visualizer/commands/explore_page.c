// SPDX-License-Identifier: MIT
/* One program under every schedule, as the screen is told of it. See explore_page.h. */
#include "commands/explore_page.h"

#include <stdio.h>
#include <string.h>

static const struct view *fill_example(struct explored_page *page, struct half *half)
{
    const struct session *session = half_example(half);
    if (session == NULL) {
        return NULL;
    }
    page->example.model = session->model;
    page->example.demo = half->options.run.demo.name;
    page->example.mode = session->ended ? RUN_ENDED : RUN_STOPPED;
    page->example.hooked = session->entry.hooked;
    page->example.can_choose = true;
    page->example.selected = -1;
    return &page->example;
}

static void fill_words(struct explored_page *page, const struct half *half,
                       const struct half *twin, const char *told)
{
    for (int brief = 0; brief < 2; brief++) {
        half_what(half, brief, page->what[brief], sizeof page->what[brief]);
        half_progress(half, brief, page->progress[brief], sizeof page->progress[brief]);
    }
    half_share(half, page->share, sizeof page->share);
    if (*told != '\0') {
        size_t used = strlen(page->share);
        snprintf(page->share + used, sizeof page->share - used, "  %s", told);
    }
    explored_no_return(half_no_return(half), page->no_return, sizeof page->no_return);
    half_way(half, page->way, sizeof page->way);
    page->twin[0] = '\0';
    if (twin != NULL) {
        half_compare(half, twin, page->twin, sizeof page->twin);
    }
}

void explored_page_fill(struct explored_page *page, struct half *half,
                        const struct half *twin, const char *told, bool covered)
{
    page->view = (struct explored_view){
        .program = half->options.run.demo.name,
        .outcomes = half_outcomes(half),
        .arguments = half->arguments,
        .unit = half->options.explorer.reduce ? "kinds" : "schedules",
        .what = page->what[0],
        .what_short = page->what[1],
        .progress = page->progress[0],
        .progress_short = page->progress[1],
        .running = half_is_at_work(half),
        .asks = covered,
        .selected = half->selected,
        .share = page->share,
        .caution = half_caution(half),
        .way = page->way,
        .example = covered ? NULL : fill_example(page, half),
        .no_return = page->no_return,
        .twin = twin != NULL ? half_twin_word(twin->options.run.demo.name) : NULL,
        .twin_says = page->twin,
        .message = "",
    };
    fill_words(page, half, twin, told);
}
