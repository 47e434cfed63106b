// SPDX-License-Identifier: MIT
/*
 * What the two files of the trace share: export_chrome.c has tracks and slices,
 * export_arrows.c what goes from one to another, and the counters.
 */
#ifndef REPORT_EXPORT_CHROME_H
#define REPORT_EXPORT_CHROME_H

#include "report/export_private.h"

#define STEP_NS UINT64_C(1000000)
#define TRACK_UNKNOWN UINT64_C(1000000000)

/* A slice as it was drawn. */
struct slice {
    uint64_t from, to, tid;
};

/* Somebody waits, and its slice has not been drawn. */
struct wait {
    bool open;
    uint8_t op; /* free running */
    uint64_t since, tid;
    char why[EXPORT_TEXT];
};

/* An item that was put and not taken yet. */
struct put_item {
    uint16_t object;
    uint32_t number;
    struct slice slice;
};

/* A value that has a counter. */
struct counter {
    bool begun;
    uint64_t value;
};

struct trace {
    FILE *out;
    bool any; /* an event stands before */
    struct played played;
    bool by_steps;
    uint64_t step; /* the next one */
    uint64_t at;   /* time of the newest event */
    uint64_t first_when;
    struct wait waits[MP_PROCESSES];
    bool killed[MP_PROCESSES];           /* by the person; its death follows */
    struct slice given_back[MP_OBJECTS]; /* a lock; .tid 0: not */
    struct put_item *items;
    size_t item_count, item_room;
    struct counter *counters; /* by field */
    size_t counter_room;
    uint64_t arrows;
    bool no_memory;
};

/* One event of the trace: what all have; then more members; then its end. */
void trace_begin(struct trace *trace, const char *phase, const char *name, uint64_t at,
                 uint64_t tid);
void trace_string(struct trace *trace, const char *key, const char *value);
void trace_end(struct trace *trace);
/* Likewise, of a slice. */
void trace_slice(struct trace *trace, const char *name, const char *kind, uint64_t from,
                 uint64_t to, uint64_t tid);
uint64_t trace_track(const struct trace *trace, unsigned slot);

/* Before the next step, when everybody stands: who waits. */
void trace_look(struct trace *trace);
/* At the end: draws the waits that go on. */
void trace_close(struct trace *trace);

/* Counters of what a step was about. */
void trace_moment(struct trace *trace, const struct moment *moment);

/* Arrows that end, or begin, at what was done. NULL: it has no slice. */
void trace_flow(struct trace *trace, const struct mp_deed *deed,
                const struct slice *slice);

void trace_free(struct trace *trace);

#endif
