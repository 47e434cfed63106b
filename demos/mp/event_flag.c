// SPDX-License-Identifier: MIT
/*
 * An event: a flag to wait for. (event.c is about events in the other sense: records.)
 *
 * The object table has the flag, and counts how often it was set: a waiter goes on when the
 * flag is set, or the count is no longer what it was when it came. Nothing guards the two;
 * each changes in one piece, so a signal handler may set the flag, and nobody who dies in
 * between leaves anything locked.
 */
#include "internal.h"

#include <errno.h>
#include <limits.h>

struct mp_event_flag {
    _Atomic uint32_t sequence; /* futex: moves at each set */
    _Atomic uint32_t sleepers;
    uint16_t object;
};

static struct mp_object_entry *entry_of(const struct mp_event_flag *event)
{
    return &mp_the_world->objects[event->object];
}

int mp_event_create_named(mp_event **out, const char *name)
{
    if (out == NULL || name == NULL) {
        return -EINVAL;
    }
    void *memory;
    uint16_t object;
    int rc = mp_object_new(&memory,
                           (struct mp_new_object){.kind = MP_KIND_EVENT,
                                                  .size = sizeof(struct mp_event_flag),
                                                  .name = name,
                                                  .type = "mp_event"},
                           &object);
    if (rc != 0) {
        return rc;
    }
    struct mp_event_flag *event = memory;
    event->object = object;
    *out = event;
    return 0;
}

/* --- set and cleared ------------------------------------------------------------------- */

/* A signal handler that came in the middle of a record, or at the gate: it must not write
   a record, or stop there too. */
static struct mp_self *self_if_outside(void)
{
    bool can = mp_inside == MP_OUTSIDE && mp_me->entry != NULL;
    if (!can && mp_me->entry != NULL) {
        __atomic_add_fetch(&mp_me->entry->unseen, 1, __ATOMIC_RELAXED);
    }
    return can ? mp_self() : NULL;
}

static void change(const struct mp_event_flag *event, enum mp_op op, uint32_t place)
{
    struct mp_self *me = self_if_outside();
    struct mp_stop_for stop = {
        .deed = {.op = (uint8_t)op, .object = event->object, .place = place}};
    if (me != NULL) {
        mp_gate_stop(me, &stop);
    }
    stop.deed.info = MP_DONE | (stop.step ? MP_INFO_STEP : 0);
    mp_tell(me, stop.deed);
}

int mp_event_set(mp_event *event)
{
    if (event == NULL) {
        return -EINVAL;
    }
    int error = errno; /* a signal handler leaves it as it was */
    change(event, MP_OP_EVENT_SET, MP_CALLER);
    /* After the flag is set: a sleeper first says that it sleeps, then looks. */
    if (atomic_load(&event->sleepers) != 0) {
        atomic_fetch_add(&event->sequence, 1);
        mp_futex_wake(&event->sequence, INT_MAX);
    }
    errno = error;
    return 0;
}

int mp_event_clear(mp_event *event)
{
    if (event == NULL) {
        return -EINVAL;
    }
    change(event, MP_OP_EVENT_CLEAR, MP_CALLER);
    return 0;
}

/* --- waited for ------------------------------------------------------------------------ */

struct visit {
    const struct mp_object_entry *entry;
    uint64_t came; /* entry .taken when we came */
};

static int attempt(void *context)
{
    const struct visit *visit = context;
    bool set = __atomic_load_n(&visit->entry->arrived, __ATOMIC_SEQ_CST) != 0 ||
               __atomic_load_n(&visit->entry->taken, __ATOMIC_SEQ_CST) != visit->came;
    return set ? 0 : -EAGAIN;
}

static int wait_for_it(struct mp_event_flag *event, int timeout_ms, uint32_t place)
{
    struct mp_self *me = mp_self();
    struct visit visit = {.entry = entry_of(event)};
    visit.came = __atomic_load_n(&visit.entry->taken, __ATOMIC_SEQ_CST);
    struct mp_waiting waiting = {.deed = {.op = MP_OP_EVENT_WAIT,
                                          .info = timeout_ms == 0 ? MP_INFO_TRY : 0,
                                          .object = event->object,
                                          .place = place,
                                          .value = visit.came},
                                 .attempt = attempt,
                                 .context = &visit,
                                 .sequence = &event->sequence,
                                 .sleepers = &event->sleepers};
    int rc = mp_wait(me, &waiting, timeout_ms);
    if (rc < 0) {
        mp_tell_failed(me, waiting.deed, rc, waiting.step);
    } else if (me != NULL) {
        waiting.deed.info = MP_DONE | (waiting.step ? MP_INFO_STEP : 0);
        mp_emit(me, waiting.deed);
        mp_gate_repeats(me, &waiting.deed); /* may be asked over and over until cleared */
    }
    return rc;
}

int mp_event_wait(mp_event *event, int timeout_ms)
{
    if (event == NULL || timeout_ms < MP_FOREVER) {
        return -EINVAL;
    }
    return wait_for_it(event, timeout_ms, MP_CALLER);
}

int mp_event_is_set(mp_event *event)
{
    return event == NULL ? -EINVAL : wait_for_it(event, 0, MP_CALLER) == 0;
}

int mp_event_destroy(mp_event *event)
{
    if (event == NULL) {
        return 0;
    }
    if (mp_object_is_waited_for(event->object)) {
        return -EBUSY;
    }
    mp_object_remove(event->object);
    mp_arena_free(event, sizeof *event);
    return 0;
}
