// SPDX-License-Identifier: MIT
// What holds for every frame of the lab, and frames made comparable.
#pragma once

#include "screen/glyphs.h"
#include "screen/tables.h"

enum { FRAME_SIZE = 64 * 1024 };

// The sign as it stands in a frame with UTF-8, and its twin.
static inline const char *sign(int which, bool utf8)
{
    glyphs_choose(utf8);
    return glyph((enum glyph)which);
}

// The twin of a cell's text; NULL: it is neither ASCII nor one of the lab's signs.
static inline const char *ascii_twin(const char *text)
{
    if ((unsigned char)text[0] < 0x80) {
        return text;
    }
    for (int i = 0; i < GLYPHS; i++) {
        if (strcmp(sign(i, true), text) == 0) {
            return sign(i, false);
        }
    }
    return NULL;
}

static inline bool is_half_a_rule(struct terminal *t, int row)
{
    int last = terminal_cols(t) - 1;
    return is_rule(t, row) && terminal_cols(t) < 120 &&
           !cell_is(t, row, last, sign(GLYPH_RULE, true)) &&
           !cell_is(t, row, last, sign(GLYPH_RULE, false));
}

// A terminal that has been made wider shows the old rules until the lab has drawn new ones.
static inline bool rules_are_whole(struct terminal *t)
{
    for (int row = 0; row < terminal_rows(t); row++) {
        if (is_half_a_rule(t, row)) {
            return false;
        }
    }
    return true;
}

// No cell holds anything but text and the lab's signs, and a rule is a rule to its end.
static inline void assert_frame_clean(struct terminal *t)
{
    for (int row = 0; row < terminal_rows(t); row++) {
        for (int col = 0; col < terminal_cols(t); col++) {
            struct terminal_cell cell = terminal_cell(t, row, col);
            if (ascii_twin(cell.text) == NULL || cell.width != 1) {
                ck_abort_msg("%d,%d holds \"%s\"\n%s", row, col, cell.text,
                             terminal_dump(t));
            }
        }
        if (is_half_a_rule(t, row)) {
            ck_abort_msg("row %d is half a rule\n%s", row, terminal_dump(t));
        }
    }
}

static inline void mask_number(char *text, int number)
{
    char digits[16];
    size_t length = (size_t)snprintf(digits, sizeof digits, "%d", number);
    for (char *at = text; (at = strstr(at, digits)) != NULL; at += length) {
        memset(at, '#', length);
    }
}

// All rows, with a "#" for each digit of the pids of the lab, of what it started, and of their
// children, so that two runs can be compared. The caller frees it.
static inline char *masked_frame(struct terminal *t)
{
    enum { MOST = 16 };
    char *text = lab_without_wakes(terminal_text(t));
    pid_t children[MOST], below[MOST];
    size_t count = proc_children(terminal_pid(t), children, MOST);
    mask_number(text, terminal_pid(t));
    for (size_t i = 0; i < count && i < MOST; i++) {
        size_t more = proc_children(children[i], below, MOST);
        mask_number(text, children[i]);
        for (size_t j = 0; j < more && j < MOST; j++) {
            mask_number(text, below[j]);
        }
    }
    return text;
}
