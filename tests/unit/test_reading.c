// SPDX-License-Identifier: MIT
// Tests of reading, without a terminal: where one is after each move; and of the lessons
// that there are.
#include "documents.h"
#include "screen/text.h"
#include "suite.h"

#include <stdlib.h>

// --- moving -----------------------------------------------------------------------------

// 20 paragraphs of one row, blank rows between them; links in 1, 2, 10 and 20.
static struct document *open_long(void)
{
    char text[1024] = "";

    for (int i = 1; i <= 20; i++) {
        size_t used = strlen(text);
        bool linked = i <= 2 || i % 10 == 0;
        snprintf(text + used, sizeof text - used,
                 linked ? "[%d](%d.md)\n\n" : "%d %d\n\n", i, i);
    }
    return open_lesson(text);
}

static void check_selected(const struct reader *reader, const char *target)
{
    if (target == NULL) {
        ck_assert_int_eq(reader->selected, -1);
        return;
    }
    ck_assert_int_ge(reader->selected, 0);
    ck_assert_str_eq(reader->document->items[reader->selected].text, target);
}

START_TEST(down_goes_to_what_is_in_view_or_scrolls)
{
    struct reader reader = {.document = open_long(), .selected = -1};

    reader_fit(&reader, 10, 40);
    check_selected(&reader, "1.md");
    reader_move(&reader, MOVE_DOWN);
    check_selected(&reader, "2.md");
    ck_assert_int_eq(reader.top, 0);
    reader_move(&reader, MOVE_DOWN); // 10 is in row 18: not in view
    ck_assert_int_eq(reader.top, 1);
    check_selected(&reader, "2.md");
    for (int i = 0; i < 8; i++) {
        reader_move(&reader, MOVE_DOWN);
    }
    ck_assert_int_eq(reader.top, 9);
    check_selected(&reader, "10.md");
    reader_move(&reader, MOVE_UP); // nothing above it is in view
    ck_assert_int_eq(reader.top, 8);
    document_close(reader.document);
}
END_TEST

START_TEST(what_is_selected_is_in_view)
{
    struct reader reader = {.document = open_long(), .selected = -1};
    unsigned moves = (unsigned)_i;

    reader_fit(&reader, 5, 40);
    for (int i = 0; i < 200; i++) {
        moves = moves * 1103515245u + 12345u;
        reader_move(&reader, (enum reader_move)((moves >> 16) % 8));
        int most = reader.document->row_count - reader.rows;
        ck_assert_int_ge(reader.top, 0);
        ck_assert_int_le(reader.top, most);
        if (reader.selected >= 0) {
            int row = reader.document->items[reader.selected].first;
            ck_assert_int_ge(row, reader.top);
            ck_assert_int_lt(row, reader.top + reader.rows);
        }
    }
    document_close(reader.document);
}
END_TEST

START_TEST(down_reaches_every_item_and_the_end)
{
    struct reader reader = {.document = open_long(), .selected = -1};
    bool seen[4] = {false};

    reader_fit(&reader, 3, 40);
    for (int i = 0; i < 100; i++) {
        if (reader.selected >= 0) {
            seen[reader.selected] = true;
        }
        reader_move(&reader, MOVE_DOWN);
    }
    ck_assert(seen[0] && seen[1] && seen[2] && seen[3]);
    ck_assert_int_eq(reader.top, reader.document->row_count - 3);
    for (int i = 0; i < 100; i++) {
        reader_move(&reader, MOVE_UP);
    }
    ck_assert_int_eq(reader.top, 0);
    check_selected(&reader, "1.md");
    document_close(reader.document);
}
END_TEST

START_TEST(tab_goes_to_items_wherever_they_are)
{
    struct reader reader = {.document = open_long(), .selected = -1};

    reader_fit(&reader, 6, 40);
    reader_move(&reader, MOVE_NEXT_ITEM);
    reader_move(&reader, MOVE_NEXT_ITEM);
    check_selected(&reader, "10.md");
    reader_move(&reader, MOVE_NEXT_ITEM);
    check_selected(&reader, "20.md");
    reader_move(&reader, MOVE_NEXT_ITEM);
    check_selected(&reader, "20.md");
    reader_move(&reader, MOVE_PREVIOUS_ITEM);
    check_selected(&reader, "10.md");
    document_close(reader.document);
}
END_TEST

START_TEST(pages_overlap_by_a_row)
{
    struct reader reader = {.document = open_long(), .selected = -1};

    reader_fit(&reader, 10, 40);
    reader_move(&reader, MOVE_PAGE_DOWN);
    ck_assert_int_eq(reader.top, 9);
    reader_move(&reader, MOVE_PAGE_UP);
    ck_assert_int_eq(reader.top, 0);
    reader_move(&reader, MOVE_LAST);
    ck_assert_int_eq(reader.top, 39 - 10);
    check_selected(&reader, "20.md");
    reader_move(&reader, MOVE_FIRST);
    check_selected(&reader, "1.md");
    document_close(reader.document);
}
END_TEST

START_TEST(another_width_keeps_the_text_in_view)
{
    char text[4096] = "";
    for (int i = 0; i < 30; i++) {
        size_t used = strlen(text);
        snprintf(text + used, sizeof text - used,
                 "number%d one two three four five six seven eight nine ten\n\n", i);
    }
    struct reader reader = {.document = open_lesson(text), .selected = -1};

    reader_fit(&reader, 10, 80);
    for (int i = 0; i < 3; i++) {
        reader_move(&reader, MOVE_PAGE_DOWN);
    }
    ck_assert_ptr_nonnull(strstr(reader.document->rows[reader.top + 1].text, "number14"));
    reader_fit(&reader, 10, 20);
    ck_assert_ptr_nonnull(strstr(reader.document->rows[reader.top + 1].text, "number14"));
    document_close(reader.document);
}
END_TEST

START_TEST(a_fold_opens_where_it_is)
{
    struct reader reader = {.document = open_lesson(folds), .selected = -1};

    reader_fit(&reader, 4, 40);
    check_selected(&reader, "Answer");
    reader_toggle(&reader);
    check_selected(&reader, "Answer");
    ck_assert_int_eq(reader.top, 0);
    ck_assert_str_eq(reader.document->rows[3].text, "    inside");
    reader_move(&reader, MOVE_DOWN);
    reader_move(&reader, MOVE_UP);
    reader_move(&reader, MOVE_PREVIOUS_ITEM);
    check_selected(&reader, "Answer");
    reader_toggle(&reader);
    ck_assert_int_eq(reader.document->row_count, 6);
    document_close(reader.document);
}
END_TEST

// --- the lessons themselves -------------------------------------------------------------

START_TEST(lessons_fit_every_width)
{
    static const int widths[] = {1, 20, 40, 79, 80, 120, 160};
    static const char *const lessons[] = {"README.md", "00-c-for-python-people/README.md",
                                          "10-process/README.md",
                                          "40-race-and-lock/README.md"};
    char path[512];

    snprintf(path, sizeof path, "%s/lessons/%s", SOURCE_DIR, lessons[_i]);
    struct source *source = source_open(path);
    ck_assert_ptr_nonnull(source);
    struct document *document = document_open(source, DOCUMENT_LESSON, FOR_SCREEN);
    source_close(source);
    ck_assert_str_ne(document->title, "");
    for (int i = 0; i < document->item_count; i++) {
        if (document->items[i].kind == ITEM_FOLD) {
            document_fold(document, i, true);
        }
    }
    for (size_t i = 0; i < sizeof widths / sizeof *widths; i++) {
        document_fit(document, widths[i]);
        ck_assert_int_gt(document->row_count, 0);
        for (int row = 0; row < document->row_count && widths[i] >= 40; row++) {
            ck_assert_msg(text_columns(document->rows[row].text) <= widths[i],
                          "%s, row %d of width %d: %s", path, row, widths[i],
                          document->rows[row].text);
            ck_assert_ptr_null(strstr(document->rows[row].text, "<!--"));
            ck_assert_ptr_null(strstr(document->rows[row].text, "```"));
        }
    }
    document_close(document);
}
END_TEST

static void look_at_broken(const char *path)
{
    struct source *source = source_open(path);
    struct document *document = document_open(source, DOCUMENT_LESSON, FOR_SCREEN);

    document_fit(document, 60);
    source_close(source);
    document_close(document);
}

START_TEST(broken_markdown_does_no_harm)
{
    char path[512];
    size_t size;

    snprintf(path, sizeof path, "%s/lessons/40-race-and-lock/README.md", SOURCE_DIR);
    unsigned char *bytes = scratch_read(path, &size);
    scratch_break(bytes, size, 0, size, 300, look_at_broken);
    free(bytes);
}
END_TEST

int main(void)
{
    const struct suite_test tests[] = {
        {.test = down_goes_to_what_is_in_view_or_scrolls},
        {.test = what_is_selected_is_in_view, .from = 1, .to = 20},
        {.test = down_reaches_every_item_and_the_end},
        {.test = tab_goes_to_items_wherever_they_are},
        {.test = pages_overlap_by_a_row},
        {.test = another_width_keeps_the_text_in_view},
        {.test = a_fold_opens_where_it_is},
        {.test = lessons_fit_every_width, .from = 0, .to = 4},
        {.test = broken_markdown_does_no_harm},
    };

    return suite_run("reading", tests, sizeof tests / sizeof *tests);
}
