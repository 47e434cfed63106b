// SPDX-License-Identifier: MIT
/* Arrays that grow. See grow.h. */
#include "model/grow.h"

#include <stdlib.h>
#include <string.h>

bool grow_array(void *array, size_t count, size_t more, size_t *room, size_t size)
{
    if (count + more <= *room) {
        return true;
    }
    void *old;
    memcpy(&old, array, sizeof old);
    size_t wish = *room == 0 ? 64 : *room + *room / 2;
    wish = wish < count + more ? count + more : wish;
    void *new = reallocarray(old, wish, size);
    if (new == NULL) {
        return false;
    }
    memcpy(array, &new, sizeof new);
    *room = wish;
    return true;
}
