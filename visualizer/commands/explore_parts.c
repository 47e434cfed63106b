// SPDX-License-Identifier: MIT
/* What the text and the screen of an exploration share. See explore.h. */
#include "commands/explore.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void explore_default(struct explore_options *options)
{
    *options = (struct explore_options){.explorer = {.preemptions = -1}};
    run_options_default(&options->run);
}

void explore_prepare(struct explore_options *options)
{
    struct demo_entry *entry = &options->run.demo.entry;
    snprintf(entry->watch, sizeof entry->watch, "%s", entry->explore);
    run_setup_from(&options->run, &options->setup);
}

void explore_run(struct explore_options *options, const struct run_options *run)
{
    explore_default(options);
    options->run = *run;
    options->run.is_free = false;
    options->run.stopped = false;
    options->run.schedule = NULL;
    options->run.challenge = NULL;
    options->run.record = NULL;
    explore_prepare(options);
}

void explore_begin(const struct explore_options *options, struct exploration_setup *setup)
{
    *setup = (struct exploration_setup){.argv = options->setup.argv,
                                        .grain = options->setup.grain,
                                        .explorer = options->explorer,
                                        .steps = options->steps,
                                        .timeouts = options->timeouts,
                                        .limit = options->limit,
                                        .stop = options->stop};
}

void explore_why_not(const struct exploration *exploration,
                     const struct explore_options *options, char *text, size_t size)
{
    char where[512] = "";
    struct source_place place = {.line = 0};
    struct debuginfo *info = debuginfo_open(options->run.demo.path);
    if (info != NULL && exploration->obstacle.place != 0 &&
        debuginfo_place(info, exploration->obstacle.place, &place) && place.line > 0) {
        snprintf(where, sizeof where, ", at %s:%d", file_name(place.file), place.line);
    }
    debuginfo_close(info);
    const char *name = options->run.demo.name;
    size_t step = exploration->obstacle.step;
    if (exploration->obstacle.differs && step == 0) {
        snprintf(text, size,
                 "%s came out otherwise by the same schedule: it depends on more than who "
                 "goes (a clock? random numbers?)",
                 name);
        return;
    }
    if (exploration->obstacle.differs) {
        snprintf(text, size,
                 "%s did something else than before at step %zu%s: it depends on "
                 "more than who goes (a clock? random numbers?)",
                 name, step, where);
        return;
    }
    switch (exploration->obstacle.end) {
    case ZYGOTE_OUTSIDE:
        if (step == 0) {
            snprintf(text, size,
                     "%s waits for something outside of mp before its first step: "
                     "that cannot be explored",
                     name);
            break;
        }
        snprintf(text, size,
                 "%s waits for something outside of mp after step %zu%s: that "
                 "cannot be explored",
                 name, step, where);
        break;
    case ZYGOTE_LONG:
        snprintf(text, size,
                 "%s goes on for more than %d steps%s: too long to be explored", name,
                 MP_SCRIPT, where);
        break;
    default:
        snprintf(text, size, "%s could not be run again and again", name);
        break;
    }
}

int explore_say_why_not(const struct exploration *exploration,
                        const struct explore_options *options)
{
    char why[1024];
    explore_why_not(exploration, options, why, sizeof why);
    return lab_error(LAB_CANNOT, "%s", why);
}

static bool schedule_of_way(const struct way *way, struct schedule *schedule)
{
    *schedule = (struct schedule){.count = 0};
    for (size_t i = 0; i < way->count; i++) {
        if (!schedule_add(schedule, MOVE_STEP, way->steps[i])) {
            return false;
        }
    }
    return true;
}

bool explore_schedule(const struct outcome *outcome, struct schedule *schedule)
{
    return schedule_of_way(&outcome->ways[0], schedule);
}

char *explore_code(const struct explore_options *options, const struct schedule *schedule)
{
    const struct run_options *run = &options->run;
    char *const *words = options->setup.argv + 1;
    int count = 0;
    while (words[count] != NULL) {
        count++;
    }
    const char *shape = run->grain_given ? "" : run->demo.entry.shape;
    char *code = code_write_short(run->typed, words, count, shape, schedule);
    return code != NULL
               ? code
               : code_write(run->typed, words, count, options->setup.grain, schedule);
}

char *explore_outcome_code(const struct explore_options *options,
                           const struct outcome *outcome)
{
    struct schedule schedule;
    char *code =
        explore_schedule(outcome, &schedule) ? explore_code(options, &schedule) : NULL;
    schedule_free(&schedule);
    return code;
}

static void set_moves(struct way *way)
{
    struct schedule schedule;
    free(way->moves);
    way->moves = schedule_of_way(way, &schedule) ? code_write_moves(&schedule) : NULL;
    schedule_free(&schedule);
}

void explore_codes(const struct explore_options *options, struct outcomes *outcomes)
{
    for (size_t i = 0; i < outcomes->count; i++) {
        struct outcome *outcome = &outcomes->list[i];
        free(outcome->code);
        outcome->code = explore_outcome_code(options, outcome);
        for (size_t way = 0; way < outcome->way_count; way++) {
            set_moves(&outcome->ways[way]);
        }
    }
}

bool explore_show(const struct explore_options *options, const struct outcome *outcome,
                  struct session *session)
{
    char why[512];
    struct schedule schedule;
    struct run_setup setup = options->setup;
    setup.speed = STEER_UNLIMITED;
    setup.schedule = &schedule;
    bool good = explore_schedule(outcome, &schedule) &&
                session_start(session, &setup, why, sizeof why) == 0;
    schedule_free(&schedule);
    if (good && !session_follow(session, EXPLORE_SHOW_MS, options->stop)) {
        session_end(session);
        good = false;
    }
    return good;
}

bool explore_was_refused(const struct exploration *exploration)
{
    const struct outcome *only = exploration->outcomes.list;
    return exploration->outcomes.count == 1 && only->ways[0].count == 0 &&
           only->ending.processes == 1 && outcome_exit(only) == LAB_USAGE;
}

void explore_about(const struct exploration *exploration,
                   const struct explore_options *options, struct explored *explored)
{
    *explored = (struct explored){.outcomes = &exploration->outcomes,
                                  .program = options->run.demo.name,
                                  .arguments = options->setup.argv + 1,
                                  .grain = grain_name(options->setup.grain),
                                  .runs = exploration->runs,
                                  .longest = exploration->longest,
                                  .complete = exploration_is_complete(exploration),
                                  .reduced = options->explorer.reduce,
                                  .preemptions = options->explorer.preemptions};
}
