// SPDX-License-Identifier: MIT
// The session of line mode that everybody begins with: two processes, one increment each,
// and the order that loses one.
#pragma once

#include "demos.h"

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
