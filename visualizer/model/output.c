// SPDX-License-Identifier: MIT
/*
 * What the program printed, who printed it, and how it came out.
 *
 * The text comes from the terminal and has no names; OUTPUT events have names and lengths
 * and no text. A line belongs to the first event of its length: what was printed past mp
 * (by write(), on stderr) finds no event and belongs to nobody. The terminal writes "\r\n"
 * where the program wrote "\n"; that "\r" is not counted.
 */
#include "model/private.h"

#include <stdio.h>
#include <string.h>

static uint64_t output_end(const struct model *model)
{
    return model->output_gone + model->output_length;
}

static const char *output_at(const struct model *model, uint64_t place)
{
    return model->output + (place - model->output_gone);
}

/* The end of the line that starts at `place`, behind its newline; 0: it has not ended. */
static uint64_t line_end(const struct model *model, uint64_t place)
{
    if (place < model->output_gone || place >= output_end(model)) {
        return 0;
    }
    const char *start = output_at(model, place);
    const char *newline = memchr(start, '\n', (size_t)(output_end(model) - place));
    return newline == NULL ? 0 : place + (uint64_t)(newline - start) + 1;
}

/* Bytes that the program wrote for the lines from `place` to `end`. */
static uint64_t written_bytes(const struct model *model, uint64_t place, uint64_t end)
{
    const char *text = output_at(model, place);
    uint64_t bytes = end - place;
    for (uint64_t i = 0; i + 1 < end - place; i++) {
        bytes -= text[i] == '\r' && text[i + 1] == '\n';
    }
    return bytes;
}

/* Copies one line without what ends it. */
static void copy_line(const struct model *model, uint64_t place, uint64_t length,
                      char *line, size_t size)
{
    size_t room = length < size - 1 ? (size_t)length : size - 1;
    memcpy(line, output_at(model, place), room);
    line[room] = '\0';
    line[strcspn(line, "\r\n")] = '\0';
    model_clean(line);
}

/* Says what was printed from `place` to `end`, in this sentence. */
static void fill_in(const struct model *model, struct sentence *sentence, uint64_t place,
                    uint64_t end)
{
    int at = snprintf(sentence->text, sizeof(sentence->text),
                      "%s printed: ", model_name(model, sentence->process));
    copy_line(model, place, end - place, sentence->text + at,
              sizeof(sentence->text) - (size_t)at);
    sentence->output_at = place;
    sentence->output_length = (uint32_t)(end - place);
    sentence->open = false;
}

/* Tells all lines up to `end`, whose nobody knows. */
static void tell_nobodys(struct model *model, uint64_t end)
{
    uint64_t place = model->hidden->matched;
    model->hidden->matched = end;
    while (place < end) {
        uint64_t next = line_end(model, place);
        next = next == 0 || next > end ? end : next;
        struct sentence *sentence = say(model, SAY_PRINTED, MP_NOBODY, 0, "%s", "");
        if (sentence != NULL) {
            fill_in(model, sentence, place, next);
        }
        place = next;
    }
}

/* The sentence that waits for this text; NULL: it is so old that it is gone. */
static struct sentence *sentence_of(struct model *model, const struct printed *printed)
{
    size_t index = printed->sentence - model->sentences_gone;
    return printed->sentence >= model->sentences_gone && index < model->sentence_count
               ? &model->sentences[index]
               : NULL;
}

/* Looks for the line of one event. True: found, and those before it are nobody's. */
static bool match(struct model *model, const struct printed *printed)
{
    uint64_t start = model->hidden->matched;
    for (unsigned skipped = 0; skipped < WAITING_LINES; skipped++) {
        uint64_t end = line_end(model, start);
        if (end == 0) {
            return false;
        }
        if (written_bytes(model, start, end) == printed->bytes) {
            tell_nobodys(model, start);
            model->hidden->matched = end;
            struct sentence *sentence = sentence_of(model, printed);
            if (sentence != NULL) {
                fill_in(model, sentence, start, end);
            }
            return true;
        }
        start = end;
    }
    return false;
}

/* The oldest `count` that wait have been matched, or will not be any more. */
static void forget_printed(struct model *model, size_t count)
{
    struct model_private *hidden = model->hidden;
    for (size_t i = 0; i < count; i++) {
        struct sentence *sentence = sentence_of(model, &hidden->printed[i]);
        if (sentence != NULL) {
            sentence->open = false;
        }
    }
    hidden->printed_count -= count;
    memmove(hidden->printed, hidden->printed + count,
            hidden->printed_count * sizeof(*hidden->printed));
}

static void match_all(struct model *model)
{
    struct model_private *hidden = model->hidden;
    for (size_t i = 0; i < hidden->printed_count; i++) {
        if (match(model, &hidden->printed[i])) {
            forget_printed(model,
                           i + 1); /* those before it will not find theirs any more */
            i = (size_t)-1;
        }
    }
}

/* Nobody else could have printed it. Free running, two lines of the same length may come in
   another order than their events. */
static bool is_alone(const struct model *model, unsigned slot)
{
    for (unsigned i = 0; i < model->process_count; i++) {
        enum mp_life life = model->processes[i].entry.life;
        if (i != slot && (life == MP_LIFE_STARTED || life == MP_LIFE_ALIVE)) {
            return false;
        }
    }
    return true;
}

void output_event(struct model *model, const struct happening *h)
{
    struct model_private *hidden = model->hidden;
    if (hidden->printed_count == WAITING_LINES) {
        forget_printed(model, 1);
    }
    bool known = h->controlled || is_alone(model, h->slot);
    struct sentence *sentence =
        say(model, SAY_PRINTED, known ? h->slot : MP_NOBODY, h->step,
            "%s printed a line.", model_name(model, h->slot));
    if (sentence == NULL) {
        return;
    }
    sentence->open = true;
    hidden->printed[hidden->printed_count++] = (struct printed){
        .bytes = h->deed->value,
        .sentence = model->sentences_gone + model->sentence_count - 1,
    };
    match_all(model);
}

/* More lines than can be waiting for their events: nobody will claim the oldest. */
static void let_go(struct model *model)
{
    uint64_t place = model->hidden->matched;
    for (unsigned lines = 0; lines < 2 * WAITING_LINES; lines++) {
        place = line_end(model, place);
        if (place == 0) {
            return;
        }
    }
    tell_nobodys(model, place);
}

static void drop_oldest(struct model *model)
{
    if (model->output_length <= 2 * (size_t)KEEP_OUTPUT) {
        return;
    }
    size_t gone = model->output_length - KEEP_OUTPUT;
    memmove(model->output, model->output + gone, KEEP_OUTPUT + 1);
    model->output_length = KEEP_OUTPUT;
    model->output_gone += gone;
    if (model->hidden->matched < model->output_gone) {
        model->hidden->matched = model->output_gone;
    }
}

static void take_output(struct model *model, const char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (!model_grow(model, &model->output, model->output_length + 1,
                        &model->output_room, 1)) {
            return;
        }
        model->output[model->output_length++] = bytes[i] == '\0' ? '?' : bytes[i];
        model->output[model->output_length] = '\0';
    }
}

void model_output(struct model *model, const char *bytes, size_t length)
{
    while (length > 0) { /* a flood comes in pieces */
        size_t piece = length < KEEP_OUTPUT ? length : KEEP_OUTPUT;
        take_output(model, bytes, piece);
        match_all(model);
        let_go(model);
        drop_oldest(model);
        bytes += piece;
        length -= piece;
    }
}

void output_finish(struct model *model)
{
    match_all(model);
    forget_printed(model, model->hidden->printed_count);
    tell_nobodys(model, output_end(model));
}

const char *model_printed(const struct model *model, const struct sentence *sentence,
                          char *line, size_t size)
{
    line[0] = '\0';
    if (sentence->output_length != 0 && sentence->output_at >= model->output_gone) {
        copy_line(model, sentence->output_at, sentence->output_length, line, size);
    }
    return line;
}

const char *model_last_line(const struct model *model, char *line, size_t size)
{
    line[0] = '\0';
    size_t end = model->output_length;
    while (end > 0 && model->output[end - 1] != '\n') {
        end -= 1; /* what has no newline yet is no line */
    }
    while (end > 0 && (model->output[end - 1] == '\n' || model->output[end - 1] == '\r')) {
        end -= 1;
    }
    size_t start = end;
    while (start > 0 && model->output[start - 1] != '\n') {
        start -= 1;
    }
    if (end > start) {
        copy_line(model, model->output_gone + start, end - start, line, size);
    }
    return line;
}
