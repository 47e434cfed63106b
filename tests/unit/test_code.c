// SPDX-License-Identifier: MIT
// Tests of schedule codes: what was written is read back the same, whatever the schedule and
// the words; what is no code is told from one, in one line that says where.
#include "suite.h"

#include "scheduler/code_private.h"

#include <check.h>
#include <ctype.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROUNDS = 2000, MOVES_MOST = 200, MUTATED = 200000, TEXT_MOST = 4096 };

// The same numbers each time: splitmix64.
static uint64_t draw(uint64_t *state, uint64_t below)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return (z ^ (z >> 31)) % below;
}

// Into a text of TEXT_MOST bytes; returns its length.
static size_t put(char *text, const char *from)
{
    size_t length = strlen(from);
    ck_assert_uint_lt(length, TEXT_MOST);
    memcpy(text, from, length + 1);
    return length;
}

static char *write_code(const char *program, const char *const *words, int count,
                        enum mp_grain grain, const struct schedule *schedule)
{
    char *text = code_write(program, (char *const *)words, count, grain, schedule);
    ck_assert_ptr_nonnull(text);
    return text;
}

// A long code with the checksum that it should have.
static const char *long_code(char grain, const char *rest)
{
    static char text[TEXT_MOST + 64];
    snprintf(text, sizeof text, "1%c-%04x %s", grain, code_checksum(grain, rest), rest);
    return text;
}

static void read_well(const char *text, struct code *code)
{
    char why[256];
    int rc = code_read(text, code, why, sizeof why);
    ck_assert_msg(rc == 0, "%s: %s", text, why);
    ck_assert_str_eq(why, "");
}

static void assert_moves(const struct schedule *is, const struct schedule *should)
{
    ck_assert_uint_eq(is->count, should->count);
    if (is->count > 0) {
        ck_assert_mem_eq(is->moves, should->moves, is->count * sizeof *is->moves);
    }
}

// --- there and back -------------------------------------------------------------------

// Long runs of the same one are likely, as in real ones.
static struct schedule draw_schedule(uint64_t *seed)
{
    struct schedule schedule = {0};
    size_t count = draw(seed, MOVES_MOST);
    while (schedule.count < count) {
        uint64_t kind = draw(seed, 12);
        unsigned which = (unsigned)draw(seed, draw(seed, 3) == 0 ? MP_PROCESSES : 4);
        size_t times = draw(seed, 4) == 0 ? 1 + draw(seed, 30) : 1;
        for (size_t i = 0; i < times; i++) {
            ck_assert(kind == 0   ? schedule_add(&schedule, MOVE_KILL, which)
                      : kind == 1 ? schedule_add(&schedule, MOVE_GRAIN, which % MP_GRAINS)
                                  : schedule_add(&schedule, MOVE_STEP, which));
        }
    }
    return schedule;
}

START_TEST(random_schedules_are_read_back)
{
    uint64_t seed = 1;
    for (int i = 0; i < ROUNDS; i++) {
        struct schedule schedule = draw_schedule(&seed);
        enum mp_grain grain = (enum mp_grain)draw(&seed, MP_GRAINS);
        static const char *const words[] = {"--increments", "1"};
        char *text = write_code("lock_race", words, 2, grain, &schedule);
        struct code code;
        read_well(text, &code);
        ck_assert_ptr_null(code.shape);
        ck_assert_int_eq(code.grain, grain);
        ck_assert_str_eq(code.program, "lock_race");
        ck_assert_int_eq(code.word_count, 2);
        assert_moves(&code.schedule, &schedule);
        code_free(&code);
        free(text);
        schedule_free(&schedule);
    }
}
END_TEST

START_TEST(words_are_read_back_whatever_is_in_them)
{
    static const char *const words[] = {"",         " ",        "a b",  "@",
                                        "a@b",      "it's",     "\"",   "\\",
                                        "\\\"",     "$HOME",    "`id`", "a\\b",
                                        "ünï cödé", "\x1b[31m", "x\ty", "--out=/tmp/a b",
                                        "*",        "#",        "12",   "\xff\xfe"};
    enum { WORDS = sizeof words / sizeof *words };
    struct schedule schedule = {0};
    struct code code;
    ck_assert(schedule_add(&schedule, MOVE_STEP, 1));
    char *text = write_code("./my program", words, WORDS, MP_GRAIN_CALLS, &schedule);
    read_well(text, &code);
    ck_assert_str_eq(code.program, "./my program");
    ck_assert_int_eq(code.word_count, WORDS);
    for (int i = 0; i < WORDS; i++) {
        ck_assert_str_eq(code.words[i], words[i]);
    }
    assert_moves(&code.schedule, &schedule);
    code_free(&code);
    free(text);
    schedule_free(&schedule);
}
END_TEST

// So that a person can put a whole code into one pair of '...'.
START_TEST(a_written_code_has_no_single_quote_of_its_own)
{
    static const char *const words[] = {"a b", "$x", "", "@"};
    struct schedule none = {0};
    char *text = write_code("lock_race", words, 4, MP_GRAIN_MEMORY, &none);
    ck_assert_ptr_null(strchr(text, '\''));
    ck_assert_ptr_nonnull(strstr(text, " lock_race \"a b\" \"$x\" \"\" \"@\" @ "));
    free(text);
}
END_TEST

START_TEST(moves_are_written_short)
{
    static const struct {
        const char *typed, *written;
    } cases[] = {
        {"1212", "1212"},       {"1111", "1111"},
        {"11111", "1x5"},       {"111112", "1x5,2"},
        {"K1K1", "K1K1"},       {"(10)(10)2", "(10)(10)2"},
        {"(7)", "7"},           {"1x3", "111"},
        {"glgcgm", "glgcgm"},   {"0", "0"},
        {"(127)x6", "(127)x6"}, {"1 2,\t1\n2\r\n", "1212"},
        {"k1", "K1"},           {"", ""},
        {"1x5,gl1", "1x5,gl1"}, {"1x5,K1", "1x5,K1"},
        {",,1,", "1"},          {"1x007,2", "1x7,2"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct code code;
        char text[64];
        snprintf(text, sizeof text, "x::%s", cases[i].typed);
        read_well(text, &code);
        char *moves = code_write_moves(&code.schedule);
        ck_assert_ptr_nonnull(moves);
        ck_assert_str_eq(moves, cases[i].written);
        free(moves);
        code_free(&code);
    }
}
END_TEST

START_TEST(a_kill_is_a_step_and_another_grain_is_none)
{
    struct code code;
    read_well("x::1K2gl3", &code);
    ck_assert_uint_eq(code.schedule.count, 4);
    ck_assert_uint_eq(schedule_steps(&code.schedule), 3);
    code_free(&code);
}
END_TEST

START_TEST(as_many_moves_as_there_may_be)
{
    struct code code;
    char why[256];
    read_well("x::1x1048576", &code);
    ck_assert_uint_eq(code.schedule.count, CODE_MOVES_MOST);
    char *moves = code_write_moves(&code.schedule);
    ck_assert_str_eq(moves, "1x1048576");
    free(moves);
    code_free(&code);
    ck_assert_int_eq(code_read("x::1x1048576,2", &code, why, sizeof why), -EINVAL);
    ck_assert_str_eq(why, "character 15: these are more than 1048576 steps");
    code_free(&code);
}
END_TEST

// It was copied with what stands around it.
START_TEST(blanks_around_a_code_do_not_count)
{
    struct code code;
    char text[TEXT_MOST] = " \t";
    put(text + 2, long_code('m', "lock_race @ 1212"));
    strcat(text, " \r\n");
    read_well(text, &code);
    ck_assert_uint_eq(code.schedule.count, 4);
    code_free(&code);
    read_well(" lock_race:2x1:1212 \n", &code);
    ck_assert_uint_eq(code.schedule.count, 4);
    code_free(&code);
}
END_TEST

// --- what is wrong ----------------------------------------------------------------------

#define NO_CODE                                                                          \
    "this is no code: one looks like lock_race:2x1:1212, or 1m-3f9a lock_race "          \
    "--increments 1 @ 1212"

static void assert_refused(const char *text, const char *why_not)
{
    struct code code;
    char why[256];
    int rc = code_read(text, &code, why, sizeof why);
    ck_assert_msg(rc == -EINVAL, "%s was read", text);
    ck_assert_str_eq(why, why_not);
    code_free(&code);
    ck_assert_ptr_null(code.memory);
}

START_TEST(what_is_wrong_is_said_and_where)
{
    static const struct {
        const char *text, *why;
    } cases[] = {
        {"", "character 1: " NO_CODE},
        {"lock_race", "character 1: " NO_CODE},
        {"  lock_race:2x1", "character 3: " NO_CODE},
        {":2x1:12", "character 1: " NO_CODE},
        {"a\x1b:2x1:12", "character 2: that is no character of a name"},
        {"a:\n:12", "character 3: that is no character of a name"},
        {"x::12a", "character 6: a is nobody: here stands who went, such as 1, (10), K1 "
                   "or 1x5"},
        {"ü:2x1:12ü", "character 9: ü is nobody: here stands who went, such as 1, (10), "
                      "K1 or 1x5"},
        {"x::1\x01", "character 5: ? is nobody: here stands who went, such as 1, (10), K1 "
                     "or 1x5"},
        {"x::)", "character 4: ) is nobody: here stands who went, such as 1, (10), K1 or "
                 "1x5"},
        {"x::(128)", "character 5: the number of a process is at most 127"},
        {"x::(99999999999999999999999)",
         "character 5: the number of a process is at most 127"},
        {"x::(",
         "character 5: a number was expected, the number of a process, not the end"},
        {"x::((1))", "character 5: a number was expected, the number of a process, not ("},
        {"x::()", "character 5: a number was expected, the number of a process, not )"},
        {"x::(12", "character 7: \")\" was expected behind (12, not the end"},
        {"x::(12 )", "character 7: \")\" was expected behind (12, not a blank"},
        {"x::1x", "character 6: a number was expected, how often, not the end"},
        {"x::1x,", "character 6: a number was expected, how often, not ,"},
        {"x::1x0", "character 6: how often is at least 1"},
        {"x::1x99999999999", "character 6: how often is at most 1048576"},
        {"x::1x5K1", "character 7: behind a count stands a comma, or nothing, not K"},
        {"x::K", "character 5: behind K stands who was killed, such as K1, not the end"},
        {"x::KK1", "character 5: behind K stands who was killed, such as K1, not K"},
        {"x::K(200)", "character 6: the number of a process is at most 127"},
        {"x::g", "character 4: behind g stands what is a step from there on: l, c or m, "
                 "not the end"},
        {"x::gx", "character 4: behind g stands what is a step from there on: l, c or m, "
                  "not x"},
        {"1", "character 2: behind the version stand l-, c- or m-, what was a step"},
        {"1x-0000 a @ 1",
         "character 2: behind the version stand l-, c- or m-, what was a step"},
        {"1m0000 a @ 1",
         "character 2: behind the version stand l-, c- or m-, what was a step"},
        {"2m-0000 a @ 1",
         "character 1: this code is of version 2; this lab reads version 1"},
        {"99999999999m-0000 a @ 1", "character 1: the version is at most 999"},
        {"1m-12", "character 4: the checksum has four digits, 0 to 9 and a to f"},
        {"1m-12g4 a @ 1", "character 4: the checksum has four digits, 0 to 9 and a to f"},
        {"1m-12345 a @ 1", "character 8: behind the checksum stands a blank, not 5"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_refused(cases[i].text, cases[i].why);
    }
}
END_TEST

START_TEST(what_is_wrong_in_the_words_is_said)
{
    assert_refused(long_code('m', "lock_race 1212"),
                   "character 23: the @ is missing, behind which stands who went");
    assert_refused(long_code('m', ""),
                   "character 9: the @ is missing, behind which stands who went");
    assert_refused(long_code('m', "@ 12"),
                   "character 9: the name of the program is missing before the @");
    assert_refused(long_code('c', "a 'b @ 12"), "character 11: this quote is not closed");
    assert_refused(long_code('c', "a 'b'\"c\\\" @ 12"),
                   "character 14: this quote is not closed");
    assert_refused(long_code('c', "a @ 12 @"),
                   "character 16: @ is nobody: here stands who went, such as 1, (10), K1 "
                   "or 1x5");
    char many[256] = "a";
    for (int i = 0; i <= CODE_WORDS; i++) {
        strcat(many, " b");
    }
    strcat(many, " @ 1");
    assert_refused(long_code('c', many),
                   "character 107: these are more than 48 arguments");
}
END_TEST

// Any one sign that was mistyped is told, or is no code at all.
START_TEST(a_mistyped_code_is_told)
{
    char text[TEXT_MOST];
    struct code code;
    char why[256];
    put(text, long_code('m', "lock_race --increments 1 @ 12x3"));
    unsigned is = code_checksum('m', "lock_race --increments 1 @ 12x3");
    unsigned other = is ^ 0x1000;
    char wrong[128];
    snprintf(wrong, sizeof wrong, "1m-%04x lock_race --increments 1 @ 12x3", other);
    snprintf(why, sizeof why,
             "character 4: it was mistyped somewhere: its checksum is %04x, not %04x", is,
             other);
    assert_refused(wrong, why);
    for (size_t i = 0; text[i] != '\0'; i++) {
        char was = text[i];
        text[i] = was == '7' ? '8' : '7';
        int rc = code_read(text, &code, why, sizeof why);
        ck_assert_msg(rc == -EINVAL, "%s", text);
        code_free(&code);
        text[i] = was;
    }
}
END_TEST

START_TEST(a_short_form_is_filled_in)
{
    struct code code;
    char why[256];
    read_well("lock_race:2x15:1212", &code);
    ck_assert_str_eq(code.shape, "2x15");
    ck_assert_int_eq(code_fill_in(&code, "--processes N --increments N", why, sizeof why),
                     0);
    ck_assert_str_eq(code.program, "lock_race");
    ck_assert_int_eq(code.word_count, 4);
    ck_assert_str_eq(code.words[0], "--processes");
    ck_assert_str_eq(code.words[1], "2");
    ck_assert_str_eq(code.words[2], "--increments");
    ck_assert_str_eq(code.words[3], "15");
    ck_assert_ptr_nonnull(code.shape);
    ck_assert_uint_eq(code.schedule.count, 4);
    code_free(&code);
    read_well("pool:2x3:12", &code);
    ck_assert_int_eq(
        code_fill_in(&code, "--numbers 1000 --workers N --tasks N", why, sizeof why), 0);
    ck_assert_str_eq(code.words[1], "1000");
    ck_assert_str_eq(code.words[5], "3");
    code_free(&code);
}
END_TEST

START_TEST(a_short_form_that_does_not_fit_is_told)
{
    static const char *const texts[] = {"a::1",      "a:2:1",    "a:2x:1",
                                        "a:2x1x3:1", "a:2x1x:1", "a:x2x1:1",
                                        "a:2y1:1",   "a:-2x1:1", "a:2x1234567890:1"};
    struct code code;
    char why[256];
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        read_well(texts[i], &code);
        ck_assert_int_eq(code_fill_in(&code, "--p N --i N", why, sizeof why), -EINVAL);
        ck_assert_str_eq(why, "a: its numbers are those of --p N --i N");
        ck_assert_int_eq(code_fill_in(&code, "", why, sizeof why), -EINVAL);
        ck_assert_str_eq(why, "a: this program has no short form");
        code_free(&code);
    }
}
END_TEST

// --- any text at all ------------------------------------------------------------------------

static size_t mutate(char *text, size_t length, uint64_t *seed)
{
    static const char signs[] =
        "0123456789()xxK,gglcm @@:'\"\\-#aN\t\n\x01\x7f\x80\xc3\xff";
    size_t at = draw(seed, length + 1);
    char sign = signs[draw(seed, sizeof signs - 1)];
    switch (draw(seed, 4)) {
    case 0: // another sign
        if (at < length) {
            text[at] = sign;
        }
        return length;
    case 1: // one more
        memmove(text + at + 1, text + at, length - at + 1);
        text[at] = sign;
        return length + 1;
    case 2: // some less
        if (at < length) {
            size_t gone = 1 + draw(seed, length - at < 4 ? length - at : 4);
            memmove(text + at, text + at + gone, length - at - gone + 1);
            return length - gone;
        }
        return length;
    default: { // a piece twice
        size_t size = draw(seed, length - at + 1) % 16;
        memmove(text + at + size, text + at, length - at + 1);
        return length + size;
    }
    }
}

// What was read can be written, and read again, and is the same.
static void look_at_read(struct code *code)
{
    char why[256];
    struct code again;
    char *text = code_write(code->program, code->words, code->word_count, code->grain,
                            &code->schedule);
    read_well(text, &again);
    ck_assert_str_eq(again.program, code->program);
    ck_assert_int_eq(again.word_count, code->word_count);
    for (int i = 0; i < code->word_count; i++) {
        ck_assert_str_eq(again.words[i], code->words[i]);
    }
    assert_moves(&again.schedule, &code->schedule);
    code_free(&again);
    free(text);
    if (code->shape != NULL && code_fill_in(code, "--p N --i N", why, sizeof why) != 0) {
        ck_assert_uint_gt(strlen(why), 0);
    }
}

static void assert_one_line(const char *text, const char *why)
{
    bool good = strncmp(why, "character ", 10) == 0;
    for (const char *c = why; *c != '\0'; c++) {
        good = good && !iscntrl((unsigned char)*c);
    }
    ck_assert_msg(good, "%s: %s", text, why);
}

START_TEST(whatever_the_text_is_it_is_read_or_told)
{
    static const char *const seeds[] = {"lock_race:2x1:1212",
                                        "pool:2x3:1x12,(10)K1glm",
                                        "lock_race --increments 1 @ 1212",
                                        "./my 'a b' \"c\\\"d\" e\\ f @ 1x5,2K1gl(12)x7",
                                        "a @ ",
                                        "ünï --n 'ö' @ (127)0K(11)"};
    uint64_t seed = 7;
    size_t good = 0;
    for (int i = 0; i < MUTATED; i++) {
        char text[TEXT_MOST];
        char why[256];
        struct code code;
        const char *from = seeds[draw(&seed, sizeof seeds / sizeof *seeds)];
        size_t length = put(text, from);
        bool is_long = strstr(from, " @ ") != NULL;
        bool behind = draw(&seed, 2) == 0; // the checksum is right all the same
        if (is_long && !behind) {
            length = put(text, long_code('c', from));
        }
        for (uint64_t times = 1 + draw(&seed, 4); times > 0; times--) {
            length = mutate(text, length, &seed);
        }
        text[length] = '\0';
        if (is_long && behind) {
            char rest[TEXT_MOST];
            memcpy(rest, text, length + 1);
            put(text, long_code('c', rest));
        }
        int rc = code_read(text, &code, why, sizeof why);
        if (rc == 0) {
            good++;
            look_at_read(&code);
        } else {
            ck_assert_int_eq(rc, -EINVAL);
            assert_one_line(text, why);
        }
        code_free(&code);
    }
    ck_assert_uint_gt(good, MUTATED / 20); // both happen
    ck_assert_uint_lt(good, MUTATED - MUTATED / 20);
}
END_TEST

START_TEST(why_fits_into_what_there_is)
{
    struct code code;
    char why[32];
    for (size_t size = 0; size < sizeof why; size++) {
        memset(why, '#', sizeof why);
        ck_assert_int_eq(code_read("x::1x5K1", &code, why, size), -EINVAL);
        ck_assert_int_eq(why[size], '#');
        ck_assert(size == 0 || strlen(why) == size - 1);
        code_free(&code);
    }
}
END_TEST

int main(void)
{
    const struct suite_test tests[] = {
        {.test = random_schedules_are_read_back},
        {.test = words_are_read_back_whatever_is_in_them},
        {.test = a_written_code_has_no_single_quote_of_its_own},
        {.test = moves_are_written_short},
        {.test = a_kill_is_a_step_and_another_grain_is_none},
        {.test = as_many_moves_as_there_may_be},
        {.test = blanks_around_a_code_do_not_count},
        {.test = what_is_wrong_is_said_and_where},
        {.test = what_is_wrong_in_the_words_is_said},
        {.test = a_mistyped_code_is_told},
        {.test = a_short_form_is_filled_in},
        {.test = a_short_form_that_does_not_fit_is_told},
        {.test = whatever_the_text_is_it_is_read_or_told, .timeout = 60},
        {.test = why_fits_into_what_there_is},
    };
    return suite_run("code", tests, sizeof tests / sizeof *tests);
}
