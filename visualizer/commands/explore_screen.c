// SPDX-License-Identifier: MIT
/*
 * Every schedule on the screen: explores a little, draws, does what the keys ask for; first
 * the program, then its twin, for what the two have to say to each other.
 */
#include "commands/explore_page.h"
#include "commands/explore_predict.h"

#include "clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MS 1000000ull

enum {
    FRAME_MS = 50, /* 20 pictures a second */
    SLICE_MS = 10, /* so long a key waits at most, but for one run */
    IDLE_MS = 1000,
    HURRIED = 3,    /* pictures: what a key changes is seen at once */
    TWIN_MS = 2000, /* so long, and so many schedules, of one that is not looked at */
    TWIN_MOST = 20000,
    PAGE = 10,
    FAR = 1000000000,
    CODE_MOST = 400, /* characters that one may still want to copy */
};

struct histogram {
    struct half *halves[2];   /* the program, and its twin; NULL: it has none */
    unsigned at;              /* which is looked at */
    struct forecast forecast; /* about the first */
    struct explored_page pages[2];
    char message[512];
    bool help, at_home;
    bool dirty, leave;
    unsigned hurried;
    uint64_t drawn; /* when, in nanoseconds */
};

static struct half *here(const struct histogram *histogram)
{
    return histogram->halves[histogram->at];
}

static struct half *other(const struct histogram *histogram)
{
    return histogram->halves[1 - histogram->at];
}

static void say(struct histogram *histogram, const char *text)
{
    snprintf(histogram->message, sizeof histogram->message, "%s", text);
}

/* --- exploring ------------------------------------------------------------------------------ */

static bool is_at_work(const struct half *half)
{
    return half != NULL && half_is_at_work(half);
}

static bool is_enough(const struct half *half)
{
    return half->spent > TWIN_MS * MS || half->exploration.runs >= TWIN_MOST;
}

/* The point of no return of what is shown, when all else has been done. */
static bool look_back(struct histogram *histogram)
{
    long before = half_no_return(here(histogram));
    bool more =
        !histogram->forecast.asks && half_look_back(here(histogram), SLICE_MS * MS);
    histogram->dirty |= half_no_return(here(histogram)) != before;
    return more;
}

/* The one that is looked at; then the other, as far as it takes no time. Returns whether there
   is more to do. */
static bool explore_on(struct histogram *histogram)
{
    bool first = is_at_work(here(histogram));
    struct half *half = first ? here(histogram) : other(histogram);
    if (!is_at_work(half) || (!first && is_enough(half))) {
        return look_back(histogram);
    }
    half_go_on(half, SLICE_MS * MS);
    histogram->dirty = true;
    if (half->state == HALF_CANNOT && half == here(histogram)) {
        histogram->leave = histogram->at == 0;
        say(histogram, half->why);
        histogram->at = 0;
    }
    return true;
}

/* --- what is seen --------------------------------------------------------------------------- */

/* What was predicted, of the first; else "". */
static void told(const struct histogram *histogram, unsigned which, char *text,
                 size_t size)
{
    const struct exploration *exploration = &histogram->halves[which]->exploration;
    *text = '\0';
    if (which == 0 && exploration->outcomes.count > 0) {
        forecast_told(&histogram->forecast, exploration->outcomes.count,
                      exploration_is_complete(exploration), text, size);
    }
}

static struct explored_view *fill_page(struct histogram *histogram, unsigned which)
{
    char predicted[HALF_TEXT];
    struct explored_page *page = &histogram->pages[which];
    told(histogram, which, predicted, sizeof predicted);
    explored_page_fill(page, histogram->halves[which], histogram->halves[1 - which],
                       predicted, histogram->forecast.asks);
    page->view.help = histogram->help;
    page->view.at_home = histogram->at_home;
    return &page->view;
}

/* Where there is room, the two beside each other: the program, and its twin. */
static void draw(struct histogram *histogram, uint64_t now)
{
    bool early = now - histogram->drawn < FRAME_MS * MS;
    if (!histogram->dirty || (early && histogram->hurried == 0) || screen_is_behind()) {
        return;
    }
    struct explored_view *view = fill_page(histogram, histogram->at);
    view->message = histogram->message;
    if (other(histogram) != NULL && !view->asks && screen_has_room_for_two()) {
        view->beside = fill_page(histogram, 1 - histogram->at);
        view->is_right = histogram->at == 1;
    }
    screen_draw_explored(view);
    histogram->hurried -= early;
    histogram->drawn = now;
    histogram->dirty = false;
}

/* --- what the keys ask for ------------------------------------------------------------------- */

/* The run screen, with the schedule of the selected outcome before it, step by step. */
static void walk_through(struct histogram *histogram)
{
    struct half *half = here(histogram);
    struct schedule schedule;
    half_stop(half);
    const struct outcome *outcome = half_outcome(half);
    if (outcome == NULL || half->state != HALF_OVER) {
        return;
    }
    if (explore_schedule(outcome, &schedule)) {
        struct run_options *options = malloc(sizeof *options);
        bool good = options != NULL;
        if (good) {
            *options = half->options.run;
            options->schedule = &schedule;
            options->stopped = true;
            options->explored = true;
            good = live_run(options, true) == LAB_FINE;
            free(options);
        }
        say(histogram, good ? "" : "It could not be started.");
    }
    schedule_free(&schedule);
}

static void act(struct histogram *histogram, enum action action)
{
    struct half *half = here(histogram);
    histogram->dirty = true;
    histogram->hurried = HURRIED;
    if (forecast_key(&histogram->forecast, action, histogram->message,
                     sizeof histogram->message)) {
        return;
    }
    say(histogram, "");
    switch (action) {
    case ACT_UP:
        half_select(half, -1);
        break;
    case ACT_DOWN:
        half_select(half, 1);
        break;
    case ACT_PAGE_UP:
        half_select(half, -PAGE);
        break;
    case ACT_PAGE_DOWN:
        half_select(half, PAGE);
        break;
    case ACT_FIRST:
        half_select(half, -FAR);
        break;
    case ACT_LAST:
        half_select(half, FAR);
        break;
    case ACT_OPEN:
        walk_through(histogram);
        break;
    case ACT_GO_STOP:
        half_stop(half);
        break;
    case ACT_TWIN:
        histogram->at = other(histogram) != NULL ? 1 - histogram->at : histogram->at;
        break;
    case ACT_HELP:
        histogram->help = !histogram->help;
        break;
    case ACT_QUIT:
    case ACT_HANGUP:
        histogram->leave = true;
        break;
    default:
        break;
    }
}

static void loop(struct histogram *histogram)
{
    while (!histogram->leave) {
        bool more = explore_on(histogram);
        draw(histogram, mp_nanoseconds());
        enum action action = screen_key(more               ? 0
                                        : histogram->dirty ? FRAME_MS / 10
                                                           : IDLE_MS,
                                        -1);
        if (action != ACT_NONE) {
            act(histogram, action);
        }
    }
}

/* --- what stays ----------------------------------------------------------------------------- */

/* A command that can be typed as it stands. */
static void print_explore(const char *what, const struct half *half)
{
    const struct explore_options *options = &half->options;
    printf("%-16s %s explore", what, lab_name);
    print_word(options->run.typed);
    if (options->explorer.reduce) {
        printf(" --reduce");
    }
    if (options->explorer.preemptions >= 0) {
        printf(" --preemptions %d", options->explorer.preemptions);
    }
    if (options->timeouts) {
        printf(" --timeouts");
    }
    if (options->steps > 0) {
        printf(" --steps %llu", (unsigned long long)options->steps);
    }
    if (options->limit > 0) {
        printf(" --limit %llu", (unsigned long long)options->limit);
    }
    if (options->run.no_stop) {
        printf(" --no-stop");
    }
    if (options->run.grain_given) {
        printf(" --grain %s", grain_name(options->run.grain));
    }
    for (int i = 0; i < options->run.argument_count; i++) {
        printf("%s", i == 0 ? " --" : "");
        print_word(options->run.arguments[i]);
    }
    printf("\n");
}

static void say_what_next(const struct histogram *histogram)
{
    char share[HALF_TEXT];
    char predicted[HALF_TEXT];
    char progress[HALF_TEXT];
    const struct half *half = here(histogram);
    const struct outcome *outcome = half_outcome(half);
    half_share(half, share, sizeof share);
    told(histogram, histogram->at, predicted, sizeof predicted);
    half_progress(half, true, progress, sizeof progress);
    if (*share != '\0') {
        printf("%s %s: %s", half->options.run.demo.name, half->arguments, share);
        printf(exploration_is_complete(&half->exploration) ? "\n" : " (%s)\n", progress);
    }
    if (*predicted != '\0') {
        printf("%s\n", predicted);
    }
    print_explore("the same again", half);
    if (outcome != NULL && outcome->code != NULL && strlen(outcome->code) < CODE_MOST) {
        printf("%-16s %s replay --step", "this schedule", lab_name);
        print_word(outcome->code);
        printf("\n");
    }
    if (other(histogram) != NULL) {
        const char *name = other(histogram)->options.run.demo.name;
        print_explore(half_twin_word(name), other(histogram));
    }
}

/* --- begin and end -------------------------------------------------------------------------- */

static struct half *new_half(const struct explore_options *options, const char *name)
{
    char why[256];
    struct demo demo;
    if (name != NULL && (name[0] == '\0' || !demo_find(name, &demo, why, sizeof why))) {
        return NULL;
    }
    struct half *half = malloc(sizeof *half);
    if (half != NULL) {
        half_init(half, options, name != NULL ? &demo : NULL);
        half->options.stop = screen_signal_flag();
    }
    return half;
}

int explore_on_screen(const struct explore_options *options, bool at_home, char *why,
                      size_t size)
{
    struct histogram histogram = {
        .at_home = at_home, .dirty = true, .forecast = {.asks = !options->run.no_stop}};
    histogram.halves[0] = new_half(options, NULL);
    histogram.halves[1] = new_half(options, options->run.demo.entry.twin);
    snprintf(why, size, "there is no memory to explore it");
    int status = LAB_CANNOT;
    if (histogram.halves[0] != NULL) {
        const struct half *first = histogram.halves[0];
        loop(&histogram);
        status = first->state != HALF_CANNOT                ? LAB_FINE
                 : explore_was_refused(&first->exploration) ? LAB_USAGE
                                                            : LAB_CANNOT;
        snprintf(why, size, "%s", first->why);
    }
    if (!at_home) {
        screen_close();
    }
    if (status == LAB_FINE && !at_home) {
        say_what_next(&histogram);
    }
    for (int i = 0; i < 2; i++) {
        if (histogram.halves[i] != NULL) {
            half_end(histogram.halves[i]);
        }
        free(histogram.halves[i]);
    }
    if (!at_home) {
        fflush(stdout);
        lab_end_by_signal();
    }
    return status;
}
