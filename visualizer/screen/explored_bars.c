// SPDX-License-Identifier: MIT
/*
 * How it can end: a row for each outcome, with a bar as long as its share. On wide screens
 * with the code of its simplest schedule.
 */
#include "screen/explored.h"
#include "screen/glyphs.h"
#include "screen/layout.h"
#include "screen/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum {
    TEXT_AT = 4,
    TEXT_GAP = 4,
    TEXT_LEAST = 1,
    BAR_LEAST = 8,
    COUNT_COLS = 9, /* "schedules" */
    WORD_COLS = 5,  /* "WRONG" */
    WORD_AT = 9,    /* from the right */
    CODE_MOST = 60,
};

/* Columns. */
struct bars {
    int label;
    int bar, width;
    int count; /* where it ends */
    int word;
    int code; /* where it begins; 0: there is none */
    uint64_t most;
};

bool bars_say_stuck(const struct explored_view *view)
{
    for (size_t i = 0; i < view->outcomes->count; i++) {
        enum ending_kind kind = view->outcomes->list[i].ending.kind;
        if (kind == ENDING_STUCK || kind == ENDING_SPINS) {
            return false;
        }
    }
    return true;
}

static int code_columns(const struct explored_view *view)
{
    int most = 0;

    for (size_t i = 0; i < view->outcomes->count; i++) {
        const char *code = view->outcomes->list[i].code;
        int columns = code != NULL ? text_columns(code) : 0;
        most = columns > most ? columns : most;
    }
    return most < CODE_MOST ? most : CODE_MOST;
}

static void plan(const struct explored_view *view, const struct area *area,
                 struct bars *bars)
{
    const struct outcomes *outcomes = view->outcomes;
    int label = TEXT_LEAST;
    int code = area->cols >= WIDE_COLS ? code_columns(view) : 0;
    int right = code > 0 ? area->cols - code - 2 : area->cols;

    *bars = (struct bars){.count = right - WORD_AT - 4,
                          .word = right - WORD_AT,
                          .code = code > 0 ? right : 0};
    for (size_t i = 0; i < outcomes->count; i++) {
        int columns = text_columns(outcomes->list[i].text);
        label = columns > label ? columns : label;
        bars->most = outcomes->list[i].schedules > bars->most
                         ? outcomes->list[i].schedules
                         : bars->most;
    }
    int end = bars->count - COUNT_COLS - 1;
    int most = end - BAR_LEAST - TEXT_GAP - TEXT_AT;
    most = most > TEXT_LEAST ? most : TEXT_LEAST;
    bars->label = label < most ? label : most;
    bars->bar = TEXT_AT + bars->label + TEXT_GAP;
    bars->width = end - bars->bar;
}

static void draw_count(const struct area *area, int row, const struct bars *bars,
                       int style, uint64_t count)
{
    char text[24];

    snprintf(text, sizeof(text), "%" PRIu64, count);
    put_before(area, row, bars->count, style, text);
}

static void draw_bar(const struct explored_view *view, const struct area *area, int row,
                     const struct bars *bars, size_t index)
{
    const struct outcome *outcome = &view->outcomes->list[index];
    bool wrong = outcome_is_wrong(outcome);
    bool selected = index == view->selected;
    int style = wrong ? STYLE_ALERT : selected ? STYLE_STRONG : STYLE_NORMAL;
    double part = bars->most > 0 ? (double)outcome->schedules / (double)bars->most : 0;
    int length = (int)(part * bars->width + 0.5);

    put(area, row, 0, STYLE_STRONG, selected ? glyph(GLYPH_HERE) : " ");
    put_width(area, row, TEXT_AT, bars->label + 1, selected ? STYLE_STRONG : STYLE_NORMAL,
              outcome->text);
    if (bars->width > 0) {
        put_many(area, row, bars->bar, length > 0 ? length : 1, style, glyph(GLYPH_BAR));
    }
    draw_count(area, row, bars, selected ? STYLE_STRONG : STYLE_NORMAL,
               outcome->schedules);
    put(area, row, bars->word, style, outcome_verdict(outcome));
    if (bars->code > 0 && outcome->code != NULL) {
        put(area, row, bars->code, STYLE_NORMAL, outcome->code);
    }
}

size_t draw_bars(const struct explored_view *view, const struct area *area, bool stuck,
                 size_t *below)
{
    struct bars bars;
    size_t count = view->outcomes->count;
    size_t rows = area->rows > 1 + stuck ? (size_t)(area->rows - 1 - stuck) : 0;
    size_t first = 0;
    int row = 0;

    plan(view, area, &bars);
    put_width(area, row, 1, bars.count - COUNT_COLS - 2, STYLE_NORMAL,
              view->outcomes->heading);
    put_before(area, row, bars.count, STYLE_NORMAL, view->unit);
    if (bars.code > 0) {
        put(area, row, bars.code, STYLE_NORMAL, "its simplest schedule");
    }
    row++;
    if (count > rows && view->selected >= rows) {
        first = view->selected - rows + 1;
    }
    for (size_t i = first; i < count && i < first + rows; i++) {
        draw_bar(view, area, row++, &bars, i);
    }
    if (stuck) {
        put(area, row, 1, STYLE_NORMAL, "stuck");
        draw_count(area, row, &bars, STYLE_NORMAL, 0);
    }
    *below = count > first + rows ? count - first - rows : 0;
    return first;
}
