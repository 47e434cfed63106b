// SPDX-License-Identifier: MIT
/* Who stands in a barrier or a condition, and whether it has died there. */
#ifndef MP_VISITOR_H
#define MP_VISITOR_H

#include "internal.h"

/* An entry of the process table, and its generation, for the entry of a dead process may be
   used again. */
struct mp_visitor {
    uint16_t slot;
    uint32_t generation;
};

/* The table says that it has ended: a quick look. */
bool mp_visitor_is_known_dead(struct mp_visitor visitor);

/* It has ended, also when nobody has noticed yet: asks the kernel. */
bool mp_visitor_is_dead(struct mp_visitor visitor);

#endif
