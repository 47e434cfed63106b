// SPDX-License-Identifier: MIT
/*
 * Every schedule on the screen: the title, three panels, a code, the keys; and how the rows
 * are shared out among them. See explored.h.
 */
#include "screen/explored.h"
#include "screen/keys.h"
#include "screen/layout.h"
#include "screen/sentences.h"
#include "screen/text.h"

#include <stdio.h>
#include <string.h>

enum {
    FEW_BARS = 3,
    SOME_BARS = 6,
    SOME_SENTENCES = 2, /* rows */
    SMALL_ROWS = 3,     /* a title and the keys, and then? */
};

/* Rows of each. */
struct plan {
    int rule, bars, stuck, air, share, caution;
    int steps, table, tables, sentences, no_return;
    int ways, twin;
    int last_air, code;
};

static bool has(const char *text)
{
    return text != NULL && *text != '\0';
}

/* --- the title ------------------------------------------------------------------------ */

static void draw_title(const struct explored_view *view, const struct area *area)
{
    const char *const middles[] = {view->what, view->what_short, "", ""};
    const char *const rights[] = {view->progress, view->progress, view->progress,
                                  view->progress_short};
    enum { FORMS = sizeof middles / sizeof *middles, GAP = 2 };
    char left[TEXT_SIZE];
    int form = 0;

    snprintf(left, sizeof(left), "%s %s", view->program, view->arguments);
    int end = area->cols - 1;
    int begins = 1 + text_columns(left) + GAP + 1;
    while (form < FORMS - 1 &&
           begins + text_columns(middles[form]) + GAP + text_columns(rights[form]) > end) {
        form++;
    }
    if (text_columns(rights[form]) + 2 * GAP < end) {
        end = put_before(area, 0, end, STYLE_STRONG, rights[form]) - GAP;
    }
    put_width(area, 0, 1, end - 1, STYLE_STRONG, left);
    put(area, 0, begins, STYLE_NORMAL, middles[form]);
}

/* --- what happened under the schedule ------------------------------------------------- */

/* From little to much; what fits is told. */
enum telling { TELL_VERDICT, TELL_WHAT_MATTERS, TELL_BOTH, TELL_ALL };

static bool is_told(const struct sentence *sentence, enum telling telling)
{
    switch (sentence->kind) {
    case SAY_LOST_ONE:
    case SAY_LOST_MANY:
    case SAY_STUCK:
    case SAY_SPINS:
    case SAY_DIED_HOLDER:
        return telling != TELL_VERDICT;
    case SAY_ALL_ENDED:
        return telling != TELL_WHAT_MATTERS;
    default:
        return telling == TELL_ALL && !sentence->minor;
    }
}

static int rows_told(const struct view *view, const struct area *area,
                     enum telling telling)
{
    int rows = 0;

    for (size_t i = 0; i < view->model->sentence_count; i++) {
        if (is_told(&view->model->sentences[i], telling)) {
            rows += sentence_rows(view, area, i, false);
        }
    }
    return rows;
}

static enum telling best_telling(const struct view *view, const struct area *area)
{
    for (enum telling telling = TELL_ALL; telling > TELL_WHAT_MATTERS; telling--) {
        if (rows_told(view, area, telling) <= area->rows) {
            return telling;
        }
    }
    return rows_told(view, area, TELL_WHAT_MATTERS) > 0 ? TELL_WHAT_MATTERS
                                                        : TELL_VERDICT;
}

/* What fits; of what does not, the end. */
static void draw_sentences(const struct view *view, const struct area *area)
{
    size_t count = view->model->sentence_count;
    enum telling telling = best_telling(view, area);
    size_t first = count;
    int used = 0;
    int row = 0;

    for (; first > 0; first--) {
        bool told = is_told(&view->model->sentences[first - 1], telling);
        int rows = told ? sentence_rows(view, area, first - 1, false) : 0;
        if (used + rows > area->rows && used > 0) {
            break;
        }
        used += rows;
    }
    for (size_t i = first; i < count && row < area->rows; i++) {
        if (is_told(&view->model->sentences[i], telling)) {
            row += sentence_draw(view, area, row, i, false);
        }
    }
}

/* --- sharing out ---------------------------------------------------------------------- */

/* As many as there are, or none if there are not so many. */
static int take_up_to(int *left, int rows)
{
    int taken = rows < *left ? rows : *left;
    taken = taken > 0 ? taken : 0;
    *left -= taken;
    return taken;
}

static int take_all(int *left, int rows)
{
    return rows <= *left ? take_up_to(left, rows) : 0;
}

/* The steps, in tables one below the other where they do not fit beside each other. */
static void share_steps(const struct explored_view *view, const struct area *area,
                        int *left, struct plan *plan)
{
    int count = steps_tables(view->example, area->cols, &plan->table);

    plan->steps = take_all(left, 1 + plan->table);
    plan->tables = plan->steps > 0;
    while (plan->tables > 0 && plan->tables < count &&
           take_all(left, 1 + plan->table) > 0) {
        plan->tables++;
    }
}

static void share_out(const struct explored_view *view, const struct area *area,
                      struct plan *plan)
{
    int left = area->rows;
    int count = (int)view->outcomes->count;
    int bars = 1 + (count < FEW_BARS ? count : FEW_BARS);
    int some = count < SOME_BARS ? count : SOME_BARS;

    memset(plan, 0, sizeof(*plan));
    plan->bars = take_up_to(&left, bars);
    plan->share = take_all(&left, text_rows(view->share, area->cols - 2));
    plan->code = take_up_to(&left, 1);
    plan->rule = take_up_to(&left, 1);
    plan->caution = take_all(&left, text_rows(view->caution, area->cols - 2));
    if (view->twin != NULL) {
        int twin = 1 + text_rows(view->twin_says, area->cols - 2);
        int table = 0;
        if (view->example != NULL) { /* comes first */
            steps_tables(view->example, area->cols, &table);
        }
        plan->twin = left - (table + 1) >= twin ? take_all(&left, twin) : 0;
    }
    plan->stuck = bars_say_stuck(view) ? take_all(&left, 1) : 0;
    plan->bars += plan->bars > FEW_BARS ? take_up_to(&left, some - FEW_BARS) : 0;
    if (view->example != NULL) {
        share_steps(view, area, &left, plan);
    }
    if (plan->steps > 0) {
        plan->sentences = take_up_to(&left, SOME_SENTENCES);
    }
    plan->no_return = plan->steps > 0 && has(view->no_return) ? take_up_to(&left, 1) : 0;
    plan->air = take_up_to(&left, 1);
    plan->last_air = take_up_to(&left, 1);
    plan->bars += plan->bars > SOME_BARS ? take_up_to(&left, count + 1 - plan->bars) : 0;
    if (plan->steps > 0) {
        int all = rows_told(view->example, area, TELL_ALL);
        plan->sentences += take_up_to(&left, all - plan->sentences);
        plan->ways = left > 1 ? take_up_to(&left, ways_rows(view, area->cols)) : 0;
    }
    plan->last_air += left;
}

/* --- the panels ----------------------------------------------------------------------- */

static struct area below(const struct area *area, int row, int rows)
{
    return (struct area){area->top + row, area->left, rows, area->cols};
}

static int draw_outcomes(const struct explored_view *view, const struct area *area,
                         const struct plan *plan)
{
    char legend[64] = "";
    size_t after;
    struct area bars = below(area, plan->rule, plan->bars + plan->stuck);
    size_t before = draw_bars(view, &bars, plan->stuck > 0, &after);

    if (before > 0 || after > 0) {
        snprintf(legend, sizeof(legend), "%zu more above, %zu below", before, after);
    }
    if (plan->rule > 0) {
        put_rule(area, 0, "how it can end", legend);
    }
    int row = plan->rule + bars.rows + plan->air;
    bool wrong = outcomes_wrong(view->outcomes) > 0;
    if (plan->share > 0) {
        row += put_text(area, row, 1, wrong ? STYLE_ALERT : STYLE_STRONG, view->share);
    }
    if (plan->caution > 0) {
        row += put_text(area, row, 1, STYLE_NORMAL, view->caution);
    }
    return row;
}

static int draw_example(const struct explored_view *view, const struct area *area,
                        int row, const struct plan *plan)
{
    char legend[64] = "";
    const struct outcomes *outcomes = view->outcomes;
    struct view example = *view->example;

    if (view->selected < outcomes->count) {
        snprintf(legend, sizeof(legend), "forced switches: %u",
                 outcomes->list[view->selected].ways[0].switches);
    }
    put_rule(area, row++, view->way, legend);
    struct area table = below(area, row, plan->tables * (plan->table + 1) - 1);
    if (plan->tables > 1) {
        example.scroll = ROWS_MANY; /* from the beginning */
        panel_steps.full(&example, &table);
    } else {
        panel_steps.draw(&example, &table);
    }
    row += table.rows;
    struct area text = below(area, row, plan->sentences);
    if (plan->sentences > 0) {
        draw_sentences(&example, &text);
    }
    row += plan->sentences;
    if (plan->no_return > 0) {
        put(area, row, 1, STYLE_STRONG, view->no_return);
    }
    return row + plan->no_return;
}

static int draw_twin(const struct explored_view *view, const struct area *area, int row,
                     const struct plan *plan)
{
    put_rule(area, row, view->twin,
             view->beside != NULL ? "x goes there" : "x shows them");
    struct area text = below(area, row + 1, plan->twin - 1);
    put_text(&text, 0, 1, STYLE_NORMAL, view->twin_says);
    return row + plan->twin;
}

static void draw_code(const struct explored_view *view, const struct area *area, int row)
{
    static const char label[] = "code of the schedule above";
    const struct outcomes *outcomes = view->outcomes;
    const char *code =
        view->selected < outcomes->count ? outcomes->list[view->selected].code : NULL;
    int columns = code != NULL ? text_columns(code) : 0;

    if (code == NULL) {
        return;
    }
    if (1 + (int)strlen(label) + 3 + columns < area->cols) {
        int col = put(area, row, 1, STYLE_NORMAL, label);
        put(area, row, col + 3, STYLE_STRONG, code);
    } else if (columns + 2 <= area->cols) {
        put(area, row, 1, STYLE_STRONG, code);
    } else {
        put(area, row, 1, STYLE_NORMAL, "Its code is long: it is printed when you leave.");
    }
}

/* How it can end, what the selected end came from, and the twin. */
static void draw_panels(const struct explored_view *view, const struct area *body)
{
    struct plan plan;
    share_out(view, body, &plan);
    int row = draw_outcomes(view, body, &plan);
    row = plan.steps > 0 ? draw_example(view, body, row, &plan) : row;
    if (plan.ways > 0) {
        struct area ways = below(body, row, plan.ways);
        draw_ways(view, &ways);
    }
    if (plan.twin > 0) {
        draw_twin(view, body, row + plan.ways, &plan);
    }
    if (plan.code > 0 && (plan.last_air > 0 || !has(view->message))) {
        draw_code(view, body, body->rows - 1);
    }
    if (has(view->message)) {
        put(body, body->rows - 1 - (plan.last_air > 0), 1, STYLE_STRONG, view->message);
    }
}

/* Covered: what is it that one expects to see here? */
static void draw_question(const struct explored_view *view, const struct area *body)
{
    bool typed = has(view->message);
    int row = 0;

    if (body->rows > FEW_BARS + 1) {
        put_rule(body, row, "how it can end", "");
        row += 2;
    }
    row += put_text(body, row, 1, STYLE_STRONG,
                    "Predict: in how many different ways can it end?");
    put_text(body, row + (body->rows > FEW_BARS + 1), 1,
             typed ? STYLE_STRONG : STYLE_NORMAL,
             typed ? view->message
                   : "Type a number, then Enter. Space shows it without an answer.");
    if (body->rows > FEW_BARS + SOME_BARS) {
        put_text(
            body, row + 3, 1, STYLE_NORMAL,
            "It is run under every schedule there is. Two runs that leave other values "
            "behind, or another exit status, have ended in different ways; that "
            "somebody is stuck for ever is one too.");
    }
}

/* All but the keys. */
static void draw_page(const struct explored_view *view, const struct area *area)
{
    struct area body = {area->top + 1, area->left, area->rows - 1, area->cols};

    draw_title(view, area);
    if (view->asks) {
        draw_question(view, &body);
    } else {
        draw_panels(view, &body);
    }
}

/* The title of the one that the keys are about is reversed. */
static void draw_both(const struct explored_view *view, const struct area *area)
{
    int half = area->cols / 2;
    struct area left = {area->top, area->left, area->rows, half - 1};
    struct area right = {area->top, area->left + half, area->rows, area->cols - half};

    struct explored_view beside = *view->beside;

    beside.twin = NULL; /* it is there to be seen */
    draw_page(view, view->is_right ? &right : &left);
    draw_page(&beside, view->is_right ? &left : &right);
    mark_row(view->is_right ? &right : &left, 0);
}

void draw_explored(const struct explored_view *view, const struct area *area)
{
    char bar[TEXT_SIZE];
    struct area page = {area->top, area->left, area->rows - 1, area->cols};

    if (area->rows >= SMALL_ROWS && view->beside != NULL) {
        draw_both(view, &page);
    } else if (area->rows >= SMALL_ROWS) {
        draw_page(view, &page);
    }
    keys_bar_explored(view, area->cols, bar, sizeof(bar));
    put(area, area->rows - 1, 0, STYLE_NORMAL, bar);
}
