// SPDX-License-Identifier: MIT
// Tests of a world full of nonsense: what the lab calls on tables that it does not trust
// gives an answer, and touches nothing else.
#include "suite.h"

#include "world.h"

#include <check.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { NONSENSE = 10000 };

static struct mp_world *world;
static int world_fd;

static void make_world(void)
{
    ck_assert_int_eq(mp_world_create(&world_fd, &world), 0);
    atomic_store(&world->gate.mode, MP_MODE_RANDOM);
    atomic_store(&world->gate.random, 1);
    atomic_store(&world->gate.allowed, UINT64_MAX);
}

static void close_world(void)
{
    munmap(world, MP_WORLD_RESERVED);
    close(world_fd);
}

static uint64_t state;

static uint64_t draw(void)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
}

static void scramble(void *memory, size_t size)
{
    unsigned char *bytes = memory;

    for (size_t i = 0; i + 8 <= size; i += 8) {
        uint64_t eight = draw();
        memcpy(bytes + i, &eight, sizeof eight);
    }
}

// Some of it nonsense, some of it nearly right: half of the fields are small numbers.
static void make_nonsense(void)
{
    scramble(&world->gate, sizeof world->gate);
    scramble(world->processes, sizeof world->processes);
    scramble(world->seats, sizeof world->seats);
    for (unsigned i = 0; i < 64; i++) {
        struct mp_object_entry *object = &world->objects[draw() % MP_OBJECTS];
        scramble(object, sizeof *object);
        object->taken %= 2;
        object->broken %= 2;
    }
    for (unsigned slot = 0; slot < MP_PROCESSES; slot++) {
        struct mp_process_entry *entry = &world->processes[slot];
        if (draw() % 2) {
            entry->life = (uint8_t)(draw() % MP_LIVES);
            entry->now.op = (uint8_t)(draw() % MP_OPS);
            entry->now.value %= 2;
        }
        if (draw() % 4) {
            atomic_store(&world->seats[slot].repeats, (uint32_t)(draw() % 20));
        }
    }
    if (draw() % 2) {
        atomic_store(&world->gate.mode, (uint32_t)(draw() % MP_MODES));
        atomic_store(&world->gate.grain, (uint32_t)(draw() % MP_GRAINS));
        atomic_store(&world->gate.top, (uint32_t)(draw() % (2 * MP_PROCESSES)));
    }
}

START_TEST(nonsense_in_the_tables_has_an_answer)
{
    int gone = 0;

    state = 88172645463325252u;
    for (int i = 0; i < NONSENSE; i++) {
        make_nonsense();
        for (unsigned slot = 0; slot < MP_PROCESSES; slot += 1 + (unsigned)(draw() % 16)) {
            struct mp_readiness why = mp_ready(world, slot);
            ck_assert_int_le(why.reason, MP_NO_MESSAGE);
            ck_assert(why.object < MP_OBJECTS);
            ck_assert(why.process < MP_PROCESSES || why.process == MP_NOBODY);
        }
        unsigned self = draw() % 2 ? MP_NOBODY : (unsigned)(draw() % MP_PROCESSES);
        unsigned who = mp_schedule(world, self);
        if (who == MP_NOBODY) {
            ck_assert_uint_eq(atomic_load(&world->gate.baton), MP_BATON_CONTROLLER);
        } else {
            ck_assert_uint_lt(who, MP_PROCESSES);
            ck_assert_uint_eq(atomic_load(&world->gate.baton), who + 1);
            gone++;
        }
        unsigned dead = (unsigned)(draw() % MP_PROCESSES);
        mp_note_death(world, dead, (int)draw());
        ck_assert(world->processes[dead].life != MP_LIFE_ALIVE);
        ck_assert_int_eq(mp_note_death(world, dead, 0), 0);
    }
    ck_assert_int_gt(gone, NONSENSE / 10); // it is not all refused at the door
}
END_TEST

START_TEST(nonsense_in_a_deed_changes_no_memory_outside_the_tables)
{
    state = 123456789;
    uint64_t magic = world->magic;
    for (int i = 0; i < NONSENSE; i++) {
        struct mp_deed deed;
        scramble(&deed, sizeof deed);
        if (draw() % 2) {
            deed.op = (uint8_t)(draw() % MP_OPS);
        }
        mp_record(world, (unsigned)(draw() % MP_PROCESSES), deed);
    }
    ck_assert_uint_eq(world->magic, magic);
    ck_assert_uint_eq(atomic_load(&world->gate.allowed), UINT64_MAX);
}
END_TEST

int main(void)
{
    struct suite_test tests[] = {
        {.test = nonsense_in_the_tables_has_an_answer, .timeout = 60},
        {.test = nonsense_in_a_deed_changes_no_memory_outside_the_tables},
    };

    for (size_t i = 0; i < sizeof tests / sizeof *tests; i++) {
        tests[i].setup = make_world;
        tests[i].teardown = close_world;
    }
    return suite_run("nonsense", tests, sizeof tests / sizeof *tests);
}
