// SPDX-License-Identifier: MIT
/*
 * The tape. See tape.h.
 *
 * Events lie in pieces of memory that never move, 33 bytes for each; marks are few, and what
 * belongs to them lies in one block, a snapshot as those of its entries that are not empty.
 */
#include "model/tape.h"

#include <stdlib.h>
#include <string.h>

enum {
    PIECE = 1024,          /* events */
    EVENTS_MOST = 1 << 22, /* of one run: 140 MB */
    DATA_MOST = 1 << 28,   /* bytes that belong to marks */
    END_ITEM = 24,         /* as in struct model */
};

struct piece {
    struct mp_event events[PIECE];
    uint8_t slots[PIECE];
};

/* A mark as it is kept: what belongs to it are the bytes [data, data + size). */
struct kept {
    uint64_t at, number;
    uint32_t data, size;
    uint16_t slot, object;
    uint8_t kind;
    bool gap;
};

struct tape {
    struct piece **pieces;
    size_t piece_count, piece_room;
    uint64_t events;
    struct kept *marks;
    size_t mark_count, mark_room;
    unsigned char *data;
    size_t data_size, data_room;
    uint32_t *steps; /* steps[i]: the event that is step first_step + i */
    size_t step_count, step_room;
    uint64_t first_step;
    uint64_t ticks, nanoseconds;
    bool broken; /* something could not be kept */
};

_Static_assert(MP_PROCESSES <= UINT8_MAX + 1, "a slot is one byte here");

struct tape *tape_new(void)
{
    struct tape *tape = calloc(1, sizeof *tape);
    if (tape != NULL) {
        tape->first_step = 1;
    }
    return tape;
}

static void free_all(struct tape *tape)
{
    for (size_t i = 0; i < tape->piece_count; i++) {
        free(tape->pieces[i]);
    }
    free(tape->pieces);
    free(tape->marks);
    free(tape->data);
    free(tape->steps);
}

void tape_free(struct tape *tape)
{
    if (tape != NULL) {
        free_all(tape);
        free(tape);
    }
}

void tape_clear(struct tape *tape)
{
    free_all(tape);
    *tape = (struct tape){.first_step = 1};
}

/* Room for `more` of them behind the first `count`. */
static bool grow(void *array, size_t count, size_t more, size_t *room, size_t size)
{
    if (count + more <= *room) {
        return true;
    }
    void *old;
    memcpy(&old, array, sizeof old);
    size_t wish = *room == 0 ? 64 : *room + *room / 2;
    wish = wish < count + more ? count + more : wish;
    void *new = reallocarray(old, wish, size);
    if (new == NULL) {
        return false;
    }
    memcpy(array, &new, sizeof new);
    *room = wish;
    return true;
}

static bool fails(struct tape *tape)
{
    tape->broken = true;
    return false;
}

/* --- events ------------------------------------------------------------------------------- */

/* As model_event() counts them. */
static bool is_step(const struct mp_deed *deed)
{
    enum mp_phase phase = mp_deed_phase(deed);
    return deed->op > MP_OP_NONE && deed->op < MP_OPS && deed->op != MP_OP_NAME &&
           phase < MP_PHASES && phase != MP_WANT && phase != MP_SETTLED &&
           (deed->info & MP_INFO_STEP) != 0;
}

static bool room_for_event(struct tape *tape)
{
    if (tape->events >= EVENTS_MOST) {
        return false;
    }
    if (tape->events < tape->piece_count * (uint64_t)PIECE) {
        return true;
    }
    if (!grow(&tape->pieces, tape->piece_count, 1, &tape->piece_room,
              sizeof(struct piece *))) {
        return false;
    }
    struct piece *piece = malloc(sizeof *piece);
    if (piece == NULL) {
        return false;
    }
    tape->pieces[tape->piece_count++] = piece;
    return true;
}

bool tape_event(struct tape *tape, unsigned slot, const struct mp_event *event)
{
    if (tape->broken || slot >= MP_PROCESSES) {
        return fails(tape);
    }
    bool step = is_step(&event->deed);
    if (!room_for_event(tape) || (step && !grow(&tape->steps, tape->step_count, 1,
                                                &tape->step_room, sizeof *tape->steps))) {
        return fails(tape);
    }
    struct piece *piece = tape->pieces[tape->events / PIECE];
    piece->events[tape->events % PIECE] = *event;
    piece->slots[tape->events % PIECE] = (uint8_t)slot;
    if (step) {
        tape->steps[tape->step_count++] = (uint32_t)tape->events;
    }
    tape->events++;
    return true;
}

const struct mp_event *tape_event_at(const struct tape *tape, uint64_t index,
                                     unsigned *slot)
{
    const struct piece *piece = tape->pieces[index / PIECE];
    *slot = piece->slots[index % PIECE];
    return &piece->events[index % PIECE];
}

uint64_t tape_events(const struct tape *tape)
{
    return tape->events;
}

uint64_t tape_first_step(const struct tape *tape)
{
    return tape->first_step;
}

uint64_t tape_last_step(const struct tape *tape)
{
    return tape->first_step + tape->step_count - 1;
}

bool tape_step_at(const struct tape *tape, uint64_t step, uint64_t *index)
{
    if (step < tape->first_step || step - tape->first_step >= tape->step_count) {
        return false;
    }
    *index = tape->steps[step - tape->first_step];
    return true;
}

bool tape_is_whole(const struct tape *tape)
{
    return !tape->broken;
}

size_t tape_bytes(const struct tape *tape)
{
    return tape->piece_count * (sizeof(struct piece) + sizeof(struct piece *)) +
           tape->mark_room * sizeof *tape->marks + tape->data_room +
           tape->step_room * sizeof *tape->steps + sizeof *tape;
}

/* --- marks -------------------------------------------------------------------------------- */

static bool put(struct tape *tape, const void *bytes, size_t size)
{
    if (size > DATA_MOST - tape->data_size ||
        !grow(&tape->data, tape->data_size, size, &tape->data_room, 1)) {
        return false;
    }
    if (size > 0) {
        memcpy(tape->data + tape->data_size, bytes, size);
        tape->data_size += size;
    }
    return true;
}

static bool is_empty(const void *bytes, size_t size)
{
    const unsigned char *at = bytes;
    return size == 0 || (at[0] == 0 && memcmp(at, at + 1, size - 1) == 0);
}

/* What of an object's bytes a snapshot has. */
static size_t bytes_of(const struct mp_object_entry *entry)
{
    if (entry->kind == MP_KIND_QUEUE) {
        return contents_count(entry) * sizeof(uint64_t);
    }
    return entry->size < MODEL_BYTES ? entry->size : MODEL_BYTES;
}

struct snapshot_head {
    uint64_t steps;
    uint32_t grain, controlled;
};

/* A head; then of each entry that is not empty its place, itself, and of an object its bytes. */
static bool put_snapshot(struct tape *tape, const struct snapshot *snapshot)
{
    struct snapshot_head head = {snapshot->steps, snapshot->grain, snapshot->controlled};
    bool good = put(tape, &head, sizeof head);
    for (uint16_t i = 0; good && i < MP_PROCESSES; i++) {
        const struct mp_process_entry *entry = &snapshot->processes[i];
        if (!is_empty(entry, sizeof *entry)) {
            good = put(tape, &i, sizeof i) && put(tape, entry, sizeof *entry);
        }
    }
    uint16_t end = MP_PROCESSES;
    good = good && put(tape, &end, sizeof end);
    for (uint16_t i = 0; good && i < MP_OBJECTS; i++) {
        const struct mp_object_entry *entry = &snapshot->objects[i];
        uint8_t has_bytes = snapshot->bytes[i] != NULL;
        if (!is_empty(entry, sizeof *entry)) {
            good = put(tape, &i, sizeof i) && put(tape, entry, sizeof *entry) &&
                   put(tape, &has_bytes, 1) &&
                   (!has_bytes || put(tape, snapshot->bytes[i], bytes_of(entry)));
        }
    }
    return good;
}

static const unsigned char *get(const unsigned char *from, void *to, size_t size)
{
    memcpy(to, from, size);
    return from + size;
}

static void get_snapshot(const unsigned char *from, size_t size, struct snapshot *snapshot)
{
    const unsigned char *end = from + size;
    struct snapshot_head head;
    uint16_t i;
    memset(snapshot, 0, sizeof *snapshot);
    from = get(from, &head, sizeof head);
    snapshot->steps = head.steps;
    snapshot->grain = (enum mp_grain)head.grain;
    snapshot->controlled = head.controlled != 0;
    for (from = get(from, &i, sizeof i); i < MP_PROCESSES;
         from = get(from, &i, sizeof i)) {
        from = get(from, &snapshot->processes[i], sizeof snapshot->processes[i]);
    }
    while (from < end) {
        uint8_t has_bytes;
        from = get(from, &i, sizeof i);
        from = get(from, &snapshot->objects[i], sizeof snapshot->objects[i]);
        from = get(from, &has_bytes, 1);
        snapshot->bytes[i] = has_bytes ? from : NULL;
        from += has_bytes ? bytes_of(&snapshot->objects[i]) : 0;
    }
}

static bool put_data(struct tape *tape, const struct mark *mark)
{
    switch (mark->kind) {
    case MARK_SNAPSHOT:
        return put_snapshot(tape, mark->snapshot);
    case MARK_FIELDS:
        return put(tape, mark->fields, mark->field_count * sizeof *mark->fields);
    case MARK_OUTPUT:
        return put(tape, mark->text, mark->size);
    case MARK_KERNEL:
        return put(tape, mark->kernel, sizeof *mark->kernel);
    case MARK_EXPECT:
    case MARK_END_ITEM:
        return put(tape, mark->text, strlen(mark->text) + 1);
    default:
        return true;
    }
}

/* So that what is inside can be pointed to as what it is. */
static bool align(struct tape *tape)
{
    static const unsigned char zeros[16];
    return put(tape, zeros, -tape->data_size % sizeof zeros);
}

bool tape_mark(struct tape *tape, const struct mark *mark)
{
    size_t before = tape->data_size;
    bool good =
        !tape->broken && mark->slot < MP_PROCESSES && mark->object < MP_OBJECTS &&
        grow(&tape->marks, tape->mark_count, 1, &tape->mark_room, sizeof *tape->marks) &&
        align(tape);
    size_t data = tape->data_size;
    if (!good || !put_data(tape, mark)) {
        tape->data_size = before;
        return fails(tape);
    }
    bool is_snapshot = mark->kind == MARK_SNAPSHOT;
    if (is_snapshot && (mark->gap || tape->step_count == 0)) {
        tape->first_step = mark->snapshot->steps + 1;
        tape->step_count = 0;
    }
    tape->marks[tape->mark_count++] =
        (struct kept){.at = tape->events,
                      .number = is_snapshot ? mark->snapshot->grain : mark->number,
                      .data = (uint32_t)data,
                      .size = (uint32_t)(tape->data_size - data),
                      .slot = mark->slot,
                      .object = mark->object,
                      .kind = (uint8_t)mark->kind,
                      .gap = mark->gap};
    return true;
}

uint64_t tape_marks(const struct tape *tape)
{
    return tape->mark_count;
}

void tape_mark_at(const struct tape *tape, uint64_t index, struct mark *mark,
                  struct snapshot *room)
{
    const struct kept *kept = &tape->marks[index];
    const unsigned char *data = tape->data + kept->data;
    const void *anything = data; /* aligned, see align() */
    *mark = (struct mark){.at = kept->at,
                          .kind = (enum mark_kind)kept->kind,
                          .slot = kept->slot,
                          .object = kept->object,
                          .gap = kept->gap,
                          .number = kept->number};
    switch (mark->kind) {
    case MARK_SNAPSHOT:
        if (room != NULL) {
            get_snapshot(data, kept->size, room);
            mark->snapshot = room;
        }
        break;
    case MARK_FIELDS:
        mark->fields = anything;
        mark->field_count = kept->size / sizeof *mark->fields;
        break;
    case MARK_KERNEL:
        mark->kernel = anything;
        break;
    case MARK_OUTPUT:
        mark->size = kept->size;
        mark->text = anything;
        break;
    case MARK_EXPECT:
    case MARK_END_ITEM:
        mark->text = anything;
        break;
    default:
        break;
    }
}

void tape_clock(struct tape *tape, uint64_t ticks, uint64_t nanoseconds)
{
    tape->ticks = ticks;
    tape->nanoseconds = nanoseconds;
}

void tape_clock_is(const struct tape *tape, uint64_t *ticks, uint64_t *nanoseconds)
{
    *ticks = tape->ticks;
    *nanoseconds = tape->nanoseconds;
}

/* --- playing ------------------------------------------------------------------------------ */

void tape_tell(struct model *model, const struct mark *mark)
{
    switch (mark->kind) {
    case MARK_SNAPSHOT:
        model_start(model, mark->snapshot, mark->gap);
        break;
    case MARK_FIELDS:
        model_name_fields(model, mark->object, mark->fields, mark->field_count);
        break;
    case MARK_OUTPUT:
        model_output(model, mark->text, mark->size);
        break;
    case MARK_KERNEL:
        model_kernel(model, mark->slot, mark->kernel);
        break;
    case MARK_EXPECT:
        model_expect(model, mark->text, (int64_t)mark->number);
        break;
    case MARK_END_ITEM:
        model_end_item(model, mark->text);
        break;
    case MARK_OUTSIDE:
        model_outside(model, mark->slot);
        break;
    case MARK_KILLED:
        model_killed_by_user(model, mark->slot);
        break;
    case MARK_STUCK:
        model_stuck(model);
        break;
    case MARK_DROPPED:
        model_dropped(model, mark->number);
        break;
    case MARK_FINISH:
        model_finish(model);
        break;
    default:
        break;
    }
}

/* Those that stand before the next event; `before_kill`: but for the word that somebody is to
   be killed, which belongs to the step that it is. False: no memory for a snapshot. */
static bool play_marks(const struct tape *tape, struct model *model,
                       struct playhead *head, bool before_kill)
{
    while (head->marks < tape->mark_count && tape->marks[head->marks].at <= head->events) {
        enum mark_kind kind = (enum mark_kind)tape->marks[head->marks].kind;
        struct snapshot *room = NULL;
        struct mark mark;
        if (before_kill && kind == MARK_KILLED) {
            return true;
        }
        if (kind == MARK_SNAPSHOT && (room = malloc(sizeof *room)) == NULL) {
            return false;
        }
        tape_mark_at(tape, head->marks++, &mark, room);
        tape_tell(model, &mark);
        free(room);
    }
    return true;
}

bool tape_play(const struct tape *tape, struct model *model, struct playhead *head,
               uint64_t step)
{
    uint64_t end = tape->events;
    bool inside = step != UINT64_MAX && tape_step_at(tape, step + 1, &end);
    if (!inside && step < tape->first_step - 1) {
        end = 0; /* before all that is known */
    }
    bool good = play_marks(tape, model, head, inside && head->events >= end);
    while (good && head->events < end) {
        unsigned slot;
        const struct mp_event *event = tape_event_at(tape, head->events, &slot);
        model_event(model, slot, event);
        head->events++;
        good = play_marks(tape, model, head, inside && head->events >= end);
    }
    if (tape->nanoseconds != 0) {
        model_clock(model, tape->ticks, tape->nanoseconds);
    }
    return good;
}

struct model *tape_model(const struct tape *tape, uint64_t step, struct playhead *head)
{
    struct model *model = model_new();
    *head = (struct playhead){0};
    if (model != NULL && !tape_play(tape, model, head, step)) {
        model_free(model);
        model = NULL;
    }
    return model;
}
