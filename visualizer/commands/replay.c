// SPDX-License-Identifier: MIT
/* lab replay: a run again under its schedule, or a recording, looked at. */
#include "commands/again.h"
#include "commands/record.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int replay_code(const char *text, struct run_options *options)
{
    static struct code code;
    char why[256];
    if (code_read(text, &code, why, sizeof why) != 0) {
        code_free(&code);
        return lab_error(LAB_USAGE, "%s", why);
    }
    int rc = again_from_code(&code, options, why, sizeof why);
    rc = rc == LAB_FINE ? run_show(options) : lab_error(rc, "%s", why);
    code_free(&code);
    return rc;
}

/* What there is as a file is a recording; and what looks like no code was meant to be one. */
static bool is_recording(const char *name)
{
    return access(name, F_OK) == 0 ||
           (strchr(name, ':') == NULL && strchr(name, '@') == NULL);
}

static int replay_recording(const char *name, struct run_options *options)
{
    struct recording *recording;
    char why[640];
    if (recording_read(name, &recording, why, sizeof why) != 0) {
        return lab_error(LAB_USAGE, "%s", why);
    }
    snprintf(options->demo.name, sizeof options->demo.name, "%s", recording->head.program);
    options->typed = options->demo.name;
    options->seed = recording->head.seed;
    options->recording = recording;
    int rc = run_show(options);
    recording_free(recording);
    return rc;
}

int command_replay(int argc, char **argv)
{
    static struct run_options options;
    int rc = run_options_read(&options, argc, argv);
    if (rc != LAB_FINE) {
        return rc;
    }
    if (optind >= argc) {
        return lab_error(LAB_USAGE,
                         "replay what? For example: %s replay lock_race:2x1:1212",
                         lab_name);
    }
    if (is_recording(argv[optind])) {
        return replay_recording(argv[optind], &options);
    }
    return replay_code(argv[optind], &options);
}
