// SPDX-License-Identifier: MIT
/* What line mode says by itself: what the run is about, who can go and why not, the order. */
#include "commands/line.h"

#include <stdio.h>
#include <string.h>

enum { TEXT_SIZE = 200, WIDTH = 75, WIDEST = 79 };

/* Prints a line, broken between words where it would be too long for a terminal. */
void line_say(const char *text)
{
    while (strlen(text) > WIDEST) {
        size_t end = WIDEST;
        while (end > 0 && text[end] != ' ') {
            end--;
        }
        end = end > 0 ? end : WIDEST;
        printf("%.*s\n", (int)end, text);
        text += end + (text[end] == ' ');
    }
    printf("%s\n", text);
}

static bool can_go(struct line_mode *mode, unsigned slot)
{
    char reason[TEXT_SIZE];
    const struct mp_process_entry *entry = &line_model(mode)->processes[slot].entry;
    bool lives = entry->life == MP_LIFE_STARTED || entry->life == MP_LIFE_ALIVE;
    return lives && entry->waiting &&
           !model_why_not(line_model(mode), slot, reason, sizeof reason);
}

/* "1 increment-1 will read counter. 2 increment-2 will read counter." */
void line_who(struct line_mode *mode, const char *rest)
{
    const struct model *model = line_model(mode);
    int used = 0;
    (void)rest;
    bool back = line_looks_back(mode);
    if (mode->session.ended && !mode->session.left && !back) {
        printf("All have ended.\n");
        return;
    }
    if (!mode->session.ended && !line_stands(mode) && !back) {
        printf("They go by themselves. Enter stops them; then you choose.\n");
        return;
    }
    for (unsigned slot = 0; slot < model->process_count; slot++) {
        char next[TEXT_SIZE];
        char text[2 * TEXT_SIZE];
        if (!can_go(mode, slot)) {
            continue;
        }
        model_does_next(model, slot, next, sizeof next);
        int length = snprintf(text, sizeof text, "%u %s will %s.", slot,
                              model_name(model, slot), next);
        if (used > 0 && used + 1 + length > WIDTH) {
            printf("\n");
            used = 0;
        }
        used += printf("%s%s", used > 0 ? " " : "", text);
    }
    printf("%s\n", used > 0 ? "" : "Nobody can go.");
}

/* A refusal, and who can go instead: "Only 2 can go: it will write counter." */
void line_refuse(struct line_mode *mode, const char *refusal)
{
    const struct model *model = line_model(mode);
    unsigned count = 0;
    unsigned only = 0;
    char next[TEXT_SIZE];
    char text[4 * TEXT_SIZE];
    for (unsigned slot = 0; slot < model->process_count; slot++) {
        if (can_go(mode, slot)) {
            count++;
            only = slot;
        }
    }
    int used = snprintf(text, sizeof text, "%s", refusal);
    if (count == 1) {
        model_does_next(model, only, next, sizeof next);
        snprintf(text + used, sizeof text - (size_t)used, " Only %u can go: it will %s.",
                 only, next);
    }
    line_say(text);
}

/* On one line, if they fit. */
static void say_both(const char *first, const char *second)
{
    char text[5 * TEXT_SIZE];
    if (second[0] != '\0' && strlen(first) + 1 + strlen(second) <= WIDEST) {
        snprintf(text, sizeof text, "%s %s", first, second);
        line_say(text);
        return;
    }
    line_say(first);
    if (second[0] != '\0') {
        line_say(second);
    }
}

/* "The counter is 0. It should end at 10."; "0 meals so far; 2 expected." */
static void fill_expected(const struct model *model, char *text, size_t size)
{
    text[0] = '\0';
    for (size_t i = 0; i < model->field_count && model->expected_what[0] != '\0'; i++) {
        const struct field *field = &model->fields[i];
        if (strcmp(field->name, model->expected_what) == 0) {
            char value[32];
            model_value(field, field->value, value, sizeof value);
            long long expected = model->expected;
            if (model_is_plural(field->name)) {
                snprintf(text, size, "%s %s so far; %lld expected.", value, field->name,
                         expected);
            } else {
                snprintf(text, size, "The %s is %s. It should end at %lld.", field->name,
                         value, expected);
            }
            return;
        }
    }
}

/* Nobody is stopped: how it runs, and what can be done about it. */
static void say_how_free(const struct line_mode *mode)
{
    const struct session *session = &mode->session;
    const char *enter = line_listens(mode) ? " Enter stops; help lists all words." : "";
    if (!session->attached) {
        printf("It runs free: every run differs.%s\n", enter);
    } else if (session->has_control) {
        printf("It runs already, process %d, free.%s\n", (int)session->program.pid, enter);
    } else {
        printf("Another lab has this run: here you can only watch. q leaves.\n");
    }
}

void line_say_beginning(struct line_mode *mode)
{
    struct session *session = &mode->session;
    const struct model *model = session->model;
    char text[4 * TEXT_SIZE];
    char expected[TEXT_SIZE] = "";
    bool free = session->steer.is_free;
    snprintf(text, sizeof text, "%s%s%s.", mode->options->demo.name,
             session->title[0] != '\0' ? ", " : "", session->title);
    if (!free && !session->attached && !session->recorded) {
        fill_expected(model, expected, sizeof expected);
    }
    say_both(text, expected);
    if (!session->entry.hooked) {
        printf("It was built without access hooks: its reads and writes are not seen.\n");
    }
    if (free) {
        say_how_free(mode);
    } else if (!mode->goes && !session->ended) {
        line_who(mode, "");
    }
}

/* Of many steps that the lab has picked only how many; others were thought about. */
static size_t add_order(const struct line_mode *mode, char *text, size_t size)
{
    enum { MOST = 200, MOST_PICKED = 40 };
    const struct model *model = mode->session.model;
    if (mode->was_free) {
        return (size_t)snprintf(text, size, "It ran free: nobody knows the order.");
    }
    if (model->moment_count == 0) {
        return (size_t)snprintf(text, size, "Nobody took a step.");
    }
    if (mode->picked && model->moment_count > MOST_PICKED) {
        return (size_t)snprintf(text, size, "It took %zu steps.", model->moment_count);
    }
    size_t used =
        (size_t)snprintf(text, size, "%s order was", mode->picked ? "The" : "Your");
    for (size_t i = 0; i < model->moment_count && i < MOST; i++) {
        bool killed = model->moments[i].deed.op == MP_OP_DIE;
        used += (size_t)snprintf(text + used, size - used, " %s%u", killed ? "K" : "",
                                 model->moments[i].process);
    }
    return used + (size_t)snprintf(text + used, size - used, "%s",
                                   model->moment_count > MOST ? " ...." : ".");
}

void line_say_order(struct line_mode *mode)
{
    char text[8 * TEXT_SIZE];
    const char *twin = mode->session.entry.twin;
    size_t used = add_order(mode, text, sizeof text);
    if (mode->session.attached) {
        snprintf(text + used, sizeof text - used, " Type q to leave.");
    } else if (!mode->picked && !mode->was_free) {
        snprintf(text + used, sizeof text - used,
                 " Type r to try another one, q to leave.");
    } else if (twin[0] != '\0') {
        snprintf(text + used, sizeof text - used,
                 " Type r to run it again, twin for %.30s, q to leave.", twin);
    } else {
        snprintf(text + used, sizeof text - used, " Type r to run it again, q to leave.");
    }
    line_say(text);
}
