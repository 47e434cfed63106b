// SPDX-License-Identifier: MIT
/*
 * Making a world, and the futexes in it. Called by mp in a program that runs alone, and by
 * the lab for a program that it starts: nothing here knows which process calls.
 */
#include "world.h"

#include "clock.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/futex.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

static void prepare(struct mp_world *world)
{
    world->layout = MP_WORLD_LAYOUT;
    world->header_size = sizeof(struct mp_world);
    world->arena = MP_WORLD_ARENA;
    world->ticks = mp_ticks();
    world->nanoseconds = mp_nanoseconds();
    world->gate.grain = MP_GRAIN_MEMORY;
    world->gate.baton = MP_BATON_CONTROLLER;
    for (unsigned i = 0; i < MP_PROCESSES; i++) {
        world->processes[i].parent = MP_NOBODY;
    }
    world->magic = MP_WORLD_MAGIC;
}

int mp_world_create(int *fd, struct mp_world **world)
{
    int file = memfd_create(MP_WORLD_FILE, MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (file < 0) {
        return -errno;
    }
    /* Sparse: costs nothing until it is touched. It may grow and never shrink, so that a
       reader of the mapping cannot be made to fault. */
    if (ftruncate(file, MP_WORLD_ARENA) != 0 ||
        fcntl(file, F_ADD_SEALS, F_SEAL_SHRINK) != 0) {
        int error = errno;
        close(file);
        return -error;
    }
    void *memory =
        mmap(NULL, MP_WORLD_RESERVED, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (memory == MAP_FAILED) {
        int error = errno;
        close(file);
        return -error;
    }
    prepare(memory);
    *fd = file;
    *world = memory;
    return 0;
}

void mp_world_reset(struct mp_world *world)
{
    struct mp_zygote zygote = world->zygote;
    uint64_t used = atomic_load(&world->arena_used);
    unsigned top = atomic_load(&world->gate.top);
    unsigned processes = top < MP_PROCESSES ? top : MP_PROCESSES;
    uint64_t room = MP_WORLD_RESERVED - MP_WORLD_ARENA;
    memset(world->processes, 0, processes * sizeof world->processes[0]);
    memset(world->seats, 0, processes * sizeof world->seats[0]);
    for (unsigned i = 0; i < MP_OBJECTS; i++) {
        if (world->objects[i].version != 0) {
            memset(&world->objects[i], 0, sizeof world->objects[i]);
        }
    }
    memset((char *)world + MP_WORLD_ARENA, 0, used < room ? used : room);
    memset(world, 0, offsetof(struct mp_world, script));
    prepare(world);
    world->zygote = zygote;
}

int mp_world_is_valid(const struct mp_world *world, uint64_t size)
{
    return size >= MP_WORLD_ARENA && size <= MP_WORLD_RESERVED &&
           world->magic == MP_WORLD_MAGIC && world->layout == MP_WORLD_LAYOUT &&
           world->header_size == sizeof(struct mp_world) &&
           world->arena == MP_WORLD_ARENA;
}

void mp_futex_wake(_Atomic uint32_t *word, int count)
{
    syscall(SYS_futex, word, FUTEX_WAKE, count, NULL, NULL, 0);
}

void mp_futex_sleep(_Atomic uint32_t *word, uint32_t seen, int milliseconds)
{
    struct timespec limit = {.tv_sec = milliseconds / 1000,
                             .tv_nsec = (milliseconds % 1000) * 1000000L};
    syscall(SYS_futex, word, FUTEX_WAIT, seen, &limit, NULL, 0);
}

int mp_world_is_controlled(int fd)
{
    struct flock lock = {
        .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = MP_CONTROL_BYTE, .l_len = 1};
    return fcntl(fd, F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
}

void mp_world_set_free(struct mp_world *world)
{
    atomic_store(&world->gate.mode, MP_MODE_FREE);
    for (unsigned slot = 0; slot < MP_PROCESSES; slot++) {
        if (atomic_load(&world->seats[slot].taken)) {
            mp_futex_wake(&world->seats[slot].turn, INT_MAX);
        }
    }
}
