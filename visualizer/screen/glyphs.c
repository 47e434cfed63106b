// SPDX-License-Identifier: MIT
/*
 * The table of signs: what is drawn, and its twin in ASCII.
 */
#include "screen/glyphs.h"

static const char *const signs[GLYPHS][2] = {
    /* ASCII, WGL4 */
    [GLYPH_RULE] = {"-", "─"},        [GLYPH_DOWN_LINE] = {"|", "│"},
    [GLYPH_CORNER_LAST] = {"`", "└"}, [GLYPH_CORNER_END] = {"'", "┘"},
    [GLYPH_CHILD] = {"|", "├"},       [GLYPH_HERE] = {">", "►"},
    [GLYPH_AT] = {"<", "◄"},          [GLYPH_RISE] = {"^", "▲"},
    [GLYPH_BAR] = {"#", "█"},         [GLYPH_BLOCKED] = {"B", "■"},
    [GLYPH_QUIET] = {".", "·"},       [GLYPH_LOST] = {"x", "×"},
    [GLYPH_KEY_UP] = {"Up", "↑"},     [GLYPH_KEY_DOWN] = {"Down", "↓"},
};

static bool show_utf8;

void glyphs_choose(bool utf8)
{
    show_utf8 = utf8;
}

const char *glyph(enum glyph which)
{
    return signs[which][show_utf8];
}
