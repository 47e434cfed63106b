// SPDX-License-Identifier: MIT
/*
 * Markdown, as far as the lessons use it, as a list of blocks: headings, paragraphs, lists,
 * tables, code, and what is folded by <details>. What is not understood is a paragraph.
 */
#include "screen/reader_private.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *parser_peek(const struct parser *parser, int ahead)
{
    return source_line(parser->source, parser->line + ahead);
}

bool parser_at_end(const struct parser *parser)
{
    return parser->line > source_lines(parser->source);
}

int leading_blanks(const char *line)
{
    return (int)strspn(line, " ");
}

static bool is_blank(const char *line)
{
    return line[leading_blanks(line)] == '\0';
}

bool begins_with(const char *line, const char *with)
{
    return strncmp(line, with, strlen(with)) == 0;
}

int document_item(struct document *document, enum item_kind kind, int block,
                  const char *text, size_t length)
{
    struct parsed *parsed = document->parsed;

    if (document->item_count == parsed->item_room) {
        int room = 2 * parsed->item_room + 32;
        struct item *more = pile_take(&parsed->pile, sizeof *more * (size_t)room);
        if (document->item_count > 0) {
            memcpy(more, parsed->items, sizeof *more * (size_t)document->item_count);
        }
        parsed->items = more;
        parsed->item_room = room;
        document->items = more;
    }
    if (document->item_count == LOOK_ITEM) {
        return -1;
    }
    parsed->items[document->item_count] =
        (struct item){.kind = kind,
                      .text = pile_copy(&parsed->pile, text, length),
                      .block = block,
                      .first = -1,
                      .last = -1};
    return document->item_count++;
}

/* A new block; its number. Pointers to blocks do not outlive it. */
int parser_add(struct parser *parser, enum block_kind kind)
{
    struct parsed *parsed = parser->document->parsed;

    if (parsed->block_count == parsed->block_room) {
        int room = 2 * parsed->block_room + 64;
        struct block *more = pile_take(&parsed->pile, sizeof *more * (size_t)room);
        if (parsed->block_count > 0) {
            memcpy(more, parsed->blocks, sizeof *more * (size_t)parsed->block_count);
        }
        parsed->blocks = more;
        parsed->block_room = room;
    }
    parsed->blocks[parsed->block_count] = (struct block){
        .kind = kind,
        .fold = parser->fold,
        .depth = parser->fold >= 0 ? parsed->blocks[parser->fold].depth + 1 : 0,
        .item = -1,
    };
    return parsed->block_count++;
}

struct block *parser_block(struct parser *parser, int block)
{
    return &parser->document->parsed->blocks[block];
}

/* Gives a block one line, from Markdown. */
void parser_set_text(struct parser *parser, int block, const char *markdown)
{
    struct styled *line = pile_take(&parser->document->parsed->pile, sizeof *line);

    parser_block(parser, block)->lines = line;
    parser_block(parser, block)->count = 1;
    inline_parse(parser->document, block, markdown, line);
}

/* --- what a line begins ----------------------------------------------------------------- */

/* ``` or ~~~: how many; 0: it is no fence. */
static int fence(const char *line)
{
    line += leading_blanks(line);
    int length = (int)strspn(line, *line == '~' ? "~" : "`");
    return length >= 3 ? length : 0;
}

static int heading(const char *line)
{
    int level = (int)strspn(line, "#");
    return level >= 1 && level <= 6 && (line[level] == ' ' || line[level] == '\0') ? level
                                                                                   : 0;
}

static bool is_rule(const char *line)
{
    line += leading_blanks(line);
    size_t length = strlen(line);
    return length >= 3 && strchr("-*_", *line) != NULL &&
           strspn(line, (char[]){*line, ' ', '\0'}) == length;
}

/* "- " or "12. " behind blanks: the columns to the text of the item; 0: it is none. */
static int list_item(const char *line)
{
    int lead = leading_blanks(line);
    int digits = (int)strspn(line + lead, "0123456789");
    const char *mark = line + lead + digits;
    bool marked = digits > 0 ? digits <= 3 && (*mark == '.' || *mark == ')')
                             : *mark != '\0' && strchr("-*+", *mark) != NULL;

    return marked && mark[1] == ' ' ? (int)(mark + 1 - line) + leading_blanks(mark + 1)
                                    : 0;
}

static bool is_html_block(const char *line)
{
    static const char *const tags[] = {"<details", "</details", "<summary", "<!--"};

    line += leading_blanks(line);
    for (size_t i = 0; i < sizeof tags / sizeof *tags; i++) {
        if (begins_with(line, tags[i])) {
            return true;
        }
    }
    return false;
}

/* Does this line end the paragraph before it? */
static bool interrupts(const struct parser *parser, const char *line)
{
    int item = list_item(line);
    bool first =
        item > 0 && (!isdigit((unsigned char)line[leading_blanks(line)]) ||
                     begins_with(line + leading_blanks(line), "1.") || parser->list > 0);

    return is_blank(line) || fence(line) > 0 || heading(line) > 0 || is_rule(line) ||
           first || is_html_block(line) || line[leading_blanks(line)] == '>';
}

/* --- blocks ----------------------------------------------------------------------------- */

static void parse_heading(struct parser *parser)
{
    const char *line = parser_peek(parser, 0);
    struct document *document = parser->document;
    int level = heading(line);
    int block = parser_add(parser, BLOCK_HEADING);

    line += level;
    line += leading_blanks(line);
    parser_block(parser, block)->level = level;
    parser_set_text(parser, block, line);
    if (document->title[0] == '\0') {
        snprintf(document->title, sizeof document->title, "%s",
                 parser_block(parser, block)->lines->text);
    }
    parser->list = 0;
    parser->line++;
}

static void parse_code(struct parser *parser)
{
    int length = fence(parser_peek(parser, 0));
    int lead = leading_blanks(parser_peek(parser, 0));
    const char *language = parser_peek(parser, 0) + lead + length;
    char mark = parser_peek(parser, 0)[lead];
    int block = parser_add(parser, BLOCK_CODE);
    int first = ++parser->line;

    language += leading_blanks(language);
    snprintf(parser_block(parser, block)->language,
             sizeof parser_block(parser, block)->language, "%.*s",
             (int)strcspn(language, " {"), language);
    parser_block(parser, block)->indent = lead < parser->list ? lead : parser->list;
    while (!parser_at_end(parser) &&
           (fence(parser_peek(parser, 0)) < length ||
            parser_peek(parser, 0)[leading_blanks(parser_peek(parser, 0))] != mark)) {
        parser->line++;
    }
    int count = parser->line - first;
    const char **lines =
        pile_take(&parser->document->parsed->pile, sizeof *lines * (size_t)(count + 1));
    for (int i = 0; i < count; i++) {
        const char *line = source_line(parser->source, first + i);
        lines[i] = line + (leading_blanks(line) < lead ? leading_blanks(line) : lead);
    }
    code_parse(parser->document, block, lines, count);
    parser->line++;
}

static void parse_table(struct parser *parser)
{
    int count = 0;
    const char **lines;

    while (parser->line + count <= source_lines(parser->source) &&
           strchr(parser_peek(parser, count), '|') != NULL) {
        count++;
    }
    lines = pile_take(&parser->document->parsed->pile, sizeof *lines * (size_t)count);
    for (int i = 0; i < count; i++) {
        lines[i] = parser_peek(parser, i);
    }
    table_parse(parser->document, parser_add(parser, BLOCK_TABLE), lines, count);
    parser->line += count;
}

/* A paragraph, or an item of a list: its lines become one. */
static void parse_text(struct parser *parser)
{
    struct pile *pile = &parser->document->parsed->pile;
    const char *line = parser_peek(parser, 0);
    int lead = leading_blanks(line);
    int text = list_item(line);
    int block = parser_add(parser, BLOCK_TEXT);
    struct block *made = parser_block(parser, block);
    struct styled whole = {0};

    if (text > 0) {
        made->tight = !parser->blank;
        made->indent = lead;
        snprintf(made->marker, sizeof made->marker, "%.*s",
                 (int)strcspn(line + lead, " "), line + lead);
        parser->list = text;
    } else {
        parser->list = lead > 0 ? parser->list : 0;
        made->indent = lead < parser->list ? lead : parser->list;
        text = lead;
    }
    made->quote = line[lead] == '>';
    do {
        line = parser_peek(parser, 0) + text;
        line += made->quote && *line == '>';
        line += leading_blanks(line);
        size_t length = strlen(line);
        bool broken = length >= 2 &&
                      (strcmp(line + length - 2, "  ") == 0 || line[length - 1] == '\\');
        while (length > 0 &&
               (line[length - 1] == ' ' || (broken && line[length - 1] == '\\'))) {
            length--;
        }
        styled_add(pile, &whole, line, length, 0);
        styled_add(pile, &whole, broken ? "\n" : " ", 1, 0);
        parser->line++;
        text = leading_blanks(parser_peek(parser, 0));
    } while (!parser_at_end(parser) &&
             (made->quote ? parser_peek(parser, 0)[text] == '>'
                          : !interrupts(parser, parser_peek(parser, 0))));
    whole.text[whole.length - 1] = '\0';
    parser_set_text(parser, block, whole.text);
}

/* --- documents -------------------------------------------------------------------------- */

static void parse_block(struct parser *parser)
{
    const char *line = parser_peek(parser, 0);

    if (is_html_block(line)) {
        parse_html(parser);
    } else if (fence(line) > 0) {
        parse_code(parser);
    } else if (heading(line) > 0) {
        parse_heading(parser);
    } else if (is_rule(line)) {
        parser_add(parser, BLOCK_RULE);
        parser->line++;
    } else if (strchr(line, '|') != NULL && table_is_rule(parser_peek(parser, 1))) {
        parse_table(parser);
    } else {
        parse_text(parser);
    }
}

static void parse_lesson(struct parser *parser)
{
    while (!parser_at_end(parser)) {
        if (is_blank(parser_peek(parser, 0))) {
            parser->blank = true;
            parser->line++;
        } else {
            parse_block(parser);
            parser->blank = false;
        }
    }
}

/* Lines as they stand. */
static void parse_lines(struct parser *parser)
{
    int count = source_lines(parser->source);
    const char **lines =
        pile_take(&parser->document->parsed->pile, sizeof *lines * (size_t)(count + 1));

    for (int i = 0; i < count; i++) {
        lines[i] = source_line(parser->source, i + 1);
    }
    code_parse(parser->document, parser_add(parser, BLOCK_CODE), lines, count);
}

struct document *document_open(const struct source *source, enum document_kind kind,
                               enum document_way way)
{
    struct document *document = calloc(1, sizeof *document);
    struct parsed *parsed = calloc(1, sizeof *parsed);

    if (document == NULL || parsed == NULL) {
        free(document);
        free(parsed);
        return NULL;
    }
    struct parser parser = {
        .document = document, .source = source, .line = 1, .fold = -1, .blank = true};
    document->parsed = parsed;
    parsed->way = way;
    if (kind == DOCUMENT_LESSON) {
        parse_lesson(&parser);
    } else if (kind == DOCUMENT_COMMENT) {
        parse_comment(&parser);
    } else {
        parse_lines(&parser);
    }
    return document;
}

void document_close(struct document *document)
{
    if (document != NULL) {
        pile_clear(&document->parsed->layout);
        pile_clear(&document->parsed->pile);
        free(document->parsed);
        free(document);
    }
}
