// SPDX-License-Identifier: MIT
/*
 * What happened, in sentences, the newest at the bottom. What a sentence adds at its first
 * time stands there when there is room: of the newest one, or of all on a tall screen.
 */
#include "screen/sentences.h"
#include "screen/glyphs.h"
#include "screen/layout.h"
#include "screen/people.h"

#include <inttypes.h>
#include <stdio.h>

enum { NUMBER_LEAST = 3, ROWS_FOR_MORE = 4, ROWS_FOR_ALL = 10, ALERT_GAP = 2 };

/* Columns before the text: a blank or none, the step, a gap. */
static int indent_of(const struct view *view)
{
    int digits = 1;

    for (uint64_t steps = view->model->steps; steps >= 10; steps /= 10) {
        digits++;
    }
    return (digits > NUMBER_LEAST ? digits : NUMBER_LEAST) + ALERT_GAP;
}

/* Whether there is room for what a sentence adds, where there are so many rows. */
static bool with_more(const struct view *view, size_t index, int rows)
{
    const struct sentence *sentence = &view->model->sentences[index];
    bool newest = index + 1 == view->model->sentence_count;

    return sentence->more[0] != '\0' &&
           (rows >= ROWS_FOR_ALL || (newest && rows >= ROWS_FOR_MORE));
}

int sentence_rows(const struct view *view, const struct area *area, size_t index,
                  bool more)
{
    const struct sentence *sentence = &view->model->sentences[index];
    int cols = area->cols - indent_of(view);

    return text_rows(sentence->text, cols) + (more ? text_rows(sentence->more, cols) : 0);
}

static int style_of(const struct sentence *sentence)
{
    switch (sentence->kind) {
    case SAY_LOST_ONE:
    case SAY_LOST_MANY:
    case SAY_STUCK:
    case SAY_SPINS:
        return STYLE_ALERT;
    default:
        return STYLE_NORMAL;
    }
}

int sentence_draw(const struct view *view, const struct area *area, int row, size_t index,
                  bool more)
{
    const struct sentence *sentence = &view->model->sentences[index];
    uint64_t before = index > 0 ? sentence[-1].step : 0;
    int indent = indent_of(view);
    char number[TEXT_SIZE];

    if (sentence->step > 0 && sentence->step != before) {
        snprintf(number, sizeof(number), "%" PRIu64, sentence->step);
        put_before(area, row, indent - ALERT_GAP, STYLE_NORMAL, number);
    }
    int used = put_text(area, row, indent, style_of(sentence), sentence->text);
    if (more) {
        used += put_text(area, row + used, indent, STYLE_NORMAL, sentence->more);
    }
    return used;
}

static void draw(const struct view *view, const struct area *area)
{
    size_t count = view->model->sentence_count;
    size_t first = count;
    int used = 0;
    int row = 0;

    while (first > 0) {
        int next =
            sentence_rows(view, area, first - 1, with_more(view, first - 1, area->rows));
        if (used + next > area->rows && first < count) {
            break;
        }
        used += next;
        first--;
    }
    for (size_t i = first; i < count && row < area->rows; i++) {
        row += sentence_draw(view, area, row, i, with_more(view, i, area->rows));
    }
    if (count == 0) {
        put(area, 0, 1, STYLE_NORMAL, "Nothing yet.");
    }
}

/* All of them, with all that they add. */
static int full(const struct view *view, const struct area *area)
{
    size_t count = view->model->sentence_count;
    int total = 0;

    for (size_t i = 0; i < count; i++) {
        total += sentence_rows(view, area, i, with_more(view, i, ROWS_FOR_ALL));
    }
    int scrolled = layout_scroll(view->scroll, total, area->rows);
    int row = total > area->rows ? area->rows - total + scrolled : 0;
    for (size_t i = 0; i < count && row < area->rows; i++) {
        row += sentence_draw(view, area, row, i, with_more(view, i, ROWS_FOR_ALL));
    }
    return scrolled;
}

static struct panel_rows rows(const struct view *view, int cols)
{
    (void)view;
    (void)cols;
    return (struct panel_rows){1, 4, ROWS_MANY};
}

static const char *name(const struct view *view)
{
    (void)view;
    return "what happened";
}

static void legend(const struct view *view, const struct area *area, char *text,
                   size_t size)
{
    (void)area;
    if (view->model->dropped > 0) {
        snprintf(text, size, "%" PRIu64 " went by unseen", view->model->dropped);
    }
}

const struct panel panel_sentences = {name, legend, rows, draw, 2, false, full};
