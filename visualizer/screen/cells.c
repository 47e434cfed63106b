// SPDX-License-Identifier: MIT
/*
 * The cells of the table of processes, as texts.
 */
#include "screen/cells.h"

#include "screen/canvas.h"
#include "screen/glyphs.h"

#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

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

    if (view_has_lives(view)) {
        snprintf(text, size, "%*s%s %s", people->depth[row] * 2, "",
                 glyph(people->last[row] ? GLYPH_CORNER_LAST : GLYPH_CHILD), name);
    } else {
        snprintf(text, size, "%s", name);
    }
}

static void who_text(const struct view *view, unsigned slot, char *text, size_t size)
{
    bool moved =
        slot == view->model->moved_last && view->mode != RUN_ENDED && !view_is_free(view);

    snprintf(text, size, "%c%*u%s", (int)slot == view->selected ? '>' : ' ',
             people_digits(view), slot, moved ? glyph(GLYPH_HERE) : " ");
}

static void seconds_text(uint64_t ticks, char *text, size_t size)
{
    long a_second = sysconf(_SC_CLK_TCK);

    snprintf(text, size, "%.2f s",
             (double)ticks / (double)(a_second > 0 ? a_second : 100));
}

/* What it has done is counted, also when its entry has been freed. */
static uint64_t count_of(const struct model *model, unsigned slot, int id)
{
    const struct process_view *process = &model->processes[slot];
    const struct model_life *life =
        process->entry.life == MP_LIFE_NONE && process->life < model->life_count
            ? &model->lives[process->life]
            : NULL;

    switch (id) {
    case ID_READS:
        return life != NULL ? life->reads : process->entry.reads;
    case ID_WRITES:
        return life != NULL ? life->writes : process->entry.writes;
    default:
        return life != NULL ? life->steps : process->entry.steps;
    }
}

/* A cell of the columns that come from the kernel. */
static void number_text(const struct view *view, unsigned slot, int id, char *text,
                        size_t size)
{
    const struct process_view *process = &view->model->processes[slot];

    switch (id) {
    case ID_SWITCHES:
        snprintf(text, size, "%" PRIu64, process->kernel.switches);
        break;
    case ID_TIME:
        seconds_text(process->kernel.cpu_ticks, text, size);
        break;
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

void cell_text(const struct view *view, const struct people *people, size_t row, int id,
               char *text, size_t size)
{
    const struct model *model = view->model;
    unsigned slot = people->slots[row];
    bool gone = people_is_gone(model, slot);

    *text = '\0';
    switch (id) {
    case ID_WHO:
        who_text(view, slot, text, size);
        break;
    case ID_NAME:
        name_text(view, people, row, text, size);
        break;
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
    case ID_READS:
    case ID_WRITES:
    case ID_STEPS:
        snprintf(text, size, "%" PRIu64, count_of(model, slot, id));
        break;
    case ID_DONE:
        model_has_done(model, slot, text, size);
        break;
    case ID_NEXT:
        model_does_next(model, slot, text, size);
        break;
    default:
        if (!gone) {
            number_text(view, slot, id, text, size);
        }
        break;
    }
}
