// SPDX-License-Identifier: MIT
// The steps table on the lab's screen: reading it, and computing it anew from who made each
// step, to see whether it is right.
#pragma once

#include "screen/tables.h"

enum { TABLE_STEPS = 64 };

struct step {
    int number;
    int who;              // the digit of the process that made it
    char done[CELL_SIZE]; // "r3", "w4", "L"
    bool lost;
    char value[CELL_SIZE]; // the last row: what resulted; "" where nothing stands
};

struct steps_table {
    struct step list[TABLE_STEPS];
    int count;
    char next[10][8]; // per digit: "?", the sign for blocked, or ""
};

// The steps and where each one's column ends.
static inline int read_numbers(struct terminal *t, int row, struct steps_table *table,
                               int *ends)
{
    int last = 0;
    for (int col = 0; col < terminal_cols(t) && table->count < TABLE_STEPS; col++) {
        bool ends_here = col + 1 == terminal_cols(t) || cell_is(t, row, col + 1, " ");
        if (digit_at(t, row, col) && ends_here) {
            char text[CELL_SIZE];
            cell_before(t, row, col + 1, text);
            last = col + 1;
            ends[table->count] = last;
            table->list[table->count++].number = atoi(text);
        }
    }
    return last;
}

static inline void read_process_row(struct terminal *t, int row, int digit,
                                    struct steps_table *table, const int *ends, int behind)
{
    for (int i = 0; i < table->count; i++) {
        char text[CELL_SIZE];
        cell_before(t, row, ends[i], text);
        if (strcmp(text, "·") == 0 || strcmp(text, ".") == 0) {
            continue;
        }
        struct step *step = &table->list[i];
        ck_assert_msg(step->done[0] == '\0', "two made step %d\n%s", step->number,
                      terminal_dump(t));
        step->who = digit;
        snprintf(step->done, CELL_SIZE, "%s", text);
        step->lost = cell_is(t, row, ends[i], "×") || cell_is(t, row, ends[i], "x");
    }
    if (behind > 0) {
        text_between(t, row, behind, terminal_cols(t), table->next[digit],
                     sizeof table->next[digit]);
    }
}

static inline void read_steps(struct terminal *t, struct steps_table *table)
{
    int ends[TABLE_STEPS] = {0};
    int row = panel_at(t, "steps");
    ck_assert_msg(row >= 0, "no steps\n%s", terminal_dump(t));
    *table = (struct steps_table){0};
    int behind = read_numbers(t, row, table, ends);
    // A sign for a lost update may stand in the first column behind.
    behind = behind > 0 ? behind + 1 : 0;
    for (row++; !is_rule(t, row); row++) {
        if (digit_at(t, row, 1)) {
            read_process_row(t, row, atoi(terminal_cell(t, row, 1).text), table, ends,
                             behind);
        } else {
            for (int i = 0; i < table->count; i++) {
                cell_before(t, row, ends[i], table->list[i].value);
            }
        }
    }
}

// --- computing it anew --------------------------------------------------------------------

// What a table from the first step on must say.
struct retold {
    long value;
    bool lost[TABLE_STEPS];
    int updates, losses;
};

// Each read and write as it must stand there, from nothing but who made it. A write adds one
// to what its process has read last. It is lost unless the value in memory at the end was
// computed from it.
static inline void retold_steps(const struct steps_table *table, struct retold *retold)
{
    long held[10] = {0};             // what each process has read
    int held_from[10];               // the step that wrote that; -1: the start
    int based_on[TABLE_STEPS] = {0}; // per write: the write that its process had read
    int newest = -1;
    *retold = (struct retold){0};
    for (int who = 0; who < 10; who++) {
        held_from[who] = -1;
    }
    for (int i = 0; i < table->count; i++) {
        const struct step *step = &table->list[i];
        char cell[CELL_SIZE] = "";
        char value[CELL_SIZE];
        ck_assert_int_eq(step->number, i + 1);
        if (step->done[0] == 'r') {
            held[step->who] = retold->value;
            held_from[step->who] = newest;
            snprintf(cell, sizeof cell, "r%ld", retold->value);
        } else if (step->done[0] == 'w') {
            retold->value = held[step->who] + 1;
            based_on[i] = held_from[step->who];
            newest = i;
            retold->updates++;
            retold->lost[i] = true; // until it is found below
            snprintf(cell, sizeof cell, "w%ld", retold->value);
        }
        if (cell[0] != '\0') {
            snprintf(value, sizeof value, "%ld", retold->value);
            ck_assert_str_eq(step->done, cell);
            ck_assert_str_eq(step->value, value);
        }
    }
    for (int write = newest; write >= 0; write = based_on[write]) {
        retold->lost[write] = false;
    }
    for (int i = 0; i < table->count; i++) {
        retold->losses += retold->lost[i];
    }
}

// The table on the screen is what its own steps make of it, marks of lost updates included.
static inline struct retold assert_steps_replay(struct terminal *t)
{
    struct steps_table table;
    struct retold retold;
    read_steps(t, &table);
    retold_steps(&table, &retold);
    for (int i = 0; i < table.count; i++) {
        ck_assert_msg(table.list[i].lost == retold.lost[i], "step %d: lost or not?\n%s",
                      i + 1, terminal_dump(t));
    }
    return retold;
}
