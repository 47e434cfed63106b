// SPDX-License-Identifier: MIT
/* What line mode says: who can go and why not, the state, the source, the words it knows. */
#include "commands/line.h"

#include <stdio.h>
#include <string.h>

enum { TEXT_SIZE = 200, WIDTH = 75 };

/* Prints a line, broken between words where it would be too long for a terminal. */
void line_say(const char *text)
{
    enum { WIDEST = 79 };
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
    const struct mp_process_entry *entry = &mode->session.model->processes[slot].entry;
    bool lives = entry->life == MP_LIFE_STARTED || entry->life == MP_LIFE_ALIVE;
    return lives && entry->waiting &&
           !model_why_not(mode->session.model, slot, reason, sizeof reason);
}

/* "1 increment-1 will read counter. 2 increment-2 will read counter." */
void line_say_who_can_go(struct line_mode *mode)
{
    const struct model *model = mode->session.model;
    int used = 0;
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
    const struct model *model = mode->session.model;
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

/* Why reads and writes are missing from all that follows. */
static void say_without_hooks(const struct session *session)
{
    if (!session->entry.hooked) {
        printf("It was built without access hooks: its reads and writes are not seen.\n");
    }
}

void line_say_beginning(struct line_mode *mode)
{
    struct session *session = &mode->session;
    const struct model *model = session->model;
    char text[4 * TEXT_SIZE];
    size_t used = (size_t)snprintf(text, sizeof text, "%s%s%s.", mode->options->demo.name,
                                   session->title[0] != '\0' ? ", " : "", session->title);
    for (size_t i = 0; i < model->field_count && model->expected_what[0] != '\0'; i++) {
        const struct field *field = &model->fields[i];
        if (strcmp(field->name, model->expected_what) == 0) {
            char value[32];
            model_value(field, field->value, value, sizeof value);
            snprintf(text + used, sizeof text - used,
                     " The %s is %s. It should end at %lld.", field->name, value,
                     (long long)model->expected);
            break;
        }
    }
    line_say(text);
    say_without_hooks(session);
    line_say_who_can_go(mode);
}

void line_say_state(struct line_mode *mode)
{
    const struct model *model = mode->session.model;
    char text[4 * TEXT_SIZE];
    for (unsigned slot = 0; slot < model->process_count; slot++) {
        char done[TEXT_SIZE];
        char next[TEXT_SIZE];
        model_has_done(model, slot, done, sizeof done);
        model_does_next(model, slot, next, sizeof next);
        const struct process_view *process = &model->processes[slot];
        snprintf(text, sizeof text, "%u %s (%d): %s, kernel %s. Has done: %s. Next: %s.",
                 slot, process->entry.name, (int)process->entry.pid,
                 model_state_word(model_state(model, slot)),
                 model_kernel_word(process->kernel.state), done, next);
        line_say(text);
    }
    for (size_t i = 0; i < model->field_count; i++) {
        char value[64];
        const struct field *field = &model->fields[i];
        if (field->known && !field->gone) {
            model_value(field, field->value, value, sizeof value);
            printf("%s is %s: %llu updates written, %llu lost.\n", field->name, value,
                   (unsigned long long)field->updates, (unsigned long long)field->lost);
        }
    }
    for (unsigned i = 1; i < model->object_count; i++) {
        const struct mp_object_entry *lock = &model->objects[i];
        if (lock->kind == MP_KIND_LOCK && lock->owner == MP_NOBODY) {
            printf("Nobody has %s.\n", lock->name);
        } else if (lock->kind == MP_KIND_LOCK) {
            printf("%s has %s.\n", model_name(model, lock->owner), lock->name);
        }
    }
}

void line_say_source(struct line_mode *mode)
{
    struct session *session = &mode->session;
    bool told = false;
    for (unsigned slot = 0; slot < session->model->process_count; slot++) {
        struct source_place place;
        session_place(session, slot, &place);
        struct source *source = place.line > 0 ? source_open(place.file) : NULL;
        if (source != NULL) {
            const char *slash = strrchr(place.file, '/');
            const char *line = source_line(source, place.line);
            printf("%u stands at %s line %d: %s\n", slot,
                   slash != NULL ? slash + 1 : place.file, place.line,
                   line + strspn(line, " "));
            told = true;
        }
        source_close(source);
    }
    if (!told) {
        printf("Nobody stands at a line that is known.\n");
    }
}

void line_say_words(const char *before)
{
    char text[2 * TEXT_SIZE];
    snprintf(
        text, sizeof text,
        "%sA number: that process does one step. go: all go on, to the end. state: all "
        "there is to know. source: where each one stands. kill N: kills it. edit: "
        "change it, build it, run it again. r: again. q: leave.",
        before);
    line_say(text);
}

void line_say_order(const struct model *model)
{
    enum { MOST = 200 };
    char text[2 * MOST + 8 * TEXT_SIZE];
    bool none = model->moment_count == 0;
    size_t used = (size_t)snprintf(text, sizeof text, "%s",
                                   none ? "Nobody took a step" : "Your order was");
    for (size_t i = 0; i < model->moment_count && i < MOST; i++) {
        used += (size_t)snprintf(text + used, sizeof text - used, " %u",
                                 model->moments[i].process);
    }
    snprintf(text + used, sizeof text - used, "%s. Type r to try another one, q to leave.",
             model->moment_count > MOST ? " ..." : "");
    line_say(text);
}
