// SPDX-License-Identifier: MIT
/*
 * The HTML in a lesson: comments, which are left out, and <details>, which folds.
 */
#include "screen/reader_private.h"

#include <string.h>

/* The rest of a comment, over as many lines as it has. */
static void skip_comment(struct parser *parser)
{
    while (!parser_at_end(parser) && strstr(parser_peek(parser, 0), "-->") == NULL) {
        parser->line++;
    }
    parser->line++;
}

static void begin_fold(struct parser *parser, bool open)
{
    int block = parser_add(parser, BLOCK_FOLD);
    int item = document_item(parser->document, ITEM_FOLD, block, "more", strlen("more"));

    parser_set_text(parser, block, "more");
    parser_block(parser, block)->item = item;
    parser_block(parser, block)->open = open;
    parser_block(parser, block)->tight = !parser->blank;
    parser->fold = block;
}

/* <summary>text</summary>, on one line or several. Returns what follows on its last. */
static const char *take_summary(struct parser *parser, const char *at)
{
    struct pile *pile = &parser->document->parsed->pile;
    struct styled text = {0};
    const char *end;

    while ((end = strstr(at, "</summary>")) == NULL && !parser_at_end(parser)) {
        styled_add(pile, &text, at, strlen(at), 0);
        styled_add(pile, &text, " ", 1, 0);
        parser->line++;
        at = parser_peek(parser, 0) + leading_blanks(parser_peek(parser, 0));
    }
    styled_add(pile, &text, at, end != NULL ? (size_t)(end - at) : 0, 0);
    if (parser->fold >= 0) {
        struct parsed *parsed = parser->document->parsed;
        parser_set_text(parser, parser->fold, text.text);
        const struct block *fold = parser_block(parser, parser->fold);
        if (fold->item >= 0) {
            parsed->items[fold->item].text = fold->lines->text;
        }
    }
    return end != NULL ? end + strlen("</summary>") : "";
}

void parse_html(struct parser *parser)
{
    const char *at = parser_peek(parser, 0);

    parser->list = 0;
    for (at += leading_blanks(at); *at != '\0'; at += leading_blanks(at)) {
        if (begins_with(at, "<!--")) {
            skip_comment(parser);
            return;
        }
        if (begins_with(at, "<summary")) {
            at = take_summary(parser, strchr(at, '>') != NULL ? strchr(at, '>') + 1 : "");
            continue;
        }
        if (begins_with(at, "<details")) {
            begin_fold(parser, begins_with(at, "<details open"));
        } else if (begins_with(at, "</details") && parser->fold >= 0) {
            parser->fold = parser_block(parser, parser->fold)->fold;
        }
        at = strchr(at, '>') != NULL ? strchr(at, '>') + 1 : "";
    }
    parser->line++;
}
