// SPDX-License-Identifier: MIT
/*
 * The reader of lessons: Markdown as rows of text, for the screen and for a pipe.
 *
 *     source -> document_open() -> document_fit() -> rows -> draw_reader(), document_print()
 *               blocks, items      wrapped for a width
 *
 * Nothing here but draw_reader() and screen_draw_reader() needs a terminal. An item is what
 * can be selected: a link, a fold, a command. It keeps its number as long as the document
 * lives; layout says in which rows it stands, if in any.
 */
#ifndef SCREEN_READER_H
#define SCREEN_READER_H

#include "screen/canvas.h"
#include "session/debuginfo.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

enum item_kind { ITEM_LINK, ITEM_FOLD, ITEM_COMMAND };

struct item {
    enum item_kind kind;
    const char *text; /* where the link leads, the summary of the fold, the command */
    int block;
    int first, last; /* rows; -1: inside something folded */
};

/* How a byte of a row looks: strong or not, and the item that it belongs to, plus 1. */
enum { LOOK_STRONG = 0x8000, LOOK_ITEM = 0x7fff };

struct row {
    char *text;
    uint16_t *looks; /* one for each byte */
    int block;
};

enum document_kind {
    DOCUMENT_LESSON,  /* Markdown */
    DOCUMENT_TEXT,    /* shown as it stands: a source file */
    DOCUMENT_COMMENT, /* the comment that a source file opens with */
};

enum document_way {
    FOR_SCREEN,
    FOR_PIPE, /* keeps the marks round code, numbers what is folded */
};

struct document {
    char title[128]; /* the first heading, or "" */
    const struct item *items;
    int item_count;
    struct row *rows;
    int row_count;
    int cols; /* of the rows; 0: not laid out yet */
    struct parsed *parsed;
};

/*
 * Reads a document; the source is not needed any more when it returns. Signs that the
 * terminal cannot show become their ASCII twins here, so glyphs are chosen before. NULL:
 * there is no memory.
 */
struct document *document_open(const struct source *source, enum document_kind kind,
                               enum document_way way);
void document_close(struct document *document);

/* Makes the rows for a screen of so many columns, if they are not so already. */
void document_fit(struct document *document, int cols);

/* Opens or closes what is folded; the rows are to be made again. */
void document_fold(struct document *document, int item, bool open);
bool document_is_open(const struct document *document, int item);

/* The item of the heading with this anchor ("check-yourself"): its row, or -1. */
int document_anchor(const struct document *document, const char *anchor);

/* Prints all rows, or those inside one fold (its item; -1 all), wrapped at `cols`. */
void document_print(struct document *document, int fold, int cols, FILE *to);

/* --- reading: where one is, and what is selected (reader_move.c) ------------------------ */

enum reader_move {
    MOVE_UP, /* to the item before, if it is in view; else a row */
    MOVE_DOWN,
    MOVE_PAGE_UP,
    MOVE_PAGE_DOWN,
    MOVE_FIRST,
    MOVE_LAST,
    MOVE_NEXT_ITEM, /* wherever it is */
    MOVE_PREVIOUS_ITEM,
};

struct reader {
    struct document *document;
    int top;      /* the first row in view */
    int rows;     /* of text in view */
    int selected; /* an item in view, or -1 */
};

/* Before drawing, and after anything changed: rows for this size, the same text in view. */
void reader_fit(struct reader *reader, int rows, int cols);
void reader_move(struct reader *reader, enum reader_move move);

/* Unfolds or folds the selected item, which is a fold. */
void reader_toggle(struct reader *reader);

/* --- on the screen (reader.c, reader_run.c) --------------------------------------------- */

struct reader_view {
    struct reader reader;
    const char *name;    /* of the file, for one without a heading */
    const char *message; /* instead of what Enter would do; or "" */
    bool help;
    bool at_home; /* opened at the home screen: q goes back there */
};

void screen_draw_reader(struct reader_view *view);

/* One frame of it; rows of a document from `top` on, one of its items marked, or -1. */
void draw_reader(struct reader_view *view, const struct area *area);
void draw_rows(const struct document *document, int top, int selected,
               const struct area *area);

/* Leaves the screen, runs a command by the shell in a folder, waits for Enter, and is back.
   Returns false and a line in `why` when it could not be run. */
bool screen_run(const char *command, const char *folder, char *why, size_t size);

#endif
