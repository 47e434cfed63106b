// SPDX-License-Identifier: MIT
/*
 * How a program gets its world, and a process its entry in it.
 *
 * Started by the lab, the constructor below adopts the memfd that the lab made, before
 * main() runs: the first event is not missed. Alone, the program makes its own at the first
 * call of mp. A child of mp_process_start() is given its entry; a child of a bare fork finds
 * its identity wiped and registers itself when it first touches something shared.
 */
#include "internal.h"

#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { HIGH_FD = 200 }; /* out of the way of the program's own descriptors */

static struct mp_self nobody;
struct mp_self *mp_me = &nobody;
struct mp_world *mp_the_world;
int mp_world_fd = -1;
bool mp_run_by_lab;
uintptr_t mp_arena_begin;
uintptr_t mp_arena_size;
uintptr_t mp_program_base;
_Thread_local bool mp_first_thread;
_Thread_local uint8_t mp_inside;

/* --- who I am ----------------------------------------------------------------------------- */

/* The identity lies in a page that fork wipes: a child does not take itself for its
   parent. */
static int make_identity(void)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    void *memory =
        mmap(NULL, page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) {
        return -errno;
    }
    if (madvise(memory, page, MADV_WIPEONFORK) != 0) {
        int error = errno;
        munmap(memory, page);
        return -error;
    }
    mp_me = memory;
    return 0;
}

static bool claim(unsigned slot)
{
    uint32_t is_free = 0;
    return atomic_compare_exchange_strong(&mp_the_world->seats[slot].taken, &is_free, 1);
}

/* An entry that was never used comes first: who has ended stays to be seen. */
unsigned mp_slot_take(void)
{
    struct mp_gate *gate = &mp_the_world->gate;
    for (unsigned fresh = 0; fresh < 2; fresh++) {
        for (unsigned slot = 0; slot < MP_PROCESSES; slot++) {
            bool used = mp_the_world->processes[slot].life != MP_LIFE_NONE;
            if (used != (fresh == 1) || !claim(slot)) {
                continue;
            }
            uint32_t top = atomic_load(&gate->top);
            while (top < slot + 1 &&
                   !atomic_compare_exchange_weak(&gate->top, &top, slot + 1)) {
            }
            return slot;
        }
    }
    return MP_NOBODY;
}

void mp_slot_give_back(unsigned slot)
{
    atomic_store(&mp_the_world->seats[slot].taken, 0);
}

void mp_slot_make(struct mp_self *writer, unsigned slot, unsigned parent,
                  const char *name, uint16_t pool)
{
    struct mp_process_entry *entry = &mp_the_world->processes[slot];
    uint32_t generation = entry->generation + 1;
    mp_entry_begin(&entry->version);
    memset((char *)entry + sizeof entry->version, 0,
           sizeof *entry - sizeof entry->version);
    entry->generation = generation;
    entry->parent = (uint16_t)parent;
    entry->life = MP_LIFE_MADE;
    snprintf(entry->name, sizeof entry->name, "%s", name);
    mp_entry_end(&entry->version);
    struct mp_deed made = {.op = MP_OP_MAKE,
                           .info = MP_DONE,
                           .object = (uint16_t)slot,
                           .offset = pool,
                           .value = generation};
    mp_emit(writer, made);
    mp_emit_name(writer, MP_NAME_OF_PROCESS, slot, name);
}

void mp_become(unsigned slot)
{
    mp_me->slot = slot;
    mp_me->seat = &mp_the_world->seats[slot];
    mp_me->ring = mp_the_world->rings[slot];
    mp_me->entry = &mp_the_world->processes[slot];
    mp_first_thread = true;
}

void mp_begin(struct mp_self *me, bool step)
{
    __atomic_store_n(&me->entry->pid, getpid(), __ATOMIC_RELAXED);
    __atomic_store_n(&me->entry->life, MP_LIFE_ALIVE, __ATOMIC_RELEASE);
    struct mp_deed begin = {.op = MP_OP_BEGIN,
                            .info = MP_DONE | (step ? MP_INFO_STEP : 0),
                            .value = (uint64_t)getpid()};
    mp_emit(me, begin);
}

/* Main, and children of a bare fork: they enter themselves. */
static void register_self(const char *name)
{
    unsigned slot = mp_slot_take();
    if (slot == MP_NOBODY) {
        mp_me->unrecorded = true;
        atomic_fetch_add(&mp_the_world->unrecorded, 1);
        return;
    }
    atomic_fetch_add(&mp_the_world->gate.alive, 1);
    mp_become(slot);
    mp_slot_make(mp_me, slot, MP_NOBODY, name, 0);
    mp_begin(mp_me, false);
}

struct mp_self *mp_self_first(void)
{
    if (mp_the_world == NULL || mp_me->unrecorded) {
        return NULL;
    }
    /* Forked behind mp's back: now it is the first thread of a new process. The run
       cannot be repeated: when it came was up to the kernel. */
    char name[MP_NAME_SIZE];
    snprintf(name, sizeof name, "forked-%d", (int)getpid());
    atomic_store(&mp_the_world->gate.outside, 1);
    register_self(name);
    return mp_first_thread && mp_me->entry != NULL ? mp_me : NULL;
}

/* --- the world ---------------------------------------------------------------------------- */

static int find_base(struct dl_phdr_info *info, size_t size, void *data)
{
    (void)size;
    (void)data;
    mp_program_base = info->dlpi_addr; /* the program itself comes first */
    return 1;
}

static int move_in(int fd, struct mp_world *world)
{
    int rc = make_identity();
    if (rc != 0) {
        return rc;
    }
    int high = fcntl(fd, F_DUPFD_CLOEXEC, HIGH_FD);
    if (high >= 0) {
        close(fd);
        fd = high;
    } else { /* the limit is low: it stays where it is */
        fcntl(fd, F_SETFD, FD_CLOEXEC);
    }
    mp_world_fd = fd;
    mp_the_world = world;
    dl_iterate_phdr(find_base, NULL);
    world->address = (uint64_t)(uintptr_t)world;
    world->main_pid = getpid();
    register_self("main");
    mp_process_open();
    mp_arena_begin = (uintptr_t)world + world->arena;
    mp_arena_size = MP_WORLD_RESERVED - world->arena;
    return 0;
}

int mp_world_open(void)
{
    if (mp_the_world != NULL) {
        return 0;
    }
    int fd;
    struct mp_world *world;
    int rc = mp_world_create(&fd, &world);
    if (rc != 0) {
        return rc;
    }
    mp_first_thread = true;
    rc = move_in(fd, world);
    if (rc != 0) {
        munmap(world, MP_WORLD_RESERVED);
        close(fd);
    }
    return rc;
}

static void adopt(int fd)
{
    struct stat file;
    if (fstat(fd, &file) != 0 || (uint64_t)file.st_size < sizeof(struct mp_world)) {
        return;
    }
    void *memory =
        mmap(NULL, MP_WORLD_RESERVED, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (memory == MAP_FAILED) {
        return;
    }
    bool valid = mp_world_is_valid(memory, (uint64_t)file.st_size);
    if (valid && ((struct mp_world *)memory)->zygote.wanted) {
        mp_zygote_serve(memory, fd);
    }
    if (!valid || move_in(fd, memory) != 0) {
        munmap(memory, MP_WORLD_RESERVED);
        return;
    }
    mp_run_by_lab = true;
    mp_output_open();
}

__attribute__((constructor)) static void start(void)
{
    mp_first_thread = true;
    const char *given = getenv(MP_WORLD_VARIABLE);
    if (given != NULL) {
        int fd = atoi(given);
        unsetenv(MP_WORLD_VARIABLE);
        adopt(fd);
    }
}
