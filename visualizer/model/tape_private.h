// SPDX-License-Identifier: MIT
/* What a tape is made of: tape.c has the events and the playing, tape_marks.c the marks. */
#ifndef MODEL_TAPE_PRIVATE_H
#define MODEL_TAPE_PRIVATE_H

#include "model/grow.h"
#include "model/tape.h"

enum {
    PIECE = 1024,          /* events */
    EVENTS_MOST = 1 << 22, /* of one run: 140 MB */
    DATA_MOST = 1 << 28,   /* bytes that belong to marks */
    END_ITEM = 24,         /* as in struct model */
};

struct piece {
    struct mp_event events[PIECE];
    uint8_t slots[PIECE];
};

/* A mark as it is kept: what belongs to it are the bytes [data, data + size). */
struct kept {
    uint64_t at, number;
    uint32_t data, size;
    uint16_t slot, object;
    uint8_t kind;
    bool gap;
};

struct tape {
    struct piece **pieces;
    size_t piece_count, piece_room;
    uint64_t events;
    struct kept *marks;
    size_t mark_count, mark_room;
    unsigned char *data;
    size_t data_size, data_room;
    uint32_t *steps; /* steps[i]: the event that is step first_step + i */
    size_t step_count, step_room;
    uint64_t first_step;
    uint64_t ticks, nanoseconds;
    bool broken; /* something could not be kept */
};

/* Something could not be kept: false. */
bool tape_fails(struct tape *tape);

#endif
