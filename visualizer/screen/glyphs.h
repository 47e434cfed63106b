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
#include <stddef.h>

enum glyph {
    GLYPH_RULE,         /* the line over a panel */
    GLYPH_DOWN_LINE,    /* │ */
    GLYPH_CORNER_LAST,  /* └ of the last child in a tree, and of arrows */
    GLYPH_CORNER_END,   /* ┘ */
    GLYPH_CHILD,        /* ├ */
    GLYPH_HERE,         /* ► moved last, next line, selected in a list */
    GLYPH_AT,           /* ◄ a process stands at this line; the head of an arrow */
    GLYPH_RISE,         /* ▲ the head of an arrow */
    GLYPH_BAR,          /* █ alive; bars */
    GLYPH_BLOCKED,      /* ■ */
    GLYPH_QUIET,        /* · somebody else's step */
    GLYPH_LOST,         /* × */
    GLYPH_KEY_UP,       /* ↑ */
    GLYPH_KEY_DOWN,     /* ↓ */
    GLYPH_KEY_LEFT,     /* ← */
    GLYPH_KEY_RIGHT,    /* → */
    GLYPH_OPEN,         /* ▼ unfolded */
    GLYPH_BOX_TOP_LEFT, /* ┌ the corners and joints of boxes */
    GLYPH_BOX_TOP,
    GLYPH_BOX_TOP_RIGHT,
    GLYPH_BOX_BOTTOM,
    GLYPHS,
};

/* Before drawing: whether UTF-8 is shown. The second looks for it in the environment (LC_ALL,
   LC_CTYPE, LANG), and sets the locale of characters. */
void glyphs_choose(bool utf8);
void glyphs_choose_by_locale(void);

/* What stands for a sign in somebody's text, where UTF-8 is not shown; NULL: itself. */
const char *glyph_twin(const char *text, size_t bytes);

/* The sign as a string, one column wide. */
const char *glyph(enum glyph which);

#endif
