// SPDX-License-Identifier: MIT
/*
 * The panel on the source: the lines around where processes stand, each process marked at
 * its line in the margin. Processes that stand far apart have a region each; the line
 * numbers show where one ends.
 */
#include "screen/glyphs.h"
#include "screen/layout.h"
#include "screen/people.h"
#include "screen/text.h"

#include <stdio.h>
#include <string.h>

enum { LINES_MOST = 200, LINES_GOOD = 25, LANES_MOST = 5, MARGIN = 4 };

/* The lines shown, in order: they depend on where processes stand, and on nothing else. The
   same moment looks the same however one came to it. */
struct excerpt {
    int count;
    int rows;
    int lines[LINES_MOST];
};

static bool is_this_file(const struct view *view, const char *file)
{
    return view->source_name != NULL &&
           strcmp(basename(file), basename(view->source_name)) == 0;
}

/* The line at which a process stands in the file shown; 0: in none. */
static int line_of(const struct view *view, unsigned slot)
{
    const struct source_place *place = &view->places[slot];
    unsigned life = view->model->processes[slot].entry.life;

    if ((life != MP_LIFE_STARTED && life != MP_LIFE_ALIVE) || place->line <= 0 ||
        place->line > source_lines(view->source) || !is_this_file(view, place->file)) {
        return 0;
    }
    return place->line;
}

static bool has_line(const struct excerpt *excerpt, int line)
{
    for (int i = 0; i < excerpt->count; i++) {
        if (excerpt->lines[i] == line) {
            return true;
        }
    }
    return false;
}

static void add_line(const struct view *view, struct excerpt *excerpt, int line)
{
    int at = excerpt->count;

    if (line < 1 || line > source_lines(view->source) ||
        excerpt->count >= excerpt->rows || has_line(excerpt, line)) {
        return;
    }
    for (; at > 0 && excerpt->lines[at - 1] > line; at--) {
        excerpt->lines[at] = excerpt->lines[at - 1];
    }
    excerpt->lines[at] = line;
    excerpt->count++;
}

/* The line of a process that waits for another one's end is the least interesting. */
static bool only_joins(const struct view *view, unsigned slot)
{
    return view->model->processes[slot].entry.now.op == MP_OP_JOIN;
}

static void add_standing(const struct view *view, struct excerpt *excerpt, bool joining)
{
    unsigned moved = view->model->moved_last;

    if (moved < view->model->process_count && only_joins(view, moved) == joining) {
        add_line(view, excerpt, line_of(view, moved));
    }
    for (unsigned slot = 0; slot < view->model->process_count; slot++) {
        if (only_joins(view, slot) == joining) {
            add_line(view, excerpt, line_of(view, slot));
        }
    }
}

/* Widens all regions by turns, below and above, until the rows are full. */
static void widen(const struct view *view, struct excerpt *excerpt)
{
    struct excerpt seeds = *excerpt;

    for (int far = 1; excerpt->count < excerpt->rows && far <= LINES_MOST; far++) {
        for (int i = 0; i < seeds.count; i++) {
            add_line(view, excerpt, seeds.lines[i] + far);
            add_line(view, excerpt, seeds.lines[i] - far);
        }
    }
}

static void choose_lines(const struct view *view, int rows, struct excerpt *excerpt)
{
    *excerpt = (struct excerpt){.rows = rows < LINES_MOST ? rows : LINES_MOST};
    add_standing(view, excerpt, false);
    if (excerpt->count < excerpt->rows &&
        (excerpt->count == 0 || excerpt->rows > MARGIN)) {
        add_standing(view, excerpt, true);
    }
    widen(view, excerpt);
}

/* A lane for each process: "◄1  ◄2". Returns where the marks begin. */
static int draw_lanes(const struct view *view, const struct area *area, int row, int line,
                      const struct people *people)
{
    char mark[TEXT_SIZE];
    int end = area->cols - 1;
    int left = end;

    for (size_t i = people->count; i-- > 0; end -= people_digits(view) + 3) {
        unsigned slot = people->slots[i];
        if (line_of(view, slot) == line) {
            snprintf(mark, sizeof(mark), "%s%u", glyph(GLYPH_AT), slot);
            left = put_before(area, row, end, STYLE_PROCESS + (int)slot, mark) - 1;
        }
    }
    return left;
}

/* Many processes: "◄1-4 7". */
static int draw_ranges(const struct view *view, const struct area *area, int row,
                       int line, const struct people *people)
{
    char marks[TEXT_SIZE];
    size_t used = 0;
    unsigned last = MP_NOBODY;

    for (size_t i = 0; i < people->count && used < sizeof(marks); i++) {
        unsigned slot = people->slots[i];
        if (line_of(view, slot) != line) {
            continue;
        }
        bool goes_on = i + 1 < people->count && people->slots[i + 1] == slot + 1 &&
                       line_of(view, slot + 1) == line;
        if (last == MP_NOBODY || slot != last + 1 || !goes_on) {
            bool joined = last != MP_NOBODY && slot == last + 1;
            used += (size_t)snprintf(marks + used, sizeof(marks) - used, "%s%u",
                                     used == 0 ? glyph(GLYPH_AT)
                                     : joined  ? "-"
                                               : " ",
                                     slot);
        }
        last = slot;
    }
    if (used == 0) {
        return area->cols - 1;
    }
    int room = area->cols / 2;
    int columns = text_columns(marks);
    int left = area->cols - 1 - (columns < room ? columns : room);
    put_width(area, row, left, room, STYLE_STRONG, marks);
    return left - 1;
}

static int draw_marks(const struct view *view, const struct area *area, int row, int line)
{
    struct people people;

    people_with_steps(view, &people);
    if (people.count > 0 && people.slots[0] != 0 && line_of(view, 0) == line) {
        people_all(view, &people); /* main stands here too */
    }
    return people.count <= LANES_MOST ? draw_lanes(view, area, row, line, &people)
                                      : draw_ranges(view, area, row, line, &people);
}

static void draw_line(const struct view *view, const struct area *area, int row, int line)
{
    char number[TEXT_SIZE];
    int end = draw_marks(view, area, row, line);
    bool stands = end < area->cols - 1;

    snprintf(number, sizeof(number), "%s%4d", stands ? glyph(GLYPH_HERE) : " ", line);
    int col = put(area, row, 0, stands ? STYLE_STRONG : STYLE_NORMAL, number) + 2;
    put_width(area, row, col, end - col, stands ? STYLE_STRONG : STYLE_NORMAL,
              source_line(view->source, line));
}

/* Why there is nothing to show. */
static void reason_text(const struct view *view, char *text, size_t size)
{
    if (view->source_name != NULL && *view->source_name != '\0') {
        snprintf(text, size, "%s is not where it was when this was built.",
                 view->source_name);
    } else {
        snprintf(text, size,
                 "No line numbers: they need a program built with -g, and libdw.");
    }
}

void source_draw(const struct view *view, const struct area *area, int lines, int spacing)
{
    struct excerpt excerpt;

    choose_lines(view, lines, &excerpt);
    for (int i = 0; i < excerpt.count && i * spacing < area->rows; i++) {
        draw_line(view, area, i * spacing, excerpt.lines[i]);
    }
    if (excerpt.count == 0) {
        put(area, 0, 1, STYLE_NORMAL,
            view->mode == RUN_ENDED ? "No process stands in this file any more."
                                    : "No process stands in this file yet.");
    }
}

static void draw(const struct view *view, const struct area *area)
{
    if (view->source == NULL) {
        char reason[TEXT_SIZE];
        reason_text(view, reason, sizeof(reason));
        put_text(area, 0, 1, STYLE_NORMAL, reason);
        return;
    }
    source_draw(view, area, area->rows, 1);
}

/* All of the file, from where somebody stands. */
static int full(const struct view *view, const struct area *area)
{
    unsigned moved = view->model->moved_last;

    if (view->source == NULL) {
        draw(view, area);
        return 0;
    }
    int line = moved < MP_PROCESSES ? line_of(view, moved) : 0;
    int lines = source_lines(view->source);
    int most = lines > area->rows ? lines - area->rows : 0;
    int start = line > area->rows / 2 ? line - area->rows / 2 : 0;
    start = start < most ? start : most;
    int first = start - view->scroll;
    first = first < 0 ? 0 : first < most ? first : most;
    for (int i = 0; i < area->rows && first + i < lines; i++) {
        draw_line(view, area, i, first + i + 1);
    }
    return start - first;
}

static struct panel_rows rows(const struct view *view, int cols)
{
    if (view->source == NULL) {
        char reason[TEXT_SIZE];
        reason_text(view, reason, sizeof(reason));
        int lines = text_rows(reason, cols - 1);
        return (struct panel_rows){1, lines, lines};
    }
    int lines = source_lines(view->source);
    int most = lines < LINES_GOOD ? lines : LINES_GOOD;
    return (struct panel_rows){1, most < 3 ? most : 3, most};
}

static const char *name(const struct view *view)
{
    return view->source_name != NULL && *view->source_name != '\0' ? view->source_name
                                                                   : "source";
}

const struct panel panel_source = {name, NULL, rows, draw, 4, false, full};

/* Where something else is looked at. */
const struct panel panel_source_late = {name, NULL, rows, draw, 5, true, full};
