// SPDX-License-Identifier: MIT
/*
 * Reading a world: the one place that copies from a program's memory.
 *
 * Nothing that comes from a world is trusted: it is copied out, then checked, then used;
 * indices are masked, texts are ended, counts are limited. No lock in it is ever taken. A
 * world that could shrink under us (and make us fault) is refused or sealed.
 */
#ifndef SESSION_WATCH_H
#define SESSION_WATCH_H

#include "model/model.h"
#include "world.h"

struct watch;

/* One event and the process table entry it came from. */
struct watched_event {
    uint16_t slot;
    struct mp_event event;
};

/*
 * Opens the world behind this descriptor (the caller keeps it; a description of its own is
 * opened, for the lock on it must end with this process and nobody else). 0, or -errno:
 * -EPROTO it is no world of this layout; -EPERM it could shrink.
 */
int watch_open(int fd, struct watch **out);
void watch_close(struct watch *watch);

/* Copies bytes of the arena. False: it does not reach so far. */
bool watch_bytes(const struct watch *watch, uint32_t offset, void *to, size_t size);

struct mp_world *watch_world(struct watch *watch);

/*
 * Takes control: a write lock on byte 0. 0; -EBUSY another lab has it. It is given up by
 * watch_close(), and by the kernel when this process dies.
 */
int watch_control(struct watch *watch);
bool watch_has_control(const struct watch *watch);

/* Copies the whole present. The bytes of shared objects and of queues belong to the watch
   and stay valid until the next call. */
void watch_snapshot(struct watch *watch, struct snapshot *snapshot);

/* Copies the first 8 bytes of the items of a queue, as contents_number() counts them: at
   most CONTENTS_ITEMS, 8 bytes each. Returns how many; 0 when it changed meanwhile, or lies
   about where it is. (items.c) */
size_t watch_items(const struct mp_world *world, unsigned object,
                   const struct mp_object_entry *queue, uint64_t file_size,
                   unsigned char *to);

/*
 * The next events in their order, at most `room`. Free running, what was overwritten, or is
 * more than anybody could look at, is skipped and counted in *dropped: then the reader must
 * start from a new snapshot. Under control nothing is dropped.
 */
size_t watch_events(struct watch *watch, struct watched_event *events, size_t room,
                    uint64_t *dropped);

/* Is there an event that watch_events() has not given yet? */
bool watch_has_more(const struct watch *watch);

/* Forgets what is in the rings now: the next events are those after this moment. */
void watch_skip(struct watch *watch);

/* The world was put back as it was in the beginning: the next event is the first. */
void watch_restart(struct watch *watch);

/* What the run is about, in the program's words; "" when it did not say. */
void watch_title(struct watch *watch, char *title, size_t size);

/* What should come out in the end: false when the program did not say. */
bool watch_expected(struct watch *watch, char *what, size_t size, int64_t *expected);

#endif
