// SPDX-License-Identifier: MIT
/* The front door: a table of commands. */
#include "commands/commands.h"

#include "nearest.h"

#include <stdio.h>
#include <string.h>

struct command {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *usage;
    const char *help;
};

static int command_help(int argc, char **argv);

static const struct command commands[] = {
    {"home", command_home, "[--plain]", "demos and lessons; also without any command"},
    {"run", command_run, "DEMO [--speed N|free] [--seed N] [--step] [--plain] [-- ARGS]",
     "watch a demo, a program built with mp, or my.c, which is compiled first"},
    {"attach", command_attach, "[PID] [--plain]", "watch a demo that runs already"},
    {"replay", command_replay, "CODE|FILE [--step] [--plain]",
     "a run again, in the order of a code such as lock_race:2x1:1212; or a recording"},
    {"explore", command_explore, "DEMO [--reduce] [--preemptions N] [--json] [-- ARGS]",
     "run it under every schedule there is, and count how it can come out"},
    {"challenge", command_challenge, "[NUMBER|NAME] [--plain]",
     "ends to be reached by choosing who goes; without a number: which there are"},
    {"verify", command_verify, "CODE|FILE...",
     "run codes again, and say how each came out: many answers at once"},
    {"export", command_export, "RECORDING --format svg|csv|chrome|cast [-o FILE]",
     "a recording for other programs: slides, a spreadsheet, Perfetto, asciinema"},
    {"new", command_new, "NAME", "write NAME.c: a program of your own to start from"},
    {"cc", command_cc, "X.c [-o PROGRAM] [-v]", "compile it as the demos are compiled"},
    {"read", command_read, "[LESSON] [--plain] [--unfold]",
     "read a lesson: its number, its name, or any Markdown file"},
    {"doctor", command_doctor, "", "what this machine can and cannot show"},
    {"help", command_help, "", "this list"},
};

enum { COMMANDS = sizeof commands / sizeof *commands };

static int command_help(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    printf("forklab: see processes work together, go wrong, and be put right\n\n");
    for (int i = 0; i < COMMANDS; i++) {
        printf("  %s %s %s\n      %s\n", lab_name, commands[i].name, commands[i].usage,
               commands[i].help);
    }
    printf("\nExit status: 0 fine, 1 the program failed or came out wrong, 2 usage,\n"
           "3 the lab could not do it.\n");
    return LAB_FINE;
}

static int unknown_command(const char *name)
{
    struct demo demo;
    char why[256];
    if (demo_find(name, &demo, why, sizeof why)) {
        return lab_error(LAB_USAGE, "unknown command \"%s\"; did you mean \"%s run %s\"?",
                         name, lab_name, name);
    }
    const struct command *nearest = &commands[1];
    for (int i = 0; i < COMMANDS; i++) {
        if (mp_distance(name, commands[i].name) < mp_distance(name, nearest->name)) {
            nearest = &commands[i];
        }
    }
    if (2 * mp_distance(name, nearest->name) > strlen(name)) {
        return lab_error(LAB_USAGE,
                         "unknown command \"%s\"; \"%s help\" lists those there are",
                         name, lab_name);
    }
    return lab_error(LAB_USAGE, "unknown command \"%s\"; did you mean \"%s %s\"?", name,
                     lab_name, nearest->name);
}

int main(int argc, char **argv)
{
    if (argc > 0 && argv[0][0] != '\0') {
        lab_name = argv[0];
    }
    if (argc < 2) {
        return command_home(argc, argv);
    }
    const char *name = argv[1];
    if (strcmp(name, "--plain") == 0) {
        return command_home(argc, argv);
    }
    if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0) {
        name = "help";
    }
    for (int i = 0; i < COMMANDS; i++) {
        if (strcmp(name, commands[i].name) == 0) {
            return commands[i].run(argc - 1, argv + 1);
        }
    }
    return unknown_command(name);
}
