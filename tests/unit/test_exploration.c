// SPDX-License-Identifier: MIT
// Real processes under every schedule: they come out as often so as the enumeration of the
// same program says, and what cannot be explored is said so, and where. Nothing is left.
#include "suite.h"
#include "unit/explorations.h"
#include "unit/sessions.h"

#include "session/debuginfo.h"
#include "session/exploration.h"

#include <dirent.h>
#include <sys/wait.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define IS_SANITIZED 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#define IS_SANITIZED 1
#endif
#if !defined(IS_SANITIZED)
#define IS_SANITIZED 0
#endif

enum { EXITS = 256, FLAT_KIB = 256, WARM_RUNS = 100, SPIN_RUNS = 20 };

static const struct explorer_setup full = {.preemptions = -1};
static const struct explorer_setup reduced = {.preemptions = -1, .reduce = true};

struct result {
    uint64_t by_exit[EXITS], stuck, spins, schedules, runs;
    struct exploration over; // what it was in the end; its memory is gone
    bool complete;
    char place[320]; // "explored.c:12", where it cannot be explored; else ""
};

static void find_place(const struct exploration *exploration, const char *path,
                       char *text, size_t size)
{
    struct source_place place = {.line = 0};
    struct debuginfo *info = debuginfo_open(path);
    if (info != NULL && exploration->obstacle.place != 0 &&
        debuginfo_place(info, exploration->obstacle.place, &place) && place.line > 0) {
        const char *slash = strrchr(place.file, '/');
        snprintf(text, size, "%s:%d", slash != NULL ? slash + 1 : place.file, place.line);
    }
    debuginfo_close(info);
}

static void begin(struct exploration *exploration, struct session_line *words,
                  const char *command, const struct exploration_setup *how)
{
    char why[512];
    struct exploration_setup setup = *how;
    setup.argv = session_words(words, command);
    if (exploration_start(exploration, &setup, why, sizeof why) != 0) {
        ck_abort_msg("%s: %s", command, why);
    }
}

// Ends it and takes the orphans of its session, as init would.
static void finish(struct exploration *exploration)
{
    pid_t keeper = exploration->zygote.program.keeper;
    exploration_end(exploration);
    ck_assert(keeper <= 0 || proc_wait_session(keeper, SESSION_LIMIT_MS));
    int64_t deadline = limit_after(SESSION_LIMIT_MS); // of a second explorer, too
    for (pid_t pid; (pid = waitpid(-1, NULL, WNOHANG)) >= 0 && limit_left(deadline) > 0;) {
        if (pid == 0) {
            limit_nap();
        }
    }
}

static struct result explore_how(const char *command, const struct exploration_setup *how)
{
    static struct exploration exploration;
    struct session_line words = {.line = ""};
    struct result result = {.runs = 0};
    begin(&exploration, &words, command, how);
    while (exploration_run(&exploration)) {
    }
    for (size_t i = 0; i < exploration.outcomes.count; i++) {
        const struct outcome *outcome = &exploration.outcomes.list[i];
        result.stuck += outcome->ending.kind == ENDING_STUCK ? outcome->schedules : 0;
        result.spins += outcome->ending.kind == ENDING_SPINS ? outcome->schedules : 0;
        if (outcome->ending.kind == ENDING_ENDED) {
            result.by_exit[outcome_exit(outcome) % EXITS] += outcome->schedules;
        }
    }
    result.schedules = exploration.outcomes.schedules;
    result.runs = exploration.runs;
    result.complete = exploration_is_complete(&exploration);
    find_place(&exploration, words.path, result.place, sizeof result.place);
    result.over = exploration;
    finish(&exploration);
    return result;
}

static struct result explore_real(const char *command, struct explorer_setup explorer)
{
    return explore_how(command, &(struct exploration_setup){.grain = MP_GRAIN_MEMORY,
                                                            .explorer = explorer});
}

// --- as the enumeration says ------------------------------------------------------------------

static struct pretended counter(unsigned processes, int times, bool both, bool store)
{
    struct pretended program = {.count = processes, .room = 1};
    for (unsigned slot = 0; slot < processes; slot++) {
        struct pretended_op *op = program.ops[slot];
        for (int i = 0; i < times; i++) {
            if (both) {
                *op++ = (struct pretended_op){.kind = ACQUIRE};
            }
            *op++ = (struct pretended_op){.kind = LOAD};
            if (store) {
                *op++ = (struct pretended_op){.kind = ACQUIRE};
            }
            *op++ = (struct pretended_op){.kind = STORE, .add = 1};
            if (both || store) {
                *op++ = (struct pretended_op){.kind = RELEASE};
            }
        }
    }
    return program;
}

static bool is_stuck(const struct pretended *program, const struct pretended_state *end)
{
    for (unsigned slot = 0; slot < program->count; slot++) {
        if (!pretended_has_ended(program, end, slot)) {
            return true;
        }
    }
    return false;
}

// As often so, by the value in which it ends; or, reduced, so at all.
static void assert_like(const char *command, const struct result *result,
                        const struct tally *truth, const struct pretended *program,
                        int (*value)(const struct pretended_state *end), bool counts)
{
    uint64_t by_exit[EXITS] = {0}, stuck = 0;
    for (size_t i = 0; i < truth->count; i++) {
        bool ends = !is_stuck(program, &truth->ends[i]);
        *(ends ? &by_exit[value(&truth->ends[i])] : &stuck) += truth->counts[i];
    }
    ck_assert_msg(result->complete, "%s: not complete", command);
    ck_assert_uint_eq(result->spins, 0);
    for (int i = 0; i < EXITS; i++) {
        bool same = counts ? by_exit[i] == result->by_exit[i]
                           : (by_exit[i] > 0) == (result->by_exit[i] > 0);
        ck_assert_msg(same, "%s: %llu schedules come to %d, not %llu", command,
                      (unsigned long long)result->by_exit[i], i,
                      (unsigned long long)by_exit[i]);
    }
    ck_assert_msg(counts ? stuck == result->stuck : (stuck > 0) == (result->stuck > 0),
                  "%s: %llu are stuck, not %llu", command,
                  (unsigned long long)result->stuck, (unsigned long long)stuck);
}

static int value_of_counter(const struct pretended_state *end)
{
    return end->vars[0];
}

static int what_main_read(const struct pretended_state *end)
{
    return end->regs[0];
}

static int nothing(const struct pretended_state *end)
{
    (void)end;
    return 0;
}

static void compare(const char *command, const struct pretended *program,
                    int (*value)(const struct pretended_state *end))
{
    struct tally *truth = enumerate(program, -1);
    struct result all = explore_real(command, full);
    assert_like(command, &all, truth, program, value, true);
    ck_assert_uint_eq(all.schedules, truth->schedules);
    ck_assert_uint_eq(all.runs, truth->schedules);
    struct result kinds = explore_real(command, reduced);
    assert_like(command, &kinds, truth, program, value, false);
    ck_assert_uint_le(kinds.runs, all.runs);
    struct tally *few = enumerate(program, 1);
    struct result bound =
        explore_real(command, (struct explorer_setup){.preemptions = 1});
    ck_assert_uint_eq(bound.schedules, few->schedules);
    ck_assert_int_eq(bound.over.state, EXPLORE_COMPLETE);
    ck_assert_int_eq(bound.complete, few->schedules == truth->schedules);
    free(few);
    free(truth);
}

START_TEST(counters_come_out_as_often_so)
{
    static const struct {
        const char *command;
        unsigned processes;
        int times;
        bool both, store;
    } cases[] = {
        {"tests/programs/explored add 2 1", 2, 1, false, false},
        {"tests/programs/explored add 2 2", 2, 2, false, false},
        {"tests/programs/explored add 3 1", 3, 1, false, false},
        {"tests/programs/explored add 2 1 store", 2, 1, false, true},
        {"tests/programs/explored add 2 1 both", 2, 1, true, false},
        {"tests/programs/explored add 2 2 both", 2, 2, true, false},
        {"tests/programs/explored add 3 1 both", 3, 1, true, false},
    };
    struct pretended program =
        counter(cases[_i].processes, cases[_i].times, cases[_i].both, cases[_i].store);
    compare(cases[_i].command, &program, value_of_counter);
}
END_TEST

START_TEST(those_that_wait_come_out_as_often_so)
{
    static const struct {
        const char *command;
        int (*value)(const struct pretended_state *end);
        struct pretended program;
    } cases[] = {
        {"tests/programs/explored opposite",
         nothing,
         {.count = 2,
          .ops = {{{.kind = ACQUIRE, .what = 0},
                   {.kind = ACQUIRE, .what = 1},
                   {.kind = RELEASE, .what = 1},
                   {.kind = RELEASE, .what = 0}},
                  {{.kind = ACQUIRE, .what = 1},
                   {.kind = ACQUIRE, .what = 0},
                   {.kind = RELEASE, .what = 0},
                   {.kind = RELEASE, .what = 1}}}}},
        {"tests/programs/explored queue",
         value_of_counter,
         {.count = 3,
          .room = 1,
          .ops = {{{.kind = PUT, .add = 1}, {.kind = PUT, .add = 2}},
                  {{.kind = PUT, .add = 3}, {.kind = PUT, .add = 4}},
                  {{.kind = GET},
                   {.kind = STORE},
                   {.kind = GET},
                   {.kind = GET},
                   {.kind = GET}}}}},
        {"tests/programs/explored joined",
         what_main_read,
         {.count = 3,
          .ops = {{{.kind = JOIN, .what = 2}, {.kind = LOAD}, {.kind = JOIN, .what = 1}},
                  {{.kind = STORE, .add = 1}},
                  {{.kind = STORE, .what = 1, .add = 1}}}}},
        {"tests/programs/explored event",
         nothing,
         {.count = 2,
          .ops = {{{.kind = LOAD}, {.kind = WAIT}}, {{.kind = SET}, {.kind = CLEAR}}}}},
        {"tests/programs/explored condition",
         nothing,
         {.count = 2,
          .ops = {{{.kind = ACQUIRE}, {.kind = SLEEP}, {.kind = RELEASE}},
                  {{.kind = ACQUIRE}, {.kind = NOTIFY}, {.kind = RELEASE}}}}},
    };
    compare(cases[_i].command, &cases[_i].program, cases[_i].value);
}
END_TEST

START_TEST(who_comes_first_to_a_barrier)
{
    struct result all = explore_real("tests/programs/explored barrier", full);
    struct result kinds = explore_real("tests/programs/explored barrier", reduced);
    ck_assert(all.complete && kinds.complete);
    ck_assert_uint_eq(all.by_exit[1], all.by_exit[2]);
    ck_assert_uint_gt(all.by_exit[1], 0);
    ck_assert_uint_eq(all.schedules, all.by_exit[1] + all.by_exit[2]);
    ck_assert(kinds.by_exit[1] > 0 && kinds.by_exit[2] > 0);
}
END_TEST

// --- the demos ---------------------------------------------------------------------------------

// Main ends with 0 where nothing is lost.
START_TEST(the_demos_come_out_as_is_known)
{
    const struct {
        const char *command;
        struct explorer_setup setup;
        uint64_t runs, right;
    } cases[] = {
        {"demos/lock_race --increments 1", full, 6, 2},
        {"demos/lock_race --increments 2", full, 70, 6},
        {"demos/lock_fixed --increments 1", full, 2, 2},
        {"demos/lock_fixed --increments 2", full, 6, 6},
        {"demos/lock_race --increments 1", reduced, 4, 2},
        {"demos/lock_race --increments 2", reduced, 34, 6},
        {"demos/lock_race --increments 3", reduced, 328, 20},
        {"demos/lock_race --increments 4", {.preemptions = 1}, 16, 2},
        {"demos/lock_race --increments 4", {.preemptions = 2}, 114, 8},
    };
    struct result result = explore_real(cases[_i].command, cases[_i].setup);
    ck_assert_uint_eq(result.runs, cases[_i].runs);
    ck_assert_uint_eq(result.schedules, cases[_i].runs);
    ck_assert_int_eq(result.over.state, EXPLORE_COMPLETE);
    ck_assert_int_eq(result.complete, cases[_i].setup.preemptions < 0);
    if (cases[_i].setup.preemptions < 0) {
        ck_assert_uint_eq(result.by_exit[0], cases[_i].right);
    }
    ck_assert_uint_eq(result.by_exit[0] + result.by_exit[1], result.schedules);
}
END_TEST

static size_t descriptors(pid_t pid)
{
    char path[64];
    size_t count = 0;
    snprintf(path, sizeof path, "/proc/%d/fd", (int)pid);
    DIR *folder = opendir(path);
    ck_assert_ptr_nonnull(folder);
    while (readdir(folder) != NULL) {
        count++;
    }
    closedir(folder);
    return count;
}

static long kib_in_use(pid_t pid, const char *what)
{
    char path[64], line[128];
    long kib = -1;
    snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
    FILE *file = fopen(path, "re");
    ck_assert_ptr_nonnull(file);
    while (fgets(line, sizeof line, file) != NULL) {
        if (strncmp(line, what, strlen(what)) == 0) {
            kib = atol(line + strlen(what));
        }
    }
    fclose(file);
    return kib;
}

// 924 runs; after the first hundred nothing grows, neither here nor in the program.
START_TEST(many_runs_leave_nothing_and_grow_nothing)
{
    static struct exploration exploration;
    struct session_line words = {.line = ""};
    pid_t pids[2] = {getpid(), 0};
    size_t open_before[2] = {0};
    long kib_before[2] = {0};
    begin(&exploration, &words, "demos/lock_race --increments 3",
          &(struct exploration_setup){.grain = MP_GRAIN_MEMORY, .explorer = full});
    pids[1] = exploration.zygote.program.pid;
    while (exploration_run_alone(&exploration)) {
        ck_assert_uint_eq(proc_children(pids[1], NULL, 0), 0);
        for (int i = 0; exploration.runs == WARM_RUNS && i < 2; i++) {
            open_before[i] = descriptors(pids[i]);
            kib_before[i] = kib_in_use(pids[i], "RssAnon:");
        }
    }
    for (int i = 0; i < 2; i++) {
        ck_assert_uint_eq(descriptors(pids[i]), open_before[i]);
        // A sanitizer keeps what was freed, to look at it.
        ck_assert(IS_SANITIZED ||
                  kib_in_use(pids[i], "RssAnon:") <= kib_before[i] + FLAT_KIB);
    }
    ck_assert_uint_eq(exploration.outcomes.schedules, 924);
    ck_assert(exploration_is_complete(&exploration));
    finish(&exploration);
}
END_TEST

// --- what else can happen ------------------------------------------------------------------------

START_TEST(one_that_spins_until_another_sets_the_flag)
{
    struct result result = explore_real("tests/programs/explored flag", full);
    ck_assert(result.complete);
    ck_assert_uint_gt(result.schedules, 1);
    ck_assert_uint_eq(result.by_exit[0], result.schedules);
    struct result kinds = explore_real("tests/programs/explored flag", reduced);
    ck_assert(kinds.complete);
    ck_assert_uint_eq(kinds.by_exit[0], kinds.schedules);
}
END_TEST

START_TEST(one_that_looks_often_does_not_spin_for_ever)
{
    struct result result = explore_real("tests/programs/explored looks", full);
    ck_assert(result.complete);
    ck_assert_uint_eq(result.spins, 0);
    ck_assert_uint_eq(result.by_exit[0], result.schedules);
}
END_TEST

START_TEST(one_that_spins_for_ever)
{
    static const char *const commands[] = {"tests/programs/explored forever",
                                           "tests/programs/explored two"};
    struct result kinds = explore_real(commands[_i], reduced);
    ck_assert(kinds.complete);
    ck_assert_uint_gt(kinds.schedules, 0);
    ck_assert_uint_eq(kinds.spins, kinds.schedules);
    struct result result =
        explore_how(commands[_i], &(struct exploration_setup){.grain = MP_GRAIN_MEMORY,
                                                              .explorer = full,
                                                              .limit = SPIN_RUNS});
    ck_assert_uint_gt(result.schedules, 0);
    ck_assert_uint_eq(result.spins, result.schedules);
}
END_TEST

START_TEST(one_that_is_killed_by_a_signal)
{
    struct result result = explore_real("tests/programs/explored crash", full);
    ck_assert(result.complete);
    ck_assert_uint_gt(result.schedules, 1);
    ck_assert_uint_eq(result.by_exit[3], result.schedules);
}
END_TEST

START_TEST(main_that_quits_takes_its_child_with_it)
{
    struct result result = explore_real("tests/programs/explored quits", full);
    ck_assert(result.complete);
    ck_assert_uint_eq(result.by_exit[4], result.schedules);
}
END_TEST

START_TEST(what_cannot_be_explored_is_said_and_where)
{
    static const struct {
        const char *command;
        enum zygote_end end;
        bool differs, has_place;
    } cases[] = {
        {"tests/programs/explored clock", ZYGOTE_ENDED, true, true},
        {"tests/programs/explored read", ZYGOTE_OUTSIDE, false, false},
        {"tests/programs/explored select", ZYGOTE_OUTSIDE, false, false},
        {"tests/programs/explored long", ZYGOTE_LONG, false, true},
    };
    struct result result = explore_real(cases[_i].command, full);
    ck_assert_int_eq(result.over.state, EXPLORE_CANNOT);
    ck_assert(!result.complete);
    ck_assert_int_eq(result.over.obstacle.differs, cases[_i].differs);
    if (!cases[_i].differs) {
        ck_assert_int_eq(result.over.obstacle.end, cases[_i].end);
    } else {
        ck_assert_uint_ge(result.over.obstacle.step, 1);
        ck_assert_uint_le(result.over.obstacle.step, 16);
    }
    if (cases[_i].has_place && result.over.obstacle.place != 0) {
        ck_assert_msg(strncmp(result.place, "explored.c:", 11) == 0, "%s", result.place);
    }
}
END_TEST

START_TEST(so_many_runs_as_are_allowed)
{
    for (uint64_t limit = 1; limit <= 70; limit += 23) {
        struct result result =
            explore_how("demos/lock_race --increments 2",
                        &(struct exploration_setup){
                            .grain = MP_GRAIN_MEMORY, .explorer = full, .limit = limit});
        bool all = limit == 70;
        ck_assert_uint_eq(result.runs, limit);
        ck_assert_int_eq(result.complete, all);
        ck_assert_int_eq(result.over.state, all ? EXPLORE_COMPLETE : EXPLORE_LIMITED);
    }
}
END_TEST

START_TEST(it_is_left_when_told)
{
    static volatile sig_atomic_t stop = 1;
    struct result result =
        explore_how("demos/lock_race --increments 2",
                    &(struct exploration_setup){
                        .grain = MP_GRAIN_MEMORY, .explorer = full, .stop = &stop});
    ck_assert_int_eq(result.over.state, EXPLORE_LEFT);
    ck_assert(!result.complete);
}
END_TEST

START_TEST(what_is_no_program_cannot_be_started)
{
    char why[512] = "";
    struct exploration exploration;
    static char path[] = "/nonexistent/demo";
    char *argv[] = {path, NULL};
    ck_assert_int_lt(
        exploration_start(&exploration,
                          &(struct exploration_setup){.argv = argv, .explorer = full},
                          why, sizeof why),
        0);
    ck_assert_str_ne(why, "");
}
END_TEST

int main(void)
{
    const struct suite_test tests[] = {
        {.test = counters_come_out_as_often_so, .to = 7},
        {.test = those_that_wait_come_out_as_often_so, .timeout = 120, .to = 5},
        {.test = who_comes_first_to_a_barrier},
        {.test = the_demos_come_out_as_is_known, .to = 9},
        {.test = many_runs_leave_nothing_and_grow_nothing, .timeout = 120},
        {.test = one_that_spins_until_another_sets_the_flag},
        {.test = one_that_looks_often_does_not_spin_for_ever},
        {.test = one_that_spins_for_ever, .to = 2},
        {.test = one_that_is_killed_by_a_signal},
        {.test = main_that_quits_takes_its_child_with_it},
        {.test = what_cannot_be_explored_is_said_and_where, .to = 4},
        {.test = so_many_runs_as_are_allowed},
        {.test = it_is_left_when_told},
        {.test = what_is_no_program_cannot_be_started},
    };
    return suite_run("exploration", tests, sizeof tests / sizeof *tests);
}
