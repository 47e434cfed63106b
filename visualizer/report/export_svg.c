// SPDX-License-Identifier: MIT
/*
 * The steps table as a picture: a row per process, a column per step, the values below, in
 * several tables one under the other when there are many steps.
 *
 * Everything is said by characters, so that it can be read in black and white; colour says it
 * again. Styles stand at each element: presentation programs do not read style sheets.
 */
#include "report/export_private.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

enum {
    LETTER = 12, /* width of a letter, where the font's height is FONT */
    FONT = 20,
    SMALL = 14, /* for legend and code */
    SMALL_LETTER = 9,
    ROW = 30,
    MARGIN = 24,
    STEPS_A_LINE = 20,
    WIDTH_MOST = 1600, /* of a line of steps, where there is more than one in it */
    LABEL_MOST = 24,   /* letters */
    FIELDS_MOST = 4,
    CODE_LINES_MOST = 12,
};

#define FONTS "DejaVu Sans Mono, Consolas, Menlo, Liberation Mono, Courier New, monospace"

/* As dark as text has to be on white. */
static const char *const colours[] = {"#00537a", "#a33b00", "#00664a", "#8a2a66",
                                      "#6b5200", "#3d3d99", "#7a1f1f", "#005f5f"};
enum { COLOURS = sizeof colours / sizeof *colours };

#define QUIET "#6e6e6e"
#define BLACK "#000000"

struct picture {
    FILE *out;
    struct played played;
    uint16_t slots[MP_PROCESSES];
    size_t rows;
    uint32_t fields[FIELDS_MOST];
    int field_count;
    unsigned queue; /* how many are inside is a row too; 0: none */
    int label;      /* letters of the names */
    int column;     /* letters of a step */
    uint64_t a_line;
    int width, height;
};

/* --- elements -------------------------------------------------------------------------- */

struct letters {
    int size;
    const char *colour;
    bool bold, at_end; /* x is where the text ends */
};

static void put_text(const struct picture *picture, int x, int y, struct letters letters,
                     const char *text)
{
    fprintf(picture->out, "<text x=\"%d\" y=\"%d\" font-size=\"%d\" fill=\"%s\"%s%s>", x,
            y, letters.size, letters.colour, letters.bold ? " font-weight=\"bold\"" : "",
            letters.at_end ? " text-anchor=\"end\"" : "");
    put_xml(picture->out, text);
    fputs("</text>\n", picture->out);
}

static void put_cut(const struct picture *picture, int x, int y, struct letters letters,
                    const char *text, int columns)
{
    char cut[EXPORT_TEXT];
    size_t length = export_fit(text, columns, NULL);
    length = length < sizeof cut ? length : sizeof cut - 1;
    snprintf(cut, sizeof cut, "%.*s", (int)length, text);
    put_text(picture, x, y, letters, cut);
}

/* --- how large it is ------------------------------------------------------------------- */

static int larger(int a, int b)
{
    return a > b ? a : b;
}

static const char *field_name(const struct picture *picture, int i)
{
    return picture->played.last->fields[picture->fields[i]].name;
}

static void measure_labels(struct picture *picture)
{
    const struct model *last = picture->played.last;
    picture->label = 4;
    for (size_t i = 0; i < picture->rows; i++) {
        const char *name = model_name(last, picture->slots[i]);
        picture->label = larger(picture->label, export_columns(name));
    }
    for (int i = 0; i < picture->field_count; i++) {
        picture->label = larger(picture->label, export_columns(field_name(picture, i)));
    }
    if (picture->queue != 0) {
        picture->label = larger(picture->label, (int)strlen(STEPS_IN_THE_QUEUE));
    }
    if (picture->label > LABEL_MOST) {
        picture->label = LABEL_MOST;
    }
}

/* Letters for all that stands in one step: its number, the cell and its sign, the value. */
static void measure_columns(struct picture *picture)
{
    const struct model *last = picture->played.last;
    char text[EXPORT_TEXT];
    int widest = 3;
    for (size_t i = 0; i < last->moment_count; i++) {
        const struct moment *moment = &last->moments[i];
        steps_cell(last, moment, text, sizeof text);
        widest = larger(widest, export_columns(text) + 1);
        steps_after(last, moment, text, sizeof text);
        widest = larger(widest, export_columns(text));
    }
    snprintf(text, sizeof text, "%" PRIu64, picture->played.end);
    widest = larger(widest, (int)strlen(text));
    picture->column = widest + 1;
    int fit = WIDTH_MOST / (picture->column * LETTER);
    picture->a_line = fit < 1 ? 1 : fit < STEPS_A_LINE ? (uint64_t)fit : STEPS_A_LINE;
}

static int left_of_steps(const struct picture *picture)
{
    return MARGIN + (5 + picture->label) * LETTER;
}

static void measure(struct picture *picture)
{
    const struct model *last = picture->played.last;
    picture->rows = steps_people(last, picture->slots);
    picture->field_count = steps_fields(last, SIZE_MAX, picture->fields, FIELDS_MOST);
    picture->queue = steps_object(last, MP_KIND_QUEUE);
    measure_labels(picture);
    measure_columns(picture);
    uint64_t steps = last->moment_count;
    uint64_t across = steps < picture->a_line ? steps : picture->a_line;
    picture->width =
        left_of_steps(picture) + ((int)across * picture->column + 1) * LETTER;
    picture->width =
        larger(picture->width, export_columns(picture->played.title) * LETTER + MARGIN);
    picture->width =
        larger(picture->width,
               MARGIN + export_columns(played_verdict(&picture->played)) * SMALL_LETTER);
    picture->width = larger(picture->width, 640) + MARGIN;
}

/* Tables one under the other; of a run without steps none. */
static uint64_t tables_of(const struct picture *picture)
{
    return (picture->played.last->moment_count + picture->a_line - 1) / picture->a_line;
}

static int rows_of_table(const struct picture *picture)
{
    return 1 + (int)picture->rows + picture->field_count + (picture->queue != 0);
}

static size_t letters_a_line(const struct picture *picture)
{
    return (size_t)(picture->width - 2 * MARGIN) / SMALL_LETTER;
}

/* Lines for the code; what is longer than that is no caption any more, and is cut. */
static int code_lines(const struct picture *picture)
{
    size_t length = strlen(picture->played.run->code);
    size_t lines = (length + letters_a_line(picture) - 1) / letters_a_line(picture);
    return lines < CODE_LINES_MOST ? (int)lines : CODE_LINES_MOST;
}

/* --- the table ------------------------------------------------------------------------- */

/* Where the cells of a step end; the sign for a lost update stands behind. */
static int end_of(const struct picture *picture, uint64_t column)
{
    return left_of_steps(picture) + ((int)column + 1) * picture->column * LETTER - LETTER;
}

static void put_numbers(const struct picture *picture, int y, size_t first, size_t count)
{
    char text[24];
    put_text(picture, MARGIN, y, (struct letters){SMALL, QUIET, false, false}, "step");
    for (size_t i = 0; i < count; i++) {
        snprintf(text, sizeof text, "%" PRIu64,
                 picture->played.last->moments[first + i].step);
        put_text(picture, end_of(picture, i), y,
                 (struct letters){SMALL, QUIET, false, true}, text);
    }
}

/* A lost update is framed, and has an x. */
static void put_cell(const struct picture *picture, int x, int y, const char *colour,
                     const struct moment *moment)
{
    char text[EXPORT_TEXT];
    if (!steps_cell(picture->played.last, moment, text, sizeof text)) {
        put_text(picture, x, y, (struct letters){FONT, colour, false, true}, text);
        return;
    }
    int width = (export_columns(text) + 1) * LETTER + 6;
    fprintf(picture->out,
            "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"#ffe3d6\" "
            "stroke=\"%s\"/>\n",
            x + LETTER + 3 - width, y - FONT, width, FONT + 6, BLACK);
    size_t length = strlen(text);
    snprintf(text + length, sizeof text - length, "x");
    put_text(picture, x + LETTER, y, (struct letters){FONT, colour, true, true}, text);
}

static void put_process(const struct picture *picture, int y, unsigned slot, size_t first,
                        size_t count)
{
    const struct model *last = picture->played.last;
    const char *colour = colours[slot % COLOURS];
    char number[8];
    snprintf(number, sizeof number, "%u", slot);
    put_text(picture, MARGIN + 3 * LETTER, y, (struct letters){FONT, colour, true, true},
             number);
    put_cut(picture, MARGIN + 4 * LETTER, y, (struct letters){FONT, colour, true, false},
            model_name(last, slot), picture->label);
    for (size_t i = 0; i < count; i++) {
        const struct moment *moment = &last->moments[first + i];
        if (moment->process == slot) {
            put_cell(picture, end_of(picture, i), y, colour, moment);
        } else {
            put_text(picture, end_of(picture, i), y,
                     (struct letters){FONT, QUIET, false, true}, "\xc2\xb7");
        }
    }
}

static void put_values(const struct picture *picture, int y, int row, size_t first,
                       size_t count)
{
    const struct model *last = picture->played.last;
    const struct letters value = {FONT, BLACK, true, true};
    uint32_t field = row < picture->field_count ? picture->fields[row] : NO_FIELD;
    const char *name = field == NO_FIELD ? STEPS_IN_THE_QUEUE : last->fields[field].name;
    char text[EXPORT_TEXT];
    uint64_t raw;
    put_cut(picture, MARGIN + 4 * LETTER, y, (struct letters){FONT, BLACK, true, false},
            name, picture->label);
    for (size_t i = 0; i < count; i++) {
        if (field == NO_FIELD) {
            if (!model_inside_after(last, first + i, picture->queue, &raw)) {
                continue;
            }
            snprintf(text, sizeof text, "%" PRIu64, raw);
        } else {
            if (!model_value_after(last, first + i, field, &raw)) {
                continue;
            }
            model_value(&last->fields[field], raw, text, sizeof text);
        }
        put_cut(picture, end_of(picture, i), y, value, text, picture->column - 1);
    }
}

static void put_rule(const struct picture *picture, int y, size_t count)
{
    fprintf(picture->out,
            "<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\" stroke=\"%s\"/>\n", MARGIN, y,
            end_of(picture, count - 1) + LETTER, y, QUIET);
}

static int put_table(const struct picture *picture, int y, size_t first, size_t count)
{
    put_numbers(picture, y, first, count);
    put_rule(picture, y + 8, count);
    y += ROW + 4;
    for (size_t i = 0; i < picture->rows; i++, y += ROW) {
        put_process(picture, y, picture->slots[i], first, count);
    }
    int values = picture->field_count + (picture->queue != 0);
    if (values > 0) {
        put_rule(picture, y - FONT - 2, count);
    }
    for (int i = 0; i < values; i++, y += ROW) {
        put_values(picture, y, i, first, count);
    }
    return y;
}

/* --- the picture ----------------------------------------------------------------------- */

static void put_head(const struct picture *picture)
{
    fprintf(picture->out,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" "
            "viewBox=\"0 0 %d %d\" font-family=\"" FONTS "\" role=\"img\" "
            "xml:space=\"preserve\">\n<title>",
            picture->width, picture->height, picture->width, picture->height);
    put_xml(picture->out, picture->played.title);
    fputs("</title>\n<desc>", picture->out);
    put_xml(picture->out, played_verdict(&picture->played));
    fprintf(picture->out, "</desc>\n<rect width=\"%d\" height=\"%d\" fill=\"#ffffff\"/>\n",
            picture->width, picture->height);
}

static int put_legend(const struct picture *picture, int y)
{
    put_text(picture, MARGIN, y, (struct letters){SMALL, QUIET, false, false},
             picture->played.legend);
    return y + ROW;
}

static void put_code(const struct picture *picture, int y)
{
    const char *code = picture->played.run->code;
    for (int i = 0; i < code_lines(picture); i++, y += SMALL + 6) {
        char line[1024];
        int columns = (int)letters_a_line(picture);
        size_t length = export_fit(code, columns, NULL);
        length = length < sizeof line ? length : sizeof line - 1;
        snprintf(line, sizeof line, "%.*s", (int)length, code);
        put_text(picture, MARGIN, y, (struct letters){SMALL, BLACK, false, false}, line);
        code += length;
    }
}

static void put_picture(struct picture *picture)
{
    const struct model *last = picture->played.last;
    const struct letters title = {FONT, BLACK, true, false};
    uint64_t tables = tables_of(picture);
    picture->height =
        2 * MARGIN + ROW + (int)tables * (rows_of_table(picture) * ROW + ROW / 2 + 4) +
        (tables == 0 ? ROW : 0) + 2 * ROW + code_lines(picture) * (SMALL + 6);
    put_head(picture);
    int y = MARGIN + FONT;
    put_text(picture, MARGIN, y, title, picture->played.title);
    y += ROW + 16;
    if (tables == 0) {
        put_text(picture, MARGIN, y, (struct letters){SMALL, BLACK, false, false},
                 "No steps.");
        y += ROW;
    }
    for (size_t first = 0; first < last->moment_count; first += picture->a_line) {
        size_t left = last->moment_count - first;
        y = put_table(picture, y, first, left < picture->a_line ? left : picture->a_line);
        y += ROW / 2;
    }
    y = put_legend(picture, y);
    put_text(picture, MARGIN, y, (struct letters){SMALL, BLACK, false, false},
             played_verdict(&picture->played));
    put_code(picture, y + ROW);
    fputs("</svg>\n", picture->out);
}

int export_svg(FILE *out, const struct export_run *run)
{
    struct picture picture = {.out = out};
    int rc = played_begin(&picture.played, run);
    if (rc == 0) {
        measure(&picture);
        put_picture(&picture);
    }
    played_end(&picture.played);
    return rc != 0 ? rc : export_flush(out);
}
