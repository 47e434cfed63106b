// SPDX-License-Identifier: MIT
// Recordings as text in memory: written, read, and made by hand.
#pragma once

#include "unit/tapes.h"

#include "report/recording.h"

#include <errno.h>

enum { WHY = 512 }; // bytes of a message

static inline struct recording_head recording_head_made(void)
{
    struct recording_head head = {.program = "lock_race",
                                  .path = "/lab/demos/lock_race",
                                  .title = "2 processes, 1 increment each",
                                  .summary = "two processes add to one counter",
                                  .twin = "lock_fixed",
                                  .lesson = "40-race-and-lock",
                                  .rate = "bytes",
                                  .grain = MP_GRAIN_MEMORY,
                                  .seed = 7,
                                  .exit_status = 1,
                                  .ended = true,
                                  .repeatable = true,
                                  .hooked = true,
                                  .schedule = "1m-3f9a lock_race --increments 1 @ 1212"};
    ck_assert(recording_add_argument(&head, "--increments"));
    ck_assert(recording_add_argument(&head, "1"));
    return head;
}

static inline bool maker_place(void *context, uint32_t address, struct source_place *place)
{
    (void)context;
    *place = (struct source_place){.file = "/lab/demos/lock_race.c",
                                   .line = address == MAKER_READS ? 50 : 51,
                                   .function = "increment"};
    return address == MAKER_READS || address == MAKER_WRITES;
}

// The text of a recording, which the caller frees.
static inline char *recording_text(const struct recording_head *head,
                                   const struct tape *tape, place_finder *find,
                                   void *context)
{
    char *text;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    agrees(out != NULL);
    agrees(recording_write(out, head, tape, find, context) == 0);
    agrees(fclose(out) == 0);
    agrees(strlen(text) == size);
    return text;
}

static inline struct recording *recording_of(char *text)
{
    struct recording *recording;
    char why[512] = "";
    FILE *in = fmemopen(text, strlen(text), "r");
    ck_assert_ptr_nonnull(in);
    int rc = recording_read_stream(in, "file", &recording, why, sizeof why);
    fclose(in);
    ck_assert_msg(rc == 0, "%d: %s", rc, why);
    return recording;
}

// Reads what calls itself race.txt. What recording_read_stream() returns.
static inline int read_bytes(const char *bytes, size_t size, struct recording **recording,
                             char *why)
{
    FILE *in = fmemopen((char *)(size > 0 ? bytes : "\n"), size > 0 ? size : 1, "r");
    *recording = NULL;
    *why = '\0';
    int rc =
        in == NULL ? -errno : recording_read_stream(in, "race.txt", recording, why, WHY);
    if (in != NULL) {
        fclose(in);
    }
    return rc;
}

// The last line of a text, which is as it should be. The caller frees what is returned.
static inline char *closed(const char *text, int events, int marks)
{
    uint64_t sum = 0xcbf29ce484222325u;
    bool at_begin = true, counts = true;
    for (const char *at = text; *at != '\0'; at++) {
        counts = at_begin ? (*at != '#' && *at != '\n') || at == text : counts;
        at_begin = *at == '\n';
        sum = counts ? (sum ^ (unsigned char)*at) * 0x100000001b3u : sum;
    }
    char *whole;
    agrees(asprintf(&whole, "%send\t%d\t%d\t%016llx\n", text, events, marks,
                    (unsigned long long)sum) > 0);
    return whole;
}

static inline void assert_refused(const char *bytes, size_t size, const char *expected)
{
    struct recording *recording;
    char why[WHY];
    int rc = read_bytes(bytes, size, &recording, why);
    ck_assert_ptr_null(recording);
    ck_assert_str_eq(why, expected);
    ck_assert_int_eq(rc, -EINVAL);
}

static inline struct recording *assert_read(const char *text)
{
    struct recording *recording;
    char why[WHY];
    int rc = read_bytes(text, strlen(text), &recording, why);
    ck_assert_msg(rc == 0, "%s", why);
    return recording;
}
