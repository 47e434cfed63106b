// SPDX-License-Identifier: MIT
/*
 * What the files of the reader share: blocks, as parsed, and text with its looks.
 */
#ifndef SCREEN_READER_PRIVATE_H
#define SCREEN_READER_PRIVATE_H

#include "screen/reader.h"

/* Memory that is given back all at once. */
struct pile {
    struct piece *pieces;
};

/* Zeroed; ends the lab with one line when there is none. */
void *pile_take(struct pile *pile, size_t size);
void pile_clear(struct pile *pile);

/* A text, and how each byte looks. The text ends with a zero. */
struct styled {
    char *text;
    uint16_t *looks;
    size_t length, room;
};

void styled_add(struct pile *pile, struct styled *to, const char *bytes, size_t length,
                unsigned look);
void styled_fill(struct pile *pile, struct styled *to, int columns);

enum block_kind {
    BLOCK_TEXT, /* a paragraph, or an item of a list when it has a marker */
    BLOCK_HEADING,
    BLOCK_CODE, /* also commands: then the lines are items */
    BLOCK_TABLE,
    BLOCK_FOLD, /* the summary; what it folds follows */
    BLOCK_RULE,
};

struct block {
    enum block_kind kind;
    int level;  /* of a heading */
    int indent; /* columns, in lists */
    int fold;   /* the innermost fold in which it is, a block; -1 none */
    int depth;  /* folds in which it is */
    int item;   /* of a fold */
    bool open;
    bool tight; /* no blank row before it */
    bool quote;
    char marker[12];   /* "-", "12.", "Shows:  "; "" none */
    char language[16]; /* "python", "c", "sh" */
    struct styled *lines;
    int count;   /* lines, or cells: row by row */
    int columns; /* of a table */
    char *right; /* of a table: for each column, whether it is flush right */
};

struct parsed {
    struct pile pile; /* as long as the document lives */
    struct block *blocks;
    int block_count, block_room;
    struct item *items;
    int item_room;
    enum document_way way;
    struct pile layout; /* until the next one */
    int row_room;
};

/* --- parsing ---------------------------------------------------------------------------- */

struct parser {
    struct document *document;
    const struct source *source;
    int line;   /* the next one, from 1 */
    int fold;   /* the block of the innermost fold that is not closed yet */
    int list;   /* columns at which the text of the last item of a list begins; 0: none */
    bool blank; /* a blank line stands before this one */
};

/* A line from the next one on. */
const char *parser_peek(const struct parser *parser, int ahead);
bool parser_at_end(const struct parser *parser);
int leading_blanks(const char *line);
bool begins_with(const char *line, const char *with);

/* A new block; its number. Pointers to blocks do not outlive it. */
int parser_add(struct parser *parser, enum block_kind kind);
struct block *parser_block(struct parser *parser, int block);

/* Gives a block one line, from Markdown. */
void parser_set_text(struct parser *parser, int block, const char *markdown);

/* Takes lines that begin with HTML (reader_html.c). */
void parse_html(struct parser *parser);

/* Takes the comment that a source file opens with (reader_comment.c). */
void parse_comment(struct parser *parser);

/* The number of a new item. */
int document_item(struct document *document, enum item_kind kind, int block,
                  const char *text, size_t length);

/* A text with signs of Markdown, as a piece of `block`. */
void inline_parse(struct document *document, int block, const char *text,
                  struct styled *to);

/* Adds text as it stands: only signs become what the terminal can show. */
void verbatim(struct pile *pile, struct styled *to, const char *text, size_t length,
              unsigned look);

char *pile_copy(struct pile *pile, const char *text, size_t length);

/* Makes the lines of a block of code from lines of the source, the commands items. */
void code_parse(struct document *document, int block, const char *const *lines, int count);

/* Is `line` the second row of a table ("|---|--:|")? */
bool table_is_rule(const char *line);
void table_parse(struct document *document, int block, const char *const *lines,
                 int count);

/* --- layout ----------------------------------------------------------------------------- */

/* A new empty row, and its end, after which it is one of the document's rows. */
struct styled *layout_row(struct document *document);
void layout_end_row(struct document *document, struct styled *row, int block);

/* Adds bytes [at, at + length) of a text to another one, which look in this way, too. */
void styled_append(struct pile *pile, struct styled *to, const struct styled *from,
                   size_t at, size_t length, unsigned look);

/* Lays out a block of Python with the blocks of C that follow, where there is room for both
   between `from` and `end` (reader_beside.c). Returns how many blocks of C; 0: it did not. */
int layout_beside(struct document *document, int python, int from, int end);
int code_columns(const struct block *block);

/* Rows of a text, wrapped between `from` and `end`; the first begins at `first`. */
void layout_text(struct document *document, int block, const struct styled *text,
                 int first, int from, int end);
void layout_table(struct document *document, int block, int from, int end);

#endif
