// SPDX-License-Identifier: MIT
// The picture on a test's terminal: libvterm's cells as text and attributes.
#include "terminal.h"

#include "proc.h"
#include "terminal_state.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

// What Check has room for in a message, with something to spare.
enum { DUMP_MAX = 7000 };
#define DUMP_CUT "(the rest is on stderr)\n"

static int property_changed(VTermProp prop, VTermValue *value, void *terminal)
{
    struct terminal *t = terminal;

    if (prop == VTERM_PROP_ALTSCREEN)
        t->alternate = value->boolean;
    else if (prop == VTERM_PROP_CURSORVISIBLE)
        t->cursor_visible = value->boolean;
    return 1;
}

static int bell_rang(void *terminal)
{
    struct terminal *t = terminal;

    t->bells++;
    return 1;
}

// Room for the rows that terminal_row hands out; never less than there was.
static void make_rows(struct terminal *t)
{
    char **more;

    if (t->rows <= t->row_count)
        return;
    more = realloc(t->row_text, (size_t)t->rows * sizeof *more);
    ck_assert_ptr_nonnull(more);
    t->row_text = more;
    while (t->row_count < t->rows)
        t->row_text[t->row_count++] = NULL;
}

void terminal_screen_open(struct terminal *t)
{
    static const VTermScreenCallbacks callbacks = {
        .settermprop = property_changed,
        .bell = bell_rang,
    };

    t->vt = vterm_new(t->rows, t->cols);
    ck_assert_ptr_nonnull(t->vt);
    vterm_set_utf8(t->vt, 1);
    t->cursor_visible = true;
    t->screen = vterm_obtain_screen(t->vt);
    vterm_screen_set_callbacks(t->screen, &callbacks, t);
    vterm_screen_enable_altscreen(t->screen, 1);
    vterm_screen_reset(t->screen, 1);
    make_rows(t);
}

void terminal_screen_resize(struct terminal *t)
{
    vterm_set_size(t->vt, t->rows, t->cols);
    make_rows(t);
}

void terminal_screen_close(struct terminal *t)
{
    for (int row = 0; row < t->row_count; row++)
        free(t->row_text[row]);
    free(t->row_text);
    free(t->dump);
    vterm_free(t->vt);
}

static size_t put_utf8(char *out, uint32_t c)
{
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        out[0] = (char)(0xc0 | c >> 6);
        out[1] = (char)(0x80 | (c & 0x3f));
        return 2;
    }
    if (c < 0x10000) {
        out[0] = (char)(0xe0 | c >> 12);
        out[1] = (char)(0x80 | (c >> 6 & 0x3f));
        out[2] = (char)(0x80 | (c & 0x3f));
        return 3;
    }
    out[0] = (char)(0xf0 | (c >> 18 & 7));
    out[1] = (char)(0x80 | (c >> 12 & 0x3f));
    out[2] = (char)(0x80 | (c >> 6 & 0x3f));
    out[3] = (char)(0x80 | (c & 0x3f));
    return 4;
}

static void cell_text(const VTermScreenCell *cell, char text[static 32])
{
    size_t length = 0;

    if (cell->chars[0] == 0)
        text[length++] = ' ';
    else if (cell->chars[0] != (uint32_t)-1) // -1: a wide character reaches in here
        for (int i = 0; i < VTERM_MAX_CHARS_PER_CELL && cell->chars[i]; i++)
            length += put_utf8(text + length, cell->chars[i]);
    text[length] = '\0';
}

struct terminal_cell terminal_cell(const struct terminal *t, int row, int col)
{
    struct terminal_cell out = {0};
    VTermScreenCell cell;

    ck_assert_msg(row >= 0 && row < t->rows && col >= 0 && col < t->cols,
                  "no cell %d,%d in a terminal of %dx%d", row, col, t->rows, t->cols);
    vterm_screen_get_cell(t->screen, (VTermPos){row, col}, &cell);
    cell_text(&cell, out.text);
    out.width = (unsigned char)cell.width;
    out.bold = cell.attrs.bold;
    out.underline = cell.attrs.underline;
    out.italic = cell.attrs.italic;
    out.blink = cell.attrs.blink;
    out.reverse = cell.attrs.reverse;
    out.fg_default = VTERM_COLOR_IS_DEFAULT_FG(&cell.fg);
    out.bg_default = VTERM_COLOR_IS_DEFAULT_BG(&cell.bg);
    out.fg =
        !out.fg_default && VTERM_COLOR_IS_INDEXED(&cell.fg) ? cell.fg.indexed.idx : -1;
    out.bg =
        !out.bg_default && VTERM_COLOR_IS_INDEXED(&cell.bg) ? cell.bg.indexed.idx : -1;
    return out;
}

int terminal_rows(const struct terminal *t)
{
    return t->rows;
}

int terminal_cols(const struct terminal *t)
{
    return t->cols;
}

// The text of a row, allocated. `stop`: only so many columns.
static char *row_up_to(const struct terminal *t, int row, int stop)
{
    char *text = malloc((size_t)stop * sizeof((struct terminal_cell *)0)->text + 1);
    size_t length = 0;

    ck_assert_ptr_nonnull(text);
    for (int col = 0; col < stop; col++) {
        VTermScreenCell cell;

        vterm_screen_get_cell(t->screen, (VTermPos){row, col}, &cell);
        cell_text(&cell, text + length);
        length += strlen(text + length);
    }
    text[length] = '\0';
    return text;
}

const char *terminal_row(struct terminal *t, int row)
{
    char *text;
    size_t length;

    ck_assert_msg(row >= 0 && row < t->rows, "no row %d in a terminal of %d", row,
                  t->rows);
    text = row_up_to(t, row, t->cols);
    for (length = strlen(text); length > 0 && text[length - 1] == ' '; length--)
        ;
    text[length] = '\0';
    free(t->row_text[row]);
    t->row_text[row] = text;
    return text;
}

char *terminal_text(struct terminal *t)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    ck_assert_ptr_nonnull(out);
    for (int row = 0; row < t->rows; row++)
        fprintf(out, "%s\n", terminal_row(t, row));
    fclose(out);
    return text;
}

// The column in which a byte of the row's text lies.
static int column_of(const struct terminal *t, int row, size_t offset)
{
    for (int col = 0; col < t->cols; col++) {
        char *text = row_up_to(t, row, col + 1);
        size_t length = strlen(text);

        free(text);
        if (length > offset)
            return col;
    }
    return t->cols - 1;
}

bool terminal_find(struct terminal *t, const char *text, int *row, int *col)
{
    for (int r = 0; r < t->rows; r++) {
        char *line = row_up_to(t, r, t->cols);
        const char *found = strstr(line, text);

        if (found && row)
            *row = r;
        if (found && col)
            *col = column_of(t, r, (size_t)(found - line));
        free(line);
        if (found)
            return true;
    }
    return false;
}

void terminal_cursor(const struct terminal *t, int *row, int *col)
{
    VTermPos pos;

    vterm_state_get_cursorpos(vterm_obtain_state(t->vt), &pos);
    *row = pos.row;
    *col = pos.col;
}

bool terminal_cursor_visible(const struct terminal *t)
{
    return t->cursor_visible;
}

bool terminal_alternate_screen(const struct terminal *t)
{
    return t->alternate;
}

int terminal_bells(const struct terminal *t)
{
    return t->bells;
}

static void describe_program(const struct terminal *t, FILE *out)
{
    struct proc p;

    if (t->ended && WIFSIGNALED(t->status))
        fprintf(out, "program ended by signal %d (%s)", WTERMSIG(t->status),
                strsignal(WTERMSIG(t->status)));
    else if (t->ended)
        fprintf(out, "program ended with status %d", WEXITSTATUS(t->status));
    else if (proc_read(t->pid, &p))
        fprintf(out, "program %d (%s) in state %c", (int)p.pid, p.name, p.state);
}

const char *terminal_dump(struct terminal *t)
{
    size_t size = 0;
    FILE *out;
    int row, col;

    free(t->dump);
    out = open_memstream(&t->dump, &size);
    ck_assert_ptr_nonnull(out);
    terminal_cursor(t, &row, &col);
    fprintf(out, "%dx%d, cursor %d,%d%s, %s screen, ", t->rows, t->cols, row, col,
            t->cursor_visible ? "" : " (hidden)", t->alternate ? "alternate" : "normal");
    describe_program(t, out);
    fputc('\n', out);
    for (row = 0; row < t->rows; row++)
        fprintf(out, "%2d|%s\n", row, terminal_row(t, row));
    fclose(out);
    if (size > DUMP_MAX) {
        fprintf(stderr, "%s", t->dump);
        while (t->dump[size - 1] != '\n' || size > DUMP_MAX)
            size--;
        strcpy(t->dump + size, DUMP_CUT);
    }
    return t->dump;
}
