// SPDX-License-Identifier: MIT
// Names as they come in events: in pieces of 16 bytes.
#pragma once

#include "record.h"

#include <stdio.h>
#include <string.h>

// Piece number `piece` of a name. False: it has no more.
static inline bool name_piece(unsigned of, unsigned subject, const char *text,
                              size_t piece, struct mp_deed *deed)
{
    char padded[MP_NAME_SIZE + 16] = "";
    snprintf(padded, sizeof padded, "%s", text);
    if (piece * 16 > strlen(text)) {
        return false;
    }
    *deed = (struct mp_deed){
        .op = MP_OP_NAME, .object = (uint16_t)subject, .info = (uint8_t)(of | piece)};
    memcpy(&deed->value, padded + piece * 16, 8);
    memcpy(&deed->offset, padded + piece * 16 + 8, 4);
    memcpy(&deed->place, padded + piece * 16 + 12, 4);
    return true;
}
