// SPDX-License-Identifier: MIT
/* lab explore DEMO --kill: what becomes of a program when one of its processes is killed. */
#include "commands/explore.h"

#include "clock.h"
#include "model/grow.h"
#include "report/crash_map.h"
#include "session/crashes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PROGRESS_MS = 200 };

struct lines {
    struct crash_line *list;
    size_t count, room;
    struct debuginfo *info;
    struct source *source; /* of the file in which the first one lies */
    char file[256];
};

static void show_progress(const struct crashes *crashes)
{
    if (crashes->kills) {
        fprintf(stderr, "\r%llu deaths in %llu of %llu schedules   ",
                (unsigned long long)crashes->runs, (unsigned long long)crashes->schedules,
                (unsigned long long)crashes->exploration.outcomes.schedules);
    } else {
        fprintf(stderr, "\r%llu schedules   ",
                (unsigned long long)crashes->exploration.outcomes.schedules);
    }
}

static void run_all(struct crashes *crashes)
{
    uint64_t shown = mp_nanoseconds();
    bool progress = isatty(STDERR_FILENO);
    while (crashes_run(crashes)) {
        uint64_t now = mp_nanoseconds();
        if (progress && now - shown > PROGRESS_MS * 1000000ull) {
            show_progress(crashes);
            shown = now;
        }
    }
    if (progress) {
        fprintf(stderr, "\r%78s\r", "");
    }
}

/* --- lines ------------------------------------------------------------------------------------ */

static const char *text_of(struct lines *lines, const struct source_place *place)
{
    if (place->line == 0) {
        return "";
    }
    if (lines->source == NULL) {
        snprintf(lines->file, sizeof lines->file, "%.255s", place->file);
        lines->source = source_find(place->file);
    }
    bool same = lines->source != NULL && strcmp(lines->file, place->file) == 0;
    return same ? source_line(lines->source, place->line) : "";
}

/* The line of this place; several places may lie on one line. */
static struct crash_line *line_of(struct lines *lines, const struct crash_place *crash)
{
    struct source_place place = {.line = 0};
    if (lines->info == NULL || !debuginfo_place(lines->info, crash->place, &place) ||
        strstr(place.file, "demos/mp/") != NULL) {
        place = (struct source_place){.line = 0};
    }
    for (size_t i = 0; i < lines->count; i++) {
        if (lines->list[i].place.line == place.line &&
            strcmp(lines->list[i].place.file, place.file) == 0) {
            return &lines->list[i];
        }
    }
    if (!grow_array(&lines->list, lines->count, 1, &lines->room, sizeof *lines->list)) {
        return NULL;
    }
    struct crash_line *line = &lines->list[lines->count++];
    *line = (struct crash_line){.place = place, .text = text_of(lines, &place)};
    return line;
}

static int compare_lines(const void *left, const void *right)
{
    const struct crash_line *a = left;
    const struct crash_line *b = right;
    int files = strcmp(a->place.file, b->place.file);
    return files != 0 ? files : a->place.line - b->place.line;
}

static void find_lines(struct lines *lines, const struct crashes *crashes)
{
    for (size_t i = 0; i < crashes->count; i++) {
        struct crash_line *line = line_of(lines, &crashes->places[i]);
        for (int kind = 0; line != NULL && kind < CRASH_KINDS; kind++) {
            line->counts[kind] += crashes->places[i].counts[kind];
        }
    }
    if (lines->count > 1) {
        qsort(lines->list, lines->count, sizeof *lines->list, compare_lines);
    }
}

/* --- codes ------------------------------------------------------------------------------------ */

/* The shortest of this kind. NULL: there is none. */
static const struct crash_place *find_first(const struct crashes *crashes,
                                            enum crash_kind kind)
{
    const struct crash_place *first = NULL;
    for (size_t i = 0; i < crashes->count; i++) {
        const struct crash_place *place = &crashes->places[i];
        if (place->counts[kind] > 0 &&
            (first == NULL || place->step_counts[kind] < first->step_counts[kind])) {
            first = place;
        }
    }
    return first;
}

static char *code_of(const struct explore_options *options, const struct crashes *crashes,
                     enum crash_kind kind)
{
    struct schedule schedule = {.count = 0};
    const struct crash_place *place = find_first(crashes, kind);
    if (place == NULL) {
        return NULL;
    }
    bool good = true;
    for (size_t i = 0; good && i < place->step_counts[kind]; i++) {
        good = schedule_add(&schedule, MOVE_STEP, place->steps[kind][i]);
    }
    good = good && schedule_add(&schedule, MOVE_KILL, place->killed[kind]);
    char *code = good ? explore_code(options, &schedule) : NULL;
    schedule_free(&schedule);
    return code;
}

static int tell(const struct crashes *crashes, const struct explore_options *options)
{
    struct lines lines = {.info = debuginfo_open(options->run.demo.path)};
    find_lines(&lines, crashes);
    char *hangs = code_of(options, crashes, CRASH_HANGS);
    char *corrupts = code_of(options, crashes, CRASH_CORRUPTS);
    struct crash_map map = {.lines = lines.list,
                            .count = lines.count,
                            .program = options->run.demo.name,
                            .schedules = crashes->schedules,
                            .runs = crashes->runs,
                            .complete = crashes->exploration.state == EXPLORE_COMPLETE,
                            .codes = {[CRASH_HANGS] = hangs, [CRASH_CORRUPTS] = corrupts}};
    crash_map_text(&map, stdout);
    fflush(stdout);
    free(hangs);
    free(corrupts);
    free(lines.list);
    source_close(lines.source);
    debuginfo_close(lines.info);
    bool bad = crashes->counts[CRASH_HANGS] > 0 || crashes->counts[CRASH_CORRUPTS] > 0;
    return bad ? LAB_PROGRAM_FAILED : LAB_FINE;
}

int explore_crashes(const struct explore_options *options,
                    const struct exploration_setup *setup)
{
    static struct crashes crashes;
    char why[512];
    if (crashes_start(&crashes, setup, why, sizeof why) != 0) {
        return lab_error(LAB_CANNOT, "%s", why);
    }
    run_all(&crashes);
    exploration_stop(&crashes.exploration);
    int rc = crashes.exploration.state == EXPLORE_CANNOT
                 ? explore_say_why_not(&crashes.exploration, options)
                 : tell(&crashes, options);
    crashes_end(&crashes);
    return rc;
}
