// SPDX-License-Identifier: MIT
/*
 * The signs that the screen draws with, by what they mean.
 *
 * All are of the WGL4 set, which the fonts of every usual terminal have, and each has one
 * ASCII twin, for terminals that show no UTF-8. Signs carry everything; colour repeats it.
 */
#ifndef SCREEN_GLYPHS_H
#define SCREEN_GLYPHS_H

#include <stdbool.h>

enum glyph {
    GLYPH_RULE,        /* the line over a panel */
    GLYPH_DOWN_LINE,   /* │ */
    GLYPH_CORNER_LAST, /* └ of the last child in a tree, and of arrows */
    GLYPH_CORNER_END,  /* ┘ */
    GLYPH_CHILD,       /* ├ */
    GLYPH_HERE,        /* ► moved last, next line, selected in a list */
    GLYPH_AT,          /* ◄ a process stands at this line; the head of an arrow */
    GLYPH_RISE,        /* ▲ the head of an arrow */
    GLYPH_BAR,         /* █ alive; bars */
    GLYPH_BLOCKED,     /* ■ */
    GLYPH_QUIET,       /* · somebody else's step */
    GLYPH_LOST,        /* × */
    GLYPH_KEY_UP,      /* ↑ */
    GLYPH_KEY_DOWN,    /* ↓ */
    GLYPHS,
};

/* Before drawing: whether the terminal shows UTF-8. */
void glyphs_choose(bool utf8);

/* The sign as a string, one column wide. */
const char *glyph(enum glyph which);

#endif
