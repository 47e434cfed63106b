// SPDX-License-Identifier: MIT
/*
 * The reader on the screen: a title, rows of the lesson, what Enter would do, the keys.
 */
#include "screen/reader.h"
#include "screen/text.h"

#include "screen/glyphs.h"

#include <stdio.h>
#include <string.h>

enum {
    ROWS_TITLED = 4, /* from so many rows on there is a title, */
    ROWS_TOLD = 8,   /* ... and a row that says what Enter does */
};

/* The keys of the reader; screen/keys.c has their codes. */
static const struct {
    enum glyph sign[2]; /* GLYPHS: none */
    const char *name, *help;
} keys[] = {
    {{GLYPH_KEY_UP, GLYPH_KEY_DOWN},
     "",
     "to the link, command or fold above or below; a row"},
    {{GLYPHS, GLYPHS}, "Enter", "follow the link; run the command; unfold, or fold"},
    {{GLYPHS, GLYPHS}, "Space", "a page on; PageUp and PageDown: back and on"},
    {{GLYPHS, GLYPHS}, "Tab", "to the next link, command or fold; Shift-Tab: back"},
    {{GLYPHS, GLYPHS}, "Home", "to the beginning; End: to the end"},
    {{GLYPH_KEY_LEFT, GLYPHS}, "", "back to where the link was; Backspace does the same"},
    {{GLYPHS, GLYPHS}, "q", "leave the lesson; Esc does the same"},
    {{GLYPHS, GLYPHS}, "?", "these lines; any key closes them"},
};

static void draw_help_rows(const struct area *area)
{
    enum { HELP_COLUMN = 12 };
    char name[32];
    int row = 0;

    if (area->rows > (int)(sizeof keys / sizeof *keys)) {
        put(area, row, 1, STYLE_STRONG, "reading");
        put_before(area, row++, area->cols - 1, STYLE_NORMAL, "any key closes this");
    }
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        snprintf(name, sizeof name, "%s", keys[i].name);
        for (size_t j = 0; j < 2 && keys[i].sign[j] != GLYPHS; j++) {
            size_t used = strlen(name);
            snprintf(name + used, sizeof name - used, "%s%s", j > 0 ? " " : "",
                     glyph(keys[i].sign[j]));
        }
        put(area, row, 2, STYLE_STRONG, name);
        row += put_text(area, row, HELP_COLUMN, STYLE_NORMAL, keys[i].help);
    }
}

/* --- the text --------------------------------------------------------------------------- */

/* One row, in pieces that look the same. */
static void draw_row(const struct row *row, int selected, const struct area *area, int at)
{
    char piece[TEXT_SIZE];
    size_t length = strlen(row->text);
    int col = 0;

    for (size_t from = 0; from < length;) {
        size_t to = from + 1;
        while (to < length && row->looks[to] == row->looks[from] &&
               to - from + 1 < sizeof piece) {
            to++;
        }
        /* not in the middle of a character */
        while (to < length && ((unsigned char)row->text[to] & 0xc0) == 0x80) {
            to -= to > from + 1;
        }
        int style = row->looks[from] & LOOK_STRONG ? STYLE_STRONG : STYLE_NORMAL;
        bool marked = selected >= 0 && (row->looks[from] & LOOK_ITEM) == selected + 1;
        snprintf(piece, sizeof piece, "%.*s", (int)(to - from), row->text + from);
        col = put(area, at, col, style | (marked ? STYLE_REVERSE : 0), piece);
        from = to;
    }
}

void draw_rows(const struct document *document, int top, int selected,
               const struct area *area)
{
    for (int i = 0; i < area->rows && top + i < document->row_count; i++) {
        draw_row(&document->rows[top + i], selected, area, i);
        if (selected >= 0 && document->items[selected].first == top + i) {
            put(area, i, 0, STYLE_STRONG, glyph(GLYPH_HERE));
        }
    }
}

/* --- round the text --------------------------------------------------------------------- */

/* How much is above and below, in few characters. */
static void place_text(const struct reader *reader, char *text, size_t size)
{
    int below = reader->document->row_count - reader->top - reader->rows;

    if (below <= 0) {
        snprintf(text, size, reader->top == 0 ? "all" : "end");
    } else {
        snprintf(text, size, "%d%%",
                 100 * (reader->top + reader->rows) / reader->document->row_count);
    }
}

static void draw_title(const struct reader_view *view, const struct area *area)
{
    char text[32];
    const char *title = view->reader.document->title;

    place_text(&view->reader, text, sizeof text);
    int end = put_before(area, 0, area->cols - 1, STYLE_NORMAL, text);
    put_width(area, 0, 1, end - 2, STYLE_STRONG, *title != '\0' ? title : view->name);
}

static const char *enter_word(const struct reader *reader)
{
    if (reader->selected < 0) {
        return NULL;
    }
    switch (reader->document->items[reader->selected].kind) {
    case ITEM_COMMAND:
        return "run";
    case ITEM_FOLD:
        return document_is_open(reader->document, reader->selected) ? "fold" : "unfold";
    default:
        return "open";
    }
}

/* What stands above the keys: a message, or what Enter would do. */
static void draw_told(const struct reader_view *view, const struct area *area, int row)
{
    const struct reader *reader = &view->reader;
    char text[TEXT_SIZE] = "";

    if (view->message != NULL && *view->message != '\0') {
        put(area, row, 1, STYLE_STRONG, view->message);
        return;
    }
    if (reader->selected >= 0) {
        const char *what = reader->document->items[reader->selected].text;
        bool more = what[strcspn(what, "\n")] != '\0';
        snprintf(text, sizeof text, "Enter: %s  %.*s%s", enter_word(reader),
                 (int)strcspn(what, "\n"), what, more ? " ..." : "");
        put(area, row, 1, STYLE_NORMAL, text);
    }
}

/* The keys that matter most here, as many as there is room for. */
static void draw_bar(const struct reader_view *view, const struct area *area, int row)
{
    const char *word = enter_word(&view->reader);
    char text[3][TEXT_SIZE];
    char enter[32] = "";

    if (word != NULL) {
        snprintf(enter, sizeof enter, "Enter %s   ", word);
    }
    snprintf(text[0], TEXT_SIZE, " %s %s move   Space page on   %s%s back   ? keys   q %s",
             glyph(GLYPH_KEY_UP), glyph(GLYPH_KEY_DOWN), enter, glyph(GLYPH_KEY_LEFT),
             view->at_home ? "home" : "quit");
    snprintf(text[1], TEXT_SIZE, " %sSpace page   q back", enter);
    snprintf(text[2], TEXT_SIZE, " Space   q   ?");
    for (size_t i = 0; i < 3; i++) {
        if (text_columns(text[i]) <= area->cols) {
            put(area, row, 0, STYLE_NORMAL, text[i]);
            return;
        }
    }
}

void draw_reader(struct reader_view *view, const struct area *area)
{
    int above = area->rows >= ROWS_TITLED;
    int told =
        area->rows >= ROWS_TOLD || (view->message != NULL && *view->message != '\0');
    struct area body = {area->top + above, area->left, area->rows - above - told - 1,
                        area->cols};

    if (view->help) {
        draw_help_rows(area);
        return;
    }
    reader_fit(&view->reader, body.rows, body.cols);
    draw_rows(view->reader.document, view->reader.top, view->reader.selected, &body);
    if (above) {
        draw_title(view, area);
    }
    if (told) {
        draw_told(view, area, area->rows - 2);
    }
    draw_bar(view, area, area->rows - 1);
}
