// SPDX-License-Identifier: MIT
// Exports in memory, and looking into them.
#pragma once

#include "report/export.h"
#include "wellformed.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct exported {
    char *text;
    size_t size;
};

static inline struct exported export_to_memory(int (*write)(FILE *,
                                                            const struct export_run *),
                                               const struct export_run *run)
{
    struct exported exported = {NULL, 0};
    FILE *out = open_memstream(&exported.text, &exported.size);
    ck_assert_ptr_nonnull(out);
    ck_assert_int_eq(write(out, run), 0);
    fclose(out);
    ck_assert_uint_eq(strlen(exported.text), exported.size);
    return exported;
}

// How often a text is in it.
static inline unsigned times_in(const char *text, const char *what)
{
    unsigned times = 0;
    for (; (text = strstr(text, what)) != NULL; text += strlen(what)) {
        times++;
    }
    return times;
}

static inline struct exported svg_of(const struct export_run *run)
{
    struct exported svg = export_to_memory(export_svg, run);
    char why[256];
    ck_assert_msg(xml_is_good(svg.text, svg.size, why, sizeof why), "%s:\n%s", why,
                  svg.text);
    return svg;
}

static inline struct csv *csv_of(const struct export_run *run)
{
    struct exported text = export_to_memory(export_csv, run);
    char why[256];
    struct csv *csv = csv_read(text.text, text.size, why, sizeof why);
    ck_assert_msg(csv != NULL, "%s:\n%s", why, text.text);
    free(text.text);
    return csv;
}

// The columns of a row.
enum {
    CSV_STEP,
    CSV_SECONDS,
    CSV_PROCESS,
    CSV_NAME,
    CSV_OPERATION,
    CSV_OBJECT,
    CSV_VALUE,
    CSV_LOST,
    CSV_AFTER,
    CSV_FILE,
    CSV_LINE,
    CSV_SENTENCE,
    CSV_COLUMNS
};

static inline struct json *chrome_of(const struct export_run *run)
{
    struct exported text = export_to_memory(export_chrome, run);
    char why[256];
    struct json *json = json_read(text.text, text.size, why, sizeof why);
    ck_assert_msg(json != NULL, "%s:\n%s", why, text.text);
    ck_assert_ptr_nonnull(json_get(json, "traceEvents"));
    ck_assert_str_ne(json_text(json_get(json, "otherData"), "time"), "");
    free(text.text);
    return json;
}

// Goes through the events of the trace in this phase.
#define each_event(json, phase, event)                                                   \
    for (const struct json *list_##event = json_get((json), "traceEvents"),              \
                           *event = list_##event->children;                              \
         event < list_##event->children + list_##event->count; event++)                  \
        if (strcmp(json_text(event, "ph"), (phase)) == 0)

// The slice of this step; NULL: none. Fails when there are two.
static inline const struct json *slice_of(const struct json *json, double step)
{
    const struct json *found = NULL;
    each_event(json, "X", event)
    {
        if (json_number(json_get(event, "args"), "step") == step) {
            ck_assert_msg(found == NULL, "step %.0f has two slices", step);
            found = event;
        }
    }
    return found;
}

// The slice on this track in which this time is.
static inline const struct json *slice_at(const struct json *json, double tid, double ts)
{
    each_event(json, "X", event)
    {
        double from = json_number(event, "ts");
        if (json_number(event, "tid") == tid && from <= ts &&
            ts <= from + json_number(event, "dur")) {
            return event;
        }
    }
    return NULL;
}

// Both ends of each arrow are there, in this order, in slices of two tracks, and are shown to
// `look`. Returns how many arrows there are.
static inline unsigned check_arrows(const struct json *json, const char *name,
                                    void (*look)(const struct json *from,
                                                 const struct json *to))
{
    unsigned count = 0;
    each_event(json, "s", start)
    {
        const struct json *finish = NULL;
        if (strcmp(json_text(start, "name"), name) != 0) {
            continue;
        }
        each_event(json, "f", end)
        {
            if (json_number(end, "id") == json_number(start, "id")) {
                ck_assert_ptr_null(finish);
                finish = end;
            }
        }
        ck_assert_ptr_nonnull(finish);
        ck_assert_str_eq(json_text(finish, "name"), name);
        ck_assert_str_eq(json_text(finish, "bp"), "e");
        const struct json *from =
            slice_at(json, json_number(start, "tid"), json_number(start, "ts"));
        const struct json *to =
            slice_at(json, json_number(finish, "tid"), json_number(finish, "ts"));
        ck_assert_ptr_nonnull(from);
        ck_assert_ptr_nonnull(to);
        ck_assert(json_number(from, "ts") < json_number(to, "ts"));
        look(from, to);
        count++;
    }
    unsigned starts = 0;
    unsigned ends = 0;
    each_event(json, "s", event)
    {
        starts++;
    }
    each_event(json, "f", event)
    {
        ends++;
    }
    ck_assert_uint_eq(starts, ends);
    return count;
}

// A film, line by line.
struct film {
    unsigned pictures, markers;
    char last_picture[8192];
    char labels[4096]; // of the markers, a line each
};

static inline void check_picture(const char *text)
{
    static const char clear[] = "\x1b[2J\x1b[H";
    ck_assert_int_eq(strncmp(text, clear, strlen(clear)), 0);
    text += strlen(clear);
    unsigned rows = 1;
    unsigned columns = 0;
    for (; *text != '\0'; text++) {
        if (*text == '\r') {
            ck_assert_int_eq(*++text, '\n');
            rows++;
            columns = 0;
            continue;
        }
        ck_assert_msg((unsigned char)*text >= 0x20, "byte %d in a picture", *text);
        columns += ((unsigned char)*text & 0xc0) != 0x80;
        ck_assert_uint_le(columns, 80);
    }
    ck_assert_uint_le(rows, 24);
}

static inline void read_film_line(struct film *film, const char *line, size_t length,
                                  double *before)
{
    char why[256];
    struct json *json = json_read(line, length, why, sizeof why);
    ck_assert_msg(json != NULL, "%s: %.*s", why, (int)length, line);
    ck_assert(json->kind == JSON_ARRAY && json->count == 3);
    const struct json *part = json->children;
    ck_assert(part[0].kind == JSON_NUMBER && part[1].kind == JSON_STRING &&
              part[2].kind == JSON_STRING);
    ck_assert(part[0].number >= *before);
    *before = part[0].number;
    if (strcmp(part[1].text, "o") == 0) {
        check_picture(part[2].text);
        ck_assert(part[0].number == 0.5 * film->pictures); // two a second
        film->pictures++;
        snprintf(film->last_picture, sizeof film->last_picture, "%s", part[2].text);
    } else {
        ck_assert_str_eq(part[1].text, "m");
        film->markers++;
        size_t used = strlen(film->labels);
        snprintf(film->labels + used, sizeof film->labels - used, "%s\n", part[2].text);
    }
    json_free(json);
}

static inline struct film film_of(const struct export_run *run)
{
    struct exported text = export_to_memory(export_cast, run);
    struct film film = {.pictures = 0};
    char why[256];
    double before = 0;
    bool head = true;
    for (const char *line = text.text; *line != '\0';) {
        const char *end = strchr(line, '\n');
        ck_assert_ptr_nonnull(end);
        if (head) {
            struct json *json = json_read(line, (size_t)(end - line), why, sizeof why);
            ck_assert_msg(json != NULL, "%s", why);
            ck_assert(json_number(json, "version") == 2);
            ck_assert(json_number(json, "width") == 80);
            ck_assert(json_number(json, "height") == 24);
            json_free(json);
        } else {
            read_film_line(&film, line, (size_t)(end - line), &before);
        }
        head = false;
        line = end + 1;
    }
    ck_assert(!head);
    free(text.text);
    return film;
}
