// SPDX-License-Identifier: MIT
/*
 * The comment that a demo opens with: "Shows: ...", "Run: ...", each a paragraph that hangs
 * behind its word, and the Python that the demo mirrors, line by line.
 */
#include "screen/reader_private.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum { WORD_COLUMNS = 8 };

/* A line of the comment without what stands before all of them. */
static const char *comment_line(const struct parser *parser, int ahead)
{
    const char *line = parser_peek(parser, ahead);

    line += begins_with(line, " *") ? 2 : 0;
    return line + (*line == ' ');
}

static bool at_comment_end(const struct parser *parser)
{
    return parser_at_end(parser) || strstr(parser_peek(parser, 0), "*/") != NULL;
}

/* "Shows: " and the like: its columns, with the blanks behind it; 0: none. */
static int word_columns(const char *line)
{
    int word = 0;

    while (isalpha((unsigned char)line[word])) {
        word++;
    }
    if (word == 0 || !isupper((unsigned char)*line) || line[word] != ':') {
        return 0;
    }
    return word + 1 + leading_blanks(line + word + 1);
}

static int add_paragraph(struct parser *parser)
{
    int number = parser_add(parser, BLOCK_TEXT);
    struct block *block = parser_block(parser, number);
    struct styled *line = pile_take(&parser->document->parsed->pile, sizeof *line);

    block->tight = !parser->blank;
    block->lines = line;
    block->count = 1;
    parser->blank = false;
    return number;
}

/* A paragraph: its first line, and those that are indented as far as its text. */
static void take_paragraph(struct parser *parser)
{
    struct pile *pile = &parser->document->parsed->pile;
    const char *line = comment_line(parser, 0);
    int columns = word_columns(line);
    struct block *block = parser_block(parser, add_paragraph(parser));

    if (columns > 0) {
        snprintf(block->marker, sizeof block->marker, "%-*.*s", WORD_COLUMNS,
                 (int)strcspn(line, ":") + 1, line);
    }
    verbatim(pile, block->lines, line + columns, strlen(line + columns), 0);
    for (parser->line++; !at_comment_end(parser); parser->line++) {
        line = comment_line(parser, 0);
        if (*line == '\0' || leading_blanks(line) < columns || word_columns(line) > 0) {
            break;
        }
        line += leading_blanks(line);
        verbatim(pile, block->lines, " ", 1, 0);
        verbatim(pile, block->lines, line, strlen(line), 0);
    }
}

/* "Python:  x = 1", and all lines up to the end or the next word. */
static void take_python(struct parser *parser)
{
    struct pile *pile = &parser->document->parsed->pile;
    int columns = word_columns(comment_line(parser, 0));
    int count = 1;
    struct block *title = parser_block(parser, add_paragraph(parser));

    verbatim(pile, title->lines, "Python:", strlen("Python:"), 0);
    while (!at_comment_end(parser) && word_columns(comment_line(parser, count)) == 0 &&
           strstr(parser_peek(parser, count), "*/") == NULL &&
           parser->line + count <= source_lines(parser->source)) {
        count++;
    }
    const char **lines = pile_take(pile, sizeof *lines * (size_t)count);
    for (int i = 0; i < count; i++) {
        const char *line = comment_line(parser, i);
        int blanks = i == 0 ? columns : leading_blanks(line);
        lines[i] = line + (blanks < columns ? blanks : columns);
    }
    int number = parser_add(parser, BLOCK_CODE);
    parser_block(parser, number)->tight = true;
    code_parse(parser->document, number, lines, count);
    parser->line += count;
}

void parse_comment(struct parser *parser)
{
    while (!parser_at_end(parser) && !begins_with(parser_peek(parser, 0), "/*")) {
        parser->line++;
    }
    for (parser->line++; !at_comment_end(parser);) {
        const char *line = comment_line(parser, 0);
        if (*line == '\0') {
            parser->blank = true;
            parser->line++;
        } else if (begins_with(line, "Python:")) {
            take_python(parser);
        } else {
            take_paragraph(parser);
        }
    }
}
