// SPDX-License-Identifier: MIT
/*
 * The panel on processes: who there is, in which state, by the textbook and by the kernel,
 * what each has done and does next. Where the steps are lives, it is the family tree.
 *
 * What stands at the left: ">" selected, the digit that chooses, "moved last".
 */
#include "screen/cells.h"
#include "screen/glyphs.h"
#include "screen/layout.h"
#include "screen/people.h"
#include "screen/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { NAME_LEAST = 11, NAME_MOST = 20, NARROW = 72 };

static void list(const struct view *view, struct people *people)
{
    if (view_has_lives(view)) {
        people_family(view, people);
    } else {
        people_all(view, people);
    }
}

/* Columns that are as wide as what stands in them. */
static int widest(const struct view *view, const struct people *people, int id, int least,
                  int most)
{
    char text[TEXT_SIZE];

    for (size_t row = 0; row < people->count; row++) {
        cell_text(view, people, row, id, text, sizeof(text));
        int columns = text_columns(text);
        least = columns > least ? columns : least;
    }
    return least < most ? least : most;
}

/* All columns at 80 columns and more. Which of them a run has, make_columns() says. */
static const struct column all_columns[] = {
    /* title, id, width, least, most, gap, rank, right */
    {"", ID_WHO, 3, 0, 0, 0, 0, false, 0},
    {"name", ID_NAME, NAME_LEAST, NAME_LEAST, 0, 1, 0, false, 0},
    {"pid", ID_PID, 4, 0, 0, 1, 4, true, 0},
    {"parent", ID_PARENT, 6, 0, 0, 2, 20, true, 0},
    {"state", ID_STATE, 7, 4, 8, 2, 1, false, 0},
    {"kernel", ID_KERNEL, 8, 0, 9, 1, 3, false, 0},
    {"has done", ID_DONE, 19, 10, 28, 1, 6, false, 0},
    {"does next", ID_NEXT, 16, 8, 26, 1, 2, false, 0},
    {"steps", ID_STEPS, 6, 0, 0, 2, 21, true, 0},
    {"reads", ID_READS, 9, 0, 0, 1, 7, true, 0},
    {"writes", ID_WRITES, 9, 0, 0, 1, 6, true, 0},
    {"stands at", ID_LINE, 9, 0, 0, 3, 5, false, 0},
    {"CPU", ID_CPU, 3, 0, 0, 2, 24, true, 0},
    {"CPU time", ID_TIME, 9, 0, 0, 2, 22, true, 0},
    {"switches", ID_SWITCHES, 9, 0, 0, 2, 23, true, 0},
};

/* Running free there are counts instead of a story. */
static bool belongs(const struct view *view, int id)
{
    bool story = id == ID_DONE || id == ID_NEXT || id == ID_STEPS;
    bool count = id == ID_READS || id == ID_WRITES || id == ID_LINE;

    return view_is_free(view) ? !story : !count;
}

/* Widths by what is to stand there; what can be spared, by the width of the screen. */
static void adjust(const struct view *view, const struct people *people, int cols,
                   struct column *column)
{
    bool family = view_has_lives(view);
    bool narrow = cols < NARROW;

    switch (column->id) {
    case ID_WHO:
        column->width = people_digits(view) + 2;
        break;
    case ID_NAME:
        column->width = widest(view, people, ID_NAME, NAME_LEAST, NAME_MOST);
        break;
    case ID_PID:
        column->width = widest(view, people, ID_PID, column->width, 7);
        break;
    case ID_PARENT:
        column->width = widest(view, people, ID_PARENT, column->width, 20);
        column->rank = family && !narrow ? 5 : column->rank;
        column->gap -= family ? 1 : 0;
        break;
    case ID_STATE:
        column->gap = narrow ? 1 : column->gap;
        break;
    case ID_KERNEL:
        column->width += view_is_free(view); /* "R can run" */
        break;
    case ID_DONE:
        column->width -= family ? 4 : 0;
        break;
    case ID_NEXT:
        column->width -= family ? 1 : 0; /* "start Process-1" */
        break;
    default:
        break;
    }
    /* on a narrow screen these go before the others shrink */
    if (narrow &&
        (column->id == ID_PID || column->id == ID_KERNEL || column->id == ID_DONE)) {
        column->rank += RANK_EXTRA;
    }
}

static size_t make_columns(const struct view *view, const struct people *people, int cols,
                           struct column *columns)
{
    size_t count = 0;

    for (size_t i = 0; i < sizeof(all_columns) / sizeof(all_columns[0]); i++) {
        if (belongs(view, all_columns[i].id)) {
            columns[count] = all_columns[i];
            adjust(view, people, cols, &columns[count++]);
        }
    }
    columns_fit(columns, count, cols);
    return count;
}

/* Above main stands who started it: mostly this lab. Returns the rows used. */
static int draw_ancestor(const struct view *view, const struct area *area, int row,
                         const struct column *columns, size_t count)
{
    const struct kernel_view *kernel = &view->model->processes[0].kernel;
    bool is_lab = kernel->parent == getpid();
    char number[TEXT_SIZE];

    if (kernel->parent <= 0) {
        return 0;
    }
    for (size_t i = 0; i < count; i++) {
        switch (columns[i].id) {
        case ID_NAME:
            put_cell(area, row, &columns[i], STYLE_NORMAL,
                     is_lab ? "lab" : kernel->parent_name);
            break;
        case ID_PID:
            snprintf(number, sizeof(number), "%" PRId32, kernel->parent);
            put_cell(area, row, &columns[i], STYLE_NORMAL, number);
            break;
        case ID_STATE:
            if (is_lab) {
                put(area, row, columns[i].at, STYLE_NORMAL, "(this program)");
            }
            break;
        default:
            break;
        }
    }
    return 1;
}

static int style_of(const struct view *view, unsigned slot, int id, const char *text)
{
    if (id == ID_WHO || id == ID_NAME) {
        return STYLE_PROCESS + (int)slot;
    }
    /* capitals: look here */
    bool look = id == ID_STATE && strcmp(text, "BLOCKED") == 0;
    return look || (id == ID_STATE && strcmp(text, "ZOMBIE") == 0) ||
                   (id == ID_KERNEL && view->model->processes[slot].kernel.state == 'Z')
               ? STYLE_STRONG
               : STYLE_NORMAL;
}

static void draw_row(const struct view *view, const struct area *area, int row,
                     const struct people *people, size_t person,
                     const struct column *columns, size_t count)
{
    char text[TEXT_SIZE];
    unsigned slot = people->slots[person];

    for (size_t i = 0; i < count; i++) {
        if (columns[i].at >= 0) {
            cell_text(view, people, person, columns[i].id, text, sizeof(text));
            put_cell(area, row, &columns[i], style_of(view, slot, columns[i].id, text),
                     text);
        }
    }
    if ((int)slot == view->selected) {
        mark_row(area, row);
    }
}

static void draw(const struct view *view, const struct area *area)
{
    struct column columns[IDS];
    struct people people;
    int row = 0;

    list(view, &people);
    bool titles = area->rows > (int)people.count || area->rows > SCREEN_FEW_ROWS;
    people_cut(view, &people, area->rows - titles);
    size_t count = make_columns(view, &people, area->cols, columns);
    if (titles) {
        put_titles(area, row++, columns, count);
    }
    if (view_has_lives(view) && area->rows - row > (int)people.count) {
        row += draw_ancestor(view, area, row, columns, count);
    }
    for (size_t person = 0; person < people.count; person++) {
        draw_row(view, area, row++, &people, person, columns, count);
    }
}

/* What columns there is no room for follows below, in a table of its own. */
static int full(const struct view *view, const struct area *area)
{
    struct column columns[IDS];
    struct people people;
    size_t more = 0;

    draw(view, area);
    list(view, &people);
    int row = (int)people.count + (view_has_lives(view) ? 3 : 2);
    size_t count = make_columns(view, &people, area->cols, columns);
    for (size_t i = 0; i < count; i++) {
        bool who = columns[i].id == ID_WHO || columns[i].id == ID_NAME;
        if (who || columns[i].at < 0) {
            columns[more++] = columns[i];
        }
    }
    columns_fit(columns, more, area->cols);
    if (more > 2) {
        put_titles(area, row++, columns, more);
        for (size_t person = 0; person < people.count; person++) {
            draw_row(view, area, row++, &people, person, columns, more);
        }
    }
    return NO_SCROLL; /* the arrows select */
}

static struct panel_rows rows(const struct view *view, int cols)
{
    struct people people;

    (void)cols;
    list(view, &people);
    int count = (int)people.count;
    int all = count + (view_has_lives(view) ? 2 : 1);
    return (struct panel_rows){count < 1 ? 1 : count < 3 ? count : 3, all, all};
}

static const char *name(const struct view *view)
{
    return view_has_lives(view) ? "family" : "processes";
}

static void legend(const struct view *view, const struct area *area, char *text,
                   size_t size)
{
    struct people people;

    list(view, &people);
    if ((int)people.count > area->rows) {
        snprintf(text, size, "%zu in all, %s %s", people.count, glyph(GLYPH_KEY_UP),
                 glyph(GLYPH_KEY_DOWN));
    } else if (view_has_lives(view)) {
        snprintf(text, size, "steps are births, printed lines, ends and joins");
    }
}

const struct panel panel_processes = {name, legend, rows, draw, 0, false, full};
