// SPDX-License-Identifier: MIT
// Tests of who goes next, on tables made by hand: no program runs. What is below the grain
// first, then who is drawn or chosen, then who times out.
#include "suite.h"

#include "world.h"

#include <check.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { DRAWS = 3000, SPIN = 17 };

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

// This process stands at the gate and wants to do this.
static void stand(unsigned slot, enum mp_op op, unsigned object, uint64_t value)
{
    struct mp_process_entry *entry = &world->processes[slot];

    entry->life = MP_LIFE_ALIVE;
    entry->waiting = 1;
    entry->now =
        (struct mp_deed){.op = (uint8_t)op, .object = (uint16_t)object, .value = value};
    atomic_store(&world->seats[slot].turn, MP_TURN_NONE);
    atomic_store(&world->seats[slot].ready, 1);
    if (atomic_load(&world->gate.top) <= slot) {
        atomic_store(&world->gate.top, slot + 1);
    }
}

static void have_object(unsigned object, enum mp_kind kind, unsigned owner)
{
    world->objects[object].kind = (uint8_t)kind;
    world->objects[object].owner = (uint16_t)owner;
}

// The controller asks: who goes? Nobody is put back; the test does that.
static unsigned next(void)
{
    atomic_store(&world->gate.baton, MP_BATON_CONTROLLER);
    return mp_schedule(world, MP_NOBODY);
}

#define assert_stop(why)                                                                 \
    do {                                                                                 \
        ck_assert_uint_eq(next(), MP_NOBODY);                                            \
        ck_assert_int_eq((int)atomic_load(&world->gate.stop), (why));                    \
        ck_assert_uint_eq(atomic_load(&world->gate.baton), MP_BATON_CONTROLLER);         \
    } while (0)

START_TEST(a_turn_is_a_step_only_above_the_grain)
{
    static const bool steps[MP_GRAINS][3] = {{false, false, true}, // lives
                                             {false, true, false}, // calls
                                             {true, true, false}}; // memory
    static const enum mp_op ops[] = {MP_OP_WRITE, MP_OP_LOCK_TRY, MP_OP_END};

    for (int grain = 0; grain < MP_GRAINS; grain++) {
        atomic_store(&world->gate.grain, (uint32_t)grain);
        for (int i = 0; i < 3; i++) {
            uint64_t before = atomic_load(&world->gate.steps);
            stand(3, ops[i], 1, 0);
            ck_assert_uint_eq(next(), 3);
            ck_assert_uint_eq(atomic_load(&world->gate.baton), 4);
            ck_assert_uint_eq(atomic_load(&world->seats[3].ready), 0);
            ck_assert_uint_eq(atomic_load(&world->seats[3].turn),
                              steps[grain][i] ? MP_TURN_STEP : MP_TURN_FORCED);
            ck_assert_uint_eq(atomic_load(&world->gate.steps), before + steps[grain][i]);
        }
    }
}
END_TEST

START_TEST(what_is_below_the_grain_goes_first_and_needs_no_leave)
{
    atomic_store(&world->gate.allowed, 0);
    stand(1, MP_OP_WRITE, 0, 0);
    stand(2, MP_OP_END, 0, 0);
    stand(3, MP_OP_BEGIN, 0, 0);
    ck_assert_uint_eq(next(), 2);
    ck_assert_uint_eq(next(), 3);
    assert_stop(MP_STOP_BUDGET);
    atomic_store(&world->gate.allowed, 1);
    ck_assert_uint_eq(next(), 1);
}
END_TEST

START_TEST(the_one_that_is_chosen_goes)
{
    atomic_store(&world->gate.mode, MP_MODE_CHOSEN);
    for (int i = 0; i < 20; i++) {
        for (unsigned slot = 1; slot <= 3; slot++) {
            stand(slot, MP_OP_READ, 0, 0);
        }
        atomic_store(&world->gate.chosen, 1 + (unsigned)i % 3);
        ck_assert_uint_eq(next(), 1 + (unsigned)i % 3);
    }
    static const uint32_t cannot[] = {0, 4, 127, 128, UINT32_MAX};
    for (size_t i = 0; i < sizeof cannot / sizeof *cannot; i++) {
        stand(1, MP_OP_READ, 0, 0);
        atomic_store(&world->gate.chosen, cannot[i]);
        assert_stop(MP_STOP_CHOICE);
    }
}
END_TEST

START_TEST(all_are_drawn_about_as_often)
{
    unsigned drawn[4] = {0};

    for (int i = 0; i < DRAWS; i++) {
        for (unsigned slot = 1; slot <= 3; slot++) {
            stand(slot, MP_OP_READ, 0, 0);
        }
        drawn[next()]++;
    }
    for (unsigned slot = 1; slot <= 3; slot++) {
        ck_assert_uint_gt(drawn[slot], DRAWS / 4);
        ck_assert_uint_lt(drawn[slot], DRAWS / 2);
    }
}
END_TEST

START_TEST(one_seed_draws_the_same_whoever_asks)
{
    unsigned first[50] = {0};

    for (int run = 0; run < 2; run++) {
        atomic_store(&world->gate.random, 42);
        for (int i = 0; i < 50; i++) {
            for (unsigned slot = 1; slot <= 3; slot++) {
                stand(slot, MP_OP_READ, 0, 0);
            }
            unsigned who = mp_schedule(world, run == 0 ? MP_NOBODY : 1);
            first[i] = run == 0 ? who : first[i];
            ck_assert_uint_eq(who, first[i]);
        }
    }
}
END_TEST

START_TEST(who_wants_a_lock_waits_for_its_owner)
{
    have_object(5, MP_KIND_LOCK, 2);
    world->processes[2].life = MP_LIFE_ALIVE; // runs
    stand(1, MP_OP_LOCK_ACQUIRE, 5, 0);
    struct mp_readiness why = mp_ready(world, 1);
    ck_assert_int_eq(why.reason, MP_LOCK_TAKEN);
    ck_assert_uint_eq(why.object, 5);
    ck_assert_uint_eq(why.process, 2);

    world->objects[5].owner = MP_NOBODY;
    ck_assert_int_eq(mp_ready(world, 1).reason, MP_CAN_GO);
    world->objects[5].owner = 1; // it will be told -EDEADLK
    ck_assert_int_eq(mp_ready(world, 1).reason, MP_CAN_GO);
    world->objects[5].owner = 2;
    world->processes[2].life = MP_LIFE_ENDED; // it will be told MP_RECOVERED
    ck_assert_int_eq(mp_ready(world, 1).reason, MP_CAN_GO);
    world->processes[2].life = MP_LIFE_ALIVE; // another one, with the entry of the dead
    world->objects[5].broken = 1;
    ck_assert_int_eq(mp_ready(world, 1).reason, MP_CAN_GO);
    world->objects[5].broken = 0;
    stand(1, MP_OP_LOCK_TRY, 5, 0);
    ck_assert_int_eq(mp_ready(world, 1).reason, MP_CAN_GO);
}
END_TEST

START_TEST(who_joins_waits_for_the_end_and_a_barrier_for_its_round)
{
    stand(1, MP_OP_JOIN, 2, 0);
    world->processes[2].life = MP_LIFE_STARTED;
    ck_assert_int_eq(mp_ready(world, 1).reason, MP_STILL_ALIVE);
    ck_assert_uint_eq(mp_ready(world, 1).process, 2);
    stand(1, MP_OP_JOIN, 2, 1); // a look, not a wait
    ck_assert_int_eq(mp_ready(world, 1).reason, MP_CAN_GO);
    stand(1, MP_OP_JOIN, 2, 0);
    world->processes[2].life = MP_LIFE_ENDED;
    ck_assert_int_eq(mp_ready(world, 1).reason, MP_CAN_GO);

    have_object(7, MP_KIND_BARRIER, MP_NOBODY);
    world->objects[7].taken = 3;
    stand(1, MP_OP_BARRIER_WAIT, 7, 3);
    ck_assert_int_eq(mp_ready(world, 1).reason, MP_BARRIER_OPEN);
    ck_assert_uint_eq(mp_ready(world, 1).object, 7);
    world->objects[7].taken = 4;
    ck_assert_int_eq(mp_ready(world, 1).reason, MP_CAN_GO);
    stand(1, MP_OP_BARRIER_WAIT, 7, 4);
    world->objects[7].broken = 1;
    ck_assert_int_eq(mp_ready(world, 1).reason, MP_CAN_GO);
    atomic_store(&world->seats[1].ready, 0);
    ck_assert_int_eq(mp_ready(world, 1).reason, MP_NOT_AT_GATE);
    ck_assert_int_eq(mp_ready(world, 128).reason, MP_NOT_AT_GATE);
    ck_assert_int_eq(mp_ready(world, UINT_MAX).reason, MP_NOT_AT_GATE);
}
END_TEST

START_TEST(time_passes_only_when_nobody_can_go_and_the_earliest_first)
{
    have_object(5, MP_KIND_LOCK, 4);
    stand(1, MP_OP_LOCK_ACQUIRE, 5, 0);
    stand(2, MP_OP_LOCK_ACQUIRE, 5, 0);
    stand(3, MP_OP_LOCK_ACQUIRE, 5, 0);
    stand(4, MP_OP_READ, 0, 0);
    atomic_store(&world->seats[1].deadline, 300);
    atomic_store(&world->seats[2].deadline, 200);
    atomic_store(&world->gate.allowed, 1);
    ck_assert_uint_eq(next(), 4); // can go, so nobody times out
    stand(4, MP_OP_READ, 0, 0);
    assert_stop(MP_STOP_BUDGET); // could go
    ck_assert_uint_eq(atomic_load(&world->gate.time), 0);

    stand(4, MP_OP_JOIN, 1, 0); // now nobody can
    ck_assert_uint_eq(next(), 2);
    ck_assert_uint_eq(atomic_load(&world->seats[2].timed_out), 1);
    ck_assert_uint_eq(atomic_load(&world->gate.time), 200);
    stand(2, MP_OP_JOIN, 1, 0);
    atomic_store(&world->seats[2].deadline, 0);
    ck_assert_uint_eq(next(), 1);
    ck_assert_uint_eq(atomic_load(&world->seats[1].timed_out), 1);
    ck_assert_uint_eq(atomic_load(&world->seats[3].timed_out), 0);
    ck_assert_uint_eq(atomic_load(&world->gate.time), 300);
}
END_TEST

START_TEST(a_deadlock_is_told_from_waiting_for_somebody_elsewhere)
{
    have_object(5, MP_KIND_LOCK, 2);
    have_object(6, MP_KIND_LOCK, 1);
    stand(1, MP_OP_LOCK_ACQUIRE, 5, 0);
    stand(2, MP_OP_LOCK_ACQUIRE, 6, 0);
    assert_stop(MP_STOP_STUCK);
    stand(3, MP_OP_READ, 0, 0);
    atomic_store(&world->seats[3].ready, 0); // asleep in the kernel, or running
    atomic_store(&world->seats[1].deadline, 100);
    assert_stop(MP_STOP_ELSEWHERE);
    world->processes[3].life = MP_LIFE_ENDED;
    ck_assert_uint_eq(next(), 1);
    for (unsigned slot = 1; slot <= 3; slot++) {
        world->processes[slot].life = MP_LIFE_JOINED;
    }
    assert_stop(MP_STOP_ENDED);
}
END_TEST

START_TEST(a_loop_that_spins_is_passed_over_until_something_changes)
{
    stand(1, MP_OP_READ, 0, 0);
    atomic_store(&world->seats[1].repeats, SPIN);
    for (int i = 0; i < 20; i++) {
        stand(2, MP_OP_READ, 0, 0);
        ck_assert_uint_eq(next(), 2); // a read changes nothing
    }
    ck_assert_uint_eq(atomic_load(&world->seats[1].repeats), SPIN);
    stand(2, MP_OP_WRITE, 0, 0);
    ck_assert_uint_eq(next(), 2);
    ck_assert_uint_eq(atomic_load(&world->seats[1].repeats), 0); // it may look again
    ck_assert_uint_eq(next(), 1);
    // Nobody else: it goes on, and on.
    for (int i = 0; i < 20; i++) {
        stand(1, MP_OP_READ, 0, 0);
        atomic_store(&world->seats[1].repeats, SPIN + 1000);
        ck_assert_uint_eq(next(), 1);
    }
}
END_TEST

START_TEST(who_waits_with_a_limit_goes_before_those_who_spin)
{
    have_object(5, MP_KIND_LOCK, 1);
    stand(1, MP_OP_READ, 0, 0);
    stand(2, MP_OP_LOCK_ACQUIRE, 5, 0);
    atomic_store(&world->seats[2].deadline, 100);
    atomic_store(&world->seats[1].repeats, SPIN - 1);
    ck_assert_uint_eq(next(), 1);
    stand(1, MP_OP_READ, 0, 0);
    atomic_store(&world->seats[1].repeats, SPIN);
    ck_assert_uint_eq(next(), 2);
    ck_assert_uint_eq(atomic_load(&world->seats[2].timed_out), 1);
    ck_assert_uint_eq(atomic_load(&world->seats[1].repeats), SPIN); // nothing has changed
}
END_TEST

// Below the grain, or not: what goes round without end can be stopped.
START_TEST(a_turn_of_one_that_spins_is_a_step)
{
    have_object(5, MP_KIND_LOCK, 3);
    world->processes[3].life = MP_LIFE_ALIVE;
    stand(3, MP_OP_JOIN, 2, 0);
    atomic_store(&world->gate.allowed, 1);
    for (int limit = 0; limit < 2; limit++) {
        atomic_store(&world->gate.steps, 0);
        stand(2, limit ? MP_OP_LOCK_ACQUIRE : MP_OP_JOIN, limit ? 5 : 3, !limit);
        atomic_store(&world->seats[2].deadline, limit ? 100 : 0);
        atomic_store(&world->seats[2].repeats, SPIN);
        ck_assert_uint_eq(next(), 2);
        ck_assert_uint_eq(atomic_load(&world->seats[2].turn), MP_TURN_STEP);
        ck_assert_uint_eq(atomic_load(&world->gate.steps), 1);
        stand(2, limit ? MP_OP_LOCK_ACQUIRE : MP_OP_JOIN, limit ? 5 : 3, !limit);
        assert_stop(MP_STOP_BUDGET);
    }
}
END_TEST

START_TEST(a_death_is_noted_once_and_its_locks_can_be_recovered)
{
    have_object(5, MP_KIND_LOCK, 2);
    have_object(6, MP_KIND_LOCK, 1);
    stand(2, MP_OP_READ, 0, 0);
    atomic_store(&world->gate.alive, 2);
    ck_assert_int_eq(mp_note_death(world, 2, -9), 1);
    ck_assert_int_eq(mp_note_death(world, 2, -15), 0);
    ck_assert_int_eq(world->processes[2].status, -9);
    ck_assert_uint_eq(world->processes[2].life, MP_LIFE_ENDED);
    ck_assert_uint_eq(world->processes[2].waiting, 0);
    ck_assert_uint_eq(atomic_load(&world->gate.alive), 1);
    ck_assert_uint_eq(atomic_load(&world->seats[2].ready), 0);
    ck_assert_uint_eq(atomic_load(&world->seats[2].written), 1);
    ck_assert_uint_eq(world->rings[2][0].deed.op, MP_OP_DIE);
    ck_assert_uint_eq(world->objects[5].broken, 1);
    ck_assert_uint_eq(world->objects[6].broken, 0);
}
END_TEST

int main(void)
{
    struct suite_test tests[] = {
        {.test = a_turn_is_a_step_only_above_the_grain},
        {.test = what_is_below_the_grain_goes_first_and_needs_no_leave},
        {.test = the_one_that_is_chosen_goes},
        {.test = all_are_drawn_about_as_often},
        {.test = one_seed_draws_the_same_whoever_asks},
        {.test = who_wants_a_lock_waits_for_its_owner},
        {.test = who_joins_waits_for_the_end_and_a_barrier_for_its_round},
        {.test = time_passes_only_when_nobody_can_go_and_the_earliest_first},
        {.test = a_deadlock_is_told_from_waiting_for_somebody_elsewhere},
        {.test = a_loop_that_spins_is_passed_over_until_something_changes},
        {.test = who_waits_with_a_limit_goes_before_those_who_spin},
        {.test = a_turn_of_one_that_spins_is_a_step},
        {.test = a_death_is_noted_once_and_its_locks_can_be_recovered},
    };

    for (size_t i = 0; i < sizeof tests / sizeof *tests; i++) {
        tests[i].setup = make_world;
        tests[i].teardown = close_world;
    }
    return suite_run("schedule", tests, sizeof tests / sizeof *tests);
}
