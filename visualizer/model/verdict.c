// SPDX-License-Identifier: MIT
/*
 * The verdict: how a program came out, from its own last line. All demos print it in one
 * shape: "counter 8, expected 10, lost 2".
 */
#include "model/private.h"

#include <stdio.h>
#include <string.h>

struct result {
    char what[32];
    long long actual;
    long long expected;
    char problem[16]; /* the first one that is not 0, or else the first */
    long long problems;
};

/* "counter 8, expected 10, lost 2" and more ", WORD N". False: it has another shape. */
static bool parse(const char *line, struct result *result)
{
    int end = 0;
    if (sscanf(line, "%31s %lld, expected %lld%n", result->what, &result->actual,
               &result->expected, &end) < 3) {
        return false;
    }
    result->problems = 0;
    result->problem[0] = '\0';
    const char *rest = line + end;
    char word[sizeof(result->problem)];
    long long number;
    while (sscanf(rest, ", %15s %lld%n", word, &number, &end) == 2) {
        if (result->problem[0] == '\0' || (result->problems == 0 && number != 0)) {
            memcpy(result->problem, word, sizeof(word));
            result->problems = number;
        }
        rest += end;
    }
    return *rest == '\0' && result->problem[0] != '\0';
}

/* "children", "tasks": several things that are counted, unlike "counter". */
bool model_is_plural(const char *name)
{
    size_t length = strlen(name);
    return (length > 0 && name[length - 1] == 's') || strcmp(name, "children") == 0;
}

/* Came out right although nothing kept the updates apart. */
static bool was_luck(const struct model *model, const struct result *result)
{
    return strcmp(result->problem, "lost") == 0 && model->locks_made == 0 &&
           model->hidden->plain_writes;
}

/* What a process that was killed did not do is missing; nobody wrote over it. */
static bool somebody_was_killed(const struct model *model)
{
    for (size_t i = 0; i < model->life_count; i++) {
        if (model->lives[i].status < 0) {
            return true;
        }
    }
    return false;
}

static void one_thing(const struct model *model, const struct result *result, char *text,
                      size_t size)
{
    bool lost = strcmp(result->problem, "lost") == 0;
    if (result->actual == result->expected && result->problems == 0) {
        snprintf(text, size, "All have ended. The %s is %lld, as expected.%s",
                 result->what, result->actual,
                 was_luck(model, result) ? " This time nothing was lost." : "");
    } else if (lost) {
        bool one = result->problems == 1;
        const char *how = somebody_was_killed(model)
                              ? (one ? " is missing" : " are missing")
                          : one ? " update is lost"
                                : " updates are lost";
        snprintf(text, size, "All have ended. The %s is %lld, expected %lld: %lld%s.",
                 result->what, result->actual, result->expected, result->problems, how);
    } else {
        snprintf(text, size, "All have ended. The %s is %lld, expected %lld: %lld %s.",
                 result->what, result->actual, result->expected, result->problems,
                 result->problem);
    }
}

static void several_things(const struct result *result, char *text, size_t size)
{
    bool all = result->actual == result->expected;
    size_t letters = strlen(result->what);
    if (result->actual == 1 && letters > 1) {
        letters -= strcmp(result->what, "children") == 0
                       ? strlen("ren")
                       : result->what[letters - 1] == 's';
    }
    char shape[64] = ", as expected";
    if (!all) {
        snprintf(shape, sizeof(shape), ", expected %lld", result->expected);
    }
    if (result->problems == 0) {
        snprintf(text, size, "All have ended. %lld %.*s%s.", result->actual, (int)letters,
                 result->what, shape);
    } else {
        snprintf(text, size, "All have ended. %lld %.*s%s%s %lld %s.", result->actual,
                 (int)letters, result->what, shape, all ? ", but" : ":", result->problems,
                 result->problem);
    }
}

const char *model_verdict(const struct model *model, char *text, size_t size)
{
    char line[256];
    struct result result;
    if (!parse(model_last_line(model, line, sizeof(line)), &result)) {
        snprintf(text, size, "All have ended.");
    } else if (model_is_plural(result.what)) {
        several_things(&result, text, size);
    } else {
        one_thing(model, &result, text, size);
    }
    return text;
}

void model_finish(struct model *model)
{
    if (model->hidden->finished) {
        return;
    }
    model->hidden->finished = true;
    narrate_kept_end(model);
    output_finish(model);
    char text[sizeof(((struct sentence *)0)->text)];
    struct sentence *sentence = say(model, SAY_ALL_ENDED, MP_NOBODY, 0, "%s",
                                    model_verdict(model, text, sizeof(text)));
    if (strstr(text, "This time nothing was lost") != NULL) {
        say_more(model, sentence,
                 "Another order loses updates. That it came out right proves nothing.");
    }
}

void model_expect(struct model *model, const char *what, int64_t expected)
{
    snprintf(model->expected_what, sizeof model->expected_what, "%s", what);
    model->expected = expected;
}
