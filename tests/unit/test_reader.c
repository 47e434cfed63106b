// SPDX-License-Identifier: MIT
// Tests of the reader of lessons, without a terminal: what Markdown becomes, and how it is
// wrapped.
#include "documents.h"
#include "suite.h"

#include "screen/glyphs.h"
#include "screen/text.h"

#include <locale.h>
#include <stdlib.h>

// What is printed of a lesson at 40 columns.
static void check_printed(const char *text, const char *expected)
{
    struct document *document = open_as(text, DOCUMENT_LESSON, FOR_PIPE);
    char *printed = NULL;
    size_t size = 0;
    FILE *to = open_memstream(&printed, &size);

    document_print(document, -1, 40, to);
    fclose(to);
    ck_assert_str_eq(printed, expected);
    free(printed);
    document_close(document);
}

static void use_utf8(void)
{
    ck_assert_ptr_nonnull(setlocale(LC_CTYPE, "C.UTF-8"));
    glyphs_choose(true);
}

// Where a text stands in the rows, and whether it is strong.
static bool is_strong(const struct document *document, const char *text)
{
    for (int i = 0; i < document->row_count; i++) {
        const char *at = strstr(document->rows[i].text, text);
        if (at != NULL) {
            return document->rows[i].looks[at - document->rows[i].text] & LOOK_STRONG;
        }
    }
    ck_abort_msg("\"%s\" is nowhere", text);
    return false;
}

// --- text -------------------------------------------------------------------------------

START_TEST(paragraphs_are_wrapped_between_words)
{
    check_printed("one two three four five six seven\neight nine\n\nten\n",
                  "one two three four five six seven eight\nnine\n\nten\n");
}
END_TEST

START_TEST(headings_stand_out_by_characters)
{
    check_printed("# Title\n\ntext\n\n## Part\n\n### Small\n",
                  "Title\n-----\n\ntext\n\n- Part ---------------------------------\n\n"
                  "Small\n-----\n");
}
END_TEST

START_TEST(a_screen_has_the_title_elsewhere)
{
    struct document *document = open_lesson("# The *title*\n\ntext\n");

    ck_assert_str_eq(document->title, "The title");
    ck_assert_str_eq(rows_of(document, 40), "  text\n");
    document_close(document);
}
END_TEST

START_TEST(lists_are_hung)
{
    check_printed(
        "- one two three four five six seven eight nine\n- b\n\n1. first\n2. second\n",
        "- one two three four five six seven\n  eight nine\n- b\n\n"
        "1. first\n2. second\n");
    check_printed("1. one\n\n   more of it\n\n   ```c\n   x();\n   ```\n\ntext\n",
                  "1. one\n\n   more of it\n\n     x();\n\ntext\n");
}
END_TEST

START_TEST(strong_and_code_lose_their_marks_on_the_screen)
{
    struct document *document =
        open_lesson("a **b** *c* _d_ `e *f*` snake_case 2 * 3 * 4 \\*g\\* ``h ` i``\n");

    ck_assert_str_eq(rows_of(document, 90),
                     "  a b c d e *f* snake_case 2 * 3 * 4 *g* h ` i\n");
    ck_assert(is_strong(document, "b c"));
    ck_assert(is_strong(document, "e *f*"));
    ck_assert(!is_strong(document, "a b"));
    ck_assert(!is_strong(document, "snake"));
    ck_assert(!is_strong(document, "2 *"));
    document_close(document);
    check_printed("a **b** `c`\n", "a b `c`\n");
}
END_TEST

START_TEST(comments_are_not_seen)
{
    check_printed(
        "<!-- from x.c -->\none <!-- two --> three\n\n<!-- any\norder\n-->\n\nfour\n",
        "one  three\n\nfour\n");
}
END_TEST

START_TEST(what_is_not_closed_is_text)
{
    check_printed("a * b ` c [d](e\n", "a * b ` c [d](e\n");
    check_printed("**a [b] <c & d\n", "**a [b] <c & d\n");
    check_printed("```c\nint a;\n", "  int a;\n");
    check_printed("<details>\n<summary>never closed\n\ntext\n",
                  "> never closed  text  (folded: 1)\n");
}
END_TEST

START_TEST(control_characters_do_not_get_through)
{
    struct document *document = open_lesson("a\033[31mb\n\n    c\033]0;d\a\n");

    ck_assert_ptr_null(strpbrk(rows_of(document, 80), "\033\a"));
    document_close(document);
}
END_TEST

START_TEST(signs_have_twins_where_there_is_no_utf8)
{
    struct document *document =
        open_lesson("`\xc3\x97` marks it, \xe2\x86\x93 selects\n");

    ck_assert_str_eq(rows_of(document, 80), "  x marks it, Down selects\n");
    document_close(document);
    use_utf8();
    document = open_lesson("`\xc3\x97` marks it\n");
    ck_assert_str_eq(rows_of(document, 80), "  \xc3\x97 marks it\n");
    document_close(document);
}
END_TEST

START_TEST(width_counts_columns_and_not_bytes)
{
    use_utf8();
    struct document *document = open_lesson(
        "\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4 \xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4"
        " \xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4 \xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\n");
    document_fit(document, 22); // 2 of margin, 1 at the right: 19 for four words of 4
    ck_assert_int_eq(document->row_count, 1);
    document_fit(document, 21);
    ck_assert_int_eq(document->row_count, 2);
    document_close(document);
}
END_TEST

// --- tables, code -----------------------------------------------------------------------

START_TEST(tables_keep_their_columns)
{
    check_printed("| a | number |\n|---|-------:|\n| `x|y` | 1 |\n| longer | 22 |\n",
                  "a       number\n------  ------\n`x|y`        1\nlonger      22\n");
}
END_TEST

START_TEST(wide_tables_wrap_their_cells)
{
    check_printed("| min | what |\n|---|---|\n"
                  "| 0-2 | one two three four five six seven eight nine |\n",
                  "min  what\n---  -----------------------------------\n"
                  "0-2  one two three four five six seven\n     eight nine\n");
}
END_TEST

START_TEST(tables_without_any_room_become_lines)
{
    struct document *document = open_lesson(
        "| first | second | third |\n|---|---|---|\n| aaaaaaaaaa | bbbbbbbbbb | cccccccccc |\n");

    ck_assert_str_eq(
        rows_of(document, 26),
        "  first: aaaaaaaaaa\n    second: bbbbbbbbbb\n    third: cccccccccc\n");
    document_close(document);
}
END_TEST

static const char pair[] =
    "```python\nx = 1\n```\n\n<!-- from a.c -->\n```c\nint x = 1;\n```\n\n"
    "```c\nint y;\n```\n";

START_TEST(python_and_c_stand_side_by_side_where_there_is_room)
{
    struct document *document = open_lesson(pair);

    ck_assert_str_eq(rows_of(document, 80), "    x = 1\n\n    int x = 1;\n\n    int y;\n");
    const char *wide = rows_of(document, 120);
    ck_assert_ptr_nonnull(strstr(wide, "    Python "));
    const char *line = strstr(wide, "    x = 1  ");
    ck_assert_ptr_nonnull(line);
    ck_assert_ptr_nonnull(memmem(line, strcspn(line, "\n"), "int x = 1;", 10));
    ck_assert_int_eq(document->row_count, 4); // titles, first, blank, second of C
    document_close(document);
}
END_TEST

START_TEST(sessions_as_wide_as_the_terminal_are_not_wrapped)
{
    char text[200];
    struct document *document;

    snprintf(text, sizeof text, "```console\n$ true\n%079d\n```\n", 1);
    document = open_lesson(text);
    document_fit(document, 80);
    ck_assert_int_eq(document->row_count, 2);
    ck_assert_int_eq(text_columns(document->rows[1].text), 80);
    document_close(document);
}
END_TEST

START_TEST(commands_are_items)
{
    struct document *document =
        open_lesson("```sh\nmake\nfor i in 1 2; do\n    echo $i\ndone\n# a note\n"
                    "cc -o a \\\n   a.c\n```\n"
                    "```console\n$ build/demos/process --exit 3\nchildren 1\n```\n"
                    "```c\n$ no;\n```\n");

    document_fit(document, 80);
    ck_assert_int_eq(document->item_count, 4);
    ck_assert_str_eq(document->items[0].text, "make");
    ck_assert_str_eq(document->items[1].text, "for i in 1 2; do\n    echo $i\ndone");
    ck_assert_str_eq(document->items[2].text, "cc -o a \\\n   a.c");
    ck_assert_str_eq(document->items[3].text, "build/demos/process --exit 3");
    ck_assert_int_eq(document->items[1].first, 1);
    ck_assert_int_eq(document->items[1].last, 3);
    ck_assert_str_eq(document->rows[0].text, "    $ make");
    document_close(document);
}
END_TEST

START_TEST(a_source_file_stands_as_it_is)
{
    struct document *document =
        open_as("# not a heading\n```sh\n*x*\n", DOCUMENT_TEXT, FOR_SCREEN);

    ck_assert_str_eq(rows_of(document, 80), "    # not a heading\n    ```sh\n    *x*\n");
    ck_assert_int_eq(document->item_count, 0);
    document_close(document);
}
END_TEST

START_TEST(the_opening_comment_of_a_source_file)
{
    static const char text[] = "// SPDX\n"
                               "/*\n"
                               " * Shows:   one two three,\n"
                               " *          four.\n"
                               " * Compare: other.c\n"
                               " *\n"
                               " * Python:  a = 1\n"
                               " *          if a:\n"
                               " *              b()\n"
                               " */\n"
                               "int x; /* c */\n";
    struct document *document = open_as(text, DOCUMENT_COMMENT, FOR_SCREEN);

    ck_assert_str_eq(rows_of(document, 30), "  Shows:   one two three,\n"
                                            "           four.\n"
                                            "  Compare: other.c\n"
                                            "\n"
                                            "  Python:\n"
                                            "    a = 1\n"
                                            "    if a:\n"
                                            "        b()\n");
    ck_assert_str_eq(rows_of(document, 80), "  Shows:   one two three, four.\n"
                                            "  Compare: other.c\n"
                                            "\n"
                                            "  Python:\n"
                                            "    a = 1\n"
                                            "    if a:\n"
                                            "        b()\n");
    document_close(document);
    document = open_as("int x;\n", DOCUMENT_COMMENT, FOR_SCREEN);
    ck_assert_str_eq(rows_of(document, 80), "");
    document_close(document);
    document = open_as("/*\n * Python: a", DOCUMENT_COMMENT, FOR_SCREEN);
    ck_assert_str_eq(rows_of(document, 80), "  Python:\n    a\n");
    document_close(document);
}
END_TEST

// --- folds, links -----------------------------------------------------------------------

START_TEST(details_are_folded)
{
    struct document *document = open_lesson(folds);
    int answer = item_named(document, "Answer");

    ck_assert_str_eq(rows_of(document, 40),
                     "  before\n\n  > Answer\n  > hint\n\n  after\n");
    ck_assert_int_eq(document->items[item_named(document, "make")].first, -1);
    document_fold(document, answer, true);
    ck_assert_str_eq(rows_of(document, 40),
                     "  before\n\n  v Answer\n    inside\n\n      $ make\n\n  > hint\n\n"
                     "  after\n");
    ck_assert_int_eq(document->items[item_named(document, "make")].first, 5);
    document_fold(document, answer, false);
    ck_assert_int_eq(document_is_open(document, answer), false);
    document_close(document);
}
END_TEST

START_TEST(folds_within_folds)
{
    struct document *document = open_lesson(
        "<details>\n<summary>a</summary>\n<details>\n<summary>b</summary>\n\nc\n"
        "</details>\n\nd\n</details>\n\ne\n");

    ck_assert_str_eq(rows_of(document, 40), "  > a\n\n  e\n");
    document_fold(document, item_named(document, "b"), true);
    ck_assert_str_eq(rows_of(document, 40), "  > a\n\n  e\n");
    document_fold(document, item_named(document, "a"), true);
    ck_assert_str_eq(rows_of(document, 40), "  v a\n    v b\n      c\n\n    d\n\n  e\n");
    document_close(document);
}
END_TEST

START_TEST(one_fold_is_printed_alone)
{
    struct document *document = open_as(folds, DOCUMENT_LESSON, FOR_PIPE);
    char *printed = NULL;
    size_t size = 0;
    FILE *to = open_memstream(&printed, &size);

    document_print(document, item_named(document, "hint"), 40, to);
    fclose(to);
    ck_assert_str_eq(printed, "v hint\n  deep\n");
    ck_assert(!document_is_open(document, item_named(document, "hint")));
    free(printed);
    document_close(document);
    check_printed(folds, "before\n\n> Answer (folded: 1)\n> hint (folded: 2)\n\nafter\n");
}
END_TEST

START_TEST(links_show_their_text)
{
    struct document *document =
        open_lesson("see [the *path*](../README.md), [`a.c`](a.c \"title\") and"
                    " <https://x.org/>, ![picture](p.svg)\n");

    ck_assert_str_eq(rows_of(document, 90),
                     "  see the path, a.c and https://x.org/, [picture: picture]\n");
    ck_assert_int_eq(document->item_count, 3);
    ck_assert_str_eq(document->items[0].text, "../README.md");
    ck_assert_str_eq(document->items[1].text, "a.c");
    ck_assert_str_eq(document->items[2].text, "https://x.org/");
    ck_assert_int_eq(document->rows[0].looks[6] & LOOK_ITEM, 1);
    ck_assert_int_eq(document->rows[0].looks[2] & LOOK_ITEM, 0);
    document_close(document);
}
END_TEST

START_TEST(anchors_lead_to_headings)
{
    struct document *document =
        open_lesson("# A\n\ntext\n\n### Check yourself!\n\nmore\n");

    document_fit(document, 40);
    int row = document_anchor(document, "check-yourself");
    ck_assert_int_ge(row, 0);
    ck_assert_str_eq(document->rows[row].text, "  Check yourself!");
    ck_assert_int_eq(document_anchor(document, "check"), -1);
    document_close(document);
}
END_TEST

int main(void)
{
    const struct suite_test tests[] = {
        {.test = paragraphs_are_wrapped_between_words},
        {.test = headings_stand_out_by_characters},
        {.test = a_screen_has_the_title_elsewhere},
        {.test = lists_are_hung},
        {.test = strong_and_code_lose_their_marks_on_the_screen},
        {.test = comments_are_not_seen},
        {.test = what_is_not_closed_is_text},
        {.test = control_characters_do_not_get_through},
        {.test = signs_have_twins_where_there_is_no_utf8},
        {.test = width_counts_columns_and_not_bytes},
        {.test = tables_keep_their_columns},
        {.test = wide_tables_wrap_their_cells},
        {.test = tables_without_any_room_become_lines},
        {.test = python_and_c_stand_side_by_side_where_there_is_room},
        {.test = sessions_as_wide_as_the_terminal_are_not_wrapped},
        {.test = commands_are_items},
        {.test = a_source_file_stands_as_it_is},
        {.test = the_opening_comment_of_a_source_file},
        {.test = details_are_folded},
        {.test = folds_within_folds},
        {.test = one_fold_is_printed_alone},
        {.test = links_show_their_text},
        {.test = anchors_lead_to_headings},
    };

    return suite_run("reader", tests, sizeof tests / sizeof *tests);
}
