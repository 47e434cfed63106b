// SPDX-License-Identifier: MIT
/* An exploration as text, and as JSON. See explored.h. */
#include "report/explored.h"

#include "report/export_private.h"

#include <string.h>

/* --- JSON ----------------------------------------------------------------------------------- */

static void put_values(const struct explored *explored, const struct outcome *outcome,
                       FILE *out)
{
    const char *between = "";
    fputs("{", out);
    for (size_t i = 0; explored->names != NULL && i < explored->names->field_count; i++) {
        const struct field *field = &explored->names->fields[i];
        char value[64];
        if (!outcome_value(outcome, field, value, sizeof value)) {
            continue;
        }
        fputs(between, out);
        put_json(out, field->name);
        fputs(": ", out);
        if (is_json_number(value)) {
            fputs(value, out);
        } else {
            put_json(out, value);
        }
        between = ", ";
    }
    fputs("}", out);
}

static void put_outcome(const struct explored *explored, const struct outcome *outcome,
                        FILE *out)
{
    fputs("{\"values\": ", out);
    put_values(explored, outcome, out);
    fprintf(out, ", \"exit\": %d, \"deadlock\": %s, \"schedules\": %llu, \"code\": ",
            outcome_exit(outcome), outcome->ending.kind == ENDING_STUCK ? "true" : "false",
            (unsigned long long)outcome->schedules);
    if (outcome->code != NULL) {
        put_json(out, outcome->code);
    } else {
        fputs("null", out);
    }
    fputs("}", out);
}

void explored_json(const struct explored *explored, FILE *out)
{
    const struct outcomes *outcomes = explored->outcomes;
    fprintf(out, "{\"schedules\": %llu, \"complete\": %s, \"runs\": %llu, \"outcomes\": [",
            (unsigned long long)outcomes->schedules,
            explored->complete ? "true" : "false", (unsigned long long)explored->runs);
    for (size_t i = 0; i < outcomes->count; i++) {
        fputs(i > 0 ? ", " : "", out);
        put_outcome(explored, &outcomes->list[i], out);
    }
    fputs("], \"program\": ", out);
    put_json(out, explored->program);
    fputs(", \"arguments\": [", out);
    for (size_t i = 0; explored->arguments[i] != NULL; i++) {
        fputs(i > 0 ? ", " : "", out);
        put_json(out, explored->arguments[i]);
    }
    fprintf(out,
            "], \"grain\": \"%s\", \"reduced\": %s, \"preemptions\": ", explored->grain,
            explored->reduced ? "true" : "false");
    if (explored->preemptions >= 0) {
        fprintf(out, "%d}\n", explored->preemptions);
    } else {
        fputs("null}\n", out);
    }
}

/* --- words ---------------------------------------------------------------------------------- */

/* What is counted, reduced or not. */
static const char *schedules_word(const struct explored *explored, uint64_t count)
{
    if (explored->reduced) {
        return count == 1 ? "kind of schedule" : "kinds of schedules";
    }
    return count == 1 ? "schedule" : "schedules";
}

void explored_share(const struct explored *explored, char *text, size_t size)
{
    uint64_t all = explored->outcomes->schedules;
    uint64_t wrong = outcomes_wrong(explored->outcomes);
    const char *word = schedules_word(explored, all);
    if (wrong > 0) {
        snprintf(text, size, "%llu of %llu %s come out wrong.", (unsigned long long)wrong,
                 (unsigned long long)all, word);
    } else if (all == 1 && explored->complete) {
        snprintf(text, size, "There is one %s, and it comes out right.", word);
    } else if (explored->complete) {
        snprintf(text, size, "All %llu %s come out right: it cannot go wrong.",
                 (unsigned long long)all, word);
    } else if (all == 1) {
        snprintf(text, size, "The one %s run came out right.", word);
    } else {
        snprintf(text, size, "None of these %llu %s came out wrong.",
                 (unsigned long long)all, word);
    }
}

void explored_how_far(const struct explored *explored, char *text, size_t size)
{
    if (explored->complete) {
        snprintf(text, size, "complete");
    } else if (explored->preemptions >= 0) {
        snprintf(text, size, "at most %d forced switch%s: not a proof",
                 explored->preemptions, explored->preemptions == 1 ? "" : "es");
    } else {
        snprintf(text, size, "of many: not a proof");
    }
}

void explored_no_return(long no_return, char *text, size_t size)
{
    *text = '\0';
    if (no_return > 0) {
        snprintf(text, size,
                 "Before its step %ld it could still come out right; after it, never.",
                 no_return);
    }
}

static void put_rows(const struct explored *explored, FILE *out)
{
    const struct outcomes *outcomes = explored->outcomes;
    size_t width = strlen(outcomes->heading);
    for (size_t i = 0; i < outcomes->count; i++) {
        size_t length = strlen(outcomes->list[i].text);
        width = length > width ? length : width;
    }
    fprintf(out, "  %-*s  %9s\n", (int)width, outcomes->heading,
            explored->reduced ? "kinds" : "schedules");
    for (size_t i = 0; i < outcomes->count; i++) {
        const struct outcome *outcome = &outcomes->list[i];
        fprintf(out, "  %-*s  %9llu   %s\n", (int)width, outcome->text,
                (unsigned long long)outcome->schedules, outcome_verdict(outcome));
    }
}

/* The simplest way to what should not be; where all is as it should, to what there is. */
static void put_simplest(const struct explored *explored, FILE *out)
{
    const struct outcomes *outcomes = explored->outcomes;
    bool wrong = outcomes_wrong(outcomes) > 0;
    char text[96];
    for (size_t i = 0; i < outcomes->count; i++) {
        const struct outcome *outcome = &outcomes->list[i];
        const char *heading =
            outcome->ending.kind == ENDING_ENDED ? outcomes->heading : "";
        if (outcome->code != NULL && outcome_is_wrong(outcome) == wrong) {
            fprintf(out,
                    "The simplest that comes to %s%s%s (forced switches: %u):\n  %s\n",
                    heading, *heading != '\0' ? " " : "", outcome->text,
                    outcome->ways[0].switches, outcome->code);
            if (outcome->why[0] != '\0') {
                fprintf(out, "  %s\n", outcome->why);
            }
            explored_no_return(outcome->no_return, text, sizeof text);
            if (*text != '\0') {
                fprintf(out, "  %s\n", text);
            }
        }
    }
}

void explored_text(const struct explored *explored, FILE *out)
{
    char text[128];
    explored_how_far(explored, text, sizeof text);
    fprintf(out, "%s", explored->program);
    for (size_t i = 0; explored->arguments[i] != NULL; i++) {
        fprintf(out, " %s", explored->arguments[i]);
    }
    fprintf(out, ": every schedule of its %zu steps. %llu%s, %s.\n", explored->longest,
            (unsigned long long)explored->outcomes->schedules,
            explored->reduced ? " kinds" : "", text);
    if (explored->reduced) {
        fputs("One schedule of each kind was run: the others differ from it only in the "
              "order of\nsteps that have nothing to do with each other.\n",
              out);
    }
    fputs("How it can end:\n", out);
    put_rows(explored, out);
    explored_share(explored, text, sizeof text);
    fprintf(out, "%s\n", text);
    fputs(
        "These are counts of schedules, not probabilities: a real computer takes some of\n"
        "them far more often than others.\n",
        out);
    put_simplest(explored, out);
}
