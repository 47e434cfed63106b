// SPDX-License-Identifier: MIT
/*
 * The short phrases of the tables: the kernel's state, what a process has done and does
 * next, and the cells of the steps table.
 */
#include "model/private.h"

#include <stdio.h>
#include <string.h>

const char *model_kernel_word(char state)
{
    switch (state) {
    case 'R':
        return "R can run";
    case 'S':
        return "S sleeps";
    case 'D':
        return "D disk wait";
    case 'T':
    case 't':
        return "T stopped";
    case 'Z':
        return "Z zombie";
    case 'X':
        return "X gone";
    case 'I':
        return "I idle";
    default:
        return "-";
    }
}

void want_words(const struct model *model, const struct mp_deed *deed, char *text,
                size_t size)
{
    char place[MP_NAME_SIZE];
    if (op_is_call(deed->op)) {
        call_want_words(model, deed, text, size);
        return;
    }
    place_words(model, deed->offset, place, sizeof(place));
    const char *object = model_object_name(model, deed->object);
    const char *process = model_name(model, deed->object);
    switch (deed->op) {
    case MP_OP_START:
        snprintf(text, size, "start %s", process);
        break;
    case MP_OP_BEGIN:
        snprintf(text, size, "begin");
        break;
    case MP_OP_OUTPUT:
        snprintf(text, size, "print a line");
        break;
    case MP_OP_SLEEP:
        snprintf(text, size, "sleep %llu ms", (unsigned long long)deed->value);
        break;
    case MP_OP_END:
        snprintf(text, size, "end");
        break;
    case MP_OP_JOIN:
        snprintf(text, size, "join %s", process);
        break;
    case MP_OP_READ:
        snprintf(text, size, "read %s", place);
        break;
    case MP_OP_WRITE:
        snprintf(text, size, "write %s", place);
        break;
    case MP_OP_UPDATE:
        snprintf(text, size, "update %s", place);
        break;
    case MP_OP_READ_RANGE:
        snprintf(text, size, "copy out of %s", place);
        break;
    case MP_OP_WRITE_RANGE:
        snprintf(text, size, "copy into %s", place);
        break;
    case MP_OP_LOCK_ACQUIRE:
        snprintf(text, size, "get %s", object);
        break;
    case MP_OP_LOCK_TRY:
        snprintf(text, size, "try %s", object);
        break;
    case MP_OP_LOCK_RELEASE:
        snprintf(text, size, "give back %s", object);
        break;
    case MP_OP_BARRIER_WAIT:
        snprintf(text, size, "pass %s", object);
        break;
    default:
        snprintf(text, size, "-");
        break;
    }
}

void model_does_next(const struct model *model, unsigned slot, char *text, size_t size)
{
    snprintf(text, size, "-");
    if (slot >= MP_PROCESSES) {
        return;
    }
    const struct mp_process_entry *entry = &model->processes[slot].entry;
    if (entry->life != MP_LIFE_STARTED && entry->life != MP_LIFE_ALIVE) {
        return;
    }
    if (entry->waiting) {
        want_words(model, &entry->now, text, size);
    } else if (entry->life == MP_LIFE_ALIVE) {
        snprintf(text, size, "runs");
    }
}

/* What an access did, with the value as far as it is known: for a write it is what was
   there before until the write has settled. */
static void access_words(const struct model *model, const struct mp_deed *deed,
                         char *text, size_t size)
{
    static const char *const verbs[MP_OPS] = {
        [MP_OP_READ] = "read",
        [MP_OP_WRITE] = "wrote",
        [MP_OP_UPDATE] = "updated",
    };
    char place[MP_NAME_SIZE];
    char value[32];
    place_words(model, deed->offset, place, sizeof(place));
    bool told = deed->op == MP_OP_READ || mp_deed_phase(deed) == MP_SETTLED;
    if (!told || !access_is_whole(model, deed)) {
        snprintf(text, size, "%s %s", verbs[deed->op], place);
        return;
    }
    value_words(model, deed->offset, mp_deed_size(deed), deed->value, value,
                sizeof(value));
    snprintf(text, size, "%s %s: %s", verbs[deed->op], place, value);
}

void done_words(const struct model *model, const struct mp_deed *deed, char *text,
                size_t size)
{
    const char *object = model_object_name(model, deed->object);
    const char *process = model_name(model, deed->object);
    bool failed = mp_deed_phase(deed) == MP_FAILED;
    if (op_is_call(deed->op)) {
        call_done_words(model, deed, text, size);
        return;
    }
    switch (deed->op) {
    case MP_OP_START:
        snprintf(text, size, failed ? "could not start %s" : "started %s", process);
        break;
    case MP_OP_BEGIN:
        snprintf(text, size, "started");
        break;
    case MP_OP_OUTPUT:
        snprintf(text, size, "printed a line");
        break;
    case MP_OP_SLEEP:
        snprintf(text, size, "slept %llu ms", (unsigned long long)deed->value);
        break;
    case MP_OP_END:
        snprintf(text, size, "ended, status %d", (int)(int64_t)deed->value);
        break;
    case MP_OP_JOIN:
        snprintf(text, size, failed ? "stopped waiting for %s" : "joined %s", process);
        break;
    case MP_OP_READ:
    case MP_OP_WRITE:
    case MP_OP_UPDATE:
        access_words(model, deed, text, size);
        break;
    case MP_OP_READ_RANGE:
    case MP_OP_WRITE_RANGE:
        snprintf(text, size, "copied %llu bytes", (unsigned long long)deed->value);
        break;
    case MP_OP_LOCK_ACQUIRE:
    case MP_OP_LOCK_TRY:
        snprintf(text, size, failed ? "did not get %s" : "got %s", object);
        break;
    case MP_OP_LOCK_RELEASE:
        snprintf(text, size, "gave back %s", object);
        break;
    case MP_OP_BARRIER_WAIT:
        snprintf(text, size, failed ? "found %s broken" : "passed %s", object);
        break;
    default:
        snprintf(text, size, "-");
        break;
    }
}

/* Where calls are the steps, what is below them (a printed line, an access) does not hide the
   call that was made last. */
static const struct mp_deed *last_that_counts(const struct model *model, unsigned slot)
{
    const struct mp_deed *last = &model->processes[slot].entry.last;
    const struct mp_deed *step = &model->hidden->processes[slot].last_step;
    bool below = last->op == MP_OP_OUTPUT || last->op == MP_OP_SLEEP ||
                 (last->op >= MP_OP_READ && last->op <= MP_OP_WRITE_RANGE);
    return model->grain == MP_GRAIN_CALLS && below && step->op != MP_OP_NONE ? step
                                                                             : last;
}

void model_has_done(const struct model *model, unsigned slot, char *text, size_t size)
{
    snprintf(text, size, "-");
    if (slot >= MP_PROCESSES) {
        return;
    }
    const struct mp_process_entry *entry = &model->processes[slot].entry;
    if (entry->life >= MP_LIFE_ENDED && entry->last.op != MP_OP_END) {
        if (entry->status == MP_STATUS_UNKNOWN) {
            snprintf(text, size, "ended");
        } else if (entry->status < 0) {
            snprintf(text, size, "killed, %s", signal_name(-entry->status));
        } else {
            snprintf(text, size, "ended, status %d", entry->status);
        }
    } else if (entry->life >= MP_LIFE_ALIVE) {
        done_words(model, last_that_counts(model, slot), text, size);
    }
}

static void access_cell(const struct model *model, const struct moment *moment,
                        char *text, size_t size)
{
    const struct mp_deed *deed = &moment->deed;
    char letter = deed->op == MP_OP_READ ? 'r' : deed->op == MP_OP_WRITE ? 'w' : 'u';
    char value[32];
    if (!moment->settled || !access_is_whole(model, deed)) {
        snprintf(text, size, "%c%s", letter, moment->settled ? ".." : "");
        return;
    }
    value_words(model, deed->offset, mp_deed_size(deed), moment->after, value,
                sizeof(value));
    bool lost = moment->write < model->write_count && model->writes[moment->write].lost;
    snprintf(text, size, "%c%s%s", letter, value, lost ? "x" : "");
}

void model_cell(const struct model *model, const struct moment *moment, char *text,
                size_t size)
{
    static const char *const cells[MP_OPS] = {
        [MP_OP_START] = "S",        [MP_OP_BEGIN] = "B",
        [MP_OP_OUTPUT] = "P",       [MP_OP_END] = "E",
        [MP_OP_DIE] = "K",          [MP_OP_JOIN] = "J",
        [MP_OP_READ_RANGE] = "r..", [MP_OP_WRITE_RANGE] = "w..",
        [MP_OP_LOCK_ACQUIRE] = "L", [MP_OP_LOCK_TRY] = "L",
        [MP_OP_LOCK_RELEASE] = "U",
    };
    const struct mp_deed *deed = &moment->deed;
    const char *cell = deed->op < MP_OPS ? cells[deed->op] : NULL;
    if (deed->op == MP_OP_READ || deed->op == MP_OP_WRITE || deed->op == MP_OP_UPDATE) {
        access_cell(model, moment, text, size);
    } else if (op_is_call(deed->op)) {
        call_cell(model, deed, text, size);
    } else if (mp_deed_phase(deed) == MP_FAILED) {
        snprintf(text, size, "no");
    } else {
        snprintf(text, size, "%s", cell == NULL ? "?" : cell);
    }
}
