// SPDX-License-Identifier: MIT
/*
 * Text within a line of Markdown: strong, code, links, what HTML there may be.
 */
#include "screen/glyphs.h"
#include "screen/reader_private.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

struct inline_parser {
    struct document *document;
    struct pile *pile;
    struct styled *to;
    const char *begin, *end;
    int block;
    bool marks; /* of code are kept */
};

static void spans(struct inline_parser *parser, const char *at, const char *end,
                  unsigned look);

void verbatim(struct pile *pile, struct styled *to, const char *text, size_t length,
              unsigned look)
{
    for (size_t at = 0; at < length;) {
        size_t bytes = 1;
        while (at + bytes < length && ((unsigned char)text[at + bytes] & 0xc0) == 0x80) {
            bytes++;
        }
        const char *twin = glyph_twin(text + at, bytes);
        styled_add(pile, to, twin != NULL ? twin : text + at,
                   twin != NULL ? strlen(twin) : bytes, look);
        at += bytes;
    }
    styled_add(pile, to, "", 0, 0); /* also an empty text ends with a zero */
}

static void add(struct inline_parser *parser, const char *text, size_t length,
                unsigned look)
{
    verbatim(parser->pile, parser->to, text, length, look);
}

static const char *find(const char *at, const char *end, const char *what)
{
    return memmem(at, (size_t)(end - at), what, strlen(what));
}

static size_t run_of(const char *at, const char *end)
{
    size_t length = 0;
    while (at + length < end && at[length] == *at) {
        length++;
    }
    return length;
}

/* The end of the code that begins with `ticks` ticks before `at`; NULL: it is none. */
static const char *code_end(const char *at, const char *end, size_t ticks)
{
    while (at < end && (at = memchr(at, '`', (size_t)(end - at))) != NULL) {
        size_t length = run_of(at, end);
        if (length == ticks) {
            return at;
        }
        at += length;
    }
    return NULL;
}

/* `code` at `at`. Returns what follows; NULL: it is a tick and no more. */
static const char *code(struct inline_parser *parser, const char *at, const char *end,
                        unsigned look)
{
    size_t ticks = run_of(at, end);
    const char *from = at + ticks;
    const char *to = code_end(from, end, ticks);

    if (to == NULL) {
        return NULL;
    }
    const char *next = to + ticks;
    if (parser->marks) {
        add(parser, at, (size_t)(next - at), look | LOOK_STRONG);
        return next;
    }
    if (to - from > 2 && *from == ' ' && to[-1] == ' ') {
        from++;
        to--;
    }
    add(parser, from, (size_t)(to - from), look | LOOK_STRONG);
    return next;
}

/* The `]` that belongs to the `[` before `at`. */
static const char *label_end(const char *at, const char *end)
{
    int depth = 1;

    for (; at < end; at++) {
        if (*at == '`') {
            size_t ticks = run_of(at, end);
            const char *close = code_end(at + ticks, end, ticks);
            at = (close != NULL ? close : at) + ticks - 1;
        } else if (*at == '\\' && at + 1 < end) {
            at++;
        } else if (*at == '[') {
            depth++;
        } else if (*at == ']' && --depth == 0) {
            return at;
        }
    }
    return NULL;
}

/* [text](target), or ![text](target). Returns what follows; NULL: it is no link. */
static const char *link_at(struct inline_parser *parser, const char *at, const char *end,
                           unsigned look)
{
    bool picture = *at == '!';
    const char *from = at + 1 + picture;
    const char *to = label_end(from, end);

    if (to == NULL || to + 2 >= end || to[1] != '(') {
        return NULL;
    }
    const char *target = to + 2;
    const char *close = memchr(target, ')', (size_t)(end - target));
    if (close == NULL) {
        return NULL;
    }
    if (picture) {
        add(parser, "[picture: ", strlen("[picture: "), look);
        spans(parser, from, to, look);
        add(parser, "]", 1, look);
        return close + 1;
    }
    size_t length = strcspn(target, " )"); /* a title may follow */
    int item = (look & LOOK_ITEM) != 0 ? -1
                                       : document_item(parser->document, ITEM_LINK,
                                                       parser->block, target, length);
    spans(parser, from, to, look | (unsigned)(item + 1));
    return close + 1;
}

/* The text of alt="..." in a tag. */
static void alternative(struct inline_parser *parser, const char *at, const char *end,
                        unsigned look)
{
    const char *text = find(at, end, "alt=\"");
    const char *close =
        text != NULL ? memchr(text + 5, '"', (size_t)(end - text - 5)) : NULL;

    if (close != NULL) {
        add(parser, "[picture: ", strlen("[picture: "), look);
        add(parser, text + 5, (size_t)(close - text - 5), look);
        add(parser, "]", 1, look);
    }
}

/* A comment, a tag, <https://...>. Returns what follows; NULL: it is a sign and no more. */
static const char *tag(struct inline_parser *parser, const char *at, const char *end,
                       unsigned look)
{
    if (end - at >= 4 && memcmp(at, "<!--", 4) == 0) {
        const char *close = find(at, end, "-->");
        return close != NULL ? close + 3 : end;
    }
    const char *close = memchr(at, '>', (size_t)(end - at));
    if (close == NULL || (!isalpha((unsigned char)at[1]) && at[1] != '/')) {
        return NULL;
    }
    size_t length = (size_t)(close - at - 1);
    if (memmem(at, (size_t)(close - at), "://", 3) != NULL && at[1] == 'h') {
        int item =
            document_item(parser->document, ITEM_LINK, parser->block, at + 1, length);
        add(parser, at + 1, length, look | (unsigned)(item + 1));
    } else if (length >= 2 && strncasecmp(at + 1, "br", 2) == 0) {
        add(parser, "\n", 1, look);
    } else if (length >= 3 && strncasecmp(at + 1, "img", 3) == 0) {
        alternative(parser, at, close, look);
    }
    return close + 1;
}

static bool is_wordy(char character)
{
    return isalnum((unsigned char)character) || (character & 0x80) != 0;
}

/* The end of what begins with a run of `marks` stars (or underlines) before `at`. */
static const char *strong_end(const char *at, const char *end, char mark, size_t marks)
{
    for (const char *p = at; p < end; p++) {
        if (*p == '`') {
            size_t ticks = run_of(p, end);
            const char *close = code_end(p + ticks, end, ticks);
            p = (close != NULL ? close : p) + ticks - 1;
        } else if (*p == '\\' && p + 1 < end) {
            p++;
        } else if (*p == mark) {
            size_t length = run_of(p, end);
            bool inside = mark == '_' && p + length < end && is_wordy(p[length]);
            if (length == marks && p > at && p[-1] != ' ' && !inside) {
                return p;
            }
            p += length - 1;
        }
    }
    return NULL;
}

static const char *strong(struct inline_parser *parser, const char *at, const char *end,
                          unsigned look)
{
    size_t marks = run_of(at, end);
    const char *from = at + marks;

    if (marks > 3 || from >= end || *from == ' ' ||
        (*at == '_' && at > parser->begin && is_wordy(at[-1]))) {
        return NULL;
    }
    const char *to = strong_end(from, end, *at, marks);
    if (to == NULL) {
        return NULL;
    }
    spans(parser, from, to, look | LOOK_STRONG);
    return to + marks;
}

static const char *entity(struct inline_parser *parser, const char *at, const char *end,
                          unsigned look)
{
    static const char *const names[][2] = {
        {"&lt;", "<"}, {"&gt;", ">"}, {"&amp;", "&"}, {"&quot;", "\""}, {"&nbsp;", " "}};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        size_t length = strlen(names[i][0]);
        if ((size_t)(end - at) >= length && memcmp(at, names[i][0], length) == 0) {
            add(parser, names[i][1], 1, look);
            return at + length;
        }
    }
    return NULL;
}

/* The piece of Markdown at `at`: what follows it; NULL: an ordinary character. */
static const char *special(struct inline_parser *parser, const char *at, const char *end,
                           unsigned look)
{
    switch (*at) {
    case '\\':
        if (at + 1 < end && ispunct((unsigned char)at[1])) {
            add(parser, at + 1, 1, look);
            return at + 2;
        }
        return NULL;
    case '`':
        return code(parser, at, end, look);
    case '!':
        return at + 1 < end && at[1] == '[' ? link_at(parser, at, end, look) : NULL;
    case '[':
        return link_at(parser, at, end, look);
    case '<':
        return tag(parser, at, end, look);
    case '*':
    case '_':
        return strong(parser, at, end, look);
    case '&':
        return entity(parser, at, end, look);
    default:
        return NULL;
    }
}

static void spans(struct inline_parser *parser, const char *at, const char *end,
                  unsigned look)
{
    while (at < end) {
        const char *next = special(parser, at, end, look);
        if (next == NULL) {
            size_t length = strchr("*_`", *at) != NULL ? run_of(at, end) : 1;
            while (at + length < end && strchr("\\`![<*_&", at[length]) == NULL) {
                length++;
            }
            add(parser, at, length, look);
            next = at + length;
        }
        at = next;
    }
}

void inline_parse(struct document *document, int block, const char *text,
                  struct styled *to)
{
    struct inline_parser parser = {
        .document = document,
        .pile = &document->parsed->pile,
        .to = to,
        .begin = text,
        .end = text + strlen(text),
        .block = block,
        .marks = document->parsed->way == FOR_PIPE,
    };

    spans(&parser, text, parser.end, 0);
    styled_add(parser.pile, to, "", 0, 0);
}
