// SPDX-License-Identifier: MIT
/*
 * One frame of a run: the title, panels, the row that says why it stopped, the keys.
 *
 * Wide screens have the processes over their full width and two columns below: what was
 * done at the left, where and with what at the right.
 */
#include "screen/draw.h"
#include "screen/text.h"

#include "screen/keys.h"
#include "screen/large.h"
#include "screen/layout.h"
#include "screen/pages.h"
#include "screen/people.h"
#include "screen/works.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum {
    WIDE_ROWS = 30,
    WIDE_HEAD_SHARE = 3, /* the processes take at most this part of the rows */
    COLUMN_GAP = 2,
    MESSAGE_ROWS = 2, /* a long message on a narrow screen */
    TALL_ENOUGH = 10, /* rows from which a message may take two */
    AIRY_ROWS = 24,   /* rows from which large letters have empty rows between them */
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static bool has(const char *text)
{
    return text != NULL && *text != '\0';
}

/* --- title ---------------------------------------------------------------------------- */

/* How it moves, in full or in short. */
static void mode_text(const struct view *view, bool full, char *text, size_t size)
{
    char speed[16] = "full speed";

    if (view->speed > 0) {
        snprintf(speed, sizeof(speed), "%u/s", view->speed);
    }
    if (view->model->stuck && view->mode != RUN_PAST && view->mode != RUN_ENDED) {
        snprintf(text, size, "%sSTUCK", view_is_free(view) && full ? "free   " : "");
        return;
    }
    switch (view->mode) {
    case RUN_FREE:
        snprintf(text, size, full ? "free: every run differs" : "free");
        break;
    case RUN_SLOW:
        snprintf(text, size, full ? "slow motion %s" : "%s", speed);
        break;
    case RUN_STOPPED:
        snprintf(text, size, full ? "STOPPED   slow motion %s" : "STOPPED (%s)", speed);
        break;
    case RUN_STOPPING:
        snprintf(text, size, "stopping");
        break;
    case RUN_PAST:
        snprintf(text, size, "PAST   step %" PRIu64 " of %" PRIu64, view->model->steps,
                 view->last_step);
        break;
    default:
        snprintf(text, size, view_is_free(view) ? "free   ENDED" : "ENDED");
        break;
    }
}

/* What counts as a step, where that is not what the program says. */
static const char *grain_word(const struct view *view)
{
    static const char *const words[] = {[MP_GRAIN_LIVES] = "steps: lives   ",
                                        [MP_GRAIN_CALLS] = "steps: calls   ",
                                        [MP_GRAIN_MEMORY] = "steps: memory   "};

    return view->other_grain && (size_t)view->model->grain < COUNT(words)
               ? words[view->model->grain]
               : "";
}

/* The right end of the title, as much of it as there is room for: 0 is all. */
static void right_text(const struct view *view, int level, char *text, size_t size)
{
    char mode[64];
    char seed[32] = "";

    mode_text(view, level == 0, mode, sizeof(mode));
    if (level < 2 && !view_is_free(view) && !view->attached) {
        snprintf(seed, sizeof(seed), "   seed %" PRIu64, view->seed);
    }
    snprintf(text, size, "%s%s%s%s", grain_word(view),
             level >= 2       ? ""
             : view->recorded ? "recording   "
             : view->attached ? "attached   "
                              : "",
             mode, seed);
}

static void draw_title(const struct view *view, const struct area *area)
{
    enum { LEVELS = 3, GAP = 2 };
    char right[TEXT_SIZE] = "";
    int col = put(area, 0, 1, STYLE_STRONG, view->demo) + 3;
    int wish = has(view->arguments) ? text_columns(view->arguments) + GAP : 0;
    int end = area->cols - 1;

    for (int level = 0; level < LEVELS; level++) {
        right_text(view, level, right, sizeof(right));
        if (col + wish + text_columns(right) <= end) {
            break;
        }
    }
    if (col - GAP + text_columns(right) <= end) {
        end = put_before(area, 0, end, STYLE_STRONG, right) - GAP;
    }
    if (wish > 0) {
        put_width(area, 0, col, end - col, STYLE_NORMAL, view->arguments);
    }
}

/* --- the last rows -------------------------------------------------------------------- */

/* How it came out: the demo's own last line, and what is needed to have it again. */
static void draw_ended(const struct view *view, const struct area *area, int row)
{
    char line[TEXT_SIZE];
    char facts[TEXT_SIZE];
    size_t used = 0;
    int style = view->exit_status != 0 ? STYLE_ALERT : STYLE_STRONG;

    model_last_line(view->model, line, sizeof(line));
    if (!view_is_free(view)) {
        used = (size_t)snprintf(facts, sizeof(facts),
                                "%" PRIu64 " steps, seed %" PRIu64 ", ",
                                view->model->steps, view->seed);
    }
    if (view->attached) {
        snprintf(facts, sizeof(facts), "its status goes to who started it");
    } else {
        snprintf(facts + used, sizeof(facts) - used, "exit status %d", view->exit_status);
    }
    int col = put(area, row, 1, STYLE_STRONG, "ENDED") + 5;
    int at = area->cols - 1 - text_columns(facts);
    if (col + text_columns(line) + 2 > at) {
        col = 1 + (int)strlen("ENDED") + 1;
    }
    col = put(area, row, col, style, line);
    if (col + 2 <= at) {
        put(area, row, at, STYLE_NORMAL, facts);
    }
}

/* Of a run that has ended: what came of a prediction, and what luck proves. */
static void afterwards_text(const struct view *view, char *text, size_t size)
{
    char verdict[TEXT_SIZE];
    const char *luck = strstr(model_verdict(view->model, verdict, sizeof(verdict)),
                              "This time nothing was lost.");

    snprintf(text, size, "%s%s%s", has(view->told) ? view->told : "",
             has(view->told) && luck != NULL ? " " : "",
             luck != NULL ? "This time nothing was lost. That proves nothing." : "");
}

static bool can_begin_again(const struct view *view)
{
    return !view->attached && !view->recorded;
}

/* What stands above the keys. `shown` tells whether the sentences have a panel. */
static void message_text(const struct view *view, bool shown, char *text, size_t size)
{
    const struct model *model = view->model;

    *text = '\0';
    if (has(view->message)) {
        snprintf(text, size, "%s%s", *view->message == ' ' ? "" : " ", view->message);
    } else if (view->armed && view->selected >= 0 && view->selected < MP_PROCESSES) {
        snprintf(text, size, " k again kills %s. Any other key: not.",
                 model_name(model, (unsigned)view->selected));
    } else if (view->mode == RUN_PAST) {
        snprintf(
            text, size, "%s",
            view->recorded
                ? " PAST  Space lets it go by; End is where the recording ends."
                : " PAST  A digit goes on from here another way; End is the present.");
    } else if (view->mode == RUN_ENDED) {
        afterwards_text(view, text, size);
    } else if (!shown && model->sentence_count > 0) {
        snprintf(text, size, " %s", model->sentences[model->sentence_count - 1].text);
    } else if (model->stuck) {
        snprintf(text, size, " STUCK  Nobody can go on.%s%s",
                 view->large ? "" : " d shows who waits for whom.",
                 can_begin_again(view) ? " r runs it again." : "");
    } else if (view->mode == RUN_STOPPED) {
        snprintf(text, size,
                 " STOPPED  Space goes on, n makes one step, a digit says who.");
    } else if (view->mode == RUN_STOPPING) {
        snprintf(text, size, " Stopping everybody at the next step ...");
    } else if (view->mode == RUN_FREE && view->can_choose) {
        snprintf(text, size, " Space stops everybody at the next %s.",
                 model->grain == MP_GRAIN_MEMORY && view->hooked
                     ? "read or write of shared memory"
                     : "step");
    } else if (view->mode == RUN_FREE && view->attached) {
        snprintf(text, size, " Only watched: it runs as if nobody looked.");
    }
}

static void draw_bar(const struct view *view, const struct area *area, int row)
{
    char bar[TEXT_SIZE];
    int col = 0;

    if (view->mode == RUN_ENDED && area->cols >= 60) {
        col = put(area, row, 1, STYLE_STRONG, "Next:") + 1;
    }
    keys_bar(view, area->cols - col, bar, sizeof(bar));
    put(area, row, col, STYLE_NORMAL, bar);
}

/* --- panels --------------------------------------------------------------------------- */

enum { STACK_MOST = 10 };

struct stack {
    const struct panel *panels[STACK_MOST];
    size_t count;
};

static void add(struct stack *stack, const struct panel *panel)
{
    if (panel != NULL && stack->count < STACK_MOST) {
        stack->panels[stack->count++] = panel;
    }
}

static void stack_draw(const struct stack *stack, const struct view *view,
                       const struct area *area)
{
    layout_stack(stack->panels, stack->count, view, area);
}

static bool stack_shows_sentences(const struct stack *stack, const struct view *view,
                                  const struct area *area)
{
    return layout_shows(stack->panels, stack->count, &panel_sentences, view, area);
}

/* What this program is about: a queue, a pool; else what is shared. */
struct subject {
    bool lives, is_free, queue, pool;
};

static struct subject find_subject(const struct view *view)
{
    bool lives = view_has_lives(view);

    return (struct subject){.lives = lives,
                            .is_free = view_is_free(view),
                            .queue = !lives && works_queue(view) != 0,
                            .pool = !lives && works_pool(view) != 0};
}

/* What is looked at besides the processes. */
static void add_subject(struct stack *stack, const struct subject *subject)
{
    if (subject->pool) {
        add(stack, &panel_tasks);
    }
    if (subject->queue) {
        add(stack, &panel_queue);
    }
    if (!subject->queue && !subject->pool) {
        add(stack, &panel_memory);
    }
}

/* What was done, step by step; in a free run it is counted. Where there is a pool, the lanes
   tell it. */
static void add_steps(struct stack *stack, const struct subject *subject)
{
    if (subject->pool && !subject->is_free) {
        add(stack, &panel_lanes);
    }
    add(stack, subject->pool ? &panel_timeline : NULL);
    if (subject->is_free) {
        bool counted = !subject->pool && !subject->queue;
        add(stack, counted ? &panel_counts : NULL);
    } else {
        add(stack, subject->pool ? &panel_steps_late : &panel_steps);
    }
}

/* Who waits for whom, where nobody can go: it takes the place of the source, for the lines
   that matter then stand in it. */
static const struct panel *graph_panel(const struct view *view)
{
    return view->model->stuck ? &panel_graph : NULL;
}

/* Returns whether the sentences are among what is shown. */
static bool draw_wide(const struct view *view, const struct area *area)
{
    struct subject subject = find_subject(view);
    struct stack head = {.count = 0};
    struct stack left = {.count = 0};
    struct stack right = {.count = 0};
    struct area top = *area;
    int most = panel_processes.rows(view, area->cols).most + 1;

    add(&head, &panel_processes);
    if (subject.lives) {
        add(&left, &panel_lives);
        add(&right, &panel_states);
    } else {
        if (subject.pool || subject.queue) {
            add_subject(&left, &subject);
        }
        add_steps(&left, &subject);
    }
    add(&left, &panel_sentences);
    add(&right, graph_panel(view));
    add(&right, &panel_source);
    add(&right, view->python ? &panel_python : NULL);
    if (!subject.lives) {
        add(&right, subject.pool || subject.queue ? &panel_memory_late : &panel_memory);
    }
    add(&right, &panel_output);
    top.rows = area->rows / WIDE_HEAD_SHARE;
    top.rows = top.rows < most ? top.rows : most;
    int used = layout_stack(head.panels, head.count, view, &top);
    struct area half = {area->top + used, area->left, area->rows - used,
                        (area->cols - COLUMN_GAP) / 2};
    stack_draw(&left, view, &half);
    half.left += half.cols + COLUMN_GAP;
    half.cols = area->cols - half.cols - COLUMN_GAP;
    stack_draw(&right, view, &half);
    return true;
}

static bool draw_narrow(const struct view *view, const struct area *area)
{
    struct subject subject = find_subject(view);
    const struct panel *text = view->python ? &panel_python : &panel_source;
    const struct panel *graph = graph_panel(view);
    struct stack stack = {.count = 0};

    add(&stack, &panel_processes);
    if (subject.lives) {
        add(&stack, graph != NULL ? graph : view->python ? text : NULL);
        add(&stack, &panel_states);
        add(&stack, &panel_lives);
    } else {
        add(&stack, graph != NULL ? graph : subject.pool && !view->python ? NULL : text);
        add_subject(&stack, &subject);
        add_steps(&stack, &subject);
    }
    add(&stack, &panel_sentences);
    if (subject.pool || subject.queue) {
        bool source = subject.pool && !view->python && graph == NULL;
        add(&stack, source ? &panel_source_late : NULL);
        add(&stack, &panel_memory_late);
    }
    add(&stack, &panel_output);
    stack_draw(&stack, view, area);
    return stack_shows_sentences(&stack, view, area);
}

/* The rows that the message takes. */
static int message_rows(const char *message, const struct area *area)
{
    if (*message == '\0' || area->rows < TALL_ENOUGH) {
        return 1;
    }
    int rows = text_rows(message, area->cols - 1);
    return rows < MESSAGE_ROWS ? rows : MESSAGE_ROWS;
}

/* Everything between the title and the message. Returns what draw_run() does. `shown`
   becomes whether the newest sentence is to be read there. */
static int draw_body(const struct view *view, const struct area *area, bool *shown)
{
    if (view->large) {
        *shown = draw_large(view, area);
        return NO_SCROLL;
    }
    if (view->full && view->panel != NULL) {
        *shown = view->panel == &panel_sentences;
        return layout_full(view->panel, view, area);
    }
    layout_begin();
    *shown = area->cols >= WIDE_COLS && area->rows >= WIDE_ROWS ? draw_wide(view, area)
                                                                : draw_narrow(view, area);
    return NO_SCROLL;
}

int draw_run(const struct view *view, const struct area *area)
{
    char message[TEXT_SIZE];
    bool ended = view->mode == RUN_ENDED;
    bool shown = true;

    message_text(view, shown, message, sizeof(message));
    int said = !ended || *message != '\0' ? message_rows(message, area) : 0;
    int air = view->large && area->rows >= AIRY_ROWS; /* empty rows round the message */
    struct area body = {area->top + 1, area->left,
                        area->rows - 2 - ended - said - 2 * air, area->cols};
    int row = 1 + body.rows + air;

    if (view->large) {
        draw_large_title(view, area);
    } else {
        draw_title(view, area);
    }
    int scrolled = draw_body(view, &body, &shown);
    if (said > 0) {
        struct area below = {area->top + row, area->left, said, area->cols};
        message_text(view, shown, message, sizeof(message));
        put_text(&below, 0, 1, STYLE_STRONG, *message == ' ' ? message + 1 : message);
        row += said;
    }
    if (ended) {
        draw_ended(view, area, row++);
    }
    draw_bar(view, area, row + air);
    return scrolled;
}
