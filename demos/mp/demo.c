// SPDX-License-Identifier: MIT
/* What every demo needs: options, must(), the last line. */
#include "demo.h"

#include "internal.h"
#include "nearest.h"

#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MOST_OPTIONS = 24, EXIT_USAGE = 2, EXIT_CANNOT = 3, HELP = 1000 };

static const char *program(void)
{
    return program_invocation_short_name;
}

/* --- options -------------------------------------------------------------------------------- */

/* The option whose name begins so, or else the one that is spelt most like it. */
static const char *nearest_option(const char *word, const struct demo_option *options)
{
    const char *bare = word + strspn(word, "-");
    const char *nearest = "help";
    size_t least = mp_distance(bare, nearest);
    for (const struct demo_option *o = options; o->name != NULL && least > 0; o++) {
        bool begins = bare[0] != '\0' && strncmp(o->name, bare, strlen(bare)) == 0;
        size_t d = begins ? 0 : mp_distance(bare, o->name);
        if (d < least) {
            least = d;
            nearest = o->name;
        }
    }
    return nearest;
}

/* `wrong` is what getopt says about it: a letter that is no option, the number of a switch
   that was given a value, or 0. */
static _Noreturn void wrong_option(const char *given, int wrong,
                                   const struct demo_option *options)
{
    char word[48];
    snprintf(word, sizeof word, "%.*s", (int)strcspn(given, "="), given);
    if (wrong == HELP || (wrong > 0 && wrong <= MOST_OPTIONS)) {
        fprintf(stderr, "%s: --%s takes no value\n", program(),
                wrong == HELP ? "help" : options[wrong - 1].name);
        exit(EXIT_USAGE);
    }
    if (wrong != 0) {
        snprintf(word, sizeof word, "-%c", wrong);
    }
    fprintf(stderr, "%s: unknown option %s; did you mean --%s?\n", program(), word,
            nearest_option(word, options));
    exit(EXIT_USAGE);
}

static bool is_text(const struct demo_option *option)
{
    return option->most < 0;
}

/* What an option takes, as an error says it: "a number from 1 to 32", "a DIR". */
static const char *what_it_takes(const struct demo_option *option)
{
    static char text[64];
    if (is_text(option)) {
        snprintf(text, sizeof text, "a %.*s", (int)strcspn(option->help, " "),
                 option->help);
    } else {
        snprintf(text, sizeof text, "a number from %d to %d", option->least, option->most);
    }
    return text;
}

static void set_text(const struct demo_option *option, const char *text)
{
    if (text[0] == '\0') {
        fprintf(stderr, "%s: --%s takes %s, not \"\"\n", program(), option->name,
                what_it_takes(option));
        exit(EXIT_USAGE);
    }
    *(const char **)option->value = text;
}

static void set_number(const struct demo_option *option, const char *text)
{
    char *end;
    errno = 0;
    long number = strtol(text, &end, 10);
    if (end == text || *end != '\0' || errno != 0 || number < option->least ||
        number > option->most) {
        fprintf(stderr, "%s: --%s takes %s, not \"%s\"\n", program(), option->name,
                what_it_takes(option), text);
        exit(EXIT_USAGE);
    }
    *(int *)option->value = (int)number;
}

/* What each option is before any is read. */
union standard {
    int number;
    const char *text;
};

/* "(1 to 32; default 2)" */
static void help_range(const struct demo_option *option, union standard standard)
{
    if (is_text(option)) {
        printf(" (default %s)", standard.text != NULL ? standard.text : "none");
    } else if (option->most != 0 && standard.number < option->least) {
        printf(" (%d to %d; default none)", option->least, option->most);
    } else if (option->most != 0) {
        printf(" (%d to %d; default %d)", option->least, option->most, standard.number);
    }
}

static _Noreturn void help(const char *summary, const struct demo_option *options,
                           const union standard *standards)
{
    printf("Usage: %s [OPTION]...\n%s\n\n", program(), summary);
    for (const struct demo_option *o = options; o->name != NULL; o++) {
        char left[40];
        size_t takes = is_text(o) ? strcspn(o->help, " ") : 0; /* its first word */
        const char *says = o->help + takes + (takes > 0);
        if (takes > 0) {
            snprintf(left, sizeof left, "--%s %.*s", o->name, (int)takes, o->help);
        } else {
            snprintf(left, sizeof left, "--%s%s", o->name, o->most != 0 ? " N" : "");
        }
        printf("  %-18s %s", left, says);
        help_range(o, standards[o - options]);
        printf("\n");
    }
    printf("  %-18s this list\n", "--help");
    printf("\nExit status: 0 right, 1 wrong result, 2 usage.\n");
    exit(0);
}

void demo_options(int argc, char **argv, const char *summary,
                  const struct demo_option *options)
{
    struct option known[MOST_OPTIONS + 2] = {{0}};
    union standard standards[MOST_OPTIONS] = {{0}};
    int count = 0;
    for (; count < MOST_OPTIONS && options[count].name != NULL; count++) {
        const struct demo_option *o = &options[count];
        if (is_text(o)) {
            standards[count].text = *(const char **)o->value;
        } else {
            standards[count].number = *(int *)o->value;
        }
        known[count] = (struct option){
            o->name, o->most != 0 ? required_argument : no_argument, NULL,
            count + 1}; /* 0 is getopt's for a name that it does not know */
    }
    known[count] = (struct option){"help", no_argument, NULL, HELP};
    opterr = 0;
    for (int found; (found = getopt_long(argc, argv, "+:", known, NULL)) != -1;) {
        if (found == HELP) {
            help(summary, options, standards);
        } else if (found == ':') {
            const struct demo_option *o = &options[optopt - 1];
            fprintf(stderr, "%s: --%s takes %s\n", program(), o->name, what_it_takes(o));
            exit(EXIT_USAGE);
        } else if (found == '?') {
            wrong_option(argv[optind - 1], optopt, options);
        } else if (is_text(&options[found - 1])) {
            set_text(&options[found - 1], optarg);
        } else if (options[found - 1].most == 0) {
            *(int *)options[found - 1].value = 1;
        } else {
            set_number(&options[found - 1], optarg);
        }
    }
    if (optind < argc) {
        fprintf(stderr, "%s: \"%s\" is no option; see %s --help\n", program(),
                argv[optind], program());
        exit(EXIT_USAGE);
    }
}

int demo_choice(const char *option, const char *word, const char *const *choices)
{
    for (int i = 0; choices[i] != NULL; i++) {
        if (strcmp(choices[i], word) == 0) {
            return i;
        }
    }
    fprintf(stderr, "%s: --%s takes ", program(), option);
    for (int i = 0; choices[i] != NULL; i++) {
        const char *between = choices[i + 1] == NULL ? " or " : ", ";
        fprintf(stderr, "%s%s", i == 0 ? "" : between, choices[i]);
    }
    fprintf(stderr, ", not \"%s\"\n", word);
    exit(EXIT_USAGE);
}

/* A lab may be looking: its first byte comes last, and with it the whole text. */
static void publish(char *place, const char *text, size_t size)
{
    if (text[0] != '\0') {
        memcpy(place + 1, text + 1, size - 1);
    }
    __atomic_store_n(place, text[0], __ATOMIC_RELEASE);
}

void demo_title(const char *format, ...)
{
    char text[sizeof mp_the_world->title] = "";
    va_list arguments;
    if (mp_world_open() == 0) {
        va_start(arguments, format);
        vsnprintf(text, sizeof text, format, arguments);
        va_end(arguments);
        publish(mp_the_world->title, text, sizeof text);
    }
}

void demo_expect(const char *what, long expected)
{
    if (mp_world_open() == 0) {
        char text[sizeof mp_the_world->expected_what] = "";
        snprintf(text, sizeof text, "%s", what);
        mp_the_world->expected = expected;
        publish(mp_the_world->expected_what, text, sizeof text);
    }
}

/* --- children -------------------------------------------------------------------------- */

const char *demo_name(const char *name, int number)
{
    static char full[MP_NAME_SIZE];
    snprintf(full, sizeof full, "%s-%d", name, number);
    return full;
}

int demo_say_end(mp_process *child)
{
    int status;
    int rc = mp_process_exitcode(child, &status);
    if (rc == 0 && status == 0) {
        return 0;
    }
    if (rc != 0) {
        printf("%s has ended, nobody knows how\n", mp_process_name(child));
    } else if (status < 0) {
        printf("%s was killed by signal %d (%s)\n", mp_process_name(child), -status,
               strsignal(-status));
    } else {
        printf("%s ended with status %d\n", mp_process_name(child), status);
    }
    return 1;
}

/* All at once, so that nobody goes on with what another one has left. */
static void kill_all(mp_process **children, int count)
{
    for (int i = 0; i < count; i++) {
        demo_must(mp_process_kill(children[i]), "mp_process_kill");
    }
    for (int i = 0; i < count; i++) {
        demo_must(mp_process_join(children[i], MP_FOREVER), "mp_process_join");
    }
}

int demo_join_all(mp_process **children, int count, int limit_ms)
{
    int left = 0;
    for (int i = 0; i < count; i++) {
        int wait_ms = left > 0 ? 0 : limit_ms > 0 ? limit_ms : MP_FOREVER;
        int rc = mp_process_join(children[i], wait_ms);
        if (rc == -ETIMEDOUT) {
            children[left++] = children[i];
        } else {
            demo_must(rc, "mp_process_join");
            demo_say_end(children[i]);
        }
    }
    for (int i = 0; i < left; i++) {
        printf("%s has not ended after %d ms: main ends it\n",
               mp_process_name(children[i]), limit_ms);
    }
    kill_all(children, left);
    return left;
}

/* --- endings -------------------------------------------------------------------------------- */

int demo_on_terminal(void)
{
    return !mp_run_by_lab && isatty(STDOUT_FILENO);
}

int demo_result(const char *what, long actual, long expected, const char *problem,
                long problems)
{
    fflush(stdout);
    if (demo_on_terminal() && isatty(STDERR_FILENO)) {
        fprintf(stderr, "watch it: build/lab run %s\n", program());
    }
    printf("%s %ld, expected %ld, %s %ld\n", what, actual, expected, problem, problems);
    return problems == 0 && actual == expected ? 0 : 1;
}

int demo_must(int rc, const char *call)
{
    if (rc < 0) {
        fflush(stdout);
        fprintf(stderr, "%s: %s: %s: %s\n", program(), mp_current_name(), call,
                strerror(-rc));
        exit(EXIT_CANNOT);
    }
    return rc;
}

void *demo_must_have(void *memory, const char *call)
{
    demo_must(memory == NULL ? -ENOMEM : 0, call);
    return memory;
}
