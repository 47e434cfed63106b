// SPDX-License-Identifier: MIT
/*
 * A run, step by step, for the exports. The tape is played twice: once to its end, for what
 * only the end tells (which updates are lost), and once along with what is written, for the
 * names: an entry of the process table may have been used by several.
 */
#include "model/clean.h"
#include "report/export_private.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

const struct export_format export_formats[EXPORT_FORMATS] = {
    {"svg", export_svg, "the steps table as a picture, for slides"},
    {"csv", export_csv, "a row for each step, for a spreadsheet"},
    {"chrome", export_chrome, "a trace that Perfetto opens (ui.perfetto.dev)"},
    {"cast", export_cast, "the steps as a film, for asciinema"},
};

/* Which sentence stands on which step: the first one that is about it. */
static int index_sentences(struct played *played)
{
    const struct model *last = played->last;
    size_t steps = (size_t)(played->end - played->first);
    played->said = malloc((steps + 1) * sizeof *played->said);
    if (played->said == NULL) {
        return -ENOMEM;
    }
    for (size_t i = 0; i < steps; i++) {
        played->said[i] = NOTHING_SAID;
    }
    for (size_t i = last->sentence_count; i-- > 0;) {
        uint64_t step = last->sentences[i].step;
        if (step >= played->first && step < played->end) {
            played->said[step - played->first] = (uint32_t)i;
        }
    }
    return 0;
}

static void add_legend(struct played *played, const char *words)
{
    size_t length = strlen(played->legend);
    snprintf(played->legend + length, sizeof played->legend - length, "%s%s",
             length > 0 ? "   " : "", words);
}

/* Cells of which there are some; a legend of all would be longer than the table. */
static void choose_legend(struct played *played)
{
    static const struct {
        uint8_t op;
        const char *words;
    } lives[] = {{MP_OP_START, "S started"},  {MP_OP_BEGIN, "B born"},
                 {MP_OP_OUTPUT, "P printed"}, {MP_OP_END, "E ended"},
                 {MP_OP_DIE, "K killed"},     {MP_OP_JOIN, "J joined"}};
    const struct model *last = played->last;
    bool occurs[MP_OPS] = {false};
    bool has_calls = false;
    bool has_lost = false;
    bool calls;
    char cell[EXPORT_TEXT];
    for (size_t i = 0; i < last->moment_count; i++) {
        unsigned op = last->moments[i].deed.op;
        occurs[op < MP_OPS ? op : MP_OP_NONE] = true;
        has_calls = has_calls || op >= MP_OP_LOCK_ACQUIRE;
        has_lost = steps_cell(last, &last->moments[i], cell, sizeof cell) || has_lost;
    }
    const char *words = steps_legend(last, &calls);
    if (has_calls && calls) {
        add_legend(played, words);
    }
    for (size_t i = 0; i < sizeof lives / sizeof *lives; i++) {
        if (occurs[lives[i].op]) {
            add_legend(played, lives[i].words);
        }
    }
    if (occurs[MP_OP_READ] || occurs[MP_OP_WRITE]) {
        add_legend(played, "r3 read 3   w4 wrote 4");
    }
    if (occurs[MP_OP_UPDATE]) {
        add_legend(played, "u4 updated to 4");
    }
    if (has_lost) {
        add_legend(played, "x update lost");
    }
}

int played_begin(struct played *played, const struct export_run *run)
{
    struct playhead head;
    *played = (struct played){.run = run};
    clean_copy(played->title, sizeof played->title, run->title, strlen(run->title));
    if (!tape_is_whole(run->tape)) {
        return -ENODATA;
    }
    played->first = tape_first_step(run->tape);
    played->end = tape_last_step(run->tape) + 1;
    played->last = tape_model(run->tape, UINT64_MAX, &head);
    played->now = model_new();
    if (played->last == NULL || played->now == NULL || played->last->no_memory) {
        return -ENOMEM;
    }
    choose_legend(played);
    return index_sentences(played);
}

void played_end(struct played *played)
{
    model_free(played->last);
    model_free(played->now);
    free(played->said);
}

bool played_to(struct played *played, uint64_t step)
{
    played->seen = played->now->sentences_gone + played->now->sentence_count;
    return tape_play(played->run->tape, played->now, &played->head, step) &&
           !played->now->no_memory;
}

const struct moment *played_moment(const struct played *played, uint64_t step)
{
    const struct model *last = played->last;
    if (last->moment_count == 0 || step < last->moments[0].step) {
        return NULL;
    }
    uint64_t index = step - last->moments[0].step;
    bool is_there = index < last->moment_count && last->moments[index].step == step;
    return is_there ? &last->moments[index] : NULL;
}

void sentence_words(const struct model *model, const struct sentence *sentence,
                    char *text, size_t size)
{
    char line[EXPORT_TEXT];
    if (sentence->kind != SAY_PRINTED || sentence->output_length == 0) {
        snprintf(text, size, "%s", sentence->text);
        return;
    }
    model_printed(model, sentence, line, sizeof line);
    snprintf(text, size, "%s printed: %s",
             sentence->process == MP_NOBODY ? "somebody"
                                            : model_name(model, sentence->process),
             line);
}

void played_sentence(const struct played *played, uint64_t step, char *text, size_t size)
{
    const struct model *now = played->now;
    text[0] = '\0';
    if (step < played->first || step >= played->end) {
        return;
    }
    uint32_t said = played->said[step - played->first];
    if (said != NOTHING_SAID) {
        sentence_words(played->last, &played->last->sentences[said], text, size);
        return;
    }
    /* of a long run the last model keeps the newest ones only */
    uint64_t from =
        played->seen > now->sentences_gone ? played->seen : now->sentences_gone;
    for (size_t i = (size_t)(from - now->sentences_gone); i < now->sentence_count; i++) {
        if (now->sentences[i].step == step) {
            sentence_words(now, &now->sentences[i], text, size);
            return;
        }
    }
}

const char *played_verdict(const struct played *played)
{
    const struct model *last = played->last;
    for (size_t i = last->sentence_count; i-- > 0;) {
        enum sentence_kind kind = last->sentences[i].kind;
        if (kind == SAY_ALL_ENDED || kind == SAY_STUCK) {
            return last->sentences[i].text;
        }
    }
    return "";
}

bool played_place(const struct played *played, const struct mp_deed *deed,
                  struct source_place *place)
{
    const struct export_run *run = played->run;
    bool has_place =
        deed->place != 0 && deed->op != MP_OP_NAME && deed->op != MP_OP_CREATE;
    return has_place && run->find != NULL &&
           run->find(run->context, deed->place, place) && place->line > 0;
}

bool played_time(const struct played *played, uint64_t when, uint64_t *nanoseconds)
{
    const struct tape *tape = played->run->tape;
    double tick = played->run->tick * 1e9;
    uint64_t ticks, passed;
    unsigned slot;
    tape_clock_is(tape, &ticks, &passed);
    if (tick <= 0 && ticks != 0) {
        tick = (double)passed / (double)ticks;
    }
    *nanoseconds = 0;
    if (!(tick > 0) || tape_events(tape) == 0) {
        return false;
    }
    uint64_t begin = tape_event_at(tape, 0, &slot)->when;
    double after = when > begin ? (double)(when - begin) * tick : 0;
    *nanoseconds = after < 1e18 ? (uint64_t)(after + 0.5) : (uint64_t)1e18;
    return true;
}

int export_flush(FILE *out)
{
    errno = 0;
    bool good = fflush(out) == 0 && ferror(out) == 0;
    return good ? 0 : errno != 0 ? -errno : -EIO;
}
