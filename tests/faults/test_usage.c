// SPDX-License-Identifier: MIT
// What is typed wrong, and programs that cannot be shown: one line that names it, and the
// nearest right one where there is one; exit status 2, or 3 when the lab cannot do it.
#include "faults/lab.h"
#include "suite.h"

#include "note.h"

#include <sys/stat.h>

// One line on stderr, none on stdout, with each of the words in it.
static void assert_one_line(const struct run_result *result, const char *line, int code,
                            const char *const *words)
{
    const char *end = strchr(result->err, '\n');
    if (run_exit_code(result) != code || result->out_length != 0 || end == NULL ||
        end[1] != '\0') {
        ck_abort_msg("%s: expected one line and exit status %d: %s", line, code,
                     run_describe(result));
    }
    for (int i = 0; i < 3 && words[i] != NULL; i++) {
        if (!run_err_has(result, words[i])) {
            ck_abort_msg("%s: no \"%s\": %s", line, words[i], run_describe(result));
        }
    }
}

struct wrong {
    const char *line;
    int code;
    const char *words[3];
};

// --- the lab ------------------------------------------------------------------------------

static const struct wrong lab_lines[] = {
    {"rum", 2, {"\"rum\"", "lab run\""}},
    {"atach", 2, {"\"atach\"", "lab attach\""}},
    {"docter", 2, {"\"docter\"", "lab doctor\""}},
    {"--verbose", 2, {"\"--verbose\""}},
    {"run", 2, {"run lock_race"}},
    {"run -- --increments 3", 2, {"run lock_race"}},
    {"run lockrace", 2, {"\"lockrace\"", "\"lock_race\""}},
    {"run lock_fix", 2, {"\"lock_fix\"", "\"lock_fixed\""}},
    {"run proces --plain", 2, {"\"proces\"", "\"process\""}},
    {"run lock_race lock_fixed", 2, {"\"lock_fixed\""}},
    {"run lock_race --sped 3", 2, {"--sped", "--speed"}},
    {"run lock_race --increments 3", 2, {"--increments", "after --"}},
    {"run lock_race --step=3", 2, {"--step takes no value"}},
    {"run lock_race -q", 2, {"-q"}},
    {"run lock_race --speed", 2, {"--speed takes a value"}},
    {"run lock_race --speed 0", 2, {"--speed", "from 1 to 1000000", "\"0\""}},
    {"run lock_race --speed 1000001", 2, {"--speed", "from 1 to 1000000", "\"1000001\""}},
    {"run lock_race --speed -2", 2, {"--speed", "\"-2\""}},
    {"run lock_race --speed 2x", 2, {"--speed", "\"2x\""}},
    {"run lock_race --speed quick", 2, {"--speed", "\"quick\"", "free"}},
    {"run lock_race --seed -1", 2, {"--seed", "\"-1\""}},
    {"run lock_race --seed 18446744073709551616", 2, {"--seed", "18446744073709551616"}},
    {"run lock_race --seed one", 2, {"--seed", "\"one\""}},
    {"attach one", 2, {"\"one\""}},
    {"attach 0", 2, {"\"0\""}},
    {"attach 1 2", 2, {"\"2\""}},
    {"exprt", 2, {"\"exprt\"", "lab export\""}},
    {"export", 2, {"export what?", "--format svg"}},
    {"export --format svg", 2, {"export what?"}},
    {"export run.txt", 2, {"export as what?", "chrome"}},
    {"export run.txt --format svgg", 2, {"\"svgg\"", "\"svg\""}},
    {"export run.txt --format chrom", 2, {"\"chrom\"", "\"chrome\""}},
    {"export run.txt --format", 2, {"--format takes a value"}},
    {"export run.txt --formt svg", 2, {"--formt", "--format"}},
    {"export run.txt --help=1", 2, {"--help takes no value"}},
    {"export run.txt other.txt --format svg", 2, {"\"other.txt\"", "one too many"}},
    {"export run.txt --format svg -o", 2, {"-o takes a value"}},
    {"export run.txt --format svg -q", 2, {"-q"}},
    {"export /nowhere/run.txt --format svg", 2, {"/nowhere/run.txt"}},
    {"export /etc/passwd --format csv", 2, {"/etc/passwd"}},
    {"export /tmp --format csv", 2, {"/tmp"}},
    {"doctor now", 2, {"\"now\""}},
    {"run /nowhere/at/all", 2, {"/nowhere/at/all", "no such program"}},
    {"run ./lock_race", 2, {"./lock_race", "no such program"}},
    {"run /etc/passwd", 2, {"/etc/passwd", "not a program"}},
    {"run /tmp", 3, {"/tmp", "not a program"}},
    {"run /bin/true", 3, {"/bin/true", "not built with mp"}},
};

START_TEST(lab_names_what_is_wrong)
{
    const struct wrong *wrong = &lab_lines[_i];
    struct run_result result = lab_run(wrong->line, NULL);
    assert_one_line(&result, wrong->line, wrong->code, wrong->words);
    run_free(&result);
}
END_TEST

START_TEST(more_arguments_than_a_demo_can_have_are_refused)
{
    const char *argv[200] = {built("lab"), "run", "lock_race", "--plain", "--"};
    for (int i = 5; i < 199; i++) {
        argv[i] = "--increments";
    }
    struct run_result result = run_program(argv, NULL);
    const char *const words[3] = {"too many arguments"};
    assert_one_line(&result, "run with 194 arguments", 2, words);
    run_free(&result);
}
END_TEST

// In a world of processes of its own, where nobody else's demos run; where that can be had.
START_TEST(attaching_to_nothing_says_what_to_start)
{
    const char *const try[] = {"unshare", "-Urpf", "--mount-proc", "true", NULL};
    const char *const argv[] = {
        "unshare", "-Urpf", "--mount-proc", built("lab"), "attach", "--plain", NULL};
    struct run_result result = run_program(try, NULL);
    bool can = run_exit_code(&result) == 0;
    run_free(&result);
    if (can) {
        result = run_program(argv, NULL);
        const char *const words[3] = {"no program built with mp is running", "lock_fixed"};
        assert_one_line(&result, "attach", 3, words);
        run_free(&result);
    }
}
END_TEST

START_TEST(attaching_to_another_program_names_it)
{
    char line[32];
    snprintf(line, sizeof line, "attach %d", (int)getpid());
    struct run_result result = lab_run(line, NULL);
    const char *const words[3] = {"mp"};
    assert_one_line(&result, line, 3, words);
    run_free(&result);
}
END_TEST

// --- the demos ----------------------------------------------------------------------------

static const struct wrong demo_lines[] = {
    {"demos/lock_race --incremens 5", 2, {"--incremens", "--increments"}},
    {"demos/lock_race --increments 0", 2, {"--increments", "from 1 to", "\"0\""}},
    {"demos/lock_race --increments 1000000001", 2, {"--increments", "1000000000"}},
    {"demos/lock_race --increments 99999999999999999999", 2, {"--increments"}},
    {"demos/lock_race --increments 5x", 2, {"--increments", "\"5x\""}},
    {"demos/lock_race --increments", 2, {"--increments"}},
    {"demos/lock_race --processes 33", 2, {"--processes", "from 1 to 32", "\"33\""}},
    {"demos/lock_race 5", 2, {"\"5\""}},
    {"demos/lock_fixed --proceses 2", 2, {"--proceses", "--processes"}},
    {"demos/lock_fixed --processes -1", 2, {"--processes", "\"-1\""}},
    {"demos/process --childs 2", 2, {"--childs", "--children"}},
    {"demos/process --exit 1001", 2, {"--exit", "\"1001\""}},
    {"demos/process --nested 6", 2, {"--nested", "from 1 to 5", "\"6\""}},
    {"demos/process --orphans", 2, {"--orphans", "--orphan"}},
};

START_TEST(demos_name_what_is_wrong)
{
    const struct wrong *wrong = &demo_lines[_i];
    char words[256];
    const char *argv[8];
    int count = 0;
    char *rest = words;
    snprintf(words, sizeof words, "%s", wrong->line);
    for (char *word; (word = strtok_r(rest, " ", &rest)) != NULL;) {
        argv[count++] = word;
    }
    argv[count] = NULL;
    argv[0] = built(argv[0]);
    struct run_result result = run_program(argv, NULL);
    assert_one_line(&result, wrong->line, wrong->code, wrong->words);
    run_free(&result);
}
END_TEST

// The lab shows what the demo said, and with which status.
START_TEST(options_that_a_demo_refuses_are_shown_by_the_lab)
{
    struct run_result result = lab_run("run lock_race --plain -- --increments 0", NULL);
    run_assert_exit(&result, 1);
    lab_assert_says(&result,
                    "--increments takes a number from 1 to 1000000000, not \"0\"");
    lab_assert_says(&result, "Exit status 2.");
    run_free(&result);
}
END_TEST

// --- programs that cannot be shown, or not all of them ----------------------------------------

START_TEST(program_without_hooks_is_shown_and_said_to_be)
{
    static const char *const speeds[] = {"max", "free"};
    char line[128];
    snprintf(line, sizeof line, "run @plain/lock_fixed --plain --speed %s", speeds[_i]);
    struct run_result result = lab_run(line, NULL);
    run_assert_exit(&result, 0);
    lab_assert_says(&result, "without access hooks: its reads and writes are not seen");
    lab_assert_says(&result, "lost 0");
    run_free(&result);
    result = lab_run("run lock_fixed --plain", NULL);
    lab_assert_silent_on(&result, "access hooks");
    run_free(&result);
}
END_TEST

struct patched {
    char path[64];
};

static void write_program(struct patched *to, const void *bytes, size_t size)
{
    snprintf(to->path, sizeof to->path, "/tmp/test_usage.XXXXXX");
    int fd = mkostemp(to->path, O_CLOEXEC);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(write(fd, bytes, size), (ssize_t)size);
    ck_assert_int_eq(fchmod(fd, 0700), 0);
    close(fd);
}

static char *read_demo(size_t *size)
{
    int fd = open(built("demos/lock_race"), O_RDONLY | O_CLOEXEC);
    struct stat about;
    ck_assert_int_eq(fstat(fd, &about), 0);
    *size = (size_t)about.st_size;
    char *bytes = malloc(*size);
    ck_assert_int_eq(read(fd, bytes, *size), about.st_size);
    close(fd);
    return bytes;
}

static void assert_refused(struct patched *program, const char *word)
{
    char line[128];
    snprintf(line, sizeof line, "run %s --plain", program->path);
    struct run_result result = lab_run(line, NULL);
    unlink(program->path);
    const char *const words[3] = {program->path, word};
    assert_one_line(&result, line, 3, words);
    run_free(&result);
}

START_TEST(program_of_another_layout_is_refused)
{
    size_t size;
    char *bytes = read_demo(&size);
    int patches = 0;
    for (size_t at = 0; at + sizeof(struct mp_note_build) <= size; at += 4) {
        struct mp_note_build note;
        memcpy(&note, bytes + at, sizeof note);
        if (note.head.type == MP_NOTE_BUILD && note.head.name_size == 8 &&
            memcmp(note.head.name, MP_NOTE_NAME, sizeof MP_NOTE_NAME) == 0) {
            note.layout += 1;
            memcpy(bytes + at, &note, sizeof note);
            patches++;
        }
    }
    ck_assert_int_gt(patches, 0);
    struct patched program = {.path = ""};
    write_program(&program, bytes, size);
    free(bytes);
    assert_refused(&program, "another version of mp: build it again");
}
END_TEST

START_TEST(files_that_are_no_programs_are_refused)
{
    size_t size;
    char *bytes = read_demo(&size);
    struct patched program = {.path = ""};
    write_program(&program, "#!/bin/sh\necho hello\n", 21);
    assert_refused(&program, "not a program for this machine");
    write_program(&program, "", 0);
    assert_refused(&program, "not a program for this machine");
    write_program(&program, bytes, 100); // cut short
    assert_refused(&program, "not a program for this machine");
    bytes[18] ^= 1; // of another processor
    write_program(&program, bytes, size);
    assert_refused(&program, "not a program for this machine");
    free(bytes);
}
END_TEST

int main(void)
{
    const struct suite_test tests[] = {
        {.test = lab_names_what_is_wrong, .to = sizeof lab_lines / sizeof *lab_lines},
        {.test = more_arguments_than_a_demo_can_have_are_refused},
        {.test = attaching_to_nothing_says_what_to_start},
        {.test = attaching_to_another_program_names_it},
        {.test = demos_name_what_is_wrong, .to = sizeof demo_lines / sizeof *demo_lines},
        {.test = options_that_a_demo_refuses_are_shown_by_the_lab},
        {.test = program_without_hooks_is_shown_and_said_to_be, .to = 2},
        {.test = program_of_another_layout_is_refused},
        {.test = files_that_are_no_programs_are_refused},
    };

    return suite_run("usage", tests, sizeof tests / sizeof *tests);
}
