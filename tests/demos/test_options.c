// SPDX-License-Identifier: MIT
// The options of the demos, of all that there are: what --help lists is what they take, and
// anything else is one line that says what would be right, and exit status 2.
#include "demos.h"

enum { OPTIONS_MAX = 24 };

// An option as --help lists it. Without a number: most is 0.
struct listed {
    char name[40];
    long least, most;
    char standard[24]; // the default: a number, or "none"
    bool is_text;      // --out DIR
};

struct help {
    struct listed options[OPTIONS_MAX];
    size_t count;
};

// "  --increments N     additions by each (1 to 1000000000; default 200000)"
static bool read_listed(const char *line, struct listed *option)
{
    char next[4] = "";
    memset(option, 0, sizeof *option);
    if (sscanf(line, "  --%39[a-z0-9-] %3s", option->name, next) != 2) {
        return false;
    }
    option->is_text =
        strlen(next) > 1 && strspn(next, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == strlen(next);
    if (strcmp(next, "N") == 0) {
        const char *range = strrchr(line, '(');
        ck_assert_msg(range != NULL &&
                          sscanf(range, "(%ld to %ld; default %23[a-z0-9-])",
                                 &option->least, &option->most, option->standard) == 3,
                      "without range or default: %s", line);
    }
    return true;
}

static struct help read_help(const char *demo)
{
    char command[COMMAND_SIZE];
    char usage[128];
    struct help help = {.count = 0};

    snprintf(command, sizeof command, "demos/%s --help", demo);
    struct run_result done = run(command);
    struct lines lines = lines_of(done.out);
    run_assert_exit(&done, 0);
    ck_assert_str_eq(done.err, "");
    snprintf(usage, sizeof usage, "Usage: %s [OPTION]...", demo);
    ck_assert_str_eq(lines.line[0], usage);
    for (size_t i = 1; i < lines.count; i++) {
        ck_assert_uint_le(strlen(lines.line[i]), 79);
        ck_assert_uint_lt(help.count, OPTIONS_MAX);
        help.count += read_listed(lines.line[i], &help.options[help.count]);
    }
    ck_assert_str_eq(help.options[help.count - 1].name, "help");
    ck_assert_str_eq(run_last_line(&done),
                     "Exit status: 0 right, 1 wrong result, 2 usage.");
    help.count--;
    lines_free(&lines);
    run_free(&done);
    return help;
}

static void refuses_words(const char *demo, const char *const argv[], const char *line)
{
    struct run_result done = run_program(argv, NULL);
    char expected[256];

    run_assert_exit(&done, 2);
    ck_assert_str_eq(done.out, "");
    snprintf(expected, sizeof expected, "%s: %s\n", demo, line);
    ck_assert_str_eq(done.err, expected);
    run_free(&done);
}

// One or two words are refused, with this line after the demo's name.
static void refuses(const char *demo, const char *word, const char *value,
                    const char *line)
{
    char path[64];
    snprintf(path, sizeof path, "demos/%s", demo);
    const char *const argv[] = {built(path), word, value, NULL};
    refuses_words(demo, argv, line);
}

// Both ways to write it: --increments ten, --increments=ten.
static void refuses_value(const char *demo, const struct listed *option, const char *value)
{
    char word[64];
    char with_value[160];
    char line[200];
    snprintf(word, sizeof word, "--%s", option->name);
    snprintf(with_value, sizeof with_value, "--%s=%s", option->name, value);
    snprintf(line, sizeof line, "--%s takes a number from %ld to %ld, not \"%s\"",
             option->name, option->least, option->most, value);
    refuses(demo, word, value, line);
    refuses(demo, with_value, NULL, line);
}

static void takes_value(const char *demo, const struct listed *option, long value)
{
    char command[COMMAND_SIZE];
    snprintf(command, sizeof command, "demos/%s --%s %ld --help", demo, option->name,
             value);
    struct run_result done = run(command);
    run_assert_exit(&done, 0);
    run_free(&done);
    snprintf(command, sizeof command, "demos/%s --%s=%ld --help", demo, option->name,
             value);
    done = run(command);
    run_assert_exit(&done, 0);
    run_free(&done);
}

static void look_at_number(const char *demo, const struct listed *option)
{
    static const char *const never[] = {
        "",    " ",   "ten",    "5x",
        "0x5", "1e1", "-",      "99999999999999999999999",
        "1 2", "5.",  "--help", "-99999999999999999999999"};
    char value[32];
    char line[160];

    for (size_t i = 0; i < sizeof never / sizeof *never; i++) {
        refuses_value(demo, option, never[i]);
    }
    snprintf(value, sizeof value, "%ld", option->least - 1);
    refuses_value(demo, option, value);
    snprintf(value, sizeof value, "%ld", option->most + 1);
    refuses_value(demo, option, value);
    snprintf(value, sizeof value, "--%s", option->name);
    snprintf(line, sizeof line, "--%s takes a number from %ld to %ld", option->name,
             option->least, option->most);
    refuses(demo, value, NULL, line);
    takes_value(demo, option, option->least);
    takes_value(demo, option, option->most);
    if (strcmp(option->standard, "none") != 0) {
        long standard = strtol(option->standard, NULL, 10);
        ck_assert_int_ge(standard, option->least);
        ck_assert_int_le(standard, option->most);
    }
}

static void look_at_switch(const char *demo, const char *name)
{
    char word[64];
    char line[160];
    snprintf(word, sizeof word, "--%s=3", name);
    snprintf(line, sizeof line, "--%s takes no value", name);
    refuses(demo, word, NULL, line);
}

// The name without one of its letters in the middle.
static void look_at_misspelt(const char *demo, const char *name)
{
    char word[64];
    char line[160];
    size_t middle = strlen(name) / 2;
    snprintf(word, sizeof word, "--%.*s%s", (int)middle, name, name + middle + 1);
    snprintf(line, sizeof line, "unknown option %s; did you mean --%s?", word, name);
    refuses(demo, word, NULL, line);
    refuses(demo, word, "5", line);
    strcat(word, "=5");
    refuses(demo, word, NULL, line);
}

START_TEST(help_lists_what_each_demo_takes)
{
    struct demo_names demos = demo_names();
    for (size_t i = 0; i < demos.count; i++) {
        struct help help = read_help(demos.name[i]);
        ck_assert_uint_ge(help.count, 1);
        for (size_t j = 0; j < help.count; j++) {
            const struct listed *option = &help.options[j];
            ck_assert_int_le(option->least, option->most);
            if (option->most > 0) {
                look_at_number(demos.name[i], option);
            } else if (!option->is_text) {
                look_at_switch(demos.name[i], option->name);
            }
        }
    }
}
END_TEST

START_TEST(a_misspelt_option_is_answered_with_the_right_one)
{
    struct demo_names demos = demo_names();
    for (size_t i = 0; i < demos.count; i++) {
        struct help help = read_help(demos.name[i]);
        for (size_t j = 0; j < help.count; j++) {
            look_at_misspelt(demos.name[i], help.options[j].name);
        }
        look_at_switch(demos.name[i], "help");
    }
}
END_TEST

START_TEST(what_is_no_option_is_refused)
{
    struct demo_names demos = demo_names();
    for (size_t i = 0; i < demos.count; i++) {
        char line[160];
        snprintf(line, sizeof line, "\"extra\" is no option; see %s --help",
                 demos.name[i]);
        refuses(demos.name[i], "extra", NULL, line);
        refuses(demos.name[i], "--", "extra", line);
        refuses(demos.name[i], "-h", NULL, "unknown option -h; did you mean --help?");
    }
}
END_TEST

START_TEST(bad_input_is_one_line_that_says_what_is_right)
{
    refuses("lock_race", "--increments", "ten",
            "--increments takes a number from 1 to 1000000000, not \"ten\"");
    refuses("lock_race", "--incremnts", NULL,
            "unknown option --incremnts; did you mean --increments?");
    refuses("lock_race", "--processes", "33",
            "--processes takes a number from 1 to 32, not \"33\"");
    refuses("lock_race", "-xincrements", NULL, "unknown option -x; did you mean --help?");
    refuses("lock_race", "-p5", NULL, "unknown option -p; did you mean --processes?");
    refuses("process", "--n", NULL, "unknown option --n; did you mean --no-join?");
    const char *const argv[] = {built("demos/lock_race"), "--increments", "5", "more",
                                NULL};
    refuses_words("lock_race", argv, "\"more\" is no option; see lock_race --help");
}
END_TEST

// What was given before --help is no default.
START_TEST(help_shows_the_defaults_whatever_was_given)
{
    struct run_result plain = run("demos/lock_race --help");
    struct run_result given = run("demos/lock_race --increments 7 --processes 3 --help");

    ck_assert_str_eq(plain.out, given.out);
    ck_assert(run_out_has(&plain,
                          "\n  --increments N     additions by each (1 to 1000000000; "
                          "default 200000)\n"));
    ck_assert(run_out_has(&plain, "\n  --processes N      processes that add (1 to 32; "
                                  "default 2)\n"));
    run_free(&plain);
    run_free(&given);
}
END_TEST

START_TEST(a_beginning_of_a_name_will_do_where_there_is_only_one)
{
    struct run_result done = run("demos/lock_race --inc 3 --p=1");

    run_assert_exit(&done, 0);
    ck_assert_str_eq(run_last_line(&done), "counter 3, expected 3, lost 0");
    run_free(&done);
}
END_TEST

int main(void)
{
    const struct suite_test tests[] = {
        {.test = help_lists_what_each_demo_takes},
        {.test = a_misspelt_option_is_answered_with_the_right_one},
        {.test = what_is_no_option_is_refused},
        {.test = bad_input_is_one_line_that_says_what_is_right},
        {.test = help_shows_the_defaults_whatever_was_given},
        {.test = a_beginning_of_a_name_will_do_where_there_is_only_one},
    };

    return suite_run("options", tests, sizeof tests / sizeof *tests);
}
