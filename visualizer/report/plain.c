// SPDX-License-Identifier: MIT
/*
 * A run as text. The sentences are the model's; here they get their numbers and their lines.
 */
#include "report/plain.h"

#include <string.h>

enum {
    LINE = 80,           /* a line of joined sentences is not made longer */
    NAMED_PROCESSES = 8, /* in the summary; of more it says how many */
    TEXT = 1024,         /* of a printed line */
};

void plain_begin(struct plain *plain, FILE *out, const struct plain_header *header)
{
    *plain = (struct plain){
        .out = out, .demo = header->demo, .with_kernel = header->with_kernel};
    fprintf(out, "%s:", header->demo);
    if (header->arguments[0] != '\0') {
        fprintf(out, " %s.", header->arguments);
    }
    if (header->mode[0] != '\0') {
        fprintf(out, " %s.", header->mode);
    }
    fputc('\n', out);
    fflush(out);
}

/* --- sentences that share a line ------------------------------------------------------ */

/* "main started A, B and C.": the last name comes when it is known to be the last. */
void plain_flush(struct plain *plain)
{
    if (plain->joined == 0) {
        return;
    }
    fputs(plain->line, plain->out);
    if (plain->last[0] != '\0') {
        fprintf(plain->out, "%s%s", plain->joined > 1 ? " and " : "", plain->last);
    }
    fputs(".\n", plain->out);
    fflush(plain->out);
    plain->joined = 0;
}

static void append(char *text, size_t size, const char *more, size_t length)
{
    size_t at = strlen(text);
    size_t room = size - 1 - at;
    length = length < room ? length : room;
    memcpy(text + at, more, length);
    text[at + length] = '\0';
}

static void begin_line(struct plain *plain, const struct sentence *sentence)
{
    plain->kind = sentence->kind;
    plain->process = sentence->process;
    plain->joined = 1;
    plain->line[0] = '\0';
    plain->last[0] = '\0';
    bool names = sentence->kind == SAY_STARTED;
    append(plain->line, sizeof(plain->line), sentence->text,
           names ? sentence->verb : sentence->brief);
    if (names) {
        append(plain->last, sizeof(plain->last), sentence->text + sentence->verb,
               (size_t)(sentence->brief - sentence->verb));
    }
}

/* Letters that the line would have with this sentence in it. */
static size_t length_with(const struct plain *plain, const struct sentence *sentence)
{
    size_t length = strlen(plain->line) + strlen(plain->last) + strlen(".");
    if (sentence->kind != SAY_STARTED) {
        return length + strlen(". ") + sentence->brief;
    }
    size_t comma = plain->joined > 1 ? strlen(", ") : 0;
    return length + comma + strlen(" and ") + sentence->brief - sentence->verb;
}

static bool fits(const struct plain *plain, const struct sentence *sentence)
{
    return plain->joined != 0 && plain->kind == sentence->kind &&
           plain->process == sentence->process && length_with(plain, sentence) <= LINE;
}

/* A start or a join that is no step: the short form, and several on a line. */
static void print_brief(struct plain *plain, const struct sentence *sentence)
{
    if (!fits(plain, sentence)) {
        plain_flush(plain);
        begin_line(plain, sentence);
        return;
    }
    if (sentence->kind == SAY_STARTED) { /* main started A, B */
        append(plain->line, sizeof(plain->line), ", ", plain->joined > 1 ? 2 : 0);
        append(plain->line, sizeof(plain->line), plain->last, strlen(plain->last));
        plain->last[0] = '\0';
        append(plain->last, sizeof(plain->last), sentence->text + sentence->verb,
               (size_t)(sentence->brief - sentence->verb));
    } else {
        append(plain->line, sizeof(plain->line), ". ", 2);
        append(plain->line, sizeof(plain->line), sentence->text, sentence->brief);
    }
    plain->joined += 1;
}

/* --- sentences ------------------------------------------------------------------------ */

/* Sentences that stand for themselves; others belong to the step above them. */
static bool stands_alone(const struct model *model, enum sentence_kind kind)
{
    switch (kind) {
    case SAY_MADE:
    case SAY_STARTED:
    case SAY_JOINED:
    case SAY_PRINTED:
    case SAY_STUCK:
    case SAY_DROPPED:
    case SAY_ALL_ENDED:
    case SAY_KILLED_BY_USER:
    case SAY_KILLED_AGAIN:
        return true;
    default:
        return !model->controlled;
    }
}

/* "main printed: counter 8, expected 10, lost 2"; without its text only that it did. */
static void print_printed(const struct plain *plain, const struct model *model,
                          const struct sentence *sentence)
{
    char text[TEXT];
    bool known = sentence->process != MP_NOBODY;
    if (sentence->output_length == 0) {
        fprintf(plain->out, "%s\n", sentence->text);
        return;
    }
    fprintf(plain->out, "%s printed: %s\n",
            known ? model_name(model, sentence->process) : plain->demo,
            model_printed(model, sentence, text, sizeof(text)));
}

static void print_sentence(struct plain *plain, const struct model *model,
                           const struct sentence *sentence)
{
    bool joins = sentence->kind == SAY_STARTED || sentence->kind == SAY_JOINED;
    if (joins && sentence->step == 0 && model->grain != MP_GRAIN_LIVES) {
        print_brief(plain, sentence);
        return;
    }
    plain_flush(plain);
    if (sentence->step != 0) {
        fprintf(plain->out, "%4llu  ", (unsigned long long)sentence->step);
    } else if (!stands_alone(model, sentence->kind)) {
        fputs("      ", plain->out);
    }
    if (sentence->kind == SAY_PRINTED) {
        print_printed(plain, model, sentence);
    } else if (sentence->kind == SAY_ZOMBIE && !plain->with_kernel) {
        fprintf(plain->out, "%.*s.\n", sentence->brief, sentence->text);
    } else {
        fprintf(plain->out, "%s\n", sentence->text);
    }
    plain->verdict = plain->verdict || sentence->kind == SAY_ALL_ENDED;
}

/* A zombie that was told as ended before is the kernel's word only. */
static bool is_left_out(const struct plain *plain, const struct sentence *sentence)
{
    return sentence->minor ||
           (sentence->kind == SAY_ZOMBIE && sentence->brief == 0 && !plain->with_kernel);
}

static void print_from(struct plain *plain, const struct model *model, bool all)
{
    size_t end = model->sentences_gone + model->sentence_count;
    if (plain->next < model->sentences_gone) {
        plain_flush(plain);
        fprintf(plain->out, "(%zu sentences are left out here)\n",
                model->sentences_gone - plain->next);
        plain->next = model->sentences_gone;
    }
    for (; plain->next < end; plain->next++) {
        const struct sentence *sentence =
            &model->sentences[plain->next - model->sentences_gone];
        if (sentence->open && !all) {
            break;
        }
        if (!is_left_out(plain, sentence)) {
            print_sentence(plain, model, sentence);
        }
    }
    fflush(plain->out);
}

void plain_update(struct plain *plain, const struct model *model)
{
    print_from(plain, model, false);
}

/* --- the end -------------------------------------------------------------------------- */

/* What was done that nobody could see. */
static uint64_t not_seen(const struct model *model)
{
    uint64_t count = model->dropped;
    for (unsigned i = 0; i < model->process_count; i++) {
        count += model->processes[i].entry.unseen;
    }
    return count;
}

/* "steps 20: increment-1 10, increment-2 10." Free running nobody counts steps, but each
   access is counted. */
static void print_counts(const struct plain *plain, const struct model *model)
{
    bool steps = model->controlled || model->steps != 0;
    unsigned named = 0;
    unsigned more = 0;
    if (steps) {
        fprintf(plain->out, "steps %llu", (unsigned long long)model->steps);
    } else {
        fputs("reads and writes", plain->out);
    }
    for (size_t i = 0; i < model->life_count; i++) {
        const struct model_life *life = &model->lives[i];
        if (steps ? life->steps == 0 : life->reads + life->writes == 0) {
            continue;
        }
        if (named == NAMED_PROCESSES) {
            more += 1;
            continue;
        }
        fprintf(plain->out, "%s %s ", named == 0 ? ":" : ",", life->name);
        named += 1;
        if (steps) {
            fprintf(plain->out, "%llu", (unsigned long long)life->steps);
        } else {
            fprintf(plain->out, "%llu and %llu", (unsigned long long)life->reads,
                    (unsigned long long)life->writes);
        }
    }
    if (more != 0) {
        fprintf(plain->out, ", and %u more", more);
    }
    if (!steps && named == 0) {
        fputs(": none", plain->out);
    }
    fputc('.', plain->out);
}

void plain_end(struct plain *plain, const struct model *model,
               const struct plain_facts *facts)
{
    char text[TEXT];
    print_from(plain, model, true);
    plain_flush(plain);
    print_counts(plain, model);
    fprintf(plain->out, " Not seen: %llu.", (unsigned long long)not_seen(model));
    if (facts->seeded) {
        fprintf(plain->out, " Seed %llu.", (unsigned long long)facts->seed);
    }
    if (!plain->verdict) { /* stuck, or left while it runs: nothing has come out */
        fputs(" It has not ended.\n", plain->out);
        fflush(plain->out);
        return;
    }
    fprintf(plain->out, " Exit status %d.\n", facts->exit_status);
    if (model_last_line(model, text, sizeof(text))[0] != '\0') {
        fprintf(plain->out, "%s\n", text);
    }
    fflush(plain->out);
}
