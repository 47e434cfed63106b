// SPDX-License-Identifier: MIT
/*
 * The panel on processes: who there is, in which state, by the textbook and by the kernel,
 * what each has done and does next. Where the steps are lives, it is the family tree.
 *
 * What stands at the left: ">" selected, the digit that chooses, "moved last".
 */
#include "screen/glyphs.h"
#include "screen/layout.h"
#include "screen/people.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { ID_WHO, ID_NAME, ID_PID, ID_PARENT, ID_STATE, ID_KERNEL, ID_READS, ID_WRITES, ID_LINE,
       ID_DONE, ID_NEXT, ID_STEPS, ID_CPU, ID_TIME, ID_SWITCHES, IDS };

enum { NAME_LEAST = 11, NAME_MOST = 20, NARROW = 72 };

static bool is_family(const struct view *view)
{
    return view->model->grain == MP_GRAIN_LIVES;
}

static void list(const struct view *view, struct people *people)
{
    if (is_family(view)) {
        people_family(view, people);
    } else {
        people_all(view, people);
    }
}

/* The pid, also of a process that is gone. */
static int32_t pid_of(const struct model *model, unsigned slot)
{
    const struct process_view *process = &model->processes[slot];

    if (process->entry.life == MP_LIFE_NONE && process->life < model->life_count) {
        return model->lives[process->life].pid;
    }
    return process->entry.pid;
}

/* The one that made it: its pid while the kernel says nothing else. An orphan's new parent
   is called by its name. */
static void parent_text(const struct model *model, unsigned slot, char *text, size_t size)
{
    const struct process_view *process = &model->processes[slot];
    unsigned maker = process->entry.parent;
    int32_t made_by = maker < MP_PROCESSES ? pid_of(model, maker) : 0;
    int32_t now = process->kernel.parent;

    if (now != 0 && made_by != 0 && now != made_by) {
        snprintf(text, size, "%" PRId32 " %.15s", now, process->kernel.parent_name);
    } else if (now != 0 || made_by != 0) {
        snprintf(text, size, "%" PRId32, now != 0 ? now : made_by);
    } else {
        snprintf(text, size, "-");
    }
}

static void name_text(const struct view *view, const struct people *people, size_t row,
                      char *text, size_t size)
{
    const char *name = model_name(view->model, people->slots[row]);

    if (is_family(view)) {
        snprintf(text, size, "%*s%s %s", people->depth[row] * 2, "",
                 glyph(people->last[row] ? GLYPH_CORNER_LAST : GLYPH_CHILD), name);
    } else {
        snprintf(text, size, "%s", name);
    }
}

static void who_text(const struct view *view, unsigned slot, char *text, size_t size)
{
    bool moved = slot == view->model->moved_last && view->mode != RUN_ENDED &&
                 !view_is_free(view);

    snprintf(text, size, "%c%*u%s", (int)slot == view->selected ? '>' : ' ',
             people_digits(view), slot, moved ? glyph(GLYPH_HERE) : " ");
}

static void seconds_text(uint64_t ticks, char *text, size_t size)
{
    long a_second = sysconf(_SC_CLK_TCK);

    snprintf(text, size, "%.2f s", (double)ticks / (double)(a_second > 0 ? a_second : 100));
}

/* A cell of the columns that come from the kernel or from counters. */
static void number_text(const struct view *view, unsigned slot, int id, char *text,
                        size_t size)
{
    const struct process_view *process = &view->model->processes[slot];

    switch (id) {
    case ID_READS: snprintf(text, size, "%" PRIu64, process->entry.reads); break;
    case ID_WRITES: snprintf(text, size, "%" PRIu64, process->entry.writes); break;
    case ID_STEPS: snprintf(text, size, "%" PRIu64, process->entry.steps); break;
    case ID_SWITCHES: snprintf(text, size, "%" PRIu64, process->kernel.switches); break;
    case ID_TIME: seconds_text(process->kernel.cpu_ticks, text, size); break;
    case ID_CPU:
        if (process->kernel.state != 0 && process->kernel.cpu >= 0) {
            snprintf(text, size, "%" PRId32, process->kernel.cpu);
        }
        break;
    default:
        if (view->places[slot].line > 0) {
            snprintf(text, size, "line %d", view->places[slot].line);
        }
        break;
    }
}

static void cell_text(const struct view *view, const struct people *people, size_t row,
                      int id, char *text, size_t size)
{
    const struct model *model = view->model;
    unsigned slot = people->slots[row];
    bool gone = people_is_gone(model, slot);

    *text = '\0';
    switch (id) {
    case ID_WHO: who_text(view, slot, text, size); break;
    case ID_NAME: name_text(view, people, row, text, size); break;
    case ID_PID:
        if (pid_of(model, slot) > 0) {
            snprintf(text, size, "%" PRId32, pid_of(model, slot));
        }
        break;
    case ID_PARENT:
        if (!gone) {
            parent_text(model, slot, text, size);
        }
        break;
    case ID_STATE:
        snprintf(text, size, "%s",
                 gone ? model_state_word(STATE_GONE) : model_state_text(model, slot));
        break;
    case ID_KERNEL:
        snprintf(text, size, "%s",
                 gone ? "-" : model_kernel_word(model->processes[slot].kernel.state));
        break;
    case ID_DONE: model_has_done(model, slot, text, size); break;
    case ID_NEXT: model_does_next(model, slot, text, size); break;
    default:
        if (!gone) {
            number_text(view, slot, id, text, size);
        }
        break;
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

static size_t make_columns(const struct view *view, const struct people *people, int cols,
                           struct column *columns)
{
    bool family = is_family(view);
    /* on a narrow screen these go before the others shrink */
    int spare = cols < NARROW ? RANK_EXTRA : 0;
    int pid = widest(view, people, ID_PID, 4, 7);
    int name = widest(view, people, ID_NAME, NAME_LEAST, NAME_MOST);
    int parent = widest(view, people, ID_PARENT, 6, 20);
    const struct column all[] = {
        {.title = "", .id = ID_WHO, .width = people_digits(view) + 2},
        {.title = "name", .id = ID_NAME, .width = name, .least = NAME_LEAST, .gap = 1},
        {.title = "pid", .id = ID_PID, .width = pid, .gap = 1, .rank = spare + 4,
         .right = true},
        {.title = "parent", .id = ID_PARENT, .width = parent, .gap = 2,
         .rank = family ? spare + 5 : 20, .right = true},
        {.title = "state", .id = ID_STATE, .width = 7, .least = 4, .most = 8,
         .gap = cols < NARROW ? 1 : 2, .rank = 1},
        {.title = "kernel", .id = ID_KERNEL, .width = 8, .most = 9, .gap = 1,
         .rank = spare + 3},
        {.title = "has done", .id = ID_DONE, .width = family ? 15 : 19, .least = 10,
         .most = 28, .gap = 1, .rank = spare + 6},
        {.title = "does next", .id = ID_NEXT, .width = family ? 12 : 16, .least = 8,
         .most = 26, .gap = 1, .rank = 2},
        {.title = "steps", .id = ID_STEPS, .width = 6, .gap = 2, .rank = 21, .right = true},
        {.title = "reads", .id = ID_READS, .width = 9, .gap = 1, .rank = 7, .right = true},
        {.title = "writes", .id = ID_WRITES, .width = 9, .gap = 1, .rank = 6, .right = true},
        {.title = "stands at", .id = ID_LINE, .width = 9, .gap = 3, .rank = 5},
        {.title = "CPU", .id = ID_CPU, .width = 3, .gap = 2, .rank = 24, .right = true},
        {.title = "CPU time", .id = ID_TIME, .width = 9, .gap = 2, .rank = 22, .right = true},
        {.title = "switches", .id = ID_SWITCHES, .width = 9, .gap = 2, .rank = 23,
         .right = true},
    };
    size_t count = 0;

    for (size_t i = 0; i < IDS; i++) {
        bool story = all[i].id == ID_DONE || all[i].id == ID_NEXT || all[i].id == ID_STEPS;
        bool number = all[i].id == ID_READS || all[i].id == ID_WRITES || all[i].id == ID_LINE;
        if (!(view_is_free(view) ? story : number)) {
            columns[count++] = all[i];
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
            put_cell(area, row, &columns[i], STYLE_NORMAL, is_lab ? "lab" : kernel->parent_name);
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
            put_cell(area, row, &columns[i], style_of(view, slot, columns[i].id, text), text);
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
        for (size_t i = 0; i < count; i++) {
            put_cell(area, row, &columns[i], STYLE_NORMAL, columns[i].title);
        }
        row++;
    }
    if (is_family(view) && area->rows - row > (int)people.count) {
        row += draw_ancestor(view, area, row, columns, count);
    }
    for (size_t person = 0; person < people.count; person++) {
        draw_row(view, area, row++, &people, person, columns, count);
    }
}

static struct panel_rows rows(const struct view *view, int cols)
{
    struct people people;

    (void)cols;
    list(view, &people);
    int count = (int)people.count;
    int all = count + (is_family(view) ? 2 : 1);
    return (struct panel_rows){count < 1 ? 1 : count < 3 ? count : 3, all, all};
}

static const char *name(const struct view *view)
{
    return is_family(view) ? "family" : "processes";
}

static void legend(const struct view *view, char *text, size_t size)
{
    if (is_family(view)) {
        snprintf(text, size, "steps are births, printed lines, ends and joins");
    } else if (view->model->process_count > 10) {
        snprintf(text, size, "%s %s more", glyph(GLYPH_KEY_UP), glyph(GLYPH_KEY_DOWN));
    }
}

const struct panel panel_processes = {name, legend, rows, draw, 0, false};
