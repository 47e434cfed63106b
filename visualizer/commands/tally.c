// SPDX-License-Identifier: MIT
/* lab run DEMO --times N: many free runs, and how they ended. */
#include "commands/commands.h"

#include "clock.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { STATUSES = 256, TURN_MS = 20 };

static volatile sig_atomic_t asked_to_end;

static void on_signal(int number)
{
    asked_to_end = number;
}

/* How the runs with one exit status ended. */
struct outcome {
    unsigned count;
    bool has_problems; /* the last line had a number of problems: "lost 31" */
    long least, most;
    char problem[32]; /* "lost" */
    char line[160];   /* the last line of the last of them */
};

/* Reads the end of "counter 8, expected 10, lost 2": "lost" and 2. */
static bool read_problem(const char *line, char *word, size_t size, long *number)
{
    const char *comma = strrchr(line, ',');
    char text[32];
    if (comma == NULL || sscanf(comma, ", %31s %ld", text, number) != 2) {
        return false;
    }
    snprintf(word, size, "%s", text);
    return true;
}

static void count(struct outcome *outcome, const char *line)
{
    long number;
    char word[32];
    outcome->count++;
    snprintf(outcome->line, sizeof outcome->line, "%s", line);
    if (!read_problem(line, word, sizeof word, &number)) {
        return;
    }
    bool first = !outcome->has_problems;
    outcome->has_problems = true;
    outcome->least = first || number < outcome->least ? number : outcome->least;
    outcome->most = first || number > outcome->most ? number : outcome->most;
    snprintf(outcome->problem, sizeof outcome->problem, "%s", word);
}

/* `done` counts the runs that came to their end, and those in which nobody can go any more:
   they are `stuck`, and ended here. */
static int run_once(const struct run_setup *setup, struct outcome outcomes[STATUSES],
                    unsigned *done, unsigned *stuck)
{
    struct session session;
    char why[512];
    char line[160];
    if (session_start(&session, setup, why, sizeof why) != 0) {
        return lab_error(LAB_CANNOT, "%s", why);
    }
    while (!session.ended && !session.stuck_told && !asked_to_end) {
        if (!session_pump(&session, mp_nanoseconds())) {
            struct pollfd output = {.fd = session_fd(&session), .events = POLLIN};
            poll(&output, 1, TURN_MS);
        }
    }
    if (session.ended) {
        int status = session_exit_status(&session) & (STATUSES - 1);
        count(&outcomes[status], model_last_line(session.model, line, sizeof line));
        (*done)++;
    } else if (session.stuck_told) {
        (*stuck)++;
        (*done)++;
    }
    session_end(&session);
    return LAB_FINE;
}

static void name_outcome(int status, const struct outcome *outcome, char *name,
                         size_t size)
{
    if (status == 0) {
        snprintf(name, size, "right");
    } else if (status == 1 && strcmp(outcome->problem, "lost") == 0) {
        snprintf(name, size, "lost updates");
    } else if (status == 1 && outcome->has_problems) {
        snprintf(name, size, "%s", outcome->problem);
    } else if (status > 128) {
        snprintf(name, size, "killed by signal %d:", status - 128);
    } else {
        snprintf(name, size, "exit status %d:", status);
    }
}

/* "right 2, lost updates 18 of 20; lost 31 to 988"; "right 17, stuck 3 of 20" */
static void print_outcomes(const struct outcome outcomes[STATUSES], unsigned stuck,
                           unsigned runs)
{
    const char *between = "";
    for (int status = 0; status < STATUSES; status++) {
        char name[64];
        if (outcomes[status].count == 0 && status > 0) {
            continue;
        }
        name_outcome(status, &outcomes[status], name, sizeof name);
        printf("%s%s %u", between, name, outcomes[status].count);
        between = ", ";
    }
    if (stuck > 0) {
        printf("%sstuck %u", between, stuck);
    }
    printf(" of %u", runs);
    const struct outcome *wrong = &outcomes[1];
    if (wrong->count > 0 && wrong->has_problems) {
        printf("; %s %ld", wrong->problem, wrong->least);
        if (wrong->most > wrong->least) {
            printf(" to %ld", wrong->most);
        }
    }
    printf("\n");
}

/* What was neither right nor wrong but could not be done: its own words. False: none. */
static bool print_what_failed(const struct outcome outcomes[STATUSES])
{
    bool failed = false;
    for (int status = 2; status < STATUSES; status++) {
        if (outcomes[status].count > 0) {
            printf("with exit status %d it said: %s\n", status, outcomes[status].line);
            failed = true;
        }
    }
    return failed;
}

int tally_run(struct run_options *options)
{
    static struct outcome outcomes[STATUSES];
    struct run_setup setup;
    bool progress = isatty(STDERR_FILENO);
    unsigned done = 0;
    unsigned stuck = 0;
    int rc = LAB_FINE;
    struct sigaction action = {.sa_handler = on_signal};
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    memset(outcomes, 0, sizeof outcomes);
    options->is_free = true;
    run_setup_from(options, &setup);
    while (done < options->times && !asked_to_end && rc == LAB_FINE) {
        rc = run_once(&setup, outcomes, &done, &stuck);
        if (progress) {
            fprintf(stderr, "\r%u of %u ", done, options->times);
        }
    }
    if (progress) {
        fprintf(stderr, "\r              \r");
    }
    if (rc == LAB_FINE && done > 0) {
        print_outcomes(outcomes, stuck, done);
        rc = print_what_failed(outcomes) ? LAB_PROGRAM_FAILED : LAB_FINE;
    }
    if (asked_to_end) {
        signal(asked_to_end, SIG_DFL);
        raise(asked_to_end);
    }
    return rc;
}
