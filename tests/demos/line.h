// SPDX-License-Identifier: MIT
// The session of line mode that everybody begins with: two processes, one increment each,
// and the order that loses one.
#pragma once

#include "demos.h"

// Whether the kernel shows a child as a zombie before main, which waits for it already, has
// taken note of its end: that is between those two.
static inline void drop_zombies(char *text)
{
    drop_lines(text, ": a zombie (Z).");
}

#define RACE_BEGINS                                                                      \
    "lock_race, 2 processes, 1 increment each. The counter is 0. It should end at 2.\n"  \
    "1 increment-1 will read counter. 2 increment-2 will read counter.\n"

// The answers 1 2 1 1 2 q.
__attribute__((unused)) static const char chosen_race[] = RACE_BEGINS
    "who goes? 1\n"
    "increment-1 read counter: 0.\n"
    "who goes? 2\n"
    "increment-2 read 0 too. If both write now, only the second write stays.\n"
    "who goes? 1\n"
    "increment-1 wrote counter: 1 (it was 0).\n"
    "who goes? 1\n"
    "1 has ended. Only 2 can go: it will write counter.\n"
    "who goes? 2\n"
    "increment-2 wrote 1 over 1. The update that increment-1 made is lost.\n"
    "All have ended. The counter is 1, expected 2: 1 update is lost.\n"
    "Your order was 1 2 1 2. Type r to try another one, q to leave.\n"
    "what now? q\n"
    "counter 1, expected 2, lost 1\n";

// What the lab says to these answers; they are shown as if they had been typed.
static inline struct run_result answer(const char *command, const char *answers)
{
    return run_how(command, &(struct run_options){.input = answers});
}

// Ended with this status; what it left is taken.
static inline void leave(struct run_result *done, int status)
{
    run_assert_exit(done, status);
    run_free(done);
    take_orphans();
}

// A session of the pair with one increment each, to its end.
static inline void session_is(const char *demo, const char *answers, int status,
                              const char *text)
{
    char command[COMMAND_SIZE];
    snprintf(command, sizeof command, "lab run %s --step --plain -- --increments 1", demo);
    struct run_result done = answer(command, answers);
    hide_pids(done.out);
    drop_zombies(done.out);
    ck_assert_str_eq(done.out, text);
    ck_assert_str_eq(done.err, "");
    leave(&done, status);
}
