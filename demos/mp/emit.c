// SPDX-License-Identifier: MIT
/*
 * Events that this process writes about itself: with room in the ring, names in pieces, and
 * what its last write wrote.
 */
#include "internal.h"

#include <string.h>

/* Under control nothing is dropped: the writer waits until the controller has read. */
static void wait_for_room(struct mp_self *me)
{
    while (mp_mode() != MP_MODE_FREE) {
        uint64_t written = atomic_load_explicit(&me->seat->written, memory_order_relaxed);
        uint64_t taken = atomic_load_explicit(&me->seat->read, memory_order_acquire);
        if (written - taken < MP_RING_EVENTS - 1) {
            return;
        }
        if (!mp_world_is_controlled(mp_world_fd)) {
            mp_world_set_free(mp_the_world);
            return;
        }
        mp_futex_sleep(&me->seat->turn, MP_TURN_NONE, 1);
    }
}

void mp_emit(struct mp_self *me, struct mp_deed deed)
{
    if (mp_mode() != MP_MODE_FREE) {
        wait_for_room(me);
    }
    mp_record(mp_the_world, me->slot, deed);
}

void mp_tell(struct mp_self *me, struct mp_deed deed)
{
    if (me != NULL) {
        mp_emit(me, deed);
    } else {
        mp_apply_object(mp_the_world, mp_me->entry ? mp_me->slot : MP_NOBODY, &deed);
    }
}

void mp_emit_name(struct mp_self *me, enum mp_name_of of, unsigned subject,
                  const char *text)
{
    char padded[MP_NAME_SIZE + 16] = "";
    size_t length = strnlen(text, MP_NAME_SIZE - 1);
    memcpy(padded, text, length);
    for (size_t piece = 0; piece * 16 <= length; piece++) {
        const char *bytes = padded + piece * 16;
        struct mp_deed deed = {
            .op = MP_OP_NAME, .object = (uint16_t)subject, .info = (uint8_t)(of | piece)};
        memcpy(&deed.value, bytes, 8);
        memcpy(&deed.offset, bytes + 8, 4);
        memcpy(&deed.place, bytes + 12, 4);
        mp_emit(me, deed);
    }
}

void mp_settle(struct mp_self *me)
{
    if (!me->unsettled) {
        return;
    }
    me->unsettled = false;
    struct mp_deed deed = me->write;
    deed.info = (uint8_t)((deed.info & MP_INFO_SIZE) | MP_SETTLED);
    deed.value = mp_value_at(mp_arena_at(deed.offset), mp_deed_size(&deed));
    mp_emit(me, deed);
}
