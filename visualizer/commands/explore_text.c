// SPDX-License-Identifier: MIT
/* An exploration as text, or as JSON, on standard output. */
#include "commands/explore.h"

#include "clock.h"
#include "session/no_return.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum {
    PROGRESS_MS = 200,
    NO_RETURN_MOST = 16, /* outcomes for which the point of no return is looked for */
};

static volatile sig_atomic_t asked_to_end;

static void on_signal(int number)
{
    asked_to_end = number;
}

static void show_progress(const struct exploration *exploration, uint64_t began)
{
    double seconds = (double)(mp_nanoseconds() - began) / 1e9;
    double done = explorer_done(exploration->explorer);
    uint64_t count = exploration->outcomes.schedules;
    fprintf(stderr, "\r%llu of about %.0f   %.0f s   about %.0f s more   ",
            (unsigned long long)count, (double)count / done, seconds,
            seconds / done - seconds);
}

static void run_all(struct exploration *exploration)
{
    uint64_t began = mp_nanoseconds();
    uint64_t shown = began;
    bool progress = isatty(STDERR_FILENO);
    while (exploration_run(exploration)) {
        uint64_t now = mp_nanoseconds();
        if (progress && now - shown > PROGRESS_MS * 1000000ull) {
            show_progress(exploration, began);
            shown = now;
        }
    }
    if (progress && shown != began) {
        fprintf(stderr, "\r%78s\r", "");
    }
}

/* Where each outcome that is wrong could not be avoided any more. Takes some runs more. */
static void find_no_return(const struct exploration_setup *setup,
                           struct outcomes *outcomes)
{
    for (size_t i = 0; i < outcomes->count; i++) {
        struct outcome *outcome = &outcomes->list[i];
        outcome->no_return = -EAGAIN;
        if (outcome_is_wrong(outcome) && i < NO_RETURN_MOST && !asked_to_end) {
            outcome->no_return = no_return_find(setup, outcome);
        }
    }
}

/* The sentence on why nobody goes on, from the run shown. */
static void note_why(const struct explore_options *options, struct outcome *outcome)
{
    struct session session;
    if (outcome->ending.kind == ENDING_ENDED ||
        !explore_show(options, outcome, &session)) {
        return;
    }
    for (size_t i = 0; i < session.model->sentence_count; i++) {
        const struct sentence *sentence = &session.model->sentences[i];
        if (sentence->kind == SAY_STUCK || sentence->kind == SAY_SPINS) {
            snprintf(outcome->why, sizeof outcome->why, "%s", sentence->text);
        }
    }
    session_end(&session);
}

static void report(const struct exploration *exploration,
                   const struct explore_options *options, const struct model *names,
                   double seconds)
{
    struct explored explored;
    explore_about(exploration, options, &explored);
    explored.names = names;
    explored.seconds = seconds;
    if (options->json) {
        explored_json(&explored, stdout);
    } else {
        explored_text(&explored, stdout);
    }
    fflush(stdout);
}

/* Names and codes for what was found, and tells it. */
static int tell(struct exploration *exploration, struct explore_options *options,
                double seconds)
{
    struct session session;
    struct outcomes *outcomes = &exploration->outcomes;
    bool shown =
        outcomes->count > 0 && explore_show(options, &outcomes->list[0], &session);
    if (shown) {
        outcomes_name(outcomes, session.model);
    }
    if (shown && explore_was_refused(exploration)) {
        char line[512];
        fprintf(stderr, "%s\n", model_last_line(session.model, line, sizeof line));
        session_end(&session);
        return LAB_USAGE;
    }
    explore_codes(options, outcomes);
    for (size_t i = 0; i < outcomes->count; i++) {
        note_why(options, &outcomes->list[i]);
    }
    report(exploration, options, shown ? session.model : NULL, seconds);
    if (shown) {
        session_end(&session);
    }
    return outcomes_wrong(outcomes) > 0 ? LAB_PROGRAM_FAILED : LAB_FINE;
}

static int explore_all(struct explore_options *options,
                       const struct exploration_setup *setup)
{
    struct exploration exploration;
    char why[512];
    uint64_t began = mp_nanoseconds();
    if (exploration_start(&exploration, setup, why, sizeof why) != 0) {
        return lab_error(LAB_CANNOT, "%s", why);
    }
    run_all(&exploration);
    exploration_stop(&exploration);
    double seconds = (double)(mp_nanoseconds() - began) / 1e9;
    if (exploration.state != EXPLORE_CANNOT && !options->json) {
        find_no_return(setup, &exploration.outcomes);
    }
    int rc = exploration.state == EXPLORE_CANNOT
                 ? explore_say_why_not(&exploration, options)
                 : tell(&exploration, options, seconds);
    exploration_end(&exploration);
    return rc;
}

int explore_in_text(struct explore_options *options)
{
    struct exploration_setup setup;
    struct sigaction action = {.sa_handler = on_signal};
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGHUP, &action, NULL);
    options->stop = &asked_to_end;
    explore_begin(options, &setup);
    int rc =
        options->kills ? explore_crashes(options, &setup) : explore_all(options, &setup);
    if (asked_to_end) {
        signal(asked_to_end, SIG_DFL);
        raise(asked_to_end); /* as it would have ended without us */
    }
    return rc;
}
