// SPDX-License-Identifier: MIT
/*
 * A run as a trace that Perfetto opens: a track per process, a slice per step and per wait,
 * counters for shared values and queues, arrows from a put to its get and from giving a lock
 * back to the next one who takes it.
 *
 * The time of a stepped run is not the program's: it stood nearly all of it. So a step is
 * drawn as one millisecond, and step 7 stands at 7 ms. Where there are no steps, the events'
 * own times are taken. All times here are nanoseconds.
 */
#include "report/export_chrome.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* --- JSON ------------------------------------------------------------------------------ */

void trace_begin(struct trace *trace, const char *phase, const char *name, uint64_t at,
                 uint64_t tid)
{
    fprintf(trace->out, "%s\n{\"ph\":\"%s\",\"pid\":1,\"tid\":%" PRIu64 ",\"ts\":%" PRIu64,
            trace->any ? "," : "", phase, tid, at / 1000);
    if (at % 1000 != 0) {
        fprintf(trace->out, ".%03" PRIu64, at % 1000);
    }
    fputs(",\"name\":", trace->out);
    put_json(trace->out, name);
    trace->any = true;
}

void trace_string(struct trace *trace, const char *key, const char *value)
{
    fprintf(trace->out, ",\"%s\":", key);
    put_json(trace->out, value);
}

void trace_end(struct trace *trace)
{
    fputs("}", trace->out);
}

static void put_duration(struct trace *trace, uint64_t ns)
{
    fprintf(trace->out, ",\"dur\":%" PRIu64, ns / 1000);
    if (ns % 1000 != 0) {
        fprintf(trace->out, ".%03" PRIu64, ns % 1000);
    }
}

/* --- tracks ---------------------------------------------------------------------------- */

/* A track for everybody who was made, not for each entry of the table, which may have been
   used by several. 0 is kept free: viewers take it for the idle task. */
uint64_t trace_track(const struct trace *trace, unsigned slot)
{
    uint32_t life = trace->played.now->processes[slot].life;
    return life == NO_LIFE ? TRACK_UNKNOWN + slot : (uint64_t)life + 1;
}

static void put_track(struct trace *trace, uint64_t tid, const char *name)
{
    trace_begin(trace, "M", "thread_name", 0, tid);
    fputs(",\"args\":{\"name\":", trace->out);
    put_json(trace->out, name);
    fputs("}", trace->out);
    trace_end(trace);
    trace_begin(trace, "M", "thread_sort_index", 0, tid);
    fprintf(trace->out, ",\"args\":{\"sort_index\":%" PRIu64 "}", tid);
    trace_end(trace);
}

static void put_tracks(struct trace *trace)
{
    const struct model *last = trace->played.last;
    trace_begin(trace, "M", "process_name", 0, 1);
    fputs(",\"args\":{\"name\":", trace->out);
    put_json(trace->out, trace->played.title);
    fputs("}", trace->out);
    trace_end(trace);
    for (size_t i = 0; i < last->life_count; i++) {
        const char *name = last->lives[i].name;
        put_track(trace, i + 1, name[0] != '\0' ? name : "somebody");
    }
}

/* --- what happened --------------------------------------------------------------------- */

static const char *category(unsigned op)
{
    return op < MP_OP_CREATE ? "life" : op <= MP_OP_WRITE_RANGE ? "memory" : "call";
}

void trace_slice(struct trace *trace, const char *name, const char *kind, uint64_t from,
                 uint64_t to, uint64_t tid)
{
    trace_begin(trace, "X", name, from, tid);
    trace_string(trace, "cat", kind);
    put_duration(trace, to > from ? to - from : 0);
}

static void put_instant(struct trace *trace, const char *name, uint64_t at, unsigned slot)
{
    trace_begin(trace, "i", name, at, trace_track(trace, slot));
    trace_string(trace, "cat", "life");
    trace_string(trace, "s", "t");
    trace_end(trace);
}

static void put_source(struct trace *trace, const struct mp_deed *deed)
{
    struct source_place place;
    char text[sizeof place.file + 16];
    if (played_place(&trace->played, deed, &place)) {
        snprintf(text, sizeof text, "%s:%d", place.file, place.line);
        trace_string(trace, "source", text);
    }
}

static void put_args(struct trace *trace, const struct mp_deed *deed,
                     const struct moment *moment)
{
    char text[EXPORT_TEXT];
    fprintf(trace->out, ",\"args\":{\"step\":%" PRIu64, moment->step);
    steps_value(trace->played.last, moment, text, sizeof text);
    if (text[0] != '\0') {
        trace_string(trace, "value", text);
    }
    if (steps_cell(trace->played.last, moment, text, sizeof text)) {
        fputs(",\"lost\":true", trace->out);
    }
    trace_string(trace, "cell", text);
    put_source(trace, deed);
    fputs("}", trace->out);
}

/* "write counter: 4 (lost)" */
static void slice_name(const struct trace *trace, const struct mp_deed *deed,
                       const struct moment *moment, char *text, size_t size)
{
    char about[EXPORT_TEXT];
    char value[EXPORT_TEXT] = "";
    char cell[EXPORT_TEXT];
    bool lost = false;
    steps_about(trace->played.now, deed, about, sizeof about);
    if (moment != NULL) {
        steps_value(trace->played.last, moment, value, sizeof value);
        lost = steps_cell(trace->played.last, moment, cell, sizeof cell);
    } else if (mp_deed_phase(deed) == MP_FAILED) {
        snprintf(value, sizeof value, "failed");
    }
    snprintf(text, size, "%s%s%s%s%s%s", steps_operation(deed->op),
             about[0] != '\0' ? " " : "", about, value[0] != '\0' ? ": " : "", value,
             lost ? " (lost)" : "");
}

static void put_step(struct trace *trace, unsigned slot, const struct mp_deed *deed,
                     uint64_t step, struct slice *slice)
{
    char name[3 * EXPORT_TEXT];
    const struct moment *moment = played_moment(&trace->played, step);
    *slice =
        (struct slice){step * STEP_NS, (step + 1) * STEP_NS, trace_track(trace, slot)};
    slice_name(trace, deed, moment, name, sizeof name);
    trace_slice(trace, name, category(deed->op), slice->from, slice->to, slice->tid);
    if (moment != NULL) {
        put_args(trace, deed, moment);
    }
    trace_end(trace);
    if (moment != NULL) {
        trace_moment(trace, moment);
    }
}

/* Free running: from when it was wanted, where it had to wait, to when it was done. */
static void put_free(struct trace *trace, unsigned slot, const struct mp_deed *deed,
                     uint64_t at, struct slice *slice)
{
    char name[3 * EXPORT_TEXT];
    struct wait *wait = &trace->waits[slot];
    bool waited = wait->open && wait->op == deed->op;
    *slice = (struct slice){waited ? wait->since : at, at, trace_track(trace, slot)};
    wait->open = false;
    slice_name(trace, deed, NULL, name, sizeof name);
    trace_slice(trace, name, waited ? "wait" : category(deed->op), slice->from, slice->to,
                slice->tid);
    fputs(",\"args\":{\"waited\":", trace->out);
    fputs(waited ? "true" : "false", trace->out);
    put_source(trace, deed);
    fputs("}", trace->out);
    trace_end(trace);
}

/* What has no length, and is told by an instant or by a track of its own. */
static bool is_point(const struct mp_deed *deed)
{
    return deed->op == MP_OP_BEGIN || deed->op == MP_OP_END || deed->op == MP_OP_DIE ||
           deed->op == MP_OP_MAKE || deed->op == MP_OP_FORGET ||
           deed->op == MP_OP_CREATE || deed->op == MP_OP_DESTROY;
}

static void put_life(struct trace *trace, unsigned slot, const struct mp_deed *deed,
                     uint64_t at)
{
    switch (deed->op) {
    case MP_OP_BEGIN:
        put_instant(trace, "born", at, slot);
        break;
    case MP_OP_END:
        put_instant(trace, "ended", at, slot);
        break;
    case MP_OP_DIE:
        put_instant(trace, trace->killed[slot] ? "killed by hand" : "died", at, slot);
        trace->killed[slot] = false;
        break;
    default:
        break;
    }
}

/* --- the tape -------------------------------------------------------------------------- */

/* Where an event stands that is no step: between the last step and the next. */
static uint64_t time_of(const struct trace *trace, const struct mp_event *event)
{
    uint64_t ns;
    if (trace->by_steps) {
        return trace->step * STEP_NS;
    }
    return played_time(&trace->played, event->when, &ns) ? ns
           : event->when > trace->first_when             ? event->when - trace->first_when
                                                         : 0;
}

static void put_event(struct trace *trace, uint64_t index)
{
    unsigned slot;
    uint64_t at;
    struct slice slice;
    const struct mp_event *event = tape_event_at(trace->played.run->tape, index, &slot);
    const struct mp_deed *deed = &event->deed;
    bool is_step = tape_step_at(trace->played.run->tape, trace->step, &at) && at == index;
    if (is_step) {
        trace_look(trace);
    }
    trace->at = time_of(trace, event);
    model_event(trace->played.now, slot, event);
    if (deed->op == MP_OP_NAME || deed->op == MP_OP_NONE || deed->op >= MP_OPS ||
        mp_deed_phase(deed) >= MP_SETTLED) {
        return;
    }
    if (mp_deed_phase(deed) == MP_WANT) {
        if (!trace->by_steps) {
            trace->waits[slot] =
                (struct wait){.open = true, .op = deed->op, .since = trace->at};
        }
        return;
    }
    put_life(trace, slot, deed, trace->at);
    if (is_step) {
        put_step(trace, slot, deed, trace->step++, &slice);
        trace_flow(trace, deed, &slice);
    } else if (!trace->by_steps && !is_point(deed)) {
        put_free(trace, slot, deed, trace->at, &slice);
        trace_flow(trace, deed, &slice);
    } else {
        trace_flow(trace, deed, NULL);
    }
}

static void put_mark(struct trace *trace, const struct mark *mark)
{
    if (mark->kind == MARK_KILLED) {
        trace->killed[mark->slot] = true;
    } else if (mark->kind == MARK_STUCK) {
        trace_begin(trace, "i", "STUCK: nobody can go on", trace->at, 1);
        trace_string(trace, "cat", "life");
        trace_string(trace, "s", "g");
        trace_end(trace);
    }
    tape_tell(trace->played.now, mark);
}

static void put_marks(struct trace *trace, uint64_t *next, uint64_t event,
                      struct snapshot *room)
{
    const struct tape *tape = trace->played.run->tape;
    struct mark mark;
    for (; *next < tape_marks(tape); ++*next) {
        tape_mark_at(tape, *next, &mark, room);
        if (mark.at > event) {
            return;
        }
        put_mark(trace, &mark);
    }
}

static int put_tape(struct trace *trace)
{
    const struct tape *tape = trace->played.run->tape;
    struct snapshot *room = malloc(sizeof *room);
    uint64_t mark = 0;
    if (room == NULL) {
        return -ENOMEM;
    }
    for (uint64_t i = 0; i < tape_events(tape) && !trace->no_memory; i++) {
        put_marks(trace, &mark, i, room);
        put_event(trace, i);
    }
    put_marks(trace, &mark, tape_events(tape), room);
    trace_look(trace);
    trace_close(trace);
    free(room);
    return trace->no_memory || trace->played.now->no_memory ? -ENOMEM : 0;
}

/* --- the file -------------------------------------------------------------------------- */

static void put_head(struct trace *trace)
{
    const struct export_run *run = trace->played.run;
    fputs("{\"displayTimeUnit\":\"ms\",\"otherData\":{\"title\":", trace->out);
    put_json(trace->out, trace->played.title);
    if (run->code[0] != '\0') {
        trace_string(trace, "schedule", run->code);
    }
    trace_string(trace, "time",
                 trace->by_steps
                     ? "One step is drawn as 1 ms, and step 7 stands at 7 ms. The program "
                       "was stepped: how long a step took says nothing about it."
                     : "Times are those at which it happened.");
    fputs("},\"traceEvents\":[", trace->out);
}

int export_chrome(FILE *out, const struct export_run *run)
{
    struct trace *trace = calloc(1, sizeof *trace);
    unsigned slot;
    if (trace == NULL) {
        return -ENOMEM;
    }
    trace->out = out;
    int rc = played_begin(&trace->played, run);
    if (rc == 0) {
        trace->by_steps = trace->played.end > trace->played.first;
        trace->step = trace->played.first;
        trace->first_when =
            tape_events(run->tape) > 0 ? tape_event_at(run->tape, 0, &slot)->when : 0;
        put_head(trace);
        put_tracks(trace);
        rc = put_tape(trace);
        fputs("\n]}\n", out);
    }
    played_end(&trace->played);
    trace_free(trace);
    return rc != 0 ? rc : export_flush(out);
}
