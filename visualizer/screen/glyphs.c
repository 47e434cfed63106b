// SPDX-License-Identifier: MIT
/*
 * The table of signs: what is drawn, and its twin in ASCII.
 */
#include "screen/glyphs.h"

#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

static const char *const signs[GLYPHS][2] = {
    /* ASCII, WGL4 */
    [GLYPH_RULE] = {"-", "─"},        [GLYPH_DOWN_LINE] = {"|", "│"},
    [GLYPH_CORNER_LAST] = {"`", "└"}, [GLYPH_CORNER_END] = {"'", "┘"},
    [GLYPH_CHILD] = {"|", "├"},       [GLYPH_HERE] = {">", "►"},
    [GLYPH_AT] = {"<", "◄"},          [GLYPH_RISE] = {"^", "▲"},
    [GLYPH_BAR] = {"#", "█"},         [GLYPH_BLOCKED] = {"B", "■"},
    [GLYPH_QUIET] = {".", "·"},       [GLYPH_LOST] = {"x", "×"},
    [GLYPH_KEY_UP] = {"Up", "↑"},     [GLYPH_KEY_DOWN] = {"Down", "↓"},
    [GLYPH_KEY_LEFT] = {"Left", "←"}, [GLYPH_KEY_RIGHT] = {"Right", "→"},
    [GLYPH_OPEN] = {"v", "▼"},        [GLYPH_BOX_TOP_LEFT] = {".", "┌"},
    [GLYPH_BOX_TOP] = {"+", "┬"},     [GLYPH_BOX_TOP_RIGHT] = {".", "┐"},
    [GLYPH_BOX_BOTTOM] = {"+", "┴"},
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

/* The character set, from the environment. Nothing set at all: UTF-8, as everywhere. */
void glyphs_choose_by_locale(void)
{
    static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
    const char *wish = NULL;

    for (size_t i = 0; i < 3 && wish == NULL; i++) {
        const char *value = getenv(names[i]);
        wish = value != NULL && *value != '\0' ? value : NULL;
    }
    bool set = setlocale(LC_CTYPE, "") != NULL;
    /* a locale of that name may not be installed: its character set is what matters */
    bool named_utf8 =
        wish != NULL && (strcasestr(wish, "utf-8") || strcasestr(wish, "utf8"));
    if (wish == NULL || (!set && named_utf8)) {
        setlocale(LC_CTYPE, "C.UTF-8");
    }
    glyphs_choose(strcmp(nl_langinfo(CODESET), "UTF-8") == 0);
}

const char *glyph_twin(const char *text, size_t bytes)
{
    for (size_t i = 0; i < GLYPHS && bytes > 1 && !show_utf8; i++) {
        if (strlen(signs[i][1]) == bytes && memcmp(signs[i][1], text, bytes) == 0) {
            return signs[i][0];
        }
    }
    return NULL;
}
