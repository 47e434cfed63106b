// SPDX-License-Identifier: MIT
/* All the ways in which a program came out. See outcomes.h. */
#include "model/outcomes.h"

#include "model/grow.h"

#include <stdlib.h>
#include <string.h>

static int compare(const struct way *a, const struct way *b)
{
    if (a->switches != b->switches) {
        return a->switches < b->switches ? -1 : 1;
    }
    if (a->count != b->count) {
        return a->count < b->count ? -1 : 1;
    }
    return memcmp(a->steps, b->steps, a->count);
}

static void way_free(struct way *way)
{
    free(way->steps);
    free(way->moves);
}

/* Keeps a copy of it where it belongs, if it is one of the simplest. False: no memory. */
static bool keep(struct outcome *outcome, const struct way *way)
{
    size_t at = outcome->way_count;
    while (at > 0 && compare(way, &outcome->ways[at - 1]) < 0) {
        at--;
    }
    if (at == OUTCOME_WAYS) {
        return true;
    }
    struct way copy = {malloc(way->count + 1), way->count, way->switches, NULL};
    if (copy.steps == NULL || !grow_array(&outcome->ways, outcome->way_count, 1,
                                          &outcome->way_room, sizeof *outcome->ways)) {
        free(copy.steps);
        return false;
    }
    memcpy(copy.steps, way->steps, way->count);
    if (outcome->way_count == OUTCOME_WAYS) {
        way_free(&outcome->ways[--outcome->way_count]);
    }
    struct way *place = &outcome->ways[at];
    memmove(place + 1, place, (outcome->way_count++ - at) * sizeof *place);
    *place = copy;
    return true;
}

static void outcome_free(struct outcome *outcome)
{
    for (size_t i = 0; i < outcome->way_count; i++) {
        way_free(&outcome->ways[i]);
    }
    free(outcome->ways);
    free(outcome->code);
    ending_free(&outcome->ending);
}

/* Where what ended so is counted: behind the others, if it is the first. NULL: no memory. */
static struct outcome *find(struct outcomes *outcomes, const struct ending *ending)
{
    size_t at = 0;
    while (at < outcomes->count && !ending_equals(&outcomes->list[at].ending, ending)) {
        at++;
    }
    if (at == outcomes->count) {
        if (!grow_array(&outcomes->list, outcomes->count, 1, &outcomes->room,
                        sizeof *outcomes->list)) {
            return NULL;
        }
        outcomes->list[at] = (struct outcome){.schedules = 0};
        if (!ending_copy(&outcomes->list[at].ending, ending)) {
            return NULL;
        }
    }
    return &outcomes->list[at];
}

/* So many more schedules; these are the simplest of them. */
static bool add(struct outcomes *outcomes, const struct ending *ending,
                const struct way *ways, size_t count, uint64_t schedules)
{
    struct outcome *outcome = find(outcomes, ending);
    bool good = outcome != NULL;
    for (size_t i = 0; i < count && good; i++) {
        good = keep(outcome, &ways[i]);
    }
    if (outcome == NULL || outcome->way_count == 0) {
        if (outcome != NULL) { /* it was a new one */
            outcome_free(outcome);
        }
        return false;
    }
    outcomes->count += outcome == &outcomes->list[outcomes->count];
    outcome->schedules += schedules;
    outcomes->schedules += schedules;
    return good;
}

bool outcomes_add(struct outcomes *outcomes, const struct ending *ending,
                  const uint8_t *steps, size_t count, unsigned switches)
{
    const struct way way = {(uint8_t *)steps, count, switches, NULL};
    return add(outcomes, ending, &way, 1, 1);
}

bool outcomes_merge(struct outcomes *outcomes, const struct outcomes *from)
{
    for (size_t i = 0; i < from->count; i++) {
        const struct outcome *one = &from->list[i];
        if (!add(outcomes, &one->ending, one->ways, one->way_count, one->schedules)) {
            return false;
        }
    }
    return true;
}

void outcomes_free(struct outcomes *outcomes)
{
    for (size_t i = 0; i < outcomes->count; i++) {
        outcome_free(&outcomes->list[i]);
    }
    free(outcomes->list);
    *outcomes = (struct outcomes){.list = NULL};
}

/* --- questions ------------------------------------------------------------------------------- */

bool outcome_is_wrong(const struct outcome *outcome)
{
    enum ending_kind kind = outcome->ending.kind;
    return kind == ENDING_ENDED ? outcome->ending.statuses[0] != 0 : kind != ENDING_LONG;
}

int outcome_exit(const struct outcome *outcome)
{
    int32_t status = outcome->ending.statuses[0];
    if (outcome->ending.kind != ENDING_ENDED || status == MP_STATUS_UNKNOWN) {
        return 1;
    }
    return status >= 0 ? status : 128 - status;
}

const char *outcome_verdict(const struct outcome *outcome)
{
    return outcome->ending.kind == ENDING_LONG    ? "?"
           : outcome->ending.kind != ENDING_ENDED ? "STUCK"
           : outcome_is_wrong(outcome)            ? "WRONG"
                                                  : "right";
}

uint64_t outcomes_wrong(const struct outcomes *outcomes)
{
    uint64_t wrong = 0;
    for (size_t i = 0; i < outcomes->count; i++) {
        if (outcome_is_wrong(&outcomes->list[i])) {
            wrong += outcomes->list[i].schedules;
        }
    }
    return wrong;
}

bool outcomes_differ_in(const struct outcomes *outcomes, uint32_t offset, uint32_t size)
{
    uint64_t first = 0;
    bool was_there = outcomes->count > 0 &&
                     ending_number(&outcomes->list[0].ending, offset, size, &first);
    for (size_t i = 1; i < outcomes->count; i++) {
        uint64_t value = 0;
        bool there = ending_number(&outcomes->list[i].ending, offset, size, &value);
        if (there != was_there || value != first) {
            return true;
        }
    }
    return false;
}
