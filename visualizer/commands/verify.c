// SPDX-License-Identifier: MIT
/*
 * lab verify: codes, run again on real processes, and how each came out. From the command
 * line, or out of a file with one a line: the answers of a class, with a name and a tab
 * before each code if there is one, and # before what is none.
 */
#include "commands/again.h"
#include "commands/challenge.h"

#include "model/clean.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    LIMIT_MS = 60000, /* a run that waits for something outside, and goes on no more */
    WHO = 64,
    SHOWN = 160,
    WRONG_MOST = 10, /* lines of a file that was not meant */
    NO_LINE = -1,    /* there is none in it */
};

static volatile sig_atomic_t asked_to_end;

static void on_signal(int number)
{
    asked_to_end = number;
}

/* Where a code stands, for a message. */
struct origin {
    const char *file; /* NULL: on the command line */
    size_t line;      /* or the number of the argument */
};

/* --- one run ----------------------------------------------------------------------------- */

/* The last sentence on nobody being able to go. */
static const char *stuck_sentence(const struct model *model)
{
    for (size_t i = model->sentence_count; i-- > 0;) {
        if (model->sentences[i].kind == SAY_STUCK) {
            return model->sentences[i].text;
        }
    }
    return "STUCK: nobody can go.";
}

static void print_challenge(const struct code *code, const struct model *model)
{
    for (size_t i = 0; i < challenge_count(); i++) {
        char sentence[128];
        const struct challenge *challenge = challenge_at(i);
        if (challenge_is_of(challenge, code) &&
            challenge_judge(challenge, model, sentence, sizeof sentence) ==
                CHALLENGE_WON) {
            printf("; wins challenge %zu, %s", i + 1, challenge->name);
        }
    }
}

/* How it came out, behind the code. LAB_FINE, or LAB_PROGRAM_FAILED: it was not followed. */
static int print_end(const struct session *session, const struct code *code)
{
    char text[256] = "";
    const struct model *model = session->model;
    enum replay_state told = REPLAY_NONE;
    if (session->replay.state == REPLAY_DIFFERS) {
        replay_news(session, &told, text, sizeof text);
        printf("does not follow: %s\n", text);
        return LAB_PROGRAM_FAILED;
    }
    if (session->ended) {
        model_last_line(model, text, sizeof text);
        printf("%s%sexit status %d", text, *text != '\0' ? "; " : "",
               session_exit_status(session));
    } else if (session->stuck_told) {
        const char *stuck = stuck_sentence(model);
        printf("%.*s", (int)strcspn(stuck, "."), stuck);
    } else {
        printf("the order ends after %llu steps, and the program has not ended",
               (unsigned long long)model->steps);
    }
    print_challenge(code, model);
    printf("\n");
    return LAB_FINE;
}

static int replay_code(const struct code *code, struct run_options *options)
{
    struct session session;
    struct run_setup setup;
    char why[512];
    run_setup_from(options, &setup);
    setup.speed = STEER_UNLIMITED;
    if (session_start(&session, &setup, why, sizeof why) != 0) {
        printf("cannot be run\n");
        return lab_error(LAB_CANNOT, "%s", why);
    }
    int rc = LAB_CANNOT;
    if (session_follow(&session, LIMIT_MS, &asked_to_end)) {
        rc = print_end(&session, code);
    } else {
        printf("%s\n", asked_to_end ? "was ended here"
                                    : "waits for something outside, and does not go on");
    }
    session_end(&session);
    fflush(stdout);
    return rc;
}

/* --- codes --------------------------------------------------------------------------------- */

static int refuse(const struct origin *origin, const char *why)
{
    if (origin->file == NULL) {
        return lab_error(LAB_USAGE, "%s", why);
    }
    return lab_error(LAB_USAGE, "%s:%zu: %s", origin->file, origin->line, why);
}

/* Prints whose it is, and the code, both fit for a terminal. */
static void print_code(const char *who, const char *text)
{
    char clean[SHOWN];
    bool whole = clean_copy(clean, sizeof clean, text, strlen(text));
    printf("%s%s%s%s: ", who, *who != '\0' ? ": " : "", clean, whole ? "" : "...");
    fflush(stdout);
}

static int verify_code(const struct origin *origin, const char *who, const char *text)
{
    static struct run_options options;
    struct code code;
    char why[512];
    run_options_default(&options);
    int rc = code_read(text, &code, why, sizeof why) != 0
                 ? LAB_USAGE
                 : again_from_code(&code, &options, why, sizeof why);
    if (rc != LAB_FINE) {
        char clean[sizeof why];
        clean_copy(clean, sizeof clean, why, strlen(why));
        refuse(origin, clean);
    } else {
        print_code(who, text);
        rc = replay_code(&code, &options);
    }
    code_free(&code);
    return rc;
}

/* What was worst so far: it could not be done, malformed, not followed, fine. */
static int worse(int a, int b)
{
    return a > b ? a : b;
}

/* --- a file of them -------------------------------------------------------------------------- */

/* Without what is blank at both ends. */
static char *trim(char *text)
{
    static const char blanks[] = " \t\r\n";
    text += strspn(text, blanks);
    size_t length = strlen(text);
    while (length > 0 && strchr(blanks, text[length - 1]) != NULL) {
        length--;
    }
    text[length] = '\0';
    return text;
}

/* "Ada<tab>lock_race:2x1:1212", "lock_race:2x1:1212", "# not this one", "" */
static int verify_line(const struct origin *origin, char *line)
{
    char who[WHO] = "";
    char *text = trim(line);
    if (*text == '\0' || *text == '#') {
        return NO_LINE;
    }
    char *tab = strchr(text, '\t');
    if (tab != NULL) {
        *tab = '\0';
        clean_copy(who, sizeof who, trim(text), strlen(trim(text)));
        text = trim(tab + 1);
    }
    return verify_code(origin, who, text);
}

static int verify_file(FILE *file, const char *name)
{
    struct origin origin = {.file = name};
    char *line = NULL;
    size_t room = 0;
    ssize_t length;
    int rc = LAB_FINE;
    size_t wrong = 0;
    bool any = false; /* a code was one */
    while (!asked_to_end && (length = getline(&line, &room, file)) >= 0) {
        origin.line++;
        int now = strlen(line) == (size_t)length
                      ? verify_line(&origin, line)
                      : refuse(&origin, "there is a zero byte in this line");
        rc = worse(rc, now);
        wrong += now == LAB_USAGE;
        any = any || (now != LAB_USAGE && now != NO_LINE);
        if (wrong == WRONG_MOST && !any) {
            rc = refuse(&origin, "is this the right file? So far no line was a code");
            break;
        }
    }
    if (ferror(file) && !asked_to_end) {
        rc = lab_error(LAB_CANNOT, "%s: %s", name, strerror(errno));
    }
    free(line);
    return rc;
}

static bool is_file(const char *name)
{
    struct stat about;
    return stat(name, &about) == 0 && !S_ISDIR(about.st_mode);
}

static int verify_argument(const char *argument, size_t number)
{
    struct origin origin = {.line = number};
    if (strcmp(argument, "-") == 0) {
        return verify_file(stdin, "standard input");
    }
    if (!is_file(argument)) {
        return strpbrk(argument, ": @") != NULL
                   ? verify_code(&origin, "", argument)
                   : lab_error(LAB_USAGE,
                               "\"%s\" is neither a file nor a code such as "
                               "lock_race:2x1:1212",
                               argument);
    }
    FILE *file = fopen(argument, "re");
    if (file == NULL) {
        return lab_error(LAB_USAGE, "%s: %s", argument, strerror(errno));
    }
    int rc = verify_file(file, argument);
    fclose(file);
    return rc;
}

static int help(void)
{
    printf(
        "Usage: %s verify CODE|FILE...\n\n"
        "Runs each code again and prints how it came out. In a file, or - for standard\n"
        "input, stands one a line, with a name and a tab before it if you like:\n\n"
        "  # the answers of Monday\n"
        "  Ada\tlock_race:2x1:1212\n\n"
        "Exit status: 0 all were followed, 1 one is not possible, 2 one is no code.\n",
        lab_name);
    return LAB_FINE;
}

int command_verify(int argc, char **argv)
{
    struct sigaction action = {.sa_handler = on_signal}; /* no SA_RESTART: reading ends */
    int rc = LAB_FINE;
    if (argc < 2) {
        return lab_error(LAB_USAGE,
                         "verify what? For example: %s verify lock_race:2x1:1212",
                         lab_name);
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
        return help();
    }
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGHUP, &action, NULL);
    for (int i = 1; i < argc && !asked_to_end; i++) {
        rc = worse(rc, verify_argument(argv[i], (size_t)i));
    }
    if (asked_to_end) {
        signal(asked_to_end, SIG_DFL);
        raise(asked_to_end); /* as it would have ended without us */
    }
    return rc;
}
