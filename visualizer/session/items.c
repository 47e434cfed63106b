// SPDX-License-Identifier: MIT
/* Reading what lies in a queue: see watch.h for what may be trusted (nothing). */
#include "session/watch.h"

#include <string.h>

/* The queue as it was before and after its items were copied. */
static uint64_t taken_now(const struct mp_world *world, unsigned object)
{
    return __atomic_load_n(&world->objects[object % MP_OBJECTS].taken, __ATOMIC_ACQUIRE);
}

size_t watch_items(const struct mp_world *world, unsigned object,
                   const struct mp_object_entry *queue, uint64_t file_size,
                   unsigned char *to)
{
    uint64_t begin = MP_WORLD_ARENA + (uint64_t)queue->offset + MP_QUEUE_HEAD;
    uint64_t end = MP_WORLD_ARENA + (uint64_t)queue->offset + queue->size;
    size_t count = contents_count(queue);
    if (queue->kind != MP_KIND_QUEUE || queue->parties == 0 || end > file_size ||
        queue->size < MP_QUEUE_HEAD) {
        return 0;
    }
    uint64_t place = (queue->size - MP_QUEUE_HEAD) / queue->parties;
    size_t bytes = place < sizeof(uint64_t) ? (size_t)place : sizeof(uint64_t);
    for (size_t k = 0; k < count; k++) {
        uint64_t at = contents_number(queue, k) % queue->parties * place;
        memset(to + k * sizeof(uint64_t), 0, sizeof(uint64_t));
        memcpy(to + k * sizeof(uint64_t), (const char *)world + begin + at, bytes);
    }
    /* Free running, a place whose item was taken may have been used again meanwhile. */
    atomic_thread_fence(memory_order_acquire);
    return taken_now(world, object) == queue->taken ? count : 0;
}
