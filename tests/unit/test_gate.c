// SPDX-License-Identifier: MIT
// Tests of the gate with real processes: who is chosen goes, nobody else; the same choices
// and the same seed give the same run.
#include "controlled.h"
#include "paths.h"
#include "suite.h"

#include <signal.h>

enum { TIMES = 100, ORDERS = 6, SEEDS = 50 };

// Two processes, one increment each: a read and a write by each, in all orders.
static const char *const orders[ORDERS] = {"1122", "1212", "1221",
                                           "2112", "2121", "2211"};

// What the counter must be after these reads and writes.
static int predict(const char *order)
{
    int counter = 0;
    int seen[3] = {-1, -1, -1};

    for (const char *who = order; *who != '\0'; who++) {
        int *mine = &seen[*who - '0'];
        if (*mine < 0) {
            *mine = counter;
        } else {
            counter = *mine + 1;
        }
    }
    return counter;
}

static void race(struct controlled *run, const char *increments, uint64_t seed)
{
    const char *const argv[] = {built("demos/lock_race"), "--increments", increments,
                                NULL};

    controlled_start(run, argv, MP_GRAIN_MEMORY, seed);
}

// Runs the race in this order and looks at what came of it.
static void check_order(const char *order, int counter)
{
    struct controlled run;
    char last[64];

    race(&run, "1", 1);
    for (const char *who = order; *who != '\0'; who++) {
        controlled_choose(&run, (unsigned)(*who - '0'));
    }
    controlled_go(&run);
    ck_assert_uint_eq(atomic_load(&run.world->gate.steps), 4);
    snprintf(last, sizeof last, "counter %d, expected 2, lost %d", counter, 2 - counter);
    ck_assert_msg(controlled_printed(&run, last), "%s: %s", order, run.output);
    ck_assert_int_eq(run.program.status, counter == 2 ? 0 : 1);
    ck_assert_int_eq(atomic_load(&run.world->gate.outside), 0);
    controlled_end(&run);
}

START_TEST(order_1212_loses_an_update_each_time)
{
    for (int i = 0; i < TIMES; i++) {
        check_order("1212", 1);
    }
}
END_TEST

START_TEST(order_1122_loses_nothing_each_time)
{
    for (int i = 0; i < TIMES; i++) {
        check_order("1122", 2);
    }
}
END_TEST

START_TEST(each_order_gives_what_reads_and_writes_predict)
{
    check_order(orders[_i], predict(orders[_i]));
}
END_TEST

// A digest of all that must be the same in each run of a seed.
static uint64_t digest(const struct controlled *run)
{
    uint64_t sum = 1469598103934665603u;

    for (size_t i = 0; i < run->count; i++) {
        const struct mp_deed *deed = &run->events[i].event.deed;
        bool is_pid = deed->op == MP_OP_START || deed->op == MP_OP_BEGIN;
        bool has_pid = deed->op == MP_OP_OUTPUT; // a line with a pid in it, of any length
        uint64_t parts[] = {run->events[i].slot, deed->op,
                            deed->info,          deed->object,
                            deed->offset,        deed->place,
                            deed->order,         is_pid || has_pid ? 0 : deed->value};
        for (size_t p = 0; p < sizeof parts / sizeof *parts; p++) {
            sum = (sum ^ parts[p]) * 1099511628211u;
        }
    }
    return sum;
}

static uint64_t run_seed(const char *demo, uint64_t seed, size_t *count)
{
    struct controlled run;
    const char *const argv[] = {built(demo), "--increments", "3", NULL};

    controlled_start(&run, argv, MP_GRAIN_MEMORY, seed);
    controlled_go(&run);
    ck_assert(run.ended);
    ck_assert_int_eq(atomic_load(&run.world->gate.outside), 0);
    uint64_t sum = digest(&run);
    *count = run.count;
    controlled_end(&run);
    return sum;
}

START_TEST(same_seed_gives_the_same_events)
{
    const char *demo = _i == 0 ? "demos/lock_race" : "demos/lock_fixed";
    size_t count, again;
    uint64_t first = run_seed(demo, 7, &count);

    ck_assert_uint_gt(count, 30);
    for (int i = 1; i < SEEDS; i++) {
        ck_assert_uint_eq(run_seed(demo, 7, &again), first);
        ck_assert_uint_eq(again, count);
    }
}
END_TEST

START_TEST(different_seeds_give_different_runs)
{
    uint64_t sums[8];
    size_t count;
    int different = 0;

    for (uint64_t seed = 0; seed < 8; seed++) {
        sums[seed] = run_seed("demos/lock_race", seed, &count);
        bool is_new = true;
        for (uint64_t i = 0; i < seed; i++) {
            is_new = is_new && sums[i] != sums[seed];
        }
        different += is_new;
    }
    // 924 orders are possible: eight that are the same, or nearly, are no accident.
    ck_assert_int_ge(different, 6);
}
END_TEST

// Steps of a run by what they were.
static void count_steps(const struct controlled *run, unsigned counts[MP_OPS])
{
    memset(counts, 0, MP_OPS * sizeof *counts);
    for (size_t i = 0; i < run->count; i++) {
        const struct mp_deed *deed = &run->events[i].event.deed;
        if (deed->op != MP_OP_NAME && (deed->info & MP_INFO_STEP) != 0) {
            counts[deed->op]++;
        }
    }
}

START_TEST(the_grain_says_what_a_step_is)
{
    const char *const argv[] = {built("demos/lock_fixed"), "--increments", "2", NULL};
    struct controlled run;
    unsigned counts[MP_OPS];

    controlled_start(&run, argv, (enum mp_grain)_i, 3);
    controlled_go(&run);
    ck_assert(run.ended && controlled_printed(&run, "counter 4, expected 4, lost 0"));
    count_steps(&run, counts);
    unsigned all = 0;
    for (int op = 0; op < MP_OPS; op++) {
        all += counts[op];
    }
    ck_assert_uint_eq(all, atomic_load(&run.world->gate.steps));
    bool calls = _i != MP_GRAIN_LIVES;
    ck_assert_uint_eq(counts[MP_OP_READ], _i == MP_GRAIN_MEMORY ? 4 : 0);
    ck_assert_uint_eq(counts[MP_OP_WRITE], _i == MP_GRAIN_MEMORY ? 4 : 0);
    ck_assert_uint_eq(counts[MP_OP_LOCK_ACQUIRE], calls ? 4 : 0);
    ck_assert_uint_eq(counts[MP_OP_LOCK_RELEASE], calls ? 4 : 0);
    ck_assert_uint_eq(counts[MP_OP_START], calls ? 0 : 2);
    ck_assert_uint_eq(counts[MP_OP_JOIN], calls ? 0 : 2);
    ck_assert_uint_eq(counts[MP_OP_BEGIN], calls ? 0 : 2);
    ck_assert_uint_eq(counts[MP_OP_END], calls ? 0 : 3);
    controlled_end(&run);
}
END_TEST

START_TEST(nobody_moves_while_all_stand)
{
    struct controlled run;

    race(&run, "5", 1);
    for (unsigned step = 0; step < 18; step++) {
        controlled_choose(&run, 1 + step % 2);
        ck_assert_uint_eq(atomic_load(&run.world->gate.steps), step + 1);
        for (unsigned slot = 0; slot < 3; slot++) {
            bool lives = run.world->processes[slot].life <= MP_LIFE_ALIVE;
            ck_assert(!lives || atomic_load(&run.world->seats[slot].ready) == 1);
        }
        uint64_t written = atomic_load(&run.world->seats[1].written) +
                           atomic_load(&run.world->seats[2].written);
        // Whoever ran on would have come to its next read or write by now.
        for (int i = 0; i < 20; i++) {
            controlled_turn(&run);
        }
        ck_assert_uint_eq(atomic_load(&run.world->seats[1].written) +
                              atomic_load(&run.world->seats[2].written),
                          written);
    }
    controlled_end(&run);
}
END_TEST

START_TEST(who_cannot_go_is_not_moved)
{
    const char *const argv[] = {built("demos/lock_fixed"), "--increments", "1", NULL};
    struct controlled run;

    controlled_start(&run, argv, MP_GRAIN_MEMORY, 1);
    controlled_choose(&run, 1); // has the lock now
    struct mp_readiness why = mp_ready(run.world, 2);
    ck_assert_int_eq(why.reason, MP_LOCK_TAKEN);
    ck_assert_uint_eq(why.process, 1);
    ck_assert_uint_eq(run.world->objects[why.object].kind, MP_KIND_LOCK);
    ck_assert_int_eq(mp_ready(run.world, 0).reason, MP_STILL_ALIVE);

    uint64_t steps = atomic_load(&run.world->gate.steps);
    steer_choose(&run.steer, 2);
    controlled_stand(&run);
    ck_assert_uint_eq(atomic_load(&run.world->gate.steps), steps);
    ck_assert_int_eq(atomic_load(&run.world->gate.stop), MP_STOP_CHOICE);
    controlled_go(&run);
    ck_assert(controlled_printed(&run, "counter 2, expected 2, lost 0"));
    controlled_end(&run);
}
END_TEST

START_TEST(a_child_that_is_killed_at_the_gate_does_not_stop_the_others)
{
    struct controlled run;

    race(&run, "3", 1);
    controlled_choose(&run, 1);
    ck_assert_int_eq(steer_signal(&run.steer, 1, SIGKILL), 0);
    controlled_go(&run);
    ck_assert(run.ended);
    ck_assert_msg(controlled_printed(&run, "increment-1 was killed by signal 9"), "%s",
                  run.output);
    ck_assert_msg(controlled_printed(&run, "counter 3, expected 6, lost 3"), "%s",
                  run.output);
    controlled_end(&run);
}
END_TEST

START_TEST(the_owner_of_a_lock_is_killed_and_the_other_recovers_it)
{
    const char *const argv[] = {built("demos/lock_fixed"), "--increments", "2", NULL};
    struct controlled run;
    int recovered = 0;

    controlled_start(&run, argv, MP_GRAIN_MEMORY, 1);
    controlled_choose(&run, 1);
    ck_assert_int_eq(mp_ready(run.world, 2).reason, MP_LOCK_TAKEN);
    ck_assert_int_eq(steer_signal(&run.steer, 1, SIGKILL), 0);
    controlled_go(&run);
    ck_assert(run.ended);
    ck_assert(controlled_printed(&run, "counter 2, expected 4, lost 2"));
    for (size_t i = 0; i < run.count; i++) {
        const struct mp_deed *deed = &run.events[i].event.deed;
        recovered +=
            deed->op == MP_OP_LOCK_ACQUIRE && mp_deed_phase(deed) == MP_DONE_RECOVERED;
    }
    ck_assert_int_eq(recovered, 1);
    controlled_end(&run);
}
END_TEST

int main(void)
{
    const struct suite_test tests[] = {
        {.test = order_1212_loses_an_update_each_time, .timeout = 60},
        {.test = order_1122_loses_nothing_each_time, .timeout = 60},
        {.test = each_order_gives_what_reads_and_writes_predict, .from = 0, .to = ORDERS},
        {.test = same_seed_gives_the_same_events, .from = 0, .to = 2, .timeout = 60},
        {.test = different_seeds_give_different_runs},
        {.test = the_grain_says_what_a_step_is, .from = 0, .to = MP_GRAINS},
        {.test = nobody_moves_while_all_stand},
        {.test = who_cannot_go_is_not_moved},
        {.test = a_child_that_is_killed_at_the_gate_does_not_stop_the_others},
        {.test = the_owner_of_a_lock_is_killed_and_the_other_recovers_it},
    };

    return suite_run("gate", tests, sizeof tests / sizeof *tests);
}
