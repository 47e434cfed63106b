// SPDX-License-Identifier: MIT
/*
 * A run as a film: an asciinema cast, version 2, a picture of 80x24 for each step with the
 * steps table and what was said. Plain text; where something decisive happens is a marker,
 * at which a player can stop.
 */
#include "report/export_private.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum {
    COLS = 80,
    ROWS = 24,
    STEP_MS = 500,
    LABEL_MOST = 16,
    PEOPLE_MOST = 8,
    FIELDS_MOST = 2,
    PICTURE = 8192, /* bytes: 24 rows of letters that may have four */
};

/* A picture that is being put together, row by row. */
struct picture {
    char text[PICTURE];
    size_t length;
    int rows;
};

struct film {
    FILE *out;
    struct played played;
    struct picture picture;
    uint64_t number; /* of the picture */
    uint64_t told;   /* sentences of the run that have been looked at for markers */
};

/* --- rows of text ---------------------------------------------------------------------- */

static void add(struct picture *picture, const char *text, size_t length)
{
    if (length < sizeof picture->text - picture->length) {
        memcpy(picture->text + picture->length, text, length);
        picture->length += length;
        picture->text[picture->length] = '\0';
    }
}

static void end_row(struct picture *picture)
{
    picture->rows++;
    if (picture->rows < ROWS) { /* behind the last one the terminal would scroll */
        add(picture, "\r\n", 2);
    }
}

static void add_row(struct picture *picture, const char *text)
{
    if (picture->rows < ROWS) {
        add(picture, text, export_fit(text, COLS, NULL));
        end_row(picture);
    }
}

/* In so many columns, cut or filled with blanks. */
static void add_padded(struct picture *picture, const char *text, int columns, bool right)
{
    char blanks[COLS + 1];
    int left;
    size_t length = export_fit(text, columns, &left);
    left = left < COLS ? left : COLS;
    memset(blanks, ' ', sizeof blanks);
    if (right) {
        add(picture, blanks, (size_t)left);
    }
    add(picture, text, length);
    if (!right) {
        add(picture, blanks, (size_t)left);
    }
}

/* --- the steps table ------------------------------------------------------------------- */

struct table {
    uint16_t slots[MP_PROCESSES];
    size_t people, first_person;
    uint32_t fields[FIELDS_MOST];
    int field_count;
    unsigned queue;
    int label, column;
    size_t first, count; /* moments */
};

static int larger(int a, int b)
{
    return a > b ? a : b;
}

/* Who went last is among those shown. */
static void choose_people(const struct model *model, struct table *table)
{
    table->people = steps_people(model, table->slots);
    for (size_t i = 0; i < table->people; i++) {
        if (table->slots[i] == model->moved_last && i >= PEOPLE_MOST) {
            table->first_person = i - PEOPLE_MOST + 1;
        }
    }
    size_t left = table->people - table->first_person;
    table->people = left < PEOPLE_MOST ? left : PEOPLE_MOST;
}

static void choose_columns(const struct model *model, struct table *table)
{
    char text[EXPORT_TEXT];
    int room = COLS - 4 - table->label;
    table->column = 4;
    table->count = 0;
    for (size_t i = model->moment_count; i-- > 0;) {
        const struct moment *moment = &model->moments[i];
        steps_cell(model, moment, text, sizeof text);
        int wish = larger(table->column, export_columns(text) + 2);
        steps_after(model, moment, text, sizeof text);
        wish = larger(wish, export_columns(text) + 2);
        snprintf(text, sizeof text, "%" PRIu64, moment->step);
        wish = larger(wish, (int)strlen(text) + 2);
        if (table->count > 0 && ((int)table->count + 1) * wish > room) {
            break;
        }
        table->column = wish < room ? wish : room;
        table->count++;
    }
    table->first = model->moment_count - table->count;
}

static void plan(const struct model *model, struct table *table)
{
    *table = (struct table){.label = 8};
    choose_people(model, table);
    table->field_count = steps_fields(model, STEPS_LOOK_BACK, table->fields, FIELDS_MOST);
    table->queue = steps_object(model, MP_KIND_QUEUE);
    for (size_t i = 0; i < table->people; i++) {
        const char *name = model_name(model, table->slots[table->first_person + i]);
        table->label = larger(table->label, export_columns(name));
    }
    for (int i = 0; i < table->field_count; i++) {
        const char *name = model->fields[table->fields[i]].name;
        table->label = larger(table->label, export_columns(name));
    }
    if (table->queue != 0) {
        table->label = larger(table->label, (int)strlen(STEPS_IN_THE_QUEUE));
    }
    table->label = table->label < LABEL_MOST ? table->label : LABEL_MOST;
    choose_columns(model, table);
}

static void add_label(struct picture *picture, const struct table *table,
                      const char *number, const char *name)
{
    add_padded(picture, number, 3, true);
    add(picture, " ", 1);
    add_padded(picture, name, table->label, false);
}

static void add_numbers(struct picture *picture, const struct model *model,
                        const struct table *table)
{
    char text[24];
    add_label(picture, table, "", "step");
    for (size_t i = 0; i < table->count; i++) {
        snprintf(text, sizeof text, "%" PRIu64, model->moments[table->first + i].step);
        add_padded(picture, text, table->column - 1, true);
        add(picture, " ", 1);
    }
    end_row(picture);
}

static void add_process(struct picture *picture, const struct model *model,
                        const struct table *table, unsigned slot)
{
    char text[EXPORT_TEXT];
    snprintf(text, sizeof text, "%u", slot);
    add_label(picture, table, text, model_name(model, slot));
    for (size_t i = 0; i < table->count; i++) {
        const struct moment *moment = &model->moments[table->first + i];
        bool is_its_own = moment->process == slot;
        bool lost = is_its_own && steps_cell(model, moment, text, sizeof text);
        add_padded(picture, is_its_own ? text : ".", table->column - 1, true);
        add(picture, lost ? "x" : " ", 1);
    }
    end_row(picture);
}

static void add_values(struct picture *picture, const struct model *model,
                       const struct table *table, int row)
{
    char text[EXPORT_TEXT];
    uint64_t raw;
    const struct field *field =
        row < table->field_count ? &model->fields[table->fields[row]] : NULL;
    add_label(picture, table, "", field != NULL ? field->name : STEPS_IN_THE_QUEUE);
    for (size_t i = 0; i < table->count; i++) {
        size_t moment = table->first + i;
        text[0] = '\0';
        if (field == NULL) {
            if (model_inside_after(model, moment, table->queue, &raw)) {
                snprintf(text, sizeof text, "%" PRIu64, raw);
            }
        } else if (model_value_after(model, moment, table->fields[row], &raw)) {
            model_value(field, raw, text, sizeof text);
        }
        add_padded(picture, text, table->column - 1, true);
        add(picture, " ", 1);
    }
    end_row(picture);
}

static void add_table(struct picture *picture, const struct model *model)
{
    struct table table;
    plan(model, &table);
    add_numbers(picture, model, &table);
    for (size_t i = 0; i < table.people; i++) {
        add_process(picture, model, &table, table.slots[table.first_person + i]);
    }
    int values = table.field_count + (table.queue != 0);
    for (int i = 0; i < values; i++) {
        add_values(picture, model, &table, i);
    }
}

/* --- what is said ---------------------------------------------------------------------- */

/* The newest sentences, as many as there are rows for, above the legend. */
static void add_sentences(struct picture *picture, const struct model *model)
{
    char text[2 * EXPORT_TEXT];
    char said[EXPORT_TEXT];
    size_t room = ROWS - 2 - (size_t)picture->rows;
    size_t begin = model->sentence_count;
    for (size_t shown = 0; begin > 0 && shown < room; begin--) {
        shown += !model->sentences[begin - 1].minor;
    }
    for (size_t i = begin; i < model->sentence_count; i++) {
        const struct sentence *sentence = &model->sentences[i];
        if (sentence->minor) {
            continue;
        }
        sentence_words(model, sentence, said, sizeof said);
        if (sentence->step != 0) {
            snprintf(text, sizeof text, "%4" PRIu64 " %s", sentence->step, said);
        } else {
            snprintf(text, sizeof text, "     %s", said);
        }
        add_row(picture, text);
    }
}

static void add_legend(struct picture *picture, const struct played *played)
{
    while (picture->rows < ROWS - 1) {
        add_row(picture, "");
    }
    add_row(picture, played->legend);
}

/* --- the film -------------------------------------------------------------------------- */

/* What a player may stop at; NULL: nothing of that kind. */
static const char *decisive(enum sentence_kind kind)
{
    switch (kind) {
    case SAY_LOST_ONE:
    case SAY_LOST_MANY:
        return "update lost";
    case SAY_BLOCKED_LOCK:
    case SAY_BLOCKED_FULL:
    case SAY_BLOCKED_EMPTY:
    case SAY_BLOCKED_PERMIT:
    case SAY_BLOCKED_EVENT:
    case SAY_BLOCKED_MESSAGE:
        return "blocked";
    case SAY_ZOMBIE:
        return "zombie";
    case SAY_DIED_HOLDER:
        return "killed with lock";
    case SAY_DIED_WORKING:
        return "killed in a task";
    case SAY_STUCK:
        return "stuck";
    case SAY_ALL_ENDED:
        return "end";
    default:
        return NULL;
    }
}

static void put_time(const struct film *film)
{
    uint64_t ms = film->number * STEP_MS;
    fprintf(film->out, "[%" PRIu64 ".%03" PRIu64 ", ", ms / 1000, ms % 1000);
}

static void put_markers(struct film *film)
{
    const struct model *now = film->played.now;
    uint64_t gone = now->sentences_gone;
    const char *last = NULL;
    film->told = film->told > gone ? film->told : gone;
    for (; film->told < gone + now->sentence_count; film->told++) {
        const struct sentence *sentence = &now->sentences[film->told - gone];
        const char *what = decisive(sentence->kind);
        char label[EXPORT_TEXT];
        if (what == NULL || what == last) {
            continue;
        }
        last = what;
        snprintf(label, sizeof label, "step %" PRIu64 ": %s", now->steps, what);
        put_time(film);
        fputs("\"m\", ", film->out);
        put_json(film->out, label);
        fputs("]\n", film->out);
    }
}

static void put_picture(struct film *film)
{
    struct picture *picture = &film->picture;
    const struct model *now = film->played.now;
    *picture = (struct picture){.length = 0};
    add(picture, "\x1b[2J\x1b[H", 7);
    add_row(picture, film->played.title);
    add_row(picture, "");
    add_table(picture, now);
    add_row(picture, "");
    add_sentences(picture, now);
    add_legend(picture, &film->played);
    put_time(film);
    fputs("\"o\", ", film->out);
    put_json(film->out, picture->text);
    fputs("]\n", film->out);
    put_markers(film);
    film->number++;
}

static bool put_film(struct film *film)
{
    fprintf(film->out,
            "{\"version\": 2, \"width\": %d, \"height\": %d, \"title\": ", COLS, ROWS);
    put_json(film->out, film->played.title);
    fputs("}\n", film->out);
    /* before the first step, and after each; the last picture has the end in it */
    for (uint64_t step = film->played.first - 1; step < film->played.end; step++) {
        if (!played_to(&film->played, step)) {
            return false;
        }
        put_picture(film);
    }
    return true;
}

int export_cast(FILE *out, const struct export_run *run)
{
    struct film *film = calloc(1, sizeof *film);
    if (film == NULL) {
        return -ENOMEM;
    }
    film->out = out;
    int rc = played_begin(&film->played, run);
    if (rc == 0 && !put_film(film)) {
        rc = -ENOMEM;
    }
    played_end(&film->played);
    free(film);
    return rc != 0 ? rc : export_flush(out);
}
