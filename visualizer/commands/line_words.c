// SPDX-License-Identifier: MIT
/*
 * The one table of words: what a line asks for, in the order of the screen's keys; help is
 * made of it, and the nearest right word.
 */
#include "commands/line.h"

#include "nearest.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum { KEYS_OF_A_WORD = 4 };

struct word {
    const char *name;
    const char *letter;  /* the key of the screen that does the same; NULL: none */
    const char *example; /* as help shows it */
    const char *help;
    line_act *act;
    enum action keys[KEYS_OF_A_WORD]; /* of the screen, that ask for this */
};

static line_act say_help, say_no_large, say_no_blank, say_explore, choose;

/* A table is read by its rows. */
/* clang-format off */
static const struct word table[] = {
    {"", NULL, "1", "that process does one step; 1 2 1 2: one after the other",
     choose, {ACT_CHOOSE_0}},
    {"go", NULL, "go", "all go on: to the end, or until it stops by itself",
     line_go, {ACT_GO_STOP}},
    {"stop", NULL, "stop", "all stop; just Enter does the same while they go",
     line_stop, {ACT_GO_STOP}},
    {"step", "n", "n", "one step; the lab picks who",
     line_step, {ACT_STEP}},
    {"back", NULL, "back", "back one step; back 3; nothing is undone yet",
     line_back, {ACT_BACK}},
    {"forward", NULL, "forward", "forward again; there a number goes on another way",
     line_forward, {ACT_FORWARD}},
    {"goto", NULL, "go to 7", "looks at step 7",
     line_goto, {0}},
    {"first", NULL, "first", "looks at the beginning",
     line_first, {ACT_FIRST}},
    {"last", NULL, "last", "looks at the present again",
     line_last, {ACT_LAST}},
    {"find", "/", "find write", "the next write, lock, end or lost (lost update)",
     line_find, {ACT_FIND}},
    {"speed", "+", "speed 5", "steps a second; speed max; speed free: nobody is stopped",
     line_speed, {ACT_FASTER, ACT_SLOWER}},
    {"twin", "x", "twin", "with the lock, or without it; same seed and speed",
     line_twin, {ACT_TWIN}},
    {"full", "f", "full", "free, with its own numbers, when it has ended",
     line_full, {ACT_FREE_FULL}},
    {"again", "r", "again", "run it again; r does the same",
     line_again, {ACT_AGAIN}},
    {"seed", "s", "seed 7", "again, and the lab picks in another order",
     line_seed, {ACT_OTHER_SEED}},
    {"edit", "o", "edit", "change it in an editor, build it, run it again",
     line_edit, {ACT_EDIT}},
    {"kill", "k", "kill 2", "kills that process",
     line_kill, {ACT_KILL}},
    {"answer", NULL, "answer 3", "to what was asked",
     line_answer, {ACT_OPEN}},
    {"stopping", "a", "stopping off", "it does not stop by itself; stopping on: it does",
     line_stopping, {ACT_STOPPING}},
    {"grain", "g", "grain calls", "what counts as a step: lives, calls or memory",
     line_grain, {ACT_GRAIN}},
    {"save", "w", "save FILE", "keeps this run in a file: lab replay FILE shows it",
     line_save, {ACT_SAVE}},
    {"code", NULL, "code", "this run in one line: lab replay runs it again",
     line_code, {0}},
    {"who", NULL, "who", "who can go; just Enter does the same when it asks",
     line_who, {0}},
    {"why", "d", "why", "who waits for whom, and where in the source",
     line_why, {ACT_GRAPH, ACT_PANEL}},
    {"state", NULL, "state", "where each process is, what it has done and does next",
     line_state, {ACT_PANEL}},
    {"kernel", NULL, "kernel", "what the kernel says of each process",
     line_kernel, {ACT_PANEL}},
    {"memory", NULL, "memory", "what is shared, and who has the locks",
     line_memory, {ACT_PANEL}},
    {"source", NULL, "source", "the line at which each stands; source all: the whole file",
     line_source, {ACT_PANEL}},
    {"python", "y", "python", "the same in Python",
     line_python, {ACT_PYTHON}},
    {"steps", NULL, "steps", "the last steps as a table",
     line_steps, {ACT_PANEL}},
    {"lives", NULL, "lives", "who was born, ended and was joined at which step",
     line_lives, {ACT_PANEL}},
    {"story", NULL, "story", "all that has happened, and what there is to say about it",
     line_story, {ACT_PANEL}},
    {"more", NULL, "more", "what else there is to say about what just happened",
     line_more, {ACT_PANEL}},
    {"races", "u", "races", "data races: accesses of one value that nothing orders",
     line_races, {ACT_RACES}},
    {"output", NULL, "output", "what the program has printed",
     line_output, {ACT_PANEL}},
    {"help", "?", "help", "these lines",
     say_help, {ACT_HELP}},
    {"quit", "q", "q", "leave",
     line_quit, {ACT_QUIT}},
    {"large", "p", NULL, NULL,
     say_no_large, {ACT_LARGE}},
    {"blank", "b", NULL, NULL,
     say_no_blank, {ACT_BLANK}},
    {"explore", "e", NULL, NULL,
     say_explore, {ACT_EXPLORE}},
};
/* clang-format on */

enum { WORDS = sizeof(table) / sizeof(table[0]) };

const char *line_word_for(enum action action)
{
    for (size_t i = 0; i < WORDS; i++) {
        for (size_t j = 0; j < KEYS_OF_A_WORD && table[i].keys[j] != ACT_NONE; j++) {
            if (table[i].keys[j] == action) {
                return table[i].act == choose ? table[i].example : table[i].name;
            }
        }
    }
    return NULL;
}

static void say_help(struct line_mode *mode, const char *rest)
{
    (void)mode;
    (void)rest;
    for (size_t i = 0; i < WORDS; i++) {
        if (table[i].help != NULL) {
            printf("%-13s %s\n", table[i].example, table[i].help);
        }
    }
}

static void say_no_large(struct line_mode *mode, const char *rest)
{
    (void)mode;
    (void)rest;
    printf("Large letters are the screen's; here your terminal has their size.\n");
}

static void say_explore(struct line_mode *mode, const char *rest)
{
    (void)rest;
    printf("Every schedule of it: %s explore %s --plain\n", lab_name,
           mode->options->demo.name);
}

static void say_no_blank(struct line_mode *mode, const char *rest)
{
    (void)mode;
    (void)rest;
    printf("There is no screen here that could be empty.\n");
}

/* --- numbers ------------------------------------------------------------------------------- */

static void choose(struct line_mode *mode, const char *text)
{
    static const char digits[] = "0123456789";
    for (const char *at = text; *at != '\0'; at += strspn(at, " ")) {
        size_t length = strspn(at, digits);
        if (length == 0 || (at[length] != ' ' && at[length] != '\0')) {
            printf("\"%s\" is no number of a process; for example 1, or 1 2 1 2.\n", text);
            return;
        }
        at += length;
    }
    snprintf(mode->numbers, sizeof mode->numbers, "%s", text);
    line_next_number(mode);
}

/* --- words --------------------------------------------------------------------------------- */

static const struct word *find(const char *name)
{
    for (size_t i = 0; i < WORDS; i++) {
        bool letter = table[i].letter != NULL && strcmp(table[i].letter, name) == 0;
        if (table[i].act != choose && (letter || strcmp(table[i].name, name) == 0)) {
            return &table[i];
        }
    }
    return NULL;
}

static void say_unknown(const char *name)
{
    const struct word *nearest = NULL;
    size_t least = strlen(name); /* so far away is every word */
    for (size_t i = 0; i < WORDS; i++) {
        if (table[i].help != NULL && table[i].act != choose &&
            mp_distance(name, table[i].name) < least) {
            least = mp_distance(name, table[i].name);
            nearest = &table[i];
        }
    }
    printf("\"%.40s\" is not one of the words", name);
    if (nearest != NULL) {
        printf("; did you mean %s?", nearest->name);
    } else {
        printf(".");
    }
    printf(" help lists them.\n");
}

void line_obey(struct line_mode *mode, const char *line)
{
    char text[LINE_ANSWER];
    char typed[LINE_ANSWER]; /* as it was, for names of files */
    snprintf(text, sizeof text, "%s", line + strspn(line, " \t"));
    memcpy(typed, text, sizeof typed);
    for (char *c = text; *c != '\0'; c++) {
        *c = *c == '\t' ? ' ' : (char)tolower((unsigned char)*c);
    }
    for (size_t end = strlen(text); end > 0 && text[end - 1] == ' ';) {
        text[--end] = '\0';
        typed[end] = '\0';
    }
    if (isdigit((unsigned char)text[0])) {
        choose(mode, text);
        return;
    }
    if (text[0] == '\0') {
        (line_stands(mode) || mode->session.ended ? line_who : line_stop)(mode, "");
        return;
    }
    char *rest = text + strcspn(text, " ");
    if (*rest != '\0') {
        *rest++ = '\0';
        rest += strspn(rest, " ");
    }
    const struct word *word = find(text);
    if (word == NULL) {
        say_unknown(text);
    } else {
        word->act(mode, word->act == line_save ? typed + (rest - text) : rest);
    }
}
