// SPDX-License-Identifier: MIT
/* The crash map as text. See crash_map.h. */
#include "report/crash_map.h"

#include <string.h>

static const struct {
    char letter;
    const char *name, *meaning;
} kinds[CRASH_MAP_KINDS] = {
    {'F', "finishes", "the program ends well all the same"},
    {'R', "reports", "it ends, and its exit status says that something went wrong"},
    {'H', "hangs", "somebody waits for ever"},
    {'C', "corrupts", "it ends as if all were well, and its values are wrong"},
};

/* "F.R", a point for each kind that did not happen: so that columns are columns. */
static void put_letters(const struct crash_line *line, FILE *out)
{
    for (int kind = 0; kind < CRASH_MAP_KINDS; kind++) {
        fputc(line->counts[kind] > 0 ? kinds[kind].letter : '.', out);
    }
}

static void put_line(const struct crash_line *line, FILE *out)
{
    enum { WIDTH = 66 }; /* so that it fits in 80 */
    const char *text = line->text + strspn(line->text, " \t");
    if (line->place.line == 0) {
        fprintf(out, "  ");
        put_letters(line, out);
        fprintf(out, "      (in the library)\n");
        return;
    }
    fprintf(out, "  ");
    put_letters(line, out);
    fprintf(out, "  %4d  %.*s\n", line->place.line, WIDTH, text);
}

static void put_source(const struct crash_map *map, FILE *out)
{
    const char *file = "";
    for (size_t i = 0; i < map->count; i++) {
        const struct crash_line *line = &map->lines[i];
        if (line->place.line > 0 && strcmp(file, line->place.file) != 0) {
            file = line->place.file;
            fprintf(out, "Killed just before what this line does, in %s:\n",
                    file_name(file));
        }
        put_line(line, out);
    }
}

static void put_table(const struct crash_map *map, FILE *out)
{
    uint64_t sums[CRASH_MAP_KINDS] = {0};
    fprintf(out, "  line");
    for (int kind = 0; kind < CRASH_MAP_KINDS; kind++) {
        fprintf(out, "%10s", kinds[kind].name);
    }
    fputc('\n', out);
    for (size_t i = 0; i < map->count; i++) {
        const struct crash_line *line = &map->lines[i];
        if (line->place.line > 0) {
            fprintf(out, "  %4d", line->place.line);
        } else {
            fprintf(out, "     -");
        }
        for (int kind = 0; kind < CRASH_MAP_KINDS; kind++) {
            fprintf(out, "%10llu", (unsigned long long)line->counts[kind]);
            sums[kind] += line->counts[kind];
        }
        fputc('\n', out);
    }
    fprintf(out, "   all");
    for (int kind = 0; kind < CRASH_MAP_KINDS; kind++) {
        fprintf(out, "%10llu", (unsigned long long)sums[kind]);
    }
    fputc('\n', out);
}

void crash_map_text(const struct crash_map *map, FILE *out)
{
    fprintf(out,
            "%s: in each schedule with at most one forced switch one process was killed\n"
            "before each of its steps: %llu schedule%s, %llu death%s%s.\n",
            map->program, (unsigned long long)map->schedules,
            map->schedules == 1 ? "" : "s", (unsigned long long)map->runs,
            map->runs == 1 ? "" : "s", map->complete ? "" : "; stopped: not a proof");
    put_source(map, out);
    put_table(map, out);
    for (int kind = 0; kind < CRASH_MAP_KINDS; kind++) {
        fprintf(out, "  %c %s: %s\n", kinds[kind].letter, kinds[kind].name,
                kinds[kind].meaning);
    }
    for (int kind = 0; kind < CRASH_MAP_KINDS; kind++) {
        if (map->codes[kind] != NULL) {
            fprintf(out, "One that %s:\n  %s\n", kinds[kind].name, map->codes[kind]);
        }
    }
}
