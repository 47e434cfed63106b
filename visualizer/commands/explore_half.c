// SPDX-License-Identifier: MIT
/* One program under every schedule, a little at a time. See explore_half.h. */
#include "commands/explore_half.h"

#include "clock.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAMED_MOST = 300 }; /* outcomes that are named anew while it goes */

void half_init(struct half *half, const struct explore_options *options,
               const struct demo *other)
{
    memset(half, 0, sizeof *half);
    half->options = *options;
    if (other != NULL) {
        half->options.run.demo = *other;
        half->options.run.typed = half->options.run.demo.name;
    }
    explore_prepare(&half->options);
}

/* --- exploring ------------------------------------------------------------------------------ */

/* Its numbers as codes have them, else as they are typed. */
static void name_arguments(struct half *half, const struct outcome *outcome)
{
    char *code = explore_outcome_code(&half->options, outcome);
    const char *name = half->options.run.typed;
    size_t length = strlen(name);
    bool brief = code != NULL && strncmp(code, name, length) == 0 &&
                 code[length] == ':' && strchr(code + length + 1, ':') != NULL;
    if (brief) {
        snprintf(half->arguments, sizeof half->arguments, "%.*s",
                 (int)strcspn(code + length + 1, ":"), code + length + 1);
    }
    free(code);
    for (char **word = half->options.run.argv + 1; !brief && *word != NULL; word++) {
        size_t used = strlen(half->arguments);
        snprintf(half->arguments + used, sizeof half->arguments - used, "%s%s",
                 used > 0 ? " " : "", *word);
    }
}

/* After the first run: what the values are called, and what it was started with. */
static void learn_names(struct half *half)
{
    const struct outcomes *outcomes = &half->exploration.outcomes;
    if (!half->tried && outcomes->count > 0) {
        half->tried = true;
        half->named = explore_show(&half->options, &outcomes->list[0], &half->names);
        name_arguments(half, &outcomes->list[0]);
    }
}

static bool begin(struct half *half)
{
    struct exploration_setup setup;
    explore_begin(&half->options, &setup);
    bool good =
        exploration_start(&half->exploration, &setup, half->why, sizeof half->why) == 0;
    half->state = good ? HALF_GOES : HALF_CANNOT;
    return good;
}

/* What should not be is what one wants to see first. */
static void select_first(struct half *half)
{
    const struct outcomes *outcomes = &half->exploration.outcomes;
    for (size_t i = 0; i < outcomes->count && !half->chosen; i++) {
        if (outcome_is_wrong(&outcomes->list[i])) {
            half->selected = i;
            break;
        }
    }
}

/* The same one is selected when they are put in another order. */
static void put_names(struct half *half)
{
    struct outcomes *outcomes = &half->exploration.outcomes;
    if (!half->named || half->selected >= outcomes->count) {
        return;
    }
    const void *selected = outcomes->list[half->selected].ways;
    outcomes_name(outcomes, half->names.model);
    for (size_t i = 0; i < outcomes->count && half->chosen; i++) {
        if (outcomes->list[i].ways == selected) {
            half->selected = i;
        }
    }
}

bool half_is_at_work(const struct half *half)
{
    return half->state == HALF_WAITS || half->state == HALF_GOES;
}

void half_stop(struct half *half)
{
    if (half->state != HALF_GOES) {
        return;
    }
    exploration_stop(&half->exploration);
    if (half->exploration.state == EXPLORE_CANNOT) {
        explore_why_not(&half->exploration, &half->options, half->why, sizeof half->why);
        half->state = HALF_CANNOT;
        return;
    }
    half->state = HALF_OVER;
    learn_names(half);
    if (half->named && explore_was_refused(&half->exploration)) {
        model_last_line(half->names.model, half->why, sizeof half->why);
        half->state = HALF_CANNOT;
        return;
    }
    put_names(half);
    explore_codes(&half->options, &half->exploration.outcomes);
    select_first(half);
}

void half_go_on(struct half *half, uint64_t nanoseconds)
{
    if (half->state == HALF_WAITS && !begin(half)) {
        return;
    }
    uint64_t began = mp_nanoseconds();
    bool more = true;
    uint64_t spent = 0;
    while (more && spent < nanoseconds) {
        more = exploration_run(&half->exploration);
        spent = mp_nanoseconds() - began;
        if (!half->tried) {
            break;
        }
    }
    half->spent += spent;
    learn_names(half);
    if (!more) {
        half_stop(half);
    }
}

/* --- looking -------------------------------------------------------------------------------- */

const struct outcomes *half_outcomes(struct half *half)
{
    if (half->state == HALF_GOES && half->exploration.outcomes.count <= NAMED_MOST) {
        put_names(half);
    }
    return &half->exploration.outcomes;
}

const struct outcome *half_outcome(const struct half *half)
{
    const struct outcomes *outcomes = &half->exploration.outcomes;
    return half->selected < outcomes->count ? &outcomes->list[half->selected] : NULL;
}

void half_select(struct half *half, int by)
{
    size_t count = half->exploration.outcomes.count;
    size_t up = by < 0 ? (size_t)-by : 0;
    size_t wish = half->selected + (by > 0 ? (size_t)by : 0);
    wish = wish > up ? wish - up : 0;
    half->selected = wish < count ? wish : count > 0 ? count - 1 : 0;
    half->chosen = true;
}

static void forget(struct half_look *look)
{
    if (look->there) {
        session_end(&look->session);
    }
    no_return_end(&look->no_return);
    free(look->steps);
    *look = (struct half_look){.steps = NULL};
}

/* A place for one more; that of the one not looked at for the longest time. */
static struct half_look *find_room(struct half *half)
{
    if (half->look_count < HALF_LOOKS) {
        return &half->looks[half->look_count++];
    }
    struct half_look *oldest = half->looks;
    for (size_t i = 1; i < HALF_LOOKS; i++) {
        oldest = half->looks[i].used < oldest->used ? &half->looks[i] : oldest;
    }
    forget(oldest);
    return oldest;
}

/* Which of those kept is that of the selected outcome; look_count: none. */
static size_t find_look(const struct half *half)
{
    const struct outcome *outcome = half_outcome(half);
    size_t at = 0;
    while (outcome != NULL && at < half->look_count &&
           (half->looks[at].count != outcome->ways[0].count ||
            half->looks[at].steps == NULL ||
            memcmp(half->looks[at].steps, outcome->ways[0].steps,
                   outcome->ways[0].count) != 0)) {
        at++;
    }
    return outcome != NULL ? at : half->look_count;
}

const struct session *half_example(struct half *half)
{
    const struct outcome *outcome = half_outcome(half);
    if (half->state != HALF_OVER || outcome == NULL) {
        return NULL;
    }
    size_t at = find_look(half);
    struct half_look *look = at < half->look_count ? &half->looks[at] : NULL;
    if (look == NULL) {
        look = find_room(half);
        look->steps = malloc(outcome->ways[0].count + 1);
        if (look->steps != NULL) {
            memcpy(look->steps, outcome->ways[0].steps, outcome->ways[0].count);
            look->count = outcome->ways[0].count;
            look->there = explore_show(&half->options, outcome, &look->session);
        }
    }
    look->used = ++half->looked;
    return look->there ? &look->session : NULL;
}

long half_no_return(const struct half *half)
{
    size_t at = find_look(half);
    return at < half->look_count && half->looks[at].no_return.over
               ? half->looks[at].no_return.found
               : -EAGAIN;
}

bool half_look_back(struct half *half, uint64_t nanoseconds)
{
    size_t at = find_look(half);
    if (at == half->look_count || !outcome_is_wrong(half_outcome(half))) {
        return false;
    }
    struct half_look *look = &half->looks[at];
    if (look->no_return.steps == NULL) {
        struct exploration_setup setup;
        explore_begin(&half->options, &setup);
        no_return_begin(&look->no_return, &setup, look->steps, look->count);
    }
    uint64_t began = mp_nanoseconds();
    bool more = !look->no_return.over;
    while (more && mp_nanoseconds() - began < nanoseconds) {
        more = no_return_go_on(&look->no_return);
    }
    return more;
}

void half_end(struct half *half)
{
    for (size_t i = 0; i < half->look_count; i++) {
        forget(&half->looks[i]);
    }
    half->look_count = 0;
    if (half->named) {
        session_end(&half->names);
        half->named = false;
    }
    if (half->state != HALF_WAITS && half->exploration.explorer != NULL) {
        exploration_end(&half->exploration);
    }
    half->state = HALF_WAITS;
}
