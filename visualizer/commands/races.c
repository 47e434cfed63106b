// SPDX-License-Identifier: MIT
/* The data races of a run, in lines. See races.h. */
#include "commands/races.h"

#include "model/races.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WIDTH = 75, SENTENCE = 1200, WORDS = 320, INDENT = 2 };

/* --- lines ---------------------------------------------------------------------------------- */

/* Columns of the first so many bytes: names may have letters of several bytes. */
static int columns_of(const char *text, size_t bytes)
{
    int columns = 0;
    for (size_t i = 0; i < bytes; i++) {
        columns += ((unsigned char)text[i] & 0xc0) != 0x80;
    }
    return columns;
}

/* The most bytes, up to a blank, that fit into so many columns; a word that is longer than a
   line is cut. */
static size_t bytes_that_fit(const char *text, int columns)
{
    size_t end = 0, most = 0;
    for (size_t i = 0; text[i] != '\0' && columns_of(text, i + 1) <= columns; i++) {
        most = i + 1;
        end = text[i + 1] == ' ' || text[i + 1] == '\0' ? i + 1 : end;
    }
    return end > 0 ? end : most;
}

/* Broken between words; what goes on is set in. */
static void put(FILE *out, const char *text)
{
    int indent = 0;
    while (*text != '\0') {
        size_t end = bytes_that_fit(text, WIDTH - indent);
        fprintf(out, "%*s%.*s\n", indent, "", (int)end, text);
        text += end;
        text += strspn(text, " ");
        indent = INDENT;
    }
}

/* --- one race ------------------------------------------------------------------------------- */

struct sides {
    struct source_place first, second;
};

/* "increment-1 wrote it (lock_race.c:52)"; where the line is not known, the step. */
static void side_text(const struct model *model, const struct race_side *side,
                      const struct source_place *place, char *text, size_t size)
{
    char words[WORDS / 2];
    races_side_words(model, side, words, sizeof words);
    if (place->line > 0) {
        snprintf(text, size, "%s (%.60s:%d)", words, file_name(place->file), place->line);
    } else if (side->step != 0) {
        snprintf(text, size, "%s (step %" PRIu64 ")", words, side->step);
    } else {
        snprintf(text, size, "%s", words);
    }
}

static void put_race(FILE *out, const struct model *model, const struct race *race,
                     const struct sides *sides)
{
    char text[SENTENCE];
    char first[WORDS], second[WORDS], since[WORDS];
    side_text(model, &race->first, &sides->first, first, sizeof first);
    side_text(model, &race->second, &sides->second, second, sizeof second);
    races_order_words(model, race, since, sizeof since);
    snprintf(text, sizeof text, "%s: %s and %s; nothing ordered the two%s%s: a data race.",
             race->name, first, second, *since != '\0' ? " since " : "", since);
    put(out, text);
}

static bool same_line(const struct source_place *a, const struct source_place *b)
{
    return a->line == b->line && strcmp(a->file, b->file) == 0;
}

/* += reads and writes: two places of the program, and one line. Told once is enough. */
static bool is_told(const struct sides *sides, size_t index)
{
    const struct sides *now = &sides[index];
    for (size_t i = 0; i < index; i++) {
        bool straight = same_line(&sides[i].first, &now->first) &&
                        same_line(&sides[i].second, &now->second);
        bool crossed = same_line(&sides[i].first, &now->second) &&
                       same_line(&sides[i].second, &now->first);
        if (now->first.line > 0 && now->second.line > 0 && (straight || crossed)) {
            return true;
        }
    }
    return false;
}

/* --- all ------------------------------------------------------------------------------------ */

static void put_all(FILE *out, struct session *session, const struct model *model,
                    struct sides *sides)
{
    size_t count = races_count(model);
    for (size_t i = 0; i < count; i++) {
        const struct race *race = races_at(model, i);
        session_address(session, race->first.place, &sides[i].first);
        session_address(session, race->second.place, &sides[i].second);
        if (!is_told(sides, i)) {
            put_race(out, model, race, &sides[i]);
        }
    }
    if (races_more(model) != 0) {
        char text[WORDS];
        snprintf(text, sizeof text, "There are more: %" PRIu64 " other pairs of accesses.",
                 races_more(model));
        put(out, text);
    }
}

static void put_verdict(FILE *out, const struct session *session,
                        const struct model *model)
{
    bool none = races_count(model) == 0;
    if (!races_are_certain(model) && none && !model->controlled) {
        put(out, "Free, nobody knows in which order two accesses came: no data race is "
                 "claimed. Run it one step at a time.");
    } else if (!races_are_certain(model)) {
        put(out,
            none ? "No data race was seen, but not all of this run could be looked at."
                 : "Not all of this run could be looked at: there may be more.");
    } else if (none && !session->entry.hooked) {
        put(out, model_why_nothing_shared(false));
    } else if (none) {
        put(out, model != session->model || !session->ended
                     ? "No data race so far: every two accesses of one value were ordered."
                     : "No data race in this run: every two accesses of one value were "
                       "ordered.");
    } else {
        put(out,
            "A data race: two accesses of one value, one of them a write, and nothing "
            "says which is first. Also where it came out right this time.");
    }
}

char *races_text(struct session *session, const struct model *model)
{
    char *text = NULL;
    size_t size;
    struct sides *sides = calloc(races_count(model) + 1, sizeof *sides);
    FILE *out = sides == NULL ? NULL : open_memstream(&text, &size);
    if (out == NULL) {
        free(sides);
        return NULL;
    }
    put_all(out, session, model, sides);
    put_verdict(out, session, model);
    bool good = !ferror(out);
    good = fclose(out) == 0 && good;
    free(sides);
    if (!good) {
        free(text);
        text = NULL;
    }
    return text;
}
