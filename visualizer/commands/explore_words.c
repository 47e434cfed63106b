// SPDX-License-Identifier: MIT
/* An exploration on the screen, in words. See explore_half.h. */
#include "commands/explore_half.h"

#include <stdio.h>
#include <string.h>

#define SECONDS(nanoseconds) ((double)(nanoseconds) / 1e9)

static void explored_of(const struct half *half, struct explored *explored)
{
    explore_about(&half->exploration, &half->options, explored);
    explored->seconds = SECONDS(half->spent);
}

static void time_text(double seconds, char *text, size_t size)
{
    if (seconds < 0.1) {
        snprintf(text, size, "%.2f s", seconds);
    } else if (seconds < 600) {
        snprintf(text, size, seconds < 10 ? "%.1f s" : "%.0f s", seconds);
    } else if (seconds < 100 * 3600.0) {
        snprintf(text, size, "%.0f %s", seconds / (seconds < 7200 ? 60 : 3600),
                 seconds < 7200 ? "minutes" : "hours");
    } else {
        snprintf(text, size, seconds < 1e9 ? "%.0f days" : "many years", seconds / 86400);
    }
}

void half_progress(const struct half *half, bool brief, char *text, size_t size)
{
    char time[24];
    char more[24];
    char far[HALF_TEXT];
    struct explored explored;
    explored_of(half, &explored);
    unsigned long long count = explored.outcomes->schedules;
    time_text(explored.seconds, time, sizeof time);
    if (half->state == HALF_WAITS || (half->state == HALF_GOES && count == 0)) {
        snprintf(text, size, "begins");
        return;
    }
    if (half->state == HALF_GOES) {
        double done = explorer_done(half->exploration.explorer);
        double all = done > 0 ? (double)count / done : 0;
        time_text(done > 0 ? explored.seconds / done - explored.seconds : 1e18, more,
                  sizeof more);
        if (all > 1e12 || done <= 0) {
            snprintf(text, size, "%llu of very many", count);
        } else if (brief) {
            snprintf(text, size, "%llu of about %.0f", count, all);
        } else {
            snprintf(text, size, "%llu of about %.0f   %s   about %s more", count, all,
                     time, more);
        }
        return;
    }
    explored_how_far(&explored, far, sizeof far);
    const char *unit = explored.reduced ? " kinds" : "";
    bool of_many = strncmp(far, "of ", 3) == 0;
    if (explored.complete && !explored.reduced) {
        snprintf(text, size, "%llu of %llu   %s", count, count, far);
    } else {
        snprintf(text, size, "%llu%s%s%s", count, unit, of_many ? " " : "   ", far);
    }
    size_t used = strlen(text);
    if (!brief) {
        snprintf(text + used, size - used, "   %s", time);
    }
}

void half_what(const struct half *half, bool brief, char *text, size_t size)
{
    const struct explore_options *options = &half->options;
    size_t steps = half->exploration.longest;
    const char *what = options->explorer.reduce             ? "one schedule of each kind"
                       : options->explorer.preemptions >= 0 ? "schedules"
                                                            : "every schedule";
    if (brief || steps == 0) {
        snprintf(text, size, "%s", what);
    } else {
        snprintf(text, size, "%s of its %zu step%s", what, steps, steps == 1 ? "" : "s");
    }
}

void half_share(const struct half *half, char *text, size_t size)
{
    struct explored explored;
    explored_of(half, &explored);
    *text = '\0';
    if (explored.outcomes->schedules > 0) {
        explored_share(&explored, text, size);
    }
}

const char *half_caution(const struct half *half)
{
    return half->options.explorer.reduce
               ? "These are counts of kinds, not probabilities. Schedules of one kind "
                 "differ only in the order of steps that have nothing to do with each other."
               : "These are counts of schedules, not probabilities: a real computer takes "
                 "some of them far more often than others.";
}

void half_way(const struct half *half, char *text, size_t size)
{
    struct explored explored;
    explored_of(half, &explored);
    const struct outcome *outcome = half_outcome(half);
    const char *simplest = explored.complete && !explored.reduced
                               ? "the simplest schedule that"
                               : "the simplest schedule seen that";
    if (outcome == NULL) {
        *text = '\0';
    } else if (outcome->ending.kind == ENDING_STUCK) {
        snprintf(text, size, "%s gets stuck", simplest);
    } else if (outcome->ending.kind == ENDING_LONG) {
        snprintf(text, size, "the simplest schedule that was not followed to its end");
    } else if (outcome->ending.kind == ENDING_SPINS) {
        snprintf(text, size, "%s goes round for ever", simplest);
    } else if (explored.outcomes->heading[0] != '\0') {
        snprintf(text, size, "%s ends at %s", simplest, outcome->text);
    } else {
        snprintf(text, size, "%s ends so: %s", simplest, outcome->text);
    }
}

/* --- beside its twin -------------------------------------------------------------------- */

const char *half_twin_word(const char *twin)
{
    static const char locks[] = "lock_";
    if (strncmp(twin, locks, strlen(locks)) != 0) {
        return twin;
    }
    return strstr(twin, "fixed") != NULL ? "with the lock" : "without the lock";
}

static bool has_more_locks(const struct half *one, const struct half *other)
{
    return one->named && other->named &&
           one->names.model->locks_made > other->names.model->locks_made;
}

/* "6 schedules" */
static void count_text(const struct explored *explored, char *text, size_t size)
{
    unsigned long long count = explored->outcomes->schedules;
    snprintf(text, size, "%llu %s", count,
             explored->reduced ? count == 1 ? "kind of schedule" : "kinds of schedules"
             : count == 1      ? "schedule"
                               : "schedules");
}

/* What all its schedules come to. */
static void all_text(const struct half *half, const struct explored *explored, char *text,
                     size_t size)
{
    char counted[48];
    char end[192];
    const struct outcomes *outcomes = explored->outcomes;
    unsigned long long all = outcomes->schedules;
    unsigned long long wrong = outcomes_wrong(outcomes);
    bool at = outcomes->count == 1 && outcomes->heading[0] != '\0' &&
              outcomes->list[0].ending.kind == ENDING_ENDED;
    count_text(explored, counted, sizeof counted);
    if (at) {
        snprintf(end, sizeof end, "end%s at %s", all == 1 ? "s" : "",
                 outcomes->list[0].text);
    } else {
        snprintf(end, sizeof end, "come%s out %s", all == 1 ? "s" : "",
                 wrong == 0 ? "right" : "wrong");
    }
    const char *name = half->options.run.demo.name;
    if (all == 1) {
        snprintf(text, size, "%s %s has one schedule, and it %s.", name, half->arguments,
                 end);
    } else if (wrong == 0 || wrong == all) {
        char count[24];
        snprintf(count, sizeof count, all == 2 ? "both" : "all %llu", all);
        snprintf(text, size, "%s %s has %s, and %s %s.", name, half->arguments, counted,
                 count, end);
    } else {
        snprintf(text, size, "%s %s has %s, and %llu of them come out wrong.", name,
                 half->arguments, counted, wrong);
    }
}

/* Between one that can go wrong, and one that was proved not to. */
static void moral(const struct half *good, const struct half *bad, char *text, size_t size)
{
    size_t used = strlen(text);
    if (has_more_locks(good, bad)) {
        snprintf(text + used, size - used,
                 " The lock does not make the wrong schedules rare: it takes them away.");
    } else {
        snprintf(text + used, size - used,
                 " In %s the wrong schedules are not rare: there are none.",
                 good->options.run.demo.name);
    }
}

void half_compare(const struct half *half, const struct half *twin, char *text,
                  size_t size)
{
    char counted[48];
    struct explored here;
    struct explored there;
    const char *name = twin->options.run.demo.name;
    explored_of(half, &here);
    explored_of(twin, &there);
    count_text(&there, counted, sizeof counted);
    uint64_t wrong_here = outcomes_wrong(here.outcomes);
    uint64_t wrong_there = outcomes_wrong(there.outcomes);
    if (twin->state == HALF_CANNOT) {
        snprintf(text, size, "%s", twin->why);
    } else if (there.outcomes->schedules == 0) {
        snprintf(text, size, "%s comes next.", name);
    } else if (twin->state == HALF_GOES) {
        snprintf(text, size, "%s %s: %s so far.", name, twin->arguments, counted);
    } else if (!there.complete) {
        snprintf(text, size, "%s %s: of %s seen, %llu came out wrong. Not a proof.", name,
                 twin->arguments, counted, (unsigned long long)wrong_there);
    } else {
        all_text(twin, &there, text, size);
        if (wrong_here > 0 && wrong_there == 0) {
            moral(twin, half, text, size);
        } else if (wrong_there > 0 && wrong_here == 0 && here.complete) {
            moral(half, twin, text, size);
        }
    }
}
