// SPDX-License-Identifier: MIT
/*
 * Who waits for whom, where nobody can go: a row for each, with both places in the source; a
 * circle is drawn as one, at the left.
 *
 *     ┌► left  ── wants lock_b (deadlock.c:41) ──► right, who took it at deadlock.c:47
 *     └─ right ── wants lock_a (deadlock.c:49) ──► left, who took it at deadlock.c:39
 *        main  ── waits for left to end ──► left, who cannot end
 *
 * Where that is too wide the name of the file stands in the rule instead; where it is too wide
 * still, each has two rows.
 */
#include "screen/glyphs.h"
#include "screen/layout.h"
#include "screen/text.h"

#include <stdio.h>
#include <string.h>

enum { NAME_COL = 4, NAME_MOST = 20, ROWS_LEAST = 6, LINE = 2 };

/* How it is written; each needs less room than the one before. */
enum shape { WITH_FILES, WITH_LINES, IN_TWO_ROWS };

static void place_text(const struct source_place *place, enum shape shape, char *text,
                       size_t size)
{
    *text = '\0';
    if (place->line > 0 && shape == WITH_LINES) {
        snprintf(text, size, "line %d", place->line);
    } else if (place->line > 0) {
        snprintf(text, size, "%.60s:%d", file_name(place->file), place->line);
    }
}

static const struct source_place *waits_at(const struct view *view, unsigned edge)
{
    return &view->places[view->graph.edges[edge].from];
}

/* The file in which they all wait and took what they have; NULL: there are several, or none
   is known. */
static const char *one_file(const struct view *view)
{
    const char *file = NULL;
    for (unsigned i = 0; i < view->graph.count; i++) {
        const struct source_place *places[] = {waits_at(view, i), &view->took[i]};
        for (int j = 0; j < 2; j++) {
            if (places[j]->line > 0 && file != NULL &&
                strcmp(file, file_name(places[j]->file)) != 0) {
                return NULL;
            }
            file = places[j]->line > 0 ? file_name(places[j]->file) : file;
        }
    }
    return file;
}

/* The two halves of an edge: what it wants, and whose that is. */
struct halves {
    char wants[TEXT_SIZE];
    char whose[TEXT_SIZE];
};

static struct halves halves_of(const struct view *view, unsigned edge, enum shape shape)
{
    struct halves halves = {.wants = ""};
    char place[TEXT_SIZE / 2];
    const struct graph_edge *it = &view->graph.edges[edge];
    place_text(waits_at(view, edge), shape, place, sizeof(place));
    graph_wants(view->model, it, place, halves.wants, sizeof(halves.wants));
    place_text(&view->took[edge], shape, place, sizeof(place));
    graph_whose(view->model, &view->graph, it, place, halves.whose, sizeof(halves.whose));
    return halves;
}

static int name_width(const struct view *view)
{
    int width = 0;
    for (unsigned i = 0; i < view->graph.count; i++) {
        int columns = text_columns(model_name(view->model, view->graph.edges[i].from));
        width = columns > width ? columns : width;
    }
    return width < NAME_MOST ? width : NAME_MOST;
}

static bool fits(const struct view *view, enum shape shape, int cols)
{
    int names = NAME_COL + name_width(view);
    for (unsigned i = 0; i < view->graph.count; i++) {
        struct halves halves = halves_of(view, i, shape);
        int lines = LINE + 1 + LINE + 1; /* "-- ", "-->" and the blanks round them */
        if (names + 1 + lines + 2 + text_columns(halves.wants) +
                text_columns(halves.whose) >
            cols) {
            return false;
        }
    }
    return true;
}

static enum shape shape_for(const struct view *view, int cols)
{
    if (fits(view, WITH_FILES, cols)) {
        return WITH_FILES;
    }
    return one_file(view) != NULL && fits(view, WITH_LINES, cols) ? WITH_LINES
                                                                  : IN_TWO_ROWS;
}

/* --- drawing ---------------------------------------------------------------------------- */

/* The side of a circle, in a row that is its first, its last, or one between. */
static void draw_side(const struct area *area, int row, bool first, bool last, bool edge)
{
    enum glyph corner = last    ? GLYPH_CORNER_LAST
                        : first ? GLYPH_BOX_TOP_LEFT
                        : edge  ? GLYPH_CHILD
                                : GLYPH_DOWN_LINE;
    put(area, row, 1, STYLE_STRONG, glyph(corner));
    if (edge || last) {
        put(area, row, 2, STYLE_STRONG, glyph(first ? GLYPH_HERE : GLYPH_RULE));
    }
}

static int draw_edge(const struct view *view, const struct area *area, int row,
                     unsigned index, enum shape shape)
{
    const struct graph *graph = &view->graph;
    const struct graph_edge *edge = &graph->edges[index];
    struct halves halves = halves_of(view, index, shape);
    int names = name_width(view);
    bool two = shape == IN_TWO_ROWS;
    bool first = edge->circle != 0 &&
                 (index == 0 || graph->edges[index - 1].circle != edge->circle);
    bool last = edge->circle != 0 && (index + 1 == graph->count ||
                                      graph->edges[index + 1].circle != edge->circle);
    if (edge->circle != 0) {
        draw_side(area, row, first, last, true);
        if (two && !last) {
            draw_side(area, row + 1, false, false, false);
        }
    }
    put_width(area, row, NAME_COL, names, STYLE_PROCESS + edge->from,
              model_name(view->model, edge->from));
    int col = NAME_COL + names + 1;
    put_many(area, row, col, LINE, STYLE_NORMAL, glyph(GLYPH_RULE));
    col = put(area, row, col + LINE + 1, STYLE_NORMAL, halves.wants) + 1;
    put_many(area, row, col, LINE, STYLE_NORMAL, glyph(GLYPH_RULE));
    col = put(area, row, col + LINE, STYLE_NORMAL, glyph(GLYPH_HERE)) + 1;
    if (two) {
        col = NAME_COL + names + 1 + LINE + 1;
    }
    int style = edge->why == GRAPH_NOBODY ? STYLE_ALERT : STYLE_NORMAL;
    put(area, row + two, col, style, halves.whose);
    return 1 + two;
}

static void draw_circles(const struct view *view, const struct area *area, int row)
{
    char text[TEXT_SIZE];
    for (unsigned i = 1; i <= view->graph.circles && row < area->rows; i++) {
        graph_circle(view->model, &view->graph, i, text, sizeof(text));
        put(area, row++, NAME_COL, STYLE_ALERT, text);
    }
}

static int height(const struct view *view, int cols)
{
    int each = shape_for(view, cols) == IN_TWO_ROWS ? 2 : 1;
    return (int)view->graph.count * each + (int)view->graph.circles;
}

/* What matters most is first; of what has no room it says how many there are. */
static void draw(const struct view *view, const struct area *area)
{
    enum shape shape = shape_for(view, area->cols);
    int each = shape == IN_TWO_ROWS ? 2 : 1;
    int total = height(view, area->cols);
    unsigned count = view->graph.count;
    int row = 0;
    for (unsigned i = 0; i < count; i++) {
        bool left = total > area->rows; /* then the last row says so */
        if (row + each > area->rows - left) {
            char text[TEXT_SIZE];
            snprintf(text, sizeof(text), "and %u more; Enter shows all", count - i);
            put(area, row, NAME_COL, STYLE_NORMAL, text);
            return;
        }
        row += draw_edge(view, area, row, i, shape);
    }
    draw_circles(view, area, row);
}

static struct panel_rows rows(const struct view *view, int cols)
{
    int all = height(view, cols);
    return (struct panel_rows){all < ROWS_LEAST ? all : ROWS_LEAST, all, all};
}

static const char *name(const struct view *view)
{
    (void)view;
    return "who waits for whom";
}

static void legend(const struct view *view, const struct area *area, char *text,
                   size_t size)
{
    if (shape_for(view, area->cols) == WITH_LINES) {
        snprintf(text, size, "%s", one_file(view));
    }
}

const struct panel panel_graph = {name, legend, rows, draw, 1, false, NULL};
