// SPDX-License-Identifier: MIT
/*
 * Shared memory: the arena, and the table of what lies in it.
 *
 * The arena is handed out in blocks of powers of two, 64 bytes at least: a cache line each,
 * so that two objects do not slow each other down. Freed blocks go to a list by size. All
 * of it, and the object table, is changed under one guard; a process killed inside it leaks
 * a block at worst.
 */
#include "internal.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LEAST_SHIFT = 6, MOST_SHIFT = 30, GROW = 1 << 20, GUARD_PAUSES = 256 };

struct allocator {
    pthread_mutex_t guard;
    uint32_t is_ready;         /* 0, 1 being made, 2 */
    uint32_t free[MOST_SHIFT]; /* first free block of each size: offset + 1, 0 none */
};

_Static_assert(sizeof(struct allocator) <= sizeof((struct mp_world *)0)->allocator,
               "the world keeps room for the allocator");

/* --- guards ------------------------------------------------------------------------------- */

void mp_guard_init(pthread_mutex_t *mutex)
{
    pthread_mutexattr_t how;
    pthread_mutexattr_init(&how);
    pthread_mutexattr_setpshared(&how, PTHREAD_PROCESS_SHARED);
    pthread_mutexattr_setrobust(&how, PTHREAD_MUTEX_ROBUST);
    pthread_mutexattr_settype(&how, PTHREAD_MUTEX_ERRORCHECK);
    pthread_mutex_init(mutex, &how);
    pthread_mutexattr_destroy(&how);
}

/* Held for moments only: looks again after a few pauses, and after many of them lets others
   run, for who has it may need this processor. */
void mp_guard_enter(pthread_mutex_t *mutex)
{
    for (int pauses = 1; mp_guard_try(mutex) < 0; pauses *= 2) {
        for (int i = 0; i < pauses; i++) {
            mp_pause_processor();
        }
        if (pauses > GUARD_PAUSES) {
            pauses = 1;
            sched_yield();
        }
    }
}

void mp_guard_leave(pthread_mutex_t *mutex)
{
    pthread_mutex_unlock(mutex);
}

static struct allocator *allocator(void)
{
    struct allocator *a = (struct allocator *)mp_the_world->allocator;
    uint32_t unmade = 0;
    if (__atomic_compare_exchange_n(&a->is_ready, &unmade, 1, false, __ATOMIC_ACQ_REL,
                                    __ATOMIC_ACQUIRE)) {
        mp_guard_init(&a->guard);
        __atomic_store_n(&a->is_ready, 2, __ATOMIC_RELEASE);
    }
    while (__atomic_load_n(&a->is_ready, __ATOMIC_ACQUIRE) != 2) {
        sched_yield();
    }
    return a;
}

/* --- the arena ---------------------------------------------------------------------------- */

uint32_t mp_arena_offset(const void *memory)
{
    return (uint32_t)((uintptr_t)memory - mp_arena_begin);
}

void *mp_arena_at(uint32_t offset)
{
    return (void *)(mp_arena_begin + offset);
}

static unsigned shift_for(size_t size)
{
    unsigned shift = LEAST_SHIFT;
    while (((size_t)1 << shift) < size) {
        shift++;
    }
    return shift;
}

/* Makes the file long enough for so many bytes of arena. */
static int grow(uint64_t used)
{
    struct stat file;
    uint64_t need = mp_the_world->arena + used;
    if (need > MP_WORLD_RESERVED || fstat(mp_world_fd, &file) != 0) {
        return -ENOMEM;
    }
    if ((uint64_t)file.st_size >= need) {
        return 0;
    }
    uint64_t length = (need + GROW - 1) / GROW * GROW;
    return ftruncate(mp_world_fd, (off_t)length) == 0 ? 0 : -ENOMEM;
}

static void *alloc_guarded(struct allocator *a, unsigned shift)
{
    if (a->free[shift] != 0) {
        uint32_t *block = mp_arena_at(a->free[shift] - 1);
        a->free[shift] = *block;
        mp_inside = MP_IN_MP;
        memset(block, 0, (size_t)1 << shift);
        mp_inside = MP_OUTSIDE;
        return block;
    }
    uint64_t used = atomic_load(&mp_the_world->arena_used);
    uint64_t end = used + ((uint64_t)1 << shift);
    if (grow(end) != 0) {
        return NULL;
    }
    atomic_store(&mp_the_world->arena_used, end);
    return mp_arena_at((uint32_t)used); /* fresh memory is zero */
}

void *mp_arena_alloc(size_t size)
{
    if (size > (size_t)1 << (MOST_SHIFT - 1)) {
        return NULL;
    }
    struct allocator *a = allocator();
    mp_guard_enter(&a->guard);
    void *memory = alloc_guarded(a, shift_for(size));
    mp_guard_leave(&a->guard);
    return memory;
}

void mp_arena_free(void *memory, size_t size)
{
    struct allocator *a = allocator();
    unsigned shift = shift_for(size);
    mp_guard_enter(&a->guard);
    *(uint32_t *)memory = a->free[shift];
    /* Second: killed in between, a process leaks this block and breaks no list. */
    __atomic_store_n(&a->free[shift], mp_arena_offset(memory) + 1, __ATOMIC_RELEASE);
    mp_guard_leave(&a->guard);
}

/* --- the object table --------------------------------------------------------------------- */

const char *mp_plain_name(const char *expression)
{
    const char *name = expression;
    for (const char *c = expression; *c != '\0'; c++) {
        if (*c == '&' || *c == '*' || *c == '.' || *c == '>' || *c == '(' || *c == ' ') {
            name = c + 1;
        }
    }
    return name;
}

/* Its kind comes last: killed half-way, a process leaves an entry that is not in use. */
static void fill(struct mp_object_entry *entry, struct mp_object_entry with)
{
    uint8_t kind = with.kind;
    with.kind = MP_KIND_NONE;
    with.version = entry->version | 1u;
    with.generation = entry->generation + 1;
    mp_entry_begin(&entry->version);
    __atomic_store_n(&entry->kind, MP_KIND_NONE, __ATOMIC_SEQ_CST);
    memcpy((char *)entry + sizeof entry->version, (char *)&with + sizeof with.version,
           sizeof with - sizeof with.version);
    __atomic_store_n(&entry->kind, kind, __ATOMIC_SEQ_CST);
    mp_entry_end(&entry->version);
}

uint16_t mp_object_add(const struct mp_new_object *object)
{
    struct mp_self *me = mp_self();
    struct mp_object_entry head = {.kind = (uint8_t)object->kind,
                                   .size = (uint32_t)object->size,
                                   .arrived = object->arrived};
    struct mp_deed made = {.op = MP_OP_CREATE,
                           .info = MP_DONE,
                           .offset = mp_arena_offset(object->memory),
                           .place = object->parties,
                           .value = mp_create_value(&head)};
    struct mp_object_entry entry = {0};
    mp_fold_created(&entry, mp_me->slot, &made);
    snprintf(entry.name, sizeof entry.name, "%s", mp_plain_name(object->name));
    snprintf(entry.type, sizeof entry.type, "%s", object->type);
    struct allocator *a = allocator();
    mp_guard_enter(&a->guard);
    made.object = 1;
    while (made.object < MP_OBJECTS &&
           mp_the_world->objects[made.object].kind != MP_KIND_NONE) {
        made.object++;
    }
    if (made.object == MP_OBJECTS) {
        mp_guard_leave(&a->guard);
        return 0;
    }
    fill(&mp_the_world->objects[made.object], entry);
    mp_guard_leave(&a->guard);
    if (me != NULL) {
        mp_emit(me, made);
        mp_emit_name(me, MP_NAME_OF_OBJECT, made.object, entry.name);
        mp_emit_name(me, MP_NAME_OF_TYPE, made.object, entry.type);
    }
    return made.object;
}

int mp_object_new(void **memory, struct mp_new_object object, uint16_t *index)
{
    int rc = mp_world_open();
    if (rc != 0) {
        return rc;
    }
    object.memory = mp_arena_alloc(object.size);
    if (object.memory == NULL) {
        return -ENOMEM;
    }
    *memory = object.memory;
    *index = mp_object_add(&object);
    if (*index == 0) { /* no entry left: more than 511 objects */
        mp_arena_free(object.memory, object.size);
        return -ENOMEM;
    }
    return 0;
}

void mp_object_remove(uint16_t object)
{
    struct mp_self *me = mp_self();
    struct mp_object_entry *entry = &mp_the_world->objects[object];
    if (me != NULL) {
        struct mp_deed gone = {.op = MP_OP_DESTROY,
                               .info = MP_DONE,
                               .object = object,
                               .offset = entry->offset};
        mp_emit(me, gone);
    }
    struct allocator *a = allocator();
    mp_guard_enter(&a->guard);
    uint32_t generation = entry->generation;
    fill(entry, (struct mp_object_entry){.kind = MP_KIND_NONE});
    entry->generation = generation;
    mp_guard_leave(&a->guard);
}

bool mp_object_is_waited_for(uint16_t object)
{
    for (unsigned slot = 0; slot < MP_PROCESSES; slot++) {
        const struct mp_process_entry *process = &mp_the_world->processes[slot];
        if (mp_lives(process) && process->waiting && process->now.object == object &&
            process->now.op >= MP_OP_LOCK_ACQUIRE) {
            return true;
        }
    }
    return false;
}

/* --- what programs call ------------------------------------------------------------------- */

void *mp_shared_named(size_t bytes, const char *type, const char *name)
{
    void *memory;
    uint16_t object;
    int rc = mp_object_new(
        &memory,
        (struct mp_new_object){
            .kind = MP_KIND_SHARED, .size = bytes, .name = name, .type = type},
        &object);
    return rc == 0 ? memory : NULL;
}

void *mp_shared_alloc(size_t size, size_t count, const char *type)
{
    size_t bytes;
    if (size == 0 || count == 0 || __builtin_mul_overflow(size, count, &bytes)) {
        return NULL;
    }
    char full[MP_NAME_SIZE + 8]; /* a longer one is cut where it is stored */
    if (count > 1) {
        snprintf(full, sizeof full, "%.40s[%zu]", type, count);
    } else {
        snprintf(full, sizeof full, "%s", type);
    }
    return mp_shared_named(bytes, full, "");
}

/* The entry of the shared object that begins there, or 0. Under the guard: an entry that
   is just being written has the offset of one object and the kind of another. */
static uint16_t find_shared(uint32_t offset)
{
    struct allocator *a = allocator();
    uint16_t found = 0;
    mp_guard_enter(&a->guard);
    for (uint16_t object = 1; object < MP_OBJECTS && found == 0; object++) {
        const struct mp_object_entry *entry = &mp_the_world->objects[object];
        if (entry->kind == MP_KIND_SHARED && entry->offset == offset) {
            found = object;
        }
    }
    mp_guard_leave(&a->guard);
    return found;
}

int mp_shared_free(void *memory)
{
    if (memory == NULL) {
        return 0;
    }
    if ((uintptr_t)memory - mp_arena_begin >= mp_arena_size) {
        return -EINVAL;
    }
    uint16_t object = find_shared(mp_arena_offset(memory));
    if (object == 0) {
        return -EINVAL;
    }
    size_t size = mp_the_world->objects[object].size;
    mp_object_remove(object);
    mp_arena_free(memory, size);
    return 0;
}
