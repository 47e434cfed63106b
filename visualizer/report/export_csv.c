// SPDX-License-Identifier: MIT
/*
 * A run as a table for a spreadsheet: RFC 4180, a row for each step.
 *
 * A spreadsheet takes a cell that begins with = + - or @ for a formula and computes it. What
 * is no number gets an apostrophe before it, which it takes for "this is text".
 */
#include "report/export_private.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

/* Its own end of a line is both characters, on all systems. */
#define END_OF_ROW "\r\n"

static void put_field(FILE *out, const char *text)
{
    bool formula =
        text[0] != '\0' && strchr("=+-@\t\r", text[0]) != NULL && !is_json_number(text);
    if (!formula && strpbrk(text, ",\"\r\n") == NULL) {
        fputs(text, out);
        return;
    }
    fputs(formula ? "\"'" : "\"", out);
    for (; *text != '\0'; text++) {
        fputs(*text == '"' ? "\"\"" : (char[]){*text, '\0'}, out);
    }
    fputc('"', out);
}

static void put_next(FILE *out, const char *text)
{
    fputc(',', out);
    put_field(out, text);
}

static void put_seconds(FILE *out, const struct played *played, uint64_t step)
{
    uint64_t index;
    uint64_t ns;
    unsigned slot;
    fputc(',', out);
    if (tape_step_at(played->run->tape, step, &index) &&
        played_time(played, tape_event_at(played->run->tape, index, &slot)->when, &ns)) {
        fprintf(out, "%" PRIu64 ".%06" PRIu64, ns / 1000000000, ns / 1000 % 1000000);
    }
}

static void put_place(FILE *out, const struct played *played, const struct mp_deed *deed)
{
    struct source_place place;
    if (!played_place(played, deed, &place)) {
        fputs(",,", out);
        return;
    }
    model_clean(place.file);
    put_next(out, place.file);
    fprintf(out, ",%d", place.line);
}

static bool is_update(const struct mp_deed *deed)
{
    return deed->op == MP_OP_WRITE || deed->op == MP_OP_UPDATE;
}

static void put_rest(FILE *out, const struct played *played, const struct moment *moment)
{
    char text[EXPORT_TEXT];
    steps_value(played->last, moment, text, sizeof text);
    put_next(out, text);
    bool lost = steps_cell(played->last, moment, text, sizeof text);
    put_next(out, lost ? "yes" : is_update(&moment->deed) ? "no" : "");
    steps_after(played->last, moment, text, sizeof text);
    put_next(out, text);
    put_place(out, played, &moment->deed);
    played_sentence(played, moment->step, text, sizeof text);
    put_next(out, text);
    fputs(END_OF_ROW, out);
}

/* Names are those of the moment before: after it, an entry may already be another one's. */
static bool put_row(FILE *out, struct played *played, const struct moment *moment)
{
    char text[EXPORT_TEXT];
    fprintf(out, "%" PRIu64, moment->step);
    put_seconds(out, played, moment->step);
    fprintf(out, ",%u", moment->process);
    put_next(out, model_name(played->now, moment->process));
    put_next(out, steps_operation(moment->deed.op));
    steps_about(played->now, &moment->deed, text, sizeof text);
    put_next(out, text);
    bool good = played_to(played, moment->step);
    put_rest(out, played, moment);
    return good;
}

int export_csv(FILE *out, const struct export_run *run)
{
    struct played played;
    int rc = played_begin(&played, run);
    if (rc == 0) {
        fputs(
            "step,seconds,process,name,operation,object,value,lost,value after,file,line,"
            "sentence" END_OF_ROW,
            out);
        rc = played_to(&played, played.first - 1) ? 0 : -ENOMEM;
    }
    for (uint64_t step = played.first; rc == 0 && step < played.end; step++) {
        const struct moment *moment = played_moment(&played, step);
        if (moment == NULL || !put_row(out, &played, moment)) {
            rc = -ENOMEM; /* a column is missing only when there was no room for it */
        }
    }
    played_end(&played);
    return rc != 0 ? rc : export_flush(out);
}
