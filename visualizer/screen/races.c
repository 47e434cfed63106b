// SPDX-License-Identifier: MIT
/* The data races of a run on the whole screen: lines that somebody else has made. */
#include "screen/pages.h"

#include "screen/canvas.h"

#include <stdio.h>
#include <string.h>

void draw_races(const struct view *view, const struct area *area)
{
    const char *line = view->races;
    int row = 0;
    put(area, row, 1, STYLE_STRONG, "data races");
    put_before(area, row++, area->cols - 1, STYLE_NORMAL, "any key closes this");
    while (*line != '\0' && row < area->rows - 1) {
        char text[TEXT_SIZE];
        size_t length = strcspn(line, "\n");
        snprintf(text, sizeof(text), "%.*s", (int)length, line);
        put(area, row++, 1, STYLE_NORMAL, text);
        line += length + (line[length] == '\n');
    }
    if (*line != '\0') {
        put(area, row, 1, STYLE_NORMAL, "... lab run DEMO --races prints them all");
    }
}
