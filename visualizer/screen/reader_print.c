// SPDX-License-Identifier: MIT
/*
 * A document as lines of text: for pipes, dumb terminals and screen readers.
 */
#include "screen/reader_private.h"

#include <string.h>

static bool is_inside(const struct parsed *parsed, int block, int fold)
{
    while (block >= 0 && block != fold) {
        block = parsed->blocks[block].fold;
    }
    return block >= 0;
}

static void print_row(const struct row *row, FILE *to)
{
    size_t length = strlen(row->text);

    while (length > 0 && row->text[length - 1] == ' ') {
        length--;
    }
    fprintf(to, "%.*s\n", (int)length, row->text);
}

void document_print(struct document *document, int fold, int cols, FILE *to)
{
    bool was_open = fold < 0 || document_is_open(document, fold);

    if (!was_open) {
        document_fold(document, fold, true);
    }
    document_fit(document, cols);
    for (int row = 0; row < document->row_count; row++) {
        if (fold < 0 || is_inside(document->parsed, document->rows[row].block,
                                  document->items[fold].block)) {
            print_row(&document->rows[row], to);
        }
    }
    if (!was_open) {
        document_fold(document, fold, false);
    }
}
