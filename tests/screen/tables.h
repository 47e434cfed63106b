// SPDX-License-Identifier: MIT
// The table of processes on the lab's screen, read as a person reads it: by its titles and
// columns.
#pragma once

#include "screen/lab.h"

#include <ctype.h>

enum { TABLE_ROWS = 40, CELL_SIZE = 48 };

static inline bool cell_is(struct terminal *t, int row, int col, const char *text)
{
    return col >= 0 && col < terminal_cols(t) &&
           strcmp(terminal_cell(t, row, col).text, text) == 0;
}

static inline bool digit_at(struct terminal *t, int row, int col)
{
    return isdigit((unsigned char)terminal_cell(t, row, col).text[0]) != 0;
}

// The columns [from, to) of a row, without blanks at either end.
static inline void text_between(struct terminal *t, int row, int from, int to, char *text,
                                size_t size)
{
    size_t used = 0;
    int blanks = 0;
    text[0] = '\0';
    for (int col = from; col < to && col < terminal_cols(t); col++) {
        struct terminal_cell cell = terminal_cell(t, row, col);
        if (strcmp(cell.text, " ") == 0) {
            blanks++;
            continue;
        }
        used += (size_t)snprintf(text + used, size - used, "%*s%s", used > 0 ? blanks : 0,
                                 "", cell.text);
        ck_assert_uint_lt(used, size);
        blanks = 0;
    }
}

// Where a title begins in a row; -1: it is not there.
static inline int title_at(struct terminal *t, int row, const char *title)
{
    int length = (int)strlen(title);
    for (int col = 0; col + length <= terminal_cols(t); col++) {
        char text[4 * CELL_SIZE];
        bool begins = col == 0 || cell_is(t, row, col - 1, " ");
        text_between(t, row, col, col + length, text, sizeof text);
        if (begins && strcmp(text, title) == 0) {
            return col;
        }
    }
    return -1;
}

// The number of the line of a demo that has this text.
static inline int line_with(const char *demo, const char *text)
{
    char path[CELL_SIZE];
    char line[512];
    int number = 0;
    snprintf(path, sizeof path, "demos/%s.c", demo);
    FILE *file = fopen(source(path), "r");
    ck_assert_ptr_nonnull(file);
    while (fgets(line, sizeof line, file) != NULL) {
        number++;
        if (strstr(line, text) != NULL) {
            fclose(file);
            return number;
        }
    }
    fclose(file);
    ck_abort_msg("no \"%s\" in %s", text, path);
    return 0;
}

struct person {
    int digit;
    bool moved, selected;
    char name[CELL_SIZE];
    pid_t pid;    // 0: not started yet
    pid_t parent; // 0: the column is not shown, or empty
    char state[CELL_SIZE];
    char kernel[CELL_SIZE];
    char done[CELL_SIZE]; // "" in a free run, and so is next
    char next[CELL_SIZE];
};

struct people_table {
    struct person list[TABLE_ROWS];
    int count;
};

// Where the columns begin; -1: not shown.
struct person_columns {
    int name, pid, parent, state, kernel, done, next, behind;
};

// The word that ends before column `end`.
static inline void cell_before(struct terminal *t, int row, int end, char *text)
{
    int from = end;
    while (from > 0 && !cell_is(t, row, from - 1, " ")) {
        from--;
    }
    text_between(t, row, from, end, text, CELL_SIZE);
}

// The number that ends where its title does; 0: none.
static inline int number_below(struct terminal *t, int row, int title, int title_length)
{
    char text[CELL_SIZE] = "";
    if (title >= 0) {
        cell_before(t, row, title + title_length, text);
    }
    return atoi(text);
}

// The name, which may stand in a tree: "├ child-1".
static inline void read_name(struct person *person, char *text)
{
    char *rest = text;
    for (char *word; (word = strtok_r(rest, " ", &rest)) != NULL;) {
        bool sign = (unsigned char)word[0] >= 0x80 ||
                    (strchr("`|", word[0]) != NULL && word[1] == '\0');
        if (!sign) {
            snprintf(person->name, sizeof person->name, "%s", word);
            return;
        }
    }
}

// False: it is no row of a process, but of who started main.
static inline bool read_person(struct terminal *t, int row,
                               const struct person_columns *at, struct person *person)
{
    char text[4 * CELL_SIZE] = "";
    *person = (struct person){.digit = -1};
    text_between(t, row, 0, at->name, text, sizeof text);
    person->selected = text[0] == '>' && isdigit((unsigned char)text[1]);
    const char *digit = person->selected ? text + 1 : text;
    if (!isdigit((unsigned char)digit[0])) {
        return false;
    }
    person->digit = atoi(digit);
    person->moved = digit[1] != '\0';
    text_between(t, row, at->name, at->state, text, sizeof text);
    read_name(person, text);
    person->pid = number_below(t, row, at->pid, 3);
    person->parent = number_below(t, row, at->parent, 6);
    text_between(t, row, at->state, at->kernel, person->state, CELL_SIZE);
    text_between(t, row, at->kernel, at->done > 0 ? at->done : at->kernel + 9,
                 person->kernel, CELL_SIZE);
    if (at->done > 0) {
        text_between(t, row, at->done, at->next, person->done, CELL_SIZE);
        text_between(t, row, at->next, at->behind > 0 ? at->behind : terminal_cols(t),
                     person->next, CELL_SIZE);
    }
    return true;
}

// At 80 columns and more.
static inline void read_people(struct terminal *t, struct people_table *table)
{
    int row = panel_at(t, "processes");
    row = row >= 0 ? row : panel_at(t, "family");
    if (row < 0 || title_at(t, row, "state") < 0) {
        ck_abort_msg("no table of processes\n%s", terminal_dump(t));
    }
    struct person_columns at = {
        .name = title_at(t, row, "name"),
        .pid = title_at(t, row, "pid"),
        .parent = title_at(t, row, "parent"),
        .state = title_at(t, row, "state"),
        .kernel = title_at(t, row, "kernel"),
        .done = title_at(t, row, "has done"),
        .next = title_at(t, row, "does next"),
        .behind = title_at(t, row, "steps"),
    };
    *table = (struct people_table){0};
    for (row++; !is_rule(t, row) && table->count < TABLE_ROWS; row++) {
        table->count += read_person(t, row, &at, &table->list[table->count]);
    }
}

// The row of a name. Fails the test when there is none.
static inline struct person person_called(struct terminal *t, const char *name)
{
    struct people_table table;
    read_people(t, &table);
    for (int i = 0; i < table.count; i++) {
        if (strcmp(table.list[i].name, name) == 0) {
            return table.list[i];
        }
    }
    ck_abort_msg("no process %s\n%s", name, terminal_dump(t));
    return (struct person){0};
}

// Moves the selection down to a name.
static inline void select_person(struct terminal *t, const char *name)
{
    for (int i = 0; i < TABLE_ROWS && !person_called(t, name).selected; i++) {
        terminal_key(t, TERMINAL_DOWN);
        lab_sync(t);
    }
    ck_assert_msg(person_called(t, name).selected, "%s is not selected\n%s", name,
                  terminal_dump(t));
}

// What /proc says of each one against what the screen says: that it is there, its parent, its
// state.
struct agreement {
    pid_t above; // the parent of main
    char why[256];
};

// `arg` is a struct agreement.
static inline bool agrees_with_proc(struct terminal *t, void *arg)
{
    struct agreement *agreement = arg;
    struct people_table table;
    if (!frame_is_whole(t)) {
        return false;
    }
    read_people(t, &table);
    for (int i = 0; i < table.count; i++) {
        const struct person *person = &table.list[i];
        struct proc proc;
        pid_t parent = person->digit == 0 ? agreement->above : table.list[0].pid;
        if (person->pid == 0 || strcmp(person->state, "gone") == 0) {
            continue;
        }
        bool there = proc_read(person->pid, &proc);
        snprintf(agreement->why, sizeof agreement->why,
                 "%s, pid %d: /proc says %s, parent %d, state %c", person->name,
                 (int)person->pid, there ? "it is there" : "nothing",
                 there ? (int)proc.parent : 0, there ? proc.state : '-');
        if (!there || proc.parent != parent || person->kernel[0] != proc.state ||
            (person->parent != 0 && person->parent != proc.parent)) {
            return false;
        }
    }
    return table.count > 0;
}

// Of those that stand still. The next frame has what the kernel said a moment ago.
static inline void assert_people_agree_with_proc(struct terminal *t)
{
    struct agreement agreement = {.above = terminal_pid(t)};
    int64_t deadline = limit_after(SOON_MS);
    /* /proc may change without a new frame: a process falls asleep a moment later. */
    while (!agrees_with_proc(t, &agreement)) {
        if (limit_left(deadline) == 0) {
            ck_abort_msg("%s\n%s", agreement.why, terminal_dump(t));
        }
        terminal_pump(t, 20);
    }
}

// `arg` is what the first two children do next. Main's set-up is over: all stand at the start.
static inline bool pair_stands(struct terminal *t, void *arg)
{
    int step = 0;
    if (!stands_at_step(t, &step) || panel_at(t, "processes") < 0 || lab_has_ended(t)) {
        return false;
    }
    struct people_table table;
    read_people(t, &table);
    return table.count >= 3 && strcmp(table.list[1].next, arg) == 0 &&
           strcmp(table.list[2].next, arg) == 0;
}

static inline void lab_wait_race(struct terminal *t)
{
    lab_wait(t, pair_stands, "read counter");
}

static inline void lab_wait_fixed(struct terminal *t)
{
    lab_wait(t, pair_stands, "get counter_lock");
}
