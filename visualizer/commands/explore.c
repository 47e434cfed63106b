// SPDX-License-Identifier: MIT
/* lab explore: a program under every schedule, and how it can come out. */
#include "commands/explore.h"

#include "clock.h"
#include "commands/own.h"
#include "nearest.h"
#include "report/explored.h"
#include "session/no_return.h"

#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    PREEMPTIONS_MOST = 1000,
    PROGRESS_MS = 200,
    NO_RETURN_MOST = 16, /* outcomes for which the point of no return is looked for */
};

static volatile sig_atomic_t asked_to_end;

static void on_signal(int number)
{
    asked_to_end = number;
}

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
        "  --json           as JSON, on standard output\n"
        "  --plain          as text, without the screen\n",
        lab_name);
}

static int unknown_option(const char *given)
{
    char word[48];
    snprintf(word, sizeof word, "%.*s", (int)strcspn(given, "="), given);
    const char *bare = word + strspn(word, "-");
    const char *nearest = "help";
    for (const struct option *o = known; o->name != NULL; o++) {
        if (mp_distance(bare, o->name) < mp_distance(bare, nearest)) {
            nearest = o->name;
        }
    }
    if (strcmp(bare, nearest) == 0) {
        return lab_error(LAB_USAGE, "--%s takes no value", nearest);
    }
    return lab_error(LAB_USAGE,
                     "unknown option %s; did you mean --%s? (the demo's own options come "
                     "after --)",
                     word, nearest);
}

static bool read_number(const char *text, uint64_t most, uint64_t *number)
{
    char *end;
    errno = 0;
    unsigned long long value = strtoull(text, &end, 10);
    *number = value;
    return end != text && *end == '\0' && errno == 0 && text[0] != '-' && value <= most;
}

static int read_grain(struct explore_options *options, const char *name)
{
    static const char *const names[MP_GRAINS] = {"lives", "calls", "memory"};
    for (int i = 0; i < MP_GRAINS; i++) {
        if (strcmp(name, names[i]) == 0) {
            options->run.grain_given = true;
            options->run.grain = (enum mp_grain)i;
            return LAB_FINE;
        }
    }
    return lab_error(LAB_USAGE, "--grain takes memory, calls or lives, not \"%s\"", name);
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
    case PLAIN:
        options->run.plain = true;
        return LAB_FINE;
    case GRAIN:
        return read_grain(options, optarg);
    case ':':
        return lab_error(LAB_USAGE, "%s takes a value", argv[optind - 1]);
    default:
        return unknown_option(argv[optind - 1]);
    }
}

/* What stands behind -- is the demo's. */
static int find_own(struct explore_options *options, int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--") == 0) {
            options->run.arguments = argv + i + 1;
            options->run.argument_count = argc - i - 1;
            return i;
        }
    }
    return argc;
}

static int read_options(struct explore_options *options, int argc, char **argv)
{
    *options = (struct explore_options){.explorer = {.preemptions = -1}};
    run_options_default(&options->run);
    int own = find_own(options, argc, argv);
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

/* The demo's small instance, with what the person gives instead. */
static int find_demo(struct explore_options *options)
{
    char why[1024];
    struct run_options *run = &options->run;
    int rc = run_find_program(run->typed, run, why, sizeof why);
    if (rc != LAB_FINE) {
        return lab_error(rc, "%s", why);
    }
    snprintf(run->demo.entry.watch, sizeof run->demo.entry.watch, "%s",
             run->demo.entry.explore);
    run_setup_from(run, &options->setup);
    return LAB_FINE;
}

/* --- running -------------------------------------------------------------------------------- */

static void show_progress(const struct exploration *exploration, uint64_t began)
{
    double seconds = (double)(mp_nanoseconds() - began) / 1e9;
    double done = explorer_done(exploration->explorer);
    uint64_t count = exploration->outcomes.schedules;
    fprintf(stderr, "\r%llu of about %.0f   %.0f s   about %.0f s more   ",
            (unsigned long long)count, (double)count / done, seconds,
            seconds / done - seconds);
}

static void run_all(struct exploration *exploration)
{
    uint64_t began = mp_nanoseconds();
    uint64_t shown = began;
    bool progress = isatty(STDERR_FILENO);
    while (exploration_run(exploration)) {
        uint64_t now = mp_nanoseconds();
        if (progress && now - shown > PROGRESS_MS * 1000000ull) {
            show_progress(exploration, began);
            shown = now;
        }
    }
    if (progress && shown != began) {
        fprintf(stderr, "\r%78s\r", "");
    }
}

int explore_say_why_not(const struct exploration *exploration,
                        const struct explore_options *options)
{
    char where[512] = "";
    struct source_place place = {.line = 0};
    struct debuginfo *info = debuginfo_open(options->run.demo.path);
    if (info != NULL && exploration->place != 0 &&
        debuginfo_place(info, exploration->place, &place) && place.line > 0) {
        const char *slash = strrchr(place.file, '/');
        snprintf(where, sizeof where, ", at %s:%d",
                 slash != NULL ? slash + 1 : place.file, place.line);
    }
    debuginfo_close(info);
    const char *name = options->run.demo.name;
    size_t step = exploration->step;
    if (exploration->differs && step == 0) {
        return lab_error(LAB_CANNOT,
                         "%s came out otherwise by the same schedule: it depends on more "
                         "than who goes (a clock? random numbers?)",
                         name);
    }
    if (exploration->differs) {
        return lab_error(LAB_CANNOT,
                         "%s did something else than before at step %zu%s: it depends on "
                         "more than who goes (a clock? random numbers?)",
                         name, step, where);
    }
    switch (exploration->end) {
    case ZYGOTE_OUTSIDE:
        if (step == 0) {
            return lab_error(LAB_CANNOT,
                             "%s waits for something outside of mp before its first step: "
                             "that cannot be explored",
                             name);
        }
        return lab_error(LAB_CANNOT,
                         "%s waits for something outside of mp after step %zu%s: that "
                         "cannot be explored",
                         name, step, where);
    case ZYGOTE_LONG:
        return lab_error(LAB_CANNOT,
                         "%s goes on for more than %d steps%s: too long to be explored",
                         name, MP_SCRIPT, where);
    default:
        return lab_error(LAB_CANNOT, "%s could not be run again and again", name);
    }
}

/* --- what is reported ----------------------------------------------------------------------- */

/* The schedule of an outcome. False: no memory. */
bool explore_schedule(const struct outcome *outcome, struct schedule *schedule)
{
    *schedule = (struct schedule){.count = 0};
    for (size_t i = 0; i < outcome->step_count; i++) {
        if (!schedule_add(schedule, MOVE_STEP, outcome->steps[i])) {
            return false;
        }
    }
    return true;
}

char *explore_code(const struct explore_options *options, const struct schedule *schedule)
{
    const struct run_options *run = &options->run;
    char *const *words = options->setup.argv + 1;
    int count = 0;
    while (words[count] != NULL) {
        count++;
    }
    const char *shape = run->grain_given ? "" : run->demo.entry.shape;
    char *code = code_write_short(run->typed, words, count, shape, schedule);
    return code != NULL
               ? code
               : code_write(run->typed, words, count, options->setup.grain, schedule);
}

static void write_code(const struct explore_options *options, struct outcome *outcome)
{
    struct schedule schedule;
    if (explore_schedule(outcome, &schedule)) {
        outcome->code = explore_code(options, &schedule);
    }
    schedule_free(&schedule);
}

bool explore_show(const struct explore_options *options, const struct outcome *outcome,
                  struct session *session)
{
    char why[512];
    struct schedule schedule;
    struct run_setup setup = options->setup;
    setup.speed = STEER_UNLIMITED;
    setup.schedule = &schedule;
    bool good = explore_schedule(outcome, &schedule) &&
                session_start(session, &setup, why, sizeof why) == 0;
    schedule_free(&schedule);
    if (good && !session_follow(session, EXPLORE_SHOW_MS, options->stop)) {
        session_end(session);
        good = false;
    }
    return good;
}

/* Where each outcome that is wrong could not be avoided any more. Takes some runs more. */
static void find_no_return(const struct exploration_setup *setup,
                           struct outcomes *outcomes)
{
    for (size_t i = 0; i < outcomes->count; i++) {
        struct outcome *outcome = &outcomes->list[i];
        outcome->no_return = -EAGAIN;
        if (outcome_is_wrong(outcome) && i < NO_RETURN_MOST && !asked_to_end) {
            outcome->no_return = no_return_find(setup, outcome);
        }
    }
}

/* The sentence on why nobody goes on, from the run shown. */
static void note_why(const struct explore_options *options, struct outcome *outcome)
{
    struct session session;
    if (outcome->ending.kind == ENDING_ENDED ||
        !explore_show(options, outcome, &session)) {
        return;
    }
    for (size_t i = 0; i < session.model->sentence_count; i++) {
        const struct sentence *sentence = &session.model->sentences[i];
        if (sentence->kind == SAY_STUCK || sentence->kind == SAY_SPINS) {
            snprintf(outcome->why, sizeof outcome->why, "%s", sentence->text);
        }
    }
    session_end(&session);
}

static void report(const struct exploration *exploration,
                   const struct explore_options *options, const struct model *names,
                   double seconds)
{
    static const char *const grains[MP_GRAINS] = {"lives", "calls", "memory"};
    struct explored explored = {.outcomes = &exploration->outcomes,
                                .names = names,
                                .program = options->run.demo.name,
                                .arguments = options->setup.argv + 1,
                                .grain = grains[options->setup.grain % MP_GRAINS],
                                .runs = exploration->runs,
                                .longest = exploration->longest,
                                .complete = exploration_is_complete(exploration),
                                .reduced = options->explorer.reduce,
                                .preemptions = options->explorer.preemptions,
                                .seconds = seconds};
    if (options->json) {
        explored_json(&explored, stdout);
    } else {
        explored_text(&explored, stdout);
    }
    fflush(stdout);
}

/* It ended as programs do that do not understand how they were called, before it made a step
   or started anybody. */
static bool was_refused(const struct exploration *exploration)
{
    const struct outcome *only = exploration->outcomes.list;
    return exploration->outcomes.count == 1 && only->step_count == 0 &&
           only->ending.processes == 1 && outcome_exit(only) == LAB_USAGE;
}

/* Names and codes for what was found, and tells it. */
static int tell(struct exploration *exploration, struct explore_options *options,
                double seconds)
{
    struct session session;
    struct outcomes *outcomes = &exploration->outcomes;
    bool shown =
        outcomes->count > 0 && explore_show(options, &outcomes->list[0], &session);
    if (shown) {
        outcomes_name(outcomes, session.model);
    }
    if (shown && was_refused(exploration)) {
        char line[512];
        fprintf(stderr, "%s\n", model_last_line(session.model, line, sizeof line));
        session_end(&session);
        return LAB_USAGE;
    }
    for (size_t i = 0; i < outcomes->count; i++) {
        write_code(options, &outcomes->list[i]);
        note_why(options, &outcomes->list[i]);
    }
    report(exploration, options, shown ? session.model : NULL, seconds);
    if (shown) {
        session_end(&session);
    }
    return outcomes_wrong(outcomes) > 0 ? LAB_PROGRAM_FAILED : LAB_FINE;
}

static int explore_in_text(struct explore_options *options)
{
    struct exploration exploration;
    char why[512];
    struct exploration_setup setup = {.argv = options->setup.argv,
                                      .grain = options->setup.grain,
                                      .explorer = options->explorer,
                                      .steps = options->steps,
                                      .timeouts = options->timeouts,
                                      .limit = options->limit,
                                      .stop = &asked_to_end};
    struct sigaction action = {.sa_handler = on_signal};
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGHUP, &action, NULL);
    if (options->kills) {
        return explore_crashes(options, &setup);
    }
    uint64_t began = mp_nanoseconds();
    if (exploration_start(&exploration, &setup, why, sizeof why) != 0) {
        return lab_error(LAB_CANNOT, "%s", why);
    }
    run_all(&exploration);
    exploration_stop(&exploration);
    double seconds = (double)(mp_nanoseconds() - began) / 1e9;
    if (exploration.state != EXPLORE_CANNOT && !options->json) {
        find_no_return(&setup, &exploration.outcomes);
    }
    int rc = exploration.state == EXPLORE_CANNOT
                 ? explore_say_why_not(&exploration, options)
                 : tell(&exploration, options, seconds);
    exploration_end(&exploration);
    if (asked_to_end) {
        signal(asked_to_end, SIG_DFL);
        raise(asked_to_end); /* as it would have ended without us */
    }
    return rc;
}

int command_explore(int argc, char **argv)
{
    static struct explore_options options;
    int rc = read_options(&options, argc, argv);
    rc = rc == LAB_FINE ? find_demo(&options) : rc;
    return rc == LAB_FINE ? explore_in_text(&options) : rc;
}
