// SPDX-License-Identifier: MIT
/*
 * A second explorer beside the first, on another processor: a thread of the lab with a program
 * of its own. Each explores another part of the tree; who has nothing left is given a part of
 * what the other still has to do. Belongs to exploration.c.
 */
#ifndef SESSION_SIDE_H
#define SESSION_SIDE_H

#include "session/exploration.h"

struct side;

/* Starts it; it has nothing to do yet. NULL: it cannot be had (one processor, no memory). */
struct side *side_start(const struct exploration *first);

/* It has nothing to do: here is something. Copies it. */
void side_give(struct side *side, const uint8_t *begin, size_t count);

/* It has nothing to do, and nothing to give that was asked for. */
bool side_is_idle(struct side *side);

/* Asks it for a part of what it has still to do, for a moment. False: it had none to give, or
   has just finished. `begin`: room for MP_SCRIPT. */
bool side_ask(struct side *side, uint8_t *begin, size_t *count);

/* Takes over what it has found since the last time: outcomes, runs, and that it could not go
   on. False: no memory. */
bool side_collect(struct side *side, struct exploration *first);

/* Ends it. What it has not been asked for is gone. */
void side_end(struct side *side);

#endif
