// SPDX-License-Identifier: MIT
/* Keys, words and signs of the page on which every schedule is shown. */
#include "model/steps.h"
#include "screen/explored.h"
#include "screen/glyphs.h"
#include "screen/keys.h"

#include <stdio.h>

enum { NAME_COLS = 12 };

static const char *const words[] = {
    "A schedule is the order in which the processes make their steps. Here the "
    "program was not tried by luck: it was run once under every schedule there is.",
    "A bar is one way in which it can end: so many schedules come to it.",
    "right: it ended, and main's exit status was 0. WRONG: that was another one. "
    "STUCK: somebody is left, and nobody can ever go on.",
    "A forced switch: somebody else goes on, although the one before could have. The "
    "simplest schedule is the one with the fewest of them.",
    "not a proof: not all schedules were run, and what is not seen here may still happen.",
};

static int draw_keys(const struct explored_view *view, const struct area *area, int row)
{
    const struct key *key;
    char name[TEXT_SIZE];

    for (size_t i = 0; (key = keys_row(i)) != NULL; i++) {
        const char *word = keys_word_explored(key, view);
        if (word != NULL) {
            keys_name(key, name, sizeof(name));
            put(area, row, 2, STYLE_STRONG, name);
            put(area, row++, NAME_COLS, STYLE_NORMAL, word);
        }
    }
    return row;
}

void draw_explored_help(const struct explored_view *view, const struct area *area)
{
    char text[TEXT_SIZE];
    int row = 1;

    put(area, 0, 1, STYLE_STRONG, "every schedule");
    put_before(area, 0, area->cols - 1, STYLE_NORMAL, "any key closes this");
    row = draw_keys(view, area, row);
    put_rule(area, row++, "words", "");
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        row += put_text(area, row, 1, STYLE_NORMAL, words[i]);
    }
    put_rule(area, row++, "signs", "");
    if (view->example != NULL) {
        bool calls;
        snprintf(text, sizeof(text), "%s   %s update lost",
                 steps_legend(view->example->model, &calls), glyph(GLYPH_LOST));
        put(area, row++, 1, STYLE_NORMAL, text);
    }
    snprintf(text, sizeof(text), "%s selected   %s this step was somebody else's",
             glyph(GLYPH_HERE), glyph(GLYPH_QUIET));
    put(area, row, 1, STYLE_NORMAL, text);
}
