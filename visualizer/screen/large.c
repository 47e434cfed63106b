// SPDX-License-Identifier: MIT
/*
 * Large letters. From above: the processes with what they did last and do next; a rule; the
 * value in block digits; a rule; the steps; a rule; the newest sentence. What rows are left
 * over become empty rows between them. A wide and high screen has the source beside.
 */
#include "screen/large.h"
#include "screen/text.h"

#include "screen/digits.h"
#include "screen/glyphs.h"
#include "screen/layout.h"
#include "screen/people.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum {
    PEOPLE_MOST = 4,
    HIGH_ROWS = 34, /* rows of the body from which the digits are higher */
    STATES_ROWS = 4,
    SENTENCE_ROWS = 2,
    SOURCE_LINES = 6,
    NAME_COL = 7,
    NAME_MOST = 16,
    DONE_LEAST = 11, /* so that columns do not jump: "wrote 4" */
    DONE_MOST = 22,
    AIR_MOST = 3, /* empty rows in one place */
    /* At most 12 rows have text: the title, the message and the keys among them. */
    TEXT_LINES = 9,
    VALUE_LINES = 2,
};

/* Where empty rows may be, those that matter most first. */
enum air {
    AIR_BETWEEN_PEOPLE,
    AIR_ABOVE_PEOPLE,
    AIR_BELOW_PEOPLE,
    AIR_ABOVE_SENTENCE,
    AIR_ABOVE_STEPS,
    AIR_BELOW_STEPS,
    AIR_ABOVE_VALUE,
    AIR_BELOW_VALUE,
    AIRS
};

struct plan {
    struct people people;
    uint32_t field;  /* the value that is looked at; NO_FIELD: none */
    unsigned object; /* or the queue, or the pool; 0: none */
    int value;       /* rows, */
    bool below_it;   /* ... and one more: there is no room beside it */
    const struct panel *under;
    int steps;
    int sentence;
    int air[AIRS];
};

/* --- what there is room for ----------------------------------------------------------- */

static const char *newest_sentence(const struct view *view)
{
    const struct model *model = view->model;

    return model->sentence_count > 0 ? model->sentences[model->sentence_count - 1].text
                                     : "";
}

/* Takes as many of these rows as there are. */
static int take(int *rows, int wish)
{
    int taken = wish < *rows ? wish : *rows;

    *rows -= taken;
    return taken;
}

/* Takes these rows and one for a rule, or none. */
static int take_all(int *rows, int wish)
{
    if (wish == 0 || wish + 1 > *rows) {
        return 0;
    }
    *rows -= wish + 1;
    return wish;
}

static void share_air(struct plan *plan, int rows)
{
    for (int i = 0; i < AIR_MOST * AIRS; i++) {
        int place = i % AIRS;
        int cost = place == AIR_BETWEEN_PEOPLE ? (int)plan->people.count - 1 : 1;
        bool steps = place == AIR_ABOVE_STEPS || place == AIR_BELOW_STEPS;
        bool value = place == AIR_ABOVE_VALUE || place == AIR_BELOW_VALUE;
        if ((!steps || plan->steps > 0) && (!value || plan->value > 1) && cost <= rows) {
            plan->air[place]++;
            rows -= cost;
        }
    }
}

static void make_plan(const struct view *view, const struct area *area, struct plan *plan)
{
    bool lives = view_has_lives(view);
    int rows = area->rows;
    int lines = rows >= HIGH_ROWS ? rows : TEXT_LINES;
    int wish = rows >= HIGH_ROWS ? DIGITS_ROWS_HIGH : DIGITS_ROWS;

    *plan = (struct plan){.field = lives ? NO_FIELD : large_field(view->model)};
    plan->object = lives ? 0 : large_object(view);
    plan->field = plan->object != 0 ? NO_FIELD : plan->field;
    plan->under = lives ? NULL : view_is_free(view) ? &panel_counts : &panel_steps;
    if (lives) {
        people_family(view, &plan->people);
        wish = STATES_ROWS;
    } else {
        people_with_steps(view, &plan->people);
        wish = plan->field != NO_FIELD || plan->object != 0 ? wish : 0;
    }
    people_cut(view, &plan->people, rows < PEOPLE_MOST ? rows : PEOPLE_MOST);
    rows -= (int)plan->people.count;
    plan->value = take_all(&rows, wish);
    if (plan->value == 0 && (plan->field != NO_FIELD || plan->object != 0)) {
        plan->value = take(&rows, 1);
    }
    plan->below_it = plan->value > 1 && plan->field != NO_FIELD &&
                     !large_value_has_room(view, area, plan->field, plan->value) &&
                     take(&rows, 1) > 0;
    plan->sentence = take_all(&rows, text_rows(newest_sentence(view), area->cols - 4));
    plan->sentence = plan->sentence < SENTENCE_ROWS ? plan->sentence : SENTENCE_ROWS;
    lines -= (int)plan->people.count + VALUE_LINES + plan->sentence;
    int steps = plan->under != NULL ? plan->under->rows(view, area->cols).good : 0;
    plan->steps = steps <= lines ? take_all(&rows, steps) : 0;
    share_air(plan, rows);
}

/* --- drawing -------------------------------------------------------------------------- */

/* "read counter: 3" is "read 3" where only the counter is looked at. */
static void without_name(const char *name, const char *behind, char *text)
{
    char part[TEXT_SIZE];

    snprintf(part, sizeof(part), " %s%s", name, behind);
    char *at = strstr(text, part);
    if (at != NULL && (*behind != '\0' || at[strlen(part)] == '\0')) {
        memmove(at, at + strlen(part), strlen(at + strlen(part)) + 1);
    }
}

/* "put 6 into jobs" is "put 6" where only that queue is looked at. */
static void without_queue(const struct view *view, const struct plan *plan, char *text)
{
    static const char *const words[] = {"into", "out of", "from"};
    char part[TEXT_SIZE];

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]) && plan->object != 0; i++) {
        snprintf(part, sizeof(part), "%s %s", words[i],
                 model_object_name(view->model, plan->object));
        without_name(part, "", text);
    }
}

/* Its first word in capitals. */
static void raise_voice(char *text)
{
    for (; *text != '\0' && *text != ' '; text++) {
        *text = (char)toupper((unsigned char)*text);
    }
}

static void done_text(const struct view *view, const struct plan *plan, unsigned slot,
                      char *text, size_t size)
{
    if (view_is_free(view)) {
        snprintf(text, size, "%s",
                 model_kernel_word(view->model->processes[slot].kernel.state));
        return;
    }
    model_has_done(view->model, slot, text, size);
    if (plan->field != NO_FIELD) {
        without_name(view->model->fields[plan->field].name, ":", text);
    }
    without_queue(view, plan, text);
}

static void next_text(const struct view *view, const struct plan *plan, unsigned slot,
                      char *text, size_t size)
{
    const struct mp_process_entry *entry = &view->model->processes[slot].entry;
    char next[TEXT_SIZE / 2];
    const char *state = model_state_text(view->model, slot);

    if (view_is_free(view)) {
        snprintf(text, size, "%" PRIu64 " writes", entry->writes);
        return;
    }
    model_does_next(view->model, slot, next, sizeof(next));
    if (people_is_gone(view->model, slot) || strcmp(next, "-") == 0) {
        snprintf(text, size, "%s", state);
        return;
    }
    if (plan->field != NO_FIELD) {
        without_name(view->model->fields[plan->field].name, "", next);
    }
    without_queue(view, plan, next);
    raise_voice(next);
    bool look = strcmp(state, "BLOCKED") == 0;
    snprintf(text, size, "%s: %s", look ? state : "next", next);
}

/* The columns that the widest name takes, and the widest deed. */
static int name_width(const struct view *view, const struct people *people)
{
    int width = 0;

    for (size_t i = 0; i < people->count; i++) {
        int columns = text_columns(model_name(view->model, people->slots[i]));
        width = columns > width ? columns : width;
    }
    return width < NAME_MOST ? width : NAME_MOST;
}

static int done_width(const struct view *view, const struct plan *plan)
{
    char text[TEXT_SIZE];
    int width = DONE_LEAST;

    for (size_t i = 0; i < plan->people.count; i++) {
        done_text(view, plan, plan->people.slots[i], text, sizeof(text));
        int columns = text_columns(text);
        width = columns > width ? columns : width;
    }
    return width < DONE_MOST ? width : DONE_MOST;
}

static void draw_person(const struct view *view, const struct area *area, int row,
                        const struct plan *plan, unsigned slot)
{
    char text[TEXT_SIZE];
    int style = STYLE_PROCESS + (int)slot;
    bool narrow = area->cols < 60;
    int name = name_width(view, &plan->people);
    int col = narrow ? 3 + people_digits(view) : NAME_COL;
    bool moved = slot == view->model->moved_last && view->mode != RUN_ENDED;

    snprintf(text, sizeof(text), "%c%*u", (int)slot == view->selected ? '>' : ' ',
             people_digits(view), slot);
    put(area, row, narrow ? 0 : 2, style, text);
    put_width(area, row, col, name, style, model_name(view->model, slot));
    col += name + (narrow ? 1 : 5);
    if (!narrow) {
        done_text(view, plan, slot, text, sizeof(text));
        put_width(area, row, col, done_width(view, plan), STYLE_STRONG, text);
        col += done_width(view, plan) + 3;
    }
    next_text(view, plan, slot, text, sizeof(text));
    col = put(area, row, col, STYLE_STRONG, text) + 2;
    snprintf(text, sizeof(text), "%s moved last", glyph(GLYPH_AT));
    if (moved && !view_is_free(view) && col + text_columns(text) <= area->cols - 3) {
        put_before(area, row, area->cols - 3, STYLE_STRONG, text);
    }
}

static void draw_beside(const struct view *view, const struct area *area)
{
    put(area, 0, 1, STYLE_STRONG, panel_source.name(view));
    struct area body = {area->top + 2, area->left, area->rows - 2, area->cols};
    source_draw(view, &body, SOURCE_LINES, 2);
}

/* Processes and value. Returns the rows used. */
static int draw_upper(const struct view *view, const struct area *area,
                      const struct plan *plan)
{
    int row = plan->air[AIR_ABOVE_PEOPLE];

    for (size_t i = 0; i < plan->people.count; i++) {
        draw_person(view, area, row, plan, plan->people.slots[i]);
        row += 1 + (i + 1 < plan->people.count ? plan->air[AIR_BETWEEN_PEOPLE] : 0);
    }
    row += plan->air[AIR_BELOW_PEOPLE];
    if (plan->value == 0) {
        return row;
    }
    if (plan->value > 1) {
        put_many(area, row++, 0, area->cols, STYLE_NORMAL, glyph(GLYPH_RULE));
    }
    row += plan->air[AIR_ABOVE_VALUE];
    if (plan->field != NO_FIELD) {
        large_value(view, area, row, plan->field, plan->value);
    } else if (plan->object != 0) {
        large_object_draw(view, area, row, plan->object, plan->value);
    } else {
        struct area body = {area->top + row, area->left, plan->value, area->cols};
        panel_states.draw(view, &body);
    }
    return row + plan->value + plan->below_it + plan->air[AIR_BELOW_VALUE];
}

bool draw_large(const struct view *view, const struct area *area)
{
    struct plan plan;

    make_plan(view, area, &plan);
    bool wide = area->cols >= WIDE_COLS && area->rows >= HIGH_ROWS &&
                view->source != NULL && (plan.field != NO_FIELD || plan.object != 0);
    struct area upper = *area;
    upper.cols = wide ? area->cols / 2 : area->cols;
    int row = draw_upper(view, &upper, &plan);
    if (wide) {
        struct area beside = {area->top + 1, area->left + upper.cols + 2, row - 1,
                              area->cols - upper.cols - 2};
        draw_beside(view, &beside);
    }
    if (plan.steps > 0) {
        put_many(area, row++, 0, area->cols, STYLE_NORMAL, glyph(GLYPH_RULE));
        row += plan.air[AIR_ABOVE_STEPS];
        struct area steps = {area->top + row, area->left, plan.steps, area->cols};
        plan.under->draw(view, &steps);
        row += plan.steps + plan.air[AIR_BELOW_STEPS];
    }
    if (plan.sentence > 0) {
        put_many(area, row++, 0, area->cols, STYLE_NORMAL, glyph(GLYPH_RULE));
        row += plan.air[AIR_ABOVE_SENTENCE];
        struct area told = {area->top + row, area->left, plan.sentence, area->cols};
        put_text(&told, 0, 3, STYLE_STRONG, newest_sentence(view));
    }
    return plan.sentence > 0;
}

void draw_large_title(const struct view *view, const struct area *area)
{
    char text[TEXT_SIZE];

    int col = put(area, 0, 1, STYLE_STRONG, view->demo);
    if (view_is_free(view)) {
        snprintf(text, sizeof(text), "free");
    } else {
        snprintf(text, sizeof(text), "step %" PRIu64, view->model->steps);
    }
    if (col + 2 + text_columns(text) < area->cols) {
        put_before(area, 0, area->cols - 1, STYLE_STRONG, text);
    }
}
