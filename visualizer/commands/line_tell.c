// SPDX-License-Identifier: MIT
/*
 * What line mode tells when it is asked about the processes and what they have done: what
 * the panels of the screen show, as sentences.
 */
#include "commands/line.h"
#include "commands/why.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { TEXT_SIZE = 200 };

/* --- the processes --------------------------------------------------------------------------- */

/* Who made it; of an orphan, who is its parent now. Where the steps are lives. */
static void add_parent(const struct model *model, unsigned slot, char *text, size_t size)
{
    const struct process_view *process = &model->processes[slot];
    unsigned maker = process->entry.parent;
    *text = '\0';
    if (model->grain != MP_GRAIN_LIVES || maker >= MP_PROCESSES ||
        process->entry.life != MP_LIFE_ALIVE) {
        return;
    }
    int32_t now = process->kernel.parent;
    if (now != 0 && now != model->processes[maker].entry.pid) {
        snprintf(text, size, ", child of %s (%d) now", process->kernel.parent_name,
                 (int)now);
    } else {
        snprintf(text, size, ", child of %s", model_name(model, maker));
    }
}

/* Free running the kernel's word and counts; else what it has done and does next. */
static void add_doings(const struct line_mode *mode, unsigned slot, char *text,
                       size_t size)
{
    const struct model *model = line_model(mode);
    const struct mp_process_entry *entry = &model->processes[slot].entry;
    char done[TEXT_SIZE];
    char next[TEXT_SIZE];
    if (!model->controlled) {
        snprintf(text, size, "%llu reads, %llu writes.", (unsigned long long)entry->reads,
                 (unsigned long long)entry->writes);
        return;
    }
    model_has_done(model, slot, done, sizeof done);
    model_does_next(model, slot, next, sizeof next);
    snprintf(text, size, "Has done: %s. Next: %s.", done, next);
}

static bool is_there(const struct model *model, unsigned slot)
{
    return model->processes[slot].entry.life != MP_LIFE_NONE;
}

void line_state(struct line_mode *mode, const char *rest)
{
    const struct model *model = line_model(mode);
    char text[4 * TEXT_SIZE];
    (void)rest;
    for (unsigned slot = 0; slot < model->process_count; slot++) {
        const struct process_view *process = &model->processes[slot];
        char parent[64];
        char doings[2 * TEXT_SIZE + 32];
        if (!is_there(model, slot)) {
            continue;
        }
        add_parent(model, slot, parent, sizeof parent);
        add_doings(mode, slot, doings, sizeof doings);
        snprintf(text, sizeof text, "%u %s (%d)%s: %s, kernel %s. %s", slot,
                 model_name(model, slot), (int)process->entry.pid, parent,
                 model_state_word(model_state(model, slot)),
                 model_kernel_word(process->kernel.state), doings);
        line_say(text);
    }
    line_memory(mode, "short");
}

void line_why(struct line_mode *mode, const char *rest)
{
    (void)rest;
    if (!why_lines(&mode->session, line_model(mode), line_say)) {
        printf("Nobody waits for anybody.\n");
    }
}

void line_kernel(struct line_mode *mode, const char *rest)
{
    const struct model *model = line_model(mode);
    long a_second = sysconf(_SC_CLK_TCK);
    bool told = false;
    (void)rest;
    for (unsigned slot = 0; slot < model->process_count; slot++) {
        const struct process_view *process = &model->processes[slot];
        const struct kernel_view *kernel = &process->kernel;
        if (kernel->state == 0 || process->entry.life < MP_LIFE_STARTED ||
            process->entry.life > MP_LIFE_ENDED) {
            continue;
        }
        printf("%u %s (%d): %s, CPU %d, CPU time %.2f s, %llu switches.\n", slot,
               model_name(model, slot), (int)process->entry.pid,
               model_kernel_word(kernel->state), (int)kernel->cpu,
               (double)kernel->cpu_ticks / (double)(a_second > 0 ? a_second : 100),
               (unsigned long long)kernel->switches);
        told = true;
    }
    if (!told) {
        printf("The kernel knows none of them any more.\n");
    }
}

void line_lives(struct line_mode *mode, const char *rest)
{
    const struct model *model = line_model(mode);
    (void)rest;
    for (size_t i = 0; i < model->life_count; i++) {
        const struct model_life *life = &model->lives[i];
        char text[TEXT_SIZE];
        size_t used =
            (size_t)snprintf(text, sizeof text, "%u %s:", life->slot, life->name);
        size_t head = used;
        if (life->born_step > 0) {
            used +=
                (size_t)snprintf(text + used, sizeof text - used, " born at step %llu,",
                                 (unsigned long long)life->born_step);
        }
        if (life->ended_step > 0) {
            used += (size_t)snprintf(text + used, sizeof text - used,
                                     life->status < 0 ? " killed at step %llu,"
                                                      : " ended at step %llu,",
                                     (unsigned long long)life->ended_step);
        }
        if (life->joined_step > 0) {
            used +=
                (size_t)snprintf(text + used, sizeof text - used, " joined at step %llu,",
                                 (unsigned long long)life->joined_step);
        }
        if (used == head) { /* births and ends are below what counts as a step */
            used += (size_t)snprintf(text + used, sizeof text - used, " %s,",
                                     model_state_word(model_state(model, life->slot)));
        }
        printf("%.*s.\n", (int)used - 1, text);
    }
}

/* --- what happened ----------------------------------------------------------------------------- */

void line_story(struct line_mode *mode, const char *rest)
{
    const struct model *model = line_model(mode);
    char line[1024];
    (void)rest;
    for (size_t i = 0; i < model->sentence_count; i++) {
        const struct sentence *sentence = &model->sentences[i];
        if (sentence->step > 0) {
            printf("%4llu  ", (unsigned long long)sentence->step);
        } else {
            printf("      ");
        }
        if (sentence->kind == SAY_PRINTED && sentence->output_length > 0) {
            printf("%s printed: %s\n",
                   sentence->process == MP_NOBODY ? mode->options->demo.name
                                                  : model_name(model, sentence->process),
                   model_printed(model, sentence, line, sizeof line));
        } else {
            printf("%s\n", sentence->text);
        }
        if (sentence->more[0] != '\0') {
            printf("      %s\n", sentence->more);
        }
    }
    if (model->sentence_count == 0) {
        printf("Nothing has happened yet.\n");
    }
}

/* Of what has been told: each kind of sentence has it once in a run. */
void line_more(struct line_mode *mode, const char *rest)
{
    const struct model *model = line_model(mode);
    (void)rest;
    for (size_t i = model->sentence_count; i-- > 0;) {
        const struct sentence *sentence = &model->sentences[i];
        if (sentence->more[0] != '\0' && !sentence->minor) {
            printf("%s\n%s\n", sentence->text, sentence->more);
            return;
        }
    }
    printf("There is nothing else to say yet.\n");
}

void line_output(struct line_mode *mode, const char *rest)
{
    const struct model *model = line_model(mode);
    (void)rest;
    for (const char *at = model->output; at != NULL && *at != '\0';) {
        size_t length = strcspn(at, "\r\n");
        char line[1024];
        snprintf(line, sizeof line, "%.*s", (int)length, at);
        model_clean(line);
        printf("%s\n", line);
        at += length;
        at += *at == '\r';
        at += *at == '\n';
    }
    if (model->output_length == 0) {
        printf(mode->session.attached ? "What it prints goes to its own terminal.\n"
                                      : "It has printed nothing yet.\n");
    }
}

/* --- the steps as a table ---------------------------------------------------------------------- */

enum { LABEL = 16, CELL = 5, STEPS_SHOWN = 11, FIELDS_SHOWN = 2 };

static void print_cells(const struct model *model, size_t first, unsigned slot)
{
    for (size_t i = first; i < model->moment_count; i++) {
        char cell[32] = "-";
        if (model->moments[i].process == slot) {
            model_cell(model, &model->moments[i], cell, sizeof cell);
        }
        printf("%*s", CELL, cell);
    }
    printf("\n");
}

static void print_values(const struct model *model, size_t first, uint32_t field)
{
    printf("%-*.*s", LABEL, LABEL, model->fields[field].name);
    for (size_t i = first; i < model->moment_count; i++) {
        char value[64] = "?";
        uint64_t raw;
        if (model_value_after(model, i, field, &raw)) {
            model_value(&model->fields[field], raw, value, sizeof value);
        }
        printf(" %*s", CELL - 1, value);
    }
    printf("\n");
}

static bool has_stepped(const struct model *model, size_t first, unsigned slot)
{
    const struct mp_process_entry *entry = &model->processes[slot].entry;
    bool seen = false;
    for (size_t i = first; i < model->moment_count; i++) {
        seen = seen || model->moments[i].process == slot;
    }
    return seen || (slot > 0 && entry->life == MP_LIFE_ALIVE);
}

/* The fields of the steps shown, the newest first. */
static void print_fields(const struct model *model, size_t first)
{
    uint32_t shown[FIELDS_SHOWN];
    size_t count = 0;
    for (size_t i = model->moment_count; i-- > first && count < FIELDS_SHOWN;) {
        uint32_t field = model->moments[i].field;
        bool known = field >= model->field_count;
        for (size_t j = 0; j < count; j++) {
            known = known || shown[j] == field;
        }
        if (!known) {
            shown[count++] = field;
            print_values(model, first, field);
        }
    }
}

void line_steps(struct line_mode *mode, const char *rest)
{
    const struct model *model = line_model(mode);
    size_t first =
        model->moment_count > STEPS_SHOWN ? model->moment_count - STEPS_SHOWN : 0;
    (void)rest;
    if (model->moment_count == 0) {
        printf(model->controlled ? "Nobody took a step yet.\n"
                                 : "Free running there are no steps: state counts.\n");
        return;
    }
    printf("%-*s", LABEL, "step");
    for (size_t i = first; i < model->moment_count; i++) {
        printf("%*llu", CELL, (unsigned long long)model->moments[i].step);
    }
    printf("\n");
    for (unsigned slot = 0; slot < model->process_count; slot++) {
        if (has_stepped(model, first, slot)) {
            printf("%u %-*.*s", slot, LABEL - 2, LABEL - 2, model_name(model, slot));
            print_cells(model, first, slot);
        }
    }
    print_fields(model, first);
    if (model->grain == MP_GRAIN_MEMORY) {
        printf("r0 read 0, w1 wrote 1, x that update was lost, - another one's step.\n");
    }
}
