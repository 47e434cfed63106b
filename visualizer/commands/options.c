// SPDX-License-Identifier: MIT
/* The options of a run. */
#include "commands/commands.h"
#include "commands/option_words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SPEED_DEFAULT = 2, SPEED_MOST = 1000000, TIMES_MOST = 1000000 };

enum option_number {
    SPEED,
    SEED,
    STEP,
    PLAIN,
    TIMES,
    NO_STOP,
    LARGE,
    RECORD,
    RACES,
    HELP
};

static const struct option known[] = {
    {"speed", required_argument, NULL, SPEED},
    {"seed", required_argument, NULL, SEED},
    {"step", no_argument, NULL, STEP},
    {"plain", no_argument, NULL, PLAIN},
    {"times", required_argument, NULL, TIMES},
    {"no-stop", no_argument, NULL, NO_STOP},
    {"large", no_argument, NULL, LARGE},
    {"record", required_argument, NULL, RECORD},
    {"races", no_argument, NULL, RACES},
    {"help", no_argument, NULL, HELP},
    {0},
};

static int read_speed(struct run_options *options, const char *text)
{
    uint64_t number;
    options->speed_given = true;
    if (strcmp(text, "free") == 0) {
        options->is_free = true;
        return LAB_FINE;
    }
    if (strcmp(text, "max") == 0) { /* as fast as the gate goes */
        options->speed = STEER_UNLIMITED;
        return LAB_FINE;
    }
    if (!read_number(text, SPEED_MOST, &number) || number == 0) {
        return lab_error(LAB_USAGE,
                         "--speed takes steps a second from 1 to %d, \"max\" or \"free\", "
                         "not \"%s\"",
                         SPEED_MOST, text);
    }
    options->speed = (unsigned)number;
    return LAB_FINE;
}

static int read_option(struct run_options *options, int option, char **argv)
{
    uint64_t number;
    switch (option) {
    case SPEED:
        return read_speed(options, optarg);
    case SEED:
        return read_number(optarg, UINT64_MAX, &options->seed)
                   ? LAB_FINE
                   : lab_error(LAB_USAGE, "--seed takes a whole number, not \"%s\"",
                               optarg);
    case STEP:
        options->stopped = true;
        return LAB_FINE;
    case PLAIN:
        options->plain = true;
        return LAB_FINE;
    case TIMES:
        return read_number(optarg, TIMES_MOST, &number) && number > 0
                   ? (options->times = (unsigned)number, LAB_FINE)
                   : lab_error(LAB_USAGE,
                               "--times takes a number from 1 to %d, not \"%s\"",
                               TIMES_MOST, optarg);
    case NO_STOP:
        options->no_stop = true;
        return LAB_FINE;
    case LARGE:
        options->large = true;
        return LAB_FINE;
    case RECORD:
        options->record = optarg;
        return LAB_FINE;
    case RACES:
        options->races = true;
        return LAB_FINE;
    case ':':
        return lab_error(LAB_USAGE, "%s takes a value", argv[optind - 1]);
    default:
        return unknown_option(known, argv[optind - 1], OWN_OPTIONS_HINT);
    }
}

static void run_help(void)
{
    printf("Usage: %s run DEMO [OPTION]... [-- THE DEMO'S OWN OPTIONS]\n"
           "       %s run X.c [OPTION]... [-- ITS OWN OPTIONS]\n"
           "       %s attach [PID] [--plain]\n\n"
           "  --speed N      steps a second; or max, or free: nobody is stopped\n"
           "  --seed N       another order; the same number gives the same order\n"
           "  --step         stands before the first step; you say who goes\n"
           "  --no-stop      does not stop by itself at what matters\n"
           "  --large        large letters, for the back row\n"
           "  --plain        as text, without the screen\n"
           "  --record FILE  keeps the run in a file, for %s replay FILE\n"
           "  --races        as text, and behind it the data races\n"
           "  --times N      runs it N times, free, and counts how it ends\n",
           lab_name, lab_name, lab_name, lab_name);
}

/* TERM=dumb, LAB_PLAIN=1: somebody who wants no screen. */
bool wants_text(void)
{
    const char *term = getenv("TERM");
    const char *plain = getenv("LAB_PLAIN");
    return term == NULL || strcmp(term, "dumb") == 0 ||
           (plain != NULL && plain[0] != '\0' && strcmp(plain, "0") != 0);
}

void run_options_default(struct run_options *options)
{
    *options = (struct run_options){.speed = SPEED_DEFAULT, .seed = 1};
}

int run_options_read(struct run_options *options, int argc, char **argv)
{
    run_options_default(options);
    int own = find_own_options(options, argc, argv);
    opterr = 0;
    optind = 1;
    for (int found; (found = getopt_long(own, argv, ":h", known, NULL)) != -1;) {
        if (found == HELP || found == 'h') {
            run_help();
            exit(LAB_FINE);
        }
        int rc = read_option(options, found, argv);
        if (rc != LAB_FINE) {
            return rc;
        }
    }
    if (own - optind > 1) {
        return lab_error(LAB_USAGE,
                         "\"%s\" is one too many; the demo's own options come after --",
                         argv[optind + 1]);
    }
    if (options->races && (options->stopped || options->times > 0)) {
        return lab_error(LAB_USAGE, "--races does not go with %s",
                         options->stopped ? "--step: there, type races" : "--times");
    }
    if (options->argument_count > ARGUMENTS_MAX - 16) {
        return lab_error(LAB_USAGE, "too many arguments for the demo");
    }
    return LAB_FINE;
}

static enum mp_grain grain_of(const struct demo_entry *entry)
{
    enum mp_grain grain;
    return grain_named(entry->grain, &grain) ? grain : MP_GRAIN_MEMORY;
}

static const char *const grains[MP_GRAINS] = {
    [MP_GRAIN_LIVES] = "lives", [MP_GRAIN_CALLS] = "calls", [MP_GRAIN_MEMORY] = "memory"};

const char *grain_name(enum mp_grain grain)
{
    return grains[grain % MP_GRAINS];
}

bool grain_named(const char *name, enum mp_grain *grain)
{
    for (int i = 0; i < MP_GRAINS; i++) {
        if (strcmp(name, grains[i]) == 0) {
            *grain = (enum mp_grain)i;
            return true;
        }
    }
    return false;
}

const char *grain_sentence(enum mp_grain grain)
{
    switch (grain) {
    case MP_GRAIN_LIVES:
        return "Steps are now births, printed lines, ends and joins.";
    case MP_GRAIN_CALLS:
        return "Steps are now the calls that can block.";
    default:
        return "Steps are now calls that can block, and reads and writes.";
    }
}

void run_options_attached(struct run_options *options, const char *path)
{
    const char *slash = strrchr(path, '/');
    snprintf(options->demo.name, sizeof options->demo.name, "%.60s",
             slash != NULL ? slash + 1 : path);
}

/* The person gives this option another value than the one for watching. */
static bool is_given(const struct run_options *options, const char *option)
{
    size_t length = strlen(option);
    for (int i = 0; i < options->argument_count; i++) {
        const char *given = options->arguments[i];
        if (strncmp(given, option, length) == 0 &&
            (given[length] == '\0' || given[length] == '=')) {
            return true;
        }
    }
    return false;
}

void run_setup_from(struct run_options *options, struct run_setup *setup)
{
    int count = 0;
    options->argv[count++] = options->demo.path;
    snprintf(options->watch, sizeof options->watch, "%s",
             options->is_free || options->exact ? "" : options->demo.entry.watch);
    char *rest = options->watch;
    bool skips = false;
    for (char *word; (word = strtok_r(rest, " ", &rest)) != NULL && count < 15;) {
        skips = word[0] == '-' ? is_given(options, word) : skips;
        if (!skips) {
            options->argv[count++] = word;
        }
    }
    for (int i = 0; i < options->argument_count; i++) {
        options->argv[count++] = options->arguments[i];
    }
    options->argv[count] = NULL;
    *setup = (struct run_setup){
        .argv = options->argv,
        .grain = options->grain_given ? options->grain : grain_of(&options->demo.entry),
        .schedule = options->schedule,
        .seed = options->seed,
        .speed = options->speed,
        .is_free = options->is_free,
        .stopped = options->stopped};
}
