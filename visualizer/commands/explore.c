// SPDX-License-Identifier: MIT
/* lab explore: a program under every schedule, and how it can come out. Its options; then as
   text (explore_text.c), or on the screen (explore_screen.c). */
#include "commands/explore.h"
#include "commands/option_words.h"
#include "commands/own.h"

#include "screen/screen.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PREEMPTIONS_MOST = 1000 };

/* --- options -------------------------------------------------------------------------------- */

enum option_number {
    PREEMPTIONS,
    REDUCE,
    LIMIT,
    STEPS,
    KILL,
    TIMEOUTS,
    JSON,
    GRAIN,
    NO_STOP,
    PLAIN,
    HELP
};

static const struct option known[] = {
    {"preemptions", required_argument, NULL, PREEMPTIONS},
    {"reduce", no_argument, NULL, REDUCE},
    {"limit", required_argument, NULL, LIMIT},
    {"kill", no_argument, NULL, KILL},
    {"steps", required_argument, NULL, STEPS},
    {"timeouts", no_argument, NULL, TIMEOUTS},
    {"json", no_argument, NULL, JSON},
    {"grain", required_argument, NULL, GRAIN},
    {"no-stop", no_argument, NULL, NO_STOP},
    {"plain", no_argument, NULL, PLAIN},
    {"help", no_argument, NULL, HELP},
    {0},
};

static void explore_help(void)
{
    printf(
        "Usage: %s explore DEMO [OPTION]... [-- THE DEMO'S OWN OPTIONS]\n\n"
        "Runs it under every schedule there is, and counts how it can come out.\n\n"
        "  --preemptions N  only schedules with at most N forced switches\n"
        "  --reduce         one schedule of those that differ in nothing that matters\n"
        "  --limit N        at most N runs\n"
        "  --steps N        what goes on after N steps is not looked at to its end\n"
        "  --kill           kills one process before each step: what becomes of the rest\n"
        "  --timeouts       a wait with a limit may come to its limit at any moment\n"
        "  --grain WHAT     what is a step: memory, calls or lives\n"
        "  --no-stop        does not ask for a prediction first\n"
        "  --json           as JSON, on standard output\n"
        "  --plain          as text, without the screen\n",
        lab_name);
}

static int read_grain(struct explore_options *options, const char *name)
{
    options->run.grain_given = grain_named(name, &options->run.grain);
    return options->run.grain_given
               ? LAB_FINE
               : lab_error(LAB_USAGE, "--grain takes memory, calls or lives, not \"%s\"",
                           name);
}

static int read_option(struct explore_options *options, int option, char **argv)
{
    uint64_t number;
    switch (option) {
    case PREEMPTIONS:
        if (!read_number(optarg, PREEMPTIONS_MOST, &number)) {
            return lab_error(LAB_USAGE,
                             "--preemptions takes a number from 0 to %d, not \"%s\"",
                             PREEMPTIONS_MOST, optarg);
        }
        options->explorer.preemptions = (int)number;
        return LAB_FINE;
    case LIMIT:
        if (!read_number(optarg, UINT64_MAX, &options->limit) || options->limit == 0) {
            return lab_error(LAB_USAGE, "--limit takes a number from 1, not \"%s\"",
                             optarg);
        }
        return LAB_FINE;
    case REDUCE:
        options->explorer.reduce = true;
        return LAB_FINE;
    case STEPS:
        return read_number(optarg, MP_SCRIPT - 1, &options->steps) && options->steps > 0
                   ? LAB_FINE
                   : lab_error(LAB_USAGE,
                               "--steps takes a number from 1 to %d, not \"%s\"",
                               MP_SCRIPT - 1, optarg);
    case KILL:
        options->kills = true;
        return LAB_FINE;
    case TIMEOUTS:
        options->timeouts = true;
        return LAB_FINE;
    case JSON:
        options->json = true;
        return LAB_FINE;
    case NO_STOP:
        options->run.no_stop = true;
        return LAB_FINE;
    case PLAIN:
        options->run.plain = true;
        return LAB_FINE;
    case GRAIN:
        return read_grain(options, optarg);
    case ':':
        return lab_error(LAB_USAGE, "%s takes a value", argv[optind - 1]);
    default:
        return unknown_option(known, argv[optind - 1], OWN_OPTIONS_HINT);
    }
}

static int read_options(struct explore_options *options, int argc, char **argv)
{
    explore_default(options);
    int own = find_own_options(&options->run, argc, argv);
    opterr = 0;
    optind = 1;
    for (int found; (found = getopt_long(own, argv, ":h", known, NULL)) != -1;) {
        if (found == HELP || found == 'h') {
            explore_help();
            exit(LAB_FINE);
        }
        int rc = read_option(options, found, argv);
        if (rc != LAB_FINE) {
            return rc;
        }
    }
    if (options->kills && (options->explorer.reduce ||
                           options->explorer.preemptions >= 0 || options->json)) {
        return lab_error(LAB_USAGE,
                         "--kill has its own limit of one forced switch, and comes as "
                         "text: give it alone");
    }
    if (options->explorer.reduce && options->explorer.preemptions >= 0) {
        return lab_error(LAB_USAGE, "--reduce and --preemptions do not go together: which "
                                    "schedules are of one kind is known only among all");
    }
    if (own - optind != 1) {
        return optind >= own
                   ? lab_error(LAB_USAGE,
                               "explore what? For example: %s explore lock_race", lab_name)
                   : lab_error(LAB_USAGE,
                               "\"%s\" is one too many; the demo's own options "
                               "come after --",
                               argv[optind + 1]);
    }
    if (options->run.argument_count > ARGUMENTS_MAX - 16) {
        return lab_error(LAB_USAGE, "too many arguments for the demo");
    }
    options->run.typed = argv[optind];
    return LAB_FINE;
}

static int find_demo(struct explore_options *options)
{
    char why[1024];
    int rc = run_find_program(options->run.typed, &options->run, why, sizeof why);
    if (rc != LAB_FINE) {
        return lab_error(rc, "%s", why);
    }
    explore_prepare(options);
    return LAB_FINE;
}

/* On the screen where there is one and it is wished; else as text. */
static int explore(struct explore_options *options)
{
    char why[512];
    bool terminal = isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
    if (!terminal || options->json || options->kills || options->run.plain ||
        wants_text()) {
        return explore_in_text(options);
    }
    if (screen_open(why, sizeof why) != 0) {
        fprintf(stderr, "%s\n", why);
        return explore_in_text(options);
    }
    int status = explore_on_screen(options, false, why, sizeof why);
    if (status == LAB_USAGE) {
        fprintf(stderr, "%s\n", why); // the program's own words
    }
    return status == LAB_CANNOT ? lab_error(LAB_CANNOT, "%s", why) : status;
}

int command_explore(int argc, char **argv)
{
    static struct explore_options options;
    int rc = read_options(&options, argc, argv);
    rc = rc == LAB_FINE ? find_demo(&options) : rc;
    return rc == LAB_FINE ? explore(&options) : rc;
}
