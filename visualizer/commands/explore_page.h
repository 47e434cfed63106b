// SPDX-License-Identifier: MIT
/* What the screen is told of one program under every schedule: its view, and the words in it. */
#ifndef COMMANDS_EXPLORE_PAGE_H
#define COMMANDS_EXPLORE_PAGE_H

#include "commands/explore_half.h"
#include "screen/explored.h"

struct explored_page {
    struct explored_view view; /* points into the rest, and to what `half` knows */
    struct view example;
    char what[2][HALF_TEXT]; /* and in short; likewise: */
    char progress[2][HALF_TEXT];
    char share[2 * HALF_TEXT];
    char way[HALF_TEXT];
    char no_return[HALF_TEXT];
    char twin[2 * HALF_TEXT];
};

/* Fills it from what `half` has come to. `twin`: NULL: it has none. `told`: what was predicted of
   it, or "". `covered`: nothing is shown of how it can end. Takes a moment where a run has to be
   made to be looked at. What belongs to no program (messages, help) is left to the caller. */
void explored_page_fill(struct explored_page *page, struct half *half,
                        const struct half *twin, const char *told, bool covered);

#endif
