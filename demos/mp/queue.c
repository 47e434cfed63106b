// SPDX-License-Identifier: MIT
/*
 * A bounded queue that survives the death of anybody who uses it. How it lies in memory and
 * what guards what: queue.h.
 *
 *     put   copy into the next place, then given++      get   copy out, then taken++
 *
 * Whoever finds it full (or empty) looks for a while, for the other side is often about to
 * change that; then it sleeps on a bell. The other side rings only when somebody sleeps
 * there: a wake-up costs a hundred times what an item costs.
 */
#include "queue.h"

#include "event.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

enum { CACHE_LINE = 64 };

/* --- made and destroyed ----------------------------------------------------------------- */

/* Large items begin at a cache line: copies from elsewhere are several times slower. */
static size_t place_for(size_t item_size)
{
    size_t to = item_size >= CACHE_LINE ? CACHE_LINE : sizeof(uint64_t);
    return (item_size + to - 1) / to * to;
}

int mp_queue_create_named(mp_queue **out, size_t item_size, size_t capacity,
                          const char *name, const char *type)
{
    if (out == NULL || name == NULL || type == NULL || item_size == 0 || capacity == 0) {
        return -EINVAL;
    }
    size_t bytes;
    if (item_size > INT32_MAX || capacity > INT32_MAX ||
        __builtin_mul_overflow(place_for(item_size), capacity, &bytes) ||
        bytes > MP_WORLD_RESERVED) {
        return -ENOMEM;
    }
    int rc = mp_world_open();
    if (rc != 0) {
        return rc;
    }
    size_t ledger_size = sizeof(struct ledger) + capacity * sizeof(uint32_t);
    struct ledger *ledger = mp_arena_alloc(ledger_size);
    if (ledger == NULL) {
        return -ENOMEM;
    }
    void *memory;
    uint16_t object;
    rc = mp_object_new(&memory,
                       (struct mp_new_object){.kind = MP_KIND_QUEUE,
                                              .size = MP_QUEUE_HEAD + bytes,
                                              .name = name,
                                              .type = type,
                                              .parties = (uint32_t)capacity},
                       &object);
    if (rc != 0) {
        mp_arena_free(ledger, ledger_size);
        return rc;
    }
    struct mp_queue *queue = memory;
    *queue = (struct mp_queue){.object = object,
                               .item_size = (uint32_t)item_size,
                               .place_size = (uint32_t)place_for(item_size),
                               .capacity = (uint32_t)capacity,
                               .ledger = mp_arena_offset(ledger)};
    mp_guard_init(&queue->putting);
    mp_guard_init(&queue->taking);
    mp_guard_init(&queue->guard);
    *out = queue;
    return 0;
}

int mp_queue_destroy(mp_queue *queue)
{
    if (queue == NULL) {
        return 0;
    }
    pthread_mutex_t *guards[] = {&queue->putting, &queue->taking, &queue->guard};
    for (size_t i = 0; i < sizeof guards / sizeof *guards; i++) {
        if (mp_guard_try(guards[i]) < 0) {
            return -EBUSY;
        }
        mp_guard_leave(guards[i]);
    }
    mp_object_remove(queue->object);
    mp_arena_free(mp_queue_ledger(queue),
                  sizeof(struct ledger) + queue->capacity * sizeof(uint32_t));
    mp_arena_free(queue, MP_QUEUE_HEAD + (size_t)queue->place_size * queue->capacity);
    return 0;
}

/* --- one put, one get -------------------------------------------------------------------- */

/* One call, with what its attempts need. */
struct call {
    struct mp_queue *queue;
    struct mp_self *me;
    struct mp_waiting waiting;
    const void *item; /* put */
    void *buffer;     /* get */
    size_t size;      /* put: of the item; get: of the buffer, then of the item */
};

static uint64_t count(const uint64_t *counter)
{
    return __atomic_load_n(counter, __ATOMIC_ACQUIRE);
}

static bool is_closed(const struct mp_object_entry *entry)
{
    return __atomic_load_n(&entry->broken, __ATOMIC_ACQUIRE) != 0;
}

static bool can_put(const void *context)
{
    const struct mp_object_entry *entry = mp_queue_entry(context);
    return count(&entry->given) - count(&entry->taken) < entry->parties ||
           is_closed(entry);
}

static bool can_get(const void *context)
{
    const struct mp_object_entry *entry = mp_queue_entry(context);
    return count(&entry->given) != count(&entry->taken) || is_closed(entry);
}

static unsigned char *place_of(const struct mp_queue *queue, uint64_t number)
{
    return (unsigned char *)queue + MP_QUEUE_HEAD +
           number % queue->capacity * queue->place_size;
}

static uint32_t *size_of(const struct mp_queue *queue, uint64_t number)
{
    return &mp_queue_ledger(queue)->sizes[number % queue->capacity];
}

/* The hooks see no copy of mp's own: the call is what is told. */
static void copy(void *to, const void *from, size_t size)
{
    mp_inside = MP_IN_MP;
    memcpy(to, from, size);
    mp_inside = MP_OUTSIDE;
}

static uint64_t first_bytes(const void *item, size_t size)
{
    uint64_t value = 0;
    if (size == sizeof(uint32_t)) {
        return mp_value_at(item, sizeof(uint32_t));
    }
    copy(&value, item, size < sizeof value ? size : sizeof value);
    return value;
}

/* Under the guard of its side. Free running the same as mp_tell(), and shorter. */
static void tell_done(struct call *call, uint64_t number)
{
    struct mp_self *me = call->me;
    struct mp_deed deed = call->waiting.deed;
    deed.info = MP_DONE | (call->waiting.step ? MP_INFO_STEP : 0);
    deed.offset = (uint32_t)number;
    if (me == NULL || mp_mode() != MP_MODE_FREE) {
        mp_tell(me, deed);
        return;
    }
    mp_inside = MP_IN_HOOK;
    mp_append(me->seat, me->ring, &deed);
    mp_apply_to_self(me->entry, &deed);
    mp_fold_moved(mp_queue_entry(call->queue), me->slot, &deed);
    mp_inside = MP_OUTSIDE;
}

/* Is there no room for this item? Looks at the other side's count only when it must. */
static bool is_full(struct mp_queue *queue, uint64_t number)
{
    if (number - queue->taken_seen >= queue->capacity) {
        queue->taken_seen = count(&mp_queue_entry(queue)->taken);
    }
    return number - queue->taken_seen >= queue->capacity;
}

static int put_guarded(struct call *call)
{
    struct mp_queue *queue = call->queue;
    struct mp_object_entry *entry = mp_queue_entry(queue);
    uint64_t number = count(&entry->given);
    mp_bell_answer(&queue->freed);
    if (is_closed(entry)) {
        return -EPIPE;
    }
    if (is_full(queue, number)) {
        return -EAGAIN;
    }
    copy(place_of(queue, number), call->item, call->size);
    *size_of(queue, number) = (uint32_t)call->size;
    tell_done(call, number);
    return 0;
}

/* Is this item not there? Then `closed` says whether none will come any more. */
static bool is_empty(struct mp_queue *queue, uint64_t number, bool *closed)
{
    if (queue->given_seen <= number) {
        *closed = is_closed(mp_queue_entry(queue)); /* before the count: see close */
        queue->given_seen = count(&mp_queue_entry(queue)->given);
    }
    return queue->given_seen <= number;
}

static int get_guarded(struct call *call)
{
    struct mp_queue *queue = call->queue;
    uint64_t number = count(&mp_queue_entry(queue)->taken);
    bool closed = false;
    mp_bell_answer(&queue->came);
    if (is_empty(queue, number, &closed)) {
        return closed ? -EPIPE : -EAGAIN;
    }
    size_t room = call->size;
    call->size = *size_of(queue, number);
    if (call->size > room) {
        return -EMSGSIZE;
    }
    copy(call->buffer, place_of(queue, number), call->size);
    call->waiting.deed.value = first_bytes(call->buffer, call->size);
    mp_queue_owe(queue);
    tell_done(call, number);
    return 0;
}

/* Behind the unlock. Rung is outside of the guard: it takes a while. */
static void ring(struct mp_bell *bell)
{
    if (mp_bell_is_wanted(bell)) {
        mp_bell_ring(bell, 1);
    }
}

static int try_put(void *context)
{
    struct call *call = context;
    struct mp_queue *queue = call->queue;
    mp_guard_enter(&queue->putting);
    int rc = put_guarded(call);
    mp_guard_leave(&queue->putting);
    mp_fence_after_unlock();
    if (rc == 0 && mp_bell_has_sleepers(&queue->came)) {
        ring(&queue->came);
    }
    return rc;
}

/* Putters that sleep are not woken for every place: half of the queue is worth it. */
static bool is_half_empty(const struct mp_queue *queue)
{
    const struct mp_object_entry *entry = mp_queue_entry(queue);
    uint64_t taken = count(&entry->taken); /* first: it cannot pass the other */
    return count(&entry->given) - taken <= queue->capacity / 2;
}

static int try_get(void *context)
{
    struct call *call = context;
    struct mp_queue *queue = call->queue;
    mp_guard_enter(&queue->taking);
    int rc = get_guarded(call);
    mp_guard_leave(&queue->taking);
    mp_fence_after_unlock();
    if (rc == 0 && mp_bell_has_sleepers(&queue->freed) && is_half_empty(queue)) {
        ring(&queue->freed);
    }
    /* A bell is rung once for many items: who takes one of them calls for the next. */
    if (rc == 0 && mp_bell_has_sleepers(&queue->came) && can_get(queue)) {
        ring(&queue->came);
    }
    return rc;
}

/* --- calls --------------------------------------------------------------------------------- */

/* Nobody controls: tries, looks for a while, tries again. */
static int try_for_a_while(struct call *call, bool (*can_go)(const void *))
{
    int rc = call->waiting.attempt(call);
    while (rc == -EAGAIN && mp_spin(can_go, call->queue)) {
        rc = call->waiting.attempt(call);
    }
    return rc;
}

static int wait_for(struct call *call, bool (*can_go)(const void *), int timeout_ms)
{
    int rc = -EAGAIN;
    call->waiting.context = call;
    if (timeout_ms != 0 && (call->me == NULL || mp_mode() == MP_MODE_FREE)) {
        rc = try_for_a_while(call, can_go);
    }
    if (rc == -EAGAIN) {
        rc = mp_wait(call->me, &call->waiting, timeout_ms);
    }
    if (rc < 0) {
        mp_tell_failed(call->me, call->waiting.deed, rc, call->waiting.step);
    }
    return rc;
}

static struct mp_deed deed_for(const struct mp_queue *queue, enum mp_op op, int timeout_ms)
{
    return (struct mp_deed){.op = (uint8_t)op,
                            .info = timeout_ms == 0 ? MP_INFO_TRY : 0,
                            .object = queue->object};
}

int mp_queue_put(mp_queue *queue, const void *item, size_t size, int timeout_ms)
{
    if (queue == NULL || item == NULL || timeout_ms < MP_FOREVER) {
        return -EINVAL;
    }
    if (size > queue->item_size) {
        return -EMSGSIZE;
    }
    struct call call = {.queue = queue,
                        .me = mp_self(),
                        .item = item,
                        .size = size,
                        .waiting = {.deed = deed_for(queue, MP_OP_QUEUE_PUT, timeout_ms),
                                    .attempt = try_put,
                                    .sequence = &queue->freed.sequence,
                                    .sleepers = &queue->freed.sleepers}};
    call.waiting.deed.place = MP_CALLER;
    call.waiting.deed.value = first_bytes(item, size);
    return wait_for(&call, can_put, timeout_ms);
}

int mp_queue_get(mp_queue *queue, void *buffer, size_t capacity, size_t *size,
                 int timeout_ms)
{
    if (queue == NULL || buffer == NULL || timeout_ms < MP_FOREVER) {
        return -EINVAL;
    }
    struct call call = {.queue = queue,
                        .me = mp_self(),
                        .buffer = buffer,
                        .size = capacity,
                        .waiting = {.deed = deed_for(queue, MP_OP_QUEUE_GET, timeout_ms),
                                    .attempt = try_get,
                                    .sequence = &queue->came.sequence,
                                    .sleepers = &queue->came.sleepers}};
    call.waiting.deed.place = MP_CALLER;
    int rc = wait_for(&call, can_get, timeout_ms);
    if (size != NULL && (rc == 0 || rc == -EMSGSIZE)) {
        *size = call.size;
    }
    return rc;
}

int mp_queue_close(mp_queue *queue)
{
    if (queue == NULL) {
        return -EINVAL;
    }
    struct mp_self *me = mp_self();
    struct mp_stop_for stop = {.deed = deed_for(queue, MP_OP_QUEUE_CLOSE, MP_FOREVER)};
    stop.deed.place = MP_CALLER;
    if (me != NULL) {
        mp_gate_stop(me, &stop);
    }
    struct mp_deed deed = stop.deed;
    deed.info = MP_DONE | (stop.step ? MP_INFO_STEP : 0);
    mp_guard_enter(&queue->putting); /* nobody is in the middle of a put */
    mp_guard_enter(&queue->guard);
    mp_tell(me, deed);
    mp_guard_leave(&queue->guard);
    mp_guard_leave(&queue->putting);
    mp_bell_ring(&queue->came, INT_MAX);
    mp_bell_ring(&queue->freed, INT_MAX);
    return 0;
}

ssize_t mp_queue_size(mp_queue *queue)
{
    if (queue == NULL) {
        return -EINVAL;
    }
    const struct mp_object_entry *entry = mp_queue_entry(queue);
    mp_guard_enter(&queue->taking);
    ssize_t inside = (ssize_t)(count(&entry->given) - entry->taken);
    mp_guard_leave(&queue->taking);
    return inside;
}

ssize_t mp_queue_capacity(const mp_queue *queue)
{
    return queue == NULL ? -EINVAL : (ssize_t)queue->capacity;
}
