// SPDX-License-Identifier: MIT
/*
 * The panel on a queue: its slots, the newest item at the left, the oldest, which comes out
 * next, at the right; who puts and who takes; what was put is what was taken and what is
 * inside. Where there is room: how long items stay, and how full it was over the last steps.
 */
#include "screen/glyphs.h"
#include "screen/layout.h"
#include "screen/people.h"
#include "screen/text.h"
#include "screen/works.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum {
    ROWS_BOX = 4,  /* a line, the slots, a line, the balance */
    ROWS_PLOT = 6, /* of the plot, and one more for its base */
    LEFT = 24,     /* columns beside the slots */
    RIGHT = 26,
    NARROW_SIDE = 1,
    SLOT_LEAST = 6,
    SLOT_MOST = 14,
    SHOWN_ENDS = 2, /* of more slots than fit: so many at each end */
    SHOWN_MOST = 64,
    MIDDLE = 16, /* columns of "... 36 more ..." */
};

/* What is drawn where. */
struct slots {
    unsigned queue;
    uint64_t capacity, inside;
    int left, width; /* where the first begins; columns of one, without its border */
    int count;       /* slots drawn, */
    bool cut;        /* ... with a middle that says how many are not */
};

/* --- what stands in a slot ------------------------------------------------------------- */

/* The item so far from the way out: 0 is next. */
static void item_text(const struct view *view, unsigned queue, uint64_t from_out,
                      char *text, size_t size)
{
    const struct mp_object_entry *entry = &view->model->objects[queue];
    struct queue_item item;
    uint64_t number = entry->taken + from_out;

    *text = '\0';
    if (from_out >= contents_inside(entry)) {
        return;
    }
    if (model_queue_item(view->model, queue, number, &item)) {
        model_item_words(view->model, queue, number, item.value, text, size);
    } else {
        snprintf(text, size, "?");
    }
}

static int widest_item(const struct view *view, const struct slots *slots)
{
    char text[TEXT_SIZE];
    int widest = SLOT_LEAST;

    for (uint64_t i = 0; i < slots->inside && i < SHOWN_MOST; i++) {
        item_text(view, slots->queue, i, text, sizeof(text));
        int columns = text_columns(text) + 2;
        widest = columns > widest ? columns : widest;
    }
    return widest < SLOT_MOST ? widest : SLOT_MOST;
}

static bool narrow_queue(const struct area *area)
{
    return area->cols < LEFT + RIGHT + 2 * (SLOT_LEAST + 1);
}

static void plan(const struct view *view, const struct area *area, struct slots *slots)
{
    const struct mp_object_entry *entry;
    bool narrow = narrow_queue(area);

    memset(slots, 0, sizeof(*slots));
    slots->queue = works_queue(view);
    entry = &view->model->objects[slots->queue];
    slots->capacity = entry->parties;
    slots->inside = contents_inside(entry);
    slots->width = widest_item(view, slots);
    slots->left = narrow ? NARROW_SIDE : LEFT;
    int room = area->cols - slots->left - (narrow ? NARROW_SIDE : RIGHT) - 1;
    int fit = room / (slots->width + 1);
    if ((uint64_t)fit >= slots->capacity) {
        slots->count = (int)slots->capacity;
        return;
    }
    slots->cut = true;
    slots->count = 2 * SHOWN_ENDS;
    while (slots->count > 2 && slots->count * (slots->width + 1) + MIDDLE + 1 > room) {
        slots->count -= 2;
    }
}

/* --- the slots ------------------------------------------------------------------------ */

/* Where slot i from the left begins: its border. */
static int slot_at(const struct slots *slots, int i)
{
    bool behind = slots->cut && i >= slots->count / 2;
    return slots->left + i * (slots->width + 1) + (behind ? MIDDLE : 0);
}

static void draw_line(const struct area *area, int row, const struct slots *slots,
                      enum glyph first, enum glyph joint, enum glyph last)
{
    int end = slot_at(slots, slots->count - 1) + slots->width + 1;

    put_many(area, row, slots->left, end - slots->left, STYLE_NORMAL, glyph(GLYPH_RULE));
    for (int i = 0; i < slots->count; i++) {
        put(area, row, slot_at(slots, i), STYLE_NORMAL, glyph(i == 0 ? first : joint));
    }
    if (slots->cut) {
        put(area, row, slot_at(slots, slots->count / 2) - MIDDLE, STYLE_NORMAL,
            glyph(joint));
    }
    put(area, row, end, STYLE_NORMAL, glyph(last));
}

static void draw_slots(const struct view *view, const struct area *area, int row,
                       const struct slots *slots)
{
    char text[TEXT_SIZE];

    for (int i = 0; i < slots->count; i++) {
        int at = slot_at(slots, i);
        /* of a queue that is cut, the left half are the newest that are inside */
        uint64_t from_out = (uint64_t)(slots->count - 1 - i);
        if (slots->cut && i < slots->count / 2) {
            from_out = slots->inside > (uint64_t)slots->count
                           ? slots->inside - 1 - (uint64_t)i
                           : from_out;
        }
        put(area, row, at, STYLE_NORMAL, glyph(GLYPH_DOWN_LINE));
        item_text(view, slots->queue, from_out, text, sizeof(text));
        int columns =
            text_columns(text) < slots->width ? text_columns(text) : slots->width;
        put_width(area, row, at + 1 + (slots->width - columns + 1) / 2, slots->width,
                  STYLE_STRONG, text);
    }
    int end = slot_at(slots, slots->count - 1) + slots->width + 1;
    if (slots->cut) {
        int at = slot_at(slots, slots->count / 2) - MIDDLE;
        bool more = slots->inside > (uint64_t)slots->count;
        snprintf(text, sizeof(text),
                 more ? ".. %" PRIu64 " more .." : ".. %" PRIu64 " slots",
                 more ? slots->inside - (uint64_t)slots->count : slots->capacity);
        put(area, row, at, STYLE_NORMAL, glyph(GLYPH_DOWN_LINE));
        put_width(area, row, at + 2, MIDDLE - 3, STYLE_NORMAL, text);
    }
    put(area, row, end, STYLE_NORMAL, glyph(GLYPH_DOWN_LINE));
}

/* --- who puts and who takes ----------------------------------------------------------- */

/* Who does this to it: blocked in it, or about to; else who did it last. MP_NOBODY. */
static unsigned who(const struct view *view, unsigned queue, enum mp_op op)
{
    const struct model *model = view->model;
    uint16_t slot;
    unsigned wants = MP_NOBODY;

    if (model_blocked(model, queue, op, &slot, 1) > 0) {
        return slot;
    }
    for (unsigned i = model->process_count; i-- > 0;) {
        const struct mp_process_entry *entry = &model->processes[i].entry;
        bool stands = entry->life == MP_LIFE_ALIVE && entry->waiting;
        wants = stands && entry->now.op == op && entry->now.object == queue ? i : wants;
    }
    for (size_t i = model->moment_count; i-- > 0 && wants == MP_NOBODY;) {
        const struct moment *moment = &model->moments[i];
        bool it = moment->deed.op == op && moment->deed.object == queue;
        wants = it ? moment->process : wants;
    }
    return wants;
}

/* "producer   7 waits ─►" and "─► consumer   next out: 3" */
static void draw_sides(const struct view *view, const struct area *area, int row,
                       const struct slots *slots)
{
    const struct model *model = view->model;
    unsigned putter = who(view, slots->queue, MP_OP_QUEUE_PUT);
    unsigned taker = who(view, slots->queue, MP_OP_QUEUE_GET);
    int end = slot_at(slots, slots->count - 1) + slots->width + 2;
    char arrow[16];
    char item[48];
    char text[TEXT_SIZE];

    if (slots->left < LEFT) {
        return;
    }
    snprintf(arrow, sizeof(arrow), "%s%s", glyph(GLYPH_RULE), glyph(GLYPH_HERE));
    put_before(area, row, LEFT, STYLE_NORMAL, arrow);
    if (putter < MP_PROCESSES) {
        int style = STYLE_PROCESS + (int)putter;
        const struct mp_deed *now = &model->processes[putter].entry.now;
        bool blocked = model_blocked(model, slots->queue, MP_OP_QUEUE_PUT, NULL, 0) > 0;
        int col = put_width(area, row, 1, blocked ? 12 : LEFT - 4, style,
                            model_name(model, putter));
        if (blocked) {
            model_item_words(model, slots->queue, model->objects[slots->queue].given,
                             now->value, item, sizeof(item));
            snprintf(text, sizeof(text), "%s waits", item);
            int room = LEFT - 3 - col;
            const char *shown = text_columns(text) < room ? text : "waits";
            if (text_columns(shown) < room) {
                put_before(area, row, LEFT - 3, STYLE_STRONG, shown);
            }
        }
    }
    int col = put(area, row, end, STYLE_NORMAL, arrow) + 1;
    if (taker < MP_PROCESSES) {
        col = put_width(area, row, col, 12, STYLE_PROCESS + (int)taker,
                        model_name(model, taker)) +
              2;
        bool blocked = model_blocked(model, slots->queue, MP_OP_QUEUE_GET, NULL, 0) > 0;
        item_text(view, slots->queue, 0, item, sizeof(item));
        snprintf(text, sizeof(text), *item != '\0' ? "next out: %s" : "%s", item);
        const char *shown = blocked                                 ? "waits"
                            : col + text_columns(text) < area->cols ? text
                                                                    : item;
        put(area, row, col, STYLE_STRONG, shown);
    }
}

/* At the right: who is blocked, those first who have waited longest. */
static void draw_blocked(const struct view *view, const struct area *area, int row,
                         int col, unsigned queue)
{
    uint16_t slots[MP_PROCESSES];
    char names[TEXT_SIZE / 2];
    char text[TEXT_SIZE];
    size_t putting =
        model_blocked(view->model, queue, MP_OP_QUEUE_PUT, slots, MP_PROCESSES);
    size_t count = putting;

    if (putting == 0) {
        count = model_blocked(view->model, queue, MP_OP_QUEUE_GET, slots, MP_PROCESSES);
    }
    int room = area->cols - col - 24;
    works_names(view, slots, count, room, names, sizeof(names));
    if (count > 0) {
        snprintf(text, sizeof(text), "blocked in %s: %s", putting > 0 ? "put" : "take",
                 names);
    } else if (view->model->objects[queue].broken) {
        snprintf(text, sizeof(text), "CLOSED: nothing more comes");
    } else {
        return;
    }
    int at = area->cols - 1 - text_columns(text);
    if (at > col + 1) {
        put(area, row, at, STYLE_STRONG, text);
    }
}

/* --- how full it was ------------------------------------------------------------------ */

static void draw_plot(const struct view *view, const struct area *area, int top, int rows,
                      unsigned queue)
{
    const struct model *model = view->model;
    uint64_t capacity = model->objects[queue].parties;
    int left = LEFT;
    int room = area->cols - left - 1;
    char text[TEXT_SIZE];

    if (capacity == 0 || room < 8) {
        return;
    }
    size_t count =
        model->moment_count < (size_t)room ? model->moment_count : (size_t)room;
    size_t first = model->moment_count - count;
    snprintf(text, sizeof(text), "%" PRIu64 " slots", capacity);
    put_before(area, top, left - 1, STYLE_NORMAL, text);
    put_before(area, top + rows - 1, left - 1, STYLE_NORMAL, "0");
    put_before(area, top + rows / 2, left - 1, STYLE_NORMAL, "inside");
    put_many(area, top, left, (int)count, STYLE_NORMAL, glyph(GLYPH_RULE));
    for (size_t i = 0; i < count; i++) {
        uint64_t inside = 0;
        if (!model_inside_after(model, first + i, queue, &inside)) {
            continue;
        }
        int high = (int)((inside * (uint64_t)(rows - 1) + capacity - 1) / capacity);
        for (int row = 0; row < high; row++) {
            put(area, top + rows - 1 - row, left + (int)i,
                STYLE_PROCESS + model->moments[first + i].process, glyph(GLYPH_BAR));
        }
        if (high == 0) {
            put(area, top + rows - 1, left + (int)i, STYLE_NORMAL, glyph(GLYPH_QUIET));
        }
    }
}

/* "time inside: 0.52 s to 2.01 s, on average 1.24 s; the last one 0.90 s" */
static void draw_times(const struct view *view, const struct area *area, int row,
                       unsigned queue)
{
    struct queue_times times;
    char least[24], most[24], average[24], last[24];
    char text[TEXT_SIZE];

    if (!model_queue_times(view->model, queue, &times)) {
        put(area, row, 1, STYLE_NORMAL, "time inside: not known before an item is taken");
        return;
    }
    works_time(times.least, least, sizeof(least));
    works_time(times.most, most, sizeof(most));
    works_time(times.average, average, sizeof(average));
    works_time(times.last, last, sizeof(last));
    snprintf(text, sizeof(text), "time inside: %s to %s, on average %s; the last one %s",
             least, most, average, last);
    put(area, row, 1, STYLE_NORMAL, text);
}

/* Free running: as much as is certain, as a bar. */
static void draw_free(const struct area *area, int row, const struct slots *slots)
{
    int room = area->cols - LEFT - 2;
    uint64_t of = slots->capacity > 0 ? slots->capacity : 1;
    int bar = room > 0 ? (int)((double)room * (double)slots->inside / (double)of) : 0;

    put(area, row, 1, STYLE_NORMAL, "inside at this moment");
    put_many(area, row, LEFT, bar, STYLE_STRONG, glyph(GLYPH_BAR));
    put_many(area, row, LEFT + bar, room - bar, STYLE_NORMAL, glyph(GLYPH_QUIET));
}

/* --- the panel ------------------------------------------------------------------------ */

static void draw(const struct view *view, const struct area *area)
{
    struct slots slots;
    char text[TEXT_SIZE];
    int row = 0;

    plan(view, area, &slots);
    if (slots.queue == 0) {
        put_text(area, 0, 1, STYLE_NORMAL,
                 "There is no queue: mp_queue_create() makes one, for items that one "
                 "process puts and another takes.");
        return;
    }
    bool box = area->rows >= ROWS_BOX && !view_is_free(view);
    if (area->rows > 1 && view_is_free(view)) {
        draw_free(area, row++, &slots);
    } else if (area->rows > 1) {
        if (box) {
            draw_line(area, row++, &slots, GLYPH_BOX_TOP_LEFT, GLYPH_BOX_TOP,
                      GLYPH_BOX_TOP_RIGHT);
        }
        draw_slots(view, area, row, &slots);
        draw_sides(view, area, row++, &slots);
        if (box) {
            draw_line(area, row++, &slots, GLYPH_CORNER_LAST, GLYPH_BOX_BOTTOM,
                      GLYPH_CORNER_END);
        }
    }
    works_balance(view, slots.queue, text, sizeof(text));
    int col = put(area, row, 1, STYLE_STRONG, text);
    draw_blocked(view, area, row++, col, slots.queue);
    if (area->rows > row && !narrow_queue(area)) {
        draw_times(view, area, row++, slots.queue);
    }
    if (area->rows - row > 3 && !view_is_free(view)) {
        int rows = area->rows - row - 1;
        draw_plot(view, area, row + 1, rows, slots.queue);
    }
}

static struct panel_rows rows(const struct view *view, int cols)
{
    bool narrow = cols < LEFT + RIGHT;

    if (view_is_free(view)) {
        return (struct panel_rows){2, 2, 3};
    }
    return (struct panel_rows){narrow ? 2 : ROWS_BOX, ROWS_BOX,
                               ROWS_BOX + 1 + ROWS_PLOT + 1};
}

static const char *name(const struct view *view)
{
    static char text[MP_NAME_SIZE + 8];
    unsigned queue = works_queue(view);

    snprintf(text, sizeof(text), "queue%s%s", queue != 0 ? " " : "",
             queue != 0 ? model_object_name(view->model, queue) : "");
    return text;
}

static void legend(const struct view *view, const struct area *area, char *text,
                   size_t size)
{
    unsigned queue = works_queue(view);
    const struct mp_object_entry *entry = &view->model->objects[queue];
    uint64_t inside = contents_inside(entry);

    (void)area;
    if (queue != 0) {
        snprintf(text, size, "%s%s%" PRIu64 " of %" PRIu32 " slots",
                 entry->broken ? "CLOSED   " : "",
                 inside == 0                ? "EMPTY: "
                 : inside >= entry->parties ? "FULL: "
                                            : "",
                 inside, entry->parties);
    }
}

const struct panel panel_queue = {name, legend, rows, draw, 1, false, NULL};
