// SPDX-License-Identifier: MIT
// The explorer runs every schedule, each once, and when it leaves out those that differ in
// nothing that matters it still finds all ends that there are. On programs that are only
// pretended: what there is to find is known from an enumeration of their own.
#include "suite.h"
#include "unit/explorations.h"
#include "unit/sessions.h"

enum { RANDOM = 150, RANDOM_LONG = 5000, RANDOM_MOST = 20000, MADE_OPS = 12 };

static const struct explorer_setup full = {.preemptions = -1};
static const struct explorer_setup reduced = {.preemptions = -1, .reduce = true};

// --- programs -------------------------------------------------------------------------------

static void add_op(struct pretended *program, unsigned slot, struct pretended_op op)
{
    size_t at = 0;
    while (program->ops[slot][at].kind != END) {
        at++;
    }
    ck_assert_uint_lt(at + 1, PRETENDED_OPS);
    program->ops[slot][at] = op;
}

enum locking { NO_LOCK, AROUND_BOTH, AROUND_STORE };

// So many processes add 1 so many times.
static struct pretended counter(unsigned processes, int times, enum locking locking)
{
    struct pretended program = {.count = processes, .room = 1};
    for (unsigned slot = 0; slot < processes; slot++) {
        for (int i = 0; i < times; i++) {
            if (locking == AROUND_BOTH) {
                add_op(&program, slot, (struct pretended_op){.kind = ACQUIRE});
            }
            add_op(&program, slot, (struct pretended_op){.kind = LOAD});
            if (locking == AROUND_STORE) {
                add_op(&program, slot, (struct pretended_op){.kind = ACQUIRE});
            }
            add_op(&program, slot, (struct pretended_op){.kind = STORE, .add = 1});
            if (locking != NO_LOCK) {
                add_op(&program, slot, (struct pretended_op){.kind = RELEASE});
            }
        }
    }
    return program;
}

static const struct pretended opposite_locks = {
    .count = 2,
    .ops = {
        {{ACQUIRE, 0, 0, 0}, {ACQUIRE, 1, 0, 0}, {RELEASE, 1, 0, 0}, {RELEASE, 0, 0, 0}},
        {{ACQUIRE, 1, 0, 0}, {ACQUIRE, 0, 0, 0}, {RELEASE, 0, 0, 0}, {RELEASE, 1, 0, 0}}}};

static const struct pretended philosophers = {
    .count = 3,
    .ops = {
        {{ACQUIRE, 0, 0, 0}, {ACQUIRE, 1, 0, 0}, {RELEASE, 1, 0, 0}, {RELEASE, 0, 0, 0}},
        {{ACQUIRE, 1, 0, 0}, {ACQUIRE, 2, 0, 0}, {RELEASE, 2, 0, 0}, {RELEASE, 1, 0, 0}},
        {{ACQUIRE, 2, 0, 0}, {ACQUIRE, 0, 0, 0}, {RELEASE, 0, 0, 0}, {RELEASE, 2, 0, 0}}}};

static const struct pretended bounded_queue = {.count = 3,
                                               .room = 1,
                                               .ops = {{{PUT, 0, 1, 0}, {PUT, 0, 2, 0}},
                                                       {{PUT, 0, 3, 0}, {PUT, 0, 4, 0}},
                                                       {{GET, 0, 0, 0},
                                                        {STORE, 0, 0, 0},
                                                        {GET, 0, 0, 0},
                                                        {GET, 0, 0, 0},
                                                        {GET, 0, 0, 0}}}};

// 0 has joined 2 when it reads what 1 writes: 2 has nothing to do with what 1 wrote, and yet
// nobody reads before it.
static const struct pretended joined_by_another = {
    .count = 3,
    .ops = {{{JOIN, 2, 0, 0}, {LOAD, 0, 0, 0}, {JOIN, 1, 0, 0}},
            {{STORE, 0, 1, 0}},
            {{STORE, 1, 1, 0}}}};

// Who came before the event was set goes, though it is cleared again; who came later waits.
static const struct pretended set_and_cleared = {
    .count = 2,
    .ops = {{{LOAD, 0, 0, 0}, {WAIT, 0, 0, 0}}, {{SET, 0, 0, 0}, {CLEAR, 0, 0, 0}}}};

// The place in which one comes to a barrier is the order of the steps before it.
static const struct pretended places_at_a_barrier = {
    .count = 2,
    .ops = {{{STORE, 0, 1, 0}, {ARRIVE, 0, 0, 0}, {STORE, 2, 0, 0}},
            {{STORE, 1, 1, 0}, {ARRIVE, 0, 0, 0}, {STORE, 3, 0, 0}}}};

// Notified by one who does not have the lock, while another takes it.
static const struct pretended notified = {
    .count = 3,
    .ops = {{{ACQUIRE, 0, 0, 0}, {SLEEP, 0, 0, 0}, {LOAD, 0, 0, 0}, {RELEASE, 0, 0, 0}},
            {{ACQUIRE, 0, 0, 0}, {STORE, 0, 1, 0}, {RELEASE, 0, 0, 0}},
            {{NOTIFY, 0, 0, 0}}}};

static const struct pretended *const programs[] = {
    &opposite_locks,  &philosophers,        &bounded_queue, &joined_by_another,
    &set_and_cleared, &places_at_a_barrier, &notified};
enum { PROGRAMS = sizeof programs / sizeof *programs };

// --- compared ---------------------------------------------------------------------------------

static int compare_schedules(const void *a, const void *b)
{
    return memcmp(a, b, PRETENDED_STEPS);
}

static void assert_no_schedule_twice(struct explored_program *all,
                                     const struct pretended *program)
{
    qsort(all->schedules, all->runs, sizeof *all->schedules, compare_schedules);
    for (size_t i = 1; i < all->runs; i++) {
        if (compare_schedules(all->schedules[i - 1], all->schedules[i]) == 0) {
            ck_abort_msg("a schedule was run twice: %s", pretended_text(program));
        }
    }
}

// Every end as often as it is to be; or, reduced, at all.
static void assert_same_ends(const struct tally *found, const struct tally *truth,
                             bool counts, const struct pretended *program)
{
    ck_assert_msg(found->count == truth->count, "%zu ends, not %zu: %s", found->count,
                  truth->count, pretended_text(program));
    for (size_t i = 0; i < truth->count; i++) {
        size_t at = tally_find(found, &truth->ends[i]);
        ck_assert_msg(at < found->count, "an end was not found: %s",
                      pretended_text(program));
        ck_assert_msg(!counts || found->counts[at] == truth->counts[i],
                      "%llu schedules come to an end, not %llu: %s",
                      (unsigned long long)found->counts[at],
                      (unsigned long long)truth->counts[i], pretended_text(program));
    }
}

static uint64_t compare_full(const struct pretended *program, int preemptions)
{
    struct tally *truth = enumerate(program, preemptions);
    struct explored_program all =
        explore(program, (struct explorer_setup){.preemptions = preemptions});
    uint64_t schedules = all.tally->schedules;
    ck_assert_uint_eq(all.blocked, 0);
    ck_assert_double_eq_tol(all.done, 1, 1e-9);
    assert_same_ends(all.tally, truth, true, program);
    assert_no_schedule_twice(&all, program);
    free(truth);
    explored_free(&all);
    return schedules;
}

static uint64_t compare_reduced(const struct pretended *program)
{
    struct tally *truth = enumerate(program, -1);
    struct explored_program all = explore(program, reduced);
    uint64_t runs = all.runs;
    assert_same_ends(all.tally, truth, false, program);
    assert_no_schedule_twice(&all, program);
    ck_assert_msg(all.runs <= truth->schedules, "%llu runs instead of %llu: %s",
                  (unsigned long long)all.runs, (unsigned long long)truth->schedules,
                  pretended_text(program));
    ck_assert_double_eq_tol(all.done, 1, 1e-9);
    free(truth);
    explored_free(&all);
    return runs;
}

// --- every schedule ---------------------------------------------------------------------------

START_TEST(as_many_schedules_as_are_known)
{
    static const struct {
        unsigned processes;
        int times;
        enum locking locking;
        uint64_t schedules, by_value[9];
    } cases[] = {
        {2, 1, NO_LOCK, 6, {0, 4, 2}},
        {2, 2, NO_LOCK, 70, {0, 0, 32, 32, 6}},
        {2, 3, NO_LOCK, 924, {0, 0, 8, 300, 416, 180, 20}},
        {2, 4, NO_LOCK, 12870, {0}},
        {2, 1, AROUND_BOTH, 2, {0, 0, 2}},
        {2, 2, AROUND_BOTH, 6, {0, 0, 0, 0, 6}},
        {2, 3, AROUND_BOTH, 20, {0, 0, 0, 0, 0, 0, 20}},
        {3, 1, NO_LOCK, 90, {0}},
        {2, 1, AROUND_STORE, 0, {0}},
        {2, 2, AROUND_STORE, 0, {0}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct pretended program =
            counter(cases[i].processes, cases[i].times, cases[i].locking);
        uint64_t schedules = compare_full(&program, -1);
        if (cases[i].schedules != 0) {
            ck_assert_uint_eq(schedules, cases[i].schedules);
        }
        struct explored_program all = explore(&program, full);
        uint64_t by_value[9] = {0}, sum = 0;
        for (size_t end = 0; end < all.tally->count; end++) {
            by_value[all.tally->ends[end].vars[0]] += all.tally->counts[end];
        }
        for (size_t value = 0; value < 9; value++) {
            sum += cases[i].by_value[value];
        }
        if (sum != 0) {
            ck_assert_mem_eq(by_value, cases[i].by_value, sizeof by_value);
        }
        explored_free(&all);
    }
}
END_TEST

START_TEST(waiting_and_being_stuck_are_schedules_too)
{
    compare_full(programs[_i], -1);
}
END_TEST

START_TEST(opposite_locks_are_stuck_in_some_schedules)
{
    struct explored_program all = explore(&opposite_locks, full);
    uint64_t stuck = 0;
    for (size_t i = 0; i < all.tally->count; i++) {
        stuck += pretended_has_ended(&opposite_locks, &all.tally->ends[i], 0)
                     ? 0
                     : all.tally->counts[i];
    }
    ck_assert_uint_eq(stuck, 2); // who takes its first lock first
    ck_assert_uint_gt(all.tally->schedules, 2);
    explored_free(&all);
}
END_TEST

START_TEST(only_so_many_forced_switches)
{
    static const uint64_t known[] = {2, 16, 114, 408};
    struct pretended program = counter(2, 4, NO_LOCK);
    for (int most = 0; most < 4; most++) {
        ck_assert_uint_eq(compare_full(&program, most), known[most]);
        struct explored_program all =
            explore(&program, (struct explorer_setup){.preemptions = most});
        ck_assert(all.left_out);
        explored_free(&all);
    }
    ck_assert_uint_eq(compare_full(&program, 100), 12870);
    struct explored_program all =
        explore(&program, (struct explorer_setup){.preemptions = 100});
    ck_assert(!all.left_out);
    explored_free(&all);
    for (size_t i = 0; i < PROGRAMS; i++) {
        compare_full(programs[i], 0);
        compare_full(programs[i], 1);
        compare_full(programs[i], 2);
    }
}
END_TEST

// --- one of each kind -------------------------------------------------------------------------

START_TEST(one_schedule_of_each_kind)
{
    static const uint64_t known[] = {4, 34, 328, 3334};
    for (int times = 1; times <= 4; times++) {
        struct pretended program = counter(2, times, NO_LOCK);
        ck_assert_uint_eq(compare_reduced(&program), known[times - 1]);
    }
}
END_TEST

START_TEST(reduced_all_ends_are_found)
{
    compare_reduced(programs[_i]);
}
END_TEST

START_TEST(reduced_all_ends_are_found_with_locks)
{
    for (int locking = NO_LOCK; locking <= AROUND_STORE; locking++) {
        struct pretended three = counter(3, 1, (enum locking)locking);
        struct pretended twice = counter(2, 2, (enum locking)locking);
        compare_reduced(&three);
        compare_reduced(&twice);
    }
}
END_TEST

// --- any program --------------------------------------------------------------------------------

// What a program is made of: little, so that its processes meet; or anything.
static const enum pretended_kind accesses[] = {LOAD, STORE, LOAD, STORE};
static const enum pretended_kind locks[] = {LOAD, STORE, ACQUIRE, RELEASE, TRY, ACQUIRE};
static const enum pretended_kind queues[] = {LOAD, STORE, PUT, GET, PUT, DOWN, UP};
static const enum pretended_kind events[] = {LOAD, STORE, SET, CLEAR, WAIT, LOOK, WAIT};
static const enum pretended_kind barriers[] = {LOAD, STORE, ARRIVE, JOIN, STORE};
static const enum pretended_kind conditions[] = {ACQUIRE, SLEEP, NOTIFY, RELEASE, STORE};
static const struct {
    const enum pretended_kind *kinds;
    size_t count;
} mixes[] = {
    {accesses, 4}, {locks, 6},      {queues, 7}, {events, 7},
    {barriers, 5}, {conditions, 5}, {NULL, 0}, // all there are
};
enum { MIXES = sizeof mixes / sizeof *mixes };

static struct pretended make_program(uint64_t *state, int mix)
{
    struct pretended program = {.count = 2 + (unsigned)session_draw(state, 3),
                                .room = 1 + (unsigned)session_draw(state, 2)};
    unsigned ops = 4 + (unsigned)session_draw(state, MADE_OPS - 3);
    unsigned things = 1 + (unsigned)session_draw(state, 2);
    for (unsigned i = 0; i < ops; i++) {
        unsigned slot = (unsigned)session_draw(state, program.count);
        enum pretended_kind kind =
            mixes[mix].kinds == NULL
                ? (enum pretended_kind)(1 + session_draw(state, KINDS - 1))
                : mixes[mix].kinds[session_draw(state, mixes[mix].count)];
        struct pretended_op op = {.kind = kind,
                                  .what = (unsigned char)session_draw(state, things),
                                  .add = (signed char)session_draw(state, 3),
                                  .if_odd = session_draw(state, 4) == 0};
        if (kind == JOIN) {
            op.what =
                (unsigned char)((slot + 1 + session_draw(state, program.count - 1)) %
                                program.count);
        }
        if (kind == SLEEP || kind == NOTIFY) {
            op.what = 0;
        }
        add_op(&program, slot, op);
    }
    return program;
}

// Too many schedules for a test that is run often?
static bool is_small(const struct pretended *program)
{
    double orders = 1;
    int all = 0;
    for (unsigned slot = 0; slot < program->count; slot++) {
        for (int i = 0; program->ops[slot][i].kind != END; i++) {
            orders *= (double)++all / (i + 1);
        }
    }
    return orders <= RANDOM_MOST;
}

START_TEST(random_programs)
{
    uint64_t state = (uint64_t)_i * 1000003 + 7;
    int count = suite_is_long() ? RANDOM_LONG : RANDOM;
    for (int i = 0; i < count;) {
        struct pretended program = make_program(&state, _i);
        if (is_small(&program)) {
            compare_full(&program, -1);
            compare_reduced(&program);
            i++;
        }
    }
}
END_TEST

// --- programs that change ---------------------------------------------------------------------

// After so many runs one operation is another one, of process `slot`, at `at`.
static size_t find_change(struct pretended program, unsigned slot, int at,
                          struct pretended_op op, int after)
{
    static struct pretended_run run;
    struct explorer *explorer = explorer_new(&full);
    struct explorer_script script;
    size_t differs = SIZE_MAX;
    for (int i = 0; explorer_next(explorer, &script); i++) {
        if (i == after) {
            program.ops[slot][at] = op;
        }
        run_script(&program, &script, &run);
        if (!explorer_learn(explorer, run.trail, run.count, run.stuck, run.stuck_count,
                            &differs)) {
            break;
        }
        differs = SIZE_MAX;
    }
    explorer_free(explorer);
    return differs;
}

START_TEST(a_program_that_changes_is_found_to_differ_at_that_step)
{
    struct pretended program = counter(2, 2, NO_LOCK);
    const struct pretended_op other = {.kind = STORE, .what = 1};
    const struct pretended_op same = program.ops[0][1];
    // The second script is 0001...: process 0 makes the first steps.
    ck_assert_uint_eq(find_change(program, 0, 0, other, 1), 0);
    ck_assert_uint_eq(find_change(program, 0, 1, other, 1), 1);
    ck_assert_uint_eq(find_change(program, 0, 2, other, 1), 2);
    // It ends where it went on.
    ck_assert_uint_eq(find_change(program, 0, 2, (struct pretended_op){.kind = END}, 1),
                      2);
    // It waits for what never comes.
    ck_assert_uint_eq(find_change(program, 0, 1, (struct pretended_op){.kind = DOWN}, 1),
                      1);
    ck_assert_uint_eq(find_change(program, 0, 1, same, 1), SIZE_MAX);
}
END_TEST

START_TEST(a_program_that_does_nothing_has_one_schedule)
{
    const struct pretended nothing = {.count = 2};
    ck_assert_uint_eq(compare_full(&nothing, -1), 1);
    ck_assert_uint_eq(compare_reduced(&nothing), 1);
}
END_TEST

int main(void)
{
    const struct suite_test tests[] = {
        {.test = as_many_schedules_as_are_known},
        {.test = waiting_and_being_stuck_are_schedules_too, .to = PROGRAMS},
        {.test = opposite_locks_are_stuck_in_some_schedules},
        {.test = only_so_many_forced_switches},
        {.test = one_schedule_of_each_kind},
        {.test = reduced_all_ends_are_found, .to = PROGRAMS},
        {.test = reduced_all_ends_are_found_with_locks},
        {.test = random_programs, .timeout = 300, .to = MIXES},
        {.test = a_program_that_changes_is_found_to_differ_at_that_step},
        {.test = a_program_that_does_nothing_has_one_schedule},
    };
    return suite_run("explorer", tests, sizeof tests / sizeof *tests);
}
