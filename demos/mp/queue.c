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

#include <errno.h>
#include <limits.h>
#include <string.h>

enum { CACHE_LINE = 64, LARGE = 2048 };

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
                               .is_large = item_size >= LARGE,
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

static void tell_done(struct call *call, uint64_t number)
{
    struct mp_deed deed = call->waiting.deed;
    deed.info = MP_DONE | (call->waiting.step ? MP_INFO_STEP : 0);
    deed.offset = (uint32_t)number;
    mp_tell(call->me, deed);
}

/* The guard of one side, and then, for the moment in which an item comes or goes, the one of
   the counts. */
static void enter(struct mp_queue *queue, pthread_mutex_t *side)
{
    mp_guard_enter(queue->is_large ? side : &queue->guard);
}

static void leave(struct mp_queue *queue, pthread_mutex_t *side)
{
    mp_guard_leave(queue->is_large ? side : &queue->guard);
}

static void enter_counts(struct mp_queue *queue)
{
    if (queue->is_large) {
        mp_guard_enter(&queue->guard);
    }
}

static void leave_counts(struct mp_queue *queue)
{
    if (queue->is_large) {
        mp_guard_leave(&queue->guard);
    }
}

/* Who has `putting` is the only one that can make the queue fuller. */
static int put_guarded(struct call *call, bool *ring)
{
    struct mp_queue *queue = call->queue;
    struct mp_object_entry *entry = mp_queue_entry(queue);
    uint64_t number = count(&entry->given);
    mp_bell_answer(&queue->freed);
    if (is_closed(entry)) {
        return -EPIPE;
    }
    if (number - count(&entry->taken) >= queue->capacity) {
        return -EAGAIN;
    }
    copy(place_of(queue, number), call->item, call->size);
    *size_of(queue, number) = (uint32_t)call->size;
    enter_counts(queue);
    bool closed = is_closed(entry);
    if (!closed) {
        tell_done(call, number);
        *ring = mp_bell_is_wanted(&queue->came);
    }
    leave_counts(queue);
    return closed ? -EPIPE : 0;
}

/* Who has `taking` is the only one that can make the queue emptier. */
static int get_guarded(struct call *call, bool *ring)
{
    struct mp_queue *queue = call->queue;
    struct mp_object_entry *entry = mp_queue_entry(queue);
    uint64_t number = count(&entry->taken);
    mp_bell_answer(&queue->came);
    bool closed = is_closed(entry); /* before the count: later nothing comes any more */
    uint64_t inside = count(&entry->given) - number;
    if (inside == 0) {
        return closed ? -EPIPE : -EAGAIN;
    }
    size_t room = call->size;
    call->size = *size_of(queue, number);
    if (call->size > room) {
        return -EMSGSIZE;
    }
    copy(call->buffer, place_of(queue, number), call->size);
    call->waiting.deed.value = first_bytes(call->buffer, call->size);
    enter_counts(queue);
    mp_queue_owe(queue);
    tell_done(call, number);
    /* Putters that sleep are not woken for every place: half of the queue is worth it. */
    *ring = inside - 1 <= queue->capacity / 2 && mp_bell_is_wanted(&queue->freed);
    leave_counts(queue);
    return 0;
}

static int try_put(void *context)
{
    struct call *call = context;
    struct mp_queue *queue = call->queue;
    bool ring = false;
    enter(queue, &queue->putting);
    int rc = put_guarded(call, &ring);
    leave(queue, &queue->putting);
    if (ring) {
        mp_bell_ring(&queue->came, 1);
    }
    return rc;
}

static int try_get(void *context)
{
    struct call *call = context;
    struct mp_queue *queue = call->queue;
    bool ring = false;
    enter(queue, &queue->taking);
    int rc = get_guarded(call, &ring);
    /* A bell is rung once for many items: who takes one of them calls for the next. */
    bool ring_next = rc == 0 && can_get(queue) && mp_bell_is_wanted(&queue->came);
    leave(queue, &queue->taking);
    if (ring) {
        mp_bell_ring(&queue->freed, 1);
    }
    if (ring_next) {
        mp_bell_ring(&queue->came, 1);
    }
    return rc;
}

/* --- calls --------------------------------------------------------------------------------- */

static void tell_failed(struct call *call, int rc)
{
    struct mp_deed deed = call->waiting.deed;
    if (call->me == NULL) {
        return;
    }
    deed.info = (uint8_t)(MP_FAILED | (call->waiting.step ? MP_INFO_STEP : 0));
    deed.value = (uint64_t)-rc;
    mp_guard_enter(&call->queue->guard);
    mp_emit(call->me, deed);
    mp_guard_leave(&call->queue->guard);
    mp_gate_repeats(call->me, &deed);
}

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
        tell_failed(call, rc);
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
    mp_guard_enter(&queue->guard);
    mp_tell(me, deed);
    mp_guard_leave(&queue->guard);
    mp_bell_ring(&queue->came, INT_MAX);
    mp_bell_ring(&queue->freed, INT_MAX);
    return 0;
}

ssize_t mp_queue_size(mp_queue *queue)
{
    if (queue == NULL) {
        return -EINVAL;
    }
    mp_guard_enter(&queue->guard);
    const struct mp_object_entry *entry = mp_queue_entry(queue);
    ssize_t inside = (ssize_t)(entry->given - entry->taken);
    mp_guard_leave(&queue->guard);
    return inside;
}

ssize_t mp_queue_capacity(const mp_queue *queue)
{
    return queue == NULL ? -EINVAL : (ssize_t)queue->capacity;
}
