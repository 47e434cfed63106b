// SPDX-License-Identifier: MIT
/* All the ways in which a program came out. See outcomes.h. */
#include "model/outcomes.h"

#include "model/grow.h"

#include <stdlib.h>
#include <string.h>

static bool set_simplest(struct outcome *outcome, const uint8_t *steps, size_t count,
                         unsigned switches)
{
    uint8_t *copy = malloc(count > 0 ? count : 1);
    if (copy == NULL) {
        return false;
    }
    memcpy(copy, steps, count);
    free(outcome->steps);
    outcome->steps = copy;
    outcome->step_count = count;
    outcome->switches = switches;
    return true;
}

static bool is_simpler(const struct outcome *outcome, const uint8_t *steps, size_t count,
                       unsigned switches)
{
    if (switches != outcome->switches) {
        return switches < outcome->switches;
    }
    if (count != outcome->step_count) {
        return count < outcome->step_count;
    }
    return memcmp(steps, outcome->steps, count) < 0;
}

static bool add(struct outcomes *outcomes, const struct ending *ending,
                const uint8_t *steps, size_t count, unsigned switches, uint64_t schedules)
{
    size_t at = 0;
    while (at < outcomes->count && !ending_equals(&outcomes->list[at].ending, ending)) {
        at++;
    }
    if (at == outcomes->count) {
        if (!grow_array(&outcomes->list, outcomes->count, 1, &outcomes->room,
                        sizeof *outcomes->list)) {
            return false;
        }
        struct outcome *fresh = &outcomes->list[at];
        *fresh = (struct outcome){.schedules = 0};
        if (!ending_copy(&fresh->ending, ending) ||
            !set_simplest(fresh, steps, count, switches)) {
            ending_free(&fresh->ending);
            return false;
        }
        outcomes->count++;
    } else if (is_simpler(&outcomes->list[at], steps, count, switches) &&
               !set_simplest(&outcomes->list[at], steps, count, switches)) {
        return false;
    }
    outcomes->list[at].schedules += schedules;
    outcomes->schedules += schedules;
    return true;
}

bool outcomes_add(struct outcomes *outcomes, const struct ending *ending,
                  const uint8_t *steps, size_t count, unsigned switches)
{
    return add(outcomes, ending, steps, count, switches, 1);
}

bool outcomes_merge(struct outcomes *outcomes, const struct outcomes *from)
{
    for (size_t i = 0; i < from->count; i++) {
        const struct outcome *one = &from->list[i];
        if (!add(outcomes, &one->ending, one->steps, one->step_count, one->switches,
                 one->schedules)) {
            return false;
        }
    }
    return true;
}

void outcomes_free(struct outcomes *outcomes)
{
    for (size_t i = 0; i < outcomes->count; i++) {
        ending_free(&outcomes->list[i].ending);
        free(outcomes->list[i].steps);
        free(outcomes->list[i].code);
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
