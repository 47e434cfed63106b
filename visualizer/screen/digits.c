// SPDX-License-Identifier: MIT
/*
 * Block digits. Which strokes a digit has:
 *
 *      0 0          0 top       3 middle    6 bottom
 *     1   2         1, 2 the upper uprights
 *      3 3          4, 5 the lower uprights
 *     4   5
 *      6 6
 */
#include "screen/digits.h"

#include "screen/glyphs.h"

#include <ctype.h>
#include <string.h>

enum { MINUS = 1 << 3 };

static const unsigned char strokes[] = {0x77, 0x24, 0x5d, 0x6d, 0x2e,
                                        0x6b, 0x7b, 0x25, 0x7f, 0x6f};

/* Columns of a digit, of its uprights, and between two digits; the widest first. */
struct shape {
    int rows, width, stroke, gap;
};

static const struct shape shapes[] = {
    {DIGITS_ROWS_HIGH, 14, 3, 3}, {DIGITS_ROWS_HIGH, 10, 2, 2},
    {DIGITS_ROWS_HIGH, 6, 2, 1},  {DIGITS_ROWS, 8, 2, 2},
    {DIGITS_ROWS, 6, 2, 1},       {DIGITS_ROWS, 4, 1, 1},
};

static int width_of(const struct shape *shape, char sign)
{
    return sign == '.' ? shape->stroke : shape->width;
}

static int columns_of(const struct shape *shape, const char *text)
{
    int columns = -shape->gap;

    for (; *text != '\0'; text++) {
        columns += width_of(shape, *text) + shape->gap;
    }
    return columns > 0 ? columns : 0;
}

static const struct shape *choose(const char *text, int rows, int cols)
{
    if (text[strspn(text, "-.0123456789")] != '\0') {
        return NULL;
    }
    for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
        if (shapes[i].rows == rows && columns_of(&shapes[i], text) <= cols) {
            return &shapes[i];
        }
    }
    return NULL;
}

int digits_columns(const char *text, int rows, int cols)
{
    const struct shape *shape = choose(text, rows, cols);

    return shape != NULL ? columns_of(shape, text) : 0;
}

static void block(const struct area *area, int row, int col, int rows, int cols)
{
    for (int i = 0; i < rows; i++) {
        put_many(area, row + i, col, cols, STYLE_STRONG, glyph(GLYPH_BAR));
    }
}

static void draw_sign(const struct area *area, int row, int col,
                      const struct shape *shape, char sign)
{
    unsigned on = isdigit((unsigned char)sign) ? strokes[sign - '0'] : MINUS;
    int half = shape->rows / 2;

    for (int i = 0; i < 3; i++) { /* the bars */
        if (on >> (3 * i) & 1) {
            block(area, row + i * half, col, 1, shape->width);
        }
    }
    for (int i = 0; i < 4; i++) { /* the uprights */
        int stroke = i < 2 ? 1 + i : 2 + i;
        if (on >> stroke & 1) {
            block(area, row + i / 2 * half, col + i % 2 * (shape->width - shape->stroke),
                  half + 1, shape->stroke);
        }
    }
}

void digits_draw(const struct area *area, int row, int col, int rows, int cols,
                 const char *text)
{
    const struct shape *shape = choose(text, rows, cols);

    for (; shape != NULL && *text != '\0'; text++) {
        if (*text == '.') {
            block(area, row + rows - 1, col, 1, shape->stroke);
        } else {
            draw_sign(area, row, col, shape, *text);
        }
        col += width_of(shape, *text) + shape->gap;
    }
}
