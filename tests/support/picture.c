// SPDX-License-Identifier: MIT
// See picture.h.
#include "picture.h"

#include "proc.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CELL_WIDTH = 9, CELL_HEIGHT = 19, MARGIN = 10, PIDS = 64, FIRST_PID = 4710 };

// ---- Text that grows

struct text {
    char *bytes;
    size_t length, room;
};

__attribute__((format(printf, 2, 3))) static void add(struct text *text,
                                                      const char *format, ...)
{
    char piece[256];
    va_list arguments;

    va_start(arguments, format);
    int size = vsnprintf(piece, sizeof piece, format, arguments);
    va_end(arguments);
    if (text->length + (size_t)size + 1 > text->room) {
        text->room = (text->room + (size_t)size + 1) * 2;
        text->bytes = realloc(text->bytes, text->room);
    }
    memcpy(text->bytes + text->length, piece, (size_t)size + 1);
    text->length += (size_t)size;
}

// ---- Numbers of processes

// The processes that are looked for, and in which order they were first seen: that order is
// the same in each run, their numbers are not.
struct pids {
    pid_t real[PIDS];
    int seen[PIDS]; // 1, 2, 3 ...; 0 not yet
    size_t count;
    int seen_count;
};

static void find_pids(struct pids *pids, pid_t parent)
{
    pid_t children[PIDS];
    size_t found = proc_children(parent, children, PIDS);

    for (size_t i = 0; i < found && i < PIDS && pids->count < PIDS; i++) {
        pids->real[pids->count++] = children[i];
        find_pids(pids, children[i]);
    }
}

static struct pids pids_of(pid_t root)
{
    struct pids pids = {.real = {getpid(), root}, .count = 2};

    find_pids(&pids, root);
    return pids;
}

// The number that stands for `pid` in pictures, 0 when it is none of them.
static int stand_in(struct pids *pids, long pid)
{
    for (size_t i = 0; i < pids->count; i++) {
        if (pids->real[i] == pid) {
            if (pids->seen[i] == 0) {
                pids->seen[i] = ++pids->seen_count;
            }
            return FIRST_PID + pids->seen[i];
        }
    }
    return 0;
}

// A row of cells, in which numbers are replaced. They may have more or fewer digits than
// what stands for them: the blanks before or behind them make up for it, so that columns
// stay where they are.
struct row {
    struct terminal_cell cells[512];
    int count;
};

static bool is_blank_at(const struct row *row, int at)
{
    return at >= 0 && at < row->count && strcmp(row->cells[at].text, " ") == 0;
}

// Moves cells [from, to) by one place to the right, over a blank, or to the left.
static void shift(struct row *row, int from, int to, int by)
{
    if (from < to) {
        memmove(&row->cells[from + by], &row->cells[from],
                (size_t)(to - from) * sizeof row->cells[0]);
    }
}

static void put_blank(struct row *row, int at)
{
    snprintf(row->cells[at].text, sizeof row->cells[at].text, " ");
}

// Gives the number at [at, end) one cell more: a blank on the left, or one that is further
// right, where two stand together. Returns where it begins then.
static int widen(struct row *row, int at, int end)
{
    if (is_blank_at(row, at - 1) && is_blank_at(row, at - 2)) {
        return at - 1;
    }
    int spare = end;
    while (spare < row->count - 1 &&
           !(is_blank_at(row, spare) && is_blank_at(row, spare + 1))) {
        spare++;
    }
    shift(row, end, spare, 1);
    return at;
}

// Takes one cell from it: a blank more on the left of a column, or further right.
static int narrow(struct row *row, int at, int end)
{
    if (is_blank_at(row, at - 1) && is_blank_at(row, at - 2)) {
        put_blank(row, at);
        return at + 1;
    }
    int spare = end;
    while (spare < row->count - 1 &&
           !(is_blank_at(row, spare) && is_blank_at(row, spare + 1))) {
        spare++;
    }
    shift(row, end, spare + 1, -1);
    put_blank(row, spare);
    return at;
}

// Writes `number` in place of the digits at [at, end). Returns where it ends.
static int replace_number(struct row *row, int at, int end, int number)
{
    char digits[16];
    int length = snprintf(digits, sizeof digits, "%d", number);
    int size = end - at;
    for (; size < length; size++) {
        at = widen(row, at, at + size);
    }
    for (; size > length; size--) {
        at = narrow(row, at, at + size);
    }
    for (int i = 0; i < length; i++) {
        snprintf(row->cells[at + i].text, sizeof row->cells[0].text, "%c", digits[i]);
    }
    return at + length;
}

static void replace_numbers(struct row *row, struct pids *pids)
{
    for (int at = 0; at < row->count; at++) {
        char digits[16] = "";
        int end = at;
        while (end < row->count && end - at < 10 &&
               isdigit((unsigned char)row->cells[end].text[0])) {
            digits[end - at] = row->cells[end].text[0];
            end++;
        }
        int instead = end - at >= 3 ? stand_in(pids, atol(digits)) : 0;
        if (instead != 0) {
            end = replace_number(row, at, end, instead);
        }
        at = end > at ? end - 1 : at;
    }
}

static void read_row(struct terminal *t, int number, struct pids *pids, struct row *row)
{
    row->count = terminal_cols(t) < 512 ? terminal_cols(t) : 512;
    for (int col = 0; col < row->count; col++) {
        row->cells[col] = terminal_cell(t, number, col);
    }
    replace_numbers(row, pids);
}

// ---- Pictures

char *picture_text(struct terminal *t, pid_t root)
{
    struct text text = {0};
    struct pids pids = pids_of(root);

    for (int number = 0; number < terminal_rows(t); number++) {
        static struct row row;
        read_row(t, number, &pids, &row);
        int last = row.count;
        while (last > 0 && strcmp(row.cells[last - 1].text, " ") == 0) {
            last--;
        }
        for (int col = 0; col < last; col++) {
            add(&text, "%s", row.cells[col].text);
        }
        add(&text, "\n");
    }
    return text.bytes;
}

static const char *colour(int number)
{
    static const char *const palette[] = {"#202028", "#d1605e", "#5aa469", "#e8a33d",
                                          "#5b9bd5", "#b07cc6", "#4fb3bf", "#d8d8d8"};

    return number >= 0 && number < 16 ? palette[number % 8] : "#d8d8d8";
}

static bool same_look(const struct terminal_cell *a, const struct terminal_cell *b)
{
    return a->bold == b->bold && a->reverse == b->reverse && a->fg == b->fg &&
           a->fg_default == b->fg_default;
}

static void add_escaped(struct text *svg, const char *text)
{
    for (; *text != '\0'; text++) {
        switch (*text) {
        case '<':
            add(svg, "&lt;");
            break;
        case '>':
            add(svg, "&gt;");
            break;
        case '&':
            add(svg, "&amp;");
            break;
        default:
            add(svg, "%c", *text);
        }
    }
}

// Cells that look the same, as one text of a fixed width, so that columns stay columns in
// whatever font there is.
static void add_run(struct text *svg, const struct row *row, int number, int from, int to)
{
    const struct terminal_cell *look = &row->cells[from];
    const char *ink = look->fg_default ? "#d8d8d8" : colour(look->fg);
    int x = MARGIN + from * CELL_WIDTH;
    int y = MARGIN + number * CELL_HEIGHT;
    int width = (to - from) * CELL_WIDTH;

    if (look->reverse) {
        add(svg, "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"%s\"/>\n", x,
            y, width, CELL_HEIGHT, ink);
        ink = "#202028";
    }
    add(svg, "<text x=\"%d\" y=\"%d\" textLength=\"%d\" fill=\"%s\"%s>", x, y + 14, width,
        ink, look->bold ? " font-weight=\"bold\"" : "");
    for (int col = from; col < to; col++) {
        add_escaped(svg, row->cells[col].text);
    }
    add(svg, "</text>\n");
}

static bool is_blank(const struct row *row, int from, int to)
{
    while (from < to && strcmp(row->cells[from].text, " ") == 0) {
        from++;
    }
    return from == to;
}

static void add_row(struct text *svg, const struct row *row, int number)
{
    for (int from = 0, to; from < row->count; from = to) {
        to = from + 1;
        while (to < row->count && same_look(&row->cells[from], &row->cells[to])) {
            to++;
        }
        if (!is_blank(row, from, to) || row->cells[from].reverse) {
            add_run(svg, row, number, from, to);
        }
    }
}

char *picture_svg(struct terminal *t, pid_t root)
{
    struct text svg = {0};
    struct pids pids = pids_of(root);
    int width = 2 * MARGIN + terminal_cols(t) * CELL_WIDTH;
    int height = 2 * MARGIN + terminal_rows(t) * CELL_HEIGHT;

    add(&svg, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" ", width,
        height);
    add(&svg, "font-family=\"DejaVu Sans Mono, Menlo, Consolas, monospace\" "
              "font-size=\"15\" xml:space=\"preserve\">\n");
    add(&svg, "<rect width=\"%d\" height=\"%d\" rx=\"8\" fill=\"#202028\"/>\n", width,
        height);
    for (int number = 0; number < terminal_rows(t); number++) {
        static struct row row;
        read_row(t, number, &pids, &row);
        add_row(&svg, &row, number);
    }
    add(&svg, "</svg>\n");
    return svg.bytes;
}

// ---- Comparing

static const char *next_word(const char *text, const char **end)
{
    while (isspace((unsigned char)*text)) {
        text++;
    }
    *end = text;
    while (**end != '\0' && !isspace((unsigned char)**end)) {
        (*end)++;
    }
    return text;
}

bool picture_same(const char *a, const char *b)
{
    for (;;) {
        const char *end_a;
        const char *end_b;
        const char *word_a = next_word(a, &end_a);
        const char *word_b = next_word(b, &end_b);
        size_t length = (size_t)(end_a - word_a);
        if (length != (size_t)(end_b - word_b) || memcmp(word_a, word_b, length) != 0) {
            return false;
        }
        if (length == 0) {
            return true;
        }
        a = end_a;
        b = end_b;
    }
}
