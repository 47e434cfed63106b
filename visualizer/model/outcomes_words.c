// SPDX-License-Identifier: MIT
/* What the outcomes of an exploration are called: by the values that tell them apart. */
#include "model/outcomes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TOLD = 3 }; /* values that one line tells at most */

struct telling {
    const struct field *fields[TOLD];
    size_t count;
};

static bool is_written(const struct outcomes *outcomes, const struct field *field)
{
    uint64_t value;
    for (size_t i = 0; i < outcomes->count; i++) {
        if (ending_number(&outcomes->list[i].ending, field->offset, field->size, &value)) {
            return true;
        }
    }
    return false;
}

static void tell(struct telling *telling, const struct field *field)
{
    if (telling->count < TOLD) {
        telling->fields[telling->count++] = field;
    }
}

/* Those that differ; where none does, the one that the program said it is about, or the
   first. */
static void find_telling(const struct outcomes *outcomes, const struct model *model,
                         struct telling *telling)
{
    const struct field *best = NULL;
    for (size_t i = 0; i < model->field_count; i++) {
        const struct field *field = &model->fields[i];
        if (!is_written(outcomes, field)) {
            continue;
        }
        if (outcomes_differ_in(outcomes, field->offset, field->size)) {
            tell(telling, field);
        }
        if (best == NULL || strcmp(field->name, model->expected_what) == 0) {
            best = field;
        }
    }
    if (telling->count == 0 && best != NULL) {
        tell(telling, best);
    }
}

bool outcome_value(const struct outcome *outcome, const struct field *field, char *text,
                   size_t size)
{
    uint64_t raw;
    if (!ending_number(&outcome->ending, field->offset, field->size, &raw)) {
        return false;
    }
    model_value(field, raw, text, size);
    return true;
}

/* As much of it as there is room for. */
static void add(char *text, size_t size, const char *between, const char *more)
{
    size_t used = strlen(text);
    const char *pieces[] = {used > 0 ? between : "", more};
    for (int i = 0; i < 2; i++) {
        size_t length = strnlen(pieces[i], size - used - 1);
        memcpy(text + used, pieces[i], length);
        used += length;
    }
    text[used] = '\0';
}

static const char *const kinds[] = {[ENDING_ENDED] = "",
                                    [ENDING_STUCK] = "stuck",
                                    [ENDING_LONG] = "not over by then",
                                    [ENDING_SPINS] = "goes round for ever"};

static void name_one(struct outcome *outcome, const struct telling *telling)
{
    outcome->text[0] = '\0';
    if (outcome->ending.kind != ENDING_ENDED) {
        add(outcome->text, sizeof outcome->text, "", kinds[outcome->ending.kind]);
    }
    for (size_t i = 0; i < telling->count; i++) {
        char value[32];
        char text[MP_NAME_SIZE + 40];
        bool written = outcome_value(outcome, telling->fields[i], value, sizeof value);
        if (!written && outcome->ending.kind != ENDING_ENDED) {
            continue;
        }
        if (!written) { /* it is as it began */
            model_value(telling->fields[i], 0, value, sizeof value);
        }
        bool bare = telling->count == 1 && outcome->ending.kind == ENDING_ENDED;
        snprintf(text, sizeof text, "%s%s%s", bare ? "" : telling->fields[i]->name,
                 bare ? "" : " ", value);
        add(outcome->text, sizeof outcome->text, ", ", text);
    }
}

/* Where the values are the same the exit status is not; or a child's. */
static void add_status(struct outcome *outcome)
{
    char text[48];
    const struct ending *ending = &outcome->ending;
    snprintf(text, sizeof text, "exit status %d", outcome_exit(outcome));
    for (unsigned slot = 1; slot < ending->processes && outcome_exit(outcome) == 0;
         slot++) {
        if (ending->statuses[slot] != 0) {
            snprintf(text, sizeof text, "child %u ended with %d", slot,
                     (int)ending->statuses[slot]);
            break;
        }
    }
    add(outcome->text, sizeof outcome->text, ", ", text);
}

static bool shares_its_text(const struct outcomes *outcomes, size_t index)
{
    for (size_t i = 0; i < outcomes->count; i++) {
        if (i != index &&
            strcmp(outcomes->list[i].text, outcomes->list[index].text) == 0) {
            return true;
        }
    }
    return false;
}

static int compare_values(const struct outcome *a, const struct outcome *b,
                          const struct telling *telling)
{
    for (size_t i = 0; i < telling->count; i++) {
        const struct field *field = telling->fields[i];
        char one[32] = "";
        char other[32] = "";
        outcome_value(a, field, one, sizeof one);
        outcome_value(b, field, other, sizeof other);
        double x = strtod(one, NULL);
        double y = strtod(other, NULL);
        if (x != y) {
            return x < y ? -1 : 1;
        }
    }
    return 0;
}

static int compare(const void *left, const void *right, void *telling)
{
    const struct outcome *a = left;
    const struct outcome *b = right;
    if (a->ending.kind != b->ending.kind) {
        return a->ending.kind < b->ending.kind ? -1 : 1;
    }
    int values = compare_values(a, b, telling);
    if (values != 0) {
        return values;
    }
    return a->schedules > b->schedules ? -1 : a->schedules < b->schedules;
}

void outcomes_name(struct outcomes *outcomes, const struct model *model)
{
    struct telling telling = {.count = 0};
    find_telling(outcomes, model, &telling);
    if (outcomes->count > 1) {
        qsort_r(outcomes->list, outcomes->count, sizeof *outcomes->list, compare,
                &telling);
    }
    snprintf(outcomes->heading, sizeof outcomes->heading, "%s",
             telling.count == 1 ? telling.fields[0]->name : "");
    for (size_t i = 0; i < outcomes->count; i++) {
        name_one(&outcomes->list[i], &telling);
    }
    for (size_t i = 0; i < outcomes->count; i++) {
        struct outcome *outcome = &outcomes->list[i];
        if (outcome->text[0] == '\0' ||
            (outcome->ending.kind == ENDING_ENDED && shares_its_text(outcomes, i))) {
            add_status(outcome);
        }
    }
}
