// SPDX-License-Identifier: MIT
/* lab challenge: which there are, or a run of one of them. What they are: goals.c. */
#include "commands/challenge.h"
#include "commands/again.h"

#include "nearest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Its code, with an empty order, which is read, and filled in when `demo` is known. */
static int read_start(const struct challenge *challenge, struct code *code, char *why,
                      size_t size)
{
    char text[64];
    snprintf(text, sizeof text, "%s:", challenge->start);
    return code_read(text, code, why, size) == 0 ? LAB_FINE : LAB_CANNOT;
}

int challenge_run_options(const struct challenge *challenge, struct code *code,
                          struct run_options *options, char *why, size_t size)
{
    int rc = read_start(challenge, code, why, size);
    rc = rc == LAB_FINE ? again_from_code(code, options, why, size) : rc;
    options->schedule = NULL;
    options->stopped = true;
    return rc;
}

bool challenge_is_of(const struct challenge *challenge, const struct code *code)
{
    struct code own;
    struct run_options options;
    char why[256];
    const char *slash = strrchr(code->program, '/');
    const char *program = slash != NULL ? slash + 1 : code->program;
    size_t length = strcspn(challenge->start, ":");
    if (strlen(program) != length || strncmp(program, challenge->start, length) != 0) {
        return false;
    }
    run_options_default(&options);
    bool same =
        challenge_run_options(challenge, &own, &options, why, sizeof why) == LAB_FINE &&
        own.word_count == code->word_count;
    for (int i = 0; same && i < own.word_count; i++) {
        same = strcmp(own.words[i], code->words[i]) == 0;
    }
    code_free(&own);
    return same;
}

/* --- in a run ----------------------------------------------------------------------------- */

enum {
    TRIES_ALONE = 1,  /* before there is a hint */
    TRIES_IN_VAIN = 2 /* before it is said that it cannot be done */
};

const struct challenge *challenge_of(const struct run_options *options)
{
    const struct challenge *challenge = options->challenge;
    size_t length = strlen(options->demo.name);
    bool same = challenge != NULL && strcspn(challenge->start, ":") == length &&
                strncmp(challenge->start, options->demo.name, length) == 0;
    return same ? challenge : NULL;
}

void challenge_goal(const struct run_options *options, char *text, size_t size)
{
    const struct challenge *challenge = challenge_of(options);
    *text = '\0';
    if (challenge != NULL) {
        snprintf(text, size, "Challenge %zu. %s %s", challenge_number(challenge),
                 challenge->goal, challenge->ways);
    }
}

void challenge_tell(struct run_options *options, const struct model *model, char *text,
                    size_t size)
{
    const struct challenge *challenge = challenge_of(options);
    char sentence[128];
    *text = '\0';
    if (challenge == NULL) {
        return;
    }
    enum challenge_end end = challenge_judge(challenge, model, sentence, sizeof sentence);
    unsigned before = options->misses;
    options->misses += end == CHALLENGE_MISSED || end == CHALLENGE_CANNOT;
    if (end == CHALLENGE_CANNOT && before < TRIES_IN_VAIN) {
        snprintf(text, size, "Not yet. Is there another order?");
    } else if (end == CHALLENGE_MISSED && before >= TRIES_ALONE && !challenge->cannot) {
        snprintf(text, size, "%s %s", sentence, challenge->hint);
    } else {
        snprintf(text, size, "%s", sentence);
    }
}

/* --- the command -------------------------------------------------------------------------- */

static void list(void)
{
    printf("Say who goes, so that it ends as is asked. Par: the fewest steps that do it.\n"
           "For example: %s challenge 1\n",
           lab_name);
    for (size_t i = 0; i < challenge_count(); i++) {
        const struct challenge *challenge = challenge_at(i);
        char par[16] = "no way known";
        if (challenge->par > 0) {
            snprintf(par, sizeof par, "par %u", challenge->par);
        }
        printf("\n%2zu  %-17s %-15s %-13s lesson %.2s\n    %s\n    %s\n", i + 1,
               challenge->name, challenge->start, par, challenge->lesson, challenge->goal,
               challenge->ways);
    }
}

static int help(void)
{
    printf(
        "Usage: %s challenge [NUMBER|NAME] [--plain] [--large]\n\n"
        "Starts a run that stands before its first step, and says whether it came to what\n"
        "was asked. Without a number: which there are. Exit status: 1 it did not.\n",
        lab_name);
    return LAB_FINE;
}

static int unknown(const char *name)
{
    const struct challenge *nearest = challenge_at(0);
    for (size_t i = 1; i < challenge_count(); i++) {
        const struct challenge *other = challenge_at(i);
        if (mp_distance(name, other->name) < mp_distance(name, nearest->name)) {
            nearest = other;
        }
    }
    return lab_error(
        LAB_USAGE,
        "there is no challenge \"%s\"; there are 1 to %zu; did you mean \"%s\"?", name,
        challenge_count(), nearest->name);
}

int command_challenge(int argc, char **argv)
{
    static struct run_options options;
    static struct code code;
    char why[256];
    if (argc > 1 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)) {
        return help();
    }
    int rc = run_options_read(&options, argc, argv);
    if (rc != LAB_FINE) {
        return rc;
    }
    if (optind >= argc) {
        list();
        return LAB_FINE;
    }
    const struct challenge *challenge = challenge_find(argv[optind]);
    if (challenge == NULL) {
        return unknown(argv[optind]);
    }
    rc = challenge_run_options(challenge, &code, &options, why, sizeof why);
    if (rc != LAB_FINE) {
        rc = lab_error(rc, "%s", why);
    } else {
        options.challenge = challenge;
        rc = run_show(&options);
    }
    code_free(&code);
    return rc;
}
