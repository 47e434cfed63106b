// SPDX-License-Identifier: MIT
/* Reading a world: snapshot and events. See watch.h for what may be trusted (nothing). */
#include "session/watch.h"

#include "clock.h"
#include "model/clean.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    COPY_TRIES = 50,      /* of an entry that is being written */
    FREE_LIMIT = 2048,    /* events of one process that a free run may lag behind */
    GAP_PATIENCE_MS = 200 /* an event missing so long will not come: its writer died */
};

struct watch {
    int fd;
    struct mp_world *world;
    bool control;
    uint64_t next[MP_PROCESSES]; /* events taken from each ring */
    uint32_t expected;           /* order number of the next event of a controlled run */
    uint64_t gap_since;          /* nanoseconds; 0: no gap */
    unsigned char *bytes[MP_OBJECTS];
    size_t bytes_room[MP_OBJECTS];
};

/* --- open and close ------------------------------------------------------------------------- */

static int check_seal(int fd)
{
    int seals = fcntl(fd, F_GET_SEALS);
    if (seals >= 0 && (seals & F_SEAL_SHRINK)) {
        return 0;
    }
    return fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK) == 0 ? 0 : -EPERM;
}

static int map_world(struct watch *watch)
{
    struct stat file;
    if (fstat(watch->fd, &file) != 0) {
        return -errno;
    }
    if ((uint64_t)file.st_size < MP_WORLD_ARENA) {
        return -EPROTO;
    }
    void *memory =
        mmap(NULL, MP_WORLD_RESERVED, PROT_READ | PROT_WRITE, MAP_SHARED, watch->fd, 0);
    if (memory == MAP_FAILED) {
        return -errno;
    }
    watch->world = memory;
    return mp_world_is_valid(memory, (uint64_t)file.st_size) ? 0 : -EPROTO;
}

int watch_open(int fd, struct watch **out)
{
    struct watch *watch = calloc(1, sizeof *watch);
    if (watch == NULL) {
        return -ENOMEM;
    }
    char path[64];
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    watch->expected = 1;
    watch->fd = open(path, O_RDWR | O_CLOEXEC);
    int rc = watch->fd < 0 ? -errno : check_seal(watch->fd);
    rc = rc != 0 ? rc : map_world(watch);
    if (rc != 0) {
        watch_close(watch);
        return rc;
    }
    *out = watch;
    return 0;
}

void watch_close(struct watch *watch)
{
    if (watch == NULL) {
        return;
    }
    if (watch->world != NULL) {
        munmap(watch->world, MP_WORLD_RESERVED);
    }
    if (watch->fd >= 0) {
        close(watch->fd);
    }
    for (size_t i = 0; i < MP_OBJECTS; i++) {
        free(watch->bytes[i]);
    }
    free(watch);
}

bool watch_bytes(const struct watch *watch, uint32_t offset, void *to, size_t size)
{
    struct stat file;
    uint64_t begin = MP_WORLD_ARENA + (uint64_t)offset;
    if (fstat(watch->fd, &file) != 0 || begin + size > (uint64_t)file.st_size ||
        begin + size > MP_WORLD_RESERVED) {
        return false;
    }
    memcpy(to, (const char *)watch->world + begin, size);
    return true;
}

struct mp_world *watch_world(struct watch *watch)
{
    return watch->world;
}

int watch_control(struct watch *watch)
{
    struct flock lock = {
        .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = MP_CONTROL_BYTE, .l_len = 1};
    if (watch->control) {
        return 0;
    }
    if (fcntl(watch->fd, F_OFD_SETLK, &lock) != 0) {
        return -EBUSY;
    }
    watch->control = true;
    return 0;
}

bool watch_has_control(const struct watch *watch)
{
    return watch->control;
}

/* --- snapshot ------------------------------------------------------------------------------- */

/* Copies an entry that begins with its version. A writer killed half-way leaves the version
   odd for good: after some tries the copy is taken as it is. */
static void copy_entry(void *to, const void *from, size_t size)
{
    const uint32_t *version = from;
    for (int i = 0; i < COPY_TRIES; i++) {
        uint32_t before = __atomic_load_n(version, __ATOMIC_ACQUIRE);
        memcpy(to, from, size);
        atomic_thread_fence(memory_order_acquire);
        if ((before & 1) == 0 && __atomic_load_n(version, __ATOMIC_RELAXED) == before) {
            return;
        }
    }
}

static void clean_text(char *text, size_t size)
{
    char raw[MP_NAME_SIZE];
    memcpy(raw, text, size);
    memset(text, 0, size); /* what follows the end must not tell entries apart */
    clean_copy(text, size, raw, strnlen(raw, size - 1));
}

static void copy_process(struct mp_process_entry *to, const struct mp_process_entry *from)
{
    copy_entry(to, from, sizeof *to);
    clean_text(to->name, sizeof to->name);
    to->life = to->life < MP_LIVES ? to->life : MP_LIFE_NONE;
    to->parent = to->parent < MP_PROCESSES ? to->parent : MP_NOBODY;
}

static void copy_object(struct mp_object_entry *to, const struct mp_object_entry *from)
{
    copy_entry(to, from, sizeof *to);
    clean_text(to->name, sizeof to->name);
    clean_text(to->type, sizeof to->type);
    to->kind = to->kind < MP_KINDS ? to->kind : MP_KIND_NONE;
    to->owner = to->owner < MP_PROCESSES ? to->owner : MP_NOBODY;
    if (to->kind == MP_KIND_QUEUE && to->taken > to->given) {
        to->given = to->taken; /* items came and went while this was copied */
    }
}

static const unsigned char *copy_bytes(struct watch *watch, unsigned object,
                                       const struct mp_object_entry *entry,
                                       uint64_t file_size)
{
    uint64_t begin = MP_WORLD_ARENA + (uint64_t)entry->offset;
    size_t size = entry->size < MODEL_BYTES ? entry->size : MODEL_BYTES;
    bool is_queue = entry->kind == MP_KIND_QUEUE;
    if (is_queue) {
        size = contents_count(entry) * sizeof(uint64_t);
    }
    if ((entry->kind != MP_KIND_SHARED && !is_queue) || size == 0 ||
        (!is_queue && begin + size > file_size)) {
        return NULL;
    }
    if (watch->bytes_room[object] < size) {
        unsigned char *bigger = realloc(watch->bytes[object], size);
        if (bigger == NULL) {
            return NULL;
        }
        watch->bytes[object] = bigger;
        watch->bytes_room[object] = size;
    }
    if (is_queue) {
        return watch_items(watch->world, object, entry, file_size, watch->bytes[object]) >
                       0
                   ? watch->bytes[object]
                   : NULL;
    }
    memcpy(watch->bytes[object], (const char *)watch->world + begin, size);
    return watch->bytes[object];
}

void watch_snapshot(struct watch *watch, struct snapshot *snapshot)
{
    struct mp_world *world = watch->world;
    struct stat file;
    uint64_t size = fstat(watch->fd, &file) == 0 ? (uint64_t)file.st_size : 0;
    size = size < MP_WORLD_RESERVED ? size : MP_WORLD_RESERVED;
    unsigned top = atomic_load(&world->gate.top);
    memset(snapshot, 0, sizeof *snapshot);
    for (unsigned i = 0; i < MP_PROCESSES; i++) {
        snapshot->processes[i].parent = MP_NOBODY;
        if (i < top) {
            copy_process(&snapshot->processes[i], &world->processes[i]);
        }
    }
    for (unsigned i = 1; i < MP_OBJECTS; i++) {
        if (__atomic_load_n(&world->objects[i].generation, __ATOMIC_RELAXED) == 0) {
            break; /* the table is filled from its beginning */
        }
        copy_object(&snapshot->objects[i], &world->objects[i]);
        snapshot->bytes[i] = copy_bytes(watch, i, &snapshot->objects[i], size);
    }
    uint32_t grain = atomic_load(&world->gate.grain);
    snapshot->steps = atomic_load(&world->gate.steps);
    snapshot->grain = grain < MP_GRAINS ? (enum mp_grain)grain : MP_GRAIN_MEMORY;
    snapshot->controlled = atomic_load(&world->gate.mode) != MP_MODE_FREE;
}

/* --- events --------------------------------------------------------------------------------- */

static uint64_t written(const struct watch *watch, unsigned slot)
{
    return atomic_load_explicit(&watch->world->seats[slot].written, memory_order_acquire);
}

static unsigned rings(const struct watch *watch)
{
    unsigned top = atomic_load(&watch->world->gate.top);
    return top < MP_PROCESSES ? top : MP_PROCESSES;
}

/* Copies a record and makes sure that it was not overwritten meanwhile. */
static bool copy_event(struct watch *watch, unsigned slot, struct mp_event *event)
{
    uint64_t index = watch->next[slot];
    memcpy(event, &watch->world->rings[slot][index % MP_RING_EVENTS], sizeof *event);
    atomic_thread_fence(memory_order_acquire);
    return written(watch, slot) - index < MP_RING_EVENTS;
}

/* Free running: what is too far behind is skipped, and counted. */
static void skip_what_is_too_much(struct watch *watch, uint64_t *dropped)
{
    bool is_free = atomic_load(&watch->world->gate.mode) == MP_MODE_FREE;
    for (unsigned slot = 0; slot < rings(watch); slot++) {
        uint64_t behind = written(watch, slot) - watch->next[slot];
        if (behind >= MP_RING_EVENTS || (is_free && behind > FREE_LIMIT)) {
            *dropped += behind;
            watch->next[slot] += behind;
        }
    }
}

static bool is_sound(const struct mp_event *event)
{
    const struct mp_deed *deed = &event->deed;
    if (deed->op == MP_OP_NONE || deed->op >= MP_OPS) {
        return false;
    }
    bool about_process =
        deed->op <= MP_OP_JOIN || (deed->op == MP_OP_NAME && (deed->info & 0xf0) == 0);
    return deed->object <
               (about_process ? (unsigned)MP_PROCESSES : (unsigned)MP_OBJECTS) &&
           (deed->op == MP_OP_NAME || mp_deed_phase(deed) < MP_PHASES);
}

/* Under control the numbers are exact; the clocks of two processors may differ a little. */
static bool is_older(const struct mp_event *a, const struct mp_event *b)
{
    bool numbered = a->deed.order != 0 && b->deed.order != 0;
    return numbered ? a->deed.order < b->deed.order : a->when < b->when;
}

/* The ring whose next event is the oldest: its slot, or MP_NOBODY. */
static unsigned oldest(struct watch *watch, struct mp_event *event)
{
    unsigned first = MP_NOBODY;
    for (unsigned slot = 0; slot < rings(watch); slot++) {
        struct mp_event candidate;
        if (written(watch, slot) == watch->next[slot] ||
            !copy_event(watch, slot, &candidate)) {
            continue;
        }
        if (first == MP_NOBODY || is_older(&candidate, event)) {
            first = slot;
            *event = candidate;
        }
    }
    return first;
}

/* Under control events are numbered: one that is missing is waited for, unless its writer
   must have died between taking the number and writing. */
static bool must_wait(struct watch *watch, uint32_t order)
{
    if (order == 0 || order <= watch->expected) {
        watch->gap_since = 0;
        return false;
    }
    uint64_t now = mp_nanoseconds();
    if (watch->gap_since == 0) {
        watch->gap_since = now;
    }
    if (now - watch->gap_since < GAP_PATIENCE_MS * 1000000ull) {
        return true;
    }
    watch->gap_since = 0;
    return false;
}

static void taken(struct watch *watch, unsigned slot)
{
    watch->next[slot]++;
    if (watch->control) { /* the writer may be waiting for room */
        atomic_store_explicit(&watch->world->seats[slot].read, watch->next[slot],
                              memory_order_release);
    }
}

size_t watch_events(struct watch *watch, struct watched_event *events, size_t room,
                    uint64_t *dropped)
{
    size_t count = 0;
    *dropped = 0;
    skip_what_is_too_much(watch, dropped);
    /* Unsound ones count too: a writer of nonsense must not keep us here. */
    for (size_t looked = 0; looked < room; looked++) {
        struct mp_event event;
        unsigned slot = oldest(watch, &event);
        if (slot == MP_NOBODY || must_wait(watch, event.deed.order)) {
            break;
        }
        if (event.deed.order != 0) {
            watch->expected = event.deed.order + 1;
        }
        if (is_sound(&event)) {
            events[count++] = (struct watched_event){(uint16_t)slot, event};
        }
        taken(watch, slot);
    }
    return count;
}

bool watch_has_more(const struct watch *watch)
{
    for (unsigned slot = 0; slot < rings(watch); slot++) {
        if (written(watch, slot) != watch->next[slot]) {
            return true;
        }
    }
    return false;
}

void watch_skip(struct watch *watch)
{
    for (unsigned slot = 0; slot < rings(watch); slot++) {
        watch->next[slot] = written(watch, slot);
        if (watch->control) {
            atomic_store(&watch->world->seats[slot].read, watch->next[slot]);
        }
    }
    watch->expected = atomic_load(&watch->world->gate.order) + 1;
}

void watch_restart(struct watch *watch)
{
    memset(watch->next, 0, sizeof watch->next);
    watch->expected = 1;
    watch->gap_since = 0;
}

/* What the program says of itself: its first byte was written last. */
static void copy_said(char *to, size_t size, const char *from, size_t room)
{
    char raw[128] = "";
    raw[0] = __atomic_load_n(from, __ATOMIC_ACQUIRE);
    if (raw[0] != '\0') {
        memcpy(raw + 1, from + 1, (room < sizeof raw ? room : sizeof raw) - 1);
    }
    clean_copy(to, size, raw, strnlen(raw, room));
}

void watch_title(struct watch *watch, char *title, size_t size)
{
    copy_said(title, size, watch->world->title, sizeof watch->world->title);
}

bool watch_expected(struct watch *watch, char *what, size_t size, int64_t *expected)
{
    copy_said(what, size, watch->world->expected_what, sizeof watch->world->expected_what);
    *expected = watch->world->expected;
    return what[0] != '\0';
}
