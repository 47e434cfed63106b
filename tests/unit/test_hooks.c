// SPDX-License-Identifier: MIT
// Tests of what is seen of plain C: a corpus of accesses with both compilers, the values
// that are told, and what goes on behind the hooks' back.
#include "accesses.h"
#include "controlled.h"
#include "paths.h"
#include "run.h"
#include "suite.h"

enum { TEXT = 128, TIMES = 7 };

static const char *const corpora[] = {"tests/programs/accesses",
                                      "tests/programs-clang/accesses"};

// Did clang make this one?
static bool is_clang(int which)
{
#ifdef __clang__
    (void)which;
    return true;
#else
    return which == 1;
#endif
}

static void describe(char *text, const struct mp_deed *deed, uint32_t begin)
{
    static const char letters[] = "RWUrw";
    size_t length = strlen(text);

    snprintf(text + length, TEXT - length, "%s%c%u@%u", length > 0 ? " " : "",
             letters[deed->op - MP_OP_READ], (unsigned)mp_deed_bytes(deed),
             deed->offset - begin);
}

// What was seen between one printed name and the next.
static size_t collect(const struct controlled *run, char seen[][TEXT], size_t room)
{
    uint32_t begin = 0;
    size_t count = 0;

    for (size_t i = 0; i < run->count; i++) {
        const struct mp_deed *deed = &run->events[i].event.deed;
        if (deed->op == MP_OP_CREATE) {
            begin = deed->offset;
        } else if (deed->op == MP_OP_OUTPUT) {
            ck_assert_uint_lt(count, room);
            seen[count++][0] = '\0';
        } else if (count > 0 && run->events[i].slot == 1 && deed->op >= MP_OP_READ &&
                   deed->op <= MP_OP_WRITE_RANGE && mp_deed_phase(deed) == MP_DONE) {
            describe(seen[count - 1], deed, begin);
            ck_assert((deed->info & MP_INFO_STEP) != 0 && deed->place != 0);
        }
    }
    return count;
}

START_TEST(each_access_is_seen_as_what_it_is)
{
    static char seen[ACCESSES + 1][TEXT];
    const char *const argv[] = {built(corpora[_i]), NULL};
    struct controlled run;

    if (_i > 0 && access(argv[0], X_OK) != 0) {
        return; // there is no clang
    }
    controlled_start(&run, argv, MP_GRAIN_MEMORY, 1);
    controlled_go(&run);
    ck_assert(run.ended && run.program.status == 0);
    ck_assert_uint_eq(collect(&run, seen, ACCESSES + 1), ACCESSES);
    const char *line = run.output;
    for (size_t i = 0; i < ACCESSES; i++) {
        const struct accesses *access = &all_accesses[i];
        const char *expected =
            is_clang(_i) && access->clang != NULL ? access->clang : access->seen;
        size_t length = strcspn(line, "\n");
        ck_assert_msg(strlen(access->name) == length &&
                          strncmp(line, access->name, length) == 0,
                      "%s is not %.*s", access->name, (int)length, line);
        ck_assert_msg(strcmp(seen[i], expected) == 0, "%s: %s, expected %s", access->name,
                      seen[i], expected);
        line += length + 1;
    }
    controlled_end(&run);
}
END_TEST

START_TEST(what_is_not_seen_by_all_is_said_by_the_doctor)
{
    const char *const argv[] = {built("lab"), "doctor", NULL};
    struct run_result doctor = run_program(argv, NULL);

    run_assert_exit(&doctor, 0);
    for (char *c = doctor.out; *c != '\0'; c++) {
        *c = *c == '\n' ? ' ' : *c; // words may be on two lines
    }
    for (size_t i = 0; i < ACCESSES; i++) {
        const struct accesses *access = &all_accesses[i];
        ck_assert(access->clang == NULL || access->word != NULL);
        ck_assert_msg(access->word == NULL || run_out_has(&doctor, access->word), "%s",
                      access->word);
    }
    run_free(&doctor);
}
END_TEST

// The values that the race tells: what each read, and what each wrote.
START_TEST(values_are_what_was_read_and_what_was_written)
{
    static const struct {
        const char *order, *values;
    } races[] = {{"1122", "R0 W0 S1 R1 W1 S2 "},
                 {"1212", "R0 R0 W0 S1 W1 S1 "},
                 {"1221", "R0 R0 W0 S1 W1 S1 "}};

    for (size_t i = 0; i < sizeof races / sizeof *races; i++) {
        const char *const argv[] = {built("demos/lock_race"), "--increments", "1", NULL};
        struct controlled run;
        char text[TEXT] = "";
        controlled_start(&run, argv, MP_GRAIN_MEMORY, 1);
        for (const char *who = races[i].order; *who != '\0'; who++) {
            controlled_choose(&run, (unsigned)(*who - '0'));
        }
        for (size_t e = 0; e < run.count; e++) {
            const struct mp_deed *deed = &run.events[e].event.deed;
            enum mp_phase phase = mp_deed_phase(deed);
            if (run.events[e].slot == 0 || deed->op == MP_OP_NAME || phase == MP_WANT ||
                (deed->op != MP_OP_READ && deed->op != MP_OP_WRITE)) {
                continue;
            }
            size_t length = strlen(text);
            snprintf(text + length, sizeof text - length, "%c%u ",
                     phase == MP_SETTLED      ? 'S'
                     : deed->op == MP_OP_READ ? 'R'
                                              : 'W',
                     (unsigned)deed->value);
        }
        ck_assert_str_eq(text, races[i].values);
        controlled_end(&run);
    }
}
END_TEST

START_TEST(free_running_accesses_are_counted_exactly)
{
    const char *const argv[] = {built("demos/lock_race"), "--increments", "30000", NULL};
    struct controlled run;

    controlled_start(&run, argv, MP_GRAIN_MEMORY, 1);
    steer_free(&run.steer);
    while (!run.ended) {
        controlled_turn(&run);
    }
    for (unsigned slot = 1; slot <= 2; slot++) {
        ck_assert_uint_eq(run.world->processes[slot].reads, 30000);
        ck_assert_uint_eq(run.world->processes[slot].writes, 30000);
        ck_assert_uint_eq(run.world->processes[slot].steps, 0);
    }
    controlled_end(&run);
}
END_TEST

// Threads, handlers, bare forks and popen do no harm, and are counted.
START_TEST(what_goes_on_behind_our_back_is_counted_and_does_not_hang)
{
    const char *const argv[] = {built("tests/programs/accesses_behind"), NULL};
    struct controlled run;
    uint64_t seen = 0;

    controlled_start(&run, argv, MP_GRAIN_MEMORY, (uint64_t)_i);
    if (_i == 0) {
        steer_free(&run.steer);
    }
    steer_go(&run.steer);
    while (!run.ended) {
        controlled_turn(&run);
    }
    ck_assert_msg(controlled_printed(
                      &run, "main 7 thread 7 handler 7 fork 7 child 7, worlds 0 hello"),
                  "%s", run.output);
    const struct mp_process_entry *processes = run.world->processes;
    // The thread's, a read and a write each. The handler runs in the first thread, outside
    // of any hook: it is seen like the rest of main.
    ck_assert_uint_eq(processes[0].unseen, 2 * TIMES);
    ck_assert_uint_eq(processes[1].unseen + processes[2].unseen, 0);
    for (unsigned slot = 0; slot < MP_PROCESSES; slot++) {
        seen += processes[slot].writes;
        if (strncmp(processes[slot].name, "forked-", 7) == 0) {
            ck_assert_uint_eq(processes[slot].reads, TIMES);
            ck_assert_uint_eq(processes[slot].writes, TIMES);
            ck_assert_uint_eq(atomic_load(&run.world->gate.outside), 1);
        }
    }
    ck_assert_uint_eq(seen, 4 * TIMES);
    controlled_end(&run);
}
END_TEST

int main(void)
{
    const struct suite_test tests[] = {
        {.test = each_access_is_seen_as_what_it_is, .from = 0, .to = 2},
        {.test = what_is_not_seen_by_all_is_said_by_the_doctor},
        {.test = values_are_what_was_read_and_what_was_written},
        {.test = free_running_accesses_are_counted_exactly},
        {.test = what_goes_on_behind_our_back_is_counted_and_does_not_hang,
         .from = 0,
         .to = 4},
    };

    return suite_run("hooks", tests, sizeof tests / sizeof *tests);
}
