// SPDX-License-Identifier: MIT
/* lab run and lab attach: which program, and on the screen or as text. */
#include "commands/own.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* On a terminal: the screen, or in sentences. On a pipe: as text, and nothing waits, unless
   answers were announced by --step. */
int run_show(struct run_options *options)
{
    if (options->races) {
        return text_run(options);
    }
    bool terminal = isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
    if (terminal && !options->plain && !wants_text()) {
        return live_run(options, false);
    }
    bool free = options->is_free && !options->is_attach; /* there is nobody to choose */
    return terminal || (options->stopped && !free) ? line_run(options)
                                                   : text_run(options);
}

int run_find_program(const char *name, struct run_options *options, char *why, size_t size)
{
    struct build build = {.source = name, .messages = STDERR_FILENO};

    options->typed = name;
    if (is_source_name(name)) {
        int rc = build_for_run(&build, why, size);
        if (rc != LAB_FINE) {
            return rc;
        }
        snprintf(options->source, sizeof options->source, "%s", name);
        name = build.program;
    }
    return demo_find(name, &options->demo, why, size) ? LAB_FINE : LAB_USAGE;
}

int command_run(int argc, char **argv)
{
    static struct run_options options;
    int rc = run_options_read(&options, argc, argv);
    if (rc != LAB_FINE) {
        return rc;
    }
    if (optind >= argc || strcmp(argv[optind], "--") == 0) {
        return lab_error(LAB_USAGE, "run what? For example: %s run lock_race", lab_name);
    }
    char why[1024];
    rc = run_find_program(argv[optind], &options, why, sizeof why);
    if (rc != LAB_FINE) {
        return lab_error(rc, "%s", why);
    }
    return options.times > 0 ? tally_run(&options) : run_show(&options);
}

int command_attach(int argc, char **argv)
{
    static struct run_options options;
    int rc = run_options_read(&options, argc, argv);
    if (rc != LAB_FINE) {
        return rc;
    }
    options.is_attach = true;
    options.is_free = true;
    if (optind < argc) {
        char *end;
        long pid = strtol(argv[optind], &end, 10);
        if (*end != '\0' || pid <= 0) {
            return lab_error(LAB_USAGE, "attach takes the number of a process, not \"%s\"",
                             argv[optind]);
        }
        options.attach = (pid_t)pid;
    }
    return run_show(&options);
}
